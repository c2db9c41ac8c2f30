//! Why a connection did not come about, sorted by what a person has to do about it.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use crate::failure::ServerError;
use crate::tls::TlsError;
use crate::url::DatabaseUrl;

/// A connection that did not come about: where to, as whom, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to the database {database:?} at {server} as {user:?}")]
pub struct ConnectError {
    /// `host:port`, or the socket's file.
    pub server: String,
    /// Host alone, or the folder of the socket.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Role.
    pub user: String,
    /// Database.
    pub database: String,
    /// Why.
    #[source]
    pub reason: ConnectReason,
}

/// Why a connection did not come about.
#[derive(Debug, thiserror::Error)]
pub enum ConnectReason {
    /// The name does not resolve.
    #[error("the host name is unknown")]
    UnknownHost {
        /// What the system said.
        source: io::Error,
    },
    /// Nobody listens on this port.
    #[error("nothing listens there")]
    ConnectionRefused {
        /// What the system said.
        source: io::Error,
    },
    /// The socket's file is not there, or this system has no unix sockets.
    #[error("there is no such socket")]
    NoSocket {
        /// What the system said.
        source: io::Error,
    },
    /// No answer to the call at all: wrong address, a firewall, a machine that is off.
    #[error("nobody answered within {} s", after.as_secs_f32())]
    Unreached {
        /// How long we waited.
        after: Duration,
    },
    /// Somebody took the call and did not say a word.
    #[error("the call was taken, but there was no answer within {} s", after.as_secs_f32())]
    Silent {
        /// How long we waited.
        after: Duration,
    },
    /// Wrong password, or (when passwords are asked for) no such role.
    #[error("wrong password or unknown role")]
    Authentication(#[source] Box<ServerError>),
    /// The server asks for a password and the URL has none.
    #[error("the server asks for a password and the URL has none")]
    PasswordMissing,
    /// The server asks for a kind of log-in that radoub does not know, or does not prove its own
    /// identity as `channel_binding=require` wants.
    #[error("the log-in cannot be completed")]
    LogIn(#[source] tokio_postgres::Error),
    /// There is no such role (found out only where no password is asked for).
    #[error("the role does not exist or may not log in")]
    RoleMissing(#[source] Box<ServerError>),
    /// There is no such database.
    #[error("the database does not exist")]
    DatabaseMissing(#[source] Box<ServerError>),
    /// All connections of the server, the database or the role are taken.
    #[error("too many connections")]
    TooManyConnections(#[source] Box<ServerError>),
    /// TLS is wanted and the server has none.
    #[error("the server does not offer TLS, and sslmode asks for it")]
    TlsMissing,
    /// The server lets nobody from here in (`pg_hba.conf`); on a plain connection it may be that it
    /// wants TLS.
    #[error("the server has no rule that lets this role in from here")]
    NotAdmitted {
        /// Whether the connection was encrypted.
        encrypted: bool,
        /// What the server said.
        source: Box<ServerError>,
    },
    /// The role may not use this database (`CONNECT`).
    #[error("the role may not connect to this database")]
    Denied(#[source] Box<ServerError>),
    /// The server's certificate is not trusted, is out of date, or is for another name.
    #[error("the server's certificate is not accepted")]
    Certificate(#[source] rustls::Error),
    /// TLS failed otherwise.
    #[error("TLS failed")]
    Tls(#[source] tokio_postgres::Error),
    /// A certificate file that the URL names is of no use.
    #[error("the certificate files of the URL cannot be used")]
    TlsFiles(#[source] TlsError),
    /// It answers, but is no PostgreSQL.
    #[error("what answers there is not PostgreSQL")]
    NotPostgres(#[source] tokio_postgres::Error),
    /// The server is starting up, shutting down or recovering; soon it may not be.
    #[error("the server is not ready for connections")]
    NotReady(#[source] Box<ServerError>),
    /// The server closed the connection in the middle of the log-in.
    #[error("the connection was closed during the log-in")]
    Closed(#[source] tokio_postgres::Error),
    /// The network failed otherwise.
    #[error("the network failed")]
    Network {
        /// What the system said.
        source: io::Error,
    },
    /// The server refused for another reason.
    #[error("the server refused the connection")]
    Refused(#[source] Box<ServerError>),
    /// The driver failed otherwise.
    #[error("the connection failed")]
    Other(#[source] tokio_postgres::Error),
}

impl ConnectError {
    pub(super) fn new(url: &DatabaseUrl, reason: ConnectReason) -> Self {
        Self {
            server: url.server(),
            host: url.host().to_owned(),
            port: url.port(),
            user: url.user().to_owned(),
            database: url.database().to_owned(),
            reason,
        }
    }

    /// What the server said, when it said something.
    pub fn server_error(&self) -> Option<&ServerError> {
        use ConnectReason as R;
        match &self.reason {
            R::Authentication(said)
            | R::RoleMissing(said)
            | R::DatabaseMissing(said)
            | R::TooManyConnections(said)
            | R::NotAdmitted { source: said, .. }
            | R::Denied(said)
            | R::NotReady(said)
            | R::Refused(said) => Some(said),
            _ => None,
        }
    }

    /// The SQLSTATE, when the server gave one.
    pub fn sqlstate(&self) -> Option<&str> {
        self.server_error().map(|it| it.sqlstate.as_str())
    }

    /// The code that Prisma gives to this (Prisma facts 5.5); P2037 is the client's for too many
    /// connections.
    pub fn prisma_code(&self) -> &'static str {
        use ConnectReason as R;
        match &self.reason {
            R::Authentication(_) | R::PasswordMissing | R::LogIn(_) => "P1000",
            R::Silent { .. } => "P1002",
            R::DatabaseMissing(_) => "P1003",
            R::RoleMissing(_) | R::NotAdmitted { .. } | R::Denied(_) => "P1010",
            R::TlsMissing | R::Certificate(_) | R::Tls(_) | R::TlsFiles(_) => "P1011",
            R::Closed(_) => "P1017",
            R::TooManyConnections(_) => "P2037",
            _ => "P1001",
        }
    }

    /// Whether a later try may succeed without anybody changing anything: a server that starts, a
    /// full one, a network that failed.
    pub fn may_pass(&self) -> bool {
        use ConnectReason as R;
        matches!(
            self.reason,
            R::NotReady(_)
                | R::TooManyConnections(_)
                | R::ConnectionRefused { .. }
                | R::NoSocket { .. }
                | R::Closed(_)
                | R::Network { .. }
                | R::Unreached { .. }
                | R::Silent { .. }
        )
    }
}

/// Sorts a failure of the network before the first word.
pub(super) fn of_reaching(source: io::Error) -> ConnectReason {
    match source.kind() {
        io::ErrorKind::ConnectionRefused => ConnectReason::ConnectionRefused { source },
        io::ErrorKind::TimedOut => ConnectReason::Unreached { after: Duration::ZERO },
        _ => ConnectReason::Network { source },
    }
}

/// Sorts a failure after it.
///
/// The driver keeps the kinds of its errors to itself, so its own texts (in English, always) have to
/// tell TLS and log-in apart; what the server says is sorted by SQLSTATE and routine.
pub(super) fn of(error: tokio_postgres::Error, encrypted: bool) -> ConnectReason {
    if let Some(said) = error.as_db_error() {
        return of_server(Box::new(ServerError::new(said)), encrypted);
    }
    if let Some(refused) = certificate_cause(&error) {
        return ConnectReason::Certificate(refused);
    }
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    match error.to_string().as_str() {
        "error performing TLS handshake" if cause == "server does not support TLS" => {
            ConnectReason::TlsMissing
        }
        "error performing TLS handshake" => ConnectReason::Tls(error),
        "invalid configuration" if cause == "password missing" => ConnectReason::PasswordMissing,
        "authentication error" => ConnectReason::LogIn(error),
        "error parsing response from server" | "unexpected message from server" => {
            ConnectReason::NotPostgres(error)
        }
        "connection closed" => ConnectReason::Closed(error),
        _ => match io_cause(&error).map(io::Error::kind) {
            // The driver's codec says so of a message whose length makes no sense.
            Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
                ConnectReason::NotPostgres(error)
            }
            Some(_) => ConnectReason::Closed(error),
            None => ConnectReason::Other(error),
        },
    }
}

fn of_server(said: Box<ServerError>, encrypted: bool) -> ConnectReason {
    match (said.sqlstate.as_str(), said.routine.as_deref()) {
        ("28P01", _) => ConnectReason::Authentication(said),
        ("28000", Some("ClientAuthentication")) => {
            ConnectReason::NotAdmitted { encrypted, source: said }
        }
        ("28000", _) => ConnectReason::RoleMissing(said),
        ("3D000", _) => ConnectReason::DatabaseMissing(said),
        ("42501", _) => ConnectReason::Denied(said),
        ("53300", _) => ConnectReason::TooManyConnections(said),
        ("57P03", _) => ConnectReason::NotReady(said),
        _ => ConnectReason::Refused(said),
    }
}

/// The failure of the system below an error of the driver.
pub(super) fn io_cause(error: &tokio_postgres::Error) -> Option<&io::Error> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(found) = inner.downcast_ref::<io::Error>() {
            return Some(found);
        }
        cause = inner.source();
    }
    None
}

/// What rustls has against the server's certificate.
fn certificate_cause(error: &tokio_postgres::Error) -> Option<rustls::Error> {
    let refused = io_cause(error)?.get_ref()?.downcast_ref::<rustls::Error>()?;
    matches!(refused, rustls::Error::InvalidCertificate(_)).then(|| refused.clone())
}
