//! discover → observe → plan → run → report: a fleet of services at its schema.
//!
//! Speaks plain data in the operator's words; nothing here prints, and nothing here knows the
//! command line.

pub mod account;
pub mod backup;
mod claim;
pub mod compare;
pub mod demo;
pub mod develop;
pub mod doctor;
pub mod doors;
pub mod drift;
pub mod dropin;
pub mod errand;
pub mod event;
pub mod execute;
pub mod failure;
pub mod fleet;
pub mod gate;
pub mod hazard;
pub mod history;
pub mod journal;
pub mod lanes;
mod local_server;
pub mod migration_folder;
pub mod notify;
pub mod observe;
pub mod plan;
pub mod pull;
pub mod push;
pub mod rebuild;
pub mod repair;
pub mod report;
pub mod reset;
pub mod resolve;
pub mod restart;
pub mod restore;
pub mod resume;
pub mod rollback;
pub mod run;
pub mod runtime;
pub mod schema;
pub mod scratch;
pub mod secret;
pub mod source;
pub mod start;
pub mod state;
pub mod symptom;
mod translate;
pub mod verify;
