//! The look at a service behind its migrations, and what is counted for it before them.
//!
//! What is looked at and how it is judged is settled in [`crate::gate`] and [`crate::verify`]; here it becomes events
//! and the end of a service's work.

use std::time::Instant;

use radoub_postgres::gate::Shut;

use super::Urgency;
use super::tools::MemoryTool;
use super::work::{Teller, Trouble, Work, plainly, unwritten};
use crate::event::{EventKind, Found};
use crate::failure::{Failure, FailureCode};
use crate::gate::{self, Finding, Verdict};
use crate::plan::Deed;
use crate::runtime::Runtime;
use crate::translate;
use crate::verify::memory::{self, Memories, Memory, MemoryError, Remembered};
use crate::verify::{self, OldErrors};

/// What is known of the tables before the migrations.
#[derive(Debug)]
pub(super) enum Before {
    /// Nobody wants them compared, or there is nothing to compare with.
    Unasked,
    /// They should be compared, and what they were could not be found out, which is told.
    Unknown,
    /// What they were.
    Known(Box<Remembered>),
}

impl Before {
    fn of(memory: Memory) -> Self {
        let first = memory.services.into_iter().next();
        first.map_or(Self::Unknown, |it| Self::Known(Box::new(it)))
    }

    fn known(&self) -> Option<&Remembered> {
        match self {
            Self::Known(remembered) => Some(remembered),
            Self::Unasked | Self::Unknown => None,
        }
    }
}

