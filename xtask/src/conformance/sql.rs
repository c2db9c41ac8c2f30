//! The suites of SQL between schema files: golden cases, corpus, fleets, against what the real
//! engine printed.
//!
//! No server and no engine runs here; the expected texts lie in the material.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use radoub_prisma::datamodel::{Datamodel, resolve};
use radoub_prisma::diagnostic::{Severity, SourceFile};
use radoub_prisma::lower::{Setting, lower};
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::name::ObjectName;
use radoub_schema::render::{Dialect, Edition, Fidelity, render};
use radoub_schema::step::Step;
use radoub_schema::summary::summary;
use radoub_schema::warning::warnings;
use serde::Deserialize;

use super::Score;
use crate::steps::Failure;

/// `expected.sql` of every golden case.
pub(super) fn golden_diff(shared: &Path) -> Result<Score, Failure> {
    golden(shared, |case, major| case.script(major, false).map(|text| ("expected", "sql", text)))
}

/// `reverse.sql` of every golden case.
pub(super) fn golden_reverse(shared: &Path) -> Result<Score, Failure> {
    golden(shared, |case, major| case.script(major, true).map(|text| ("reverse", "sql", text)))
}

/// `summary.txt` of every golden case; it was made by 6, or by 7 for what only 7 knows.
pub(super) fn golden_summary(shared: &Path) -> Result<Score, Failure> {
    golden(shared, |case, major| {
        if major == PrismaMajor::Seven && case.engines.contains(&6) {
            return Err(None);
        }
        let steps = case.steps(major, false)?;
        Ok(("summary", "txt", summary(&steps, dialect(major).edition)))
    })
}

/// `warnings.json` of every golden case.
pub(super) fn golden_warnings(shared: &Path) -> Result<Score, Failure> {
    golden(shared, |case, major| {
        if major == PrismaMajor::Seven {
            return Err(None);
        }
        let all = warnings(&case.steps(major, false)?);
        // The golden ones follow the tables of a database, by name; these follow the file.
        let texts = |unexecutable: bool| -> Vec<String> {
            let kind = all.iter().filter(|it| it.is_unexecutable() == unexecutable);
            let mut texts: Vec<String> = kind.map(ToString::to_string).collect();
            texts.sort();
            texts
        };
        let mut expected: Warned = match fs::read_to_string(case.folder.join("warnings.json")) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| Some(error.to_string()))?,
            Err(_) => Warned::default(),
        };
        expected.warnings.sort();
        expected.unexecutable.sort();
        let ours = Warned { warnings: texts(false), unexecutable: texts(true) };
        if ours == expected { Err(None) } else { Err(Some(format!("{expected:?}, ours {ours:?}"))) }
    })
}

#[derive(Debug, Default, PartialEq, Deserialize)]
struct Warned {
    warnings: Vec<String>,
    unexecutable: Vec<String>,
}

/// What a comparison ends with early: a difference, or nothing to compare (which agrees).
pub(super) type Early = Option<String>;

/// A golden case between two schema files.
pub(super) struct Golden {
    pub(super) folder: PathBuf,
    pub(super) engines: Vec<u64>,
    external_tables: BTreeSet<ObjectName>,
    external_enums: BTreeSet<ObjectName>,
}

fn golden(
    shared: &Path,
    compare: impl Fn(&Golden, PrismaMajor) -> Result<(&'static str, &'static str, String), Early>,
) -> Result<Score, Failure> {
    let mut score = Score::default();
    for folder in folders(&shared.join("golden"))? {
        if !folder.join("from.prisma").is_file() {
            continue;
        }
        let case = Golden::read(folder)?;
        for &engine in &case.engines {
            let Some(major) = PrismaMajor::from_number(engine) else { continue };
            let id = format!("{}/{engine}", name(&case.folder));
            let outcome = compare(&case, major).and_then(|(stem, extension, ours)| {
                let newer = case.folder.join(format!("{stem}.v7.{extension}"));
                let older = case.folder.join(format!("{stem}.{extension}"));
                let seven = major == PrismaMajor::Seven && newer.is_file();
                compare_with(if seven { &newer } else { &older }, &ours).map_err(Some)
            });
            score.note(id, outcome);
        }
    }
    Ok(score)
}

