//! One service as the Prisma CLI sees it: from the working directory, with Prisma's own rules for
//! which schema, which `.env` and which configuration file (Prisma facts 1.1 to 1.5).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use radoub_postgres::url::DatabaseUrl;
use radoub_prisma::version::PrismaMajor;

use crate::fleet::folder::{Found, Given, Surveyor, major};
use crate::fleet::place::{Place, joined, relative};
use crate::fleet::source::{self, GivenUrl, Variables};
use crate::fleet::{
    Errands, External, Fleet, Limits, Managed, Prisma, Service, ServiceName, UrlProblem,
};

/// The variable that names the major release to follow, over what the package says.
pub const MAJOR_VARIABLE: &str = "RADOUB_PRISMA";

/// One service, and what the CLI says about it before it does anything.
#[derive(Debug, Clone)]
pub struct Project {
    /// The service.
    pub service: Service,
    /// Release whose manner is followed: 5, 6 or 7.
    pub major: u8,
    /// The schema, relative to the working directory.
    pub schema_shown: String,
    /// The folder of the schema, where relative names of certificates start; absolute.
    pub schema_folder: PathBuf,
    /// The migrations folder, likewise.
    pub migrations_shown: String,
    /// The configuration file that was read, likewise.
    pub config_file: Option<String>,
    /// The `.env` files that were read, likewise.
    pub env_files: Vec<String>,
    /// Name of the datasource block.
    pub datasource: String,
    /// The database.
    pub url: DatabaseUrl,
    /// `schemas` of the datasource.
    pub schemas: Vec<String>,
    /// Whether the schema has generators.
    pub has_generators: bool,
    /// What the programs that Prisma starts get besides the environment of the process.
    pub variables: EnvironmentOfChildren,
}

/// What lies where Prisma looks, for a command that names its schemas itself.
#[derive(Debug, Clone)]
pub struct Configured {
    /// The database, or what Prisma says when nothing names one.
    pub url: Result<DatabaseUrl, ProjectError>,
    /// The folder that relative names of certificates start from.
    pub folder: PathBuf,
    /// The shadow database.
    pub shadow: Option<DatabaseUrl>,
    /// What others look after.
    pub external: External,
    /// SQL that a scratch database needs before the history.
    pub shadow_init: Option<String>,
    /// The configuration file that was read, relative to the working directory.
    pub config_file: Option<String>,
}

/// The seed of a project, and what the CLI says before it.
#[derive(Debug, Clone)]
pub struct Seed {
    /// The command, if one is configured.
    pub command: Option<String>,
    /// The configuration file that was read, relative to the working directory.
    pub config_file: Option<String>,
    /// The `.env` files that were read, likewise.
    pub env_files: Vec<String>,
    /// Release whose manner is followed: 5, 6 or 7.
    pub major: u8,
    /// What the command gets besides the environment of the process.
    pub variables: EnvironmentOfChildren,
}

/// Variables for the programs that Prisma starts. May hold passwords, so it does not show itself.
#[derive(Clone, Default)]
pub struct EnvironmentOfChildren(pub BTreeMap<String, String>);

impl std::fmt::Debug for EnvironmentOfChildren {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why there is nothing to work on, in Prisma's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectError {
    /// No schema where Prisma looks.
    #[error(
        "Could not find Prisma Schema that is required for this command.\n\
         You can either provide it with `--schema` argument,\n\
         set it in your Prisma Config file (e.g., `prisma.config.ts`),\n\
         set it as `prisma.schema` in your package.json,\n\
         or put it into the default location (`./prisma/schema.prisma`, or `./schema.prisma`.\n\
         Checked following paths:\n\n\
         schema.prisma: file not found\nprisma/schema.prisma: file not found"
    )]
    NoSchema,
    /// A schema or configuration file was named that is not there.
    #[error("Could not load `{option}` from provided path `{path}`: file or directory not found")]
    NotThere {
        /// `--schema` or `--config`.
        option: &'static str,
        /// The path as given.
        path: String,
    },
    /// The datasource is missing or for another database.
    #[error("radoub speaks to PostgreSQL only; the datasource of this schema says `{0}`.")]
    OtherProvider(String),
    /// A variable is not set (P1012).
    #[error("P1012\n\nEnvironment variable not found: {0}.")]
    VariableNotFound(String),
    /// A variable is empty (P1012).
    #[error(
        "P1012\n\nYou must provide a nonempty URL. The environment variable `{0}` resolved to an \
         empty string."
    )]
    VariableEmpty(String),
    /// Prisma 7 without `datasource.url` in its configuration.
    #[error(
        "The datasource.url property is required in your Prisma config file when using prisma \
         migrate."
    )]
    UrlRequired,
    /// The URL cannot be used (P1013).
    #[error("P1013\n\nThe provided database string is invalid. {0}")]
    UrlInvalid(String),
}