impl Work<'_> {
    /// Counts the tables of a service that is to be verified, unless an earlier part of the run has done that. What
    /// cannot be counted is told, and stops nothing.
    pub(super) async fn count(&self, teller: &Teller) -> Result<Before, Trouble> {
        let name = &self.service.name;
        let is_verified = self.task.deeds().iter().any(|it| matches!(it, Deed::Verify));
        let Some(tool) = self.tools.memory.as_ref().filter(|_| is_verified) else {
            return Ok(Before::Unasked);
        };
        let lost = |error: &MemoryError| {
            let values = vec![("reason", translate::root_cause(error))];
            teller.say(EventKind::NotCounted {
                failure: Failure::new(FailureCode::Unreadable, values),
            });
        };
        if let Some((file, sha256)) = tool.known.get(name) {
            let read = memory::read(&tool.folder.join(file), Some(sha256));
            return Ok(match read {
                Ok(memory) => Before::of(memory),
                Err(error) => {
                    lost(&error);
                    Before::Unknown
                }
            });
        }
        // A database that is new, and one that was migrated before anybody counted, have nothing to compare with.
        if tool.census.budget.is_zero()
            || self.task.creates_database()
            || self.task.migrations().next().is_none()
        {
            return Ok(Before::Unasked);
        }
        teller.say(EventKind::Counting);
        let begun = Instant::now();
        let looker = self.looker(tool);
        let counting = async {
            // A database that cannot be asked cannot be counted either, which is told.
            let data = verify::faults(self.service, self.root, &self.tools.gate.look).await;
            verify::remembered(&looker, data.as_deref().ok()).await
        };
        let counted = tokio::select! {
            counted = counting => counted,
            () = self.stop.until(Urgency::Now) => return Err(plainly(stopped())),
        };
        let remembered = match counted {
            Ok(remembered) => remembered,
            Err(failure) => {
                teller.say(EventKind::NotCounted { failure });
                return Ok(Before::Unknown);
            }
        };
        let memory = Memory {
            format: memory::FORMAT,
            project: tool.project.clone(),
            services: vec![remembered],
        };
        let file_name = memory::file_name(name);
        let (path, sha256) = match Memories::below(&tool.folder).write(&file_name, &memory) {
            Ok(written) => written,
            Err(error) => {
                lost(&error);
                return Ok(Before::Unknown);
            }
        };
        let file = path.strip_prefix(&tool.folder).unwrap_or(&path);
        let before = Before::of(memory);
        let counted = before.known().map(|it| EventKind::Counted {
            file: file.display().to_string().replace('\\', "/"),
            sha256,
            tables: it.tables.len(),
            rows: it.rows(),
            left_out: it.left_out.len(),
            took: begun.elapsed(),
        });
        if let Some(counted) = counted {
            // Whoever goes on with the run finds it only when this is on disk before the first migration.
            teller.intend(counted).await.map_err(|Shut| plainly(unwritten()))?;
        }
        Ok(before)
    }

    /// What runs the service, where that is asked.
    fn runtime(&self) -> Option<Runtime<'_>> {
        self.tools.runtime.as_ref()?.of(self.service)
    }

    fn looker(&self, tool: &MemoryTool) -> verify::Looker<'_> {
        verify::Looker {
            service: self.service,
            runtime: self.runtime(),
            gate: &self.tools.gate,
            census: tool.census,
        }
    }

    /// Compares the tables with what they were; what nobody accounts for ends the work of the service.
    async fn compare(&self, before: &Remembered, teller: &Teller) -> Result<Verdict, Trouble> {
        let Some(tool) = &self.tools.memory else { return Ok(Verdict::Pass) };
        let looker = self.looker(tool);
        let compared = tokio::select! {
            compared = verify::compared(&looker, before, true) => compared,
            () = self.stop.until(Urgency::Now) => Err(stopped()),
        };
        let compared = match compared {
            Ok(compared) => compared,
            Err(failure) => {
                teller.say(EventKind::NotCounted { failure });
                return Ok(Verdict::Inconclusive);
            }
        };
        let (verdict, failure) = (compared.verdict(), compared.failure());
        teller.say(EventKind::Compared(Box::new(compared)));
        failure.map_or(Ok(verdict), |failure| Err(plainly(failure)))
    }

    /// Asks the tables of a service that is not restarted, as the service asks them. What cannot be read ends its
    /// work when its own migrations took all of that away; else the schema is ahead of them, and that is told.
    pub(super) async fn probe(&self, teller: &Teller) -> Result<(), Trouble> {
        teller.say(EventKind::Verifying);
        let begun = Instant::now();
        let asking = gate::readable(self.service, self.root, &self.tools.gate.look);
        let found = tokio::select! {
            found = tokio::time::timeout(self.tools.gate.patience, asking) => found,
            () = self.stop.until(Urgency::Now) => return Err(plainly(stopped())),
        };
        let found = found.unwrap_or_default();
        let all = found.iter().map(Finding::verdict).max().unwrap_or(Verdict::Inconclusive);
        let is_taken = |it: &&Finding| match it {
            Finding::Unreadable { table, columns, .. } => {
                verify::takes_away(self.task.migrations(), table, columns)
            }
            _ => false,
        };
        let wrong = || found.iter().filter(|it| it.failure().is_some());
        // Where anything else is missing, the schema is ahead of its migrations, and may be so everywhere.
        let is_ours = wrong().all(|it| is_taken(&it));
        for failure in wrong().filter_map(Finding::failure) {
            if is_ours {
                return Err(plainly(failure));
            }
            teller.say(EventKind::Doubted { failure });
        }
        let verdict = all.min(Verdict::Inconclusive);
        teller.say(EventKind::Verified { verdict, took: begun.elapsed() });
        Ok(())
    }

    /// Looks whether the service is well: what is wrong ends its work, and so its wave. `restarted` is what is known
    /// of its restart, where there was one.
    pub(super) async fn verify(
        &self,
        before: &Before,
        restarted: Option<&Ordered>,
        teller: &Teller,
    ) -> Result<(), Trouble> {
        teller.say(EventKind::Verifying);
        let begun = Instant::now();
        let (mut verdict, mut open) = self.look(restarted, teller).await?;
        let told = open.len();
        tell_open(teller, verdict, &open);
        if matches!(before, Before::Unknown) {
            verdict = verdict.max(Verdict::Inconclusive);
        }
        if let Some(before) = before.known() {
            verdict = verdict.max(self.compare(before, teller).await?);
            let data = verify::faults(self.service, self.root, &self.tools.gate.look).await;
            let mut sighted = Sighted::default();
            match data {
                // What was wrong before is not the work of this run; what was not answered is open again.
                Ok(data) => data
                    .iter()
                    .filter(|it| it.verdict() == Verdict::Inconclusive || !before.knows(it))
                    .for_each(|it| sighted.add(it.verdict(), it.failure())),
                Err(failure) => sighted.add(Verdict::Inconclusive, failure),
            }
            verdict = verdict.max(sighted.verdict());
            open.extend(self.settle(sighted, teller).await?);
        }
        if open.len() > told {
            tell_open(teller, verdict, &open);
        }
        teller.say(EventKind::Verified { verdict, took: begun.elapsed() });
        Ok(())
    }

    /// Looks at containers, health route, tables and logs; gives back what could not be found out.
    async fn look(
        &self,
        restarted: Option<&Ordered>,
        teller: &Teller,
    ) -> Result<(Verdict, Vec<Failure>), Trouble> {
        let runtime = match &self.tools.away {
            Some(error) => Runtime::of(self.service, Err(error)),
            None => Ok(self.runtime()),
        };
        let begun = Instant::now();
        let looked = gate::gate(self.service, runtime, self.root, &self.tools.gate).await;
        if let (Some(restarted), Some(after)) = (restarted, looked.well_after) {
            let after = begun.duration_since(restarted.at) + after;
            teller.say(EventKind::Well { after });
        }
        let mut sighted = Sighted::default();
        for found in &looked.findings {
            if let Some(failure) = found.failure() {
                sighted.add(found.verdict(), failure);
            }
        }
        let is_away = looked.findings.iter().any(|it| matches!(it, Finding::EngineAway { .. }));
        if let Some(runtime) = self.runtime().filter(|_| !is_away) {
            let baseline = self.tools.runtime.as_ref().map(|it| it.baseline).unwrap_or_default();
            let old = restarted.map_or(&Ok(OldErrors::Unknown), |it| &it.old);
            let errors = match old {
                Ok(old) => verify::new_errors(&runtime, baseline, old).await,
                Err(failure) => Err(failure.clone()),
            };
            match errors {
                Ok(found) => {
                    for error in found.iter().flatten() {
                        sighted.add(Verdict::Fail, error.failure());
                    }
                }
                Err(failure) => sighted.add(Verdict::Inconclusive, failure),
            }
        }
        let verdict = looked.verdict.max(sighted.verdict());
        Ok((verdict, self.settle(sighted, teller).await?))
    }

    /// Ends the work of the service when something is wrong, with all that was seen and the last lines of its logs;
    /// gives back what is open otherwise.
    async fn settle(&self, sighted: Sighted, teller: &Teller) -> Result<Vec<Failure>, Trouble> {
        let verdict = sighted.verdict();
        let (first, mut failures) = sighted.in_order();
        let Some(first) = first.filter(|_| verdict == Verdict::Fail) else { return Ok(failures) };
        let logs = match self.runtime() {
            Some(runtime) => {
                let (logs, unread) = verify::tails(&runtime).await;
                failures.extend(
                    unread.into_iter().filter(|it| !failures.contains(it)).collect::<Vec<_>>(),
                );
                logs
            }
            None => Vec::new(),
        };
        teller.say(EventKind::Found(Box::new(Found { verdict, failures, logs })));
        Err(plainly(first))
    }
}

