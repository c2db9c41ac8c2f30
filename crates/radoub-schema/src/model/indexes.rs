//! Indexes, unique ones and unique constraints among them.

use crate::name::Ident;

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: Ident,
    /// Whether it is unique.
    pub unique: bool,
    /// How it is built.
    pub method: Method,
    /// Its columns, in order.
    pub columns: Vec<IndexColumn>,
    /// `WHERE` of a partial index, without outer parentheses.
    pub predicate: Option<String>,
    /// Whether it belongs to a `UNIQUE` constraint of the same name; only a database knows.
    pub is_constraint: bool,
}

/// A column of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexColumn {
    /// The column.
    pub name: Ident,
    /// The direction, when said; a database always says it, even where there is none.
    pub sort: Option<Sort>,
    /// The operator class, when said.
    pub operator_class: Option<OperatorClass>,
}

/// An operator class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorClass {
    /// Its name as SQL text, perhaps with a namespace.
    pub name: String,
    /// Whether it is the one that the type gets when none is said.
    pub is_default: bool,
    /// Whether Prisma has a name of its own for it; `raw("…")` of the same text is another class
    /// to Prisma (measured).
    pub is_known: bool,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// `ASC`.
    Asc,
    /// `DESC`.
    Desc,
}

/// An access method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `btree`, the default.
    BTree,
    /// `hash`.
    Hash,
    /// `gin`.
    Gin,
    /// `gist`.
    Gist,
    /// `spgist`.
    SpGist,
    /// `brin`.
    Brin,
}
