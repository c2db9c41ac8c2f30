//! Enums of the data model.

use smol_str::SmolStr;

use super::Location;

/// An `enum` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    /// Name in the schema.
    pub name: SmolStr,
    /// Name of the type in the database: `@@map`, or the name.
    pub database_name: SmolStr,
    /// Whether `@@map` is written, though it may say nothing new.
    pub is_mapped: bool,
    /// Namespace: `@@schema`.
    pub schema: Option<SmolStr>,
    /// Values, in order; never empty in a valid schema.
    pub values: Vec<EnumValue>,
    /// Text of the `///` comments above it, for [`resolve_documented`](super::resolve_documented).
    pub documentation: Option<String>,
    /// The block.
    pub location: Location,
}

impl Enum {
    /// The value of this name in the schema.
    pub fn value(&self, name: &str) -> Option<&EnumValue> {
        self.values.iter().find(|value| value.name == name)
    }
}

/// One value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValue {
    /// Name in the schema.
    pub name: SmolStr,
    /// Label in the database: `@map`, or the name.
    pub database_name: SmolStr,
    /// Whether `@map` is written, though it may say nothing new.
    pub is_mapped: bool,
    /// Text of the `///` comments above it, for [`resolve_documented`](super::resolve_documented).
    pub documentation: Option<String>,
}
