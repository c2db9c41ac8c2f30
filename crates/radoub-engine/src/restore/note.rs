//! What stands in the comments of databases of ours, so that a later radoub knows what an earlier one was about.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is noted of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// What it is there for.
    pub purpose: Purpose,
    /// The service.
    pub service: String,
    /// The name that the application knows.
    pub database: String,
    /// The backup.
    pub backup: String,
    /// Checksum of the backup.
    pub sha256: String,
    /// When this was noted.
    pub at: Timestamp,
    /// Object id of the database that took the place of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<u32>,
}

/// What a database of ours is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// A restore fills it.
    Filling,
    /// A restore has filled and counted it; only the swap is missing.
    Filled,
    /// It was replaced, and waits to be pruned.
    Replaced,
}

impl Note {
    /// The note as it is written.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a note is plain JSON")
    }

    /// Reads a note; `None` for what is none.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether it is on the new database of an unfinished restore of this one.
    pub(crate) fn is_half_of(&self, database: &str) -> bool {
        self.database == database && matches!(self.purpose, Purpose::Filling | Purpose::Filled)
    }
}
