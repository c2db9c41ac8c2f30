//! The proof of a repair: its history runs on an empty database and ends where it should, before
//! anything is written.

use std::path::Path;
use std::time::Duration;

use radoub_postgres::introspect::Introspected;
use radoub_schema::carry;
use radoub_schema::migration::{Migration, MigrationName, MigrationScript};
use radoub_schema::outline::outline;
use radoub_schema::step::Step;

use super::{Remark, RepairPlan};
use crate::drift::{Drift, Side, pairs, sides};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Managed;
use crate::migration_folder::WAY_BACK;
use crate::scratch::{Chosen, Replay, ReplayStop, Workshop};

/// What was tried, and where.
#[derive(Debug, Clone)]
pub struct Proof {
    /// How many migrations ran.
    pub migrations: usize,
    /// How many ways back were gone.
    pub ways_back: usize,
    /// Where.
    pub chosen: Chosen,
    /// How long it took.
    pub took: Duration,
}

/// Tries the history of a repair on an empty database: it has to run, to come through every state
/// that it promises, and to end at schema.prisma where that is promised. A way back that does not
/// lead back is taken out of the plan, and remarked. All of it is one pass over one database.
///
/// # Errors
///
/// What it does instead; nothing was written anywhere.
pub async fn prove(
    workshop: &Workshop,
    managed: &Managed,
    drift: &Drift,
    plan: &mut RepairPlan,
) -> Result<Proof, Failure> {
    let history = plan.history(&drift.observed.on_disk);
    let total = history.len();
    let ways = ways_back(plan);
    // A way back leads from where its migration ends to where it began.
    let mut after: Vec<usize> =
        plan.goal.checkpoints.iter().map(|it| total - it.before_the_end).collect();
    after.extend((0..=ways.len()).flat_map(|gone| [total - gone, total + gone]));
    let mut migrations = history;
    migrations.extend(ways.iter().map(|(_, back)| back.clone()));
    let scope = drift.scope(managed, true);
    let replay = Replay { managed, migrations: &migrations, after, scope };
    let (states, chosen, took) = match workshop.replay(&replay, &mut |_| {}).await {
        Ok(replayed) => (replayed.states, replayed.chosen, replayed.took),
        // That a way back cannot be gone is no fault of the history.
        Err(stop) => match *stop {
            ReplayStop { ran, states, chosen: Some(chosen), .. } if ran >= total => {
                (states, chosen, Duration::ZERO)
            }
            stop => return Err(stops(&stop, managed, plan)),
        },
    };
    let state = |after: usize| -> Option<&Introspected> {
        states.iter().find(|(at, _)| *at == after).map(|(_, state)| state.as_ref())
    };
    let terms = drift.terms();
    for checkpoint in &plan.goal.checkpoints {
        let Some(found) = state(total - checkpoint.before_the_end) else { continue };
        let left = pairs::between(&found.schema, &checkpoint.schema, &terms);
        differs(drift, &left)?;
        let lost = carry::lost(&checkpoint.unmanaged, &found.unmanaged);
        if !lost.objects.is_empty() {
            plan.remarks.push(Remark::NotReproduced(lost.objects));
        }
    }
    if plan.goal.ends_at_schema
        && let (Some(wanted), Some(end)) = (drift.side(Side::Schema), state(total))
    {
        let realised = drift.realised.as_ref().map(|it| &it.schema);
        let end = pairs::with_wanted(&end.schema, wanted, realised, &terms);
        differs(drift, &end.steps)?;
    }
    if let (Some(followed), Some(end)) = (&plan.schema, state(total)) {
        let wanted = &followed.wanted;
        let scope = drift.scope(managed, false);
        let realised = sides::realise(workshop, managed, Some(wanted), &scope).await;
        let realised = realised.as_ref().map(|it| &it.schema);
        let terms = sides::sound(wanted);
        let pair = pairs::with_wanted(&end.schema, &wanted.schema, realised, &terms);
        differs(drift, &pair.steps)?;
    }
    let leads_back = |gone: usize| match (state(total - gone), state(total + gone)) {
        (Some(start), Some(end)) => {
            pairs::between(&end.schema, &start.schema, &terms).is_empty()
                && pairs::between(&start.schema, &end.schema, &terms).is_empty()
        }
        _ => false,
    };
    let gone = (1..=ways.len()).take_while(|gone| leads_back(*gone)).count();
    for (at, _) in &ways[gone..] {
        plan.drafts[*at].way_back = None;
        plan.remarks.push(Remark::NoWayBack(plan.drafts[*at].name.clone()));
    }
    Ok(Proof { migrations: total, ways_back: gone, chosen, took })
}

/// The ways back from the end of the history, last migration first, each with the place of its
/// draft.
fn ways_back(plan: &RepairPlan) -> Vec<(usize, Migration)> {
    let drafts = plan.drafts.iter().enumerate().rev();
    let back = drafts.map_while(|(at, draft)| {
        let script = &draft.way_back.as_ref()?.script;
        let name = MigrationName::new(format!("{}/{WAY_BACK}", draft.name));
        let script = Some(MigrationScript::from_bytes(script.as_bytes()));
        Some((at, Migration { name, script }))
    });
    back.collect()
}

/// What a proof ends with when the history makes something else.
fn differs(drift: &Drift, left: &[Step]) -> Result<(), Failure> {
    if left.is_empty() {
        return Ok(());
    }
    let objects = outline(left, &drift.terms().default_namespace);
    let names: Vec<String> = objects
        .iter()
        .take(5)
        .map(|it| format!("{} {}", it.kind.as_str(), it.name.name.as_str()))
        .collect();
    let values = vec![("count", objects.len().to_string()), ("objects", names.join(", "))];
    Err(Failure::new(FailureCode::ProofDiffers, values))
}

/// What a proof ends with when the history stops.
fn stops(stop: &ReplayStop, managed: &Managed, plan: &RepairPlan) -> Failure {
    let of_ours =
        stop.migration.as_ref().filter(|name| plan.drafts.iter().any(|it| it.name == **name));
    if of_ours.is_none() || stop.failure.code != FailureCode::ReplayFailed {
        return stop.failure.clone();
    }
    // The file that the failure names is not there yet.
    let values = stop.failure.values.iter().filter(|(name, _)| *name != "file").cloned();
    let mut values: Vec<(&'static str, String)> = values.collect();
    let folder: &Path = &managed.migrations;
    values.push(("folder", folder.display().to_string()));
    Failure { code: FailureCode::ProofStops, values, ..stop.failure.clone() }
}
