//! Carries a proven repair out: files, then the ledger, and neither without the other.
//!
//! Under Prisma's lock, in this order: look again whether anything has moved, write the correction of
//! the ledger into an open transaction, put the old history aside and the new one into its place,
//! commit. Whatever fails before the commit is taken back. A process that is killed between the
//! files and the commit leaves a folder that the next `adopt` records.

use std::fs;
use std::io;
use std::path::PathBuf;

use radoub_postgres::correct::{CorrectError, Correcting, Correction};
use radoub_postgres::introspect::IntrospectError;
use radoub_postgres::lock::LockedDatabase;
use radoub_schema::migration::Migration;

use super::archive::{Archive, ArchiveError};
use super::proof::Proof;
use super::{Drafted, RepairPlan};
use crate::drift::{Drift, pairs};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Managed;
use crate::migration_folder::{self, Draft, WriteError};
use crate::resolve::{self, ResolveSettings};
use crate::schema::replace;
use crate::translate;

/// A repair whose history was tried: the only thing that [`act`] takes.
#[derive(Debug, Clone)]
pub struct Proven {
    plan: RepairPlan,
    proof: Option<Proof>,
}

impl Proven {
    /// What was decided.
    pub fn plan(&self) -> &RepairPlan {
        &self.plan
    }

    /// How it was tried; `None` when there is nothing to do and so nothing to try.
    pub fn proof(&self) -> Option<&Proof> {
        self.proof.as_ref()
    }
}

/// Tries a plan, and makes it one that can be carried out.
///
/// # Errors
///
/// As [`super::proof::prove`].
pub async fn proven(
    workshop: &crate::scratch::Workshop,
    managed: &Managed,
    drift: &Drift,
    mut plan: RepairPlan,
) -> Result<Proven, Failure> {
    let proof = match plan.is_nothing() {
        true => None,
        false => Some(super::proof::prove(workshop, managed, drift, &mut plan).await?),
    };
    Ok(Proven { plan, proof })
}

/// Carries a repair out.
///
/// # Errors
///
/// A [`Failure`] ready to be told; then files and ledger are as they were.
pub async fn act(
    managed: &Managed,
    drift: &Drift,
    proven: &Proven,
    settings: &ResolveSettings,
) -> Result<(), Failure> {
    let mut locked = resolve::lock(managed, settings).await?;
    let acted = under_lock(managed, drift, &proven.plan, &mut locked).await;
    // What counts is committed by now; a lock goes with its connection.
    let _ = locked.release().await;
    acted
}

async fn under_lock(
    managed: &Managed,
    drift: &Drift,
    plan: &RepairPlan,
    locked: &mut LockedDatabase,
) -> Result<(), Failure> {
    let url = locked.url().clone();
    let moved = || {
        let values = vec![("service", drift.observed.service.to_string())];
        Failure::new(FailureCode::MovedSince, values)
    };
    let now = locked.introspect(&drift.scope(managed, false)).await;
    let now = now.map_err(|error| {
        let IntrospectError::Query(error) = error;
        translate::query_failure(&url, &error)
    })?;
    let same = drift.live.as_ref().is_some_and(|live| {
        pairs::between(&now.schema, &live.schema, &drift.terms()).is_empty()
            && pairs::between(&live.schema, &now.schema, &drift.terms()).is_empty()
    });
    let on_disk = crate::source::read_migrations(&managed.migrations);
    let on_disk = on_disk.map_err(|error| translate::source_failure(&error))?;
    let schema_moved = plan.schema.as_ref().is_some_and(|it| it.pulled.has_moved(managed));
    if !same || schema_moved || on_disk.migrations != drift.observed.on_disk.migrations {
        return Err(moved());
    }
    let correction = Correction { applied: applied(drift, plan), ..plan.correction.clone() };
    let seen = drift.observed.ledger.as_deref();
    let correcting = locked.correct(&correction, seen, &mut |_| {}).await;
    let correcting = correcting.map_err(|error| match error {
        CorrectError::Moved => moved(),
        CorrectError::ScriptMissing(name) => {
            Failure::new(FailureCode::ScriptMissing, vec![("migration", name.to_string())])
        }
        CorrectError::Ready(error) => translate::ready_failure(&url, &error),
        CorrectError::Query(error) => translate::query_failure(&url, &error),
    })?;
    match place(managed, drift, plan) {
        Ok(placed) => commit(correcting, placed, &url).await,
        Err(failure) => {
            // The first failure is the one that matters; without a commit nothing was corrected.
            let _ = correcting.abandon().await;
            Err(failure)
        }
    }
}

