//! Indexes of a table that stays.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::Columns;
use super::expressions::{self, Manner};
use super::{Comparison, Pairs, Terms, last_part};
use crate::model::{Index, Method, OperatorClass, Origin, Sort, Table};
use crate::name::{Ident, ObjectName};
use crate::render::Fidelity;
use crate::step::{Change, IndexReason, Position};

impl Comparison<'_> {
    pub(super) fn indexes(
        &mut self,
        (before, from): (usize, &Table),
        (after, to): (usize, &Table),
        columns: &Columns,
        added_key: Option<&[Ident]>,
    ) {
        let unseen_before = |index: &Index| is_unseen(index, self.from.origin, self.terms);
        let unseen_after = |index: &Index| is_unseen(index, self.to.origin, self.terms);
        // Prisma 7 neither drops nor makes them, but takes them for the same one without a condition (measured).
        let is_exact = self.terms.dialect.fidelity == Fidelity::Exact;
        let mut pairs = Pairs::alike(&from.indexes, &to.indexes, |from, to| {
            let (unseen_from, unseen_to) = (unseen_before(from), unseen_after(to));
            (is_exact || !unseen_from && !unseen_to)
                && self.same_predicate(condition(from, unseen_from), condition(to, unseen_to))
                && self.same_index(from, to)
        });
        pairs.only_from.retain(|&part| !unseen_before(&from.indexes[part]));
        pairs.only_to.retain(|&part| !unseen_after(&to.indexes[part]));
        let twins = self.twins(from);
        for part in pairs.only_from {
            let index = &from.indexes[part];
            let name = ObjectName { name: index.name.clone(), ..self.dropped(&from.name) };
            let mut names = index.columns.iter().map(|column| &column.name);
            let waits_for_key = index.unique
                && from.primary_key.is_none()
                && added_key.is_some_and(|key| key.iter().eq(names.clone()))
                && !names.any(|name| columns.recreated.contains(name));
            let change = Change::DropIndex {
                table: to.name.clone(),
                name,
                index: index.clone(),
                waits_for_key,
            };
            self.push(change, Some(Position { object: before, part }), None);
        }
        for part in pairs.only_to {
            self.create_index(Some(before), (after, to), part, IndexReason::NewIndex);
        }
        for (part_before, part_after) in pairs.both {
            let (previous, next) = (&from.indexes[part_before], &to.indexes[part_after]);
            // Of twins nobody can say which one is meant: they are not renamed, and not even made
            // again when a column takes them away (#100, measured).
            if twins.contains(&part_before) {
                continue;
            }
            let recreated =
                next.columns.iter().any(|column| columns.recreated.contains(&column.name));
            if recreated {
                let reason = IndexReason::RecreatedColumn;
                self.create_index(Some(before), (after, to), part_after, reason);
            }
            // Prisma renames an index that went with its column and came back renamed already.
            let renames = !recreated || self.terms.dialect.fidelity == Fidelity::Exact;
            if renames && previous.name != next.name {
                let name = |name: &Ident| ObjectName {
                    namespace: to.name.namespace.clone(),
                    name: name.clone(),
                };
                let change = Change::RenameIndex {
                    table: to.name.clone(),
                    from: name(&previous.name),
                    to: next.name.clone(),
                };
                let previous = Position { object: before, part: part_before };
                let next = Position { object: after, part: part_after };
                self.push(change, Some(previous), Some(next));
            }
        }
    }

    pub(super) fn create_index(
        &mut self,
        before: Option<usize>,
        (after, table): (usize, &Table),
        part: usize,
        reason: IndexReason,
    ) {
        let index = table.indexes[part].clone();
        let Some(index) = as_made(index, self.to.origin, self.terms) else { return };
        let change = Change::CreateIndex { table: table.name.clone(), index, reason };
        let next = Position { object: after, part };
        self.push(change, before.map(Position::of), Some(next));
    }
}

