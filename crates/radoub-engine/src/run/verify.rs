//! The look at a service behind its migrations, and what is counted for it before them.
//!
//! What is looked at and how it is judged is settled in [`crate::gate`] and [`crate::verify`]; here it becomes events
//! and the end of a service's work.

use std::time::Instant;

use radoub_postgres::gate::Shut;

use super::Urgency;
use super::tools::MemoryTool;
use super::work::{Teller, Trouble, Work, plainly, unwritten};
use crate::event::EventKind;
use crate::failure::{Failure, FailureCode};
use crate::gate::{self, Finding, Verdict};
use crate::plan::Deed;
use crate::runtime::Runtime;
use crate::translate;
use crate::verify::memory::{self, Memories, Memory, MemoryError, Remembered};
use crate::verify::{self, OldErrors};

impl Work<'_> {
    /// Counts the tables of a service that is to be verified, unless an earlier part of the run has done that. What
    /// cannot be counted is told, and stops nothing.
    pub(super) async fn count(&self, teller: &Teller) -> Result<Option<Remembered>, Trouble> {
        let name = &self.service.name;
        let is_verified = self.task.deeds().iter().any(|it| matches!(it, Deed::Verify));
        let Some(tool) = self.tools.memory.as_ref().filter(|_| is_verified) else {
            return Ok(None);
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
                Ok(memory) => memory.services.into_iter().next(),
                Err(error) => {
                    lost(&error);
                    None
                }
            });
        }
        // A database that is new, and one that was migrated before anybody counted, have nothing to compare with.
        if tool.census.budget.is_zero()
            || self.task.creates_database()
            || self.task.migrations().next().is_none()
        {
            return Ok(None);
        }
        teller.say(EventKind::Counting);
        let begun = Instant::now();
        let looker = self.looker(tool);
        let counting = async {
            let data = verify::faults(self.service, &self.tools.gate.look).await;
            verify::remembered(&looker, data.as_deref()).await
        };
        let counted = tokio::select! {
            counted = counting => counted,
            () = self.stop.until(Urgency::Now) => return Err(plainly(stopped())),
        };
        let remembered = match counted {
            Ok(remembered) => remembered,
            Err(failure) => {
                teller.say(EventKind::NotCounted { failure });
                return Ok(None);
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
                return Ok(None);
            }
        };
        let file = path.strip_prefix(&tool.folder).unwrap_or(&path);
        let remembered = memory.services.into_iter().next();
        let counted = remembered.as_ref().map(|it| EventKind::Counted {
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
        Ok(remembered)
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

    /// Looks whether the service is well: a gate that fails ends its work, and so its wave. `old` are the errors that
    /// its log had before its restart, where a command prints it; `ordered` is when that was ordered.
    pub(super) async fn verify(
        &self,
        before: Option<&Remembered>,
        old: Option<&OldErrors>,
        ordered: Option<Instant>,
        teller: &Teller,
    ) -> Result<(), Trouble> {
        teller.say(EventKind::Verifying);
        let begun = Instant::now();
        let runtime = self.runtime();
        let looked = gate::gate(self.service, Ok(runtime), self.root, &self.tools.gate).await;
        if let (Some(ordered), Some(after)) = (ordered, looked.well_after) {
            teller.say(EventKind::Well { after: begun.duration_since(ordered) + after });
        }
        if let Some(failure) = looked.findings.iter().find_map(Finding::failure) {
            return Err(plainly(failure));
        }
        let mut verdict = looked.verdict.min(Verdict::Inconclusive);
        if let (Some(tool), Some(runtime)) = (&self.tools.runtime, runtime) {
            let logged = match (runtime.has_log_command(), old) {
                // Which errors are new is not known any more.
                (true, None) => None,
                (_, old) => {
                    let none = OldErrors::default();
                    verify::new_errors(&runtime, tool.baseline, old.unwrap_or(&none)).await
                }
            };
            if let Some(first) = logged.iter().flatten().next() {
                return Err(plainly(first.failure()));
            }
            if logged.is_none() && runtime.has_log_command() {
                verdict = Verdict::Inconclusive;
            }
        }
        if let Some(before) = before {
            verdict = verdict.max(self.compare(before, teller).await?);
            let data = verify::faults(self.service, &self.tools.gate.look).await;
            // What was so before is not the work of this run.
            for found in data.iter().flatten().filter(|it| !before.knows(it)) {
                match found.failure() {
                    Some(failure) => return Err(plainly(failure)),
                    None => verdict = verdict.max(Verdict::Inconclusive),
                }
            }
        }
        teller.say(EventKind::Verified { verdict, took: begun.elapsed() });
        Ok(())
    }
}

/// Somebody has had enough of counting, which changes nothing.
fn stopped() -> Failure {
    Failure::new(FailureCode::Stopped, Vec::new())
}
