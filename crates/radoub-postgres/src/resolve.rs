//! Marking migrations by hand: as applied without running them, as rolled back without undoing them.

use std::time::SystemTime;

use radoub_schema::migration::{Applied, Migration, MigrationName};

use crate::apply::{FirstUse, OnEvent, ReadyError};
use crate::database::QueryError;
use crate::ledger::{self, Entry};
use crate::lock::LockedDatabase;

/// Why a migration could not be marked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// It is recorded as applied already (P3008).
    #[error("the migration {0} is already recorded as applied in the database")]
    AlreadyApplied(MigrationName),
    /// There is no row of this name that is not rolled back (P3011).
    #[error("the migration {0} cannot be rolled back because it was never applied to the database")]
    NeverApplied(MigrationName),
    /// Its row is finished (P3012).
    #[error("the migration {0} cannot be rolled back because it is not in a failed state")]
    NotFailed(MigrationName),
    /// The folder has no `migration.sql` (P3017).
    #[error("the migration {0} could not be found")]
    NotFound(MigrationName),
    /// The ledger is not ready for this.
    #[error("the ledger cannot be used")]
    Ready(#[source] ReadyError),
    /// The server refused, or could not be asked.
    #[error("the database could not be asked")]
    Query(#[source] QueryError),
}

impl ResolveError {
    /// Prisma's code for this, where it has one.
    pub fn prisma_code(&self) -> Option<&'static str> {
        match self {
            Self::AlreadyApplied(_) => Some("P3008"),
            Self::NeverApplied(_) => Some("P3011"),
            Self::NotFailed(_) => Some("P3012"),
            Self::NotFound(_) => Some("P3017"),
            Self::Ready(_) | Self::Query(_) => None,
        }
    }
}

impl From<QueryError> for ResolveError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl LockedDatabase {
    /// Marks a migration as applied: failed rows of its name are rolled back, and one finished row is
    /// inserted. The ledger is created when there is none, also in a full schema: that is baselining.
    ///
    /// # Errors
    ///
    /// [`ResolveError`]; nothing is changed then.
    ///
    /// Source: Prisma facts 3.2, 6.4.
    pub async fn mark_applied(
        &mut self,
        migration: &Migration,
        on_event: OnEvent<'_>,
    ) -> Result<(), ResolveError> {
        let name = &migration.name;
        let Some(script) = &migration.script else {
            return Err(ResolveError::NotFound(name.clone()));
        };
        self.ready(&[], FirstUse::Baseline, on_event).await.map_err(ResolveError::Ready)?;
        let rows = self.of(name).await?;
        if rows.iter().any(|row| row.is_standing() && row.finished_at.is_some()) {
            return Err(ResolveError::AlreadyApplied(name.clone()));
        }
        let now = SystemTime::now();
        let entry = Entry {
            id: ledger::new_id(),
            checksum: script.checksum(),
            name,
            started_at: now,
            finished_at: Some(now),
            rolled_back_at: None,
            // Prisma leaves an empty text here, not NULL (Prisma facts 3.1).
            logs: Some(String::new()),
            steps: 0,
        };
        self.database.run("BEGIN").await?;
        let written = async {
            self.ledger.roll_back(&self.database, name, now).await?;
            self.ledger.insert(&self.database, &entry).await
        };
        match written.await {
            Ok(()) => Ok(self.database.run("COMMIT").await?),
            Err(error) => {
                if !error.is_lost() {
                    self.database.run("ROLLBACK").await?;
                }
                Err(error.into())
            }
        }
    }

    /// Marks the failed rows of a migration as rolled back; gives back how many there were. None is no
    /// error when an earlier failure of it is rolled back and it was applied since: then Prisma says
    /// *marked* and changes nothing.
    ///
    /// # Errors
    ///
    /// [`ResolveError`]; nothing is changed then.
    ///
    /// Source: Prisma facts 3.2, 6.4.
    pub async fn mark_rolled_back(&mut self, name: &MigrationName) -> Result<u64, ResolveError> {
        self.database.settle().await?;
        let rows = if self.has_ledger().await? { self.of(name).await? } else { Vec::new() };
        if rows.is_empty() {
            return Err(ResolveError::NeverApplied(name.clone()));
        }
        if rows.iter().all(|row| row.is_standing() && row.finished_at.is_some()) {
            return Err(ResolveError::NotFailed(name.clone()));
        }
        Ok(self.ledger.roll_back(&self.database, name, SystemTime::now()).await?)
    }

    async fn of(&self, name: &MigrationName) -> Result<Vec<Applied>, QueryError> {
        let mut rows = self.ledger.rows(&self.database).await?;
        rows.retain(|row| row.name == *name);
        Ok(rows)
    }

    async fn has_ledger(&self) -> Result<bool, ResolveError> {
        let facts = crate::look::facts(&self.database).await?;
        let may_read = crate::database::read(&facts, 11)?;
        let form = ledger::Form::read(&facts, 13)?;
        form.check(may_read).map_err(|error| ResolveError::Ready(ReadyError::Ledger(error)))
    }
}
