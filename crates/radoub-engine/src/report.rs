//! What a run came to: a fold of its events, one line per service.

use std::collections::BTreeMap;
use std::time::Duration;

use radoub_schema::migration::MigrationName;

use crate::event::{Event, EventKind, HeldBack};
use crate::failure::Failure;
use crate::fleet::ServiceName;
use crate::plan::{Choice, Plan};
use crate::state::Weight;

/// The end of a run.
#[derive(Debug, Clone)]
pub struct Report {
    /// One line per service of the plan, in its order.
    pub lines: Vec<Line>,
}

/// What became of one service.
#[derive(Debug, Clone)]
pub struct Line {
    /// The service.
    pub service: ServiceName,
    /// In one word.
    pub outcome: Outcome,
    /// Applied in this run, with the time each took.
    pub applied: Vec<(MigrationName, Duration)>,
    /// The database was created in this run.
    pub database_created: bool,
    /// The migration that failed.
    pub failed_migration: Option<MigrationName>,
    /// What went wrong.
    pub failure: Option<Failure>,
    /// Why it was not begun.
    pub held_back: Option<HeldBack>,
    /// How long its work took.
    pub took: Duration,
}

/// What became of a service, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Everything planned is applied.
    Applied,
    /// There was nothing to do.
    Nothing,
    /// Left alone, with the reason.
    Refused,
    /// Something went wrong on the way.
    Failed,
    /// Not begun, because of what had happened to others.
    HeldBack,
    /// Not a service of Prisma Migrate.
    NotApplicable,
}

impl Outcome {
    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Nothing => "nothing",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::HeldBack => "held-back",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl Line {
    /// How the line counts in the exit code.
    pub fn weight(&self) -> Weight {
        match (&self.outcome, &self.failure) {
            (Outcome::Refused | Outcome::Failed, Some(failure)) => failure.code.weight(),
            (Outcome::Refused | Outcome::Failed, None) | (Outcome::HeldBack, _) => {
                Weight::NeedsWork
            }
            _ => Weight::InOrder,
        }
    }
}

impl Report {
    /// The report of a plan of which nothing has happened yet.
    pub fn of(plan: &Plan) -> Self {
        let lines = plan
            .entries
            .iter()
            .map(|entry| {
                let (outcome, failure) = match &entry.choice {
                    Choice::Apply(_) | Choice::Nothing => (Outcome::Nothing, None),
                    Choice::Refuse(failure) => (Outcome::Refused, Some(failure.clone())),
                    Choice::NotApplicable => (Outcome::NotApplicable, None),
                };
                Line {
                    service: entry.service.clone(),
                    outcome,
                    applied: Vec::new(),
                    database_created: false,
                    failed_migration: None,
                    failure,
                    held_back: None,
                    took: Duration::ZERO,
                }
            })
            .collect();
        Self { lines }
    }

    /// Takes one more event in.
    pub fn fold(&mut self, event: &Event) {
        let Event::Service { service, kind } = event else { return };
        let Some(line) = self.lines.iter_mut().find(|line| line.service == *service) else {
            return;
        };
        match kind {
            EventKind::DatabaseCreated => line.database_created = true,
            EventKind::MigrationApplied { name, took } => {
                line.applied.push((name.clone(), *took));
                line.outcome = Outcome::Applied;
            }
            EventKind::Failed { migration, failure } => {
                line.outcome = Outcome::Failed;
                line.failed_migration.clone_from(migration);
                line.failure = Some(failure.clone());
            }
            EventKind::HeldBack(because) => {
                line.outcome = Outcome::HeldBack;
                line.held_back = Some(*because);
            }
            EventKind::Ended { took } => line.took = *took,
            EventKind::Started
            | EventKind::CreatingDatabase
            | EventKind::StatementsStarted { .. }
            | EventKind::WaitingForLock { .. }
            | EventKind::MigrationStarted { .. }
            | EventKind::StatementDone { .. }
            | EventKind::Blocked { .. }
            | EventKind::IndexDropped { .. }
            | EventKind::Reconnecting { .. }
            | EventKind::AlreadyApplied { .. } => {}
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
}
