//! `radoub resolve`: marks a migration as applied or as rolled back, in one service; without a mark,
//! looks at the database first and says which is right.

use serde_json::{Value as Json, json};

use radoub_engine::drift::{Drift, Sharing, Survey};
use radoub_engine::failure::Failure;
use radoub_engine::fleet::{Fleet, Managed, Prisma, Service};
use radoub_engine::repair::failed::{Answer, Examined, Finding, examine};
use radoub_engine::resolve::{Mark, ResolveSettings};
use radoub_engine::scratch::Workshop;
use radoub_schema::migration::MigrationName;

use super::check::{failure_document, failure_lines, failure_remedy};
use super::drift::{gather, repair_line};
use super::repair::{asked_for, undone};
use super::scratch::{ScratchArgs, within};
use super::{App, instant, moment};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit};
use crate::ui::{Tone, Ui, View};

/// What `resolve` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct ResolveArgs {
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
    #[arg(long, value_name = "MIGRATION", conflicts_with = "rolled_back")]
    applied: Option<String>,
    #[arg(long, value_name = "MIGRATION")]
    rolled_back: Option<String>,
    #[arg(long)]
    dry_run: bool,
    #[arg(short, long)]
    yes: bool,
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    wait: Seconds,
    #[command(flatten)]
    scratch: ScratchArgs,
}

pub(crate) async fn resolve(
    ui: &mut Ui,
    app: &mut App,
    args: &ResolveArgs,
) -> Result<Exit, CliError> {
    let whole = app.fleet(ui)?;
    let asked: Vec<String> = args.service.iter().cloned().collect();
    let mut fleet = App::narrow(ui, whole.clone(), &asked)?;
    fleet.services.retain(|it| matches!(it.prisma, Prisma::Managed(_)));
    let [service] = fleet.services.as_slice() else {
        return Err(CliError::Told {
            heading: ui.say("resolve-one-service"),
            causes: Vec::new(),
            remedy: None,
        });
    };
    let Prisma::Managed(managed) = &service.prisma else {
        unreachable!("only such services were kept")
    };
    let settings = ResolveSettings {
        look: app.look(),
        lock_patience: args.wait.0,
        advisory_lock: app.takes_advisory_lock(),
    };
    let (mark, migration) = match (&args.applied, &args.rolled_back) {
        (Some(migration), _) => (Mark::Applied, migration),
        (None, Some(migration)) => (Mark::RolledBack, migration),
        (None, None) => {
            return work_out(ui, app, &whole, &fleet, managed, args, &settings).await;
        }
    };
    let migration = MigrationName::new(migration.trim_end_matches(['/', '\\']));
    marked(ui, service, mark, &migration, &settings).await
}

fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Applied => "applied",
        Mark::RolledBack => "rolled-back",
    }
}

/// Marks what was said, and tells.
async fn marked(
    ui: &mut Ui,
    service: &Service,
    mark: Mark,
    migration: &MigrationName,
    settings: &ResolveSettings,
) -> Result<Exit, CliError> {
    let name = service.name.as_str();
    let marked = radoub_engine::resolve::resolve(service, mark, migration, settings).await;
    if ui.view() == View::Json {
        let failure = marked.as_ref().err();
        let exit = failure.map_or(Exit::InOrder, |it| it.code.weight().into());
        let document = json!({
            "version": 1,
            "command": "resolve",
            "service": name,
            "migration": migration.as_str(),
            "mark": word(mark),
            "exitCode": exit as u8,
            "problem": failure.map(|it| failure_document(ui, it)),
            "remedy": failure.and_then(|it| failure_remedy(ui, it, name)),
        });
        ui.json(&document)?;
        return Ok(exit);
    }
    tell_mark(ui, name, mark, migration, marked)
}

