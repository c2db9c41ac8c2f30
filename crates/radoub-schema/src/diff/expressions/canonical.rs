//! One text for all expressions that are the same in some manner.

use super::Manner;
use super::parser::Expression;

/// The text; it is only good for comparing.
pub(super) fn text(expression: &Expression, manner: Manner) -> String {
    let mut out = String::new();
    match manner {
        Manner::Prisma => seen(expression, &mut out),
        Manner::Meaning => meant(expression, &mut out),
    }
    out
}

/// What Prisma looks through: parentheses, casts of constants, the kind of quotes. Inside of calls,
/// arrays and cases it looks through nothing.
fn seen(expression: &Expression, out: &mut String) {
    use Expression as E;
    match expression {
        E::Nested(inner) => seen(inner, out),
        E::Cast { value, qualified: false, plain: true, .. } if is_constant(value) => {
            seen(value, out);
        }
        E::Cast { value, kind, plain: true, .. } => shape(out, "::", &mut |out| {
            seen(value, out);
            out.push_str(kind);
        }),
        E::Prefix(sign, value) => shape(out, sign, &mut |out| seen(value, out)),
        E::Postfix(value, words) => shape(out, words, &mut |out| seen(value, out)),
        E::Binary(sign, left, right) if !sign.ends_with("FROM") && sign != "AT TIME ZONE" => {
            shape(out, sign, &mut |out| {
                seen(left, out);
                out.push(',');
                seen(right, out);
            });
        }
        other => written(other, out),
    }
}

fn is_constant(expression: &Expression) -> bool {
    match expression {
        Expression::Nested(inner) => is_constant(inner),
        Expression::Text(_) | Expression::Number(_) => true,
        _ => false,
    }
}

/// What stands there, all of it.
fn written(expression: &Expression, out: &mut String) {
    use Expression as E;
    let all = |out: &mut String, parts: &[Expression]| {
        for part in parts {
            written(part, out);
            out.push(',');
        }
    };
    match expression {
        E::Name(parts) => out.push_str(&name(parts, |it, _| it.to_owned())),
        E::Word(word) => out.push_str(word),
        E::Number(digits) => out.push_str(digits),
        E::Text(text) => constant(text, out),
        // A condition in a case is in parentheses or not, which Prisma does not mind.
        E::Case(looked_at, branches, rest) => shape(out, "CASE", &mut |out| {
            if let Some(looked_at) = looked_at {
                bare(looked_at, out);
            }
            for (condition, value) in branches {
                out.push_str("WHEN");
                bare(condition, out);
                out.push_str("THEN");
                bare(value, out);
            }
            if let Some(rest) = rest {
                out.push_str("ELSE");
                bare(rest, out);
            }
        }),
        E::Nested(inner) => shape(out, "()", &mut |out| written(inner, out)),
        E::Cast { value, kind, plain, .. } => {
            shape(out, if *plain { "::" } else { "CAST" }, &mut |out| {
                written(value, out);
                out.push_str(kind);
            });
        }
        E::Prefix(sign, value) => shape(out, sign, &mut |out| written(value, out)),
        E::Postfix(value, words) => shape(out, words, &mut |out| written(value, out)),
        E::Binary(sign, left, right) => shape(out, sign, &mut |out| {
            bare(left, out);
            out.push(',');
            bare(right, out);
        }),
        E::Between(negated, parts) => {
            shape(out, between(*negated), &mut |out| all(out, &parts[..]));
        }
        E::In(negated, value, parts) => shape(out, within(*negated), &mut |out| {
            written(value, out);
            all(out, parts);
        }),
        E::Quantified(word, value) => shape(out, word, &mut |out| written(value, out)),
        E::Call(parts, arguments) => {
            shape(out, &name(parts, |it, _| it.to_owned()), &mut |out| all(out, arguments));
        }
        E::Worded(word, arguments, words) => shape(out, word, &mut |out| {
            all(out, arguments);
            out.push_str(&words.join(" "));
        }),
        E::Array(parts) => shape(out, "ARRAY", &mut |out| all(out, parts)),
        E::Element(value, parts) => shape(out, "[]", &mut |out| {
            written(value, out);
            all(out, parts);
        }),
        E::Row(parts) => shape(out, "ROW", &mut |out| all(out, parts)),
    }
}

