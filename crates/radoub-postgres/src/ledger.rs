//! The table `_prisma_migrations`: its form, its rows, and the statements that write them.
//!
//! The table is always addressed by its qualified, quoted name, whatever a script did to the search
//! path. When which row is written is settled in [`crate::apply`] and [`crate::resolve`].

mod progress;

use std::time::SystemTime;

use radoub_schema::migration::{Applied, Checksum, MigrationName};
use radoub_schema::name::Ident;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::database::{Database, QueryError, read};
use crate::url::DatabaseUrl;

pub use progress::Progress;
pub(crate) use progress::Started;

/// The definition of the table, byte for byte Prisma's (Prisma facts 3.1); unqualified, so it lands
/// in the schema that the search path names.
pub const DEFINITION: &str = include_str!("ledger/create.sql");

/// The name of the table.
pub const NAME: &str = "_prisma_migrations";

const COLUMNS: [&str; 8] = [
    "id",
    "checksum",
    "finished_at",
    "migration_name",
    "logs",
    "rolled_back_at",
    "started_at",
    "applied_steps_count",
];

/// Why what is called `_prisma_migrations` cannot be used as the ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// It is a view, a foreign table or something else.
    #[error("{NAME} is no table (relkind {kind:?})")]
    NoTable {
        /// `pg_class.relkind`: `v` view, `m` materialised view, `f` foreign table, …
        kind: String,
    },
    /// Columns are missing.
    #[error("{NAME} lacks the columns {}", missing.join(", "))]
    Columns {
        /// Which.
        missing: Vec<String>,
    },
    /// The role may not read it (42501).
    #[error("the role may not read {NAME}")]
    Unreadable,
}

/// What stands in the place of the ledger, as the catalog says.
pub(crate) struct Form {
    kind: Option<String>,
    columns: Vec<String>,
}

impl Form {
    /// Reads `relkind` and the names of the columns, from this column of a row on.
    pub(crate) fn read(row: &Row, first: usize) -> Result<Self, QueryError> {
        Ok(Self { kind: read(row, first)?, columns: read(row, first + 1)? })
    }

    /// Whether there is a ledger; an error when there is something else.
    pub(crate) fn check(&self, readable: bool) -> Result<bool, LedgerError> {
        let Some(kind) = &self.kind else { return Ok(false) };
        if kind != "r" && kind != "p" {
            return Err(LedgerError::NoTable { kind: kind.clone() });
        }
        let is_missing = |column: &&str| !self.columns.iter().any(|it| it == column);
        let missing: Vec<String> =
            COLUMNS.iter().filter(|it| is_missing(it)).map(|it| (*it).to_owned()).collect();
        match (missing.is_empty(), readable) {
            (false, _) => Err(LedgerError::Columns { missing }),
            (true, false) => Err(LedgerError::Unreadable),
            (true, true) => Ok(true),
        }
    }
}

/// The ledger of one database, by its qualified name.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    table: String,
}

/// A row to be inserted.
pub(crate) struct Entry<'a> {
    pub(crate) id: String,
    pub(crate) checksum: Checksum,
    pub(crate) name: &'a MigrationName,
    pub(crate) started_at: SystemTime,
    pub(crate) finished_at: Option<SystemTime>,
    pub(crate) rolled_back_at: Option<SystemTime>,
    pub(crate) logs: Option<String>,
    pub(crate) steps: i32,
}

/// A new id for a row: UUID version 4, as Prisma's.
pub(crate) fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

impl Ledger {
    /// The ledger in the schema of this URL.
    pub(crate) fn of(url: &DatabaseUrl) -> Self {
        Self { table: format!("{}.{}", Ident::new(url.schema()), Ident::new(NAME)) }
    }

    /// Its qualified, quoted name.
    pub(crate) fn name(&self) -> &str {
        &self.table
    }

    /// All rows in the order in which Prisma reads them; see [`applied`].
    ///
    /// The casts tolerate tables that were made or restored by hand; `applied_steps_count` may be NULL
    /// (prisma/prisma#23425).
    pub(crate) fn select(&self) -> String {
        format!(
            "SELECT id::text, checksum::text, migration_name::text, finished_at::timestamptz, \
             rolled_back_at::timestamptz, started_at::timestamptz, logs::text, \
             COALESCE(applied_steps_count, 0)::int4 FROM {} ORDER BY started_at ASC, id ASC",
            self.table
        )
    }

    /// Reads all rows.
    pub(crate) async fn rows(&self, database: &Database) -> Result<Vec<Applied>, QueryError> {
        database.rows(&self.select(), &[]).await?.iter().map(applied).collect()
    }

    /// Reads what stands in the way of a migration or is its own: the unfinished rows of all names, and
    /// the finished ones of this name, rolled-back ones left out.
    pub(crate) async fn standing(
        &self,
        database: &Database,
        name: &MigrationName,
    ) -> Result<Vec<Applied>, QueryError> {
        let mut rows = self.rows(database).await?;
        rows.retain(|row| row.is_standing() && (row.is_failed() || row.name == *name));
        Ok(rows)
    }

    /// Reads the row of this id.
    pub(crate) async fn find(
        &self,
        database: &Database,
        id: &str,
    ) -> Result<Option<Applied>, QueryError> {
        Ok(self.rows(database).await?.into_iter().find(|it| it.id == id))
    }

