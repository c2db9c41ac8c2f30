//! Where a service's database is: which setting names it, and what that setting's value is.
//!
//! Gives URLs as the service sees them; [`super::endpoint`] turns them into what this machine
//! reaches. The order: `radoub.toml`; then what the service asks for (`datasource.url` of
//! `prisma.config`, `directUrl`, `url`), each variable looked up in the Compose environment, the
//! package's `.env`, the environment of the process, and the fleet's own `.env`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use radoub_postgres::url::DatabaseUrl;
use radoub_prisma::config::{Expression, Value};
use radoub_prisma::configuration::{Setting, SettingValue};

use super::compose::ComposeService;
use super::dotenv;
use super::folder::{Found, origin_at};
use super::place::{Place, joined, relative};
use super::{External, Fact, Origin, UrlProblem, Warning};

/// How long a program that prints a URL may take.
const COMMAND_DEADLINE: Duration = Duration::from_secs(10);

/// A URL given by `radoub.toml`.
#[derive(Clone)]
pub(crate) enum GivenUrl {
    Text(String),
    Variable(String),
    File(PathBuf),
    /// Program and arguments, run in the folder.
    Command(Vec<String>, PathBuf),
}

impl fmt::Debug for GivenUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => out.write_str("Text(…)"),
            Self::Variable(name) => out.debug_tuple("Variable").field(name).finish(),
            Self::File(path) => out.debug_tuple("File").field(path).finish(),
            Self::Command(words, _) => out.debug_tuple("Command").field(&words.first()).finish(),
        }
    }
}

/// A text that was found, and where. Not shown by `Debug`.
type Sourced = (String, Origin);

/// The variables that one service sees, and where each comes from.
pub(crate) struct Variables<'a> {
    pub(crate) root: &'a Path,
    pub(crate) compose: Option<&'a ComposeService>,
    /// From the `.env` files of the package.
    pub(crate) package: BTreeMap<String, (String, PathBuf, usize)>,
    pub(crate) process: &'a BTreeMap<String, String>,
    /// From the `.env` of the fleet.
    pub(crate) fleet: &'a BTreeMap<String, (String, PathBuf, usize)>,
    /// True when the process wins over the package's `.env`, as it does for Prisma. In a fleet one
    /// `DATABASE_URL` of the shell would send every service to the same database.
    pub(crate) process_first: bool,
}

impl Variables<'_> {
    /// The required variable that is missing from the text that was found there.
    pub(crate) fn lacks(&self, origin: &Origin) -> Option<String> {
        let variable = self.compose?.environment.get(origin.key.as_ref()?)?;
        let is_it = variable.place.file == origin.file && Some(variable.place.line) == origin.line;
        variable.lacks.clone().filter(|_| is_it)
    }

    /// The value of a variable and its origin.
    pub(crate) fn find(&self, name: &str, fact: Fact) -> Option<Sourced> {
        let key = || Some(name.to_owned());
        let compose = || {
            let variable = self.compose?.environment.get(name)?;
            Some((variable.value.clone(), origin_at(fact, variable.place.clone(), name)))
        };
        let written = |from: &BTreeMap<String, (String, PathBuf, usize)>| {
            let (value, file, line) = from.get(name)?;
            Some((
                value.clone(),
                Origin { fact, file: file.clone(), line: Some(*line), key: key() },
            ))
        };
        let process = || {
            let value = self.process.get(name)?;
            Some((value.clone(), Origin { fact, file: PathBuf::new(), line: None, key: key() }))
        };
        let own = || {
            if self.process_first {
                process().or_else(|| written(&self.package))
            } else {
                written(&self.package).or_else(process)
            }
        };
        compose().or_else(own).or_else(|| written(self.fleet))
    }
}

