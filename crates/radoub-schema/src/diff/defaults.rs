//! Whether two defaults are the same in Prisma's eyes (Prisma facts 10.2; measured).

use super::expressions::{self, Manner};
use crate::model::{Column, ColumnDefault, ColumnType, Literal};
use crate::render::default_text;
use crate::types::NativeType;

/// Whether the default of a column must be set or dropped.
#[expect(clippy::match_same_arms, reason = "each arm is a rule of its own")]
pub(super) fn differ(from: &Column, to: &Column) -> bool {
    use ColumnDefault as D;
    match (from.default.as_ref(), to.default.as_ref()) {
        (None, None) => false,
        // A sequence that comes or goes is a change of its own.
        (_, Some(D::Sequence(_))) | (Some(D::Sequence(_)), None) => false,
        // Some expression is wanted, nobody says which.
        (_, Some(D::Expression(None))) => false,
        (None, Some(_)) | (Some(_), None) => true,
        // Moments are written in too many ways to be compared, lists of them too.
        (Some(D::Value(Literal::List(_))), Some(D::Expression(_)))
        | (Some(D::Expression(_)), Some(D::Value(Literal::List(_))))
            if holds_moments(from) || holds_moments(to) =>
        {
            false
        }
        (Some(from), Some(to)) => !same(from, to),
    }
}

/// Whether two defaults that Prisma tells apart are the same to the server, as far as their texts
/// say: in another way of writing, or `NULL`, which is none.
pub(super) fn mean_the_same(from: &Column, to: &Column) -> bool {
    let text = |column: &Column| match &column.default {
        None => Some("NULL".to_owned()),
        Some(ColumnDefault::Sequence(_)) => None,
        Some(_) => default_text(column),
    };
    match (text(from), text(to)) {
        (Some(from), Some(to)) => expressions::same(&from, &to, Manner::Meaning),
        _ => false,
    }
}

/// Whether two expressions differ, though only in capitals; within a text they mean another one.
pub(super) fn differ_in_case(from: &Column, to: &Column) -> bool {
    use ColumnDefault::Expression;
    match (&from.default, &to.default) {
        (Some(Expression(Some(from))), Some(Expression(Some(to)))) => from != to,
        _ => false,
    }
}

/// Whether the values of a column are points in time.
fn holds_moments(column: &Column) -> bool {
    use NativeType as N;
    matches!(
        column.kind,
        ColumnType::Native(
            N::Date | N::Time(_) | N::Timetz(_) | N::Timestamp(_) | N::Timestamptz(_)
        )
    )
}

#[expect(clippy::match_same_arms, reason = "each arm is a rule of its own")]
fn same(from: &ColumnDefault, to: &ColumnDefault) -> bool {
    use ColumnDefault as D;
    match (from, to) {
        (D::Value(Literal::DateTime(_)), _) | (_, D::Value(Literal::DateTime(_))) => true,
        (D::Now, D::Now) | (D::Sequence(_), D::Sequence(_)) => true,
        (D::Expression(Some(from)), D::Expression(Some(to))) => from.eq_ignore_ascii_case(to),
        (D::Value(from), D::Value(to)) => same_value(from, to),
        _ => false,
    }
}

fn same_value(from: &Literal, to: &Literal) -> bool {
    use Literal as L;
    match (from, to) {
        (L::DateTime(_), _) | (_, L::DateTime(_)) => true,
        (L::Json(from), L::Json(to) | L::String(to)) | (L::String(from), L::Json(to)) => {
            same_json(from, to)
        }
        (L::Int(from) | L::BigInt(from), L::Int(to) | L::BigInt(to)) => {
            canonical_number(from) == canonical_number(to)
        }
        (L::Decimal(from), L::Decimal(to)) => canonical_number(from) == canonical_number(to),
        (L::Enum(from) | L::String(from), L::Enum(to) | L::String(to)) => from == to,
        (L::List(from), L::List(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(from, to)| same_value(from, to))
        }
        _ => from == to,
    }
}

/// A number without the digits that say nothing: `007.10` is `7.1`, `-0` is `0`.
pub(super) fn canonical_number(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (_, "") => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{fraction}"),
    }
}

