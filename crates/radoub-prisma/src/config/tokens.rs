//! The tokens of JavaScript and TypeScript, as far as a configuration file needs them.
//!
//! Regular expressions are not told from divisions: a file that has one is cut wrongly from there
//! to the end of its line, which costs a diagnostic and no more.

use std::ops::Range;

/// One token and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Name(String),
    /// A string with its escapes done, or a template without expressions.
    Text(String),
    /// A template: texts, and between each two of them the source of an expression and its offset.
    Template(Vec<String>, Vec<(String, usize)>),
    /// A number, as written.
    Number,
    /// One or more characters of punctuation.
    Sign(&'static str),
}

/// Longest first.
const SIGNS: [&str; 28] = [
    "...", "??", "||", "&&", "?.", "=>", "==", "!=", "(", ")", "{", "}", "[", "]", ",", ";", ":",
    ".", "=", "?", "!", "+", "-", "*", "/", "<", ">", "@",
];

/// Cuts a text into tokens; what is none (a stray character, an open string) ends or is left out.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { break };
        let start = at;
        if first.is_whitespace() || first == '\u{feff}' {
            at += first.len_utf8();
        } else if rest.starts_with("//") || (at == 0 && rest.starts_with("#!")) {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(body) = rest.strip_prefix("/*") {
            at += body.find("*/").map_or(rest.len(), |end| end + 4);
        } else if matches!(first, '"' | '\'') {
            let (value, length) = quoted(&rest[1..], first);
            at += 1 + length;
            tokens.push(Token { kind: Kind::Text(value), span: start..at });
        } else if first == '`' {
            let (kind, length) = template(&rest[1..], at + 1);
            at += 1 + length;
            tokens.push(Token { kind, span: start..at });
        } else if first.is_alphabetic() || matches!(first, '_' | '$' | '#') {
            let length = rest
                .char_indices()
                .find(|(at, c)| *at > 0 && !(c.is_alphanumeric() || matches!(c, '_' | '$')))
                .map_or(rest.len(), |(at, _)| at);
            at += length;
            tokens.push(Token { kind: Kind::Name(rest[..length].to_owned()), span: start..at });
        } else if first.is_ascii_digit() {
            let length = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')))
                .unwrap_or(rest.len());
            at += length;
            tokens.push(Token { kind: Kind::Number, span: start..at });
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            at += sign.len();
            tokens.push(Token { kind: Kind::Sign(sign), span: start..at });
        } else {
            at += first.len_utf8();
        }
    }
    tokens
}

/// The value up to the closing quote, and the bytes up to behind it.
fn quoted(text: &str, quote: char) -> (String, usize) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => escape(&mut characters, &mut value),
            '\n' => return (value, at),
            _ if character == quote => return (value, at + character.len_utf8()),
            _ => value.push(character),
        }
    }
    (value, text.len())
}

fn template(text: &str, offset: usize) -> (Kind, usize) {
    let mut texts = vec![String::new()];
    let mut expressions = Vec::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        let last = texts.last_mut().expect("a template has at least one text");
        match character {
            '\\' => escape(&mut characters, last),
            '`' => {
                let end = at + 1;
                return match texts.len() {
                    1 => (Kind::Text(texts.remove(0)), end),
                    _ => (Kind::Template(texts, expressions), end),
                };
            }
            '$' if text[at + 1..].starts_with('{') => {
                let from = at + 2;
                let mut depth = 0_usize;
                let mut end = text.len();
                for (at, inner) in text[from..].char_indices() {
                    match inner {
                        '{' => depth += 1,
                        '}' if depth == 0 => {
                            end = from + at;
                            break;
                        }
                        '}' => depth -= 1,
                        _ => {}
                    }
                }
                expressions.push((text[from..end].to_owned(), offset + from));
                texts.push(String::new());
                while characters.clone().next().is_some_and(|(at, _)| at <= end) {
                    characters.next();
                }
            }
            _ => last.push(character),
        }
    }
    (Kind::Template(texts, expressions), text.len())
}

fn escape(characters: &mut std::str::CharIndices<'_>, value: &mut String) {
    match characters.next() {
        Some((_, 'n')) => value.push('\n'),
        Some((_, 'r')) => value.push('\r'),
        Some((_, 't')) => value.push('\t'),
        Some((_, '\n')) | None => {}
        Some((_, other)) => value.push(other),
    }
}
