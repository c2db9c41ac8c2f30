//! The rules about the whole schema, looked at when each part is right by itself.

use crate::datamodel::{Draft, FieldId, ModelId};

/// Looks at every rule and reports what breaks one.
pub(crate) fn validate(draft: &mut Draft) {
    for model in 0..draft.models.len() {
        draft.report.file = draft.models[model].top.file;
        for field in 0..draft.models[model].fields.len() {
            draft.native(ModelId(model), FieldId(field));
        }
    }
}
