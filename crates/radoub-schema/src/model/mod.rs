//! A PostgreSQL schema as values: what Prisma's files and a live catalog both turn into.
//!
//! Lists are ordered and the order means something: it is the tie-break of the steps (Prisma
//! facts 10.1). Who makes a [`SqlSchema`] puts its objects in the order that belongs to the
//! origin; nothing here sorts.

mod columns;
mod defaults;
mod enums;
mod indexes;
mod keys;
pub mod outline;
mod remarks;
mod tables;
pub mod unmanaged;
mod views;

pub use columns::{Arity, Column, ColumnType, Generation};
pub use defaults::{ColumnDefault, Literal};
pub use enums::Enum;
pub use indexes::{Index, IndexColumn, Method, OperatorClass, Sort};
pub use keys::{Action, ForeignKey, PrimaryKey};
pub use remarks::{Remark, RemarkKind};
pub use tables::Table;
pub use views::View;

use crate::name::Ident;

/// A schema: everything that Prisma compares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SqlSchema {
    /// Where it comes from; names are written accordingly (Prisma facts 10.10).
    pub origin: Origin,
    /// Namespaces, in byte order.
    ///
    /// From a schema file: its `schemas`; without that property none up to version 6, the
    /// default namespace from version 7 on. From a database: those that were looked at and
    /// exist.
    pub namespaces: Vec<Ident>,
    /// Extensions in byte order; empty when they are not managed (no preview feature).
    pub extensions: Vec<Extension>,
    /// Enum types.
    pub enums: Vec<Enum>,
    /// Tables.
    pub tables: Vec<Table>,
}

impl SqlSchema {
    /// The schema with nothing in it, `--from-empty`.
    pub fn empty() -> Self {
        Self::default()
    }
}

/// Where a schema comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// From nowhere.
    #[default]
    Empty,
    /// From a schema file whose datasource has no `schemas`: names have no namespace.
    File,
    /// From a schema file with `schemas`: every name has a namespace.
    FileWithNamespaces,
    /// From a live catalog, perhaps of a scratch database: every name has a namespace.
    Database,
}

impl Origin {
    /// Whether it is one of the two kinds of schema file.
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::FileWithNamespaces)
    }
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Name of the extension.
    pub name: Ident,
    /// Namespace it lives in, when known or asked for.
    pub namespace: Option<Ident>,
    /// Version, when known or asked for.
    pub version: Option<String>,
    /// Whether it can be altered in place; only a database knows.
    pub is_relocatable: bool,
}
