//! What the operator agreed to, and which hazards a task carries that nobody agreed to.

use std::collections::{BTreeMap, BTreeSet};

use radoub_schema::migration::{Checksum, MigrationName};
use radoub_schema::script::Script;

use super::{Choice, Task};
use crate::failure::Failure;
use crate::fleet::{Fleet, Service};
use crate::hazard::Hazard;
use crate::observe::Observed;
use crate::state;

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

    /// What counts for one service: what was agreed to, and what `radoub.toml` agrees to.
    pub(super) fn of_service(&self, fleet: &Fleet, service: &Service) -> Self {
        let mut consent = self.clone();
        consent.hazards.extend(fleet.allow.iter().chain(&service.allow));
        consent
    }
}

/// The task, unless one of its files carries a hazard that nobody agreed to.
pub(super) fn with_consent(one: &Observed, consent: &Consent, task: Task) -> Choice {
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
    for migration in task.migrations() {
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
