//! The relation fields: which there are, on which model, and what they are called.
//!
//! A foreign key is a field on both tables. Where two tables have more than one relation between
//! them, or the key has a column that is called like the table it refers to, the relation gets a
//! name of its columns and the fields carry it (measured).

use std::collections::BTreeMap;

use radoub_schema::model::{Action, Arity, ForeignKey, Table};
use radoub_schema::name::ObjectName;

use super::join_tables;
use super::names::sanitized;
use super::{Description, arguments, quoted};
use crate::datamodel::{self, ModelId, ReferentialAction, constraint_name};

/// A table or view, by its place in what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Table(usize),
    View(usize),
}

/// A relation field.
#[derive(Debug, Clone)]
pub(super) struct RelationField {
    pub(super) name: String,
    /// What it refers to.
    pub(super) target: Place,
    /// `?`, `[]` or nothing.
    pub(super) mark: &'static str,
    /// The arguments of `@relation`.
    pub(super) arguments: Vec<String>,
}

/// A relation by a foreign key, before its fields are made.
struct Relation<'a> {
    table: usize,
    target: usize,
    key: &'a ForeignKey,
    /// Names of the fields over the columns, and of those referred to.
    fields: Vec<String>,
    references: Vec<String>,
    previous: Option<&'a datamodel::ForeignKey>,
    /// Whether its name carries its columns.
    is_long: bool,
}

/// How a relation and its two fields are called.
struct Called {
    relation: Option<String>,
    field: String,
    opposite: String,
}

