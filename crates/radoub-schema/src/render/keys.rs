//! SQL of foreign keys and of constraint names; primary keys are clauses of their tables.

use super::Writer;
use crate::model::{Action, ForeignKey};
use crate::name::{Ident, ObjectName};

impl Writer {
    pub(super) fn add_foreign_key(&mut self, table: &ObjectName, key: &ForeignKey) {
        let text = format!(
            "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}({}) {}",
            self.object(table),
            self.ident(&key.name),
            self.idents(&key.columns, ", "),
            self.object(&key.referenced_table),
            self.idents(&key.referenced_columns, ", "),
            actions(key),
        );
        self.statement(&text);
    }

    pub(super) fn drop_foreign_key(&mut self, table: &ObjectName, key: &ForeignKey) {
        let (table, name) = (self.object(table), self.ident(&key.name));
        self.statement(&format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
    }

    pub(super) fn rename_constraint(&mut self, table: &ObjectName, from: &Ident, to: &Ident) {
        let (table, from, to) = (self.object(table), self.ident(from), self.ident(to));
        self.statement(&format!("ALTER TABLE {table} RENAME CONSTRAINT {from} TO {to}"));
    }
}

/// `ON DELETE RESTRICT ON UPDATE CASCADE`.
pub(super) fn actions(key: &ForeignKey) -> String {
    format!("ON DELETE {} ON UPDATE {}", action(key.on_delete), action(key.on_update))
}

fn action(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NO ACTION",
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    }
}
