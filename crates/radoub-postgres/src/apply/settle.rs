//! What follows a failure: sorting it, writing it down, finding out what became of a lost connection.

use std::time::SystemTime;

use super::{ApplyError, ApplyEvent, Failure, Job, OnEvent, Remains};
use crate::database::QueryError;
use crate::failure::{self, Place, ServerError};
use crate::ledger::Entry;
use crate::lock::LockedDatabase;
use crate::session::Session;
use crate::stop::Stop;

/// SQLSTATE of a lock that was not had in time.
pub(super) const LOCK_NOT_AVAILABLE: &str = "55P03";
/// SQLSTATE of a deadlock.
pub(super) const DEADLOCK: &str = "40P01";
/// SQLSTATE of a statement that was cancelled.
const CANCELLED: &str = "57014";

/// A refusal of the server while a script ran.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) error: Box<ServerError>,
    pub(super) place: Option<Place>,
    pub(super) statement: Option<usize>,
    pub(super) blockers: Vec<Session>,
}

impl Refusal {
    /// Whether trying again may help.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self.error.sqlstate.as_str(), LOCK_NOT_AVAILABLE | DEADLOCK)
    }

    /// Whether it is our own cancelling that came back.
    pub(super) fn is_cancelled(&self, job: &Job<'_>) -> bool {
        self.error.sqlstate == CANCELLED && job.settings.stop.asked() == Stop::Now
    }

    /// The text for the ledger.
    pub(super) fn logs(&self, job: &Job<'_>) -> String {
        failure::prisma_text(job.name, &self.error, job.text, self.place)
    }

    /// The error for the caller.
    pub(super) fn into_error(
        self,
        job: &Job<'_>,
        remains: Remains,
        attempts: u32,
        logs: String,
        unrecorded: Option<QueryError>,
    ) -> ApplyError {
        let blocked = self.may_pass();
        let failure = Box::new(Failure {
            migration: job.name.clone(),
            error: *self.error,
            place: self.place,
            statement: self.statement,
            statements: job.statements(),
            remains,
            logs,
            unrecorded,
            attempts,
            blockers: self.blockers,
        });
        if blocked { ApplyError::Blocked(failure) } else { ApplyError::Failed(failure) }
    }
}

impl LockedDatabase {
    /// Writes a row for a try that changed nothing: rolled back, with the error.
    pub(super) async fn record_try(
        &self,
        job: &Job<'_>,
        id: &str,
        started_at: SystemTime,
        logs: &str,
    ) -> Result<(), QueryError> {
        let entry = Entry {
            id: id.to_owned(),
            checksum: job.checksum,
            name: job.name,
            started_at,
            finished_at: None,
            rolled_back_at: Some(SystemTime::now()),
            logs: Some(logs.to_owned()),
            steps: 0,
        };
        self.ledger.insert(&self.database, &entry).await
    }

    /// Connects anew and takes the lock again, so that the work of the lost session is decided.
    pub(super) async fn find_out(
        &mut self,
        lost: QueryError,
        on_event: OnEvent<'_>,
    ) -> Result<QueryError, ApplyError> {
        on_event(ApplyEvent::Reconnecting);
        let mut waiting =
            |holder: &Session| on_event(ApplyEvent::WaitingForLock { holder: holder.clone() });
        match self.recover(&mut waiting).await {
            Ok(()) => Ok(lost),
            Err(source) => Err(ApplyError::OutcomeUnknown { lost, source }),
        }
    }
}
