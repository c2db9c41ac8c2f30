//! Domains, composite types and ranges.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::name::Ident;
use radoub_schema::render::unmanaged::{Definitions, Domain, Range};
use tokio_postgres::Row;

use super::{Found, class, object_name};
use crate::database::{QueryError, read};

pub(super) fn types(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    for row in rows {
        let name = object_name(row, 1, 2)?;
        let (kind, definition) = match read::<&str>(row, 3)? {
            "d" => {
                let domain = Domain {
                    base: read(row, 4)?,
                    collation: read(row, 5)?,
                    default: read(row, 6)?,
                    not_null: read(row, 7)?,
                    checks: pairs(row, 8, 9)?,
                };
                (UnmanagedKind::Domain, write.domain(&name, &domain))
            }
            "c" => (UnmanagedKind::CompositeType, write.composite(&name, &pairs(row, 10, 11)?)),
            _ => (UnmanagedKind::RangeType, write.range(&name, &range(row)?)),
        };
        found.push(Found::new(kind, (class::TYPE, read(row, 0)?), name, definition));
    }
    Ok(())
}

fn range(row: &Row) -> Result<Range, QueryError> {
    let words = [
        ("SUBTYPE_OPCLASS", 12),
        ("COLLATION", 5),
        ("CANONICAL", 13),
        ("SUBTYPE_DIFF", 14),
        ("MULTIRANGE_TYPE_NAME", 15),
    ];
    let mut settings = Vec::new();
    for (word, column) in words {
        if let Some(value) = read(row, column)? {
            settings.push((word, value));
        }
    }
    Ok(Range { subtype: read(row, 4)?, settings })
}

/// Two columns of lists as one list of pairs.
fn pairs(row: &Row, names: usize, texts: usize) -> Result<Vec<(Ident, String)>, QueryError> {
    let (names, texts): (Vec<String>, Vec<String>) = (read(row, names)?, read(row, texts)?);
    Ok(names.into_iter().map(Ident::from).zip(texts).collect())
}
