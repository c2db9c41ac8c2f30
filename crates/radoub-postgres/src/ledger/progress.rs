//! How far a script has come that runs statement by statement, written down in its ledger row.
//!
//! Such a row is unfinished, so Prisma leaves the database alone (P3009), and its `logs` begin with
//! two lines that only radoub writes:
//!
//! ```text
//! radoub 1: 5 statements, one after the other
//! started 3, indexes before: 16401 16405
//! ```
//!
//! The number of statements that are committed stands in `applied_steps_count`. The second line is
//! there while a statement runs that no transaction protects; the numbers are the indexes that its
//! table had, which tells an index of ours from one that was there before.

use std::fmt::{self, Write as _};

use radoub_schema::migration::Applied;

/// How far a script of ours has come, as its unfinished ledger row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// How many statements the script has.
    pub statements: usize,
    /// How many of them are committed.
    pub committed: usize,
    /// A statement without transaction that was started and never reported finished.
    pub(crate) started: Option<Started>,
}

/// A statement without transaction that was about to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Started {
    /// Its index.
    pub(crate) statement: usize,
    /// Object ids of the indexes that its table had before.
    pub(crate) indexes: Vec<u32>,
}

impl Progress {
    /// Reads the progress out of a row; `None` when the row is not an unfinished one of ours.
    pub fn of(row: &Applied) -> Option<Self> {
        if !row.is_failed() {
            return None;
        }
        let mut lines = row.logs.as_deref()?.lines();
        let statements = lines
            .next()?
            .strip_prefix("radoub 1: ")?
            .strip_suffix(" statements, one after the other")?
            .parse()
            .ok()?;
        let committed = usize::try_from(row.applied_steps_count).ok()?;
        Some(Self { statements, committed, started: lines.next().and_then(Started::read) })
    }
}

impl Started {
    fn read(line: &str) -> Option<Self> {
        let (statement, indexes) =
            line.strip_prefix("started ")?.split_once(", indexes before:")?;
        let indexes = indexes.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Self { statement: statement.parse().ok()?, indexes })
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "radoub 1: {} statements, one after the other", self.statements)?;
        if let Some(started) = &self.started {
            write!(out, "\nstarted {}, indexes before:", started.statement)?;
            started.indexes.iter().try_for_each(|it| write!(out, " {it}"))?;
        }
        Ok(())
    }
}

impl Progress {
    /// The text for `logs` when the script has stopped: the progress, what happened, what stays.
    pub(crate) fn with_failure(&self, what: &str) -> String {
        let mut text = self.to_string();
        let _ = write!(
            text,
            "\n\n{what}\n\n{} of {} statements are committed and stay.",
            self.committed, self.statements
        );
        text
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn row(logs: &str, steps: i32) -> Applied {
        Applied {
            id: "x".into(),
            checksum: String::new(),
            name: "m".into(),
            finished_at: None,
            rolled_back_at: None,
            started_at: SystemTime::UNIX_EPOCH,
            logs: Some(logs.into()),
            applied_steps_count: steps,
        }
    }

    #[test]
    fn progress_survives_the_way_through_the_ledger() {
        for started in [None, Some(Started { statement: 3, indexes: vec![16401, 16405] })] {
            let progress = Progress { statements: 5, committed: 3, started };
            assert_eq!(Progress::of(&row(&progress.to_string(), 3)), Some(progress.clone()));
            let failed = progress.with_failure("A migration failed to apply. …");
            assert_eq!(Progress::of(&row(&failed, 3)), Some(progress));
        }
    }

    #[test]
    fn rows_of_prisma_hold_no_progress() {
        assert_eq!(Progress::of(&row("A migration failed to apply.", 0)), None);
        assert_eq!(Progress::of(&row("", 0)), None);
        let mut finished = row("radoub 1: 5 statements, one after the other", 5);
        finished.finished_at = Some(SystemTime::UNIX_EPOCH);
        assert_eq!(Progress::of(&finished), None);
    }
}
