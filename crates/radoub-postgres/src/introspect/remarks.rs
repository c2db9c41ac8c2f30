//! What `db pull` remarks (Prisma facts 11): that a thing is there, not what it says.

use radoub_schema::model::{Remark, RemarkKind};
use radoub_schema::name::Ident;
use tokio_postgres::Row;

use super::object_name;
use crate::database::{QueryError, read};

pub(super) fn remarks(rows: &[Row]) -> Result<Vec<Remark>, QueryError> {
    let mut remarks = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(kind) = kind(read(row, 0)?) else { continue };
        remarks.push(Remark {
            kind,
            on: object_name(row, 1, 2)?,
            name: read::<Option<String>>(row, 3)?.map(Ident::from),
            column: read::<Option<String>>(row, 4)?.map(Ident::from),
        });
    }
    Ok(remarks)
}

/// The kinds as the query calls them.
fn kind(name: &str) -> Option<RemarkKind> {
    Some(match name {
        "partitioned" => RemarkKind::Partitioned,
        "inherited" => RemarkKind::Inherited,
        "row security" => RemarkKind::RowSecurity,
        "check" => RemarkKind::Check,
        "exclusion" => RemarkKind::Exclusion,
        "deferring" => RemarkKind::Deferring,
        "nulls order" => RemarkKind::NullsOrder,
        "expression index" => RemarkKind::ExpressionIndex,
        "comment" => RemarkKind::Comment,
        _ => return None,
    })
}
