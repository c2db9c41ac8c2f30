//! Schemas as files: found as Prisma finds them, validated, laid out, and compared as SQL.
//!
//! This room reads and writes the files; what is in them is understood by `radoub_prisma`, and
//! compared by `radoub_schema`. No database is asked. What comes out is plain data that a command
//! can show.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use radoub_prisma::configuration::{
    Configuration, Setting, SettingValue, configuration, lacks_url,
};
use radoub_prisma::datamodel::resolve;
use radoub_prisma::diagnostic::{Diagnostic, Severity, SourceFile};
use radoub_prisma::lower;
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::render::{Dialect, Edition, Fidelity, render};
use radoub_schema::step::Step;
use radoub_schema::summary::summary;
use radoub_schema::warning::warnings;

use crate::dropin::{MAJOR_VARIABLE, ProjectError, env_files};
use crate::fleet::folder::{Given, Surveyor, major, read_schema};
use crate::fleet::place::{Place, joined, relative, without_user};

/// How far above a schema the package that names a release is looked for.
const MOST_FOLDERS_UP: usize = 8;

/// The text of a schema: one file, or the files of a folder in byte order.
#[derive(Debug, Clone)]
pub struct SchemaText {
    /// File or folder, relative to the working directory.
    pub shown: String,
    /// Absolute path, with the dots taken out.
    path: PathBuf,
    /// Paths relative to the working directory.
    files: Vec<SourceFile>,
}

/// The schema that the Prisma CLI would work on, and what it says about it before.
#[derive(Debug, Clone)]
pub struct Located {
    /// The schema.
    pub schema: SchemaText,
    /// Release whose manner is followed: 5, 6 or 7.
    pub major: u8,
    /// The configuration file that was read, relative to the working directory.
    pub config_file: Option<String>,
    /// The `.env` files that were read, likewise.
    pub env_files: Vec<String>,
    /// Variables: those of the process over those of the files.
    variables: BTreeMap<String, String>,
}

/// Why a schema cannot be looked at, in Prisma's words where it has some.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// None was found, or what was named is not there.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A file cannot be read: no rights, or not UTF-8.
    #[error("`{file}` cannot be read: {problem}")]
    Unreadable {
        /// The file, relative to the working directory.
        file: String,
        /// What the system says.
        problem: String,
    },
}

/// A mistake or a remark, and the line that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file, relative to the working directory.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Characters of the line that are meant, at least 1.
    pub width: usize,
    /// The line before, empty on the first; passwords masked.
    pub before: String,
    /// The line; passwords masked.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where one remedy is known.
    pub remedy: Option<String>,
}

/// What is to be said about a schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// What stops Prisma, in the order of files and lines.
    pub mistakes: Vec<Mistake>,
    /// What does not.
    pub remarks: Vec<Mistake>,
    /// True when the schema itself is right, and only the variables that it names are not.
    pub only_variables: bool,
}

/// A file of a schema, laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaidOut {
    /// The file, relative to the working directory.
    pub file: String,
    /// Whether the text differs from what is on disk.
    pub changed: bool,
    path: PathBuf,
    text: String,
}

/// What turns one schema into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Whether nothing that Prisma compares is different.
    pub is_empty: bool,
    /// The script, with Prisma's bytes; ends with a line end.
    pub script: String,
    /// The readable form, likewise.
    pub summary: String,
    /// What the script would lose or could not do on tables with rows, in Prisma's words.
    pub warnings: Vec<String>,
}

/// Why two schemas were not compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// At least one of them is refused: every mistake of both.
    #[error("{} mistakes in the schema", .0.len())]
    Refused(Vec<Mistake>),
    /// A schema with models and without a datasource says nothing about its database.
    #[error("There is no datasource in the schema.")]
    NoDatasource,
    /// Both sides are empty.
    #[error("Could not determine the connector to use for diffing.")]
    NothingNamed,
}

