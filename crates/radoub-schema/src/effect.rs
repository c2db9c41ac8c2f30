//! Whether what a change does is to be seen in a database: how a failed migration is judged
//! statement by statement.
//!
//! Only the objects that the change is about are looked at. Rows are not: a statement that changes
//! nothing but rows leaves no trace here.

use crate::diff::{Terms, diff};
use crate::model::{Column, Enum, ForeignKey, Index, PrimaryKey, SqlSchema, Table};
use crate::name::{Ident, ObjectName};
use crate::step::{Change, Clause, Step};

/// How much of a change is in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// All of it.
    Present,
    /// Nothing of it.
    Absent,
    /// Part of it, or the object is there in another form.
    Unlike,
}

impl Effect {
    /// The name in `--json` and in the keys of sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Unlike => "unlike",
        }
    }

    /// Of two parts together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Unlike }
    }

    /// Of something that is there as wanted, there in another form, or not there.
    fn of(found: Option<bool>) -> Self {
        match found {
            Some(true) => Self::Present,
            Some(false) => Self::Unlike,
            None => Self::Absent,
        }
    }

    /// Of something that should be gone.
    fn gone(there: bool) -> Self {
        if there { Self::Absent } else { Self::Present }
    }
}

/// The effect of several steps together in `schema`; `None` when there are none.
pub fn effect_of(steps: &[Step], schema: &SqlSchema, terms: &Terms) -> Option<Effect> {
    let effects = steps.iter().map(|step| effect(&step.change, schema, terms));
    effects.reduce(Effect::and)
}

/// How much of a change is in `schema`.
pub fn effect(change: &Change, schema: &SqlSchema, terms: &Terms) -> Effect {
    let live = Live { schema, terms };
    match change {
        Change::CreateNamespace(name) => {
            Effect::of(schema.namespaces.contains(name).then_some(true))
        }
        Change::DropExtension(name) => Effect::gone(live.extension(name)),
        Change::CreateExtension(it) => Effect::of(live.extension(&it.name).then_some(true)),
        Change::AlterExtension { name, version, namespace } => {
            let found = schema.extensions.iter().find(|it| it.name == *name);
            Effect::of(found.map(|it| {
                (version.is_none() || it.version == *version)
                    && (namespace.is_none() || it.namespace == *namespace)
            }))
        }
        Change::CreateEnum(wanted) => Effect::of(live.enum_type(&wanted.name).map(|it| {
            let has = |labels: &[String], other: &[String]| {
                labels.iter().all(|label| other.contains(label))
            };
            has(&it.labels, &wanted.labels) && has(&wanted.labels, &it.labels)
        })),
        Change::AlterEnum(change) => {
            let Some(found) = live.enum_type(&change.name) else { return Effect::Absent };
            let has = |label: &String| found.labels.contains(label);
            let added = change.added.iter().map(|it| Effect::of(has(it).then_some(true)));
            let removed = change.removed.iter().map(|it| Effect::gone(has(it)));
            added.chain(removed).reduce(Effect::and).unwrap_or(Effect::Present)
        }
        Change::DropEnum(name) => Effect::gone(live.enum_type(name).is_some()),
        Change::DropTable(name) => Effect::gone(live.table(name).is_some()),
        Change::CreateTable(wanted) => {
            Effect::of(live.table(&wanted.name).map(|it| live.same_columns(it, wanted)))
        }
        Change::AlterTable(change) => {
            let Some(table) = live.table(&change.table) else { return Effect::Absent };
            let clauses = change.clauses.iter().map(|clause| live.clause(table, clause));
            clauses.reduce(Effect::and).unwrap_or(Effect::Present)
        }
        Change::DropForeignKey { table, key } => {
            Effect::gone(live.table(table).is_some_and(|it| named_key(it, &key.name).is_some()))
        }
        Change::AddForeignKey { table, key } => {
            let found = live.table(table).and_then(|it| named_key(it, &key.name));
            Effect::of(found.map(|it| live.same_key(it, key)))
        }
        Change::RenameForeignKey { table, from, to } => {
            let has = |name| live.table(table).is_some_and(|it| named_key(it, name).is_some());
            renamed(has(from), has(to))
        }
        Change::DropIndex { table, index, .. } => {
            Effect::gone(live.table(table).is_some_and(|it| named_index(it, &index.name).is_some()))
        }
        Change::CreateIndex { table, index, .. } => {
            let found = live.table(table).and_then(|it| named_index(it, &index.name));
            Effect::of(found.map(|it| same_index(it, index)))
        }
        Change::RenameIndex { table, from, to } => {
            let has = |name| live.table(table).is_some_and(|it| named_index(it, name).is_some());
            renamed(has(&from.name), has(to))
        }
    }
}

/// The side that is looked at.
struct Live<'a> {
    schema: &'a SqlSchema,
    terms: &'a Terms,
}

impl<'a> Live<'a> {
    fn is(&self, one: &ObjectName, other: &ObjectName) -> bool {
        let default = &self.terms.default_namespace;
        one.name == other.name
            && one.namespace.as_ref().unwrap_or(default)
                == other.namespace.as_ref().unwrap_or(default)
    }

