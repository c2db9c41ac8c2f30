//! The part of `cargo xtask bench engine` about histories: the longest of the corpus, from an empty database to
//! the SQL that is still missing, beside the real engine's time for the same question (`migrate diff
//! --from-migrations`).
//!
//! Both make a database of their own on one server, replay, look, compare, and drop it. They take turns, so
//! that the ratio is of one machine in one state; most of the time is the server's, and the same for both.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::oracle::{Oracle, Refusal};
use radoub_testing::replay::{Case, cases};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Sheet, median, shown};
use crate::steps::{Failure, line};

/// How often each is done at most; a round takes seconds.
const ROUNDS: usize = 5;

/// How much of the real engine's time ours may take. Most of it is the server's, which swings.
const LIMIT: f64 = 1.25;

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
    migration: Option<String>,
}

/// Measures and prints the table; gives back the promises that are not kept.
pub(super) fn beside(binary: &Path, shared: &Path, rounds: usize) -> Result<Vec<String>, Failure> {
    let all = cases(shared);
    let longest: Vec<Case> = all.iter().max_by_key(|case| case.size).cloned().into_iter().collect();
    let fleet: Vec<Case> = all.into_iter().filter(|case| case.id.starts_with(FLEET)).collect();
    // It runs in another folder.
    let binary = &std::path::absolute(binary).map_err(Failure::file(binary))?;
    let cluster = Cluster::try_with(Cluster::shared_options())
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    let oracle = Oracle::of(shared);
    let bench =
        Bench { binary, cluster: &cluster, oracle: &oracle, rounds: rounds.clamp(1, ROUNDS) };
    let mut sheet = Sheet::new(&["history", "migrations", "Prisma", "radoub", "times faster"]);
    let mut broken = Vec::new();
    for cases in [longest, fleet] {
        broken.extend(bench.row(&cases, &mut sheet)?);
    }
    println!(
        "\nfrom a history to the SQL that its schema still wants, on a database made for it; the histories of a \
         fleet one after the other there, all at once here\n"
    );
    print!("{}", sheet.text());
    Ok(broken)
}

/// The histories of the founding user.
const FLEET: &str = "parabellum-erp/";

/// What all rows are measured with.
struct Bench<'a> {
    binary: &'a Path,
    cluster: &'a Cluster,
    oracle: &'a Oracle,
    rounds: usize,
}

impl Bench<'_> {
    /// Measures these histories together.
    fn row(&self, cases: &[Case], sheet: &mut Sheet) -> Result<Vec<String>, Failure> {
        let mut fleet = Fleet::on(self.cluster);
        let mut questions = Vec::new();
        for (at, case) in cases.iter().enumerate() {
            let name = format!("service{at:02}");
            fleet.add(Member::of_files(&case.schema, &case.migrations, &name));
            questions.push(json!({
                "verb": "diff-migrations",
                "migrations": case.migrations,
                "schema": fleet.schema(&name),
                "shadowUrl": self.cluster.admin_url(),
                "assumeLock": true,
            }));
        }
        let (mut ours, mut theirs, mut broken) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..self.rounds {
            let (mine, told) = ours_once(self.binary, fleet.path())?;
            let began = Instant::now();
            let answers: Vec<_> = questions.iter().map(|it| self.oracle.ask(it)).collect();
            let real = began.elapsed();
            if round == 0 {
                let all = cases.iter().zip(told).zip(answers);
                broken.extend(all.filter_map(|((case, told), real)| different(case, &told, real)));
            }
            ours.push(mine);
            theirs.push(real);
        }
        let (mine, real) = (median(ours), median(theirs));
        let ratio = real.as_secs_f64() / mine.as_secs_f64().max(f64::EPSILON);
        let name = match cases {
            [only] => only.id.clone(),
            many => format!("{FLEET}, {} histories", many.len()),
        };
        let size: usize = cases.iter().map(|case| case.size).sum();
        let ratio_text = format!("{ratio:.1} ×");
        sheet.row(&[name.clone(), size.to_string(), shown(real), shown(mine), ratio_text]);
        if ratio * LIMIT < 1.0 {
            broken.push(format!("{name}: {ratio:.1} × the speed of the real engine"));
        }
        Ok(broken)
    }
}

/// One replay of the whole fleet by radoub; a history that stops is an answer too.
fn ours_once(binary: &Path, fleet: &Path) -> Result<(Duration, Vec<Told>), Failure> {
    let mut command = Command::new(binary);
    command.args(["_replay", "--json", "--script", "--scratch", "server"]);
    command.current_dir(fleet).env_clear().stdin(Stdio::null());
    let line = line(&command);
    let output = command.output();
    let output = output.map_err(|source| Failure::Start { line: line.clone(), source })?;
    let answer: Answer = serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::Told(format!("{line} answered something else: {error}")))?;
    let round = answer.rounds.into_iter().next();
    let round = round.ok_or_else(|| Failure::Told(format!("{line} replayed nothing")))?;
    let told = round.services.into_iter().map(|service| service.replay).collect();
    Ok((Duration::from_secs_f64(round.milliseconds / 1000.0), told))
}

/// Whether the two answers differ: other SQL, or a stop at another migration.
fn different(case: &Case, told: &Told, real: Result<Value, Refusal>) -> Option<String> {
    let same = match real {
        Ok(sql) => told.ran == case.size && told.missing.as_deref() == sql.as_str(),
        Err(refusal) => told.migration.as_ref().is_some_and(|it| refusal.message.contains(it)),
    };
    (!same).then(|| format!("{}: not the answer of the real engine", case.id))
}
