//! The shadow database that somebody has set aside: it is emptied, so it must be sure to be that one.

use std::time::{Duration, Instant};

use radoub_schema::name::Ident;
use tokio_postgres::types::Type;

use crate::database::{ConnectError, ConnectSettings, Database, QueryError, read};
use crate::lock::by_chance;
use crate::reset::{Reset, ResetError};
use crate::url::DatabaseUrl;

/// Namespaces that hold a ledger.
const LEDGERS: &str = include_str!("ledgers.sql");
/// A table that something is in.
const FILLED: &str = include_str!("filled.sql");

/// The lock of whoever works on a shadow database, beside that of a radoub at work (key 1).
const TRY: &str = "SELECT pg_catalog.pg_try_advisory_lock(72707369, 2)";

/// Whether the lock of this number is held in the database that the question is asked in.
const IS_HERE: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l \
                       WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted \
                       AND (l.classid::int8 << 32 | l.objid::int8) = $1 AND l.database = \
                       (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))";

/// How long to wait between two tries for the lock, at least; as much again is added by chance.
const PAUSE: Duration = Duration::from_millis(50);

/// Why a shadow database cannot be used. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum ShadowError {
    /// It cannot be reached.
    #[error("the shadow database cannot be reached")]
    Connect(#[source] ConnectError),
    /// It is a database that services work with, under another name.
    #[error("the shadow database is the live database {database:?}")]
    Same {
        /// Which of the live ones, by its place.
        which: usize,
        /// What it is called there.
        database: String,
    },
    /// It holds a ledger with rows, so it is somebody's database.
    #[error("the shadow database has applied migrations in {namespace}._prisma_migrations")]
    InUse {
        /// Where the ledger is.
        namespace: String,
    },
    /// A table of it holds data, which may be somebody's only copy.
    #[error("the shadow database has data in {table}")]
    Filled {
        /// The first one, as `namespace.name`.
        table: String,
    },
    /// Another radoub works on it.
    #[error("another radoub kept the shadow database for {} s", waited.as_secs())]
    Busy {
        /// How long we waited.
        waited: Duration,
    },
    /// It could not be emptied (P3016); parts of it may be.
    #[error("the shadow database could not be emptied")]
    Reset(#[source] ResetError),
    /// It could not be asked.
    #[error("the shadow database could not be asked")]
    Query(#[source] QueryError),
}

/// A shadow database that is ours for the moment. The lock goes with [`Shadow::release`], or when the value is
/// dropped.
#[derive(Debug)]
pub struct Shadow {
    session: Database,
    reset: Reset,
    namespaces: Vec<Ident>,
}

impl Shadow {
    /// Takes the shadow database and empties the namespaces (Prisma's `schemas`, else that of the URL).
    ///
    /// It is refused when it is a database that one of `live` is connected to, however the addresses are written;
    /// when it holds a ledger with rows, which no shadow database has; and when any table of it holds data: that
    /// may be what migrations have inserted there, or somebody's only copy, and nothing tells the two apart.
    /// Prisma would empty all of these.
    ///
    /// # Errors
    ///
    /// [`ShadowError`].
    ///
    /// Source: Prisma facts 7.
    pub async fn take(
        url: &DatabaseUrl,
        settings: &ConnectSettings,
        live: &[Database],
        namespaces: &[Ident],
        patience: Duration,
    ) -> Result<Self, ShadowError> {
        let mut session = Database::connect(url, settings).await.map_err(ShadowError::Connect)?;
        session.settle().await.map_err(ShadowError::Query)?;
        let started = Instant::now();
        while !session
            .row(TRY, &[])
            .await
            .and_then(|row| read(&row, 0))
            .map_err(ShadowError::Query)?
        {
            if started.elapsed() >= patience {
                return Err(ShadowError::Busy { waited: started.elapsed() });
            }
            tokio::time::sleep(PAUSE + by_chance(PAUSE)).await;
        }
        for (which, live) in live.iter().enumerate() {
            if is_same(&session, live).await.map_err(ShadowError::Query)? {
                let database = live.url().database().to_owned();
                return Err(ShadowError::Same { which, database });
            }
        }
        if let Some(namespace) = ledger(&session).await.map_err(ShadowError::Query)? {
            return Err(ShadowError::InUse { namespace });
        }
        if let Some(row) = session.rows(FILLED, &[]).await.map_err(ShadowError::Query)?.first() {
            let table = read(row, 0).map_err(ShadowError::Query)?;
            return Err(ShadowError::Filled { table });
        }
        let reset = session.reset(namespaces).await.map_err(ShadowError::Reset)?;
        Ok(Self { session, reset, namespaces: namespaces.to_vec() })
    }

    /// How it was emptied.
    pub fn reset(&self) -> &Reset {
        &self.reset
    }

    /// Empties it once more and lets it go: what scripts have inserted would keep it from being taken again.
    ///
    /// # Errors
    ///
    /// [`ResetError`]; it is let go all the same.
    pub async fn release(mut self) -> Result<(), ResetError> {
        let emptied = self.session.reset(&self.namespaces).await;
        self.session.close().await;
        emptied.map(drop)
    }
}

/// Whether two connections lead to one database: a lock that is taken in the one is seen in the other.
async fn is_same(one: &Database, other: &Database) -> Result<bool, QueryError> {
    // Positive, so that it is the number that the two halves of a row of pg_locks make.
    let key = (super::by_chance() >> 1).cast_signed();
    let key = [(&key as _, Type::INT8)];
    one.row("SELECT pg_catalog.pg_advisory_lock($1)", &key).await?;
    let seen = other.row(IS_HERE, &key).await.and_then(|row| read(&row, 0));
    one.row("SELECT pg_catalog.pg_advisory_unlock($1)", &key).await?;
    seen
}

/// The namespace of a ledger that has rows.
async fn ledger(session: &Database) -> Result<Option<String>, QueryError> {
    for row in session.rows(LEDGERS, &[]).await? {
        let namespace: String = read(&row, 0)?;
        let table = format!("{}.\"_prisma_migrations\"", Ident::new(namespace.as_str()));
        let filled = session.row(&format!("SELECT EXISTS (SELECT FROM {table})"), &[]).await?;
        if read(&filled, 0)? {
            return Ok(Some(namespace));
        }
    }
    Ok(None)
}
