//! What a journal tells, read back.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::fact::{Fact, Previous, RunOutcome, Who};
use super::id::RunId;
use super::line::Record;
use crate::event::Event;
use crate::fleet::ServiceName;

/// A run, as its journal tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The run.
    pub run: RunId,
    /// What happened, in order; never empty, and the first is [`Fact::RunStarted`].
    pub told: Vec<Told>,
    /// Whether the end of the file was torn by a crash, and is left out.
    pub is_torn: bool,
    /// The sum of the last record.
    pub(super) sum: String,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// When, by the clock of the machine.
    pub at: SystemTime,
    /// To which service.
    pub service: Option<ServiceName>,
    /// What.
    pub fact: Fact,
}

/// How a run began.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// The command.
    pub command: &'a str,
    /// Version of radoub.
    pub radoub: &'a str,
    /// Name of the fleet.
    pub project: &'a str,
    /// Who.
    pub by: &'a Who,
    /// SHA-256 of its plan.
    pub plan: &'a str,
    /// The run before.
    pub previous: Option<&'a Previous>,
}

impl Story {
    pub(super) fn new(run: RunId, records: Vec<Record>, is_torn: bool, sum: String) -> Self {
        let told = |record: Record| Told {
            at: record.at.into(),
            service: record.service.map(ServiceName::new),
            fact: record.fact,
        };
        Self { run, told: records.into_iter().map(told).collect(), is_torn, sum }
    }

    /// How it began; `None` for a file that does not begin as a journal does.
    pub fn opening(&self) -> Option<Opening<'_>> {
        let Fact::RunStarted { command, radoub, project, by, plan, previous, .. } =
            &self.told.first()?.fact
        else {
            return None;
        };
        let previous = previous.as_ref();
        Some(Opening { command, radoub, project, by, plan, previous })
    }

    /// When it began.
    pub fn began(&self) -> Option<SystemTime> {
        self.told.first().map(|it| it.at)
    }

    /// When the last thing happened.
    pub fn last(&self) -> Option<SystemTime> {
        self.told.last().map(|it| it.at)
    }

    /// How it ended; `None` while it runs, and for ever when it was killed.
    pub fn outcome(&self) -> Option<RunOutcome> {
        match self.told.last()?.fact {
            Fact::RunEnded { outcome, .. } => Some(outcome),
            _ => None,
        }
    }

    /// How often it was resumed.
    pub fn resumed(&self) -> usize {
        self.told.iter().filter(|it| matches!(it.fact, Fact::RunResumed { .. })).count()
    }

    /// What was counted of each service before its migrations: the file in the folder of the run, and the SHA-256
    /// of its bytes.
    pub fn counted(&self) -> BTreeMap<ServiceName, (String, String)> {
        let counted = self.told.iter().filter_map(|told| {
            let Fact::Counted { file, sha256, .. } = &told.fact else { return None };
            Some((told.service.clone()?, (file.clone(), sha256.clone())))
        });
        counted.collect()
    }

    /// Its events, in order.
    pub fn events(&self) -> impl Iterator<Item = (SystemTime, Event)> {
        self.told.iter().filter_map(|told| {
            let service = told.service.as_ref().map(ServiceName::as_str);
            Some((told.at, told.fact.event(service)?))
        })
    }
}