impl Golden {
    pub(super) fn read(folder: PathBuf) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Case {
            engines: Vec<u64>,
            external: Option<External>,
        }
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        struct External {
            external_tables: Vec<String>,
            external_enums: Vec<String>,
        }
        let path = folder.join("case.json");
        let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
        let case: Case = serde_json::from_str(&text)
            .map_err(|error| Failure::Told(format!("{}: {error}", path.display())))?;
        let external = case.external.unwrap_or_default();
        let names = |names: Vec<String>| {
            let split = |name: &String| {
                let (namespace, name) = name.split_once('.')?;
                Some(ObjectName::in_namespace(namespace, name))
            };
            names.iter().filter_map(split).collect()
        };
        Ok(Self {
            folder,
            engines: case.engines,
            external_tables: names(external.external_tables),
            external_enums: names(external.external_enums),
        })
    }

    /// The terms of this case, exact ones.
    pub(super) fn terms(&self, major: PrismaMajor) -> Terms {
        Terms {
            external_tables: self.external_tables.clone(),
            external_enums: self.external_enums.clone(),
            ..terms(major)
        }
    }

    /// Whether others look after some of the tables or types.
    pub(super) fn has_external(&self) -> bool {
        !self.external_tables.is_empty() || !self.external_enums.is_empty()
    }

    fn steps(&self, major: PrismaMajor, reverse: bool) -> Result<Vec<Step>, Early> {
        let from = schema(&self.folder.join("from.prisma"), major).map_err(Some)?;
        let to = schema(&self.folder.join("to.prisma"), major).map_err(Some)?;
        let (from, to) = if reverse { (to, from) } else { (from, to) };
        Ok(steps(&from, &to, &self.terms(major)))
    }

    fn script(&self, major: PrismaMajor, reverse: bool) -> Result<String, Early> {
        Ok(render(&self.steps(major, reverse)?, dialect(major)))
    }
}

/// `from-empty.sql` of every schema of the corpus and of the fleets, or its refusal.
pub(super) fn corpus_from_empty(shared: &Path) -> Result<Score, Failure> {
    let mut score = Score::default();
    for Project { id, schema: path, expected, .. } in projects(shared)? {
        let plain = expected.join("from-empty.sql");
        let refused = expected.join("error.json").is_file();
        let has_url = sources(&path).map_err(Failure::Told)?.iter().any(names_url);
        // What has no URL is for 7 alone, and was given to it alone.
        let majors = [PrismaMajor::Six, PrismaMajor::Seven];
        for major in majors.into_iter().filter(|&major| has_url || major == PrismaMajor::Seven) {
            let id = format!("{id}/{major}");
            let ours = schema(&path, major);
            let refused_here = refused
                || major == PrismaMajor::Seven && expected.join("error-engine7.json").is_file();
            let outcome = match ours {
                Err(_) if refused_here => Ok(()),
                Ok(_) if refused_here => Err(Some("is not refused".to_owned())),
                Err(message) => Err(Some(message)),
                Ok(ours) => {
                    let steps = steps(&SqlSchema::empty(), &ours, &terms(major));
                    let text = render(&steps, dialect(major));
                    let special = expected.join("from-empty.engine7.sql");
                    let file = if major == PrismaMajor::Seven && special.is_file() {
                        special
                    } else {
                        plain.clone()
                    };
                    without_public(&file)
                        .and_then(|theirs| same(&theirs, strip_public(&text)))
                        .map_err(Some)
                }
            };
            score.note(id, outcome);
        }
    }
    Ok(score)
}

/// What 7 writes before everything else when the schema names no namespaces; the corpus keeps it
/// only where something else differs too.
const PUBLIC: &str = "-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS \"public\";\n\n";

fn strip_public(text: &str) -> &str {
    text.strip_prefix(PUBLIC).unwrap_or(text)
}

