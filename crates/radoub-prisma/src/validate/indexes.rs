//! Rules about keys and indexes: which index type takes which column, and how.

use crate::datamodel::{
    Arity, Draft, Field, FieldType, IndexAlgorithm, IndexKind, ModelId, NativeType, OperatorClass,
    Report, ScalarType,
};

/// Rules about the primary key and the indexes of one model.
pub(super) fn indexes(draft: &Draft<'_>, report: &mut Report, at: ModelId) {
    let (model, source) = (draft.datamodel.model(at), &draft.models[at.0]);
    if let (Some(key), Some(place)) = (&model.primary_key, &source.primary_key) {
        let span = || place.attribute.span();
        if key.fields.is_empty() {
            report.error(span(), "a key has at least one column");
        }
        if key.fields.iter().any(|one| one.sort.is_some()) {
            report.error(span(), "the columns of a primary key have no order in PostgreSQL");
        }
    }
    for (index, place) in model.indexes.iter().zip(&source.indexes) {
        let span = || place.attribute.span();
        if index.fields.is_empty() {
            report.error(span(), "an index has at least one column");
        }
        if index.kind == IndexKind::Unique {
            if index.fields.iter().any(|one| one.ops.is_some()) {
                report.error(span(), "operator classes belong to `@@index`");
            }
            continue;
        }
        let algorithm = index.algorithm.unwrap_or(IndexAlgorithm::BTree);
        if algorithm == IndexAlgorithm::Hash && index.fields.iter().any(|one| one.sort.is_some()) {
            report.error(span(), "a Hash index has no order");
        }
        for one in &index.fields {
            let field = &model.fields[one.field.0];
            if let Some(message) = misfit(algorithm, one.ops.as_ref(), field) {
                report.error(span(), message);
            }
        }
        if algorithm == IndexAlgorithm::SpGist && index.fields.len() > 1 {
            report.error(span(), "an SpGist index has one column");
        }
    }
}

/// What is wrong between an index type and a column with its class.
fn misfit(
    algorithm: IndexAlgorithm,
    class: Option<&OperatorClass>,
    field: &Field,
) -> Option<String> {
    let (known, name) = (operator_classes(algorithm, field), algorithm.name());
    match (class, known) {
        (Some(OperatorClass::Raw(_)), _) | (None, Some(Classes { default: true, .. })) => None,
        (Some(OperatorClass::Named(class)), known) => {
            let fits = known.is_some_and(|known| known.named.contains(&class.as_str()));
            (!fits).then(|| format!("`{class}` does not fit a {name} index on `{}`", field.name))
        }
        (None, Some(_)) => {
            Some(format!("a {name} index on `{}` needs an operator class", field.name))
        }
        (None, None) => Some(format!("a {name} index does not take `{}`", field.name)),
    }
}

/// What an index type can do with a column.
#[derive(Clone, Copy)]
struct Classes {
    /// Whether it works without naming a class.
    default: bool,
    /// The classes that can be named.
    named: &'static [&'static str],
}

/// `None` when the index type does not take the column. The whole table was measured
/// (Prisma facts 9.4).
fn operator_classes(algorithm: IndexAlgorithm, field: &Field) -> Option<Classes> {
    let by_default = |named| Some(Classes { default: true, named });
    if matches!(field.kind, FieldType::Unsupported(_)) {
        return by_default(&[]);
    }
    let list = field.arity == Arity::List;
    match algorithm {
        IndexAlgorithm::BTree | IndexAlgorithm::Hash => by_default(&[]),
        IndexAlgorithm::Gin if list => by_default(&["ArrayOps"]),
        IndexAlgorithm::Gin => match field.kind {
            FieldType::Scalar(ScalarType::Json, None | Some(NativeType::JsonB)) => {
                by_default(&["JsonbOps", "JsonbPathOps"])
            }
            _ => None,
        },
        IndexAlgorithm::Gist => match field.kind {
            FieldType::Scalar(ScalarType::String, Some(NativeType::Inet)) => {
                Some(Classes { default: false, named: &["InetOps"] })
            }
            FieldType::Scalar(ScalarType::String, None) => by_default(&[]),
            _ => None,
        },
        IndexAlgorithm::SpGist => match field.kind {
            FieldType::Scalar(
                ScalarType::String,
                None | Some(NativeType::VarChar(_) | NativeType::Char(_) | NativeType::Text),
            ) => by_default(&["TextOps"]),
            FieldType::Scalar(ScalarType::String, Some(NativeType::Inet)) => {
                by_default(&["InetOps"])
            }
            _ => None,
        },
        IndexAlgorithm::Brin => match field.kind {
            FieldType::Scalar(scalar, native) => brin(scalar, native).and_then(by_default),
            _ => None,
        },
    }
}