/// Finds the schema that the CLI would work on from `folder` (Prisma facts 1.1).
///
/// # Errors
///
/// [`SchemaError`], whose text is what follows `Error: `.
pub fn locate(
    folder: &Path,
    environment: &BTreeMap<String, String>,
    schema: Option<&Path>,
    config: Option<&Path>,
) -> Result<Located, SchemaError> {
    let given = Given {
        schema: schema
            .map(|path| named(folder, "--schema", path))
            .transpose()?
            .map(|it| (it, None)),
        config: config.map(|path| named(folder, "--config", path)).transpose()?,
        ..Given::default()
    };
    let found = Surveyor::new(folder, environment).survey(folder, &given);
    let Some(at) = &found.schema else { return Err(ProjectError::NoSchema.into()) };
    let schema = texts(folder, &at.path)?;
    let (files, package) = env_files(folder, &found, environment);
    let mut variables: BTreeMap<String, String> =
        package.into_iter().map(|(name, (value, ..))| (name, value)).collect();
    variables.extend(environment.iter().map(|(name, value)| (name.clone(), value.clone())));
    let shown = |path: &Path| relative(folder, path).display().to_string();
    Ok(Located {
        major: followed(folder, environment, &[&schema]),
        schema,
        config_file: found.config.as_ref().map(|file| shown(&file.path)),
        env_files: files.iter().map(|path| shown(path)).collect(),
        variables,
    })
}

/// The configuration file that the CLI would read from `folder`, as it says it; what it says
/// about a schema does not matter to whoever names the schemas.
///
/// # Errors
///
/// [`ProjectError::NotThere`] when `config` is.
pub fn config_file(
    folder: &Path,
    environment: &BTreeMap<String, String>,
    config: Option<&Path>,
) -> Result<Option<String>, ProjectError> {
    let config = config.map(|path| named(folder, "--config", path)).transpose()?;
    let found =
        Surveyor::new(folder, environment).survey(folder, &Given { config, ..Given::default() });
    Ok(found.config.map(|file| relative(folder, &file.path).display().to_string()))
}

/// Reads the schema that `option` names, relative to `folder`.
///
/// # Errors
///
/// [`SchemaError`] when it is not there or cannot be read.
pub fn read(folder: &Path, option: &'static str, path: &Path) -> Result<SchemaText, SchemaError> {
    texts(folder, &named(folder, option, path)?)
}

fn named(folder: &Path, option: &'static str, path: &Path) -> Result<PathBuf, ProjectError> {
    let absolute = joined(folder, &path.to_string_lossy());
    if absolute.exists() {
        return Ok(absolute);
    }
    Err(ProjectError::NotThere { option, path: path.display().to_string() })
}

fn texts(folder: &Path, path: &Path) -> Result<SchemaText, SchemaError> {
    let path = joined(folder, &path.to_string_lossy());
    let (files, problems) = read_schema(&path);
    let shown = |path: &Path| relative(folder, path);
    if let Some((file, problem)) = problems.into_iter().next() {
        return Err(SchemaError::Unreadable { file: shown(&file).display().to_string(), problem });
    }
    let files = files.into_iter().map(|file| SourceFile { path: shown(&file.path), ..file });
    Ok(SchemaText { shown: shown(&path).display().to_string(), files: files.collect(), path })
}

/// The release to follow: `RADOUB_PRISMA`, else what the package in `folder` names, as the CLI
/// installed there would run, else the nearest package above a schema that names one; else 7
/// when a datasource has no `url`, which 7 alone accepts, else 6.
pub fn followed(
    folder: &Path,
    environment: &BTreeMap<String, String>,
    schemas: &[&SchemaText],
) -> u8 {
    let asked = environment.get(MAJOR_VARIABLE).and_then(|text| text.trim().parse().ok());
    if let Some(major) = asked.and_then(PrismaMajor::from_number) {
        return major.number();
    }
    let surveyor = Surveyor::new(folder, environment);
    let above = schemas.iter().flat_map(|schema| {
        let above = schema.path.ancestors().skip(1).take(MOST_FOLDERS_UP);
        // Above the repository lies somebody else's.
        let mut inside = true;
        above
            .take_while(move |folder| std::mem::replace(&mut inside, !folder.join(".git").exists()))
    });
    for package in std::iter::once(folder).chain(above) {
        let found = surveyor.package(package);
        if found.version.is_some() {
            return major(&found).number();
        }
    }
    if schemas.iter().any(|schema| lacks_url(&schema.files)) { 7 } else { 6 }
}