impl Description<'_> {
    /// The relation fields of every table and view.
    pub(super) fn relation_fields(&self) -> BTreeMap<Place, Vec<RelationField>> {
        let mut fields = if self.previous.has_no_foreign_keys() {
            BTreeMap::new()
        } else {
            let mut relations = self.relations();
            loop {
                let fields = self.fields_of(&relations);
                let Some(clashing) = self.clashing(&relations, &fields) else { break fields };
                relations[clashing].is_long = true;
            }
        };
        for (place, field) in self.copied_relations().0 {
            fields.entry(place).or_default().push(field);
        }
        fields
    }

    fn relations(&self) -> Vec<Relation<'_>> {
        let tables = &self.found.schema.tables;
        let places: BTreeMap<&ObjectName, usize> =
            tables.iter().enumerate().map(|(place, table)| (&table.name, place)).collect();
        let mut relations: Vec<Relation<'_>> = Vec::new();
        for (place, table) in tables.iter().enumerate() {
            if !self.is_model(place) {
                continue;
            }
            for key in &table.foreign_keys {
                let target = places.get(&key.referenced_table).copied();
                let Some(target) = target.filter(|target| self.is_model(*target)) else { continue };
                let same = |other: &Relation<'_>| {
                    other.table == place
                        && other.target == target
                        && other.key.columns == key.columns
                        && other.key.referenced_columns == key.referenced_columns
                };
                if relations.iter().any(same) {
                    continue;
                }
                let fields = self.fields_over(place, &key.columns);
                let references = self.fields_over(target, &key.referenced_columns);
                let (Some(fields), Some(references)) = (fields, references) else { continue };
                let columns: Vec<&str> = key.columns.iter().map(|name| name.as_str()).collect();
                relations.push(Relation {
                    table: place,
                    target,
                    key,
                    fields,
                    references,
                    previous: self.previous.relation(place, &columns),
                    is_long: columns.iter().any(|name| sanitized(name) == self.plain(target)),
                });
            }
        }
        let times = self.times(&relations);
        for relation in &mut relations {
            relation.is_long |= times[&pair(relation.table, relation.target)] > 1;
        }
        relations
    }

    /// How many relations there are between two tables.
    fn times(&self, relations: &[Relation<'_>]) -> BTreeMap<(usize, usize), usize> {
        let mut times = BTreeMap::new();
        let keys = relations.iter().map(|relation| pair(relation.table, relation.target));
        for between in keys.chain(self.joins.iter().map(|join| pair(join.a, join.b))) {
            *times.entry(between).or_default() += 1;
        }
        times
    }

    fn fields_of(&self, relations: &[Relation<'_>]) -> BTreeMap<Place, Vec<RelationField>> {
        let mut fields: BTreeMap<Place, Vec<RelationField>> = BTreeMap::new();
        let mut push = |place: usize, field| fields.entry(Place::Table(place)).or_default().push(field);
        for relation in relations {
            let called = self.called(relation);
            let name = called.relation.as_ref().map(|name| quoted(name));
            let is_optional = self.is_optional(relation);
            let owning = RelationField {
                name: called.field,
                target: Place::Table(relation.target),
                mark: if is_optional { "?" } else { "" },
                arguments: self.relation_arguments(relation, name.clone()),
            };
            let opposite = RelationField {
                name: called.opposite,
                target: Place::Table(relation.table),
                mark: if self.is_one_to_one(relation) { "?" } else { "[]" },
                arguments: name.into_iter().collect(),
            };
            push(relation.table, owning);
            push(relation.target, opposite);
        }
        let times = self.times(relations);
        for join in self.joins {
            let is_long = times[&pair(join.a, join.b)] > 1;
            let (a, b) = (self.plain(join.a), self.plain(join.b));
            let is_self = join.a == join.b;
            let is_usual = join.name == format!("{a}To{b}");
            let previous = self.previous.join_table(&self.found.schema.tables[join.table].name);
            // Prisma names a relation that it knows, even by the name that it has anyway.
            let is_said = is_self || is_long || !is_usual || previous.is_some();
            let relation = is_said.then(|| quoted(&join.name));
            let previous = previous.filter(|_| !is_self);
            let kept = |side: Option<datamodel::RelationSide>| {
                let side = side?;
                Some(self.previous.datamodel.field(side.model, side.field).name.clone())
            };
            let long = if is_long { format!("_{}", sanitized(&join.name)) } else { String::new() };
            let (on_a, on_b) = if is_self {
                (format!("{a}{long}_A"), format!("{b}{long}_B"))
            } else {
                (format!("{b}{long}"), format!("{a}{long}"))
            };
            let field = |name: Option<String>, made: String, target: usize| RelationField {
                name: name.unwrap_or(made),
                target: Place::Table(target),
                mark: "[]",
                arguments: relation.iter().cloned().collect(),
            };
            push(join.a, field(kept(previous.map(|it| it.a)), on_a, join.b));
            push(join.b, field(kept(previous.map(|it| it.b)), on_b, join.a));
        }
        fields
    }

    fn called(&self, relation: &Relation<'_>) -> Called {
        let (table, target) = (self.plain(relation.table), self.plain(relation.target));
        let is_self = relation.table == relation.target;
        let columns = relation.key.columns.iter().map(|name| sanitized(name.as_str()));
        let long = format!("{table}_{}To{target}", columns.collect::<Vec<_>>().join("_"));
        let made = if relation.is_long {
            Called {
                field: format!("{target}_{long}"),
                opposite: format!("{}{table}_{long}", if is_self { "other_" } else { "" }),
                relation: Some(long),
            }
        } else {
            Called {
                field: target.to_owned(),
                opposite: format!("{}{table}", if is_self { "other_" } else { "" }),
                relation: is_self.then(|| format!("{table}To{target}")),
            }
        };
        let Some(previous) = relation.previous else { return made };
        let name = |model: ModelId, field| self.previous.datamodel.field(model, field).name.clone();
        Called {
            relation: previous.relation_name.clone(),
            field: name(previous.model, previous.relation_field),
            opposite: previous
                .opposite
                .map_or(made.opposite, |field| name(previous.target, field)),
        }
    }

    /// The first relation that puts a field where another field has its name already, and that
    /// may be called otherwise. Prisma leaves such fields.
    fn clashing(
        &self,
        relations: &[Relation<'_>],
        fields: &BTreeMap<Place, Vec<RelationField>>,
    ) -> Option<usize> {
        let clashes = |place: usize, name: &str| {
            let columns = self.columns[place].iter().flatten();
            let others = fields.get(&Place::Table(place)).into_iter().flatten();
            let others = others.map(|field| &field.name);
            columns.chain(others).filter(|other| *other == name).count() > 1
        };
        relations.iter().position(|relation| {
            let called = self.called(relation);
            relation.previous.is_none()
                && !relation.is_long
                && (clashes(relation.table, &called.field)
                    || clashes(relation.target, &called.opposite))
        })
    }

    fn relation_arguments(&self, relation: &Relation<'_>, name: Option<String>) -> Vec<String> {
        let key = relation.key;
        let table = &self.found.schema.tables[relation.table];
        let mut parts: Vec<String> = name.into_iter().collect();
        parts.push(format!("fields: [{}]", relation.fields.join(", ")));
        parts.push(format!("references: [{}]", relation.references.join(", ")));
        let columns = key.columns.iter().filter_map(|name| table.column(name));
        let any_required = columns.into_iter().any(|column| column.arity == Arity::Required);
        let usual = if any_required { Action::Restrict } else { Action::SetNull };
        if key.on_delete != usual {
            parts.push(format!("onDelete: {}", action(key.on_delete).name()));
        }
        if key.on_update != Action::Cascade {
            parts.push(format!("onUpdate: {}", action(key.on_update).name()));
        }
        let given = relation.previous.and_then(|previous| previous.explicit_name.as_deref());
        let names: Vec<&str> = key.columns.iter().map(|name| name.as_str()).collect();
        let base = format!("{}_{}", table.name.name.as_str(), names.join("_"));
        let is_usual = key.name.as_str() == constraint_name(&base, "_fkey");
        if let Some(map) = given.or_else(|| (!is_usual).then(|| key.name.as_str())) {
            parts.push(format!("map: {}", quoted(map)));
        }
        parts
    }

    fn is_optional(&self, relation: &Relation<'_>) -> bool {
        let table = &self.found.schema.tables[relation.table];
        let columns = relation.key.columns.iter().filter_map(|name| table.column(name));
        columns.into_iter().any(|column| column.arity != Arity::Required)
    }

    /// Whether some key or unique index lies within the columns of the foreign key.
    fn is_one_to_one(&self, relation: &Relation<'_>) -> bool {
        let table: &Table = &self.found.schema.tables[relation.table];
        let mut uniques = table.indexes.iter().filter(|index| index.unique && index.predicate.is_none());
        let within = |mut names: std::slice::Iter<'_, radoub_schema::name::Ident>| {
            names.all(|name| relation.key.columns.contains(name))
        };
        table.primary_key.as_ref().is_some_and(|key| within(key.columns.iter()))
            || uniques.any(|index| {
                index.columns.iter().all(|column| relation.key.columns.contains(&column.name))
            })
    }

    /// Whether the table at this place becomes a model with fields.
    pub(super) fn is_model(&self, place: usize) -> bool {
        let schema = self.found.schema;
        join_tables::is_written(schema, self.joins, place)
            && !schema.tables[place].columns.is_empty()
    }

    fn plain(&self, place: usize) -> &str {
        &self.names.tables[place].plain
    }

    /// The relation fields of a model or view, as lines.
    pub(super) fn relation_lines(&self, place: Place, ignored: &[bool]) -> String {
        let is_ignored = |place: Place| match place {
            Place::Table(at) => ignored.get(at).copied().unwrap_or(false),
            Place::View(at) => self.previous.view(at).is_some_and(|block| block.is_ignored),
        };
        let line = |field: &RelationField| {
            let attribute = match &field.arguments[..] {
                [] => String::new(),
                parts => format!(" @relation{}", arguments(parts)),
            };
            // An ignored model takes no attribute on its own fields.
            let ignore = if is_ignored(field.target) && !is_ignored(place) { " @ignore" } else { "" };
            let target = self.block_name(field.target);
            format!("{} {target}{}{attribute}{ignore}\n", field.name, field.mark)
        };
        self.fields.get(&place).into_iter().flatten().map(line).collect()
    }

    /// The name of a model or view.
    pub(super) fn block_name(&self, place: Place) -> &str {
        match place {
            Place::Table(at) => &self.names.tables[at].name,
            Place::View(at) => &self.names.views[at].name,
        }
    }
}

fn pair(one: usize, other: usize) -> (usize, usize) {
    (one.min(other), one.max(other))
}

/// What stands behind the type for an arity.
pub(super) fn mark(arity: datamodel::Arity) -> &'static str {
    match arity {
        datamodel::Arity::Required => "",
        datamodel::Arity::Optional => "?",
        datamodel::Arity::List => "[]",
    }
}

fn action(action: Action) -> ReferentialAction {
    match action {
        Action::NoAction => ReferentialAction::NoAction,
        Action::Restrict => ReferentialAction::Restrict,
        Action::Cascade => ReferentialAction::Cascade,
        Action::SetNull => ReferentialAction::SetNull,
        Action::SetDefault => ReferentialAction::SetDefault,
    }
}
