//! Enum types.

use crate::name::ObjectName;

/// An enum type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    /// Its name.
    pub name: ObjectName,
    /// Its labels, in order.
    pub labels: Vec<String>,
}
