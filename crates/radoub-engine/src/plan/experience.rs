//! How long scripts took when they ran before, on whatever database.

use std::collections::BTreeMap;

/// Durations of earlier runs, by the checksum of the script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Experience {
    milliseconds: BTreeMap<String, Vec<u64>>,
}

impl Experience {
    /// A script of this checksum took so long.
    pub fn add(&mut self, checksum: &str, milliseconds: u64) {
        self.milliseconds.entry(checksum.to_owned()).or_default().push(milliseconds);
    }

    /// How long it usually takes, in milliseconds: the middle of what was seen; `None` when it never
    /// ran.
    pub fn of(&self, checksum: &str) -> Option<u64> {
        let mut seen = self.milliseconds.get(checksum)?.clone();
        seen.sort_unstable();
        seen.get(seen.len() / 2).copied()
    }
}
