//! SQL of enum types.

use super::defaults::has_default;
use super::{Fidelity, Writer};
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
        self.put("CREATE TYPE ").object(name).put(" AS ENUM (");
        self.list(labels, ", ", |writer, label| writer.label(label)).put(")").end();
    }

    pub(super) fn alter_enum(&mut self, change: &EnumChange) {
        if let Some(replacement) = &change.replacement {
            return self.replace_enum(&change.name, replacement);
        }
        if change.added.len() > 1 {
            self.put(SEVERAL_LABELS);
        }
        for label in &change.added {
            self.put("ALTER TYPE ").object(&change.name).put(" ADD VALUE ").label(label);
            self.end();
        }
    }

    /// The swap of a type for one with fewer labels, in a transaction of its own.
    fn replace_enum(&mut self, name: &ObjectName, replacement: &EnumReplacement) {
        let new = ObjectName {
            namespace: name.namespace.clone(),
            name: Ident::new(format!("{}_new", name.name.as_str())),
        };
        self.put("BEGIN").end();
        self.create_enum(&new, &replacement.labels);
        for column in &replacement.defaults_dropped {
            self.alter_column_of(&column.table, &column.column).put("DROP DEFAULT").end();
        }
        for (column, is_list) in &replacement.columns {
            let kind = self.apart(|writer| {
                writer.object(&new).put(if *is_list { "[]" } else { "" });
            });
            self.alter_column_of(&column.table, &column.column).put("TYPE ").put(&kind);
            self.put(" USING (").ident(&column.column).put("::text::").put(&kind).put(")").end();
        }
        let old = &replacement.old_type;
        self.put("ALTER TYPE ").object(name).put(" RENAME TO ").ident(&old.name).end();
        self.put("ALTER TYPE ").object(&new).put(" RENAME TO ").ident(&name.name).end();
        if !replacement.old_type_stays {
            self.put("DROP TYPE ").object(old).end();
        }
        for (table, column) in &replacement.defaults_restored {
            if has_default(column) {
                self.alter_column_of(table, &column.name).put("SET DEFAULT ").default_of(column);
                self.end();
            }
        }
        self.put("COMMIT").end();
    }

    /// `ALTER TABLE … ALTER COLUMN … `.
    fn alter_column_of(&mut self, table: &ObjectName, column: &Ident) -> &mut Self {
        self.put("ALTER TABLE ").object(table).put(" ALTER COLUMN ").ident(column).put(" ")
    }

    /// A label in `CREATE TYPE`. Prisma does not double a quote inside (Prisma facts 9.6).
    fn label(&mut self, label: &str) {
        match self.dialect.fidelity {
            Fidelity::Sound => self.constant(label),
            Fidelity::Exact => self.put("'").put(label).put("'"),
        };
    }
}
