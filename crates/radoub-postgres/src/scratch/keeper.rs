//! Who makes scratch databases on one server, and proves by a session of its own that their maker lives.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use radoub_schema::name::Ident;
use tokio::sync::Semaphore;
use tokio_postgres::types::Type;

use super::{PREFIX, Scratch, ScratchError, Swept};
use crate::database::{ConnectReason, ConnectSettings, Database, QueryError, read};
use crate::lock::by_chance;
use crate::look::ReadOnly;
use crate::pooler;
use crate::server::Properties;
use crate::url::DatabaseUrl;

/// Names of scratch databases whose maker is gone and that this role may drop.
const ORPHANS: &str = include_str!("orphans.sql");
/// What the keeper has to know of server and role.
const FACTS: &str = include_str!("facts.sql");
/// Roles that are neither of these nor PostgreSQL's own.
const ROLES: &str =
    "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname <> ALL ($1) AND rolname !~ '^pg_'";

/// How long making or dropping a database may take: the server copies its template, and writes a checkpoint
/// before it drops.
const PATIENCE: Duration = Duration::from_mins(5);

/// How often to try again while somebody else uses the template.
const TRIES: u32 = 20;

/// How long to wait between two tries, at least; as much again is added by chance.
const PAUSE: Duration = Duration::from_millis(100);

/// How many databases are made or dropped at once beside the first.
const MORE: usize = 3;

/// Makes scratch databases on one server, and proves that their maker lives for as long as it does.
///
/// [`Keeper::close`] drops what is left of them. Dropping the value ends the proof and leaves the databases to
/// the next [`Keeper::sweep`] on that server.
#[derive(Debug)]
pub struct Keeper {
    /// The URL that databases are named after, with its parameters.
    url: DatabaseUrl,
    settings: ConnectSettings,
    /// The session that holds the lock; `None` on a server that takes one connection at a time and is nobody
    /// else's.
    session: Option<Database>,
    /// Whether that session is at work.
    turn: tokio::sync::Mutex<()>,
    /// Sessions for what is done at the same time, and how many there may be.
    more: Mutex<Vec<Database>>,
    lanes: Semaphore,
    key: u64,
    made: Mutex<Made>,
    version: String,
}

/// What a keeper has made so far.
#[derive(Debug, Default)]
struct Made {
    count: u32,
    alive: BTreeSet<String>,
    /// Those that are as they were born, for whoever comes next.
    idle: Vec<String>,
}

impl Keeper {
    /// Takes up work on the server of `server`, as its role: connects to its database `postgres` (else to the
    /// one that the URL names), makes sure that databases can be made, and takes a lock of its own.
    ///
    /// Nothing is created yet. One connection stays open until [`Keeper::close`], and up to three more where
    /// several databases are made or dropped at once.
    ///
    /// # Errors
    ///
    /// [`ScratchError`].
    pub async fn open(
        server: &DatabaseUrl,
        settings: &ConnectSettings,
    ) -> Result<Self, ScratchError> {
        let mut keeper = Self::new(server, settings, MORE);
        let session = keeper.connect().await?;
        pooler::refuse(&session).await.map_err(ScratchError::Pooler)?;
        let lock = "SELECT pg_catalog.pg_try_advisory_lock($1)";
        let key = keeper.key.cast_signed();
        let key = [(&key as _, Type::INT8)];
        let (facts, locked) = tokio::join!(session.row(FACTS, &[]), session.row(lock, &key));
        let facts = facts.map_err(ScratchError::Query)?;
        session.version().clone_into(&mut keeper.version);
        let version = || keeper.version.clone();
        let why = match (read(&facts, 0), read(&facts, 1)) {
            (Ok(true), _) => Some(ReadOnly::Recovery),
            (Ok(false), Ok(true)) => Some(ReadOnly::Setting),
            (Ok(false), Ok(false)) => None,
            (Err(error), _) | (_, Err(error)) => return Err(ScratchError::Query(error)),
        };
        if let Some(why) = why {
            return Err(ScratchError::ReadOnly { why, version: version() });
        }
        if !read::<bool>(&facts, 2).map_err(ScratchError::Query)? {
            return Err(keeper.denied());
        }
        // A number by chance that is taken already does not happen; a lock that is not had would
        // prove nothing, though.
        let had: bool =
            read(&locked.map_err(ScratchError::Query)?, 0).map_err(ScratchError::Query)?;
        assert!(had, "a lock of our own is free");
        if session.major() >= 14 {
            // Sitting still is the whole of its work.
            session.run("SET idle_session_timeout = 0").await.map_err(ScratchError::Query)?;
        }
        keeper.session = Some(session);
        Ok(keeper)
    }

    /// The same on a server that is nobody else's and goes with us, and that may take one connection at a time:
    /// no lock is needed, and a connection is only open while a database is made or dropped.
    pub fn alone(server: &DatabaseUrl, settings: &ConnectSettings) -> Self {
        Self::new(server, settings, 1)
    }

