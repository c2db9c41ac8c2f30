//! Puts steps into the order in which they run.
//!
//! By kind first, then by the ids of their objects, with one exception (Prisma facts 10.3).
//! Nothing is added, left out or changed here.

use std::collections::BTreeSet;

use crate::name::ObjectName;
use crate::render::Fidelity;
use crate::step::{Change, Step};

/// Orders the steps of one script.
///
/// [`Fidelity::Sound`] adds one rule: a table that goes makes room for an enum type of its name
/// first, because the two share their names on the server.
pub fn order(mut steps: Vec<Step>, fidelity: Fidelity) -> Vec<Step> {
    steps.sort_by_key(|step| (rank(&step.change), step.place));
    if fidelity == Fidelity::Sound {
        make_room(&mut steps);
    }
    let waiting: Vec<usize> =
        (0..steps.len()).filter(|&at| waits_for_key(&steps[at].change)).collect();
    if waiting.is_empty() {
        return steps;
    }
    let mut slots: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    let moved: Vec<Step> = waiting.into_iter().filter_map(|at| slots[at].take()).collect();
    let mut ordered: Vec<Step> = slots.into_iter().flatten().collect();
    for step in moved.into_iter().rev() {
        let table = step.place.previous.map(|position| position.object);
        let behind = ordered.iter().position(|other| {
            matches!(other.change, Change::AlterTable(_))
                && other.place.previous.map(|position| position.object) == table
        });
        ordered.insert(behind.map_or(0, |at| at + 1), step);
    }
    ordered
}

/// Moves tables that go, and the foreign keys that go, before the enum types that are made, when
/// one of these has the name of one of those (#292).
fn make_room(steps: &mut [Step]) {
    let made: BTreeSet<ObjectName> = steps
        .iter()
        .filter_map(|step| match &step.change {
            Change::CreateEnum(it) => Some(it.name.clone()),
            _ => None,
        })
        .collect();
    let in_the_way =
        |step: &Step| matches!(&step.change, Change::DropTable(name) if made.contains(name));
    if steps.iter().any(in_the_way) {
        steps.sort_by_key(|step| match &step.change {
            Change::CreateNamespace(_) => 0,
            Change::DropForeignKey { .. } => 1,
            _ if in_the_way(step) => 1,
            _ => 2,
        });
    }
}

/// Whether the step runs only when its table has got a primary key.
fn waits_for_key(change: &Change) -> bool {
    matches!(change, Change::DropIndex { waits_for_key: true, .. })
}

/// The place of a kind of step among the kinds.
fn rank(change: &Change) -> u8 {
    match change {
        Change::CreateNamespace(_) => 0,
        Change::DropExtension(_) => 1,
        Change::CreateExtension(_) => 2,
        Change::AlterExtension { .. } => 3,
        Change::CreateEnum(_) => 4,
        Change::AlterEnum(_) => 5,
        Change::DropForeignKey { .. } => 6,
        Change::DropIndex { .. } => 7,
        Change::AlterTable(_) => 8,
        Change::DropTable(_) => 9,
        Change::DropEnum(_) => 10,
        Change::CreateTable(_) => 11,
        Change::CreateIndex { .. } => 12,
        Change::RenameForeignKey { .. } => 13,
        Change::AddForeignKey { .. } => 14,
        Change::RenameIndex { .. } => 15,
    }
}
