//! Indexes, and primary keys, which are indexes too (Prisma facts 11.4).

use radoub_schema::model::{Index, IndexColumn, Method, OperatorClass, PrimaryKey, Sort};
use radoub_schema::name::Ident;
use tokio_postgres::Row;

use super::Relations;
use crate::database::{QueryError, read};

/// The bit of `pg_index.indoption` that says `DESC`.
const DESCENDING: i16 = 1;

/// Gives the tables their indexes and primary keys.
pub(super) fn indexes(rows: &[Row], relations: &mut Relations) -> Result<(), QueryError> {
    for row in rows {
        let Some(relation) = relations.of_row(row)? else { continue };
        let name = Ident::new(read::<String>(row, 1)?);
        let columns = relation.named(&read::<Vec<i16>>(row, 5)?);
        if read(row, 3)? {
            relation.table.primary_key = Some(PrimaryKey { name, columns });
            continue;
        }
        let method = method(&read::<String>(row, 4)?);
        let options: Vec<i16> = read(row, 6)?;
        let classes: Option<Vec<String>> = read(row, 7)?;
        let defaults: Option<Vec<bool>> = read(row, 8)?;
        let class = |place: usize| {
            let name = classes.as_ref()?.get(place)?.clone();
            let is_default = defaults.as_ref()?.get(place).copied().unwrap_or(false);
            Some(OperatorClass { name, is_default, is_known: true })
        };
        let column = |(place, name): (usize, Ident)| IndexColumn {
            name,
            // Included columns have no options, and count as ascending.
            sort: Some(match options.get(place) {
                Some(bits) if bits & DESCENDING != 0 => Sort::Desc,
                _ => Sort::Asc,
            }),
            operator_class: class(place),
        };
        relation.table.indexes.push(Index {
            name,
            unique: read(row, 2)?,
            method,
            columns: columns.into_iter().enumerate().map(column).collect(),
            predicate: read(row, 9)?,
            is_constraint: read(row, 10)?,
        });
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
