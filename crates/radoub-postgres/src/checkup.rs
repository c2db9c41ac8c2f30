//! A database examined: facts about its server, its role, its relations and its sessions that say how it is doing.
//!
//! Everything here only reads the catalogs and the statistics, no table. What is too old, too full or too long is
//! decided elsewhere.

use std::time::{Duration, SystemTime};

use radoub_schema::name::{Ident, ObjectName};
use tokio_postgres::types::Type;

use crate::database::{Database, QueryError, read};
use crate::pooler::{self, PoolerError};

const SERVER: &str = include_str!("checkup/server.sql");
const DATABASE: &str = include_str!("checkup/database.sql");
const COLLATION: &str = include_str!("checkup/collation.sql");
const RELATIONS: &str = include_str!("checkup/relations.sql");
const SEQUENCES: &str = include_str!("checkup/sequences.sql");
const TRANSACTIONS: &str = include_str!("checkup/transactions.sql");
const LEFTOVERS: &str = include_str!("checkup/leftovers.sql");
const EXTENSIONS: &str = include_str!("checkup/extensions.sql");

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct CheckupScope {
    /// The namespaces of the service.
    pub namespaces: Vec<Ident>,
    /// Extensions that its migrations ask for.
    pub extensions: Vec<String>,
}

/// What an examination showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkup {
    /// Of the whole server.
    pub server: ServerFacts,
    /// Of the database, and the role that asked.
    pub database: DatabaseState,
    /// Odd relations, by kind and name.
    pub relations: Vec<OddRelation>,
    /// Sequences that count up.
    pub sequences: Vec<SequenceUse>,
    /// Others in a transaction, the oldest first.
    pub transactions: Vec<OpenTransaction>,
    /// Transactions that were prepared and never ended: name and age.
    pub prepared: Vec<(String, Duration)>,
    /// Replication slots that nobody reads: name and the bytes of log that they hold back.
    pub idle_slots: Vec<(String, u64)>,
    /// Extensions that were asked for and that the server does not have.
    pub lacking_extensions: Vec<String>,
    /// A pooler that shares sessions among clients stands before the server, and the URL does not say so.
    pub hidden_pooler: bool,
}

/// A server.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerFacts {
    /// `server_version_num`: 150014 for 15.14.
    pub version_number: i32,
    /// `max_connections`.
    pub max_connections: i32,
    /// Those kept for superusers and the like.
    pub reserved_connections: i32,
    /// Sessions of clients, ours among them.
    pub used_connections: i32,
    /// `fsync`.
    pub fsync: bool,
    /// `full_page_writes`.
    pub full_page_writes: bool,
    /// `autovacuum`.
    pub autovacuum: bool,
    /// It is a standby, or recovers.
    pub in_recovery: bool,
    /// `default_transaction_read_only`, as the session has it.
    pub read_only: bool,
    /// Its clock less ours, in seconds: the middle of the time that the question took is taken for ours.
    pub clock_ahead: f64,
}

/// A database and the role that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseState {
    /// `UTF8`.
    pub encoding: String,
    /// `en_US.utf8`.
    pub collation: String,
    /// The versions of that collation when the database was made and now, where both are known (15 and later).
    pub collation_versions: Option<(String, String)>,
    /// Transactions since the oldest row that is not frozen.
    pub frozen_age: i64,
    /// Bytes on disk.
    pub bytes: u64,
    /// The role.
    pub role: String,
    /// It is a superuser.
    pub superuser: bool,
    /// It may create databases.
    pub creates_databases: bool,
    /// It may create tables in the schema of the URL, or that schema.
    pub creates_tables: bool,
    /// `statement_timeout` as set for the role or the database, as written there.
    pub statement_timeout: Option<String>,
}

/// What is odd about a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Oddness {
    /// An index that is not valid: queries do not use it, writes pay for it.
    InvalidIndex,
    /// An unlogged table: empty after a crash.
    Unlogged,
    /// A table without primary key.
    WithoutKey,
    /// A constraint that old rows were not checked for.
    NotValid,
    /// A table that autovacuum passes over.
    AutovacuumOff,
}

/// A relation with something odd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddRelation {
    /// What.
    pub oddness: Oddness,
    /// The table.
    pub table: ObjectName,
    /// The index or constraint; the table's own name otherwise.
    pub name: Ident,
}

/// How far a sequence is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceUse {
    /// The sequence.
    pub sequence: ObjectName,
    /// The last value that it gave.
    pub last: i64,
    /// The largest that it, or the column that it feeds, can hold.
    pub most: i64,
}

/// Somebody else's transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenTransaction {
    /// Process id in the server.
    pub pid: i32,
    /// What the client calls itself; may be empty.
    pub application: String,
    /// It does nothing at the moment.
    pub idle: bool,
    /// Since its begin.
    pub age: Duration,
    /// Since its state changed.
    pub in_state: Duration,
}

