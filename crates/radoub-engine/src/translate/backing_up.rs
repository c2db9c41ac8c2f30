//! The errors of dumping, storing, proving and swapping.

use std::io;
use std::path::Path;

use radoub_postgres::pooler::PoolerError;
use radoub_postgres::server::SwapError;
use radoub_postgres::url::DatabaseUrl;

use super::{blocker, connect_failure, look_failure, query_failure, root_cause};
use crate::backup::catalogue::CatalogueError;
use crate::backup::dump::DumpError;
use crate::backup::key::KeyError;
use crate::backup::pour::PourError;
use crate::backup::program::ProgramsError;
use crate::failure::{Failure, FailureCode};

/// Why a file could not be written: a full disk has a remedy of its own.
fn unwritten(path: &Path, source: &io::Error) -> Failure {
    let code = match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FailureCode::NoSpace,
        _ => FailureCode::Unwritable,
    };
    let values = vec![("path", path.display().to_string()), ("reason", source.to_string())];
    Failure::new(code, values)
}

fn unread(path: &Path, reason: String) -> Failure {
    let values = vec![("path", path.display().to_string()), ("reason", reason)];
    Failure::new(FailureCode::Unreadable, values)
}

/// Why the catalogue cannot be used.
pub(crate) fn catalogue_failure(error: &CatalogueError) -> Failure {
    match error {
        CatalogueError::Read { path, source } => unread(path, source.to_string()),
        CatalogueError::Write { path, source } => unwritten(path, source),
        CatalogueError::Malformed { path, source } => unread(path, source.to_string()),
        CatalogueError::Format { path, .. } => unread(path, error.to_string()),
    }
}

/// Why there are no programs that fit.
pub(crate) fn programs_failure(error: &ProgramsError) -> Failure {
    let container = |it: &Option<String>| it.clone().unwrap_or_else(|| "none".to_owned());
    match error {
        ProgramsError::Missing { server, container: service } => {
            let values = vec![("server", server.to_string()), ("container", container(service))];
            Failure::new(FailureCode::PgDumpMissing, values)
        }
        ProgramsError::TooOld { found, path, server, container: service } => {
            let values = vec![
                ("found", found.clone()),
                ("path", path.display().to_string()),
                ("server", server.to_string()),
                ("container", container(service)),
            ];
            Failure::new(FailureCode::PgDumpTooOld, values)
        }
        ProgramsError::Container { service, server } => {
            let values = vec![("container", service.clone()), ("server", server.to_string())];
            Failure::new(FailureCode::ContainerMissing, values)
        }
    }
}

/// Why keys cannot be used.
pub(crate) fn key_failure(error: &KeyError) -> Failure {
    Failure::new(FailureCode::BackupKey, vec![("reason", error.to_string())])
}

/// Why there is no dump.
pub(crate) fn dump_failure(url: &DatabaseUrl, error: &DumpError) -> Failure {
    let failed = |reason: String| {
        let values = vec![("database", url.database().to_owned()), ("reason", reason)];
        Failure::new(FailureCode::DumpFailed, values)
    };
    match error {
        DumpError::Address(_) | DumpError::Run(_) => failed(root_cause(error)),
        DumpError::Failed(ended) => failed(ended.why()),
        DumpError::Write { path, source } => unwritten(path, source),
        DumpError::Count(error) => query_failure(url, error),
        DumpError::Ledger(error) => look_failure(url, error),
    }
}

/// Why a backup was not poured into a database.
pub(crate) fn pour_failure(id: &str, url: &DatabaseUrl, error: &PourError) -> Failure {
    let about = |code, reason: String| {
        let values = vec![
            ("backup", id.to_owned()),
            ("database", url.database().to_owned()),
            ("reason", reason),
        ];
        Failure::new(code, values)
    };
    match error {
        PourError::Address(_) | PourError::Run(_) => {
            about(FailureCode::PourFailed, root_cause(error))
        }
        PourError::Failed(ended) => about(FailureCode::PourFailed, ended.why()),
        PourError::Read { path, source } => unread(path, source.to_string()),
        PourError::WrongKey => about(FailureCode::WrongKey, String::new()),
        PourError::Changed | PourError::Damaged(_) => {
            about(FailureCode::BackupDamaged, error.to_string())
        }
    }
}

/// Why a session through a pooler is of no use.
pub(crate) fn pooler_failure(url: &DatabaseUrl, error: &PoolerError) -> Failure {
    match error {
        PoolerError::Declared | PoolerError::Detected => {
            let values = vec![("server", url.server()), ("database", url.database().to_owned())];
            Failure::new(FailureCode::Pooler, values)
        }
        PoolerError::Query(error) => query_failure(url, error),
        PoolerError::Connect(error) => connect_failure(error),
    }
}

/// Why databases were not swapped.
pub(crate) fn swap_failure(url: &DatabaseUrl, error: &SwapError) -> Failure {
    match error {
        SwapError::Busy { database, sessions } => {
            let shown: Vec<String> = sessions.iter().take(5).map(blocker).collect();
            let values = vec![
                ("database", database.clone()),
                ("count", sessions.len().to_string()),
                ("sessions", if shown.is_empty() { "?".to_owned() } else { shown.join("; ") }),
            ];
            Failure::new(FailureCode::DatabaseBusy, values)
        }
        SwapError::MayNotEnd { database, .. } => {
            let values = vec![("database", database.clone()), ("user", url.user().to_owned())];
            Failure::new(FailureCode::MayNotEnd, values)
        }
        SwapError::Connect(error) => connect_failure(error),
        SwapError::Query(error) => query_failure(url, error),
    }
}
