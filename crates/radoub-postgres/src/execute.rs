//! Running a script for its own sake: no ledger, no lock, no tries.
//!
//! Migrations go through [`crate::apply`], a history on a scratch database through
//! [`crate::replay`].

use radoub_schema::script::Script;

use crate::apply::{send, unclosed};
use crate::database::{Database, QueryError};
use crate::failure::{Place, ServerError, place};

/// Why a script did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// It holds a NUL, which PostgreSQL cannot be sent. Nothing was done.
    #[error("the script holds a NUL character in line {}", place.line)]
    Nul {
        /// Where.
        place: Place,
    },
    /// It moves rows through the connection (`COPY … FROM STDIN`), which only psql does. Nothing
    /// was done.
    #[error("the COPY in line {} needs psql, which sends the rows along", place.line)]
    Copies {
        /// Where the statement starts.
        place: Place,
    },
    /// A `BEGIN` of it is never committed, so everything behind it would be lost. Nothing was done.
    #[error("the transaction that line {} opens is never committed", place.line)]
    NeverCommitted {
        /// Where the `BEGIN` stands.
        place: Place,
    },
    /// The server refused a statement. What was not committed before it is undone.
    #[error("the server refused the script")]
    Refused {
        /// What it said.
        #[source]
        error: Box<ServerError>,
        /// Where in the script, when it gave a position.
        place: Option<Place>,
    },
    /// The connection was lost, or could not be prepared.
    #[error("the script did not come to its end")]
    Query(#[source] QueryError),
}

impl Database {
    /// Runs a script, whole and byte for byte as one simple query: without transaction commands of
    /// its own all of it or nothing. Names without a schema mean the URL's. It may take as long as
    /// it likes; its rows are thrown away.
    ///
    /// # Errors
    ///
    /// [`ExecuteError`].
    ///
    /// Source: Prisma facts 6.7 (`db execute`).
    pub async fn execute_script(&mut self, text: &str) -> Result<(), ExecuteError> {
        if let Some(offset) = text.find('\0') {
            let at = u32::try_from(text[..offset].chars().count()).unwrap_or(u32::MAX);
            return Err(ExecuteError::Nul { place: place(text, 0, at.saturating_add(1)) });
        }
        let script = Script::parse(text);
        let start = |statement: usize| place(text, script.statements[statement].range.start, 1);
        if let Some(copy) = script.copies(text) {
            return Err(ExecuteError::Copies { place: start(copy) });
        }
        if let Some(begin) = unclosed(text, &script) {
            return Err(ExecuteError::NeverCommitted { place: start(begin) });
        }
        self.change(|it| {
            it.statement_timeout = None;
            it.lock_timeout = None;
        });
        self.settle().await.map_err(ExecuteError::Query)?;
        match send(self, text).await.ended {
            Ok(()) => Ok(()),
            Err(QueryError::Refused(error)) => {
                // A failed transaction of the script's own would stay open.
                self.run("ROLLBACK").await.map_err(ExecuteError::Query)?;
                let place = error.position.map(|position| place(text, 0, position));
                Err(ExecuteError::Refused { error, place })
            }
            Err(error) => Err(ExecuteError::Query(error)),
        }
    }
}
