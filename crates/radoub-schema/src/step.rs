//! One thing to do to a schema, with everything that doing, showing and judging it needs.
//!
//! A [`Step`] owns its values: it is rendered, journaled and shown alone. Names in it are
//! written as they will be printed, namespace included or left out; who decides that is
//! [`crate::diff`]. Which step goes first is the matter of [`crate::order`].

use crate::model::{Column, Enum, Extension, ForeignKey, Index, PrimaryKey, Table};
use crate::name::{Ident, ObjectName};

/// A change and its place among changes of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What to do.
    pub change: Change,
    /// Where its objects stand in the two schemas.
    pub place: Place,
}

/// The ids of the objects of a step, which break ties (Prisma facts 10.3). Compared by the
/// previous side first; what is not there comes before what is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// In the schema that is left.
    pub previous: Option<Position>,
    /// In the schema that is wanted.
    pub next: Option<Position>,
}

/// Where an object stands in its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Index of the object: of the table, enum, extension or namespace.
    pub object: usize,
    /// Index of the part in its table: of the index or foreign key; else 0.
    pub part: usize,
}

impl Position {
    /// The position of an object itself.
    pub fn of(object: usize) -> Self {
        Self { object, part: 0 }
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Make a namespace, if it is missing.
    CreateNamespace(Ident),
    /// Drop an extension, only ever to make it again.
    DropExtension(Ident),
    /// Install an extension, if it is missing.
    CreateExtension(Extension),
    /// Change the version or the namespace of an extension.
    AlterExtension {
        /// The extension.
        name: Ident,
        /// The version that it gets, if it changes.
        version: Option<String>,
        /// The namespace that it gets, if it changes.
        namespace: Option<Ident>,
    },
    /// Make an enum type.
    CreateEnum(Enum),
    /// Change the labels of an enum type.
    AlterEnum(EnumChange),
    /// Drop a foreign key.
    DropForeignKey {
        /// The table that owns it.
        table: ObjectName,
        /// The key as it was.
        key: ForeignKey,
    },
    /// Drop an index.
    DropIndex {
        /// The table that it belongs to.
        table: ObjectName,
        /// Its name, with the namespace that it is written with.
        name: ObjectName,
        /// The index as it was.
        index: Index,
        /// Whether the table, which had none, gets a primary key on the same columns: the drop
        /// then waits until the key is there (Prisma facts 10.3, #270).
        waits_for_key: bool,
    },
    /// Change the columns or the primary key of a table.
    AlterTable(TableChange),
    /// Drop a table.
    DropTable(ObjectName),
    /// Drop an enum type.
    DropEnum(ObjectName),
    /// Make a table; its indexes and foreign keys are steps of their own and not in the value.
    CreateTable(Table),
    /// Make an index.
    CreateIndex {
        /// The table that it belongs to.
        table: ObjectName,
        /// The index.
        index: Index,
        /// Why.
        reason: IndexReason,
    },
    /// Rename a foreign key.
    RenameForeignKey {
        /// The table that owns it.
        table: ObjectName,
        /// The name that it has.
        from: Ident,
        /// The name that it gets.
        to: Ident,
    },
    /// Add a foreign key.
    AddForeignKey {
        /// The table that owns it.
        table: ObjectName,
        /// The key.
        key: ForeignKey,
    },
    /// Rename an index.
    RenameIndex {
        /// The table that it belongs to.
        table: ObjectName,
        /// The name that it has.
        from: ObjectName,
        /// The name that it gets.
        to: Ident,
    },
}

/// Why an index is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexReason {
    /// Its table is new.
    NewTable,
    /// Its table was there, the index was not.
    NewIndex,
    /// A column of it is dropped and made again, which takes the index away.
    RecreatedColumn,
}

/// A change of an enum type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumChange {
    /// The type.
    pub name: ObjectName,
    /// Labels that come, in the order of the wanted type.
    pub added: Vec<String>,
    /// Labels that go, in the order of the previous type.
    pub removed: Vec<String>,
    /// What to do when labels go: the type cannot lose one and is made anew.
    pub replacement: Option<EnumReplacement>,
}

/// A type made anew beside the old one, all columns moved over (Prisma facts 10.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumReplacement {
    /// All labels of the new type.
    pub labels: Vec<String>,
    /// The old type under its passing name, as it is written when it is dropped.
    pub old_type: ObjectName,
    /// Whether the old type stays for now, because columns that go later still have it; dropping
    /// it is then a step of its own.
    pub old_type_stays: bool,
    /// Columns whose default is a label of the old type and must go first.
    pub defaults_dropped: Vec<ColumnName>,
    /// Columns that change to the new type; true for arrays.
    pub columns: Vec<(ColumnName, bool)>,
    /// Columns whose default comes back, with their wanted form.
    pub defaults_restored: Vec<(ObjectName, Column)>,
}

/// A column and its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnName {
    /// The table.
    pub table: ObjectName,
    /// The column in it.
    pub column: Ident,
}

/// What happens to a table that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableChange {
    /// The table.
    pub table: ObjectName,
    /// The clauses, in the order in which they are written.
    pub clauses: Vec<Clause>,
}

/// One clause of an `ALTER TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// Drop the primary key.
    DropPrimaryKey(PrimaryKey),
    /// Give the primary key another name; the value is the wanted key.
    RenamePrimaryKey {
        /// The name that it has.
        from: Ident,
        /// The key as wanted.
        key: PrimaryKey,
    },
    /// Drop a column.
    DropColumn(Column),
    /// Add a column.
    AddColumn(Column),
    /// Change a column in place.
    AlterColumn(Box<ColumnChange>),
    /// Drop a column and make it again, because its values cannot be cast.
    RecreateColumn(Box<ColumnChange>),
    /// Add the primary key.
    AddPrimaryKey(PrimaryKey),
}

/// A column before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnChange {
    /// As it was.
    pub from: Column,
    /// As it is wanted.
    pub to: Column,
    /// What is different.
    pub differs: ColumnDifference,
    /// The sequence that fed it and feeds nothing any more; an empty name when the side it comes
    /// from does not know (Prisma facts 10.7).
    pub dropped_sequence: Option<Ident>,
}

/// What is different between two columns of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColumnDifference {
    /// Required, nullable or list.
    pub arity: bool,
    /// The default, in the sense of Prisma facts 10.2.
    pub default: bool,
    /// The type, and what becomes of the values.
    pub kind: Option<Cast>,
    /// Whether a sequence feeds it.
    pub autoincrement: bool,
}

impl ColumnDifference {
    /// Whether anything is.
    pub fn any(self) -> bool {
        self.arity || self.default || self.kind.is_some() || self.autoincrement
    }
}

/// What becomes of the values of a column whose type changes (Prisma facts 10.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cast {
    /// All of them fit.
    Safe,
    /// Some may not fit or lose something.
    Risky,
    /// None can be cast: the column is made anew.
    Impossible,
}
