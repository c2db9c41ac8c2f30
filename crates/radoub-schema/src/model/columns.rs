//! Columns and what they hold.

use super::ColumnDefault;
use crate::name::{Ident, ObjectName};
use crate::types::NativeType;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Ident,
    /// What one value is.
    pub kind: ColumnType,
    /// The domain that it is of, as SQL; `kind` is then what the domain is made of, which is all
    /// that Prisma sees. Only a database knows.
    pub domain: Option<String>,
    /// How many values.
    pub arity: Arity,
    /// What it starts with, as far as the database knows.
    pub default: Option<ColumnDefault>,
    /// Whether it is `GENERATED … AS IDENTITY`; only a database knows, and then there is no
    /// default.
    pub is_identity: bool,
    /// Whether its default is in truth the expression of a generated column, which is all that
    /// Prisma sees of one; only a database knows.
    pub generated: Option<Generation>,
    /// Whether the client fills it (`uuid()`, `cuid()`, `nanoid()`, `ulid()`): a warning then
    /// has other words. Always false for a column of a database.
    pub filled_by_client: bool,
}

impl Column {
    /// Whether a sequence feeds it: `autoincrement()`, `serial`, `nextval(…)`, identity.
    pub fn autoincrements(&self) -> bool {
        self.is_identity || matches!(self.default, Some(ColumnDefault::Sequence(_)))
    }
}

/// How a generated column comes to its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// It is stored with the row.
    Stored,
    /// It is computed when it is read (PostgreSQL 18).
    Virtual,
}

/// The type of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnType {
    /// A built-in type that Prisma names.
    Native(NativeType),
    /// An enum type.
    Enum(ObjectName),
    /// Any other type, as SQL text.
    Unsupported(String),
}

/// How many values a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one: `NOT NULL`.
    Required,
    /// One or none.
    Nullable,
    /// An array; Prisma neither writes nor compares its `NOT NULL`.
    List,
}
