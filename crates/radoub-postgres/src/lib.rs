//! The only door to a database: connect, read and write the ledger, take Prisma's lock, apply.
//!
//! Everything here speaks of one database. Which databases there are, in which order they are
//! worked on and what a person is told about them is decided elsewhere.

pub mod apply;
pub mod census;
pub mod checkup;
pub mod correct;
pub mod create;
pub mod database;
pub mod dataloss;
pub mod execute;
pub mod failure;
pub mod gate;
pub mod integrity;
pub mod introspect;
pub mod ledger;
pub mod lock;
pub mod look;
pub mod pooler;
pub mod probe;
pub mod replay;
pub mod reset;
pub mod resolve;
pub mod scratch;
pub mod server;
pub mod session;
pub mod snapshot;
pub mod stop;
pub mod survey;
pub mod tls;
pub mod undo;
pub mod url;
