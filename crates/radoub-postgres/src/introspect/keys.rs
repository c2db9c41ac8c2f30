//! Foreign keys, and which indexes are unique constraints; primary keys come with the indexes.

use radoub_schema::model::{Action, ForeignKey};
use radoub_schema::name::{Ident, ObjectName};
use tokio_postgres::Row;

use super::tables::Namespaces;
use super::{Problem, Relations, letter};
use crate::database::{QueryError, read};

/// Gives the tables their foreign keys, and tells which indexes are unique constraints; gives back the keys that
/// leave the namespaces.
pub(super) fn keys(
    rows: &[Row],
    namespaces: &Namespaces,
    relations: &mut Relations,
) -> Result<Vec<Problem>, QueryError> {
    let mut problems = Vec::new();
    for row in rows {
        if letter(row, 1)? == b'u' {
            let own: u32 = read(row, 2)?;
            let Some(relation) = relations.of_row(row)? else { continue };
            for (_, index) in relation.indexes.iter_mut().filter(|(oid, _)| *oid == own) {
                index.is_constraint = true;
            }
            continue;
        }
        let name = Ident::new(read::<&str>(row, 3)?);
        let (numbers, target_numbers): (Vec<i16>, Vec<i16>) = (read(row, 4)?, read(row, 6)?);
        let target_oid: u32 = read(row, 5)?;
        let referenced = relations.places.get(&target_oid).map(|&place| &relations.list[place]);
        let referenced = referenced.map(|it| (it.table.name.clone(), it.named(&target_numbers)));
        let (on_delete, on_update) = (action(letter(row, 7)?), action(letter(row, 8)?));
        let outside = outside(row)?;
        let Some(relation) = relations.of_row(row)? else { continue };
        let Some((referenced_table, referenced_columns)) = referenced else {
            // Within the namespaces it is a partition, or of an extension, which are no tables here.
            let is_known = |target: &ObjectName| {
                namespaces.values().any(|it| target.namespace.as_ref() == Some(it))
            };
            if let Some(target) = outside.filter(|target| !is_known(target)) {
                let table = relation.table.name.clone();
                problems.push(Problem::LeavesScope { table, constraint: name, target });
            }
            continue;
        };
        let columns = relation.named(&numbers);
        relation.table.foreign_keys.push(ForeignKey {
            name,
            columns,
            referenced_table,
            referenced_columns,
            on_delete,
            on_update,
        });
    }
    for relation in &mut relations.list {
        relation.table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
    }
    problems.sort_by(|Problem::LeavesScope { table: a, constraint: b, .. }, other| {
        let Problem::LeavesScope { table, constraint, .. } = other;
        (a, b).cmp(&(table, constraint))
    });
    Ok(problems)
}

/// The table that a key refers to, when it is none of those that were asked for.
fn outside(row: &Row) -> Result<Option<ObjectName>, QueryError> {
    let names: Option<Vec<String>> = read(row, 9)?;
    Ok(names.and_then(|names| {
        let [namespace, name] = <[String; 2]>::try_from(names).ok()?;
        Some(ObjectName::in_namespace(namespace, name))
    }))
}

/// `pg_constraint.confdeltype` and `confupdtype`.
fn action(letter: u8) -> Action {
    match letter {
        b'r' => Action::Restrict,
        b'c' => Action::Cascade,
        b'n' => Action::SetNull,
        b'd' => Action::SetDefault,
        _ => Action::NoAction,
    }
}
