//! Primary keys, uniques and indexes.
//!
//! Names are resolved: the one given by `map`, else the default cut to 63 bytes (Prisma facts
//! 9.7).

use std::ops::Range;

use smol_str::SmolStr;

use super::FieldId;

/// `@id` or `@@id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimaryKey {
    /// Its columns, in order.
    pub fields: Vec<IndexField>,
    /// Name of the constraint.
    pub database_name: SmolStr,
    /// `map`, when given.
    pub explicit_name: Option<SmolStr>,
    /// `name`, when given: what only the client calls it.
    pub client_name: Option<SmolStr>,
    /// Bytes of the attribute, in the file of the model.
    pub span: Range<usize>,
}

/// `@unique`, `@@unique` or `@@index`.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Unique or not.
    pub kind: IndexKind,
    /// Its columns, in order.
    pub fields: Vec<IndexField>,
    /// `type`, when given.
    pub algorithm: Option<IndexAlgorithm>,
    /// `where` (7, preview `partialIndexes`).
    pub predicate: Option<Predicate>,
    /// Name of the index.
    pub database_name: SmolStr,
    /// `map`, when given.
    pub explicit_name: Option<SmolStr>,
    /// `name` of `@@unique`, when given: what only the client calls it.
    pub client_name: Option<SmolStr>,
    /// True for `@unique` on a field.
    pub on_field: bool,
    /// Bytes of the attribute, in the file of the model.
    pub span: Range<usize>,
}

/// Whether an index lets a value appear twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexKind {
    /// `@@index`.
    Normal,
    /// `@unique`, `@@unique`.
    Unique,
}

/// A column of an index or key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexField {
    /// Which field of the model.
    pub field: FieldId,
    /// `sort`, when given.
    pub sort: Option<SortOrder>,
    /// `ops`, when given.
    pub ops: Option<OperatorClass>,
}

/// Direction of an index column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    /// `Asc`.
    Asc,
    /// `Desc`.
    Desc,
}

/// Operator class of an index column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperatorClass {
    /// One that Prisma knows, by its name in the schema (`JsonbPathOps`).
    Named(String),
    /// `raw("gin_trgm_ops")`: the text, as it goes into SQL.
    Raw(String),
}

impl OperatorClass {
    /// The class as it is called in the database: `Int4MinMaxMultiOps` is `int4_minmax_multi_ops`
    /// (Prisma facts 9.4).
    pub fn database_name(&self) -> String {
        match self {
            Self::Raw(text) => text.clone(),
            Self::Named(name) => super::operator_class::database_name(name),
        }
    }
}

/// Access method of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexAlgorithm {
    /// `BTree`, the default.
    BTree,
    /// `Hash`.
    Hash,
    /// `Gin`.
    Gin,
    /// `Gist`.
    Gist,
    /// `SpGist`.
    SpGist,
    /// `Brin`.
    Brin,
}

impl IndexAlgorithm {
    /// Every method.
    pub const ALL: [Self; 6] =
        [Self::BTree, Self::Hash, Self::Gin, Self::Gist, Self::SpGist, Self::Brin];

    /// The method of this name in the schema.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The name in the schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::BTree => "BTree",
            Self::Hash => "Hash",
            Self::Gin => "Gin",
            Self::Gist => "Gist",
            Self::SpGist => "SpGist",
            Self::Brin => "Brin",
        }
    }
}

/// `where` of a partial index.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// `raw("sql")`.
    Raw(String),
    /// `{ field: value, … }`, joined by AND, in the order of the text.
    Conditions(Vec<Condition>),
}

/// One condition of a predicate object.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The field that is looked at.
    pub field: FieldId,
    /// True for `{ not: value }`.
    pub negated: bool,
    /// What it is compared with.
    pub value: ConditionValue,
}

/// The right side of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionValue {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as written.
    Number(String),
    /// A string, escapes resolved.
    String(String),
    /// A value of the field's enum, by its label in the database.
    EnumValue(String),
}
