//! Relations, both sides resolved.

use std::ops::Range;

use smol_str::SmolStr;

use super::{FieldId, ModelId};

/// Whether the database knows about relations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RelationMode {
    /// Foreign keys, the default.
    #[default]
    ForeignKeys,
    /// None; the client keeps rows together.
    Prisma,
}

/// A relation whose one side owns the columns (1:1 or 1:n).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// Name of the relation, when given.
    pub relation_name: Option<SmolStr>,
    /// The model that owns the columns.
    pub model: ModelId,
    /// The relation field with `fields` and `references`.
    pub relation_field: FieldId,
    /// Owning columns, in the order of `fields`.
    pub fields: Vec<FieldId>,
    /// The model that is referred to.
    pub target: ModelId,
    /// Columns referred to, in the order of `references`; as many as `fields`.
    pub references: Vec<FieldId>,
    /// The relation field on the other side.
    pub opposite: Option<FieldId>,
    /// True when the other side is not a list.
    pub one_to_one: bool,
    /// `onDelete`, when given.
    pub explicit_on_delete: Option<ReferentialAction>,
    /// `onUpdate`, when given.
    pub explicit_on_update: Option<ReferentialAction>,
    /// What happens on delete: the explicit action, else `Restrict` if any owning column is
    /// required, else `SetNull` (Prisma facts 9.5).
    pub on_delete: ReferentialAction,
    /// What happens on update: the explicit action, else `Cascade`.
    pub on_update: ReferentialAction,
    /// Name of the constraint: `map`, else the default.
    pub database_name: SmolStr,
    /// `map`, when given.
    pub explicit_name: Option<SmolStr>,
    /// Bytes of the relation field, in the file of the owning model.
    pub span: Range<usize>,
}

/// An implicit many-to-many relation, which is a table of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinTable {
    /// Name of the relation, when given.
    pub relation_name: Option<SmolStr>,
    /// Name of the table: `_AToB` or `_name`, cut to 63 bytes.
    pub database_name: SmolStr,
    /// Namespace: that of model A.
    pub schema: Option<SmolStr>,
    /// The side whose model's name is smaller in byte order: column `A`.
    pub a: RelationSide,
    /// The other side: column `B`.
    pub b: RelationSide,
    /// Name of the primary key on both columns (6 and later).
    pub primary_key_name: SmolStr,
    /// Name of the unique index on both columns that 5 makes instead of the key.
    pub unique_index_name: SmolStr,
    /// Name of the index on column `B`.
    pub index_name: SmolStr,
    /// Name of the foreign key of column `A`.
    pub a_foreign_key_name: SmolStr,
    /// Name of the foreign key of column `B`.
    pub b_foreign_key_name: SmolStr,
}

/// One side of a many-to-many relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelationSide {
    /// The model.
    pub model: ModelId,
    /// Its relation field.
    pub field: FieldId,
    /// The id field of the model, whose type the column takes.
    pub id: FieldId,
}

/// What happens to a row when the one that it refers to goes or changes its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferentialAction {
    /// `Cascade`.
    Cascade,
    /// `Restrict`.
    Restrict,
    /// `NoAction`.
    NoAction,
    /// `SetNull`.
    SetNull,
    /// `SetDefault`.
    SetDefault,
}

impl ReferentialAction {
    /// Every action.
    pub const ALL: [Self; 5] =
        [Self::Cascade, Self::Restrict, Self::NoAction, Self::SetNull, Self::SetDefault];

    /// The action of this name in the schema.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "Cascade" => Self::Cascade,
            "Restrict" => Self::Restrict,
            "NoAction" => Self::NoAction,
            "SetNull" => Self::SetNull,
            "SetDefault" => Self::SetDefault,
            _ => return None,
        })
    }

    /// The name in the schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cascade => "Cascade",
            Self::Restrict => "Restrict",
            Self::NoAction => "NoAction",
            Self::SetNull => "SetNull",
            Self::SetDefault => "SetDefault",
        }
    }
}
