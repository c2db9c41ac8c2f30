//! Views and their columns.

use radoub_schema::model::View;
use radoub_schema::render::Fidelity;
use tokio_postgres::Row;

use super::types::Types;
use super::{Relations, columns, object_name};
use crate::database::{QueryError, read};

/// The views, still without columns.
pub(super) fn relations(rows: &[Row]) -> Result<Relations, QueryError> {
    let mut relations = Relations::default();
    for row in rows {
        relations.push(read(row, 0)?, object_name(row, 1, 2)?);
    }
    Ok(relations)
}

/// The views with their columns; `relations` are those of the same rows.
pub(super) fn views(
    rows: &[Row],
    mut relations: Relations,
    columns: &columns::Answers,
    types: &Types<'_>,
    fidelity: Fidelity,
) -> Result<Vec<View>, QueryError> {
    columns::columns(columns, types, fidelity, &mut relations)?;
    let mut views = Vec::new();
    for (row, relation) in rows.iter().zip(relations.list) {
        // One that went while we asked has no query any more.
        let Some(query) = read(row, 4)? else { continue };
        views.push(View {
            name: relation.table.name,
            is_materialized: read(row, 3)?,
            columns: relation.table.columns,
            query,
        });
    }
    Ok(views)
}
