//! `radoub history`: the runs of the fleet, as a table, as JSON, or as the section of the guide.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Value as Json, json};

use radoub_engine::fleet::ServiceName;
use radoub_engine::history::{Became, Chapter, ChapterError, Work, chapters};
use radoub_engine::journal::RunId;
use radoub_engine::plan::forecast::{ActForecast, Forecast};
use radoub_engine::report::{Outcome, Report};

use super::running::{ago, journal_error};
use super::{App, duration, instant, moment};
use crate::error::{CliError, Exit};
use crate::report::{escaped_markdown, who};
use crate::ui::table::table;
use crate::ui::{Ui, View};

/// What `history` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct HistoryArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: usize,
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

/// A run that was read, or why it was not.
type Read = (RunId, Result<Chapter, ChapterError>);

pub(crate) fn history(ui: &mut Ui, app: &mut App, args: &HistoryArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let journals = app.journals(&fleet);
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let is_asked = |service: &str| {
        args.services.is_empty() || fleet.services.iter().any(|it| it.name.as_str() == service)
    };
    let mut runs = chapters(&journals).map_err(|error| journal_error(ui, &error))?;
    runs.retain(|(_, read)| match read {
        Ok(chapter) => {
            args.services.is_empty()
                || chapter.works().iter().any(|work| is_asked(work.service.as_str()))
                || chapter.returns().iter().any(|it| is_asked(it.1.as_str()))
        }
        Err(_) => true,
    });
    runs.truncate(args.last);
    let broken = runs.iter().any(|(_, read)| read.is_err());
    match ui.view() {
        _ if args.markdown => {
            let text = markdown(ui, &runs, &is_asked);
            write!(ui.data(), "{text}")?;
        }
        View::Json => {
            let document = document(ui, &fleet.project, &runs, &is_asked);
            ui.json(&document)?;
        }
        View::Plain | View::Terminal => shown(ui, &runs)?,
    }
    for (run, read) in &runs {
        if let Err(error) = read {
            let CliError::Told { heading, .. } = super::show::told(ui, error) else { continue };
            let text = ui.labelled(&run.to_string(), &heading);
            ui.error(&text, &[])?;
        }
    }
    Ok(if broken { Exit::NeedsWork } else { Exit::InOrder })
}

/// A line per run.
fn shown(ui: &mut Ui, runs: &[Read]) -> Result<(), CliError> {
    if runs.is_empty() {
        let text = ui.say("history-none");
        writeln!(ui.data(), "{text}")?;
        return Ok(());
    }
    let columns = [
        "report-run",
        "history-when",
        "report-by",
        "history-command",
        "report-took",
        "history-services",
        "history-migrations",
        "report-result",
    ];
    let headings = columns.iter().map(|key| ui.say(key).to_uppercase()).collect();
    let rows = runs
        .iter()
        .map(|(run, read)| {
            let Ok(chapter) = read else {
                let mut row = vec![run.to_string()];
                row.resize(7, String::new());
                row.push(ui.say("history-outcome-broken"));
                return row;
            };
            let report = chapter.report();
            let when = report.began.map(|began| match ui.view() {
                View::Terminal => ago(ui, began),
                View::Plain | View::Json => moment(began),
            });
            vec![
                run.to_string(),
                when.unwrap_or_default(),
                report.by.as_ref().map(who).unwrap_or_default(),
                chapter.story.opening().map(|it| it.command.to_owned()).unwrap_or_default(),
                took(&report).map(|it| duration(ui, it)).unwrap_or_default(),
                report.with_something_done().to_string(),
                migrations(&report),
                outcome(ui, chapter, &report),
            ]
        })
        .collect();
    writeln!(ui.data(), "{}", table(headings, rows))?;
    Ok(())
}

/// How many migrations were applied, or, with a minus, taken back.
fn migrations(report: &Report) -> String {
    let applied: usize = report.lines.iter().map(|line| line.applied.len()).sum();
    let undone: usize = report.lines.iter().map(|line| line.undone.len()).sum();
    if undone > 0 { format!("−{undone}") } else { applied.to_string() }
}

