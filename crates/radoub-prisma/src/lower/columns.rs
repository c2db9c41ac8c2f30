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
            name: Ident::from(field.database_name.clone()),
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
            FieldType::Scalar(_, Some(native)) => ColumnType::Native(*native),
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
