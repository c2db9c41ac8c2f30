//! The relation fields: which there are, on which model, and what they are called.
//!
//! A foreign key is a field on both tables. Where two tables have more than one relation between
//! them, or the key has a column that is called like the table it refers to, the relation gets a
//! name of its columns and the fields carry it (measured).

use std::collections::BTreeMap;

use radoub_schema::model::{Action, Arity, ForeignKey, Index, Table};
use radoub_schema::name::ObjectName;

use super::join_tables::{self, JoinTable};
use super::names::sanitized;
use super::{Description, arguments, quoted};
use crate::datamodel::{self, ConstraintNames, ModelId, ReferentialAction};

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
    /// Behind the names of its fields when they are taken even so.
    number: usize,
}

/// An implicit relation, before its fields are made.
struct Joined<'a> {
    table: &'a JoinTable,
    previous: Option<&'a datamodel::JoinTable>,
    /// Whether the names of its fields carry its own.
    is_long: bool,
    /// Behind the names of its fields when they are taken even so.
    number: usize,
}

/// A side of an implicit relation.
#[derive(Debug, Clone, Copy)]
enum Side {
    A,
    B,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
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
            let mut joins = self.joined(&relations);
            loop {
                let fields = self.fields_of(&relations, &joins);
                if !self.tell_apart(&mut relations, &mut joins, &fields) {
                    break fields;
                }
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
                let columns: Vec<&str> =
                    key.columns.iter().map(radoub_schema::name::Ident::as_str).collect();
                relations.push(Relation {
                    table: place,
                    target,
                    key,
                    fields,
                    references,
                    previous: None,
                    number: 0,
                    is_long: columns.iter().any(|name| sanitized(name) == self.plain(target)),
                });
            }
        }
        let times = self.times(&relations);
        for relation in &mut relations {
            relation.is_long |= times[&pair(relation.table, relation.target)] > 1;
        }
        self.recognise(&mut relations);
        relations
    }

    /// Finds the relations in the schema before: by their columns, and where two keys are over the
    /// same ones, by what they refer to. Prisma lets both have the same name then.
    fn recognise<'a>(&'a self, relations: &mut [Relation<'a>]) {
        let mut taken: Vec<&datamodel::ForeignKey> = Vec::new();
        for same_target in [true, false] {
            for relation in relations.iter_mut().filter(|relation| relation.previous.is_none()) {
                let target = self.previous.table(relation.target).and_then(|block| block.model);
                let mut before = self.previous.relations(relation.table, &relation.key.columns);
                relation.previous = before.find(|it| {
                    (!same_target || Some(it.target) == target)
                        && !taken.iter().any(|other| std::ptr::eq(*other, *it))
                });
                taken.extend(relation.previous);
            }
        }
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

    fn fields_of(
        &self,
        relations: &[Relation<'_>],
        joins: &[Joined<'_>],
    ) -> BTreeMap<Place, Vec<RelationField>> {
        let mut fields: BTreeMap<Place, Vec<RelationField>> = BTreeMap::new();
        let mut push =
            |place: usize, field| fields.entry(Place::Table(place)).or_default().push(field);
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
        for join in joins {
            push(join.table.a, self.joined_field(join, Side::A));
            push(join.table.b, self.joined_field(join, Side::B));
        }
        fields
    }

    /// The implicit relations, and which of them have their names in their fields.
    fn joined<'a>(&'a self, relations: &[Relation<'_>]) -> Vec<Joined<'a>> {
        let times = self.times(relations);
        let joined = |table: &'a JoinTable| Joined {
            table,
            previous: self.previous.join_table(&self.found.schema.tables[table.table].name),
            is_long: times[&pair(table.a, table.b)] > 1,
            number: 0,
        };
        self.joins.iter().map(joined).collect()
    }

    /// The field on one side of an implicit relation.
    fn joined_field(&self, join: &Joined<'_>, side: Side) -> RelationField {
        let Joined { table, previous, is_long, number } = join;
        let (a, b) = (self.plain(table.a), self.plain(table.b));
        let is_self = table.a == table.b;
        // Where the namespaces put the tables the other way round than their names, Prisma takes each
        // side's name for the other's.
        let is_swapped = table.a > table.b;
        let is_usual = table.name == format!("{a}To{b}") && !is_swapped || table.name.is_empty();
        let named = if is_swapped { side.other() } else { side };
        // Prisma names a relation that it knows, even by the name that it has anyway.
        let is_said = is_self || *is_long || !is_usual || previous.is_some();
        // Which of two fields on one model is which, the schema before does not say.
        let previous = previous.filter(|_| !is_self).map(|it| match side {
            Side::A => it.a,
            Side::B => it.b,
        });
        let kept =
            previous.map(|it| self.previous.datamodel.field(it.model, it.field).name.to_string());
        let (other, letter) = match named {
            Side::A => (b, "_A"),
            Side::B => (a, "_B"),
        };
        let target = match side {
            Side::A => table.b,
            Side::B => table.a,
        };
        let long = if *is_long { format!("_{}", table.name) } else { String::new() };
        let letter = if is_self { letter } else { "" };
        RelationField {
            name: kept.unwrap_or_else(|| numbered(fit(format!("{other}{long}{letter}")), *number)),
            target: Place::Table(target),
            mark: "[]",
            arguments: is_said.then(|| quoted(&table.name)).into_iter().collect(),
        }
    }

    fn called(&self, relation: &Relation<'_>) -> Called {
        let (table, target) = (self.plain(relation.table), self.plain(relation.target));
        let is_self = relation.table == relation.target;
        let columns = relation.key.columns.iter().map(|name| sanitized(name.as_str()));
        let long = format!("{table}_{}To{target}", columns.collect::<Vec<_>>().join("_"));
        let other = if is_self { "other_" } else { "" };
        let made = if relation.is_long {
            Called {
                field: numbered(format!("{target}_{long}"), relation.number),
                opposite: numbered(format!("{other}{table}_{long}"), relation.number),
                relation: Some(long),
            }
        } else {
            Called {
                field: target.to_owned(),
                opposite: format!("{other}{table}"),
                relation: is_self.then(|| format!("{table}To{target}")),
            }
        };
        let Some(previous) = relation.previous else { return made };
        let name =
            |model: ModelId, field| self.previous.datamodel.field(model, field).name.to_string();
        Called {
            relation: previous.relation_name.as_ref().map(ToString::to_string),
            field: name(previous.model, previous.relation_field),
            opposite: previous.opposite.map_or(made.opposite, |field| name(previous.target, field)),
        }
    }

    /// Changes the name of one relation that puts a field where another field has its name already:
    /// first one that the schema before does not know. Prisma leaves such fields.
    fn tell_apart(
        &self,
        relations: &mut [Relation<'_>],
        joins: &mut [Joined<'_>],
        fields: &BTreeMap<Place, Vec<RelationField>>,
    ) -> bool {
        let of_key = |relation: &Relation<'_>| {
            let called = self.called(relation);
            self.clashes(fields, relation.table, &called.field)
                || self.clashes(fields, relation.target, &called.opposite)
        };
        let of_join = |join: &Joined<'_>| {
            let clashes = |place: usize, side: Side| {
                self.clashes(fields, place, &self.joined_field(join, side).name)
            };
            clashes(join.table.a, Side::A) || clashes(join.table.b, Side::B)
        };
        for keeps in [false, true] {
            let mut keys = relations.iter_mut();
            if let Some(relation) = keys.find(|it| it.previous.is_some() == keeps && of_key(it)) {
                relation.number += usize::from(relation.is_long && !keeps);
                relation.is_long = true;
                relation.previous = None;
                return true;
            }
            let mut joins = joins.iter_mut();
            if let Some(join) = joins.find(|it| it.previous.is_some() == keeps && of_join(it)) {
                join.number += usize::from(join.is_long && !keeps);
                join.is_long = true;
                join.previous = None;
                return true;
            }
        }
        false
    }

    /// Whether the model has more than one field of this name.
    fn clashes(
        &self,
        fields: &BTreeMap<Place, Vec<RelationField>>,
        place: usize,
        name: &str,
    ) -> bool {
        let columns = self.columns[place].iter().flatten();
        let others = fields.get(&Place::Table(place)).into_iter().flatten();
        columns.chain(others.map(|field| &field.name)).filter(|other| *other == name).count() > 1
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
        // A name of the schema before stays, as with Prisma, unless another key has it.
        let given = relation.previous.and_then(|previous| previous.explicit_name.as_deref());
        let is_taken = |name: &&str| {
            *name != key.name.as_str()
                && table.foreign_keys.iter().any(|other| other.name.as_str() == *name)
        };
        let given = given.filter(|name| !is_taken(name));
        let columns = key.columns.iter().map(radoub_schema::name::Ident::as_str);
        let base = std::iter::once(table.name.name.as_str()).chain(columns);
        let is_usual = key.name.as_str() == ConstraintNames::default().name(base, "_fkey");
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

    /// Whether some key or unique index is over just the columns of the foreign key, in their order.
    /// Prisma is content with less, and refuses what it writes then.
    fn is_one_to_one(&self, relation: &Relation<'_>) -> bool {
        let table: &Table = &self.found.schema.tables[relation.table];
        let columns = &relation.key.columns;
        let fits = |index: &Index| index.columns.iter().map(|column| &column.name).eq(columns);
        table.primary_key.as_ref().is_some_and(|key| key.columns == *columns)
            || table.indexes.iter().filter(|index| index.unique).any(fits)
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
            let ignore =
                if is_ignored(field.target) && !is_ignored(place) { " @ignore" } else { "" };
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

/// The name of a field as Prisma has it, letters of any kind, where the language takes it.
fn fit(name: String) -> String {
    let takes = |letter: char| letter.is_alphanumeric() || letter == '_';
    if name.chars().all(takes) { name } else { sanitized(&name) }
}

/// The name with a number behind it, from the second on.
fn numbered(name: String, number: usize) -> String {
    if number == 0 { name } else { format!("{name}_{}", number + 1) }
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
