//! Scratch databases: made for one question, removed with it, and never anybody else's.
//!
//! A [`Keeper`] makes them on one server. It holds a session whose advisory lock carries the number that
//! stands in the names of its databases, so whoever comes later can tell by the names and the locks alone
//! which ones have lost their maker, also after `kill -9`: the system closes the connection, the server
//! frees the lock. What a scratch database is for, and on which server it lies, is decided elsewhere.

mod keeper;
mod shadow;

use std::sync::Arc;

use tokio_postgres::types::Type;

use crate::database::{ConnectError, ConnectSettings, Database, QueryError, read};
use crate::look::ReadOnly;
use crate::pooler::PoolerError;
use crate::url::DatabaseUrl;

pub use keeper::Keeper;
pub use shadow::{Shadow, ShadowError};

/// What a new database has from its template.
const INHERITED: &str = include_str!("scratch/inherited.sql");

/// Which of these extensions can be had.
const OFFERED: &str =
    "SELECT name::text FROM pg_catalog.pg_available_extensions WHERE name = ANY ($1)";

/// What takes back what scripts have made.
const TAKEN_BACK: &str = include_str!("scratch/taken_back.sql");

/// Whether nothing is there that somebody has made.
const IS_NEW: &str = include_str!("scratch/is_new.sql");

/// What all their names begin with; sixteen hexadecimal digits, `_` and a number follow.
pub const PREFIX: &str = "radoub_scratch_";

/// Why no scratch database can be made on a server.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The role may not create databases (P3014).
    #[error("the role {role:?} may not create databases")]
    Denied {
        /// The role.
        role: String,
        /// Version of the server, as [`Keeper::version`].
        version: String,
    },
    /// Nothing can be written there.
    #[error("the server is read-only")]
    ReadOnly {
        /// Why not.
        why: ReadOnly,
        /// Version of the server, as [`Keeper::version`].
        version: String,
    },
    /// Statements do not all reach the same session, so nothing would prove that we live.
    #[error("the connection cannot hold a lock")]
    Pooler(#[source] PoolerError),
    /// The server cannot be reached.
    #[error("the server cannot be reached")]
    Connect(#[source] ConnectError),
    /// The server refused, or could not be asked.
    #[error("the scratch database could not be made")]
    Query(#[source] QueryError),
}

impl ScratchError {
    /// Prisma's code for this.
    pub fn prisma_code(&self) -> &'static str {
        match self {
            Self::Connect(error) => error.prisma_code(),
            _ => "P3014",
        }
    }
}

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    /// Databases that were dropped.
    pub dropped: Vec<String>,
    /// Databases that could not be, and why.
    pub kept: Vec<(String, QueryError)>,
}

/// One scratch database.
///
/// [`Scratch::drop`] removes it; dropping the value without it leaves that to its keeper.
#[derive(Debug)]
pub struct Scratch {
    keeper: Arc<Keeper>,
    url: DatabaseUrl,
}

impl Scratch {
    /// Makes one with a keeper of its own, after a sweep.
    ///
    /// # Errors
    ///
    /// [`ScratchError`].
    pub async fn create(
        server: &DatabaseUrl,
        settings: &ConnectSettings,
    ) -> Result<Self, ScratchError> {
        let keeper = Arc::new(Keeper::open(server, settings).await?);
        // What somebody else has left behind must not keep us from our work.
        drop(keeper.sweep().await);
        keeper.create().await
    }

    /// Its address: that of the server with its parameters, and with this database.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Drops the database, whoever is connected to it.
    ///
    /// # Errors
    ///
    /// [`ScratchError`]; the database is then left to its keeper, and to the next sweep.
    pub async fn drop(self) -> Result<(), ScratchError> {
        self.keeper.discard(self.url.database()).await?;
        // With the last of its databases a keeper of our own has nothing more to prove.
        match Arc::try_unwrap(self.keeper) {
            Ok(keeper) => Arc::new(keeper).close().await,
            Err(_) => Ok(()),
        }
    }
}

impl Scratch {
    /// Takes back what scripts have made in it and gives it to the next who asks its keeper for one: making a
    /// database costs the server several times as much as emptying one (measured). One that cannot be brought to
    /// how it was born is dropped. `database` is a connection to it.
    ///
    /// # Errors
    ///
    /// [`ScratchError`], as [`Scratch::drop`].
    pub async fn give_back(self, database: Database) -> Result<(), ScratchError> {
        let is_new = database.take_back().await.unwrap_or(false);
        database.close().await;
        if !is_new {
            return self.drop().await;
        }
        self.keeper.keep(self.url.database());
        Ok(())
    }
}

impl Database {
    /// Takes back what scripts have made in this database, as far as that is possible without touching what it was
    /// born with; gives back whether nothing of it is left.
    async fn take_back(&self) -> Result<bool, QueryError> {
        // What the scripts have set for their session is not ours.
        self.run("DISCARD ALL").await?;
        // With no namespace on the path all names are written out.
        self.run("SET search_path = ''; SET client_min_messages = error").await?;
        let statements = self.rows(TAKEN_BACK, &[]).await?;
        let statements: Vec<&str> =
            statements.iter().map(|row| read(row, 0)).collect::<Result<_, _>>()?;
        self.run(&statements.join("; ")).await?;
        read(&self.row(IS_NEW, &[]).await?, 0)
    }

    /// Tables and views that a database has from the beginning, because its template has them: at most twenty,
    /// as `namespace.name`. What extensions brought is left out.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn inherited_tables(&self) -> Result<Vec<String>, QueryError> {
        self.rows(INHERITED, &[]).await?.iter().map(|row| read(row, 0)).collect()
    }

    /// The first of these extensions that the server does not have to offer.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn lacking_extension(&self, asked: &[String]) -> Result<Option<String>, QueryError> {
        let rows = self.rows(OFFERED, &[(&asked, Type::TEXT_ARRAY)]).await?;
        let offered: Result<Vec<String>, QueryError> =
            rows.iter().map(|row| read(row, 0)).collect();
        let offered = offered?;
        Ok(asked.iter().find(|it| !offered.contains(it)).cloned())
    }
}

/// A number that nobody else has.
fn by_chance() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}
