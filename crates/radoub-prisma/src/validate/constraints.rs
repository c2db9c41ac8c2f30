//! Names of keys, indexes and foreign keys: unique where PostgreSQL or Prisma wants it, and short
//! enough.

use std::collections::BTreeMap;

use crate::datamodel::{Draft, ForeignKey, ModelId, ModelKind};

/// PostgreSQL's limit on names, in bytes.
const LIMIT: usize = 63;

/// How often each name is used, where it must be used once.
#[derive(Default)]
pub(super) struct Constraints {
    /// By namespace and name: primary keys and indexes, which share the tables' namespace.
    in_schema: BTreeMap<(Option<String>, String), usize>,
    /// By table and name: primary keys, indexes and foreign keys.
    in_table: BTreeMap<(ModelId, String), usize>,
}

impl Constraints {
    fn add(&mut self, schema: Option<&String>, name: &str) {
        *self.in_schema.entry((schema.cloned(), name.to_owned())).or_default() += 1;
    }

    fn add_to_table(&mut self, model: ModelId, name: &str) {
        *self.in_table.entry((model, name.to_owned())).or_default() += 1;
    }

    fn clashes_in_schema(&self, schema: Option<&String>, name: &str) -> bool {
        self.in_schema.get(&(schema.cloned(), name.to_owned())).is_some_and(|uses| *uses > 1)
    }

    fn clashes_in_table(&self, model: ModelId, name: &str) -> bool {
        self.in_table.get(&(model, name.to_owned())).is_some_and(|uses| *uses > 1)
    }
}

/// Collects every name of the schema.
pub(super) fn collect(draft: &Draft) -> Constraints {
    let mut constraints = Constraints::default();
    for (at, model) in draft.datamodel.models.iter().enumerate() {
        if model.kind == ModelKind::View {
            continue;
        }
        let key = model.primary_key.as_ref().map(|key| key.database_name.as_str());
        let indexes = model.indexes.iter().map(|index| index.database_name.as_str());
        for name in key.into_iter().chain(indexes) {
            constraints.add(model.schema.as_ref(), name);
            constraints.add_to_table(ModelId(at), name);
        }
    }
    for key in &draft.datamodel.foreign_keys {
        if draft.datamodel.model(key.model).kind == ModelKind::Table {
            constraints.add_to_table(key.model, &key.database_name);
        }
    }
    constraints
}

/// Reports the keys and indexes of one model that share a name or have one that is too long.
pub(super) fn keys(draft: &mut Draft, at: ModelId, constraints: &Constraints) {
    let model = draft.datamodel.model(at);
    if model.kind == ModelKind::View {
        return;
    }
    let source = &draft.models[at.0];
    let key =
        model.primary_key.as_ref().map(|key| (&key.database_name, key.explicit_name.is_some()));
    let key = key.zip(source.primary_key.as_ref());
    let indexes =
        model.indexes.iter().map(|index| (&index.database_name, index.explicit_name.is_some()));
    for ((name, explicit), place) in key.into_iter().chain(indexes.zip(&source.indexes)) {
        if explicit && name.len() > LIMIT {
            let message = format!("this name has {} bytes, PostgreSQL takes {LIMIT}", name.len());
            draft.report.error_with(place.span.clone(), message, "choose a shorter `map`");
        }
        let shared = constraints.clashes_in_schema(model.schema.as_ref(), name);
        let shared_in_table = constraints.clashes_in_table(at, name);
        if shared || shared_in_table {
            let span = place.map.clone().unwrap_or_else(|| place.span.clone());
            let message = match shared {
                true => format!("another key or index of the schema is called `{name}` too"),
                false => format!("another constraint of the table is called `{name}` too"),
            };
            draft.report.error_with(span, message, "give one of them another name by `map`");
        }
    }
}

/// Reports a foreign key that shares its name or whose name is too long.
pub(super) fn foreign_key(draft: &mut Draft, key: &ForeignKey, constraints: &Constraints) {
    let relation =
        draft.models[key.model.0].fields[key.relation_field.0].relation.clone().unwrap_or_default();
    if let (Some((name, _)), Some(span)) = (&relation.map, &relation.attribute)
        && name.len() > LIMIT
    {
        let message = format!("this name has {} bytes, PostgreSQL takes {LIMIT}", name.len());
        draft.report.error_with(span.clone(), message, "choose a shorter `map`");
    }
    if constraints.clashes_in_table(key.model, &key.database_name) {
        let span = relation.map.map_or_else(|| key.span.clone(), |(_, span)| span);
        let message =
            format!("another constraint of the table is called `{}` too", key.database_name);
        draft.report.error_with(span, message, "give one of them another name by `map`");
    }
}
