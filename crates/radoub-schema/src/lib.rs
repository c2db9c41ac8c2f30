//! What a PostgreSQL schema and a migration are, how two of them differ, and what closes the gap.
//!
//! Everything here is a pure function of its arguments: no disk, no clock, no network, no
//! environment. The springs of the values (Prisma's files, the live database) are elsewhere and
//! unknown here.

pub mod carry;
pub mod constant;
pub mod diff;
pub mod down;
pub mod effect;
pub mod hazard;
pub mod migration;
pub mod model;
pub mod name;
pub mod order;
pub mod outline;
pub mod phantom;
pub mod render;
pub mod script;
pub mod step;
pub mod summary;
pub mod types;
pub mod warning;