/// Finds the service that the CLI would work on from `folder`.
///
/// # Errors
///
/// [`ProjectError`], whose text is what Prisma says after `Error: `.
pub fn find(
    folder: &Path,
    environment: &BTreeMap<String, String>,
    schema: Option<&Path>,
    config: Option<&Path>,
) -> Result<Project, ProjectError> {
    find_at(folder, environment, schema, config, None)
}

/// The same, with the database that `url` names instead of the configured one.
///
/// # Errors
///
/// [`ProjectError`].
pub fn find_at(
    folder: &Path,
    environment: &BTreeMap<String, String>,
    schema: Option<&Path>,
    config: Option<&Path>,
    url: Option<&str>,
) -> Result<Project, ProjectError> {
    let given = given(folder, environment, schema, config)?;
    let surveyor = Surveyor::new(folder, environment);
    let found = surveyor.survey(folder, &given);
    let Some(schema) = &found.schema else { return Err(ProjectError::NoSchema) };
    let datasource = schema.configuration.datasource.as_ref();
    let provider = datasource.map(|it| it.provider.as_str()).unwrap_or_default();
    if !matches!(provider, "postgresql" | "postgres") {
        return Err(ProjectError::OtherProvider(provider.to_owned()));
    }
    let (files, package) = env_files(folder, &found, environment);
    let variables = Variables {
        root: folder,
        compose: None,
        package,
        process: environment,
        fleet: &BTreeMap::new(),
        process_first: true,
    };
    let mut warnings = Vec::new();
    let given = url.map(|text| (GivenUrl::Text(text.to_owned()), None));
    let (url, _) =
        source::url(&found, &variables, given.as_ref(), &mut warnings).map_err(refused)?;
    let major = major(&found);
    let shown = |path: &Path| relative(folder, path).display().to_string();
    let managed = Managed {
        schema: schema.path.clone(),
        migrations: schema.migrations.clone(),
        prisma_version: found.version.clone(),
        followed: major.number(),
        url: Ok(url.clone()),
        shadow_url: source::shadow_url(&found, &variables, None),
        schemas: datasource.map(|it| it.schemas.clone()).unwrap_or_default(),
        datasource: datasource.map_or_else(|| "db".to_owned(), |it| it.name.clone()),
        container: None,
        external: source::external(&found),
        shadow_init: source::shadow_init(&found, &variables),
        seed: source::seed(&found, &variables),
    };
    let name = folder.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Project {
        major: major.number(),
        schema_shown: shown(&managed.schema),
        schema_folder: managed.schema.parent().unwrap_or(folder).to_owned(),
        migrations_shown: shown(&managed.migrations),
        config_file: found.config.as_ref().map(|file| shown(&file.path)),
        env_files: files.iter().map(|path| shown(path)).collect(),
        datasource: managed.datasource.clone(),
        url,
        schemas: managed.schemas.clone(),
        has_generators: schema.configuration.has_generators,
        variables: set(&variables),
        service: Service {
            name: ServiceName::new(name),
            compose_service: None,
            also: Vec::new(),
            group: None,
            after: Vec::new(),
            depends_on: Vec::new(),
            wave: None,
            canary: false,
            allow: BTreeSet::new(),
            errands: Errands::default(),
            rebuild: crate::rebuild::Rebuild::default(),
            health: None,
            checks: Vec::new(),
            folder: folder.to_path_buf(),
            prisma: Prisma::Managed(Box::new(managed)),
            origins: found.origins,
            warnings: found.warnings,
        },
    })
}

/// What the options of the command line and the environment say.
fn given(
    folder: &Path,
    environment: &BTreeMap<String, String>,
    schema: Option<&Path>,
    config: Option<&Path>,
) -> Result<Given, ProjectError> {
    let there = |option, path| there(folder, option, path);
    Ok(Given {
        schema: schema.map(|path| there("--schema", path)).transpose()?.map(|path| (path, None)),
        config: config.map(|path| there("--config", path)).transpose()?,
        prisma_version: asked(environment),
        ..Given::default()
    })
}

/// The path that an option names, relative to `folder`.
fn there(folder: &Path, option: &'static str, path: &Path) -> Result<PathBuf, ProjectError> {
    let absolute = folder.join(path);
    if absolute.exists() {
        return Ok(absolute);
    }
    Err(ProjectError::NotThere { option, path: path.display().to_string() })
}

/// The release that was asked for, over what the package says.
fn asked(environment: &BTreeMap<String, String>) -> Option<(String, Option<Place>)> {
    let number = environment.get(MAJOR_VARIABLE)?.trim();
    let known = number.parse().ok().and_then(PrismaMajor::from_number);
    known.map(|_| (number.to_owned(), None))
}

/// The variables of the `.env` files that the process does not set itself: what Prisma hands on to
/// the programs that it starts.
fn set(variables: &Variables<'_>) -> EnvironmentOfChildren {
    let written = variables.package.iter().map(|(name, (value, ..))| (name.clone(), value.clone()));
    EnvironmentOfChildren(
        written.filter(|(name, _)| !variables.process.contains_key(name)).collect(),
    )
}

