//! Triggers of tables and views.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::{Found, class, ident, object_name, printed};
use crate::database::{QueryError, read};

pub(super) fn triggers(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    for row in rows {
        let table = object_name(row, 1, 2)?;
        let name = ident(row, 3)?;
        let Some(definition) = printed(row, 4)? else { continue };
        let definition = write.fired("TRIGGER", &table, &name, definition, read(row, 5)?);
        found.push(
            Found::detail(UnmanagedKind::Trigger, &table, &name, definition)
                .at((class::TRIGGER, read(row, 0)?))
                .needing((class::RELATION, read(row, 7)?))
                .by_hand_if(read(row, 6)?),
        );
    }
    Ok(())
}
