//! Namespaces and their tables, by name; the parts of tables are filled in by their own files.

use std::collections::BTreeMap;

use radoub_schema::name::{Ident, ObjectName};
use tokio_postgres::Row;

use super::Relations;
use super::members::Members;
use crate::database::{QueryError, read};

/// The namespaces that exist, by id.
pub(super) type Namespaces = BTreeMap<u32, Ident>;

/// The namespaces that exist, and their tables, by namespace and name in byte order.
pub(super) fn tables(
    rows: &[Row],
    members: &Members,
) -> Result<(Namespaces, Relations), QueryError> {
    let (mut namespaces, mut tables) = (Namespaces::new(), Vec::new());
    for row in rows {
        let namespace = Ident::new(read::<&str>(row, 1)?);
        namespaces.entry(read(row, 0)?).or_insert_with(|| namespace.clone());
        let Some(oid) = read::<Option<u32>>(row, 2)? else { continue };
        if !members.has_table(oid) {
            tables.push((ObjectName::in_namespace(namespace, read::<&str>(row, 3)?), oid));
        }
    }
    tables.sort_unstable();
    let mut relations = Relations::default();
    for (name, oid) in tables {
        relations.push(oid, name);
    }
    Ok((namespaces, relations))
}
