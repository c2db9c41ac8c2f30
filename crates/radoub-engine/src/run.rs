//! Carries an approved plan out: every service on its own, many at once, nothing decided here.
//!
//! Each service's work is: create the database if the plan says so, take Prisma's lock, look again
//! under the lock, apply what is still pending, let the lock go. What happens is told as events.

use std::cell::Cell;
use std::time::{Duration, Instant};

use radoub_postgres::apply::{AppliedOutcome, ApplyEvent, ApplySettings};
use radoub_postgres::create::create_database;
use radoub_postgres::database::Database;
use radoub_postgres::lock::{LockSettings, LockedDatabase};
use radoub_postgres::session::Session;
use radoub_postgres::stop::{Stop as Urgency, StopSignal, StopSwitch};
use radoub_schema::migration::{Migration, MigrationName};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, Managed, Prisma, Service, ServiceName};
use crate::lanes;
use crate::observe::{Look, connect_settings};
use crate::plan::{ApprovedPlan, Choice, Task};
use crate::translate;

/// How a run behaves towards others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunSettings {
    /// How databases are reached.
    pub look: Look,
    /// How long to wait for somebody else's migration lock.
    pub lock_patience: Duration,
    /// How long a statement queues for a table before it steps back.
    pub lock_timeout: Duration,
    /// How long such tries go on for one migration.
    pub lock_budget: Duration,
    /// Whether Prisma's advisory lock is taken; off only where its own CLI is told the same
    /// (`PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK`).
    pub advisory_lock: bool,
}

impl Default for RunSettings {
    /// 10 s for the migration lock, as Prisma; 2 s in a queue, 60 s of tries.
    fn default() -> Self {
        Self {
            look: Look::default(),
            lock_patience: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(2),
            lock_budget: Duration::from_mins(1),
            advisory_lock: true,
        }
    }
}

/// The handle that stops a run.
#[derive(Debug)]
pub struct Stop {
    switch: StopSwitch,
    asked: Cell<Urgency>,
}

/// A stop handle, and the side of the run that is told to stop.
pub fn stop() -> (Stop, StopSignal) {
    let (switch, signal) = radoub_postgres::stop::stop();
    (Stop { switch, asked: Cell::new(Urgency::No) }, signal)
}

impl Stop {
    /// Once: nothing new begins. Twice: what runs is cancelled on the server and undone.
    pub fn raise(&self) {
        let more = match self.asked.get() {
            Urgency::No => Urgency::AfterStatement,
            Urgency::AfterStatement | Urgency::Now => Urgency::Now,
        };
        self.asked.set(more);
        self.switch.ask(more);
    }
}

/// Carries the plan out; every event goes to `tell`, in the order in which things happen.
///
/// A service that fails does not stop the others. Dropping the call ends every connection, and
/// what was not committed is undone by the servers.
pub async fn run(
    fleet: &Fleet,
    plan: ApprovedPlan,
    settings: &RunSettings,
    stop: StopSignal,
    mut tell: impl FnMut(Event),
) {
    let work: Vec<Work<'_>> = plan
        .plan()
        .entries
        .iter()
        .filter_map(|entry| {
            let Choice::Apply(task) = &entry.choice else { return None };
            let service = fleet.services.iter().find(|it| it.name == entry.service)?;
            let Prisma::Managed(managed) = &service.prisma else { return None };
            Some(Work { service, managed, task, settings, stop: stop.clone() })
        })
        .collect();

    let (events, mut told) = unbounded_channel();
    let all = async {
        let events = events;
        lanes::each(
            &work,
            settings.look.lanes,
            |work| work.managed.url.as_ref().ok().map(|url| url.server_key().to_string()),
            |index| {
                work[index]
                    .follow(Teller { service: &work[index].service.name, events: events.clone() })
            },
            |_, ()| {},
        )
        .await;
    };
    tokio::pin!(all);
    let mut working = true;
    loop {
        tokio::select! {
            biased;
            event = told.recv() => match event {
                Some(event) => tell(event),
                None => break,
            },
            () = &mut all, if working => working = false,
        }
    }
}

