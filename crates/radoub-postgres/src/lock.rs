//! Prisma's migration lock, taken without ever queueing for it.
//!
//! A queued request would hold a snapshot that a concurrent index build waits for; asking again and
//! again does not. There is one way to make a [`LockedDatabase`]: [`Database::lock`].

use std::time::{Duration, Instant};

use tokio_postgres::types::Type;

use crate::database::{ConnectError, ConnectSettings, Database, QueryError, read};
use crate::ledger::Ledger;
use crate::look::ReadOnly;
use crate::pooler::{self, PoolerError};
use crate::session::Session;

/// The key of Prisma's lock, the same in every database (Prisma facts 4).
pub const KEY: i64 = 72_707_369;

const TRY: &str = "SELECT pg_catalog.pg_try_advisory_lock(72707369)";
const RELEASE: &str = "SELECT pg_catalog.pg_advisory_unlock(72707369)";
/// The lock of the session in which a script runs statement by statement: it stays when Prisma's lock
/// is given to somebody else for a while, and tells other radoubs to keep away.
const TRY_WORK: &str = "SELECT pg_catalog.pg_try_advisory_lock(72707369, 1)";
const IS_MINE: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' \
                       AND (classid, objid, objsubid) = (0, 72707369, 1) AND granted \
                       AND pid = pg_catalog.pg_backend_pid())";

/// Whether a session of somebody else does the work of a radoub here. Who that is costs twenty times as much to ask,
/// and there seldom is one.
const ANYBODY: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' \
                       AND (classid, objid, objsubid) = (72707369, 1, 2) \
                       AND pid <> pg_catalog.pg_backend_pid())";

/// How long to wait between two tries, at least; half as much again is added by chance.
const PAUSE: Duration = Duration::from_millis(100);

/// How to take the lock.
#[derive(Debug, Clone)]
pub struct LockSettings {
    /// How long to keep trying; zero for one try.
    pub patience: Duration,
    /// False when `PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK` is set: work without the lock, as Prisma then
    /// does.
    pub advisory: bool,
}

impl Default for LockSettings {
    /// Ten seconds, as Prisma waits.
    fn default() -> Self {
        Self { patience: Duration::from_secs(10), advisory: true }
    }
}

