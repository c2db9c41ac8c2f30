//! A server seen from beside its databases: databases of ours are made, marked, swapped by renaming and
//! dropped here, through a connection to a database that every server has.
//!
//! Whether a database may go, and when, is decided elsewhere; here nothing is dropped but what carries
//! our mark. What a database is made of inside is the business of other rooms.

mod properties;

use std::time::Duration;

use radoub_schema::name::Ident;
use tokio_postgres::types::Type;

pub use properties::{Grant, Properties, Provider, Setting};

use crate::create::{self, CreateError};
use crate::database::{ConnectError, ConnectSettings, Database, QueryError, read};
use crate::session::Session;
use crate::snapshot::Identity;
use crate::url::DatabaseUrl;

/// What the comment of every database of ours starts with.
const MARK: &str = "radoub: ";

/// What the names of databases that are being filled start with.
const FILLING: &str = "radoub_restore_";

/// How long the server itself waits for the sessions of a database to leave before it gives a renaming
/// up (`CountOtherDBBackends`: fifty looks, a tenth of a second apart).
const PAUSE: Duration = Duration::from_millis(50);

/// A connection to a server, beside the database that is worked on.
#[derive(Debug)]
pub struct Server {
    database: Database,
    url: DatabaseUrl,
    settings: ConnectSettings,
}

/// A database that carries our mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Its name.
    pub name: String,
    /// Object id.
    pub oid: u32,
    /// What was noted when it was marked.
    pub note: String,
    /// Bytes on disk; `None` when the role may not look.
    pub bytes: Option<i64>,
}

/// One renaming of a swap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// The database that takes the place.
    pub new: String,
    /// The place: the name that the application knows.
    pub name: String,
    /// Where the database that had the place goes, with the note for it; `None` when the place is empty.
    pub aside: Option<(String, String)>,
    /// The comment of the database in its new place, as it was before.
    pub comment: Option<String>,
}

/// Why databases could not be swapped. Nothing was renamed.
#[derive(Debug, thiserror::Error)]
pub enum SwapError {
    /// Somebody is connected to the database.
    #[error("{} sessions use the database {database:?}", sessions.len())]
    Busy {
        /// Which database.
        database: String,
        /// Who; empty when they could not be seen, such as prepared transactions.
        sessions: Vec<Session>,
    },
    /// The sessions may not be ended by this role.
    #[error("the role may not end the sessions of {database:?}")]
    MayNotEnd {
        /// Which database.
        database: String,
        /// What the server said.
        source: QueryError,
    },
    /// A second connection, to end sessions with, did not come about.
    #[error("cannot connect a second time")]
    Connect(#[source] ConnectError),
    /// The server refused, or could not be asked.
    #[error("the databases could not be renamed")]
    Query(#[source] QueryError),
}

impl Server {
    /// Connects beside the database of the URL, as its role.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] when neither `postgres` nor `template1` lets the role in.
    pub async fn connect(
        url: &DatabaseUrl,
        settings: &ConnectSettings,
    ) -> Result<Self, ConnectError> {
        let mut settings = settings.clone();
        settings.statement_timeout = None;
        let mut database = create::beside(url, &settings).await?;
        // So that a claim of ours ends with us also in the middle of a long statement. A session that cannot be told
        // so is as good for everything else, and a broken one says so with the next question.
        let _ = database.become_patient().await;
        Ok(Self { database, url: url.clone(), settings })
    }

    /// The address of the database that this is beside.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Ends the connection, and gives up everything that was [claimed](Self::claim).
    pub async fn close(self) {
        self.database.close().await;
    }

    /// Claims a name among radoubs, for as long as this connection lives; false when another has it.
    ///
    /// It is an advisory lock, so it means nothing to other programs and goes with us, however we end.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn claim(&self, name: &str) -> Result<bool, QueryError> {
        let sql =
            "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended($1, 72707369))";
        read(&self.database.row(sql, &[(&name, Type::TEXT)]).await?, 0)
    }

    /// Gives a claimed name back.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn disclaim(&self, name: &str) -> Result<(), QueryError> {
        let sql = "SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended($1, 72707369))";
        self.database.row(sql, &[(&name, Type::TEXT)]).await.map(drop)
    }

