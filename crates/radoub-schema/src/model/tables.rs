//! Tables.

use super::{Column, ForeignKey, Index, PrimaryKey};
use crate::name::{Ident, ObjectName};

/// A table with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: ObjectName,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Its indexes, unique constraints among them, the primary key's not.
    pub indexes: Vec<Index>,
    /// The foreign keys that it owns.
    pub foreign_keys: Vec<ForeignKey>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: ObjectName) -> Self {
        Self {
            name,
            columns: Vec::new(),
            primary_key: None,
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
        }
    }

    /// The column of this name.
    pub fn column(&self, name: &Ident) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }
}
