//! Names of keys, indexes and foreign keys: unique where PostgreSQL or Prisma wants it, and short
//! enough.

use std::collections::BTreeSet;

use crate::datamodel::{Draft, ForeignKey, ModelId, ModelKind};

/// PostgreSQL's limit on names, in bytes.
const LIMIT: usize = 63;

/// The names that are used more than once where they must be used once.
#[derive(Default)]
pub(super) struct Constraints {
    /// By namespace and name: primary keys and indexes, which share the tables' namespace.
    in_schema: BTreeSet<(Option<String>, String)>,
    /// By table and name: primary keys, indexes and foreign keys.
    in_table: BTreeSet<(ModelId, String)>,
}

impl Constraints {
    fn clashes_in_schema(&self, schema: Option<&String>, name: &str) -> bool {
        !self.in_schema.is_empty() && self.in_schema.contains(&(schema.cloned(), name.to_owned()))
    }

    fn clashes_in_table(&self, model: ModelId, name: &str) -> bool {
        !self.in_table.is_empty() && self.in_table.contains(&(model, name.to_owned()))
    }
}

/// Collects the names of the schema that clash.
pub(super) fn collect(draft: &Draft) -> Constraints {
    let mut in_schema: BTreeSet<(&str, Option<&str>)> = BTreeSet::new();
    let mut in_table: BTreeSet<(ModelId, &str)> = BTreeSet::new();
    let mut constraints = Constraints::default();
    for (at, model) in draft.datamodel.models.iter().enumerate() {
        if model.kind == ModelKind::View {
            continue;
        }
        let key = model.primary_key.as_ref().map(|key| key.database_name.as_str());
        let indexes = model.indexes.iter().map(|index| index.database_name.as_str());
        for name in key.into_iter().chain(indexes) {
            if !in_schema.insert((name, model.schema.as_deref())) {
                constraints.in_schema.insert((model.schema.clone(), name.to_owned()));
            }
            if !in_table.insert((ModelId(at), name)) {
                constraints.in_table.insert((ModelId(at), name.to_owned()));
            }
        }
    }
    for key in &draft.datamodel.foreign_keys {
        if draft.datamodel.model(key.model).kind == ModelKind::Table
            && !in_table.insert((key.model, &key.database_name))
        {
            constraints.in_table.insert((key.model, key.database_name.clone()));
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
            let message = if shared {
                format!("another key or index of the schema is called `{name}` too")
            } else {
                format!("another constraint of the table is called `{name}` too")
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
        let span = relation.map.as_ref().map_or_else(|| key.span.clone(), |(_, span)| span.clone());
        let message =
            format!("another constraint of the table is called `{}` too", key.database_name);
        draft.report.error_with(span, message, "give one of them another name by `map`");
    }
}
