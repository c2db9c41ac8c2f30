//! `cargo xtask bench engine`: schema → SQL, beside the real schema engine's time for the same call.
//!
//! Both sides are warm, each inside its own process, and read their files before the clock starts; they
//! run one after the other in one run of this bench, so that the ratio is of one machine in one state.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use radoub_testing::fleet::temporary;
use radoub_testing::oracle::Oracle;
use radoub_testing::shared::shared;
use serde::Deserialize;
use serde_json::json;

use super::{Sheet, median, release, shown};
use crate::conformance::sql::{folders, pair_side};
use crate::steps::{Failure, line, read};

/// How to measure the engine.
#[derive(Debug, clap::Args)]
pub(crate) struct EngineArguments {
    /// How often each is done
    #[arg(long, default_value_t = 30)]
    rounds: usize,
    /// A radoub that is built already, instead of building the slim release
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

/// How many of the largest schemas of the corpus are measured.
const LARGEST: usize = 10;

/// How much faster than the real engine each must be.
const RATIO: f64 = 30.0;

/// The same for a change from one version of a schema to the next.
const RATIO_OF_CHANGE: f64 = 10.0;

/// The longest that each may take.
const LIMIT: Duration = Duration::from_millis(10);

/// Models of the generated schemas.
const SIZES: [usize; 6] = [10, 30, 100, 300, 1000, 3000];

/// By how much the time of a model may differ between the smallest and the largest generated schema
/// that count as linear; small ones pay for what is the same for all.
const SPREAD: f64 = 2.0;

/// A schema to measure, or a change.
struct Subject {
    name: String,
    /// The version before; `None` for nothing.
    from: Option<Schema>,
    to: Schema,
}

/// A file or folder.
struct Schema {
    path: PathBuf,
    /// Path and text of each file.
    files: Vec<(String, String)>,
}

/// What either side answers.
#[derive(Debug, Deserialize)]
struct Answer {
    schemas: Vec<Timed>,
}

#[derive(Debug, Deserialize)]
struct Timed {
    bytes: usize,
    nanoseconds: Vec<u64>,
}

impl Timed {
    fn median(&self) -> Duration {
        median(self.nanoseconds.iter().map(|&it| Duration::from_nanos(it)).collect())
    }
}

/// Measures, prints the tables; fails when a promise is not kept.
pub(crate) fn engine(arguments: &EngineArguments) -> Result<(), Failure> {
    let binary = match &arguments.binary {
        Some(path) => path.clone(),
        None => release()?,
    };
    let Some(shared) = shared() else {
        return Err(Failure::Told("the corpus and the oracle are in ../shared".to_owned()));
    };
    let mut broken = Vec::new();
    for (what, subjects, ratio) in [
        ("from nothing to each schema", largest(&shared)?, RATIO),
        ("from one version of a schema to the next", changes(&shared)?, RATIO_OF_CHANGE),
    ] {
        let rounds = arguments.rounds;
        broken.extend(beside(what, (&binary, &shared), &subjects, rounds, ratio)?);
    }
    broken.extend(growth(&binary, arguments.rounds)?);
    broken.extend(super::replay::beside(&binary, &shared, arguments.rounds)?);
    broken.extend(super::introspect::introspect(arguments.rounds)?);
    if broken.is_empty() {
        println!("\nevery promise is kept");
        return Ok(());
    }
    Err(Failure::Told(broken.join("\n")))
}

/// The largest schemas of the corpus, here and there.
fn beside(
    what: &str,
    (binary, shared): (&Path, &Path),
    subjects: &[Subject],
    rounds: usize,
    wanted: f64,
) -> Result<Vec<String>, Failure> {
    let ours = ours(binary, subjects, rounds)?;
    let theirs = theirs(shared, subjects, rounds)?;
    let mut sheet =
        Sheet::new(&["schema", "KB", "models", "SQL, KB", "Prisma", "radoub", "times faster"]);
    let mut broken = Vec::new();
    for ((subject, ours), theirs) in subjects.iter().zip(&ours.schemas).zip(&theirs.schemas) {
        let (mine, real) = (ours.median(), theirs.median());
        let ratio = real.as_secs_f64() / mine.as_secs_f64().max(f64::EPSILON);
        sheet.row(&[
            subject.name.clone(),
            kilobytes(subject.bytes()),
            subject.models().to_string(),
            kilobytes(ours.bytes),
            shown(real),
            fine(mine),
            format!("{ratio:.0} ×"),
        ]);
        if ours.bytes != theirs.bytes {
            broken.push(format!(
                "{}: {} bytes of SQL here, {} there: not the same work",
                subject.name, ours.bytes, theirs.bytes
            ));
        }
        if ratio < wanted {
            broken.push(format!("{}: {ratio:.0} × instead of {wanted} ×", subject.name));
        }
        if mine >= LIMIT {
            broken.push(format!("{}: {} instead of {}", subject.name, shown(mine), shown(LIMIT)));
        }
    }
    println!("\n{what}, as SQL; median of {rounds} rounds in a warm process\n");
    print!("{}", sheet.text());
    Ok(broken)
}

/// Generated schemas of growing size, here.
fn growth(binary: &Path, rounds: usize) -> Result<Vec<String>, Failure> {
    let folder = temporary();
    let mut subjects = Vec::new();
    for size in SIZES {
        let path = folder.path().join(format!("{size}.prisma"));
        let text = generated(size);
        fs::write(&path, &text).map_err(Failure::file(&path))?;
        let name = format!("{size} models");
        let to = Schema { path, files: vec![(format!("{size}.prisma"), text)] };
        subjects.push(Subject { name, from: None, to });
    }
    let ours = ours(binary, &subjects, rounds)?;
    let mut sheet = Sheet::new(&["generated", "KB", "radoub", "µs a model"]);
    let mut each = Vec::new();
    for (subject, ours) in subjects.iter().zip(&ours.schemas) {
        #[expect(clippy::cast_precision_loss, reason = "some thousand models")]
        let one = ours.median().as_secs_f64() * 1e6 / subject.models() as f64;
        each.push(one);
        sheet.row(&[
            subject.name.clone(),
            kilobytes(subject.bytes()),
            fine(ours.median()),
            format!("{one:.1}"),
        ]);
    }
    println!("\nthe cost of a model\n");
    print!("{}", sheet.text());
    // The smallest ones are warm caches; from a hundred on it is the algorithm.
    let (small, large) = (each[2], each[each.len() - 1]);
    if large > small * SPREAD {
        let message = format!("not linear: {small:.1} µs a model of 100, {large:.1} µs of 3,000");
        return Ok(vec![message]);
    }
    Ok(Vec::new())
}

impl Subject {
    fn bytes(&self) -> usize {
        self.to.files.iter().map(|(_, text)| text.len()).sum()
    }

