//! Running a history on a database that is there for nothing else: no ledger, no lock, no retries.
//!
//! Each script goes out whole and byte for byte as one simple query, as Prisma's shadow database is given it
//! up to 7.3. The database may be thrown away afterwards, so what a failed script leaves in it is nobody's
//! concern. Making and removing the database belongs to [`crate::scratch`].

use radoub_schema::migration::{Migration, MigrationName};
use radoub_schema::script::{Course, Script};

use crate::apply::send;
use crate::database::{Database, QueryError};
use crate::failure::{Place, ServerError, place};

/// Gives back what a script may have left in its session; it must be alone in its message.
const DISCARD: &str = "DISCARD ALL";

/// Why a history does not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A folder has no `migration.sql` (P3015).
    #[error("the migration {0} has no migration.sql")]
    ScriptMissing(MigrationName),
    /// A file holds a NUL, which PostgreSQL cannot be sent.
    #[error("the script of {migration} holds a NUL character in line {}", place.line)]
    Nul {
        /// Which.
        migration: MigrationName,
        /// Where.
        place: Place,
    },
    /// A file moves rows through the connection (`COPY … FROM STDIN`), which only psql does.
    #[error("the COPY of {migration} in line {} needs psql, which sends the rows along", place.line)]
    Copies {
        /// Which.
        migration: MigrationName,
        /// Where the statement starts.
        place: Place,
    },
    /// The server refused a script (P3006).
    #[error("the migration {} does not run on an empty database", .0.migration)]
    Refused(Box<Stop>),
    /// The connection was lost.
    #[error("the migration {migration} did not come to its end")]
    Lost {
        /// Which.
        migration: MigrationName,
        /// How.
        source: QueryError,
    },
    /// The session could not be prepared for the first script.
    #[error("the database could not be prepared")]
    Prepare(#[source] QueryError),
}

/// Where a history stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The migration.
    pub migration: MigrationName,
    /// What the server said.
    pub error: ServerError,
    /// Where in the file: where the server points to, else the beginning of the statement.
    pub place: Option<Place>,
}

impl ReplayError {
    /// Prisma's code for this.
    pub fn prisma_code(&self) -> &'static str {
        match self {
            Self::ScriptMissing(_) => "P3015",
            _ => "P3006",
        }
    }

    /// The migration that it happened in.
    pub fn migration(&self) -> Option<&MigrationName> {
        match self {
            Self::ScriptMissing(migration)
            | Self::Nul { migration, .. }
            | Self::Copies { migration, .. }
            | Self::Lost { migration, .. } => Some(migration),
            Self::Refused(stop) => Some(&stop.migration),
            Self::Prepare(_) => None,
        }
    }
}

/// Called after each migration with how many have run.
pub type OnReplayed<'a> = &'a mut (dyn FnMut(usize) + Send);

impl Database {
    /// Creates the schema of the URL unless it is there, as Prisma does whenever it connects, to its shadow
    /// database too (Prisma facts 1.6).
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn prepare_schema(&mut self) -> Result<(), QueryError> {
        let schema = radoub_schema::name::Ident::new(self.url().schema());
        // Without the question a role that may not create schemas would be refused for one that exists.
        let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)";
        let name = schema.as_str().to_owned();
        let row = self.row(sql, &[(&name, tokio_postgres::types::Type::TEXT)]).await?;
        if !crate::database::read::<bool>(&row, 0)? {
            self.run(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await?;
        }
        Ok(())
    }

    /// Runs the scripts one after the other on this connection, and stops at the first that is refused.
    ///
    /// Nothing is recorded, and nothing that the first scripts did is taken back when a later one fails. A
    /// transaction that a script leaves open is committed, since Prisma, which looks at the end state within
    /// it, sees it too. Session settings, roles, temporary tables and prepared statements of a script do not
    /// reach the next one (with Prisma they do; a history that needs that cannot be deployed by either). One
    /// round trip a script; statements may take as long as they like. Can be called again for the scripts that
    /// follow.
    ///
    /// # Errors
    ///
    /// [`ReplayError`], which names the migration.
    ///
    /// Source: Prisma facts 5.1, 5.2, 7.
    pub async fn replay(
        &mut self,
        migrations: &[Migration],
        on_replayed: OnReplayed<'_>,
    ) -> Result<(), ReplayError> {
        // Without limits of ours, and without our company: a statement ends soon after we do.
        self.become_patient().await.map_err(ReplayError::Prepare)?;
        let settings = self.session_settings();
        for (index, migration) in migrations.iter().enumerate() {
            let name = || migration.name.clone();
            let Some(script) = &migration.script else {
                return Err(ReplayError::ScriptMissing(name()));
            };
            let text = script.text();
            if let Some(offset) = text.find('\0') {
                let at = u32::try_from(text[..offset].chars().count()).unwrap_or(u32::MAX);
                let place = place(text, 0, at.saturating_add(1));
                return Err(ReplayError::Nul { migration: name(), place });
            }
            let parsed = Script::parse(text);
            if let Some(statement) = parsed.copies(text) {
                let place = place(text, parsed.statements[statement].range.start, 1);
                return Err(ReplayError::Copies { migration: name(), place });
            }
            // Without a transaction to end the server would put a warning into its log.
            let ends = match parsed.course() {
                Course::Atomic => None,
                Course::Stepwise { .. } => Some("COMMIT"),
            };
            // One after the other on the wire, without waiting for the answers in between.
            let (sent, swept) = tokio::join!(send(self, text), self.sweep_session(ends, &settings));
            match sent.ended {
                Ok(()) => {}
                Err(QueryError::Refused(error)) => {
                    // Of most refusals the server says no position; the statement can be counted out.
                    let refused = || {
                        let cut = Script::parse(text);
                        let start = cut.statements.get(sent.executed)?.range.start;
                        Some(place(text, start, 1))
                    };
                    let place = error.position.map(|position| place(text, 0, position));
                    let place = place.or_else(refused);
                    let stop = Stop { migration: name(), error: *error, place };
                    return Err(ReplayError::Refused(Box::new(stop)));
                }
                Err(source) => return Err(ReplayError::Lost { migration: name(), source }),
            }
            swept.map_err(|source| ReplayError::Lost { migration: name(), source })?;
            on_replayed(index + 1);
        }
        Ok(())
    }

    /// Ends a transaction that a script may have left open and gives the session its settings back.
    async fn sweep_session(&self, ends: Option<&str>, settings: &str) -> Result<(), QueryError> {
        // The answers come when the script is done, whenever that is: no deadline.
        let send = async |sql: Option<&str>| match sql {
            Some(sql) => self.client().batch_execute(sql).await.map_err(QueryError::new),
            None => Ok(()),
        };
        let (ended, discarded, settled) =
            tokio::join!(send(ends), send(Some(DISCARD)), send(Some(settings)));
        ended.and(discarded).and(settled)
    }
}
