//! SQL of tables.

use super::columns::Clauses;
use super::{Edition, Fidelity, Writer};
use crate::model::Table;
use crate::name::ObjectName;
use crate::step::{Clause, TableChange};

impl Writer {
    pub(super) fn create_table(&mut self, table: &Table) {
        self.put("CREATE TABLE ").object(&table.name).put(" (\n");
        self.list(&table.columns, ",\n", |writer, column| {
            writer.put("    ").column(column);
        });
        if let Some(key) = &table.primary_key {
            self.put(",\n\n    CONSTRAINT ").ident(&key.name);
            self.put(" PRIMARY KEY (").idents(&key.columns, ",").put(")");
        }
        self.put("\n)").end();
    }

    pub(super) fn alter_table(&mut self, change: &TableChange) {
        let mut parts = Clauses::default();
        for clause in &change.clauses {
            self.clause(&change.table, clause, &mut parts);
        }
        for statement in &parts.before {
            self.put(statement).end();
        }
        if !parts.own.is_empty() {
            self.put("ALTER TABLE ").object(&change.table).put(" ");
            self.put(&parts.own.join(",\n")).end();
        }
        for statement in &parts.after {
            self.put(statement).end();
        }
    }

    /// One clause of an `ALTER TABLE`, put into `parts`.
    fn clause(&self, table: &ObjectName, clause: &Clause, parts: &mut Clauses) {
        let apart = |write: &dyn Fn(&mut Self)| self.apart(write);
        match clause {
            Clause::DropPrimaryKey(key) => parts.own.push(apart(&|writer| {
                writer.put("DROP CONSTRAINT ").ident(&key.name);
            })),
            Clause::RenamePrimaryKey { from, key } => {
                let rename = apart(&|writer| {
                    writer.put("RENAME CONSTRAINT ").ident(from).put(" TO ").ident(&key.name);
                });
                match (self.dialect.edition, self.dialect.fidelity) {
                    // PostgreSQL takes no other clause beside this one (#266).
                    (Edition::UpToSix, Fidelity::Exact) => parts.own.push(rename),
                    _ => parts.after.push(apart(&|writer| {
                        writer.put("ALTER TABLE ").object(table).put(" ").put(&rename);
                    })),
                }
            }
            Clause::DropColumn(column) => parts.own.push(apart(&|writer| {
                writer.put("DROP COLUMN ").ident(&column.name);
            })),
            Clause::AddColumn(column) => parts.own.push(apart(&|writer| {
                writer.put("ADD COLUMN     ").column(column);
            })),
            Clause::AlterColumn(change) => self.alter_column(table, change, parts),
            Clause::RecreateColumn(change) => {
                self.clause(table, &Clause::DropColumn(change.from.clone()), parts);
                self.clause(table, &Clause::AddColumn(change.to.clone()), parts);
            }
            Clause::AddPrimaryKey(key) => parts.own.push(apart(&|writer| {
                writer.put("ADD CONSTRAINT ").ident(&key.name);
                writer.put(" PRIMARY KEY (").idents(&key.columns, ", ").put(")");
            })),
        }
    }
}
