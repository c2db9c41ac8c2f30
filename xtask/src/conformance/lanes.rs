//! Databases that cases take turns in, one a processor, so that a case costs its own scripts and
//! little more.
//!
//! A database is emptied between two cases instead of being made anew, and its connections stay open.

use std::collections::VecDeque;
use std::future::Future;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::introspect::{Introspected, Scope};
use radoub_postgres::url::DatabaseUrl;
use radoub_testing::oracle::Oracle;
use radoub_testing::{Cluster, postgres};
use tokio::runtime::Runtime;

use super::Score;
use super::sql::Early;
use crate::steps::Failure;

/// Everything that a case may have left, dropped; `public` made anew.
const EMPTY: &str = include_str!("empty.sql");

/// A database that cases take turns in.
pub(super) struct Lane<'cluster> {
    cluster: &'cluster Cluster,
    database: postgres::Database<'cluster>,
    runtime: Runtime,
    /// For introspection; opened when it is first needed.
    door: Option<Database>,
    /// The real engine; started when it is first asked.
    oracle: Option<Oracle>,
}

impl<'cluster> Lane<'cluster> {
    fn open(cluster: &'cluster Cluster) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Told(format!("no runtime: {error}")))?;
        Ok(Self { cluster, database: cluster.database("lane"), runtime, door: None, oracle: None })
    }

    /// Empties the database. One that cannot be emptied is left to its fate and replaced.
    pub(super) fn empty(&mut self) {
        if self.database.query(EMPTY).is_err() {
            if let Some(door) = self.door.take() {
                self.runtime.block_on(door.close());
            }
            self.database = self.cluster.database("lane");
        }
    }

    /// The major version of the server.
    pub(super) fn version(&self) -> u32 {
        self.cluster.version().major
    }

    /// The real engine, one for each lane.
    pub(super) fn oracle(&mut self, shared: &Path) -> &Oracle {
        self.oracle.get_or_insert_with(|| Oracle::of(shared))
    }

    /// The URL of a database to make others from.
    pub(super) fn admin_url(&self) -> String {
        self.cluster.admin_url()
    }

    /// The URL of the database.
    pub(super) fn url(&self) -> String {
        self.database.url()
    }

    /// Runs a script whole, in a session of its own, as Prisma does.
    ///
    /// # Errors
    ///
    /// What the server says, its SQLSTATE first.
    pub(super) fn run(&self, script: &str) -> Result<(), String> {
        if script.trim().is_empty() {
            return Ok(());
        }
        self.database.query(script).map(drop).map_err(|error| error.to_string())
    }

    /// Reads the catalog.
    pub(super) fn introspect(&mut self, scope: &Scope) -> Result<Introspected, String> {
        let mut door = match self.door.take() {
            Some(door) => door,
            None => self.connect()?,
        };
        let read = self.wait(door.introspect(scope));
        if read.is_ok() {
            self.door = Some(door);
        }
        read.map_err(|error| chain(&error))
    }

    fn connect(&self) -> Result<Database, String> {
        let url = DatabaseUrl::parse(&self.database.url()).map_err(|error| chain(&error))?;
        self.wait(Database::connect(&url, &ConnectSettings::default()))
            .map_err(|error| chain(&error))
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

/// Puts each case through a lane that is free and empty, and notes what came of it under the ids that
/// the case gives.
pub(super) fn in_lanes<C: Send>(
    cluster: &Cluster,
    cases: Vec<C>,
    compare: impl Fn(&mut Lane<'_>, C) -> Vec<(String, Result<(), Early>)> + Sync,
) -> Result<Score, Failure> {
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let waiting = Mutex::new(VecDeque::from(cases));
    let score = Mutex::new(Score::default());
    let failure = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut lane = match Lane::open(cluster) {
                    Ok(lane) => lane,
                    Err(error) => {
                        *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        return;
                    }
                };
                loop {
                    let case = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(case) = case else { break };
                    lane.empty();
                    let outcomes = compare(&mut lane, case);
                    let mut score = score.lock().unwrap_or_else(PoisonError::into_inner);
                    for (id, outcome) in outcomes {
                        score.note(id, outcome);
                    }
                }
            });
        }
    });
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(failure) => Err(failure),
        None => Ok(score.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

/// The text of a file, nothing when there is none.
pub(super) fn text_of(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// An error with everything below it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
