//! What an `apply` will do, chosen before anything is done. Synchronous and pure.
//!
//! Backups, restarts, waves and checks take their place here in a later release; today a plan is
//! the migrations of each service, or the reason why a service is left alone.

use std::collections::{BTreeMap, BTreeSet};

use radoub_schema::migration::{Checksum, Migration, MigrationName};
use radoub_schema::script::Script;

use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, ServiceName};
use crate::observe::Observed;
use crate::state::{self, State};
use crate::translate;

/// What a run will do, in the order of the fleet.
#[derive(Debug, Clone)]
pub struct Plan {
    /// One entry per service.
    pub entries: Vec<Entry>,
}

/// What a run will do for one service.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The service.
    pub service: ServiceName,
    /// The choice.
    pub choice: Choice,
}

/// The choice for one service.
#[derive(Debug, Clone)]
pub enum Choice {
    /// Apply these.
    Apply(Task),
    /// There is nothing to do.
    Nothing,
    /// Something must be settled first.
    Refuse(Failure),
    /// It has nothing to do with Prisma Migrate.
    NotApplicable,
}

/// The work on one database.
#[derive(Debug, Clone)]
pub struct Task {
    /// What to apply, in order; the first may be one that an earlier run left half done. None at
    /// all: the ledger alone is made ready.
    pub migrations: Vec<Migration>,
    /// The database is to be created first.
    pub create_database: bool,
}

/// Something about the files that an operator must agree to by name, because it is more often a
/// mistake than meant. The drop-in `radoub prisma migrate deploy` does not ask, as Prisma does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hazard {
    /// An applied migration was edited.
    Edited,
    /// The ledger has migrations that the folder lacks.
    Missing,
    /// A pending migration repeats the script of another.
    Duplicated,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A byte order mark.
    ByteOrderMark,
    /// No statement in a file of no bytes.
    EmptyFile,
    /// A quote or comment that never closes.
    Unterminated,
}

impl Hazard {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Edited,
        Self::Missing,
        Self::Duplicated,
        Self::NotUtf8,
        Self::ByteOrderMark,
        Self::EmptyFile,
        Self::Unterminated,
    ];

    /// The name to agree to, `--allow NAME`.
    pub fn as_str(self) -> &'static str {
        self.code().as_str()
    }

    fn code(self) -> FailureCode {
        match self {
            Self::Edited => FailureCode::Edited,
            Self::Missing => FailureCode::Missing,
            Self::Duplicated => FailureCode::Duplicated,
            Self::NotUtf8 => FailureCode::NotUtf8,
            Self::ByteOrderMark => FailureCode::ByteOrderMark,
            Self::EmptyFile => FailureCode::EmptyFile,
            Self::Unterminated => FailureCode::Unterminated,
        }
    }
}

/// What the operator agreed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// Hazards named.
    pub hazards: BTreeSet<Hazard>,
    /// Missing databases may be created.
    pub create_database: bool,
    /// Whose manner counts where the two differ.
    pub manner: Manner,
}

/// Whose manner a run has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Manner {
    /// A service without migrations has nothing to apply, whatever its database holds; `check` says
    /// what is wrong with it.
    #[default]
    Fleet,
    /// Prisma refuses a database with tables and no ledger also when there is nothing to apply
    /// (P3005; measured with 6.19).
    Prisma,
}

impl Consent {
    /// Agrees to everything that Prisma's own `deploy` does not ask about.
    pub fn as_prisma() -> Self {
        Self {
            hazards: Hazard::ALL.into_iter().collect(),
            create_database: true,
            manner: Manner::Prisma,
        }
    }
}

/// A plan that may be run: the only thing that [`crate::run::run`] takes.
#[derive(Debug, Clone)]
pub struct ApprovedPlan(Plan);

impl ApprovedPlan {
    /// The plan that was approved.
    pub fn plan(&self) -> &Plan {
        &self.0
    }
}

/// Approves a plan.
pub fn approve(plan: Plan) -> ApprovedPlan {
    ApprovedPlan(plan)
}

/// Chooses what to do for every service, from what was seen of it.
pub fn plan(fleet: &Fleet, observed: &[Observed], consent: &Consent) -> Plan {
    let seen: BTreeMap<&ServiceName, &Observed> =
        observed.iter().map(|one| (&one.service, one)).collect();
    let entries = fleet
        .services
        .iter()
        .filter_map(|service| {
            let one = seen.get(&service.name)?;
            Some(Entry { service: service.name.clone(), choice: choose(one, consent) })
        })
        .collect();
    Plan { entries }
}

