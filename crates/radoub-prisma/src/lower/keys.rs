//! Primary keys, and the foreign keys of relations.

use radoub_schema::model::{Action, ForeignKey, PrimaryKey};
use radoub_schema::name::Ident;

use super::Lowering;
use crate::datamodel::{self, FieldId, ModelId, ModelKind, ReferentialAction, RelationMode};

impl Lowering<'_> {
    pub(super) fn primary_key(&self, model: ModelId, key: &datamodel::PrimaryKey) -> PrimaryKey {
        PrimaryKey {
            name: Ident::from(key.database_name.clone()),
            columns: key.fields.iter().map(|one| self.column_name(model, one.field)).collect(),
        }
    }

    /// The relations that become foreign keys, in the order of the tables that own them: none with
    /// `relationMode = "prisma"`, and none from or to a view.
    pub(super) fn keys_in_order(&self) -> impl Iterator<Item = &datamodel::ForeignKey> {
        let is_table = |model| self.datamodel.model(model).kind == ModelKind::Table;
        let written = self.datamodel.relation_mode == RelationMode::ForeignKeys;
        let keys = self.datamodel.foreign_keys.iter();
        keys.filter(move |key| written && is_table(key.model) && is_table(key.target))
    }

    pub(super) fn foreign_key(&self, key: &datamodel::ForeignKey) -> ForeignKey {
        let target = self.datamodel.model(key.target);
        let names = |model: ModelId, fields: &[FieldId]| {
            fields.iter().map(|field| self.column_name(model, *field)).collect()
        };
        ForeignKey {
            name: Ident::from(key.database_name.clone()),
            columns: names(key.model, &key.fields),
            referenced_table: self.name(target.schema.as_ref(), &target.database_name),
            referenced_columns: names(key.target, &key.references),
            on_delete: action(key.on_delete),
            on_update: action(key.on_update),
        }
    }

    pub(super) fn column_name(&self, model: ModelId, field: FieldId) -> Ident {
        Ident::from(self.datamodel.field(model, field).database_name.clone())
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
