//! Enum types, used or not.

use radoub_schema::model::Enum;
use tokio_postgres::Row;

use super::object_name;
use crate::database::{QueryError, read};

pub(super) fn enums(rows: &[Row]) -> Result<Vec<Enum>, QueryError> {
    let one = |row: &Row| Ok(Enum { name: object_name(row, 0, 1)?, labels: read(row, 2)? });
    rows.iter().map(one).collect()
}
