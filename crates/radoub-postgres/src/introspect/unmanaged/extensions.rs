//! Extensions, where they are not compared.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::{Found, class, ident, object_name};
use crate::database::{QueryError, read};

pub(super) fn extensions(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    for row in rows {
        let definition = write.extension(&ident(row, 1)?, &ident(row, 2)?);
        let node = (class::EXTENSION, read(row, 0)?);
        let name = object_name(row, 2, 1)?;
        found.push(Found::new(UnmanagedKind::Extension, node, name, definition));
    }
    Ok(())
}
