//! The report as Markdown, for a merge request or a wiki.

use radoub_engine::plan::SavedPlan;
use radoub_engine::report::{Line, Outcome, Report};

use super::{around, heading, next_step, outcome_text, restarted, trouble};
use crate::commands::history::description_of;
use crate::commands::{compared, duration};
use crate::ui::Ui;

/// The text.
pub(super) fn markdown(ui: &Ui, report: &Report, plan: &SavedPlan) -> String {
    let mut text = format!("# {}\n\n", ui.say("report-title"));
    for (word, value) in heading(ui, report) {
        let line = ui.labelled(&format!("**{word}**"), &escaped(&value));
        text.push_str(&format!("- {line}\n"));
    }
    if let Some(next) = next_step(ui, report) {
        let line = ui.labelled(&format!("**{}**", ui.say("report-next")), &format!("`{next}`"));
        text.push_str(&format!("- {line}\n"));
    }
    let columns = [
        "report-service",
        "report-wave",
        "report-before",
        "report-after",
        "report-took",
        "report-result",
    ];
    let columns: Vec<String> = columns.iter().map(|key| ui.say(key)).collect();
    text.push_str(&format!("\n| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len())));
    for line in &report.lines {
        let name = |name: Option<&radoub_schema::migration::MigrationName>| {
            name.map_or_else(|| "–".to_owned(), |it| format!("`{it}`"))
        };
        let cells = [
            escaped(line.service.as_str()),
            line.wave.to_string(),
            name(line.before.as_ref()),
            name(line.after()),
            duration(ui, line.took),
            outcome_text(ui, line),
        ];
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    for line in report.lines.iter().filter(|line| !line.applied.is_empty()) {
        text.push_str(&format!("\n## {}\n\n", escaped(line.service.as_str())));
        for (name, took) in &line.applied {
            let saved = plan.services.iter().find(|it| it.service == line.service.as_str());
            let forecast =
                saved.and_then(|it| it.migrations.iter().find(|it| it.migration == name.as_str()));
            let said = description_of(ui, name.as_str(), forecast);
            let line = ui.labelled(&format!("`{name}` ({})", duration(ui, *took)), &said);
            text.push_str(&format!("- {line}\n"));
        }
    }
    let again: Vec<_> = report.lines.iter().filter(|line| line.downtime.is_some()).collect();
    if !again.is_empty() {
        text.push_str(&format!("\n## {}\n\n", ui.say("report-restarts")));
    }
    for line in again {
        let name = escaped(line.service.as_str());
        if line.rebuilt {
            text.push_str(&format!("- {}\n", ui.labelled(&name, &ui.say("report-rebuilt"))));
        }
        let took = line.downtime.unwrap_or_default();
        let said = restarted(ui, "report-restarted", took, line.well_after);
        text.push_str(&format!("- {}\n", ui.labelled(&name, &escaped(&said))));
    }
    let is_told = |line: &&Line| {
        let is_open = line.found.is_some() && line.failure.is_none();
        line.outcome == Outcome::Returned || is_open
    };
    for line in report.lines.iter().filter(is_told) {
        text.push_str(&format!("\n## {}\n\n", escaped(line.service.as_str())));
        for said in around(ui, line) {
            text.push_str(&format!("- {}\n", escaped(&said)));
        }
    }
    for line in &report.lines {
        let Some(compared) = &line.compared else { continue };
        let title = ui.tell("compared-title", &[("service", line.service.as_str().into())]);
        let said = compared::markdown(ui, compared);
        text.push_str(&format!("\n## {}\n\n{said}", escaped(&title)));
    }
    let wrong: Vec<_> = report.lines.iter().filter(|line| line.failure.is_some()).collect();
    if !wrong.is_empty() {
        text.push_str(&format!("\n## {}\n", ui.say("report-wrong")));
        for line in wrong {
            let (causes, remedy) = trouble(ui, line);
            text.push_str(&format!("\n**{}**\n\n```text\n", escaped(line.service.as_str())));
            for cause in causes {
                text.push_str(&format!("{}\n", cause.replace("```", "'''")));
            }
            text.push_str("```\n");
            if let Some(remedy) = remedy {
                text.push_str(&format!("\n→ `{remedy}`\n"));
            }
        }
    }
    text
}

/// A text in which nothing is Markdown.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#') {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    out
}
