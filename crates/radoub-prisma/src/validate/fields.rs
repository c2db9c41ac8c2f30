//! Rules about fields: values of defaults, native types and their limits.

use std::ops::Range;

use super::values;
use crate::datamodel::{
    DefaultSource, Draft, FieldId, FieldType, IndexKind, ModelId, NativeType, Report, ScalarType,
};
use crate::syntax::SyntaxNode;
use crate::syntax::ast::{Attribute, Value, ValueKind};

/// Whether the function of a default exists and its values fit their types.
pub(super) fn default(
    draft: &Draft<'_>,
    report: &mut Report,
    model: ModelId,
    field: FieldId,
    default: DefaultSource<'_>,
) {
    let value = default.value;
    if let ValueKind::Call(call) = value.read() {
        match call.name().map_or("", SyntaxNode::text) {
            "autoincrement" | "now" | "uuid" | "cuid" | "ulid" | "nanoid" | "dbgenerated" => {}
            "auto" => report.error_with(
                value.span(),
                "PostgreSQL has no `auto()`",
                "use `autoincrement()`, `uuid()` or `dbgenerated(\"…\")`",
            ),
            name => report.error_with(
                value.span(),
                format!("there is no function `{name}()` for a default"),
                "use autoincrement, now, uuid, cuid, ulid, nanoid or dbgenerated",
            ),
        }
    } else if let FieldType::Scalar(scalar, _) = draft.field_of(model, field).kind {
        for element in value.elements() {
            literal(report, scalar, element);
        }
    }
    let mut names = default.attribute.args().filter_map(super::super::syntax::ast::Arg::name);
    if names.any(|name| name.text() == "map") {
        let message = "PostgreSQL gives defaults no name";
        report.error_with(default.attribute.span(), message, "leave `map` out");
    }
}

fn literal(report: &mut Report, scalar: ScalarType, value: Value<'_>) {
    let (right, what) = match (scalar, value.read()) {
        (ScalarType::Int | ScalarType::BigInt, ValueKind::Number(digits)) => {
            (digits.parse::<i64>().is_ok(), "a whole number of 64 bits")
        }
        (ScalarType::Decimal, ValueKind::String(text)) => {
            (values::is_decimal(&text), "a decimal number")
        }
        (ScalarType::DateTime, ValueKind::String(text)) => {
            (values::is_date_time(&text), "a date and time of RFC 3339, like 2020-03-19T14:21:00Z")
        }
        (ScalarType::Json, ValueKind::String(text)) => (values::is_json(&text), "JSON"),
        (ScalarType::Bytes, ValueKind::String(text)) => (values::is_base64(&text), "base64"),
        _ => return,
    };
    if !right {
        report.error(value.span(), format!("this default is not {what}"));
    }
}

/// Rules about the native type of one field of a model.
pub(super) fn native(
    draft: &Draft<'_>,
    report: &mut Report,
    model: ModelId,
    field: FieldId,
    attribute: Attribute<'_>,
) {
    let this = draft.field_of(model, field);
    let FieldType::Scalar(_, Some(native)) = this.kind else { return };
    if native == NativeType::Xml {
        xml(draft, report, model, field, &this.span);
    }
    if let Err(message) = limits(native) {
        report.error(attribute.span(), message);
    }
}

/// PostgreSQL cannot compare XML, so no index holds it.
fn xml(
    draft: &Draft<'_>,
    report: &mut Report,
    model: ModelId,
    field: FieldId,
    line: &Range<usize>,
) {
    let indexes = &draft.datamodel.model(model).indexes;
    let holds = |kind: IndexKind| {
        let mut indexes = indexes.iter().filter(|index| index.kind == kind);
        indexes.any(|index| index.fields.iter().any(|one| one.field == field))
    };
    if holds(IndexKind::Unique) {
        report.error(line.clone(), "an `Xml` column cannot be unique");
    }
    if holds(IndexKind::Normal) {
        report.error(line.clone(), "an `Xml` column cannot be in an index");
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
