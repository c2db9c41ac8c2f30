//! `cargo xtask bench drift`: the three sides of the founding fleet, whole, beside the real engine asked the same.
//!
//! The fleet is as its entrypoint leaves it. The real engine is asked twice a service, as `migrate diff` is: from the
//! history to schema.prisma, from the database to schema.prisma; each question is a process of its own, as it is for the
//! CLI. What the engine alone takes of that, warm and in one process, is shown beside.
//!
//! The promises are about databases in memory: a scratch database is some three hundred files, and making them takes
//! one file system three times as long as another, or as itself a minute before. What it comes to on disk is shown
//! as well.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::fleet::{copy_of, migrations_in};
use radoub_testing::oracle::{Oracle, Place};
use radoub_testing::postgres::{Options, SUPERUSER};
use radoub_testing::secret::PLANTED;
use radoub_testing::shared::shared;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Sheet, measure, median, release, shown};
use crate::steps::Failure;

/// How to measure drift.
#[derive(Debug, clap::Args)]
pub(crate) struct DriftArguments {
    /// How often the whole fleet is looked at
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// A radoub that is built already, instead of building the slim release
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

/// The longest that the whole fleet may take.
const LIMIT: Duration = Duration::from_secs(2);

/// How much faster than the real engine it must be.
const RATIO: f64 = 10.0;

/// Measures, prints the table; fails when a promise is not kept.
pub(crate) fn drift(arguments: &DriftArguments) -> Result<(), Failure> {
    let Some(shared) = shared() else {
        return Err(Failure::Told("the founding fleet and the oracle are in ../shared".to_owned()));
    };
    let binary = match &arguments.binary {
        Some(path) => std::path::absolute(path).map_err(Failure::file(path))?,
        None => release()?,
    };
    let oracle = Oracle::of(&shared);
    let options = Options::default().setting("max_connections", 200);
    let in_memory = options.clone().in_memory();
    let has_memory = in_memory.folder.is_some();
    let places = [("in memory", in_memory), ("on disk", options)];
    let mut told = Vec::new();
    for (place, options) in places.into_iter().skip(usize::from(!has_memory)) {
        let stack = Stack::start(&shared, &oracle, options)?;
        told.push(beside(arguments.rounds.max(1), &binary, &oracle, &stack, place)?);
    }
    let broken = told.swap_remove(0);
    if broken.is_empty() {
        println!("\nevery promise is kept");
        return Ok(());
    }
    Err(Failure::Told(broken.join("\n")))
}

/// Measures both on one server and prints their table; gives back the promises that are not kept.
fn beside(
    rounds: usize,
    binary: &Path,
    oracle: &Oracle,
    stack: &Stack,
    place: &str,
) -> Result<Vec<String>, Failure> {
    let mut ours = Vec::new();
    let mut checks = Vec::new();
    for _ in 0..rounds {
        ours.push(stack.radoub(binary, &["drift", "--json"], 1)?);
        checks.push(stack.radoub(binary, &["check", "--json"], 1)?);
    }
    let (ours, check) = (median(ours), median(checks));
    let (asked, engine, questions) = stack.real(oracle)?;

    let mut sheet =
        Sheet::new(&["the whole fleet, 12 services", "questions", "time", "times radoub drift"]);
    let times = |time: Duration| {
        format!("{:.1} ×", time.as_secs_f64() / ours.as_secs_f64().max(f64::EPSILON))
    };
    for (what, questions, time) in [
        ("radoub check (files and ledgers)", String::new(), check),
        ("radoub drift (three sides)", String::new(), ours),
        ("the real engine, a process a question", questions.to_string(), asked),
        ("the real engine alone, warm, in one process", questions.to_string(), engine),
    ] {
        sheet.row(&[what.to_owned(), questions, shown(time), times(time)]);
    }
    println!("\nmedian of {rounds} rounds, the databases {place}\n");
    print!("{}", sheet.text());
    let mut broken = Vec::new();
    if ours > LIMIT {
        broken.push(format!("the fleet takes {} instead of {}", shown(ours), shown(LIMIT)));
    }
    if asked.as_secs_f64() < RATIO * ours.as_secs_f64() {
        broken.push(format!("{} faster instead of {RATIO} ×", times(asked)));
    }
    Ok(broken)
}

/// The founding fleet on a server of its own.
struct Stack {
    cluster: Cluster,
    folder: TempDir,
    services: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Facts {
    services: Vec<Fact>,
}

#[derive(Deserialize)]
struct Fact {
    name: String,
    database: String,
}

impl Stack {
    /// Brings every database up as the start script of its service does.
    fn start(shared: &Path, oracle: &Oracle, options: Options) -> Result<Self, Failure> {
        let cluster = Cluster::try_with(options)
            .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
        let fleet = shared.join("fleets/parabellum-erp");
        let facts = std::fs::read(fleet.join("fleet.json")).map_err(Failure::file(&fleet))?;
        let facts: Facts = serde_json::from_slice(&facts)
            .map_err(|error| Failure::Told(format!("fleet.json: {error}")))?;
        let services = facts.services.into_iter().map(|it| (it.name, it.database)).collect();
        let stack = Self { cluster, folder: copy_of(&fleet.join("tree")), services };
        let compose = stack.root().join("docker-compose.yml");
        let text = std::fs::read_to_string(&compose).map_err(Failure::file(&compose))?;
        let text = text
            .replace("127.0.0.1:15432:5432", &format!("127.0.0.1:{}:5432", stack.cluster.port()));
        std::fs::write(&compose, text).map_err(Failure::file(&compose))?;
        println!("bringing {} databases up", stack.services.len());
        for (name, database) in &stack.services {
            stack.cluster.create_database(database);
            let (url, schema, migrations) = stack.place(name, database);
            let place = Place { url: &url, migrations: &migrations, schema: &schema };
            if !migrations_in(&migrations).is_empty() {
                // That it fails for two of them is what drift is about.
                let _ = oracle.deploy(place);
            }
            if name != "auth-service" {
                oracle
                    .push(place, true)
                    .map_err(|refusal| Failure::Told(format!("db push of {name}: {refusal}")))?;
            }
        }
        Ok(stack)
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    fn place(&self, name: &str, database: &str) -> (String, PathBuf, PathBuf) {
        let prisma = self.root().join("services").join(name).join("prisma");
        let url = format!("{}?schema=public", self.cluster.url(database));
        (url, prisma.join("schema.prisma"), prisma.join("migrations"))
    }

    fn radoub(&self, binary: &Path, arguments: &[&str], code: i32) -> Result<Duration, Failure> {
        let mut command = Command::new(binary);
        command.args(arguments).current_dir(self.root()).env_clear();
        command.envs([
            ("DB_USER", SUPERUSER),
            ("DB_PASSWORD", PLANTED),
            ("REDIS_PASSWORD", PLANTED),
            ("MINIO_ROOT_PASSWORD", PLANTED),
            ("RADOUB_SCRATCH", "server"),
        ]);
        let measured = measure(&mut command)?;
        if measured.code != code {
            let line = crate::steps::line(&command);
            return Err(Failure::Told(format!("{line} ended with {}", measured.code)));
        }
        Ok(measured.duration)
    }

    /// Both questions of every service: a process each; the engine alone; how many there are.
    fn real(&self, oracle: &Oracle) -> Result<(Duration, Duration, usize), Failure> {
        let shadow = self.cluster.database("shadow");
        let (mut asked, mut alone, mut questions) = (Duration::ZERO, Duration::ZERO, 0);
        for (name, database) in &self.services {
            let (url, schema, migrations) = self.place(name, database);
            let text = |path: &Path| path.display().to_string();
            let live = (
                vec!["diff-url".to_owned(), "--url".to_owned(), url.clone()],
                json!({ "verb": "diff-url", "url": url, "schema": text(&schema) }),
            );
            let history = (
                vec![
                    "diff-migrations".to_owned(),
                    "--migrations".to_owned(),
                    text(&migrations),
                    "--shadow-url".to_owned(),
                    shadow.url(),
                    "--assume-lock".to_owned(),
                ],
                json!({
                    "verb": "diff-migrations", "migrations": text(&migrations),
                    "schema": text(&schema), "shadowUrl": shadow.url(), "assumeLock": true,
                }),
            );
            let has_history = !migrations_in(&migrations).is_empty();
            for (words, question) in std::iter::once(live).chain(has_history.then_some(history)) {
                questions += 1;
                asked += process(oracle, &words, &text(&schema))?;
                alone += warm(oracle, &question);
            }
        }
        Ok((asked, alone, questions))
    }
}

/// A question as a process of its own; that a history is refused is an answer too.
fn process(oracle: &Oracle, words: &[String], schema: &str) -> Result<Duration, Failure> {
    let mut command = Command::new("node");
    command.arg("prisma-oracle.mjs").args(words).args(["--schema", schema]);
    command.current_dir(oracle.folder());
    Ok(measure(&mut command)?.duration)
}

/// The same in the process that is warm already.
fn warm(oracle: &Oracle, question: &Value) -> Duration {
    let began = Instant::now();
    oracle.time(question).unwrap_or_else(|_| began.elapsed())
}
