//! Taking an applied migration back: its way back and the end of its ledger row, in one transaction.
//!
//! Where the script of the way back comes from, and what it would lose, is found out elsewhere; here it is
//! sent byte for byte. Prisma counts a row that is finished and rolled back as not applied (Prisma facts
//! 3.3), so the migration is pending again for both tools.

use std::time::{Duration, SystemTime};

use radoub_schema::migration::MigrationName;
use radoub_schema::name::{Ident, ObjectName};
use tokio_postgres::types::Type;

use crate::database::{Database, QueryError, read};
use crate::lock::{LockedDatabase, by_chance};

/// How long to wait between two tries, at least.
const PAUSE: Duration = Duration::from_millis(200);

/// Why a migration was not taken back. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// The ledger has no row of it that counts.
    #[error("the migration {0} is not applied")]
    NotApplied(MigrationName),
    /// The way back failed.
    #[error("the way back of {migration} failed")]
    Failed {
        /// The migration.
        migration: MigrationName,
        /// What the server said.
        source: QueryError,
    },
    /// The ledger could not be read or written.
    #[error("the ledger could not be written")]
    Query(#[source] QueryError),
}

impl LockedDatabase {
    /// Runs `script` and marks the rows of the migration as rolled back: all of it or nothing.
    ///
    /// A statement queues for a table as long as `lock_timeout` and steps back; such tries go on for
    /// `patience`.
    ///
    /// # Errors
    ///
    /// [`UndoError`]; nothing was changed then.
    pub async fn undo(
        &mut self,
        migration: &MigrationName,
        script: &str,
        lock_timeout: Duration,
        patience: Duration,
    ) -> Result<(), UndoError> {
        let began = tokio::time::Instant::now();
        self.database.settle().await.map_err(UndoError::Query)?;
        loop {
            match self.try_undo(migration, script, lock_timeout).await {
                Err(UndoError::Failed { source, .. })
                    if (source.is("55P03") || source.is("40P01")) && began.elapsed() < patience =>
                {
                    tokio::time::sleep(PAUSE + by_chance(PAUSE)).await;
                }
                done => return done,
            }
        }
    }

    async fn try_undo(
        &mut self,
        migration: &MigrationName,
        script: &str,
        lock_timeout: Duration,
    ) -> Result<(), UndoError> {
        let limit = format!("BEGIN; SET LOCAL lock_timeout = {}", lock_timeout.as_millis().max(1));
        self.database.run(&limit).await.map_err(UndoError::Query)?;
        let undone = async {
            let ran = self.database.client().batch_execute(script).await;
            ran.map_err(|error| UndoError::Failed {
                migration: migration.clone(),
                source: QueryError::new(error),
            })?;
            let marked = self.ledger.take_back(&self.database, migration, SystemTime::now()).await;
            match marked.map_err(UndoError::Query)? {
                0 => Err(UndoError::NotApplied(migration.clone())),
                _ => Ok(()),
            }
        };
        match undone.await {
            Ok(()) => self.database.run("COMMIT").await.map_err(UndoError::Query),
            Err(error) => {
                // A session that is lost has lost its transaction too.
                let _ = self.database.run("ROLLBACK").await;
                Err(error)
            }
        }
    }
}

impl Database {
    /// How many rows a table has, or how many values of a column are not NULL; `None` when there is no such
    /// table or column.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn count_values(
        &self,
        table: &ObjectName,
        column: Option<&Ident>,
    ) -> Result<Option<i64>, QueryError> {
        let what = column.map_or_else(|| "*".to_owned(), ToString::to_string);
        let counted = self.rows_patiently(&format!("SELECT count({what}) FROM {table}"), &[]).await;
        match counted {
            Ok(rows) => rows.first().map(|row| read(row, 0)).transpose(),
            Err(error) if error.is("42P01") || error.is("42703") || error.is("3F000") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes the session ready to work in the schema of its URL.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn ready(&mut self) -> Result<(), QueryError> {
        self.settle().await
    }
}

impl crate::ledger::Ledger {
    /// Marks the rows of a name that count as rolled back, finished ones too; gives back how many.
    pub(crate) async fn take_back(
        &self,
        database: &Database,
        name: &MigrationName,
        at: SystemTime,
    ) -> Result<u64, QueryError> {
        let sql = format!(
            "UPDATE {} SET rolled_back_at = $2 WHERE migration_name = $1 AND rolled_back_at IS NULL",
            self.name()
        );
        let parameters = [(&name.as_str() as _, Type::VARCHAR), (&at as _, Type::TIMESTAMPTZ)];
        database.change_rows(&sql, &parameters).await
    }
}