/// Why the migration lock could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else is migrating this database.
    #[error("the migration lock was held by {} for {} s", named(holder.as_deref()), waited.as_secs())]
    Held {
        /// Who; `None` when it was gone each time we looked.
        holder: Option<Box<Session>>,
        /// How long we waited.
        waited: Duration,
    },
    /// A lock would mean nothing here.
    #[error("the connection cannot hold a lock")]
    Pooler(#[source] PoolerError),
    /// Nothing can be written here.
    #[error("the database is read-only ({})", match why { ReadOnly::Recovery => "a standby, or in recovery", ReadOnly::Setting => "default_transaction_read_only" })]
    ReadOnly {
        /// Why not.
        why: ReadOnly,
    },
    /// The server could not be asked.
    #[error("could not ask for the migration lock")]
    Query(#[source] QueryError),
    /// A lost connection could not be made anew.
    #[error("could not connect again")]
    Connect(#[source] ConnectError),
}

impl From<QueryError> for LockError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

fn named(holder: Option<&Session>) -> String {
    holder.map_or_else(
        || "somebody".to_owned(),
        |it| format!("{} (process {})", it.application.as_deref().unwrap_or("a session"), it.pid),
    )
}

/// A database whose migrations are ours alone for the moment.
///
/// The lock belongs to the connection: it is given back by [`LockedDatabase::release`], and goes with
/// the connection when this value is dropped or the process dies.
#[derive(Debug)]
pub struct LockedDatabase {
    pub(crate) database: Database,
    pub(crate) ledger: Ledger,
    /// Whether the ledger is known to exist and to be writable.
    pub(crate) ledger_is_ready: bool,
    /// Whether the lock is with us now; it is given away while others wait for it and we build an
    /// index concurrently.
    pub(crate) is_held: bool,
    pub(crate) settings: LockSettings,
    /// A second connection that looks after the first, opened when a script takes its time.
    pub(crate) watcher: Option<Database>,
    /// Process id of the connection that holds the lock.
    pub(crate) pid: i32,
    /// Process id of our own session that works while this one keeps the lock.
    pub(crate) worker_pid: Option<i32>,
}

/// Called while waiting, when somebody new is seen to hold the lock.
pub type OnWait<'a> = &'a mut (dyn FnMut(&Session) + Send);

impl Database {
    /// Takes the migration lock of this database, waiting at most `settings.patience`.
    ///
    /// It is the lock that `prisma migrate` takes, advisory key 72707369, so the two tools keep out
    /// of each other's way. It is asked for again and again, with a pause of chance length, and never
    /// queued for. Another radoub that has lent Prisma's lock to somebody while it works counts as a
    /// holder too. Nothing is written.
    ///
    /// # Errors
    ///
    /// [`LockError::Held`] once the patience is over, [`LockError::Pooler`] where a lock would mean
    /// nothing, [`LockError::ReadOnly`] where nothing could be done with it.
    ///
    /// Source: Prisma facts 4; PostgreSQL manual, 13.3.5.
    pub async fn lock(
        mut self,
        settings: &LockSettings,
        on_wait: OnWait<'_>,
    ) -> Result<LockedDatabase, LockError> {
        pooler::refuse(&self).await.map_err(LockError::Pooler)?;
        self.become_patient().await?;
        let facts = self
            .row(
                "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.pg_backend_pid(), \
                 pg_catalog.current_setting('default_transaction_read_only')::bool",
                &[],
            )
            .await?;
        match (read(&facts, 0)?, read(&facts, 2)?) {
            (true, _) => return Err(LockError::ReadOnly { why: ReadOnly::Recovery }),
            (_, true) => return Err(LockError::ReadOnly { why: ReadOnly::Setting }),
            (false, false) => {}
        }
        let pid = read(&facts, 1)?;
        let mut locked = LockedDatabase {
            ledger: Ledger::of(self.url()),
            ledger_is_ready: self.has_ledger(),
            database: self,
            is_held: false,
            settings: settings.clone(),
            watcher: None,
            pid,
            worker_pid: None,
        };
        locked.take(on_wait).await?;
        Ok(locked)
    }

    /// Turns a session for looking into one for long work: no limit on statements, and the server is
    /// to notice soon when we are gone.
    pub(crate) async fn become_patient(&mut self) -> Result<(), QueryError> {
        self.change(|it| it.statement_timeout = None);
        self.run("RESET ALL").await?;
        if self.major() >= 14 {
            // A server on a system that cannot tell says 22023; then it notices at the statement's end.
            match self.run("SET client_connection_check_interval = 1000").await {
                Ok(()) => self.watch_client(),
                Err(error) if error.is("22023") || error.is("42704") => {}
                Err(error) => return Err(error),
            }
        }
        self.settle().await
    }

    /// Whether this session gets the lock of a radoub at work.
    pub(crate) async fn try_work_lock(&self) -> Result<bool, QueryError> {
        read(&self.row(TRY_WORK, &[]).await?, 0)
    }
}

impl LockedDatabase {
    /// The address.
    pub fn url(&self) -> &crate::url::DatabaseUrl {
        self.database.url()
    }

    /// Gives the lock back and ends the connection.
    ///
    /// # Errors
    ///
    /// [`QueryError`] when the server could not be told; the lock goes with the connection anyway.
    pub async fn release(mut self) -> Result<(), QueryError> {
        if let Some(watcher) = self.watcher.take() {
            watcher.close().await;
        }
        let told = self.give_away().await;
        self.database.close().await;
        told
    }

    /// Looks at the database through the connection that holds the lock; see [`Database::look`].
    ///
    /// # Errors
    ///
    /// [`crate::look::LookError`].
    pub async fn look(
        &mut self,
        schemas: &[String],
    ) -> Result<crate::look::Looked, crate::look::LookError> {
        self.database.look(schemas).await
    }

    /// Takes the lock, unless it is ours already.
    pub(crate) async fn take(&mut self, on_wait: OnWait<'_>) -> Result<(), LockError> {
        if self.is_held || !self.settings.advisory {
            return Ok(());
        }
        let started = Instant::now();
        let mut seen: Option<Session> = None;
        loop {
            if read(&self.database.row(TRY, &[]).await?, 0)? {
                // With Prisma's lock in hand, whoever is left is a radoub at work.
                let anybody: bool = read(&self.database.row(ANYBODY, &[]).await?, 0)?;
                let worker = if anybody { self.database.lock_state().await?.holder } else { None };
                let Some(worker) = worker.filter(|it| Some(it.pid) != self.worker_pid) else {
                    self.is_held = true;
                    return Ok(());
                };
                self.database.row(RELEASE, &[]).await?;
                note(&mut seen, Some(worker), on_wait);
            } else {
                note(&mut seen, self.database.lock_state().await?.holder, on_wait);
            }
            if started.elapsed() >= self.settings.patience {
                let holder = seen.map(Box::new);
                return Err(LockError::Held { holder, waited: started.elapsed() });
            }
            tokio::time::sleep(PAUSE + by_chance(PAUSE / 2)).await;
        }
    }

    /// Gives the lock away, if it is ours.
    pub(crate) async fn give_away(&mut self) -> Result<(), QueryError> {
        if self.is_held {
            self.is_held = false;
            self.database.row(RELEASE, &[]).await?;
        }
        Ok(())
    }

    /// Takes the lock back in case a script has freed it (`pg_advisory_unlock_all`).
    pub(crate) async fn keep(&mut self, on_wait: OnWait<'_>) -> Result<(), LockError> {
        if self.is_held {
            self.is_held = read(&self.database.row(IS_MINE, &[]).await?, 0)?;
        }
        self.take(on_wait).await
    }

    /// Connects anew after the connection was lost, and takes the lock again.
    ///
    /// The lock can only be had once the server has noticed the end of the old session, so what that
    /// session did is decided by then. A server that is starting up is waited for.
    pub(crate) async fn recover(&mut self, on_wait: OnWait<'_>) -> Result<(), LockError> {
        let started = Instant::now();
        let url = self.database.url().clone();
        let settings: ConnectSettings = self.database.settings().clone();
        self.watcher = None;
        self.is_held = false;
        self.database = loop {
            match Database::connect(&url, &settings).await {
                Ok(database) => break database,
                Err(error) if error.may_pass() && started.elapsed() < RECOVERY => {
                    tokio::time::sleep(PAUSE + by_chance(PAUSE)).await;
                }
                Err(error) => return Err(LockError::Connect(error)),
            }
        };
        self.database.become_patient().await?;
        let lost = std::mem::replace(&mut self.pid, self.database.backend_pid().await?);
        // Without the lock there is only the list of sessions to tell that the old one is gone.
        while !self.settings.advisory && self.is_alive(lost).await? {
            if started.elapsed() >= RECOVERY {
                return Err(LockError::Held { holder: None, waited: started.elapsed() });
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.take(on_wait).await
    }

    async fn is_alive(&self, pid: i32) -> Result<bool, QueryError> {
        let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = $1)";
        read(&self.database.row(sql, &[(&pid, Type::INT4)]).await?, 0)
    }
}

/// How long a server that has gone away is waited for.
const RECOVERY: Duration = Duration::from_secs(30);

/// Tells about a holder that was not seen before.
fn note(seen: &mut Option<Session>, now: Option<Session>, on_wait: OnWait<'_>) {
    let Some(now) = now else { return };
    if seen.as_ref().is_none_or(|it| it.pid != now.pid) {
        on_wait(&now);
    }
    *seen = Some(now);
}

/// A duration from nothing to `most`, so that two waiters do not stay in step.
pub(crate) fn by_chance(most: Duration) -> Duration {
    let [byte, ..] = uuid::Uuid::new_v4().into_bytes();
    most.mul_f32(f32::from(byte) / 255.0)
}
