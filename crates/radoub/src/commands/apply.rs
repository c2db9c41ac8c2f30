//! `radoub apply`: apply what is pending, everywhere, and say what came of it.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value as Json, json};

use radoub_engine::event::{Event, EventKind};
use radoub_engine::plan::{Choice, Consent, Hazard, Plan, approve, plan};
use radoub_engine::report::{Line, Outcome, Report};
use radoub_engine::run::RunSettings;
use radoub_schema::script::Course;

use super::check::{RULE, failure_document, failure_lines, failure_remedy, holder_values};
use super::{App, duration};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit};
use crate::ui::live::Live;
use crate::ui::{Tone, Ui, View};

/// What `apply` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct ApplyArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(long)]
    create_database: bool,
    #[arg(long = "allow", value_name = "HAZARD", value_parser = hazard)]
    allow: Vec<Hazard>,
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    wait: Seconds,
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    lock_timeout: Seconds,
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    lock_budget: Seconds,
}

impl Default for ApplyArgs {
    /// All services, nothing agreed to, the waits of the help.
    fn default() -> Self {
        let run = RunSettings::default();
        Self {
            services: Vec::new(),
            create_database: false,
            allow: Vec::new(),
            wait: Seconds(run.lock_patience),
            lock_timeout: Seconds(run.lock_timeout),
            lock_budget: Seconds(run.lock_budget),
        }
    }
}

fn hazard(text: &str) -> Result<Hazard, String> {
    Hazard::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
        let known: Vec<&str> = Hazard::ALL.iter().map(|it| it.as_str()).collect();
        known.join(", ")
    })
}

pub(crate) async fn apply(ui: &mut Ui, app: &mut App, args: &ApplyArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let names: Vec<String> = fleet.services.iter().map(|it| it.name.to_string()).collect();

    let observed = {
        let live = Live::new(&names, ui.may_draw());
        radoub_engine::observe::observe(&fleet, &app.look(), |index, one| {
            live.done(index, super::check::headline(ui.words(), one));
        })
        .await
    };
    let consent = Consent {
        hazards: args.allow.iter().copied().collect::<BTreeSet<_>>(),
        create_database: args.create_database,
        ..Consent::default()
    };
    let plan = plan(&fleet, &observed, &consent);
    let mut report = Report::of(&plan);
    let work = plan.entries.iter().any(|it| matches!(it.choice, Choice::Apply(_)));

    if ui.view() == View::Plain {
        let heading = ui.say("apply-heading");
        writeln!(ui.data(), "{RULE}\n{heading}\n{RULE}\n")?;
    }
    if work {
        let settings = RunSettings {
            look: app.look(),
            lock_patience: args.wait.0,
            lock_timeout: args.lock_timeout.0,
            lock_budget: args.lock_budget.0,
            advisory_lock: app.takes_advisory_lock(),
        };
        follow(ui, &fleet, plan, &settings, &names, &mut report).await?;
    }
    match ui.view() {
        View::Json => {
            let document = document(ui, &fleet.project, &report);
            ui.json(&document)?;
        }
        View::Plain | View::Terminal => tell(ui, &report)?,
    }
    Ok(exit(&report))
}

/// Runs the plan and says what happens while it happens.
pub(super) async fn follow(
    ui: &mut Ui,
    fleet: &radoub_engine::fleet::Fleet,
    plan: Plan,
    settings: &RunSettings,
    names: &[String],
    report: &mut Report,
) -> Result<(), CliError> {
    let live = Live::new(names, ui.may_draw());
    let (stop, stopped) = radoub_engine::run::stop();
    let mut written = Ok(());
    let interrupts = async {
        // Each Ctrl-C raises the urgency; without a signal handler the default one ends radoub.
        while tokio::signal::ctrl_c().await.is_ok() {
            stop.raise();
        }
        std::future::pending::<()>().await;
    };
    let running = radoub_engine::run::run(fleet, approve(plan), settings, stopped, |event| {
        report.fold(&event);
        let text = sentence(ui, &event);
        let index = names.iter().position(|name| name == event.service.as_str());
        match (ui.view(), index, text) {
            (View::Terminal, Some(index), Some(text)) => match event.kind {
                EventKind::Ended { .. } => live.done(index, text),
                _ => live.doing(index, text),
            },
            (View::Plain, _, Some(text)) if written.is_ok() => {
                written = writeln!(ui.data(), "{}: {text}", event.service);
            }
            _ => {}
        }
    });
    tokio::select! {
        () = running => {}
        () = interrupts => {}
    }
    drop(live);
    written.map_err(CliError::from)
}

