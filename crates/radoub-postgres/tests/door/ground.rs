//! What the tests of the door have in common: a runtime, connections, questions to the server.

use std::error::Error;
use std::future::Future;
use std::process::Stdio;
use std::time::{Duration, Instant};

use radoub_postgres::apply::{AppliedOutcome, ApplyError, ApplyEvent, ApplySettings, Failure, Ran};
use radoub_postgres::database::{ConnectError, ConnectSettings, Database};
use radoub_postgres::lock::{LockSettings, LockedDatabase};
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::migration::{Migration, MigrationName, MigrationScript};
use radoub_testing::postgres::{self, Cluster};

/// Runs a test's future on a runtime of its own, and ends it when it hangs.
#[track_caller]
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_mins(2), test).await.expect("the test hangs")
    })
}

/// The settings of the tests: patient with a busy machine, never for ever.
pub(crate) fn settings() -> ConnectSettings {
    ConnectSettings {
        deadline: Some(Duration::from_secs(20)),
        statement_timeout: Some(Duration::from_secs(20)),
        ..ConnectSettings::default()
    }
}

/// Connects.
pub(crate) async fn try_connect(url: &str) -> Result<Database, ConnectError> {
    Database::connect(&DatabaseUrl::parse(url).unwrap(), &settings()).await
}

/// Connects, or fails the test with the whole chain.
pub(crate) async fn connect(url: &str) -> Database {
    match try_connect(url).await {
        Ok(database) => database,
        Err(error) => panic!("{}", chain(&error)),
    }
}

/// An error with everything below it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// Takes the lock, with the patience of a test.
pub(crate) async fn lock(url: &str) -> LockedDatabase {
    let settings = LockSettings { patience: Duration::from_secs(30), advisory: true };
    match connect(url).await.lock(&settings, &mut |_| {}).await {
        Ok(locked) => locked,
        Err(error) => panic!("{}", chain(&error)),
    }
}

/// A migration of this text.
pub(crate) fn migration(name: &str, text: &str) -> Migration {
    Migration {
        name: MigrationName::new(name),
        script: Some(MigrationScript::from_bytes(text.as_bytes())),
    }
}

/// Applies one migration under the lock; gives back the outcome and everything that happened.
pub(crate) async fn apply_with(
    url: &str,
    name: &str,
    text: &str,
    settings: &ApplySettings,
) -> (Result<AppliedOutcome, ApplyError>, Vec<ApplyEvent>) {
    let mut locked = lock(url).await;
    let mut events = Vec::new();
    let outcome =
        locked.apply(&migration(name, text), settings, &mut |event| events.push(event)).await;
    locked.release().await.expect("the lock is given back");
    (outcome, events)
}

/// The same with the usual settings, when only the outcome matters.
#[track_caller]
pub(crate) fn apply(url: &str, name: &str, text: &str) -> Result<AppliedOutcome, ApplyError> {
    run(apply_with(url, name, text, &ApplySettings::default())).0
}

/// The same for a script that must run.
#[track_caller]
pub(crate) fn applied(url: &str, name: &str, text: &str) -> Ran {
    match apply(url, name, text) {
        Ok(AppliedOutcome::Applied(ran)) => ran,
        Ok(AppliedOutcome::AlreadyApplied) => panic!("applied already"),
        Err(error) => panic!("{}", chain(&error)),
    }
}

/// The failure of a script that must fail.
#[track_caller]
pub(crate) fn failed(url: &str, name: &str, text: &str) -> Failure {
    match apply(url, name, text) {
        Err(ApplyError::Failed(failure) | ApplyError::Blocked(failure)) => *failure,
        Err(error) => panic!("{}", chain(&error)),
        Ok(outcome) => panic!("{outcome:?}"),
    }
}

/// The ledger without its ids and times: name, steps, finished, rolled back, first line of the logs.
pub(crate) fn ledger(database: &postgres::Database<'_>) -> Vec<String> {
    let rows = database.psql(
        "SELECT migration_name || ' ' || applied_steps_count \
         || CASE WHEN finished_at IS NULL THEN '' ELSE ' finished' END \
         || CASE WHEN rolled_back_at IS NULL THEN '' ELSE ' rolled back' END \
         || COALESCE(' [' || split_part(logs, E'\\n', 1) || ']', '') \
         FROM _prisma_migrations ORDER BY started_at",
    );
    rows.lines().map(str::to_owned).collect()
}

/// A client of the server that runs statements one after the other and is killed with the value.
pub(crate) struct Client(std::process::Child);

impl Client {
    /// Starts psql with each statement as a command of its own.
    pub(crate) fn start(cluster: &Cluster, url: &str, statements: &[&str]) -> Self {
        let psql = cluster.binaries().client("psql").expect("psql is installed");
        let mut command = std::process::Command::new(psql);
        command.arg(url).args(["-qAtX", "-v", "ON_ERROR_STOP=1"]);
        for statement in statements {
            command.args(["-c", statement]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("psql starts"))
    }

    /// Waits for its end; says whether all statements went well.
    pub(crate) fn wait(mut self) -> bool {
        self.0.wait().expect("psql ends").success()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a query of one value says `t`.
#[track_caller]
pub(crate) fn wait_for(database: &postgres::Database<'_>, sql: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while database.psql(sql).trim() != "t" {
        assert!(Instant::now() < end, "this never came true: {sql}");
    }
}

/// Waits, without holding up the runtime, until another session of this database runs a statement that contains
/// `words`; `ask` puts a query of one value to the database.
pub(crate) async fn until_running(words: &str, ask: impl Fn(&str) -> String) {
    let sql = format!(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
         AND pid <> pg_backend_pid() AND query LIKE '%{words}%')"
    );
    let end = Instant::now() + Duration::from_secs(30);
    while tokio::task::block_in_place(|| ask(&sql)).trim() != "t" {
        assert!(Instant::now() < end, "nobody ever ran {words}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
