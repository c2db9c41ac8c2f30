//! A plan as Markdown, for a merge request.

use radoub_engine::journal::fact::CourseWord;
use radoub_engine::plan::{ChoiceWord, SavedPlan, SavedService};

use super::text::{around, counts, how};
use super::{acts, expected, like, touched};
use crate::commands::check::{failure_lines, failure_remedy};
use crate::commands::history::description_of;
use crate::report::escaped_markdown as escaped;
use crate::ui::Ui;

/// The text.
pub(super) fn markdown(ui: &Ui, saved: &SavedPlan) -> String {
    let (work, refused) = counts(saved);
    let title = ui.tell("plan-title", &[("project", saved.project.as_str().into())]);
    let values = [("count", work.into()), ("refused", refused.into())];
    let verdict = match (work, refused) {
        (0, 0) => ui.say("plan-verdict-nothing"),
        (_, 0) => ui.tell("plan-verdict-work", &values),
        _ => ui.tell("plan-verdict-refused", &values),
    };
    let mut text = format!("# {}\n\n{verdict}\n", escaped(&title));
    let columns = ["report-service", "report-wave", "history-migrations", "plan-hazards"];
    let columns: Vec<String> = columns.iter().map(|key| ui.say(key)).collect();
    text.push_str(&format!("\n| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len())));
    for service in shown(saved) {
        let mut hazards: Vec<&str> = service
            .migrations
            .iter()
            .flat_map(|it| &it.hazards)
            .map(|it| it.hazard.as_str())
            .collect();
        hazards.sort_unstable();
        hazards.dedup();
        let hazards = if hazards.is_empty() { "–".to_owned() } else { hazards.join(", ") };
        text.push_str(&format!(
            "| {} | {} | {} | {hazards} |\n",
            escaped(&service.service),
            service.wave,
            service.migrations.len(),
        ));
    }
    let likes = like(saved);
    for (service, like) in saved.services.iter().zip(likes) {
        if !shown(saved).any(|it| it.service == service.service) {
            continue;
        }
        text.push_str(&format!("\n## {}\n", escaped(&service.service)));
        if let Some(failure) = service.failure() {
            text.push_str(&format!("\n```text\n{}\n```\n", failure_lines(ui, &failure).join("\n")));
            if let Some(remedy) = failure_remedy(ui, &failure, &service.service) {
                text.push_str(&format!("\n→ `{remedy}`\n"));
            }
        }
        match like {
            Some(other) => {
                let like = ui.tell("plan-like", &[("service", other.service.as_str().into())]);
                text.push_str(&format!("\n{}\n", escaped(&like)));
            }
            None => text.push_str(&migrations(ui, service)),
        }
        let around = around(ui, service);
        if !around.is_empty() {
            text.push('\n');
        }
        for line in around {
            text.push_str(&format!("- {}\n", escaped(&line)));
        }
    }
    text
}

/// The services that there is something to say of.
fn shown(saved: &SavedPlan) -> impl Iterator<Item = &SavedService> {
    let says = |it: &&SavedService| matches!(it.choice, ChoiceWord::Apply | ChoiceWord::Refuse);
    saved.services.iter().filter(says)
}

fn migrations(ui: &Ui, service: &SavedService) -> String {
    let mut text = String::new();
    for forecast in &service.migrations {
        let course = match forecast.course {
            CourseWord::Whole => ui.say("plan-whole"),
            CourseWord::Stepwise => ui.say("plan-stepwise"),
        };
        let expected = forecast.expected.map(|it| format!(", {}", expected(ui, it)));
        text.push_str(&format!(
            "\n### `{}`\n\n{} ({course}{})\n",
            forecast.migration,
            description_of(ui, &forecast.migration, Some(forecast)),
            expected.unwrap_or_default(),
        ));
        for hazard in &forecast.hazards {
            let said = ui.tell(
                "plan-hazard",
                &[("hazard", hazard.hazard.as_str().into()), ("number", hazard.statement.into())],
            );
            text.push_str(&format!("\n> {}\n", escaped(&said)));
        }
        for statement in &forecast.statements {
            let runs = how(ui, statement.runs).map(|it| format!(" ({it})")).unwrap_or_default();
            text.push_str(&format!(
                "\n{}. {} {}{runs}\n\n```sql\n{}\n```\n\n",
                statement.number,
                ui.say("plan-line"),
                statement.line,
                statement.sql.replace("```", "'''"),
            ));
            for line in acts(ui, statement) {
                text.push_str(&format!("   - {line}\n"));
            }
            for table in &statement.tables {
                text.push_str(&format!("   - {}\n", escaped(&touched(ui, table))));
            }
        }
    }
    text
}
