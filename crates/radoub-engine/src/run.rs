//! Carries an approved plan out: every service on its own, many at once, nothing decided here.
//!
//! Each service's work is: create the database if the plan says so, take Prisma's lock, look again
//! under the lock, apply what is still pending, let the lock go. What happens is told as events.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use radoub_postgres::apply::{ApplyEvent, ApplySettings};
use radoub_postgres::create::create_database;
use radoub_postgres::database::Database;
use radoub_postgres::lock::LockedDatabase;
use radoub_schema::migration::{Migration, MigrationName, compare};
use tokio::sync::watch;

use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, Managed, Prisma, Service};
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
}

impl Default for RunSettings {
    /// 10 s for the migration lock, as Prisma; 2 s in a queue, 60 s of tries.
    fn default() -> Self {
        Self {
            look: Look::default(),
            lock_patience: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(2),
            lock_budget: Duration::from_mins(1),
        }
    }
}

/// How urgently a run is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Not at all.
    GoOn,
    /// At the next safe point: nothing new begins.
    SafePoint,
    /// Now: what runs is cancelled on the server and undone.
    Now,
}

/// The handle that stops a run.
#[derive(Debug)]
pub struct Stop(watch::Sender<Urgency>);

/// The side of a run that is told to stop.
#[derive(Debug, Clone)]
pub struct Stopped(watch::Receiver<Urgency>);

/// A stop handle and its other side.
pub fn stop() -> (Stop, Stopped) {
    let (sender, receiver) = watch::channel(Urgency::GoOn);
    (Stop(sender), Stopped(receiver))
}

impl Stop {
    /// Once: stop at the next safe point. Twice: cancel.
    pub fn raise(&self) {
        self.0.send_modify(|urgency| {
            *urgency = match urgency {
                Urgency::GoOn => Urgency::SafePoint,
                Urgency::SafePoint | Urgency::Now => Urgency::Now,
            }
        });
    }
}

impl Stopped {
    fn is_raised(&self) -> bool {
        *self.0.borrow() > Urgency::GoOn
    }
}

/// Carries the plan out; every event goes to `tell`, in the order in which things happen.
///
/// A service that fails does not stop the others.
pub async fn run(
    fleet: &Fleet,
    plan: ApprovedPlan,
    settings: &RunSettings,
    stopped: Stopped,
    tell: impl FnMut(Event),
) {
    let tell = RefCell::new(tell);
    let work: Vec<(&Service, &Managed, &Task)> = plan
        .plan()
        .entries
        .iter()
        .filter_map(|entry| {
            let Choice::Apply(task) = &entry.choice else { return None };
            let service = fleet.services.iter().find(|it| it.name == entry.service)?;
            let Prisma::Managed(managed) = &service.prisma else { return None };
            Some((service, managed.as_ref(), task))
        })
        .collect();
    lanes::each(
        &work,
        settings.look.lanes,
        |(_, managed, _)| managed.url.as_ref().ok().map(|url| url.server_key().to_string()),
        |index| {
            let (service, managed, task) = work[index];
            let (tell, stopped) = (&tell, stopped.clone());
            async move {
                let say = |kind| {
                    (tell.borrow_mut())(Event { service: service.name.clone(), kind });
                };
                let begun = Instant::now();
                say(EventKind::Started);
                if let Err((migration, failure)) =
                    bring_up(managed, task, settings, &stopped, &say).await
                {
                    say(EventKind::Failed { migration, failure });
                }
                say(EventKind::Ended { took: begun.elapsed() });
            }
        },
        |_, ()| {},
    )
    .await;
}
