//! A gate before each deed: whoever keeps a record of what is about to happen closes it when the
//! record cannot be kept, and the deed is not done.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use radoub_schema::script::Course;

/// What is about to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// A script starts.
    Script {
        /// Whole, or statement by statement.
        course: Course,
        /// How many statements it has.
        statements: usize,
        /// How many were committed by an earlier run.
        committed: usize,
    },
    /// Some statements of a script that goes statement by statement start: one, or those of a
    /// transaction.
    Statements {
        /// Index of the first.
        first: usize,
        /// How many.
        count: usize,
        /// How many the script has.
        statements: usize,
    },
}

/// The gate is closed: the deed must not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the record of what is about to happen cannot be kept")]
pub struct Shut;

type Ask = dyn Fn(Intent) -> BoxFuture<'static, Result<(), Shut>> + Send + Sync;

/// The gate; clones are the same one.
#[derive(Clone)]
pub struct Gate(Option<Arc<Ask>>);

impl Gate {
    /// A gate that is always open.
    pub fn open() -> Self {
        Self(None)
    }

    /// A gate that asks for each deed and waits for the answer.
    pub fn asking(
        ask: impl Fn(Intent) -> BoxFuture<'static, Result<(), Shut>> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(ask)))
    }

    /// Waits until the deed may be done.
    pub(crate) async fn pass(&self, intent: Intent) -> Result<(), Shut> {
        match &self.0 {
            Some(ask) => ask(intent).await,
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_some() { "Gate(asking)" } else { "Gate(open)" })
    }
}
