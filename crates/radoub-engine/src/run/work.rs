//! The work on one service: its deeds, one after the other, and what is told of them.
//!
//! Make sure of a way back, create the database if the plan says so, take Prisma's lock, look again
//! under the lock, apply what is still pending, let the lock go, restart the service, look at it.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use radoub_postgres::apply::{AppliedOutcome, ApplyEvent, ApplySettings};
use radoub_postgres::create::create_database;
use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::gate::{Gate, Intent, Shut};
use radoub_postgres::lock::{LockSettings, LockedDatabase};
use radoub_postgres::session::Session;
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::migration::{Migration, MigrationName};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::verify::Ordered;
use super::{RunSettings, Said, StopSignal, Tools, Urgency};
use crate::errand::{self, Errand};
use crate::event::{Event, EventKind, Found};
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Managed, Service, ServiceName};
use crate::gate::Verdict;
use crate::observe::connect_settings;
use crate::plan::{Deed, Stage, Task};
use crate::rebuild::Due;
use crate::restart::{Restarted, renew, restart};
use crate::runtime::{Runtime, RuntimeError};
use crate::translate;
use crate::verify;

/// Says what happens to one service.
#[derive(Clone)]
pub(super) struct Teller {
    service: ServiceName,
    events: UnboundedSender<Said>,
}

impl Teller {
    pub(super) fn new(service: ServiceName, events: UnboundedSender<Said>) -> Self {
        Self { service, events }
    }

    fn event(&self, kind: EventKind) -> Event {
        Event::Service { service: self.service.clone(), kind }
    }

    pub(super) fn say(&self, kind: EventKind) {
        // Nobody listens any more only when the run itself was dropped.
        let _ = self.events.send(Said { event: self.event(kind), written: None });
    }

    /// Says what is about to be done, and waits until it is written down.
    pub(super) async fn intend(&self, kind: EventKind) -> Result<(), Shut> {
        let (written, is_written) = oneshot::channel();
        let said = Said { event: self.event(kind), written: Some(written) };
        self.events.send(said).map_err(|_| Shut)?;
        match is_written.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Shut),
        }
    }

    /// The gate before the deeds of a migration.
    fn gate(&self, migration: &Migration) -> Gate {
        let (teller, name) = (self.clone(), migration.name.clone());
        let checksum =
            migration.script.as_ref().map(radoub_schema::migration::MigrationScript::checksum);
        Gate::asking(move |intent| {
            let (teller, name) = (teller.clone(), name.clone());
            Box::pin(async move {
                let kind = match (intent, checksum) {
                    (Intent::Script { course, statements, committed }, Some(checksum)) => {
                        EventKind::MigrationStarted {
                            name,
                            checksum,
                            course,
                            statements,
                            committed,
                        }
                    }
                    // A migration without a script is refused before anything is intended.
                    (Intent::Script { .. }, None) => return Err(Shut),
                    (Intent::Statements { first, count, statements }, _) => {
                        EventKind::StatementsStarted {
                            name,
                            first: first + 1,
                            count,
                            of: statements,
                        }
                    }
                };
                teller.intend(kind).await
            })
        })
    }
}

/// How long to wait before a server is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// The work on one service.
pub(super) struct Work<'a> {
    pub(super) service: &'a Service,
    pub(super) managed: &'a Managed,
    /// Folder of the fleet.
    pub(super) root: &'a Path,
    pub(super) task: &'a Task,
    pub(super) settings: &'a RunSettings,
    pub(super) tools: &'a Tools<'a>,
    pub(super) stop: StopSignal,
}

/// What went wrong, and in which migration.
pub(super) type Trouble = (Option<MigrationName>, Failure);

pub(super) fn plainly(failure: Failure) -> Trouble {
    (None, failure)
}

