//! Temporary PostgreSQL clusters on free loopback ports, from the binaries of the system.
//!
//! [`Cluster::start`] takes 0.3 s or less: `initdb` runs once per machine and version, later clusters
//! are copies. [`Cluster::shared`] is one server for all tests of a process (or of a whole
//! `cargo xtask test`), on which each test makes databases of its own.
//!
//! Nothing stays behind: a guardian process (a `sh` that waits for the end of a pipe) stops the server
//! and removes its folder however the test process ends, and every start sweeps away what a killed
//! guardian left. Windows has no guardian, there the sweep does it.

mod binaries;
mod cluster;
mod database;
mod folder;
mod options;
mod pooler;
mod query;
mod template;

pub use binaries::{Binaries, BinariesError, Version};
pub use cluster::{Cluster, StartError};
pub use database::Database;
pub use options::{Auth, Options};
pub use pooler::{PoolMode, Pooler};
pub use query::{QueryError, Rows, ask};

/// The superuser of every temporary cluster; not `postgres`, so that nothing can rely on that name.
pub const SUPERUSER: &str = "captain";
