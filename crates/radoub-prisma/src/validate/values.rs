//! Whether the text of a default is a value of its type.

/// Whether it is a date and time of RFC 3339, as Prisma reads it: `T`, `t` or a blank between
/// date and time, seconds up to 60, any fraction, `Z` or an offset with a colon.
pub(super) fn is_date_time(text: &str) -> bool {
    date_time(text.as_bytes()).is_some()
}

fn date_time(text: &[u8]) -> Option<()> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| digits.iter().fold(0u32, |all, digit| all * 10 + u32::from(digit - b'0')))
    };
    let at = |position: usize, bytes: &[u8]| bytes.contains(text.get(position)?).then_some(());
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    at(4, b"-")?;
    at(7, b"-")?;
    at(10, b"Tt ")?;
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    at(13, b":")?;
    at(16, b":")?;
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut end = 19;
    if text.get(end) == Some(&b'.') {
        let digits = text[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        end += 1 + digits;
    }
    match text.get(end)? {
        b'Z' | b'z' => (text.len() == end + 1).then_some(()),
        b'+' | b'-' => {
            let (hours, minutes) = (number(end + 1..end + 3)?, number(end + 4..end + 6)?);
            at(end + 3, b":")?;
            (text.len() == end + 6 && hours < 24 && minutes < 60).then_some(())
        }
        _ => None,
    }
}

/// Whether it is JSON.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

/// Whether it is base64 with padding, in its one canonical form.
pub(super) fn is_base64(text: &str) -> bool {
    if !text.len().is_multiple_of(4) {
        return false;
    }
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    if padding > 2 {
        return false;
    }
    let digits: Option<Vec<u8>> =
        text.bytes().take(text.len() - padding).map(base64_digit).collect();
    let Some(digits) = digits else { return false };
    // The bits that no byte takes are zero.
    let spare = match padding {
        1 => 0b11,
        2 => 0b1111,
        _ => 0,
    };
    digits.last().is_none_or(|last| last & spare == 0)
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Whether it is a decimal number: sign, digits with at most one point, exponent.
pub(super) fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let unsigned = |text: &'_ str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let mantissa = unsigned(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.map(unsigned);
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(&exponent))
}

#[cfg(test)]
mod tests {
    use super::{is_base64, is_date_time, is_decimal, is_json};

    /// The one place that calls the code under test: the texts that are taken.
    fn taken<'text>(is: fn(&str) -> bool, texts: &[&'text str]) -> Vec<&'text str> {
        texts.iter().copied().filter(|text| is(text)).collect()
    }

    #[test]
    fn dates_are_those_of_rfc_3339() {
        let right = [
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00.123+02:00",
            "2020-01-01t00:00:00z",
            "2020-01-01 00:00:00Z",
            "2020-01-01T00:00:60Z",
            "2020-01-01T00:00:00.1234567890123Z",
            "2020-01-01T00:00:00+23:59",
            "2020-02-29T00:00:00-00:00",
            "0000-01-01T00:00:00Z",
        ];
        let wrong = [
            "",
            "2020-01-01",
            "12:00:00",
            "2020-13-01T00:00:00Z",
            "2020-01-01T00:00:61Z",
            "2020-01-01T24:00:00Z",
            "2020-01-01T00:00:00+0200",
            "2020-02-30T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00+24:00",
            "2020-01-01T00:00:00Z ",
            "2020-01-01T00:00:00+02",
            "é020-01-01T00:00:00Z",
        ];
        assert_eq!(taken(is_date_time, &right), right);
        assert_eq!(taken(is_date_time, &wrong), [""; 0]);
    }

    #[test]
    fn base64_is_canonical() {
        assert_eq!(
            taken(is_base64, &["", "aGVsbG8=", "aGVsbG8", "aGVsbG9=", "a-_=", "===="]),
            ["", "aGVsbG8="]
        );
    }

    #[test]
    fn decimals_have_a_digit() {
        let texts = ["1", "+1.5", "1.", ".5", "1e5", "-1E-5", "", ".", "abc", " 1", "NaN", "1e"];
        assert_eq!(taken(is_decimal, &texts), ["1", "+1.5", "1.", ".5", "1e5", "-1E-5"]);
    }

    #[test]
    fn json_is_strict() {
        assert_eq!(taken(is_json, &["{}", " 1 ", "", "nope", "[1,]", "1e999"]), ["{}", " 1 "]);
    }
}