/// Variables of `.env` files, each with its file and line.
type Written = BTreeMap<String, (String, PathBuf, usize)>;

/// The `.env` files that Prisma reads here, and their variables. With a configuration file it reads
/// none but those that the file itself imports (Prisma facts 1.4).
pub(crate) fn env_files(
    folder: &Path,
    found: &Found,
    environment: &BTreeMap<String, String>,
) -> (Vec<PathBuf>, Written) {
    let mut variables = source::package_env(folder, found, environment);
    if let Some(config) = &found.config {
        let imported: Vec<PathBuf> = config
            .config
            .env_files
            .iter()
            .map(|file| relative(folder, &joined(&found.folder, file)))
            .collect();
        variables.retain(|_, (_, file, _)| imported.contains(file));
        return (Vec::new(), variables);
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for (_, file, _) in variables.values() {
        if !files.contains(file) {
            files.push(file.clone());
        }
    }
    files.sort();
    (files.into_iter().map(|file| folder.join(file)).collect(), variables)
}

fn refused(problem: UrlProblem) -> ProjectError {
    match problem {
        UrlProblem::NotSet { variable: Some(name) } => ProjectError::VariableNotFound(name),
        UrlProblem::NotSet { variable: None } => ProjectError::UrlRequired,
        UrlProblem::Empty { variable } => {
            ProjectError::VariableEmpty(variable.unwrap_or_else(|| "DATABASE_URL".to_owned()))
        }
        UrlProblem::Invalid { reason } => ProjectError::UrlInvalid(reason),
        other => ProjectError::UrlInvalid(other.to_string()),
    }
}

/// The database that a URL on the command line names.
///
/// # Errors
///
/// [`ProjectError::UrlInvalid`].
pub fn named_url(text: &str) -> Result<DatabaseUrl, ProjectError> {
    DatabaseUrl::parse(text.trim()).map_err(|error| ProjectError::UrlInvalid(error.to_string()))
}

/// What is configured here: by the configuration file, or by `schema` and the environment.
///
/// # Errors
///
/// [`ProjectError::NotThere`].
pub fn configured(
    folder: &Path,
    environment: &BTreeMap<String, String>,
    schema: Option<&Path>,
    config: Option<&Path>,
) -> Result<Configured, ProjectError> {
    let given = given(folder, environment, schema, config)?;
    let surveyor = Surveyor::new(folder, environment);
    let found = surveyor.survey(folder, &given);
    let (_, package) = env_files(folder, &found, environment);
    let variables = Variables {
        root: folder,
        compose: None,
        package,
        process: environment,
        fleet: &BTreeMap::new(),
        process_first: true,
    };
    let url = source::url(&found, &variables, None, &mut Vec::new());
    let schema_folder = found.schema.as_ref().and_then(|schema| schema.path.parent());
    Ok(Configured {
        url: url.map(|(url, _)| url).map_err(refused),
        folder: schema_folder.unwrap_or(folder).to_owned(),
        shadow: source::shadow_url(&found, &variables, None),
        external: source::external(&found),
        shadow_init: source::shadow_init(&found, &variables),
        config_file: found
            .config
            .as_ref()
            .map(|file| relative(folder, &file.path).display().to_string()),
    })
}

/// The command that fills a fresh database, which needs no database to be found: of the
/// configuration file, else of the package; and the environment that Prisma gives it.
///
/// # Errors
///
/// [`ProjectError::NotThere`].
pub fn seed(
    folder: &Path,
    environment: &BTreeMap<String, String>,
    config: Option<&Path>,
) -> Result<Seed, ProjectError> {
    let given = given(folder, environment, None, config)?;
    let surveyor = Surveyor::new(folder, environment);
    let found = surveyor.survey(folder, &given);
    let (files, package) = env_files(folder, &found, environment);
    let variables = Variables {
        root: folder,
        compose: None,
        package,
        process: environment,
        fleet: &BTreeMap::new(),
        process_first: true,
    };
    let shown = |path: &Path| relative(folder, path).display().to_string();
    Ok(Seed {
        command: source::seed(&found, &variables),
        config_file: found.config.as_ref().map(|file| shown(&file.path)),
        env_files: files.iter().map(|path| shown(path)).collect(),
        major: major(&found).number(),
        variables: set(&variables),
    })
}

impl Fleet {
    /// A fleet of one service.
    pub fn alone(service: Service) -> Self {
        Self {
            backup: crate::backup::settings::Settings::default_in(&service.folder),
            root: service.folder.clone(),
            project: service.name.to_string(),
            compose_project: None,
            config_file: None,
            compose_files: Vec::new(),
            waves: vec![vec![service.name.clone()]],
            notify: Vec::new(),
            waits: crate::gate::Waits::default(),
            census: crate::verify::CensusSettings::default(),
            allow: BTreeSet::new(),
            state_folder: service.folder.join(".radoub"),
            services: vec![service],
            limits: Limits::default(),
            scratch: None,
            warnings: Vec::new(),
        }
    }
}
