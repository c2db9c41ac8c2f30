//! Enum types: labels are a set, their order is ignored.

use std::collections::BTreeSet;

use super::Comparison;
use crate::model::{Arity, Column, ColumnDefault, Enum, Literal, Table};
use crate::name::{Ident, ObjectName};
use crate::render::Fidelity;
use crate::step::{Change, ColumnName, EnumChange, EnumReplacement, Position};

impl<'a> Comparison<'a> {
    pub(super) fn enums(&mut self) {
        let (from, to) = (self.from, self.to);
        for at in std::mem::take(&mut self.enum_pairs.only_from) {
            let name = self.dropped(&from.enums[at].name);
            self.push(Change::DropEnum(name), Some(Position::of(at)), None);
        }
        for at in std::mem::take(&mut self.enum_pairs.only_to) {
            let change = Change::CreateEnum(to.enums[at].clone());
            self.push(change, None, Some(Position::of(at)));
        }
        for (before, after) in std::mem::take(&mut self.enum_pairs.both) {
            let (previous, next) = (&from.enums[before], &to.enums[after]);
            let had: BTreeSet<&String> = previous.labels.iter().collect();
            let wanted: BTreeSet<&String> = next.labels.iter().collect();
            let missing = |labels: &[String], other: &BTreeSet<&String>| -> Vec<String> {
                labels.iter().filter(|label| !other.contains(label)).cloned().collect()
            };
            let (added, removed) =
                (missing(&next.labels, &had), missing(&previous.labels, &wanted));
            if added.is_empty() && removed.is_empty() {
                continue;
            }
            let replaced = !removed.is_empty() || self.is_used_at_once(&next.name, &added);
            let replacement = replaced.then(|| self.replacement(previous, next));
            let (previous, name) = (Some(Position::of(before)), next.name.clone());
            if let Some(EnumReplacement { old_type, old_type_stays: true, .. }) = &replacement {
                self.push(Change::DropEnum(old_type.clone()), previous, None);
            }
            let change = EnumChange { name, added, removed, replacement };
            self.push(Change::AlterEnum(change), previous, Some(Position::of(after)));
        }
    }

    /// Whether a new label is a default in the same script. PostgreSQL refuses that in the
    /// transaction that adds the label (55P04), so the type is replaced; Prisma lets it fail.
    fn is_used_at_once(&self, name: &ObjectName, added: &[String]) -> bool {
        let uses = |column: &Column| {
            Self::enum_of(&column.kind) == Some(name)
                && matches!(&column.default, Some(ColumnDefault::Value(it)) if mentions(it, added))
        };
        self.terms.dialect.fidelity == Fidelity::Sound
            && self.to.tables.iter().flat_map(|table| &table.columns).any(uses)
    }

    /// Whether a column of the old type is neither changed to the new one nor gone when the swap
    /// runs; Prisma drops the old type all the same, and fails (#167, #168).
    fn outlives_swap(&self, previous: &ObjectName, next: &ObjectName) -> bool {
        let has = |column: &Column, name| Self::enum_of(&column.kind) == Some(name);
        let gone = self.table_pairs.only_from.iter().flat_map(|&at| &self.from.tables[at].columns);
        let changed = self.table_pairs.both.iter().flat_map(|&(before, after)| {
            let wanted = &self.to.tables[after];
            let columns = self.from.tables[before].columns.iter();
            columns.filter(|column| {
                !wanted.column(&column.name).is_some_and(|column| has(column, next))
            })
        });
        self.terms.dialect.fidelity == Fidelity::Sound
            && gone.chain(changed).any(|column| has(column, previous))
    }

    /// The columns that a replaced type touches (Prisma facts 10.6).
    fn replacement(&self, before: &'a Enum, after: &'a Enum) -> EnumReplacement {
        let (from, to) = (self.from, self.to);
        let (previous, next) = (&before.name, &after.name);
        let has_default = |column: &&Column| {
            Self::enum_of(&column.kind).is_some_and(|name| name == previous)
                && column.default.is_some()
        };
        let mut defaults_dropped = Vec::new();
        let mut defaults_restored = Vec::new();
        let named = |table: &Table, column: &Column| ColumnName {
            table: table.name.clone(),
            column: column.name.clone(),
        };
        for &at in &self.table_pairs.only_from {
            let table = &from.tables[at];
            let columns = table.columns.iter().filter(has_default);
            defaults_dropped.extend(columns.map(|column| named(table, column)));
        }
        for &(before, after) in &self.table_pairs.both {
            let (table, other) = (&from.tables[before], &to.tables[after]);
            // By name, not in the order of the table, and columns that go first (measured).
            let mut columns: Vec<&Column> = table.columns.iter().filter(has_default).collect();
            columns.sort_by_key(|column| (other.column(&column.name).is_some(), &column.name));
            for column in columns {
                defaults_dropped.push(named(table, column));
                if let Some(wanted) = other.column(&column.name)
                    && wanted.default.is_some()
                    && Self::enum_of(&wanted.kind) == Some(next)
                {
                    defaults_restored.push((other.name.clone(), wanted.clone()));
                }
            }
        }
        let columns = to.tables.iter().flat_map(|table| {
            let columns = table
                .columns
                .iter()
                .filter(|column| Self::enum_of(&column.kind).is_some_and(|name| name == next));
            columns.map(|column| (named(table, column), column.arity == Arity::List))
        });
        EnumReplacement {
            labels: after.labels.clone(),
            old_type: ObjectName {
                namespace: previous.namespace.clone(),
                name: Ident::new(format!("{}_old", next.name.as_str())),
            },
            old_type_stays: self.outlives_swap(previous, next),
            defaults_dropped,
            columns: columns.collect(),
            defaults_restored,
        }
    }
}

/// Whether a default mentions one of these labels.
fn mentions(literal: &Literal, labels: &[String]) -> bool {
    match literal {
        Literal::Enum(label) => labels.contains(label),
        Literal::List(elements) => elements.iter().any(|element| mentions(element, labels)),
        _ => false,
    }
}
