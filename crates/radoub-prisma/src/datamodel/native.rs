//! Native types of PostgreSQL (`@db.…`).

/// A native type with its arguments; `None` where an argument is left out (Prisma facts 9.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NativeType {
    /// `SmallInt`.
    SmallInt,
    /// `Integer`.
    Integer,
    /// `BigInt`.
    BigInt,
    /// `Decimal`, with precision and scale.
    Decimal(Option<(u32, u32)>),
    /// `Money`.
    Money,
    /// `Inet`.
    Inet,
    /// `Oid`.
    Oid,
    /// `Citext`.
    Citext,
    /// `Real`.
    Real,
    /// `DoublePrecision`.
    DoublePrecision,
    /// `VarChar`, with its length.
    VarChar(Option<u32>),
    /// `Char`, with its length.
    Char(Option<u32>),
    /// `Text`.
    Text,
    /// `ByteA`.
    ByteA,
    /// `Timestamp`, with its precision.
    Timestamp(Option<u32>),
    /// `Timestamptz`, with its precision.
    Timestamptz(Option<u32>),
    /// `Date`.
    Date,
    /// `Time`, with its precision.
    Time(Option<u32>),
    /// `Timetz`, with its precision.
    Timetz(Option<u32>),
    /// `Boolean`.
    Boolean,
    /// `Bit`, with its length.
    Bit(Option<u32>),
    /// `VarBit`, with its length.
    VarBit(Option<u32>),
    /// `Uuid`.
    Uuid,
    /// `Xml`.
    Xml,
    /// `Json`.
    Json,
    /// `JsonB`.
    JsonB,
}

/// `Int4MinMaxMultiOps` → `int4_minmax_multi_ops`: words cut at capitals, except that `MinMax`
/// stays one word and `Tz` stays with the word before it.
pub(super) fn operator_class_name(name: &str) -> String {
    let name = name.replace("MinMax", "Minmax").replace("Tz", "tz").replace("VarBit", "Varbit");
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
