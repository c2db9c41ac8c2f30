//! SQL of enum types.

use super::{Fidelity, Writer, quoted};
use crate::name::{Ident, ObjectName};
use crate::step::{EnumChange, EnumReplacement};

/// What Prisma writes before the first of several new labels.
const SEVERAL_LABELS: &str = "\
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


";

impl Writer {
    pub(super) fn create_enum(&mut self, name: &ObjectName, labels: &[String]) {
        let labels: Vec<String> = labels.iter().map(|label| self.label(label)).collect();
        let name = self.object(name);
        self.statement(&format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", ")));
    }

    pub(super) fn alter_enum(&mut self, change: &EnumChange) {
        if let Some(replacement) = &change.replacement {
            return self.replace_enum(&change.name, replacement);
        }
        let name = self.object(&change.name);
        if change.added.len() > 1 {
            self.text.push_str(SEVERAL_LABELS);
        }
        for label in &change.added {
            let label = self.label(label);
            self.statement(&format!("ALTER TYPE {name} ADD VALUE {label}"));
        }
    }

    /// The swap of a type for one with fewer labels, in a transaction of its own.
    fn replace_enum(&mut self, name: &ObjectName, replacement: &EnumReplacement) {
        let new = ObjectName {
            namespace: name.namespace.clone(),
            name: Ident::new(format!("{}_new", name.name.as_str())),
        };
        self.statement("BEGIN");
        self.create_enum(&new, &replacement.labels);
        for column in &replacement.defaults_dropped {
            let (table, column) = (self.object(&column.table), self.ident(&column.column));
            self.statement(&format!("ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT"));
        }
        for (column, is_list) in &replacement.columns {
            let (table, column) = (self.object(&column.table), self.ident(&column.column));
            let kind = format!("{}{}", self.object(&new), if *is_list { "[]" } else { "" });
            self.statement(&format!(
                "ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} USING ({column}::text::{kind})"
            ));
        }
        let (name, name_alone) = (self.object(name), self.ident(&name.name));
        let (new, old_alone) = (self.object(&new), self.ident(&replacement.old_type.name));
        self.statement(&format!("ALTER TYPE {name} RENAME TO {old_alone}"));
        self.statement(&format!("ALTER TYPE {new} RENAME TO {name_alone}"));
        if !replacement.old_type_stays {
            let old = self.object(&replacement.old_type);
            self.statement(&format!("DROP TYPE {old}"));
        }
        for (table, column) in &replacement.defaults_restored {
            if let Some(default) = self.default_of(column) {
                let (table, column) = (self.object(table), self.ident(&column.name));
                self.statement(&format!(
                    "ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {default}"
                ));
            }
        }
        self.statement("COMMIT");
    }

    /// A label in `CREATE TYPE`. Prisma does not double a quote inside (Prisma facts 9.6).
    fn label(&self, label: &str) -> String {
        match self.dialect.fidelity {
            Fidelity::Sound => quoted(label),
            Fidelity::Exact => format!("'{label}'"),
        }
    }
}
