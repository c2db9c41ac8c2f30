//! `squash`: the first migrations of a history become one, which ends in the same catalog.
//!
//! The new script takes the name of the last one that it replaces: databases where that one is
//! applied go on deploying as if nothing had happened, and none of them is touched by it.

use std::time::SystemTime;

use radoub_postgres::correct::Correction;
use radoub_schema::diff::steps;
use radoub_schema::migration::{Applied, Checksum, MigrationName};
use radoub_schema::model::SqlSchema;
use radoub_schema::model::unmanaged::{Carry, UnmanagedObject};

use super::{
    Checkpoint, Consent, Drafted, Goal, Remark, RepairPlan, Verb, archive, forgotten_rows,
    names_of, ready, rows_are_agreed, script, standing,
};
use crate::drift::route::bare;
use crate::drift::{Drift, Trial, pairs::Pair};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Managed;
use crate::scratch::{Replay, Workshop};

/// Decides how the migrations up to and with `until` become one. The drift must have been surveyed
/// with what Prisma does not see, which is always carried here.
///
/// # Errors
///
/// Why it cannot be, or what has to be agreed to first.
pub async fn plan(
    workshop: &Workshop,
    managed: &Managed,
    drift: &Drift,
    until: &MigrationName,
    consent: &Consent,
    now: SystemTime,
) -> Result<RepairPlan, Failure> {
    ready(drift)?;
    let on_disk = &drift.observed.on_disk.migrations;
    let last = on_disk.iter().position(|it| it.name == *until && it.script.is_some());
    let last = last.ok_or_else(|| {
        let folder = managed.migrations.display().to_string();
        let values = vec![("migration", until.to_string()), ("folder", folder)];
        Failure::new(FailureCode::UnknownMigration, values)
    })?;
    if last == 0 {
        let values = vec![("migration", until.to_string())];
        return Err(Failure::new(FailureCode::NothingToSquash, values));
    }
    let squashed = &on_disk[..=last];
    let rows = standing(drift);
    let finished = |name: &MigrationName| {
        rows.iter().any(|row| row.name == *name && row.finished_at.is_some())
    };
    let agrees = |pair: &Option<Pair>| pair.as_ref().is_some_and(Pair::agrees);
    let Trial::Ends(ended) = &drift.trial else { return Err(other_remedy()) };
    let is_sound = agrees(&drift.pairs.history_live) || agrees(&drift.pairs.applied_live);
    if !is_sound || !squashed.iter().all(|it| finished(&it.name)) {
        return Err(other_remedy());
    }
    let rows_lost = forgotten_rows(squashed);
    let names = rows_lost.iter().filter_map(|it| match it {
        Remark::RowsForgotten(name, _) => Some(name.clone()),
        _ => None,
    });
    rows_are_agreed(&names.collect::<Vec<MigrationName>>(), consent)?;

    let replay = Replay {
        managed,
        migrations: on_disk,
        after: vec![last + 1],
        scope: drift.scope(managed, true),
    };
    let replayed = workshop.replay(&replay, &mut |_| {}).await;
    let state = replayed.map_err(|stop| stop.failure)?.end().clone();
    let by_hand: Vec<&UnmanagedObject> =
        state.unmanaged.objects.iter().filter(|it| it.carry == Carry::ByHand).collect();
    if let Some(first) = by_hand.first() {
        let values = vec![
            ("kind", first.kind.as_str().to_owned()),
            ("name", first.name.name.as_str().to_owned()),
            ("count", by_hand.len().to_string()),
        ];
        return Err(Failure::new(FailureCode::CannotCarry, values));
    }
    let terms = drift.terms();
    let made = steps(&SqlSchema::empty(), bare(&state.schema, &terms.default_namespace), &terms);
    let text = script(drift, &made, &state.unmanaged);
    let sum = Checksum::of(&text);
    let all = drift.observed.ledger.as_deref().unwrap_or_default();
    let (own, others): (Vec<&Applied>, Vec<&Applied>) = all
        .iter()
        .filter(|row| squashed.iter().any(|it| it.name == row.name))
        .partition(|row| row.name == *until);
    let carried = state.unmanaged.objects.clone();
    let mut remarks = rows_lost;
    if !carried.is_empty() {
        remarks.push(Remark::Carried(carried));
    }
    let rest = on_disk.len() - last - 1;
    Ok(RepairPlan {
        verb: Verb::Squash,
        drafts: vec![Drafted {
            name: until.clone(),
            script: text,
            way_back: None,
            applied: true,
            losses: Vec::new(),
        }],
        aside: squashed.iter().map(|it| it.name.clone()).collect(),
        archive: archive::folder(&managed.migrations, now),
        recorded: Vec::new(),
        removed: names_of(others.iter().copied()),
        retired: Vec::new(),
        restamped: names_of(own.iter().copied()),
        lock_file: drift.lacks_lock_file(),
        schema: None,
        remarks,
        correction: Correction {
            removed: others.iter().map(|row| row.id.clone()).collect(),
            // Prisma looks at the first row of a name, whatever became of it.
            checksums: own.iter().map(|row| (row.id.clone(), sum)).collect(),
            ..Correction::default()
        },
        goal: Goal {
            checkpoints: vec![
                Checkpoint {
                    before_the_end: rest,
                    schema: state.schema.clone(),
                    unmanaged: state.unmanaged.clone(),
                },
                Checkpoint {
                    before_the_end: 0,
                    schema: ended.end.schema.clone(),
                    unmanaged: ended.end.unmanaged.clone(),
                },
            ],
            ends_at_schema: false,
        },
    })
}

fn other_remedy() -> Failure {
    Failure::new(FailureCode::OtherRemedy, vec![("verb", "squash".to_owned())])
}
