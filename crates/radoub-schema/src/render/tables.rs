//! SQL of tables.

use super::columns::Clauses;
use super::{Edition, Fidelity, Writer};
use crate::model::Table;
use crate::step::{Clause, TableChange};

impl Writer {
    pub(super) fn create_table(&mut self, table: &Table) {
        let columns: Vec<String> =
            table.columns.iter().map(|column| format!("    {}", self.column(column))).collect();
        let key = table.primary_key.as_ref().map(|key| {
            let (name, columns) = (self.ident(&key.name), self.idents(&key.columns, ","));
            format!(",\n\n    CONSTRAINT {name} PRIMARY KEY ({columns})")
        });
        let (name, key) = (self.object(&table.name), key.unwrap_or_default());
        self.statement(&format!("CREATE TABLE {name} (\n{}{key}\n)", columns.join(",\n")));
    }

    pub(super) fn alter_table(&mut self, change: &TableChange) {
        let mut parts = Clauses::default();
        let table = self.object(&change.table);
        for clause in &change.clauses {
            match clause {
                Clause::DropPrimaryKey(key) => {
                    parts.own.push(format!("DROP CONSTRAINT {}", self.ident(&key.name)));
                }
                Clause::RenamePrimaryKey { from, key } => {
                    let clause = format!(
                        "RENAME CONSTRAINT {} TO {}",
                        self.ident(from),
                        self.ident(&key.name)
                    );
                    match (self.dialect.edition, self.dialect.fidelity) {
                        // PostgreSQL takes no other clause beside this one (#266).
                        (Edition::UpToSix, Fidelity::Exact) => parts.own.push(clause),
                        _ => parts.after.push(format!("ALTER TABLE {table} {clause}")),
                    }
                }
                Clause::DropColumn(column) => {
                    parts.own.push(format!("DROP COLUMN {}", self.ident(&column.name)));
                }
                Clause::AddColumn(column) => {
                    parts.own.push(format!("ADD COLUMN     {}", self.column(column)));
                }
                Clause::AlterColumn(change_of_column) => {
                    self.alter_column(&change.table, change_of_column, &mut parts);
                }
                Clause::RecreateColumn(change) => {
                    parts.own.push(format!("DROP COLUMN {}", self.ident(&change.from.name)));
                    parts.own.push(format!("ADD COLUMN     {}", self.column(&change.to)));
                }
                Clause::AddPrimaryKey(key) => parts.own.push(format!(
                    "ADD CONSTRAINT {} PRIMARY KEY ({})",
                    self.ident(&key.name),
                    self.idents(&key.columns, ", ")
                )),
            }
        }
        for statement in &parts.before {
            self.statement(statement);
        }
        if !parts.own.is_empty() {
            self.statement(&format!("ALTER TABLE {table} {}", parts.own.join(",\n")));
        }
        for statement in &parts.after {
            self.statement(statement);
        }
    }
}
