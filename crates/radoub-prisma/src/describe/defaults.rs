//! Values of `@default`.

use radoub_schema::model::{Column, ColumnDefault, ColumnType, Literal};

use super::{Description, quoted};
use crate::datamodel::ClientFunction;

impl Description<'_> {
    /// What stands in the parentheses of `@default`; nothing when there is no default.
    pub(super) fn default_value(&self, column: &Column) -> Option<String> {
        if column.is_identity {
            return Some("autoincrement()".to_owned());
        }
        Some(match column.default.as_ref()? {
            ColumnDefault::Now => "now()".to_owned(),
            ColumnDefault::Sequence(_) => "autoincrement()".to_owned(),
            ColumnDefault::Expression(None) => "dbgenerated()".to_owned(),
            ColumnDefault::Expression(Some(text)) => generated(text),
            ColumnDefault::Value(value) => self
                .literal(value, &column.kind)
                // A label without a name stays as it is, which is no SQL; so does Prisma leave it.
                .unwrap_or_else(|| generated(&labels(value))),
        })
    }

    fn literal(&self, value: &Literal, kind: &ColumnType) -> Option<String> {
        Some(match (value, kind) {
            (Literal::Enum(label) | Literal::String(label), ColumnType::Enum(name)) => {
                self.value_name(name, label)?.to_owned()
            }
            (
                Literal::String(text)
                | Literal::Json(text)
                | Literal::DateTime(text)
                | Literal::Enum(text),
                _,
            ) => quoted(text),
            (Literal::Int(digits) | Literal::BigInt(digits) | Literal::Decimal(digits), _) => {
                digits.clone()
            }
            (Literal::Boolean(value), _) => value.to_string(),
            (Literal::Bytes(bytes), _) => quoted(&base64(bytes)),
            (Literal::List(values), _) => {
                let values: Option<Vec<String>> =
                    values.iter().map(|value| self.literal(value, kind)).collect();
                format!("[{}]", values?.join(", "))
            }
        })
    }
}

/// A label, or a list of them.
fn labels(value: &Literal) -> String {
    match value {
        Literal::Enum(label) | Literal::String(label) => label.clone(),
        Literal::List(values) => values.iter().map(labels).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

fn generated(text: &str) -> String {
    format!("dbgenerated({})", quoted(text))
}

/// A value that the client makes, as written.
pub(super) fn client_function(function: ClientFunction) -> String {
    let (name, argument) = match function {
        ClientFunction::Uuid(version) => ("uuid", version),
        ClientFunction::Cuid(version) => ("cuid", version),
        ClientFunction::Ulid => ("ulid", None),
        ClientFunction::NanoId(length) => ("nanoid", length),
    };
    format!("{name}({})", argument.map_or_else(String::new, |number| number.to_string()))
}

/// Bytes as base64 text, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        for place in 0..4 {
            if place <= group.len() {
                let index = bits >> (18 - 6 * place) & 63;
                text.push(char::from(LETTERS[usize::try_from(index).unwrap_or(0)]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn bytes_become_base64() {
        let cases: [(&[u8], &str); 4] =
            [(b"Hello", "SGVsbG8="), (&[1, 2, 3], "AQID"), (b"", ""), (&[255], "/w==")];
        for (bytes, text) in cases {
            assert_eq!(base64(bytes), text);
        }
    }
}