fn brin(scalar: ScalarType, native: Option<NativeType>) -> Option<&'static [&'static str]> {
    Some(match (scalar, native) {
        (ScalarType::String, None | Some(NativeType::Text | NativeType::VarChar(_))) => {
            &["TextBloomOps", "TextMinMaxOps"]
        }
        (_, Some(NativeType::Char(_))) => &["BpcharBloomOps", "BpcharMinMaxOps"],
        (_, Some(NativeType::Bit(_))) => &["BitMinMaxOps"],
        (_, Some(NativeType::VarBit(_))) => &["VarBitMinMaxOps"],
        (_, Some(NativeType::Uuid)) => &["UuidBloomOps", "UuidMinMaxOps", "UuidMinMaxMultiOps"],
        (_, Some(NativeType::Inet)) => {
            &["InetInclusionOps", "InetBloomOps", "InetMinMaxOps", "InetMinMaxMultiOps"]
        }
        (_, Some(NativeType::SmallInt)) => &["Int2BloomOps", "Int2MinMaxOps", "Int2MinMaxMultiOps"],
        (_, Some(NativeType::Oid)) => &["OidBloomOps", "OidMinMaxOps", "OidMinMaxMultiOps"],
        (ScalarType::Int, None | Some(NativeType::Integer)) => {
            &["Int4BloomOps", "Int4MinMaxOps", "Int4MinMaxMultiOps"]
        }
        (ScalarType::BigInt, _) => &["Int8BloomOps", "Int8MinMaxOps", "Int8MinMaxMultiOps"],
        (_, Some(NativeType::Real)) => {
            &["Float4BloomOps", "Float4MinMaxOps", "Float4MinMaxMultiOps"]
        }
        (ScalarType::Float, _) => &["Float8BloomOps", "Float8MinMaxOps", "Float8MinMaxMultiOps"],
        (ScalarType::Decimal, None | Some(NativeType::Decimal(_))) => {
            &["NumericBloomOps", "NumericMinMaxOps", "NumericMinMaxMultiOps"]
        }
        (_, Some(NativeType::Date)) => &["DateBloomOps", "DateMinMaxOps", "DateMinMaxMultiOps"],
        (_, Some(NativeType::Time(_))) => &["TimeBloomOps", "TimeMinMaxOps", "TimeMinMaxMultiOps"],
        (_, Some(NativeType::Timetz(_))) => {
            &["TimeTzBloomOps", "TimeTzMinMaxOps", "TimeTzMinMaxMultiOps"]
        }
        (_, Some(NativeType::Timestamptz(_))) => {
            &["TimestampTzBloomOps", "TimestampTzMinMaxOps", "TimestampTzMinMaxMultiOps"]
        }
        (ScalarType::DateTime, _) => {
            &["TimestampBloomOps", "TimestampMinMaxOps", "TimestampMinMaxMultiOps"]
        }
        (ScalarType::Bytes, _) => &["ByteaBloomOps", "ByteaMinMaxOps"],
        _ => return None,
    })
}
