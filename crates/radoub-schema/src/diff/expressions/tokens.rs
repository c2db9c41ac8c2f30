//! The words of an SQL expression.

use crate::constant::quoted;

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a key word without quotes.
    Word(String),
    /// A name in quotes, these taken off.
    Quoted(String),
    /// A number, as written.
    Number(String),
    /// A text constant, quotes and escapes taken off.
    Text(String),
    /// An operator, or `::`, `(`, `)`, `[`, `]`, `,`, `.`.
    Sign(String),
}

/// The words of a text; `None` when something is not closed or not known.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '\'' => {
                quoted(&rest[1..], '\'', false).map(|(text, rest)| (Token::Text(text), rest))?
            }
            'E' | 'e' if rest[1..].starts_with('\'') => {
                quoted(&rest[2..], '\'', true).map(|(text, rest)| (Token::Text(text), rest))?
            }
            '"' => {
                quoted(&rest[1..], '"', false).map(|(name, rest)| (Token::Quoted(name), rest))?
            }
            '$' => dollar_quoted(rest)?,
            _ if first.is_alphabetic() || first == '_' => {
                let inside = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
                let (word, after) = split(rest, inside);
                (Token::Word(word.to_owned()), after)
            }
            _ if first.is_ascii_digit()
                || first == '.' && rest[1..].starts_with(|it: char| it.is_ascii_digit()) =>
            {
                number(rest)
            }
            '(' | ')' | '[' | ']' | ',' | '.' => (Token::Sign(first.to_string()), &rest[1..]),
            ':' => (Token::Sign("::".to_owned()), rest.strip_prefix("::")?),
            _ if "+-*/<>=~!@#%^&|`?".contains(first) => {
                if rest.starts_with("--") || rest.starts_with("/*") {
                    return None;
                }
                operator(rest)
            }
            _ => return None,
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Some(tokens)
}

fn split(text: &str, inside: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|it| !inside(it)).unwrap_or(text.len()))
}

fn number(text: &str) -> (Token, &str) {
    let (mut end, bytes) = (0, text.as_bytes());
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    end = digits(end);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    let (number, rest) = text.split_at(end);
    (Token::Number(number.to_owned()), rest)
}

/// An operator: as long as it gets, but one of several signs ends with `+` or `-` only where one of
/// the special ones is in it (PostgreSQL manual, 4.1.3).
fn operator(text: &str) -> (Token, &str) {
    let (mut signs, _) = split(text, |it| "+-*/<>=~!@#%^&|`?".contains(it));
    let special = |signs: &str| signs.contains(['~', '!', '@', '#', '%', '^', '&', '|', '`', '?']);
    while signs.len() > 1 && signs.ends_with(['+', '-']) && !special(signs) {
        signs = &signs[..signs.len() - 1];
    }
    (Token::Sign(signs.to_owned()), &text[signs.len()..])
}

fn dollar_quoted(text: &str) -> Option<(Token, &str)> {
    let tag = &text[..text[1..].find('$')? + 2];
    if !tag[1..tag.len() - 1].chars().all(|it| it.is_alphanumeric() || it == '_') {
        return None;
    }
    let inner = &text[tag.len()..];
    let end = inner.find(tag)?;
    Some((Token::Text(inner[..end].to_owned()), &inner[end + tag.len()..]))
}
