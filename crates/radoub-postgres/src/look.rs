//! One look at a database: everything `check` needs, in two round trips, and nothing is changed.

use std::time::SystemTime;

use radoub_schema::migration::Applied;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::database::{Database, QueryError, read};
use crate::ledger::{self, Ledger, LedgerError};
use crate::session::LockState;

/// Facts about server, role, schema and ledger, as one row.
const FACTS: &str = include_str!("look/facts.sql");
/// What stands in the way of a first migration, as one row.
const TABLES: &str = include_str!("look/tables.sql");
/// The number of the cluster; apart, because a role may be forbidden to ask.
pub(crate) const IDENTIFIER: &str =
    "SELECT system_identifier::text FROM pg_catalog.pg_control_system()";

/// A question without an answer, in the place of one that need not be asked.
const NOTHING: &str = "SELECT WHERE false";

/// What one look at a database showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The server.
    pub server: Server,
    /// Object id of the database: another one under the same name after it was dropped and made anew.
    pub database_oid: u32,
    /// The role that the session has, after `SET ROLE` defaults.
    pub role: String,
    /// What that role may do.
    pub rights: Rights,
    /// Why nothing can be written here, if nothing can.
    pub read_only: Option<ReadOnly>,
    /// Whether the schema of the URL exists.
    pub schema_exists: bool,
    /// The rows of the ledger by `started_at`; `None` when there is no ledger.
    pub ledger: Option<Vec<Applied>>,
    /// What stands in the way of a first migration.
    pub tables: Tables,
    /// Who holds the migration lock, and who waits for it.
    pub lock: LockState,
    /// The server's clock at the time.
    pub server_time: SystemTime,
}

/// A server, as a look showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// `server_version_num`: 150014 for 15.14.
    pub version_number: i32,
    /// `version()`, where forks show themselves.
    pub version_text: String,
    /// The number `initdb` gave the cluster; `None` when the role may not ask for it.
    pub system_identifier: Option<String>,
}

/// What a role may do in the schema of the URL.
///
/// All `false` for a schema or ledger that does not exist, `create_schema` excepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent privileges of the server")]
pub struct Rights {
    /// `USAGE` of the schema.
    pub use_schema: bool,
    /// `CREATE` in the schema.
    pub create_in_schema: bool,
    /// `CREATE` in the database, which it takes to make a schema.
    pub create_schema: bool,
    /// `SELECT` on the ledger.
    pub read_ledger: bool,
    /// `INSERT` and `UPDATE` on the ledger.
    pub write_ledger: bool,
}

/// Why nothing can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOnly {
    /// The server is a standby, or recovers.
    Recovery,
    /// Server, database or role say `default_transaction_read_only`.
    Setting,
}

/// The tables that make Prisma refuse a first migration (P3005): ordinary tables of the schemas,
/// PostGIS's own and the ledger left out (Prisma facts 8).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tables {
    /// How many there are.
    pub count: i64,
    /// The first twenty by name, as `schema.table` where the schema is not the URL's.
    pub names: Vec<String>,
}