impl Work<'_> {
    /// Does it all; says whether it went well.
    pub(super) async fn follow(&self, teller: &Teller) -> bool {
        let begun = Instant::now();
        teller.say(EventKind::Started);
        let done = self.bring_up(teller).await;
        let well = done.is_ok();
        if let Err((migration, failure)) = done {
            teller.say(EventKind::Failed { migration, failure });
        }
        teller.say(EventKind::Ended { took: begun.elapsed() });
        well
    }

    async fn bring_up(&self, teller: &Teller) -> Result<(), Trouble> {
        let url = self.managed.url.as_ref();
        let url = url.map_err(|problem| plainly(translate::url_failure(problem)))?;
        if self.stop.asked() != Urgency::No {
            return Err(plainly(self.interrupted(None)));
        }
        let connect = connect_settings(self.managed, self.settings.look.timeout);
        if self.task.deeds().iter().any(|deed| matches!(deed, Deed::BackUp)) {
            // A backup takes its time, and what waits that long is not there any more.
            drop(self.tools.doors.take(&self.service.name));
        }
        let mut is_built = false;
        for deed in self.task.deeds().iter().filter(|deed| deed.stage() < Stage::Migrate) {
            match deed {
                Deed::Rebuild(due) => is_built = self.rebuild(due, teller).await?,
                Deed::BackUp => self.back_up(teller).await?,
                Deed::CreateDatabase => self.create(url, &connect, teller).await?,
                Deed::MakeLedger
                | Deed::Migrate(_)
                | Deed::Restart
                | Deed::Probe
                | Deed::Verify => {}
            }
        }
        let before = self.count(teller).await?;
        if self.task.stage(Stage::Migrate).next().is_some() {
            self.migrate(url, &connect, teller).await?;
        }
        let mut ordered = None;
        for deed in self.task.deeds().iter().filter(|deed| deed.stage() > Stage::Migrate) {
            match deed {
                Deed::Restart => ordered = Some(self.restart(is_built, teller).await?),
                Deed::Probe => self.probe(teller).await?,
                Deed::Verify => self.verify(&before, ordered.as_ref(), teller).await?,
                Deed::Rebuild(_)
                | Deed::BackUp
                | Deed::CreateDatabase
                | Deed::MakeLedger
                | Deed::Migrate(_) => {}
            }
        }
        Ok(())
    }

    /// Makes sure of a backup that was read back and shows what is about to be changed.
    async fn back_up(&self, teller: &Teller) -> Result<(), Trouble> {
        let name = &self.service.name;
        let Some(tool) = &self.tools.backup else {
            let values = vec![("service", name.to_string())];
            return Err(plainly(Failure::new(FailureCode::BackupUnproven, values)));
        };
        teller.intend(EventKind::BackingUp).await.map_err(|Shut| plainly(unwritten()))?;
        let begun = Instant::now();
        let since = tool.since.get(name).copied().unwrap_or_else(Timestamp::now);
        let proof = tool.desk.ensure(name, since, &self.stop, |_| {}).await.map_err(plainly)?;
        teller.say(EventKind::BackedUp {
            backup: proof.backup().to_owned(),
            sha256: proof.sha256().to_owned(),
            took: begun.elapsed(),
        });
        Ok(())
    }

    /// Builds the image of the service anew, and says whether it did. What nobody asked for is a guess, so that a
    /// failure is told and stops nothing.
    async fn rebuild(&self, due: &Due, teller: &Teller) -> Result<bool, Trouble> {
        let tool = self.tools.runtime.as_ref();
        let Some(compose) = tool.and_then(|it| it.compose.as_ref()) else { return Ok(false) };
        teller.intend(EventKind::Building).await.map_err(|Shut| plainly(unwritten()))?;
        let begun = Instant::now();
        let services: Vec<&str> = due.services.iter().map(String::as_str).collect();
        let built = tokio::select! {
            built = compose.build(&services, |_| {}) => built,
            () = self.stop.until(Urgency::AfterStatement) => {
                return Err(plainly(self.interrupted(None)));
            }
        };
        let Err(error) = built else {
            teller.say(EventKind::Built { took: begun.elapsed() });
            return Ok(true);
        };
        let values = vec![("service", self.service.name.to_string())];
        let failure = Failure::new(FailureCode::BuildFailed, values);
        let failure = failure.because(error.failure());
        if due.is_asked {
            return Err(plainly(failure));
        }
        teller.say(EventKind::Doubted { failure });
        Ok(false)
    }

    /// Restarts the service, with the new image where one was built.
    async fn restart(&self, is_built: bool, teller: &Teller) -> Result<Ordered, Trouble> {
        let words = Errand::Restart.words(self.service);
        let command = words.map_or_else(|| "none".to_owned(), errand::shown);
        let values = vec![("service", self.service.name.to_string()), ("command", command)];
        let failed = Failure::new(FailureCode::RestartFailed, values);
        let tool = self.tools.runtime.as_ref();
        let Some((tool, runtime)) = tool.and_then(|it| Some((it, it.of(self.service)?))) else {
            return Err(plainly(failed));
        };
        let old = verify::old_errors(&runtime).await;
        teller.intend(EventKind::Restarting).await.map_err(|Shut| plainly(unwritten()))?;
        let at = Instant::now();
        if let (true, Some(compose)) = (is_built, &tool.compose) {
            let renewed = renew(&runtime, compose).await;
            let Restarted { containers, took, .. } =
                renewed.map_err(|failure| plainly(failed.because(failure)))?;
            teller.say(EventKind::Restarted { containers, took });
            return Ok(Ordered { at, old });
        }
        let restarting = restart(&runtime, &tool.patience);
        let restarted = match runtime {
            // The engine goes on with what it was told, and bounds it itself.
            Runtime::Docker(..) => restarting.await,
            Runtime::Commands(..) => tokio::select! {
                restarted = restarting => restarted,
                () = self.stop.until(Urgency::Now) => return Err(plainly(failed)),
            },
        };
        match restarted {
            Ok(Restarted { containers, took, .. }) => {
                teller.say(EventKind::Restarted { containers, took });
                Ok(Ordered { at, old })
            }
            Err(error) => {
                if is_silence(&error) {
                    // Nobody knows how the service is, which is not the same as that it does not work.
                    let unseen = Failure::new(FailureCode::ContainersUnseen, Vec::new());
                    let failures = vec![unseen.because(error.failure())];
                    let found =
                        Found { verdict: Verdict::Inconclusive, failures, logs: Vec::new() };
                    teller.say(EventKind::Found(Box::new(found)));
                }
                Err(plainly(failed.because(error.failure())))
            }
        }
    }

    async fn create(
        &self,
        url: &DatabaseUrl,
        connect: &ConnectSettings,
        teller: &Teller,
    ) -> Result<(), Trouble> {
        let intended = teller.intend(EventKind::CreatingDatabase).await;
        intended.map_err(|Shut| plainly(unwritten()))?;
        match create_database(url, connect).await {
            Ok(()) => teller.say(EventKind::DatabaseCreated),
            Err(error) => {
                if let Some(failure) = translate::create_failure(url, &error) {
                    return Err(plainly(failure));
                }
            }
        }
        Ok(())
    }

    /// Everything that is done under the migration lock.
    async fn migrate(
        &self,
        url: &DatabaseUrl,
        connect: &ConnectSettings,
        teller: &Teller,
    ) -> Result<(), Trouble> {
        let lock = LockSettings {
            patience: self.settings.lock_patience,
            advisory: self.settings.advisory_lock,
        };
        let asked = Instant::now();
        let mut waiting = |holder: &Session| {
            let holder = Some(translate::holder(holder));
            teller.say(EventKind::WaitingForLock { holder, waited: asked.elapsed() });
        };
        let mut locked = loop {
            let database = self.connect(url, connect, teller).await?;
            let failure = match database.lock(&lock, &mut waiting).await {
                Ok(locked) => break locked,
                Err(error) => translate::lock_failure(url, &error),
            };
            // Nothing is begun yet, so a server that goes away here is waited for like one that was away.
            self.wait_for_server(failure, asked, teller).await?;
        };
        let applied = self.apply_all(&mut locked, teller).await;
        let released = locked.release().await;
        applied?;
        // Every migration is committed and read back by now; a lock goes with its connection.
        drop(released);
        Ok(())
    }

    /// Connects; a server that restarts, or has no connection left for the moment, is waited for as
    /// long as for a lock.
    async fn connect(
        &self,
        url: &DatabaseUrl,
        connect: &ConnectSettings,
        teller: &Teller,
    ) -> Result<Database, Trouble> {
        if let Some(database) = self.tools.doors.take(&self.service.name) {
            return Ok(database);
        }
        let begun = Instant::now();
        loop {
            let failure = match Database::connect(url, connect).await {
                Ok(database) => return Ok(database),
                Err(error) => translate::connect_failure(&error),
            };
            if failure.code == FailureCode::TooManyConnections && self.tools.doors.close().await {
                continue;
            }
            self.wait_for_server(failure, begun, teller).await?;
        }
    }

    /// Waits a moment, when what went wrong may pass and patience is not at its end.
    async fn wait_for_server(
        &self,
        failure: Failure,
        begun: Instant,
        teller: &Teller,
    ) -> Result<(), Trouble> {
        let may_pass = matches!(
            failure.code,
            FailureCode::ConnectionRefused
                | FailureCode::ConnectionLost
                | FailureCode::ServerNotReady
                | FailureCode::TooManyConnections
        );
        let is_over = begun.elapsed() >= self.settings.lock_patience;
        if !may_pass || is_over || self.stop.asked() != Urgency::No {
            return Err(plainly(failure));
        }
        teller.say(EventKind::WaitingForServer { failure, waited: begun.elapsed() });
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = self.stop.until(Urgency::AfterStatement) => {}
        }
        Ok(())
    }

    async fn apply_all(&self, locked: &mut LockedDatabase, teller: &Teller) -> Result<(), Trouble> {
        if self.task.deeds().iter().any(|deed| matches!(deed, Deed::MakeLedger)) {
            let ready = locked.make_ready(&self.managed.schemas).await;
            let url = locked.url().clone();
            ready.map_err(|error| plainly(translate::ready_failure(&url, &error)))?;
        }
        for migration in self.task.migrations() {
            if self.stop.asked() != Urgency::No {
                let name = migration.name.clone();
                return Err((Some(name), self.interrupted(Some(&migration.name))));
            }
            self.apply_one(locked, migration, teller)
                .await
                .map_err(|failure| (Some(migration.name.clone()), failure))?;
        }
        Ok(())
    }

    async fn apply_one(
        &self,
        locked: &mut LockedDatabase,
        migration: &Migration,
        teller: &Teller,
    ) -> Result<(), Failure> {
        let apply = ApplySettings {
            lock_timeout: self.settings.lock_timeout,
            patience: self.settings.lock_budget,
            statement_deadline: self.settings.statement_timeout,
            schemas: self.managed.schemas.clone(),
            stop: self.stop.clone(),
            gate: teller.gate(migration),
        };
        let begun = Instant::now();
        let name = &migration.name;
        let mut on_event = |event| teller.retell(name, begun, event);
        let applied = locked.apply(migration, &apply, &mut on_event).await;
        match applied {
            Ok(AppliedOutcome::Applied(_)) => {
                let took = begun.elapsed();
                teller.say(EventKind::MigrationApplied { name: name.clone(), took });
                Ok(())
            }
            Ok(AppliedOutcome::AlreadyApplied) => {
                teller.say(EventKind::AlreadyApplied { name: name.clone() });
                Ok(())
            }
            Err(error) => {
                let folder = &self.managed.migrations;
                Err(translate::apply_failure(locked.url(), folder, migration, &error))
            }
        }
    }

    fn interrupted(&self, migration: Option<&MigrationName>) -> Failure {
        let first = self.task.migrations().next().map(|it| &it.name);
        let name = migration.or(first).map(ToString::to_string).unwrap_or_default();
        let values = vec![
            ("migration", name),
            ("stays", "nothing".to_owned()),
            ("statements", "0".to_owned()),
        ];
        Failure::new(FailureCode::Interrupted, values)
    }
}