/// Tells what could not be found out, where there is such.
fn tell_open(teller: &Teller, verdict: Verdict, open: &[Failure]) {
    if !open.is_empty() {
        let found = Found { verdict, failures: open.to_vec(), logs: Vec::new() };
        teller.say(EventKind::Found(Box::new(found)));
    }
}

/// A restart that was ordered.
#[derive(Debug)]
pub(super) struct Ordered {
    /// When.
    pub(super) at: Instant,
    /// The errors that its log had before, where a command prints it.
    pub(super) old: Result<OldErrors, Failure>,
}

/// What was seen of a service, and how much each thing matters.
#[derive(Debug, Default)]
struct Sighted(Vec<(Verdict, Failure)>);

impl Sighted {
    fn add(&mut self, verdict: Verdict, failure: Failure) {
        self.0.push((verdict, failure));
    }

    fn verdict(&self) -> Verdict {
        self.0.iter().map(|(verdict, _)| *verdict).max().unwrap_or(Verdict::Pass)
    }

    /// What matters most, and all of it: what is wrong first, else in the order of looking.
    fn in_order(mut self) -> (Option<Failure>, Vec<Failure>) {
        self.0.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
        let all: Vec<Failure> = self.0.into_iter().map(|(_, failure)| failure).collect();
        (all.first().cloned(), all)
    }
}

/// Somebody has had enough of counting, which changes nothing.
fn stopped() -> Failure {
    Failure::new(FailureCode::Stopped, Vec::new())
}