fn took(report: &Report) -> Option<std::time::Duration> {
    report.ended?.duration_since(report.began?).ok()
}

/// What came of a run, with its mark.
fn outcome(ui: &Ui, chapter: &Chapter, report: &Report) -> String {
    let key = match report.outcome {
        Some(outcome) => outcome.as_str(),
        None if chapter.is_running => "running",
        None if report.is_resumable() => "killed",
        None => "done",
    };
    let failed = report.count(Outcome::Failed) + report.count(Outcome::Refused);
    ui.tell(&format!("history-outcome-{key}"), &[("count", failed.into())])
}

/// The section "Migrations Appliquées Récemment" of the guide.
fn markdown(ui: &Ui, runs: &[Read], is_asked: &impl Fn(&str) -> bool) -> String {
    // Day, then each service once a day by name (which of a wave was quicker says nothing), then as it happened.
    let mut days: BTreeMap<String, BTreeMap<String, Vec<(SystemTime, String)>>> = BTreeMap::new();
    let mut put = |at: SystemTime, service: &ServiceName, text: String| {
        let services = days.entry(day(at)).or_default();
        services.entry(service.to_string()).or_default().push((at, text));
    };
    for (_, read) in runs.iter().rev() {
        let Ok(chapter) = read else { continue };
        for work in chapter.works().iter().filter(|it| is_asked(it.service.as_str())) {
            put(work.at, &work.service, entry(ui, work));
        }
        for (at, service, back) in chapter.returns() {
            if is_asked(service.as_str()) {
                let backup = ("backup", back.backup.as_str().into());
                put(at, &service, format!("- {}\n", ui.tell("history-restored", &[backup])));
            }
        }
    }
    let mut text = format!("## 📝 {}\n", ui.say("history-heading"));
    if days.is_empty() {
        text.push_str(&format!("\n{}\n", ui.say("history-none")));
    }
    for (day, services) in days.into_iter().rev() {
        text.push_str(&format!("\n### {day}\n"));
        for (service, mut entries) in services {
            text.push_str(&format!("\n**{}**\n", escaped_markdown(&service)));
            entries.sort_by_key(|(at, _)| *at);
            text.extend(entries.into_iter().map(|(_, entry)| entry));
        }
    }
    text
}

fn entry(ui: &Ui, work: &Work<'_>) -> String {
    let description = description_of(ui, work.migration.as_str(), work.forecast);
    let impact = impact_of(ui, work.forecast).unwrap_or_else(|| ui.say("history-impact-none"));
    let status = ui.say(&format!("history-status-{}", work.became.as_str()));
    format!(
        "- {}: `{}`\n- {}: {description}\n- {}: {impact}\n- {}: {status}\n",
        ui.say("history-migration"),
        work.migration,
        ui.say("history-description"),
        ui.say("history-impact"),
        ui.say("history-status"),
    )
}

/// The day of a moment, where this machine stands.
fn day(at: SystemTime) -> String {
    moment(at).chars().take(10).collect()
}

/// What a migration is for: what its author says, else what its statements do, else its name.
pub(crate) fn description_of(ui: &Ui, name: &str, forecast: Option<&Forecast>) -> String {
    const AT_MOST: usize = 3;
    if let Some(said) = forecast.and_then(|it| it.description.as_ref()) {
        return said.clone();
    }
    let statements = forecast.map(|it| it.statements.as_slice()).unwrap_or_default();
    let mut acts: Vec<String> =
        statements.iter().flat_map(|it| &it.acts).filter_map(|act| act_text(ui, act)).collect();
    acts.dedup();
    if acts.is_empty() {
        return words_of(name);
    }
    let more = acts.len().saturating_sub(AT_MOST);
    acts.truncate(AT_MOST);
    if more > 0 {
        acts.push(ui.tell("history-and-more", &[("count", more.into())]));
    }
    acts.join(", ")
}

