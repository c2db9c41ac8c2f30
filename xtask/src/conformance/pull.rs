//! The suite of `db pull`: databases described as schemas, beside the real engine's introspection.
//!
//! Every database is pulled twice, from nothing and into the schema that it was made from. The text
//! and what is told have to be the same, and the real engine has to find no difference between the
//! database and the text. Where its own text is one that it refuses, ours only has to be accepted.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use radoub_postgres::introspect::{Problem, Scope};
use radoub_prisma::describe::{Described, Found, Manner, describe, describes_partial_indexes};
use radoub_prisma::diagnostic::SourceFile;
use radoub_prisma::format::format;
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::steps;
use radoub_schema::model::SqlSchema;
use radoub_schema::name::Ident;
use radoub_schema::render::{Fidelity, render};
use radoub_testing::Cluster;
use radoub_testing::oracle::{Oracle, Refusal};
use serde_json::{Value, json};

use super::Score;
use super::history::scripts;
use super::lanes::{Lane, in_lanes, text_of};
use super::live::cases;
use super::sql::{
    Early, dialect, is_url, name, names_url, projects, sources, terms, wanted,
};
use crate::steps::Failure;

/// A database to make and to pull.
struct Case {
    id: String,
    /// Scripts that make it.
    scripts: Vec<String>,
    /// The schema that it was made from, or that is wanted of it.
    schema: Vec<SourceFile>,
    major: PrismaMajor,
}

/// Golden cases: those that start from a database, and for all others the schema that they end with.
pub(super) fn golden(shared: &Path, cluster: &Cluster) -> Result<Score, Failure> {
    let mut all = Vec::new();
    for (case, major) in cases(shared, "setup.sql")? {
        let setup = text_of(&case.folder.join("setup.sql")).unwrap_or_default();
        all.push(Case {
            id: format!("{}/{major}", name(&case.folder)),
            scripts: vec![setup],
            schema: files(&case.folder.join("to.prisma"), major)?,
            major,
        });
    }
    for (case, major) in cases(shared, "from.prisma")? {
        // What needs something first is not made by its schema alone.
        let Ok(to) = wanted(&case.folder.join("to.prisma"), major) else { continue };
        let steps = steps(&SqlSchema::empty(), &to.schema, &terms(major));
        if steps.is_empty() || case.has_external() {
            continue;
        }
        all.push(Case {
            id: format!("{}/{major}", name(&case.folder)),
            scripts: vec![render(&steps, dialect(major))],
            schema: files(&case.folder.join("to.prisma"), major)?,
            major,
        });
    }
    pull(shared, cluster, all)
}

/// Projects of the corpus and the fleets: made from their schema, and deployed.
pub(super) fn corpus(shared: &Path, cluster: &Cluster) -> Result<Score, Failure> {
    let mut all = Vec::new();
    for project in projects(shared)? {
        let Ok(texts) = sources(&project.schema) else { continue };
        let major = if texts.iter().any(names_url) { PrismaMajor::Six } else { PrismaMajor::Seven };
        let schema = files(&project.schema, major)?;
        let mut push = |kind: &str, scripts: Vec<String>| {
            let id = format!("{}/{kind}", project.id);
            all.push(Case { id, scripts, schema: schema.clone(), major });
        };
        let expected = &project.expected;
        if let (Some(script), false) = (
            text_of(&expected.join("from-empty.sql")),
            expected.join("from-empty-error.json").is_file(),
        ) {
            push("schema", vec![script]);
        }
        if let (true, Some(migrations)) =
            (expected.join("introspected.sql").is_file(), &project.migrations)
        {
            let texts = scripts(migrations)?.into_iter().filter_map(|path| text_of(&path));
            push("history", texts.collect());
        }
    }
    // The longest first, so that no lane is left alone with one at the end.
    all.sort_by_key(|case| std::cmp::Reverse(case.scripts.len()));
    pull(shared, cluster, all)
}

/// The files of a schema as the engine wants them: a URL as text, or none for 7.
fn files(path: &Path, major: PrismaMajor) -> Result<Vec<SourceFile>, Failure> {
    let mut files = sources(path).map_err(Failure::Told)?;
    let home = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    for file in &mut files {
        let lines = file.text.split_inclusive('\n').enumerate();
        let line = |(at, line): (usize, &str)| match (is_url(line), major) {
            (false, _) => line.to_owned(),
            (true, PrismaMajor::Seven) => "\n".to_owned(),
            (true, _) => {
                // Two of them may not be the same database.
                let key = line.split('=').next().unwrap_or_default();
                format!("{key}= \"postgresql://localhost/db{at}\"\n")
            }
        };
        file.text = lines.map(line).collect();
        if let Ok(inside) = file.path.strip_prefix(home) {
            file.path = inside.to_owned();
        }
    }
    Ok(files)
}

/// The configuration of a schema alone: what a first pull starts from.
fn bare(schema: &[SourceFile]) -> Vec<SourceFile> {
    let mut text = String::new();
    let mut open = false;
    for line in schema.iter().flat_map(|file| file.text.split_inclusive('\n')) {
        open |= line.starts_with("datasource ") || line.starts_with("generator ");
        if open {
            text.push_str(line);
        }
        open &= !line.starts_with('}');
    }
    vec![SourceFile { path: "schema.prisma".into(), text }]
}

