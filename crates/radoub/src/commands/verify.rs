//! `radoub verify`: whether services work after a change, as the guide's checklist.

use radoub_engine::failure::Failure;
use radoub_engine::gate::{Finding, GateSettings, Verdict};
use radoub_engine::runtime::{Docker, RuntimeError};
use radoub_engine::symptom::Symptom;
use radoub_engine::verify::compare::Compared;
use radoub_engine::verify::memory::Memories;
use radoub_engine::verify::{
    AssertionOutcome, AssertionSource, DataFinding, LogFinding, Verified, VerifySettings,
    verify as look,
};
use serde_json::{Value as Json, json};

use super::check::{failure_document, failure_lines, failure_remedy};
use super::finding::{finding, finding_document, milliseconds};
use super::{App, compared, duration, remembered};
use crate::cli::{Seconds, seconds, seconds_or_none};
use crate::error::{CliError, Exit};
use crate::report::escaped_markdown;
use crate::ui::words::Value;
use crate::ui::{Tone, Ui, View};

/// What `verify` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct VerifyArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    wait: Option<Seconds>,
    #[arg(long, value_name = "SECONDS", value_parser = seconds_or_none)]
    quiet: Option<Seconds>,
    #[arg(long)]
    no_containers: bool,
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    #[arg(long)]
    remember: bool,
    #[arg(long, value_name = "last|FILE")]
    since: Option<String>,
}

pub(crate) async fn verify(
    ui: &mut Ui,
    app: &mut App,
    args: &VerifyArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let runtime = if args.no_containers || fleet.compose_project.is_none() {
        Ok(None)
    } else {
        app.runtime_of(&fleet).await.map(Some)
    };
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let memories = Memories::below(app.journals(&fleet).folder());
    let since = match &args.since {
        Some(since) => remembered::recalled(ui, &memories, &fleet, since)?,
        None => Vec::new(),
    };
    let settings = VerifySettings {
        gate: GateSettings {
            look: app.look(),
            patience: args.wait.map_or(fleet.waits.patience, |it| it.0),
            quiet: args.quiet.map(|it| it.0).unwrap_or_default(),
            ..GateSettings::default()
        },
        census: fleet.census,
        remember: args.remember,
        ..VerifySettings::default()
    };
    let line: Result<Option<&Docker>, &RuntimeError> = runtime.as_ref().map(Option::as_ref);
    let verified = look(&fleet, line, &settings, &since, |_| {}).await;
    let file =
        if args.remember { remembered::remember(ui, &memories, &fleet, &verified)? } else { None };
    let worst = verified.iter().map(|it| it.verdict).max().unwrap_or(Verdict::Inconclusive);
    let exit = match worst {
        Verdict::Pass => Exit::InOrder,
        Verdict::Inconclusive | Verdict::Fail => Exit::NeedsWork,
    };
    if ui.view() == View::Json {
        let mut document = document(ui, &verified, exit);
        document["memory"] = json!(file.map(|it| it.display().to_string()));
        ui.json(&document)?;
        return Ok(exit);
    }
    if args.markdown {
        let heading = ui.say("verify-checklist");
        writeln!(ui.data(), "### {heading}\n")?;
    } else {
        for one in &verified {
            show(ui, one)?;
            if args.since.is_some() && one.compared.is_none() {
                let (mark, text) = (ui.say("verify-mark-notice"), ui.say("verify-not-remembered"));
                writeln!(ui.data(), "  {mark} {text}")?;
            }
        }
        writeln!(ui.data())?;
    }
    for (key, ticked) in boxes(&verified) {
        let text = ui.say(key);
        writeln!(ui.data(), "- [{}] {text}", if ticked { "x" } else { " " })?;
    }
    if args.markdown {
        for one in &verified {
            if let Some(Ok(compared)) = &one.compared {
                let text = compared::markdown(ui, compared);
                writeln!(ui.data(), "\n#### {}\n\n{text}", escaped_markdown(one.service.as_str()))?;
            }
        }
    }
    if let Some(file) = file {
        let text = ui.tell("verify-remembered-in", &[("path", file.display().to_string().into())]);
        writeln!(ui.status(), "{text}")?;
    }
    if !args.markdown {
        let text = ui.say(&format!("verify-end-{}", worst.as_str()));
        writeln!(ui.data(), "\n{}", tone(worst).paint(text))?;
        if let Some(next) = next_step(ui, &verified) {
            writeln!(ui.data(), "→ {next}")?;
        }
    }
    Ok(exit)
}

