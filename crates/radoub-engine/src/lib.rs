//! discover → observe → plan → run → report: a fleet of services at its schema.
//!
//! Speaks plain data in the operator's words; nothing here prints, and nothing here knows the
//! command line.

mod claim;
pub mod demo;
pub mod dropin;
pub mod event;
pub mod failure;
pub mod fleet;
pub mod hazard;
pub mod history;
pub mod journal;
pub mod lanes;
mod local_server;
pub mod migration_folder;
pub mod observe;
pub mod plan;
pub mod report;
pub mod resolve;
pub mod resume;
pub mod run;
pub mod schema;
pub mod scratch;
pub mod source;
pub mod state;
mod translate;
