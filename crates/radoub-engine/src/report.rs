//! What a run came to: a fold of its events over its plan, one line per service.
//!
//! The same for a run that has just ended and for one that is read back from its journal.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use radoub_schema::migration::MigrationName;

use crate::event::{Event, EventKind, FleetEvent, Found, HeldBack};
use crate::failure::Failure;
use crate::fleet::ServiceName;
use crate::gate::Verdict;
use crate::journal::fact::{RunOutcome, Who};
use crate::journal::{Ending, RunId};
use crate::plan::{Choice, ChoiceWord, SavedPlan};
use crate::run::Urgency;
use crate::state::Weight;
use crate::verify::compare::Compared;

/// The end of a run, or how far it has come.
#[derive(Debug, Clone)]
pub struct Report {
    /// One line per service of the plan, in its order.
    pub lines: Vec<Line>,
    /// Name of the fleet.
    pub project: String,
    /// The run; `None` where no journal is kept, because there was nothing to do.
    pub run: Option<RunId>,
    /// Who ran it.
    pub by: Option<Who>,
    /// When it began.
    pub began: Option<SystemTime>,
    /// When it ended, or when the last thing was heard of it.
    pub ended: Option<SystemTime>,
    /// How it ended; `None` while it runs, and of a run that was killed.
    pub outcome: Option<RunOutcome>,
    /// Somebody asked it to stop.
    pub stopped: Option<Urgency>,
    /// How many waves it has.
    pub waves: usize,
}

/// What became of one service.
#[derive(Debug, Clone)]
pub struct Line {
    /// The service.
    pub service: ServiceName,
    /// Its wave, from 1.
    pub wave: usize,
    /// In one word.
    pub outcome: Outcome,
    /// What the plan wants applied, in order.
    pub planned: Vec<MigrationName>,
    /// The newest migration that was applied before.
    pub before: Option<MigrationName>,
    /// Applied in this run, with the time each took.
    pub applied: Vec<(MigrationName, Duration)>,
    /// Taken back in this run, with the time each took.
    pub undone: Vec<(MigrationName, Duration)>,
    /// The backup that it was restored from.
    pub restored: Option<Return>,
    /// The database was created in this run.
    pub database_created: bool,
    /// The proven backup that there was before.
    pub backup: Option<String>,
    /// Its image was built anew.
    pub rebuilt: bool,
    /// How long its restart took, by the word of engine or command; `None` when it was not restarted.
    pub downtime: Option<Duration>,
    /// How long it was until nothing was wrong with it any more; `None` when nobody looked, or it did not come to that.
    pub well_after: Option<Duration>,
    /// What is different in its tables since before; `None` when they were not counted.
    pub compared: Option<Compared>,
    /// Why its tables were not counted, or not compared.
    pub not_counted: Option<Failure>,
    /// What the client reads and is not there, though no migration took it away; an image that could not be built.
    pub doubts: Vec<Failure>,
    /// What a look at it afterwards came to; `None` when it was not looked at, or what was wrong is in `failure` alone.
    pub verdict: Option<Verdict>,
    /// What that look found wrong or could not find out; `None` when all is well.
    pub found: Option<Found>,
    /// How often its scripts stepped back from a lock of others.
    pub retries: u32,
    /// Who was in the way at the last of these.
    pub blockers: Vec<String>,
    /// The migration that failed.
    pub failed_migration: Option<MigrationName>,
    /// What went wrong.
    pub failure: Option<Failure>,
    /// Why it was not begun.
    pub held_back: Option<HeldBack>,
    /// How long its work took.
    pub took: Duration,
}

/// A backup that a service was restored from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Its name in the catalogue.
    pub backup: String,
    /// Name of the database that was replaced; `None` when there was none.
    pub aside: Option<String>,
}

