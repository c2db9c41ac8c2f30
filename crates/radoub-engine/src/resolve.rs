//! Marks one migration of one service as applied or as rolled back, under the migration lock.

use std::time::Duration;

use radoub_postgres::database::Database;
use radoub_postgres::lock::{LockSettings, LockedDatabase};
use radoub_schema::migration::{Migration, MigrationName};

use crate::failure::{Failure, FailureCode};
use crate::fleet::{Managed, Prisma, Service};
use crate::observe::{Look, connect_settings};
use crate::source::read_migrations;
use crate::translate;

/// What to mark a migration as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// The database contains it already.
    Applied,
    /// It failed, and nothing of it is left.
    RolledBack,
}

/// How to wait for others, and whether to take Prisma's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolveSettings {
    /// How the database is reached.
    pub look: Look,
    /// How long to wait for somebody else's migration lock.
    pub lock_patience: Duration,
    /// Whether Prisma's advisory lock is taken.
    pub advisory_lock: bool,
}

/// Marks the migration; nothing else in the database is touched.
///
/// # Errors
///
/// A [`Failure`] ready to be told; nothing was changed then.
///
/// Source: Prisma facts 3.2, 6.4.
pub async fn resolve(
    service: &Service,
    mark: Mark,
    migration: &MigrationName,
    settings: &ResolveSettings,
) -> Result<(), Failure> {
    let Prisma::Managed(managed) = &service.prisma else {
        let values = vec![
            ("migration", migration.to_string()),
            ("folder", service.folder.display().to_string()),
        ];
        return Err(Failure::new(FailureCode::UnknownMigration, values));
    };
    let url = managed.url.as_ref().map_err(translate::url_failure)?;
    let wanted = match mark {
        Mark::Applied => Some(on_disk(managed, migration)?),
        Mark::RolledBack => None,
    };
    let mut locked = lock(managed, settings).await?;
    let marked = mark_under_lock(&mut locked, wanted.as_ref(), migration).await;
    let released = locked.release().await;
    marked.map_err(|error| translate::resolve_failure(url, managed, &error))?;
    // The row is committed by now; a lock goes with its connection.
    drop(released);
    Ok(())
}

async fn mark_under_lock(
    locked: &mut LockedDatabase,
    wanted: Option<&Migration>,
    migration: &MigrationName,
) -> Result<(), radoub_postgres::resolve::ResolveError> {
    match wanted {
        Some(migration) => locked.mark_applied(migration, &mut |_| {}).await,
        None => locked.mark_rolled_back(migration).await.map(|_| ()),
    }
}

/// The migration as it lies on disk; one without a script is unknown (P3017).
fn on_disk(managed: &Managed, name: &MigrationName) -> Result<Migration, Failure> {
    let read = read_migrations(&managed.migrations);
    let read = read.map_err(|error| translate::source_failure(&error))?;
    let found = read.migrations.into_iter().find(|it| it.name == *name && it.script.is_some());
    found.ok_or_else(|| {
        let values = vec![
            ("migration", name.to_string()),
            ("folder", managed.migrations.display().to_string()),
        ];
        Failure::new(FailureCode::UnknownMigration, values)
    })
}

/// The service's database under Prisma's lock; somebody else's is waited for in silence.
pub(crate) async fn lock(
    managed: &Managed,
    settings: &ResolveSettings,
) -> Result<LockedDatabase, Failure> {
    let url = managed.url.as_ref().map_err(translate::url_failure)?;
    let connect = connect_settings(managed, settings.look.timeout);
    let database = Database::connect(url, &connect).await;
    let database = database.map_err(|error| translate::connect_failure(&error))?;
    let lock = LockSettings { patience: settings.lock_patience, advisory: settings.advisory_lock };
    let locked = database.lock(&lock, &mut |_| {}).await;
    locked.map_err(|error| translate::lock_failure(url, &error))
}
