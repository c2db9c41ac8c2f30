//! How a temporary cluster may differ from the usual one.

use std::fmt;
use std::path::PathBuf;

use super::binaries::Binaries;

/// How passwords are asked for on TCP connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// `scram-sha-256`, the default of PostgreSQL.
    Password,
    /// `md5`, as old servers have it; the superuser's password is still kept as SCRAM, so only roles
    /// made after `SET password_encryption = 'md5'` use it.
    Md5,
    /// Everybody is believed.
    Trust,
}

/// How a cluster differs from the usual one.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which programs; the best of the machine when `None`.
    pub binaries: Option<Binaries>,
    /// How passwords are asked for.
    pub auth: Auth,
    /// Lines of `pg_hba.conf` that come before the usual ones.
    pub access: Vec<String>,
    /// Further settings; a later one wins over the fast-and-unsafe defaults.
    pub settings: Vec<(String, String)>,
    /// Files to write into the data folder before the start, readable by the server only: certificates,
    /// keys.
    pub files: Vec<(String, Vec<u8>)>,
    /// The folder that its own one is made in, instead of the system's temporary one.
    pub folder: Option<PathBuf>,
}

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";

impl Default for Options {
    fn default() -> Self {
        Self {
            binaries: None,
            auth: Auth::Password,
            access: Vec::new(),
            settings: Vec::new(),
            files: Vec::new(),
            folder: None,
        }
    }
}

impl Options {
    /// Adds a setting of `postgresql.conf`; the value is quoted here.
    #[must_use]
    pub fn setting(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.settings.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sets how passwords are asked for.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Adds a line to the front of `pg_hba.conf`.
    #[must_use]
    pub fn access(mut self, line: &str) -> Self {
        self.access.push(line.to_owned());
        self
    }

    /// Keeps its data in memory where the system has a folder for that: how long a file system takes to make the
    /// thousand small files of a few databases says nothing about who asks for them.
    #[must_use]
    pub fn in_memory(mut self) -> Self {
        self.folder = Some(PathBuf::from(MEMORY)).filter(|it| it.is_dir());
        self
    }

    /// Adds a file to the data folder.
    #[must_use]
    pub fn file(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), content.into()));
        self
    }
}
