//! Running a script piece by piece, with how far it came in its ledger row.
//!
//! The script has a connection of its own, the worker; the connection that keeps the lock watches it
//! and writes the row. A piece that is a transaction counts itself in the same transaction, so the
//! number in the row is exact; around the others stands a note that they were started.

use std::time::SystemTime;

use radoub_schema::migration::Applied;
use tokio::time::Instant;

use super::conclusion::remains;
use super::segments::{Ends, Kind, Opens, Segment};
use super::settings::{replay, sets_lock_timeout};
use super::settle::Refusal;
use super::watch::{Post, Watch, pace, send};
use super::whole::pause;
use super::{ApplyError, ApplyEvent, Job, OnEvent, Ran, Remains};
use crate::database::{Database, QueryError};
use crate::failure::place;
use crate::gate::Intent;
use crate::ledger::Progress;
use crate::lock::{LockError, LockedDatabase};
use crate::session::Session;
use crate::stop::Stop;

/// Makes the worker itself again until the end of the transaction, whatever role and search path the
/// script has set; they come back behind it.
const AS_OURSELVES: &str = "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL search_path = ''; ";

/// A script at work.
pub(super) struct Steps {
    /// Runs the script.
    pub(super) worker: Database,
    /// Process id of the worker.
    pub(super) pid: i32,
    /// The row.
    pub(super) id: String,
    pub(super) started_at: SystemTime,
    /// How far it came.
    pub(super) progress: Progress,
    /// When this run began, for the patience.
    pub(super) began: Instant,
    /// Tries so far.
    pub(super) attempts: u32,
    /// Whether the script has set a `lock_timeout` of its own.
    pub(super) has_own_lock_timeout: bool,
    /// Whether the last segment left a transaction open (`AND CHAIN`).
    pub(super) is_chained: bool,
    /// Sets the role that the session came with.
    pub(super) own_role: String,
}

/// Why a piece did not come to its end. The worker is outside of transactions, or gone.
pub(super) enum Trouble {
    /// The server refused a statement.
    Refused { refusal: Refusal, is_clean: bool },
    /// A connection is gone.
    Lost(QueryError),
    /// Somebody asked to stop, and the statement was cancelled.
    Cancelled,
    /// The gate was closed.
    Shut,
    /// The lock was lent and did not come back.
    Lock(LockError),
    /// Whether a statement was carried out cannot be told.
    Unknowable,
    /// The row is not ours any more.
    RowVanished,
    /// The server carried out another number of statements than we read.
    Misread { executed: usize },
}

impl From<QueryError> for Trouble {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Refused(error) => Self::Refused {
                refusal: Refusal { error, place: None, statement: None, blockers: Vec::new() },
                is_clean: true,
            },
            lost => Self::Lost(lost),
        }
    }
}

impl LockedDatabase {
    /// Runs the segments, behind those that an earlier run has committed.
    pub(super) async fn apply_stepwise(
        &mut self,
        job: &Job<'_>,
        segments: &[Segment],
        resumed: Option<(Applied, Progress)>,
        on_event: OnEvent<'_>,
    ) -> Result<Ran, ApplyError> {
        if job.settings.stop.asked() > Stop::No {
            let remains = resumed.as_ref().map_or(Remains::Nothing, |(_, it)| remains(it, true));
            return Err(ApplyError::Stopped { remains });
        }
        let resumed_after = resumed.as_ref().map_or(0, |(_, progress)| progress.committed);
        let mut steps = self.begin(job, resumed).await?;
        self.worker_pid = Some(steps.pid);
        let ended = self.run_segments(job, segments, &mut steps, on_event).await;
        let concluded = match ended {
            Ok(()) => Ok(()),
            Err(trouble) => self.conclude(job, &mut steps, trouble, on_event).await,
        };
        let ran = match concluded {
            Ok(()) => self.finish(job, &steps, resumed_after).await,
            Err(error) => Err(error),
        };
        steps.worker.close().await;
        self.worker_pid = None;
        let mut waiting =
            |holder: &Session| on_event(ApplyEvent::WaitingForLock { holder: holder.clone() });
        match (ran, self.take(&mut waiting).await) {
            (Ok(_), Err(source)) => {
                let remains =
                    Remains::Statements { committed: job.statements(), of: job.statements() };
                Err(ApplyError::Lock { remains, source })
            }
            (ran, _) => ran,
        }
    }

