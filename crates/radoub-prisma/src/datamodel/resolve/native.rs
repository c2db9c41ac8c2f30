//! `@db.X`: which native type it is.
//!
//! Prisma looks at them with the last rules, so this is called from [`crate::validate`].

use smallvec::SmallVec;

use super::{Draft, Report, similar};
use crate::datamodel::{FieldId, FieldType, ModelId, NativeType, ScalarType};
use crate::syntax::SyntaxNode;
use crate::syntax::ast::{Arg, Attribute, Value, ValueKind};

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

impl Draft<'_> {
    /// Reads the native type of a field and puts it into the data model.
    pub(crate) fn native(
        &mut self,
        report: &mut Report,
        model: ModelId,
        field: FieldId,
        attribute: Attribute<'_>,
    ) {
        let kind = &mut self.datamodel.models[model.0].fields[field.0].kind;
        let FieldType::Scalar(scalar, native) = kind else { return };
        let span = || attribute.span();
        let written = attribute.name().map_or("", SyntaxNode::text);
        let (prefix, name) = written.split_once('.').unwrap_or((written, ""));
        let datasource = self.configuration.datasource.as_ref();
        let datasource = datasource.map_or(prefix, |datasource| &datasource.name);
        if prefix != datasource {
            let message =
                format!("native types begin with the name of the datasource, `{datasource}`");
            report.error_with(span(), message, format!("write `@{datasource}.{name}`"));
            return;
        }
        let Some((_, belongs, takes)) = TYPES.iter().find(|(known, ..)| *known == name) else {
            let message = format!("PostgreSQL has no native type `{name}`");
            match similar::nearest(name, TYPES.iter().map(|(known, ..)| *known)) {
                Some(near) => {
                    let remedy = format!("did you mean `@{datasource}.{near}`?");
                    report.error_with(span(), message, remedy);
                }
                None => report.error(span(), message),
            }
            return;
        };
        match arguments(*takes, attribute) {
            Err(message) => report.error(span(), message),
            Ok(_) if belongs != scalar => {
                let (belongs, scalar) = (belongs.name(), scalar.name());
                let message = format!("`{name}` belongs to {belongs}, not to {scalar}");
                report.error_with(span(), message, format!("make the field a {belongs}"));
            }
            Ok(read) => *native = Some(read),
        }
    }
}

fn arguments(takes: Takes, attribute: Attribute<'_>) -> Result<NativeType, &'static str> {
    let number = |value: Value<'_>| match value.read() {
        ValueKind::Number(digits) => digits.parse().ok(),
        _ => None,
    };
    let numbers: SmallVec<[Option<u32>; 2]> =
        attribute.args().filter_map(Arg::value).map(number).collect();
    match (takes, numbers.as_slice()) {
        (Takes::Nothing(native), []) => Ok(native),
        (Takes::Nothing(_), _) => Err("this native type takes no argument"),
        (Takes::One(of), []) => Ok(of(None)),
        (Takes::One(of), [Some(number)]) => Ok(of(Some(*number))),
        (Takes::One(_), _) => Err("this native type takes one whole number"),
        (Takes::PrecisionAndScale, []) => Ok(NativeType::Decimal(None)),
        (Takes::PrecisionAndScale, [Some(precision), Some(scale)]) => {
            Ok(NativeType::Decimal(Some((*precision, *scale))))
        }
        (Takes::PrecisionAndScale, _) => Err("`Decimal` takes a precision and a scale"),
    }
}