fn without_public(path: &Path) -> Result<String, String> {
    read(path).map(|text| strip_public(&text).to_owned())
}

/// `diff.sql`, `reverse.sql` and `summary.txt` of every pair of versions.
pub(super) fn corpus_pairs(shared: &Path) -> Result<Score, Failure> {
    let mut score = Score::default();
    for Project { id, expected, .. } in projects(shared)? {
        let pairs = expected.join("pairs");
        if !pairs.is_dir() {
            continue;
        }
        for folder in folders(&pairs)? {
            let outcome = compare_pair(&folder);
            score.note(format!("{id}/{}", name(&folder)), outcome.map_err(Some));
        }
    }
    Ok(score)
}

/// The two versions of a pair, and the major that it was made for.
pub(super) fn pair(pair: &Path) -> Result<(SqlSchema, SqlSchema, PrismaMajor), String> {
    let (from, to) = (pair_side(pair, "from"), pair_side(pair, "to"));
    // A pair was made by 7 when a datasource has no URL.
    let has_url = |path: &Path| sources(path).map(|files| files.iter().any(names_url));
    let major =
        if has_url(&from)? && has_url(&to)? { PrismaMajor::Six } else { PrismaMajor::Seven };
    Ok((schema(&from, major)?, schema(&to, major)?, major))
}

/// One side of a pair, `from` or `to`: a file or a folder.
pub(crate) fn pair_side(pair: &Path, side: &str) -> PathBuf {
    let file = pair.join(format!("{side}.prisma"));
    if file.is_file() { file } else { pair.join(side) }
}

fn compare_pair(folder: &Path) -> Result<(), String> {
    let (from, to, major) = pair(folder)?;
    let forward = steps(&from, &to, &terms(major));
    let back = steps(&to, &from, &terms(major));
    compare_with(&folder.join("diff.sql"), &render(&forward, dialect(major)))?;
    compare_with(&folder.join("reverse.sql"), &render(&back, dialect(major)))?;
    compare_with(&folder.join("summary.txt"), &summary(&forward, dialect(major).edition))
}

/// A project of the corpus or a service of a fleet.
pub(crate) struct Project {
    /// Folder of the project, or fleet and service.
    pub(crate) id: String,
    /// Its schema, a file or a folder.
    pub(crate) schema: PathBuf,
    /// Its history, if it has one.
    pub(crate) migrations: Option<PathBuf>,
    /// What the real engine made of it.
    pub(crate) expected: PathBuf,
}

pub(crate) fn projects(shared: &Path) -> Result<Vec<Project>, Failure> {
    let mut projects = Vec::new();
    for folder in folders(&shared.join("corpus"))? {
        projects.push(Project {
            id: name(&folder),
            schema: folder.join("schema"),
            migrations: Some(folder.join("migrations")).filter(|path| path.is_dir()),
            expected: folder.join("expected"),
        });
    }
    for fleet in folders(&shared.join("fleets"))? {
        #[derive(Deserialize)]
        struct Fleet {
            services: Vec<Service>,
        }
        #[derive(Deserialize)]
        struct Service {
            name: String,
            schema: String,
            migrations: Option<String>,
        }
        let path = fleet.join("fleet.json");
        let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
        let facts: Fleet = serde_json::from_str(&text)
            .map_err(|error| Failure::Told(format!("{}: {error}", path.display())))?;
        for service in facts.services {
            projects.push(Project {
                id: format!("{}/{}", name(&fleet), service.name),
                schema: fleet.join("tree").join(&service.schema),
                migrations: service.migrations.map(|it| fleet.join("tree").join(it)),
                expected: fleet.join("expected").join(&service.name),
            });
        }
    }
    Ok(projects)
}

/// A schema file or folder, understood.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Its SQL schema.
    pub(super) schema: SqlSchema,
    /// Whether extensions are managed.
    pub(super) extensions: bool,
    /// Whether partial indexes are.
    pub(super) partial_indexes: bool,
}

