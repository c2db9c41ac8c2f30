//! The report of a run in every form: for a person, a script, a CI server, a merge request, a browser.
//!
//! Each form is a pure function from the report and its plan to a text, so a run that has just ended
//! and one read back from its journal look the same.

mod html;
mod json;
mod junit;
pub(crate) mod letter;
mod markdown;
mod text;

use std::time::Duration;

use std::path::Path;

use clap::ValueEnum;

use radoub_engine::gate::Verdict;
use radoub_engine::journal::fact::Who;
use radoub_engine::plan::SavedPlan;
use radoub_engine::report::{Line, Outcome, Report};

use crate::commands::check::{failure_lines, failure_remedy};
use crate::commands::{compared, duration, moment};
use crate::error::CliError;
use crate::ui::Ui;

pub(crate) use json::document;
pub(crate) use markdown::escaped as escaped_markdown;
pub(crate) use text::tell;

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines, as at the end of the run.
    Text,
    /// JSON, as with `--json`.
    Json,
    /// JUnit XML.
    Junit,
    /// Markdown.
    #[value(alias = "md")]
    Markdown,
    /// One page of HTML that needs no other file.
    Html,
}

impl Format {
    /// The form that a file of this name has.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "json" => Self::Json,
            "xml" => Self::Junit,
            "md" | "markdown" => Self::Markdown,
            "html" | "htm" => Self::Html,
            "txt" => Self::Text,
            _ => return None,
        })
    }
}

/// The report in this form; `None` for the one that is told in colours.
pub(crate) fn render(
    ui: &Ui,
    command: &str,
    report: &Report,
    plan: &SavedPlan,
    format: Format,
) -> Result<String, CliError> {
    Ok(match format {
        Format::Text => text::lines(ui, report),
        Format::Json => {
            let document = document(ui, command, report);
            let text = serde_json::to_string_pretty(&document).map_err(std::io::Error::from)?;
            text + "\n"
        }
        Format::Junit => junit::junit(ui, report)?,
        Format::Markdown => markdown::markdown(ui, report, plan),
        Format::Html => html::html(ui, report, plan),
    })
}

/// Writes the report into a file, in the form that its name asks for.
pub(crate) fn write(
    ui: &Ui,
    command: &str,
    report: &Report,
    plan: &SavedPlan,
    path: &Path,
) -> Result<(), CliError> {
    // A wrong name is refused when the arguments are read.
    let format = Format::of(path).unwrap_or(Format::Text);
    let text = render(ui, command, report, plan, format)?;
    std::fs::write(path, text).map_err(|error| {
        let values = [("path", path.display().to_string().into())];
        CliError::because(ui.tell("error-write", &values), &error, None)
    })
}

/// Reads the name of a report file, refusing one whose form is not known.
pub(crate) fn report_file(text: &str) -> Result<std::path::PathBuf, String> {
    let path = std::path::PathBuf::from(text);
    match Format::of(&path) {
        Some(_) => Ok(path),
        None => Err(".json, .xml, .md, .html, .txt".to_owned()),
    }
}

/// What became of a service, in one line with its mark.
pub(crate) fn outcome_text(ui: &Ui, line: &Line) -> String {
    let values = [("count", line.applied.len().into()), ("took", duration(ui, line.took).into())];
    let text = match (line.outcome, line.applied.is_empty()) {
        (Outcome::Failed, false) => ui.tell("apply-outcome-failed-after", &values),
        (Outcome::Failed, true) => ui.say("apply-outcome-failed"),
        (Outcome::Applied, _) => ui.tell("apply-outcome-applied", &values),
        (Outcome::Returned, _) => returned_text(ui, line),
        (Outcome::Nothing, _) => ui.say("apply-outcome-nothing"),
        (Outcome::Refused, _) => ui.say("apply-outcome-refused"),
        (Outcome::HeldBack, _) => {
            let because = line.held_back.map_or("failures", |it| it.as_str());
            ui.tell("apply-outcome-held-back", &[("because", because.into())])
        }
        (Outcome::Unfinished, false) => ui.tell("apply-outcome-unfinished-after", &values),
        (Outcome::Unfinished, true) => ui.say("apply-outcome-unfinished"),
        (Outcome::NotApplicable, _) => ui.say("apply-outcome-not-applicable"),
    };
    if line.database_created { format!("{text} {}", ui.say("apply-outcome-created")) } else { text }
}

/// What a way back came to.
fn returned_text(ui: &Ui, line: &Line) -> String {
    let took = ("took", duration(ui, line.took).into());
    match &line.restored {
        Some(it) => {
            ui.tell("report-outcome-restored", &[("backup", it.backup.as_str().into()), took])
        }
        None => ui.tell("report-outcome-undone", &[("count", line.undone.len().into()), took]),
    }
}

