//! The part of `cargo xtask bench engine` about histories: the longest of the corpus, from an empty database to
//! the SQL that is still missing, beside the real engine's time for the same question (`migrate diff
//! --from-migrations`).
//!
//! Both make a database of their own on one server, replay, look, compare, and drop it. They take turns, so
//! that the ratio is of one machine in one state; most of the time is the server's, and the same for both.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::oracle::Oracle;
use radoub_testing::replay::{Case, cases};
use serde::Deserialize;
use serde_json::json;

use super::{Sheet, median, shown};
use crate::steps::{Failure, line, read};

/// How often each is done at most; a round takes seconds.
const ROUNDS: usize = 5;

/// How much of the real engine's time ours may take.
const LIMIT: f64 = 1.0;

#[derive(Debug, Deserialize)]
struct Answer {
    rounds: Vec<Round>,
}

#[derive(Debug, Deserialize)]
struct Round {
    services: Vec<Service>,
    milliseconds: f64,
}

#[derive(Debug, Deserialize)]
struct Service {
    replay: Told,
}

#[derive(Debug, Deserialize)]
struct Told {
    ran: usize,
    missing: Option<String>,
}

/// Measures and prints the table; gives back the promises that are not kept.
pub(super) fn beside(binary: &Path, shared: &Path, rounds: usize) -> Result<Vec<String>, Failure> {
    let mut cases = cases(shared);
    cases.sort_by_key(|case| std::cmp::Reverse(case.size));
    let Some(case) = cases.into_iter().next() else { return Ok(Vec::new()) };
    let cluster = Cluster::try_with(Cluster::shared_options())
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    let mut fleet = Fleet::on(&cluster);
    fleet.add(Member::of_files(&case.schema, &case.migrations, "service"));
    let schema = fleet.schema("service");
    let oracle = Oracle::of(shared);
    // It runs in another folder.
    let binary = &std::path::absolute(binary).map_err(Failure::file(binary))?;
    let question = json!({
        "verb": "diff-migrations",
        "migrations": case.migrations,
        "schema": schema,
        "shadowUrl": cluster.admin_url(),
    });
    let (mut ours, mut theirs, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds.clamp(1, ROUNDS) {
        let (mine, told) = ours_once(binary, fleet.path())?;
        let real = oracle.time(&question).map_err(|error| Failure::Told(error.to_string()))?;
        if round == 0 {
            broken.extend(different(&case, &told, &oracle, &question)?);
        }
        ours.push(mine);
        theirs.push(real);
    }
    let (mine, real) = (median(ours), median(theirs));
    let ratio = real.as_secs_f64() / mine.as_secs_f64().max(f64::EPSILON);
    let mut sheet = Sheet::new(&["history", "migrations", "Prisma", "radoub", "times faster"]);
    sheet.row(&[
        case.id.clone(),
        case.size.to_string(),
        shown(real),
        shown(mine),
        format!("{ratio:.1} ×"),
    ]);
    println!(
        "\nfrom a history to the SQL that its schema still wants, on a database made for it\n"
    );
    print!("{}", sheet.text());
    if mine.as_secs_f64() > real.as_secs_f64() * LIMIT {
        broken.push(format!("{}: slower than the real engine", case.id));
    }
    Ok(broken)
}

/// One replay by radoub.
fn ours_once(binary: &Path, fleet: &Path) -> Result<(Duration, Told), Failure> {
    let mut command = Command::new(binary);
    command.args(["_replay", "--json", "--script", "--scratch", "server"]);
    command.current_dir(fleet).env_clear();
    let line = line(&command);
    let text = read(&mut command)?;
    let answer: Answer = serde_json::from_str(&text)
        .map_err(|error| Failure::Told(format!("{line} answered something else: {error}")))?;
    let round = answer.rounds.into_iter().next();
    let told = round.and_then(|round| {
        let told = round.services.into_iter().next()?.replay;
        Some((Duration::from_secs_f64(round.milliseconds / 1000.0), told))
    });
    told.ok_or_else(|| Failure::Told(format!("{line} replayed nothing")))
}

/// Whether the two answers differ.
fn different(
    case: &Case,
    told: &Told,
    oracle: &Oracle,
    question: &serde_json::Value,
) -> Result<Option<String>, Failure> {
    let real = oracle.ask(question).map_err(|error| Failure::Told(error.to_string()))?;
    let same = told.ran == case.size && told.missing.as_deref() == real.as_str();
    Ok((!same).then(|| format!("{}: not the same SQL as the real engine's", case.id)))
}
