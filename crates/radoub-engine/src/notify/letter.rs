//! What is told: words and values, before they are given the shape that a channel asks for.

use serde_json::Value as Json;

use crate::fleet::ServiceName;

/// When something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// A run starts.
    Start,
    /// A service or a wave did not pass.
    Gate,
    /// What a run came to.
    Result,
    /// Somebody tries whether messages arrive.
    Test,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Start, Self::Gate, Self::Result, Self::Test];

    /// The name in `radoub.toml`, in JSON and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Gate => "gate",
            Self::Result => "result",
            Self::Test => "test",
        }
    }
}

/// How good the news is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mood {
    /// Nothing to worry about.
    Good,
    /// News, neither good nor bad.
    Plain,
    /// Somebody has to look.
    Bad,
}

/// A message, in the language of its readers.
#[derive(Debug, Clone)]
pub struct Letter {
    /// When it is told.
    pub moment: Moment,
    /// Whom it concerns; those who want to hear of certain services only get it when one is among these.
    pub services: Vec<ServiceName>,
    /// How good the news is.
    pub mood: Mood,
    /// What happened, in one line.
    pub subject: String,
    /// The circumstances: a word and its value each.
    pub facts: Vec<(String, String)>,
    /// What went wrong: a service and one line each.
    pub trouble: Vec<(String, String)>,
    /// What stands under these, when there are more than can be shown.
    pub more: Option<String>,
    /// The one thing to do next: its word, and the command.
    pub next: Option<(String, String)>,
    /// The same for machines, versioned; what a plain webhook gets.
    pub document: Json,
}

impl Letter {
    /// The message as plain text, for e-mail.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.subject);
        if !self.facts.is_empty() {
            text.push('\n');
        }
        for (word, value) in &self.facts {
            text.push_str(&format!("{word}: {value}\n"));
        }
        if !self.trouble.is_empty() {
            text.push('\n');
        }
        for (service, line) in &self.trouble {
            text.push_str(&format!("{service}: {line}\n"));
        }
        if let Some(more) = &self.more {
            text.push_str(&format!("{more}\n"));
        }
        if let Some((word, command)) = &self.next {
            text.push_str(&format!("\n{word}: {command}\n"));
        }
        text
    }
}