fn pull(shared: &Path, cluster: &Cluster, all: Vec<Case>) -> Result<Score, Failure> {
    // An engine serves one request at a time; as many are started as there are lanes.
    let engines: Mutex<Vec<Oracle>> = Mutex::default();
    in_lanes(cluster, all, |lane, case| {
        let engine = engines.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let engine = engine.unwrap_or_else(|| Oracle::of(shared));
        let outcomes = compare(lane, &engine, &case);
        engines.lock().unwrap_or_else(PoisonError::into_inner).push(engine);
        outcomes
    })
}

fn compare(
    lane: &mut Lane<'_>,
    engine: &Oracle,
    case: &Case,
) -> Vec<(String, Result<(), Early>)> {
    for script in &case.scripts {
        if lane.run(script).is_err() {
            // What does not make a database is the matter of other suites.
            return Vec::new();
        }
    }
    let ways = [("nothing", bare(&case.schema)), ("schema", case.schema.clone())];
    let outcomes = ways.into_iter().map(|(way, files)| {
        let outcome = same(lane, engine, case.major, &files);
        (format!("{}/{way}", case.id), outcome)
    });
    outcomes.collect()
}

fn same(
    lane: &mut Lane<'_>,
    engine: &Oracle,
    major: PrismaMajor,
    files: &[SourceFile],
) -> Result<(), Early> {
    let theirs = engine.ask(&json!({
        "verb": "introspect", "url": lane.url(), "engine": major.number(), "schema": given(files),
    }));
    let ours = ours(lane, major, files);
    let (theirs, ours) = match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => (theirs, ours),
        (Err(_), Err(_)) => return Err(None),
        (Err(Refusal { message, .. }), Ok(_)) => {
            return Err(Some(format!("is not refused: {message}")));
        }
        (Ok(_), Err(problem)) => return Err(Some(problem)),
    };
    if let Err(difference) = same_texts(&theirs, &ours, major) {
        let is_refused = |files: Value| {
            let request = json!({"verb": "diff-empty", "engine": major.number(), "schema": files});
            engine.ask(&request).is_err()
        };
        let own = theirs["schema"]["files"].clone();
        if is_refused(given(&ours.files)) || !is_refused(own) {
            return Err(Some(difference));
        }
    }
    let left = engine.ask(&json!({
        "verb": "diff-url", "url": lane.url(), "engine": major.number(),
        "schema": given(&ours.files),
    }));
    match left {
        Ok(Value::String(text)) if text.trim() == "-- This is an empty migration." => Ok(()),
        Ok(left) => Err(Some(format!("is different from its database: {left}"))),
        Err(error) => Err(Some(format!("is refused: {error}"))),
    }
}

/// Files as the engine is given them.
fn given(files: &[SourceFile]) -> Value {
    let file = |file: &SourceFile| json!({"path": file.path, "content": file.text});
    files.iter().map(file).collect()
}

fn ours(
    lane: &mut Lane<'_>,
    major: PrismaMajor,
    files: &[SourceFile],
) -> Result<Described, String> {
    let configuration = radoub_prisma::configuration::configuration(files, major).0;
    let has = |feature: &str| configuration.preview_features.iter().any(|it| it == feature);
    let listed = configuration.datasource.map(|it| it.schemas).unwrap_or_default();
    let namespaces = if listed.is_empty() { vec!["public".to_owned()] } else { listed };
    let scope = Scope {
        fidelity: Fidelity::Exact,
        extensions: has("postgresqlExtensions"),
        partial_indexes: describes_partial_indexes(files, major),
        views: has("views"),
        remarks: true,
        ..Scope::of(namespaces.into_iter().map(Ident::from))
    };
    let found = lane.introspect(&scope)?;
    if let Some(Problem::LeavesScope { constraint, .. }) = found.problems.first() {
        return Err(format!("P4002: {constraint}"));
    }
    let manner =
        Manner { major, force: false, namespaces: None, new_file: "introspected.prisma".into() };
    let found =
        Found { schema: &found.schema, views: &found.views, remarks: &found.remarks };
    let described = describe(&found, files, &manner)
        .map_err(|wrong| format!("refuses the schema before: {wrong:?}"))?;
    if described.is_empty { Err("P4001".to_owned()) } else { Ok(described) }
}

/// Whether all files and what is told are the same.
fn same_texts(theirs: &Value, ours: &Described, major: PrismaMajor) -> Result<(), String> {
    let files = theirs["schema"]["files"].as_array().cloned().unwrap_or_default();
    let path = |file: &Value| {
        file["path"].as_str().unwrap_or_default().trim_start_matches("./").to_owned()
    };
    if files.len() != ours.files.len() {
        return Err(format!("{} files instead of {}", ours.files.len(), files.len()));
    }
    for file in &files {
        let path = path(file);
        let own = ours.files.iter().find(|own| own.path == Path::new(&path));
        let own = own.ok_or_else(|| format!("there is no {path}"))?;
        let theirs = file["content"].as_str().unwrap_or_default();
        super::sql::same(theirs, &without_extensions(&own.text, major))
            .map_err(|difference| format!("{path} {difference}"))?;
    }
    let told = theirs["warnings"].as_str().unwrap_or_default();
    super::sql::same(told, &ours.warnings.to_string())
        .map_err(|difference| format!("what is told {difference}"))
}

/// The text without the extensions of its datasource: the engine that can be asked does not know of
/// them (Prisma facts 14.2).
fn without_extensions(text: &str, major: PrismaMajor) -> String {
    let is_list = |line: &str| line.starts_with("  extensions ") && line.contains('=');
    if !text.lines().any(is_list) {
        return text.to_owned();
    }
    let kept: String = text.split_inclusive('\n').filter(|line| !is_list(line)).collect();
    format(&kept, major)
}
