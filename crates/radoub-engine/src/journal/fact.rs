//! What a journal says: the events of a run and its beginning and end, in words that stay the same
//! from version to version.
//!
//! A twin of [`Event`]: the events may change with the program, these words may only be added to. No
//! secret and no row of a user's table is in them: of a server's message the detail, which quotes
//! rows, is left out, and constants that are passwords are masked.

use std::time::Duration;

use radoub_schema::migration::{Checksum, MigrationName};
use radoub_schema::script::{Course, masked};
use serde::{Deserialize, Serialize};

use crate::event::{Event, EventKind, FleetEvent, HeldBack};
use crate::failure::{Failure, FailureCode, ScriptPlace, ServerMessage, VALUE_NAMES};
use crate::fleet::ServiceName;
use crate::gate::Verdict;
use crate::observe::Holder;
use crate::run::Urgency;
use crate::verify::compare::Compared;

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
        /// The command: `apply`.
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
        /// Services with something applied by now.
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
    /// Containers are about to be restarted.
    Restarting,
    /// They run again.
    Restarted {
        /// Their names.
        containers: Vec<String>,
        /// How long the service was away.
        milliseconds: u64,
    },
    /// A service is being looked at.
    Verifying,
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

/// A failure, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureRecord {
    /// Its code, as in `--json`.
    pub code: String,
    /// The values of its sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
    /// SQLSTATE, when the server refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// What the server said, its detail left out: that quotes rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What the server suggested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where in the script: line, column and the text of the line, passwords masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(usize, usize, String)>,
}

/// Values of sentences that repeat the script or what the server said in full.
const NOT_KEPT: &[&str] = &["prisma"];

impl FailureRecord {
    /// What of a failure is kept.
    pub fn of(failure: &Failure) -> Self {
        let values = failure.values.iter().filter(|(name, _)| !NOT_KEPT.contains(name));
        let server = failure.server.as_deref();
        let place = server.and_then(|it| it.place.as_ref());
        Self {
            code: failure.code.as_str().to_owned(),
            values: values.map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            sqlstate: server.map(|it| it.sqlstate.clone()),
            message: server.map(|it| it.message.clone()),
            hint: server.and_then(|it| it.hint.clone()),
            place: place.map(|it| (it.line, it.column, masked(&it.text).into_owned())),
        }
    }

    /// The failure again; `None` when its code is of a later version.
    pub fn failure(&self) -> Option<Failure> {
        let code = FailureCode::named(&self.code)?;
        let values = self.values.iter().filter_map(|(name, value)| {
            let known = VALUE_NAMES.iter().find(|it| *it == name)?;
            Some((*known, value.clone()))
        });
        let mut failure = Failure::new(code, values.collect());
        if let (Some(sqlstate), Some(message)) = (&self.sqlstate, &self.message) {
            failure = failure.said(ServerMessage {
                sqlstate: sqlstate.clone(),
                message: message.clone(),
                detail: None,
                hint: self.hint.clone(),
                place: self.place.clone().map(|(line, column, text)| ScriptPlace {
                    line,
                    column,
                    text,
                }),
            });
        }
        Some(failure)
    }
}

