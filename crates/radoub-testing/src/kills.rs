//! `kill -9` at a chosen instant of an apply, and what has to be true afterwards.
//!
//! The histories have scripts of every kind: several statements in one transaction, statements that no
//! transaction may hold, and transactions that the script itself opens. What has to be true is what
//! `resume` promises: the same catalog, the same ledger and the same rows as if nobody had killed it.

mod rollback;
mod way_back;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

pub use rollback::{Ladder, Rung};
pub use way_back::{Victim, WayBack};

use crate::Cluster;
use crate::command::Call;
use crate::fleet::{Fleet, Member};
use crate::oracle::{Row, ledger};
use crate::replay::{same_catalog, same_rows};

/// How long the server may take to notice that its client is dead.
const PATIENCE: Duration = Duration::from_secs(30);

/// A migration: its name, its script, and a query that is true once it is wholly applied and false while nothing
/// of it is.
type Step = (&'static str, &'static str, &'static str);

/// What is applied when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// Scripts that are one transaction each.
    Transactions,
    /// Scripts that open transactions of their own.
    Pieces,
    /// Scripts with `CREATE INDEX CONCURRENTLY`.
    Concurrently,
    /// Some of each.
    Mixed,
}

const FIRST: Step = (
    "20240101000000_first",
    "CREATE TABLE first (id serial PRIMARY KEY, name text);\nINSERT INTO first (name) SELECT 'n' || n FROM generate_series(1, 2000) n;\nSELECT pg_sleep(0.01);\nCREATE INDEX first_name_idx ON first (name);\n",
    "to_regclass('first') IS NOT NULL",
);
const SECOND: Step = (
    "20240102000000_second",
    "CREATE TABLE second (id int PRIMARY KEY);\nSELECT pg_sleep(0.02);\nALTER TABLE second ADD COLUMN more text;\n",
    "to_regclass('second') IS NOT NULL",
);
const CONCURRENTLY: Step = (
    "20240103000000_concurrently",
    "CREATE INDEX CONCURRENTLY first_id_name_idx ON first (id, name);\n",
    "EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('first_id_name_idx') AND indisvalid)",
);
const PIECES: Step = (
    "20240104000000_its_own_transactions",
    "BEGIN;\nCREATE TABLE third (id int);\nSELECT pg_sleep(0.01);\nCOMMIT;\nBEGIN;\nCREATE TABLE third_more (id int);\nSELECT pg_sleep(0.01);\nCOMMIT;\n",
    "to_regclass('third_more') IS NOT NULL",
);
const TWO_INDEXES: Step = (
    "20240105000000_two_indexes",
    "CREATE INDEX CONCURRENTLY first_upper_idx ON first (upper(name));\nCREATE INDEX CONCURRENTLY first_lower_idx ON first (lower(name));\n",
    "EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('first_lower_idx') AND indisvalid)",
);
const LAST: Step = (
    "20240106000000_last",
    "CREATE TYPE mood AS ENUM ('a', 'b');\nCREATE TABLE last (id int, m mood);\nSELECT pg_sleep(0.01);\n",
    "to_regclass('last') IS NOT NULL",
);

impl History {
    fn steps(self) -> Vec<Step> {
        match self {
            Self::Transactions => vec![FIRST, SECOND, LAST],
            Self::Pieces => vec![FIRST, PIECES],
            Self::Concurrently => vec![FIRST, CONCURRENTLY, TWO_INDEXES],
            Self::Mixed => vec![FIRST, SECOND, CONCURRENTLY, PIECES, TWO_INDEXES, LAST],
        }
    }

    fn member(self) -> Member {
        self.steps().iter().fold(Member::new("orders"), |member, (name, script, _)| {
            member.migration(name, *script)
        })
    }
}

/// A run that nobody disturbed, to compare with.
#[derive(Debug)]
pub struct Experiment<'cluster> {
    cluster: &'cluster Cluster,
    binary: PathBuf,
    history: History,
    duration: Duration,
    catalog: String,
    rows: Vec<Row>,
    data: String,
}

/// What is in the tables, where there are such.
const DATA: &str = "SELECT md5(string_agg(id || ':' || name, ',' ORDER BY id)) FROM first";