/// What became of a service, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Everything planned is applied.
    Applied,
    /// It is as it was before: migrations were taken back, or a backup restored.
    Returned,
    /// There was nothing to do.
    Nothing,
    /// Left alone, with the reason.
    Refused,
    /// Something went wrong on the way.
    Failed,
    /// Not begun, because of what had happened to others.
    HeldBack,
    /// Planned, and not at its end: the run goes on, or was killed.
    Unfinished,
    /// Not a service of Prisma Migrate.
    NotApplicable,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Applied,
        Self::Returned,
        Self::Nothing,
        Self::Refused,
        Self::Failed,
        Self::HeldBack,
        Self::Unfinished,
        Self::NotApplicable,
    ];

    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Returned => "returned",
            Self::Nothing => "nothing",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::HeldBack => "held-back",
            Self::Unfinished => "unfinished",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl Line {
    /// How the line counts in the exit code.
    pub fn weight(&self) -> Weight {
        match (&self.outcome, &self.failure) {
            (Outcome::Refused | Outcome::Failed, Some(failure)) => failure.code.weight(),
            (Outcome::Refused | Outcome::Failed, None)
            | (Outcome::HeldBack | Outcome::Unfinished, _) => Weight::NeedsWork,
            _ => Weight::InOrder,
        }
    }

    /// What the databases say before a run is gone on with: where nothing is left to do, all that was
    /// planned is applied, whatever was heard of it; where it is refused now, that is the reason.
    pub fn settle(&mut self, left: Option<&Choice>) {
        match left {
            Some(Choice::Nothing) if self.outcome == Outcome::Unfinished => {
                for name in &self.planned {
                    if !self.applied.iter().any(|(it, _)| it == name) {
                        self.applied.push((name.clone(), Duration::ZERO));
                    }
                }
                self.outcome = Outcome::Applied;
            }
            Some(Choice::Refuse(failure)) => {
                self.outcome = Outcome::Refused;
                self.failure = Some(failure.clone());
            }
            _ => {}
        }
    }

    /// The newest migration that is applied now, as far as this run knows.
    pub fn after(&self) -> Option<&MigrationName> {
        self.applied.last().map(|(name, _)| name).or(self.before.as_ref())
    }
}

impl Report {
    /// The report of a plan of which nothing has happened yet.
    pub fn of(plan: &SavedPlan) -> Self {
        let lines = plan.services.iter().map(|saved| {
            let outcome = match saved.choice {
                ChoiceWord::Apply => Outcome::Unfinished,
                ChoiceWord::Nothing => Outcome::Nothing,
                ChoiceWord::Refuse => Outcome::Refused,
                ChoiceWord::NotApplicable => Outcome::NotApplicable,
            };
            let ledger = saved.bound.as_ref().and_then(|bound| bound.ledger.as_ref());
            let applied =
                ledger.and_then(|rows| rows.iter().rev().find(|it| it.state == "applied"));
            Line {
                service: ServiceName::new(saved.service.as_str()),
                wave: saved.wave,
                outcome,
                planned: saved.planned().map(|(name, _)| name.into()).collect(),
                before: applied.map(|row| row.migration.as_str().into()),
                applied: Vec::new(),
                undone: Vec::new(),
                restored: None,
                database_created: false,
                backup: None,
                rebuilt: false,
                downtime: None,
                well_after: None,
                compared: None,
                not_counted: None,
                doubts: Vec::new(),
                verdict: None,
                found: None,
                retries: 0,
                blockers: Vec::new(),
                failed_migration: None,
                failure: saved.failure(),
                held_back: None,
                took: Duration::ZERO,
            }
        });
        let lines: Vec<Line> = lines.collect();
        Self {
            waves: lines.iter().map(|line| line.wave).max().unwrap_or(0),
            lines,
            project: plan.project.clone(),
            run: None,
            by: None,
            began: None,
            ended: None,
            outcome: None,
            stopped: None,
        }
    }

    /// Takes one more event in.
    pub fn fold(&mut self, event: &Event) {
        let (service, kind) = match event {
            Event::Fleet(FleetEvent::Stopping(urgency)) => {
                self.stopped = Some(*urgency);
                return;
            }
            Event::Fleet(FleetEvent::WaveStarted { .. } | FleetEvent::WaveEnded { .. }) => return,
            Event::Service { service, kind } => (service, kind),
        };
        if let Some(line) = self.lines.iter_mut().find(|line| line.service == *service) {
            line.fold(kind);
        }
    }

    /// Whatever was heard of earlier is over: the run goes on.
    pub fn resume(&mut self) {
        self.stopped = None;
        for line in &mut self.lines {
            if matches!(line.outcome, Outcome::Failed | Outcome::HeldBack) {
                line.outcome = Outcome::Unfinished;
                (line.failure, line.failed_migration, line.held_back) = (None, None, None);
                (line.verdict, line.found) = (None, None);
            }
        }
    }

    /// How many lines ended in each way.
    pub fn counts(&self) -> BTreeMap<Outcome, usize> {
        let mut counts = BTreeMap::new();
        for line in &self.lines {
            *counts.entry(line.outcome).or_default() += 1;
        }
        counts
    }