/// A length of time as the journal keeps it.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl Fact {
    /// What the journal keeps of an event, and of which service.
    pub fn of(event: &Event) -> (Option<&ServiceName>, Self) {
        match event {
            Event::Fleet(event) => (None, Self::of_fleet(event)),
            Event::Service { service, kind } => (Some(service), Self::of_service(kind)),
        }
    }

    fn of_fleet(event: &FleetEvent) -> Self {
        match event {
            FleetEvent::WaveStarted { wave, of, services } => Self::WaveStarted {
                wave: *wave,
                of: *of,
                services: services.iter().map(ToString::to_string).collect(),
            },
            FleetEvent::WaveEnded { wave, failed } => {
                Self::WaveEnded { wave: *wave, failed: *failed }
            }
            FleetEvent::Stopping(urgency) => Self::StopAsked {
                urgency: match urgency {
                    Urgency::Now => StopUrgency::Now,
                    Urgency::No | Urgency::AfterStatement => StopUrgency::AtSafePoint,
                },
            },
        }
    }

    fn of_service(kind: &EventKind) -> Self {
        match kind {
            EventKind::Started => Self::ServiceStarted,
            EventKind::BackingUp => Self::BackingUp,
            EventKind::BackedUp { backup, sha256, took } => Self::BackedUp {
                backup: backup.clone(),
                sha256: sha256.clone(),
                milliseconds: milliseconds(*took),
            },
            EventKind::Counting => Self::Counting,
            EventKind::Counted { file, sha256, tables, rows, left_out, took } => Self::Counted {
                file: file.clone(),
                sha256: sha256.clone(),
                tables: *tables,
                rows: *rows,
                left_out: *left_out,
                milliseconds: milliseconds(*took),
            },
            EventKind::NotCounted { failure } => {
                Self::NotCounted { failure: FailureRecord::of(failure) }
            }
            EventKind::Compared(compared) => {
                Self::Compared(Box::new(Compared { samples: Vec::new(), ..(**compared).clone() }))
            }
            EventKind::Restarting => Self::Restarting,
            EventKind::Restarted { containers, took } => Self::Restarted {
                containers: containers.clone(),
                milliseconds: milliseconds(*took),
            },
            EventKind::Verifying => Self::Verifying,
            EventKind::Verified { verdict, took } => Self::Verified {
                verdict: verdict.as_str().to_owned(),
                milliseconds: milliseconds(*took),
            },
            EventKind::CreatingDatabase => Self::DatabaseCreating,
            EventKind::DatabaseCreated => Self::DatabaseCreated,
            EventKind::WaitingForLock { holder, waited } => Self::WaitingForLock {
                holder: holder.as_ref().map(|it| LockHolder {
                    pid: it.pid,
                    application: it.application.clone(),
                    client: it.client.clone(),
                }),
                milliseconds: milliseconds(*waited),
            },
            EventKind::WaitingForServer { failure, waited } => Self::WaitingForServer {
                failure: FailureRecord::of(failure),
                milliseconds: milliseconds(*waited),
            },
            EventKind::MigrationStarted { name, checksum, course, statements, committed } => {
                Self::MigrationStarting {
                    migration: name.to_string(),
                    checksum: checksum.to_string(),
                    course: (*course).into(),
                    statements: *statements,
                    committed: *committed,
                }
            }
            EventKind::StatementsStarted { name, first, count, of } => Self::StatementsStarting {
                migration: name.to_string(),
                first: *first,
                count: *count,
                of: *of,
            },
            EventKind::StatementDone { name, done, of } => {
                Self::StatementsCommitted { migration: name.to_string(), done: *done, of: *of }
            }
            EventKind::Blocked { name, attempt, blockers } => Self::Blocked {
                migration: name.to_string(),
                attempt: *attempt,
                blockers: blockers.clone(),
            },
            EventKind::IndexDropped { name, index } => {
                Self::IndexDropped { migration: name.to_string(), index: index.clone() }
            }
            EventKind::Reconnecting { name } => Self::Reconnecting { migration: name.to_string() },
            EventKind::MigrationApplied { name, took } => Self::MigrationApplied {
                migration: name.to_string(),
                milliseconds: milliseconds(*took),
            },
            EventKind::AlreadyApplied { name } => {
                Self::AlreadyApplied { migration: name.to_string() }
            }
            EventKind::Failed { migration, failure } => Self::ServiceFailed {
                migration: migration.as_ref().map(ToString::to_string),
                failure: FailureRecord::of(failure),
            },
            EventKind::HeldBack(because) => Self::HeldBack { because: because.as_str().to_owned() },
            EventKind::Ended { took } => Self::ServiceEnded { milliseconds: milliseconds(*took) },
        }
    }

    /// The event again; `None` for what is none (the run's beginning and end) or not known.
    pub fn event(&self, service: Option<&str>) -> Option<Event> {
        if let Some(event) = self.fleet_event() {
            return Some(Event::Fleet(event));
        }
        let service = ServiceName::new(service?);
        Some(Event::Service { service, kind: self.service_event()? })
    }

    fn fleet_event(&self) -> Option<FleetEvent> {
        Some(match self {
            Self::WaveStarted { wave, of, services } => FleetEvent::WaveStarted {
                wave: *wave,
                of: *of,
                services: services.iter().map(|it| ServiceName::new(it.as_str())).collect(),
            },
            Self::WaveEnded { wave, failed } => {
                FleetEvent::WaveEnded { wave: *wave, failed: *failed }
            }
            Self::StopAsked { urgency } => FleetEvent::Stopping(match urgency {
                StopUrgency::AtSafePoint => Urgency::AfterStatement,
                StopUrgency::Now => Urgency::Now,
            }),
            _ => return None,
        })
    }

    fn service_event(&self) -> Option<EventKind> {
        let name = |migration: &String| MigrationName::new(migration.as_str());
        Some(match self {
            Self::ServiceStarted => EventKind::Started,
            Self::BackingUp => EventKind::BackingUp,
            Self::BackedUp { backup, sha256, milliseconds } => EventKind::BackedUp {
                backup: backup.clone(),
                sha256: sha256.clone(),
                took: Duration::from_millis(*milliseconds),
            },
            Self::Counting => EventKind::Counting,
            Self::Counted { file, sha256, tables, rows, left_out, milliseconds } => {
                EventKind::Counted {
                    file: file.clone(),
                    sha256: sha256.clone(),
                    tables: *tables,
                    rows: *rows,
                    left_out: *left_out,
                    took: Duration::from_millis(*milliseconds),
                }
            }
            Self::NotCounted { failure } => EventKind::NotCounted { failure: failure.failure()? },
            Self::Compared(compared) => EventKind::Compared(compared.clone()),
            Self::Restarting => EventKind::Restarting,
            Self::Restarted { containers, milliseconds } => EventKind::Restarted {
                containers: containers.clone(),
                took: Duration::from_millis(*milliseconds),
            },
            Self::Verifying => EventKind::Verifying,
            Self::Verified { verdict, milliseconds } => EventKind::Verified {
                verdict: Verdict::named(verdict)?,
                took: Duration::from_millis(*milliseconds),
            },
            Self::DatabaseCreating => EventKind::CreatingDatabase,
            Self::DatabaseCreated => EventKind::DatabaseCreated,
            Self::WaitingForLock { holder, milliseconds } => EventKind::WaitingForLock {
                holder: holder.as_ref().map(|it| Holder {
                    pid: it.pid,
                    application: it.application.clone(),
                    client: it.client.clone(),
                    since: None,
                }),
                waited: Duration::from_millis(*milliseconds),
            },
            Self::WaitingForServer { failure, milliseconds } => EventKind::WaitingForServer {
                failure: failure.failure()?,
                waited: Duration::from_millis(*milliseconds),
            },
            Self::MigrationStarting { migration, checksum, course, statements, committed } => {
                EventKind::MigrationStarted {
                    name: name(migration),
                    checksum: Checksum::parse(checksum)?,
                    course: match course {
                        CourseWord::Whole => Course::Atomic,
                        // Which statement forbids the transaction is of no matter afterwards.
                        CourseWord::Stepwise => Course::Stepwise { because: 0 },
                    },
                    statements: *statements,
                    committed: *committed,
                }
            }
            Self::StatementsStarting { migration, first, count, of } => {
                EventKind::StatementsStarted {
                    name: name(migration),
                    first: *first,
                    count: *count,
                    of: *of,
                }
            }
            Self::StatementsCommitted { migration, done, of } => {
                EventKind::StatementDone { name: name(migration), done: *done, of: *of }
            }
            Self::Blocked { migration, attempt, blockers } => EventKind::Blocked {
                name: name(migration),
                attempt: *attempt,
                blockers: blockers.clone(),
            },
            Self::IndexDropped { migration, index } => {
                EventKind::IndexDropped { name: name(migration), index: index.clone() }
            }
            Self::Reconnecting { migration } => EventKind::Reconnecting { name: name(migration) },
            Self::MigrationApplied { migration, milliseconds } => EventKind::MigrationApplied {
                name: name(migration),
                took: Duration::from_millis(*milliseconds),
            },
            Self::AlreadyApplied { migration } => {
                EventKind::AlreadyApplied { name: name(migration) }
            }
            Self::ServiceFailed { migration, failure } => EventKind::Failed {
                migration: migration.as_ref().map(name),
                failure: failure.failure()?,
            },
            Self::HeldBack { because } => {
                EventKind::HeldBack(HeldBack::ALL.into_iter().find(|it| it.as_str() == because)?)
            }
            Self::ServiceEnded { milliseconds } => {
                EventKind::Ended { took: Duration::from_millis(*milliseconds) }
            }
            _ => return None,
        })
    }
}
