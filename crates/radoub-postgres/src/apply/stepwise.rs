//! Running a script piece by piece, with how far it came in its ledger row.
//!
//! The script has a connection of its own, the worker; the connection that keeps the lock watches it
//! and writes the row. A piece that is a transaction counts itself in the same transaction, so the
//! number in the row is exact; around the others stands a note that they were started.

use std::time::SystemTime;

use radoub_schema::migration::Applied;
use radoub_schema::script::Runs;
use tokio::time::Instant;

use super::segments::{Ends, Kind, Opens, Segment};
use super::settle::Refusal;
use super::watch::{Post, Watch, pace, send};
use super::whole::pause;
use super::{ApplyError, ApplyEvent, Job, OnEvent, Ran, Remains};
use crate::database::{Database, QueryError, read};
use crate::failure::{self, place};
use crate::gate::{Intent, Shut};
use crate::ledger::{self, Entry, Progress};
use crate::lock::{LockError, LockedDatabase, by_chance};
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
    id: String,
    started_at: SystemTime,
    /// How far it came.
    pub(super) progress: Progress,
    /// When this run began, for the patience.
    pub(super) began: Instant,
    /// Tries so far.
    pub(super) attempts: u32,
    /// Whether the script has set a `lock_timeout` of its own.
    pub(super) has_own_lock_timeout: bool,
    /// Whether the last segment left a transaction open (`AND CHAIN`).
    is_chained: bool,
    /// Sets the role that the session came with.
    own_role: String,
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

    /// Connects the worker, and inserts the row unless there is one.
    async fn begin(
        &mut self,
        job: &Job<'_>,
        resumed: Option<(Applied, Progress)>,
    ) -> Result<Steps, ApplyError> {
        let worker = self.hire().await?;
        let who = worker
            .row(
                "SELECT pg_catalog.pg_backend_pid(), current_user = session_user, \
                  pg_catalog.quote_ident(current_user)",
                &[],
            )
            .await
            .map_err(ApplyError::Query)?;
        let pid = read(&who, 0).map_err(ApplyError::Query)?;
        let role: String = read(&who, 2).map_err(ApplyError::Query)?;
        let is_session_user: bool = read(&who, 1).map_err(ApplyError::Query)?;
        let own_role = if is_session_user { "NONE".to_owned() } else { role };
        let is_new = resumed.is_none();
        let (id, started_at, progress) = resumed.map_or_else(
            || {
                let statements = job.statements();
                let progress = Progress { statements, committed: 0, started: None };
                (ledger::new_id(), SystemTime::now(), progress)
            },
            |(row, progress)| (row.id, row.started_at, progress),
        );
        if is_new {
            let entry = Entry {
                id: id.clone(),
                checksum: job.checksum,
                name: job.name,
                started_at,
                finished_at: None,
                rolled_back_at: None,
                logs: Some(progress.to_string()),
                steps: 0,
            };
            self.ledger.insert(&self.database, &entry).await.map_err(ApplyError::Query)?;
        }
        Ok(Steps {
            worker,
            pid,
            id,
            started_at,
            progress,
            began: Instant::now(),
            attempts: 0,
            has_own_lock_timeout: false,
            is_chained: false,
            own_role,
        })
    }

    /// A second connection that holds the lock of a radoub at work: it can only be had when no earlier
    /// worker is left.
    async fn hire(&mut self) -> Result<Database, ApplyError> {
        let mut worker = self.database.sibling().await.map_err(ApplyError::Connect)?;
        let limit = self.database.settings().statement_timeout;
        worker.become_patient().await.map_err(ApplyError::Query)?;
        worker.change(|it| it.statement_timeout = limit);
        worker.settle().await.map_err(ApplyError::Query)?;
        let started = Instant::now();
        let pause = std::time::Duration::from_millis(100);
        while self.settings.advisory && !worker.try_work_lock().await.map_err(ApplyError::Query)? {
            if started.elapsed() > self.settings.patience {
                let state = self.database.lock_state().await.map_err(ApplyError::Query)?;
                let holder = state.holder.map(Box::new);
                let source = LockError::Held { holder, waited: started.elapsed() };
                return Err(ApplyError::Lock { remains: Remains::Nothing, source });
            }
            tokio::time::sleep(pause + by_chance(pause)).await;
        }
        Ok(worker)
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

    /// Writes down why a script stopped; `Ok` when it turns out to have come to its end after all.
    async fn conclude(
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
fn remains(progress: &Progress, is_clean: bool) -> Remains {
    if progress.committed == 0 && is_clean {
        Remains::Nothing
    } else {
        Remains::Statements { committed: progress.committed, of: progress.statements }
    }
}

/// Gives a new worker the session settings that the committed part of the script had made.
async fn replay(job: &Job<'_>, segments: &[Segment], steps: &mut Steps) -> Result<(), Trouble> {
    let committed = steps.progress.committed;
    for segment in segments.iter().filter(|it| it.statements.end <= committed) {
        let is_undone = matches!(
            segment.kind,
            Kind::Transaction { ends: Ends::Rollback | Ends::RollbackAndChain, .. }
        );
        if is_undone {
            continue;
        }
        for index in segment.statements.clone() {
            let text = job.statement(index);
            let runs = &job.script.statements[index].runs;
            if *runs == Runs::Anywhere && is_setting(text) {
                steps.worker.run(text).await?;
                steps.has_own_lock_timeout |= sets_lock_timeout(text);
            }
        }
    }
    Ok(())
}

/// Whether a statement changes the session beyond its transaction, and nothing else: `SET`, `RESET`,
/// and `SELECT set_config(…)` as pg_dump writes it.
fn is_setting(text: &str) -> bool {
    let words: Vec<String> =
        text.split_ascii_whitespace().take(2).map(str::to_ascii_uppercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["SET", "LOCAL" | "TRANSACTION" | "CONSTRAINTS"] => false,
        ["SET" | "RESET", _] => true,
        ["SELECT", call] => {
            call.contains("SET_CONFIG(") && !text.to_ascii_uppercase().contains(" FROM ")
        }
        _ => false,
    }
}

fn sets_lock_timeout(text: &str) -> bool {
    is_setting(text) && text.to_ascii_lowercase().contains("lock_timeout")
}

#[cfg(test)]
mod tests {
    use super::{is_setting, sets_lock_timeout};

    #[test]
    fn settings_of_the_session_are_told_from_those_of_a_transaction() {
        for text in [
            "SET search_path = app",
            "set role owner",
            "RESET ROLE",
            "SET SESSION AUTHORIZATION owner",
            "SELECT pg_catalog.set_config('search_path', '', false)",
        ] {
            assert!(is_setting(text), "{text}");
        }
        for text in [
            "SET LOCAL search_path = app",
            "SET TRANSACTION READ ONLY",
            "SET CONSTRAINTS ALL DEFERRED",
            "SELECT 1",
            "SELECT set_config('a.b', x, false) FROM t",
            "UPDATE t SET x = 1",
        ] {
            assert!(!is_setting(text), "{text}");
        }
        assert!(sets_lock_timeout("SET lock_timeout = '5s'"));
        assert!(!sets_lock_timeout("SET LOCAL lock_timeout = '5s'"));
    }
}
