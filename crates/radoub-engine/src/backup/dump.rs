//! From a database to a file: `pg_dump` in the snapshot that the rows are counted in, its bytes compressed
//! and encrypted on their way.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use radoub_postgres::database::QueryError;
use radoub_postgres::look::LookError;
use radoub_postgres::snapshot::{Snapshot, Table};
use radoub_postgres::url::{DatabaseUrl, LibpqError};
use radoub_schema::migration::Applied;

use super::child::{self, Ended};
use super::flow::{self, Flow, Guard, Written};
use super::key::Lock;
use super::program::Programs;

/// How long `pg_dump` queues for a table that somebody has locked against readers, in milliseconds.
const LOCK_WAIT: &str = "60000";

/// Why there is no dump.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DumpError {
    /// libpq cannot follow the URL.
    #[error("pg_dump cannot reach the database")]
    Address(#[source] LibpqError),
    /// `pg_dump` could not be run.
    #[error("pg_dump could not be run")]
    Run(#[source] io::Error),
    /// `pg_dump` failed.
    #[error("pg_dump failed: {}", .0.why())]
    Failed(Ended),
    /// The file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The rows could not be counted.
    #[error("the rows could not be counted")]
    Count(#[source] QueryError),
    /// The ledger could not be read.
    #[error("the ledger could not be read")]
    Ledger(#[source] LookError),
}

/// What a dump is made of.
pub(crate) struct Wanted<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) url: &'a DatabaseUrl,
    pub(crate) certificates: Option<&'a Path>,
    /// What the server calls the session of `pg_dump`.
    pub(crate) application: &'a str,
    pub(crate) path: PathBuf,
    pub(crate) level: i32,
    pub(crate) lock: Option<Arc<Lock>>,
    pub(crate) flow: Arc<Flow>,
}

/// A dump, and what was seen in its snapshot.
#[derive(Debug)]
pub(crate) struct Dumped {
    pub(crate) written: Written,
    pub(crate) tables: Vec<Table>,
    pub(crate) ledger: Option<Vec<Applied>>,
}

/// Dumps the database of the snapshot and counts its rows meanwhile.
pub(crate) async fn dump(snapshot: &Snapshot, wanted: Wanted<'_>) -> Result<Dumped, DumpError> {
    let _guard = Guard(Arc::clone(&wanted.flow));
    let flow = Arc::clone(&wanted.flow);
    let counting = async {
        let mut tables = snapshot.tables().await.map_err(DumpError::Count)?;
        let ledger = snapshot.ledger().await.map_err(DumpError::Ledger)?;
        snapshot.count(&mut tables, |_| {}).await.map_err(DumpError::Count)?;
        Ok((tables, ledger))
    };
    let (written, (tables, ledger)) =
        futures_util::try_join!(write(snapshot.name(), wanted), counting)?;
    flow::complete(&flow);
    Ok(Dumped { written, tables, ledger })
}

async fn write(snapshot: &str, wanted: Wanted<'_>) -> Result<Written, DumpError> {
    let name = "pg_dump";
    let call = wanted.programs.call(name, wanted.url, wanted.certificates, wanted.application);
    let mut call = call.map_err(DumpError::Address)?;
    call.command.args([
        "--format=custom",
        // What it writes is compressed on the way, faster and smaller than it would itself.
        "--compress=0",
        "--no-password",
        "--lock-wait-timeout",
        LOCK_WAIT,
        "--snapshot",
        snapshot,
    ]);
    let (reader, writer) = io::pipe().map_err(DumpError::Run)?;
    let (path, level, lock, flow) =
        (wanted.path.clone(), wanted.level, wanted.lock.clone(), Arc::clone(&wanted.flow));
    let storing = tokio::task::spawn_blocking(move || {
        flow::store(reader, &path, level, lock.as_deref(), &flow)
    });
    let running = child::run(call, Stdio::null(), writer);
    let (ended, stored) = tokio::join!(running, storing);
    let stored = stored.unwrap_or_else(|error| Err(io::Error::other(error)));
    // A disk that is full breaks the pipe, and pg_dump only complains of that.
    let written = stored.map_err(|source| DumpError::Write { path: wanted.path, source })?;
    let ended = ended.map_err(DumpError::Run)?;
    if !ended.status.success() {
        return Err(DumpError::Failed(ended));
    }
    Ok(written)
}
