//! Questions that only the data can answer: rows without their parent, sequences behind their column, assertions.
//!
//! Everything here only reads, in read-only transactions, within the session's deadline.

use std::fmt::Write as _;

use radoub_schema::name::{Ident, ObjectName};
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::types::Type;

use crate::database::{Database, QueryError, read};

const FOREIGN_KEYS: &str = include_str!("integrity/foreign_keys.sql");
const SEQUENCES: &str = include_str!("integrity/sequences.sql");

/// Rows that refer to a row that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphans {
    /// The table that owns the foreign key.
    pub table: ObjectName,
    /// The foreign key.
    pub key: Ident,
    /// How many rows.
    pub rows: i64,
}

/// A sequence that will give a value which its column holds already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceBehind {
    /// The sequence.
    pub sequence: ObjectName,
    /// The table that it feeds.
    pub table: ObjectName,
    /// The column that it feeds.
    pub column: Ident,
    /// The value that it gives next.
    pub next: i64,
    /// The largest value in the column.
    pub largest: i64,
}

/// What an assertion came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asserted {
    /// No row, or one that says true.
    Holds,
    /// Rows that should not be there.
    Violated {
        /// How many.
        rows: usize,
        /// The first one, its values separated by ` | `.
        first: String,
    },
}

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum IntegrityError {
    /// The server refused it, or did not answer.
    #[error("the question about the data was not answered")]
    Query(#[from] QueryError),
}

impl Database {
    /// Counts, for every foreign key of these namespaces, the rows whose parent is not there.
    ///
    /// The server keeps that from happening unless triggers were off, the key is `NOT VALID`, or the data was
    /// copied underneath it. Each key costs one scan of its table.
    ///
    /// # Errors
    ///
    /// [`IntegrityError`].
    ///
    /// Source: PostgreSQL manual, 5.4.5 (`MATCH SIMPLE`: a NULL in any column refers to nothing).
    pub async fn orphans(&mut self, namespaces: &[Ident]) -> Result<Vec<Orphans>, IntegrityError> {
        self.settle().await?;
        let names: Vec<&str> = namespaces.iter().map(Ident::as_str).collect();
        let mut found = Vec::new();
        for row in self.rows(FOREIGN_KEYS, &[(&names as _, Type::TEXT_ARRAY)]).await? {
            let table =
                ObjectName::in_namespace(read::<String>(&row, 0)?, read::<String>(&row, 1)?);
            let key = Ident::new(read::<String>(&row, 2)?);
            let parent =
                ObjectName::in_namespace(read::<String>(&row, 3)?, read::<String>(&row, 4)?);
            let columns: Vec<String> = read(&row, 5)?;
            let referenced: Vec<String> = read(&row, 6)?;
            let question = orphans_of(&table, &columns, &parent, &referenced);
            let rows: i64 = read(&self.row(&question, &[]).await?, 0)?;
            if rows > 0 {
                found.push(Orphans { table, key, rows });
            }
        }
        Ok(found)
    }

    /// The sequences of these namespaces that feed a column and whose next value is not beyond what the column
    /// holds.
    ///
    /// # Errors
    ///
    /// [`IntegrityError`].
    pub async fn sequences_behind(
        &mut self,
        namespaces: &[Ident],
    ) -> Result<Vec<SequenceBehind>, IntegrityError> {
        self.settle().await?;
        let names: Vec<&str> = namespaces.iter().map(Ident::as_str).collect();
        let mut found = Vec::new();
        for row in self.rows(SEQUENCES, &[(&names as _, Type::TEXT_ARRAY)]).await? {
            let sequence =
                ObjectName::in_namespace(read::<String>(&row, 0)?, read::<String>(&row, 1)?);
            let table =
                ObjectName::in_namespace(read::<String>(&row, 2)?, read::<String>(&row, 3)?);
            let column = Ident::new(read::<String>(&row, 4)?);
            let step: i64 = read(&row, 5)?;
            let question = format!(
                "SELECT CASE WHEN s.is_called THEN s.last_value + {step} ELSE s.last_value END, \
                 (SELECT pg_catalog.max({column})::bigint FROM {table}) FROM {sequence} s"
            );
            let answer = self.row(&question, &[]).await?;
            let (next, largest): (i64, Option<i64>) = (read(&answer, 0)?, read(&answer, 1)?);
            // A sequence that counts down is nobody's mistake, and nobody's habit.
            if let Some(largest) = largest.filter(|largest| step > 0 && *largest >= next) {
                found.push(SequenceBehind { sequence, table, column, next, largest });
            }
        }
        Ok(found)
    }

    /// Asks an assertion: a query that gives no row when all is well, or one row with the single value true.
    ///
    /// It runs in a read-only transaction, so a file that is no assertion cannot do harm.
    ///
    /// # Errors
    ///
    /// [`IntegrityError`].
    pub async fn assert(&mut self, sql: &str) -> Result<Asserted, IntegrityError> {
        self.settle().await?;
        self.run("BEGIN READ ONLY").await?;
        let answered = self.within(self.client().simple_query(sql)).await;
        let ended = self.run("ROLLBACK").await;
        let messages = answered?;
        ended?;
        let rows: Vec<_> = messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(row),
                _ => None,
            })
            .collect();
        let Some(first) = rows.first() else { return Ok(Asserted::Holds) };
        if rows.len() == 1 && first.len() == 1 && first.get(0) == Some("t") {
            return Ok(Asserted::Holds);
        }
        let values: Vec<&str> =
            (0..first.len()).map(|at| first.get(at).unwrap_or("NULL")).collect();
        Ok(Asserted::Violated { rows: rows.len(), first: values.join(" | ") })
    }
}

fn orphans_of(
    table: &ObjectName,
    columns: &[String],
    parent: &ObjectName,
    referenced: &[String],
) -> String {
    let mut question = format!("SELECT pg_catalog.count(*) FROM ONLY {table} child WHERE ");
    for column in columns {
        let _ = write!(question, "child.{} IS NOT NULL AND ", Ident::new(column.as_str()));
    }
    let _ = write!(question, "NOT EXISTS (SELECT FROM {parent} parent WHERE true");
    for (column, target) in columns.iter().zip(referenced) {
        let (column, target) = (Ident::new(column.as_str()), Ident::new(target.as_str()));
        let _ = write!(question, " AND parent.{target} = child.{column}");
    }
    question + ")"
}
