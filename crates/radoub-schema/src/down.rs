//! The way back from a migration: `down.sql`, which lies beside `migration.sql` and which Prisma
//! ignores.

use crate::diff::{Terms, steps};
use crate::model::SqlSchema;
use crate::render::{Dialect, Fidelity, render};
use crate::warning::{Warning, header, warnings};

/// The script that undoes a migration, and what it would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Down {
    /// The script, what it would lose named at its head.
    pub script: String,
    /// What it would lose, and what may stop it when there are rows.
    pub losses: Vec<Warning>,
}

/// The way from `to`, which a migration has reached, back to `from`, where it started.
///
/// The text is always one that runs ([`Fidelity::Sound`]); nobody compares it with Prisma's.
pub fn down(from: &SqlSchema, to: &SqlSchema, terms: &Terms) -> Down {
    let dialect = Dialect { fidelity: Fidelity::Sound, ..terms.dialect };
    let back = steps(to, from, &Terms { dialect, ..terms.clone() });
    let losses = warnings(&back);
    Down { script: header(&losses) + &render(&back, dialect), losses }
}
