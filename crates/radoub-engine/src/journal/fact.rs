//! What a journal says: the events of a run and its beginning and end, in words that stay the same
//! from version to version.
//!
//! A twin of [`Event`](crate::event::Event): the events may change with the program, these words may only be added to. No
//! secret and no row of a user's table is in them: of a server's message the detail, which quotes
//! rows, is left out, and constants that are passwords are masked.

mod event;
mod failure;

use radoub_schema::script::Course;
use serde::{Deserialize, Serialize};

use crate::verify::LogTail;
use crate::verify::compare::Compared;

pub use failure::FailureRecord;

/// The version of this format. Words are only added; a change of meaning makes it 2.
pub const FORMAT: u32 = 1;

/// Who runs radoub, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The name of the user, as the system says.
    pub user: String,
    /// The name of the machine.
    pub host: String,
    /// The process.
    pub pid: u32,
}

/// The run before, in the same folder: chains the journals as sums chain their lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Its name.
    pub run: String,
    /// The sum of its last line.
    pub sum: String,
}

/// Something that happened, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Fact {
    /// The run begins; always the first record.
    RunStarted {
        /// Version of the format, [`FORMAT`].
        format: u32,
        /// The run.
        run: String,
        /// The command: `apply`, `restore`, `rollback`.
        command: String,
        /// Version of radoub.
        radoub: String,
        /// Name of the fleet.
        project: String,
        /// Who.
        by: Who,
        /// SHA-256 of the plan that lies beside the journal.
        plan: String,
        /// The run before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<Previous>,
    },
    /// A run that had not come to its end goes on.
    RunResumed {
        /// Version of radoub.
        radoub: String,
        /// Who.
        by: Who,
    },
    /// The run, or what was resumed of it, has come to its end.
    RunEnded {
        /// How.
        outcome: RunOutcome,
        /// Services with something applied, or taken back, by now.
        applied: usize,
        /// Services that failed or were refused.
        failed: usize,
        /// Services that were not begun.
        held_back: usize,
    },
    /// A wave begins.
    WaveStarted {
        /// Its number, from 1.
        wave: usize,
        /// How many there are.
        of: usize,
        /// Its services.
        services: Vec<String>,
    },
    /// A wave is done with.
    WaveEnded {
        /// Its number, from 1.
        wave: usize,
        /// How many of its services failed.
        failed: usize,
    },
    /// Somebody asked the run to stop.
    StopAsked {
        /// `at-safe-point` or `now`.
        urgency: StopUrgency,
    },
    /// Work on a service begins.
    ServiceStarted,
    /// A proven backup is looked for or made.
    BackingUp,
    /// There is a proven backup.
    BackedUp {
        /// Its name in the catalogue.
        backup: String,
        /// SHA-256 of its bytes.
        sha256: String,
        /// How long it took.
        milliseconds: u64,
    },
    /// Tables are being counted.
    Counting,
    /// They are counted; what was counted lies beside the journal.
    Counted {
        /// The file in the folder of the run.
        file: String,
        /// SHA-256 of its bytes.
        sha256: String,
        /// How many tables.
        tables: usize,
        /// How many rows they have.
        rows: i64,
        /// How many tables were left out.
        #[serde(default)]
        left_out: usize,
        /// How long it took.
        milliseconds: u64,
    },
    /// They were not counted, so nothing is compared.
    NotCounted {
        /// Why.
        failure: FailureRecord,
    },
    /// They were counted again and compared. No value of a row is in it.
    Compared(Box<Compared>),
    /// An image is about to be built.
    Building,
    /// It is built.
    Built {
        /// How long it took.
        milliseconds: u64,
    },
    /// Containers are about to be restarted.
    Restarting,
    /// They run again.
    Restarted {
        /// Their names.
        containers: Vec<String>,
        /// How long the service was away.
        milliseconds: u64,
    },
    /// Nothing was wrong with its containers and its route any more.
    Well {
        /// Since the order to restart it.
        milliseconds: u64,
    },
    /// A service is being looked at.
    Verifying,
    /// Something that the client reads is not there, and no migration took it away.
    Doubted {
        /// What.
        failure: FailureRecord,
    },
    /// What that look found.
    Found {
        /// `inconclusive` or `fail`.
        verdict: String,
        /// What is wrong, and behind it what could not be found out.
        failures: Vec<FailureRecord>,
        /// The last lines of its logs; what may be a secret is masked.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        logs: Vec<LogTail>,
    },
    /// Nothing is wrong with it.
    Verified {
        /// `pass` or `inconclusive`.
        verdict: String,
        /// How long it took.
        milliseconds: u64,
    },
    /// A database is about to be created.
    DatabaseCreating,
    /// It was created.
    DatabaseCreated,
    /// Somebody else holds the migration lock.
    WaitingForLock {
        /// Who: process, application, client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<LockHolder>,
        /// For how long already.
        milliseconds: u64,
    },
    /// The server lets nobody in at the moment.
    WaitingForServer {
        /// Why.
        failure: FailureRecord,
        /// For how long already.
        milliseconds: u64,
    },
    /// A migration is about to begin.
    MigrationStarting {
        /// Its name.
        migration: String,
        /// Checksum of its script.
        checksum: String,
        /// `whole` or `stepwise`.
        course: CourseWord,
        /// How many statements it has.
        statements: usize,
        /// How many of them are committed already.
        committed: usize,
    },
    /// Statements of a script that goes step by step are about to begin.
    StatementsStarting {
        /// Its migration.
        migration: String,
        /// Number of the first, from 1.
        first: usize,
        /// How many.
        count: usize,
        /// How many the script has.
        of: usize,
    },
    /// Statements of a script that goes step by step are committed.
    StatementsCommitted {
        /// Its migration.
        migration: String,
        /// How many so far.
        done: usize,
        /// How many the script has.
        of: usize,
    },
    /// Tables are locked by others.
    Blocked {
        /// Its migration.
        migration: String,
        /// Which try has failed, from 1; 0 while the first one waits.
        attempt: u32,
        /// Who is in the way.
        blockers: Vec<String>,
    },
    /// An invalid index was dropped, to be built anew.
    IndexDropped {
        /// The migration that builds it.
        migration: String,
        /// Its qualified name.
        index: String,
    },
    /// The connection was lost.
    Reconnecting {
        /// The migration that ran.
        migration: String,
    },
    /// A migration is applied: acknowledged and read back.
    MigrationApplied {
        /// Its name.
        migration: String,
        /// How long it took.
        milliseconds: u64,
    },
    /// Somebody else had applied it.
    AlreadyApplied {
        /// Its name.
        migration: String,
    },
    /// A migration is about to be taken back by its `down.sql`.
    Undoing {
        /// Its name.
        migration: String,
    },
    /// A migration is taken back.
    Undone {
        /// Its name.
        migration: String,
        /// How long it took.
        milliseconds: u64,
    },
    /// A backup is about to be restored.
    Restoring {
        /// Its name in the catalogue.
        backup: String,
    },
    /// A backup is restored.
    Restored {
        /// Its name in the catalogue.
        backup: String,
        /// Name of the database that was replaced.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aside: Option<String>,
    },
    /// Something went wrong with a service.
    ServiceFailed {
        /// The migration it happened in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        migration: Option<String>,
        /// What.
        failure: FailureRecord,
    },
    /// A service was not begun.
    HeldBack {
        /// `failures`, `stopped` or `journal`.
        because: String,
    },
    /// Work on a service has ended.
    ServiceEnded {
        /// How long it took.
        milliseconds: u64,
    },
    /// A fact of a later version.
    #[serde(other)]
    Unknown,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunOutcome {
    /// All that was planned is done.
    Done,
    /// Services failed or were refused.
    Failed,
    /// Somebody stopped it.
    Stopped,
    /// The journal could not be written.
    JournalFailed,
}

impl RunOutcome {
    /// The name in the journal, in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::JournalFailed => "journal-failed",
        }
    }
}

/// How urgently somebody asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopUrgency {
    /// Nothing new begins.
    AtSafePoint,
    /// What runs is cancelled.
    Now,
}

/// How a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CourseWord {
    /// In one transaction.
    Whole,
    /// Statement by statement.
    Stepwise,
}

impl From<Course> for CourseWord {
    fn from(course: Course) -> Self {
        match course {
            Course::Atomic => Self::Whole,
            Course::Stepwise { .. } => Self::Stepwise,
        }
    }
}

/// A session that holds the migration lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// Its process.
    pub pid: i32,
    /// Its application.
    pub application: String,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}