fn tell_mark(
    ui: &mut Ui,
    service: &str,
    mark: Mark,
    migration: &MigrationName,
    marked: Result<(), Failure>,
) -> Result<Exit, CliError> {
    match marked {
        Ok(()) => {
            let values = [("service", service.into()), ("migration", migration.as_str().into())];
            let text = ui.tell(&format!("resolve-{}", word(mark)), &values);
            writeln!(ui.data(), "{text}")?;
            Ok(Exit::InOrder)
        }
        Err(failure) => {
            let lines = failure_lines(ui, &failure);
            ui.error(&lines[0], &lines[1..])?;
            if let Some(remedy) = failure_remedy(ui, &failure, service) {
                ui.hint(&remedy)?;
            }
            Ok(failure.code.weight().into())
        }
    }
}

/// Looks what became of every failed migration, and marks those whose answer is sure.
async fn work_out(
    ui: &mut Ui,
    app: &App,
    whole: &Fleet,
    fleet: &Fleet,
    managed: &Managed,
    args: &ResolveArgs,
    settings: &ResolveSettings,
) -> Result<Exit, CliError> {
    let service = &fleet.services[0];
    let sharing = Sharing::of(whole);
    let survey = Survey { look: app.look(), unmanaged: true, replay_unseen: false };
    let work = async |workshop: &Workshop| {
        let mut found = gather(ui, fleet, &sharing, &survey, workshop).await;
        let drift = found.pop().expect("one service gives one answer");
        let examined = examine(workshop, managed, &drift).await;
        (drift, examined)
    };
    let (drift, examined) = within(app.workshop(fleet, args.scratch), work).await.told(ui)?;
    let examined = match examined {
        Ok(examined) => examined,
        Err(failure) => return refused(ui, service, &drift, &failure),
    };
    if ui.view() != View::Json {
        show(ui, service, &drift, &examined)?;
    }
    let sure = examined.iter().any(|it| it.answer.mark().is_some());
    let agreed = sure && !args.dry_run && (args.yes || asked_for(ui, app).await?);
    let mut outcomes = Vec::new();
    for one in &examined {
        let outcome = match one.answer.mark().filter(|_| agreed) {
            Some(mark) => {
                let name = &one.migration;
                Some(radoub_engine::resolve::resolve(service, mark, name, settings).await)
            }
            None => None,
        };
        outcomes.push(outcome);
    }
    let done = |outcome: &Option<Result<(), Failure>>| matches!(outcome, Some(Ok(())));
    let failures = outcomes.iter().filter_map(|it| it.as_ref()?.as_ref().err());
    let worst = failures.map(|it| Exit::from(it.code.weight())).max();
    let open = !outcomes.iter().all(done);
    let exit = worst.unwrap_or(if open { Exit::NeedsWork } else { Exit::InOrder });
    if ui.view() == View::Json {
        let document = document(ui, service, &drift, &examined, &outcomes, exit);
        ui.json(&document)?;
        return Ok(exit);
    }
    for (one, outcome) in examined.iter().zip(outcomes) {
        if let (Some(mark), Some(outcome)) = (one.answer.mark(), outcome) {
            tell_mark(ui, service.name.as_str(), mark, &one.migration, outcome)?;
        }
    }
    if sure && !agreed {
        let text = undone(ui, app, args.dry_run);
        writeln!(ui.data(), "{text}")?;
    }
    Ok(exit)
}

fn refused(
    ui: &mut Ui,
    service: &Service,
    drift: &Drift,
    failure: &Failure,
) -> Result<Exit, CliError> {
    let name = service.name.as_str();
    let remedy = failure_remedy(ui, failure, name).or_else(|| repair_line(ui, drift));
    let exit: Exit = failure.code.weight().into();
    if ui.view() == View::Json {
        let document = json!({
            "version": 1,
            "command": "resolve",
            "service": name,
            "exitCode": exit as u8,
            "problem": failure_document(ui, failure),
            "remedy": remedy,
        });
        ui.json(&document)?;
        return Ok(exit);
    }
    let lines = failure_lines(ui, failure);
    ui.error(&lines[0], &lines[1..])?;
    if let Some(remedy) = remedy {
        ui.hint(&remedy)?;
    }
    Ok(exit)
}

