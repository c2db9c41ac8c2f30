//! Carrying a plan out in front of a person: what is said while it happens, what Ctrl-C does, and how
//! the run ends. `apply` and `resume` share it.

use std::pin::{Pin, pin};
use std::time::{Duration, SystemTime};

use radoub_engine::event::{Event, EventKind, FleetEvent};
use radoub_engine::fleet::Fleet;
use radoub_engine::journal::{Journal, JournalError};
use radoub_engine::notify::{Moment, Outbox, Subscription, Undelivered, post};
use radoub_engine::plan::ApprovedPlan;
use radoub_engine::report::Report;
use radoub_engine::run::{RunSettings, Stop, Tools, Urgency};
use radoub_engine::secret::Environment;
use radoub_schema::script::Course;

use super::check::{failure_lines, holder_values};
use super::{App, duration, number};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit, chain};
use crate::report::letter;
use crate::ui::live::Live;
use crate::ui::{Tone, Ui, View};

/// How a run behaves towards others.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Patience {
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) wait: Seconds,
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub(crate) lock_timeout: Seconds,
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) lock_budget: Seconds,
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) statement_timeout: Option<Seconds>,
}

impl Default for Patience {
    /// The waits of the help.
    fn default() -> Self {
        let run = RunSettings::default();
        Self {
            wait: Seconds(run.lock_patience),
            lock_timeout: Seconds(run.lock_timeout),
            lock_budget: Seconds(run.lock_budget),
            statement_timeout: run.statement_timeout.map(Seconds),
        }
    }
}

impl Patience {
    /// The settings of a run.
    pub(crate) fn settings(&self, app: &App, max_failures: Option<usize>) -> RunSettings {
        RunSettings {
            look: app.look(),
            lock_patience: self.wait.0,
            lock_timeout: self.lock_timeout.0,
            lock_budget: self.lock_budget.0,
            statement_timeout: self.statement_timeout.map(|it| it.0),
            advisory_lock: app.takes_advisory_lock(),
            max_failures,
        }
    }
}

/// A run that is about to begin.
pub(crate) struct Outset<'a> {
    pub(crate) fleet: &'a Fleet,
    pub(crate) plan: &'a ApprovedPlan,
    pub(crate) settings: &'a RunSettings,
    pub(crate) tools: &'a Tools<'a>,
    /// Who is told of it.
    pub(crate) readers: &'a [Subscription],
    /// Where their addresses may lie.
    pub(crate) environment: &'a Environment,
}

/// How long what is told of a run may take when the run is over.
const GRACE: Duration = Duration::from_secs(5);

/// After so much of that, it is said what is waited for.
const SILENCE: Duration = Duration::from_secs(1);

/// A run that has come to its end.
pub(crate) struct Ran {
    /// What it came to.
    pub(crate) report: Report,
    /// What was told of it and did not arrive.
    pub(crate) undelivered: Vec<Undelivered>,
    /// Why its journal could not be written.
    pub(crate) trouble: Option<JournalError>,
}

impl Ran {
    /// The heaviest line decides; a journal that failed is as heavy as can be.
    pub(crate) fn exit(&self) -> Exit {
        if self.trouble.is_some() { Exit::Failed } else { exit(&self.report) }
    }
}

/// The heaviest line decides.
pub(crate) fn exit(report: &Report) -> Exit {
    report.lines.iter().map(|line| line.weight().into()).max().unwrap_or(Exit::InOrder)
}

/// Runs the plan and says what happens while it happens. `report` is that of the plan, or what was heard of the
/// run before, and names who runs it.
pub(crate) async fn carry_out(
    ui: &mut Ui,
    outset: &Outset<'_>,
    mut journal: Journal,
    mut report: Report,
) -> Result<Ran, CliError> {
    let Outset { fleet, plan, settings, tools, readers, environment } = *outset;
    let names: Vec<String> = plan.plan().entries.iter().map(|it| it.service.to_string()).collect();
    let live = Live::new(&names, ui.may_draw());
    let (stop, stopped) = radoub_engine::run::stop();
    let mut written = Ok(());
    report.run = journal.run().cloned();
    report.began.get_or_insert_with(SystemTime::now);
    let (outbox, delivered) = post(readers, environment);
    let mut delivered = pin!(delivered);
    if outbox.wants(Moment::Start) {
        outbox.send(letter::start(ui, &report));
    }
    let told = |event: &Event| {
        report.fold(event);
        if outbox.wants(Moment::Gate)
            && let Some(letter) = letter::gate(ui, &report, event)
        {
            outbox.send(letter);
        }
        let said = say(ui, &live, &names, event);
        // A screen that is gone stops nothing; that it went is said at the end.
        if written.is_ok() {
            written = said;
        }
    };
    let running =
        radoub_engine::run::run(fleet, plan, settings, tools, stopped, &mut journal, told);
    let ran = tokio::select! {
        ran = running => ran,
        never = interrupts(&stop) => match never {},
        // The post ends with its outbox, which lives longer than the run.
        _ = &mut delivered => unreachable!("the outbox is open"),
    };
    drop(live);
    let ending = report.end(ran.is_err());
    let ended = journal.end(ending).await;
    if outbox.wants(Moment::Result) {
        outbox.send(letter::result(ui, &report));
    }
    let undelivered = last_letters(ui, outbox, delivered).await;
    written?;
    Ok(Ran { report, undelivered, trouble: ran.err().or(ended.err()) })
}

