//! Indexes, and primary keys, which are indexes too (Prisma facts 11.4).

use std::collections::BTreeMap;

use radoub_schema::model::{Index, IndexColumn, Method, OperatorClass, PrimaryKey, Sort};
use radoub_schema::name::Ident;
use radoub_schema::render::Fidelity;
use tokio_postgres::Row;

use super::Relations;
use crate::database::{QueryError, read};

/// The bit of `pg_index.indoption` that says `DESC`.
const DESCENDING: i16 = 1;

/// The operator classes of the database, by id.
pub(super) fn classes(rows: &[Row]) -> Result<BTreeMap<u32, OperatorClass>, QueryError> {
    let one =
        |row: &Row| Ok((read(row, 0)?, OperatorClass::of_catalog(read(row, 1)?, read(row, 2)?)));
    rows.iter().map(one).collect()
}

/// Gives the tables their indexes and primary keys.
///
/// Prisma does not look at the classes of B-trees and hashes; those that are not the usual ones are
/// kept where its oddities are not wanted.
pub(super) fn indexes(
    rows: &[Row],
    classes: &BTreeMap<u32, OperatorClass>,
    fidelity: Fidelity,
    relations: &mut Relations,
) -> Result<(), QueryError> {
    for row in rows {
        let Some(relation) = relations.of_row(row)? else { continue };
        let name = Ident::new(read::<String>(row, 1)?);
        let columns = relation.named(&read::<Vec<i16>>(row, 5)?);
        if read(row, 3)? {
            relation.table.primary_key = Some(PrimaryKey { name, columns });
            continue;
        }
        let method = method(read(row, 4)?);
        let options: Vec<i16> = read(row, 6)?;
        let ids: Vec<u32> = read(row, 7)?;
        let told = |class: &&OperatorClass| match method {
            Method::BTree | Method::Hash => fidelity == Fidelity::Sound && !class.is_default,
            _ => true,
        };
        let column = |(place, name): (usize, Ident)| IndexColumn {
            name,
            // Included columns have no options, and count as ascending.
            sort: Some(match options.get(place) {
                Some(bits) if bits & DESCENDING != 0 => Sort::Desc,
                _ => Sort::Asc,
            }),
            operator_class: ids.get(place).and_then(|id| classes.get(id)).filter(told).cloned(),
        };
        relation.table.indexes.push(Index {
            name,
            unique: read(row, 2)?,
            method,
            columns: columns.into_iter().enumerate().map(column).collect(),
            predicate: read(row, 8)?,
            is_constraint: read(row, 9)?,
        });
    }
    for relation in &mut relations.list {
        relation.table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
    Ok(())
}

/// `pg_am.amname`; the query gives no others.
fn method(name: &str) -> Method {
    match name {
        "hash" => Method::Hash,
        "gin" => Method::Gin,
        "gist" => Method::Gist,
        "spgist" => Method::SpGist,
        "brin" => Method::Brin,
        _ => Method::BTree,
    }
}
