//! Statements that no transaction protects: running one, looking what became of one, and cleaning up
//! behind one.

use std::time::Duration;

use radoub_schema::name::Ident;
use radoub_schema::script::{Alone, QualifiedName};
use tokio::time::{MissedTickBehavior, interval};
use tokio_postgres::types::Type;

use super::settle::Refusal;
use super::stepwise::{Steps, Trouble};
use super::watch::{Sent, send};
use super::whole::pause;
use super::{ApplyEvent, Job, OnEvent};
use crate::database::{Database, QueryError, read};
use crate::failure::place;
use crate::ledger::Started;
use crate::lock::LockedDatabase;
use crate::session::Session;
use crate::stop::Stop;

/// How often to look whether somebody queues for the migration lock while a statement waits for all
/// other transactions.
const ASIDE: Duration = Duration::from_millis(150);

const INDEXES: &str = "SELECT i.indexrelid, i.indisvalid, c.relname::text, n.nspname::text \
                       FROM pg_catalog.pg_index i \
                       JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
                       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                       WHERE i.indrelid = pg_catalog.to_regclass($1)::oid ORDER BY i.indexrelid";
const INDEX: &str = "SELECT (SELECT i.indisvalid FROM pg_catalog.pg_index i \
                     WHERE i.indexrelid = pg_catalog.to_regclass($1)::oid)";

/// An index of a table.
struct Index {
    oid: u32,
    is_valid: bool,
    name: String,
    schema: String,
}

/// What became of a statement whose end nobody saw.
enum Became {
    Done,
    NotDone,
    Unknowable,
}

impl LockedDatabase {
    /// Runs a statement outside of transactions, after looking what became of it in an earlier run.
    pub(super) async fn run_alone(
        &mut self,
        job: &Job<'_>,
        steps: &mut Steps,
        index: usize,
        alone: &Alone,
        on_event: OnEvent<'_>,
    ) -> Result<(), Trouble> {
        let before = steps.progress.started.take().filter(|it| it.statement == index);
        if let Some(started) = before {
            match self.became(job, steps, alone, &started, on_event).await? {
                Became::Done => return self.step_done(job, steps, index + 1, on_event).await,
                Became::NotDone => {}
                Became::Unknowable => {
                    steps.progress.started = Some(started);
                    return Err(Trouble::Unknowable);
                }
            }
        }
        loop {
            steps.attempts += 1;
            let started = Started { statement: index, indexes: steps.indexes_before(alone).await? };
            steps.progress.started = Some(started.clone());
            self.note_progress(steps).await?;
            let (sent, blockers) =
                self.send_alone(job, steps, job.statement(index), on_event).await?;
            let error = match sent.ended {
                Ok(()) => {
                    steps.progress.started = None;
                    return self.step_done(job, steps, index + 1, on_event).await;
                }
                Err(QueryError::Refused(error)) => error,
                Err(lost) => return Err(Trouble::Lost(lost)),
            };
            let place = error.position.map(|at| place(job.text, job.start_of(index), at));
            let refusal = Refusal { error, place, statement: Some(index), blockers };
            let is_clean = self.clean(job, steps, alone, &started, on_event).await?;
            if is_clean {
                steps.progress.started = None;
            }
            if refusal.is_cancelled(job) {
                return Err(Trouble::Cancelled);
            }
            if !refusal.may_pass() || steps.began.elapsed() >= job.settings.patience {
                return Err(Trouble::Refused { refusal, is_clean });
            }
            on_event(ApplyEvent::Retrying {
                attempt: steps.attempts,
                error: *refusal.error,
                blockers: refusal.blockers,
            });
            pause(job, steps.attempts).await;
        }
    }

    /// Sends a statement that waits for all other transactions, and steps aside for whoever queues
    /// for the migration lock: such a session has a snapshot, which the statement waits for, while the
    /// session waits for us.
    async fn send_alone(
        &mut self,
        job: &Job<'_>,
        steps: &Steps,
        text: &str,
        on_event: OnEvent<'_>,
    ) -> Result<(Sent, Vec<Session>), QueryError> {
        // Such a statement keeps nobody from reading and writing while it waits, so it may wait as
        // long as there is patience; never without an end.
        if !steps.has_own_lock_timeout {
            let left = job.settings.patience.saturating_sub(steps.began.elapsed());
            let limit = left.max(job.settings.lock_timeout).as_millis().max(1);
            steps.worker.run(&format!("SET lock_timeout = {limit}")).await?;
        }
        let canceller = steps.worker.canceller();
        let mut blockers = Vec::new();
        let sent = {
            let mut work = std::pin::pin!(send(&steps.worker, text));
            let mut ticks = interval(ASIDE);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks.reset();
            let mut was_asked = false;
            loop {
                tokio::select! {
                    biased;
                    sent = &mut work => break sent,
                    () = job.settings.stop.until(Stop::Now), if !was_asked => {
                        was_asked = canceller.cancel().await.is_ok();
                    }
                    _ = ticks.tick() => {
                        // When the connection that keeps the lock is gone, so is the lock; the end of
                        // the statement matters more, and the loss is seen behind it.
                        let Ok(lock) = self.database.lock_state().await else { continue };
                        if self.is_held && !lock.waiting.is_empty() {
                            let _ = self.give_away().await;
                            on_event(ApplyEvent::SteppedAside);
                        }
                        let seen = self.database.blockers(steps.pid).await.unwrap_or_default();
                        let is_new = seen.iter().any(|it| {
                            !blockers.iter().any(|known: &Session| known.pid == it.pid)
                        });
                        if is_new {
                            on_event(ApplyEvent::Waiting { blockers: seen.clone() });
                        }
                        if !seen.is_empty() {
                            blockers = seen;
                        }
                    }
                }
            }
        };
        if !steps.has_own_lock_timeout && !steps.worker.is_closed() {
            let usual = job.settings.lock_timeout.as_millis().max(1);
            steps.worker.run(&format!("SET lock_timeout = {usual}")).await?;
        }
        Ok((sent, blockers))
    }

