//! Primary and foreign keys.

use crate::name::{Ident, ObjectName};

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimaryKey {
    /// Name of the constraint.
    pub name: Ident,
    /// Its columns, in order.
    pub columns: Vec<Ident>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// Name of the constraint.
    pub name: Ident,
    /// The columns that refer, in order.
    pub columns: Vec<Ident>,
    /// The table that is referred to.
    pub referenced_table: ObjectName,
    /// The columns referred to, in the same order.
    pub referenced_columns: Vec<Ident>,
    /// What happens when the row referred to goes.
    pub on_delete: Action,
    /// What happens when its key changes.
    pub on_update: Action,
}

/// What happens to a row when the one that it refers to goes or changes its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `NO ACTION`.
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}
