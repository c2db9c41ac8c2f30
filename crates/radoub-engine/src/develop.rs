//! What `migrate dev` has to know: whether the database still is what its history says, what the
//! next migration is, and what it would cost.
//!
//! Nothing here writes a file or changes the database; writing belongs to
//! [`crate::migration_folder`], applying to [`crate::run`]. Histories are replayed on scratch
//! databases.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use radoub_postgres::database::Database;
use radoub_postgres::introspect::Introspected;
use radoub_prisma::migrations::LockFile;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::migration::{
    Applied, HistoryState, Migration, MigrationName, compare as compare_history,
};
use radoub_schema::render::render;
use radoub_schema::step::Step;
use radoub_schema::summary::summary;
use radoub_schema::warning::{Count, by_step, header, warnings};

use crate::compare::{introspect_failure, leaves_scope};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Managed;
use crate::observe::{Look, connect_settings};
use crate::schema::Wanted;
use crate::scratch::{Replay, Workshop};
use crate::source::{OnDisk, read_migrations};
use crate::translate;

/// How long counting the rows of one table may take, before they are taken to be there.
const COUNT_PATIENCE: Duration = Duration::from_secs(20);

/// The script of a migration that does nothing, as Prisma writes it: without a line end.
const EMPTY: &str = "-- This is an empty migration.";

/// One database under development, and what it takes to work on it.
#[derive(Debug, Clone, Copy)]
pub struct Bench<'a> {
    /// The service's own side.
    pub managed: &'a Managed,
    /// What its schema wants.
    pub wanted: &'a Wanted,
    /// Where histories are replayed.
    pub workshop: &'a Workshop,
    /// How the database is reached.
    pub look: Look,
}

/// Why a development database must be emptied before its history can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A migration failed.
    Failed(MigrationName),
    /// A migration was changed after it had been applied.
    Edited(MigrationName),
    /// The database is not what its history makes.
    Drift {
        /// From what the history makes to what the database is, as Prisma shows it.
        summary: String,
        /// Whether there is no ledger: somebody begins on an existing database.
        first_use: bool,
    },
    /// Migrations were applied that the folder does not have.
    Missing(Vec<MigrationName>),
    /// The same, and the folder has others that were not applied.
    Diverged {
        /// The migration before the first that was not applied.
        last_common: Option<MigrationName>,
        /// Applied, and not in the folder.
        missing: Vec<MigrationName>,
    },
}

/// What a look at a development database and its history shows.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// Why it must be emptied, in Prisma's order; nothing when its history can go on.
    pub reasons: Vec<Reason>,
    /// How many migrations wait to be applied.
    pub pending: usize,
    /// What the whole history makes of an empty database.
    end: Arc<Introspected>,
}

/// The migration that comes next: from what the history makes to what the schema wants.
#[derive(Debug, Clone)]
pub struct Next {
    steps: Vec<Step>,
    terms: Terms,
}

/// What the next migration would cost the rows that are there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Losses {
    /// What would be lost, or may fail, in Prisma's words.
    pub warnings: Vec<String>,
    /// Those of the warnings by which values go that rows hold.
    pub values: Vec<String>,
    /// What cannot be done at all, each with the number of its step, from 0.
    pub unexecutable: Vec<(usize, String)>,
}

/// Told while a history is replayed: how many migrations have run, and of how many.
pub type OnReplayed<'a> = &'a mut (dyn FnMut(usize, usize) + Send);

/// Looks whether the history of this database can go on. Changes nothing.
///
/// # Errors
///
/// A [`Failure`] ready to be told: the lock file names another provider, a `migration.sql` is
/// missing, a migration does not run on an empty database, or a database does not answer.
///
/// Source: Prisma facts 6.6; the order of the reasons, measured on the real engine's
/// `devDiagnostic`.
pub async fn diagnose(
    bench: &Bench<'_>,
    on_replayed: OnReplayed<'_>,
) -> Result<Diagnosis, Failure> {
    let on_disk = read_history(bench.managed)?;
    let (rows, live) = look_at(bench).await?;
    let history = compare_history(&on_disk.migrations, rows.as_deref());
    let rows = rows.unwrap_or_default();

    let finished: BTreeSet<&MigrationName> = rows
        .iter()
        .filter(|row| row.is_standing() && !row.is_failed())
        .map(|row| &row.name)
        .collect();
    let applied: Vec<Migration> =
        on_disk.migrations.iter().filter(|it| finished.contains(&it.name)).cloned().collect();
    let scope = &bench.wanted.scope;
    let all = on_disk.migrations.len();
    let expected = replay(bench, &applied, &mut |done| on_replayed(done, all)).await?;
    let end = replay(bench, &on_disk.migrations, &mut |done| on_replayed(done, all)).await?;

    let terms = &bench.wanted.terms;
    let drift = steps(&expected.schema, &live.schema, terms);
    let mut reasons: Vec<Reason> =
        history.failed.iter().map(|row| Reason::Failed(row.name.clone())).collect();
    reasons.extend(history.edited.iter().cloned().map(Reason::Edited));
    if !drift.is_empty() {
        debug_assert!(!scope.namespaces.is_empty(), "something was looked at");
        reasons.push(Reason::Drift {
            summary: summary(&drift, terms.dialect.edition),
            first_use: !history.has_ledger,
        });
    }
    let missing = missing(&on_disk, &rows);
    if !missing.is_empty() {
        reasons.push(
            if history.state() == HistoryState::DatabaseIsBehind
                || history.state() == HistoryState::Diverged
            {
                Reason::Diverged { last_common: history.last_common.clone(), missing }
            } else {
                Reason::Missing(missing)
            },
        );
    }
    Ok(Diagnosis { reasons, pending: history.pending.len(), end })
}

