//! Columns of a table that stays.

use std::collections::BTreeMap;

use super::{Comparison, defaults};
use crate::model::{Column, ColumnDefault, SqlSchema, Table};
use crate::name::Ident;
use crate::render::Fidelity;
use crate::step::{Cast, Clause, ColumnChange, ColumnDifference};

/// The columns of a table, compared.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Clauses that drop, then add, then change columns, in the order in which they are
    /// written (Prisma facts 10.3).
    pub(super) clauses: Vec<Clause>,
    /// Names of paired columns whose type changes.
    pub(super) retyped: Vec<Ident>,
    /// Names of paired columns that are dropped and made again.
    pub(super) recreated: Vec<Ident>,
}

impl<'a> Comparison<'a> {
    pub(super) fn columns(&self, from: &'a Table, to: &'a Table) -> Columns {
        let before: BTreeMap<&Ident, &Column> = by_name(from);
        let after: BTreeMap<&Ident, &Column> = by_name(to);
        let mut columns = Columns::default();
        // Both maps give the names in byte order, which is the order of these clauses.
        for (name, column) in &before {
            if !after.contains_key(name) {
                columns.clauses.push(Clause::DropColumn((*column).clone()));
            }
        }
        for (name, column) in &after {
            if !before.contains_key(name) {
                columns.clauses.push(Clause::AddColumn((*column).clone()));
            }
        }
        for column in &from.columns {
            let Some(wanted) = after.get(&column.name) else { continue };
            let differs = self.difference(column, wanted);
            if !differs.any() {
                continue;
            }
            if differs.kind.is_some() {
                columns.retyped.push(column.name.clone());
            }
            let change = Box::new(ColumnChange {
                from: column.clone(),
                to: (*wanted).clone(),
                differs,
                dropped_sequence: self.dropped_sequence(column, differs),
            });
            columns.clauses.push(if differs.kind == Some(Cast::Impossible) {
                columns.recreated.push(column.name.clone());
                Clause::RecreateColumn(change)
            } else {
                Clause::AlterColumn(change)
            });
        }
        columns
    }

    fn difference(&self, from: &'a Column, to: &'a Column) -> ColumnDifference {
        // Only a new column can be a generated one; Prisma writes its expression as a default.
        let is_sound = self.terms.dialect.fidelity == Fidelity::Sound;
        // Prisma takes a text for another one that differs in nothing but capitals (#072).
        let in_case = is_sound && self.is_live() && defaults::differ_in_case(from, to);
        let default = (defaults::differ(from, to) || in_case)
            && !(is_sound && self.is_live() && defaults::mean_the_same(from, to));
        let anew = is_sound && default && to.generated.is_some();
        ColumnDifference {
            arity: from.arity != to.arity,
            default,
            kind: if anew { Some(Cast::Impossible) } else { self.retyping(from, to) },
            autoincrement: from.autoincrements() != to.autoincrements(),
        }
    }

    /// The sequence that nothing uses any more when this column stops using it. A schema file
    /// knows no name, so all of its sequences count as one (Prisma facts 10.7; measured).
    fn dropped_sequence(&self, from: &Column, differs: ColumnDifference) -> Option<Ident> {
        let Some(ColumnDefault::Sequence(name)) = &from.default else { return None };
        if !differs.autoincrement {
            return None;
        }
        let uses = |schema: &SqlSchema| {
            let columns = schema.tables.iter().flat_map(|table| &table.columns);
            let uses = |column: &&Column| matches!(&column.default, Some(ColumnDefault::Sequence(other)) if other == name);
            columns.filter(uses).count()
        };
        // Prisma does not look whether another column of the database takes from it (#340).
        let is_sound = self.terms.dialect.fidelity == Fidelity::Sound;
        let shared = is_sound && name.is_some() && uses(self.from) > 1;
        (!shared && uses(self.to) == 0).then(|| name.clone().unwrap_or_else(|| Ident::new("")))
    }
}

fn by_name(table: &Table) -> BTreeMap<&Ident, &Column> {
    table.columns.iter().map(|column| (&column.name, column)).collect()
}
