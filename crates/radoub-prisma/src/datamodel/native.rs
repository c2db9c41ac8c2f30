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
pub(crate) fn operator_class_name(name: &str) -> String {
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

/// Every operator class that some field type and index type take (Prisma facts 9.4; the whole
/// table was measured).
pub(crate) const OPERATOR_CLASSES: [&str; 56] = [
    "ArrayOps",
    "BitMinMaxOps",
    "BpcharBloomOps",
    "BpcharMinMaxOps",
    "ByteaBloomOps",
    "ByteaMinMaxOps",
    "DateBloomOps",
    "DateMinMaxMultiOps",
    "DateMinMaxOps",
    "Float4BloomOps",
    "Float4MinMaxMultiOps",
    "Float4MinMaxOps",
    "Float8BloomOps",
    "Float8MinMaxMultiOps",
    "Float8MinMaxOps",
    "InetBloomOps",
    "InetInclusionOps",
    "InetMinMaxMultiOps",
    "InetMinMaxOps",
    "InetOps",
    "Int2BloomOps",
    "Int2MinMaxMultiOps",
    "Int2MinMaxOps",
    "Int4BloomOps",
    "Int4MinMaxMultiOps",
    "Int4MinMaxOps",
    "Int8BloomOps",
    "Int8MinMaxMultiOps",
    "Int8MinMaxOps",
    "JsonbOps",
    "JsonbPathOps",
    "NumericBloomOps",
    "NumericMinMaxMultiOps",
    "NumericMinMaxOps",
    "OidBloomOps",
    "OidMinMaxMultiOps",
    "OidMinMaxOps",
    "TextBloomOps",
    "TextMinMaxOps",
    "TextOps",
    "TimeBloomOps",
    "TimeMinMaxMultiOps",
    "TimeMinMaxOps",
    "TimeTzBloomOps",
    "TimeTzMinMaxMultiOps",
    "TimeTzMinMaxOps",
    "TimestampBloomOps",
    "TimestampMinMaxMultiOps",
    "TimestampMinMaxOps",
    "TimestampTzBloomOps",
    "TimestampTzMinMaxMultiOps",
    "TimestampTzMinMaxOps",
    "UuidBloomOps",
    "UuidMinMaxMultiOps",
    "UuidMinMaxOps",
    "VarBitMinMaxOps",
];
