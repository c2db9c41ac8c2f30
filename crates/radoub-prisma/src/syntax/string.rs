//! The inside of strings.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

/// Resolves the escapes of a string given with its quotes: the JSON ones (Prisma facts 9.1).
///
/// The second value has the bytes of every escape that is not known (`false`) or whose hex
/// digits are wrong (`true`); such an escape is left out of the text.
pub fn unescape(literal: &str) -> (Cow<'_, str>, Vec<(Range<usize>, bool)>) {
    let inside = literal.strip_prefix('"').unwrap_or(literal);
    let inside = inside.strip_suffix('"').unwrap_or(inside);
    if memchr(b'\\', inside.as_bytes()).is_none() {
        return (Cow::Borrowed(inside), Vec::new());
    }
    let mut text = String::with_capacity(inside.len());
    let mut wrong = Vec::new();
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let start = inside.len() - rest.len() + at + 1;
        let escaped = &rest[at + 1..];
        let Some(letter) = escaped.chars().next() else {
            rest = escaped;
            break;
        };
        rest = &escaped[letter.len_utf8()..];
        match letter {
            '"' | '\\' | '/' => text.push(letter),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'u' => match unicode(rest) {
                Ok((character, used)) => {
                    text.push(character);
                    rest = &rest[used..];
                }
                Err(used) => {
                    wrong.push((start..start + 2 + used, true));
                    rest = &rest[used..];
                }
            },
            _ => wrong.push((start..start + 1 + letter.len_utf8(), false)),
        }
    }
    text.push_str(rest);
    (Cow::Owned(text), wrong)
}

/// The character of `XXXX` or of a surrogate pair `XXXX\uXXXX`, and how many bytes it took; or how
/// many bytes are wrong.
fn unicode(text: &str) -> Result<(char, usize), usize> {
    let digits = text.bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
    let first = if digits == 4 {
        u32::from_str_radix(&text[..4], 16).map_err(|_| digits)?
    } else {
        return Err(digits);
    };
    if let Some(character) = char::from_u32(first) {
        return Ok((character, 4));
    }
    let second = text[4..].strip_prefix("\\u").and_then(|low| low.get(..4));
    let second = second.and_then(|low| u16::from_str_radix(low, 16).ok()).ok_or(4usize)?;
    let high = u16::try_from(first).map_err(|_| 4usize)?;
    match char::decode_utf16([high, second]).next() {
        Some(Ok(character)) => Ok((character, 10)),
        _ => Err(4),
    }
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn json_escapes_are_resolved() {
        assert_eq!(unescape(r#""a\"\\\n\u00e9\ud83d\ude00""#).0, "a\"\\\né😀");
    }

    #[test]
    fn a_wrong_escape_is_reported_at_its_bytes() {
        assert_eq!(unescape(r#""ab\q""#).1, [(3..5, false)]);
        assert_eq!(unescape(r#""ab\u12""#).1, [(3..7, true)]);
    }
}
