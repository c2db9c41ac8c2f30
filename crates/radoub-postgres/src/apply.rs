//! Running one migration and writing down that it ran, so that a crash at any instant leaves a state
//! that can be told and carried on from.
//!
//! A script that can run in a transaction does, together with its ledger row: all or nothing. The
//! others go piece by piece, with how far they came in the row. Which migrations run in which order
//! is decided elsewhere.

mod alone;
mod conclusion;
mod ready;
mod segments;
mod settings;
mod settle;
mod stepwise;
mod watch;
mod whole;
mod worker;

use std::time::{Duration, SystemTime};

use radoub_schema::migration::{Applied, Checksum, Migration, MigrationName};
use radoub_schema::script::Script;

use crate::database::{ConnectError, QueryError};
use crate::failure::{Place, ServerError, place};
use crate::gate::{Gate, Intent};
use crate::ledger::Progress;
use crate::lock::{LockError, LockedDatabase};
use crate::session::Session;
use crate::stop::StopSignal;

pub use ready::{FirstUse, ReadyError};
pub(crate) use watch::send;

/// SQLSTATE of a table that does not exist.
const UNDEFINED_TABLE: &str = "42P01";

/// How to apply.
#[derive(Debug, Clone)]
pub struct ApplySettings {
    /// How long a statement may wait for a lock before it gives up and lets the queue behind it go on;
    /// a script that sets its own keeps it.
    pub lock_timeout: Duration,
    /// How long to go on trying after such a wait, or after a deadlock, all tries together.
    pub patience: Duration,
    /// How long one statement may take; `None` leaves it to the server's own setting.
    pub statement_deadline: Option<Duration>,
    /// Prisma's `schemas`, which count for the question whether the database is empty.
    pub schemas: Vec<String>,
    /// Asks the work to stop.
    pub stop: StopSignal,
    /// Asked before each deed.
    pub gate: Gate,
}

impl Default for ApplySettings {
    /// Two seconds for a lock, one minute of tries.
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(2),
            patience: Duration::from_mins(1),
            statement_deadline: None,
            schemas: Vec::new(),
            stop: StopSignal::never(),
            gate: Gate::open(),
        }
    }
}

/// What happens while a migration is applied.
#[derive(Debug, Clone)]
pub enum ApplyEvent {
    /// The schema of the URL did not exist and was created.
    SchemaCreated {
        /// Its name.
        schema: String,
    },
    /// The ledger did not exist and was created.
    LedgerCreated,
    /// These statements are committed.
    Committed {
        /// How many so far.
        committed: usize,
        /// Of how many.
        statements: usize,
    },
    /// The running statement waits for these sessions.
    Waiting {
        /// Who keeps it waiting.
        blockers: Vec<Session>,
    },
    /// A lock was not had in time, or there was a deadlock: it will be tried again.
    Retrying {
        /// Number of the try that failed, from 1.
        attempt: u32,
        /// What the server said.
        error: ServerError,
        /// Who was in the way, as far as it was seen.
        blockers: Vec<Session>,
    },
    /// The second connection that looks for blockers did not come about; the work goes on without.
    Unwatched,
    /// A statement that waits for all others runs, and somebody queues for the migration lock: it is
    /// lent to them meanwhile, or both would wait for ever.
    SteppedAside,
    /// The migration lock is waited for.
    WaitingForLock {
        /// Who holds it.
        holder: Session,
    },
    /// An invalid index that an interrupted or failed build had left was dropped.
    IndexDropped {
        /// Its qualified name, quoted.
        index: String,
    },
    /// The connection was lost; it is made anew to see what became of the work.
    Reconnecting,
}

/// Called for everything that happens.
pub type OnEvent<'a> = &'a mut (dyn FnMut(ApplyEvent) + Send);

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppliedOutcome {
    /// It ran, its row says so, and the row was read back.
    Applied(Ran),
    /// A finished row was there already: nothing was done.
    AlreadyApplied,
}

/// A migration that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Id of its ledger row.
    pub id: String,
    /// When it started, as the row says.
    pub started_at: SystemTime,
    /// When it was finished, as the row says.
    pub finished_at: SystemTime,
    /// Whether it was all or nothing.
    pub atomic: bool,
    /// How many statements it has.
    pub statements: usize,
    /// How many of them an earlier run had committed.
    pub resumed_after: usize,
    /// How many tries it took, from 1.
    pub attempts: u32,
}

/// What remains of a migration that did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remains {
    /// Nothing: it can simply be tried again, by radoub or by Prisma.
    Nothing,
    /// The first statements; radoub goes on behind them.
    Statements {
        /// How many are committed.
        committed: usize,
        /// Of how many.
        of: usize,
    },
}

