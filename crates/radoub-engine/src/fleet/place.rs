//! Where something stands in a file, and the one line of text that shows it, without its secrets.
//!
//! Every error of discovery that is about a file carries a [`Place`]. What is wrong there is the
//! business of whoever reads that file.

use std::fmt;
use std::path::{Path, PathBuf};

/// A spot in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the fleet's root where it lies below it.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// The line of byte `offset` of `text`, from 1; the byte begins a character.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

impl Place {
    /// The place of byte `offset` of `text`; past the end it is the end.
    pub(crate) fn at_offset(file: &Path, text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            file: file.to_path_buf(),
            line: line_at(text, offset),
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// Line `line` (from 1) of `text` as it may be shown: secrets masked, cut at 120 characters, empty
/// past the end.
pub(crate) fn excerpt(text: &str, line: usize) -> String {
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let masked = masked(line.trim_end());
    match masked.char_indices().nth(120) {
        Some((at, _)) => format!("{}…", &masked[..at]),
        None => masked,
    }
}

/// The words that make the name of a key secret.
const SECRET_WORDS: [&str; 8] =
    ["pass", "secret", "token", "key", "url", "dsn", "credential", "private"];

/// A line of a settings file with the values of secret keys and the user part of URLs masked.
///
/// A broken file is shown by its broken line, and that may well be the one with the password.
fn masked(line: &str) -> String {
    let separator = line.find(['=', ':']);
    if let Some(at) = separator {
        let name = line[..at].to_ascii_lowercase();
        let value_follows = !line[at + 1..].trim().is_empty();
        if value_follows && SECRET_WORDS.iter().any(|word| name.contains(word)) {
            return format!("{} …", &line[..=at]);
        }
    }
    without_user(line)
}

/// A line with the user part of a URL in it masked, password included.
pub fn without_user(line: &str) -> String {
    let Some(scheme) = line.find("://") else {
        return line.to_owned();
    };
    let rest = &line[scheme + 3..];
    match rest.rfind('@') {
        Some(at) => format!("{}…{}", &line[..scheme + 3], &rest[at..]),
        // A URL that breaks before its `@` may end in half a password.
        None if rest.contains(':') => format!("{}…", &line[..scheme + 3]),
        None => line.to_owned(),
    }
}

/// `path` as seen from `root`, or as it is when it lies elsewhere.
pub(crate) fn relative(root: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix(root) {
        Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(below) => below.to_path_buf(),
        Err(_) => path.to_path_buf(),
    }
}

/// `path` put behind `base` unless it is absolute, with `.` and `..` taken out by their names.
///
/// By name and not by asking the disk: Compose does the same, and a folder that does not exist
/// still has a place.
pub(crate) fn joined(base: &Path, path: &str) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in base.join(path).components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                if !clean.pop() {
                    clean.push("..");
                }
            }
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_shown_without_its_secrets() {
        let cases = [
            ("  image: postgres", "  image: postgres"),
            ("url = \"postgres://u:pw@h/d\"", "url = …"),
            ("  - DB_PASSWORD=hunter2", "  - DB_PASSWORD= …"),
            ("  - X=postgres://u:p@w@h/d", "  - X=postgres://…@h/d"),
            ("x: 'postgres://u:half", "x: 'postgres://…"),
            ("see http://example.org", "see http://example.org"),
        ];
        for (line, shown) in cases {
            assert_eq!(excerpt(line, 1).replace("= …", "=…"), shown.replace("= …", "=…"));
        }
    }

    #[test]
    fn a_path_is_joined_without_its_dots() {
        let cases =
            [("./a", "/r/a"), ("../b", "/b"), ("a/./../c", "/r/c"), ("/x", "/x"), (".", "/r")];
        for (path, clean) in cases {
            assert_eq!(joined(Path::new("/r"), path), Path::new(clean));
        }
    }
}
