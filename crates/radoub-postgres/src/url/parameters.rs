//! What the parameters of a URL mean; their text is read in [`super::read`].

use std::path::PathBuf;

use super::DatabaseUrl;

/// Whether the connection is encrypted: `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SslMode {
    /// Never.
    Disable,
    /// When the server offers it; the default, and the meaning of every unknown value.
    Prefer,
    /// Always, or not at all.
    Require,
}

/// How far the server's certificate is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verification {
    /// Not at all: Prisma's default (`sslaccept=accept_invalid_certs`).
    None,
    /// It must come from a trusted authority: `sslmode=verify-ca`.
    Authority,
    /// It must also carry the host's name: `sslmode=verify-full`, `sslaccept=strict`.
    Full,
}

/// Who is trusted to sign the server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootCertificates {
    /// The authorities that this machine trusts.
    System,
    /// Those of a PEM file, which may be relative to the folder of the schema.
    File(PathBuf),
}

/// Whether the password's proof is tied to the TLS session: `channel_binding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelBinding {
    /// Never.
    Disable,
    /// When the server offers it; the default, and the meaning of every unknown value.
    Prefer,
    /// Always, or no connection.
    Require,
}

impl DatabaseUrl {
    /// Whether to encrypt. `verify-ca` and `verify-full` require it.
    ///
    /// Prisma takes `verify-full` for `prefer` and verifies nothing (Prisma facts 1.6); what was
    /// asked for is done here.
    pub fn ssl_mode(&self) -> SslMode {
        match self.parameter("sslmode") {
            Some("disable") => SslMode::Disable,
            Some("require" | "verify-ca" | "verify-full") => SslMode::Require,
            _ => SslMode::Prefer,
        }
    }

    /// How far to check the certificate, once the connection is encrypted.
    pub fn verification(&self) -> Verification {
        match (self.parameter("sslmode"), self.parameter("sslaccept")) {
            (Some("verify-full"), _) | (Some("verify-ca"), Some("strict")) => Verification::Full,
            (Some("verify-ca"), _) => Verification::Authority,
            (_, None | Some("accept_invalid_certs")) => Verification::None,
            _ => Verification::Full,
        }
    }

    /// Who is trusted: `sslcert` (Prisma's name for the file of authorities) or libpq's
    /// `sslrootcert`; `sslrootcert=system` and no parameter at all mean this machine's.
    pub fn root_certificates(&self) -> RootCertificates {
        let file = self.parameter("sslcert").or_else(|| self.parameter("sslrootcert"));
        match file {
            None | Some("" | "system") => RootCertificates::System,
            Some(file) => RootCertificates::File(PathBuf::from(file)),
        }
    }

    /// PKCS#12 file with the client's certificate and key: `sslidentity`.
    pub fn identity(&self) -> Option<PathBuf> {
        self.parameter("sslidentity").filter(|it| !it.is_empty()).map(PathBuf::from)
    }

    /// Password of that file: `sslpassword`; empty by default.
    pub(crate) fn identity_password(&self) -> &str {
        self.parameter("sslpassword").unwrap_or("")
    }

    /// Whether to bind the proof of the password to the TLS session.
    pub fn channel_binding(&self) -> ChannelBinding {
        match self.parameter("channel_binding") {
            Some("disable") => ChannelBinding::Disable,
            Some("require") => ChannelBinding::Require,
            _ => ChannelBinding::Prefer,
        }
    }
}

/// Whether the value of a parameter may be shown. A list of what is known: an unknown parameter
/// may be anything, an access key for instance.
pub(super) fn is_harmless(name: &str) -> bool {
    const KNOWN: &[&str] = &[
        "application_name",
        "channel_binding",
        "connect_timeout",
        "connection_limit",
        "host",
        "max_connection_lifetime",
        "max_idle_connection_lifetime",
        "pgbouncer",
        "pool_timeout",
        "schema",
        "socket_timeout",
        "sslaccept",
        "sslcert",
        "sslidentity",
        "sslmode",
        "sslrootcert",
        "statement_cache_size",
        "target_session_attrs",
    ];
    KNOWN.contains(&name)
}

/// Parameters that must be whole numbers; Prisma refuses the URL otherwise.
pub(super) const NUMBERS: &[&str] = &[
    "connect_timeout",
    "connection_limit",
    "max_connection_lifetime",
    "max_idle_connection_lifetime",
    "pool_timeout",
    "socket_timeout",
    "statement_cache_size",
];
