//! What a way back would undo, and the backup that shows the time before; pure.
//!
//! Asked for again, the same way back undoes nothing more: a service whose last change was itself a way back has
//! nothing to undo, unless somebody names the migration that stays.

use std::collections::BTreeSet;

use jiff::Timestamp;
use radoub_schema::migration::{Applied, MigrationName};

use crate::backup::catalogue::Kept;
use crate::restore::Origin;

/// What is to be undone.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Span<'a> {
    /// The migrations, newest first.
    pub(super) undo: Vec<MigrationName>,
    /// The migration that is the last one afterwards, where naming it means the same.
    pub(super) stays: Option<MigrationName>,
    /// The newest verified backup that holds none of them.
    pub(super) backup: Option<&'a Kept>,
}

/// The migration that failed last, when nothing of it is committed and nothing was begun after it.
pub(super) fn failed_whole(rows: &[Applied]) -> Option<MigrationName> {
    let last = rows.iter().max_by_key(|row| row.started_at)?;
    let gone = !last.is_standing() && last.finished_at.is_none();
    (gone && last.applied_steps_count == 0).then(|| last.name.clone())
}

impl<'a> Span<'a> {
    /// Everything after `to`; `None` when that is not applied.
    pub(super) fn after(
        rows: &[Applied],
        backups: &[&'a Kept],
        to: &MigrationName,
    ) -> Option<Self> {
        let applied = applied(rows);
        let at = applied.iter().position(|name| name == to)?;
        let undo: Vec<MigrationName> = applied[at + 1..].iter().rev().cloned().collect();
        let backup = without(backups, &undo).filter(|_| !undo.is_empty());
        Some(Self { undo, stays: Some(to.clone()), backup })
    }

    /// Everything that was applied since the newest verified backup from before; where there is none, the last
    /// migration alone.
    pub(super) fn since_backup(
        rows: &[Applied],
        backups: &[&'a Kept],
        origin: Option<&Origin>,
    ) -> Self {
        let applied = applied(rows);
        let floor = floor(rows, backups, origin);
        let since = |kept: &Kept| -> Vec<MigrationName> {
            let names = held(kept);
            let new = applied.iter().filter(|name| !names.contains(name.as_str()));
            new.rev().cloned().collect()
        };
        // The newest one after which something was applied: a backup of now undoes nothing.
        let mut verified = backups.iter().rev().filter(|kept| {
            kept.is_verified() && floor.is_none_or(|floor| kept.manifest.snapshot_at >= floor)
        });
        let before = verified.find(|kept| !since(kept).is_empty()).copied();
        let undo = match (before, floor) {
            (Some(kept), _) => since(kept),
            (None, Some(_)) => Vec::new(),
            (None, None) => applied.last().cloned().into_iter().collect(),
        };
        let backup = before.or_else(|| without(backups, &undo)).filter(|_| !undo.is_empty());
        let (rest, last) = applied.split_at(applied.len() - undo.len());
        let is_end = last.iter().rev().eq(&undo);
        Self { undo, stays: rest.last().filter(|_| is_end).cloned(), backup }
    }
}

/// Applied and failed migrations, in the order in which they ran.
fn applied(rows: &[Applied]) -> Vec<MigrationName> {
    let mut names: Vec<MigrationName> = Vec::new();
    for row in rows.iter().filter(|row| row.is_standing()) {
        if !names.contains(&row.name) {
            names.push(row.name.clone());
        }
    }
    names
}

/// The migrations that a backup holds.
fn held(kept: &Kept) -> BTreeSet<&str> {
    let rows = kept.manifest.ledger.iter().flatten();
    rows.filter(|row| row.state != "rolled-back").map(|row| row.migration.as_str()).collect()
}

/// The newest verified backup without any of these migrations.
pub(super) fn without<'a>(backups: &[&'a Kept], names: &[MigrationName]) -> Option<&'a Kept> {
    let mut newest = backups.iter().rev().copied();
    newest.find(|kept| {
        let held = held(kept);
        kept.is_verified() && names.iter().all(|name| !held.contains(name.as_str()))
    })
}

/// The moment that the last change of a service went back to, when that change was a way back; what is older is not
/// undone by asking once more.
fn floor(rows: &[Applied], backups: &[&Kept], origin: Option<&Origin>) -> Option<Timestamp> {
    let restored = origin.map(|origin| {
        let kept = backups.iter().find(|kept| kept.manifest.id == origin.backup);
        kept.map_or(origin.at, |kept| kept.manifest.snapshot_at)
    });
    let last_begun = rows.iter().filter(|row| row.is_standing()).map(|row| row.started_at).max();
    let undone = |row: &&Applied| {
        row.finished_at.is_some()
            && row.rolled_back_at.is_some_and(|at| last_begun.is_none_or(|begun| at > begun))
            && !rows.iter().any(|other| other.name == row.name && other.is_standing())
    };
    let names: Vec<MigrationName> = rows.iter().filter(undone).map(|it| it.name.clone()).collect();
    let at = rows.iter().filter(undone).filter_map(|row| row.rolled_back_at).max();
    let taken_back = at.and_then(|at| match without(backups, &names) {
        Some(kept) => Some(kept.manifest.snapshot_at),
        None => Timestamp::try_from(at).ok(),
    });
    restored.max(taken_back)
}
