//! Drift: schema.prisma, the migration history and the live database, which of them agree, why
//! not, and the one command that brings them together.

pub mod pairs;
pub mod route;
pub mod sides;
pub mod verdict;

pub use pairs::Pair;
pub use route::Side;
pub use sides::{Drift, Pairs, Sharing, Summary, Survey, Trial, drift, summary};
pub use verdict::{Cause, Course, Repair};
