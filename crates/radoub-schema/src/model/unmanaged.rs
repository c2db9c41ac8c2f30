//! What PostgreSQL has and Prisma neither writes nor compares.
//!
//! Known so that it can be shown, compared between two databases, and carried into a script that
//! would lose it otherwise; never part of a comparison of two [`super::SqlSchema`]s.

use crate::name::ObjectName;

/// Everything of that sort in the namespaces that were looked at, in an order in which the
/// definitions run: what another one needs comes before it.
///
/// What belongs to an extension is not there: the extension brings it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unmanaged {
    /// The objects.
    pub objects: Vec<UnmanagedObject>,
}

impl Unmanaged {
    /// Those that have to be there before the tables are made, in order.
    pub fn before(&self) -> impl Iterator<Item = &UnmanagedObject> {
        self.carried(Carry::Before)
    }

    /// Those that are made after the tables with their keys and indexes, in order.
    pub fn after(&self) -> impl Iterator<Item = &UnmanagedObject> {
        self.carried(Carry::After)
    }

    /// Those that no script of ours can carry.
    pub fn by_hand(&self) -> impl Iterator<Item = &UnmanagedObject> {
        self.carried(Carry::ByHand)
    }

    fn carried(&self, carry: Carry) -> impl Iterator<Item = &UnmanagedObject> {
        self.objects.iter().filter(move |object| object.carry == carry)
    }
}

/// One thing that Prisma does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmanagedObject {
    /// What it is.
    pub kind: UnmanagedKind,
    /// Its name. Of what has no namespace of its own (a trigger, a policy, a check) it is that of
    /// its table; a function carries the types of its arguments, `f(integer, text)`; a detail or a
    /// comment has the name of what it is a detail of.
    pub name: ObjectName,
    /// The table, view or foreign table that it hangs on, if it does.
    pub table: Option<ObjectName>,
    /// SQL that makes it again on a database that has the rest, one or more statements with `;`
    /// between them and none at the end. Names in the namespace of the connection's URL are
    /// bare, all others qualified, as in Prisma's own scripts.
    pub definition: String,
    /// When the definition has to run.
    pub carry: Carry,
}

/// When a definition runs in a script that makes everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carry {
    /// Before the tables: a table, or the default of a column, needs it.
    Before,
    /// After the tables, their indexes and foreign keys.
    After,
    /// Not at all: it cannot be had in addition to what Prisma writes, a person has to decide.
    ByHand,
}

/// A kind of thing that Prisma does not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnmanagedKind {
    /// An extension.
    Extension,
    /// A collation.
    Collation,
    /// A domain.
    Domain,
    /// A composite type.
    CompositeType,
    /// A range type.
    RangeType,
    /// A sequence that no column owns.
    Sequence,
    /// A function, also one for triggers or windows.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate.
    Aggregate,
    /// An operator.
    Operator,
    /// A cast.
    Cast,
    /// A text search configuration, dictionary, parser or template.
    TextSearch,
    /// A view.
    View,
    /// A materialised view.
    MaterializedView,
    /// An index of a materialised view.
    ViewIndex,
    /// A foreign table.
    ForeignTable,
    /// The way in which a table is partitioned.
    Partitioning,
    /// A partition.
    Partition,
    /// That a table inherits from another.
    Inheritance,
    /// What a column has beyond type, default and `NOT NULL`: a domain, a collation, an array's
    /// `NOT NULL`, a sequence of a name or with settings of its own.
    ColumnDetail,
    /// `GENERATED … AS IDENTITY`.
    Identity,
    /// `GENERATED ALWAYS AS (…)`.
    GeneratedColumn,
    /// A check constraint.
    Check,
    /// An exclusion constraint.
    Exclusion,
    /// A key with `DEFERRABLE`, `NOT VALID`, `MATCH FULL` and the like.
    ConstraintDetail,
    /// An index with a condition.
    PartialIndex,
    /// An index over an expression.
    ExpressionIndex,
    /// What an index has beyond columns, direction and operator class: included columns, place of
    /// nulls, collation, operator class of a B-tree, `NULLS NOT DISTINCT`, storage parameters.
    IndexDetail,
    /// Extended statistics.
    Statistics,
    /// A rule of a table or view, the one that makes a view left out.
    Rule,
    /// A trigger.
    Trigger,
    /// A trigger on events of the whole database.
    EventTrigger,
    /// Whether row security is enabled or forced on a table.
    RowSecurity,
    /// A policy of row security.
    Policy,
    /// Storage parameters of a table, or that it is unlogged.
    TableDetail,
    /// A comment.
    Comment,
}
