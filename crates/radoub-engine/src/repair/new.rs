//! `new`: schema.prisma was edited; the migration that follows it is written, tried, and applied to
//! the development database.
//!
//! What `migrate dev` does, with the drift explained and nothing reset unless the database is named.

use std::time::SystemTime;

use radoub_postgres::correct::Correction;
use radoub_postgres::database::Database;
use radoub_schema::down::down;
use radoub_schema::migration::MigrationName;
use radoub_schema::model::unmanaged::Unmanaged;
use radoub_schema::warning::warnings;

use super::act::write_failure;
use super::{Drafted, Goal, RepairPlan, Verb, archive, name_after, ready, script};
use crate::develop::{self, Losses};
use crate::drift::route::bare;
use crate::drift::{Cause, Drift, Side, Trial, pairs};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Managed;
use crate::migration_folder::{self, Draft};
use crate::observe::{Look, connect_settings};
use crate::resolve::{self, ResolveSettings};
use crate::translate;

/// What is wanted besides the migration itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// What to call it.
    pub name: String,
    /// Write it and apply nothing; a migration without a change is then written too.
    pub create_only: bool,
    /// The database that is emptied first, named by whoever asks for it.
    pub reset: Option<String>,
}

/// What will be done.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// The migration, if one is needed, and what it is to end at.
    pub plan: RepairPlan,
    /// Migrations of the folder that are applied before it.
    pub pending: Vec<MigrationName>,
    /// Whether the database is emptied first, and all migrations are applied anew.
    pub reset: bool,
    /// Whether anything is applied.
    pub applies: bool,
}

impl NewPlan {
    /// Whether there is nothing to do.
    pub fn is_nothing(&self) -> bool {
        self.plan.drafts.is_empty() && !self.reset && (self.pending.is_empty() || !self.applies)
    }
}

/// Decides what follows an edited schema.prisma.
///
/// # Errors
///
/// Why nothing can: the database is not where the history leaves it, or the history does not run.
pub fn plan(
    managed: &Managed,
    drift: &Drift,
    wish: &Wish,
    now: SystemTime,
) -> Result<NewPlan, Failure> {
    ready(drift)?;
    let other_remedy = || Failure::new(FailureCode::OtherRemedy, vec![("verb", "new".to_owned())]);
    let reset = match (&wish.reset, &drift.observed.database) {
        (Some(named), Some(database)) if *named == database.name => true,
        (Some(named), database) => {
            let database = database.as_ref().map_or_else(String::new, |it| it.name.clone());
            let values = vec![("named", named.clone()), ("database", database)];
            return Err(Failure::new(FailureCode::OtherDatabase, values));
        }
        (None, _) => false,
    };
    let clean = matches!(
        drift.cause,
        Cause::InOrder | Cause::Forgotten | Cause::Pending | Cause::PendingAndForgotten
    );
    let runs = matches!(drift.trial, Trial::Nothing | Trial::Ends(_));
    if !(clean || (reset && runs)) {
        return Err(other_remedy());
    }
    let steps = drift.route(Side::History, Side::Schema).ok_or_else(other_remedy)?;
    let migrations = &drift.observed.on_disk.migrations;
    let mut drafts = Vec::new();
    if !steps.is_empty() || wish.create_only {
        let start = match &drift.trial {
            Trial::Ends(ended) => ended.end.schema.clone(),
            _ => pairs::nothing(&drift.live.as_ref().ok_or_else(other_remedy)?.schema.namespaces),
        };
        let wanted = drift.side(Side::Schema).ok_or_else(other_remedy)?;
        let terms = drift.terms();
        let start = bare(&start, &terms.default_namespace);
        let end = drift.realised.as_ref().map_or(wanted, |it| &it.schema);
        let text = match steps.is_empty() {
            // As Prisma writes it, without a line end (Prisma facts 2.3).
            true => "-- This is an empty migration.".to_owned(),
            false => script(drift, &steps, &Unmanaged::default()),
        };
        drafts.push(Drafted {
            name: name_after(&wish.name, now, migrations.last().map(|it| &it.name))?,
            script: text,
            way_back: (!steps.is_empty()).then(|| down(&start, end, &terms)),
            applied: false,
            losses: warnings(&steps),
        });
    }
    let pending = match &drift.observed.history {
        _ if reset => migrations.iter().map(|it| it.name.clone()).collect(),
        Some(history) => history.pending.clone(),
        None => Vec::new(),
    };
    Ok(NewPlan {
        plan: RepairPlan {
            verb: Verb::New,
            drafts,
            aside: Vec::new(),
            archive: archive::folder(&managed.migrations, now),
            recorded: Vec::new(),
            removed: Vec::new(),
            retired: Vec::new(),
            restamped: Vec::new(),
            lock_file: false,
            schema: None,
            remarks: Vec::new(),
            correction: Correction::default(),
            goal: Goal { checkpoints: Vec::new(), ends_at_schema: true },
        },
        pending,
        reset,
        applies: !wish.create_only,
    })
}

/// What the migration would cost the rows that are there, counted; `None` when it cannot be said yet,
/// because others are applied first or the database is emptied.
///
/// # Errors
///
/// Why the rows could not be counted.
pub async fn losses(
    managed: &Managed,
    drift: &Drift,
    plan: &NewPlan,
    look: &Look,
) -> Result<Option<Losses>, Failure> {
    let steps = drift.route(Side::Live, Side::Schema).unwrap_or_default();
    if !plan.applies || plan.reset || !plan.pending.is_empty() || steps.is_empty() {
        return Ok(None);
    }
    let url = managed.url.as_ref().map_err(translate::url_failure)?;
    let connect = connect_settings(managed, look.timeout);
    let database = Database::connect(url, &connect).await;
    let mut database = database.map_err(|error| translate::connect_failure(&error))?;
    let losses = develop::losses(&mut database, &steps).await;
    database.close().await;
    losses.map(Some)
}

/// Writes the migration of a plan whose history was proven.
///
/// # Errors
///
/// Why it was not; nothing of it is left then.
pub fn write(managed: &Managed, plan: &RepairPlan) -> Result<(), Failure> {
    for draft in &plan.drafts {
        let way_back = draft.way_back.as_ref().map(|it| it.script.as_str());
        let text = Draft { name: &draft.name, script: &draft.script, way_back };
        let written = migration_folder::write(&managed.migrations, &text, managed.major());
        written.map_err(|error| write_failure(&error))?;
    }
    Ok(())
}

/// Empties the development database, under Prisma's lock.
///
/// # Errors
///
/// A [`Failure`] ready to be told.
pub async fn reset(
    managed: &Managed,
    drift: &Drift,
    settings: &ResolveSettings,
) -> Result<(), Failure> {
    let url = managed.url.as_ref().map_err(translate::url_failure)?;
    let mut locked = resolve::lock(managed, settings).await?;
    let emptied = locked.reset(&drift.scope(managed, false).namespaces).await;
    let _ = locked.release().await;
    emptied.map(drop).map_err(|error| translate::reset_failure(url, &error))
}
