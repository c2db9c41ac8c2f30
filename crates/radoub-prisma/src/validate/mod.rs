//! The rules about the whole schema, looked at when each part is right by itself.
//!
//! They are looked at in Prisma's order, which shows where one mistake hides others: two
//! relations that cannot be told apart end the search.

mod constraints;
mod cycles;
mod fields;
mod indexes;
mod models;
mod relations;
mod values;

use crate::datamodel::{Draft, FieldId, ModelId, ModelKind};

/// Looks at every rule and reports what breaks one.
pub(crate) fn validate(draft: &mut Draft) {
    models::composites(draft);
    models::extensions(draft);
    let tables =
        (0..draft.models.len()).filter(|at| draft.datamodel.models[*at].kind == ModelKind::Table);
    let views =
        (0..draft.models.len()).filter(|at| draft.datamodel.models[*at].kind == ModelKind::View);
    let order: Vec<ModelId> = tables.chain(views).map(ModelId).collect();
    for model in &order {
        draft.report.file = draft.models[model.0].top.file;
        for field in 0..draft.models[model.0].fields.len() {
            fields::default(draft, *model, FieldId(field));
        }
    }
    models::tables(draft, &order);
    let opposites = std::mem::take(&mut draft.opposites);
    let constraints = constraints::collect(draft);
    for model in &order {
        draft.report.file = draft.models[model.0].top.file;
        models::model(draft, *model);
        for field in 0..draft.models[model.0].fields.len() {
            fields::field(draft, *model, FieldId(field));
        }
        indexes::indexes(draft, *model);
        constraints::keys(draft, *model, &constraints);
        for field in 0..draft.models[model.0].fields.len() {
            if relations::field(draft, *model, FieldId(field)).is_break() {
                return;
            }
        }
    }
    models::enums(draft);
    models::views(draft, &order);
    relations::relations(draft, &opposites, &constraints);
    cycles::cycles(draft);
}