    /// Which server this is; the database is the one that is stood in.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn identity(&self) -> Result<Identity, QueryError> {
        self.database.identity().await
    }

    /// Whether there is a database of this name.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn has(&self, name: &str) -> Result<bool, QueryError> {
        let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1)";
        read(&self.database.row(sql, &[(&name, Type::TEXT)]).await?, 0)
    }

    /// A name that no database has: `radoub_restore_` and sixteen hexadecimal digits. Claim it before a
    /// database gets it.
    pub fn fresh_name() -> String {
        let digits = uuid::Uuid::new_v4().simple().to_string();
        format!("{FILLING}{}", &digits[..16])
    }

    /// Drops databases that were made to be filled and never marked, because their maker died in between;
    /// gives back their names.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn sweep_unmarked(&self) -> Result<Vec<String>, QueryError> {
        const SQL: &str = "SELECT datname::text FROM pg_catalog.pg_database \
             WHERE datname ~ '^radoub_restore_[0-9a-f]{16}$' \
             AND pg_catalog.shobj_description(oid, 'pg_database') IS NULL \
             AND pg_catalog.pg_has_role(datdba, 'USAGE') ORDER BY datname";
        let mut dropped = Vec::new();
        for row in self.database.rows(SQL, &[]).await? {
            let name: String = read(&row, 0)?;
            // Whoever is about to mark it has claimed its name.
            if self.claim(&name).await? {
                self.drop_database(&name).await?;
                self.disclaim(&name).await?;
                dropped.push(name);
            }
        }
        Ok(dropped)
    }

    /// Makes an empty database with encoding and collation of `like`, and marks it with `note`.
    ///
    /// What else a database has is given to it by [`Server::dress`], once it is full.
    ///
    /// # Errors
    ///
    /// [`CreateError`].
    ///
    /// Source: PostgreSQL manual, CREATE DATABASE; `template0`, because it alone takes every collation.
    pub async fn create(
        &self,
        name: &str,
        like: &Properties,
        note: &str,
    ) -> Result<(), CreateError> {
        let sql = format!("CREATE DATABASE {} {}", Ident::new(name), like.at_birth());
        let created = self.patiently(&sql).await;
        created.map_err(|error| create::sorted(error, name, &self.url))?;
        self.mark(name, note).await.map_err(CreateError::Query)
    }

    /// Marks a database as ours, with a note.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn mark(&self, name: &str, note: &str) -> Result<(), QueryError> {
        self.database.run(&comment(name, Some(&format!("{MARK}{note}")))).await
    }

    /// Every database with our mark that this role owns, by name.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn marked(&self) -> Result<Vec<Marked>, QueryError> {
        const SQL: &str = "SELECT d.datname::text, d.oid, \
             pg_catalog.shobj_description(d.oid, 'pg_database'), \
             CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT') \
                  THEN pg_catalog.pg_database_size(d.oid) END \
             FROM pg_catalog.pg_database d \
             WHERE pg_catalog.shobj_description(d.oid, 'pg_database') LIKE 'radoub: %' \
             AND pg_catalog.pg_has_role(d.datdba, 'USAGE') ORDER BY d.datname COLLATE \"C\"";
        let rows = self.database.rows_patiently(SQL, &[]).await?;
        rows.iter()
            .map(|row| {
                let note: String = read(row, 2)?;
                Ok(Marked {
                    name: read(row, 0)?,
                    oid: read(row, 1)?,
                    note: note.strip_prefix(MARK).unwrap_or_default().to_owned(),
                    bytes: read(row, 3)?,
                })
            })
            .collect()
    }

    /// The object id of a database; `None` when there is none of that name.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn oid(&self, name: &str) -> Result<Option<u32>, QueryError> {
        let sql = "SELECT oid FROM pg_catalog.pg_database WHERE datname = $1";
        let rows = self.database.rows(sql, &[(&name, Type::TEXT)]).await?;
        rows.first().map(|row| read(row, 0)).transpose()
    }

    /// Drops a database that carries our mark, sessions of others in it included; false when there is none
    /// with that name and mark.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn drop_marked(&self, name: &str) -> Result<bool, QueryError> {
        if !self.marked().await?.iter().any(|it| it.name == name) {
            return Ok(false);
        }
        self.drop_database(name).await?;
        Ok(true)
    }

    async fn drop_database(&self, name: &str) -> Result<(), QueryError> {
        self.patiently(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", Ident::new(name))).await
    }

    /// Who is connected to a database, our own session left out.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn sessions(&self, name: &str) -> Result<Vec<Session>, QueryError> {
        self.database.sessions_of(name).await
    }

    /// Ends the sessions of a database that call themselves `application`; gives back how many.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn end_sessions(&self, name: &str, application: &str) -> Result<usize, QueryError> {
        let sql = "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity \
                   WHERE datname = $1 AND application_name = $2 AND pid <> pg_catalog.pg_backend_pid()";
        let ended = [(&name as _, Type::TEXT), (&application as _, Type::TEXT)];
        Ok(self.database.rows(sql, &ended).await?.len())
    }

    /// Renames databases, all of them or none, in one transaction.
    ///
    /// A database that somebody is connected to cannot be renamed. With `evict` the sessions are ended; new
    /// ones wait in the door meanwhile, find the name changed, and come again to the new database.
    ///
    /// # Errors
    ///
    /// [`SwapError`]; nothing was renamed then.
    ///
    /// Source: PostgreSQL manual, ALTER DATABASE; measured: the renaming holds the lock that a log-in needs
    /// while it waits for sessions to leave.
    pub async fn swap(&self, swaps: &[Swap], evict: bool) -> Result<(), SwapError> {
        let leaving: Vec<&str> =
            swaps.iter().filter(|it| it.aside.is_some()).map(|it| it.name.as_str()).collect();
        if !evict {
            return self.rename(swaps).await;
        }
        let other = Self::connect(&self.url, &self.settings).await.map_err(SwapError::Connect)?;
        let renaming = self.rename(swaps);
        tokio::pin!(renaming);
        let renamed = tokio::select! {
            renamed = &mut renaming => renamed,
            // The renaming may still get through: its end is awaited, so that nothing happens behind us.
            refused = other.keep_ending(&leaving) => renaming.await.map_err(|_| refused),
        };
        other.close().await;
        renamed
    }

    async fn rename(&self, swaps: &[Swap]) -> Result<(), SwapError> {
        self.database.run("BEGIN").await.map_err(SwapError::Query)?;
        for swap in swaps {
            if let Err(error) = self.rename_one(swap).await {
                if !error.is_lost() {
                    self.database.run("ROLLBACK").await.map_err(SwapError::Query)?;
                }
                return Err(if error.is("55006") {
                    let sessions = self.sessions(&swap.name).await.map_err(SwapError::Query)?;
                    SwapError::Busy { database: swap.name.clone(), sessions }
                } else {
                    SwapError::Query(error)
                });
            }
        }
        self.patiently("COMMIT").await.map_err(SwapError::Query)
    }

    async fn rename_one(&self, swap: &Swap) -> Result<(), QueryError> {
        let renaming = |from: &str, to: &str| {
            format!("ALTER DATABASE {} RENAME TO {}", Ident::new(from), Ident::new(to))
        };
        if let Some((aside, note)) = &swap.aside {
            self.patiently(&renaming(&swap.name, aside)).await?;
            self.mark(aside, note).await?;
        }
        self.patiently(&renaming(&swap.new, &swap.name)).await?;
        self.database.run(&comment(&swap.name, swap.comment.as_deref())).await
    }

    /// Ends the sessions of these databases again and again; comes back only when it may not.
    async fn keep_ending(&self, databases: &[&str]) -> SwapError {
        let sql = "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity \
                   WHERE datname = $1 AND pid <> pg_catalog.pg_backend_pid() \
                   AND backend_type <> 'autovacuum worker'";
        loop {
            for database in databases {
                if let Err(source) = self.database.rows(sql, &[(database, Type::TEXT)]).await {
                    let database = (*database).to_owned();
                    return SwapError::MayNotEnd { database, source };
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Sends a statement that takes as long as it takes.
    async fn patiently(&self, sql: &str) -> Result<(), QueryError> {
        self.database.client().batch_execute(sql).await.map_err(QueryError::new)
    }
}

/// `COMMENT ON DATABASE`; the text is quoted as a literal, since a comment takes no parameter.
fn comment(name: &str, text: Option<&str>) -> String {
    let text = text.map_or_else(|| "NULL".to_owned(), literal);
    format!("COMMENT ON DATABASE {} IS {text}", Ident::new(name))
}

/// A text as a literal that no setting of the session reads in another way.
fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_stays_one_literal() {
        assert_eq!(
            comment("a\"b", Some("it's \\ all")),
            "COMMENT ON DATABASE \"a\"\"b\" IS E'it''s \\\\ all'"
        );
        assert_eq!(comment("x", None), "COMMENT ON DATABASE \"x\" IS NULL");
    }
}
