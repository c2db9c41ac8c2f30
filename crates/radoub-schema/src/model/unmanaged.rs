//! What PostgreSQL has and Prisma neither writes nor compares.
//!
//! Known so that it can be shown, compared between two databases, and carried into a script that
//! would lose it otherwise; never part of a comparison of two [`super::SqlSchema`]s. The definitions
//! are completed in [`crate::render::unmanaged`].
//!
//! Owners, rights, publications, tablespaces and statistics targets are not read at all.

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

/// A kind of thing that Prisma does not see, in the order in which kinds are made.
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
    /// An operator class.
    OperatorClass,
    /// A cast.
    Cast,
    /// A configuration or dictionary of text search.
    TextSearch,
    /// A foreign table.
    ForeignTable,
    /// The way in which a table is partitioned.
    Partitioning,
    /// A partition.
    Partition,
    /// That a table inherits from another.
    Inheritance,
    /// How a table is stored: parameters, unlogged, replica identity.
    TableDetail,
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
    /// What a key has beyond columns and actions: that it is a unique constraint and not only an
    /// index, `DEFERRABLE`, `NOT VALID`, `MATCH FULL`, included columns and the like.
    ConstraintDetail,
    /// A foreign key that leaves the namespaces.
    ForeignKey,
    /// An index with a condition.
    PartialIndex,
    /// An index over an expression.
    ExpressionIndex,
    /// An index of a method that Prisma does not know.
    OtherIndex,
    /// What an index has beyond columns, direction and operator class: included columns, place of
    /// nulls, collation, operator class of a B-tree, `NULLS NOT DISTINCT`, storage parameters.
    IndexDetail,
    /// Extended statistics.
    Statistics,
    /// A view.
    View,
    /// A materialised view.
    MaterializedView,
    /// An index of a materialised view.
    ViewIndex,
    /// A rule of a table or view, the one that makes a view left out.
    Rule,
    /// A trigger.
    Trigger,
    /// Whether row security is enabled or forced on a table.
    RowSecurity,
    /// A policy of row security.
    Policy,
    /// A comment.
    Comment,
    /// A trigger on events of the whole database.
    EventTrigger,
}

impl UnmanagedKind {
    /// All kinds, in the order in which they are made.
    pub const ALL: [Self; 39] = [
        Self::Extension,
        Self::Collation,
        Self::Domain,
        Self::CompositeType,
        Self::RangeType,
        Self::Sequence,
        Self::Function,
        Self::Procedure,
        Self::Aggregate,
        Self::Operator,
        Self::OperatorClass,
        Self::Cast,
        Self::TextSearch,
        Self::ForeignTable,
        Self::Partitioning,
        Self::Partition,
        Self::Inheritance,
        Self::TableDetail,
        Self::ColumnDetail,
        Self::Identity,
        Self::GeneratedColumn,
        Self::Check,
        Self::Exclusion,
        Self::ConstraintDetail,
        Self::ForeignKey,
        Self::PartialIndex,
        Self::ExpressionIndex,
        Self::OtherIndex,
        Self::IndexDetail,
        Self::Statistics,
        Self::View,
        Self::MaterializedView,
        Self::ViewIndex,
        Self::Rule,
        Self::Trigger,
        Self::RowSecurity,
        Self::Policy,
        Self::Comment,
        Self::EventTrigger,
    ];

    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Collation => "collation",
            Self::Domain => "domain",
            Self::CompositeType => "composite-type",
            Self::RangeType => "range-type",
            Self::Sequence => "sequence",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Aggregate => "aggregate",
            Self::Operator => "operator",
            Self::OperatorClass => "operator-class",
            Self::Cast => "cast",
            Self::TextSearch => "text-search",
            Self::ForeignTable => "foreign-table",
            Self::Partitioning => "partitioning",
            Self::Partition => "partition",
            Self::Inheritance => "inheritance",
            Self::TableDetail => "table-detail",
            Self::ColumnDetail => "column-detail",
            Self::Identity => "identity",
            Self::GeneratedColumn => "generated-column",
            Self::Check => "check",
            Self::Exclusion => "exclusion",
            Self::ConstraintDetail => "constraint-detail",
            Self::ForeignKey => "foreign-key",
            Self::PartialIndex => "partial-index",
            Self::ExpressionIndex => "expression-index",
            Self::OtherIndex => "other-index",
            Self::IndexDetail => "index-detail",
            Self::Statistics => "statistics",
            Self::View => "view",
            Self::MaterializedView => "materialized-view",
            Self::ViewIndex => "view-index",
            Self::Rule => "rule",
            Self::Trigger => "trigger",
            Self::RowSecurity => "row-security",
            Self::Policy => "policy",
            Self::Comment => "comment",
            Self::EventTrigger => "event-trigger",
        }
    }
}
