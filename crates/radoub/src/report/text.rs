//! The report in lines, as it stands at the end of a run.

use radoub_engine::report::{Outcome, Report};

use super::{around, next_step, outcome_text, trouble};
use crate::commands::check::RULE;
use crate::error::CliError;
use crate::ui::{Tone, Ui, View};

/// Says the report: a line per service, what to do about each that did not go well, the verdict.
pub(crate) fn tell(ui: &mut Ui, report: &Report) -> Result<(), CliError> {
    let plain = ui.view() == View::Plain;
    if plain {
        let heading = ui.say("apply-report");
        writeln!(ui.data(), "\n{RULE}\n{heading}\n{RULE}\n")?;
    }
    let body = body(ui, report);
    write!(ui.data(), "{body}")?;
    let (tone, verdict) = verdict(ui, report);
    if plain {
        writeln!(ui.data(), "\n{RULE}\n{verdict}")?;
    } else {
        writeln!(ui.data(), "\n{}", tone.paint(verdict))?;
    }
    Ok(())
}

/// The same as a text without colours.
pub(super) fn lines(ui: &Ui, report: &Report) -> String {
    let pairs = super::heading(ui, report);
    let head: String = pairs.iter().map(|(word, value)| ui.labelled(word, value) + "\n").collect();
    format!("{head}\n{}", body(ui, report))
}

fn body(ui: &Ui, report: &Report) -> String {
    let mut text = String::new();
    let width = report.lines.iter().map(|it| it.service.as_str().chars().count()).max();
    let width = width.unwrap_or(0);
    for line in &report.lines {
        text.push_str(&format!("{:width$}  {}\n", line.service, outcome_text(ui, line)));
        for said in around(ui, line) {
            text.push_str(&format!("     {said}\n"));
        }
        let (causes, remedy) = trouble(ui, line);
        for cause in causes {
            text.push_str(&format!("     {cause}\n"));
        }
        if let Some(remedy) = remedy {
            text.push_str(&format!("     → {remedy}\n"));
        }
    }
    if let Some(next) = next_step(ui, report) {
        text.push_str(&format!("\n→ {next}\n"));
    }
    text
}

/// The last line.
pub(super) fn verdict(ui: &Ui, report: &Report) -> (Tone, String) {
    let wrong = [Outcome::Refused, Outcome::Failed, Outcome::HeldBack, Outcome::Unfinished];
    let wrong: usize = wrong.iter().map(|outcome| report.count(*outcome)).sum();
    match (wrong, report.count(Outcome::Applied)) {
        (0, _) if report.count(Outcome::Returned) > 0 => {
            (Tone::Good, ui.say("report-verdict-returned"))
        }
        (0, 0) => (Tone::Good, ui.say("apply-verdict-nothing")),
        // A database without a migration is there, and empty.
        (0, _) if report.lines.iter().all(|it| it.applied.is_empty()) => {
            (Tone::Good, ui.say("apply-verdict-created"))
        }
        (0, _) => (Tone::Good, ui.say("apply-verdict-applied")),
        _ => (Tone::Bad, ui.tell("apply-verdict-wrong", &[("count", wrong.into())])),
    }
}
