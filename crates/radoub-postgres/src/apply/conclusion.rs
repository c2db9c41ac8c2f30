//! How a script that goes piece by piece ends when it does not come to its end: what remains of it, and what its ledger
//! row says of that.

use std::time::SystemTime;

use super::stepwise::{Steps, Trouble};
use super::{ApplyError, Job, OnEvent, Remains};
use crate::database::QueryError;
use crate::failure;
use crate::gate::Shut;
use crate::ledger::Progress;
use crate::lock::LockedDatabase;

impl LockedDatabase {
    /// Writes down why a script stopped; `Ok` when it turns out to have come to its end after all.
    pub(super) async fn conclude(
        &mut self,
        job: &Job<'_>,
        steps: &mut Steps,
        trouble: Trouble,
        on_event: OnEvent<'_>,
    ) -> Result<(), ApplyError> {
        match trouble {
            Trouble::Refused { refusal, is_clean } => {
                let remains = remains(&steps.progress, is_clean);
                let logs = refusal.logs(job);
                let written = self.write_end(steps, remains, &logs).await;
                let attempts = steps.attempts;
                Err(refusal.into_error(job, remains, attempts, logs, written.err()))
            }
            Trouble::Cancelled => {
                let remains = remains(&steps.progress, true);
                let logs = failure::prisma_text_without_code(job.name, "stopped by the operator");
                self.write_end(steps, remains, &logs).await.map_err(ApplyError::Query)?;
                Err(ApplyError::Stopped { remains })
            }
            Trouble::Shut => {
                let remains = remains(&steps.progress, true);
                let logs = failure::prisma_text_without_code(job.name, &Shut.to_string());
                self.write_end(steps, remains, &logs).await.map_err(ApplyError::Query)?;
                Err(ApplyError::Shut { remains })
            }
            Trouble::Unknowable => {
                let committed = steps.progress.committed;
                let place = job.place_of(committed);
                Err(ApplyError::Unknowable { statement: committed, place, committed })
            }
            Trouble::RowVanished => {
                Err(ApplyError::RowVanished { remains: remains(&steps.progress, false) })
            }
            Trouble::Lock(source) => {
                Err(ApplyError::Lock { remains: remains(&steps.progress, true), source })
            }
            Trouble::Misread { executed } => {
                let error = ApplyError::Misread { expected: 1, executed };
                let logs = failure::prisma_text_without_code(job.name, &error.to_string());
                let remains = remains(&steps.progress, false);
                self.write_end(steps, remains, &logs).await.map_err(ApplyError::Query)?;
                Err(error)
            }
            Trouble::Lost(lost) => self.conclude_loss(job, steps, lost, on_event).await,
        }
    }

    /// Finds out how far a script came whose connection was lost.
    async fn conclude_loss(
        &mut self,
        job: &Job<'_>,
        steps: &mut Steps,
        lost: QueryError,
        on_event: OnEvent<'_>,
    ) -> Result<(), ApplyError> {
        let mut lost = lost;
        if self.database.is_closed() || self.database.run("SELECT").await.is_err() {
            lost = self.find_out(lost, on_event).await?;
        }
        // A new worker gets its lock only when the old one is gone: then the row is the truth.
        steps.worker.hang_up();
        steps.worker = match self.hire().await {
            Ok(worker) => worker,
            Err(ApplyError::Lock { source, .. }) => {
                return Err(ApplyError::OutcomeUnknown { lost, source });
            }
            Err(error) => return Err(error),
        };
        self.worker_pid = steps.worker.backend_pid().await.ok();
        let row = self.ledger.find(&self.database, &steps.id).await.map_err(ApplyError::Query)?;
        let Some(progress) = row.as_ref().and_then(Progress::of) else {
            return Err(ApplyError::RowVanished { remains: remains(&steps.progress, false) });
        };
        steps.progress = progress;
        if steps.progress.committed == job.statements() {
            return Ok(());
        }
        let remains = remains(&steps.progress, steps.progress.started.is_none());
        let logs = failure::prisma_text_without_code(job.name, &lost.to_string());
        self.write_end(steps, remains, &logs).await.map_err(ApplyError::Query)?;
        Err(ApplyError::Lost { remains, source: lost })
    }

    /// Writes the end of a run into its row: rolled back when nothing remains, else unfinished.
    async fn write_end(
        &self,
        steps: &Steps,
        remains: Remains,
        logs: &str,
    ) -> Result<(), QueryError> {
        let count = i32::try_from(steps.progress.committed).unwrap_or(i32::MAX);
        let (text, rolled_back_at) = match remains {
            Remains::Nothing => (logs.to_owned(), Some(SystemTime::now())),
            Remains::Statements { .. } => (steps.progress.with_failure(logs), None),
        };
        self.ledger.note(&self.database, &steps.id, count, &text, rolled_back_at).await.map(|_| ())
    }
}

/// What remains at this point; `is_clean` says that nothing of the statement that was running does.
pub(super) fn remains(progress: &Progress, is_clean: bool) -> Remains {
    if progress.committed == 0 && is_clean {
        Remains::Nothing
    } else {
        Remains::Statements { committed: progress.committed, of: progress.statements }
    }
}