/// An event in one line; some are only for machines.
fn sentence(ui: &Ui, event: &Event) -> Option<String> {
    let text = match &event.kind {
        EventKind::Started => return None,
        EventKind::DatabaseCreated => ui.say("apply-database-created"),
        EventKind::WaitingForLock { holder: None, .. } => ui.say("apply-waiting"),
        EventKind::WaitingForLock { holder: Some(holder), .. } => {
            ui.tell("apply-waiting-for", &holder_values(holder))
        }
        EventKind::MigrationStarted { name, course } => {
            let key = match course {
                Course::Atomic => "apply-started",
                Course::Stepwise { .. } => "apply-started-stepwise",
            };
            ui.tell(key, &[("migration", name.as_str().into())])
        }
        EventKind::StatementDone { name, done, of } => ui.tell(
            "apply-statement",
            &[
                ("migration", name.as_str().into()),
                ("done", (*done).into()),
                ("total", (*of).into()),
            ],
        ),
        EventKind::Blocked { name, attempt, blockers } => ui.tell(
            "apply-blocked",
            &[
                ("migration", name.as_str().into()),
                ("attempt", (*attempt).into()),
                ("blockers", blockers.join("; ").into()),
            ],
        ),
        EventKind::IndexDropped { index, .. } => {
            ui.tell("apply-index-dropped", &[("index", index.as_str().into())])
        }
        EventKind::Reconnecting { name } => {
            ui.tell("apply-reconnecting", &[("migration", name.as_str().into())])
        }
        EventKind::MigrationApplied { name, took } => ui.tell(
            "apply-applied",
            &[("migration", name.as_str().into()), ("took", duration(ui, *took).into())],
        ),
        EventKind::AlreadyApplied { name } => {
            ui.tell("apply-already", &[("migration", name.as_str().into())])
        }
        EventKind::Failed { failure, .. } => {
            let lines = failure_lines(ui, failure);
            format!("{} {}", ui.say("mark-error"), lines.first()?)
        }
        EventKind::Ended { took } => {
            ui.tell("apply-ended", &[("took", duration(ui, *took).into())])
        }
    };
    Some(text)
}

/// The final report, a line per service, and what to do about each that did not go well.
pub(super) fn tell(ui: &mut Ui, report: &Report) -> Result<(), CliError> {
    let heading = ui.say("apply-report");
    let plain = ui.view() == View::Plain;
    if plain {
        writeln!(ui.data(), "\n{RULE}\n{heading}\n{RULE}\n")?;
    }
    let width = report.lines.iter().map(|it| it.service.as_str().chars().count()).max();
    let width = width.unwrap_or(0);
    for line in &report.lines {
        let text = line_text(ui, line);
        writeln!(ui.data(), "{:width$}  {text}", line.service)?;
        if let Some(failure) = &line.failure {
            for cause in failure_lines(ui, failure) {
                writeln!(ui.data(), "     {cause}")?;
            }
            if let Some(remedy) = failure_remedy(ui, failure, line.service.as_str()) {
                writeln!(ui.data(), "     → {remedy}")?;
            }
        }
    }
    let (tone, verdict) = verdict(ui, report);
    if plain {
        writeln!(ui.data(), "\n{RULE}\n{verdict}")?;
    } else {
        writeln!(ui.data(), "\n{}", tone.paint(verdict))?;
    }
    Ok(())
}

fn line_text(ui: &Ui, line: &Line) -> String {
    let values = [("count", line.applied.len().into()), ("took", duration(ui, line.took).into())];
    let text = match (line.outcome, line.applied.is_empty()) {
        (Outcome::Failed, false) => ui.tell("apply-outcome-failed-after", &values),
        (Outcome::Failed, true) => ui.say("apply-outcome-failed"),
        (Outcome::Applied, _) => ui.tell("apply-outcome-applied", &values),
        (Outcome::Nothing, _) => ui.say("apply-outcome-nothing"),
        (Outcome::Refused, _) => ui.say("apply-outcome-refused"),
        (Outcome::NotApplicable, _) => ui.say("apply-outcome-not-applicable"),
    };
    if line.database_created { format!("{text} {}", ui.say("apply-outcome-created")) } else { text }
}

fn verdict(ui: &Ui, report: &Report) -> (Tone, String) {
    let counts = report.counts();
    let count = |outcome| counts.get(&outcome).copied().unwrap_or(0);
    let wrong = count(Outcome::Refused) + count(Outcome::Failed);
    match (wrong, count(Outcome::Applied)) {
        (0, 0) => (Tone::Good, ui.say("apply-verdict-nothing")),
        (0, _) => (Tone::Good, ui.say("apply-verdict-applied")),
        _ => (Tone::Bad, ui.tell("apply-verdict-wrong", &[("count", wrong.into())])),
    }
}

/// The heaviest line decides.
pub(crate) fn exit(report: &Report) -> Exit {
    report.lines.iter().map(|line| line.weight().into()).max().unwrap_or(Exit::InOrder)
}

/// The JSON twin, version 1.
pub(super) fn document(ui: &Ui, project: &str, report: &Report) -> Json {
    let milliseconds = |took: Duration| took.as_secs_f64() * 1000.0;
    let services: Vec<Json> = report
        .lines
        .iter()
        .map(|line| {
            json!({
                "service": line.service.as_str(),
                "outcome": line.outcome.as_str(),
                "applied": line.applied.iter().map(|(name, took)| json!({
                    "migration": name.as_str(),
                    "milliseconds": milliseconds(*took),
                })).collect::<Vec<_>>(),
                "databaseCreated": line.database_created,
                "failedMigration": line.failed_migration.as_ref().map(ToString::to_string),
                "problem": line.failure.as_ref().map(|it| failure_document(ui, it)),
                "remedy": line.failure.as_ref()
                    .and_then(|it| failure_remedy(ui, it, line.service.as_str())),
                "milliseconds": milliseconds(line.took),
            })
        })
        .collect();
    json!({
        "version": 1,
        "command": "apply",
        "project": project,
        "exitCode": exit(report) as u8,
        "services": services,
    })
}
