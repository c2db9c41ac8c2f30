//! Values of `@default`.
//!
//! They are kept as written and checked; how they look in SQL is the matter of lowering
//! (Prisma facts 9.6).

use std::ops::Range;

use smol_str::SmolStr;

/// A `@default` attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct DefaultValue {
    /// What the column starts with.
    pub value: Default,
    /// Bytes of the attribute, in the file of the model.
    pub span: Range<usize>,
}

/// What a column starts with.
#[derive(Debug, Clone, PartialEq)]
pub enum Default {
    /// One value.
    Literal(Literal),
    /// The values of a list column, perhaps none.
    List(Vec<Literal>),
    /// `now()`.
    Now,
    /// `autoincrement()`.
    Autoincrement,
    /// `dbgenerated("expression")`; `None` for `dbgenerated()`, which has no SQL.
    DbGenerated(Option<String>),
    /// A value that the client makes: no SQL.
    Client(ClientFunction),
}

/// One literal. What it means depends on the type of its field, which it fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// Between quotes in the schema, escapes resolved. Also DateTime, Json, Bytes and quoted
    /// Decimal values.
    String(String),
    /// A number, digits as written: `-1`, `123.4500`.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A value of the field's enum.
    EnumValue {
        /// Name in the schema.
        name: SmolStr,
        /// Label in the database.
        database_name: SmolStr,
    },
}

/// A default function that runs in the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientFunction {
    /// `uuid()`, with its version when given (4 or 7).
    Uuid(Option<u8>),
    /// `cuid()`, with its version when given (1 or 2).
    Cuid(Option<u8>),
    /// `ulid()`.
    Ulid,
    /// `nanoid()`, with its length when given (2 to 255).
    NanoId(Option<u8>),
}
