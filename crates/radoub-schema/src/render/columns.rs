//! SQL of columns: their definition, and the clauses that change one.

use super::{Writer, quoted};
use crate::model::{Arity, Column, ColumnType};
use crate::name::{Ident, ObjectName};
use crate::step::ColumnChange;
use crate::types::NativeType;

impl Writer {
    /// The type of a column, `[]` included; a sequence makes it a serial one.
    pub(super) fn type_of(&self, column: &Column) -> String {
        let serial = match (&column.kind, column.autoincrements()) {
            (ColumnType::Native(NativeType::SmallInt), true) => Some("SMALLSERIAL"),
            (ColumnType::Native(NativeType::Integer), true) => Some("SERIAL"),
            (ColumnType::Native(NativeType::BigInt), true) => Some("BIGSERIAL"),
            _ => None,
        };
        if let Some(name) = serial {
            return name.to_owned();
        }
        let name = match &column.kind {
            ColumnType::Native(kind) => kind.to_string(),
            ColumnType::Enum(name) => self.object(name),
            ColumnType::Unsupported(text) => text.clone(),
        };
        if column.arity == Arity::List { name + "[]" } else { name }
    }

    /// `"name" TYPE NOT NULL DEFAULT x`.
    pub(super) fn column(&self, column: &Column) -> String {
        let mut text = format!("{} {}", self.ident(&column.name), self.type_of(column));
        if column.arity == Arity::Required {
            text.push_str(" NOT NULL");
        }
        if let Some(default) = self.default_of(column) {
            text.push_str(" DEFAULT ");
            text.push_str(&default);
        }
        text
    }

    /// The clauses that change a column in place, without `ALTER TABLE` and commas, put into
    /// `around`.
    pub(super) fn alter_column(
        &self,
        table: &ObjectName,
        change: &ColumnChange,
        around: &mut Clauses,
    ) {
        let (from, to, differs) = (&change.from, &change.to, change.differs);
        let prefix = format!("ALTER COLUMN {} ", self.ident(&to.name));
        let mut push = |clause: &str| around.clauses.push(format!("{prefix}{clause}"));
        if differs.arity {
            match to.arity {
                Arity::Required => push("SET NOT NULL"),
                Arity::Nullable => push("DROP NOT NULL"),
                Arity::List => {}
            }
        }
        if differs.default {
            match self.default_of(to) {
                Some(default) => push(&format!("SET DEFAULT {default}")),
                None => push("DROP DEFAULT"),
            }
        }
        if differs.autoincrement && to.autoincrements() {
            let sequence = sequence_name(table, &to.name);
            push(&format!("SET DEFAULT nextval({})", quoted(&sequence)));
            around.before.push(format!("CREATE SEQUENCE {sequence}"));
            let (table, column) = (self.object(table), self.ident(&to.name));
            around.after.push(format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{column}"));
        } else if differs.autoincrement {
            push("DROP DEFAULT");
        }
        let list_changes = differs.arity && (from.arity == Arity::List || to.arity == Arity::List);
        if differs.kind.is_some() || list_changes {
            push(&format!("SET DATA TYPE {}", self.type_of(to)));
        }
        if let Some(sequence) = &change.dropped_sequence {
            around.after.push(format!("DROP SEQUENCE {}", self.ident(sequence)));
        }
    }
}

/// What one `ALTER TABLE` is made of.
#[derive(Default)]
pub(super) struct Clauses {
    /// Statements that go first.
    pub(super) before: Vec<String>,
    /// The clauses of the statement itself.
    pub(super) clauses: Vec<String>,
    /// Statements that go last.
    pub(super) after: Vec<String>,
}

/// The name that Prisma gives to the sequence of a column: lower case and without quotes, with
/// its namespace in lower case too (Prisma facts 10.7).
fn sequence_name(table: &ObjectName, column: &Ident) -> String {
    let name = format!("{}_{}_seq", table.name.as_str(), column.as_str()).to_lowercase();
    match &table.namespace {
        Some(namespace) => format!("\"{}\".{name}", namespace.as_str().to_lowercase()),
        None => name,
    }
}