fn choose(one: &Observed, consent: &Consent) -> Choice {
    match one.state {
        State::NotApplicable => return Choice::NotApplicable,
        State::DatabaseMissing if consent.create_database => {
            let migrations = one.on_disk.migrations.clone();
            return with_consent(one, consent, Task { migrations, create_database: true });
        }
        State::DatabaseMissing | State::Unreachable | State::Invalid => {
            let unknown = || Failure::new(FailureCode::Server, vec![("reason", String::new())]);
            return Choice::Refuse(one.problem.clone().unwrap_or_else(unknown));
        }
        State::NotManaged
            if consent.manner == Manner::Fleet && one.on_disk.migrations.is_empty() =>
        {
            return Choice::Nothing;
        }
        State::NotManaged => return Choice::Refuse(not_empty(one)),
        _ => {}
    }
    let Some(history) = &one.history else { return Choice::Nothing };
    let mut wanted: BTreeSet<&MigrationName> = history.pending.iter().collect();
    if !history.failed.is_empty() {
        let resumes = matches!(one.remedy, Some(state::Remedy::Apply | state::Remedy::Wait));
        if !resumes {
            return Choice::Refuse(translate::failed_rows(&history.failed));
        }
        wanted.extend(history.failed.iter().map(|row| &row.name));
    }
    if wanted.is_empty() {
        // Prisma's first `deploy` makes the ledger, whether there is something to apply or not.
        if consent.manner == Manner::Prisma && !history.has_ledger {
            return Choice::Apply(Task { migrations: Vec::new(), create_database: false });
        }
        return Choice::Nothing;
    }
    let chosen = one.on_disk.migrations.iter().filter(|it| wanted.contains(&it.name)).cloned();
    with_consent(one, consent, Task { migrations: chosen.collect(), create_database: false })
}

fn not_empty(one: &Observed) -> Failure {
    let database = one.database.as_ref();
    let values = vec![
        ("database", database.map_or_else(String::new, |it| it.name.clone())),
        ("tables", database.map_or_else(String::new, |it| it.tables.join(", "))),
    ];
    Failure::new(FailureCode::NotEmpty, values)
}

/// The task, unless one of its files carries a hazard that nobody agreed to.
fn with_consent(one: &Observed, consent: &Consent, task: Task) -> Choice {
    match hazards(one, &task).into_iter().find(|(hazard, _)| !consent.hazards.contains(hazard)) {
        Some((hazard, migration)) => {
            let values =
                vec![("migration", migration.to_string()), ("hazard", hazard.as_str().to_owned())];
            Choice::Refuse(Failure::new(hazard.code(), values))
        }
        None => Choice::Apply(task),
    }
}

/// Every hazard of a task, with the migration that carries it.
fn hazards(one: &Observed, task: &Task) -> Vec<(Hazard, MigrationName)> {
    let mut found = Vec::new();
    if let Some(history) = &one.history {
        found.extend(state::edited(history).map(|name| (Hazard::Edited, name.clone())));
        found.extend(history.missing.iter().map(|name| (Hazard::Missing, name.clone())));
    }
    let mut scripts: BTreeMap<Checksum, usize> = BTreeMap::new();
    for migration in &one.on_disk.migrations {
        if let Some(script) = &migration.script {
            *scripts.entry(script.checksum()).or_default() += 1;
        }
    }
    for migration in &task.migrations {
        let Some(script) = &migration.script else { continue };
        let cut = Script::parse(script.text());
        let twice = scripts.get(&script.checksum()).is_some_and(|count| *count > 1);
        let holds = [
            (Hazard::NotUtf8, !script.was_valid_utf8()),
            (Hazard::ByteOrderMark, script.has_byte_order_mark()),
            (Hazard::EmptyFile, script.text().trim().is_empty()),
            (Hazard::Unterminated, cut.unterminated.is_some()),
            // Two scripts of comments only, as Prisma writes for no change, harm nobody.
            (Hazard::Duplicated, twice && !cut.statements.is_empty()),
        ];
        let holds = holds.into_iter().filter(|(_, it)| *it);
        found.extend(holds.map(|(hazard, _)| (hazard, migration.name.clone())));
    }
    found
}
