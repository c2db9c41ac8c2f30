//! SQL of tables.

use super::columns::Clauses;
use super::{Edition, Fidelity, Writer};
use crate::model::Table;
use crate::step::{Clause, TableChange};

impl Writer {
    pub(super) fn create_table(&mut self, table: &Table) {
        let columns: Vec<String> =
            table.columns.iter().map(|column| format!("    {}", self.column(column))).collect();
        let mut text =
            format!("CREATE TABLE {} (\n{}", self.object(&table.name), columns.join(",\n"));
        if let Some(key) = &table.primary_key {
            text.push_str(&format!(
                ",\n\n    CONSTRAINT {} PRIMARY KEY ({})",
                self.ident(&key.name),
                self.idents(&key.columns, ",")
            ));
        }
        text.push_str("\n)");
        self.statement(&text);
    }

    pub(super) fn alter_table(&mut self, change: &TableChange) {
        let mut parts = Clauses::default();
        let table = self.object(&change.table);
        for clause in &change.clauses {
            match clause {
                Clause::DropPrimaryKey(key) => {
                    parts.clauses.push(format!("DROP CONSTRAINT {}", self.ident(&key.name)));
                }
                Clause::RenamePrimaryKey { from, key } => {
                    let clause = format!(
                        "RENAME CONSTRAINT {} TO {}",
                        self.ident(from),
                        self.ident(&key.name)
                    );
                    match (self.dialect.edition, self.dialect.fidelity) {
                        // PostgreSQL takes no other clause beside this one (#266).
                        (Edition::UpToSix, Fidelity::Exact) => parts.clauses.push(clause),
                        _ => parts.after.push(format!("ALTER TABLE {table} {clause}")),
                    }
                }
                Clause::DropColumn(column) => {
                    parts.clauses.push(format!("DROP COLUMN {}", self.ident(&column.name)));
                }
                Clause::AddColumn(column) => {
                    parts.clauses.push(format!("ADD COLUMN     {}", self.column(column)));
                }
                Clause::AlterColumn(change_of_column) => {
                    self.alter_column(&change.table, change_of_column, &mut parts);
                }
                Clause::RecreateColumn(change) => {
                    parts.clauses.push(format!("DROP COLUMN {}", self.ident(&change.from.name)));
                    parts.clauses.push(format!("ADD COLUMN     {}", self.column(&change.to)));
                }
                Clause::AddPrimaryKey(key) => parts.clauses.push(format!(
                    "ADD CONSTRAINT {} PRIMARY KEY ({})",
                    self.ident(&key.name),
                    self.idents(&key.columns, ", ")
                )),
            }
        }
        for statement in &parts.before {
            self.statement(statement);
        }
        if !parts.clauses.is_empty() {
            self.statement(&format!("ALTER TABLE {table} {}", parts.clauses.join(",\n")));
        }
        for statement in &parts.after {
            self.statement(statement);
        }
    }
}
