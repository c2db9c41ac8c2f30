//! The fault matrix: real faults, made on the real binary and real servers. Each test is named by the
//! row that it proves; `cargo xtask faults` prints the matrix with its marks.
//!
//! What has to be true after each fault: nothing is lost, the state is known by looking, `resume` ends
//! where an undisturbed run does, other waves are untouched, nothing of ours is left behind, the exit
//! code tells the truth, no secret is told, and Prisma agrees.

#[cfg(unix)]
mod interrupted;
mod journal;
mod killed;
mod locked;
mod notified;
mod replaced;
mod scripts;
mod server;
mod together;
mod waves;

use std::path::Path;

use radoub_testing::command::Call;
use radoub_testing::fleet::Fleet;

/// The binary under test, English and without a terminal, in `folder`.
fn radoub(folder: impl AsRef<Path>, arguments: &[&str]) -> Call {
    Call::of(env!("CARGO_BIN_EXE_radoub")).dir(folder).env("RADOUB_LANG", "en").args(arguments)
}

/// The line of a service in a report of `--json`; panics when there is none.
#[track_caller]
fn line<'json>(document: &'json serde_json::Value, name: &str) -> &'json serde_json::Value {
    let services = document["services"].as_array().expect("services");
    let found = services.iter().find(|service| service["service"] == name);
    found.unwrap_or_else(|| panic!("{name} is not among the services: {document:#}"))
}

/// Waits until a query of a database is true.
#[track_caller]
fn wait_until(fleet: &Fleet<'_>, service: &str, query: &str) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while fleet.database(service).psql(query) != "t" {
        assert!(std::time::Instant::now() < deadline, "it never came to be: {query}");
    }
}

/// The path of a migration's script below a fleet.
fn script(service: &str, migration: &str) -> String {
    format!("services/{service}/prisma/migrations/{migration}/migration.sql")
}

/// The journals of a fleet, the oldest first, each as its lines.
#[track_caller]
fn journals(fleet: &Fleet<'_>) -> Vec<(std::path::PathBuf, Vec<String>)> {
    let mut runs: Vec<_> = fleet
        .path()
        .join(".radoub/runs")
        .read_dir()
        .expect("there was a run")
        .map(|entry| entry.expect("a folder").path().join("journal.jsonl"))
        .collect();
    runs.sort();
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a journal");
        let lines = text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
        (path, lines)
    };
    runs.into_iter().map(read).collect()
}

/// What the lines of a journal say happened.
fn facts(lines: &[String]) -> Vec<String> {
    let fact = |line: &String| {
        let value: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        value["fact"].as_str().expect("a fact").to_owned()
    };
    lines.iter().map(fact).collect()
}
