//! SQL of what Prisma does not see, from what a catalog says about it.
//!
//! The server prints most definitions itself; here they are completed. Names in the namespace of the
//! connection are bare, all others qualified, as the server does it under Prisma's search path.

mod facts;

pub use facts::{Domain, Policy, Range, SequenceSettings};

use super::quoted;
use crate::model::unmanaged::UnmanagedObject;
use crate::name::{Ident, ObjectName};

/// Writes definitions for sessions whose search path is one namespace.
#[derive(Debug, Clone, Copy)]
pub struct Definitions<'a> {
    /// That namespace: `schema` of the URL.
    pub home: &'a Ident,
}

impl Definitions<'_> {
    /// A name, bare where it can be.
    pub fn name(&self, name: &ObjectName) -> String {
        match &name.namespace {
            Some(namespace) if namespace != self.home => name.to_string(),
            _ => name.name.to_string(),
        }
    }

    /// An extension, and the namespace that it lives in where that is another one.
    pub fn extension(&self, name: &Ident, namespace: &Ident) -> String {
        if namespace == self.home || namespace.as_str() == "pg_catalog" {
            return format!("CREATE EXTENSION IF NOT EXISTS {name}");
        }
        format!(
            "CREATE SCHEMA IF NOT EXISTS {namespace};\nCREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA {namespace}"
        )
    }

    /// A domain.
    pub fn domain(&self, name: &ObjectName, domain: &Domain) -> String {
        let mut text = format!("CREATE DOMAIN {} AS {}", self.name(name), domain.base);
        if let Some(collation) = &domain.collation {
            text.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(default) = &domain.default {
            text.push_str(&format!(" DEFAULT {default}"));
        }
        if domain.not_null {
            text.push_str(" NOT NULL");
        }
        for (name, check) in &domain.checks {
            text.push_str(&format!(" CONSTRAINT {name} {check}"));
        }
        text
    }

    /// A composite type, of names and types.
    pub fn composite(&self, name: &ObjectName, attributes: &[(Ident, String)]) -> String {
        let attributes: Vec<String> =
            attributes.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
        format!("CREATE TYPE {} AS ({})", self.name(name), attributes.join(", "))
    }

    /// A range type.
    pub fn range(&self, name: &ObjectName, range: &Range) -> String {
        let mut parts = vec![format!("SUBTYPE = {}", range.subtype)];
        parts.extend(range.settings.iter().map(|(word, value)| format!("{word} = {value}")));
        format!("CREATE TYPE {} AS RANGE ({})", self.name(name), parts.join(", "))
    }

    /// A sequence of its own.
    pub fn sequence(&self, name: &ObjectName, settings: &SequenceSettings) -> String {
        format!("CREATE SEQUENCE {} AS {} {}", self.name(name), settings.kind, settings.words())
    }

    /// An aggregate, from its arguments and its parts, `SFUNC = f` and the like.
    pub fn aggregate(&self, name: &ObjectName, arguments: &str, parts: &[String]) -> String {
        format!("CREATE AGGREGATE {}({arguments}) ({})", self.name(name), parts.join(", "))
    }

    /// A view or a stored view; `query` may end with a semicolon.
    pub fn view(
        &self,
        name: &ObjectName,
        stored: bool,
        settings: &[String],
        query: &str,
        filled: bool,
    ) -> String {
        let kind = if stored { "MATERIALIZED VIEW" } else { "VIEW" };
        let query = query.trim_end().trim_end_matches(';');
        let data = if stored && !filled { " WITH NO DATA" } else { "" };
        format!("CREATE {kind} {}{} AS\n{query}{data}", self.name(name), storage(settings))
    }

    /// A partition.
    pub fn partition(
        &self,
        name: &ObjectName,
        parent: &ObjectName,
        bound: &str,
        key: Option<&str>,
    ) -> String {
        let further = key.map(|key| format!(" PARTITION BY {key}")).unwrap_or_default();
        let (name, parent) = (self.name(name), self.name(parent));
        format!("CREATE TABLE {name} PARTITION OF {parent} {bound}{further}")
    }

    /// A change of a table: `words` behind its name.
    pub fn alter(&self, table: &ObjectName, words: &str) -> String {
        format!("ALTER TABLE {} {words}", self.name(table))
    }

    /// That a table inherits from another.
    pub fn inheritance(&self, table: &ObjectName, parent: &ObjectName) -> String {
        self.alter(table, &format!("INHERIT {}", self.name(parent)))
    }

    /// How a table is stored.
    pub fn storage(&self, table: &ObjectName, settings: &[String]) -> String {
        self.alter(table, &format!("SET ({})", settings.join(", ")))
    }

    /// A constraint that is not there yet.
    pub fn constraint(&self, table: &ObjectName, name: &Ident, text: &str) -> String {
        self.alter(table, &format!("ADD CONSTRAINT {name} {text}"))
    }

    /// A constraint in the place of the one that Prisma makes.
    pub fn constraint_instead(&self, table: &ObjectName, name: &Ident, text: &str) -> String {
        format!(
            "{};\n{}",
            self.alter(table, &format!("DROP CONSTRAINT {name}")),
            self.constraint(table, name, text)
        )
    }

    /// A unique constraint in the place of the unique index that Prisma makes; a plain one takes
    /// the index as it is.
    pub fn unique_instead(
        &self,
        table: &ObjectName,
        name: &Ident,
        text: &str,
        plain: bool,
    ) -> String {
        if plain {
            return self.alter(table, &format!("ADD CONSTRAINT {name} UNIQUE USING INDEX {name}"));
        }
        let index = ObjectName { namespace: table.namespace.clone(), name: name.clone() };
        format!("DROP INDEX {};\n{}", self.name(&index), self.constraint(table, name, text))
    }

    /// An index in the place of the one that Prisma makes.
    pub fn index_instead(&self, index: &ObjectName, definition: &str) -> String {
        format!("DROP INDEX {};\n{definition}", self.name(index))
    }

    /// A definition in which the server qualifies the name of the thing itself, which is bare
    /// here where it can be. `prefix` is the namespace as the server writes it, dot included.
    pub fn unqualified(&self, namespace: &Ident, definition: &str, prefix: &str) -> String {
        if namespace == self.home {
            definition.replacen(prefix, "", 1)
        } else {
            definition.to_owned()
        }
    }

    /// A trigger or rule, and whether it fires (`pg_trigger.tgenabled`, `pg_rewrite.ev_enabled`).
    pub fn fired(
        &self,
        kind: &'static str,
        table: &ObjectName,
        name: &Ident,
        definition: &str,
        enabled: &str,
    ) -> String {
        let definition = definition.trim_end().trim_end_matches(';');
        let words = match enabled {
            "D" => "DISABLE",
            "R" => "ENABLE REPLICA",
            "A" => "ENABLE ALWAYS",
            _ => return definition.to_owned(),
        };
        format!("{definition};\n{}", self.alter(table, &format!("{words} {kind} {name}")))
    }

    /// A policy.
    pub fn policy(&self, table: &ObjectName, name: &Ident, policy: &Policy) -> String {
        let mut text = format!("CREATE POLICY {name} ON {}", self.name(table));
        if !policy.permissive {
            text.push_str(" AS RESTRICTIVE");
        }
        text.push_str(&format!(" FOR {}", policy.command));
        if !policy.roles.is_empty() {
            let roles: Vec<String> = policy.roles.iter().map(ToString::to_string).collect();
            text.push_str(&format!(" TO {}", roles.join(", ")));
        }
        if let Some(expression) = &policy.using {
            text.push_str(&format!(" USING ({expression})"));
        }
        if let Some(expression) = &policy.check {
            text.push_str(&format!(" WITH CHECK ({expression})"));
        }
        text
    }

    /// A column made anew as a generated one, with the indexes that go with it.
    pub fn generated(
        &self,
        table: &ObjectName,
        column: &Ident,
        kind: &str,
        expression: &str,
        stored: bool,
        indexes: &[String],
    ) -> String {
        let stored = if stored { "STORED" } else { "VIRTUAL" };
        let words = format!(
            "DROP COLUMN {column}, ADD COLUMN {column} {kind} GENERATED ALWAYS AS ({expression}) {stored}"
        );
        let mut statements = vec![self.alter(table, &words)];
        statements.extend(indexes.iter().cloned());
        statements.join(";\n")
    }

    /// An identity column in the place of the serial one that Prisma makes.
    pub fn identity(
        &self,
        table: &ObjectName,
        column: &Ident,
        always: bool,
        sequence: &ObjectName,
        settings: &SequenceSettings,
    ) -> String {
        let when = if always { "ALWAYS" } else { "BY DEFAULT" };
        let name = self.name(sequence);
        format!(
            "{};\n{};\n{}",
            self.alter(table, &format!("ALTER COLUMN {column} DROP DEFAULT")),
            self.drop_serial(table, column),
            self.alter(
                table,
                &format!(
                    "ALTER COLUMN {column} ADD GENERATED {when} AS IDENTITY (SEQUENCE NAME {name} {})",
                    settings.words()
                )
            )
        )
    }

    /// A default from a sequence of its own in the place of the serial one that Prisma makes.
    pub fn taken_from(&self, table: &ObjectName, column: &Ident, default: &str) -> String {
        format!(
            "{};\n{}",
            self.alter(table, &format!("ALTER COLUMN {column} SET DEFAULT {default}")),
            self.drop_serial(table, column)
        )
    }

    /// The name and the settings of the sequence of a serial column.
    pub fn serial(
        &self,
        table: &ObjectName,
        column: &Ident,
        sequence: &ObjectName,
        settings: Option<&SequenceSettings>,
    ) -> String {
        let usual = serial_sequence(table, column);
        let mut statements = Vec::new();
        if usual.name != sequence.name {
            statements.push(format!(
                "ALTER SEQUENCE {} RENAME TO {}",
                self.name(&usual),
                sequence.name
            ));
        }
        if let Some(settings) = settings {
            let (name, kind) = (self.name(sequence), &settings.kind);
            statements.push(format!("ALTER SEQUENCE {name} AS {kind} {}", settings.words()));
        }
        statements.join(";\n")
    }

    fn drop_serial(self, table: &ObjectName, column: &Ident) -> String {
        format!("DROP SEQUENCE IF EXISTS {}", self.name(&serial_sequence(table, column)))
    }

    /// A comment on `what`, `TABLE "A"` and the like.
    pub fn comment(&self, what: &str, text: &str) -> String {
        format!("COMMENT ON {what} IS {}", quoted(text))
    }
}

