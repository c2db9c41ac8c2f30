//! Views: read for `db pull`, never compared.

use super::Column;
use crate::name::ObjectName;

/// A view or a materialised view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: ObjectName,
    /// Whether its rows are stored.
    pub is_materialized: bool,
    /// Its columns, in order; none is ever required, because a view does not say.
    pub columns: Vec<Column>,
    /// The query, as the server prints it (`pg_get_viewdef`), semicolon included.
    pub query: String,
}