/// Reads the `.env` files that Prisma would read for this package (Prisma facts 1.4).
pub(crate) fn package_env(
    root: &Path,
    found: &Found,
    process: &BTreeMap<String, String>,
) -> BTreeMap<String, (String, PathBuf, usize)> {
    let mut files: Vec<PathBuf> = Vec::new();
    let config_files = found.config.iter().flat_map(|config| &config.config.env_files);
    files.extend(config_files.map(|file| joined(&found.folder, file)));
    let nearest = found.folder.ancestors().find(|folder| folder.join("package.json").is_file());
    files.extend(nearest.map(|folder| folder.join(".env")));
    let schema = found.schema.as_ref();
    let schema_folder = schema.map(|schema| {
        let is_folder = schema.path.is_dir();
        if is_folder { schema.path.as_path() } else { schema.path.parent().unwrap_or(&schema.path) }
    });
    let beside = schema_folder
        .map(Path::to_path_buf)
        .into_iter()
        .chain([found.folder.join("prisma"), found.folder.clone()]);
    files.extend(beside.map(|folder| folder.join(".env")).find(|file| file.is_file()));

    let mut variables = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        if files[..at].contains(file) {
            continue;
        }
        // Prisma passes over a `.env` that it cannot read.
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let shown = relative(root, file);
        for variable in dotenv::package(&text, &|name| process.get(name).cloned()) {
            variables.entry(variable.name).or_insert((
                variable.value,
                shown.clone(),
                variable.line,
            ));
        }
    }
    variables
}

/// The URL of a service's database as the service sees it, and where it comes from.
///
/// # Errors
///
/// [`UrlProblem`] when nothing names one or what names it gives none.
pub(crate) fn url(
    found: &Found,
    variables: &Variables<'_>,
    given: Option<&(GivenUrl, Option<Place>)>,
    warnings: &mut Vec<Warning>,
) -> Result<(DatabaseUrl, Origin), UrlProblem> {
    let (text, origin) = match given {
        Some((given, place)) => given_text(given, place.as_ref(), variables)?,
        None => asked_text(found, variables, warnings)?,
    };
    let text = text.trim();
    // What is wrong with a text that has a hole in it is the hole.
    let or_lacks = |problem| match variables.lacks(&origin) {
        Some(missing) => UrlProblem::Lacks { missing },
        None => problem,
    };
    if text.is_empty() {
        let variable = origin.key.clone();
        return Err(or_lacks(UrlProblem::Empty { variable }));
    }
    let url = DatabaseUrl::parse(text)
        .map_err(|error| or_lacks(UrlProblem::Invalid { reason: error.to_string() }))?;
    Ok((url, origin))
}

/// The shadow database, when one is configured and its variables are set.
pub(crate) fn shadow_url(
    found: &Found,
    variables: &Variables<'_>,
    given: Option<&(GivenUrl, Option<Place>)>,
) -> Option<DatabaseUrl> {
    let config = found.config.as_ref().and_then(|file| file.config.shadow_database_url.as_ref());
    let text = if let Some((given, place)) = given {
        given_text(given, place.as_ref(), variables).ok()?.0
    } else if let Some(value) = config {
        expression(&value.expression, variables).ok()?.0
    } else {
        let datasource = found.schema.as_ref()?.configuration.datasource.as_ref()?;
        setting(datasource.shadow_database_url.as_ref()?, None, variables).ok()?.0
    };
    DatabaseUrl::parse(text.trim()).ok()
}

/// What others look after, as the configuration file says.
pub(crate) fn external(found: &Found) -> External {
    let config = found.config.as_ref().map(|file| &file.config);
    config.map_or_else(External::default, |config| External {
        tables: config.external_tables.clone(),
        enums: config.external_enums.clone(),
    })
}

/// SQL for a scratch database before the history, when its variables are set.
pub(crate) fn shadow_init(found: &Found, variables: &Variables<'_>) -> Option<String> {
    let value = found.config.as_ref()?.config.shadow_init.as_ref()?;
    Some(expression(&value.expression, variables).ok()?.0)
}

/// The command that fills a fresh database: of the configuration file, else of the package.
pub(crate) fn seed(found: &Found, variables: &Variables<'_>) -> Option<String> {
    if let Some(value) = found.config.as_ref().and_then(|file| file.config.seed.as_ref()) {
        return Some(expression(&value.expression, variables).ok()?.0);
    }
    found.package.as_ref()?.1.seed.clone()
}

