//! One connection to one database, with deadlines on everything.
//!
//! This is the only place that opens sockets. Looking, locking and applying are methods on the
//! same type, written down in [`crate::look`], [`crate::lock`] and [`crate::apply`].

mod refusal;
mod socket;

use std::fmt::Write as _;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use radoub_schema::name::Ident;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{CancelToken, Client, Row};

pub use refusal::{ConnectError, ConnectReason};

use crate::failure::ServerError;
use crate::url::DatabaseUrl;

/// A parameter bound to a query, with its type, so that the server need not be asked for it.
pub(crate) type Bound<'a> = (&'a (dyn ToSql + Sync), Type);

/// How long an answer to one of our own short queries may take when nobody says otherwise.
const USUAL_ANSWER: Duration = Duration::from_secs(30);

/// How long one of our sessions may sit inside a transaction while we do not speak: a laptop that
/// falls asleep must not keep locks until it wakes (fault 13).
const IDLE_IN_TRANSACTION: Duration = Duration::from_mins(1);

/// How soon a server that is busy with our statement notices that we are gone, so that no lock of ours
/// outlives us by ten seconds (PostgreSQL 14 and later, where its system can tell).
const CLIENT_CHECK: Duration = Duration::from_secs(2);

/// How to connect, and how patient the session is.
#[derive(Debug, Clone, Default)]
pub struct ConnectSettings {
    /// How long name look-up, TCP, TLS and log-in may take together; the URL's `connect_timeout`
    /// wins when it is shorter.
    pub deadline: Option<Duration>,
    /// `statement_timeout` of the session, and a little less than how long we wait for the answer to
    /// a query of ours; `None` leaves the server's setting and waits 30 s for our own queries.
    pub statement_timeout: Option<Duration>,
    /// `lock_timeout` of the session; `None` leaves the server's setting.
    pub lock_timeout: Option<Duration>,
    /// Appended to `radoub` with a blank between: `radoub watch`. A URL with an
    /// `application_name` keeps its own.
    pub application_suffix: Option<String>,
    /// Folder that relative names of certificate files start from: that of the schema.
    pub certificates: Option<PathBuf>,
}

/// A connection to a database.
///
/// Dropping it ends the connection; [`Database::close`] does so politely.
#[derive(Debug)]
pub struct Database {
    client: Client,
    /// Drives the connection; aborted when this value goes.
    driver: JoinSet<()>,
    url: DatabaseUrl,
    settings: ConnectSettings,
    version: String,
    encrypted: bool,
    /// Whether the session has been given its settings.
    settled: bool,
    /// Whether the server is to look now and then whether we are still there.
    watches_client: bool,
    /// Whether a look has found a ledger that this role may read and write.
    has_ledger: bool,
}

