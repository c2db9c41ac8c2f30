//! Addresses of databases, as Prisma writes them; the password never leaves this type by accident.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A PostgreSQL URL, `postgresql://user:password@host:port/database?parameter=value`.
///
/// It has no `Display`, and its `Debug` masks the password.
#[derive(Clone)]
pub struct DatabaseUrl {
    text: SecretString,
}

/// Why a text is not a usable URL. Never repeats the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Another scheme.
    #[error("the URL must start with the protocol postgresql:// or postgres://")]
    Scheme,
}

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    ///
    /// [`UrlError`], which never repeats the text.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if !(text.starts_with("postgresql://") || text.starts_with("postgres://")) {
            return Err(UrlError::Scheme);
        }
        Ok(Self { text: SecretString::from(text.to_owned()) })
    }

    /// The whole URL, password included: for the driver and for child processes' environments.
    pub fn reveal(&self) -> &str {
        self.text.expose_secret()
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("DatabaseUrl(…)")
    }
}
