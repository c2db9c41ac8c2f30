//! The journal of a run: what is about to be done and what was done, on disk before the deed.
//!
//! Append-only, one line a record, each chained to the one before by a sum; a crash may tear the last
//! ones, which are cut off. It is an account, not a memory to act on: what is applied is always read
//! from the databases themselves. Which events there are is [`crate::event`]'s; what is told of a
//! journal to a person is the command's.

pub mod fact;
pub(crate) mod folder;
mod id;
mod line;
mod pen;
mod reader;
mod story;

use std::io;
use std::path::PathBuf;

use fact::{Fact, RunOutcome, Who};
use pen::{Pen, Sync};

use crate::event::Event;
use crate::fleet::ServiceName;

pub use folder::{AtWork, Begin, Claim, ClaimError, Journals, StoryError};
pub use id::RunId;
pub use story::{Opening, Story, Told};

/// Why the journal cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
pub struct JournalError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// The journal of one run, open for writing.
#[derive(Debug)]
pub struct Journal(Option<Open>);

#[derive(Debug)]
struct Open {
    claim: Claim,
    path: PathBuf,
    /// Away while it writes; gone for good when the writing was broken off.
    pen: Option<Pen>,
}

/// The end of a run, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// How.
    pub outcome: RunOutcome,
    /// Services with something applied, or taken back.
    pub applied: usize,
    /// Services that failed or were refused.
    pub failed: usize,
    /// Services that were not begun.
    pub held_back: usize,
}

impl Journal {
    /// No journal: for the stand-in of Prisma's own CLI, which leaves no files, and for the demo's
    /// ground.
    pub fn none() -> Self {
        Self(None)
    }

    fn open(claim: Claim, path: PathBuf, pen: Pen) -> Self {
        Self(Some(Open { claim, path, pen: Some(pen) }))
    }

    /// The run.
    pub fn run(&self) -> Option<&RunId> {
        self.0.as_ref().map(|open| open.claim.run())
    }

    /// Writes events; they are on disk when the call comes back, if a deed `waits` for that.
    ///
    /// # Errors
    ///
    /// [`JournalError`]; of these events none is written then.
    pub(crate) async fn write(
        &mut self,
        events: impl Iterator<Item = &Event>,
        waits: bool,
    ) -> Result<(), JournalError> {
        let Some(open) = &mut self.0 else { return Ok(()) };
        let facts: Vec<(Option<ServiceName>, Fact)> = events
            .map(|event| {
                let (service, fact) = Fact::of(event);
                (service.cloned(), fact)
            })
            .collect();
        if facts.is_empty() {
            return Ok(());
        }
        let sync = if waits { Sync::Now } else { Sync::Later };
        open.with_pen(move |pen| pen.write(&facts, sync)).await
    }

    /// Writes the last record and lets the services go.
    ///
    /// # Errors
    ///
    /// [`JournalError`].
    pub async fn end(mut self, ending: Ending) -> Result<(), JournalError> {
        let Some(open) = &mut self.0 else { return Ok(()) };
        let Ending { outcome, applied, failed, held_back } = ending;
        let fact = Fact::RunEnded { outcome, applied, failed, held_back };
        open.with_pen(move |pen| pen.end(fact)).await
    }
}

impl Open {
    /// Lets the pen write on a thread where waiting for the disk holds nobody up.
    async fn with_pen(
        &mut self,
        write: impl FnOnce(&mut Pen) -> io::Result<()> + Send + 'static,
    ) -> Result<(), JournalError> {
        let Some(mut pen) = self.pen.take() else {
            return Err(self.failed(io::ErrorKind::BrokenPipe.into()));
        };
        let written = tokio::task::spawn_blocking(move || {
            let written = write(&mut pen);
            (pen, written)
        });
        match written.await {
            Ok((pen, written)) => {
                self.pen = Some(pen);
                written.map_err(|source| self.failed(source))
            }
            Err(error) => Err(self.failed(io::Error::other(error))),
        }
    }

    fn failed(&self, source: io::Error) -> JournalError {
        JournalError { path: self.path.clone(), source }
    }
}

/// Who runs this process, for those who know neither user nor machine.
impl Default for Who {
    fn default() -> Self {
        Self { user: String::new(), host: String::new(), pid: std::process::id() }
    }
}