/// Waits for what is still on its way, for a few seconds or until somebody has enough of it; gives what did not
/// arrive.
async fn last_letters(
    ui: &mut Ui,
    outbox: Outbox,
    mut delivered: Pin<&mut impl Future<Output = Vec<Undelivered>>>,
) -> Vec<Undelivered> {
    let closing = outbox.close(GRACE);
    tokio::select! {
        undelivered = &mut delivered => return undelivered,
        () = tokio::time::sleep(SILENCE) => {}
    }
    let text = ui.say("notify-waiting");
    // A screen that is gone is no reason to drop the letters.
    let _ = writeln!(ui.status(), "{text}");
    tokio::select! {
        undelivered = &mut delivered => return undelivered,
        () = asked_to_stop() => closing.at_once(),
    }
    delivered.await
}

/// Says what did not arrive; it changes nothing about the run.
pub(crate) fn tell_undelivered(ui: &mut Ui, undelivered: &[Undelivered]) -> std::io::Result<()> {
    for one in undelivered {
        let values = [
            ("to", letter::reader(one.kind, one.place.as_deref()).into()),
            ("moment", one.moment.as_str().into()),
            ("reason", letter::not_delivered(ui, &one.because).into()),
        ];
        let text = ui.tell("notify-undelivered", &values);
        ui.warning(&text)?;
    }
    if !undelivered.is_empty() {
        let text = ui.say("notify-undelivered-remedy");
        ui.hint(&text)?;
    }
    Ok(())
}

/// Each request to stop raises the urgency; without a signal handler the system ends radoub.
pub(crate) async fn interrupts(stop: &Stop) -> std::convert::Infallible {
    loop {
        asked_to_stop().await;
        stop.raise();
    }
}

