//! SQL of column defaults.

use std::fmt::Write as _;

use super::Writer;
use crate::model::{Column, ColumnDefault, Literal};

/// Whether something is written behind `DEFAULT`: not without a default, for one without text, or
/// for a sequence (that is part of the type).
pub(super) fn has_default(column: &Column) -> bool {
    match &column.default {
        None | Some(ColumnDefault::Sequence(_) | ColumnDefault::Expression(None)) => false,
        Some(ColumnDefault::Value(_) | ColumnDefault::Now | ColumnDefault::Expression(_)) => true,
    }
}

impl Writer {
    /// What follows `DEFAULT` for this column; nothing where there is none ([`has_default`]).
    pub(super) fn default_of(&mut self, column: &Column) -> &mut Self {
        match &column.default {
            Some(ColumnDefault::Value(literal @ Literal::List(_))) => {
                self.literal(literal);
                self.put("::").type_of(column)
            }
            Some(ColumnDefault::Value(literal)) => self.literal(literal),
            Some(ColumnDefault::Now) => self.put("CURRENT_TIMESTAMP"),
            Some(ColumnDefault::Expression(Some(text))) => self.put(text),
            Some(ColumnDefault::Expression(None) | ColumnDefault::Sequence(_)) | None => self,
        }
    }

    /// One constant.
    fn literal(&mut self, literal: &Literal) -> &mut Self {
        match literal {
            Literal::String(text) | Literal::Json(text) | Literal::Enum(text) => {
                self.constant(text)
            }
            Literal::Int(digits) | Literal::BigInt(digits) | Literal::Decimal(digits) => {
                self.put(digits)
            }
            Literal::Boolean(value) => self.put(if *value { "true" } else { "false" }),
            Literal::DateTime(text) => self.constant(&date_time(text)),
            Literal::Bytes(bytes) => {
                self.put("'\\x");
                for byte in bytes {
                    write!(self.text, "{byte:02x}").expect("writing to a string does not fail");
                }
                self.put("'")
            }
            // PostgreSQL has no arrays of arrays; Prisma has no lists of lists.
            Literal::List(elements) => {
                self.put("ARRAY[");
                self.list(elements, ", ", |writer, element| {
                    writer.literal(element);
                });
                self.put("]")
            }
        }
    }
}

/// `2020-03-19T14:21:00.123+02:00` as `2020-03-19 14:21:00.123 +02:00`.
fn date_time(text: &str) -> String {
    let Some((date, time)) = text.split_once('T') else { return text.to_owned() };
    match time.rfind(['+', '-']) {
        Some(at) => format!("{date} {} {}", &time[..at], &time[at..]),
        None => format!("{date} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Literal;
    use crate::render::{Dialect, Writer};

    /// The one place that calls the code under test.
    fn constant(literal: &Literal) -> String {
        let writer = Writer { dialect: Dialect::default(), text: String::new() };
        writer.apart(|writer| {
            writer.literal(literal);
        })
    }

    #[test]
    fn a_moment_keeps_its_offset() {
        let moment = Literal::DateTime("2020-03-19T14:21:00.123-02:00".into());
        assert_eq!(constant(&moment), "'2020-03-19 14:21:00.123 -02:00'");
    }

    #[test]
    fn bytes_are_lower_case_hexadecimal() {
        assert_eq!(constant(&Literal::Bytes(vec![0, 0xAB])), "'\\x00ab'");
    }
}