/// The migrations folder, whole enough to be developed on.
fn read_history(managed: &Managed) -> Result<OnDisk, Failure> {
    let read = read_migrations(&managed.migrations);
    let read = read.map_err(|error| translate::source_failure(&error))?;
    if let Some(LockFile::OtherProvider(found)) = &read.lock_file {
        let values = vec![("found", found.clone())];
        return Err(Failure::new(FailureCode::OtherProvider, values));
    }
    if let Some(without) = read.migrations.iter().find(|it| it.script.is_none()) {
        let values = vec![("migration", without.name.to_string())];
        return Err(Failure::new(FailureCode::ScriptMissing, values));
    }
    Ok(read)
}

/// The ledger and the schema of the live database.
async fn look_at(bench: &Bench<'_>) -> Result<(Option<Vec<Applied>>, Introspected), Failure> {
    let (managed, url) = (bench.managed, url(bench.managed)?);
    let mut database = connect(managed, bench.look).await?;
    let looked = database.look(&managed.schemas).await;
    let looked = looked.map_err(|error| translate::look_failure(url, &error))?;
    let live = database.introspect(&bench.wanted.scope).await;
    let live = live.map_err(|error| introspect_failure(url, &error))?;
    database.close().await;
    match leaves_scope(&live) {
        Some(failure) => Err(failure),
        None => Ok((looked.ledger, live)),
    }
}

fn url(managed: &Managed) -> Result<&radoub_postgres::url::DatabaseUrl, Failure> {
    managed.url.as_ref().map_err(translate::url_failure)
}

/// Connects to the database of a service.
pub(crate) async fn connect(managed: &Managed, look: Look) -> Result<Database, Failure> {
    let connected =
        Database::connect(url(managed)?, &connect_settings(managed, look.timeout)).await;
    connected.map_err(|error| translate::connect_failure(&error))
}

/// What these migrations make of an empty database.
async fn replay(
    bench: &Bench<'_>,
    migrations: &[Migration],
    on_replayed: &mut (dyn FnMut(usize) + Send),
) -> Result<Arc<Introspected>, Failure> {
    let replay = Replay::whole(bench.managed, migrations, bench.wanted.scope.clone());
    let replayed = bench.workshop.replay(&replay, on_replayed).await;
    let replayed = replayed.map_err(|stop| stop.failure)?;
    Ok(replayed.end().clone())
}

/// Every name of a row that stands, failed ones too, and has no folder; by `started_at`.
fn missing(on_disk: &OnDisk, rows: &[Applied]) -> Vec<MigrationName> {
    let mut known: BTreeSet<&MigrationName> =
        on_disk.migrations.iter().map(|it| &it.name).collect();
    let standing = rows.iter().filter(|row| row.is_standing());
    standing.filter(|row| known.insert(&row.name)).map(|row| row.name.clone()).collect()
}

impl Diagnosis {
    /// The migration that makes the history into what the schema wants.
    pub fn next(&self, wanted: &Wanted) -> Next {
        let terms = wanted.terms.clone();
        Next { steps: steps(&self.end.schema, &wanted.schema, &terms), terms }
    }
}

impl Next {
    /// Whether the history already makes what the schema wants.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The text of `migration.sql`: the warnings, then the script.
    ///
    /// Source: Prisma facts 2.3, 10.8.
    pub fn script(&self) -> String {
        if self.steps.is_empty() {
            return EMPTY.to_owned();
        }
        header(&warnings(&self.steps)) + &render(&self.steps, self.terms.dialect)
    }
}

/// What the next migration would cost, counted on the live database.
///
/// # Errors
///
/// A [`Failure`] when the database does not answer.
pub async fn evaluate(bench: &Bench<'_>, next: &Next) -> Result<Losses, Failure> {
    let mut database = connect(bench.managed, bench.look).await?;
    let losses = losses(&mut database, &next.steps).await;
    database.close().await;
    losses
}

/// What these steps would cost the rows of this database.
pub(crate) async fn losses(database: &mut Database, steps: &[Step]) -> Result<Losses, Failure> {
    let found: Vec<_> = by_step(steps).collect();
    let asked: BTreeSet<Count> = found.iter().flat_map(|(_, warning)| warning.counts()).collect();
    let counts = database.count(&asked, COUNT_PATIENCE).await;
    let counts = counts.map_err(|error| translate::query_failure(database.url(), &error))?;
    let mut losses = Losses::default();
    for (step, warning) in found {
        match warning.counted(&counts) {
            Some(text) if warning.is_unexecutable() => losses.unexecutable.push((step, text)),
            Some(text) => {
                if warning.loses_values() {
                    losses.values.push(text.clone());
                }
                losses.warnings.push(text);
            }
            None => {}
        }
    }
    Ok(losses)
}
