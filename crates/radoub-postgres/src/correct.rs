//! Correcting the ledger: several rows at once, in one transaction, under the migration lock.
//!
//! A row whose migration stays in the folder is marked as rolled back, as Prisma's `resolve` marks
//! it. One whose folder is gone has to go: the real engine counts every row without a folder, those
//! that are rolled back too, as applied and missing, and `migrate dev` then wants a reset (measured
//! with 6.19). Nothing is created in the database to keep such rows in, because whatever lay there
//! could be taken for drift: keeping them is for the caller, who has read them. Which rows to correct
//! is decided in the engine.

use std::time::{Duration, SystemTime};

use radoub_schema::migration::{Applied, Checksum, Migration, MigrationName};

use crate::apply::{FirstUse, OnEvent, ReadyError};
use crate::database::QueryError;
use crate::introspect::{IntrospectError, Introspected, Scope};
use crate::ledger::{self, Entry};
use crate::lock::LockedDatabase;

/// What is to become of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Correction {
    /// Rows that are deleted, by id: their folders are gone.
    pub removed: Vec<String>,
    /// Rows that stood when the correction was decided, by id: they are marked as rolled back.
    pub retired: Vec<String>,
    /// Rows that get another checksum, by id: the file of an applied migration has changed and is
    /// right as it is.
    pub checksums: Vec<(String, Checksum)>,
    /// Migrations that are recorded as applied, in this order, as `resolve --applied` records them.
    pub applied: Vec<Migration>,
}

impl Correction {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty()
            && self.retired.is_empty()
            && self.checksums.is_empty()
            && self.applied.is_empty()
    }
}

/// Why a ledger was not corrected. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// A migration that should be recorded as applied has no script.
    #[error("the migration {0} has no migration.sql")]
    ScriptMissing(MigrationName),
    /// The rows are no longer those that the correction was decided for.
    #[error("the ledger has changed since it was looked at")]
    Moved,
    /// The ledger is not ready for this.
    #[error("the ledger cannot be used")]
    Ready(#[source] ReadyError),
    /// The server refused, or could not be asked.
    #[error("the database could not be asked")]
    Query(#[source] QueryError),
}

impl From<QueryError> for CorrectError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

/// A correction that is written and not committed: what must happen together with it can happen
/// now. One that is dropped goes with its connection, without a trace.
#[derive(Debug)]
#[must_use = "a correction that is not committed never was"]
pub struct Correcting<'a> {
    locked: &'a mut LockedDatabase,
}

impl LockedDatabase {
    /// [`Database::introspect`](crate::database::Database::introspect) on the connection that holds
    /// the lock, so that nobody migrates in between.
    ///
    /// # Errors
    ///
    /// [`IntrospectError`].
    pub async fn introspect(&mut self, scope: &Scope) -> Result<Introspected, IntrospectError> {
        self.database.introspect(scope).await
    }

    /// Writes a correction, and leaves its transaction open. `seen` are the rows that it was
    /// decided for, `None` when there was no ledger; the ledger is created then, also in a full
    /// schema.
    ///
    /// # Errors
    ///
    /// [`CorrectError`]; nothing is changed then, but for a ledger that was created.
    ///
    /// Source: Prisma facts 3.2, 3.3.
    pub async fn correct(
        &mut self,
        correction: &Correction,
        seen: Option<&[Applied]>,
        on_event: OnEvent<'_>,
    ) -> Result<Correcting<'_>, CorrectError> {
        for migration in &correction.applied {
            if migration.script.is_none() {
                return Err(CorrectError::ScriptMissing(migration.name.clone()));
            }
        }
        self.ready(&[], FirstUse::Baseline, on_event).await.map_err(CorrectError::Ready)?;
        self.database.run("BEGIN").await?;
        match self.write(correction, seen).await {
            Ok(()) => Ok(Correcting { locked: self }),
            Err(error) => {
                let lost = matches!(&error, CorrectError::Query(error) if error.is_lost());
                if !lost {
                    self.database.run("ROLLBACK").await?;
                }
                Err(error)
            }
        }
    }

    async fn write(
        &mut self,
        correction: &Correction,
        seen: Option<&[Applied]>,
    ) -> Result<(), CorrectError> {
        // Prisma itself is kept away by the lock, a hand with psql is not.
        let rows = self.ledger.rows(&self.database).await?;
        if rows != seen.unwrap_or_default() {
            return Err(CorrectError::Moved);
        }
        let removed = self.ledger.remove(&self.database, &correction.removed).await?;
        if removed != correction.removed.len() as u64 {
            return Err(CorrectError::Moved);
        }
        let now = SystemTime::now();
        let changed = self.ledger.retire(&self.database, &correction.retired, now).await?;
        if changed != correction.retired.len() as u64 {
            return Err(CorrectError::Moved);
        }
        for (id, checksum) in &correction.checksums {
            if !self.ledger.set_checksum(&self.database, id, *checksum).await? {
                return Err(CorrectError::Moved);
            }
        }
        for (place, migration) in (0_u32..).zip(&correction.applied) {
            let Some(script) = &migration.script else { continue };
            // Rows are read by time: the order must not be left to chance.
            let at = now + Duration::from_millis(place.into());
            let entry = Entry {
                id: ledger::new_id(),
                checksum: script.checksum(),
                name: &migration.name,
                started_at: at,
                finished_at: Some(at),
                rolled_back_at: None,
                logs: Some(String::new()),
                steps: 0,
            };
            self.ledger.insert(&self.database, &entry).await?;
        }
        Ok(())
    }
}

impl Correcting<'_> {
    /// Makes the correction last.
    ///
    /// # Errors
    ///
    /// [`QueryError`]; when the connection is lost, whether it lasts is not known.
    pub async fn commit(self) -> Result<(), QueryError> {
        self.locked.database.run("COMMIT").await
    }

    /// Takes it back.
    ///
    /// # Errors
    ///
    /// [`QueryError`]; when the connection is lost, the server takes it back.
    pub async fn abandon(self) -> Result<(), QueryError> {
        self.locked.database.run("ROLLBACK").await
    }
}
