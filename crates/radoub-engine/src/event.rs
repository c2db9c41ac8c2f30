//! The one stream of facts of a run. Every view is a fold of it.

use std::time::Duration;

use radoub_schema::migration::MigrationName;
use radoub_schema::script::Course;

use crate::failure::Failure;
use crate::fleet::ServiceName;
use crate::observe::Holder;

/// Something that happened to one service.
#[derive(Debug, Clone)]
pub struct Event {
    /// The service.
    pub service: ServiceName,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum EventKind {
    /// Work on the service begins.
    Started,
    /// The database was created.
    DatabaseCreated,
    /// Somebody else holds the migration lock; told again every second or so.
    WaitingForLock {
        /// Who, when it can be seen.
        holder: Option<Holder>,
        /// For how long already.
        waited: Duration,
    },
    /// A migration begins.
    MigrationStarted {
        /// Its name.
        name: MigrationName,
        /// Whole or step by step.
        course: Course,
    },
    /// A statement of a script that goes step by step is committed.
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
    /// A migration is applied and read back.
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
    /// Something went wrong; the service's work ends here.
    Failed {
        /// The migration it happened in, if it was one.
        migration: Option<MigrationName>,
        /// What.
        failure: Failure,
    },
    /// Work on the service has ended, well or not.
    Ended {
        /// How long it took.
        took: Duration,
    },
}