impl SchemaText {
    /// The data model's verdict alone; what variables hold is not looked at.
    pub fn validate(&self, major: u8) -> Verdict {
        self.verdict(&resolve(&self.files, release(major)).1)
    }

    fn verdict(&self, diagnostics: &[Diagnostic]) -> Verdict {
        let mut verdict = Verdict::default();
        let mut diagnostics: Vec<&Diagnostic> = diagnostics.iter().collect();
        diagnostics.sort_by_key(|it| (it.file, it.span.start));
        for diagnostic in diagnostics {
            let mistake = self.mistake(diagnostic);
            match diagnostic.severity {
                Severity::Error => verdict.mistakes.push(mistake),
                Severity::Warning => verdict.remarks.push(mistake),
            }
        }
        verdict
    }

    fn mistake(&self, diagnostic: &Diagnostic) -> Mistake {
        let Diagnostic { file, span, message, remedy, .. } = diagnostic;
        self.at(*file, span, message.clone(), remedy.clone())
    }

    fn at(
        &self,
        file: usize,
        span: &Range<usize>,
        message: String,
        remedy: Option<String>,
    ) -> Mistake {
        let nothing = SourceFile { path: PathBuf::from(&self.shown), text: String::new() };
        let source = self.files.get(file).unwrap_or(&nothing);
        let place = Place::at_offset(&source.path, &source.text, span.start);
        let line = |number: usize| source.text.lines().nth(number).unwrap_or_default().trim_end();
        let (written, text) = (line(place.line - 1), without_user(line(place.line - 1)));
        let meant = source.text.get(span.clone()).unwrap_or_default();
        let meant = meant.lines().next().unwrap_or_default().trim_end().chars().count();
        // Of a line with something masked only the beginning of the span is sure.
        let width = if text == written { meant.max(1) } else { 1 };
        let before = place.line.checked_sub(2).map(line).map(without_user).unwrap_or_default();
        Mistake {
            file: place.file.display().to_string(),
            line: place.line,
            column: place.column,
            width,
            before,
            text,
            message,
            remedy,
        }
    }

    /// Lays every file out. Mistakes do not matter: what makes no sense stays as it is.
    pub fn lay_out(&self, folder: &Path, major: u8) -> Vec<LaidOut> {
        let lay_out = |file: &SourceFile| {
            let text = radoub_prisma::format::format(&file.text, release(major));
            LaidOut {
                file: file.path.display().to_string(),
                changed: text != file.text,
                path: folder.join(&file.path),
                text,
            }
        };
        self.files.iter().map(lay_out).collect()
    }

    fn configuration(&self, major: u8) -> Configuration {
        configuration(&self.files, release(major)).0
    }

    /// The SQL schema, and whether a datasource says that it is one of PostgreSQL.
    fn lowered(&self, major: u8) -> Result<(SqlSchema, bool), Verdict> {
        let (datamodel, diagnostics) = resolve(&self.files, release(major));
        let setting = lower::Setting::of(release(major));
        datamodel
            .map(|datamodel| (lower::lower(&datamodel, &setting), datamodel.has_datasource))
            .ok_or_else(|| self.verdict(&diagnostics))
    }
}

impl Located {
    /// What Prisma's `validate` says: about the schema, and, when it is right, about the variables
    /// of its datasource (up to 6; measured: `url` and `directUrl`, one error at a time).
    pub fn validate(&self) -> Verdict {
        let mut verdict = self.schema.validate(self.major);
        if verdict.mistakes.is_empty() && self.major < 7 {
            let datasource = self.schema.configuration(self.major).datasource;
            verdict.mistakes.extend(datasource.and_then(|it| {
                let url = it.url.as_ref().and_then(|url| self.url_problem(&it.name, url, true));
                let direct = || {
                    it.direct_url.as_ref().and_then(|url| self.url_problem(&it.name, url, false))
                };
                let (message, span) = url.or_else(direct)?;
                Some(self.schema.at(it.file, &span, message, None))
            }));
            verdict.only_variables = !verdict.mistakes.is_empty();
        }
        verdict
    }

