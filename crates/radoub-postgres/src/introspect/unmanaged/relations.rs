//! Views, foreign tables, partitions, inheritance, storage and row security.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::{Found, class, object_name, printed};
use crate::database::{QueryError, read};

pub(super) fn relations(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    for row in rows {
        let name = object_name(row, 1, 2)?;
        let node = (class::RELATION, read(row, 0)?);
        let settings: Vec<String> = read(row, 5)?;
        match read::<&str>(row, 3)? {
            kind @ ("v" | "m") => {
                let Some(query) = printed(row, 4)? else { continue };
                let (stored, filled) = (kind == "m", read(row, 6)?);
                let definition = write.view(&name, stored, &settings, query, filled);
                let kind =
                    if stored { UnmanagedKind::MaterializedView } else { UnmanagedKind::View };
                found.push(Found::new(kind, node, name, definition));
            }
            "f" => {
                // Its server and user mappings are not ours to write.
                let it = Found::new(UnmanagedKind::ForeignTable, node, name, String::new());
                found.push(it.by_hand_if(true));
            }
            _ => table(row, &name, &settings, write, found)?,
        }
    }
    Ok(())
}

fn table(
    row: &Row,
    name: &ObjectName,
    settings: &[String],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    use UnmanagedKind as K;
    let (namespaces, names): (Vec<String>, Vec<String>) = (read(row, 9)?, read(row, 10)?);
    let parents: Vec<ObjectName> = namespaces
        .into_iter()
        .zip(names)
        .map(|(namespace, name)| ObjectName::in_namespace(namespace, name))
        .collect();
    let key: Option<&str> = read(row, 7)?;
    let bound: Option<&str> = read(row, 8)?;
    let mut detail = |kind, definition: String| {
        let by_hand = matches!(kind, K::Partition | K::Partitioning) || bound.is_some();
        found.push(Found::detail(kind, name, &name.name, definition).by_hand_if(by_hand));
    };
    if let (Some(bound), Some(parent)) = (bound, parents.first()) {
        // A table that Prisma makes is not partitioned: whoever makes it so can add this.
        detail(K::Partition, write.partition(name, parent, bound, key));
    } else {
        if let Some(key) = key {
            detail(K::Partitioning, format!("PARTITION BY {key}"));
        }
        for parent in &parents {
            detail(K::Inheritance, write.inheritance(name, parent));
        }
    }
    if read(row, 11)? {
        detail(K::TableDetail, write.alter(name, "SET UNLOGGED"));
    }
    if !settings.is_empty() {
        detail(K::TableDetail, write.storage(name, settings));
    }
    let index: Option<String> = read(row, 13)?;
    let identity = match (read::<&str>(row, 12)?, index.map(Ident::from)) {
        ("f", _) => Some("REPLICA IDENTITY FULL".to_owned()),
        ("n", _) => Some("REPLICA IDENTITY NOTHING".to_owned()),
        ("i", Some(index)) => Some(format!("REPLICA IDENTITY USING INDEX {index}")),
        _ => None,
    };
    if let Some(words) = identity {
        detail(K::TableDetail, write.alter(name, &words));
    }
    if read(row, 14)? {
        detail(K::RowSecurity, write.alter(name, "ENABLE ROW LEVEL SECURITY"));
    }
    if read(row, 15)? {
        detail(K::RowSecurity, write.alter(name, "FORCE ROW LEVEL SECURITY"));
    }
    Ok(())
}