    fn new(server: &DatabaseUrl, settings: &ConnectSettings, lanes: usize) -> Self {
        let settings = ConnectSettings {
            statement_timeout: Some(PATIENCE),
            lock_timeout: None,
            ..settings.clone()
        };
        Self {
            url: server.clone(),
            settings,
            session: None,
            turn: tokio::sync::Mutex::default(),
            more: Mutex::default(),
            lanes: Semaphore::new(lanes),
            key: super::by_chance(),
            made: Mutex::default(),
            version: String::new(),
        }
    }

    /// Connects where databases are made from. Never to `template1`: a session there keeps everybody from
    /// creating databases.
    async fn connect(&self) -> Result<Database, ScratchError> {
        let own = self.url.database();
        let mut first = None;
        for name in ["postgres", own] {
            match Database::connect(&self.url.with_database(name), &self.settings).await {
                Ok(mut database) => {
                    database.settle().await.map_err(ScratchError::Query)?;
                    return Ok(database);
                }
                Err(error) => {
                    let elsewhere = matches!(
                        error.reason,
                        ConnectReason::DatabaseMissing(_)
                            | ConnectReason::Denied(_)
                            | ConnectReason::NotAdmitted { .. }
                    );
                    if !elsewhere || own == "postgres" {
                        return Err(ScratchError::Connect(error));
                    }
                    first.get_or_insert(error);
                }
            }
        }
        Err(ScratchError::Connect(first.expect("each database was tried and refused")))
    }

    fn denied(&self) -> ScratchError {
        let (role, version) = (self.url.user().to_owned(), self.version.clone());
        ScratchError::Denied { role, version }
    }

    /// Does something over the session that is ours anyway, or over one more while that is at work.
    async fn with<T>(
        &self,
        work: impl AsyncFnOnce(&Database) -> Result<T, ScratchError>,
    ) -> Result<T, ScratchError> {
        let first = self.session.as_ref().filter(|it| !it.is_closed());
        if let Some(session) = first
            && let Ok(_turn) = self.turn.try_lock()
        {
            return work(session).await;
        }
        // Semaphores here are never closed, so a permit is always had.
        let _lane = self.lanes.acquire().await.ok();
        let idle = self.more().pop().filter(|it| !it.is_closed());
        let session = match (idle, first) {
            (Some(session), _) => session,
            (None, Some(first)) => {
                let Ok(session) = self.connect().await else {
                    // A server or role that has no more connections to give: then one after the other.
                    let _turn = self.turn.lock().await;
                    return work(first).await;
                };
                session
            }
            (None, None) => self.connect().await?,
        };
        let done = work(&session).await;
        if first.is_some() {
            self.more().push(session);
        } else {
            session.close().await;
        }
        done
    }

    fn more(&self) -> MutexGuard<'_, Vec<Database>> {
        self.more.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that there is a role of this name, which may do nothing and cannot log in: for scripts that
    /// give things to it. Only for a server of our own.
    ///
    /// # Errors
    ///
    /// [`ScratchError::Query`], for a name that PostgreSQL keeps to itself (`pg_…`, `public`).
    pub async fn make_role(&self, name: &str) -> Result<(), ScratchError> {
        let sql = format!("CREATE ROLE {} NOLOGIN", Ident::new(name));
        self.with(async |session| match session.run(&sql).await {
            Err(error) if error.is("42710") || error.is("23505") => Ok(()),
            made => made.map_err(ScratchError::Query),
        })
        .await
    }

    /// Drops the roles that scripts have made: all but these and those of PostgreSQL. Only for a server of our
    /// own, once the databases that know them are gone.
    ///
    /// # Errors
    ///
    /// [`ScratchError`].
    pub async fn drop_roles_but(&self, kept: &[&str]) -> Result<(), ScratchError> {
        self.with(async |session| {
            let roles = session.rows(ROLES, &[(&kept, Type::TEXT_ARRAY)]).await;
            for row in roles.map_err(ScratchError::Query)? {
                let role = Ident::new(read::<String>(&row, 0).map_err(ScratchError::Query)?);
                let dropped = session.run(&format!("DROP ROLE IF EXISTS {role}")).await;
                dropped.map_err(ScratchError::Query)?;
            }
            Ok(())
        })
        .await
    }

    /// The address that it works from.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Version of the server as it says at log-in; empty for [`Keeper::alone`].
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Drops the scratch databases of this server whose makers are gone, as far as this role may. Those of a
    /// radoub that lives are left alone, whoever runs it and from wherever.
    ///
    /// # Errors
    ///
    /// [`QueryError`] when the server could not be asked which they are.
    pub async fn sweep(&self) -> Result<Swept, QueryError> {
        let Some(session) = &self.session else { return Ok(Swept::default()) };
        let mut swept = Swept::default();
        for row in session.rows(ORPHANS, &[]).await? {
            let name: String = read(&row, 0)?;
            match discard(session, &name).await {
                Ok(()) => swept.dropped.push(name),
                Err(error) if error.is_lost() => return Err(error),
                Err(error) => swept.kept.push((name, error)),
            }
        }
        Ok(swept)
    }