/// `count` instants between 0 (the start of the process) and 1.1 (a little after its usual end), the same
/// for the same seed.
pub fn instants(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed | 1;
    let mut next = || {
        // xorshift64: enough to spread instants.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    #[expect(clippy::cast_precision_loss, reason = "a thousandth is fine enough for an instant")]
    let instant = |number: u64| (number % 1100) as f64 / 1000.0;
    (0..count).map(|_| instant(next())).collect()
}

impl<'cluster> Experiment<'cluster> {
    /// Applies the history once, undisturbed.
    #[track_caller]
    pub fn prepare(cluster: &'cluster Cluster, binary: &Path, history: History) -> Self {
        let mut fleet = Fleet::on(cluster);
        fleet.add(history.member());
        let answer =
            Call::of(binary).args(["apply", "--lang", "en"]).dir(fleet.path()).run().expect(0);
        let database = fleet.database("orders").name();
        Self {
            cluster,
            binary: binary.to_owned(),
            history,
            duration: answer.duration,
            catalog: cluster.catalog(database),
            rows: ledger(cluster, database),
            data: cluster.psql(database, DATA),
        }
    }

    /// Applies the history on a database of its own, kills radoub at `instant` (a fraction of the undisturbed
    /// run), and looks whether `check` tells the truth and `resume` ends the work; killed before it had begun, `apply`
    /// does.
    ///
    /// # Errors
    ///
    /// What was not as it should be.
    pub fn kill_at(&self, instant: f64) -> Result<(), String> {
        let mut fleet = Fleet::on(self.cluster);
        fleet.add(self.history.member());
        let database = fleet.database("orders").name().to_owned();
        let mut running = self.call(&fleet, &["apply", "--lang", "en"]).start();
        pause(self.duration.mul_f64(instant));
        running.kill();
        running.wait();

        // At once: whatever it says, it has to answer.
        let answer = self.call(&fleet, &["check", "--lang", "en"]).run();
        if !matches!(answer.code, Some(0 | 1)) {
            return Err(format!("the first check:\n{}", answer.text()));
        }
        wait_for_silence(self.cluster, &database)?;
        let answer = self.call(&fleet, &["check", "--json"]).run();
        self.truth(&database, &answer.json())?;

        let had_begun = fleet.path().join(".radoub/runs").read_dir().is_ok_and(|it| it.count() > 0);
        for verb in ["resume", "resume", "apply"] {
            let before = self.cluster.catalog(&database);
            let answer = self.call(&fleet, &[verb, "--lang", "en"]).run();
            if answer.code != Some(0) {
                return Err(format!("{verb} afterwards:\n{}", answer.text()));
            }
            let is_done = same_catalog(&self.catalog, &before).is_ok();
            if had_begun && verb == "resume" && !answer.text().contains("No run waits") {
                continue;
            }
            if is_done && answer.text().contains("migration applied") {
                return Err(format!("{verb} did something once more:\n{}", answer.text()));
            }
        }
        let active = fleet.path().join(".radoub/active");
        let left = active.read_dir().map_or(0, std::iter::Iterator::count);
        if left > 1 {
            return Err(format!("{left} files are left in {}", active.display()));
        }
        let answer = self.call(&fleet, &["check", "--lang", "en"]).run();
        if answer.code != Some(0) {
            return Err(format!("the last check:\n{}", answer.text()));
        }
        same_catalog(&self.catalog, &self.cluster.catalog(&database))?;
        same_rows(&self.rows, &ledger(self.cluster, &database))?;
        let data = self.cluster.psql(&database, DATA);
        if data == self.data { Ok(()) } else { Err("the rows are other ones".to_owned()) }
    }

    fn call(&self, fleet: &Fleet<'_>, arguments: &[&str]) -> Call {
        Call::of(&self.binary).args(arguments).dir(fleet.path())
    }

    /// What `check` calls applied is there wholly, what it calls pending not at all.
    fn truth(&self, database: &str, document: &Value) -> Result<(), String> {
        let history = &document["services"][0]["history"];
        let names = |key: &str| -> Vec<String> {
            let items = history[key].as_array().cloned().unwrap_or_default();
            let name = |item: &Value| {
                item.as_str().or(item["migration"].as_str()).unwrap_or_default().to_owned()
            };
            items.iter().map(name).collect()
        };
        let (pending, failed) = (names("pending"), names("failed"));
        for (name, _, applied) in self.history.steps() {
            let there = self.cluster.psql(database, &format!("SELECT {applied}")) == "t";
            let is = |list: &[String]| list.iter().any(|other| other == name);
            let told = match (is(&failed), is(&pending)) {
                // Unfinished: it says itself that some of it may be there.
                (true, _) => continue,
                (false, true) => false,
                (false, false) => true,
            };
            if told != there {
                return Err(format!(
                    "check says that {name} is applied: {told}; it is: {there}\n{document:#}"
                ));
            }
        }
        Ok(())
    }
}

/// Whether no scratch database is left on the server.
fn swept(cluster: &Cluster) -> Result<(), String> {
    let left = cluster.psql(
        "postgres",
        "SELECT coalesce(string_agg(datname, ', '), '') FROM pg_database WHERE datname LIKE 'radoub\\_%'",
    );
    if left.is_empty() { Ok(()) } else { Err(format!("left on the server: {left}")) }
}

/// Waits until the server has noticed that the killed client is gone from a database.
fn wait_for_silence(cluster: &Cluster, database: &str) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    let others = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'");
    // Asked from another database, so that the question is not counted.
    while cluster.psql("postgres", &others) != "0" {
        if Instant::now() > deadline {
            return Err(format!(
                "the server keeps a connection of the killed client to {database}"
            ));
        }
        pause(Duration::from_millis(5));
    }
    Ok(())
}

/// Whether the catalogue of a fleet is free of what was not brought to its end.
fn no_partial_backup(fleet: &Path) -> Result<(), String> {
    let names = fleet.join(".radoub/backups").read_dir().map_err(|error| error.to_string())?;
    let names =
        names.filter_map(Result::ok).map(|it| it.file_name().to_string_lossy().into_owned());
    let left: Vec<String> =
        names.filter(|name| name.starts_with('.') && name != ".gitignore").collect();
    if left.is_empty() { Ok(()) } else { Err(format!("left behind: {left:?}")) }
}

#[expect(
    clippy::disallowed_methods,
    reason = "an experiment without a runtime that has to happen at an instant"
)]
fn pause(duration: Duration) {
    thread::sleep(duration);
}
