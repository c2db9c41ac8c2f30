//! What a column starts with.

use crate::name::Ident;

/// The default of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnDefault {
    /// A constant.
    Value(Literal),
    /// `CURRENT_TIMESTAMP`.
    Now,
    /// The next value of the sequence of this name, without its namespace; `None` when the side
    /// is a schema file, which does not know the name.
    Sequence(Option<Ident>),
    /// An expression, as SQL text; `None` for `dbgenerated()`, which says that there is one and
    /// not which.
    Expression(Option<String>),
}

/// A constant.
///
/// Numbers keep the digits of their source, because they are written back so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// Text.
    String(String),
    /// JSON text, as written.
    Json(String),
    /// Digits of a whole number in a 2 or 4 byte column.
    Int(String),
    /// Digits of a whole number in an 8 byte column.
    BigInt(String),
    /// Digits of a number with or without fraction.
    Decimal(String),
    /// True or false.
    Boolean(bool),
    /// A label of an enum, as in the database.
    Enum(String),
    /// A point in time, `2020-03-19T14:21:00.123+02:00`.
    DateTime(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// The elements of an array.
    List(Vec<Literal>),
}
