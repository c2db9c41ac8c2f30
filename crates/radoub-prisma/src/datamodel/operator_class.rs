//! The operator classes that Prisma has a name for.

/// `Int4MinMaxMultiOps` → `int4_minmax_multi_ops`: words cut at capitals, except that `MinMax`
/// stays one word and `Tz` stays with the word before it.
pub(crate) fn database_name(name: &str) -> String {
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
