//! Making sure that there is a ledger and that it may be written.

use radoub_schema::name::Ident;

use super::ApplyEvent;
use crate::database::{QueryError, read};
use crate::ledger::{DEFINITION, Form, LedgerError};
use crate::lock::LockedDatabase;
use crate::look::{self, ReadOnly, Tables};

/// What a ledger that does not exist yet is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstUse {
    /// To apply: the schema must be empty.
    Deploy,
    /// To mark what a database already contains: that is baselining, and it may be full.
    Baseline,
}

/// Why the ledger cannot be used. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ReadyError {
    /// First use on a schema that has tables (P3005).
    #[error("the database schema is not empty ({} tables, {} …)", .0.count, .0.names.join(", "))]
    NotEmpty(Tables),
    /// What is called `_prisma_migrations` is no ledger, or not for this role.
    #[error("there is no usable ledger")]
    Ledger(#[source] LedgerError),
    /// The role may read the ledger and not write it.
    #[error("the role {role} may not write the ledger")]
    MayNotWrite {
        /// The role.
        role: String,
    },
    /// The role may not make the ledger, or the schema that it belongs into.
    #[error("the role {role} may not create {what}")]
    MayNotCreate {
        /// The role.
        role: String,
        /// "the ledger in the schema …" or "the schema …".
        what: String,
    },
    /// Nothing can be written here.
    #[error("the database is read-only")]
    ReadOnly(ReadOnly),
    /// The server refused, or could not be asked.
    #[error("the database could not be asked")]
    Query(#[source] QueryError),
}

impl From<QueryError> for ReadyError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl LockedDatabase {
    /// Creates the ledger unless it is there, as the first `deploy` does also when there is nothing
    /// to apply.
    ///
    /// # Errors
    ///
    /// [`ReadyError`]; nothing is changed then.
    pub async fn make_ready(&mut self, schemas: &[String]) -> Result<(), ReadyError> {
        self.ready(schemas, FirstUse::Deploy, &mut |_| {}).await
    }

    /// Makes sure that there is a ledger that can be written, and creates it when there is none;
    /// the schema of the URL too, as Prisma does on connecting.
    ///
    /// # Errors
    ///
    /// [`ReadyError`]; nothing is changed then.
    ///
    /// Source: Prisma facts 1.6, 3.1, 8.
    pub(crate) async fn ready(
        &mut self,
        schemas: &[String],
        first_use: FirstUse,
        on_event: super::OnEvent<'_>,
    ) -> Result<(), ReadyError> {
        if self.ledger_is_ready {
            return Ok(());
        }
        self.database.settle().await?;
        let facts = look::facts(&self.database).await?;
        match (read(&facts, 5)?, read(&facts, 6)?) {
            (true, _) => return Err(ReadyError::ReadOnly(ReadOnly::Recovery)),
            (_, true) => return Err(ReadyError::ReadOnly(ReadOnly::Setting)),
            (false, false) => {}
        }
        let role: String = read(&facts, 4)?;
        let may_read: bool = read(&facts, 11)?;
        if Form::read(&facts, 13)?.check(may_read).map_err(ReadyError::Ledger)? {
            if !read::<bool>(&facts, 12)? {
                return Err(ReadyError::MayNotWrite { role });
            }
            self.ledger_is_ready = true;
            return Ok(());
        }
        if first_use == FirstUse::Deploy {
            let tables = look::tables(&self.database, schemas).await?;
            if tables.count > 0 {
                return Err(ReadyError::NotEmpty(tables));
            }
        }
        let schema = Ident::new(self.url().schema());
        let schema_exists: bool = read(&facts, 7)?;
        let may: bool = read(&facts, if schema_exists { 9 } else { 10 })?;
        if !may {
            let what = if schema_exists {
                format!("the ledger in the schema {schema}")
            } else {
                format!("the schema {schema}")
            };
            return Err(ReadyError::MayNotCreate { role, what });
        }
        // One message is one transaction: never a schema without the ledger that it was made for.
        if schema_exists {
            self.database.run(DEFINITION).await?;
        } else {
            self.database.run(&format!("CREATE SCHEMA {schema};\n{DEFINITION}")).await?;
            on_event(ApplyEvent::SchemaCreated { schema: schema.as_str().to_owned() });
        }
        on_event(ApplyEvent::LedgerCreated);
        self.ledger_is_ready = true;
        Ok(())
    }
}
