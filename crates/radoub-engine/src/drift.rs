//! Drift: schema.prisma, the migration history and the live database, which of them agree, why
//! not, and the one command that brings them together.

pub mod pairs;
pub mod verdict;

pub use pairs::Pair;
pub use verdict::{Agreement, Cause, Course, Facts, Repair, verdict};
