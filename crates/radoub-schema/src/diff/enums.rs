//! Enum types: labels are a set, their order is ignored.

use std::collections::BTreeSet;

use super::Comparison;
use crate::model::{Arity, Column, ColumnDefault, Literal, Table};
use crate::name::ObjectName;
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
            let replacement = (!removed.is_empty()).then(|| EnumReplacement {
                labels: next.labels.clone(),
                dropped_namespace: previous.name.namespace.clone(),
                ..self.replacement(&previous.name, &next.name)
            });
            let change = EnumChange { name: next.name.clone(), added, removed, replacement };
            let (previous, next) = (Position::of(before), Position::of(after));
            self.push(Change::AlterEnum(change), Some(previous), Some(next));
        }
    }

    /// The columns that a replaced type touches (Prisma facts 10.6).
    fn replacement(&self, previous: &'a ObjectName, next: &'a ObjectName) -> EnumReplacement {
        let (from, to) = (self.from, self.to);
        let has_default = |column: &&Column| {
            Self::enum_of(&column.kind).is_some_and(|name| name == previous)
                && matches!(&column.default, Some(ColumnDefault::Value(it)) if is_label(it))
        };
        let mut defaults_dropped = Vec::new();
        let mut kept = Vec::new();
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
            for column in table.columns.iter().filter(has_default) {
                match other.column(&column.name) {
                    None => defaults_dropped.push(named(table, column)),
                    Some(wanted) => kept.push((named(table, column), other, wanted)),
                }
            }
        }
        let mut defaults_restored = Vec::new();
        for (column, table, wanted) in kept {
            defaults_dropped.push(column);
            if wanted.default.is_some() {
                defaults_restored.push((table.name.clone(), wanted.clone()));
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
            labels: Vec::new(),
            dropped_namespace: None,
            defaults_dropped,
            columns: columns.collect(),
            defaults_restored,
        }
    }
}

/// Whether a default is of the enum of its column.
fn is_label(literal: &Literal) -> bool {
    match literal {
        Literal::Enum(_) => true,
        Literal::List(elements) => elements.iter().all(is_label),
        _ => false,
    }
}
