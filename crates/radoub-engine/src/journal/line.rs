//! One record as one line: JSON that a person can read and `grep` can find, and the sum that chains it
//! to the line before.
//!
//! The sum is SHA-256 over the sum before it and the record without its own sum. A line that was
//! changed, left out or moved breaks the chain; whoever reads needs to know none of the facts to see
//! that, so a later version can check what an older one wrote, and the other way round.

use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::fact::Fact;
use crate::fleet::ServiceName;

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Its number, from 1.
    pub(super) n: u64,
    /// How many records were safely on disk when it was written: what a crash may have torn lies
    /// behind them.
    pub(super) safe: u64,
    /// When it was written, by the clock of the machine.
    pub(super) at: Timestamp,
    /// The service it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub(super) fact: Fact,
}

/// The sum that a line ends with, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum(pub(super) String);

/// What stands between a record and its sum.
const BETWEEN: &str = ",\"sum\":\"";

impl Sum {
    /// What the first line is chained to.
    pub(super) fn first() -> Self {
        Self("0".repeat(64))
    }

    fn next(&self, record: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0.as_bytes());
        hash.update(record.as_bytes());
        Self(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl Record {
    pub(super) fn new(n: u64, safe: u64, service: Option<&ServiceName>, fact: Fact) -> Self {
        let at = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
        Self { n, safe, at, service: service.map(ToString::to_string), fact }
    }

    /// The line, with its end, and its sum.
    pub(super) fn write(&self, before: &Sum) -> serde_json::Result<(String, Sum)> {
        let record = serde_json::to_string(self)?;
        let sum = before.next(&record);
        let open = record.strip_suffix('}').unwrap_or(&record);
        Ok((format!("{open}{BETWEEN}{}\"}}\n", sum.0), sum))
    }

    /// Reads a line without its end; `None` when it does not follow the line that ended with
    /// `before`.
    pub(super) fn read(line: &str, before: &Sum) -> Option<(Self, Sum)> {
        let (open, sum) = line.strip_suffix("\"}")?.rsplit_once(BETWEEN)?;
        let record = format!("{open}}}");
        let expected = before.next(&record);
        (expected.0 == sum).then_some(())?;
        Some((serde_json::from_str(&record).ok()?, expected))
    }
}

/// What a line says about how many records were safe before it, whether or not it is sound.
pub(super) fn claimed_safe(line: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Claim {
        safe: u64,
    }
    serde_json::from_str::<Claim>(line).ok().map(|claim| claim.safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record::new(1, 0, Some(&ServiceName::new("a")), Fact::ServiceStarted)
    }

    #[test]
    fn a_line_is_json_and_is_read_back() {
        let (line, sum) = record().write(&Sum::first()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["fact"], "service-started");
        assert_eq!(value["service"], "a");
        let (read, found) = Record::read(line.trim_end(), &Sum::first()).unwrap();
        assert_eq!((read.n, read.fact, found), (1, Fact::ServiceStarted, sum));
    }

    #[test]
    fn a_changed_line_or_another_place_is_noticed() {
        let (line, sum) = record().write(&Sum::first()).unwrap();
        let line = line.trim_end();
        assert!(Record::read(&line.replace("\"a\"", "\"b\""), &Sum::first()).is_none());
        assert!(Record::read(line, &sum).is_none());
        assert!(Record::read(&line[..line.len() - 1], &Sum::first()).is_none());
    }

    #[test]
    fn a_fact_of_a_later_version_is_read_as_unknown() {
        let (line, _) = record().write(&Sum::first()).unwrap();
        let record = line.split(BETWEEN).next().unwrap();
        let later = record.replace("service-started", "service-painted") + ",\"colour\":\"red\"}";
        let sum = Sum::first().next(&later);
        let line = format!("{}{BETWEEN}{}\"}}", later.strip_suffix('}').unwrap(), sum.0);
        assert_eq!(Record::read(&line, &Sum::first()).unwrap().0.fact, Fact::Unknown);
    }
}
