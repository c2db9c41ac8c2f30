//! Columns and their types.

use radoub_schema::model::{Arity, Column, ColumnType};
use radoub_schema::name::Ident;
use radoub_schema::types::NativeType;

use super::{Lowering, defaults};
use crate::datamodel::{self, Default, Field, FieldType, ScalarType};

impl Lowering<'_> {
    pub(super) fn column(&self, field: &Field) -> Column {
        let default = field.default.as_ref().map(|default| &default.value);
        Column {
            name: Ident::new(field.database_name.as_str()),
            kind: self.column_type(&field.kind),
            domain: None,
            arity: match field.arity {
                datamodel::Arity::Required => Arity::Required,
                datamodel::Arity::Optional => Arity::Nullable,
                datamodel::Arity::List => Arity::List,
            },
            default: default.and_then(|default| defaults::lower(default, &field.kind)),
            is_identity: false,
            generated: None,
            filled_by_client: matches!(default, Some(Default::Client(_))),
        }
    }

    /// The type of one value. A relation field has no column and is never asked.
    pub(super) fn column_type(&self, kind: &FieldType) -> ColumnType {
        match kind {
            FieldType::Scalar(_, Some(native)) => ColumnType::Native(native_type(*native)),
            FieldType::Scalar(scalar, None) => ColumnType::Native(usual_type(*scalar)),
            FieldType::Enum(id) => {
                let it = self.datamodel.enumeration(*id);
                ColumnType::Enum(self.name(it.schema.as_ref(), &it.database_name))
            }
            FieldType::Unsupported(text) => ColumnType::Unsupported(text.clone()),
            FieldType::Relation(_) => ColumnType::Unsupported(String::new()),
        }
    }
}

/// The type of a scalar without `@db.` attribute (Prisma facts 9.3).
fn usual_type(scalar: ScalarType) -> NativeType {
    match scalar {
        ScalarType::String => NativeType::Text,
        ScalarType::Boolean => NativeType::Boolean,
        ScalarType::Int => NativeType::Integer,
        ScalarType::BigInt => NativeType::BigInt,
        ScalarType::Float => NativeType::DoublePrecision,
        ScalarType::Decimal => NativeType::Decimal(Some((65, 30))),
        ScalarType::DateTime => NativeType::Timestamp(Some(3)),
        ScalarType::Json => NativeType::JsonB,
        ScalarType::Bytes => NativeType::ByteA,
    }
}

fn native_type(native: datamodel::NativeType) -> NativeType {
    use datamodel::NativeType as N;
    match native {
        N::SmallInt => NativeType::SmallInt,
        N::Integer => NativeType::Integer,
        N::BigInt => NativeType::BigInt,
        N::Decimal(arguments) => NativeType::Decimal(arguments),
        N::Money => NativeType::Money,
        N::Inet => NativeType::Inet,
        N::Oid => NativeType::Oid,
        N::Citext => NativeType::Citext,
        N::Real => NativeType::Real,
        N::DoublePrecision => NativeType::DoublePrecision,
        N::VarChar(n) => NativeType::VarChar(n),
        N::Char(n) => NativeType::Char(n),
        N::Text => NativeType::Text,
        N::ByteA => NativeType::ByteA,
        N::Timestamp(p) => NativeType::Timestamp(p),
        N::Timestamptz(p) => NativeType::Timestamptz(p),
        N::Date => NativeType::Date,
        N::Time(p) => NativeType::Time(p),
        N::Timetz(p) => NativeType::Timetz(p),
        N::Boolean => NativeType::Boolean,
        N::Bit(n) => NativeType::Bit(n),
        N::VarBit(n) => NativeType::VarBit(n),
        N::Uuid => NativeType::Uuid,
        N::Xml => NativeType::Xml,
        N::Json => NativeType::Json,
        N::JsonB => NativeType::JsonB,
    }
}
