//! The two dialects of `.env`: that of Compose, and that of the `dotenv` package Prisma loads.
//!
//! They differ where it hurts: an unquoted `#` ends a value in one only behind a space, in the
//! other always; single quotes keep `$` in one and not in the other. Which file is read when, and
//! what wins over what, is left to the callers.

use std::collections::BTreeMap;

use super::interpolate::{Gap, interpolate};

/// One variable of a file.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    /// May be a secret.
    pub(crate) value: String,
    /// Line, from 1.
    pub(crate) line: usize,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Variable")
            .field("name", &self.name)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// What a Compose `.env` holds, and what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct ComposeEnv {
    /// In the order of the file; a later one of the same name wins.
    pub(crate) variables: Vec<Variable>,
    /// Variables that its values ask for, with the line.
    pub(crate) gaps: Vec<(usize, Gap)>,
    /// What cannot be read, with the line; never shows a value.
    pub(crate) problems: Vec<(usize, &'static str)>,
}

/// Reads the syntax of Compose's `.env` and `env_file`.
///
/// `outside` is what the environment says: it wins over the same name earlier in the file, and it
/// gives its value to a name that stands alone. Source: Compose manual, "Syntax for environment files".
pub(crate) fn compose(text: &str, outside: &dyn Fn(&str) -> Option<String>) -> ComposeEnv {
    let text = unified(text);
    let mut out = ComposeEnv::default();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut cursor = Cursor { text: &text, at: 0, line: 1 };
    while let Some(statement) = cursor.statement() {
        let line = statement.line;
        let Some(name) = statement.name else {
            out.problems.push((line, "a line must be NAME=value"));
            cursor.skip_line();
            continue;
        };
        if !statement.has_value {
            cursor.skip_line();
            if let Some(value) = outside(&name) {
                known.insert(name.clone(), value.clone());
                out.variables.push(Variable { name, value, line });
            }
            continue;
        }
        let (raw, quote) = match cursor.compose_value() {
            Ok(value) => value,
            Err(problem) => {
                out.problems.push((line, problem));
                continue;
            }
        };
        let value = if quote == Some('\'') {
            raw
        } else {
            let mut gaps = Vec::new();
            let lookup = |name: &str| outside(name).or_else(|| known.get(name).cloned());
            let value = interpolate(&raw, &lookup, &mut gaps);
            out.gaps.extend(gaps.into_iter().map(|gap| (line, gap)));
            value
        };
        known.insert(name.clone(), value.clone());
        out.variables.push(Variable { name, value, line });
    }
    out
}

/// Reads an `env_file` with `format: raw`: names and values as they are, nothing replaced.
pub(crate) fn raw(text: &str, outside: &dyn Fn(&str) -> Option<String>) -> Vec<Variable> {
    let text = unified(text);
    let lines = text.lines().enumerate().filter(|(_, line)| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with('#')
    });
    lines
        .filter_map(|(at, line)| {
            let (name, value) = match line.split_once('=') {
                Some((name, value)) => (name.trim(), value.to_owned()),
                None => (line.trim(), outside(line.trim())?),
            };
            Some(Variable { name: name.to_owned(), value, line: at + 1 })
        })
        .collect()
}

/// Reads the syntax of the `dotenv` package, then replaces variables as Prisma does.
///
/// `outside` is the environment, which wins inside `${…}`; that it also wins over the variable itself
/// is left to the caller. Lines that are no assignment are passed over. Source: Prisma facts 1.4.
pub(crate) fn package(text: &str, outside: &dyn Fn(&str) -> Option<String>) -> Vec<Variable> {
    let text = unified(text);
    let mut variables: Vec<Variable> = Vec::new();
    let mut cursor = Cursor { text: &text, at: 0, line: 1 };
    while let Some(statement) = cursor.statement() {
        let (Some(name), true) = (statement.name, statement.has_value) else {
            cursor.skip_line();
            continue;
        };
        let value = cursor.package_value();
        match variables.iter_mut().find(|variable| variable.name == name) {
            Some(earlier) => {
                earlier.value = value;
                earlier.line = statement.line;
            }
            None => variables.push(Variable { name, value, line: statement.line }),
        }
    }
    let written: BTreeMap<String, String> =
        variables.iter().map(|variable| (variable.name.clone(), variable.value.clone())).collect();
    for variable in &mut variables {
        if variable.value.contains('$') {
            variable.value = expanded(&variable.value, &written, outside, 0);
        }
    }
    variables
}

