//! Puts steps into the order in which they run.
//!
//! By kind first, then by the ids of their objects, with one exception (Prisma facts 10.3).
//! Nothing is added, left out or changed here.

use crate::step::{Change, Step};

/// Orders the steps of one script.
pub fn order(mut steps: Vec<Step>) -> Vec<Step> {
    steps.sort_by_key(|step| (rank(&step.change), step.place));
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
