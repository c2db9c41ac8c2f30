//! Emptying a database for whoever asked for exactly that: `migrate reset`, a configured shadow database.
//!
//! Nothing here asks back; whether it may be done is settled by the caller.

use std::fmt::Write as _;
use std::time::Duration;

use radoub_schema::name::Ident;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::database::{Database, QueryError, read};
use crate::lock::LockedDatabase;

/// What a namespace holds, for the role that may not drop the namespace itself.
const OBJECTS: &str = include_str!("reset/objects.sql");
/// Which of these namespaces there are.
const THERE: &str =
    "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1) ORDER BY nspname";

/// How long one of the statements may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// How a database was emptied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reset {
    /// The namespaces were dropped and made anew.
    Whole,
    /// That was refused, so their contents were dropped one by one; what is left may be a type of an
    /// extension, or rights.
    Soft {
        /// What the server said against the other way.
        because: String,
        /// How many objects were dropped.
        dropped: usize,
    },
}

/// Why a database could not be emptied (P3016).
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// Neither way works.
    #[error("neither the namespaces nor all that they hold can be dropped: {statement}")]
    Refused {
        /// What the second way stumbled over, `DROP TABLE IF EXISTS "a"."b" CASCADE`.
        statement: String,
        /// What the server said against dropping the namespaces.
        whole: QueryError,
        /// What it said against that statement.
        source: QueryError,
    },
    /// The server could not be asked.
    #[error("the database could not be emptied")]
    Query(#[source] QueryError),
}

impl Database {
    /// Empties the namespaces and the one of the URL, the ledger included: each is dropped with all that it
    /// holds and made anew, all in one transaction. A namespace that is not there is left so, except that of the
    /// URL. Where the role may not do that, what they hold is dropped one by one (the soft reset).
    ///
    /// The rights that others had on the namespaces go with them. Other namespaces stay as they are.
    ///
    /// # Errors
    ///
    /// [`ResetError`].
    ///
    /// Source: Prisma facts 6.7, 7; seen in the real engine's log.
    pub async fn reset(&mut self, namespaces: &[Ident]) -> Result<Reset, ResetError> {
        // Dropping waits for whoever reads at this moment, and for the disk.
        self.change(|it| it.statement_timeout = Some(PATIENCE));
        self.settle().await.map_err(ResetError::Query)?;
        let home = Ident::new(self.url().schema());
        let ledger = format!("DROP TABLE IF EXISTS {home}.\"_prisma_migrations\"");
        let mut names: Vec<String> = namespaces.iter().map(|it| it.as_str().to_owned()).collect();
        // With `schemas` of its own the datasource leaves the URL's schema alone, but for the ledger.
        if names.is_empty() {
            names.push(home.as_str().to_owned());
        }
        let there = self.rows(THERE, &[(&names, Type::TEXT_ARRAY)]).await;
        let mut whole = String::from("BEGIN");
        for row in there.map_err(ResetError::Query)? {
            let name = Ident::new(read::<String>(&row, 0).map_err(ResetError::Query)?);
            let _ = write!(whole, "; DROP SCHEMA {name} CASCADE; CREATE SCHEMA {name}");
        }
        let _ = write!(whole, "; CREATE SCHEMA IF NOT EXISTS {home}; {ledger}; COMMIT");
        let refused = match self.run(&whole).await {
            Ok(()) => return Ok(Reset::Whole),
            Err(error) if error.is_lost() => return Err(ResetError::Query(error)),
            Err(error) => error,
        };
        self.run("ROLLBACK").await.map_err(ResetError::Query)?;
        let because = refused.server().map(|it| it.message.clone()).unwrap_or_default();
        let objects = self.rows(OBJECTS, &[(&names, Type::TEXT_ARRAY)]).await;
        let objects = objects.map_err(ResetError::Query)?;
        let objects: Result<Vec<String>, QueryError> = objects.iter().map(object).collect();
        let objects = objects.map_err(ResetError::Query)?;
        let mut drops: Vec<String> = objects.iter().map(|it| format!("{it} CASCADE")).collect();
        drops.push(ledger);
        for statement in drops {
            match self.run(&statement).await {
                Ok(()) => {}
                Err(error) if error.is_lost() => return Err(ResetError::Query(error)),
                Err(source) => {
                    return Err(ResetError::Refused { statement, whole: refused, source });
                }
            }
        }
        Ok(Reset::Soft { because, dropped: objects.len() })
    }
}

impl LockedDatabase {
    /// The same under the migration lock.
    ///
    /// # Errors
    ///
    /// [`ResetError`].
    pub async fn reset(&mut self, namespaces: &[Ident]) -> Result<Reset, ResetError> {
        self.ledger_is_ready = false;
        self.database.reset(namespaces).await
    }
}

/// The statement that drops what a row of [`OBJECTS`] names.
fn object(row: &Row) -> Result<String, QueryError> {
    let kind: String = read(row, 0)?;
    let (namespace, name) = (read::<String>(row, 1)?, read::<String>(row, 2)?);
    let arguments = read::<Option<String>>(row, 3)?;
    let arguments = arguments.map(|it| format!("({it})")).unwrap_or_default();
    let (namespace, name) = (Ident::new(namespace), Ident::new(name));
    Ok(format!("DROP {kind} IF EXISTS {namespace}.{name}{arguments}"))
}
