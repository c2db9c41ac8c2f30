//! What the operator agreed to, and which hazards a task carries that nobody agreed to.

use std::collections::{BTreeMap, BTreeSet};

use radoub_schema::migration::{Checksum, MigrationName};
use radoub_schema::script::Script;

use super::forecast::{Forecast, HazardForecast};
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

/// The task, unless it carries a hazard that nobody agreed to.
pub(super) fn with_consent(
    one: &Observed,
    consent: &Consent,
    task: Task,
    forecasts: &[Forecast],
) -> Choice {
    let is_open = |hazard: &Hazard| !consent.hazards.contains(hazard);
    if let Some((hazard, migration)) = hazards(one, &task).into_iter().find(|(it, _)| is_open(it)) {
        let values =
            vec![("migration", migration.to_string()), ("hazard", hazard.as_str().to_owned())];
        return Choice::Refuse(Failure::new(hazard.code(), values));
    }
    for forecast in forecasts {
        for found in &forecast.hazards {
            if let Some(hazard) = Hazard::named(&found.hazard).filter(is_open) {
                return Choice::Refuse(refusal(hazard, forecast, found));
            }
        }
    }
    Choice::Apply(task)
}

/// What is to be agreed to, with everything that a person decides by.
fn refusal(hazard: Hazard, forecast: &Forecast, found: &HazardForecast) -> Failure {
    let statement = forecast.statements.get(found.statement - 1);
    let table = found.table.as_ref();
    let unknown = || "?".to_owned();
    let values = vec![
        ("migration", forecast.migration.clone()),
        ("hazard", hazard.as_str().to_owned()),
        ("line", statement.map_or(0, |it| it.line).to_string()),
        ("statement", statement.map(|it| shortened(&it.sql)).unwrap_or_default()),
        ("table", table.map_or_else(unknown, |it| it.table.clone())),
        ("rows", table.and_then(|it| it.rows).map_or("unknown".to_owned(), |it| it.to_string())),
        ("size", table.map_or(0, |it| it.bytes).to_string()),
        ("seconds", (found.milliseconds.unwrap_or(0) / 1000).to_string()),
    ];
    Failure::new(hazard.code(), values)
}

/// The beginning of a statement, on one line.
fn shortened(sql: &str) -> String {
    const AT_MOST: usize = 100;
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= AT_MOST {
        return line;
    }
    line.chars().take(AT_MOST).chain(['…']).collect()
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