    /// Inserts a row.
    pub(crate) async fn insert(
        &self,
        database: &Database,
        entry: &Entry<'_>,
    ) -> Result<(), QueryError> {
        let sql = format!(
            "INSERT INTO {} (id, checksum, started_at, migration_name, finished_at, \
             rolled_back_at, logs, applied_steps_count) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            self.table
        );
        let parameters = [
            (&entry.id as _, Type::VARCHAR),
            (&entry.checksum.to_string() as _, Type::VARCHAR),
            (&entry.started_at as _, Type::TIMESTAMPTZ),
            (&entry.name.as_str() as _, Type::VARCHAR),
            (&entry.finished_at as _, Type::TIMESTAMPTZ),
            (&entry.rolled_back_at as _, Type::TIMESTAMPTZ),
            (&entry.logs as _, Type::TEXT),
            (&entry.steps as _, Type::INT4),
        ];
        database.change_rows(&sql, &parameters).await.map(|_| ())
    }

    /// Finishes a row that was inserted before: logs away, one step, `finished_at` now. Gives back
    /// whether the row is still there.
    pub(crate) async fn finish(
        &self,
        database: &Database,
        id: &str,
        at: SystemTime,
    ) -> Result<bool, QueryError> {
        let sql = format!(
            "UPDATE {} SET applied_steps_count = 1, finished_at = $2, logs = NULL WHERE id = $1",
            self.table
        );
        let changed =
            database.change_rows(&sql, &[(&id, Type::VARCHAR), (&at, Type::TIMESTAMPTZ)]).await?;
        Ok(changed == 1)
    }

    /// Writes how far a script has come, and what is to be known of it. Gives back whether the row is
    /// still there.
    pub(crate) async fn note(
        &self,
        database: &Database,
        id: &str,
        steps: i32,
        logs: &str,
        rolled_back_at: Option<SystemTime>,
    ) -> Result<bool, QueryError> {
        let sql = format!(
            "UPDATE {} SET applied_steps_count = $2, logs = $3, rolled_back_at = $4 WHERE id = $1",
            self.table
        );
        let parameters = [
            (&id as _, Type::VARCHAR),
            (&steps as _, Type::INT4),
            (&logs as _, Type::TEXT),
            (&rolled_back_at as _, Type::TIMESTAMPTZ),
        ];
        Ok(database.change_rows(&sql, &parameters).await? == 1)
    }

    /// Deletes the rows of these ids; gives back how many there were.
    pub(crate) async fn remove(
        &self,
        database: &Database,
        ids: &[String],
    ) -> Result<u64, QueryError> {
        if ids.is_empty() {
            return Ok(0);
        }
        let sql = format!("DELETE FROM {} WHERE id = ANY($1)", self.table);
        database.change_rows(&sql, &[(&ids as _, Type::TEXT_ARRAY)]).await
    }

    /// Marks the rows of these ids as rolled back, as far as they are not; gives back how many were
    /// marked.
    pub(crate) async fn retire(
        &self,
        database: &Database,
        ids: &[String],
        at: SystemTime,
    ) -> Result<u64, QueryError> {
        if ids.is_empty() {
            return Ok(0);
        }
        let sql = format!(
            "UPDATE {} SET rolled_back_at = $2 WHERE id = ANY($1) AND rolled_back_at IS NULL",
            self.table
        );
        let parameters = [(&ids as _, Type::TEXT_ARRAY), (&at as _, Type::TIMESTAMPTZ)];
        database.change_rows(&sql, &parameters).await
    }

    /// Gives the row of this id another checksum. Gives back whether the row is still there.
    pub(crate) async fn set_checksum(
        &self,
        database: &Database,
        id: &str,
        checksum: Checksum,
    ) -> Result<bool, QueryError> {
        let sql = format!("UPDATE {} SET checksum = $2 WHERE id = $1", self.table);
        let parameters = [(&id as _, Type::VARCHAR), (&checksum.to_string() as _, Type::VARCHAR)];
        Ok(database.change_rows(&sql, &parameters).await? == 1)
    }

    /// Marks the failed rows of a name as rolled back; gives back how many there were.
    pub(crate) async fn roll_back(
        &self,
        database: &Database,
        name: &MigrationName,
        at: SystemTime,
    ) -> Result<u64, QueryError> {
        let sql = format!(
            "UPDATE {} SET rolled_back_at = $2 WHERE migration_name = $1 AND finished_at IS NULL \
             AND rolled_back_at IS NULL",
            self.table
        );
        let parameters = [(&name.as_str() as _, Type::VARCHAR), (&at as _, Type::TIMESTAMPTZ)];
        database.change_rows(&sql, &parameters).await
    }
}

/// Reads one row of [`Ledger::select`].
pub(crate) fn applied(row: &Row) -> Result<Applied, QueryError> {
    Ok(Applied {
        id: read(row, 0)?,
        checksum: read(row, 1)?,
        name: MigrationName::new(read::<String>(row, 2)?),
        finished_at: read(row, 3)?,
        rolled_back_at: read(row, 4)?,
        started_at: read(row, 5)?,
        logs: read(row, 6)?,
        applied_steps_count: read(row, 7)?,
    })
}
