//! Rules about fields: values of defaults, native types and their limits.

use std::ops::Range;

use super::values;
use crate::datamodel::{
    Draft, FieldId, FieldType, IndexKind, Literal, ModelId, NativeType, ScalarType,
};
use crate::syntax::ast::{Value, ValueKind};

/// Whether the function of a default exists and its values fit their types.
pub(super) fn default(draft: &mut Draft, model: ModelId, field: FieldId) {
    let source = &draft.models[model.0].fields[field.0];
    let Some(default) = &source.default else { return };
    let (value, span) = (default.value.clone(), default.attribute.span());
    let named =
        default.attribute.args().any(|arg| arg.name().is_some_and(|name| name.text() == "map"));
    if let ValueKind::Call(call) = value.kind() {
        let name = call.name().map_or_else(String::new, |name| name.text().to_owned());
        match name.as_str() {
            "autoincrement" | "now" | "uuid" | "cuid" | "ulid" | "nanoid" | "dbgenerated" => {}
            "auto" => draft.report.error_with(
                value.span(),
                "PostgreSQL has no `auto()`",
                "use `autoincrement()`, `uuid()` or `dbgenerated(\"…\")`",
            ),
            _ => draft.report.error_with(
                value.span(),
                format!("there is no function `{name}()` for a default"),
                "use autoincrement, now, uuid, cuid, ulid, nanoid or dbgenerated",
            ),
        }
    } else if let FieldType::Scalar(scalar, _) = draft.field_of(model, field).kind {
        let elements = value.elements();
        for element in elements {
            literal(draft, scalar, &element);
        }
    }
    if named {
        draft.report.error_with(span, "PostgreSQL gives defaults no name", "leave `map` out");
    }
}

fn literal(draft: &mut Draft, scalar: ScalarType, value: &Value) {
    let literal = match value.kind() {
        ValueKind::String(text) => Literal::String(text),
        ValueKind::Number(digits) => Literal::Number(digits),
        _ => return,
    };
    let (right, what) = match (scalar, &literal) {
        (ScalarType::Int | ScalarType::BigInt, Literal::Number(digits)) => {
            (digits.parse::<i64>().is_ok(), "a whole number of 64 bits")
        }
        (ScalarType::Decimal, Literal::String(text)) => {
            (values::is_decimal(text), "a decimal number")
        }
        (ScalarType::DateTime, Literal::String(text)) => {
            (values::is_date_time(text), "a date and time of RFC 3339, like 2020-03-19T14:21:00Z")
        }
        (ScalarType::Json, Literal::String(text)) => (values::is_json(text), "JSON"),
        (ScalarType::Bytes, Literal::String(text)) => (values::is_base64(text), "base64"),
        _ => return,
    };
    if !right {
        draft.report.error(value.span(), format!("this default is not {what}"));
    }
}

/// Rules about one field of a model.
pub(super) fn field(draft: &mut Draft, model: ModelId, field: FieldId) {
    draft.native(model, field);
    let this = draft.field_of(model, field);
    let FieldType::Scalar(_, Some(native)) = this.kind else { return };
    let line = this.span.clone();
    if native == NativeType::Xml {
        xml(draft, model, field, &line);
    }
    let Some(source) = &draft.models[model.0].fields[field.0].native else { return };
    let span = source.attribute.span();
    if let Err(message) = limits(native) {
        draft.report.error(span, message);
    }
}

/// PostgreSQL cannot compare XML, so no index holds it.
fn xml(draft: &mut Draft, model: ModelId, field: FieldId, line: &Range<usize>) {
    let owner = draft.datamodel.model(model);
    let holds = |kind: IndexKind| {
        owner
            .indexes
            .iter()
            .any(|index| index.kind == kind && index.fields.iter().any(|one| one.field == field))
    };
    let (unique, indexed) = (holds(IndexKind::Unique), holds(IndexKind::Normal));
    if unique {
        draft.report.error(line.clone(), "an `Xml` column cannot be unique");
    }
    if indexed {
        draft.report.error(line.clone(), "an `Xml` column cannot be in an index");
    }
}

/// Limits of the arguments of native types (Prisma facts 9.3).
fn limits(native: NativeType) -> Result<(), &'static str> {
    match native {
        NativeType::Bit(Some(0)) | NativeType::VarBit(Some(0)) => {
            Err("a string of bits has at least one")
        }
        NativeType::Time(Some(precision))
        | NativeType::Timetz(Some(precision))
        | NativeType::Timestamp(Some(precision))
        | NativeType::Timestamptz(Some(precision))
            if precision > 6 =>
        {
            Err("the precision of a time is from 0 to 6")
        }
        NativeType::Decimal(Some((precision, scale))) => {
            if scale > precision {
                Err("the scale is not larger than the precision")
            } else if (1..=1000).contains(&precision) {
                Ok(())
            } else {
                Err("the precision of a decimal is from 1 to 1000")
            }
        }
        _ => Ok(()),
    }
}