/// `$NAME` and `${NAME}` replaced, `\$` kept as `$`; a name that nothing sets is empty.
fn expanded(
    value: &str,
    written: &BTreeMap<String, String>,
    outside: &dyn Fn(&str) -> Option<String>,
    depth: usize,
) -> String {
    // A file whose variables name each other in a circle has no value to offer.
    if depth > 20 {
        return String::new();
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        let before = &rest[..at];
        let after = &rest[at + 1..];
        if let Some(before) = before.strip_suffix('\\') {
            out.push_str(before);
            out.push('$');
            rest = after;
            continue;
        }
        out.push_str(before);
        let inner = after.strip_prefix('{');
        let body = inner.unwrap_or(after);
        let length =
            body.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if length == 0 {
            out.push('$');
            rest = after;
            continue;
        }
        let name = &body[..length];
        if let Some(value) = outside(name) {
            out.push_str(&value);
        } else if let Some(value) = written.get(name) {
            out.push_str(&expanded(value, written, outside, depth + 1));
        }
        rest = &body[length..];
        if inner.is_some() {
            rest = rest.strip_prefix('}').unwrap_or(rest);
        }
    }
    out.push_str(rest);
    out
}

/// Without byte order mark and carriage returns.
fn unified(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n")
}

/// The start of an assignment.
struct Statement {
    line: usize,
    /// `None` when the line starts with no name.
    name: Option<String>,
    /// True when `=` or `:` was read, and the value comes next.
    has_value: bool,
}

struct Cursor<'text> {
    text: &'text str,
    at: usize,
    line: usize,
}

impl<'text> Cursor<'text> {
    fn rest(&self) -> &'text str {
        &self.text[self.at..]
    }

    fn skip(&mut self, bytes: usize) {
        self.line += self.text[self.at..self.at + bytes].matches('\n').count();
        self.at += bytes;
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        self.skip(blanks);
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.skip(rest.find('\n').map_or(rest.len(), |at| at + 1));
    }

    /// Reads up to the value of the next assignment; `None` at the end.
    fn statement(&mut self) -> Option<Statement> {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.skip(blank);
            if self.rest().starts_with('#') {
                self.skip_line();
            } else {
                break;
            }
        }
        if self.rest().is_empty() {
            return None;
        }
        let line = self.line;
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with([' ', '\t'])
        {
            self.skip("export".len());
            self.skip_blanks();
        }
        let rest = self.rest();
        let length = rest
            .bytes()
            .take_while(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']')
            })
            .count();
        if length == 0 {
            return Some(Statement { line, name: None, has_value: false });
        }
        let name = rest[..length].to_owned();
        self.skip(length);
        self.skip_blanks();
        let rest = self.rest();
        if rest.starts_with(['=', ':']) {
            self.skip(1);
            self.skip_blanks();
            return Some(Statement { line, name: Some(name), has_value: true });
        }
        if rest.is_empty() || rest.starts_with(['\n', '#']) {
            return Some(Statement { line, name: Some(name), has_value: false });
        }
        Some(Statement { line, name: None, has_value: false })
    }

    /// The value as Compose reads it, escapes done, and its quote.
    fn compose_value(&mut self) -> Result<(String, Option<char>), &'static str> {
        let rest = self.rest();
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
        if let Some(quote) = quote {
            let body = &rest[1..];
            let Some(end) = unescaped(body, quote) else {
                self.skip_line();
                return Err("a quoted value is not closed");
            };
            let inner = &body[..end];
            let value = if quote == '"' { unescape(inner) } else { inner.replace("\\'", "'") };
            self.skip(end + 2);
            self.skip_line();
            return Ok((value, Some(quote)));
        }
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let value = if line.starts_with('#') {
            ""
        } else {
            line.find(" #").or_else(|| line.find("\t#")).map_or(line, |at| &line[..at])
        };
        let value = value.trim_end().to_owned();
        self.skip_line();
        Ok((value, None))
    }

    /// The value as the `dotenv` package reads it.
    fn package_value(&mut self) -> String {
        let rest = self.rest();
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\'' | '`'));
        if let Some(quote) = quote
            && let Some(end) = unescaped(&rest[1..], quote)
        {
            let inner = &rest[1..=end];
            let tail = &rest[end + 2..];
            let tail = &tail[..tail.find('\n').unwrap_or(tail.len())];
            // With anything but a comment behind it, the quote is part of a plain value.
            if tail.trim_start().is_empty() || tail.trim_start().starts_with('#') {
                let value = if quote == '"' {
                    inner.replace("\\n", "\n").replace("\\r", "\r")
                } else {
                    inner.to_owned()
                };
                self.skip(end + 2);
                self.skip_line();
                return value;
            }
        }
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let value = line.find('#').map_or(line, |at| &line[..at]).trim().to_owned();
        self.skip_line();
        value
    }
}

/// Where `quote` stands without a backslash before it.
fn unescaped(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == quote {
            return Some(at);
        }
    }
    None
}

