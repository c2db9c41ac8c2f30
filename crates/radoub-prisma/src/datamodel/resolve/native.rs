//! `@db.X`: which native type it is.
//!
//! Prisma looks at them with the last rules, so this is called from [`crate::validate`].

use super::{Draft, similar};
use crate::datamodel::{FieldId, FieldType, ModelId, NativeType, ScalarType};
use crate::syntax::ast::{Attribute, ValueKind};

/// What a native type takes between its parentheses.
#[derive(Clone, Copy)]
enum Takes {
    Nothing(NativeType),
    One(fn(Option<u32>) -> NativeType),
    PrecisionAndScale,
}

/// Every native type with the scalar it belongs to (Prisma facts 9.3).
const TYPES: [(&str, ScalarType, Takes); 26] = [
    ("SmallInt", ScalarType::Int, Takes::Nothing(NativeType::SmallInt)),
    ("Integer", ScalarType::Int, Takes::Nothing(NativeType::Integer)),
    ("Oid", ScalarType::Int, Takes::Nothing(NativeType::Oid)),
    ("BigInt", ScalarType::BigInt, Takes::Nothing(NativeType::BigInt)),
    ("Decimal", ScalarType::Decimal, Takes::PrecisionAndScale),
    ("Money", ScalarType::Decimal, Takes::Nothing(NativeType::Money)),
    ("Inet", ScalarType::String, Takes::Nothing(NativeType::Inet)),
    ("Citext", ScalarType::String, Takes::Nothing(NativeType::Citext)),
    ("Real", ScalarType::Float, Takes::Nothing(NativeType::Real)),
    ("DoublePrecision", ScalarType::Float, Takes::Nothing(NativeType::DoublePrecision)),
    ("VarChar", ScalarType::String, Takes::One(NativeType::VarChar)),
    ("Char", ScalarType::String, Takes::One(NativeType::Char)),
    ("Text", ScalarType::String, Takes::Nothing(NativeType::Text)),
    ("ByteA", ScalarType::Bytes, Takes::Nothing(NativeType::ByteA)),
    ("Timestamp", ScalarType::DateTime, Takes::One(NativeType::Timestamp)),
    ("Timestamptz", ScalarType::DateTime, Takes::One(NativeType::Timestamptz)),
    ("Date", ScalarType::DateTime, Takes::Nothing(NativeType::Date)),
    ("Time", ScalarType::DateTime, Takes::One(NativeType::Time)),
    ("Timetz", ScalarType::DateTime, Takes::One(NativeType::Timetz)),
    ("Boolean", ScalarType::Boolean, Takes::Nothing(NativeType::Boolean)),
    ("Bit", ScalarType::String, Takes::One(NativeType::Bit)),
    ("VarBit", ScalarType::String, Takes::One(NativeType::VarBit)),
    ("Uuid", ScalarType::String, Takes::Nothing(NativeType::Uuid)),
    ("Xml", ScalarType::String, Takes::Nothing(NativeType::Xml)),
    ("Json", ScalarType::Json, Takes::Nothing(NativeType::Json)),
    ("JsonB", ScalarType::Json, Takes::Nothing(NativeType::JsonB)),
];

/// Name, scalar type and arguments of every native type: `("VarChar", String, "(n)")`.
pub(crate) fn words() -> impl Iterator<Item = (&'static str, ScalarType, &'static str)> {
    TYPES.into_iter().map(|(name, scalar, takes)| {
        let arguments = match takes {
            Takes::Nothing(_) => "",
            Takes::One(_) => "(n)",
            Takes::PrecisionAndScale => "(p, s)",
        };
        (name, scalar, arguments)
    })
}

impl Draft {
    /// Reads the native type of a field and puts it into the data model. Nothing to do for a
    /// field without one.
    pub(crate) fn native(&mut self, model: ModelId, field: FieldId) {
        let FieldType::Scalar(scalar, _) = self.field_of(model, field).kind else { return };
        let Some(source) = &self.models[model.0].fields[field.0].native else { return };
        let span = source.attribute.span();
        let datasource =
            self.configuration.datasource.as_ref().map(|datasource| datasource.name.clone());
        let datasource = datasource.unwrap_or_else(|| source.prefix.clone());
        if source.prefix != datasource {
            let message =
                format!("native types begin with the name of the datasource, `{datasource}`");
            let remedy = format!("write `@{datasource}.{}`", source.name);
            self.report.error_with(span, message, remedy);
            return;
        }
        let Some((_, belongs, takes)) = TYPES.into_iter().find(|(name, ..)| *name == source.name)
        else {
            let message = format!("PostgreSQL has no native type `{}`", source.name);
            match similar::nearest(&source.name, TYPES.iter().map(|(name, ..)| *name)) {
                Some(near) => self.report.error_with(
                    span,
                    message,
                    format!("did you mean `@{datasource}.{near}`?"),
                ),
                None => self.report.error(span, message),
            }
            return;
        };
        let native = match arguments(takes, &source.attribute) {
            Ok(native) => native,
            Err(message) => {
                self.report.error(span, message);
                return;
            }
        };
        if belongs != scalar {
            let message = format!(
                "`{}` belongs to {}, not to {}",
                source.name,
                belongs.name(),
                scalar.name()
            );
            self.report.error_with(span, message, format!("make the field a {}", belongs.name()));
            return;
        }
        self.datamodel.models[model.0].fields[field.0].kind =
            FieldType::Scalar(scalar, Some(native));
    }
}

fn arguments(takes: Takes, attribute: &Attribute) -> Result<NativeType, String> {
    let values: Vec<_> = attribute.args().filter_map(|arg| arg.value()).collect();
    let numbers: Vec<Option<u32>> = values
        .iter()
        .map(|value| match value.kind() {
            ValueKind::Number(digits) => digits.parse().ok(),
            _ => None,
        })
        .collect();
    match (takes, numbers.as_slice()) {
        (Takes::Nothing(native), []) => Ok(native),
        (Takes::Nothing(_), _) => Err("this native type takes no argument".to_owned()),
        (Takes::One(of), []) => Ok(of(None)),
        (Takes::One(of), [Some(number)]) => Ok(of(Some(*number))),
        (Takes::One(_), _) => Err("this native type takes one whole number".to_owned()),
        (Takes::PrecisionAndScale, []) => Ok(NativeType::Decimal(None)),
        (Takes::PrecisionAndScale, [Some(precision), Some(scale)]) => {
            Ok(NativeType::Decimal(Some((*precision, *scale))))
        }
        (Takes::PrecisionAndScale, _) => Err("`Decimal` takes a precision and a scale".to_owned()),
    }
}
