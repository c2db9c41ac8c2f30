//! Poolers that spread the statements of one client over several sessions of the server.
//!
//! Through such a pooler an advisory lock is taken in one session and believed in another, and
//! settings leak or vanish (Prisma facts 4). Looking works through it; whatever locks must not.

use std::time::Duration;

use crate::database::{ConnectError, Database, QueryError};

/// A session behind another pooler mode than "session" shows within so many questions.
const ROUNDS: usize = 3;

/// How long a question may take: in a pool of one, our second client may have to wait for the first.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why a connection cannot be trusted with a lock. The remedy is always the address of the server
/// itself: Prisma's `directUrl`.
#[derive(Debug, thiserror::Error)]
pub enum PoolerError {
    /// The URL says so itself: `pgbouncer=true`.
    #[error("the URL leads to a pooler (pgbouncer=true); the lock needs the server's own address")]
    Declared,
    /// Two clients that were connected at the same time got the same session of the server, or one
    /// client got two.
    #[error(
        "a pooler in transaction mode stands before the server; the lock needs its own address"
    )]
    Detected,
    /// The question whether there is a pooler could not be asked.
    #[error("could not find out whether a pooler stands before the server")]
    Query(#[source] QueryError),
    /// The second connection that the question takes did not come about.
    #[error("could not find out whether a pooler stands before the server")]
    Connect(#[source] ConnectError),
}

impl Database {
    /// Makes sure that statements of this connection all reach the same session.
    ///
    /// # Errors
    ///
    /// [`PoolerError`] when they do not, or when it cannot be told.
    pub async fn refuse_pooler(&self) -> Result<(), PoolerError> {
        refuse(self).await
    }
}

/// Makes sure that every statement of this connection reaches the same session of the server.
///
/// A direct connection is recognised for nothing: the process id that was announced at log-in is the
/// one that the server itself names, and a pooler makes up its own. Behind a pooler a second
/// connection shows which mode it is in; session mode is let through.
///
/// # Errors
///
/// [`PoolerError`].
///
/// Source: Prisma facts 4; measured with PgBouncer 1.18 in its three modes.
pub(crate) async fn refuse(database: &Database) -> Result<(), PoolerError> {
    if database.url().says_pooler() {
        return Err(PoolerError::Declared);
    }
    let first = database.backend_pid().await.map_err(PoolerError::Query)?;
    if database.announced_pid().await == Some(first) {
        return Ok(());
    }
    let other = database.sibling().await.map_err(PoolerError::Connect)?;
    let shared = is_shared(database, &other, first).await;
    other.close().await;
    if shared.map_err(PoolerError::Query)? { Err(PoolerError::Detected) } else { Ok(()) }
}

/// Whether the two clients meet in one session, or the first one moves.
async fn is_shared(one: &Database, other: &Database, first: i32) -> Result<bool, QueryError> {
    for _ in 0..ROUNDS {
        // A client in a transaction keeps its session to itself, and pushes the other out of it.
        if other.run("BEGIN").await.is_err() {
            // PgBouncer's statement mode refuses transactions and ends the connection.
            return Ok(true);
        }
        let theirs = other.backend_pid().await?;
        // Waiting here means that the pool has a single session and the transaction occupies it.
        let Ok(mine) = tokio::time::timeout(PATIENCE, one.backend_pid()).await else {
            other.run("ROLLBACK").await?;
            return Ok(true);
        };
        let mine = mine?;
        other.run("ROLLBACK").await?;
        if theirs == first || mine != first || mine == theirs {
            return Ok(true);
        }
    }
    Ok(false)
}
