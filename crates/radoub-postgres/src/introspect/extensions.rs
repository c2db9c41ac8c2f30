//! Extensions.

use radoub_schema::model::Extension;
use radoub_schema::name::Ident;
use tokio_postgres::Row;

use crate::database::{QueryError, read};

pub(super) fn extensions(rows: &[Row]) -> Result<Vec<Extension>, QueryError> {
    let one = |row: &Row| {
        Ok(Extension {
            name: Ident::new(read::<String>(row, 0)?),
            namespace: Some(Ident::new(read::<String>(row, 1)?)),
            version: Some(read(row, 2)?),
            is_relocatable: read(row, 3)?,
        })
    };
    rows.iter().map(one).collect()
}
