//! Primary keys, and the foreign keys of relations.

use std::collections::BTreeMap;

use radoub_schema::model::{Action, ForeignKey, PrimaryKey};
use radoub_schema::name::Ident;

use super::Lowering;
use crate::datamodel::{self, FieldId, ModelId, ModelKind, ReferentialAction, RelationMode};

impl Lowering<'_> {
    pub(super) fn primary_key(&self, model: ModelId, key: &datamodel::PrimaryKey) -> PrimaryKey {
        let fields: Vec<FieldId> = key.fields.iter().map(|field| field.field).collect();
        PrimaryKey {
            name: Ident::new(key.database_name.as_str()),
            columns: self.column_names(model, &fields),
        }
    }

    /// The foreign keys of each table, in the order of their relation fields; none at all with
    /// `relationMode = "prisma"`, and none from or to a view.
    pub(super) fn foreign_keys(&self) -> BTreeMap<ModelId, Vec<ForeignKey>> {
        let mut keys: BTreeMap<ModelId, Vec<ForeignKey>> = BTreeMap::new();
        if self.datamodel.relation_mode == RelationMode::Prisma {
            return keys;
        }
        for key in &self.datamodel.foreign_keys {
            let (owner, target) =
                (self.datamodel.model(key.model), self.datamodel.model(key.target));
            if owner.kind == ModelKind::View || target.kind == ModelKind::View {
                continue;
            }
            keys.entry(key.model).or_default().push(ForeignKey {
                name: Ident::new(key.database_name.as_str()),
                columns: self.column_names(key.model, &key.fields),
                referenced_table: self.name(target.schema.as_ref(), &target.database_name),
                referenced_columns: self.column_names(key.target, &key.references),
                on_delete: action(key.on_delete),
                on_update: action(key.on_update),
            });
        }
        keys
    }

    fn column_names(&self, model: ModelId, fields: &[FieldId]) -> Vec<Ident> {
        let fields = fields.iter().map(|field| self.datamodel.field(model, *field));
        fields.map(|field| Ident::new(field.database_name.as_str())).collect()
    }
}

fn action(action: ReferentialAction) -> Action {
    match action {
        ReferentialAction::Cascade => Action::Cascade,
        ReferentialAction::Restrict => Action::Restrict,
        ReferentialAction::NoAction => Action::NoAction,
        ReferentialAction::SetNull => Action::SetNull,
        ReferentialAction::SetDefault => Action::SetDefault,
    }
}