/// The same without parentheses around the whole.
fn bare(expression: &Expression, out: &mut String) {
    match expression {
        Expression::Nested(inner) => bare(inner, out),
        other => written(other, out),
    }
}

/// What the server makes of it, undone as far as that is possible: casts are left out everywhere.
fn meant(expression: &Expression, out: &mut String) {
    use Expression as E;
    let all = |out: &mut String, parts: &[Expression]| {
        for part in parts {
            meant(part, out);
            out.push(',');
        }
    };
    match expression {
        E::Nested(inner) | E::Cast { value: inner, .. } => meant(inner, out),
        E::Name(parts) => out.push_str(&folded(&parts[parts.len() - 1..])),
        E::Word(word) if word == "CURRENT_TIMESTAMP" => out.push_str("now()"),
        E::Word(word) => out.push_str(word),
        E::Number(digits) => out.push_str(&number(digits)),
        E::Text(text) => match plain_number(text) {
            Some(number) => out.push_str(&number),
            None => constant(text, out),
        },
        E::Prefix(sign, value) if sign == "-" && negative(value).is_some() => {
            out.push_str(&negative(value).unwrap_or_default());
        }
        E::Prefix(sign, value) => shape(out, sign, &mut |out| meant(value, out)),
        E::Postfix(value, words) => shape(out, words, &mut |out| meant(value, out)),
        E::Binary(sign, ..) if sign == "AND" || sign == "OR" => {
            let mut parts = Vec::new();
            flattened(expression, sign, &mut parts);
            shape(out, sign, &mut |out| {
                for part in &parts {
                    meant(part, out);
                    out.push(',');
                }
            });
        }
        E::Binary(sign, left, right) if sign == "IS NOT DISTINCT FROM" => {
            shape(out, "NOT", &mut |out| pair(out, "IS DISTINCT FROM", left, right));
        }
        E::Binary(sign, left, right) if sign == "AT TIME ZONE" => {
            pair(out, "timezone", right, left);
        }
        E::Binary(sign, left, right) => pair(out, operator(sign), left, right),
        E::Between(negated, parts) => {
            let [value, low, high] = &**parts;
            let (word, from, to) = if *negated { ("OR", "<", ">") } else { ("AND", ">=", "<=") };
            shape(out, word, &mut |out| {
                pair(out, from, value, low);
                out.push(',');
                pair(out, to, value, high);
                out.push(',');
            });
        }
        E::In(negated, value, parts) => {
            let (sign, word) = if *negated { ("<>", "ALL") } else { ("=", "ANY") };
            if let [only] = &parts[..] {
                return pair(out, sign, value, only);
            }
            shape(out, sign, &mut |out| {
                meant(value, out);
                out.push(',');
                shape(out, word, &mut |out| shape(out, "ARRAY", &mut |out| all(out, parts)));
            });
        }
        E::Quantified(word, value) => shape(out, word, &mut |out| meant(value, out)),
        E::Call(parts, arguments) => {
            let name = folded(&parts[parts.len() - 1..]);
            match (name.as_str(), &arguments[..]) {
                ("now", []) => out.push_str("now()"),
                ("timezone", [zone, moment]) => pair(out, "timezone", zone, moment),
                ("date_part", [part, moment]) => {
                    extracted(out, part, moment);
                }
                _ => shape(out, &name, &mut |out| all(out, arguments)),
            }
        }
        E::Worded(word, arguments, words) => match (word.as_str(), &arguments[..]) {
            ("EXTRACT", [part, moment]) => extracted(out, part, moment),
            _ => shape(out, word, &mut |out| {
                all(out, arguments);
                out.push_str(&words.join(" "));
            }),
        },
        E::Array(parts) if parts.is_empty() => constant("{}", out),
        E::Array(parts) => shape(out, "ARRAY", &mut |out| all(out, parts)),
        E::Element(value, parts) => shape(out, "[]", &mut |out| {
            meant(value, out);
            all(out, parts);
        }),
        E::Row(parts) => shape(out, "ROW", &mut |out| all(out, parts)),
        E::Case(looked_at, branches, rest) => shape(out, "CASE", &mut |out| {
            if let Some(looked_at) = looked_at {
                meant(looked_at, out);
            }
            for (condition, value) in branches {
                pair(out, "WHEN", condition, value);
            }
            if let Some(rest) = rest {
                meant(rest, out);
            }
        }),
    }
}