/// The definitions in a row, as a script: each ended by `;`, nothing when there are none.
///
/// Functions may speak of things that come later, so their bodies are not checked when they are
/// made, as `pg_dump` does it.
pub fn script<'a>(objects: impl IntoIterator<Item = &'a UnmanagedObject>) -> String {
    use crate::model::unmanaged::UnmanagedKind as K;
    let mut text = String::new();
    let mut unchecked = false;
    for object in objects {
        let is_function = matches!(object.kind, K::Function | K::Procedure);
        if is_function && !unchecked {
            text.push_str("SET check_function_bodies = off;\n");
        }
        unchecked |= is_function;
        text.push_str(&object.definition);
        text.push_str(";\n");
    }
    if unchecked {
        text.push_str("RESET check_function_bodies;\n");
    }
    text
}

/// ` WITH (…)`, or nothing.
fn storage(settings: &[String]) -> String {
    if settings.is_empty() { String::new() } else { format!(" WITH ({})", settings.join(", ")) }
}

/// The sequence that the server makes for a serial column: `table_column_seq`, of which table and
/// column are cut until it has 63 bytes, the longer one first.
///
/// Source: PostgreSQL manual, 8.1.4; measured for the cut.
pub fn serial_sequence(table: &ObjectName, column: &Ident) -> ObjectName {
    const ROOM: usize = 63 - "__seq".len();
    let (mut table_length, mut column_length) = (table.name.as_str().len(), column.as_str().len());
    while table_length + column_length > ROOM {
        if table_length > column_length {
            table_length -= 1;
        } else {
            column_length -= 1;
        }
    }
    let cut = |text: &str, length: usize| text[..text.floor_char_boundary(length)].to_owned();
    let name = format!(
        "{}_{}_seq",
        cut(table.name.as_str(), table_length),
        cut(column.as_str(), column_length)
    );
    ObjectName { namespace: table.namespace.clone(), name: Ident::new(name) }
}

#[cfg(test)]
mod tests {
    use super::{Definitions, serial_sequence};
    use crate::name::{Ident, ObjectName};

    #[test]
    fn names_at_home_are_bare() {
        let home = Ident::new("public");
        let definitions = Definitions { home: &home };
        assert_eq!(definitions.name(&ObjectName::in_namespace("public", "A")), "\"A\"");
        assert_eq!(definitions.name(&ObjectName::in_namespace("x", "A")), "\"x\".\"A\"");
    }

    #[test]
    fn a_long_sequence_name_is_cut_like_the_server_cuts_it() {
        let name = serial_sequence(&ObjectName::bare("t".repeat(60).as_str()), &Ident::new("id"));
        assert_eq!(name.name.as_str().len(), 63);
        assert!(name.name.as_str().ends_with("t_id_seq"));
    }
}
