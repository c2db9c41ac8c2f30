//! `@default`: which values and functions fit which fields, by their form.
//!
//! Whether a number is in range or a text is JSON is looked at in [`crate::validate`].

use super::arguments::Arguments;
use super::{DefaultSource, Draft, Report};
use crate::datamodel::{
    Arity, ClientFunction, Datamodel, Default, DefaultValue, Field, FieldId, FieldType, Literal,
    ModelId, ScalarType,
};
use crate::syntax::SyntaxNode;
use crate::syntax::ast::{Arg, Attribute, Call, Value, ValueKind};

/// Why a value is none: the message, and the remedy where one is known.
type Refused = (String, Option<&'static str>);

impl<'tree> Draft<'tree> {
    pub(super) fn default(&mut self, model: ModelId, field: FieldId, attribute: Attribute<'tree>) {
        let mut arguments = Arguments::of(&mut self.report, attribute);
        let value = arguments.required(&mut self.report, "value");
        if value.is_some() {
            arguments.nonempty(&mut self.report, "map");
        }
        arguments.finish(&mut self.report);
        let Some(value) = value else { return };
        self.models[model.0].fields[field.0].default = Some(DefaultSource { attribute, value });
        let this = &self.datamodel.models[model.0].fields[field.0];
        let span = attribute.span();
        match default_value(&self.datamodel, &mut self.report, this, value) {
            Ok(Some(value)) => {
                self.field_mut(model, field).default = Some(DefaultValue { value, span });
            }
            Ok(None) => {}
            Err((message, Some(remedy))) => self.report.error_with(span, message, remedy),
            Err((message, None)) => self.report.error(span, message),
        }
    }
}

/// `None` for a function that nobody knows, which is reported with the last rules.
fn default_value(
    datamodel: &Datamodel,
    report: &mut Report,
    field: &Field,
    value: Value<'_>,
) -> Result<Option<Default>, Refused> {
    let (kind, list) = (&field.kind, field.arity == Arity::List);
    let read = value.read();
    if let ValueKind::Call(call) = read {
        return function(kind, call);
    }
    if matches!(kind, FieldType::Unsupported(_)) {
        let message = "only `dbgenerated(\"…\")` is a default of an unsupported type";
        return Err((message.to_owned(), None));
    }
    match (read, list) {
        (ValueKind::Array(array), true) => {
            let literals = array.values().map(|value| literal(datamodel, report, kind, value));
            let literals = literals.collect::<Result<Vec<_>, _>>()?;
            Ok(literals.into_iter().collect::<Option<Vec<_>>>().map(Default::List))
        }
        (ValueKind::Array(_), false) => Err((
            "this field is no list, its default is one".to_owned(),
            Some("leave the brackets out"),
        )),
        (_, true) => {
            Err(("the default of a list is a list".to_owned(), Some("put brackets around it")))
        }
        (_, false) => Ok(literal(datamodel, report, kind, value)?.map(Default::Literal)),
    }
}

/// `None` when the mistake was reported at the value itself.
fn literal(
    datamodel: &Datamodel,
    report: &mut Report,
    kind: &FieldType,
    value: Value<'_>,
) -> Result<Option<Literal>, Refused> {
    let expected =
        |what: &str| Err((format!("this is no {what}: `{}`", shortened(value.text())), None));
    let scalar = match kind {
        FieldType::Scalar(scalar, _) => *scalar,
        FieldType::Enum(id) => {
            let ValueKind::Path(name) = value.read() else {
                return expected("value of the enum");
            };
            let enumeration = datamodel.enumeration(*id);
            let Some(value) = enumeration.value(name) else {
                let message = format!("enum `{}` has no value `{name}`", enumeration.name);
                return Err((message, None));
            };
            return Ok(Some(Literal::EnumValue {
                name: value.name.clone(),
                database_name: value.database_name.clone(),
            }));
        }
        FieldType::Unsupported(_) | FieldType::Relation(_) => return expected("default"),
    };
    match (scalar, value.read()) {
        (ScalarType::Boolean, ValueKind::Path("true")) => Ok(Some(Literal::Boolean(true))),
        (ScalarType::Boolean, ValueKind::Path("false")) => Ok(Some(Literal::Boolean(false))),
        (ScalarType::Boolean, ValueKind::Path(word)) if !word.contains('.') => {
            report.error(value.span(), "a Boolean is `true` or `false`");
            Ok(None)
        }
        (
            ScalarType::Int | ScalarType::BigInt | ScalarType::Float | ScalarType::Decimal,
            ValueKind::Number(digits),
        ) => Ok(Some(Literal::Number(digits.to_owned()))),
        (
            ScalarType::String
            | ScalarType::DateTime
            | ScalarType::Json
            | ScalarType::Bytes
            | ScalarType::Decimal,
            ValueKind::String(text),
        ) => Ok(Some(Literal::String(text.into_owned()))),
        _ => expected(scalar.name()),
    }
}

/// Long texts make long messages.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The functions that make a default, besides `dbgenerated`, with the types they fit (Prisma facts
/// 9.6).
pub(crate) const FUNCTIONS: [(&str, &[ScalarType]); 6] = [
    ("autoincrement", &[ScalarType::Int, ScalarType::BigInt]),
    ("now", &[ScalarType::DateTime]),
    ("uuid", &[ScalarType::String]),
    ("cuid", &[ScalarType::String]),
    ("ulid", &[ScalarType::String]),
    ("nanoid", &[ScalarType::String]),
];

/// The argument of a function.
enum Given<'tree> {
    Nothing,
    One(Value<'tree>),
    Several,
}

impl<'tree> Given<'tree> {
    fn of(call: Call<'tree>) -> Self {
        let mut values = call.args().filter_map(Arg::value);
        match (values.next(), values.next()) {
            (None, _) => Self::Nothing,
            (Some(one), None) => Self::One(one),
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

/// A function as a default; `None` for one that nobody knows.
fn function(kind: &FieldType, call: Call<'_>) -> Result<Option<Default>, Refused> {
    let name = call.name().map_or("", SyntaxNode::text);
    let given = Given::of(call);
    if name == "dbgenerated" {
        return generated(&given).map(Some);
    }
    match kind {
        FieldType::Unsupported(_) => {
            return Err((
                "only `dbgenerated(\"…\")` is a default of an unsupported type".to_owned(),
                None,
            ));
        }
        FieldType::Enum(_) => return Err((format!("`{name}()` is no value of the enum"), None)),
        FieldType::Scalar(..) | FieldType::Relation(_) => {}
    }
    let Some((_, fits)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
        return Ok(None);
    };
    if let FieldType::Scalar(scalar, _) = kind
        && !fits.contains(scalar)
    {
        return Err((format!("`{name}()` makes no {}", scalar.name()), None));
    }
    let without = |default| match given {
        Given::Nothing => Ok(default),
        _ => Err((format!("`{name}()` takes no argument"), Some("leave the argument out"))),
    };
    let client = |function| Default::Client(function);
    let default = match name {
        "autoincrement" => without(Default::Autoincrement),
        "now" => without(Default::Now),
        "ulid" => without(client(ClientFunction::Ulid)),
        "uuid" => number(name, &given, |version| matches!(version, 4 | 7), "4 or 7")
            .map(|version| client(ClientFunction::Uuid(version))),
        "cuid" => number(name, &given, |version| matches!(version, 1 | 2), "1 or 2")
            .map(|version| client(ClientFunction::Cuid(version))),
        _ => number(name, &given, |length| length >= 2, "from 2 to 255")
            .map(|length| client(ClientFunction::NanoId(length))),
    };
    default.map(Some)
}

/// The one argument of `dbgenerated`, a text that is not empty.
fn generated(given: &Given<'_>) -> Result<Default, Refused> {
    let text = match given {
        Given::Nothing => return Ok(Default::DbGenerated(None)),
        Given::One(value) => value.as_string(),
        Given::Several => None,
    };
    match text {
        Some(text) if !text.is_empty() => Ok(Default::DbGenerated(Some(text.into_owned()))),
        _ => Err(("`dbgenerated` takes nothing, or one text that is not empty".to_owned(), None)),
    }
}

/// The one argument of a client function, a small number, when given.
fn number(
    name: &str,
    given: &Given<'_>,
    fits: impl Fn(u8) -> bool,
    expected: &str,
) -> Result<Option<u8>, Refused> {
    let number = match given {
        Given::Nothing => return Ok(None),
        Given::One(value) => match value.read() {
            ValueKind::Number(digits) => digits.parse().ok(),
            _ => None,
        },
        Given::Several => None,
    };
    match number.filter(|number| fits(*number)) {
        Some(number) => Ok(Some(number)),
        None => Err((format!("`{name}()` takes nothing, or one number: {expected}"), None)),
    }
}
