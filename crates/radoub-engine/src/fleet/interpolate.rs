//! Variables in the texts of a Compose file: `$A`, `${A:-b}` and their relatives.
//!
//! Works on one text and a lookup; which texts there are and where values come from is left to
//! the loader.

/// What a template asked for and did not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gap {
    /// A variable without default is not set; it counts as empty.
    Unset {
        /// The variable.
        variable: String,
    },
    /// `${A:?message}` or `${A?message}` and no value.
    Required {
        /// The variable.
        variable: String,
        /// The message in the file, its own variables replaced; may be empty.
        message: String,
    },
    /// A `$` that starts nothing Compose knows.
    Invalid {
        /// From the `$` on, at most 20 characters.
        near: String,
    },
}

/// How often `${A:-${B:-…}}` may be nested.
const MOST_DEPTH: usize = 50;

/// `template` with its variables replaced by what `lookup` knows.
///
/// Everything missing is pushed to `gaps` and counts as empty, so that one pass over a file finds
/// all of it. Source: Compose specification, "Interpolation".
pub(crate) fn interpolate(
    template: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
    gaps: &mut Vec<Gap>,
) -> String {
    // Most texts have no variable at all.
    if !template.contains('$') {
        return template.to_owned();
    }
    substitute(template, lookup, gaps, 0)
}

fn substitute(
    template: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
    gaps: &mut Vec<Gap>,
    depth: usize,
) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let from = &rest[at..];
        let after = &from[1..];
        if let Some(tail) = after.strip_prefix('$') {
            out.push('$');
            rest = tail;
        } else if let Some(inner) = after.strip_prefix('{') {
            let Some(end) = closing_brace(inner) else {
                gaps.push(Gap::Invalid { near: near(from) });
                return out;
            };
            match braced(&inner[..end], lookup, gaps, depth) {
                Some(value) => out.push_str(&value),
                None => gaps.push(Gap::Invalid { near: near(from) }),
            }
            rest = &inner[end + 1..];
        } else {
            let length = name_length(after);
            if length == 0 {
                gaps.push(Gap::Invalid { near: near(from) });
                rest = after;
                continue;
            }
            let name = &after[..length];
            match lookup(name) {
                Some(value) => out.push_str(&value),
                None => gaps.push(Gap::Unset { variable: name.to_owned() }),
            }
            rest = &after[length..];
        }
    }
    out.push_str(rest);
    out
}

/// The value of what stands between braces; `None` when it is no expression.
fn braced(
    inner: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
    gaps: &mut Vec<Gap>,
    depth: usize,
) -> Option<String> {
    let length = name_length(inner);
    if length == 0 || depth > MOST_DEPTH {
        return None;
    }
    let (name, rest) = inner.split_at(length);
    let value = lookup(name);
    if rest.is_empty() {
        return Some(value.unwrap_or_else(|| {
            gaps.push(Gap::Unset { variable: name.to_owned() });
            String::new()
        }));
    }
    // With a colon an empty value counts as none.
    let (colon, rest) = match rest.strip_prefix(':') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let value = value.filter(|value| !(colon && value.is_empty()));
    let mut characters = rest.chars();
    let operator = characters.next()?;
    let word = characters.as_str();
    match (operator, value) {
        ('-' | '?', Some(value)) => Some(value),
        ('-', None) | ('+', Some(_)) => Some(substitute(word, lookup, gaps, depth + 1)),
        ('+', None) => Some(String::new()),
        ('?', None) => {
            let message = substitute(word, lookup, gaps, depth + 1);
            gaps.push(Gap::Required { variable: name.to_owned(), message });
            Some(String::new())
        }
        _ => None,
    }
}

/// Where the brace that is already open closes; every brace counts, so that a default may be JSON.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Bytes of the variable name at the start of `text`: a letter or `_`, then letters, digits, `_`.
fn name_length(text: &str) -> usize {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return 0;
    }
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

fn near(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that comes out, and what was missing, as one line.
    fn replaced(template: &str) -> String {
        let lookup = |name: &str| match name {
            "A" => Some("a".to_owned()),
            "EMPTY" => Some(String::new()),
            "DOLLAR" => Some("$A".to_owned()),
            _ => None,
        };
        let mut gaps = Vec::new();
        let mut line = interpolate(template, &lookup, &mut gaps);
        for gap in gaps {
            let told = match gap {
                Gap::Unset { variable } => format!(" | unset {variable}"),
                Gap::Required { variable, message } => {
                    format!(" | required {variable} ({message})")
                }
                Gap::Invalid { near } => format!(" | invalid {near}"),
            };
            line.push_str(&told);
        }
        line
    }

    #[test]
    fn every_form_of_variable_is_replaced() {
        let cases = [
            ("plain", "plain"),
            ("$A-${A}", "a-a"),
            ("$Ab", " | unset Ab"),
            ("x$U.y", "x.y | unset U"),
            ("${U}", " | unset U"),
            ("${A:-b} ${U:-b} ${EMPTY:-b}", "a b b"),
            ("${A-b} ${U-b} ${EMPTY-b}", "a b "),
            ("${A:+b} ${U:+b} ${EMPTY:+b}", "b  "),
            ("${A+b} ${U+b} ${EMPTY+b}", "b  b"),
            ("${A:?m} ${A?m} ${EMPTY?m}", "a a "),
            ("${U:?is missing}", " | required U (is missing)"),
            ("${U?}", " | required U ()"),
            ("${EMPTY:?no}", " | required EMPTY (no)"),
            ("$$A $${A} $$$A", "$A ${A} $a"),
            ("${U:-${V:-c}}", "c"),
            ("${U:-${V:-${A}}}x", "ax"),
            ("${U:-${V}}", " | unset V"),
            ("${U:?needs ${A}}", " | required U (needs a)"),
            ("${U:-$$x}", "$x"),
            ("${U:-a:b-c?d}", "a:b-c?d"),
            ("${DOLLAR}", "$A"),
            ("${U:-http://h:1/p}", "http://h:1/p"),
            ("${U:--1}", "-1"),
            ("${U:-{}}", "{}"),
            ("é$A→", "éa→"),
        ];
        for (template, text) in cases {
            assert_eq!(replaced(template), text, "{template}");
        }
    }

    #[test]
    fn a_dollar_that_starts_nothing_is_invalid() {
        let cases = [
            ("pa$!s", "pa!s | invalid $!s"),
            ("$", " | invalid $"),
            ("${", " | invalid ${"),
            ("${}", " | invalid ${}"),
            ("${A:b}", " | invalid ${A:b}"),
            ("${1}", " | invalid ${1}"),
            ("${A:-b", " | invalid ${A:-b"),
            ("$1", "1 | invalid $1"),
        ];
        for (template, text) in cases {
            assert_eq!(replaced(template), text, "{template}");
        }
    }
}