/// Whether nobody answered at the engine, so that nobody knows what became of the containers.
fn is_silence(error: &RuntimeError) -> bool {
    matches!(error, RuntimeError::Silent { .. } | RuntimeError::Unreachable { .. })
}

/// The journal could not be written; why is said once, by the run.
pub(super) fn unwritten() -> Failure {
    Failure::new(FailureCode::JournalFailed, Vec::new())
}

impl Teller {
    /// Tells what the door to the database says while it applies a migration.
    fn retell(&self, name: &MigrationName, begun: Instant, event: ApplyEvent) {
        let name = name.clone();
        let kind = match event {
            ApplyEvent::Committed { committed, statements } => {
                EventKind::StatementDone { name, done: committed, of: statements }
            }
            ApplyEvent::Retrying { attempt, blockers, .. } => {
                let blockers = blockers.iter().map(translate::blocker).collect();
                EventKind::Blocked { name, attempt, blockers }
            }
            ApplyEvent::Waiting { blockers } => {
                let blockers = blockers.iter().map(translate::blocker).collect();
                EventKind::Blocked { name, attempt: 0, blockers }
            }
            ApplyEvent::WaitingForLock { holder } => {
                let holder = Some(translate::holder(&holder));
                EventKind::WaitingForLock { holder, waited: begun.elapsed() }
            }
            ApplyEvent::IndexDropped { index } => EventKind::IndexDropped { name, index },
            ApplyEvent::Reconnecting => EventKind::Reconnecting { name },
            // Seen in the database itself, and of no use to a person who waits.
            ApplyEvent::SchemaCreated { .. }
            | ApplyEvent::LedgerCreated
            | ApplyEvent::Unwatched
            | ApplyEvent::SteppedAside => return,
        };
        self.say(kind);
    }
}
