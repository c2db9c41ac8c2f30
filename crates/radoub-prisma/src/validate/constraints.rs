//! Names of keys, indexes and foreign keys: unique where PostgreSQL or Prisma wants it, and short
//! enough.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::datamodel::{Draft, ForeignKey, LIMIT, Model, ModelId, ModelKind, Report};

/// The names that are used more than once where they must be used once.
#[derive(Default)]
pub(super) struct Constraints {
    /// By namespace and name: primary keys and indexes, which share the tables' namespace.
    in_schema: FxHashSet<(Option<SmolStr>, SmolStr)>,
    /// By table and name: primary keys, indexes and foreign keys.
    in_table: FxHashSet<(ModelId, SmolStr)>,
}

impl Constraints {
    fn clashes_in_schema(&self, schema: Option<&SmolStr>, name: &SmolStr) -> bool {
        !self.in_schema.is_empty() && self.in_schema.contains(&(schema.cloned(), name.clone()))
    }

    fn clashes_in_table(&self, model: ModelId, name: &SmolStr) -> bool {
        !self.in_table.is_empty() && self.in_table.contains(&(model, name.clone()))
    }
}

/// Collects the names of the schema that clash.
pub(super) fn collect(draft: &Draft<'_>) -> Constraints {
    let models = &draft.datamodel.models;
    let count = models.iter().map(|model| model.indexes.len() + 1).sum();
    let mut in_schema: FxHashSet<(Option<&str>, &str)> = FxHashSet::default();
    in_schema.reserve(count);
    let mut constraints = Constraints::default();
    for (at, model) in draft.datamodel.tables() {
        for name in names_in(model) {
            if !in_schema.insert((model.schema.as_deref(), name)) {
                constraints.in_schema.insert((model.schema.clone(), name.clone()));
                // Only what clashes in the schema can clash in the table.
                if names_in(model).filter(|other| *other == name).count() > 1 {
                    constraints.in_table.insert((at, name.clone()));
                }
            }
        }
    }
    let mut of_keys: FxHashSet<(ModelId, &str)> = FxHashSet::default();
    of_keys.reserve(draft.datamodel.foreign_keys.len());
    for key in &draft.datamodel.foreign_keys {
        let (name, model) = (&key.database_name, draft.datamodel.model(key.model));
        let is_taken = |name| {
            in_schema.contains(&(model.schema.as_deref(), name))
                && names_in(model).any(|other| *other == name)
        };
        if model.kind == ModelKind::Table && (!of_keys.insert((key.model, name)) || is_taken(name))
        {
            constraints.in_table.insert((key.model, name.clone()));
        }
    }
    constraints
}

/// The names of the primary key and the indexes of a model.
fn names_in(model: &Model) -> impl Iterator<Item = &SmolStr> {
    let key = model.primary_key.iter().map(|key| &key.database_name);
    key.chain(model.indexes.iter().map(|index| &index.database_name))
}

/// Reports the keys and indexes of one model that share a name or have one that is too long.
pub(super) fn keys(draft: &Draft<'_>, report: &mut Report, at: ModelId, constraints: &Constraints) {
    let (model, source) = (draft.datamodel.model(at), &draft.models[at.0]);
    if model.kind == ModelKind::View {
        return;
    }
    let key = model.primary_key.iter().zip(&source.primary_key);
    let key = key.map(|(key, place)| (&key.database_name, key.explicit_name.is_some(), place));
    let indexes = model.indexes.iter().zip(&source.indexes);
    let indexes =
        indexes.map(|(index, place)| (&index.database_name, index.explicit_name.is_some(), place));
    for (name, explicit, place) in key.chain(indexes) {
        if explicit && name.len() > LIMIT {
            let message = format!("this name has {} bytes, PostgreSQL takes {LIMIT}", name.len());
            report.error_with(place.attribute.span(), message, "choose a shorter `map`");
        }
        let shared = constraints.clashes_in_schema(model.schema.as_ref(), name);
        if shared || constraints.clashes_in_table(at, name) {
            let span = place.map.clone().unwrap_or_else(|| place.attribute.span());
            let message = if shared {
                format!("another key or index of the schema is called `{name}` too")
            } else {
                format!("another constraint of the table is called `{name}` too")
            };
            report.error_with(span, message, "give one of them another name by `map`");
        }
    }
}

/// Reports a foreign key that shares its name or whose name is too long.
pub(super) fn foreign_key(
    draft: &Draft<'_>,
    report: &mut Report,
    key: &ForeignKey,
    constraints: &Constraints,
) {
    let relation = draft.relation_of(key);
    let map = relation.and_then(|it| it.map.as_ref());
    if let (Some((name, _)), Some(attribute)) = (map, relation.and_then(|it| it.attribute))
        && name.len() > LIMIT
    {
        let message = format!("this name has {} bytes, PostgreSQL takes {LIMIT}", name.len());
        report.error_with(attribute.span(), message, "choose a shorter `map`");
    }
    if constraints.clashes_in_table(key.model, &key.database_name) {
        let span = map.map_or_else(|| key.span.clone(), |(_, span)| span.clone());
        let message =
            format!("another constraint of the table is called `{}` too", key.database_name);
        report.error_with(span, message, "give one of them another name by `map`");
    }
}