/// The SQL schema of a file or folder, or why there is none.
pub(super) fn schema(path: &Path, major: PrismaMajor) -> Result<SqlSchema, String> {
    wanted(path, major).map(|wanted| wanted.schema)
}

/// The same with its preview features.
pub(super) fn wanted(path: &Path, major: PrismaMajor) -> Result<Wanted, String> {
    let mut files = sources(path)?;
    if files.iter().all(|file| file.text.trim().is_empty()) {
        return Ok(Wanted::default());
    }
    if major == PrismaMajor::Seven {
        // As the oracle does: 7 refuses a connection URL in a schema.
        for file in &mut files {
            let lines = file.text.split_inclusive('\n');
            file.text = lines.map(|line| if is_url(line) { "\n" } else { line }).collect();
        }
    }
    let (datamodel, diagnostics) = resolve(&files, major);
    let wanted = |datamodel: Datamodel| Wanted {
        extensions: datamodel.extensions.is_some(),
        partial_indexes: datamodel.has_preview("partialIndexes"),
        schema: lower(&datamodel, &Setting::of(major)),
    };
    datamodel.map(wanted).ok_or_else(|| {
        let error = diagnostics.iter().find(|it| it.severity == Severity::Error);
        format!("is refused: {}", error.map_or("without a reason", |it| it.message.as_str()))
    })
}

pub(crate) fn sources(path: &Path) -> Result<Vec<SourceFile>, String> {
    let mut paths = Vec::new();
    gather(path, &mut paths)?;
    paths.sort();
    paths.into_iter().map(|path| Ok(SourceFile { text: read(&path)?, path })).collect()
}

fn gather(path: &Path, into: &mut Vec<PathBuf>) -> Result<(), String> {
    if path.is_dir() {
        for entry in fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))? {
            gather(&entry.map_err(|error| error.to_string())?.path(), into)?;
        }
    } else if path.extension().is_some_and(|it| it == "prisma") {
        into.push(path.to_owned());
    }
    Ok(())
}

pub(super) fn is_url(line: &str) -> bool {
    let key = line.trim_start().split(|it: char| it == '=' || it.is_whitespace()).next();
    matches!(key, Some("url" | "directUrl" | "shadowDatabaseUrl")) && line.contains('=')
}

pub(crate) fn names_url(file: &SourceFile) -> bool {
    file.text.lines().any(|line| is_url(line) && line.trim_start().starts_with("url"))
}

pub(super) fn dialect(major: PrismaMajor) -> Dialect {
    Dialect { edition: Edition::from(major), fidelity: Fidelity::Exact }
}

pub(super) fn terms(major: PrismaMajor) -> Terms {
    Terms { dialect: dialect(major), ..Terms::default() }
}

pub(super) fn compare_with(path: &Path, ours: &str) -> Result<(), String> {
    same(&read(path)?, ours)
}

/// Whether two texts are the same, else the first line in which they are not.
pub(super) fn same(theirs: &str, ours: &str) -> Result<(), String> {
    if theirs == ours {
        return Ok(());
    }
    let (mut their_lines, mut our_lines) = (theirs.lines(), ours.lines());
    let mut line = 0;
    loop {
        line += 1;
        match (their_lines.next(), our_lines.next()) {
            (None, None) => return Err("differs in its last line end".to_owned()),
            (theirs, ours) if theirs == ours => {}
            (theirs, ours) => {
                let (theirs, ours) = (theirs.unwrap_or("(end)"), ours.unwrap_or("(end)"));
                return Err(format!("line {line}: expected {theirs:?}, ours {ours:?}"));
            }
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The folders in a folder, by name.
pub(crate) fn folders(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(path).map_err(Failure::file(path))? {
        let path = entry.map_err(Failure::file(path))?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

pub(super) fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Score {
    /// Notes the outcome of a case.
    pub(super) fn note(&mut self, id: String, outcome: Result<(), Early>) {
        match outcome {
            Ok(()) | Err(None) => self.passed.push(id),
            Err(Some(difference)) => drop(self.differences.insert(id, difference)),
        }
    }
}
