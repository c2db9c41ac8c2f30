//! Addresses of databases, as Prisma writes them; the password never leaves this type by accident.
//!
//! Reading and rewriting of the text happen here, the meaning of each parameter too. Whether the
//! address answers is found out in [`crate::database`], and certificate files are opened in
//! [`crate::tls`].

mod libpq;
mod parameters;
mod read;

use std::fmt::{self, Write as _};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

pub use libpq::{FOREIGN_VARIABLES, LibpqError, LibpqVariables};
pub use parameters::{ChannelBinding, RootCertificates, SslMode, Verification};

/// A PostgreSQL URL, `postgresql://user:password@host:port/database?parameter=value`.
///
/// It has no `Display`, and its `Debug` masks the password and every parameter that is not known
/// to be harmless. What is left out has Prisma's defaults: host `localhost`, port 5432, database
/// `postgres`, schema `public` (Prisma facts 1.6).
#[derive(Clone)]
pub struct DatabaseUrl {
    text: SecretString,
    user: String,
    password: Option<SecretString>,
    host: String,
    port: u16,
    database: String,
    parameters: Vec<Parameter>,
}

/// One `name=value` of the query part, decoded.
#[derive(Clone)]
struct Parameter {
    name: String,
    value: SecretString,
}

/// Why a text is not a usable URL. Never repeats the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Another scheme.
    #[error("the URL must start with the protocol postgresql:// or postgres://")]
    Scheme,
    /// `prisma://` or `prisma+postgres://`: an address of a hosted product or of `prisma dev`,
    /// which only Prisma's own client can open.
    #[error(
        "prisma:// and prisma+postgres:// addresses cannot be opened directly; use the postgresql:// address of the database"
    )]
    Hosted,
    /// Nothing at all.
    #[error("the URL is empty")]
    Empty,
    /// What stands after the last colon of the host is not a port. The usual cause is a `/`, `?`
    /// or `#` in the password that is not percent-encoded.
    #[error(
        "the port is not a number from 1 to 65535; special characters in the password must be percent-encoded"
    )]
    Port,
    /// Several hosts separated by commas, which Prisma does not understand either.
    #[error("the URL names several hosts; only one is supported")]
    SeveralHosts,
    /// A bracket without its fellow.
    #[error("the brackets around the IPv6 address do not match")]
    Brackets,
    /// A blank or control character outside the query part.
    #[error("the URL holds a blank or a control character; percent-encode it")]
    Blank,
    /// A part that is not UTF-8 once decoded, or that holds a NUL.
    #[error("the {part} of the URL is not valid text once percent-decoded")]
    NotText {
        /// Which part: "user", "password", "host", "database" or "parameters".
        part: &'static str,
    },
    /// A parameter that should be a number and is not.
    #[error("the parameter {parameter} of the URL must be a whole number")]
    Number {
        /// Name of the parameter.
        parameter: &'static str,
    },
}

/// Which server an address leads to: the same value for every database of one server, as far as
/// the text can tell. For limits per server and for grouping; `Display` gives `host:port` or the
/// socket's path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerKey(String);