/// Why a database could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// A question was not answered.
    #[error("the database could not be asked")]
    Query(#[source] QueryError),
    /// There is something in the place of the ledger, and it is none, or not for this role.
    #[error("the ledger cannot be read")]
    Ledger(#[source] LedgerError),
}

impl From<QueryError> for LookError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl Database {
    /// Looks at the database: server, role, schema, ledger, lock.
    ///
    /// `schemas` are those of Prisma's datasource besides the URL's own. It is one read-only
    /// transaction in two round trips, the session's settings included;
    /// nothing is created, in contrast to Prisma, which creates a missing schema even for `status`.
    ///
    /// # Errors
    ///
    /// [`LookError`]; the session is of no further use after [`LookError::Query`].
    ///
    /// Source: Prisma facts 1.6, 3.3, 4, 8.
    pub async fn look(&mut self, schemas: &[String]) -> Result<Looked, LookError> {
        let seen = self.see(schemas).await;
        if seen.is_err() && !self.is_closed() {
            // Leaves the session usable; the first error is the one that matters.
            let _ = self.run("ROLLBACK").await;
        }
        seen
    }

    async fn see(&mut self, schemas: &[String]) -> Result<Looked, LookError> {
        let ledger = Ledger::of(self.url());
        let home = self.url().schema().to_owned();
        let schemas: Vec<String> = schemas.iter().cloned().chain([home.clone()]).collect();
        let settings = if self.is_settled() { String::new() } else { self.session_settings() };

        let parameters = [(&home as _, Type::TEXT), (&schemas as _, Type::TEXT_ARRAY)];

        // All of these leave at once and come back in this order.
        let (settled, begun, facts) = tokio::join!(
            self.run(&settings),
            self.run("BEGIN READ ONLY"),
            self.row(FACTS, &parameters[..1]),
        );
        settled?;
        self.mark_settled();
        begun?;
        let facts = facts?;
        let form = ledger::Form::read(&facts, 13)?;
        let rights = Rights {
            use_schema: read(&facts, 8)?,
            create_in_schema: read(&facts, 9)?,
            create_schema: read(&facts, 10)?,
            read_ledger: read(&facts, 11)?,
            write_ledger: read(&facts, 12)?,
        };
        let exists = form.check(rights.read_ledger).map_err(LookError::Ledger)?;
        self.mark_ledger(exists && rights.write_ledger);

        // PostgreSQL checks the right to call a function before it looks whether it is needed.
        let may_identify: bool = read(&facts, 2)?;
        let identifier = if may_identify { IDENTIFIER } else { "SELECT NULL::text" };
        let rows = if exists { ledger.select() } else { NOTHING.to_owned() };
        // Who they are costs more than whether there are any, and there seldom are.
        let lock = if read(&facts, 16)? { LockState::SQL } else { NOTHING };
        let (tables, parameters) =
            if exists { (NOTHING, &[][..]) } else { (TABLES, &parameters[..]) };
        let (rows, tables, identifier, lock, ended) = tokio::join!(
            self.rows(&rows, &[]),
            self.rows(tables, parameters),
            self.row(identifier, &[]),
            self.rows(lock, &[]),
            self.run("COMMIT"),
        );
        let rows = rows?;
        let tables = Tables::read(tables?.first())?;
        let identifier = identifier?;
        let lock = LockState::read(&lock?)?;
        ended?;
        let applied: Result<Vec<Applied>, QueryError> = rows.iter().map(ledger::applied).collect();

        Ok(Looked {
            server: Server {
                version_number: read(&facts, 0)?,
                version_text: read(&facts, 1)?,
                system_identifier: read(&identifier, 0)?,
            },
            database_oid: read(&facts, 3)?,
            role: read(&facts, 4)?,
            read_only: match (read(&facts, 5)?, read(&facts, 6)?) {
                (true, _) => Some(ReadOnly::Recovery),
                (false, true) => Some(ReadOnly::Setting),
                (false, false) => None,
            },
            schema_exists: read(&facts, 7)?,
            rights,
            ledger: if exists { Some(applied?) } else { None },
            tables,
            lock,
            server_time: read(&facts, 15)?,
        })
    }
}

impl Tables {
    /// Reads the row of [`TABLES`]; without one there was no reason to ask.
    fn read(row: Option<&Row>) -> Result<Self, QueryError> {
        let Some(row) = row else { return Ok(Self::default()) };
        Ok(Self { count: read(row, 0)?, names: read(row, 1)? })
    }
}

impl Looked {
    /// Whether a first migration would be refused because the schema is not empty (P3005).
    pub fn is_foreign(&self) -> bool {
        self.ledger.is_none() && self.tables.count > 0
    }
}

/// The facts alone, for those who are about to write.
pub(crate) async fn facts(database: &Database) -> Result<Row, QueryError> {
    let home = database.url().schema();
    database.row(FACTS, &[(&home, Type::TEXT)]).await
}

/// What stands in the way of a first migration, for those who are about to write where there is no ledger.
/// `schemas` count besides that of the URL.
pub(crate) async fn tables(database: &Database, schemas: &[String]) -> Result<Tables, QueryError> {
    let home = database.url().schema();
    let schemas: Vec<&str> = schemas.iter().map(String::as_str).chain([home]).collect();
    let parameters = [(&home as _, Type::TEXT), (&schemas as _, Type::TEXT_ARRAY)];
    Tables::read(Some(&database.row(TABLES, &parameters).await?))
}
