//! Carries an approved plan out: wave by wave, many services at once, nothing decided here.
//!
//! What happens is told as events. The journal reads them first: a deed waits until the record of it
//! is on disk, and nothing more is begun when it cannot be written. A screen that fails stops
//! nothing.

mod tools;
mod turns;
mod verify;
mod work;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use radoub_postgres::stop::StopSwitch;
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::oneshot;

use crate::event::{Event, EventKind, FleetEvent, HeldBack};
use crate::fleet::{Fleet, Managed, Prisma, Service, ServiceName};
use crate::journal::{Journal, JournalError};
use crate::observe::Look;
use crate::plan::{ApprovedPlan, Choice, Task};

pub use tools::{BackupTool, MemoryTool, RuntimeTool, Tools};

use turns::{Ended, Next, Place, Turns};
use work::{Teller, Work};

pub use radoub_postgres::stop::{Stop as Urgency, StopSignal};

/// How a run behaves towards others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunSettings {
    /// How databases are reached, and how many at once.
    pub look: Look,
    /// How long to wait for somebody else's migration lock.
    pub lock_patience: Duration,
    /// How long a statement queues for a table before it steps back.
    pub lock_timeout: Duration,
    /// How long such tries go on for one migration.
    pub lock_budget: Duration,
    /// How long one statement of a migration may take; `None` leaves it to the server's own setting.
    pub statement_timeout: Option<Duration>,
    /// Whether Prisma's advisory lock is taken; off only where its own CLI is told the same
    /// (`PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK`).
    pub advisory_lock: bool,
    /// How many services may fail before nothing more is begun, refused ones among them; `None`
    /// brings a wave to its end and begins no other after a failure.
    pub max_failures: Option<usize>,
}