impl fmt::Display for ServerKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// Every part is percent-decoded, an IPv6 host stands in brackets, a unix socket is given by
    /// `?host=/folder` or by a percent-encoded folder in the place of the host. Unknown parameters
    /// (libpq's `target_session_attrs` and `passfile` too) are ignored, as Prisma does.
    ///
    /// # Errors
    ///
    /// [`UrlError`], which never repeats the text.
    ///
    /// Source: Prisma facts 1.6.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        read::read(text)
    }

    /// The whole URL, password included: for the driver and for child processes' environments.
    pub fn reveal(&self) -> &str {
        self.text.expose_secret()
    }

    /// Host name, address without brackets, or folder of the socket when [`Self::is_socket`].
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether [`Self::host`] is the folder of a unix socket.
    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// The port; 5432 when the URL has none. It is part of a socket's file name too.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Name of the database, decoded; `postgres` when the URL has none.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The role, decoded; empty when the URL has none.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The password, decoded; `None` when the URL has none or an empty one.
    pub fn password(&self) -> Option<&SecretString> {
        self.password.as_ref()
    }

    /// Whether the password is one of which `is` says so; false without one. It is shown to nobody else.
    pub fn password_is(&self, is: impl FnOnce(&str) -> bool) -> bool {
        self.password.as_ref().is_some_and(|it| is(it.expose_secret()))
    }

    /// The schema of everything unqualified, and the home of the ledger; `public` by default.
    pub fn schema(&self) -> &str {
        self.parameter("schema").filter(|it| !it.is_empty()).unwrap_or("public")
    }

    /// Value of a parameter, decoded; the last one when it is given twice.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().rev().find(|it| it.name == name);
        found.map(|it| it.value.expose_secret())
    }

    /// `host:port` with brackets around an IPv6 address, or the socket's file.
    pub fn server(&self) -> String {
        if self.is_socket() {
            format!("{}/.s.PGSQL.{}", self.host.trim_end_matches('/'), self.port)
        } else if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Which server this is, for limits per server.
    pub fn server_key(&self) -> ServerKey {
        ServerKey(if self.is_socket() { self.server() } else { self.server().to_lowercase() })
    }

    /// The same address on another host and port: for a name inside a Compose network that is
    /// published on this machine. A `host` parameter is dropped, since it would win.
    #[must_use]
    pub fn with_endpoint(&self, host: &str, port: u16) -> Self {
        let mut url = self.clone();
        host.clone_into(&mut url.host);
        url.port = port;
        url.parameters.retain(|it| it.name != "host");
        url.rewritten()
    }

    /// The same address without demands on the server's certificate: for a program that runs beside the
    /// server, where there is no way on which somebody could listen.
    #[must_use]
    pub fn without_tls_demands(&self) -> Self {
        let mut url = self.clone();
        url.parameters.retain(|it| !it.name.starts_with("ssl"));
        url.rewritten()
    }

    /// The same address with another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.clone();
        name.clone_into(&mut url.database);
        url.rewritten()
    }

    /// The same address with another schema for everything unqualified.
    #[must_use]
    pub fn with_schema(&self, schema: &str) -> Self {
        let mut url = self.clone();
        url.parameters.retain(|it| it.name != "schema");
        let value = SecretString::from(schema.to_owned());
        url.parameters.push(Parameter { name: "schema".to_owned(), value });
        url.rewritten()
    }

    /// The address for people: the password and every parameter that is not known to be harmless
    /// are replaced by `****`.
    pub fn masked(&self) -> String {
        let mut text = String::from("postgresql://");
        if !self.user.is_empty() || self.password.is_some() {
            text.push_str(&read::encode(&self.user));
            if self.password.is_some() {
                text.push_str(":****");
            }
            text.push('@');
        }
        self.write_place(&mut text);
        for (index, parameter) in self.parameters.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(&read::encode(&parameter.name));
            text.push('=');
            if parameters::is_harmless(&parameter.name) {
                text.push_str(&read::encode_value(parameter.value.expose_secret()));
            } else {
                text.push_str("****");
            }
        }
        text
    }

    /// How long connecting may take: `connect_timeout`, 5 s by default, `None` for 0.
    pub fn connect_timeout(&self) -> Option<Duration> {
        let seconds = self.parameter("connect_timeout").and_then(|it| it.parse().ok()).unwrap_or(5);
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    /// How long one query may take: `socket_timeout`; `None` by default and for 0.
    pub fn socket_timeout(&self) -> Option<Duration> {
        let seconds = self.parameter("socket_timeout").and_then(|it| it.parse().ok()).unwrap_or(0);
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    /// Whether the URL itself says that a pooler is in front (`pgbouncer=true`).
    pub fn says_pooler(&self) -> bool {
        self.parameter("pgbouncer") == Some("true")
    }

    fn write_place(&self, text: &mut String) {
        // The socket's folder goes into the place of the host, percent-encoded: it needs no
        // parameter and survives every reader.
        if self.host.contains(':') {
            let _ = write!(text, "[{}]:{}", self.host, self.port);
        } else {
            let _ = write!(text, "{}:{}", read::encode(&self.host), self.port);
        }
        let _ = write!(text, "/{}", read::encode(&self.database));
    }

    fn rewritten(mut self) -> Self {
        let mut text = String::from("postgresql://");
        if !self.user.is_empty() || self.password.is_some() {
            text.push_str(&read::encode(&self.user));
            if let Some(password) = &self.password {
                text.push(':');
                text.push_str(&read::encode(password.expose_secret()));
            }
            text.push('@');
        }
        self.write_place(&mut text);
        for (index, parameter) in self.parameters.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(&read::encode(&parameter.name));
            text.push('=');
            text.push_str(&read::encode_value(parameter.value.expose_secret()));
        }
        self.text = SecretString::from(text);
        self
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests;
