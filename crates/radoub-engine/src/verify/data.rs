//! What only the data can say: rows without their parent, sequences behind their column, and the assertions of
//! `radoub.toml` and of the service's own `prisma/checks/*.sql`.

use std::fs;
use std::path::{Path, PathBuf};

use radoub_postgres::database::Database;
use radoub_postgres::integrity::{Asserted, IntegrityError};

use super::count::namespaces;
use crate::failure::{Failure, FailureCode};
use crate::fleet::place::{Place, relative};
use crate::fleet::{Check, Managed, Prisma, Service};
use crate::gate::Verdict;
use crate::observe::{Look, connect_settings};
use crate::translate;

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
    /// Where it stands.
    pub source: AssertionSource,
    /// What became of it.
    pub outcome: AssertionOutcome,
}

/// Where an assertion stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssertionSource {
    /// In a file of its own, as seen from the folder of the fleet.
    File(PathBuf),
    /// In `radoub.toml`, under a name.
    Named {
        /// The name.
        name: String,
        /// Where.
        place: Place,
    },
}

impl DataFinding {
    /// What the finding is about, the numbers left out: two of the same name are one trouble, at two times.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Orphans { table, key, .. } => format!("orphans {table} {key}"),
            Self::SequenceBehind { sequence, .. } => format!("sequence {sequence}"),
            Self::Assertion(assertion) => match &assertion.source {
                AssertionSource::File(file) => format!("assertion {}", file.display()),
                AssertionSource::Named { name, .. } => format!("assertion {name}"),
            },
            Self::Unanswered { .. } => "unanswered".to_owned(),
        }
    }

    /// What it means for the service: a question that was not answered is nobody's fault.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Orphans { .. } | Self::SequenceBehind { .. } | Self::Assertion(_) => {
                Verdict::Fail
            }
            Self::Unanswered { .. } => Verdict::Inconclusive,
        }
    }

    /// The same as a failure of the service.
    pub(crate) fn failure(&self) -> Failure {
        let (code, values) = match self {
            Self::Orphans { table, key, rows } => (
                FailureCode::Orphans,
                vec![
                    ("table", table.clone()),
                    ("constraint", key.clone()),
                    ("count", rows.to_string()),
                ],
            ),
            Self::SequenceBehind { sequence, column, next, largest } => (
                FailureCode::SequenceBehind,
                vec![
                    ("name", sequence.clone()),
                    ("columns", column.clone()),
                    ("is", next.to_string()),
                    ("found", largest.to_string()),
                ],
            ),
            Self::Assertion(Assertion { source, outcome }) => {
                let name = match source {
                    AssertionSource::File(file) => file.display().to_string(),
                    AssertionSource::Named { name, place } => format!("{name} ({place})"),
                };
                let reason = match outcome {
                    // The row itself is no matter for a journal.
                    AssertionOutcome::Violated { rows, .. } => rows.to_string(),
                    AssertionOutcome::Refused { said: reason }
                    | AssertionOutcome::Unreadable { reason } => reason.clone(),
                };
                (FailureCode::AssertionFails, vec![("name", name), ("reason", reason)])
            }
            Self::Unanswered { reason } => {
                (FailureCode::DataUnasked, vec![("reason", reason.clone())])
            }
        };
        Failure::new(code, values)
    }
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

/// What is wrong with the data of a service; a failure when its database could not be asked. Files are named
/// relative to `root`.
pub(crate) async fn faults(
    service: &Service,
    root: &Path,
    look: &Look,
) -> Result<Vec<DataFinding>, Failure> {
    let Prisma::Managed(managed) = &service.prisma else {
        return Err(Failure::new(FailureCode::NotManagedHere, Vec::new()));
    };
    let url = managed.url.as_ref().map_err(translate::url_failure)?;
    let database = Database::connect(url, &connect_settings(managed, look.timeout)).await;
    let mut database = database.map_err(|error| translate::connect_failure(&error))?;
    let found = asked(&mut database, managed, &service.checks, url.schema(), root).await;
    database.close().await;
    Ok(found)
}

async fn asked(
    database: &mut Database,
    managed: &Managed,
    checks: &[Check],
    schema: &str,
    root: &Path,
) -> Vec<DataFinding> {
    let namespaces = namespaces(managed, schema);
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
    for check in checks {
        let source =
            AssertionSource::Named { name: check.name.clone(), place: check.place.clone() };
        found.extend(assertion(database, source, Ok(check.sql.clone())).await);
    }
    for file in assertions(&managed.schema) {
        let text = fs::read_to_string(&file).map_err(|error| error.to_string());
        let source = AssertionSource::File(relative(root, &file));
        found.extend(assertion(database, source, text).await);
    }
    found
}

/// What is wrong with an assertion.
async fn assertion(
    database: &mut Database,
    source: AssertionSource,
    sql: Result<String, String>,
) -> Option<DataFinding> {
    let outcome = match sql {
        Err(reason) => AssertionOutcome::Unreadable { reason },
        Ok(sql) => match database.assert(&sql).await {
            Ok(Asserted::Holds) => return None,
            Ok(Asserted::Violated { rows, first }) => AssertionOutcome::Violated { rows, first },
            Err(error) => AssertionOutcome::Refused { said: said(&error) },
        },
    };
    Some(DataFinding::Assertion(Assertion { source, outcome }))
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