    /// What is wrong with the URL of datasource `name`, in Prisma's words; of `directUrl` the
    /// protocol is not looked at.
    fn url_problem(
        &self,
        name: &str,
        url: &Setting,
        protocol: bool,
    ) -> Option<(String, Range<usize>)> {
        let head = format!("Error validating datasource `{name}`:");
        let (value, empty) = match &url.value {
            SettingValue::Literal(text) => {
                (text, format!("{head} You must provide a nonempty URL."))
            }
            SettingValue::Env(variable) => match self.variables.get(variable) {
                None => {
                    let message = format!("Environment variable not found: {variable}.");
                    return Some((message, url.span.clone()));
                }
                Some(text) => (
                    text,
                    format!(
                        "{head} You must provide a nonempty URL. The environment variable \
                         `{variable}` resolved to an empty string."
                    ),
                ),
            },
        };
        if value.is_empty() {
            return Some((empty, url.span.clone()));
        }
        let known = ["postgresql://", "postgres://"].iter().any(|start| value.starts_with(start));
        let wrong = protocol && !known;
        wrong.then(|| {
            let message = format!(
                "{head} the URL must start with the protocol `postgresql://` or `postgres://`."
            );
            (message, url.span.clone())
        })
    }
}

/// Writes the files that changed.
///
/// # Errors
///
/// The first file that cannot be written, and why; those before it are written.
pub fn write(files: &[LaidOut]) -> Result<(), (String, io::Error)> {
    for file in files.iter().filter(|file| file.changed) {
        std::fs::write(&file.path, &file.text).map_err(|error| (file.file.clone(), error))?;
    }
    Ok(())
}

/// Compares two schemas as Prisma's `migrate diff` does; `None` is the empty one.
///
/// The bytes are Prisma's, its known defects included (Prisma facts 10.12): whoever calls this
/// stands in for Prisma.
///
/// # Errors
///
/// [`CompareError`].
pub fn compare(
    from: Option<&SchemaText>,
    to: Option<&SchemaText>,
    major: u8,
) -> Result<Comparison, CompareError> {
    let (steps, dialect) = between(from, to, major)?;
    Ok(Comparison {
        is_empty: steps.is_empty(),
        script: render(&steps, dialect),
        summary: summary(&steps, dialect.edition),
        warnings: warnings(&steps).iter().map(ToString::to_string).collect(),
    })
}

/// The script of [`compare`] alone.
///
/// # Errors
///
/// [`CompareError`].
pub fn script(
    from: Option<&SchemaText>,
    to: Option<&SchemaText>,
    major: u8,
) -> Result<String, CompareError> {
    let (steps, dialect) = between(from, to, major)?;
    Ok(render(&steps, dialect))
}

fn between(
    from: Option<&SchemaText>,
    to: Option<&SchemaText>,
    major: u8,
) -> Result<(Vec<Step>, Dialect), CompareError> {
    if from.is_none() && to.is_none() {
        return Err(CompareError::NothingNamed);
    }
    let mut mistakes = Vec::new();
    let mut side = |schema: Option<&SchemaText>| {
        let lowered = schema.map(|it| it.lowered(major));
        let lowered = lowered.unwrap_or_else(|| Ok((SqlSchema::empty(), true)));
        lowered.map_err(|verdict| mistakes.extend(verdict.mistakes)).ok()
    };
    let (Some((from, from_named)), Some((to, to_named))) = (side(from), side(to)) else {
        return Err(CompareError::Refused(mistakes));
    };
    if !(from_named && to_named) {
        return Err(CompareError::NoDatasource);
    }
    let edition = Edition::from(release(major));
    let dialect = Dialect { edition, fidelity: Fidelity::Exact };
    let steps = steps(&from, to, &Terms { dialect, ..Terms::default() });
    Ok((steps, dialect))
}

/// Release numbers are kept in bounds by whoever made them.
fn release(major: u8) -> PrismaMajor {
    PrismaMajor::from_number(major.into()).unwrap_or(PrismaMajor::Six)
}
