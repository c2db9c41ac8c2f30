//! Schemas as files: found as Prisma finds them, validated, laid out, and compared as SQL.
//!
//! This room reads and writes the files; what is in them is understood by `radoub_prisma`, and
//! compared by `radoub_schema`. No database is asked. What comes out is plain data that a command
//! can show.

mod layout;
mod replace;
mod verdict;
mod wanted;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use radoub_prisma::configuration::lacks_url;
use radoub_prisma::diagnostic::SourceFile;
use radoub_prisma::version::PrismaMajor;

pub use layout::{LaidOut, write};
pub(crate) use replace::replace;
pub use verdict::{Mistake, Verdict};
pub use wanted::{ExternalError, Wanted, WantedError, scope, terms, wanted};

use crate::dropin::{MAJOR_VARIABLE, ProjectError, env_files};
use crate::fleet::folder::{Given, Surveyor, major, read_schema};
use crate::fleet::place::{joined, relative};

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

impl SchemaText {
    /// The same schema with other files.
    pub(crate) fn with(&self, files: Vec<SourceFile>) -> Self {
        Self { files, ..self.clone() }
    }

    /// The files, paths relative to the working directory.
    pub(crate) fn files(&self) -> &[SourceFile] {
        &self.files
    }
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
    /// A folder without a schema file, where 6.19 panics (measured).
    #[error("`{folder}` holds no .prisma file: name the folder that does with --schema")]
    Empty {
        /// The folder, relative to the working directory.
        folder: String,
    },
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
    if files.is_empty() {
        return Err(SchemaError::Empty { folder: shown(&path).display().to_string() });
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

/// Release numbers are kept in bounds by whoever made them.
pub(crate) fn release(major: u8) -> PrismaMajor {
    PrismaMajor::from_number(major.into()).unwrap_or(PrismaMajor::Six)
}
