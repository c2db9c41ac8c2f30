//! From the text of a schema to the SQL that creates it: the ten largest schemas of the corpus beside the
//! real engine, and schemas of 10 to 3,000 models to see how the cost grows.
//!
//! Both are measured inside their own process, warm, without starting a program or reading a file.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use radoub_prisma::datamodel::resolve;
use radoub_prisma::diagnostic::SourceFile;
use radoub_prisma::lower::{Setting, lower};
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::render::render;
use radoub_testing::oracle::Oracle;
use radoub_testing::shared::shared_or_say;
use serde_json::json;

use super::{Sheet, median, shown};
use crate::conformance::sql::{names_url, projects, sources};
use crate::steps::{Failure, cargo, run};

/// How often each text is turned into SQL; the median counts.
const TIMES: usize = 15;

/// Measures and prints both tables.
pub(super) fn engine() -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        // What is measured has to be built as it is released.
        return run(&mut cargo(&[
            "run",
            "--release",
            "--package",
            "xtask",
            "--",
            "bench",
            "engine",
        ]));
    }
    growth()?;
    let Some(shared) = shared_or_say("the bench beside the real engine") else { return Ok(()) };
    beside(&shared)
}

/// The ten largest schemas of the corpus, with and beside the real engine.
fn beside(shared: &Path) -> Result<(), Failure> {
    let mut schemas = Vec::new();
    for project in projects(shared)? {
        let files = sources(&project.schema).map_err(Failure::Told)?;
        let size: usize = files.iter().map(|file| file.text.len()).sum();
        if files.iter().any(names_url) && to_sql(&files).is_some() {
            schemas.push((size, project.id, files));
        }
    }
    schemas.sort_by_key(|(size, ..)| std::cmp::Reverse(*size));
    let oracle = Oracle::of(shared);
    let mut sheet = Sheet::new(&["schema", "kB", "radoub", "engine 6.19", "times faster"]);
    for (size, id, files) in schemas.into_iter().take(10) {
        let ours = measured(&files)?;
        let texts: Vec<_> =
            files.iter().map(|file| json!({"path": file.path, "content": file.text})).collect();
        let request = json!({"verb": "diff-empty", "schema": texts});
        let theirs: Result<Vec<Duration>, _> = (0..5).map(|_| oracle.time(&request)).collect();
        let theirs = median(theirs.map_err(|it| Failure::Told(it.message))?);
        sheet.row(&[
            id,
            (size / 1024).to_string(),
            shown(ours),
            shown(theirs),
            format!("{:.0}", theirs.as_secs_f64() / ours.as_secs_f64()),
        ]);
    }
    println!("\nFrom text to SQL, in process, warm, medians\n\n{}", sheet.text());
    Ok(())
}

/// Schemas of one shape and growing size.
fn growth() -> Result<(), Failure> {
    let mut sheet = Sheet::new(&["models", "median", "per model"]);
    for count in [10, 30, 100, 300, 1_000, 3_000] {
        let files = [SourceFile { path: "schema.prisma".into(), text: schema_of(count) }];
        let took = measured(&files)?;
        let each = took.as_secs_f64() * 1_000_000.0 / f64::from(count);
        sheet.row(&[count.to_string(), shown(took), format!("{each:.1} µs")]);
    }
    println!("\nHow the cost grows with the schema\n\n{}", sheet.text());
    Ok(())
}

/// A schema of that many models, each with an enum, an index and a relation to the one before.
fn schema_of(models: u32) -> String {
    let mut text = String::from(
        "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n",
    );
    for at in 0..models {
        let before = at.saturating_sub(1);
        write!(
            text,
            "\nmodel M{at} {{\n  id Int @id @default(autoincrement())\n  name String @unique\n  \
             kind K{at} @default(A)\n  note String? @db.VarChar(200)\n  at DateTime @default(now())\n  \
             beforeId Int?\n  before M{before}? @relation(\"r{at}\", fields: [beforeId], references: [id])\n"
        )
        .and_then(|()| match at + 1 {
            next if next < models => writeln!(text, "  after M{next}[] @relation(\"r{next}\")"),
            _ => Ok(()),
        })
        .and_then(|()| if at == 0 { writeln!(text, "  self M0[] @relation(\"r0\")") } else { Ok(()) })
        .and_then(|()| write!(text, "  @@index([kind, at])\n}}\n\nenum K{at} {{\n  A\n  B\n}}\n"))
        .expect("writing to a string does not fail");
    }
    text
}

/// The median time from text to SQL.
fn measured(files: &[SourceFile]) -> Result<Duration, Failure> {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let began = Instant::now();
        let sql = to_sql(black_box(files));
        times.push(began.elapsed());
        if black_box(sql).is_none() {
            return Err(Failure::Told("a schema of the bench is refused".to_owned()));
        }
    }
    Ok(median(times))
}

fn to_sql(files: &[SourceFile]) -> Option<String> {
    let major = PrismaMajor::Six;
    let wanted = lower(&resolve(files, major).0?, &Setting::of(major));
    let terms = Terms::default();
    Some(render(&steps(&SqlSchema::empty(), &wanted, &terms), terms.dialect))
}
