//! Enum types, used or not.

use std::collections::BTreeMap;

use radoub_schema::model::Enum;
use tokio_postgres::Row;

use super::members::Members;
use super::types::Types;
use crate::database::{QueryError, read};

/// Those of the namespaces, by namespace and name in byte order, with their labels.
pub(super) fn enums(
    labels: &[Row],
    types: &Types<'_>,
    members: &Members,
) -> Result<Vec<Enum>, QueryError> {
    let mut labels_of: BTreeMap<u32, Vec<(f32, String)>> = BTreeMap::new();
    for row in labels {
        labels_of.entry(read(row, 0)?).or_default().push((read(row, 1)?, read(row, 2)?));
    }
    let mut enums = Vec::new();
    for (oid, name) in types.enums() {
        if members.has_type(oid) {
            continue;
        }
        let mut labels = labels_of.remove(&oid).unwrap_or_default();
        labels.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let labels = labels.into_iter().map(|(_, label)| label).collect();
        enums.push(Enum { name, labels });
    }
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(enums)
}
