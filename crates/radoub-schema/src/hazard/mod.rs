//! What the statements of a script do to a running database: acts, locks, work and risks, read from
//! the text alone.
//!
//! The text does not say how large a table is, or of which type a column was: who knows that (the
//! planner, from the catalog) weighs what is found here. Nothing here is a parser of SQL: a
//! statement that is not understood is [`Verb::Other`] and promises nothing. Locks are measured:
//! `tests/locks.rs` has a real server take each of them.

mod act;
mod columns;
mod indexes;
mod keys;
mod lock;
mod objects;
mod rows;
mod tables;
#[cfg(test)]
mod tests;

use crate::script::Script;
use crate::script::words::{Tokens, Words};

pub use act::{Act, Action, Hold, On, Risk, Verb, Work};
pub use columns::{TypeChange, type_change};
pub use lock::LockMode;

/// What one statement does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    /// Its acts, in order; at least one.
    pub acts: Vec<Act>,
}

impl Assessment {
    /// The strongest lock that it takes on a table.
    pub fn lock(&self) -> Option<LockMode> {
        self.acts.iter().filter_map(Act::lock).max()
    }

    /// Every risk, each once, in order.
    pub fn risks(&self) -> Vec<Risk> {
        let mut risks: Vec<Risk> = self.acts.iter().flat_map(|act| act.risks.clone()).collect();
        risks.sort_unstable();
        risks.dedup();
        risks
    }

    /// The heaviest work.
    pub fn work(&self) -> Work {
        self.acts.iter().map(|act| act.work).max().unwrap_or(Work::Catalog)
    }
}

/// What each statement of the script does, in order; `text` is what the script was cut from.
pub fn assess(text: &str, script: &Script) -> Vec<Assessment> {
    (0..script.statements.len())
        .map(|index| {
            let tokens = Tokens::of(script.statement_text(text, index));
            let acts = statement(tokens.words());
            Assessment { acts: acts.into_iter().map(Act::weighed).collect() }
        })
        .collect()
}

/// The acts of one statement.
fn statement(words: Words<'_>) -> Vec<Act> {
    tables::read(words)
        .or_else(|| indexes::read(words))
        .or_else(|| rows::read(words))
        .or_else(|| objects::read(words))
        .unwrap_or_else(|| vec![Act::new(Verb::Other, words.peek().unwrap_or_default())])
}
