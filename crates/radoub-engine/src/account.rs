//! The account of a way back: each deed in the journal before it is done, and the report that comes of it.
//!
//! A run of `apply` has many services that talk at once, and a desk of its own ([`crate::run`]); a way back says
//! little, one thing after the other.

use std::time::SystemTime;

use crate::event::{Event, EventKind, FleetEvent};
use crate::failure::{Failure, FailureCode};
use crate::fleet::ServiceName;
use crate::journal::{Journal, JournalError};
use crate::report::Report;
use crate::run::Urgency;

/// What is written of a way back while it goes on.
#[derive(Debug)]
pub struct Account {
    journal: Journal,
    report: Report,
    trouble: Option<JournalError>,
}

impl Account {
    /// The account that goes into this journal. `report` is that of its plan, or what was heard of it before.
    pub fn new(journal: Journal, report: Report) -> Self {
        let run = journal.run().cloned();
        let began = report.began.or_else(|| Some(SystemTime::now()));
        Self { journal, report: Report { run, began, ..report }, trouble: None }
    }

    /// Says what is about to be done; it is on disk when the call comes back.
    ///
    /// # Errors
    ///
    /// A [`Failure`] when it cannot be written: then it must not be done.
    pub(crate) async fn before(
        &mut self,
        service: &ServiceName,
        kinds: impl IntoIterator<Item = EventKind>,
    ) -> Result<(), Failure> {
        self.write(service, kinds, true).await;
        match self.trouble {
            None => Ok(()),
            Some(_) => Err(Failure::new(FailureCode::JournalFailed, Vec::new())),
        }
    }

    /// Says what was done. That it could not be written is said at the end: what is done is done.
    pub async fn after(
        &mut self,
        service: &ServiceName,
        kinds: impl IntoIterator<Item = EventKind>,
    ) {
        self.write(service, kinds, false).await;
    }

    async fn write(
        &mut self,
        service: &ServiceName,
        kinds: impl IntoIterator<Item = EventKind>,
        waits: bool,
    ) {
        let told = kinds.into_iter().map(|kind| Event::Service { service: service.clone(), kind });
        self.put(&told.collect::<Vec<_>>(), waits).await;
    }

    async fn put(&mut self, events: &[Event], waits: bool) {
        for event in events {
            self.report.fold(event);
        }
        if self.trouble.is_none() {
            self.trouble = self.journal.write(events.iter(), waits).await.err();
        }
    }

    /// Brings it to its end. `asked` is how urgently somebody asked to stop.
    pub async fn end(mut self, asked: Urgency) -> (Report, Option<JournalError>) {
        if asked > Urgency::No {
            self.put(&[Event::Fleet(FleetEvent::Stopping(asked))], false).await;
        }
        let ending = self.report.end(self.trouble.is_some());
        let ended = self.journal.end(ending).await;
        (self.report, self.trouble.or(ended.err()))
    }
}
