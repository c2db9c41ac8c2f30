//! Taking migrations back by the `down.sql` beside their `migration.sql`: what it would lose, counted in the
//! database itself, and the deed.

use std::fs;
use std::io;
use std::time::{Duration, Instant};

use radoub_postgres::database::Database;
use radoub_postgres::lock::LockSettings;
use radoub_postgres::stop::{Stop, StopSignal};
use radoub_postgres::undo::UndoError;
use radoub_schema::hazard::{Act, On, Risk, Verb, assess};
use radoub_schema::migration::MigrationName;
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::script::{Course, QualifiedName, Script};

use crate::account::Account;
use crate::event::EventKind;
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Managed, Service};
use crate::migration_folder::WAY_BACK;
use crate::observe::{Look, connect_settings};
use crate::translate;

/// Whether and how the migrations can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descent {
    /// The steps, newest migration first; empty when there is nothing to undo.
    pub steps: Vec<Step>,
    /// Migrations without a way back, or with one that cannot be one transaction.
    pub lacking: Vec<MigrationName>,
    /// What would be lost.
    pub losses: Vec<DownLoss>,
}

impl Descent {
    /// Whether every migration has its step.
    pub fn is_possible(&self) -> bool {
        !self.steps.is_empty() && self.lacking.is_empty()
    }
}

/// One migration and its way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The migration.
    pub migration: MigrationName,
    /// Text of `down.sql`.
    pub script: String,
}

/// Something that a way back would delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownLoss {
    /// The migration whose way back it is.
    pub migration: MigrationName,
    /// What the statement does.
    pub verb: Verb,
    /// The table.
    pub table: String,
    /// The column, when only that is deleted.
    pub column: Option<String>,
    /// Rows, or values that are not NULL; `None` when it cannot be told before.
    pub count: Option<i64>,
}

/// Looks for ways back and counts what they would delete.
pub(crate) async fn look(
    managed: &Managed,
    undo: &[MigrationName],
    look: Look,
) -> Result<Descent, Failure> {
    let mut descent = Descent { steps: Vec::new(), lacking: Vec::new(), losses: Vec::new() };
    for migration in undo {
        let path = managed.migrations.join(migration.as_str()).join(WAY_BACK);
        match fs::read_to_string(&path) {
            Ok(script) if Script::parse(&script).course() == Course::Atomic => {
                descent.steps.push(Step { migration: migration.clone(), script });
            }
            Ok(_) => descent.lacking.push(migration.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                descent.lacking.push(migration.clone());
            }
            Err(error) => {
                let values =
                    vec![("path", path.display().to_string()), ("reason", error.to_string())];
                return Err(Failure::new(FailureCode::Unreadable, values));
            }
        }
    }
    if descent.is_possible() {
        descent.losses = losses(managed, &descent.steps, look).await?;
    }
    Ok(descent)
}

async fn losses(managed: &Managed, steps: &[Step], look: Look) -> Result<Vec<DownLoss>, Failure> {
    let url = managed.url.as_ref().map_err(translate::url_failure)?;
    let query = |error| translate::query_failure(url, &error);
    let database = Database::connect(url, &connect_settings(managed, look.timeout)).await;
    let mut database = database.map_err(|error| translate::connect_failure(&error))?;
    database.ready().await.map_err(query)?;
    let mut losses = Vec::new();
    for step in steps {
        let script = Script::parse(&step.script);
        for act in assess(&step.script, &script).into_iter().flat_map(|it| it.acts) {
            let certain = act.risks.contains(&Risk::DeletesData);
            let unknown =
                act.risks.contains(&Risk::Unforeseeable) || act.action.verb == Verb::Other;
            if !certain && !unknown {
                continue;
            }
            let column = (act.action.verb == Verb::DropColumn).then(|| act.action.name.clone());
            let count = match table(&act).filter(|_| certain) {
                Some(table) => {
                    let ident = column.as_deref().map(Ident::new);
                    // What is not there any more is not lost.
                    Some(database.count_values(&table, ident.as_ref()).await.map_err(query)?)
                        .map(|it| it.unwrap_or(0))
                }
                None => None,
            };
            if count != Some(0) {
                losses.push(DownLoss {
                    migration: step.migration.clone(),
                    verb: act.action.verb,
                    table: if act.action.table.is_empty() {
                        act.action.name.clone()
                    } else {
                        act.action.table.clone()
                    },
                    column,
                    count,
                });
            }
        }
    }
    database.close().await;
    Ok(losses)
}

