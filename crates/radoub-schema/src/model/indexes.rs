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

impl OperatorClass {
    /// A class of a catalog.
    pub fn of_catalog(name: &str, is_default: bool) -> Self {
        Self { name: name.to_owned(), is_default, is_known: is_known(name) }
    }
}

/// Whether Prisma has a name of its own for this class (Prisma facts 9.4; measured).
fn is_known(class: &str) -> bool {
    const FAMILIES: [&str; 3] = ["_minmax_multi_ops", "_minmax_ops", "_bloom_ops"];
    const TYPES: [&str; 19] = [
        "bit",
        "bpchar",
        "bytea",
        "date",
        "float4",
        "float8",
        "inet",
        "int2",
        "int4",
        "int8",
        "numeric",
        "oid",
        "text",
        "time",
        "timestamp",
        "timestamptz",
        "timetz",
        "uuid",
        "varbit",
    ];
    matches!(
        class,
        "array_ops"
            | "inet_inclusion_ops"
            | "inet_ops"
            | "jsonb_ops"
            | "jsonb_path_ops"
            | "text_ops"
    ) || FAMILIES
        .iter()
        .any(|family| class.strip_suffix(family).is_some_and(|name| TYPES.contains(&name)))
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
