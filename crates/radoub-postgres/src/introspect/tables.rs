//! Tables, by name; their parts are filled in by their own files.

use tokio_postgres::Row;

use super::{Relations, object_name};
use crate::database::{QueryError, read};

pub(super) fn tables(rows: &[Row]) -> Result<Relations, QueryError> {
    let mut relations = Relations::default();
    for row in rows {
        relations.push(read(row, 0)?, object_name(row, 1, 2)?);
    }
    Ok(relations)
}
