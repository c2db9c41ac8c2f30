//! The proof of a repair: its history runs on an empty database and ends where it should, before
//! anything is written.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use radoub_postgres::introspect::Introspected;
use radoub_schema::carry;
use radoub_schema::migration::{Migration, MigrationName, MigrationScript};
use radoub_schema::outline::outline;
use radoub_schema::step::Step;

use super::{Remark, RepairPlan};
use crate::drift::{Drift, Side, pairs};
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
/// lead back is taken out of the plan, and remarked.
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
    let scope = drift.scope(managed, true);
    let total = history.len();
    let mut after: Vec<usize> =
        plan.goal.checkpoints.iter().map(|it| total - it.before_the_end).collect();
    after.push(total);
    let replay = Replay { managed, migrations: &history, after, scope: scope.clone() };
    let replayed = workshop.replay(&replay, &mut |_| {}).await;
    let replayed = replayed.map_err(|stop| stops(&stop, managed, plan))?;
    let state = |after: usize| -> Option<&Arc<Introspected>> {
        replayed.states.iter().find(|(at, _)| *at == after).map(|(_, state)| state)
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
        && let Some(wanted) = drift.side(Side::Schema)
    {
        let realised = drift.realised.as_ref().map(|it| &it.schema);
        let end = pairs::with_wanted(&replayed.end().schema, wanted, realised, &terms);
        differs(drift, &end.steps)?;
    }
    let ways_back = ways_back(workshop, &replay, plan, drift).await;
    Ok(Proof { migrations: total, ways_back, chosen: replayed.chosen, took: replayed.took })
}

/// Goes every way back, last one first, from where the history ends.
async fn ways_back(
    workshop: &Workshop,
    replay: &Replay<'_>,
    plan: &mut RepairPlan,
    drift: &Drift,
) -> usize {
    let mut gone = 0;
    // Drafts with a way back stand at the end of the history, in this order.
    let mut back = replay.migrations.len();
    let mut migrations = replay.migrations.to_vec();
    for at in (0..plan.drafts.len()).rev() {
        let draft = &plan.drafts[at];
        let Some(way) = &draft.way_back else { break };
        back -= 1;
        migrations.push(Migration {
            name: MigrationName::new(format!("{}/{WAY_BACK}", draft.name)),
            script: Some(MigrationScript::from_bytes(way.script.as_bytes())),
        });
        let tried = Replay {
            managed: replay.managed,
            migrations: &migrations,
            after: vec![back, migrations.len()],
            scope: replay.scope.clone(),
        };
        let replayed = workshop.replay(&tried, &mut |_| {}).await;
        let leads_back = replayed.is_ok_and(|replayed| match replayed.states.as_slice() {
            [(_, start), (_, end)] => {
                pairs::between(&end.schema, &start.schema, &drift.terms()).is_empty()
            }
            _ => false,
        });
        if !leads_back {
            let name = plan.drafts[at].name.clone();
            plan.drafts[at].way_back = None;
            plan.remarks.push(Remark::NoWayBack(name));
            break;
        }
        gone += 1;
    }
    gone
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
