//! Passwords that tests plant so that a leak shows: every one contains [`MARK`].
//!
//! What a leak is (an output, a log, a process list) is for the caller to collect.

/// The text that every planted secret contains and that nothing else does.
pub const MARK: &str = "pl4nted";

/// The password of every superuser of a temporary cluster.
pub const PLANTED: &str = "pl4nted-s3cret";

/// A planted password that contains `awkward` too, for characters that URLs and shells trip over.
pub fn planted(awkward: &str) -> String {
    format!("{MARK}-{awkward}")
}

/// Panics when a planted secret occurs in `text`; `what` names the text in the message.
///
/// The message quotes the text before the secret only.
#[track_caller]
pub fn assert_silent(what: &str, text: &str) {
    if let Some(at) = text.find(MARK) {
        let before: String = text[..at].chars().rev().take(120).collect();
        let before: String = before.chars().rev().collect();
        panic!("{what} holds a planted password, after: {before}");
    }
}
