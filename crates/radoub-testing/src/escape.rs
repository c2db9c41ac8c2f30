//! Bytes written as a mark and two hexadecimal digits: `%20` in a URL, `=20` in a letter.

use std::fmt::Write as _;

/// The text as a part of a URL: all but letters, digits and `-._~` as `%XX`.
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The text with every `mark` and its two digits as the byte that they stand for.
pub(crate) fn decoded(text: &str, mark: u8) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let pair = (byte == mark).then(|| [rest.next(), rest.next()]);
        match pair {
            Some([Some(high), Some(low)]) => {
                let digits = [high, low];
                let digits = std::str::from_utf8(&digits).unwrap_or_default();
                bytes.push(u8::from_str_radix(digits, 16).unwrap_or(b'?'));
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_decoded() {
        let text = "a b/c%é";
        assert_eq!(encoded(text), "a%20b%2Fc%25%C3%A9");
        assert_eq!(decoded(&encoded(text), b'%'), text);
        assert_eq!(decoded("1=3D1=zz", b'='), "1=1?");
    }
}
