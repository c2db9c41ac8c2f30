//! How large the tables are that a script touches, and which very server this is: what a plan needs
//! to know beyond a look. No row of a user's table is read.

use std::time::SystemTime;

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::database::{Database, QueryError, read};

const TABLES: &str = include_str!("survey/tables.sql");
const COLUMNS: &str = include_str!("survey/columns.sql");
const TYPES: &str = include_str!("survey/types.sql");
const IDENTITY: &str = include_str!("survey/identity.sql");

/// Whoever holds a table for longer than this has it measured by memory.
const BEGIN: &str = "BEGIN READ ONLY; SET LOCAL lock_timeout = '250ms'";
/// SQLSTATE of a lock that was not had in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// What a survey found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surveyed {
    /// The tables of the names asked for, in every schema, by schema and name.
    pub tables: Vec<Table>,
    /// The indexes of the names asked for.
    pub indexes: Vec<Index>,
    /// The enum types, domains and ranges of the names asked for: schema and name.
    pub types: Vec<(String, String)>,
    /// The extensions of the names asked for that the server has.
    pub extensions: Vec<String>,
    /// What tells this server from a copy.
    pub identity: Identity,
    /// When it was asked, by the clock of the server.
    pub clock: Option<SystemTime>,
}

/// A table or materialized view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// How many rows the planner of PostgreSQL believes in; `None` when it was never analyzed.
    pub rows: Option<u64>,
    /// Whether its file has no page: it holds no row for sure.
    pub is_empty: bool,
    /// Bytes of the table with its indexes and TOAST.
    pub bytes: u64,
    /// Names and types of its columns, as `format_type` writes them.
    pub columns: Vec<(String, String)>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Schema of its table.
    pub table_schema: String,
    /// Name of its table.
    pub table: String,
}

/// What tells a server from a copy of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The timeline, eight hexadecimal digits: it changes when a standby or a backup is promoted.
    pub timeline: Option<String>,
    /// How many bytes of write-ahead log there ever were: it never becomes less on one server.
    pub wal_position: Option<u64>,
    /// Where the server keeps its data; `None` for a role that may not know.
    pub data_directory: Option<String>,
}

impl Database {
    /// Surveys the tables, indexes and types of these names, in whatever schema they are, the extensions of those
    /// names, and the server.
    ///
    /// One read-only round trip. A name that there is not is left out; the size of a table that is
    /// dropped meanwhile is 0. Where somebody keeps a table locked against reading, its size is that of
    /// the last `VACUUM` or `ANALYZE`: a quarter of a second is waited for, not more.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    ///
    /// Source: PostgreSQL manual, 9.28.7 (size functions), 53.11 (`pg_class`).
    pub async fn survey(
        &mut self,
        names: &[String],
        extensions: &[String],
    ) -> Result<Surveyed, QueryError> {
        self.settle().await?;
        let asked = match self.ask(names, extensions, true).await {
            Err(QueryError::Refused(error)) if error.sqlstate == LOCK_NOT_AVAILABLE => {
                self.run("ROLLBACK").await?;
                self.ask(names, extensions, false).await
            }
            asked => asked,
        };
        if asked.is_err() && !self.is_closed() {
            // Leaves the session usable; the first error is the one that matters.
            let _ = self.run("ROLLBACK").await;
        }
        let (tables, columns, types, identity) = asked?;
        let mut surveyed = Surveyed::default();
        for row in tables {
            if read(&row, 2)? {
                surveyed.indexes.push(Index {
                    schema: read(&row, 0)?,
                    name: read(&row, 1)?,
                    table_schema: read(&row, 3)?,
                    table: read(&row, 4)?,
                });
            }
            // Of an index the numbers are those of its table, which it speaks for.
            let table = Table {
                schema: read(&row, 3)?,
                name: read(&row, 4)?,
                rows: read::<Option<f64>>(&row, 5)?.map(count),
                is_empty: read::<i64>(&row, 6)? == 0,
                bytes: u64::try_from(read::<i64>(&row, 7)?).unwrap_or(0),
                columns: Vec::new(),
            };
            let is_known = |it: &Table| it.schema == table.schema && it.name == table.name;
            if !surveyed.tables.iter().any(is_known) {
                surveyed.tables.push(table);
            }
        }
        for row in columns {
            let (schema, name): (String, String) = (read(&row, 0)?, read(&row, 1)?);
            let own = |it: &&mut Table| it.schema == schema && it.name == name;
            if let Some(table) = surveyed.tables.iter_mut().find(own) {
                table.columns.push((read(&row, 2)?, read(&row, 3)?));
            }
        }
        for row in types {
            match read::<&str>(&row, 2)? {
                "type" => surveyed.types.push((read(&row, 0)?, read(&row, 1)?)),
                _ => surveyed.extensions.push(read(&row, 1)?),
            }
        }
        surveyed.identity = Identity {
            timeline: read(&identity, 0)?,
            wal_position: read::<Option<i64>>(&identity, 1)?.and_then(|it| u64::try_from(it).ok()),
            data_directory: read(&identity, 2)?,
        };
        surveyed.clock = read(&identity, 3)?;
        Ok(surveyed)
    }
}

impl Database {
    async fn ask(
        &self,
        names: &[String],
        extensions: &[String],
        measured: bool,
    ) -> Result<(Vec<Row>, Vec<Row>, Vec<Row>, Row), QueryError> {
        let sizes = [(&names as _, Type::TEXT_ARRAY), (&measured as _, Type::BOOL)];
        let kinds = [(&names as _, Type::TEXT_ARRAY), (&extensions as _, Type::TEXT_ARRAY)];
        let (begun, tables, columns, types, identity, ended) = tokio::join!(
            self.run(BEGIN),
            self.rows(TABLES, &sizes),
            self.rows(COLUMNS, &sizes[..1]),
            self.rows(TYPES, &kinds),
            self.row(IDENTITY, &[]),
            self.run("COMMIT"),
        );
        begun?;
        let all = (tables?, columns?, types?, identity?);
        ended?;
        Ok(all)
    }
}

/// A number of rows, which the server keeps as a floating one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, positive, and far from the end of what a u64 holds"
)]
fn count(rows: f64) -> u64 {
    rows.max(0.0) as u64
}