    fn table(&self, name: &ObjectName) -> Option<&'a Table> {
        self.schema.tables.iter().find(|it| self.is(&it.name, name))
    }

    fn enum_type(&self, name: &ObjectName) -> Option<&'a Enum> {
        self.schema.enums.iter().find(|it| self.is(&it.name, name))
    }

    fn extension(&self, name: &Ident) -> bool {
        self.schema.extensions.iter().any(|it| it.name == *name)
    }

    fn clause(&self, table: &Table, clause: &Clause) -> Effect {
        match clause {
            Clause::DropPrimaryKey(key) => {
                Effect::gone(table.primary_key.as_ref().is_some_and(|it| it.name == key.name))
            }
            Clause::AddPrimaryKey(key) => Effect::of(same_primary_key(table, key)),
            Clause::RenamePrimaryKey { from, key } => {
                let has =
                    |name: &Ident| table.primary_key.as_ref().is_some_and(|it| it.name == *name);
                renamed(has(from), has(&key.name))
            }
            Clause::DropColumn(column) => Effect::gone(table.column(&column.name).is_some()),
            Clause::AddColumn(column) => {
                Effect::of(table.column(&column.name).map(|it| self.same_column(it, column)))
            }
            Clause::AlterColumn(change) | Clause::RecreateColumn(change) => {
                match table.column(&change.to.name) {
                    Some(found) if self.same_column(found, &change.to) => Effect::Present,
                    Some(found) if self.same_column(found, &change.from) => Effect::Absent,
                    _ => Effect::Unlike,
                }
            }
        }
    }

    /// Whether every column of `wanted` is in `found` as it is, and no other.
    fn same_columns(&self, found: &Table, wanted: &Table) -> bool {
        found.columns.len() == wanted.columns.len()
            && wanted.columns.iter().all(|column| {
                found.column(&column.name).is_some_and(|it| self.same_column(it, column))
            })
            && match &wanted.primary_key {
                Some(key) => same_primary_key(found, key) == Some(true),
                None => found.primary_key.is_none(),
            }
    }

    /// By the rules of the comparison of schemas, so that what is no difference is none here.
    fn same_column(&self, found: &Column, wanted: &Column) -> bool {
        let alone = |column: &Column| SqlSchema {
            origin: self.schema.origin,
            tables: vec![Table {
                columns: vec![column.clone()],
                ..Table::new(ObjectName::bare("t"))
            }],
            ..SqlSchema::empty()
        };
        diff(&alone(found), alone(wanted), self.terms).is_empty()
    }

    fn same_key(&self, found: &ForeignKey, wanted: &ForeignKey) -> bool {
        found.columns == wanted.columns
            && self.is(&found.referenced_table, &wanted.referenced_table)
            && found.referenced_columns == wanted.referenced_columns
            && found.on_delete == wanted.on_delete
            && found.on_update == wanted.on_update
    }
}

fn renamed(has_old: bool, has_new: bool) -> Effect {
    match (has_old, has_new) {
        (false, true) => Effect::Present,
        (true, false) => Effect::Absent,
        _ => Effect::Unlike,
    }
}

fn named_key<'a>(table: &'a Table, name: &Ident) -> Option<&'a ForeignKey> {
    table.foreign_keys.iter().find(|it| it.name == *name)
}

fn named_index<'a>(table: &'a Table, name: &Ident) -> Option<&'a Index> {
    table.indexes.iter().find(|it| it.name == *name)
}

fn same_primary_key(table: &Table, key: &PrimaryKey) -> Option<bool> {
    table.primary_key.as_ref().map(|it| it.columns == key.columns)
}

fn same_index(found: &Index, wanted: &Index) -> bool {
    // Whether a constraint stands behind it makes no difference to what it does.
    Index { is_constraint: wanted.is_constraint, ..found.clone() } == *wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::steps;
    use crate::model::{Arity, ColumnType};
    use crate::types::NativeType;

    fn schema(tables: &[(&str, &[(&str, NativeType)])]) -> SqlSchema {
        let column = |(name, kind): &(&str, NativeType)| Column {
            name: Ident::new(*name),
            kind: ColumnType::Native(*kind),
            domain: None,
            arity: Arity::Required,
            default: None,
            is_identity: false,
            generated: None,
            filled_by_client: false,
        };
        let table = |(name, columns): &(&str, &[(&str, NativeType)])| Table {
            columns: columns.iter().map(column).collect(),
            ..Table::new(ObjectName::bare(*name))
        };
        SqlSchema { tables: tables.iter().map(table).collect(), ..SqlSchema::empty() }
    }

    #[test]
    fn a_change_is_present_absent_or_unlike() {
        use NativeType as N;
        let terms = Terms::default();
        let before = schema(&[("t", &[("a", N::Text)])]);
        let after =
            schema(&[("t", &[("a", N::Integer), ("b", N::Text)]), ("n", &[("x", N::Text)])]);
        let change = steps(&before, &after, &terms);
        assert_eq!(effect_of(&change, &before, &terms), Some(Effect::Absent));
        assert_eq!(effect_of(&change, &after, &terms), Some(Effect::Present));
        let half = schema(&[("t", &[("a", N::Text), ("b", N::Text)])]);
        assert_eq!(effect_of(&change, &half, &terms), Some(Effect::Unlike));
        assert_eq!(effect_of(&[], &half, &terms), None);
    }
}