fn given_text(
    given: &GivenUrl,
    place: Option<&Place>,
    variables: &Variables<'_>,
) -> Result<Sourced, UrlProblem> {
    let origin = |key: &str| match place {
        Some(place) => origin_at(Fact::Url, place.clone(), key),
        None => {
            Origin { fact: Fact::Url, file: PathBuf::new(), line: None, key: Some(key.to_owned()) }
        }
    };
    match given {
        GivenUrl::Text(text) => Ok((text.clone(), origin("url"))),
        GivenUrl::Variable(name) => variables
            .find(name, Fact::Url)
            .ok_or_else(|| UrlProblem::NotSet { variable: Some(name.clone()) }),
        GivenUrl::File(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| UrlProblem::SourceFailed {
                from: relative(variables.root, path).display().to_string(),
                reason: error.to_string(),
            })?;
            Ok((text.trim_start_matches('\u{feff}').trim().to_owned(), origin("url_file")))
        }
        GivenUrl::Command(words, folder) => {
            // Arguments may be secret, so only the program is named.
            let failed = |reason: String| UrlProblem::SourceFailed {
                from: words.first().cloned().unwrap_or_default(),
                reason,
            };
            let Some((program, arguments)) = words.split_first() else {
                return Err(failed("it has no words".to_owned()));
            };
            let mut command = Command::new(program);
            command.args(arguments).current_dir(folder);
            let text = super::child::output(command, COMMAND_DEADLINE)
                .map_err(|error| failed(error.to_string()))?;
            Ok((text.trim().to_owned(), origin("url_command")))
        }
    }
}

/// What the service itself asks for.
fn asked_text(
    found: &Found,
    variables: &Variables<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Sourced, UrlProblem> {
    if let Some(file) = &found.config
        && let Some(value) = file.config.direct_url.as_ref().or(file.config.url.as_ref())
    {
        return config_text(&file.path, &file.text, value, variables);
    }
    let schema = found.schema.as_ref();
    let datasource = schema.and_then(|schema| schema.configuration.datasource.as_ref());
    if let Some(datasource) = datasource
        && let Some(wanted) = datasource.direct_url.as_ref().or(datasource.url.as_ref())
    {
        let file = schema.and_then(|schema| schema.files.get(datasource.file));
        let place = file.map(|file| Place::at_offset(&file.path, &file.text, wanted.span.start));
        return setting(wanted, place, variables);
    }
    // The habit of nearly everybody, when the place that would say so cannot be read.
    let guess = "DATABASE_URL";
    let Some(sourced) = variables.find(guess, Fact::Url) else {
        return Err(UrlProblem::NotSet { variable: None });
    };
    warnings.push(Warning {
        key: "warning-url-guessed",
        file: Some(sourced.1.file.clone()),
        values: vec![("variable", guess.to_owned())],
    });
    Ok(sourced)
}

fn config_text(
    path: &Path,
    text: &str,
    value: &Value,
    variables: &Variables<'_>,
) -> Result<Sourced, UrlProblem> {
    let place = Place::at_offset(&relative(variables.root, path), text, value.span.start);
    let (text, origin) = expression(&value.expression, variables)?;
    let origin = origin.unwrap_or_else(|| origin_at(Fact::Url, place, "datasource.url"));
    Ok((text, origin))
}

/// The text, and the origin of the last variable that it took.
fn expression(
    wanted: &Expression,
    variables: &Variables<'_>,
) -> Result<(String, Option<Origin>), UrlProblem> {
    let last = std::cell::RefCell::new(None);
    let lookup = |name: &str| {
        let (value, origin) = variables.find(name, Fact::Url)?;
        *last.borrow_mut() = Some(origin);
        Some(value)
    };
    let text =
        wanted.resolve(&lookup).map_err(|name| UrlProblem::NotSet { variable: Some(name) })?;
    Ok((text, last.into_inner()))
}

fn setting(
    wanted: &Setting,
    place: Option<Place>,
    variables: &Variables<'_>,
) -> Result<Sourced, UrlProblem> {
    match &wanted.value {
        SettingValue::Literal(text) => {
            let origin = match place {
                Some(place) => {
                    Origin { fact: Fact::Url, file: place.file, line: Some(place.line), key: None }
                }
                None => Origin { fact: Fact::Url, file: PathBuf::new(), line: None, key: None },
            };
            Ok((text.clone(), origin))
        }
        SettingValue::Env(name) => variables
            .find(name, Fact::Url)
            .ok_or_else(|| UrlProblem::NotSet { variable: Some(name.clone()) }),
    }
}