/// Whether two texts are the same JSON value; texts that are none are never a difference.
fn same_json(from: &str, to: &str) -> bool {
    match (json::parse(from), json::parse(to)) {
        (Some(from), Some(to)) => from == to,
        _ => true,
    }
}

/// As much of JSON as it takes to compare two values.
mod json {
    use std::collections::BTreeMap;
    use std::fmt::Write as _;

    use super::canonical_number;

    /// A value; numbers by value, keys of an object in order.
    #[derive(Debug, PartialEq, Eq)]
    pub(super) enum Value {
        Word(String),
        Number(String),
        Text(String),
        List(Vec<Value>),
        Object(BTreeMap<String, Value>),
    }

    /// Deeper than this is not compared: the stack is not endless.
    const DEPTH: usize = 128;

    /// The value of the whole text, `None` when it is not JSON.
    pub(super) fn parse(text: &str) -> Option<Value> {
        let mut rest = text;
        let value = value(&mut rest, 0)?;
        rest.trim_start().is_empty().then_some(value)
    }

    fn value(rest: &mut &str, depth: usize) -> Option<Value> {
        if depth > DEPTH {
            return None;
        }
        *rest = rest.trim_start();
        match rest.chars().next()? {
            '"' => string(rest).map(Value::Text),
            '[' => {
                let mut items = Vec::new();
                separated(rest, ']', |rest| {
                    items.push(value(rest, depth + 1)?);
                    Some(())
                })?;
                Some(Value::List(items))
            }
            '{' => {
                let mut items = BTreeMap::new();
                separated(rest, '}', |rest| {
                    *rest = rest.trim_start();
                    let key = string(rest)?;
                    *rest = rest.trim_start().strip_prefix(':')?;
                    items.insert(key, value(rest, depth + 1)?);
                    Some(())
                })?;
                Some(Value::Object(items))
            }
            _ => {
                let end = rest
                    .find(|letter: char| !letter.is_ascii_alphanumeric() && !"+-.".contains(letter))
                    .unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                *rest = after;
                match word {
                    "true" | "false" | "null" => Some(Value::Word(word.to_owned())),
                    _ => word.parse::<f64>().ok().map(|_| Value::Number(number(word))),
                }
            }
        }
    }

    /// Plain numbers by value, those with an exponent by text.
    fn number(word: &str) -> String {
        if word.contains(['e', 'E']) { word.to_owned() } else { canonical_number(word) }
    }

    /// What stands between an opening bracket and `close`, with commas.
    fn separated<'a>(
        rest: &mut &'a str,
        close: char,
        mut item: impl FnMut(&mut &'a str) -> Option<()>,
    ) -> Option<()> {
        *rest = rest[1..].trim_start();
        if let Some(after) = rest.strip_prefix(close) {
            *rest = after;
            return Some(());
        }
        loop {
            item(rest)?;
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(close) {
                *rest = after;
                return Some(());
            }
            *rest = rest.strip_prefix(',')?;
        }
    }

    fn string(rest: &mut &str) -> Option<String> {
        let inner = rest.strip_prefix('"')?;
        let mut text = String::new();
        let mut letters = inner.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    *rest = &inner[at + 1..];
                    return Some(text);
                }
                '\\' => match letters.next()?.1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'u' => {
                        let code: String = letters.by_ref().take(4).map(|(_, it)| it).collect();
                        // Halves of a surrogate pair are kept apart; equal texts stay equal.
                        let code = u32::from_str_radix(&code, 16).ok()?;
                        match char::from_u32(code) {
                            Some(letter) => text.push(letter),
                            None => write!(text, "\\u{code:04x}").expect("a string takes all text"),
                        }
                    }
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{canonical_number, same_json};

    #[test]
    fn numbers_are_compared_by_value() {
        assert_eq!(canonical_number("1.00"), canonical_number("1.0"));
        assert_eq!(canonical_number("-0"), canonical_number("0"));
        assert_ne!(canonical_number("-1"), canonical_number("1"));
        assert_eq!(canonical_number("0.50"), canonical_number(".5"));
    }

    #[test]
    fn json_is_compared_by_value_and_nonsense_is_equal() {
        assert!(same_json(r#"{"a": [1, "b"], "c": null}"#, r#"{"c":null,"a":[1.0,"\u0062"]}"#));
        assert!(!same_json("{}", "[]"));
        assert!(same_json("{", "[]"));
    }
}
