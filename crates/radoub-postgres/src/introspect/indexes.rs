//! Indexes, and primary keys, which are indexes too (Prisma facts 11.4).

use std::collections::BTreeMap;
use std::error::Error;
use std::str::FromStr;

use radoub_schema::model::{Index, IndexColumn, Method, OperatorClass, PrimaryKey, Sort};
use radoub_schema::name::Ident;
use radoub_schema::render::Fidelity;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type, accepts};

use super::Relations;
use crate::database::{QueryError, read};

/// The bit of `pg_index.indoption` that says `DESC`.
const DESCENDING: i16 = 1;

/// The operator classes of the database that something must be said about, by id.
pub(super) fn classes(rows: &[Row]) -> Result<BTreeMap<u32, OperatorClass>, QueryError> {
    let one =
        |row: &Row| Ok((read(row, 0)?, OperatorClass::of_catalog(read(row, 1)?, read(row, 2)?)));
    rows.iter().map(one).collect()
}

/// Gives the tables their primary keys, and their indexes, which are theirs once [`Relations::settle_indexes`] has
/// run.
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
        let name = Ident::new(read::<&str>(row, 2)?);
        let columns = relation.named(&read::<Listed<i16>>(row, 6)?.0);
        if read(row, 4)? {
            relation.table.primary_key = Some(PrimaryKey { name, columns });
            continue;
        }
        let method = method(read(row, 5)?);
        let Listed::<i16>(options) = read(row, 7)?;
        let Listed::<u32>(ids) = read(row, 8)?;
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
        let index = Index {
            name,
            unique: read(row, 3)?,
            method,
            columns: columns.into_iter().enumerate().map(column).collect(),
            predicate: read(row, 9)?,
            is_constraint: false,
        };
        relation.indexes.push((read(row, 1)?, index));
    }
    Ok(())
}

impl Relations {
    /// Gives the tables their indexes, by name.
    pub(super) fn settle_indexes(&mut self) {
        for relation in &mut self.list {
            let indexes = relation.indexes.drain(..).map(|(_, index)| index);
            relation.table.indexes.extend(indexes);
            relation.table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
}

/// `pg_class.relam`: the built-in access methods, which have the same ids on every server; the query gives no
/// others.
fn method(id: u32) -> Method {
    match id {
        405 => Method::Hash,
        783 => Method::Gist,
        2742 => Method::Gin,
        3580 => Method::Brin,
        4000 => Method::SpGist,
        _ => Method::BTree,
    }
}

/// The numbers of an `int2vector` or `oidvector` as the server writes them: with blanks between.
#[derive(Debug)]
struct Listed<T>(Vec<T>);

impl<'a, T> FromSql<'a> for Listed<T>
where
    T: FromStr<Err: Error + Sync + Send + 'static>,
{
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let numbers = std::str::from_utf8(raw)?.split_ascii_whitespace().map(str::parse);
        Ok(Self(numbers.collect::<Result<_, _>>()?))
    }

    accepts!(TEXT);
}