impl Default for RunSettings {
    /// 10 s for the migration lock, as Prisma; 2 s in a queue, 60 s of tries; waves end at a failure.
    fn default() -> Self {
        Self {
            look: Look::default(),
            lock_patience: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(2),
            lock_budget: Duration::from_mins(1),
            statement_timeout: None,
            advisory_lock: true,
            max_failures: None,
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
    /// Once: nothing new begins. Twice: what runs is cancelled on the server and undone. Gives back
    /// how urgent it is now.
    pub fn raise(&self) -> Urgency {
        let more = match self.asked.get() {
            Urgency::No => Urgency::AfterStatement,
            Urgency::AfterStatement | Urgency::Now => Urgency::Now,
        };
        self.asked.set(more);
        self.switch.ask(more);
        more
    }
}

/// An event on its way, and who waits until it is written down.
struct Said {
    event: Event,
    written: Option<oneshot::Sender<bool>>,
}

/// Carries the plan out; every event goes to the journal, then to `tell`, in the order in which
/// things happen.
///
/// A service that fails does not stop the others of its wave. Dropping the call ends every
/// connection, and what was not committed is undone by the servers.
///
/// # Errors
///
/// [`JournalError`] when the journal could not be written: what ran came to its next safe point, and
/// nothing more was begun. What happened to the services was told all the same.
pub async fn run(
    fleet: &Fleet,
    plan: &ApprovedPlan,
    settings: &RunSettings,
    tools: &Tools<'_>,
    stop: StopSignal,
    journal: &mut Journal,
    tell: impl FnMut(&Event),
) -> Result<(), JournalError> {
    let (sender, mut said) = unbounded_channel::<Said>();
    let services: BTreeMap<&ServiceName, &Service> =
        fleet.services.iter().map(|service| (&service.name, service)).collect();
    let candidates: Vec<Candidate<'_>> = plan
        .plan()
        .entries
        .iter()
        .filter_map(|entry| {
            let service = *services.get(&entry.service)?;
            let (task, managed) = match (&entry.choice, &service.prisma) {
                (Choice::Apply(task), Prisma::Managed(managed)) => (Some(task), Some(&**managed)),
                (Choice::Refuse(_), _) => (None, None),
                _ => return None,
            };
            Some(Candidate { service, wave: entry.wave + 1, task, managed })
        })
        .collect();
    let waves = candidates.iter().map(|it| it.wave).max().unwrap_or(0);
    let mut turns = Turns::new(
        candidates.iter().map(Candidate::place).collect(),
        settings.look.lanes,
        settings.max_failures,
    );

    let mut desk = Desk { journal, tell, failed: None };
    let mut running = FuturesUnordered::new();
    let mut seen_stop = Urgency::No;
    let mut batch: Vec<Said> = Vec::new();
    loop {
        if stop.asked() > seen_stop {
            seen_stop = stop.asked();
            turns.halt();
            post(&sender, Event::Fleet(FleetEvent::Stopping(seen_stop)));
        }
        if desk.failed.is_some() {
            turns.halt();
        }
        for next in turns.next() {
            match next {
                Next::WaveBegins(wave) => {
                    let in_wave =
                        candidates.iter().filter(|it| it.wave == wave && it.task.is_some());
                    let services = in_wave.map(|it| it.service.name.clone()).collect();
                    let event = FleetEvent::WaveStarted { wave, of: waves, services };
                    post(&sender, Event::Fleet(event));
                }
                Next::WaveEnds(wave, failed) => {
                    // Later waves may begin hours later.
                    tools.doors.close().await;
                    post(&sender, Event::Fleet(FleetEvent::WaveEnded { wave, failed }));
                }
                Next::Begin(index) => {
                    let candidate = &candidates[index];
                    let (Some(task), Some(managed)) = (candidate.task, candidate.managed) else {
                        continue; // refused ones are never begun
                    };
                    let teller = Teller::new(candidate.service.name.clone(), sender.clone());
                    let work = Work {
                        service: candidate.service,
                        managed,
                        root: &fleet.root,
                        task,
                        settings,
                        tools,
                        stop: stop.clone(),
                    };
                    running.push(async move { (index, work.follow(&teller).await) });
                }
            }
        }
        // What was said until now is written in one go, so that many services share one wait for
        // the disk.
        while let Ok(one) = said.try_recv() {
            batch.push(one);
        }
        if !batch.is_empty() {
            let mut ended = Vec::new();
            {
                let writing = desk.write(std::mem::take(&mut batch));
                tokio::pin!(writing);
                // The services go on while the disk is waited for.
                poll_fn(|context| {
                    while let Poll::Ready(Some(one)) = running.poll_next_unpin(context) {
                        ended.push(one);
                    }
                    writing.as_mut().poll(context)
                })
                .await;
            }
            for (index, well) in ended {
                turns.end(index, if well { Ended::Well } else { Ended::Badly });
            }
            continue;
        }
        if running.is_empty() {
            break;
        }
        tokio::select! {
            biased;
            Some((index, well)) = running.next() => {
                turns.end(index, if well { Ended::Well } else { Ended::Badly });
            }
            // The next round writes it, with what else was said meanwhile.
            Some(one) = said.recv() => batch.push(one),
            () = stop.until(next_urgency(seen_stop)), if seen_stop < Urgency::Now => {}
        }
    }
    let because = match (&desk.failed, seen_stop) {
        (Some(_), _) => HeldBack::Journal,
        (None, Urgency::No) => HeldBack::Failures,
        (None, _) => HeldBack::Stopped,
    };
    let held_back: Vec<Said> = turns
        .held_back()
        .map(|index| {
            let service = candidates[index].service.name.clone();
            let event = Event::Service { service, kind: EventKind::HeldBack(because) };
            Said { event, written: None }
        })
        .collect();
    desk.write(held_back).await;
    desk.failed.map_or(Ok(()), Err)
}

fn next_urgency(seen: Urgency) -> Urgency {
    match seen {
        Urgency::No => Urgency::AfterStatement,
        Urgency::AfterStatement | Urgency::Now => Urgency::Now,
    }
}

fn post(sender: &tokio::sync::mpsc::UnboundedSender<Said>, event: Event) {
    // The receiver lives as long as the run.
    let _ = sender.send(Said { event, written: None });
}

/// A service of the plan that has work or was refused.
struct Candidate<'a> {
    service: &'a Service,
    wave: usize,
    task: Option<&'a Task>,
    managed: Option<&'a Managed>,
}

impl Candidate<'_> {
    fn place(&self) -> Place {
        let url = self.managed.and_then(|managed| managed.url.as_ref().ok());
        Place {
            wave: self.wave,
            server: url.map(|url| url.server_key().to_string()),
            is_refused: self.task.is_none(),
        }
    }
}

/// Where events are written down and told, in this order.
struct Desk<'a, T> {
    journal: &'a mut Journal,
    tell: T,
    failed: Option<JournalError>,
}

impl<T: FnMut(&Event)> Desk<'_, T> {
    /// Writes the events, tells them, and lets those go on who waited for that.
    fn write(&mut self, batch: Vec<Said>) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(async move {
            if self.failed.is_none() {
                let events = batch.iter().map(|said| &said.event);
                let waits = batch.iter().any(|said| said.written.is_some());
                self.failed = self.journal.write(events, waits).await.err();
            }
            let may_go_on = self.failed.is_none();
            for said in batch {
                (self.tell)(&said.event);
                if let Some(written) = said.written {
                    // Whoever waited and was dropped meanwhile needs no answer.
                    let _ = written.send(may_go_on);
                }
            }
        })
    }
}