fn pair(out: &mut String, word: &str, left: &Expression, right: &Expression) {
    shape(out, word, &mut |out| {
        meant(left, out);
        out.push(',');
        meant(right, out);
    });
}

fn extracted(out: &mut String, part: &Expression, moment: &Expression) {
    let part = match part {
        Expression::Cast { value, .. } => return extracted(out, value, moment),
        Expression::Name(parts) => folded(parts),
        Expression::Text(text) => text.to_lowercase(),
        other => {
            let mut text = String::new();
            meant(other, &mut text);
            text
        }
    };
    shape(out, "date_part", &mut |out| {
        out.push_str(&part);
        out.push(',');
        meant(moment, out);
    });
}

/// The operator behind a key word.
fn operator(sign: &str) -> &str {
    match sign {
        "LIKE" => "~~",
        "ILIKE" => "~~*",
        "NOT LIKE" => "!~~",
        "NOT ILIKE" => "!~~*",
        other => other,
    }
}

/// The parts of a chain of the same key word.
fn flattened<'a>(expression: &'a Expression, sign: &str, into: &mut Vec<&'a Expression>) {
    match expression {
        Expression::Nested(inner) if is_chain(inner, sign) => flattened(inner, sign, into),
        Expression::Binary(it, left, right) if it == sign => {
            flattened(left, sign, into);
            flattened(right, sign, into);
        }
        other => into.push(other),
    }
}

fn is_chain(expression: &Expression, sign: &str) -> bool {
    match expression {
        Expression::Nested(inner) => is_chain(inner, sign),
        Expression::Binary(it, ..) => it == sign,
        _ => false,
    }
}

/// A number behind a minus.
fn negative(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Nested(inner) | Expression::Cast { value: inner, .. } => negative(inner),
        Expression::Number(digits) => Some(number(&format!("-{digits}"))),
        _ => None,
    }
}

/// A number by its value, as far as it has no exponent.
fn number(digits: &str) -> String {
    if digits.contains(['e', 'E']) {
        return digits.to_lowercase();
    }
    super::super::defaults::canonical_number(digits)
}

/// The number that a text is.
fn plain_number(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|it| it.is_ascii_digit() || it == b'.')
        && digits.bytes().any(|it| it.is_ascii_digit())
        && digits.matches('.').count() < 2;
    plain.then(|| number(text))
}

fn name(parts: &[(String, bool)], fold: impl Fn(&str, bool) -> String) -> String {
    let parts: Vec<String> = parts.iter().map(|(name, quoted)| fold(name, *quoted)).collect();
    parts.join(".")
}

fn folded(parts: &[(String, bool)]) -> String {
    name(parts, |name, quoted| if quoted { name.to_owned() } else { name.to_lowercase() })
}

fn between(negated: bool) -> &'static str {
    if negated { "NOT BETWEEN" } else { "BETWEEN" }
}

fn within(negated: bool) -> &'static str {
    if negated { "NOT IN" } else { "IN" }
}

fn constant(text: &str, out: &mut String) {
    out.push('\'');
    out.push_str(&text.replace('\'', "''"));
    out.push('\'');
}

/// `word{…}`; braces stand nowhere else outside of constants.
fn shape(out: &mut String, word: &str, inner: &mut dyn FnMut(&mut String)) {
    out.push_str(word);
    out.push('{');
    inner(out);
    out.push('}');
}
