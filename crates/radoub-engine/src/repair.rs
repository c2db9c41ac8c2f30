//! Repairs.

pub(crate) mod archive;