/// The table that an act is about.
fn table(act: &Act) -> Option<ObjectName> {
    let QualifiedName { schema, name } = act.holds.iter().find_map(|hold| match &hold.on {
        On::Table(table) => Some(table),
        _ => None,
    })?;
    let name = Ident::new(name.as_str());
    Some(ObjectName { namespace: schema.as_deref().map(Ident::new), name })
}

/// How taking back behaves towards others.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// How the database is reached.
    pub look: Look,
    /// How long to wait for somebody else's migration lock.
    pub lock_patience: Duration,
    /// How long a statement queues for a table before it steps back.
    pub lock_timeout: Duration,
    /// How long such tries go on for one migration.
    pub lock_budget: Duration,
    /// Whether Prisma's advisory lock is taken.
    pub advisory_lock: bool,
}

/// Takes the migrations back, newest first, each with its ledger row in one transaction; `undone` hears of each, the
/// account before it and afterwards.
///
/// Asked to stop once, it ends the one at work; twice, that one is undone by the server too.
///
/// # Errors
///
/// A [`Failure`] of the first that could not be: those before it are undone, it and the others are as they were.
pub async fn descend(
    service: &Service,
    steps: &[Step],
    manner: &Manner,
    stop: &StopSignal,
    account: &mut Account,
    undone: impl FnMut(&MigrationName),
) -> Result<(), Failure> {
    let begun = Instant::now();
    account.before(&service.name, [EventKind::Started]).await?;
    let outcome = go_down(service, steps, manner, stop, account, undone).await;
    if let Err((migration, failure)) = &outcome {
        let (migration, failure) = (migration.clone(), failure.clone());
        account.after(&service.name, [EventKind::Failed { migration, failure }]).await;
    }
    account.after(&service.name, [EventKind::Ended { took: begun.elapsed() }]).await;
    outcome.map_err(|(_, failure)| failure)
}

async fn go_down(
    service: &Service,
    steps: &[Step],
    manner: &Manner,
    stop: &StopSignal,
    account: &mut Account,
    mut undone: impl FnMut(&MigrationName),
) -> Result<(), (Option<MigrationName>, Failure)> {
    let whole = |failure| (None, failure);
    let managed = super::managed(service).map_err(whole)?;
    let url = managed.url.as_ref().map_err(|error| whole(translate::url_failure(error)))?;
    let database = Database::connect(url, &connect_settings(managed, manner.look.timeout)).await;
    let database = database.map_err(|error| whole(translate::connect_failure(&error)))?;
    let settings = LockSettings { patience: manner.lock_patience, advisory: manner.advisory_lock };
    let locked = database.lock(&settings, &mut |_| {}).await;
    let mut locked = locked.map_err(|error| whole(translate::lock_failure(url, &error)))?;
    let mut outcome = Ok(());
    for step in steps {
        let name = &step.migration;
        let of_it = |failure| (Some(name.clone()), failure);
        if stop.asked() > Stop::No {
            outcome = Err(of_it(stopped(name)));
            break;
        }
        let undoing = EventKind::Undoing { name: name.clone() };
        if let Err(failure) = account.before(&service.name, [undoing]).await {
            outcome = Err(of_it(failure));
            break;
        }
        let begun = Instant::now();
        let (timeout, budget) = (manner.lock_timeout, manner.lock_budget);
        let done = tokio::select! {
            done = locked.undo(name, &step.script, timeout, budget) => done,
            // The connection goes with the lock; without it the server undoes what is not committed.
            () = stop.until(Stop::Now) => return Err(of_it(stopped(name))),
        };
        match done {
            Ok(()) => {
                let done = EventKind::Undone { name: name.clone(), took: begun.elapsed() };
                account.after(&service.name, [done]).await;
                undone(name);
            }
            Err(error) => {
                outcome = Err(of_it(failure(url, &error)));
                break;
            }
        }
    }
    let released = locked.release().await;
    outcome?;
    // What was undone is committed; a lock goes with its connection.
    drop(released);
    Ok(())
}

fn stopped(migration: &MigrationName) -> Failure {
    Failure::new(FailureCode::WayBackStopped, vec![("migration", migration.to_string())])
}

fn failure(url: &radoub_postgres::url::DatabaseUrl, error: &UndoError) -> Failure {
    match error {
        UndoError::NotApplied(migration) => {
            Failure::new(FailureCode::NeverApplied, vec![("migration", migration.to_string())])
        }
        UndoError::Failed { migration, source } => {
            let reason = translate::root_cause(source);
            let values = vec![("migration", migration.to_string()), ("reason", reason)];
            let failure = Failure::new(FailureCode::WayBackFailed, values);
            match source.server() {
                Some(server) => failure.said(translate::said(server)),
                None => failure,
            }
        }
        UndoError::Query(error) => translate::query_failure(url, error),
    }
}
