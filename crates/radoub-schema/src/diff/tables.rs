//! Tables: made, dropped, changed.

use std::borrow::Cow;

use super::indexes::as_made;
use super::{Comparison, Terms};
use crate::model::{SqlSchema, Table};
use crate::step::{Change, Clause, IndexReason, Place, Position, Step, TableChange};

/// Makes the tables of these indices, and what hangs on them; one kind after the other, which is
/// their order already when nothing else happens.
pub(super) fn create(
    to: Cow<'_, SqlSchema>,
    new: Vec<usize>,
    terms: &Terms,
    steps: &mut Vec<Step>,
) {
    let origin = to.origin;
    let tables: Vec<(usize, Table)> = match to {
        Cow::Borrowed(to) => new.into_iter().map(|at| (at, to.tables[at].clone())).collect(),
        Cow::Owned(to) => {
            let mut new = new.into_iter().peekable();
            let tables = to.tables.into_iter().enumerate();
            tables.filter(|(at, _)| new.next_if_eq(at).is_some()).collect()
        }
    };
    let count = |(_, table): &(_, Table)| 1 + table.indexes.len() + table.foreign_keys.len();
    steps.reserve(tables.iter().map(count).sum());
    let mut push = |change: Change, object: usize, part: usize| {
        let place = Place { previous: None, next: Some(Position { object, part }) };
        steps.push(Step { change, place });
    };
    let (mut indexes, mut keys) = (Vec::new(), Vec::new());
    for (at, mut table) in tables {
        indexes.push((at, table.name.clone(), std::mem::take(&mut table.indexes)));
        keys.push((at, table.name.clone(), std::mem::take(&mut table.foreign_keys)));
        push(Change::CreateTable(table), at, 0);
    }
    for (at, table, indexes) in indexes {
        for (part, index) in indexes.into_iter().enumerate() {
            let reason = IndexReason::NewTable;
            let Some(index) = as_made(index, origin, terms) else { continue };
            push(Change::CreateIndex { table: table.clone(), index, reason }, at, part);
        }
    }
    for (at, table, keys) in keys {
        for (part, key) in keys.into_iter().enumerate() {
            push(Change::AddForeignKey { table: table.clone(), key }, at, part);
        }
    }
}

impl Comparison<'_> {
    /// Drops and changes tables; gives those that are to be made, in order.
    pub(super) fn tables(&mut self) -> Vec<usize> {
        let from = self.from;
        let pairs = std::mem::take(&mut self.table_pairs);
        for at in pairs.only_from {
            let table = &from.tables[at];
            let name = self.dropped(&table.name);
            for (part, key) in table.foreign_keys.iter().enumerate() {
                let change = Change::DropForeignKey { table: name.clone(), key: key.clone() };
                self.push(change, Some(Position { object: at, part }), None);
            }
            self.push(Change::DropTable(name), Some(Position::of(at)), None);
        }
        for (before, after) in pairs.both {
            self.table(before, after);
        }
        pairs.only_to
    }

    fn table(&mut self, before: usize, after: usize) {
        let (from, to) = (&self.from.tables[before], &self.to.tables[after]);
        let mut columns = self.columns(from, to);
        let key = self.primary_key(from, to, &columns);
        let added_key = match &key.add {
            Some(Clause::AddPrimaryKey(key)) => Some(key.columns.clone()),
            _ => None,
        };
        self.foreign_keys((before, from), (after, to), &columns);
        self.indexes((before, from), (after, to), &columns, added_key.as_deref());

        let mut clauses: Vec<Clause> = key.drop.into_iter().chain(key.rename).collect();
        clauses.append(&mut columns.clauses);
        clauses.extend(key.add);
        if !clauses.is_empty() {
            let change = Change::AlterTable(TableChange { table: to.name.clone(), clauses });
            self.push(change, Some(Position::of(before)), Some(Position::of(after)));
        }
    }
}