/// A migration that the server refused (P3018).
#[derive(Debug)]
pub struct Failure {
    /// Which.
    pub migration: MigrationName,
    /// What the server said.
    pub error: ServerError,
    /// Where in the file, when the server gave a position.
    pub place: Option<Place>,
    /// Index of the statement, when it is known.
    pub statement: Option<usize>,
    /// How many statements the file has.
    pub statements: usize,
    /// What remains.
    pub remains: Remains,
    /// The text that was written into the ledger.
    pub logs: String,
    /// Why the failure could not be written into the ledger, if it could not.
    pub unrecorded: Option<QueryError>,
    /// How many tries there were.
    pub attempts: u32,
    /// Who was in the way at the last try, as far as it was seen.
    pub blockers: Vec<Session>,
}

/// Why a migration was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The folder has no `migration.sql` (P3015).
    #[error("the migration {0} has no migration.sql")]
    ScriptMissing(MigrationName),
    /// The file holds a NUL, which PostgreSQL cannot be sent. Nothing was done.
    #[error("the script holds a NUL character in line {}", place.line)]
    Nul {
        /// Where.
        place: Place,
    },
    /// The file moves rows through the connection (`COPY … FROM STDIN`), which only psql does.
    /// Nothing was done.
    #[error("the COPY in line {} needs psql, which sends the rows along", place.line)]
    Copies {
        /// Where the statement starts.
        place: Place,
    },
    /// A `BEGIN` of the file is never committed, so everything behind it would be lost. Nothing was
    /// done.
    #[error("the transaction that line {} opens is never committed", place.line)]
    NeverCommitted {
        /// Where the `BEGIN` stands.
        place: Place,
    },
    /// The ledger is not ready for this.
    #[error("the ledger cannot be used")]
    Ready(#[source] ReadyError),
    /// There are failed rows that are not ours to resume (P3009). Nothing was done.
    #[error("there are failed migrations in the ledger: {}", names(.0))]
    FailedRows(Vec<Applied>),
    /// The file was changed after a run of it had come half way. Nothing was done.
    #[error("the script was changed after {} of its statements had been committed", progress.committed)]
    ChangedSinceStart {
        /// The row.
        row: Box<Applied>,
        /// How far it had come.
        progress: Progress,
    },
    /// A run ended while a statement ran of which one cannot tell whether it was done. Nothing was
    /// done.
    #[error("whether statement {} (line {}) was carried out cannot be told", statement + 1, place.line)]
    Unknowable {
        /// Index of the statement.
        statement: usize,
        /// Where it starts.
        place: Place,
        /// How many statements before it are committed.
        committed: usize,
    },
    /// The server refused a statement.
    #[error("the migration {} failed", .0.migration)]
    Failed(Box<Failure>),
    /// A lock was not to be had within the patience.
    #[error("the migration {} did not get the locks that it needs", .0.migration)]
    Blocked(Box<Failure>),
    /// Somebody asked to stop.
    #[error("stopped as asked")]
    Stopped {
        /// What remains.
        remains: Remains,
    },
    /// The gate was closed: the record of what is about to happen cannot be kept.
    #[error("the record of what is about to happen cannot be kept")]
    Shut {
        /// What remains.
        remains: Remains,
    },
    /// The server read the script otherwise than we did (`standard_conforming_strings` off, for
    /// instance), and it may have ended our transaction by itself.
    #[error("the server carried out {executed} statements where {expected} were read")]
    Misread {
        /// How many we read.
        expected: usize,
        /// How many the server carried out.
        executed: usize,
    },
    /// Our row of the ledger is not there any more, or was marked by somebody else.
    #[error("the ledger row of the running migration was removed or marked by somebody else")]
    RowVanished {
        /// What remains.
        remains: Remains,
    },
    /// The connection was lost, and it is known what remains.
    #[error("the connection was lost")]
    Lost {
        /// What remains.
        remains: Remains,
        /// How.
        source: QueryError,
    },
    /// The connection was lost and nobody can be asked what became of the work; the next look tells.
    #[error("the connection was lost, and what became of the migration is not known")]
    OutcomeUnknown {
        /// How it was lost.
        lost: QueryError,
        /// Why nobody can be asked.
        source: LockError,
    },
    /// The migration lock was lent and did not come back, or the connection that holds it broke.
    #[error("the migration lock was lost")]
    Lock {
        /// What remains.
        remains: Remains,
        /// Why.
        source: LockError,
    },
    /// A second connection was needed and did not come about.
    #[error("a second connection is needed")]
    Connect(#[source] ConnectError),
    /// A question of ours was not answered. Nothing was done.
    #[error("the database could not be asked")]
    Query(#[source] QueryError),
}

/// Index of the statement that opens a transaction which the script never ends.
pub(crate) fn unclosed(text: &str, script: &Script) -> Option<usize> {
    segments::segments(text, script).err().map(|begin| begin.0)
}

fn names(rows: &[Applied]) -> String {
    rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// One migration at work.
pub(crate) struct Job<'a> {
    pub(crate) name: &'a MigrationName,
    pub(crate) text: &'a str,
    pub(crate) script: Script,
    pub(crate) checksum: Checksum,
    pub(crate) settings: &'a ApplySettings,
}

impl Job<'_> {
    /// Where a statement starts.
    pub(crate) fn start_of(&self, statement: usize) -> usize {
        self.script.statements.get(statement).map_or(0, |it| it.range.start)
    }

    /// The place of a statement.
    pub(crate) fn place_of(&self, statement: usize) -> Place {
        place(self.text, self.start_of(statement), 1)
    }

    /// The text of a statement.
    pub(crate) fn statement(&self, statement: usize) -> &str {
        self.script.statement_text(self.text, statement)
    }

    pub(crate) fn statements(&self) -> usize {
        self.script.statements.len()
    }
}

impl LockedDatabase {
    /// Applies one migration and writes its row.
    ///
    /// The ledger is created when it does not exist, after the check that the schema is empty
    /// (P3005). A script that PostgreSQL can run in one transaction is sent byte for byte as one
    /// query, in the same transaction as its row: after a crash at any instant there is either
    /// nothing or everything. Failed, it has changed nothing, and a rolled-back row keeps the error
    /// so that it can be seen; radoub and Prisma may both try again. Other scripts run in pieces on a
    /// connection of their own, and an unfinished row says how far they came; a later call with the
    /// same script goes on there. Session settings of a script do not reach the next one.
    ///
    /// A lock that is not had within `lock_timeout`, and a deadlock, are tried again until the
    /// patience is over. `Applied` is only said after the row was read back.
    ///
    /// # Errors
    ///
    /// [`ApplyError`], which says what remains.
    ///
    /// Source: Prisma facts 3.2, 5, 6.3.
    pub async fn apply(
        &mut self,
        migration: &Migration,
        settings: &ApplySettings,
        on_event: OnEvent<'_>,
    ) -> Result<AppliedOutcome, ApplyError> {
        let Some(script) = &migration.script else {
            return Err(ApplyError::ScriptMissing(migration.name.clone()));
        };
        let text = script.text();
        if let Some(offset) = text.find('\0') {
            let at = u32::try_from(text[..offset].chars().count()).unwrap_or(u32::MAX);
            return Err(ApplyError::Nul { place: place(text, 0, at.saturating_add(1)) });
        }
        let job = Job {
            name: &migration.name,
            text,
            script: Script::parse(text),
            checksum: script.checksum(),
            settings,
        };
        if let Some(copy) = job.script.copies(text) {
            return Err(ApplyError::Copies { place: job.place_of(copy) });
        }
        let segments = segments::segments(text, &job.script)
            .map_err(|begin| ApplyError::NeverCommitted { place: job.place_of(begin.0) })?;

        self.ready(&settings.schemas, FirstUse::Deploy, on_event)
            .await
            .map_err(ApplyError::Ready)?;
        let mut rows = self.ledger.standing(&self.database, job.name).await;
        if rows.as_ref().is_err_and(|error| error.is(UNDEFINED_TABLE)) {
            // It was seen before the lock was had, and is gone since.
            self.ledger_is_ready = false;
            self.ready(&settings.schemas, FirstUse::Deploy, on_event)
                .await
                .map_err(ApplyError::Ready)?;
            rows = self.ledger.standing(&self.database, job.name).await;
        }
        let rows = rows.map_err(ApplyError::Query)?;
        let (failed, finished): (Vec<Applied>, Vec<Applied>) =
            rows.into_iter().partition(Applied::is_failed);
        let resumed = match failed.as_slice() {
            [] if !finished.is_empty() => return Ok(AppliedOutcome::AlreadyApplied),
            [] => None,
            [row] if row.name == *job.name && Progress::of(row).is_some() => {
                Progress::of(row).map(|progress| (row.clone(), progress))
            }
            _ => return Err(ApplyError::FailedRows(failed)),
        };
        if let Some((row, progress)) = &resumed
            && (!script.matches(&row.checksum) || progress.statements != job.statements())
        {
            let row = Box::new(row.clone());
            return Err(ApplyError::ChangedSinceStart { row, progress: progress.clone() });
        }

        self.set_limits(settings).await.map_err(ApplyError::Query)?;
        let intent = Intent::Script {
            course: job.script.course(),
            statements: job.statements(),
            committed: resumed.as_ref().map_or(0, |(_, progress)| progress.committed),
        };
        if settings.gate.pass(intent).await.is_err() {
            let remains = resumed.as_ref().map_or(Remains::Nothing, |(_, progress)| {
                Remains::Statements { committed: progress.committed, of: progress.statements }
            });
            return Err(ApplyError::Shut { remains });
        }
        let ran = match whole::unit(&job, &segments) {
            Some(unit) if resumed.is_none() => self.apply_whole(&job, &unit, on_event).await,
            _ => self.apply_stepwise(&job, &segments, resumed, on_event).await,
        };
        ran.map(AppliedOutcome::Applied)
    }

    /// Gives the session the limits of this migration.
    async fn set_limits(&mut self, settings: &ApplySettings) -> Result<(), QueryError> {
        let (lock, statement) = (settings.lock_timeout, settings.statement_deadline);
        self.database.change(|it| {
            it.lock_timeout = Some(lock);
            it.statement_timeout = statement;
        });
        self.database.settle().await
    }
}