    fn models(&self) -> usize {
        let lines = self.to.files.iter().flat_map(|(_, text)| text.lines());
        lines.filter(|line| line.starts_with("model ")).count()
    }

    /// 7 when one of them has no `url`, as radoub does.
    fn major(&self) -> u8 {
        let is_url = |line: &str| {
            line.trim_start().strip_prefix("url").is_some_and(|it| it.trim_start().starts_with('='))
        };
        let has_url =
            |schema: &Schema| schema.files.iter().flat_map(|(_, text)| text.lines()).any(is_url);
        if self.from.iter().chain([&self.to]).all(has_url) { 6 } else { 7 }
    }
}

impl Schema {
    fn read(path: PathBuf) -> Result<Self, Failure> {
        let mut files = Vec::new();
        gather(&path, &mut files)?;
        files.sort();
        Ok(Self { path, files })
    }
}

/// The largest schemas of the corpus that the real engine accepts, largest first.
fn largest(shared: &Path) -> Result<Vec<Subject>, Failure> {
    let corpus = shared.join("corpus");
    let mut subjects = Vec::new();
    for entry in corpus.read_dir().map_err(Failure::file(&corpus))? {
        let folder = entry.map_err(Failure::file(&corpus))?.path();
        if !folder.join("expected/from-empty.sql").is_file() {
            continue;
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        subjects.push(Subject { name, from: None, to: Schema::read(folder.join("schema"))? });
    }
    Ok(largest_of(subjects))
}

/// The changes of the corpus with the largest schemas, one of each project: the last that it holds.
fn changes(shared: &Path) -> Result<Vec<Subject>, Failure> {
    let corpus = shared.join("corpus");
    let mut subjects = Vec::new();
    for entry in corpus.read_dir().map_err(Failure::file(&corpus))? {
        let folder = entry.map_err(Failure::file(&corpus))?.path();
        let pairs = folder.join("expected/pairs");
        let Some(pair) = pairs
            .is_dir()
            .then(|| folders(&pairs))
            .transpose()?
            .and_then(|it| it.into_iter().next_back())
        else {
            continue;
        };
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (from, to) =
            (Schema::read(pair_side(&pair, "from"))?, Schema::read(pair_side(&pair, "to"))?);
        subjects.push(Subject { name, from: Some(from), to });
    }
    Ok(largest_of(subjects))
}

fn largest_of(mut subjects: Vec<Subject>) -> Vec<Subject> {
    subjects.sort_by_key(|subject| std::cmp::Reverse(subject.bytes()));
    subjects.truncate(LARGEST);
    subjects
}

/// The files of a schema, which may be one file.
fn gather(folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), Failure> {
    if folder.is_file() {
        let text = fs::read_to_string(folder).map_err(Failure::file(folder))?;
        files.push((folder.display().to_string(), text));
        return Ok(());
    }
    for entry in folder.read_dir().map_err(Failure::file(folder))? {
        let path = entry.map_err(Failure::file(folder))?.path();
        if path.is_dir() || path.extension().is_some_and(|it| it == "prisma") {
            gather(&path, files)?;
        }
    }
    Ok(())
}

fn ours(binary: &Path, subjects: &[Subject], rounds: usize) -> Result<Answer, Failure> {
    let sides = subjects.iter().flat_map(|subject| subject.from.iter().chain([&subject.to]));
    let mut command = Command::new(binary);
    command.arg("_engine-bench").args(["--rounds", &rounds.to_string()]).env_clear();
    command.args(subjects.iter().any(|it| it.from.is_some()).then_some("--pairs"));
    command.args(sides.map(|schema| &schema.path));
    understood(&line(&command), &read(&mut command)?)
}

fn theirs(shared: &Path, subjects: &[Subject], rounds: usize) -> Result<Answer, Failure> {
    let oracle = Oracle::of(shared);
    let folder = temporary();
    let script = folder.path().join("engine.mjs");
    fs::write(&script, include_str!("engine.mjs")).map_err(Failure::file(&script))?;
    let questions: Vec<_> = subjects
        .iter()
        .map(|subject| {
            let files = |schema: &Schema| -> Vec<_> {
                let files = schema.files.iter();
                files.map(|(path, content)| json!({ "path": path, "content": content })).collect()
            };
            json!({
                "schema": subject.name,
                "major": subject.major(),
                "rounds": rounds,
                "before": subject.from.as_ref().map(files),
                "files": files(&subject.to),
            })
        })
        .collect();
    let mut command = Command::new("node");
    command.arg(&script).arg(oracle.folder().join("lib.mjs"));
    let line = line(&command);
    let started = |source| Failure::Start { line: line.clone(), source };
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(started)?;
    let questions = serde_json::Value::from(questions).to_string();
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(questions.as_bytes()).map_err(started)?;
    }
    let output = child.wait_with_output().map_err(started)?;
    if !output.status.success() {
        return Err(Failure::Told(format!("{line} ended with {}", output.status)));
    }
    understood(&line, &String::from_utf8_lossy(&output.stdout))
}

fn understood(line: &str, text: &str) -> Result<Answer, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::Told(format!("{line} answered something else: {error}")))
}

