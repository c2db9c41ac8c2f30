//! Counts what a change would lose or stumble over: rows, and values that are not null.
//!
//! What is to be counted, and what the counts mean, belongs to `radoub_schema::warning`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::warning::{Count, Counts};

use crate::database::{Database, QueryError, read};

impl Database {
    /// Counts, with one query a table, however much is asked about it.
    ///
    /// A table that takes longer than `patience` to count, or that cannot be read, is left out of
    /// the answer. Nothing is changed. Names without a namespace mean the schema of the URL.
    ///
    /// # Errors
    ///
    /// [`QueryError`] when the connection is lost; a refusal of the server is none.
    ///
    /// Source: Prisma facts 10.8.
    pub async fn count(
        &mut self,
        asked: &BTreeSet<Count>,
        patience: Duration,
    ) -> Result<Counts, QueryError> {
        let mut tables: BTreeMap<&ObjectName, Vec<&Ident>> = BTreeMap::new();
        for count in asked {
            match count {
                Count::Rows(table) => drop(tables.entry(table).or_default()),
                Count::Values(table, column) => tables.entry(table).or_default().push(column),
            }
        }
        if tables.is_empty() {
            return Ok(Counts::new());
        }
        self.change(|it| it.statement_timeout = Some(patience));
        self.settle().await?;
        let mut counts = Counts::new();
        for (table, columns) in tables {
            let values: String =
                columns.iter().map(|column| format!(", count({column})")).collect();
            let row = match self.row(&format!("SELECT count(*){values} FROM {table}"), &[]).await {
                Ok(row) => row,
                Err(QueryError::Refused(_)) => continue,
                Err(error) => return Err(error),
            };
            let number = |at| read::<i64>(&row, at).map(|count| u64::try_from(count).unwrap_or(0));
            counts.insert(Count::Rows(table.clone()), number(0)?);
            for (at, column) in columns.into_iter().enumerate() {
                counts.insert(Count::Values(table.clone(), column.clone()), number(at + 1)?);
            }
        }
        Ok(counts)
    }
}
