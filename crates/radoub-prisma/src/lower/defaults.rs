//! Defaults: the constants brought into the form in which Prisma writes them (Prisma facts 9.6).

use radoub_schema::model::{ColumnDefault, Literal};

use crate::datamodel::{self, Default, FieldType, ScalarType};

/// What the database knows of a default; nothing when the client makes the value.
pub(super) fn lower(default: &Default, kind: &FieldType) -> Option<ColumnDefault> {
    Some(match default {
        Default::Literal(value) => ColumnDefault::Value(literal(value, kind)),
        Default::List(values) => ColumnDefault::Value(Literal::List(
            values.iter().map(|value| literal(value, kind)).collect(),
        )),
        Default::Now => ColumnDefault::Now,
        Default::Autoincrement => ColumnDefault::Sequence(None),
        // Prisma forgets a `dbgenerated()` on an enum, and only there (measured).
        Default::DbGenerated(None) if matches!(kind, FieldType::Enum(_)) => return None,
        Default::DbGenerated(text) => ColumnDefault::Expression(text.clone()),
        Default::Client(_) => return None,
    })
}

fn literal(value: &datamodel::Literal, kind: &FieldType) -> Literal {
    use datamodel::Literal as D;
    let scalar = match kind {
        FieldType::Scalar(scalar, _) => Some(*scalar),
        _ => None,
    };
    match (value, scalar) {
        (D::Boolean(value), _) => Literal::Boolean(*value),
        (D::EnumValue { database_name, .. }, _) => Literal::Enum(database_name.to_string()),
        (D::Number(text), Some(ScalarType::Int)) => Literal::Int(number(text)),
        (D::Number(text), Some(ScalarType::BigInt)) => Literal::BigInt(number(text)),
        (D::Number(text), _) | (D::String(text), Some(ScalarType::Decimal)) => {
            Literal::Decimal(number(text))
        }
        (D::String(text), Some(ScalarType::DateTime)) => Literal::DateTime(date_time(text)),
        (D::String(text), Some(ScalarType::Json)) => Literal::Json(text.clone()),
        (D::String(text), Some(ScalarType::Bytes)) => Literal::Bytes(base64(text)),
        (D::String(text), _) => Literal::String(text.clone()),
    }
}

/// A number without leading zeros; the digits of its fraction stay, `007.10` is `7.10`. Text
/// that is no plain number stays as it is.
fn number(text: &str) -> String {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !plain || digits.is_empty() {
        return text.to_owned();
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let zero = whole == "0" && fraction.bytes().all(|byte| byte == b'0');
    let sign = if negative && !zero { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A moment as `2020-03-19T14:21:00.123+02:00`: a fraction of no, three, six or nine digits, `Z`
/// as `+00:00`. Text of another shape stays as it is.
fn date_time(text: &str) -> String {
    let shaped = || {
        let date = text.get(..10)?;
        let time = text.get(11..19)?;
        let rest = text.get(19..)?;
        let (fraction, offset) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at(rest.find(|it: char| !it.is_ascii_digit())?),
            None => ("", rest),
        };
        let offset = if offset.eq_ignore_ascii_case("z") { "+00:00" } else { offset };
        Some(format!("{date}T{time}{}{offset}", fraction_of_second(fraction)))
    };
    shaped().unwrap_or_else(|| text.to_owned())
}

/// Digits of a second, cut to nine, as many as are needed in steps of three.
fn fraction_of_second(digits: &str) -> String {
    let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
    match nine.trim_end_matches('0').len() {
        0 => String::new(),
        1..=3 => format!(".{}", &nine[..3]),
        4..=6 => format!(".{}", &nine[..6]),
        _ => format!(".{nine}"),
    }
}

/// The bytes of a base64 text, as far as they can be read; validation refuses other texts.
fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend(u8::try_from((bits >> count) & 0xFF));
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{base64, date_time, number};

    #[test]
    fn numbers_lose_leading_zeros_only() {
        let cases =
            [("007.10", "7.10"), ("-0", "0"), ("1.50", "1.50"), ("-12", "-12"), ("0.5", "0.5")];
        for (written, expected) in cases {
            assert_eq!(number(written), expected);
        }
    }

    #[test]
    fn moments_have_a_fraction_of_whole_groups() {
        let cases = [
            ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00+00:00"),
            ("2020-01-01T00:00:00.1Z", "2020-01-01T00:00:00.100+00:00"),
            ("2020-01-01T00:00:00.120000+05:30", "2020-01-01T00:00:00.120+05:30"),
            ("2020-01-01T00:00:00.1234-00:30", "2020-01-01T00:00:00.123400-00:30"),
        ];
        for (written, expected) in cases {
            assert_eq!(date_time(written), expected);
        }
    }

    #[test]
    fn base64_is_read() {
        assert_eq!(base64("SGVsbG8="), b"Hello");
        assert_eq!(base64("AQID"), [1, 2, 3]);
        assert_eq!(base64(""), b"");
    }
}
