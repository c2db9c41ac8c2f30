//! The built-in column types that Prisma has a name for, as PostgreSQL and as Prisma write them.
//!
//! Whether one type may be turned into another is the matter of [`crate::diff`]; enums and
//! unsupported types are not here but in [`crate::model::ColumnType`].

use std::fmt;

/// A native type with its arguments; `None` where an argument is left out, which is not the
/// same as its default (Prisma facts 9.3, 10.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NativeType {
    /// `SmallInt`, `int2`.
    SmallInt,
    /// `Integer`, `int4`.
    Integer,
    /// `BigInt`, `int8`.
    BigInt,
    /// `Decimal`, `numeric`, with precision and scale.
    Decimal(Option<(u32, u32)>),
    /// `Money`.
    Money,
    /// `Inet`.
    Inet,
    /// `Oid`.
    Oid,
    /// `Citext`, of the extension of that name.
    Citext,
    /// `Real`, `float4`.
    Real,
    /// `DoublePrecision`, `float8`.
    DoublePrecision,
    /// `VarChar`, with its length in characters.
    VarChar(Option<u32>),
    /// `Char`, `bpchar`, with its length in characters.
    Char(Option<u32>),
    /// `Text`.
    Text,
    /// `ByteA`.
    ByteA,
    /// `Timestamp`, with its digits of a second.
    Timestamp(Option<u32>),
    /// `Timestamptz`, with its digits of a second.
    Timestamptz(Option<u32>),
    /// `Date`.
    Date,
    /// `Time`, with its digits of a second.
    Time(Option<u32>),
    /// `Timetz`, with its digits of a second.
    Timetz(Option<u32>),
    /// `Boolean`.
    Boolean,
    /// `Bit`, with its length in bits.
    Bit(Option<u32>),
    /// `VarBit`, with its length in bits.
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

/// The two ways in which a type is written: `(SQL, schema language)`.
const fn words(kind: NativeType) -> (&'static str, &'static str) {
    use NativeType as N;
    match kind {
        N::SmallInt => ("SMALLINT", "SmallInt"),
        N::Integer => ("INTEGER", "Integer"),
        N::BigInt => ("BIGINT", "BigInt"),
        N::Decimal(_) => ("DECIMAL", "Decimal"),
        N::Money => ("MONEY", "Money"),
        N::Inet => ("INET", "Inet"),
        N::Oid => ("OID", "Oid"),
        N::Citext => ("CITEXT", "Citext"),
        N::Real => ("REAL", "Real"),
        N::DoublePrecision => ("DOUBLE PRECISION", "DoublePrecision"),
        N::VarChar(_) => ("VARCHAR", "VarChar"),
        N::Char(_) => ("CHAR", "Char"),
        N::Text => ("TEXT", "Text"),
        N::ByteA => ("BYTEA", "ByteA"),
        N::Timestamp(_) => ("TIMESTAMP", "Timestamp"),
        N::Timestamptz(_) => ("TIMESTAMPTZ", "Timestamptz"),
        N::Date => ("DATE", "Date"),
        N::Time(_) => ("TIME", "Time"),
        N::Timetz(_) => ("TIMETZ", "Timetz"),
        N::Boolean => ("BOOLEAN", "Boolean"),
        N::Bit(_) => ("BIT", "Bit"),
        N::VarBit(_) => ("VARBIT", "VarBit"),
        N::Uuid => ("UUID", "Uuid"),
        N::Xml => ("XML", "Xml"),
        N::Json => ("JSON", "Json"),
        N::JsonB => ("JSONB", "JsonB"),
    }
}

impl NativeType {
    /// The name in SQL, without arguments.
    pub(crate) fn sql_name(self) -> &'static str {
        words(self).0
    }

    /// The arguments in parentheses, or nothing: `(65,30)`, `(3)`.
    pub(crate) fn write_arguments(self, out: &mut impl fmt::Write) -> fmt::Result {
        use NativeType as N;
        let (first, second) = match self {
            N::Decimal(Some((precision, scale))) => (precision, Some(scale)),
            N::VarChar(Some(n))
            | N::Char(Some(n))
            | N::Timestamp(Some(n))
            | N::Timestamptz(Some(n))
            | N::Time(Some(n))
            | N::Timetz(Some(n))
            | N::Bit(Some(n))
            | N::VarBit(Some(n)) => (n, None),
            _ => return Ok(()),
        };
        out.write_char('(')?;
        out.write_str(itoa::Buffer::new().format(first))?;
        if let Some(second) = second {
            out.write_char(',')?;
            out.write_str(itoa::Buffer::new().format(second))?;
        }
        out.write_char(')')
    }

    /// As the schema language writes it behind `@db.`, without blank between arguments:
    /// `VarChar(10)`, `Decimal(65,30)`. Prisma's warnings name types so.
    pub fn in_schema_language(self) -> String {
        let mut text = words(self).1.to_owned();
        self.write_arguments(&mut text).expect("writing to a string does not fail");
        text
    }
}

/// As Prisma writes it in SQL: `VARCHAR(10)`, `DECIMAL(65,30)`, `DOUBLE PRECISION`.
impl fmt::Display for NativeType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.sql_name())?;
        self.write_arguments(out)
    }
}

#[cfg(test)]
mod tests {
    use super::NativeType;

    #[test]
    fn arguments_are_written_only_when_given() {
        assert_eq!(NativeType::Decimal(Some((10, 2))).to_string(), "DECIMAL(10,2)");
        assert_eq!(NativeType::Decimal(None).to_string(), "DECIMAL");
        assert_eq!(NativeType::Timestamp(Some(3)).in_schema_language(), "Timestamp(3)");
    }
}
