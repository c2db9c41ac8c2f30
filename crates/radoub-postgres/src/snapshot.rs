//! A database held still: one exported snapshot, and what is read in it while others dump it.
//!
//! The snapshot's name goes to `pg_dump --snapshot`, so that what is counted here is exactly what is
//! dumped there. Who dumps, and where to, is settled elsewhere. Nothing is changed or locked but for
//! the time of one query.

use std::time::SystemTime;

use radoub_schema::migration::Applied;
use radoub_schema::name::{Ident, ObjectName};

use crate::database::{Database, QueryError, read};
use crate::ledger::{self, Ledger, LedgerError};
use crate::look::{self, LookError};

/// The tables whose rows a dump holds.
const TABLES: &str = include_str!("snapshot/tables.sql");

/// How many tables are counted in one question: few enough that a person sees it moving.
const AT_ONCE: usize = 16;

/// A transaction whose snapshot is exported.
///
/// Dropping it ends the transaction; [`Snapshot::release`] does so politely.
#[derive(Debug)]
pub struct Snapshot {
    database: Database,
    name: String,
    taken_at: SystemTime,
}

/// A table of the snapshot, and how often it was written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name, namespace included.
    pub name: ObjectName,
    /// Its rows as the snapshot sees them; `None` until they are counted.
    pub rows: Option<i64>,
    /// Rows written since the server began to count, by the cumulative statistics: a later value less
    /// this one is what was written in between. They are not part of the snapshot, and a crash of
    /// the server sets them back.
    pub writes: Writes,
    /// Bytes on disk, indexes left out.
    pub bytes: i64,
}

/// Rows written, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Writes {
    /// Inserted.
    pub inserted: i64,
    /// Updated.
    pub updated: i64,
    /// Deleted.
    pub deleted: i64,
}

impl Database {
    /// Begins a read-only transaction and exports its snapshot.
    ///
    /// The session waits for nothing but the network from now on: no limit on statements, none on idling.
    ///
    /// # Errors
    ///
    /// [`QueryError`]; a standby and a pooler in transaction mode refuse too.
    ///
    /// Source: PostgreSQL manual, 9.27.5 (snapshot synchronization functions).
    pub async fn hold_still(mut self) -> Result<Snapshot, QueryError> {
        self.become_patient().await?;
        // A policy that hides rows must be an error and not a smaller number.
        self.run(
            "SET idle_in_transaction_session_timeout = 0; SET row_security = off; \
             SET statement_timeout = 0; SET extra_float_digits = 3",
        )
        .await?;
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let row = self
            .row("SELECT pg_catalog.pg_export_snapshot(), pg_catalog.clock_timestamp()", &[])
            .await?;
        let (name, taken_at) = (read(&row, 0)?, read(&row, 1)?);
        Ok(Snapshot { database: self, name, taken_at })
    }
}

impl Snapshot {
    /// What `pg_dump --snapshot` and `SET TRANSACTION SNAPSHOT` take.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it was taken, by the server's clock.
    pub fn taken_at(&self) -> SystemTime {
        self.taken_at
    }

