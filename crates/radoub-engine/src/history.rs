//! The runs of a fleet, read back from their journals: what was done, by whom, how long it took, and
//! what came of it.

use std::time::{Duration, SystemTime};

use radoub_schema::migration::MigrationName;

use crate::event::{Event, EventKind};
use crate::fleet::ServiceName;
use crate::journal::fact::Fact;
use crate::journal::{JournalError, Journals, RunId, Story, StoryError};
use crate::plan::forecast::Forecast;
use crate::plan::{Experience, SavedPlan};
use crate::report::{Report, Return};

/// How many runs are read for what scripts took before.
const REMEMBERED: usize = 50;

/// A run with its plan.
#[derive(Debug, Clone)]
pub struct Chapter {
    /// What its journal tells.
    pub story: Story,
    /// Its plan.
    pub plan: SavedPlan,
    /// Whether a process is at work on it now.
    pub is_running: bool,
    /// Whether the run that it names as the one before is still what it was; `None` when it names
    /// none, or that one was taken away.
    pub follows: Option<bool>,
}

/// Why a run cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum ChapterError {
    /// Its journal or its plan cannot be read, or is not what was written.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// Its plan is of a later version.
    #[error("the plan of the run {run} cannot be read")]
    Plan {
        /// The run.
        run: RunId,
        /// Why.
        source: crate::plan::PlanFileError,
    },
}

/// A migration of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Work<'a> {
    /// The service.
    pub service: ServiceName,
    /// The migration.
    pub migration: MigrationName,
    /// What the plan said of it.
    pub forecast: Option<&'a Forecast>,
    /// When the last thing was heard of it.
    pub at: SystemTime,
    /// What came of it.
    pub became: Became,
}

/// What came of a migration in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Became {
    /// It was applied, in this time.
    Applied(Duration),
    /// It failed, or was stopped.
    Failed,
    /// It had begun, and nothing more was heard of it.
    Unfinished,
    /// It was taken back by its `down.sql`, in this time.
    Undone(Duration),
    /// It was to be taken back, and was not.
    NotUndone,
}

impl Became {
    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied(_) => "applied",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
            Self::Undone(_) => "undone",
            Self::NotUndone => "not-undone",
        }
    }
}

/// Reads one run.
///
/// # Errors
///
/// [`ChapterError`].
pub fn chapter(journals: &Journals, run: &RunId) -> Result<Chapter, ChapterError> {
    let story = journals.story(run)?;
    let bytes = journals.plan(&story)?;
    let plan = SavedPlan::from_bytes(&bytes)
        .map_err(|source| ChapterError::Plan { run: run.clone(), source })?;
    Ok(Chapter {
        is_running: story.outcome().is_none() && journals.is_at_work(run),
        follows: journals.follows(&story),
        story,
        plan,
    })
}

/// A run, and its chapter when that could be read.
pub type Opened = (RunId, Result<Chapter, ChapterError>);

/// Reads all runs, the newest first; one that cannot be read hides no other.
///
/// # Errors
///
/// [`JournalError`] when the folder cannot be read at all.
pub fn chapters(journals: &Journals) -> Result<Vec<Opened>, JournalError> {
    let runs = journals.runs()?;
    let read = |run: RunId| {
        let chapter = chapter(journals, &run);
        (run, chapter)
    };
    Ok(runs.into_iter().rev().map(read).collect())
}

/// How long scripts took in the newest runs. What cannot be read is no experience.
pub fn experience(journals: &Journals) -> Experience {
    let mut experience = Experience::default();
    let runs = journals.runs().unwrap_or_default();
    for run in runs.iter().rev().take(REMEMBERED) {
        let Ok(story) = journals.story(run) else { continue };
        let mut checksums: Vec<(&Option<ServiceName>, &str, &str)> = Vec::new();
        for told in &story.told {
            match &told.fact {
                // Of a script that was carried on, the time says little.
                Fact::MigrationStarting { migration, checksum, committed: 0, .. } => {
                    checksums.push((&told.service, migration, checksum));
                }
                Fact::MigrationApplied { migration, milliseconds } => {
                    let own = |it: &&(&Option<ServiceName>, &str, &str)| {
                        *it.0 == told.service && it.1 == migration
                    };
                    if let Some((_, _, checksum)) = checksums.iter().rev().find(own) {
                        experience.add(checksum, *milliseconds);
                    }
                }
                _ => {}
            }
        }
    }
    experience
}

impl Chapter {
    /// The report of the run, from its journal alone.
    pub fn report(&self) -> Report {
        let mut report = Report::of(&self.plan);
        report.run = Some(self.story.run.clone());
        report.by = self.story.opening().map(|opening| opening.by.clone());
        report.began = self.story.began();
        report.ended = self.story.last();
        report.outcome = self.story.outcome();
        for told in &self.story.told {
            if matches!(told.fact, Fact::RunResumed { .. }) {
                report.resume();
            }
            let service = told.service.as_ref().map(ServiceName::as_str);
            if let Some(event) = told.fact.event(service) {
                report.fold(&event);
            }
        }
        report
    }

    /// The migrations that were begun in it, or taken back, in the order in which they were, each once.
    pub fn works(&self) -> Vec<Work<'_>> {
        let mut works: Vec<Work<'_>> = Vec::new();
        for (at, event) in self.story.events() {
            let Event::Service { service, kind } = event else { continue };
            let (name, became) = match kind {
                EventKind::MigrationStarted { name, .. } => (name, Became::Unfinished),
                EventKind::MigrationApplied { name, took } => (name, Became::Applied(took)),
                EventKind::Undoing { name } => (name, Became::NotUndone),
                EventKind::Undone { name, took } => (name, Became::Undone(took)),
                EventKind::Failed { migration: Some(name), .. } => (name, Became::Failed),
                _ => continue,
            };
            let own = |it: &&mut Work<'_>| it.service == service && it.migration == name;
            match works.iter_mut().find(own) {
                Some(work) if became == Became::Failed && work.became == Became::NotUndone => {
                    work.at = at;
                }
                Some(work) => (work.at, work.became) = (at, became),
                // A migration that was never begun did not fail by itself.
                None if became == Became::Failed => {}
                None => works.push(Work {
                    forecast: self.forecast(&service, &name),
                    service,
                    migration: name,
                    at,
                    became,
                }),
            }
        }
        works
    }

    /// The services that were restored in it, with the backup and when.
    pub fn returns(&self) -> Vec<(SystemTime, ServiceName, Return)> {
        let events = self.story.events();
        let returns = events.filter_map(|(at, event)| match event {
            Event::Service { service, kind: EventKind::Restored { backup, aside } } => {
                Some((at, service, Return { backup, aside }))
            }
            _ => None,
        });
        returns.collect()
    }

    fn forecast(&self, service: &ServiceName, migration: &MigrationName) -> Option<&Forecast> {
        let saved = self.plan.services.iter().find(|it| it.service == service.as_str())?;
        saved.migrations.iter().find(|it| it.migration == migration.as_str())
    }
}
