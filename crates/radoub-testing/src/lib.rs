//! The ground that tests stand on: temporary PostgreSQL clusters, temporary fleets, a runner of the
//! real binary, the real Prisma engine as an oracle, redaction, planted secrets.
//!
//! A dev-dependency only. It drives the database and the binary from outside, so it knows no crate of
//! the product; what it cannot provide it says in a panic, because a test that cannot run must fail.

pub mod bucket;
pub mod case;
pub mod command;
pub mod docker;
pub mod escape;
pub mod fleet;
pub mod inbox;
pub mod kills;
pub mod load;
pub mod network;
pub mod oracle;
pub mod postgres;
pub mod redact;
pub mod replay;
pub mod secret;
pub mod shared;

pub use postgres::{Cluster, Database};