/// The boxes of the guide's checklist; what only a person can see stays open.
fn boxes(verified: &[Verified]) -> [(&'static str, bool); 5] {
    let all = |is_well: fn(&Verified) -> bool| !verified.is_empty() && verified.iter().all(is_well);
    let answers =
        |it: &Verified| it.gate.findings.iter().any(|it| matches!(it, Finding::Answers(_)));
    let compared = || verified.iter().filter_map(|it| it.compared.as_ref()?.as_ref().ok());
    let timed = || compared().filter(|it| it.times_before.is_some());
    // A service without a health route has no time that could be measured.
    let is_fast = timed().next().is_some() && timed().all(Compared::is_as_fast);
    [
        ("verify-box-logs", all(|it| matches!(&it.logs, Some(Ok(found)) if found.is_empty()))),
        ("verify-box-endpoints", all(|it| it.gate.verdict == Verdict::Pass) && all(answers)),
        ("verify-box-data", all(is_intact)),
        ("verify-box-interface", false),
        ("verify-box-performance", is_fast),
    ]
}

/// Whether the data was asked, nothing is wrong with it, and it is what was remembered of it.
fn is_intact(verified: &Verified) -> bool {
    let is_as_before = match &verified.compared {
        None => true,
        Some(Ok(compared)) => compared.verdict() == Verdict::Pass,
        Some(Err(_)) => false,
    };
    is_as_before && verified.is_sound()
}

/// The one thing to do next: about the first service that something is wrong with, else the first of which
/// something could not be found out.
fn next_step(ui: &Ui, verified: &[Verified]) -> Option<String> {
    let open = verified.iter().filter(|it| it.verdict != Verdict::Pass);
    let first = open.rev().max_by_key(|it| it.verdict)?;
    let service = first.service.as_str();
    let remedy = |failure: &Failure| {
        let key = format!("verify-next-{}", failure.code.as_str());
        if ui.words().has(&key) {
            return Some(ui.tell(&key, &[("service", service.into())]));
        }
        failure_remedy(ui, failure, service)
    };
    let known = first.failures().iter().find_map(remedy);
    Some(known.unwrap_or_else(|| ui.tell("verify-next", &[("service", service.into())])))
}

fn show(ui: &mut Ui, verified: &Verified) -> Result<(), CliError> {
    let took = duration(ui, verified.took);
    let mark = ui.say(&format!("verify-mark-{}", verified.verdict.as_str()));
    writeln!(
        ui.data(),
        "{mark} {}  {}",
        Tone::Strong.paint(&verified.service),
        Tone::Quiet.paint(took)
    )?;
    let mut lines: Vec<(Verdict, Vec<String>)> =
        verified.gate.findings.iter().map(|it| (it.verdict(), finding(ui, it))).collect();
    match &verified.logs {
        None => {}
        Some(Ok(found)) if found.is_empty() => {
            lines.push((Verdict::Pass, vec![ui.say("verify-logs-clean")]));
        }
        Some(Ok(found)) => {
            lines.extend(found.iter().map(|it| (Verdict::Fail, log_finding(ui, it))));
        }
        Some(Err(failure)) => lines.push((Verdict::Inconclusive, failure_lines(ui, failure))),
    }
    match &verified.data {
        Ok(_) if verified.is_sound() => {
            lines.push((Verdict::Pass, vec![ui.say("verify-data-sound")]));
        }
        Ok(found) => {
            lines.extend(found.iter().map(|it| (it.verdict(), vec![data_finding(ui, it)])));
        }
        // The gate has said why the database is not to be had.
        Err(_) if verified.gate.is_away() => {}
        Err(failure) => lines.push((Verdict::Inconclusive, failure_lines(ui, failure))),
    }
    let mut lines: Vec<(Option<Verdict>, Vec<String>)> =
        lines.into_iter().map(|(verdict, texts)| (Some(verdict), texts)).collect();
    match &verified.compared {
        None => {}
        Some(Ok(compared)) => {
            let found = compared::lines(ui, compared).into_iter();
            lines.extend(found.map(|(verdict, text)| (verdict, vec![text])));
            let samples = compared::samples(ui, compared);
            if !samples.is_empty() {
                lines.push((None, samples));
            }
        }
        Some(Err(failure)) => {
            lines.push((Some(Verdict::Inconclusive), not_counted(ui, failure)));
        }
    }
    match &verified.remembered {
        None => {}
        Some(Ok(remembered)) => lines.push((None, vec![remembered::text(ui, remembered)])),
        Some(Err(failure)) => {
            lines.push((Some(Verdict::Inconclusive), not_counted(ui, failure)));
        }
    }
    for (verdict, texts) in lines {
        let mark = verdict.map_or("notice", Verdict::as_str);
        let mark = ui.say(&format!("verify-mark-{mark}"));
        for (at, text) in texts.iter().enumerate() {
            let head = if at == 0 { format!("  {mark} ") } else { "     ".to_owned() };
            writeln!(ui.data(), "{head}{text}")?;
        }
    }
    Ok(())
}

/// Why tables were not counted.
fn not_counted(ui: &Ui, failure: &Failure) -> Vec<String> {
    let mut lines = vec![ui.say("verify-not-counted")];
    lines.extend(failure_lines(ui, failure));
    lines
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Inconclusive => Tone::Notice,
        Verdict::Fail => Tone::Bad,
    }
}

