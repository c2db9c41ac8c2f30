//! The suites of `db pull`: databases described as schemas, beside the real engine's introspection.
//!
//! Every database is pulled twice, from nothing and into the schema that it was made from, and each way is
//! asked two things. Its *text*: what is written and what is told is what the real engine writes and tells.
//! Its *truth*: neither the real engine nor radoub finds a difference between the database and the text.
//! Where the real engine writes a text that it refuses itself, ours is another, and only has to be true.

use std::path::Path;

use radoub_postgres::introspect::{Problem, Scope};
use radoub_prisma::configuration::configuration;
use radoub_prisma::datamodel::resolve;
use radoub_prisma::describe::{Described, Found, Manner, describe, describes_partial_indexes};
use radoub_prisma::diagnostic::{Severity, SourceFile};
use radoub_prisma::format::format;
use radoub_prisma::lower::{Setting, lower};
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::name::Ident;
use radoub_schema::render::{Fidelity, render};
use radoub_testing::case::Pull;
use radoub_testing::oracle::Refusal;
use serde_json::{Value, json};

use super::history::scripts;
use super::lanes::{Lane, in_lanes, text_of};
use super::live::facts;
use super::sql::{Early, dialect, is_url, name, names_url, projects, sources, terms, wanted};
use super::truth::{script, sound};
use super::{Field, Score, live};
use crate::steps::Failure;

/// How many databases of a kind a change is checked with.
const SHARE: usize = 40;
/// How long a history may be that a change is checked with.
const SHORT: usize = 60;

/// A database to make and to pull.
struct Case {
    id: String,
    /// Scripts that make it.
    scripts: Vec<String>,
    /// The schema that it was made from, or that is wanted of it.
    schema: Vec<SourceFile>,
    major: PrismaMajor,
}

/// The databases of `cases/pull`, with the schema before: their texts are made by the real engine.
pub(super) fn cases(field: &Field<'_>) -> Result<Score, Failure> {
    in_lanes(field.cluster, Pull::all(), |lane, case| {
        let noted = as_noted(lane, field.shared, &case).map_err(Some);
        let again = again(lane, field.shared, &case).map_err(Some);
        vec![(case.id.clone(), noted), (format!("{}/again", case.id), again)]
    })
}

/// What the case says is what the engine does.
fn as_noted(lane: &mut Lane<'_>, shared: &Path, case: &Pull) -> Result<(), String> {
    lane.run(&case.database)?;
    let (before, major) = only(&case.before, case.major)?;
    let theirs = introspected(lane, shared, major, &before).map_err(|error| error.to_string())?;
    same_files(&theirs, &only(&case.pulled, case.major)?.0, major)?;
    same_told(&theirs, &case.told)
}

/// Pulled once more, it is what the engine makes of it.
fn again(lane: &mut Lane<'_>, shared: &Path, case: &Pull) -> Result<(), String> {
    let (pulled, major) = only(&case.pulled, case.major)?;
    let theirs = introspected(lane, shared, major, &pulled);
    match (theirs, ours(lane, major, &pulled)) {
        (Err(_), Err(_)) => Ok(()),
        (Err(error), Ok(_)) => Err(format!("is not refused: {error}")),
        (Ok(_), Err(problem)) => Err(problem),
        (Ok(theirs), Ok(ours)) => same_as(lane, shared, major, &theirs, &ours),
    }
}

/// A schema of one file.
fn only(text: &str, major: u8) -> Result<(Vec<SourceFile>, PrismaMajor), String> {
    let major = PrismaMajor::from_number(u64::from(major)).ok_or("no such Prisma")?;
    let file = SourceFile { path: "schema.prisma".into(), text: text.to_owned() };
    Ok((with_urls(vec![file], major), major))
}

/// What the engine makes of the database.
fn introspected(
    lane: &mut Lane<'_>,
    shared: &Path,
    major: PrismaMajor,
    files: &[SourceFile],
) -> Result<Value, Refusal> {
    let question = json!({
        "verb": "introspect", "url": lane.url(), "engine": major.number(), "schema": given(files),
    });
    lane.oracle(shared).ask(&question)
}

/// Golden cases: those that start from a database, and for all others the schema that they end with.
pub(super) fn golden(field: &Field<'_>) -> Result<Score, Failure> {
    let mut all = Vec::new();
    for (case, major) in live::cases(field.shared, "setup.sql")? {
        all.push(Case {
            id: format!("{}/{major}", name(&case.folder)),
            scripts: text_of(&case.folder.join("setup.sql")).into_iter().collect(),
            schema: files(&case.folder.join("to.prisma"), major)?,
            major,
        });
    }
    for (case, major) in live::cases(field.shared, "from.prisma")? {
        let to = case.folder.join("to.prisma");
        // An empty schema, one that is refused and what others look after make no database.
        let Ok(wanted) = wanted(&to, major) else { continue };
        // Prisma's own script does not run for every one of them.
        let script = script(&SqlSchema::empty(), &wanted.schema, &sound(major));
        if script.is_empty() || case.has_external() {
            continue;
        }
        let facts = facts(&case.folder, major).map_err(Failure::Told)?;
        all.push(Case {
            id: format!("{}/{major}", name(&case.folder)),
            scripts: vec![facts.setup, script],
            schema: files(&to, major)?,
            major,
        });
    }
    pull(field, all)
}