    async fn run_segments(
        &mut self,
        job: &Job<'_>,
        segments: &[Segment],
        steps: &mut Steps,
        on_event: OnEvent<'_>,
    ) -> Result<(), Trouble> {
        replay(job, segments, steps).await?;
        for segment in segments {
            if segment.statements.end <= steps.progress.committed {
                continue;
            }
            if job.settings.stop.asked() > Stop::No {
                return Err(Trouble::Cancelled);
            }
            // The connection that keeps the lock must be there before anything more is done.
            self.database.run("SELECT").await?;
            let intent = Intent::Statements {
                first: segment.statements.start,
                count: segment.statements.len(),
                statements: job.statements(),
            };
            if segment.kind != Kind::Nothing && job.settings.gate.pass(intent).await.is_err() {
                return Err(Trouble::Shut);
            }
            match &segment.kind {
                Kind::Nothing => steps.progress.committed = segment.statements.end,
                Kind::Transaction { opens, ends } => {
                    self.run_transaction(job, steps, segment, *opens, *ends, on_event).await?;
                }
                Kind::Alone(alone) => {
                    let index = segment.statements.start;
                    self.run_alone(job, steps, index, alone, on_event).await?;
                }
            }
        }
        Ok(())
    }

    /// Runs a segment that is a transaction, again and again while locks are in the way.
    async fn run_transaction(
        &mut self,
        job: &Job<'_>,
        steps: &mut Steps,
        segment: &Segment,
        opens: Opens,
        ends: Ends,
        on_event: OnEvent<'_>,
    ) -> Result<(), Trouble> {
        loop {
            steps.attempts += 1;
            let trouble =
                match self.try_transaction(job, steps, segment, opens, ends, on_event).await {
                    Ok(()) => return Ok(()),
                    Err(trouble) => trouble,
                };
            if let Trouble::Lost(lost) = trouble {
                return Err(Trouble::Lost(lost));
            }
            steps.worker.run("ROLLBACK").await?;
            steps.is_chained = false;
            match trouble {
                Trouble::Refused { refusal, .. } if refusal.is_cancelled(job) => {
                    return Err(Trouble::Cancelled);
                }
                Trouble::Refused { refusal, .. }
                    if refusal.may_pass() && steps.began.elapsed() < job.settings.patience =>
                {
                    on_event(ApplyEvent::Retrying {
                        attempt: steps.attempts,
                        error: *refusal.error,
                        blockers: refusal.blockers,
                    });
                    pause(job, steps.attempts).await;
                }
                trouble => return Err(trouble),
            }
        }
    }

    async fn try_transaction(
        &mut self,
        job: &Job<'_>,
        steps: &mut Steps,
        segment: &Segment,
        opens: Opens,
        ends: Ends,
        on_event: OnEvent<'_>,
    ) -> Result<(), Trouble> {
        let is_open = opens == Opens::File || (opens == Opens::Chained && steps.is_chained);
        if !is_open {
            steps.worker.run("BEGIN").await?;
        }
        let end = segment.statements.end;
        for index in segment.statements.clone() {
            if index + 1 == end && matches!(ends, Ends::Commit | Ends::CommitAndChain) {
                self.count(steps, end).await?;
            }
            self.send_step(job, steps, index, job.statement(index), on_event).await?;
            steps.has_own_lock_timeout |= sets_lock_timeout(job.statement(index));
        }
        match ends {
            Ends::Ours => {
                self.count(steps, end).await?;
                self.send_step(job, steps, end - 1, "COMMIT", on_event).await?;
            }
            Ends::Commit | Ends::CommitAndChain => {}
            // What was counted in such a transaction would be undone or hidden with it.
            Ends::Prepare | Ends::Rollback | Ends::RollbackAndChain => {
                steps.progress.committed = end;
                self.note_progress(steps).await?;
            }
        }
        steps.is_chained = matches!(ends, Ends::CommitAndChain | Ends::RollbackAndChain);
        steps.progress.committed = end;
        on_event(ApplyEvent::Committed { committed: end, statements: job.statements() });
        Ok(())
    }

