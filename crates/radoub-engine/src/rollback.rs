//! The ways back from the last change of a service, least loss first, each with what it would lose.
//!
//! What is to be undone is what was applied since the last verified backup, or what a person names.
//! Nothing is done here but looking; [`down`] takes migrations back, [`crate::restore`] brings backups back.

pub mod down;
mod span;

use std::collections::BTreeSet;

use radoub_schema::hazard::{Risk, Verb, assess};
use radoub_schema::migration::MigrationName;
use radoub_schema::script::Script;

use crate::backup::catalogue::Kept;
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, Managed, Prisma, Service, ServiceName};
use crate::observe::{Look, Observed, look_at};
use crate::restore::{self, Prospect};
use crate::state::State;
use crate::translate;

use down::Descent;
use span::{Span, failed_whole};

/// The ways back of one service.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// The service.
    pub service: ServiceName,
    /// The migrations to be undone, the newest first.
    pub undo: Vec<MigrationName>,
    /// The migration that stays the last one; naming it asks for the same once more, however far a way back has come.
    pub stays: Option<MigrationName>,
    /// A migration that failed and of which nothing was committed: there is nothing to undo of it.
    pub uncommitted: Option<MigrationName>,
    /// By `down.sql`.
    pub down: Descent,
    /// With the code alone.
    pub code: Code,
    /// By a backup from before; `None` when there is none.
    pub restore: Option<Prospect>,
    /// By all backups of that backup's set, when there are others in it; with a migration that failed whole, of the
    /// newest backup without it. With nothing to undo: those of the set that this service was restored from, which
    /// their services were not.
    pub set: Vec<Kept>,
}

/// Whether the code from before would run on the schema as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// What stands against it, a line each: the migration and the act. Empty when nothing does.
    pub against: Vec<Against>,
    /// Services of the Compose file to be built and started anew.
    pub compose: Vec<String>,
}

/// What keeps old code from running on a new schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    /// The migration.
    pub migration: MigrationName,
    /// What it does.
    pub verb: Verb,
    /// To what.
    pub name: String,
    /// In which table; empty for what is its own.
    pub table: String,
    /// Why that matters.
    pub risk: Risk,
}

/// Looks for the ways back of a service; changes nothing.
///
/// `to` is the migration that stays the last one; without it everything goes that was applied since the newest
/// verified backup from before, and where there is none, the last migration alone. A service whose last change was
/// a way back has nothing to undo unless `to` says so.
///
/// # Errors
///
/// A [`Failure`]: the service cannot be looked at, or `to` is not applied.
pub async fn look(
    fleet: &Fleet,
    service: &Service,
    backups: &[Kept],
    to: Option<&MigrationName>,
    request: &restore::Request<'_>,
) -> Result<Ladder, Failure> {
    let managed = managed(service)?;
    let observed = look_at(service, &request.look).await;
    if matches!(observed.state, State::Unreachable | State::Invalid | State::NotApplicable) {
        return Err(observed.problem.unwrap_or_else(|| nothing(service)));
    }
    let rows = observed.ledger.as_deref().unwrap_or_default();
    let ours: Vec<&Kept> =
        backups.iter().filter(|kept| kept.manifest.is_of(service.name.as_str())).collect();
    let origin =
        if ours.is_empty() { None } else { restore::origin(managed, request.look).await? };
    // What failed last and whole is what a person means: nothing of it is there to be undone.
    let uncommitted = failed_whole(rows).filter(|_| to.is_none());
    let span = match (&uncommitted, to) {
        (Some(_), _) => Span::default(),
        (None, None) => Span::since_backup(rows, &ours, origin.as_ref()),
        (None, Some(to)) => Span::after(rows, &ours, to).ok_or_else(|| {
            let values = vec![("migration", to.to_string()), ("service", service.name.to_string())];
            Failure::new(FailureCode::NeverApplied, values)
        })?,
    };
    let Span { undo, stays, backup } = span;
    let scripts = scripts(&observed, &undo);
    let down = down::look(managed, &undo, request.look).await?;
    let code = Code { against: against(&scripts), compose: compose(service) };
    let restore = match backup {
        Some(kept) => Some(restore::consider(fleet, kept, request).await?),
        None => None,
    };
    let source =
        ours.iter().find(|kept| origin.as_ref().is_some_and(|it| it.backup == kept.manifest.id));
    let set = match (&restore, &uncommitted, source) {
        (Some(prospect), _, _) => set_of(fleet, backups, &prospect.kept),
        // There is nothing to undo here, and yet the others of its run may have to go back with it.
        (None, Some(failed), _) => span::without(&ours, std::slice::from_ref(failed))
            .map_or_else(Vec::new, |kept| set_of(fleet, backups, kept)),
        (None, None, Some(source)) if undo.is_empty() => {
            left_of(fleet, set_of(fleet, backups, source), request.look).await?
        }
        (None, None, _) => Vec::new(),
    };
    let service = service.name.clone();
    Ok(Ladder { service, undo, stays, uncommitted, down, code, restore, set })
}

