//! Primary and foreign keys of a table that stays.

use super::columns::Columns;
use super::{Comparison, Pairs};
use crate::model::{ForeignKey, Table};
use crate::name::{Ident, ObjectName};
use crate::render::Fidelity;
use crate::step::{Change, Clause, Position};

/// What happens to a primary key; each part is there or not.
#[derive(Debug, Default)]
pub(super) struct KeyClauses {
    pub(super) drop: Option<Clause>,
    pub(super) rename: Option<Clause>,
    pub(super) add: Option<Clause>,
}

impl<'a> Comparison<'a> {
    pub(super) fn primary_key(&self, from: &Table, to: &Table, columns: &Columns) -> KeyClauses {
        let mut clauses = KeyClauses::default();
        let (previous, next) = (&from.primary_key, &to.primary_key);
        let same = match (previous, next) {
            (Some(previous), Some(next)) => {
                let retyped = |name: &Ident| columns.retyped.contains(name);
                previous.columns == next.columns && !next.columns.iter().any(retyped)
            }
            _ => false,
        };
        // Prisma renames a key that it drops and adds in the same breath, which cannot run
        // (Prisma facts 10.3).
        let renames = same || self.terms.dialect.fidelity == Fidelity::Exact;
        if let (Some(previous), Some(next)) = (previous, next)
            && renames
            && previous.name != next.name
        {
            clauses.rename =
                Some(Clause::RenamePrimaryKey { from: previous.name.clone(), key: next.clone() });
        }
        if !same {
            clauses.drop = previous.clone().map(Clause::DropPrimaryKey);
            clauses.add = next.clone().map(Clause::AddPrimaryKey);
        }
        clauses
    }

    pub(super) fn foreign_keys(
        &mut self,
        (before, from): (usize, &'a Table),
        (after, to): (usize, &'a Table),
        columns: &Columns,
    ) {
        let pairs = Pairs::alike(&from.foreign_keys, &to.foreign_keys, |from, to| {
            self.same_foreign_key(from, to, columns)
        });
        for part in pairs.only_from {
            let (table, key) = (self.dropped(&from.name), from.foreign_keys[part].clone());
            let previous = Position { object: before, part };
            self.push(Change::DropForeignKey { table, key }, Some(previous), None);
        }
        for part in pairs.only_to {
            self.add_foreign_key(after, to, part);
        }
        if is_join_table(from) && is_join_table(to) {
            return;
        }
        for (part_before, part_after) in pairs.both {
            let (previous, next) = (&from.foreign_keys[part_before], &to.foreign_keys[part_after]);
            if previous.name == next.name {
                continue;
            }
            let change = Change::RenameForeignKey {
                table: to.name.clone(),
                from: previous.name.clone(),
                to: next.name.clone(),
            };
            let previous = Position { object: before, part: part_before };
            let next = Position { object: after, part: part_after };
            self.push(change, Some(previous), Some(next));
        }
    }

    pub(super) fn add_foreign_key(&mut self, at: usize, table: &Table, part: usize) {
        let (name, key) = (table.name.clone(), table.foreign_keys[part].clone());
        let next = Position { object: at, part };
        self.push(Change::AddForeignKey { table: name, key }, None, Some(next));
    }

    fn same_foreign_key(
        &self,
        from: &'a ForeignKey,
        to: &'a ForeignKey,
        columns: &Columns,
    ) -> bool {
        from.columns == to.columns
            && from.referenced_columns == to.referenced_columns
            && self.same_target(&from.referenced_table, &to.referenced_table)
            && from.on_delete == to.on_delete
            && from.on_update == to.on_update
            && !from.columns.iter().any(|name| columns.retyped.contains(name))
    }
}

impl<'a> Comparison<'a> {
    /// Whether two keys refer to one table. Prisma looks at the name alone, so that a key to a
    /// table that moves to another namespace is left as it is, and the move fails (measured).
    fn same_target(&self, from: &'a ObjectName, to: &'a ObjectName) -> bool {
        match self.terms.dialect.fidelity {
            Fidelity::Exact => from.name == to.name,
            Fidelity::Sound => self.key(from) == self.key(to),
        }
    }
}

/// Whether a table has exactly the columns of an implicit many-to-many relation; names of its
/// foreign keys are not compared (Prisma facts 10.2, #361).
fn is_join_table(table: &Table) -> bool {
    let mut names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    names.sort_unstable();
    names == ["A", "B"]
}
