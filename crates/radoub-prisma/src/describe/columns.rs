//! The lines of columns.

use radoub_schema::model::{Arity, Column, ColumnType};
use radoub_schema::name::ObjectName;
use radoub_schema::types::NativeType;

use super::defaults::client_function;
use super::previous::PreviousLine;
use super::{Description, documentation, quoted};
use crate::datamodel::ScalarType;

/// Above a column that cannot be called anything.
pub(super) const INVALID_NAME: &str = "This field was commented out because of an invalid name. \
    Please provide a valid one that matches [a-zA-Z][a-zA-Z0-9_]*";

/// What stands on the line of a column besides what the column itself says.
pub(super) struct Line<'a> {
    /// The column.
    pub(super) column: &'a Column,
    /// Its name in the schema; `None` when it has to be commented out.
    pub(super) name: Option<&'a str>,
    /// The schema before.
    pub(super) previous: Option<&'a PreviousLine>,
    /// `@id` and `@unique`, as written.
    pub(super) keys: String,
    /// Whether a null may be left out of account: a view does not say.
    pub(super) is_required: bool,
    /// Whether the model is ignored as a whole.
    pub(super) is_in_ignored: bool,
}

impl Description<'_> {
    /// The line, with the documentation above it.
    pub(super) fn column_line(&self, line: &Line<'_>) -> String {
        let column = line.column;
        let (kind, native) = self.type_name(&column.kind);
        let mark = match column.arity {
            Arity::List => "[]",
            Arity::Nullable if !line.is_required => "?",
            Arity::Required | Arity::Nullable => "",
        };
        let mut attributes = line.keys.clone();
        if let Some(value) = self.default_value(column) {
            attributes.push_str(&format!(" @default({value})"));
        } else if let Some(function) = line.previous.and_then(|it| it.client_default)
            && kind == "String"
            && column.arity != Arity::List
        {
            attributes.push_str(&format!(" @default({})", client_function(function)));
        }
        let previous = |is: fn(&PreviousLine) -> bool| line.previous.is_some_and(is);
        if previous(|it| it.is_updated_at) && kind == "DateTime" && column.arity != Arity::List {
            attributes.push_str(" @updatedAt");
        }
        let original = column.name.as_str();
        if line.name != Some(original) || previous(|it| it.is_mapped) {
            attributes.push_str(&format!(" @map({})", quoted(original)));
        }
        if let Some(native) = native {
            attributes.push_str(&format!(" @{}.{native}", self.previous.datasource()));
        }
        let is_supported = !matches!(column.kind, ColumnType::Unsupported(_));
        if previous(|it| it.is_ignored) && !line.is_in_ignored && is_supported {
            attributes.push_str(" @ignore");
        }
        let Some(name) = line.name else {
            return format!("/// {INVALID_NAME}\n// {original} {kind}{mark}{attributes}\n");
        };
        let above = line.previous.map_or_else(String::new, |it| documentation(&it.documentation));
        format!("{above}{name} {kind}{mark}{attributes}\n")
    }

    /// The type as written, and the native one where it is not the usual.
    pub(super) fn type_name(&self, kind: &ColumnType) -> (String, Option<String>) {
        match kind {
            ColumnType::Native(native) => {
                let (scalar, usual) = scalar(*native);
                let special = (*native != usual).then(|| native.in_schema_language());
                (scalar.name().to_owned(), special)
            }
            ColumnType::Enum(name) => match self.enum_place(name) {
                Some(place) => (self.names.enums[place].name.clone(), None),
                None => (format!("Unsupported({})", quoted(name.name.as_str())), None),
            },
            ColumnType::Unsupported(text) => (format!("Unsupported({})", quoted(text)), None),
        }
    }

    /// Where the enum type of this name stands in what was found.
    pub(super) fn enum_place(&self, name: &ObjectName) -> Option<usize> {
        self.found.schema.enums.iter().position(|it| it.name == *name)
    }
}

/// The scalar type that a native one belongs to, and the native one it has without being told
/// (Prisma facts 9.3).
fn scalar(native: NativeType) -> (ScalarType, NativeType) {
    use NativeType as N;
    match native {
        N::SmallInt | N::Integer | N::Oid => (ScalarType::Int, N::Integer),
        N::BigInt => (ScalarType::BigInt, N::BigInt),
        N::Decimal(_) | N::Money => (ScalarType::Decimal, N::Decimal(Some((65, 30)))),
        N::Real | N::DoublePrecision => (ScalarType::Float, N::DoublePrecision),
        N::Inet
        | N::Citext
        | N::VarChar(_)
        | N::Char(_)
        | N::Text
        | N::Bit(_)
        | N::VarBit(_)
        | N::Uuid
        | N::Xml => (ScalarType::String, N::Text),
        N::ByteA => (ScalarType::Bytes, N::ByteA),
        N::Timestamp(_) | N::Timestamptz(_) | N::Date | N::Time(_) | N::Timetz(_) => {
            (ScalarType::DateTime, N::Timestamp(Some(3)))
        }
        N::Boolean => (ScalarType::Boolean, N::Boolean),
        N::Json | N::JsonB => (ScalarType::Json, N::JsonB),
    }
}