    /// Sends one statement on the worker and watches it.
    async fn send_step(
        &mut self,
        job: &Job<'_>,
        steps: &Steps,
        index: usize,
        text: &str,
        on_event: OnEvent<'_>,
    ) -> Result<(), Trouble> {
        let watch = Watch {
            post: Post::Open(&self.database),
            pid: steps.pid,
            canceller: steps.worker.canceller(),
            stop: &job.settings.stop,
            every: pace(job.settings.lock_timeout),
        };
        let (sent, blockers) = watch.over(send(&steps.worker, text), on_event).await;
        match sent.ended {
            Ok(()) if sent.executed != 1 => Err(Trouble::Misread { executed: sent.executed }),
            Ok(()) => Ok(()),
            Err(QueryError::Refused(error)) => {
                let place = error.position.map(|at| place(job.text, job.start_of(index), at));
                let refusal = Refusal { error, place, statement: Some(index), blockers };
                Err(Trouble::Refused { refusal, is_clean: true })
            }
            Err(lost) => Err(Trouble::Lost(lost)),
        }
    }

    /// Counts a segment in its own transaction.
    async fn count(&self, steps: &Steps, committed: usize) -> Result<(), Trouble> {
        steps.worker.run(&format!("{AS_OURSELVES}SET LOCAL ROLE {}", steps.own_role)).await?;
        let progress = Progress { committed, ..steps.progress.clone() };
        let count = i32::try_from(committed).unwrap_or(i32::MAX);
        let logs = progress.to_string();
        let is_there = self.ledger.note(&steps.worker, &steps.id, count, &logs, None).await?;
        if is_there { Ok(()) } else { Err(Trouble::RowVanished) }
    }

    /// Writes the progress from the connection that keeps the lock.
    pub(super) async fn note_progress(&mut self, steps: &Steps) -> Result<(), Trouble> {
        let count = i32::try_from(steps.progress.committed).unwrap_or(i32::MAX);
        let logs = steps.progress.to_string();
        let is_there = self.ledger.note(&self.database, &steps.id, count, &logs, None).await?;
        if is_there { Ok(()) } else { Err(Trouble::RowVanished) }
    }

    /// A statement outside of transactions is done: writes it down first, then takes the lock back if
    /// it was lent, and makes sure that nobody has marked the row meanwhile.
    pub(super) async fn step_done(
        &mut self,
        job: &Job<'_>,
        steps: &mut Steps,
        committed: usize,
        on_event: OnEvent<'_>,
    ) -> Result<(), Trouble> {
        steps.progress.committed = committed;
        steps.progress.started = None;
        let was_lent = !self.is_held;
        self.note_progress(steps).await?;
        on_event(ApplyEvent::Committed { committed, statements: job.statements() });
        if was_lent && self.settings.advisory {
            let mut waiting =
                |holder: &Session| on_event(ApplyEvent::WaitingForLock { holder: holder.clone() });
            match self.take(&mut waiting).await {
                Ok(()) => {}
                Err(LockError::Query(error)) => return Err(error.into()),
                // What follows must not run without the lock.
                Err(error) => return Err(Trouble::Lock(error)),
            }
            let row = self.ledger.find(&self.database, &steps.id).await?;
            if !row.is_some_and(|row| row.is_failed()) {
                return Err(Trouble::RowVanished);
            }
        }
        Ok(())
    }

    /// Finishes the row and reads it back.
    async fn finish(
        &mut self,
        job: &Job<'_>,
        steps: &Steps,
        resumed_after: usize,
    ) -> Result<Ran, ApplyError> {
        let now = SystemTime::now();
        let vanished = || ApplyError::RowVanished {
            remains: Remains::Statements { committed: job.statements(), of: job.statements() },
        };
        let finished = self.ledger.finish(&self.database, &steps.id, now).await;
        if !finished.map_err(ApplyError::Query)? {
            return Err(vanished());
        }
        let row = self.ledger.find(&self.database, &steps.id).await.map_err(ApplyError::Query)?;
        let finished_at = row.and_then(|row| row.finished_at).ok_or_else(vanished)?;
        Ok(Ran {
            id: steps.id.clone(),
            started_at: steps.started_at,
            finished_at,
            atomic: false,
            statements: job.statements(),
            resumed_after,
            attempts: steps.attempts.max(1),
        })
    }
}
