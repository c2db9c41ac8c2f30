//! discover → observe → plan → run → report: a fleet of services at its schema.
//!
//! Speaks plain data in the operator's words; nothing here prints, and nothing here knows the
//! command line.

pub mod demo;
pub mod dropin;
pub mod event;
pub mod failure;
pub mod fleet;
pub mod gate;
pub mod lanes;
pub mod migration_folder;
pub mod observe;
pub mod plan;
pub mod report;
pub mod resolve;
pub mod restart;
pub mod run;
pub mod runtime;
pub mod schema;
pub mod source;
pub mod state;
pub mod symptom;
mod translate;
pub mod verify;
