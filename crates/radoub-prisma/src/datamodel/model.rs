//! Models, views and their fields.

use std::ops::Range;

use smol_str::SmolStr;

use super::{DefaultValue, EnumId, Index, Location, ModelId, NativeType, PrimaryKey};

/// A `model` or `view` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Name in the schema.
    pub name: SmolStr,
    /// Name of the table: `@@map`, or the name.
    pub database_name: SmolStr,
    /// Whether `@@map` is written, though it may say nothing new.
    pub is_mapped: bool,
    /// Namespace: `@@schema`.
    pub schema: Option<SmolStr>,
    /// A table or a view; views have no SQL.
    pub kind: ModelKind,
    /// All fields, relation fields too, in order.
    pub fields: Vec<Field>,
    /// `@id` or `@@id`.
    pub primary_key: Option<PrimaryKey>,
    /// Uniques of fields in the order of the fields, then block attributes in order.
    pub indexes: Vec<Index>,
    /// `@@ignore`: the client leaves it out; Migrate does not.
    pub ignored: bool,
    /// Text of the `///` comments above it, for [`resolve_documented`](super::resolve_documented).
    pub documentation: Option<String>,
    /// The block.
    pub location: Location,
}

impl Model {
    /// The fields that are columns, with their ids, in order.
    pub fn columns(&self) -> impl Iterator<Item = (super::FieldId, &Field)> {
        let fields = self.fields.iter().enumerate();
        fields.filter(|(_, field)| field.is_column()).map(|(at, field)| (super::FieldId(at), field))
    }
}

/// What a block stands for in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelKind {
    /// `model`.
    Table,
    /// `view`: never created, changed or dropped (Prisma facts 9.9).
    View,
}

/// One field of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name in the schema.
    pub name: SmolStr,
    /// Name of the column: `@map`, or the name. Meaningless for a relation field.
    pub database_name: SmolStr,
    /// Whether `@map` is written, though it may say nothing new.
    pub is_mapped: bool,
    /// What it holds.
    pub kind: FieldType,
    /// How many.
    pub arity: Arity,
    /// `@default`.
    pub default: Option<DefaultValue>,
    /// `@updatedAt`: the client fills it.
    pub updated_at: bool,
    /// `@ignore`.
    pub ignored: bool,
    /// Text of the `///` comments above it, for [`resolve_documented`](super::resolve_documented).
    pub documentation: Option<String>,
    /// Bytes of the line, in the file of the model.
    pub span: Range<usize>,
}

impl Field {
    /// Whether it is a column of the table: all but relation fields.
    pub fn is_column(&self) -> bool {
        !matches!(self.kind, FieldType::Relation(_))
    }
}

/// How many values a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one.
    Required,
    /// One or none: `?`.
    Optional,
    /// Any number: `[]`.
    List,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// A scalar, with the `@db.` type when given.
    Scalar(ScalarType, Option<NativeType>),
    /// A value of an enum.
    Enum(EnumId),
    /// `Unsupported("text")`.
    Unsupported(String),
    /// Rows of another model; no column.
    Relation(ModelId),
}

/// The scalar types of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScalarType {
    /// `String`.
    String,
    /// `Boolean`.
    Boolean,
    /// `Int`.
    Int,
    /// `BigInt`.
    BigInt,
    /// `Float`.
    Float,
    /// `Decimal`.
    Decimal,
    /// `DateTime`.
    DateTime,
    /// `Json`.
    Json,
    /// `Bytes`.
    Bytes,
}

impl ScalarType {
    /// Every scalar type.
    pub const ALL: [Self; 9] = [
        Self::String,
        Self::Boolean,
        Self::Int,
        Self::BigInt,
        Self::Float,
        Self::Decimal,
        Self::DateTime,
        Self::Json,
        Self::Bytes,
    ];

    /// The type of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "String" => Self::String,
            "Boolean" => Self::Boolean,
            "Int" => Self::Int,
            "BigInt" => Self::BigInt,
            "Float" => Self::Float,
            "Decimal" => Self::Decimal,
            "DateTime" => Self::DateTime,
            "Json" => Self::Json,
            "Bytes" => Self::Bytes,
            _ => return None,
        })
    }

    /// Name in the schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Boolean => "Boolean",
            Self::Int => "Int",
            Self::BigInt => "BigInt",
            Self::Float => "Float",
            Self::Decimal => "Decimal",
            Self::DateTime => "DateTime",
            Self::Json => "Json",
            Self::Bytes => "Bytes",
        }
    }
}