/// Projects of the corpus and the fleets: made from their schema, and by their history.
pub(super) fn corpus(field: &Field<'_>) -> Result<Score, Failure> {
    let mut all = Vec::new();
    for project in projects(field.shared)? {
        let expected = &project.expected;
        if expected.join("error.json").is_file() {
            continue;
        }
        let texts = sources(&project.schema).map_err(Failure::Told)?;
        let major = if texts.iter().any(names_url) { PrismaMajor::Six } else { PrismaMajor::Seven };
        let schema = files(&project.schema, major)?;
        let mut push = |kind: &str, scripts: Vec<String>| {
            let id = format!("{}/{kind}", project.id);
            all.push(Case { id, scripts, schema: schema.clone(), major });
        };
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
    if field.is_share() {
        all.retain(|case| case.scripts.len() <= SHORT);
    }
    pull(field, all)
}

/// The files of a schema, their paths below its folder.
fn files(path: &Path, major: PrismaMajor) -> Result<Vec<SourceFile>, Failure> {
    let mut files = sources(path).map_err(Failure::Told)?;
    let home = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    for file in &mut files {
        if let Ok(inside) = file.path.strip_prefix(home) {
            file.path = inside.to_owned();
        }
    }
    Ok(with_urls(files, major))
}

/// The files as the engine wants them: each URL a text of its own, or none for 7.
fn with_urls(mut files: Vec<SourceFile>, major: PrismaMajor) -> Vec<SourceFile> {
    for file in &mut files {
        let lines = file.text.split_inclusive('\n');
        let line = |line: &str| match (is_url(line), major) {
            (false, _) => line.to_owned(),
            (true, PrismaMajor::Seven) => "\n".to_owned(),
            (true, _) => {
                // Two of them may not be the same database.
                let key = line.split('=').next().unwrap_or_default();
                format!("{key}= \"postgresql://localhost/{}\"\n", key.trim())
            }
        };
        file.text = lines.map(line).collect();
    }
    files
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

fn pull(field: &Field<'_>, all: Vec<Case>) -> Result<Score, Failure> {
    let mut all = field.share(all, SHARE, |case| &case.id);
    // The longest first, so that no lane is left alone with one at the end.
    all.sort_by_key(|case| std::cmp::Reverse(case.scripts.len()));
    in_lanes(field.cluster, all, |lane, case| both_ways(lane, field.shared, &case))
}

fn both_ways(lane: &mut Lane<'_>, shared: &Path, case: &Case) -> Vec<(String, Result<(), Early>)> {
    for script in &case.scripts {
        if let Err(error) = lane.run(script) {
            return vec![(case.id.clone(), Err(Some(format!("is not made: {error}"))))];
        }
    }
    let mut outcomes = Vec::new();
    for (way, files) in [("nothing", bare(&case.schema)), ("schema", case.schema.clone())] {
        let id = |what: &str| format!("{}/{way}/{what}", case.id);
        let theirs = introspected(lane, shared, case.major, &files);
        match (theirs, ours(lane, case.major, &files)) {
            // What the one refuses, the other has to refuse.
            (Err(_), Err(_)) => outcomes.push((id("text"), Ok(()))),
            (Err(error), Ok(_)) => {
                outcomes.push((id("text"), Err(Some(format!("is not refused: {error}")))));
            }
            (Ok(_), Err(problem)) => outcomes.push((id("text"), Err(Some(problem)))),
            (Ok(theirs), Ok(ours)) => {
                let text = same_as(lane, shared, case.major, &theirs, &ours);
                let is_theirs = text.is_ok();
                outcomes.push((id("text"), text.map_err(Some)));
                let truth = is_true(lane, shared, case.major, &ours.files, is_theirs);
                outcomes.push((id("truth"), truth.map_err(Some)));
            }
        }
    }
    outcomes
}

/// Whether what is written and what is told is the same, and in what it is not.
fn same_as(
    lane: &mut Lane<'_>,
    shared: &Path,
    major: PrismaMajor,
    theirs: &Value,
    ours: &Described,
) -> Result<(), String> {
    let same = same_files(theirs, &ours.files, major)
        .and_then(|()| same_told(theirs, &ours.warnings.to_string()));
    let Err(difference) = same else { return Ok(()) };
    let question = json!({
        "verb": "diff-empty", "engine": major.number(), "schema": theirs["schema"]["files"],
    });
    let Err(Refusal { message, .. }) = lane.oracle(shared).ask(&question) else {
        return Err(difference);
    };
    let reason = message.lines().find(|line| line.contains("error")).unwrap_or(&message);
    Err(format!("the engine refuses its own text: {reason}"))
}

/// Whether the database is what the files say, for the real engine and for us. What the engine still wants
/// to change when the text is its own (primary keys for join tables of old, …), we want to change too.
fn is_true(
    lane: &mut Lane<'_>,
    shared: &Path,
    major: PrismaMajor,
    files: &[SourceFile],
    is_their_text: bool,
) -> Result<(), String> {
    let question = json!({
        "verb": "diff-url", "url": lane.url(), "engine": major.number(), "schema": given(files),
    });
    let theirs = lane.oracle(shared).ask(&question);
    let theirs = theirs.map_err(|error| format!("is refused: {error}"))?;
    let theirs = theirs.as_str().unwrap_or_default().trim();
    if !is_their_text && theirs != "-- This is an empty migration." {
        return Err(format!("is different from its database for the engine: {theirs}"));
    }
    let (datamodel, diagnostics) = resolve(files, major);
    let datamodel = datamodel.ok_or_else(|| {
        let error = diagnostics.iter().find(|it| it.severity == Severity::Error);
        format!("is refused by us: {}", error.map_or("without a reason", |it| it.message.as_str()))
    })?;
    let wanted = lower(&datamodel, &Setting::of(major));
    let partial_indexes = datamodel.has_preview("partialIndexes");
    let found = lane.introspect(&Scope { views: false, remarks: false, ..scope(files, major) })?;
    let terms = Terms { partial_indexes, ..terms(major) };
    let ours = render(&steps(&found.schema, &wanted, &terms), dialect(major));
    super::sql::same(theirs, ours.trim())
        .map_err(|difference| format!("is different from its database: {difference}"))
}

/// Files as the engine is given them.
fn given(files: &[SourceFile]) -> Value {
    let file = |file: &SourceFile| json!({"path": file.path, "content": file.text});
    files.iter().map(file).collect()
}

/// What is looked at for this schema, as the command does.
fn scope(files: &[SourceFile], major: PrismaMajor) -> Scope {
    let settings = configuration(files, major).0;
    let has = |feature: &str| settings.preview_features.iter().any(|it| it == feature);
    let listed = settings.datasource.as_ref().map(|it| it.schemas.clone()).unwrap_or_default();
    let namespaces = if listed.is_empty() { vec!["public".to_owned()] } else { listed };
    Scope {
        fidelity: Fidelity::Exact,
        extensions: has("postgresqlExtensions"),
        partial_indexes: describes_partial_indexes(files, major),
        views: has("views"),
        remarks: true,
        ..Scope::of(namespaces.into_iter().map(Ident::from))
    }
}

fn ours(
    lane: &mut Lane<'_>,
    major: PrismaMajor,
    files: &[SourceFile],
) -> Result<Described, String> {
    let found = lane.introspect(&scope(files, major))?;
    if let Some(Problem::LeavesScope { constraint, .. }) = found.problems.first() {
        return Err(format!("P4002: {constraint}"));
    }
    let manner =
        Manner { major, force: false, namespaces: None, new_file: "introspected.prisma".into() };
    let found = Found { schema: &found.schema, views: &found.views, remarks: &found.remarks };
    let described = describe(&found, files, &manner)
        .map_err(|wrong| format!("refuses the schema before: {wrong:?}"))?;
    if described.is_empty { Err("P4001".to_owned()) } else { Ok(described) }
}

/// Whether all files are the same.
fn same_files(theirs: &Value, ours: &[SourceFile], major: PrismaMajor) -> Result<(), String> {
    let files = theirs["schema"]["files"].as_array().cloned().unwrap_or_default();
    let path = |file: &Value| {
        file["path"].as_str().unwrap_or_default().trim_start_matches("./").to_owned()
    };
    if files.len() != ours.len() {
        return Err(format!("{} files instead of {}", ours.len(), files.len()));
    }
    for file in &files {
        let path = path(file);
        let own = ours.iter().find(|own| own.path == Path::new(&path));
        let own = own.ok_or_else(|| format!("there is no {path}"))?;
        let theirs = file["content"].as_str().unwrap_or_default();
        super::sql::same(theirs, &without_extensions(&own.text, major))
            .map_err(|difference| format!("{path} {difference}"))?;
    }
    Ok(())
}

/// Whether the same is told.
fn same_told(theirs: &Value, ours: &str) -> Result<(), String> {
    let told = theirs["warnings"].as_str().unwrap_or_default();
    super::sql::same(told, ours).map_err(|difference| format!("what is told {difference}"))
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