/// Those of these migrations that still stand, with their ways back: what is left of one that was killed.
///
/// # Errors
///
/// A [`Failure`]: the service cannot be looked at.
pub async fn rest(
    service: &Service,
    planned: &[MigrationName],
    look: Look,
) -> Result<Descent, Failure> {
    let managed = managed(service)?;
    let observed = look_at(service, &look).await;
    let rows = match (&observed.ledger, observed.problem) {
        (Some(rows), _) => rows,
        (None, Some(problem)) => return Err(problem),
        (None, None) => return Err(nothing(service)),
    };
    let stands =
        |name: &&MigrationName| rows.iter().any(|it| it.name == **name && it.is_standing());
    let left: Vec<MigrationName> = planned.iter().filter(stands).cloned().collect();
    down::look(managed, &left, look).await
}

fn nothing(service: &Service) -> Failure {
    let values = vec![("service", service.name.to_string())];
    Failure::new(FailureCode::NothingToUndo, values)
}

/// The scripts of these migrations, oldest first, as they lie on disk.
fn scripts<'a>(
    observed: &'a Observed,
    undo: &[MigrationName],
) -> Vec<(&'a MigrationName, &'a str)> {
    let on_disk = observed.on_disk.migrations.iter().filter(|it| undo.contains(&it.name));
    on_disk.filter_map(|it| Some((&it.name, it.script.as_ref()?.text()))).collect()
}

/// What old code would stumble over. What a script does to tables that it makes itself is nothing to old code,
/// which does not know them.
fn against(scripts: &[(&MigrationName, &str)]) -> Vec<Against> {
    let mut made: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    for (migration, text) in scripts {
        let script = Script::parse(text);
        for assessment in assess(text, &script) {
            for act in assessment.acts {
                if act.action.verb == Verb::CreateTable {
                    made.insert(act.action.name.clone());
                }
                let concerns = |risk: &Risk| {
                    matches!(risk, Risk::BreaksCode | Risk::MayFail | Risk::Unforeseeable)
                };
                let unknown = (act.action.verb == Verb::Other).then_some(Risk::Unforeseeable);
                let risk = act.risks.iter().copied().find(concerns).or(unknown);
                if let Some(risk) = risk
                    && !made.contains(&act.action.table)
                {
                    found.push(Against {
                        migration: (*migration).clone(),
                        verb: act.action.verb,
                        name: act.action.name,
                        table: act.action.table,
                        risk,
                    });
                }
            }
        }
    }
    found
}

fn compose(service: &Service) -> Vec<String> {
    let first = service.compose_service.iter().cloned();
    first.chain(service.also.iter().cloned()).collect()
}

/// The verified backups of the same set in the order of the fleet, when there are others than this one.
fn set_of(fleet: &Fleet, backups: &[Kept], kept: &Kept) -> Vec<Kept> {
    let of = |service: &Service| {
        backups.iter().rev().find(|it| {
            let same = it.manifest.set == kept.manifest.set && it.is_verified();
            same && it.manifest.service == service.name.as_str()
        })
    };
    let set: Vec<Kept> = fleet.services.iter().filter_map(of).cloned().collect();
    if set.len() > 1 { set } else { Vec::new() }
}

/// Those of a set that their databases were not restored from: a set whose servers are several is not restored in one
/// moment, and what was killed in between has left some.
async fn left_of(fleet: &Fleet, set: Vec<Kept>, look: Look) -> Result<Vec<Kept>, Failure> {
    let mut left = Vec::new();
    for kept in set {
        let of = |service: &&Service| kept.manifest.is_of(service.name.as_str());
        let Some(service) = fleet.services.iter().find(of) else { continue };
        let origin = restore::origin(managed(service)?, look).await?;
        if origin.is_none_or(|it| it.backup != kept.manifest.id) {
            left.push(kept);
        }
    }
    Ok(left)
}

/// The service's side of Prisma, when it has one and its address is known.
pub(crate) fn managed(service: &Service) -> Result<&Managed, Failure> {
    match &service.prisma {
        Prisma::Managed(managed) => {
            managed.url.as_ref().map_err(translate::url_failure)?;
            Ok(managed)
        }
        Prisma::NotApplicable(_) => Err(nothing(service)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn found(scripts: &[&str]) -> Vec<String> {
        let name = MigrationName::new("m");
        let scripts: Vec<(&MigrationName, &str)> = scripts.iter().map(|it| (&name, *it)).collect();
        let found = against(&scripts);
        found
            .iter()
            .map(|it| format!("{} {} {}", it.verb.as_str(), it.name, it.risk.as_str()))
            .collect()
    }

    #[test]
    fn what_only_adds_keeps_old_code_running() {
        let adding = "CREATE TABLE new (id int PRIMARY KEY);\nCREATE UNIQUE INDEX u ON new (id);\n\
                      ALTER TABLE old ADD COLUMN role text;\nALTER TABLE old ADD COLUMN n int NOT NULL DEFAULT 0;\n\
                      CREATE INDEX i ON old (role);\nALTER TYPE mood ADD VALUE 'x';";
        assert_eq!(found(&[adding]), [""; 0]);
    }

    #[test]
    fn what_takes_away_or_demands_stands_against_it() {
        assert_eq!(
            found(&[
                "ALTER TABLE old DROP COLUMN a;",
                "ALTER TABLE old RENAME COLUMN b TO c;",
                "CREATE UNIQUE INDEX u ON old (d);",
                "ALTER TABLE old ALTER COLUMN e SET NOT NULL;",
                "DO $$ BEGIN END $$;",
            ]),
            [
                "drop-column a break-code",
                "rename-column b break-code",
                "create-unique-index u may-fail",
                "set-not-null e may-fail",
                "run-code  unforeseeable",
            ]
        );
    }
}
