//! What belongs to extensions, to leave it out.

use std::collections::BTreeSet;

use tokio_postgres::Row;

use crate::database::{QueryError, read};

/// Types and tables of extensions, by class and id; none where Prisma's oddities are wanted.
#[derive(Debug, Default)]
pub(super) struct Members(BTreeSet<(u32, u32)>);

impl Members {
    /// The catalog of types, `pg_type`.
    const TYPE: u32 = 1247;
    /// The catalog of tables, `pg_class`.
    const TABLE: u32 = 1259;

    pub(super) fn read(rows: &[Row]) -> Result<Self, QueryError> {
        let member = |row: &Row| Ok((read(row, 0)?, read(row, 1)?));
        rows.iter().map(member).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn has_type(&self, oid: u32) -> bool {
        self.0.contains(&(Self::TYPE, oid))
    }

    pub(super) fn has_table(&self, oid: u32) -> bool {
        self.0.contains(&(Self::TABLE, oid))
    }
}
