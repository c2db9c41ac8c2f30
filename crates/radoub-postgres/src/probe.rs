//! Asks a database whether what a client generated from a schema will read is there: every column of every
//! table, as the role of the URL.
//!
//! A health route may answer a constant while its tables are broken; this does not. No row is read and nothing is
//! changed. What the columns are is said by the schema; what the answer means for a service is decided elsewhere.

use futures_util::future::join_all;
use radoub_schema::model::{SqlSchema, Table};
use radoub_schema::name::{Ident, ObjectName};

use crate::database::{Database, QueryError};
use crate::failure::ServerError;

/// A table that cannot be read as the client will read it.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// The table.
    pub table: ObjectName,
    /// The columns that cannot be selected; empty when it is the table itself.
    pub columns: Vec<Ident>,
    /// What the server said to the first question about it.
    pub said: ServerError,
}

impl Database {
    /// Selects every column of every table of `schema`, at once and without rows; gives back what cannot be.
    ///
    /// Names without a namespace are looked for in the one of the URL, as by Prisma's client. The questions leave
    /// together, so the answer takes one round trip; a second one names the columns where something is missing.
    ///
    /// # Errors
    ///
    /// [`QueryError`] when the database gives no answer; a refusal is an answer.
    pub async fn probe(&mut self, schema: &SqlSchema) -> Result<Vec<Unreadable>, QueryError> {
        self.settle().await?;
        let questions: Vec<String> =
            schema.tables.iter().map(|table| select(table, &names(table))).collect();
        let answers = join_all(questions.iter().map(|question| self.run(question))).await;
        let mut found = Vec::new();
        for (table, answer) in schema.tables.iter().zip(answers) {
            match answer {
                Ok(()) => {}
                Err(QueryError::Refused(said)) => found.push(self.unreadable(table, *said).await?),
                Err(lost) => return Err(lost),
            }
        }
        Ok(found)
    }

    async fn unreadable(&self, table: &Table, said: ServerError) -> Result<Unreadable, QueryError> {
        let mut columns = Vec::new();
        // 42703: there is no such column; 42501: the role may not read it. Anything else is about the table.
        if matches!(said.sqlstate.as_str(), "42703" | "42501") {
            let names = names(table);
            let questions: Vec<String> = names.iter().map(|name| select(table, &[*name])).collect();
            let answers = join_all(questions.iter().map(|question| self.run(question))).await;
            for (name, answer) in names.into_iter().zip(answers) {
                match answer {
                    Ok(()) => {}
                    Err(QueryError::Refused(_)) => columns.push(name.clone()),
                    Err(lost) => return Err(lost),
                }
            }
        }
        if columns.len() == table.columns.len() {
            columns.clear();
        }
        Ok(Unreadable { table: table.name.clone(), columns, said })
    }
}

/// The names of the columns, in their order.
fn names(table: &Table) -> Vec<&Ident> {
    table.columns.iter().map(|column| &column.name).collect()
}

fn select(table: &Table, columns: &[&Ident]) -> String {
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    format!("SELECT {} FROM {} LIMIT 0", columns.join(", "), table.name)
}