    /// The tables by namespace and name, in the order of bytes, not counted yet.
    ///
    /// Members of extensions and temporary tables are left out; of a partitioned table each partition is
    /// there.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn tables(&self) -> Result<Vec<Table>, QueryError> {
        let rows = self.database.rows_patiently(TABLES, &[]).await?;
        rows.iter()
            .map(|row| {
                Ok(Table {
                    name: ObjectName::in_namespace(
                        read::<String>(row, 0)?,
                        read::<String>(row, 1)?,
                    ),
                    rows: None,
                    writes: Writes {
                        inserted: read(row, 2)?,
                        updated: read(row, 3)?,
                        deleted: read(row, 4)?,
                    },
                    bytes: read(row, 5)?,
                })
            })
            .collect()
    }

    /// Counts the rows of these tables, as the snapshot sees them; `counted` hears how many tables are
    /// done.
    ///
    /// # Errors
    ///
    /// [`QueryError`]: also when a row level policy would hide rows from the role.
    pub async fn count(
        &self,
        tables: &mut [Table],
        mut counted: impl FnMut(usize),
    ) -> Result<(), QueryError> {
        let mut done = 0;
        for some in tables.chunks_mut(AT_ONCE) {
            let questions: Vec<String> = some
                .iter()
                .enumerate()
                // ONLY, because a child is a table of its own here.
                .map(|(at, it)| format!("SELECT {at}::int4, count(*) FROM ONLY {}", it.name))
                .collect();
            let rows = self.database.rows_patiently(&questions.join(" UNION ALL "), &[]).await?;
            for row in rows {
                let at = usize::try_from(read::<i32>(&row, 0)?).unwrap_or(usize::MAX);
                if let Some(table) = some.get_mut(at) {
                    table.rows = Some(read(&row, 1)?);
                }
            }
            done += some.len();
            counted(done);
        }
        Ok(())
    }

    /// The rows of the ledger, as the snapshot sees them; `None` when there is none.
    ///
    /// # Errors
    ///
    /// [`LookError`], also for a table of that name that is no ledger.
    pub async fn ledger(&self) -> Result<Option<Vec<Applied>>, LookError> {
        let facts = look::facts(&self.database).await?;
        let may_read: bool = read(&facts, 11)?;
        let form = ledger::Form::read(&facts, 13)?;
        match form.check(may_read) {
            Ok(true) => Ok(Some(Ledger::of(self.database.url()).rows(&self.database).await?)),
            // A view of that name is dumped as what it is; there is no ledger then.
            Ok(false) | Err(LedgerError::NoTable { .. } | LedgerError::Columns { .. }) => Ok(None),
            Err(error @ LedgerError::Unreadable) => Err(LookError::Ledger(error)),
        }
    }

    /// Server, versions and identity, as [`Database::look`] reads them: number of the version, number of
    /// the cluster (`None` when the role may not ask), object id of the database.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn identity(&self) -> Result<Identity, QueryError> {
        self.database.identity().await
    }

    /// Ends the transaction and the connection.
    pub async fn release(self) {
        // The transaction has read only: it ends with the connection as well as with a word.
        let _ = self.database.run("COMMIT").await;
        self.database.close().await;
    }
}

/// Which database this is, whatever its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `server_version_num`, 150018 for 15.18.
    pub version_number: i32,
    /// The number that `initdb` gave the cluster; `None` when the role may not ask.
    pub system_identifier: Option<String>,
    /// Object id: another one after the database was dropped and made anew.
    pub database_oid: u32,
}

impl Identity {
    /// First number of the version.
    pub fn major(&self) -> u32 {
        u32::try_from(self.version_number / 10_000).unwrap_or(0)
    }
}

impl Database {
    /// Which database this is.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn identity(&self) -> Result<Identity, QueryError> {
        let facts = self
            .row(
                "SELECT pg_catalog.current_setting('server_version_num')::int4, \
                 pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE'), \
                 (SELECT oid FROM pg_catalog.pg_database \
                  WHERE datname = pg_catalog.current_database())",
                &[],
            )
            .await?;
        // PostgreSQL checks the right to call a function before it looks whether it is needed.
        let system_identifier = if read(&facts, 1)? {
            let row = self.row(look::IDENTIFIER, &[]).await?;
            read(&row, 0)?
        } else {
            None
        };
        Ok(Identity {
            version_number: read(&facts, 0)?,
            system_identifier,
            database_oid: read(&facts, 2)?,
        })
    }

    /// Gathers statistics for the planner, of all tables that the role may analyse.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn analyse(&self) -> Result<(), QueryError> {
        self.client()
            .batch_execute("SET statement_timeout = 0; ANALYZE")
            .await
            .map_err(QueryError::new)
    }

    /// As [`Database::rows`], for questions whose answer takes as long as it takes.
    pub(crate) async fn rows_patiently(
        &self,
        sql: &str,
        parameters: &[crate::database::Bound<'_>],
    ) -> Result<Vec<tokio_postgres::Row>, QueryError> {
        self.client().query_typed(sql, parameters).await.map_err(QueryError::new)
    }
}

impl Table {
    /// Namespace.
    pub fn namespace(&self) -> &str {
        self.name.namespace.as_ref().map_or("", Ident::as_str)
    }
}