fn log_finding(ui: &Ui, found: &LogFinding) -> Vec<String> {
    let values: [(&str, Value<'_>); 2] =
        [("container", found.container.clone().into()), ("count", found.count.into())];
    let mut lines = vec![ui.tell("verify-log-error", &values), found.line.clone()];
    lines.extend(found.symptom.as_ref().and_then(|it| symptom_text(ui, it)));
    lines
}

/// What a symptom means, where the line itself does not say it better.
fn symptom_text(ui: &Ui, symptom: &Symptom) -> Option<String> {
    let (key, name) = match symptom {
        Symptom::MissingColumn { table, column } => {
            let table = table.as_deref().map(|it| format!("{it}.")).unwrap_or_default();
            ("symptom-missing-column", format!("{table}{column}"))
        }
        Symptom::MissingTable { table } => ("symptom-missing-table", table.clone()),
        Symptom::MissingDatabase { database } => {
            ("symptom-missing-database", database.clone().unwrap_or_default())
        }
        _ => return None,
    };
    Some(ui.tell(key, &[("name", name.into())]))
}

fn data_finding(ui: &Ui, found: &DataFinding) -> String {
    match found {
        DataFinding::Orphans { table, key, rows } => {
            let values: [(&str, Value<'_>); 3] = [
                ("table", table.clone().into()),
                ("key", key.clone().into()),
                ("rows", (*rows).into()),
            ];
            ui.tell("verify-orphans", &values)
        }
        DataFinding::SequenceBehind { sequence, column, next, largest } => {
            let values: [(&str, Value<'_>); 4] = [
                ("sequence", sequence.clone().into()),
                ("column", column.clone().into()),
                ("next", next.to_string().into()),
                ("largest", largest.to_string().into()),
            ];
            ui.tell("verify-sequence-behind", &values)
        }
        DataFinding::Assertion(assertion) => {
            let file = match &assertion.source {
                AssertionSource::File(file) => file.display().to_string(),
                AssertionSource::Named { name, place } => format!("{name} ({place})"),
            };
            match &assertion.outcome {
                AssertionOutcome::Violated { rows, first } => {
                    let values: [(&str, Value<'_>); 3] = [
                        ("file", file.into()),
                        ("rows", (*rows).into()),
                        ("first", first.clone().into()),
                    ];
                    ui.tell("verify-assertion-violated", &values)
                }
                AssertionOutcome::Refused { said } => {
                    let values = [("file", file.into()), ("said", said.clone().into())];
                    ui.tell("verify-assertion-refused", &values)
                }
                AssertionOutcome::Unreadable { reason } => {
                    let values = [("file", file.into()), ("said", reason.clone().into())];
                    ui.tell("verify-assertion-refused", &values)
                }
            }
        }
        DataFinding::Unanswered { reason } => {
            ui.tell("verify-data-unanswered", &[("reason", reason.clone().into())])
        }
    }
}

fn document(ui: &Ui, verified: &[Verified], exit: Exit) -> Json {
    let services: Vec<Json> = verified
        .iter()
        .map(|one| {
            let findings: Vec<Json> =
                one.gate.findings.iter().map(|it| finding_document(ui, it)).collect();
            let logs = one.logs.as_ref().and_then(|it| it.as_ref().ok()).map(|found| {
                let errors = found.iter().map(|it| {
                    json!({
                        "container": it.container, "line": it.line, "count": it.count,
                        "prismaCode": it.symptom.as_ref().and_then(Symptom::prisma_code),
                    })
                });
                errors.collect::<Vec<_>>()
            });
            let data = one.data.as_ref().ok().map(|found| {
                let told = found.iter().map(|it| {
                    json!({ "text": data_finding(ui, it), "verdict": it.verdict().as_str() })
                });
                told.collect::<Vec<_>>()
            });
            json!({
                "service": one.service.as_str(),
                "verdict": one.verdict.as_str(),
                "findings": findings,
                "newErrors": logs,
                "logProblem": one.logs.as_ref().and_then(|it| it.as_ref().err())
                    .map(|it| failure_document(ui, it)),
                "data": data,
                "compared": compared_document(ui, one),
                "remembered": one.remembered.as_ref().and_then(|it| it.as_ref().ok()).map(|it| json!({
                    "tables": it.tables.len(),
                    "rows": it.rows(),
                    "leftOut": it.left_out.iter().map(|it| &it.table).collect::<Vec<_>>(),
                    "times": it.times,
                })),
                "milliseconds": milliseconds(one.took),
            })
        })
        .collect();
    let checklist: Vec<Json> = boxes(verified)
        .iter()
        .map(|(key, ticked)| json!({ "text": ui.say(key), "done": ticked }))
        .collect();
    json!({
        "version": 1,
        "command": "verify",
        "exitCode": exit as u8,
        "services": services,
        "checklist": checklist,
        "next": next_step(ui, verified),
    })
}

/// A comparison for machines; `null` when there was none, a problem when it could not be made.
fn compared_document(ui: &Ui, verified: &Verified) -> Json {
    match &verified.compared {
        None => Json::Null,
        Some(Ok(compared)) => compared::document(ui, compared),
        Some(Err(failure)) => json!({ "problem": failure_document(ui, failure) }),
    }
}