/// What a migration changes for others: what its author says, else what may be lost or held up.
pub(crate) fn impact_of(ui: &Ui, forecast: Option<&Forecast>) -> Option<String> {
    let forecast = forecast?;
    if let Some(said) = &forecast.impact {
        return Some(said.clone());
    }
    let risks = forecast.statements.iter().flat_map(|it| &it.acts).flat_map(|act| &act.risks);
    let mut risks: Vec<&String> = risks.collect();
    risks.sort();
    risks.dedup();
    let texts: Vec<String> = risks.iter().map(|risk| ui.say(&format!("risk-{risk}"))).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// An act as a sentence; nothing for what leaves no trace.
pub(crate) fn act_text(ui: &Ui, act: &ActForecast) -> Option<String> {
    if matches!(act.verb.as_str(), "session" | "describe" | "other") {
        return None;
    }
    let key = format!("act-{}", act.verb);
    // A plan of a later version may know acts that this one has no words for.
    ui.words().has(&key).then(|| {
        ui.tell(
            &key,
            &[
                ("name", act.name.as_str().into()),
                ("table", act.table.as_str().into()),
                ("to", act.to.as_str().into()),
            ],
        )
    })
}

/// `20260212182206_add_role` → `add role`.
fn words_of(name: &str) -> String {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    if rest.is_empty() { name.to_owned() } else { rest.replace(['_', '-'], " ") }
}

/// The JSON twin, version 1.
fn document(ui: &Ui, project: &str, runs: &[Read], is_asked: &impl Fn(&str) -> bool) -> Json {
    let runs: Vec<Json> = runs
        .iter()
        .map(|(run, read)| {
            let chapter = match read {
                Ok(chapter) => chapter,
                Err(error) => {
                    return json!({ "run": run.as_str(), "problem": error.to_string() });
                }
            };
            let report = chapter.report();
            let works: Vec<Json> = chapter
                .works()
                .iter()
                .filter(|work| is_asked(work.service.as_str()))
                .map(|work| {
                    json!({
                        "service": work.service.as_str(),
                        "migration": work.migration.as_str(),
                        "at": instant(work.at),
                        "status": work.became.as_str(),
                        "milliseconds": match work.became {
                            Became::Applied(took) | Became::Undone(took) => {
                                Some(took.as_secs_f64() * 1000.0)
                            }
                            _ => None,
                        },
                        "description": description_of(ui, work.migration.as_str(), work.forecast),
                        "impact": impact_of(ui, work.forecast),
                    })
                })
                .collect();
            let restores: Vec<Json> = chapter
                .returns()
                .into_iter()
                .filter(|(_, service, _)| is_asked(service.as_str()))
                .map(|(at, service, back)| {
                    json!({
                        "service": service.as_str(),
                        "backup": back.backup,
                        "aside": back.aside,
                        "at": instant(at),
                    })
                })
                .collect();
            json!({
                "run": run.as_str(),
                "command": chapter.story.opening().map(|it| it.command),
                "by": report.by.as_ref().map(|by| json!({ "user": by.user, "host": by.host })),
                "began": report.began.map(instant),
                "ended": report.ended.map(instant),
                "outcome": report.outcome.map(radoub_engine::journal::fact::RunOutcome::as_str),
                "running": chapter.is_running,
                "resumable": !chapter.is_running && report.is_resumable(),
                "resumed": chapter.story.resumed(),
                "torn": chapter.story.is_torn,
                "followsPrevious": chapter.follows,
                "migrations": works,
                "restores": restores,
            })
        })
        .collect();
    json!({ "version": 1, "command": "history", "project": project, "runs": runs })
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn a_name_of_a_folder_is_read_as_words() {
        assert_eq!(words_of("20260212182206_add_role_to_technicien"), "add role to technicien");
        assert_eq!(words_of("20260212182206"), "20260212182206");
        assert_eq!(words_of("init"), "init");
    }
}
