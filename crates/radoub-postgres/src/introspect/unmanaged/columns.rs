//! What columns have beyond type, default and `NOT NULL`.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::render::unmanaged::{Definitions, SequenceSettings, serial_sequence};
use tokio_postgres::Row;

use super::sequences::Sequences;
use super::{Found, ident, object_name};
use crate::database::{QueryError, read};

pub(super) fn columns(
    rows: &[Row],
    sequences: &Sequences,
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    use UnmanagedKind as K;
    for row in rows {
        let table = object_name(row, 2, 3)?;
        let column = ident(row, 4)?;
        let place: (u32, i16) = (read(row, 0)?, read(row, 1)?);
        let kind: &str = read(row, 5)?;
        let mut detail = |kind, definition: String, by_hand: bool| {
            found.push(Found::detail(kind, &table, &column, definition).by_hand_if(by_hand));
        };
        match read::<&str>(row, 10)? {
            "" => {}
            stored => {
                let expression: Option<&str> = read(row, 11)?;
                let indexes: Option<Vec<String>> = read(row, 14)?;
                let definition = write.generated(
                    &table,
                    &column,
                    kind,
                    expression.unwrap_or_default(),
                    stored == "s",
                    &indexes.unwrap_or_default(),
                );
                // The column is made anew, which a key does not allow.
                detail(K::GeneratedColumn, definition, read(row, 15)?);
                continue;
            }
        }
        let collation: Option<&str> = read(row, 7)?;
        if read(row, 6)? || collation.is_some() {
            let collate = collation.map(|it| format!(" COLLATE {it}")).unwrap_or_default();
            let words = format!("ALTER COLUMN {column} TYPE {kind}{collate}");
            detail(K::ColumnDetail, write.alter(&table, &words), false);
        }
        if read(row, 8)? && read(row, 9)? {
            let words = format!("ALTER COLUMN {column} SET NOT NULL");
            detail(K::ColumnDetail, write.alter(&table, &words), false);
        }
        if let Some(definition) = fed(row, &table, &column, place, kind, sequences, write)? {
            let kind = match read::<&str>(row, 12)? {
                "" => K::ColumnDetail,
                _ => K::Identity,
            };
            detail(kind, definition, false);
        }
    }
    Ok(())
}

/// What it takes to feed a column from the sequence that it has, instead of the one that Prisma gives
/// it; `None` when that is the same.
fn fed(
    row: &Row,
    table: &ObjectName,
    column: &Ident,
    place: (u32, i16),
    kind: &str,
    sequences: &Sequences,
    write: Definitions<'_>,
) -> Result<Option<String>, QueryError> {
    let identity: &str = read(row, 12)?;
    if !identity.is_empty() {
        let identity = sequences.of_identity(place).map(|sequence| {
            write.identity(table, column, identity == "a", &sequence.name, &sequence.settings)
        });
        return Ok(identity);
    }
    let Some(oid) = read::<Option<u32>>(row, 13)? else { return Ok(None) };
    let Some(sequence) = sequences.get(oid) else { return Ok(None) };
    if sequence.owner != Some(place) {
        let default: Option<&str> = read(row, 11)?;
        return Ok(default.map(|default| write.taken_from(table, column, default)));
    }
    let is_usual = sequence.settings == SequenceSettings::usual(kind);
    let settings = (!is_usual).then_some(&sequence.settings);
    if is_usual && sequence.name == serial_sequence(table, column) {
        return Ok(None);
    }
    Ok(Some(write.serial(table, column, &sequence.name, settings)))
}
