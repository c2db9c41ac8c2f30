//! Indexes that Prisma does not see, or not all of.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::{Found, beside, class, ident, object_name, printed};
use crate::database::{QueryError, read};

pub(super) fn indexes(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    use UnmanagedKind as K;
    for row in rows {
        let table = object_name(row, 1, 2)?;
        let name = ident(row, 3)?;
        let kind = if read::<&str>(row, 5)? == "m" {
            K::ViewIndex
        } else if read(row, 8)? {
            K::OtherIndex
        } else if read(row, 7)? {
            K::ExpressionIndex
        } else if read(row, 6)? {
            K::PartialIndex
        } else {
            K::IndexDetail
        };
        let Some(definition) = printed(row, 4)? else { continue };
        let definition = match kind {
            K::IndexDetail => write.index_instead(&beside(&table, &name), definition),
            _ => definition.to_owned(),
        };
        found.push(
            Found::detail(kind, &table, &name, definition)
                .at((class::RELATION, read(row, 0)?))
                .by_hand_if(read(row, 9)?),
        );
    }
    Ok(())
}
