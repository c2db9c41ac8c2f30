//! What an `apply` will do, chosen before anything is done. Synchronous and pure.
//!
//! A plan holds, for each service, the deeds to be done or the reason why it is left alone.

mod bound;
mod consent;
mod deed;
mod experience;
pub mod forecast;
mod presence;
mod saved;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use radoub_prisma::migrations::order;
use radoub_schema::migration::MigrationName;
use radoub_schema::script::Script;

use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, ServiceName};
use crate::hazard::Hazard;
use crate::observe::Observed;
use crate::rebuild::Due;
use crate::start::StartStep;
use crate::state::{self, State};
use crate::translate;

pub use bound::{Bound, BoundFile, BoundRow, BoundServer, Moved, ServerFact};
pub use consent::{Consent, Manner};
pub use deed::{Deed, Stage, Task};
pub use experience::Experience;
pub use saved::{
    ChoiceWord, MovedService, PlanFileError, SavedDeed, SavedPlan, SavedRequest, SavedService,
};

use consent::with_consent;
use forecast::{Forecast, Sizes, forecast};
use presence::Presence;

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
    /// Its wave, from 0; waves without a service in the plan are not counted.
    pub wave: usize,
    /// The choice.
    pub choice: Choice,
    /// What its unapplied migrations will do, also where it is refused; empty where that is not asked
    /// for, because everything is agreed to.
    pub forecasts: Vec<Forecast>,
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

/// What somebody wants of a plan.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What is agreed to.
    pub consent: Consent,
    /// Migrations behind this one are left alone: a name, or its beginning, such as the time stamp.
    /// What the folder orders behind it waits, in services that have no such migration too.
    pub until: Option<String>,
    /// How many services may fail before nothing more is begun; kept with the plan for its run.
    pub max_failures: Option<usize>,
    /// How long scripts took before.
    pub experience: Experience,
    /// What is done around the migrations.
    pub around: Around,
}

/// What is done around the migrations of a service: before them a way back, behind them its restart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// No migration without a proven backup; a database without a table needs none.
    pub backup: bool,
    /// The services that run, and are to run on what was made.
    pub restart: BTreeSet<ServiceName>,
    /// Of these, the ones whose images are built anew before.
    pub rebuild: BTreeMap<ServiceName, Due>,
    /// Of these, the ones that change their tables by themselves when they start: by which command.
    pub self_changing: BTreeMap<ServiceName, StartStep>,
    /// Which services are looked at afterwards.
    pub verify: Verification,
}

/// Which services are looked at after their migrations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verification {
    /// None.
    #[default]
    Nobody,
    /// Those that are restarted; of the others the tables are asked.
    Restarted,
    /// All of them.
    Everybody,
}

impl Around {
    /// Why the service is better not restarted: its start would undo or change what was applied.
    fn refusal(&self, task: &Task, one: &Observed, consent: &Consent) -> Option<Failure> {
        let step = self.self_changing.get(&one.service)?;
        let restarts = task.stage(Stage::Restart).next().is_some();
        if !restarts || consent.hazards.contains(&Hazard::PushAtStart) {
            return None;
        }
        Some(start_refusal(&one.service, step, "apply"))
    }

    /// Adds to the task what is to be done around its migrations; `is_whole` says that none is held back, so that the
    /// database has to be as the schema says.
    fn add_to(&self, task: &mut Task, one: &Observed, is_whole: bool) {
        if task.migrations().next().is_none() {
            return;
        }
        let has_rows = one.ledger.as_ref().is_some_and(|rows| !rows.is_empty());
        let has_tables = one.database.as_ref().is_some_and(|it| !it.tables.is_empty());
        if self.backup && (has_rows || has_tables) && !task.creates_database() {
            task.add(Deed::BackUp);
        }
        let restarts = self.restart.contains(&one.service);
        if restarts {
            if let Some(due) = self.rebuild.get(&one.service) {
                task.add(Deed::Rebuild(due.clone()));
            }
            task.add(Deed::Restart);
        }
        match self.verify {
            Verification::Nobody => {}
            Verification::Restarted if !restarts && is_whole => task.add(Deed::Probe),
            Verification::Restarted if !restarts => {}
            Verification::Restarted | Verification::Everybody => task.add(Deed::Verify),
        }
    }
}

/// Why a service is better not restarted: it goes past its history by this step whenever it starts. `verb` is the
/// command that would restart it.
pub fn start_refusal(service: &ServiceName, step: &StartStep, verb: &str) -> Failure {
    let values = vec![
        ("service", service.to_string()),
        ("hazard", Hazard::PushAtStart.as_str().to_owned()),
        ("statement", step.command.clone()),
        ("place", step.place.to_string()),
        ("verb", verb.to_owned()),
    ];
    Failure::new(FailureCode::PushAtStart, values)
}

