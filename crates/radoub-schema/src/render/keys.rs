//! SQL of foreign keys and of constraint names; primary keys are clauses of their tables.

use super::Writer;
use crate::model::{Action, ForeignKey};
use crate::name::{Ident, ObjectName};

impl Writer {
    pub(super) fn add_foreign_key(&mut self, table: &ObjectName, key: &ForeignKey) {
        self.put("ALTER TABLE ").object(table).put(" ADD CONSTRAINT ").ident(&key.name);
        self.put(" FOREIGN KEY (").idents(&key.columns, ", ");
        self.put(") REFERENCES ").object(&key.referenced_table);
        self.put("(").idents(&key.referenced_columns, ", ").put(") ").actions(key);
        self.end();
    }

    /// `ON DELETE RESTRICT ON UPDATE CASCADE`.
    pub(super) fn actions(&mut self, key: &ForeignKey) {
        self.put("ON DELETE ").put(action(key.on_delete));
        self.put(" ON UPDATE ").put(action(key.on_update));
    }

    pub(super) fn drop_foreign_key(&mut self, table: &ObjectName, key: &ForeignKey) {
        self.drop_constraint(table, &key.name);
    }

    pub(super) fn drop_constraint(&mut self, table: &ObjectName, name: &Ident) {
        self.put("ALTER TABLE ").object(table).put(" DROP CONSTRAINT ").ident(name).end();
    }

    pub(super) fn rename_constraint(&mut self, table: &ObjectName, from: &Ident, to: &Ident) {
        self.put("ALTER TABLE ").object(table).put(" RENAME CONSTRAINT ").ident(from);
        self.put(" TO ").ident(to).end();
    }
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