/// What was done besides migrating a service, a line each: what was taken back, its backup, its restart, the look
/// at it.
fn around(ui: &Ui, line: &Line) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, took) in &line.undone {
        let values = [("migration", name.as_str().into()), ("took", duration(ui, *took).into())];
        lines.push(ui.tell("report-undone", &values));
    }
    if let Some(aside) = line.restored.as_ref().and_then(|it| it.aside.as_ref()) {
        lines.push(ui.tell("restore-aside", &[("aside", aside.as_str().into())]));
    }
    if let Some(backup) = &line.backup {
        lines.push(ui.tell("report-backup", &[("backup", backup.as_str().into())]));
    }
    if line.rebuilt {
        lines.push(ui.say("report-rebuilt"));
    }
    if let Some(downtime) = line.downtime {
        lines.push(restarted(ui, "report-restarted", downtime, line.well_after));
    }
    if let Some(compared) = &line.compared {
        lines.extend(compared::lines(ui, compared).into_iter().map(|(_, text)| text));
        lines.extend(compared::samples(ui, compared));
    }
    if let Some(failure) = &line.not_counted {
        let why = failure_lines(ui, failure).into_iter().next().unwrap_or_default();
        lines.push(ui.tell("run-not-counted", &[("reason", why.into())]));
    }
    for failure in &line.doubts {
        let what = failure_lines(ui, failure).into_iter().next().unwrap_or_default();
        lines.push(ui.tell("run-doubted", &[("what", what.into())]));
    }
    if let Some(verdict) = line.verdict {
        let word = match verdict {
            Verdict::Inconclusive if line.failure.is_some() => "unknown",
            _ => verdict.as_str(),
        };
        lines.push(ui.tell("report-verified", &[("verdict", word.into())]));
    }
    if let (Some(found), None) = (&line.found, &line.failure) {
        lines.extend(found.failures.iter().flat_map(|it| failure_lines(ui, it)));
    }
    lines
}

/// How long a service was away: until it was well, and until engine or command said that it runs.
pub(crate) fn restarted(ui: &Ui, key: &str, took: Duration, well: Option<Duration>) -> String {
    let well_after = well.map_or_else(|| "none".to_owned(), |it| duration(ui, it));
    ui.tell(key, &[("took", duration(ui, took).into()), ("well", well_after.into())])
}

/// What went wrong with a service, a line each, with the last lines of its logs, and what to do about it.
fn trouble(ui: &Ui, line: &Line) -> (Vec<String>, Option<String>) {
    let Some(failure) = &line.failure else { return (Vec::new(), None) };
    let mut causes = failure_lines(ui, failure);
    if let Some(found) = &line.found {
        let more = found.failures.iter().filter(|it| *it != failure);
        causes.extend(more.flat_map(|it| failure_lines(ui, it)));
        for log in &found.logs {
            causes
                .push(ui.tell("report-log-tail", &[("container", log.container.as_str().into())]));
            causes.extend(log.lines.iter().map(|it| format!("  | {it}")));
        }
    }
    (causes, failure_remedy(ui, failure, line.service.as_str()))
}

/// Somebody on some machine, as far as both are known.
pub(crate) fn who(by: &Who) -> String {
    match (by.user.as_str(), by.host.as_str()) {
        ("", "") => "?".to_owned(),
        ("", host) => host.to_owned(),
        (user, "") => user.to_owned(),
        (user, host) => format!("{user}@{host}"),
    }
}

/// The heading of a report: what and when, in pairs of a word and its value.
fn heading(ui: &Ui, report: &Report) -> Vec<(String, String)> {
    let mut pairs = vec![(ui.say("report-project"), report.project.clone())];
    if let Some(run) = &report.run {
        pairs.push((ui.say("report-run"), run.to_string()));
    }
    if let Some(by) = &report.by {
        pairs.push((ui.say("report-by"), who(by)));
    }
    if let Some(began) = report.began {
        pairs.push((ui.say("report-began"), moment(began)));
        if let Some(took) = report.ended.and_then(|ended| ended.duration_since(began).ok()) {
            pairs.push((ui.say("report-took"), duration(ui, took)));
        }
    }
    pairs.push((ui.say("report-verdict"), text::verdict(ui, report).1));
    pairs
}

/// What to do next, when something is to be done.
fn next_step(ui: &Ui, report: &Report) -> Option<String> {
    let run = report.run.as_ref()?;
    report.is_resumable().then(|| ui.tell("report-resume", &[("run", run.as_str().into())]))
}