/// A schema of `models` models as applications have them: ids, texts, numbers, times, an enum, an index,
/// a unique key, and a relation to the model before.
fn generated(models: usize) -> String {
    let mut text =
        "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n\n\
         enum Level {\n  LOW\n  HIGH\n}\n"
            .to_owned();
    for at in 0..models {
        let before = at.saturating_sub(1);
        let _ = write!(
            text,
            "\nmodel Model{at} {{\n  id        Int      @id @default(autoincrement())\n  \
             code      String   @unique @db.VarChar(40)\n  title     String\n  amount    Decimal? \
             @db.Decimal(12, 2)\n  level     Level    @default(LOW)\n  createdAt DateTime @default(now())\n"
        );
        if at > 0 {
            let _ = write!(
                text,
                "  beforeId  Int\n  before    Model{before} @relation(\"R{at}\", fields: \
                 [beforeId], references: [id], onDelete: Cascade)\n"
            );
        }
        if at + 1 < models {
            let _ = writeln!(text, "  after     Model{}[] @relation(\"R{}\")", at + 1, at + 1);
        }
        text.push_str("\n  @@index([title, createdAt])\n}\n");
    }
    text
}

fn kilobytes(bytes: usize) -> String {
    format!("{}", bytes.div_ceil(1024))
}

/// `842 µs`, `1.23 ms`.
fn fine(duration: Duration) -> String {
    let micros = duration.as_secs_f64() * 1e6;
    if micros < 1000.0 { format!("{micros:.0} µs") } else { format!("{:.2} ms", micros / 1000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_schema_has_as_many_models_as_asked() {
        let files = vec![(String::new(), generated(30))];
        let to = Schema { path: PathBuf::new(), files };
        let subject = Subject { name: String::new(), from: None, to };
        assert_eq!((subject.models(), subject.major()), (30, 6));
    }
}