/// Why a query of ours gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The server refused it.
    #[error("the server refused the query")]
    Refused(#[source] Box<ServerError>),
    /// The connection is gone; whether the query was carried out is unknown.
    #[error("the connection to the server was lost")]
    Lost(#[source] LostError),
    /// No answer in time; whether the query was or will be carried out is unknown.
    #[error("the server did not answer within {} s", after.as_secs_f32())]
    Silent {
        /// How long we waited.
        after: Duration,
    },
    /// An answer that the driver cannot make sense of.
    #[error("the server's answer cannot be understood")]
    Garbled(#[source] tokio_postgres::Error),
}

/// How a connection was lost.
#[derive(Debug, thiserror::Error)]
pub enum LostError {
    /// The server said good-bye: shut down, restarted, or somebody terminated the session.
    #[error(transparent)]
    Ended(Box<ServerError>),
    /// It broke.
    #[error(transparent)]
    Broken(tokio_postgres::Error),
}

impl QueryError {
    /// Sorts an error of the driver.
    pub(crate) fn new(error: tokio_postgres::Error) -> Self {
        if let Some(said) = error.as_db_error() {
            let said = Box::new(ServerError::new(said));
            return if said.ends_connection() {
                Self::Lost(LostError::Ended(said))
            } else {
                Self::Refused(said)
            };
        }
        if error.is_closed() || refusal::io_cause(&error).is_some() {
            return Self::Lost(LostError::Broken(error));
        }
        Self::Garbled(error)
    }

    /// What the server said, when it said something.
    pub fn server(&self) -> Option<&ServerError> {
        match self {
            Self::Refused(said) | Self::Lost(LostError::Ended(said)) => Some(said),
            _ => None,
        }
    }

    /// The SQLSTATE, when the server gave one.
    pub fn sqlstate(&self) -> Option<&str> {
        self.server().map(|it| it.sqlstate.as_str())
    }

    /// Whether the session cannot be used any more, and the outcome is unknown.
    pub fn is_lost(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }

    /// Whether the server refused it with this SQLSTATE.
    pub(crate) fn is(&self, sqlstate: &str) -> bool {
        matches!(self, Self::Refused(said) if said.sqlstate == sqlstate)
    }
}

impl Database {
    /// Connects, as role and to the database that the URL names.
    ///
    /// Name look-up, TCP, TLS and log-in together end within the deadline, also when a server
    /// accepts and never says a word. Nothing is created: a missing database is
    /// [`ConnectReason::DatabaseMissing`], a missing schema is found by [`Database::look`].
    /// The session is called `radoub` in `pg_stat_activity`.
    ///
    /// # Errors
    ///
    /// [`ConnectError`], which names the place and never the password.
    ///
    /// Source: Prisma facts 1.6, 5.5; PostgreSQL manual, 55.2.
    pub async fn connect(
        url: &DatabaseUrl,
        settings: &ConnectSettings,
    ) -> Result<Self, ConnectError> {
        let opened =
            socket::open(url, settings).await.map_err(|reason| ConnectError::new(url, reason))?;
        Ok(Self {
            client: opened.client,
            driver: opened.driver,
            url: url.clone(),
            settings: settings.clone(),
            version: opened.version,
            encrypted: opened.encrypted,
            settled: false,
            watches_client: false,
            has_ledger: false,
        })
    }

    /// Another connection to the same database with the same settings.
    pub(crate) async fn sibling(&self) -> Result<Self, ConnectError> {
        Self::connect(&self.url, &self.settings).await
    }

    /// The address.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Version of the server as it says at log-in, `15.14 (Debian …)`; a pooler may say its own.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// First number of the version; 0 when it cannot be read.
    pub(crate) fn major(&self) -> u32 {
        let digits = self.version.split(|it: char| !it.is_ascii_digit()).next();
        digits.and_then(|it| it.parse().ok()).unwrap_or(0)
    }

    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Ends the connection politely: the server sees a good-bye and frees the session's locks at once.
    pub async fn close(mut self) {
        drop(self.client);
        // Waits for the driver to say good-bye; a dead server must not hold us.
        let goodbye = async { while self.driver.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(Duration::from_secs(1), goodbye).await;
    }

    /// Ends the connection at once, without a good-bye.
    pub(crate) fn hang_up(&mut self) {
        self.driver.abort_all();
    }

    /// Whether the connection is known to be gone.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// The driver's side, for queries whose answers are streamed.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn settings(&self) -> &ConnectSettings {
        &self.settings
    }

    /// Changes the settings; they reach the server with the next [`Database::settle`].
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut ConnectSettings)) {
        change(&mut self.settings);
        self.settled = false;
    }

    /// The statements that give a fresh session its settings.
    ///
    /// They are statements and not start-up options because poolers refuse or drop the latter.
    pub(crate) fn session_settings(&self) -> String {
        let mut text = format!("SET search_path = {}", Ident::new(self.url.schema()));
        let mut set = |name: &str, value: Option<Duration>| {
            if let Some(value) = value {
                let _ = write!(text, "; SET {name} = {}", value.as_millis().max(1));
            }
        };
        set("statement_timeout", self.settings.statement_timeout);
        set("lock_timeout", self.settings.lock_timeout);
        if self.watches_client {
            set("client_connection_check_interval", Some(CLIENT_CHECK));
        }
        set("idle_in_transaction_session_timeout", Some(IDLE_IN_TRANSACTION));
        text
    }

    /// From now on the settings ask the server to look whether we are still there while it works.
    pub(crate) fn watch_client(&mut self) {
        self.watches_client = true;
        self.settled = false;
    }

    /// Notes what a look has found.
    pub(crate) fn mark_ledger(&mut self, is_usable: bool) {
        self.has_ledger = is_usable;
    }

    /// Whether a look through this connection has found a ledger that can be read and written.
    pub(crate) fn has_ledger(&self) -> bool {
        self.has_ledger
    }

    /// Whether the settings still have to be sent.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }

    pub(crate) fn mark_settled(&mut self) {
        self.settled = true;
    }

    /// Gives the session its settings unless it has them.
    pub(crate) async fn settle(&mut self) -> Result<(), QueryError> {
        if !self.settled {
            self.run(&self.session_settings()).await?;
            self.settled = true;
        }
        Ok(())
    }

    /// Sends statements without parameters and waits for their end.
    pub(crate) async fn run(&self, sql: &str) -> Result<(), QueryError> {
        self.within(self.client.batch_execute(sql)).await
    }

    /// Sends one statement with bound parameters; gives back its rows.
    pub(crate) async fn rows(
        &self,
        sql: &str,
        parameters: &[Bound<'_>],
    ) -> Result<Vec<Row>, QueryError> {
        self.within(self.client.query_typed(sql, parameters)).await
    }

    /// The same for a statement that gives exactly one row.
    pub(crate) async fn row(&self, sql: &str, parameters: &[Bound<'_>]) -> Result<Row, QueryError> {
        self.within(self.client.query_typed_one(sql, parameters)).await
    }

    /// The same for a statement that changes rows; gives back how many.
    pub(crate) async fn change_rows(
        &self,
        sql: &str,
        parameters: &[Bound<'_>],
    ) -> Result<u64, QueryError> {
        self.within(self.client.execute_typed(sql, parameters)).await
    }

    /// How long we wait for an answer to a short query: a second more than the server may take, so
    /// that it is the server that says what was too slow.
    pub(crate) fn answer_deadline(&self) -> Duration {
        let server = self.settings.statement_timeout.map(|it| it + Duration::from_secs(1));
        let url = self.url.socket_timeout();
        [server, url].into_iter().flatten().min().unwrap_or(USUAL_ANSWER)
    }

    /// Waits for an answer, but not for ever.
    pub(crate) async fn within<T>(
        &self,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, QueryError> {
        let started = Instant::now();
        match tokio::time::timeout(self.answer_deadline(), answer).await {
            Ok(answer) => answer.map_err(QueryError::new),
            Err(_) => Err(QueryError::Silent { after: started.elapsed() }),
        }
    }

    /// Process id of the session as the server sees it: a question to the server.
    pub(crate) async fn backend_pid(&self) -> Result<i32, QueryError> {
        read(&self.row("SELECT pg_catalog.pg_backend_pid()", &[]).await?, 0)
    }

    /// Process id that came with the log-in: free, and false behind a pooler.
    pub(crate) async fn announced_pid(&self) -> Option<i32> {
        socket::announced_pid(self.client.cancel_token()).await
    }

    /// What it takes to cancel a running statement from outside.
    pub(crate) fn canceller(&self) -> Canceller {
        Canceller {
            token: self.client.cancel_token(),
            url: self.url.clone(),
            settings: self.settings.clone(),
        }
    }
}

/// Cancels the running statement of one session, through a connection of its own.
pub(crate) struct Canceller {
    token: CancelToken,
    url: DatabaseUrl,
    settings: ConnectSettings,
}

impl Canceller {
    /// Asks the server to cancel whatever the session is doing; the session itself then says
    /// SQLSTATE 57014. Nothing to cancel is no error.
    pub(crate) async fn cancel(&self) -> Result<(), ConnectError> {
        socket::cancel(&self.token, &self.url, &self.settings)
            .await
            .map_err(|reason| ConnectError::new(&self.url, reason))
    }
}

/// Reads a column of a row of ours.
pub(crate) fn read<'row, T: tokio_postgres::types::FromSql<'row>>(
    row: &'row Row,
    column: usize,
) -> Result<T, QueryError> {
    row.try_get(column).map_err(QueryError::Garbled)
}
