//! Errors of the command, turned into help: what, why, what to do, and the exit code.

use std::error::Error;
use std::io;

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Everything is in order.
    InOrder = 0,
    /// Something needs a person or an `apply`.
    NeedsWork = 1,
    /// radoub could not do its work.
    Failed = 2,
    /// A person said no, or a reset is needed that nobody asked for by name: Prisma's code for it.
    Cancelled = 130,
}

impl Exit {
    /// Not empty, of Prisma's `migrate diff --exit-code`.
    pub(crate) const DIFFERENT: Self = Self::Failed;

    /// A person said no.
    pub(crate) const CANCELLED: Self = Self::Cancelled;
}

impl From<radoub_engine::state::Weight> for Exit {
    fn from(weight: radoub_engine::state::Weight) -> Self {
        use radoub_engine::state::Weight;
        match weight {
            Weight::InOrder => Self::InOrder,
            Weight::NeedsWork => Self::NeedsWork,
            Weight::NoAnswer => Self::Failed,
        }
    }
}

/// Why a command could not do its work, ready to be told.
#[derive(Debug)]
pub(crate) enum CliError {
    /// Told in the language of the user: heading, causes, remedy.
    Told {
        /// What.
        heading: String,
        /// Why, a line each.
        causes: Vec<String>,
        /// What to do.
        remedy: Option<String>,
    },
    /// Output cannot be written.
    Output(io::Error),
}

impl CliError {
    /// An error whose causes are the chain of `source`s.
    pub(crate) fn because(heading: String, error: &dyn Error, remedy: Option<String>) -> Self {
        Self::Told { heading, causes: chain(error), remedy }
    }
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The error and everything below it, outermost first, each said once.
pub(crate) fn chain(error: &dyn Error) -> Vec<String> {
    let mut said = vec![error.to_string()];
    let mut below = error.source();
    while let Some(error) = below {
        let text = error.to_string();
        if said.last() != Some(&text) {
            said.push(text);
        }
        below = error.source();
    }
    said
}
