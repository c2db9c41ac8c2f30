//! Asking a temporary server, from tests with and without an async runtime.

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::thread;

use tokio_postgres::{NoTls, SimpleQueryMessage};

/// Rows as text, in the order of the answer; `None` is SQL's NULL.
pub type Rows = Vec<Vec<Option<String>>>;

/// Why a temporary server did not answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// No runtime could be made.
    #[error("no runtime to ask with")]
    Runtime(#[from] io::Error),
    /// The server refused the connection or the statement.
    #[error("{}{}", sqlstate.as_deref().map(|code| format!("{code} ")).unwrap_or_default(), message)]
    Server {
        /// The code, when the server answered at all.
        sqlstate: Option<String>,
        /// What went wrong, in the words of the server or the driver.
        message: String,
    },
}

impl From<tokio_postgres::Error> for QueryError {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(answer) = error.as_db_error() {
            return Self::Server {
                sqlstate: Some(answer.code().code().to_owned()),
                message: answer.message().to_owned(),
            };
        }
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let _ = write!(message, ": {cause}");
            source = cause.source();
        }
        Self::Server { sqlstate: None, message }
    }
}

/// Sends `sql` as one simple-protocol message on a connection of its own, and gives the rows of all
/// its statements.
///
/// It runs on a thread of its own, so that a test inside an async runtime may call it.
///
/// # Errors
///
/// [`QueryError`] when the server cannot be reached or refuses.
pub fn ask(url: &str, sql: &str) -> Result<Rows, QueryError> {
    thread::scope(|scope| {
        let asker = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
                let conversation = async {
                    let messages = client.simple_query(sql).await;
                    drop(client);
                    messages
                };
                // The connection ends by itself once the client is dropped.
                let (messages, ended) = tokio::join!(conversation, connection);
                let messages = messages?;
                ended?;
                Ok(messages.iter().filter_map(row).collect())
            })
        });
        asker.join().expect("asking does not panic")
    })
}

fn row(message: &SimpleQueryMessage) -> Option<Vec<Option<String>>> {
    match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
        }
        _ => None,
    }
}

/// Rows the way `psql -At` prints them: a line a row, `|` between columns, nothing for NULL.
pub(super) fn text(rows: &Rows) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            row.iter().map(|value| value.as_deref().unwrap_or("")).collect::<Vec<_>>().join("|")
        })
        .collect();
    lines.join("\n")
}