    /// How many lines ended in this way.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.lines.iter().filter(|line| line.outcome == outcome).count()
    }

    /// How many services have something done to their databases, also those that failed behind it.
    pub fn with_something_done(&self) -> usize {
        let is_done = |line: &&Line| {
            !line.applied.is_empty() || !line.undone.is_empty() || line.restored.is_some()
        };
        self.lines.iter().filter(is_done).count()
    }

    /// Notes the end of the run, and says how it ended.
    pub fn end(&mut self, journal_failed: bool) -> Ending {
        let outcome = match (journal_failed, self.stopped) {
            (true, _) => RunOutcome::JournalFailed,
            (false, Some(_)) if self.is_resumable() => RunOutcome::Stopped,
            _ if self.is_resumable() || self.count(Outcome::Refused) > 0 => RunOutcome::Failed,
            _ => RunOutcome::Done,
        };
        (self.ended, self.outcome) = (Some(SystemTime::now()), Some(outcome));
        Ending {
            outcome,
            applied: self.with_something_done(),
            failed: self.count(Outcome::Failed) + self.count(Outcome::Refused),
            held_back: self.count(Outcome::HeldBack),
        }
    }

    /// Whether the plan is not done, so that it can be gone on with.
    pub fn is_resumable(&self) -> bool {
        let open = [Outcome::Failed, Outcome::HeldBack, Outcome::Unfinished];
        self.lines.iter().any(|line| open.contains(&line.outcome))
    }
}

impl Line {
    fn fold(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Started => {
                self.outcome = Outcome::Unfinished;
                (self.failure, self.failed_migration, self.held_back) = (None, None, None);
                // Looked at once more, in a run that goes on.
                self.doubts.clear();
                (self.verdict, self.found) = (None, None);
            }
            EventKind::Well { after } => self.well_after = Some(*after),
            EventKind::Built { .. } => self.rebuilt = true,
            EventKind::DatabaseCreated => self.database_created = true,
            EventKind::BackedUp { backup, .. } => self.backup = Some(backup.clone()),
            EventKind::Restarted { took, .. } => {
                (self.downtime, self.well_after, self.verdict) = (Some(*took), None, None);
            }
            EventKind::Compared(compared) => self.compared = Some((**compared).clone()),
            EventKind::NotCounted { failure } => self.not_counted = Some(failure.clone()),
            EventKind::Doubted { failure } => self.doubts.push(failure.clone()),
            EventKind::Found(found) => {
                self.verdict = Some(found.verdict);
                self.found = Some((**found).clone());
            }
            EventKind::Verified { verdict, .. } => self.verdict = Some(*verdict),
            EventKind::MigrationApplied { name, took } => {
                self.applied.push((name.clone(), *took));
            }
            EventKind::Undone { name, took } => self.undone.push((name.clone(), *took)),
            EventKind::Restored { backup, aside } => {
                self.restored = Some(Return { backup: backup.clone(), aside: aside.clone() });
            }
            EventKind::Blocked { attempt, blockers, .. } => {
                self.retries += u32::from(*attempt > 0);
                self.blockers.clone_from(blockers);
            }
            EventKind::Failed { migration, failure } => {
                self.outcome = Outcome::Failed;
                self.failed_migration.clone_from(migration);
                self.failure = Some(failure.clone());
            }
            EventKind::HeldBack(because) => {
                self.outcome = Outcome::HeldBack;
                self.held_back = Some(*because);
            }
            EventKind::Ended { took } => {
                self.took += *took;
                if self.outcome == Outcome::Unfinished {
                    let went_back = !self.undone.is_empty() || self.restored.is_some();
                    let is_done = !self.applied.is_empty() || self.database_created;
                    self.outcome = match (went_back, is_done) {
                        (true, _) => Outcome::Returned,
                        (false, true) => Outcome::Applied,
                        (false, false) => Outcome::Nothing,
                    };
                }
            }
            EventKind::CreatingDatabase
            | EventKind::Counting
            | EventKind::Counted { .. }
            | EventKind::BackingUp
            | EventKind::Building
            | EventKind::Restarting
            | EventKind::Verifying
            | EventKind::StatementsStarted { .. }
            | EventKind::WaitingForLock { .. }
            | EventKind::WaitingForServer { .. }
            | EventKind::MigrationStarted { .. }
            | EventKind::StatementDone { .. }
            | EventKind::IndexDropped { .. }
            | EventKind::Reconnecting { .. }
            | EventKind::Undoing { .. }
            | EventKind::Restoring { .. }
            | EventKind::AlreadyApplied { .. } => {}
        }
    }
}