/// Says what happens to one service.
#[derive(Clone)]
struct Teller<'a> {
    service: &'a ServiceName,
    events: UnboundedSender<Event>,
}

impl Teller<'_> {
    fn say(&self, kind: EventKind) {
        // Nobody listens any more only when the run itself was dropped.
        let _ = self.events.send(Event { service: self.service.clone(), kind });
    }
}

/// The work on one service.
struct Work<'a> {
    service: &'a Service,
    managed: &'a Managed,
    task: &'a Task,
    settings: &'a RunSettings,
    stop: StopSignal,
}

/// What went wrong, and in which migration.
type Trouble = (Option<MigrationName>, Failure);

impl Work<'_> {
    async fn follow(&self, teller: Teller<'_>) {
        let begun = Instant::now();
        teller.say(EventKind::Started);
        if let Err((migration, failure)) = self.bring_up(&teller).await {
            teller.say(EventKind::Failed { migration, failure });
        }
        teller.say(EventKind::Ended { took: begun.elapsed() });
    }

    async fn bring_up(&self, teller: &Teller<'_>) -> Result<(), Trouble> {
        let plainly = |failure| (None, failure);
        let url = self.managed.url.as_ref();
        let url = url.map_err(|problem| plainly(translate::url_failure(problem)))?;
        if self.stop.asked() != Urgency::No {
            return Err(plainly(self.interrupted(None)));
        }
        let connect = connect_settings(self.managed, self.settings.look.timeout);
        if self.task.create_database {
            match create_database(url, &connect).await {
                Ok(()) => teller.say(EventKind::DatabaseCreated),
                Err(error) => {
                    if let Some(failure) = translate::create_failure(url, &error) {
                        return Err(plainly(failure));
                    }
                }
            }
        }
        let database = Database::connect(url, &connect).await;
        let database = database.map_err(|error| plainly(translate::connect_failure(&error)))?;
        let lock = LockSettings {
            patience: self.settings.lock_patience,
            advisory: self.settings.advisory_lock,
        };
        let asked = Instant::now();
        let mut waiting = |holder: &Session| {
            let holder = Some(translate::holder(holder));
            teller.say(EventKind::WaitingForLock { holder, waited: asked.elapsed() });
        };
        let locked = database.lock(&lock, &mut waiting).await;
        let mut locked = locked.map_err(|error| plainly(translate::lock_failure(url, &error)))?;
        let applied = self.apply_all(&mut locked, teller).await;
        let released = locked.release().await;
        applied?;
        // Every migration is committed and read back by now; a lock goes with its connection.
        drop(released);
        Ok(())
    }

    async fn apply_all(
        &self,
        locked: &mut LockedDatabase,
        teller: &Teller<'_>,
    ) -> Result<(), Trouble> {
        if self.task.migrations.is_empty() {
            let ready = locked.make_ready(&self.managed.schemas).await;
            let url = locked.url().clone();
            return ready.map_err(|error| (None, translate::ready_failure(&url, &error)));
        }
        for migration in &self.task.migrations {
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
        teller: &Teller<'_>,
    ) -> Result<(), Failure> {
        let apply = ApplySettings {
            lock_timeout: self.settings.lock_timeout,
            patience: self.settings.lock_budget,
            schemas: self.managed.schemas.clone(),
            stop: self.stop.clone(),
            ..ApplySettings::default()
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
        let first = self.task.migrations.first().map(|it| &it.name);
        let name = migration.or(first).map(ToString::to_string).unwrap_or_default();
        Failure::new(FailureCode::Interrupted, vec![("migration", name)])
    }
}

impl Teller<'_> {
    /// Tells what the door to the database says while it applies a migration.
    fn retell(&self, name: &MigrationName, begun: Instant, event: ApplyEvent) {
        let name = name.clone();
        let kind = match event {
            ApplyEvent::Started { course, .. } => EventKind::MigrationStarted { name, course },
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
