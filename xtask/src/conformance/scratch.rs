//! The suite `scratch-replay`: every history of the corpus and of the founding fleet through the workshop, all
//! in one run of the command, as the real engine's shadow database has it: where it stops, or what it makes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use radoub_testing::command::Call;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::replay::{Case, cases, share};
use serde::Deserialize;

use super::sql::compare_with;
use super::{Ground, Score};
use crate::steps::Failure;

/// How many histories a change is checked with.
const SHARE: usize = 24;

/// What `_replay` says of a service.
#[derive(Debug, Deserialize)]
struct Told {
    ran: usize,
    script: Option<String>,
    migration: Option<String>,
    problem: Option<Problem>,
}

#[derive(Debug, Deserialize)]
struct Problem {
    code: String,
    sqlstate: Option<String>,
    message: String,
}

/// What the corpus says of a history that stops.
#[derive(Debug, Deserialize)]
struct Stops {
    migration: String,
    database: Database,
}

#[derive(Debug, Deserialize)]
struct Database {
    sqlstate: String,
}

/// Replays all histories and compares each.
pub(super) fn scratch_replay(ground: &Ground) -> Result<Score, Failure> {
    let cases = cases(&ground.shared);
    let cases = match ground.seed {
        None => cases,
        Some(seed) => share(cases, SHARE, seed),
    };
    let mut fleet = Fleet::on(&ground.cluster);
    let mut members: BTreeMap<String, Case> = BTreeMap::new();
    for (at, case) in cases.into_iter().enumerate() {
        let name = format!("case{at:03}");
        fleet.add(Member::of_files(&case.schema, &case.migrations, &name));
        members.insert(name, case);
    }
    let before = databases(ground);
    let mut score = Score::default();
    // Insisted on, since some schemas name a shadow database, and here every variable is the same.
    let all = ground.seed.is_none();
    let grounds = if all { ["server", "local"].as_slice() } else { &["server"] };
    for lies in grounds {
        let told = replayed(ground, &fleet, lies)?;
        for (name, case) in &members {
            let outcome = match told.get(name) {
                Some(told) => compare(case, &expected(&ground.shared, &case.id), told),
                None => Err("it is not in the answer".to_owned()),
            };
            let id = format!("{}/{lies}", case.id);
            match outcome {
                Ok(()) => score.passed.push(id),
                Err(difference) => drop(score.differences.insert(id, difference)),
            }
        }
    }
    if databases(ground) != before {
        return Err(Failure::Told("databases were left behind".to_owned()));
    }
    Ok(score)
}

/// What the command says of each service.
fn replayed(
    ground: &Ground,
    fleet: &Fleet<'_>,
    lies: &str,
) -> Result<BTreeMap<String, Told>, Failure> {
    let answer = Call::of(&ground.binary)
        .args(["_replay", "--json", "--script", "--lang", "en", "--scratch", lies])
        .dir(fleet.path())
        .with_path()
        .patience(Duration::from_mins(20))
        .run();
    let document = answer.json();
    let services = document["rounds"][0]["services"].as_array().cloned().unwrap_or_default();
    let mut told = BTreeMap::new();
    for service in services {
        let name = service["service"].as_str().unwrap_or_default().to_owned();
        let replay = serde_json::from_value(service["replay"].clone())
            .map_err(|error| Failure::Told(format!("{name}: {error}: {service}")))?;
        told.insert(name, replay);
    }
    Ok(told)
}

fn databases(ground: &Ground) -> String {
    ground.cluster.psql("postgres", "SELECT datname FROM pg_database ORDER BY 1")
}

/// Where the real engine's answers about a history lie.
fn expected(shared: &Path, id: &str) -> PathBuf {
    match id.split_once('/') {
        Some((fleet, service)) => shared.join("fleets").join(fleet).join("expected").join(service),
        None => shared.join("corpus").join(id).join("expected"),
    }
}

fn compare(case: &Case, expected: &Path, told: &Told) -> Result<(), String> {
    let stops = match fs::read_to_string(expected.join("migrations-error.json")) {
        Ok(text) => Some(serde_json::from_str::<Stops>(&text).map_err(|error| error.to_string())?),
        Err(_) => None,
    };
    match (stops, &told.problem) {
        (None, None) if told.ran == case.size => {
            let script = told.script.as_deref().ok_or("the schema is refused")?;
            compare_with(&expected.join("introspected.sql"), script)
                .map_err(|difference| format!("introspected.sql {difference}"))
        }
        (None, None) => Err(format!("{} of {} migrations ran", told.ran, case.size)),
        (None, Some(problem)) => {
            let migration = told.migration.as_deref().unwrap_or("no migration");
            Err(format!("it runs, but here {migration}: {} {}", problem.code, problem.message))
        }
        (Some(stops), None) => Err(format!("it stops at {}, but not here", stops.migration)),
        (Some(stops), Some(problem)) => {
            let theirs = (Some(stops.migration.as_str()), Some(stops.database.sqlstate.as_str()));
            let ours = (told.migration.as_deref(), problem.sqlstate.as_deref());
            if theirs == ours {
                return Ok(());
            }
            Err(format!("it stops with {theirs:?}, here with {ours:?}: {}", problem.message))
        }
    }
}
