//! `radoub verify`: whether services work after a change, as the guide's checklist.

use radoub_engine::failure::Failure;
use radoub_engine::gate::{Endpoint, Finding, GateSettings, Verdict};
use radoub_engine::runtime::{Docker, RuntimeError};
use radoub_engine::symptom::Symptom;
use radoub_engine::verify::compare::Compared;
use radoub_engine::verify::memory::Memories;
use radoub_engine::verify::{
    AssertionOutcome, AssertionSource, DataFinding, LogFinding, Verified, VerifySettings,
    verify as look,
};
use serde_json::{Value as Json, json};

use super::check::{failure_document, failure_lines};
use super::{App, compared, duration, remembered};
use crate::cli::{Seconds, seconds};
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
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    wait: Seconds,
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
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
            patience: args.wait.0,
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
        ("verify-box-logs", all(|it| it.logs.as_ref().is_some_and(Vec::is_empty))),
        ("verify-box-endpoints", all(|it| it.gate.verdict == Verdict::Pass) && all(answers)),
        ("verify-box-data", all(is_sound)),
        ("verify-box-interface", false),
        ("verify-box-performance", is_fast),
    ]
}

/// Whether the data was asked and nothing is wrong with it.
fn is_sound(verified: &Verified) -> bool {
    let is_as_before = match &verified.compared {
        None => true,
        Some(Ok(compared)) => compared.verdict() == Verdict::Pass,
        Some(Err(_)) => false,
    };
    is_as_before && verified.data.as_ref().is_some_and(Vec::is_empty)
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
        Some(found) if found.is_empty() => {
            lines.push((Verdict::Pass, vec![ui.say("verify-logs-clean")]));
        }
        Some(found) => lines.extend(found.iter().map(|it| (Verdict::Fail, log_finding(ui, it)))),
    }
    match &verified.data {
        None => {}
        Some(found) if found.is_empty() => {
            lines.push((Verdict::Pass, vec![ui.say("verify-data-sound")]));
        }
        Some(found) => {
            lines.extend(found.iter().map(|it| (Verdict::Fail, vec![data_finding(ui, it)])));
        }
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

/// A finding of the gate in words; more lines say why.
pub(crate) fn finding(ui: &Ui, finding: &Finding) -> Vec<String> {
    let key = format!("gate-{}", finding.as_str());
    let tell = |values: &[(&str, Value<'_>)]| vec![ui.tell(&key, values)];
    let of_endpoint = |it: &Endpoint| {
        let took = duration(ui, it.took);
        tell(&[
            ("address", it.address.clone().into()),
            ("status", it.status.to_string().into()),
            ("took", took.into()),
        ])
    };
    match finding {
        Finding::Runs { container, checked } => {
            let checked = if *checked { "yes" } else { "no" };
            tell(&[("container", container.clone().into()), ("checked", checked.into())])
        }
        Finding::NoContainer => tell(&[]),
        Finding::Stands { container, state, exit_code, out_of_memory } => {
            let code = exit_code.map_or_else(|| "none".to_owned(), |it| it.to_string());
            let memory = if *out_of_memory { "yes" } else { "no" };
            tell(&[
                ("container", container.clone().into()),
                ("state", state.as_str().into()),
                ("code", code.into()),
                ("memory", memory.into()),
            ])
        }
        Finding::Loops { container, restarts } => {
            tell(&[("container", container.clone().into()), ("restarts", (*restarts).into())])
        }
        Finding::Unwell { container, health } => {
            tell(&[("container", container.clone().into()), ("health", health.as_str().into())])
        }
        Finding::EngineAway { failure } => {
            let mut lines = failure_lines(ui, failure).into_iter();
            let reason = lines.next().unwrap_or_default();
            tell(&[("reason", reason.into())]).into_iter().chain(lines).collect()
        }
        Finding::SchemaAway { reason } => tell(&[("reason", reason.clone().into())]),
        Finding::Answers(endpoint) | Finding::Refuses(endpoint) => of_endpoint(endpoint),
        Finding::Silent { address, reason } => {
            tell(&[("address", address.clone().into()), ("reason", reason.clone().into())])
        }
        Finding::Readable { tables } => tell(&[("tables", (*tables).into())]),
        Finding::Unreadable { table, columns, sqlstate, said } => {
            let values: [(&str, Value<'_>); 3] = [
                ("table", table.clone().into()),
                ("columns", columns.join(", ").into()),
                ("count", columns.len().into()),
            ];
            let mut lines = tell(&values);
            lines.push(format!("{said} ({sqlstate})"));
            lines
        }
        Finding::DatabaseAway { failure } => failure_lines(ui, failure),
        Finding::SchemaRefused { mistakes } => tell(&[("mistakes", (*mistakes).into())]),
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
            let logs = one.logs.as_ref().map(|found| {
                let errors = found.iter().map(|it| {
                    json!({
                        "container": it.container, "line": it.line, "count": it.count,
                        "prismaCode": it.symptom.as_ref().and_then(Symptom::prisma_code),
                    })
                });
                errors.collect::<Vec<_>>()
            });
            let data = one.data.as_ref().map(|found| {
                found.iter().map(|it| json!({ "text": data_finding(ui, it) })).collect::<Vec<_>>()
            });
            json!({
                "service": one.service.as_str(),
                "verdict": one.verdict.as_str(),
                "findings": findings,
                "newErrors": logs,
                "data": data,
                "compared": compared_document(ui, one),
                "remembered": one.remembered.as_ref().and_then(|it| it.as_ref().ok()).map(|it| json!({
                    "tables": it.tables.len(),
                    "rows": it.rows(),
                    "leftOut": it.left_out.iter().map(|it| &it.table).collect::<Vec<_>>(),
                    "times": it.times,
                })),
                "milliseconds": u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX),
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

/// A finding of the gate for machines.
pub(crate) fn finding_document(ui: &Ui, found: &Finding) -> Json {
    let mut document = json!({
        "finding": found.as_str(),
        "verdict": found.verdict().as_str(),
        "text": finding(ui, found).join("\n"),
    });
    match found {
        Finding::Answers(endpoint) | Finding::Refuses(endpoint) => {
            document["address"] = json!(endpoint.address);
            document["status"] = json!(endpoint.status);
        }
        Finding::Unreadable { table, columns, sqlstate, .. } => {
            document["table"] = json!(table);
            document["columns"] = json!(columns);
            document["sqlstate"] = json!(sqlstate);
        }
        Finding::DatabaseAway { failure } => document["problem"] = failure_document(ui, failure),
        _ => {}
    }
    document
}
