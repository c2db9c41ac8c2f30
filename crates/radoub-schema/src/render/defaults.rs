//! SQL of column defaults.

use std::fmt::Write as _;

use super::{Writer, quoted};
use crate::model::{Column, ColumnDefault, Literal};

impl Writer {
    /// What follows `DEFAULT` for this column; `None` when nothing is written: no default, one
    /// without text, or a sequence (that is part of the type).
    pub(super) fn default_of(&self, column: &Column) -> Option<String> {
        match column.default.as_ref()? {
            ColumnDefault::Value(Literal::List(elements)) => {
                let elements: Vec<String> = elements.iter().map(constant).collect();
                Some(format!("ARRAY[{}]::{}", elements.join(", "), self.type_of(column)))
            }
            ColumnDefault::Value(literal) => Some(constant(literal)),
            ColumnDefault::Now => Some("CURRENT_TIMESTAMP".to_owned()),
            ColumnDefault::Expression(text) => text.clone(),
            ColumnDefault::Sequence(_) => None,
        }
    }
}

/// One constant.
fn constant(literal: &Literal) -> String {
    match literal {
        Literal::String(text) | Literal::Json(text) | Literal::Enum(text) => quoted(text),
        Literal::Int(digits) | Literal::BigInt(digits) | Literal::Decimal(digits) => digits.clone(),
        Literal::Boolean(value) => value.to_string(),
        Literal::DateTime(text) => date_time(text),
        Literal::Bytes(bytes) => {
            let mut text = String::with_capacity(4 + 2 * bytes.len());
            text.push_str("'\\x");
            for byte in bytes {
                write!(text, "{byte:02x}").expect("writing to a string does not fail");
            }
            text.push('\'');
            text
        }
        // PostgreSQL has no arrays of arrays; Prisma has no lists of lists.
        Literal::List(elements) => {
            let elements: Vec<String> = elements.iter().map(constant).collect();
            format!("ARRAY[{}]", elements.join(", "))
        }
    }
}

/// `2020-03-19T14:21:00.123+02:00` as `'2020-03-19 14:21:00.123 +02:00'`.
fn date_time(text: &str) -> String {
    let Some((date, time)) = text.split_once('T') else { return quoted(text) };
    match time.rfind(['+', '-']) {
        Some(at) => quoted(&format!("{date} {} {}", &time[..at], &time[at..])),
        None => quoted(&format!("{date} {time}")),
    }
}

#[cfg(test)]
mod tests {
    use super::constant;
    use crate::model::Literal;

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