/// Whether an index is one of those that are read and not compared.
fn is_unseen(index: &Index, origin: Origin, terms: &Terms) -> bool {
    origin == Origin::Database && index.predicate.is_some() && !terms.partial_indexes
}

/// What an index is compared by; one that is not seen has no condition.
fn condition(index: &Index, is_unseen: bool) -> Option<&str> {
    index.predicate.as_deref().filter(|_| !is_unseen)
}

/// The index of a schema of this origin as it is made; `None` for one that is not.
pub(super) fn as_made(mut index: Index, origin: Origin, terms: &Terms) -> Option<Index> {
    if is_unseen(&index, origin, terms) {
        // Prisma 7 makes it with a new table, and without its condition (measured).
        if terms.dialect.fidelity == Fidelity::Sound {
            return None;
        }
        index.predicate = None;
    }
    Some(index)
}

impl Comparison<'_> {
    /// The indexes of a table of the previous side that have a twin: another one with the same
    /// columns and uniqueness (Prisma facts 10.2). In Prisma's eyes a partial index is one too.
    fn twins(&self, table: &Table) -> BTreeSet<usize> {
        type Look<'a> = (bool, Vec<&'a Ident>);
        let sound = self.terms.dialect.fidelity == Fidelity::Sound;
        let mut alike: BTreeMap<Look<'_>, Vec<usize>> = BTreeMap::new();
        for (part, index) in table.indexes.iter().enumerate() {
            if !(sound && is_unseen(index, self.from.origin, self.terms)) {
                let names = index.columns.iter().map(|column| &column.name).collect();
                alike.entry((index.unique, names)).or_default().push(part);
            }
        }
        alike.into_values().filter(|parts| parts.len() > 1).flatten().collect()
    }
}

impl Comparison<'_> {
    /// Apart from their conditions.
    fn same_index(&self, from: &Index, to: &Index) -> bool {
        from.unique == to.unique
            && from.method == to.method
            && from.columns.len() == to.columns.len()
            && from.columns.iter().zip(&to.columns).all(|(from_column, to_column)| {
                from_column.name == to_column.name
                    && from_column.sort.unwrap_or(Sort::Asc) == to_column.sort.unwrap_or(Sort::Asc)
                    && self.same_class(
                        from.method,
                        from_column.operator_class.as_ref(),
                        to_column.operator_class.as_ref(),
                    )
            })
    }

    /// Conditions of indexes: of two files the texts are compared, of a database what they say.
    fn same_predicate(&self, from: Option<&str>, to: Option<&str>) -> bool {
        let manner = match self.terms.dialect.fidelity {
            Fidelity::Exact => Manner::Prisma,
            Fidelity::Sound => Manner::Meaning,
        };
        match (from, to) {
            (Some(from), Some(to)) if self.is_live() => expressions::same(from, to, manner),
            _ => from == to,
        }
    }

    /// Classes are equal by name, or when one side says none and the other the type's default.
    ///
    /// Prisma tells a class that it has a name for from the same one written `raw("…")` (measured),
    /// and does not see those of B-trees: here, a file that says none does not mind one.
    fn same_class(
        &self,
        method: Method,
        from: Option<&OperatorClass>,
        to: Option<&OperatorClass>,
    ) -> bool {
        let is_sound = self.terms.dialect.fidelity == Fidelity::Sound;
        let in_database = |origin: Origin| is_sound && origin == Origin::Database;
        let unseen = matches!(method, Method::BTree | Method::Hash);
        match (from, to) {
            (None, None) => true,
            (Some(_), None) if unseen && in_database(self.from.origin) => true,
            (None, Some(_)) if unseen && in_database(self.to.origin) => true,
            (Some(class), None) | (None, Some(class)) => class.is_default,
            (Some(from), Some(to)) if is_sound => last_part(&from.name) == last_part(&to.name),
            (Some(from), Some(to)) => from.name == to.name && from.is_known == to.is_known,
        }
    }
}