    /// What became of a statement that an earlier run had started; half an index is dropped.
    async fn became(
        &mut self,
        job: &Job<'_>,
        steps: &Steps,
        alone: &Alone,
        started: &Started,
        on_event: OnEvent<'_>,
    ) -> Result<Became, QueryError> {
        match alone {
            Alone::Repeatable => Ok(Became::NotDone),
            Alone::Unknowable => Ok(Became::Unknowable),
            Alone::DropIndex { names } => {
                for name in names {
                    if index_state(&steps.worker, name).await?.is_some() {
                        return Ok(Became::NotDone);
                    }
                }
                Ok(Became::Done)
            }
            Alone::CreateIndex { name, table } => {
                let new = new_indexes(&steps.worker, name.as_ref(), table, started).await?;
                match new.iter().filter(|it| it.is_valid).count() {
                    0 => {
                        self.drop_indexes(job, steps, &new, on_event).await?;
                        Ok(Became::NotDone)
                    }
                    1 => Ok(Became::Done),
                    // Without a name in the statement, several may be ours.
                    _ => Ok(Became::Unknowable),
                }
            }
        }
    }

    /// Cleans up behind a statement that the server refused; says whether nothing of it remains.
    async fn clean(
        &mut self,
        job: &Job<'_>,
        steps: &Steps,
        alone: &Alone,
        started: &Started,
        on_event: OnEvent<'_>,
    ) -> Result<bool, QueryError> {
        match alone {
            Alone::Repeatable => Ok(true),
            Alone::Unknowable => Ok(false),
            Alone::DropIndex { names } => {
                for name in names {
                    if index_state(&steps.worker, name).await? == Some(false) {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Alone::CreateIndex { name, table } => {
                let new = new_indexes(&steps.worker, name.as_ref(), table, started).await?;
                self.drop_indexes(job, steps, &new, on_event).await
            }
        }
    }

    /// Drops the invalid ones among these; says whether all are gone.
    async fn drop_indexes(
        &mut self,
        job: &Job<'_>,
        steps: &Steps,
        indexes: &[Index],
        on_event: OnEvent<'_>,
    ) -> Result<bool, QueryError> {
        for index in indexes.iter().filter(|it| !it.is_valid) {
            let name = format!(
                "{}.{}",
                Ident::new(index.schema.as_str()),
                Ident::new(index.name.as_str())
            );
            let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {name}");
            match self.send_alone(job, steps, &drop, on_event).await?.0.ended {
                Ok(()) => on_event(ApplyEvent::IndexDropped { index: name }),
                // It stays, and the row says that a statement was started: the next run drops it.
                Err(QueryError::Refused(_)) => return Ok(false),
                Err(lost) => return Err(lost),
            }
        }
        Ok(true)
    }
}

impl Steps {
    /// The indexes that the table of a concurrent build has before it.
    async fn indexes_before(&self, alone: &Alone) -> Result<Vec<u32>, QueryError> {
        match alone {
            Alone::CreateIndex { table, .. } => {
                Ok(indexes(&self.worker, table).await?.iter().map(|it| it.oid).collect())
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// The name as SQL, for `to_regclass`, which looks along the search path of the script.
fn quoted(name: &QualifiedName) -> String {
    let own = Ident::new(name.name.as_str());
    name.schema
        .as_ref()
        .map_or_else(|| own.to_string(), |schema| format!("{}.{own}", Ident::new(schema.as_str())))
}

async fn indexes(worker: &Database, table: &QualifiedName) -> Result<Vec<Index>, QueryError> {
    let rows = worker.rows(INDEXES, &[(&quoted(table), Type::TEXT)]).await?;
    rows.iter()
        .map(|row| {
            Ok(Index {
                oid: read(row, 0)?,
                is_valid: read(row, 1)?,
                name: read(row, 2)?,
                schema: read(row, 3)?,
            })
        })
        .collect()
}

/// The indexes of the table that were not there before, of the name that the statement gives.
async fn new_indexes(
    worker: &Database,
    name: Option<&QualifiedName>,
    table: &QualifiedName,
    started: &Started,
) -> Result<Vec<Index>, QueryError> {
    let mut all = indexes(worker, table).await?;
    all.retain(|it| {
        !started.indexes.contains(&it.oid) && name.is_none_or(|name| name.name == it.name)
    });
    Ok(all)
}

/// Whether an index of this name is valid; `None` when there is none.
async fn index_state(worker: &Database, name: &QualifiedName) -> Result<Option<bool>, QueryError> {
    read(&worker.row(INDEX, &[(&quoted(name), Type::TEXT)]).await?, 0)
}