/// Chooses what to do for every service, from what was seen of it.
pub fn plan(fleet: &Fleet, observed: &[Observed], request: &Request) -> Plan {
    let seen: BTreeMap<&ServiceName, &Observed> =
        observed.iter().map(|one| (&one.service, one)).collect();
    let waves = waves(fleet);
    let entries = fleet
        .services
        .iter()
        .filter_map(|service| {
            let one = seen.get(&service.name)?;
            let consent = request.consent.of_service(fleet, service);
            let wave = waves.get(&service.name).copied().unwrap_or_default();
            let until = request.until.as_deref();
            let forecasts = forecasts(one, until, &request.experience);
            let mut choice = choose(one, &consent, until, &forecasts);
            if let Choice::Apply(task) = &mut choice {
                request.around.add_to(task, one, until.is_none());
                if let Some(failure) = request.around.refusal(task, one, &consent) {
                    choice = Choice::Refuse(failure);
                }
            }
            Some(Entry { service: service.name.clone(), wave, choice, forecasts })
        })
        .collect();
    Plan { entries }
}

/// The wave of each service that is in the fleet, from 0, without gaps.
fn waves(fleet: &Fleet) -> BTreeMap<&ServiceName, usize> {
    let here: BTreeSet<&ServiceName> = fleet.services.iter().map(|it| &it.name).collect();
    let waves = fleet.waves.iter().map(|wave| wave.iter().filter(|it| here.contains(it)));
    let filled = waves.map(Iterator::collect::<Vec<_>>).filter(|wave| !wave.is_empty());
    filled
        .enumerate()
        .flat_map(|(number, wave)| wave.into_iter().map(move |name| (name, number)))
        .collect()
}

/// What the unapplied migrations will do. Without a survey of a database that is there, nothing is
/// known of its tables, and nothing is said.
fn forecasts(one: &Observed, until: Option<&str>, experience: &Experience) -> Vec<Forecast> {
    let is_new = one.state == State::DatabaseMissing;
    if one.survey.is_none() && !is_new {
        return Vec::new();
    }
    let schema = one.database.as_ref().map_or("public", |database| database.schema.as_str());
    let sizes = Sizes { schema, surveyed: one.survey.as_ref() };
    let mut presence = Presence::of(schema, one.survey.as_ref());
    if one.history.as_ref().is_some_and(|history| !history.failed.is_empty()) {
        presence.lose_sight();
    }
    let wanted = one.unapplied().filter(|it| comes_by(&it.name, until));
    wanted.map(|migration| forecast(migration, &sizes, &mut presence, experience)).collect()
}

/// An extension that a script asks for and the server does not have.
fn lacking(one: &Observed, task: &Task) -> Option<Failure> {
    let surveyed = one.survey.as_ref()?;
    task.migrations().find_map(|migration| {
        let text = migration.script.as_ref()?.text();
        let asked = Script::parse(text).extensions(text);
        let extension = asked.into_iter().find(|it| !surveyed.extensions.contains(it))?;
        let values = vec![("migration", migration.name.to_string()), ("extension", extension)];
        Some(Failure::new(FailureCode::ExtensionUnavailable, values))
    })
}

fn choose(
    one: &Observed,
    consent: &Consent,
    until: Option<&str>,
    forecasts: &[Forecast],
) -> Choice {
    match one.state {
        State::NotApplicable => return Choice::NotApplicable,
        State::DatabaseMissing if consent.create_database => {
            let wanted = one.on_disk.migrations.iter().filter(|it| comes_by(&it.name, until));
            let mut task = Task::migrate(wanted.cloned());
            task.add(Deed::CreateDatabase);
            return with_consent(one, consent, task, forecasts);
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
    let pending = history.pending.iter().filter(|name| comes_by(name, until));
    let mut wanted: BTreeSet<&MigrationName> = pending.collect();
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
            return Choice::Apply(Task::new([Deed::MakeLedger]));
        }
        return Choice::Nothing;
    }
    let chosen = one.on_disk.migrations.iter().filter(|it| wanted.contains(&it.name)).cloned();
    let task = Task::migrate(chosen);
    if consent.manner == Manner::Fleet
        && let Some(failure) = lacking(one, &task)
    {
        return Choice::Refuse(failure);
    }
    with_consent(one, consent, task, forecasts)
}

fn not_empty(one: &Observed) -> Failure {
    let database = one.database.as_ref();
    let values = vec![
        ("database", database.map_or_else(String::new, |it| it.name.clone())),
        ("tables", database.map_or_else(String::new, |it| it.tables.join(", "))),
    ];
    Failure::new(FailureCode::NotEmpty, values)
}

/// Whether a migration is this one, or comes before it in the order of the folder.
fn comes_by(name: &MigrationName, until: Option<&str>) -> bool {
    until.is_none_or(|until| {
        name.as_str().starts_with(until) || order(name, &until.into()) == Ordering::Less
    })
}