/// Waits for Ctrl-C, or for what else asks a process of this system to end.
#[cfg(unix)]
pub(crate) async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hangup)) =
        (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        asked = tokio::signal::ctrl_c() => if asked.is_err() { std::future::pending().await },
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

/// Waits for Ctrl-C, or for what else asks a process of this system to end.
#[cfg(windows)]
pub(crate) async fn asked_to_stop() {
    use tokio::signal::windows::{ctrl_break, ctrl_close};
    let (Ok(mut broken), Ok(mut closed)) = (ctrl_break(), ctrl_close()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        asked = tokio::signal::ctrl_c() => if asked.is_err() { std::future::pending().await },
        _ = broken.recv() => {}
        _ = closed.recv() => {}
    }
}

/// Says one event where it belongs.
fn say(ui: &mut Ui, live: &Live, names: &[String], event: &Event) -> std::io::Result<()> {
    match event {
        Event::Fleet(event) => {
            let Some(text) = fleet_sentence(ui, event) else { return Ok(()) };
            match (ui.view(), ui.may_draw()) {
                (View::Terminal, true) => live.say(&text),
                (View::Plain, _) if matches!(event, FleetEvent::WaveStarted { .. }) => {
                    writeln!(ui.data(), "{text}")?;
                }
                _ => writeln!(ui.status(), "{text}")?,
            }
        }
        Event::Service { service, kind } => {
            let Some(text) = sentence(ui, kind) else { return Ok(()) };
            let index = names.iter().position(|name| name == service.as_str());
            match (ui.view(), index) {
                (View::Terminal, Some(index)) => match kind {
                    EventKind::Ended { .. } | EventKind::HeldBack(_) => live.done(index, text),
                    _ => live.doing(index, text),
                },
                (View::Plain, _) => {
                    let text = ui.labelled(service.as_str(), &text);
                    writeln!(ui.data(), "{text}")?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn fleet_sentence(ui: &Ui, event: &FleetEvent) -> Option<String> {
    Some(match event {
        // One wave is no news.
        FleetEvent::WaveStarted { of: 0 | 1, .. } | FleetEvent::WaveEnded { .. } => return None,
        FleetEvent::WaveStarted { wave, of, services } => {
            let services: Vec<&str> =
                services.iter().map(radoub_engine::fleet::ServiceName::as_str).collect();
            ui.tell(
                "run-wave",
                &[
                    ("wave", (*wave).into()),
                    ("total", (*of).into()),
                    ("services", services.join(", ").into()),
                ],
            )
        }
        FleetEvent::Stopping(Urgency::No | Urgency::AfterStatement) => {
            Tone::Notice.paint(ui.say("run-stopping"))
        }
        FleetEvent::Stopping(Urgency::Now) => Tone::Notice.paint(ui.say("run-stopping-now")),
    })
}

/// An event of a service in one line; some are only for machines.
pub(crate) fn sentence(ui: &Ui, kind: &EventKind) -> Option<String> {
    let text = match kind {
        // Ways back speak with words of their own.
        // The report says it, in full.
        EventKind::Found(_)
        | EventKind::Started
        | EventKind::CreatingDatabase
        | EventKind::StatementsStarted { .. }
        | EventKind::Undoing { .. }
        | EventKind::Undone { .. }
        | EventKind::Restoring { .. }
        | EventKind::Restored { .. } => return None,
        EventKind::BackingUp => ui.say("run-backing-up"),
        EventKind::BackedUp { backup, took, .. } => ui.tell(
            "run-backed-up",
            &[("backup", backup.as_str().into()), ("took", duration(ui, *took).into())],
        ),
        EventKind::Counting => ui.say("run-counting"),
        EventKind::Counted { tables, rows, left_out, took, .. } => {
            let rows = number(ui, u64::try_from(*rows).unwrap_or(0));
            let values = [
                ("tables", (*tables).into()),
                ("rows", rows.into()),
                ("left", (*left_out).into()),
                ("took", duration(ui, *took).into()),
            ];
            ui.tell("run-counted", &values)
        }
        EventKind::NotCounted { failure } => {
            let why = failure_lines(ui, failure).into_iter().next().unwrap_or_default();
            ui.tell("run-not-counted", &[("reason", why.into())])
        }
        EventKind::Doubted { failure } => {
            let what = failure_lines(ui, failure).into_iter().next().unwrap_or_default();
            ui.tell("run-doubted", &[("what", what.into())])
        }
        EventKind::Compared(compared) => {
            let values =
                [("tables", compared.tables.into()), ("count", compared.differences.len().into())];
            ui.tell("run-compared", &values)
        }
        EventKind::Building => ui.say("run-building"),
        EventKind::Built { took } => ui.tell("run-built", &[("took", duration(ui, *took).into())]),
        EventKind::Restarting => ui.say("run-restarting"),
        EventKind::Restarted { took, .. } => {
            ui.tell("run-restarted", &[("took", duration(ui, *took).into())])
        }
        EventKind::Well { after } => ui.tell("run-well", &[("after", duration(ui, *after).into())]),
        EventKind::Verifying => ui.say("run-verifying"),
        EventKind::Verified { verdict, took } => ui.tell(
            "run-verified",
            &[("verdict", verdict.as_str().into()), ("took", duration(ui, *took).into())],
        ),
        EventKind::DatabaseCreated => ui.say("apply-database-created"),
        EventKind::WaitingForLock { holder: None, .. } => ui.say("apply-waiting"),
        EventKind::WaitingForLock { holder: Some(holder), .. } => {
            ui.tell("apply-waiting-for", &holder_values(holder))
        }
        EventKind::WaitingForServer { failure, .. } => {
            let why = failure_lines(ui, failure).into_iter().next().unwrap_or_default();
            ui.tell("run-waiting-for-server", &[("reason", why.into())])
        }
        EventKind::MigrationStarted { name, course, .. } => {
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
        EventKind::HeldBack(because) => {
            ui.tell("run-held-back", &[("because", because.as_str().into())])
        }
        EventKind::Ended { took } => {
            ui.tell("apply-ended", &[("took", duration(ui, *took).into())])
        }
    };
    Some(text)
}

/// A journal that cannot be written, as an error of the command.
pub(crate) fn journal_error(ui: &Ui, error: &JournalError) -> CliError {
    let values = [("path", error.path.display().to_string().into())];
    CliError::Told {
        heading: ui.tell("error-journal", &values),
        causes: chain(&error.source),
        remedy: Some(ui.tell("error-journal-remedy", &values)),
    }
}

/// How long ago something was, for a person.
pub(crate) fn ago(ui: &Ui, at: SystemTime) -> String {
    let age = SystemTime::now().duration_since(at).unwrap_or(Duration::ZERO);
    let key = match age.as_secs() {
        0..60 => "ago-seconds",
        60..3600 => "ago-minutes",
        3600..86_400 => "ago-hours",
        _ => "ago-days",
    };
    let count = match key {
        "ago-seconds" => age.as_secs(),
        "ago-minutes" => age.as_secs() / 60,
        "ago-hours" => age.as_secs() / 3600,
        _ => age.as_secs() / 86_400,
    };
    ui.tell(key, &[("count", count.into())])
}
