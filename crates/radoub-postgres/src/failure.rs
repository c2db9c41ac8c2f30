//! What the server says when it refuses something, kept apart from the driver's own types, and the
//! text that Prisma writes into the ledger for it.

use std::fmt::Write as _;

use radoub_schema::migration::MigrationName;
use tokio_postgres::error::{DbError, ErrorPosition};

/// An error as the server reported it.
///
/// `Display` gives the message alone. The texts are in the language of the server (`lc_messages`),
/// so decisions are made on `sqlstate` and `routine`, never on words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ServerError {
    /// `ERROR`, `FATAL` or `PANIC`, in the server's language.
    pub severity: String,
    /// Five characters, PostgreSQL manual, appendix A.
    pub sqlstate: String,
    /// The message.
    pub message: String,
    /// Second line with details.
    pub detail: Option<String>,
    /// Advice of the server.
    pub hint: Option<String>,
    /// Where in the text that was sent, in characters from 1.
    pub position: Option<u32>,
    /// The call stack inside the server: function bodies, triggers.
    pub context: Option<String>,
    /// The C function that raised it; the same in every language.
    pub routine: Option<String>,
    /// All of the above in the form that Prisma's engine prints.
    debug: String,
}

impl ServerError {
    /// Takes over what the driver read.
    pub(crate) fn new(error: &DbError) -> Self {
        Self {
            severity: error.severity().to_owned(),
            sqlstate: error.code().code().to_owned(),
            message: error.message().to_owned(),
            detail: error.detail().map(str::to_owned),
            hint: error.hint().map(str::to_owned),
            position: match error.position() {
                Some(ErrorPosition::Original(position)) => Some(*position),
                _ => None,
            },
            context: error.where_().map(str::to_owned),
            routine: error.routine().map(str::to_owned),
            debug: format!("{error:?}"),
        }
    }

    /// Whether the server ends this connection with it: shut down, restarted, terminated by an
    /// administrator, crashed (class 57P and the crash of another process).
    pub fn ends_connection(&self) -> bool {
        matches!(self.sqlstate.as_str(), "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03")
    }

    /// `ERROR: message`, with the lines `DETAIL:` and `HINT:` when there are any.
    pub fn full(&self) -> String {
        let mut text = format!("{}: {}", self.severity, self.message);
        if let Some(detail) = &self.detail {
            let _ = write!(text, "\nDETAIL: {detail}");
        }
        if let Some(hint) = &self.hint {
            let _ = write!(text, "\nHINT: {hint}");
        }
        text
    }
}

/// A place in a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Byte from the start of the text.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Character of that line, from 1.
    pub column: usize,
}

/// Turns a position of the server, in characters from 1 of `text[start..]`, into a place in `text`.
///
/// A position behind the end gives the end: the server points there when something is missing.
pub fn place(text: &str, start: usize, position: u32) -> Place {
    let sent = text.get(start..).unwrap_or("");
    let skipped = usize::try_from(position).unwrap_or(usize::MAX).saturating_sub(1);
    let within = sent.char_indices().nth(skipped).map_or(sent.len(), |(at, _)| at);
    let offset = start.min(text.len()) + within;
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        offset,
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

/// The text of P3018 as Prisma's engine writes it into `logs`, without its trace lines and colours.
///
/// `script` is the whole file, `place` where it failed. Source: Prisma facts 5.4.
pub fn prisma_text(
    name: &MigrationName,
    error: &ServerError,
    script: &str,
    place: Option<Place>,
) -> String {
    let mut text = format!(
        "A migration failed to apply. New migrations cannot be applied before the error is \
         recovered from. Read more about how to resolve migration issues in a production database: \
         https://pris.ly/d/migrate-resolve\n\nMigration name: {name}\n\nDatabase error code: {}\n\n\
         Database error:\n{}\n",
        error.sqlstate,
        error.full()
    );
    if let Some(place) = place {
        text.push_str("\nPosition:\n");
        let first = place.line.saturating_sub(5);
        if first == 0 {
            text.push_str("  0\n");
        }
        let shown = script.lines().enumerate().map(|(index, line)| (index + 1, line));
        for (number, line) in shown.filter(|(number, _)| (first..=place.line).contains(number)) {
            let _ = writeln!(text, "{number:>3} {line}");
        }
    }
    let _ = write!(text, "\n{}", error.debug);
    text
}

/// The same for something that is not an error of the server: a lost connection, a refusal of ours.
///
/// Prisma writes `none` where there is no SQLSTATE.
pub fn prisma_text_without_code(name: &MigrationName, what: &str) -> String {
    format!(
        "A migration failed to apply. New migrations cannot be applied before the error is \
         recovered from. Read more about how to resolve migration issues in a production database: \
         https://pris.ly/d/migrate-resolve\n\nMigration name: {name}\n\nDatabase error code: none\n\n\
         Database error:\n{what}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(position: Option<u32>) -> ServerError {
        ServerError {
            severity: "ERROR".into(),
            sqlstate: "42P01".into(),
            message: "relation \"nope\" does not exist".into(),
            detail: None,
            hint: None,
            position,
            context: None,
            routine: None,
            debug: "DbError { … }".into(),
        }
    }

    #[test]
    fn a_position_counts_characters_and_becomes_bytes_line_and_column() {
        let text = "SELECT 'é';\nSELECT * FROM \"nope\";";
        assert_eq!(place(text, 0, 27), Place { offset: 27, line: 2, column: 15 });
        assert_eq!(place(text, 13, 15), Place { offset: 27, line: 2, column: 15 });
        assert_eq!(place(text, 0, 9999), Place { offset: text.len(), line: 2, column: 22 });
        assert_eq!(place("", 0, 1), Place { offset: 0, line: 1, column: 1 });
    }

    #[test]
    fn the_text_of_prisma_shows_the_lines_before_the_failing_one() {
        let script = "CREATE TABLE \"T\" (\"id\" INTEGER);\nSELECT * FROM \"nope\";";
        let text = prisma_text(
            &"20240102000000_bad".into(),
            &error(Some(49)),
            script,
            Some(place(script, 0, 49)),
        );
        assert!(
            text.ends_with(
                "Migration name: 20240102000000_bad\n\nDatabase error code: 42P01\n\n\
                 Database error:\nERROR: relation \"nope\" does not exist\n\nPosition:\n  0\n\
                 \u{20} 1 CREATE TABLE \"T\" (\"id\" INTEGER);\n  2 SELECT * FROM \"nope\";\n\n\
                 DbError { … }"
            ),
            "{text}"
        );
    }

    #[test]
    fn five_lines_before_are_shown_and_no_more() {
        let script = "1\n2\n3\n4\n5\n6\n7\n8";
        let text = prisma_text(&"m".into(), &error(Some(13)), script, Some(place(script, 0, 13)));
        assert!(text.contains("Position:\n  2 2\n  3 3\n  4 4\n  5 5\n  6 6\n  7 7\n\nDbError"));
    }

    #[test]
    fn without_a_position_there_are_no_lines() {
        let text = prisma_text(&"m".into(), &error(None), "x", None);
        assert!(text.ends_with("does not exist\n\nDbError { … }"), "{text}");
    }
}