async fn commit(
    correcting: Correcting<'_>,
    placed: Placed,
    url: &radoub_postgres::url::DatabaseUrl,
) -> Result<(), Failure> {
    match correcting.commit().await {
        Ok(()) => {
            placed.keep();
            Ok(())
        }
        // Whether it lasts is not known: the files stay, since `adopt` records what a ledger lacks,
        // and cannot write what a folder lacks.
        Err(error) if error.is_lost() => {
            placed.keep();
            Err(translate::query_failure(url, &error))
        }
        Err(error) => Err(translate::query_failure(url, &error)),
    }
}

/// Every migration that is recorded: those of the folder, then those that are written.
fn applied(drift: &Drift, plan: &RepairPlan) -> Vec<Migration> {
    let on_disk = drift.observed.on_disk.migrations.iter();
    let recorded = on_disk.filter(|it| plan.recorded.contains(&it.name)).cloned();
    // A row that only gets another checksum is there already.
    let written = plan.drafts.iter().filter(|it| it.applied && !plan.restamped.contains(&it.name));
    recorded.chain(written.map(Drafted::migration)).collect()
}

/// Files in their new places; they go back unless they are kept.
struct Placed {
    archive: Archive,
    written: Vec<PathBuf>,
    /// Files of the schema with the text that they had; none where there was no file.
    replaced: Vec<(PathBuf, Option<String>)>,
    is_kept: bool,
}

impl Placed {
    fn keep(mut self) {
        self.is_kept = true;
        // Moved out, so that the rest of this value can go.
        let archive = std::mem::replace(&mut self.archive, Archive::nothing());
        archive.keep();
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        for folder in self.written.drain(..) {
            // What cannot be removed is a migration that nobody has recorded, and shows as pending.
            let _ = fs::remove_dir_all(folder);
        }
        for (path, text) in self.replaced.drain(..).rev() {
            // What cannot be put back describes the database all the same.
            let _ = match text {
                Some(text) => replace(&path, &text),
                None => fs::remove_file(&path),
            };
        }
    }
}

/// Puts the old history aside and the new one into its place.
fn place(managed: &Managed, drift: &Drift, plan: &RepairPlan) -> Result<Placed, Failure> {
    let archive = Archive::new(&managed.migrations, &plan.archive);
    let mut placed = Placed { archive, written: Vec::new(), replaced: Vec::new(), is_kept: false };
    let unwritable = |error: &ArchiveError| {
        let values =
            vec![("path", error.path.display().to_string()), ("reason", error.source.to_string())];
        Failure::new(FailureCode::Unwritable, values)
    };
    let loses = !plan.correction.removed.is_empty() || !plan.correction.checksums.is_empty();
    if loses {
        let rows = drift.observed.ledger.as_deref().unwrap_or_default();
        placed.archive.keep_rows(rows).map_err(|error| unwritable(&error))?;
    }
    for name in &plan.aside {
        placed.archive.take(name).map_err(|error| unwritable(&error))?;
    }
    if plan.lock_file {
        let made = migration_folder::lock_file(&managed.migrations, managed.major());
        made.map_err(|error| write_failure(&error))?;
    }
    for draft in &plan.drafts {
        let way_back = draft.way_back.as_ref().map(|it| it.script.as_str());
        let text = Draft { name: &draft.name, script: &draft.script, way_back };
        let written = migration_folder::write(&managed.migrations, &text, managed.major());
        placed.written.push(written.map_err(|error| write_failure(&error))?);
    }
    for (path, text) in plan.schema.iter().flat_map(|it| it.pulled.changes()) {
        let unwritable = |error: &io::Error| {
            let values = vec![("path", path.display().to_string()), ("reason", error.to_string())];
            Failure::new(FailureCode::Unwritable, values)
        };
        let before = match fs::read_to_string(&path) {
            Ok(before) => Some(before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(unwritable(&error)),
        };
        let done = match text {
            Some(text) => replace(&path, text),
            None => fs::remove_file(&path),
        };
        done.map_err(|error| unwritable(&error))?;
        placed.replaced.push((path, before));
    }
    Ok(placed)
}

/// Why a migration was not written.
pub(crate) fn write_failure(error: &WriteError) -> Failure {
    let (path, reason) = match error {
        WriteError::Exists { folder } => (folder.display().to_string(), error.to_string()),
        WriteError::NoName { name } => (name.clone(), error.to_string()),
        WriteError::Unwritable { path, source } => (path.display().to_string(), source.to_string()),
    };
    Failure::new(FailureCode::Unwritable, vec![("path", path), ("reason", reason)])
}
