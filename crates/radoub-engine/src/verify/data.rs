//! What only the data can say: rows without their parent, sequences behind their column, and the assertions of the
//! service's own `prisma/checks/*.sql`.

use std::fs;
use std::path::{Path, PathBuf};

use radoub_postgres::database::Database;
use radoub_postgres::integrity::{Asserted, IntegrityError};
use radoub_schema::name::Ident;

use crate::fleet::{Managed, Prisma, Service};
use crate::observe::{Look, connect_settings};

/// Something wrong with the data of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataFinding {
    /// Rows refer to a row that is not there.
    Orphans {
        /// The table that owns the foreign key, quoted.
        table: String,
        /// The foreign key.
        key: String,
        /// How many rows.
        rows: i64,
    },
    /// A sequence will give a value that its column holds already.
    SequenceBehind {
        /// The sequence, quoted.
        sequence: String,
        /// Table and column that it feeds, quoted.
        column: String,
        /// The value that it gives next.
        next: i64,
        /// The largest value in the column.
        largest: i64,
    },
    /// An assertion does not hold, or cannot be asked.
    Assertion(Assertion),
    /// The server did not say.
    Unanswered {
        /// Why.
        reason: String,
    },
}

/// An assertion that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Its file.
    pub file: PathBuf,
    /// What became of it.
    pub outcome: AssertionOutcome,
}

/// What became of an assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssertionOutcome {
    /// It gave rows, which it should not, or `false`.
    Violated {
        /// How many rows.
        rows: usize,
        /// The first one, as text.
        first: String,
    },
    /// The server refused it.
    Refused {
        /// What the server said.
        said: String,
    },
    /// It cannot be read.
    Unreadable {
        /// What the system said.
        reason: String,
    },
}

/// What is wrong with the data of a service; `None` when its database could not be asked.
pub(super) async fn faults(service: &Service, look: &Look) -> Option<Vec<DataFinding>> {
    let Prisma::Managed(managed) = &service.prisma else { return None };
    let url = managed.url.as_ref().ok()?;
    let mut database =
        Database::connect(url, &connect_settings(managed, look.timeout)).await.ok()?;
    let found = asked(&mut database, managed, url.schema()).await;
    database.close().await;
    Some(found)
}

async fn asked(database: &mut Database, managed: &Managed, schema: &str) -> Vec<DataFinding> {
    let mut namespaces: Vec<Ident> =
        managed.schemas.iter().map(|name| Ident::new(name.as_str())).collect();
    if namespaces.is_empty() {
        namespaces.push(Ident::new(schema));
    }
    let mut found = Vec::new();
    match database.orphans(&namespaces).await {
        Ok(orphans) => found.extend(orphans.into_iter().map(|it| DataFinding::Orphans {
            table: it.table.to_string(),
            key: it.key.as_str().to_owned(),
            rows: it.rows,
        })),
        Err(error) => found.push(unanswered(&error)),
    }
    match database.sequences_behind(&namespaces).await {
        Ok(behind) => found.extend(behind.into_iter().map(|it| DataFinding::SequenceBehind {
            sequence: it.sequence.to_string(),
            column: format!("{}.{}", it.table, it.column),
            next: it.next,
            largest: it.largest,
        })),
        Err(error) => found.push(unanswered(&error)),
    }
    for file in assertions(&managed.schema) {
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                let outcome = AssertionOutcome::Unreadable { reason: error.to_string() };
                found.push(DataFinding::Assertion(Assertion { file, outcome }));
                continue;
            }
        };
        let outcome = match database.assert(&text).await {
            Ok(Asserted::Holds) => continue,
            Ok(Asserted::Violated { rows, first }) => AssertionOutcome::Violated { rows, first },
            Err(error) => AssertionOutcome::Refused { said: said(&error) },
        };
        found.push(DataFinding::Assertion(Assertion { file, outcome }));
    }
    found
}

fn unanswered(error: &IntegrityError) -> DataFinding {
    DataFinding::Unanswered { reason: said(error) }
}

fn said(error: &IntegrityError) -> String {
    let IntegrityError::Query(query) = error;
    query.server().map_or_else(|| query.to_string(), |it| it.message.clone())
}

/// The files of assertions beside a schema, by name.
fn assertions(schema: &Path) -> Vec<PathBuf> {
    let folder = if schema.is_dir() { Some(schema) } else { schema.parent() };
    let Some(folder) = folder.map(|it| it.join("checks")) else { return Vec::new() };
    // No such folder is the usual case.
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it.eq_ignore_ascii_case("sql")))
        .collect();
    files.sort();
    files
}
