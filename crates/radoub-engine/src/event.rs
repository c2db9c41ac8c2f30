//! The one stream of facts of a run. Every view is a fold of it; the journal reads it first.

use std::time::Duration;

use radoub_schema::migration::{Checksum, MigrationName};
use radoub_schema::script::Course;

use crate::failure::Failure;
use crate::fleet::ServiceName;
use crate::gate::Verdict;
use crate::observe::Holder;
use crate::run::Urgency;
use crate::verify::LogTail;
use crate::verify::compare::Compared;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// To the run as a whole.
    Fleet(FleetEvent),
    /// To one service.
    Service {
        /// The service.
        service: ServiceName,
        /// What happened.
        kind: EventKind,
    },
}

/// What happened to the run as a whole.
#[derive(Debug, Clone)]
pub enum FleetEvent {
    /// A wave begins.
    WaveStarted {
        /// Its number, from 1.
        wave: usize,
        /// How many there are.
        of: usize,
        /// Its services that have work.
        services: Vec<ServiceName>,
    },
    /// All services of a wave are done with.
    WaveEnded {
        /// Its number, from 1.
        wave: usize,
        /// How many of its services failed, or were refused.
        failed: usize,
    },
    /// Somebody asked the run to stop.
    Stopping(Urgency),
}

/// What happened to one service.
#[derive(Debug, Clone)]
pub enum EventKind {
    /// Work on the service begins.
    Started,
    /// A proven backup is looked for, and made when there is none.
    BackingUp,
    /// There is a proven backup.
    BackedUp {
        /// Its name in the catalogue.
        backup: String,
        /// SHA-256 of its bytes.
        sha256: String,
        /// How long it took.
        took: Duration,
    },
    /// Its tables are being counted and summed up.
    Counting,
    /// They are counted, and what was counted is on disk.
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
        left_out: usize,
        /// How long it took.
        took: Duration,
    },
    /// They were not counted, or what was counted is of no use: nothing is compared.
    NotCounted {
        /// Why.
        failure: Failure,
    },
    /// They were counted again, and compared with what they were before.
    Compared(Box<Compared>),
    /// Its image is about to be built anew.
    Building,
    /// It is built.
    Built {
        /// How long it took.
        took: Duration,
    },
    /// Its containers are about to be restarted.
    Restarting,
    /// Its containers run again.
    Restarted {
        /// Their names.
        containers: Vec<String>,
        /// From the order to stop to the engine's word that all run again.
        took: Duration,
    },
    /// Nothing was wrong with its containers and its route any more.
    Well {
        /// Since the order to restart it.
        after: Duration,
    },
    /// It is being looked at.
    Verifying,
    /// Something that the client reads is not there, and no migration took it away.
    Doubted {
        /// What.
        failure: Failure,
    },
    /// What that look found wrong, or could not find out; nothing is said when all is well.
    Found(Box<Found>),
    /// Nothing is wrong with it.
    Verified {
        /// Whether everything could be asked: [`Verdict::Pass`] or [`Verdict::Inconclusive`].
        verdict: Verdict,
        /// How long it took.
        took: Duration,
    },
    /// The database is about to be created.
    CreatingDatabase,
    /// The database was created.
    DatabaseCreated,
    /// Somebody else holds the migration lock; told again every second or so.
    WaitingForLock {
        /// Who, when it can be seen.
        holder: Option<Holder>,
        /// For how long already.
        waited: Duration,
    },
    /// The server lets nobody in at the moment; it is tried again.
    WaitingForServer {
        /// Why.
        failure: Failure,
        /// For how long already.
        waited: Duration,
    },
    /// A migration is about to begin.
    MigrationStarted {
        /// Its name.
        name: MigrationName,
        /// The checksum of the script that is about to run.
        checksum: Checksum,
        /// Whole or step by step.
        course: Course,
        /// How many statements it has.
        statements: usize,
        /// How many of them an earlier run has committed.
        committed: usize,
    },
    /// Statements of a script that goes step by step are about to begin.
    StatementsStarted {
        /// Its migration.
        name: MigrationName,
        /// Number of the first, from 1.
        first: usize,
        /// How many; those of one transaction go together.
        count: usize,
        /// How many there are.
        of: usize,
    },
    /// Statements of a script that goes step by step are committed.
    StatementDone {
        /// Its migration.
        name: MigrationName,
        /// How many are committed.
        done: usize,
        /// How many there are.
        of: usize,
    },
    /// Tables are locked by others; the script waits and is tried again.
    Blocked {
        /// Its migration.
        name: MigrationName,
        /// Which try has just failed, from 1; 0 while the first one waits.
        attempt: u32,
        /// Who is in the way, in one line each.
        blockers: Vec<String>,
    },
    /// An invalid index that a broken build had left was dropped, to be built anew.
    IndexDropped {
        /// The migration that builds it.
        name: MigrationName,
        /// Its qualified name.
        index: String,
    },
    /// The connection was lost and is made anew, to see what became of the work.
    Reconnecting {
        /// The migration that ran.
        name: MigrationName,
    },
    /// A migration is applied: its commit was acknowledged, and its row read back.
    MigrationApplied {
        /// Its name.
        name: MigrationName,
        /// How long its script ran.
        took: Duration,
    },
    /// Somebody else had applied it in the meantime.
    AlreadyApplied {
        /// Its name.
        name: MigrationName,
    },
    /// A migration is about to be taken back by its `down.sql`.
    Undoing {
        /// Its name.
        name: MigrationName,
    },
    /// A migration is taken back: its row in the ledger says so.
    Undone {
        /// Its name.
        name: MigrationName,
        /// How long that took, waiting for locks included.
        took: Duration,
    },
    /// A backup is about to be restored.
    Restoring {
        /// Its name in the catalogue.
        backup: String,
    },
    /// The database is what the backup makes of it.
    Restored {
        /// Its name in the catalogue.
        backup: String,
        /// Name of the database that was replaced; `None` when there was none.
        aside: Option<String>,
    },
    /// Something went wrong; the service's work ends here.
    Failed {
        /// The migration it happened in, if it was one.
        migration: Option<MigrationName>,
        /// What.
        failure: Failure,
    },
    /// The service was not begun, because of what had happened to others.
    HeldBack(HeldBack),
    /// Work on the service has ended, well or not.
    Ended {
        /// How long it took.
        took: Duration,
    },
}

/// What a look at a service found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// All of it in one word: [`Verdict::Inconclusive`] or [`Verdict::Fail`].
    pub verdict: Verdict,
    /// What is wrong, and behind it what could not be found out.
    pub failures: Vec<Failure>,
    /// The last lines of its logs, where something is wrong.
    pub logs: Vec<LogTail>,
}

/// Why a service was not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldBack {
    /// An earlier wave failed, or more services did than may.
    Failures,
    /// Somebody asked the run to stop.
    Stopped,
    /// The journal could not be written.
    Journal,
}

impl HeldBack {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Failures, Self::Stopped, Self::Journal];

    /// The name in the journal, in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failures => "failures",
            Self::Stopped => "stopped",
            Self::Journal => "journal",
        }
    }
}
