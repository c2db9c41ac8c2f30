//! Relations that only the schema before knows: of views, and all of them where the database has no
//! foreign keys (`relationMode = "prisma"`).

use std::collections::BTreeMap;

use super::relations::{Place, RelationField, mark};
use super::{Description, quoted};
use crate::datamodel::{FieldId, ForeignKey, JoinTable, Model, ModelId, ModelKind};

/// A relation of the schema before, seen from one of its fields.
enum Side<'a> {
    /// The side that owns the columns.
    Owning(&'a ForeignKey),
    /// The other side.
    Opposite(&'a ForeignKey),
    /// A side of an implicit relation.
    Joined(&'a JoinTable, ModelId),
}

impl Description<'_> {
    /// The fields of such relations by model, for the tables first, then for the views; and the
    /// blocks that they refer to, one a field.
    pub(super) fn copied_relations(&self) -> (Vec<(Place, RelationField)>, Vec<Place>) {
        let places = self.places();
        let mut fields = Vec::new();
        let mut targets = Vec::new();
        let by_place: BTreeMap<Place, ModelId> =
            places.iter().map(|(model, place)| (*place, *model)).collect();
        for (place, model) in by_place {
            let ids = 0..self.previous.datamodel.model(model).fields.len();
            for (side, field) in
                ids.filter_map(|id| Some((self.side(model, FieldId(id))?, FieldId(id))))
            {
                let target = match &side {
                    Side::Owning(key) => key.target,
                    Side::Opposite(key) => key.model,
                    Side::Joined(_, target) => *target,
                };
                let Some(&target_place) = places.get(&target) else { continue };
                let Some(arguments) = self.copied_arguments(&side, &places) else { continue };
                let field = self.previous.datamodel.field(model, field);
                let copied = RelationField {
                    name: field.name.to_string(),
                    target: target_place,
                    mark: mark(field.arity),
                    arguments,
                };
                fields.push((place, copied));
                targets.push(target_place);
            }
        }
        (fields, targets)
    }

    /// Where the models of the schema before are in what was found.
    fn places(&self) -> BTreeMap<ModelId, Place> {
        let tables = (0..self.found.schema.tables.len()).filter(|place| self.is_model(*place));
        let tables = tables
            .filter_map(|place| Some((self.previous.table(place)?.model?, Place::Table(place))));
        let views = (0..self.names.views.len())
            .filter_map(|place| Some((self.previous.view(place)?.model?, Place::View(place))));
        tables.chain(views).collect()
    }

    /// The relation that a field belongs to, if it is one that the database cannot know.
    fn side(&self, model: ModelId, field: FieldId) -> Option<Side<'_>> {
        let datamodel = &self.previous.datamodel;
        let unknown = |one: ModelId, other: ModelId| {
            let is_view = |id: ModelId| {
                let model: &Model = datamodel.model(id);
                model.kind == ModelKind::View
            };
            self.previous.has_no_foreign_keys() || is_view(one) || is_view(other)
        };
        for key in datamodel.foreign_keys.iter().filter(|key| unknown(key.model, key.target)) {
            if key.model == model && key.relation_field == field {
                return Some(Side::Owning(key));
            }
            if key.target == model && key.opposite == Some(field) {
                return Some(Side::Opposite(key));
            }
        }
        for join in datamodel.join_tables.iter().filter(|it| unknown(it.a.model, it.b.model)) {
            for (side, other) in [(join.a, join.b), (join.b, join.a)] {
                if side.model == model && side.field == field {
                    return Some(Side::Joined(join, other.model));
                }
            }
        }
        None
    }

    /// The arguments of `@relation`; `None` when a column is gone.
    fn copied_arguments(
        &self,
        side: &Side<'_>,
        places: &BTreeMap<ModelId, Place>,
    ) -> Option<Vec<String>> {
        let key = match side {
            Side::Joined(join, _) => {
                return Some(join.relation_name.iter().map(|name| quoted(name)).collect());
            }
            Side::Owning(key) | Side::Opposite(key) => key,
        };
        let fields = self.still_there(key.model, &key.fields, places)?;
        let references = self.still_there(key.target, &key.references, places)?;
        let mut parts: Vec<String> = key.relation_name.iter().map(|name| quoted(name)).collect();
        if matches!(side, Side::Owning(_)) {
            parts.push(format!("fields: [{}]", fields.join(", ")));
            parts.push(format!("references: [{}]", references.join(", ")));
            parts.extend(key.explicit_on_delete.map(|it| format!("onDelete: {}", it.name())));
            parts.extend(key.explicit_on_update.map(|it| format!("onUpdate: {}", it.name())));
            parts.extend(key.explicit_name.as_ref().map(|map| format!("map: {}", quoted(map))));
        }
        Some(parts)
    }

    /// The names of these fields, when all of their columns are still there.
    fn still_there(
        &self,
        model: ModelId,
        fields: &[FieldId],
        places: &BTreeMap<ModelId, Place>,
    ) -> Option<Vec<String>> {
        let columns = match places.get(&model)? {
            Place::Table(place) => &self.found.schema.tables[*place].columns,
            Place::View(place) => &self.found.views[*place].columns,
        };
        let name = |id: &FieldId| {
            let field = self.previous.datamodel.field(model, *id);
            let there = columns.iter().any(|column| column.name.as_str() == field.database_name);
            there.then(|| field.name.to_string())
        };
        fields.iter().map(name).collect()
    }
}
