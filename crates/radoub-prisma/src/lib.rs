//! Prisma's files understood: text in, values out.
//!
//! Nothing here reads a disk, an environment or a network: the engine hands over texts, and gets
//! values and diagnostics back.

pub mod config;
pub mod configuration;
pub mod datamodel;
pub mod describe;
pub mod diagnostic;
pub mod format;
pub mod lower;
pub mod migrations;
pub mod package;
pub mod syntax;
mod validate;
pub mod version;
pub mod vocabulary;
