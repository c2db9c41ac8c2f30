//! What a service does to its database by itself when its container starts: read from the Compose file, the
//! Dockerfile, the scripts that they name and `package.json`, each step with the line where it stands.
//!
//! Only files are read. Variables of the shell are not followed beyond fixed values, so what is computed is not
//! seen; [`StartBehaviour::unseen`] says where the trail was lost. What is made of it (a finding of the doctor, a
//! service that has to stand still while its database is changed) is decided elsewhere.

mod dockerfile;
mod package;
mod prisma;
mod shell;
mod trail;

use std::path::{Path, PathBuf};

use crate::fleet::Service;
use crate::fleet::discover::Inventory;
use crate::fleet::place::Place;

pub(crate) use dockerfile::Dockerfile;
pub(crate) use trail::{dockerfile_of, dockerfile_path};

/// What a service does by itself when its container starts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StartBehaviour {
    /// The steps that concern its database, in the order in which they are written; branches are not chosen.
    pub steps: Vec<StartStep>,
    /// The shell scripts that were followed.
    pub scripts: Vec<StartScript>,
    /// What would be run and could not be read.
    pub unseen: Vec<Unseen>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartStep {
    /// What it does.
    pub deed: StartDeed,
    /// Where it is written.
    pub place: Place,
    /// The command, without what it redirects; secrets masked.
    pub command: String,
    /// Whether the service starts all the same when it fails.
    pub tolerated: bool,
    /// The condition of the shell around it, as written.
    pub guard: Option<String>,
    /// The program is fetched from the registry unless the package has it: `npx`, `pnpm dlx`, `bunx`; with the
    /// version that is asked for, empty when none is.
    pub fetched: Option<String>,
}

/// What a step does to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StartDeed {
    /// `migrate deploy`: what is pending is applied.
    Deploy,
    /// `db push`: the database is made like the schema, past its history.
    Push {
        /// `--accept-data-loss`.
        accepts_loss: bool,
    },
    /// `migrate dev`, which may reset the database.
    Develop,
    /// `migrate reset`, `db push --force-reset`: everything is deleted.
    Reset,
    /// `migrate resolve`, `db execute`: the ledger or the tables are written by hand.
    Write,
    /// `db seed`.
    Seed,
    /// `generate`: the client is written anew.
    Generate,
}

impl StartDeed {
    /// Whether it changes tables, so that two of them at once, or one beside an `apply`, are one too many.
    pub fn changes_schema(self) -> bool {
        matches!(self, Self::Deploy | Self::Push { .. } | Self::Develop | Self::Reset | Self::Write)
    }
}

/// A shell script that runs at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartScript {
    /// The file, relative to the fleet's root where it lies below it.
    pub file: PathBuf,
    /// Whether it begins with a byte order mark, which hides its `#!` from the kernel.
    pub byte_order_mark: bool,
    /// Whether its lines end with a carriage return, which shells take for a part of the last word.
    pub carriage_returns: bool,
}

/// Where the trail was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// Where it is named.
    pub place: Place,
    /// What is named: a script that is not there, an image that is built elsewhere.
    pub what: String,
}

impl StartBehaviour {
    /// Whether the service changes its tables by itself.
    pub fn changes_schema(&self) -> bool {
        self.steps.iter().any(|step| step.deed.changes_schema())
    }

    /// The step that goes past the history: it makes the database like the schema, or empties it, or writes tables or
    /// ledger by hand. A `deploy` does none of that, and `migrate resolve --rolled-back` only lets a failed migration
    /// be tried again.
    pub fn past_history(&self) -> Option<&StartStep> {
        let is_past = |step: &&StartStep| match step.deed {
            StartDeed::Push { .. } | StartDeed::Develop | StartDeed::Reset => true,
            StartDeed::Write => !step.command.contains("--rolled-back"),
            StartDeed::Deploy | StartDeed::Seed | StartDeed::Generate => false,
        };
        worst_of(self.steps.iter().filter(is_past))
    }

    /// The scripts that are run at the start and could not be read, so that nobody knows what they do.
    pub fn unread_scripts(&self) -> impl Iterator<Item = &Unseen> {
        let is_script = |it: &&Unseen| {
            Path::new(&it.what).extension().is_some_and(|it| it == "sh" || it == "bash")
        };
        self.unseen.iter().filter(is_script)
    }

    /// The step that endangers most: a reset before a push that accepts losses before a push before the rest.
    pub fn worst(&self) -> Option<&StartStep> {
        worst_of(self.steps.iter())
    }
}

fn worst_of<'a>(steps: impl DoubleEndedIterator<Item = &'a StartStep>) -> Option<&'a StartStep> {
    let rank = |step: &&StartStep| match step.deed {
        StartDeed::Reset => 5,
        StartDeed::Push { accepts_loss: true } => 4,
        StartDeed::Develop => 3,
        StartDeed::Push { accepts_loss: false } => 2,
        StartDeed::Deploy | StartDeed::Write => 1,
        StartDeed::Seed | StartDeed::Generate => 0,
    };
    // The first of the worst: `max_by_key` would give the last.
    steps.rev().max_by_key(rank)
}

/// The words of each command of a shell text with its line in it, and whether a failure of it is let pass; for the
/// instructions of a Dockerfile, which end at the first failure.
pub(crate) fn shell_commands(text: &str) -> Vec<(Vec<String>, usize, bool)> {
    let commands = shell::commands(text, true).into_iter();
    commands.map(|it| (it.words, it.line, it.tolerated)).collect()
}

/// What a command does by Prisma to a database, or to the client.
pub(crate) fn deed_of(words: &[String]) -> Option<StartDeed> {
    prisma::prisma_call(words).map(|call| call.deed)
}

impl Inventory {
    /// What a service does to its database by itself at its start.
    pub fn start_of(&self, service: &Service) -> StartBehaviour {
        trail::follow(self, service)
    }
}

#[cfg(test)]
mod tests;