impl Database {
    /// Examines the database, its server and the role of the URL.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    ///
    /// Source: PostgreSQL manual, 20 (settings), 28.2 (statistics), 53 (catalogs).
    pub async fn checkup(&mut self, scope: &CheckupScope) -> Result<Checkup, QueryError> {
        self.settle().await?;
        let home = self.url().schema().to_owned();
        let names: Vec<&str> = scope.namespaces.iter().map(Ident::as_str).collect();
        let namespaces = [(&names as _, Type::TEXT_ARRAY)];
        let before = SystemTime::now();
        let server = self.row(SERVER, &[]).await?;
        let after = SystemTime::now();
        let home = [(&home as _, Type::TEXT)];
        let asked = [(&scope.extensions as _, Type::TEXT_ARRAY)];
        // All of these leave at once.
        let (database, relations, sequences, transactions, leftovers, extensions) = tokio::join!(
            self.row(DATABASE, &home),
            self.rows(RELATIONS, &namespaces),
            self.rows(SEQUENCES, &namespaces),
            self.rows(TRANSACTIONS, &[]),
            self.rows(LEFTOVERS, &[]),
            self.rows(EXTENSIONS, &asked),
        );
        let middle = before + after.duration_since(before).unwrap_or_default() / 2;
        let server = ServerFacts {
            version_number: read(&server, 0)?,
            max_connections: read(&server, 1)?,
            reserved_connections: read(&server, 2)?,
            used_connections: read(&server, 3)?,
            fsync: read(&server, 4)?,
            full_page_writes: read(&server, 5)?,
            autovacuum: read(&server, 6)?,
            in_recovery: read(&server, 7)?,
            read_only: read(&server, 8)?,
            clock_ahead: seconds_between(middle, read(&server, 9)?),
        };
        let row = database?;
        let mut database = DatabaseState {
            encoding: read(&row, 0)?,
            collation: read(&row, 1)?,
            collation_versions: None,
            frozen_age: read(&row, 2)?,
            bytes: u64::try_from(read::<i64>(&row, 3)?).unwrap_or_default(),
            role: read(&row, 4)?,
            superuser: read(&row, 5)?,
            creates_databases: read(&row, 6)?,
            creates_tables: read(&row, 7)?,
            statement_timeout: read(&row, 8)?,
        };
        // The function is new in 15.
        if server.version_number >= 150_000 {
            let row = self.row(COLLATION, &[]).await?;
            let (made, now): (Option<String>, Option<String>) = (read(&row, 0)?, read(&row, 1)?);
            database.collation_versions = made.zip(now);
        }
        let mut found = Checkup {
            server,
            database,
            relations: Vec::new(),
            sequences: Vec::new(),
            transactions: Vec::new(),
            prepared: Vec::new(),
            idle_slots: Vec::new(),
            lacking_extensions: Vec::new(),
            hidden_pooler: self.hides_pooler().await?,
        };
        for row in relations? {
            let oddness = match read::<&str>(&row, 0)? {
                "invalid-index" => Oddness::InvalidIndex,
                "unlogged" => Oddness::Unlogged,
                "without-key" => Oddness::WithoutKey,
                "not-valid" => Oddness::NotValid,
                _ => Oddness::AutovacuumOff,
            };
            let table =
                ObjectName::in_namespace(read::<String>(&row, 1)?, read::<String>(&row, 2)?);
            let name = Ident::new(read::<String>(&row, 3)?);
            found.relations.push(OddRelation { oddness, table, name });
        }
        for row in sequences? {
            let sequence =
                ObjectName::in_namespace(read::<String>(&row, 0)?, read::<String>(&row, 1)?);
            let (last, most) = (read(&row, 2)?, read(&row, 3)?);
            found.sequences.push(SequenceUse { sequence, last, most });
        }
        for row in transactions? {
            found.transactions.push(OpenTransaction {
                pid: read(&row, 0)?,
                application: read(&row, 1)?,
                idle: read(&row, 2)?,
                age: seconds(read(&row, 3)?),
                in_state: seconds(read(&row, 4)?),
            });
        }
        for row in leftovers? {
            let (kind, name, amount): (&str, String, f64) =
                (read(&row, 0)?, read(&row, 1)?, read(&row, 2)?);
            match kind {
                "prepared" => found.prepared.push((name, seconds(amount))),
                _ => found.idle_slots.push((name, seconds(amount).as_secs())),
            }
        }
        for row in extensions? {
            found.lacking_extensions.push(read(&row, 0)?);
        }
        Ok(found)
    }

    /// Whether a pooler that shares sessions stands before the server without the URL saying so.
    async fn hides_pooler(&self) -> Result<bool, QueryError> {
        match pooler::refuse(self).await {
            // That no second connection was to be had is no sign of a pooler.
            Ok(()) | Err(PoolerError::Declared | PoolerError::Connect(_)) => Ok(false),
            Err(PoolerError::Detected) => Ok(true),
            Err(PoolerError::Query(error)) => Err(error),
        }
    }
}

/// A number of seconds that cannot be less than none.
fn seconds(number: f64) -> Duration {
    Duration::try_from_secs_f64(number.max(0.0)).unwrap_or_default()
}

fn seconds_between(one: SystemTime, two: SystemTime) -> f64 {
    match two.duration_since(one) {
        Ok(ahead) => ahead.as_secs_f64(),
        Err(behind) => -behind.duration().as_secs_f64(),
    }
}