/// `\n`, `\r`, `\t`, `\"`, `\\` done; `\$` becomes `$$`, which interpolation reads as a plain `$`.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('$') => out.push_str("$$"),
            Some(kept @ ('"' | '\\' | '\'')) => out.push(kept),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside(name: &str) -> Option<String> {
        (name == "OUT").then(|| "outside".to_owned())
    }

    fn shown(variables: &[Variable]) -> String {
        let parts = variables.iter().map(|v| format!("{}:{}={:?}", v.line, v.name, v.value));
        parts.collect::<Vec<_>>().join(" ")
    }

    fn compose_shown(text: &str) -> String {
        let read = compose(text, &outside);
        let mut line = shown(&read.variables);
        for (at, problem) in read.problems {
            line = format!("{line} !{at} {problem}");
        }
        for (at, gap) in read.gaps {
            line = format!("{line} ?{at} {gap:?}");
        }
        line
    }

    #[test]
    fn composes_dialect_is_read() {
        let cases = [
            ("A=1\nB = two words \n", r#"1:A="1" 2:B="two words""#),
            ("\u{feff}A=1\r\nB=2\r\n", r#"1:A="1" 2:B="2""#),
            ("# c\n\nexport A=1 # note", r#"3:A="1""#),
            ("A=a#b\nB=a #b\nC=#x", r#"1:A="a#b" 2:B="a" 3:C="""#),
            ("A='a $B # c'\nB=\"x\\ny\" # c", r#"1:A="a $B # c" 2:B="x\ny""#),
            ("A=1\nB=${A}2\nC=\"$A-${NO:-d}\"", r#"1:A="1" 2:B="12" 3:C="1-d""#),
            ("OUT=file\nB=$OUT", r#"1:OUT="file" 2:B="outside""#),
            ("OUT\nNOT", r#"1:OUT="outside""#),
            ("A: yaml", r#"1:A="yaml""#),
            ("A=\"one\ntwo\"\nB=3", r#"1:A="one\ntwo" 3:B="3""#),
            ("A=\"\\$B\"", r#"1:A="$B""#),
            ("A=\"x", " !1 a quoted value is not closed"),
            ("%%=1\nB=2", r#"2:B="2" !1 a line must be NAME=value"#),
            ("A=${NO?why}", r#"1:A="" ?1 Required { variable: "NO", message: "why" }"#),
            ("A=x=y==", r#"1:A="x=y==""#),
        ];
        for (text, variables) in cases {
            assert_eq!(compose_shown(text), variables, "{text}");
        }
    }

    // Expected values measured with dotenv 16.0.3; the expansion of `$` is Prisma's own.
    #[test]
    fn the_packages_dialect_is_read() {
        let cases = [
            ("A=1\nB=' x '\nC=` y `", r#"1:A="1" 2:B=" x " 3:C=" y ""#),
            ("A=a#b", r#"1:A="a""#),
            ("A=\"a#b\" # c", r#"1:A="a#b""#),
            ("export A = x y  ", r#"1:A="x y""#),
            ("A=\"l1\\nl2\"\nB='l1\\nl2'", r#"1:A="l1\nl2" 2:B="l1\\nl2""#),
            ("A=\"l1\nl2\"\nB=2", r#"1:A="l1\nl2" 3:B="2""#),
            ("H=host\nU=\"pg://${H}/$D\"\nD=db", r#"1:H="host" 2:U="pg://host/db" 3:D="db""#),
            ("OUT=file\nB='$OUT'", r#"1:OUT="file" 2:B="outside""#),
            ("A=1\nA=2", r#"2:A="2""#),
            ("A=p\\$x", r#"1:A="p$x""#),
            ("nonsense\nA=1", r#"2:A="1""#),
            ("A=$A", r#"1:A="""#),
            ("A=", r#"1:A="""#),
            ("A='x'y", r#"1:A="'x'y""#),
            ("A='x", r#"1:A="'x""#),
            ("A='it\\'s'", r#"1:A="it\\'s""#),
            ("A: yaml", r#"1:A="yaml""#),
            ("A =  \nB=3", r#"1:A="" 2:B="3""#),
            (" A.b-c=1", r#"1:A.b-c="1""#),
            ("A=\nB=2", r#"1:A="" 2:B="2""#),
        ];
        for (text, variables) in cases {
            assert_eq!(shown(&package(text, &outside)), variables, "{text}");
        }
    }

    #[test]
    fn the_raw_format_replaces_nothing() {
        assert_eq!(
            shown(&raw("# c\nA='$x' #\nOUT\nNOT", &outside)),
            r#"2:A="'$x' #" 3:OUT="outside""#
        );
    }
}
