//! discover → observe → plan → run → report: a fleet of services at its schema.
//!
//! Speaks plain data in the operator's words; nothing here prints, and nothing here knows the
//! command line.

pub mod fleet;
