//! Views and their columns.

use radoub_schema::model::View;
use radoub_schema::name::Ident;
use radoub_schema::render::Fidelity;
use tokio_postgres::Row;

use super::{Relations, columns, object_name};
use crate::database::{QueryError, read};

pub(super) fn views(
    rows: &[Row],
    columns: &[Row],
    namespaces: &[Ident],
    fidelity: Fidelity,
) -> Result<Vec<View>, QueryError> {
    let mut relations = Relations::default();
    for row in rows {
        relations.push(read(row, 0)?, object_name(row, 1, 2)?);
    }
    columns::columns(columns, namespaces, fidelity, &mut relations)?;
    let pairs = rows.iter().zip(relations.list);
    pairs
        .map(|(row, relation)| {
            Ok(View {
                name: relation.table.name,
                is_materialized: read(row, 3)?,
                columns: relation.table.columns,
                query: read(row, 4)?,
            })
        })
        .collect()
}
