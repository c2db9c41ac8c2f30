//! Sessions of other people in the same database: who holds a lock, who waits, who blocks whom.

use std::time::SystemTime;

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::database::{Database, QueryError, read};

/// Who holds or wants Prisma's migration lock, and whether radoub works beside it.
const LOCK: &str = include_str!("session/lock.sql");
/// Who blocks a session.
const BLOCKERS: &str = include_str!("session/blockers.sql");
/// Who is in a database.
const OF_DATABASE: &str = include_str!("session/of_database.sql");

/// A session as `pg_stat_activity` shows it.
///
/// What a role without `pg_read_all_stats` may not see of others is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Process id in the server.
    pub pid: i32,
    /// Role.
    pub user: Option<String>,
    /// What the client calls itself; `None` when it does not.
    pub application: Option<String>,
    /// Address of the client; `None` over a unix socket or when it may not be seen.
    pub client: Option<String>,
    /// `active`, `idle`, `idle in transaction`, …
    pub state: Option<String>,
    /// When it connected, by the server's clock.
    pub connected_at: Option<SystemTime>,
    /// When its transaction began.
    pub transaction_since: Option<SystemTime>,
    /// When its present or last query began.
    pub query_since: Option<SystemTime>,
    /// When its state last changed.
    pub state_since: Option<SystemTime>,
    /// The first 200 characters of its present or last query.
    pub query: Option<String>,
    /// The server's clock when this was read, to tell ages by.
    pub seen_at: SystemTime,
}

/// The sessions around the migration lock of one database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockState {
    /// Who holds advisory lock 72707369, or does the work of a radoub that stepped aside.
    pub holder: Option<Session>,
    /// Who waits for it.
    pub waiting: Vec<Session>,
}

impl Session {
    /// Since when the session does what it does: its transaction, else its query, else since it came.
    pub fn since(&self) -> Option<SystemTime> {
        self.transaction_since.or(self.query_since).or(self.connected_at)
    }

    /// Reads the columns of the two queries of this file, which begin alike.
    fn read(row: &Row) -> Result<Self, QueryError> {
        let text = |column| -> Result<Option<String>, QueryError> {
            Ok(read::<Option<String>>(row, column)?.filter(|it| !it.is_empty()))
        };
        Ok(Self {
            pid: read(row, 0)?,
            user: text(1)?,
            application: text(2)?,
            client: text(3)?,
            state: text(4)?,
            connected_at: read(row, 5)?,
            transaction_since: read(row, 6)?,
            query_since: read(row, 7)?,
            state_since: read(row, 8)?,
            query: text(9)?,
            seen_at: read(row, 10)?,
        })
    }
}

impl LockState {
    /// The query behind this value, for those who send it together with others.
    pub(crate) const SQL: &'static str = LOCK;

    /// Reads the rows of [`Self::SQL`].
    pub(crate) fn read(rows: &[Row]) -> Result<Self, QueryError> {
        let mut state = Self::default();
        for row in rows {
            let session = Session::read(row)?;
            if read(row, 11)? {
                state.holder.get_or_insert(session);
            } else {
                state.waiting.push(session);
            }
        }
        Ok(state)
    }
}

impl Database {
    /// Who holds the migration lock of this database, and who waits for it; our own session is left
    /// out.
    pub(crate) async fn lock_state(&self) -> Result<LockState, QueryError> {
        LockState::read(&self.rows(LOCK, &[]).await?)
    }

    /// Who is connected to the database of this name, on the same server; our own session is left out.
    pub(crate) async fn sessions_of(&self, name: &str) -> Result<Vec<Session>, QueryError> {
        let rows = self.rows(OF_DATABASE, &[(&name, Type::TEXT)]).await?;
        rows.iter().map(Session::read).collect()
    }

    /// Who keeps the session `pid` from going on; empty when nobody does.
    pub(crate) async fn blockers(&self, pid: i32) -> Result<Vec<Session>, QueryError> {
        let rows = self.rows(BLOCKERS, &[(&pid, Type::INT4)]).await?;
        rows.iter().map(Session::read).collect()
    }
}
