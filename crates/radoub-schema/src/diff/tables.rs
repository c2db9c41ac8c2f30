//! Tables: made, dropped, changed.

use super::Comparison;
use crate::model::Table;
use crate::step::{Change, Clause, IndexReason, Position, TableChange};

impl Comparison<'_> {
    pub(super) fn tables(&mut self) {
        let (from, to) = (self.from, self.to);
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
        // One kind after the other, which is their order already when nothing else happens.
        let new = || pairs.only_to.iter().map(|&at| (at, &to.tables[at]));
        self.steps.reserve(
            new().map(|(_, table)| 1 + table.indexes.len() + table.foreign_keys.len()).sum(),
        );
        for (at, table) in new() {
            let bare = Table {
                columns: table.columns.clone(),
                primary_key: table.primary_key.clone(),
                ..Table::new(table.name.clone())
            };
            self.push(Change::CreateTable(bare), None, Some(Position::of(at)));
        }
        for (at, table) in new() {
            for part in 0..table.indexes.len() {
                self.create_index(None, (at, table), part, IndexReason::NewTable);
            }
        }
        for (at, table) in new() {
            for part in 0..table.foreign_keys.len() {
                self.add_foreign_key(at, table, part);
            }
        }
        for (before, after) in pairs.both {
            self.table(before, after);
        }
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
