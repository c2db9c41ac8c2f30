//! Rules of tables and views.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::{Found, class, ident, object_name, printed};
use crate::database::{QueryError, read};

pub(super) fn rules(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    for row in rows {
        let table = object_name(row, 1, 2)?;
        let name = ident(row, 3)?;
        let Some(definition) = printed(row, 4)? else { continue };
        let definition = write.fired("RULE", &table, &name, definition, read(row, 5)?);
        found.push(
            Found::detail(UnmanagedKind::Rule, &table, &name, definition)
                .at((class::RULE, read(row, 0)?)),
        );
    }
    Ok(())
}
