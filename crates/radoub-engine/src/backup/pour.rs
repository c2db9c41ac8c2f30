//! From a file to a database: what was stored is read back, opened and given to `pg_restore`. Proof and
//! restore go the same way, so that the one proves the other.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use radoub_postgres::url::{DatabaseUrl, LibpqError};

use super::child::{self, Ended};
use super::flow::{self, Flow, ReadBack, Trouble};
use super::key::Key;
use super::program::Programs;

/// Why a backup could not be poured into a database.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PourError {
    /// libpq cannot follow the URL.
    #[error("pg_restore cannot reach the database")]
    Address(#[source] LibpqError),
    /// `pg_restore` could not be run.
    #[error("pg_restore could not be run")]
    Run(#[source] io::Error),
    /// `pg_restore` failed.
    #[error("pg_restore failed: {}", .0.why())]
    Failed(Ended),
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The key does not fit.
    #[error("the key does not open it")]
    WrongKey,
    /// The stored bytes are not those that were written.
    #[error("the stored bytes have changed")]
    Changed,
    /// The bytes are those that were written, and do not decode.
    #[error("the stored bytes cannot be decoded: {0}")]
    Damaged(String),
}

/// What is poured, and where to.
pub(crate) struct Wanted<'a> {
    pub(crate) programs: &'a Programs,
    /// The database to fill, empty.
    pub(crate) url: &'a DatabaseUrl,
    pub(crate) certificates: Option<&'a Path>,
    /// What the server calls the session of `pg_restore`.
    pub(crate) application: &'a str,
    pub(crate) path: PathBuf,
    pub(crate) key: Option<Arc<Key>>,
    /// The writer to follow, when the file is still being written.
    pub(crate) following: Option<Arc<Flow>>,
    pub(crate) flow: Arc<Flow>,
    /// Whether owners and rights are left out, on a server that does not know the roles.
    pub(crate) without_owners: bool,
}

/// Pours the file; gives back the SHA-256 of all its bytes. With `checksum` it must be that one.
pub(crate) async fn pour(wanted: Wanted<'_>, checksum: Option<&str>) -> Result<String, PourError> {
    let name = "pg_restore";
    let call = wanted.programs.call(name, wanted.url, wanted.certificates, wanted.application);
    let mut call = call.map_err(PourError::Address)?;
    let may_be_newer = wanted.programs.version.major >= 17;
    // A program of 17 or later sets transaction_timeout first, which an older server does not know; the rest
    // is proven by the counts.
    if !may_be_newer {
        call.command.arg("--exit-on-error");
    }
    if wanted.without_owners {
        call.command.args(["--no-owner", "--no-privileges"]);
    }
    call.command.args(["--no-password", "--format=custom", "--dbname"]);
    call.command.arg(connection_string(wanted.url.database()));
    let (reader, writer) = io::pipe().map_err(PourError::Run)?;
    let (path, key) = (wanted.path.clone(), wanted.key.clone());
    let (following, flow) = (wanted.following.clone(), Arc::clone(&wanted.flow));
    let loading = tokio::task::spawn_blocking(move || {
        flow::load(&path, key.as_deref(), Some(writer), following.as_deref(), &flow)
    });
    let (ended, loaded) = tokio::join!(child::run(call, reader, Stdio::null()), loading);
    let loaded = loaded.unwrap_or_else(|error| Err(io::Error::other(error)));
    let loaded = loaded.map_err(|source| PourError::Read { path: wanted.path, source })?;
    judge(loaded, ended, checksum)
}

/// What is wrong first: the bytes, then what they decode to, then what `pg_restore` said of it.
fn judge(
    loaded: ReadBack,
    ended: io::Result<Ended>,
    checksum: Option<&str>,
) -> Result<String, PourError> {
    if checksum.is_some_and(|it| it != loaded.sha256) {
        return Err(PourError::Changed);
    }
    match loaded.trouble {
        Some(Trouble::WrongKey) => return Err(PourError::WrongKey),
        Some(Trouble::Damaged(why)) => return Err(PourError::Damaged(why)),
        Some(Trouble::Read(error)) => return Err(PourError::Damaged(error.to_string())),
        // It stops reading when it has all it wants, or has failed: its own word counts.
        Some(Trouble::Unwanted) | None => {}
    }
    let ended = ended.map_err(PourError::Run)?;
    if ended.status.success() || only_newer_setting(&ended.said) {
        Ok(loaded.sha256)
    } else {
        Err(PourError::Failed(ended))
    }
}

/// Whether all that was refused is the one setting that a newer `pg_restore` gives to an older server.
fn only_newer_setting(said: &str) -> bool {
    let mut refused = said.lines().filter(|line| line.contains("ERROR:"));
    refused.next().is_some_and(|line| line.contains("\"transaction_timeout\""))
        && refused.next().is_none()
        && said.contains("errors ignored on restore: 1")
}

/// A database's name as a connection string: a bare name with `=` in it would be taken for one.
fn connection_string(name: &str) -> String {
    format!("dbname='{}'", name.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Reads the file to its end for its checksum alone.
pub(crate) async fn checksum(path: &Path) -> Result<String, PourError> {
    let path = path.to_path_buf();
    let opened = path.clone();
    let reading = tokio::task::spawn_blocking(move || {
        flow::load(&opened, None, None::<io::Sink>, None, &Flow::default())
    });
    let read = reading.await.unwrap_or_else(|error| Err(io::Error::other(error)));
    Ok(read.map_err(|source| PourError::Read { path, source })?.sha256)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_program_may_say_one_word_that_an_older_server_does_not_know() {
        let one = "pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter \
                   \"transaction_timeout\"\nCommand was: SET transaction_timeout = 0;\n\
                   pg_restore: warning: errors ignored on restore: 1\n";
        assert!(only_newer_setting(one));
        assert!(!only_newer_setting(&format!("{one}pg_restore: error: ERROR:  more\n")));
        assert!(!only_newer_setting(""));
    }

    #[test]
    fn a_name_stays_a_name() {
        assert_eq!(connection_string("a=b 'c'"), "dbname='a=b \\'c\\''");
    }
}