    /// Makes a database, or hands out one that was given back, empty as far as the server's template is: template, encoding, locale and owner are the
    /// server's defaults, as for Prisma's shadow database (Prisma facts 7).
    ///
    /// # Errors
    ///
    /// [`ScratchError`].
    pub async fn create(self: &Arc<Self>) -> Result<Scratch, ScratchError> {
        if let Some(name) = self.idle() {
            return Ok(self.scratch(&name));
        }
        let name = self.with(async |session| match self.idle() {
            // Given back while others were being made.
            Some(name) => Ok(name),
            None => self.make("", session).await,
        });
        Ok(self.scratch(&name.await?))
    }

    fn idle(&self) -> Option<String> {
        self.made().idle.pop()
    }

    /// Takes one back that is as it was born.
    pub(super) fn keep(&self, name: &str) {
        self.made().idle.push(name.to_owned());
    }

    fn scratch(self: &Arc<Self>, name: &str) -> Scratch {
        Scratch { keeper: self.clone(), url: self.url.with_database(name) }
    }

    /// Makes a database with the encoding and collation of another, empty for certain: for a dump to be poured
    /// into.
    ///
    /// # Errors
    ///
    /// [`ScratchError`].
    pub async fn create_like(self: &Arc<Self>, like: &Properties) -> Result<Scratch, ScratchError> {
        let options = like.at_birth();
        let name = self.with(async |session| self.make(&options, session).await).await?;
        Ok(self.scratch(&name))
    }

    /// Makes one and says what it is called.
    async fn make(&self, options: &str, session: &Database) -> Result<String, ScratchError> {
        let name = {
            let mut made = self.made();
            made.count += 1;
            let name = format!("{PREFIX}{:016x}_{}", self.key, made.count);
            made.alive.insert(name.clone());
            name
        };
        let name = name.as_str();
        let ident = Ident::new(name);
        let mut tries = 0;
        loop {
            let made = session.run(&format!("CREATE DATABASE {ident} {options}")).await;
            match made {
                Ok(()) => break,
                // Somebody is connected to the template, or copies it with another strategy: it passes.
                Err(error) if error.is("55006") && tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(PAUSE + by_chance(PAUSE)).await;
                }
                Err(error) => {
                    // A refusal has made nothing; after anything else it may be there, so it is kept in mind.
                    if !error.is_lost() {
                        self.made().alive.remove(name);
                    }
                    return Err(match error {
                        error if error.is("42501") => self.denied(),
                        error => ScratchError::Query(error),
                    });
                }
            }
        }
        // What a crash would lose is worth nothing here. Nobody waits for a disk in such a session.
        let hurry = format!("ALTER DATABASE {ident} SET synchronous_commit = off");
        session.run(&hurry).await.map_err(ScratchError::Query)?;
        Ok(name.to_owned())
    }

    /// Drops one of ours.
    pub(super) async fn discard(&self, name: &str) -> Result<(), ScratchError> {
        let drop = async |session: &Database| discard(session, name).await;
        self.with(async |session| drop(session).await.map_err(ScratchError::Query)).await?;
        self.made().alive.remove(name);
        Ok(())
    }

    /// Drops what was made and is still there, and ends the session.
    ///
    /// # Errors
    ///
    /// The first [`ScratchError`]; the others are tried all the same, and what stays is swept by the next keeper
    /// on that server.
    pub async fn close(self: Arc<Self>) -> Result<(), ScratchError> {
        let left: Vec<String> = self.made().alive.iter().cloned().collect();
        let dropped = join_all(left.iter().map(|name| self.discard(name))).await;
        let outcome = dropped.into_iter().collect();
        if let Some(keeper) = Arc::into_inner(self) {
            keeper.leave().await;
        }
        outcome
    }

    /// Ends the session and leaves its databases to their server, which goes itself, or to the next sweep.
    pub async fn leave(self) {
        let more = self.more.into_inner().unwrap_or_else(PoisonError::into_inner);
        for session in self.session.into_iter().chain(more) {
            session.close().await;
        }
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops a database, sessions and all; one that is gone already is as good.
async fn discard(session: &Database, name: &str) -> Result<(), QueryError> {
    // Two radoubs may sweep at once; the one that comes second may meet what the first has not finished.
    for _ in 0..TRIES {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", Ident::new(name));
        match session.run(&sql).await {
            Err(error) if error.is("55006") || error.is("XX000") => {
                tokio::time::sleep(PAUSE + by_chance(PAUSE)).await;
            }
            Err(error) if error.is("3D000") => return Ok(()),
            dropped => return dropped,
        }
    }
    session.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", Ident::new(name))).await
}
