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
pub(crate) fn validate(draft: &mut Draft<'_>) {
    let mut report = std::mem::take(&mut draft.report);
    let mut order: Vec<ModelId> = (0..draft.models.len()).map(ModelId).collect();
    order.sort_by_key(|model| draft.datamodel.model(*model).kind == ModelKind::View);
    models::composites(draft, &mut report);
    models::extensions(draft, &mut report);
    for model in &order {
        report.file = draft.models[model.0].top.file;
        for (field, source) in draft.models[model.0].fields.iter().enumerate() {
            if let Some(default) = source.default {
                fields::default(draft, &mut report, *model, FieldId(field), default);
            }
        }
    }
    models::tables(draft, &mut report, &order);
    let constraints = constraints::collect(draft);
    for model in &order {
        report.file = draft.models[model.0].top.file;
        models::model(draft, &mut report, *model);
        for field in 0..draft.models[model.0].fields.len() {
            if let Some(attribute) = draft.models[model.0].fields[field].native {
                draft.native(&mut report, *model, FieldId(field), attribute);
                fields::native(draft, &mut report, *model, FieldId(field), attribute);
            }
        }
        indexes::indexes(draft, &mut report, *model);
        constraints::keys(draft, &mut report, *model, &constraints);
        if relations::fields(draft, &mut report, *model).is_break() {
            draft.report = report;
            return;
        }
    }
    models::enums(draft, &mut report);
    models::views(draft, &mut report, &order);
    relations::relations(draft, &mut report, &constraints);
    cycles::cycles(draft, &mut report);
    draft.report = report;
}
