//! Puts placeholders where two runs of the same test differ, so that a snapshot can be compared.

use std::path::Path;
use std::sync::OnceLock;

use regex::Regex;

/// What to replace beyond the usual; the order of adding is the order of replacing.
#[derive(Debug, Clone, Default)]
pub struct Redaction {
    texts: Vec<(String, String)>,
}

impl Redaction {
    /// Only what always differs: ports on loopback addresses, UUIDs, points in time, durations, process
    /// ids after the word `process` or `pid`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces a folder, as written and with its links resolved, by `[name]`.
    #[must_use]
    pub fn folder(self, folder: &Path, name: &str) -> Self {
        let resolved = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let placeholder = format!("[{name}]");
        self.text(&resolved.display().to_string(), &placeholder)
            .text(&folder.display().to_string(), &placeholder)
    }

    /// Replaces a text, such as the name of a temporary database.
    #[must_use]
    pub fn text(mut self, text: &str, placeholder: &str) -> Self {
        self.texts.push((text.to_owned(), placeholder.to_owned()));
        self
    }

    /// The text with placeholders; line ends become `\n`.
    pub fn apply(&self, text: &str) -> String {
        let mut text = text.replace("\r\n", "\n");
        for (from, to) in &self.texts {
            text = text.replace(from, to);
        }
        for (pattern, placeholder) in usual() {
            text = pattern.replace_all(&text, *placeholder).into_owned();
        }
        text
    }
}

fn usual() -> &'static [(Regex, &'static str)] {
    static USUAL: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    USUAL.get_or_init(|| {
        [
            (r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b", "[UUID]"),
            (r"\b(127\.0\.0\.1|localhost|\[::1\]):\d+", "$1:[PORT]"),
            (r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?(Z|UTC|[+-]\d{2}:?\d{2}))?", "[TIME]"),
            (r"\b\d+([.,]\d+)?[\u{a0}\u{202f} ]?(ms|µs|s|min)\b", "[DURATION]"),
            (r"\b(process|processus|pid|PID) \d+", "$1 [PID]"),
        ]
        .into_iter()
        .map(|(pattern, placeholder)| (Regex::new(pattern).expect("a fixed pattern"), placeholder))
        .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_two_runs_becomes_a_placeholder() {
        for (text, expected) in [
            (
                "at 127.0.0.1:43210, took 1.2 s (12 ms)",
                "at 127.0.0.1:[PORT], took [DURATION] ([DURATION])",
            ),
            ("id 7f9c24e5-1b1a-4f0e-9d3c-0123456789ab", "id [UUID]"),
            ("since 2026-11-22T16:30:34.123Z by process 4711", "since [TIME] by process [PID]"),
            ("en 3,4\u{202f}s\r\n", "en [DURATION]\n"),
            ("20240101000000_init", "20240101000000_init"),
        ] {
            assert_eq!(Redaction::new().apply(text), expected);
        }
    }

    #[test]
    fn a_folder_becomes_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = format!("{}/compose.yml", folder.path().display());
        assert_eq!(
            Redaction::new().folder(folder.path(), "FLEET").apply(&text),
            "[FLEET]/compose.yml"
        );
    }
}
