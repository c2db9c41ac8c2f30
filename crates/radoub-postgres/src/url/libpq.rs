//! The address in the words of libpq, for programs like `pg_dump` that are given it through their
//! environment: a password in their arguments would stand in every process list.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;

use super::{DatabaseUrl, RootCertificates, SslMode, Verification};

/// Variables of libpq that a child process must not take over from us: each of them could lead it
/// to another place than ours. PostgreSQL manual, 34.15.
pub const FOREIGN_VARIABLES: [&str; 30] = [
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGUSER",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGREQUIREAUTH",
    "PGCHANNELBINDING",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGOPTIONS",
    "PGAPPNAME",
    "PGSSLMODE",
    "PGREQUIRESSL",
    "PGSSLNEGOTIATION",
    "PGSSLCOMPRESSION",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLCERTMODE",
    "PGSSLROOTCERT",
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGSSLSNI",
    "PGREQUIREPEER",
    "PGGSSENCMODE",
    "PGCONNECT_TIMEOUT",
    "PGCLIENTENCODING",
    "PGTARGETSESSIONATTRS",
    "PGLOADBALANCEHOSTS",
];

/// Where the bundle of trusted authorities lies, on systems whose libpq is older than 16 and cannot
/// ask the system itself.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Environment of a child process; `Debug` shows names only.
#[derive(Clone)]
pub struct LibpqVariables(Vec<(&'static str, String)>);

/// Why libpq cannot follow the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LibpqError {
    /// `sslidentity` is a PKCS#12 file, which libpq does not read.
    #[error("sslidentity is a PKCS#12 file, which the programs of PostgreSQL cannot read")]
    Identity,
    /// `verify-full` without a file of authorities, on a system whose own are not found.
    #[error("no file with this machine's trusted authorities was found; name one by sslrootcert")]
    Authorities,
}

impl LibpqVariables {
    /// Names and values, password included: for [`std::process::Command::envs`] only.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The names, for programs that hand them on to another machine (`docker exec -e NAME`).
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// The same with one more variable, or another value for it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.into()));
        self
    }
}

impl fmt::Debug for LibpqVariables {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.names()).finish()
    }
}

impl DatabaseUrl {
    /// The address as variables of libpq; `certificates` is the folder that relative names of files
    /// start from, `client` the major version of the program that will read them.
    ///
    /// # Errors
    ///
    /// [`LibpqError`] for what only radoub's own connections can do.
    pub fn libpq(
        &self,
        certificates: Option<&Path>,
        client: u32,
    ) -> Result<LibpqVariables, LibpqError> {
        if self.identity().is_some() {
            return Err(LibpqError::Identity);
        }
        let mut variables = vec![
            ("PGHOST", self.host().to_owned()),
            ("PGPORT", self.port().to_string()),
            ("PGDATABASE", self.database().to_owned()),
            ("PGUSER", self.user().to_owned()),
            ("PGSSLMODE", self.libpq_ssl_mode().to_owned()),
            ("PGCONNECT_TIMEOUT", self.connect_timeout().map_or(0, |it| it.as_secs()).to_string()),
        ];
        if let Some(password) = self.password() {
            variables.push(("PGPASSWORD", password.expose_secret().to_owned()));
        }
        let encrypts = !self.is_socket() && self.ssl_mode() != SslMode::Disable;
        if encrypts && self.verification() != Verification::None {
            let file = match self.root_certificates() {
                RootCertificates::File(file) => {
                    certificates.map_or(file.clone(), |it| it.join(file))
                }
                RootCertificates::System if client >= 16 => PathBuf::from("system"),
                RootCertificates::System => BUNDLES
                    .iter()
                    .map(PathBuf::from)
                    .find(|it| it.is_file())
                    .ok_or(LibpqError::Authorities)?,
            };
            variables.push(("PGSSLROOTCERT", file.display().to_string()));
        }
        Ok(LibpqVariables(variables))
    }

    fn libpq_ssl_mode(&self) -> &'static str {
        match (self.ssl_mode(), self.verification()) {
            (SslMode::Disable, _) => "disable",
            (_, Verification::Full) => "verify-full",
            (_, Verification::Authority) => "verify-ca",
            (SslMode::Require, Verification::None) => "require",
            (SslMode::Prefer, Verification::None) => "prefer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str, client: u32) -> String {
        let url = DatabaseUrl::parse(url).unwrap();
        match url.libpq(Some(Path::new("/certs")), client) {
            Ok(variables) => {
                variables.iter().map(|(name, value)| format!("{name}={value} ")).collect()
            }
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn the_address_is_said_in_the_words_of_libpq() {
        assert_eq!(
            shown("postgresql://u:p%40w@h:6543/d%20b?sslmode=disable", 15),
            "PGHOST=h PGPORT=6543 PGDATABASE=d b PGUSER=u PGSSLMODE=disable PGCONNECT_TIMEOUT=5 \
             PGPASSWORD=p@w "
        );
        assert!(shown("postgresql://u@h/d", 15).contains("PGSSLMODE=prefer"));
        let full = shown("postgresql://u@h/d?sslmode=verify-full&sslrootcert=ca.pem", 15);
        assert!(full.contains("PGSSLMODE=verify-full"), "{full}");
        assert!(full.contains("PGSSLROOTCERT=/certs/ca.pem"), "{full}");
        assert!(shown("postgresql://u@h/d?sslmode=verify-full", 16).contains("ROOTCERT=system"));
        assert!(shown("postgresql://u@h/d?sslidentity=me.p12", 16).starts_with("! sslidentity"));
    }

    #[test]
    fn what_is_shown_of_them_is_no_secret() {
        let url = DatabaseUrl::parse("postgresql://u:hidden@h/d").unwrap();
        let variables = url.libpq(None, 15).unwrap().with("PGAPPNAME", "radoub dump");
        assert!(!format!("{variables:?}").contains("hidden"));
        assert_eq!(variables.names().last(), Some("PGAPPNAME"));
    }
}