fn show(
    ui: &mut Ui,
    service: &Service,
    drift: &Drift,
    examined: &[Examined],
) -> Result<(), CliError> {
    if examined.is_empty() {
        let text = ui.tell("resolve-none", &[("service", service.name.as_str().into())]);
        writeln!(ui.data(), "{text}")?;
        return Ok(());
    }
    for one in examined {
        let values = [
            ("migration", one.migration.as_str().into()),
            ("started", moment(one.row.started_at).into()),
        ];
        let heading = ui.tell("check-failed", &values);
        let heading = match ui.view() {
            View::Terminal => Tone::Strong.paint(heading),
            _ => heading,
        };
        writeln!(ui.data(), "{heading}")?;
        for line in finding_lines(ui, &one.statements) {
            writeln!(ui.data(), "  {line}")?;
        }
        let values = [("migration", one.migration.as_str().into())];
        let answer = ui.tell(&format!("resolve-answer-{}", one.answer.as_str()), &values);
        writeln!(ui.data(), "  → {answer}")?;
        match &one.answer {
            Answer::Half { undo } if !undo.is_empty() => {
                let text = ui.say("resolve-undo");
                writeln!(ui.data(), "    {text}")?;
                for line in undo.lines() {
                    writeln!(ui.data(), "    | {line}")?;
                }
            }
            Answer::Half { .. } | Answer::Unknown | Answer::RowsUnknown => {
                if let Some(line) = repair_line(ui, drift) {
                    writeln!(ui.data(), "    {line}")?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Each statement with what is to be seen of it.
fn finding_lines(ui: &Ui, findings: &[Finding]) -> Vec<String> {
    let effects: Vec<String> = findings
        .iter()
        .map(|finding| {
            let key = match (finding.effect, &finding.rows, finding.runs) {
                (Some(effect), ..) => format!("resolve-effect-{}", effect.as_str()),
                (None, _, false) => "resolve-effect-stops".to_owned(),
                (None, Some(_), true) => "resolve-effect-rows".to_owned(),
                (None, None, true) => "resolve-effect-none".to_owned(),
            };
            ui.say(&key)
        })
        .collect();
    let width = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let widest = effects.iter().map(|it| width(it)).max().unwrap_or(0);
    let lines = findings.iter().zip(&effects).map(|(finding, effect)| {
        let gap = " ".repeat(widest - width(effect));
        format!("{:>4} | {effect}{gap}  {}", finding.line, finding.head)
    });
    lines.collect()
}

/// The JSON twin, version 1.
fn document(
    ui: &Ui,
    service: &Service,
    drift: &Drift,
    examined: &[Examined],
    outcomes: &[Option<Result<(), Failure>>],
    exit: Exit,
) -> Json {
    let migrations: Vec<Json> = examined
        .iter()
        .zip(outcomes)
        .map(|(one, outcome)| {
            let failure = outcome.as_ref().and_then(|it| it.as_ref().err());
            json!({
                "migration": one.migration.as_str(),
                "startedAt": instant(one.row.started_at),
                "answer": one.answer.as_str(),
                "undo": match &one.answer {
                    Answer::Half { undo } => Some(undo),
                    _ => None,
                },
                "statements": one.statements.iter().map(|it| json!({
                    "line": it.line,
                    "text": it.head,
                    "effect": it.effect.map(radoub_schema::effect::Effect::as_str),
                    "changesRows": it.rows.as_ref().map(|it| it.verb.as_str()),
                    "runs": it.runs,
                })).collect::<Vec<_>>(),
                "done": matches!(outcome, Some(Ok(()))),
                "problem": failure.map(|it| failure_document(ui, it)),
            })
        })
        .collect();
    json!({
        "version": 1,
        "command": "resolve",
        "service": service.name.as_str(),
        "exitCode": exit as u8,
        "migrations": migrations,
        "repair": repair_line(ui, drift),
    })
}
