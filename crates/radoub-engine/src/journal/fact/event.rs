//! From an event of a run to the fact that the journal keeps, and back.

use std::time::Duration;

use radoub_schema::migration::{Checksum, MigrationName};
use radoub_schema::script::Course;

use super::{CourseWord, Fact, FailureRecord, LockHolder, StopUrgency};
use crate::event::{Event, EventKind, FleetEvent, Found, HeldBack};
use crate::fleet::ServiceName;
use crate::gate::Verdict;
use crate::observe::Holder;
use crate::run::Urgency;
use crate::verify::compare::Compared;

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
            EventKind::Building => Self::Building,
            EventKind::Built { took } => Self::Built { milliseconds: milliseconds(*took) },
            EventKind::Restarting => Self::Restarting,
            EventKind::Restarted { containers, took } => Self::Restarted {
                containers: containers.clone(),
                milliseconds: milliseconds(*took),
            },
            EventKind::Well { after } => Self::Well { milliseconds: milliseconds(*after) },
            EventKind::Verifying => Self::Verifying,
            EventKind::Doubted { failure } => Self::Doubted { failure: FailureRecord::of(failure) },
            EventKind::Found(found) => Self::Found {
                verdict: found.verdict.as_str().to_owned(),
                failures: found.failures.iter().map(FailureRecord::of).collect(),
                logs: found.logs.clone(),
            },
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
            EventKind::Undoing { name } => Self::Undoing { migration: name.to_string() },
            EventKind::Undone { name, took } => {
                Self::Undone { migration: name.to_string(), milliseconds: milliseconds(*took) }
            }
            EventKind::Restoring { backup } => Self::Restoring { backup: backup.clone() },
            EventKind::Restored { backup, aside } => {
                Self::Restored { backup: backup.clone(), aside: aside.clone() }
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
            Self::Building => EventKind::Building,
            Self::Built { milliseconds } => {
                EventKind::Built { took: Duration::from_millis(*milliseconds) }
            }
            Self::Restarting => EventKind::Restarting,
            Self::Restarted { containers, milliseconds } => EventKind::Restarted {
                containers: containers.clone(),
                took: Duration::from_millis(*milliseconds),
            },
            Self::Well { milliseconds } => {
                EventKind::Well { after: Duration::from_millis(*milliseconds) }
            }
            Self::Verifying => EventKind::Verifying,
            Self::Doubted { failure } => EventKind::Doubted { failure: failure.failure()? },
            Self::Found { verdict, failures, logs } => EventKind::Found(Box::new(Found {
                verdict: Verdict::named(verdict)?,
                // What a later version found, this one has no words for.
                failures: failures.iter().filter_map(FailureRecord::failure).collect(),
                logs: logs.clone(),
            })),
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
            Self::Undoing { migration } => EventKind::Undoing { name: name(migration) },
            Self::Undone { migration, milliseconds } => EventKind::Undone {
                name: name(migration),
                took: Duration::from_millis(*milliseconds),
            },
            Self::Restoring { backup } => EventKind::Restoring { backup: backup.clone() },
            Self::Restored { backup, aside } => {
                EventKind::Restored { backup: backup.clone(), aside: aside.clone() }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{Failure, FailureCode};
    use crate::verify::LogTail;

    /// What is read of a line of a journal.
    fn read(line: &str) -> Option<EventKind> {
        let fact: Fact = serde_json::from_str(line).expect("a fact");
        match fact.event(Some("shop"))? {
            Event::Service { kind, .. } => Some(kind),
            Event::Fleet(_) => None,
        }
    }

    #[test]
    fn what_a_look_found_is_read_back_as_it_was_told() {
        let reason = |code, reason: &str| Failure::new(code, vec![("reason", reason.to_owned())]);
        let found = Found {
            verdict: Verdict::Fail,
            failures: vec![
                Failure::new(FailureCode::ServiceVanished, vec![("container", "a".to_owned())]),
                reason(FailureCode::ContainersUnseen, "silent"),
            ],
            logs: vec![LogTail { container: "a".to_owned(), lines: vec!["the end".to_owned()] }],
        };
        let fact = Fact::of_service(&EventKind::Found(Box::new(found.clone())));
        let line = serde_json::to_string(&fact).expect("a fact is plain JSON");
        let Some(EventKind::Found(again)) = read(&line) else { panic!("{line}") };
        assert_eq!(*again, found);
    }

    #[test]
    fn journals_of_other_versions_are_read_as_far_as_they_are_known() {
        let before = r#"{"fact":"verified","verdict":"pass","milliseconds":5}"#;
        assert!(matches!(read(before), Some(EventKind::Verified { verdict: Verdict::Pass, .. })));
        let later = r#"{"fact":"found","verdict":"inconclusive","more":1,"failures":[
            {"code":"of-tomorrow"},{"code":"no-container"}]}"#;
        let Some(EventKind::Found(found)) = read(later) else { panic!("{later}") };
        let codes: Vec<FailureCode> = found.failures.iter().map(|it| it.code).collect();
        assert_eq!(codes, [FailureCode::NoContainer]);
        assert!(read(r#"{"fact":"foreseen"}"#).is_none());
    }
}
