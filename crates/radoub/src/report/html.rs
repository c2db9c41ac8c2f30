//! The report as one page of HTML: no other file, no script.

use radoub_engine::plan::SavedPlan;
use radoub_engine::plan::forecast::Forecast;
use radoub_engine::report::{Line, Outcome, Report};

use super::{around, heading, next_step, outcome_text, trouble};
use crate::cli::Lang;
use crate::commands::duration;
use crate::commands::history::{description_of, impact_of};
use crate::ui::Ui;

const STYLE: &str = include_str!("style.css");

/// The page.
pub(super) fn html(ui: &Ui, report: &Report, plan: &SavedPlan) -> String {
    let lang = match ui.words().lang() {
        Lang::En => "en",
        Lang::Fr => "fr",
    };
    let title = ui.say("report-title");
    let subject = report.run.as_ref().map_or_else(|| report.project.clone(), ToString::to_string);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{} – {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
        escaped(&title),
        escaped(&subject),
        escaped(&title)
    );
    page.push_str("<dl>\n");
    for (word, value) in heading(ui, report) {
        page.push_str(&format!("<dt>{}</dt><dd>{}</dd>\n", escaped(&word), escaped(&value)));
    }
    page.push_str("</dl>\n");
    if let Some(next) = next_step(ui, report) {
        page.push_str(&format!("<p class=\"next\">→ <code>{}</code></p>\n", escaped(&next)));
    }
    page.push_str(&table(ui, report));
    for line in &report.lines {
        let saved = plan.services.iter().find(|it| it.service == line.service.as_str());
        let forecasts = saved.map(|it| it.migrations.as_slice()).unwrap_or_default();
        page.push_str(&section(ui, line, forecasts));
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn table(ui: &Ui, report: &Report) -> String {
    let columns = [
        "report-service",
        "report-wave",
        "report-before",
        "report-after",
        "report-took",
        "report-result",
    ];
    let mut text = String::from("<table>\n<thead><tr>");
    for key in columns {
        text.push_str(&format!("<th>{}</th>", escaped(&ui.say(key))));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for line in &report.lines {
        let name = |name: Option<&radoub_schema::migration::MigrationName>| {
            name.map_or_else(
                || "–".to_owned(),
                |it| format!("<code>{}</code>", escaped(it.as_str())),
            )
        };
        text.push_str(&format!(
            "<tr class=\"{}\"><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            tone(line),
            escaped(line.service.as_str()),
            line.wave,
            name(line.before.as_ref()),
            name(line.after()),
            escaped(&duration(ui, line.took)),
            escaped(&outcome_text(ui, line)),
        ));
    }
    text.push_str("</tbody>\n</table>\n");
    text
}

fn tone(line: &Line) -> &'static str {
    match line.outcome {
        Outcome::Applied | Outcome::Returned | Outcome::Nothing => "good",
        Outcome::Refused | Outcome::HeldBack | Outcome::Unfinished => "notice",
        Outcome::Failed => "bad",
        Outcome::NotApplicable => "quiet",
    }
}

/// What there is to say about one service; nothing where nothing happened.
fn section(ui: &Ui, line: &Line, forecasts: &[Forecast]) -> String {
    let returned = line.outcome == Outcome::Returned;
    if line.planned.is_empty() && line.failure.is_none() && !returned {
        return String::new();
    }
    let mut text = format!("<h2>{}</h2>\n", escaped(line.service.as_str()));
    let (causes, remedy) = trouble(ui, line);
    if !causes.is_empty() {
        text.push_str(&format!("<pre class=\"bad\">{}</pre>\n", escaped(&causes.join("\n"))));
    }
    if let Some(remedy) = remedy {
        text.push_str(&format!("<p class=\"next\">→ <code>{}</code></p>\n", escaped(&remedy)));
    }
    if line.compared.is_some() || line.found.is_some() || returned {
        text.push_str(&format!("<pre>{}</pre>\n", escaped(&around(ui, line).join("\n"))));
    }
    for name in &line.planned {
        let forecast = forecasts.iter().find(|it| it.migration == name.as_str());
        let took = line.applied.iter().find(|(it, _)| it == name).map(|(_, took)| *took);
        let mark = match took {
            Some(took) => format!("✅ {}", duration(ui, took)),
            None if line.failed_migration.as_ref() == Some(name) => "❌".to_owned(),
            None => "–".to_owned(),
        };
        text.push_str(&format!(
            "<details>\n<summary><code>{}</code> <span>{}</span></summary>\n<p>{}</p>\n",
            escaped(name.as_str()),
            escaped(&mark),
            escaped(&description_of(ui, name.as_str(), forecast)),
        ));
        if let Some(impact) = impact_of(ui, forecast) {
            text.push_str(&format!(
                "<p>{}</p>\n",
                escaped(&ui.labelled(&ui.say("history-impact"), &impact))
            ));
        }
        for statement in forecast.map(|it| it.statements.as_slice()).unwrap_or_default() {
            text.push_str(&format!("<pre>{}</pre>\n", escaped(&statement.sql)));
        }
        text.push_str("</details>\n");
    }
    text
}

/// A text in which nothing is HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_that_is_quoted_becomes_a_tag() {
        assert_eq!(
            escaped("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"
        );
    }
}
