//! Foreign keys; primary keys come with the indexes.

use radoub_schema::model::{Action, ForeignKey};
use radoub_schema::name::Ident;
use tokio_postgres::Row;

use super::{Problem, Relations, letter, object_name};
use crate::database::{QueryError, read};

/// Gives the tables their foreign keys; gives back those that leave the namespaces.
pub(super) fn keys(
    rows: &[Row],
    namespaces: &[Ident],
    relations: &mut Relations,
) -> Result<Vec<Problem>, QueryError> {
    let mut problems = Vec::new();
    for row in rows {
        let target = object_name(row, 7, 8)?;
        let name = Ident::new(read::<String>(row, 1)?);
        let (numbers, target_numbers): (Vec<i16>, Vec<i16>) = (read(row, 2)?, read(row, 4)?);
        let target_oid: u32 = read(row, 3)?;
        let referenced = relations.places.get(&target_oid);
        let referenced_columns =
            referenced.map(|&place| relations.list[place].named(&target_numbers));
        let (on_delete, on_update) = (action(letter(row, 5)?), action(letter(row, 6)?));
        let Some(relation) = relations.of_row(row)? else { continue };
        if target.namespace.as_ref().is_some_and(|it| !namespaces.contains(it)) {
            let table = relation.table.name.clone();
            problems.push(Problem::LeavesScope { table, constraint: name, target });
            continue;
        }
        // A partition is no table here.
        let Some(referenced_columns) = referenced_columns else { continue };
        let columns = relation.named(&numbers);
        relation.table.foreign_keys.push(ForeignKey {
            name,
            columns,
            referenced_table: target,
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
