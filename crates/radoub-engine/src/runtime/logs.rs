//! What containers print: which lines are asked for, and what a line is.

use std::time::{Duration, SystemTime};

/// Which lines of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogRequest {
    /// Not those before this moment, by the engine's clock.
    pub since: Option<SystemTime>,
    /// Not those after this moment.
    pub until: Option<SystemTime>,
    /// Only that many from the end.
    pub tail: Option<usize>,
    /// Whether to wait for more, until the container ends.
    pub follow: bool,
}

/// One line that a container printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When, by the engine's clock; `None` for a line that the engine gives no time to.
    pub at: Option<SystemTime>,
    /// Where.
    pub source: Source,
    /// The line without its end; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// Where a container printed a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Standard output, or a terminal.
    Output,
    /// Standard error.
    Error,
}

impl LogLine {
    /// Whether the line speaks of an error, as the guide looks for it: the word in any case. Names that only
    /// contain it (`errors=0`, `error_count: 0`) are no errors.
    pub fn is_error(&self) -> bool {
        let lower = self.text.to_lowercase();
        lower.match_indices("error").any(|(at, word)| {
            let rest = lower[at + word.len()..].trim_start_matches('s');
            let nothing =
                rest.trim_start_matches(['=', ':', '"', ' ', '_']).trim_start_matches("count");
            let nothing = nothing.trim_start_matches(['=', ':', '"', ' ']);
            let is_zero = nothing.starts_with('0')
                || nothing.starts_with("null")
                || nothing.starts_with("none");
            !(is_zero && rest.starts_with(['=', ':', '"', '_']))
        })
    }

    /// Reads a line as the engine writes it when it is asked for times: RFC 3339, a blank, the text.
    pub(super) fn read(source: Source, written: &str) -> Self {
        let written = written.trim_end_matches(['\n', '\r']);
        let (stamp, text) = written.split_once(' ').unwrap_or((written, ""));
        match moment(stamp) {
            Some(at) => Self { at: Some(at), source, text: text.to_owned() },
            None => Self { at: None, source, text: written.to_owned() },
        }
    }
}

/// A moment as the engine writes it, `2026-02-13T08:30:00.123456789Z`; `None` for anything else and for the
/// year 1, by which the engine means never.
pub(super) fn moment(text: &str) -> Option<SystemTime> {
    let at: jiff::Timestamp = text.parse().ok()?;
    let after = Duration::try_from(at.duration_since(jiff::Timestamp::UNIX_EPOCH)).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_its_time() {
        let line = LogLine::read(Source::Output, "1970-01-01T00:00:01.5Z Error: no table\n");
        assert_eq!(line.at, Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1500)));
        assert_eq!(line.text, "Error: no table");
        let line = LogLine::read(Source::Error, "1970-01-01T00:00:01Z \r\n");
        assert_eq!((line.at.is_some(), line.text.as_str()), (true, ""));
        let line = LogLine::read(Source::Error, "without a time");
        assert_eq!((line.at, line.text.as_str()), (None, "without a time"));
    }

    #[test]
    fn an_error_is_told_from_a_counter_of_errors() {
        for (text, expected) in [
            ("PrismaClientKnownRequestError: ", true),
            ("ERROR:  relation \"a\" does not exist", true),
            ("error: 42P01", true),
            ("errors=0", false),
            ("{\"errors\": 0, \"ok\": true}", false),
            ("error_count: 0", false),
            ("listening on 3001", false),
            ("error: null", false),
        ] {
            let line = LogLine { at: None, source: Source::Output, text: text.to_owned() };
            assert_eq!(line.is_error(), expected, "{text}");
        }
    }

    #[test]
    fn the_year_one_is_never() {
        assert_eq!(moment("0001-01-01T00:00:00Z"), None);
    }
}
