//! What Prisma remarks about a database when it writes a schema from it: that a thing is there which
//! the schema language has no words for.
//!
//! Only that it is there and what it is called; what it says is the matter of [`super::unmanaged`].

use crate::name::{Ident, ObjectName};

/// One thing that `db pull` puts a remark in the schema for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What it is.
    pub kind: RemarkKind,
    /// The table, view or enum type that it belongs to.
    pub on: ObjectName,
    /// The constraint or index; `None` where the whole object is meant.
    pub name: Option<Ident>,
    /// The column; `None` where no column is meant.
    pub column: Option<Ident>,
}

/// A kind of remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemarkKind {
    /// The table is partitioned and has partitions.
    Partitioned,
    /// Other tables inherit from the table.
    Inherited,
    /// Row security is enabled on the table.
    RowSecurity,
    /// A check constraint.
    Check,
    /// An exclusion constraint.
    Exclusion,
    /// A key or unique constraint that is checked at another time than Prisma thinks.
    Deferring,
    /// An index column with nulls on the side that its direction does not put them.
    NullsOrder,
    /// An index over an expression.
    ExpressionIndex,
    /// A comment on a table, a view, an enum type, or a column of the first two.
    Comment,
}
