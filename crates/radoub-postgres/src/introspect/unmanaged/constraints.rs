//! Checks, exclusions, and what keys have beyond columns and actions.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::{Found, class, ident, object_name, printed};
use crate::database::{QueryError, read};

pub(super) fn constraints(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    use UnmanagedKind as K;
    for row in rows {
        let table = object_name(row, 1, 2)?;
        let name = ident(row, 3)?;
        let Some(text) = printed(row, 5)? else { continue };
        let leaves: bool = read(row, 6)?;
        let (kind, definition) = match read::<&str>(row, 4)? {
            "c" => (K::Check, write.constraint(&table, &name, text)),
            "x" => (K::Exclusion, write.constraint(&table, &name, text)),
            "f" if leaves => (K::ForeignKey, write.constraint(&table, &name, text)),
            "u" => {
                let plain: bool = read(row, 7)?;
                (K::ConstraintDetail, write.unique_instead(&table, &name, text, plain))
            }
            _ => (K::ConstraintDetail, write.constraint_instead(&table, &name, text)),
        };
        // What another namespace or a partition needs is not in our script.
        let by_hand = leaves || read(row, 8)?;
        found.push(
            Found::detail(kind, &table, &name, definition)
                .at((class::CONSTRAINT, read(row, 0)?))
                .by_hand_if(by_hand),
        );
    }
    Ok(())
}
