//! Actions that come back to where they started, which only matters when the client follows them
//! (`relationMode = "prisma"`).

use crate::datamodel::{Draft, ForeignKey, ModelId, ReferentialAction, RelationMode, Report};

/// Reports each relation that is part of a circle in which every action goes on.
pub(super) fn cycles(draft: &Draft<'_>, report: &mut Report) {
    if draft.datamodel.relation_mode != RelationMode::Prisma {
        return;
    }
    let keys = &draft.datamodel.foreign_keys;
    for key in keys {
        if !goes_on(key) {
            continue;
        }
        report.file = draft.models[key.model.0].top.file;
        if key.model == key.target {
            report.error_with(
                key.span.clone(),
                "a relation of a model to itself would follow its own actions",
                "write `onDelete: Restrict, onUpdate: Restrict`",
            );
        } else if reaches(keys, key.target, key.model) {
            report.error_with(
                key.span.clone(),
                "the actions of this relation come back to where they started",
                "write `onDelete: Restrict, onUpdate: Restrict` on one relation of the circle",
            );
        }
    }
}

/// Whether a change of the referred row changes the referring one.
fn goes_on(key: &ForeignKey) -> bool {
    let changes =
        |action| !matches!(action, ReferentialAction::NoAction | ReferentialAction::Restrict);
    changes(key.on_delete) || changes(key.on_update)
}

fn reaches(keys: &[ForeignKey], from: ModelId, to: ModelId) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    let mut next = vec![from];
    while let Some(model) = next.pop() {
        if model == to {
            return true;
        }
        if seen.insert(model) {
            next.extend(
                keys.iter().filter(|key| key.model == model && goes_on(key)).map(|key| key.target),
            );
        }
    }
    false
}
