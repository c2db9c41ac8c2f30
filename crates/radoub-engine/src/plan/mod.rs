//! What an `apply` will do, chosen before anything is done. Synchronous and pure.
//!
//! A plan holds, for each service, the deeds to be done or the reason why it is left alone.

mod consent;
mod deed;

use std::collections::{BTreeMap, BTreeSet};

use radoub_schema::migration::MigrationName;

use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, ServiceName};
use crate::observe::Observed;
use crate::state::{self, State};
use crate::translate;

pub use consent::{Consent, Manner};
pub use deed::{Deed, Stage, Task};

use consent::with_consent;

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
            let mut task = Task::migrate(one.on_disk.migrations.iter().cloned());
            task.add(Deed::CreateDatabase);
            return with_consent(one, consent, task);
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
        return Choice::Nothing;
    }
    let chosen = one.on_disk.migrations.iter().filter(|it| wanted.contains(&it.name)).cloned();
    with_consent(one, consent, Task::migrate(chosen))
}

fn not_empty(one: &Observed) -> Failure {
    let database = one.database.as_ref();
    let values = vec![
        ("database", database.map_or_else(String::new, |it| it.name.clone())),
        ("tables", database.map_or_else(String::new, |it| it.tables.join(", "))),
    ];
    Failure::new(FailureCode::NotEmpty, values)
}
