//! From a folder to a [`Fleet`]: which services there are, and where each one's database is.
//!
//! Only decides; reading is done by the rooms beside it. No configuration is needed; `radoub.toml`
//! adds to what is found or changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use super::compose::{
    self, ComposeError, ComposeFiles, ComposeService, Environment, MissingVariable, Project,
};
use super::docker::Containers;
use super::endpoint::Endpoints;
use super::file::{self, FleetFileError};
use super::folder::{Found, Surveyor, major, origin_at};
use super::member::{Member, apply_file, members_of_compose, members_of_walk};
use super::place::{joined, relative};
use super::source::{self, Variables};
use super::walk::walk;
use super::waves::waves;
use super::{
    Fact, Fleet, Limits, Managed, NotApplicable, Origin, Prisma, Service, ServiceName, UrlProblem,
    Warning,
};

/// Name of the folder that journals are kept in, unless `radoub.toml` names another.
const STATE_FOLDER: &str = ".radoub";

/// What discovery is told; it asks nobody else.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// Folder to start from, absolute.
    pub root: &'a Path,
    /// Compose files named on the command line, absolute or relative to `root`; none to search.
    pub compose_files: &'a [PathBuf],
    /// Files in the place of `.env`, likewise.
    pub env_files: &'a [PathBuf],
    /// Compose profiles to switch on.
    pub profiles: &'a [String],
    /// Compose project name.
    pub project_name: Option<&'a str>,
    /// The environment of the process.
    pub environment: &'a BTreeMap<String, String>,
    /// `radoub.toml`, absolute or relative to `root`; it must exist when named.
    pub config_file: Option<&'a Path>,
    /// Whom to ask for the address of a container.
    pub containers: &'a dyn Containers,
}

/// The environment may hold any secret, so it is not shown.
impl fmt::Debug for Settings<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Settings")
            .field("root", &self.root)
            .field("compose_files", &self.compose_files)
            .field("env_files", &self.env_files)
            .field("profiles", &self.profiles)
            .field("project_name", &self.project_name)
            .field("config_file", &self.config_file)
            .finish_non_exhaustive()
    }
}

/// Why there is no fleet.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// The folder is not there.
    #[error("{} is not a folder", root.display())]
    NoFolder {
        /// The folder.
        root: PathBuf,
    },
    /// Neither a Compose file nor a schema.
    #[error(
        "no Compose file and no Prisma schema in {}: looked for {} there and above, and for {} below",
        root.display(), compose_names.join(", "), schema_names.join(", ")
    )]
    NothingFound {
        /// Where was looked.
        root: PathBuf,
        /// Names of Compose files that were looked for, there and in the folders above.
        compose_names: Vec<&'static str>,
        /// What was looked for below.
        schema_names: Vec<&'static str>,
    },
    /// The Compose project cannot be read.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// `radoub.toml` cannot be used.
    #[error(transparent)]
    File(#[from] FleetFileError),
}

/// `radoub.toml` of a fleet: in `root` or, failing that, the nearest above it up to the repository's
/// own folder.
pub fn config_file(root: &Path) -> Option<PathBuf> {
    for folder in root.ancestors() {
        let path = folder.join(file::FILE_NAME);
        if path.is_file() {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Finds the fleet.
///
/// With Compose, its services with a package of their own are the members; when none of them has a
/// schema, and without Compose, the tree is walked. What is wrong with one service is kept with it.
///
/// # Errors
///
/// [`DiscoverError`] for what makes the whole inventory worthless.
pub fn discover(settings: &Settings<'_>) -> Result<Fleet, DiscoverError> {
    inventory(settings).map(|inventory| inventory.fleet)
}

/// A fleet together with the Compose project that it was found in: what tells how its services start.
#[derive(Debug)]
pub struct Inventory {
    /// The fleet.
    pub fleet: Fleet,
    /// The project; `None` without Compose.
    pub(crate) compose: Option<Project>,
}

impl Inventory {
    /// The Compose service of a member.
    pub(crate) fn compose_of(&self, service: &Service) -> Option<&ComposeService> {
        let name = service.compose_service.as_deref()?;
        self.compose.as_ref()?.services.iter().find(|it| it.name == name)
    }

    /// The Compose service that is the database server of a member; `None` when its server is not of the project.
    pub(crate) fn server_of(&self, service: &Service) -> Option<&ComposeService> {
        let project = self.compose.as_ref()?;
        let Prisma::Managed(managed) = &service.prisma else { return None };
        if let Err(UrlProblem::NotPublished { service, .. }) = &managed.url {
            return project.services.iter().find(|it| it.name == *service);
        }
        // The address was found where a service or one of its ports is written.
        let origin = service.origins.iter().find(|it| it.fact == Fact::Endpoint)?;
        let is_there = |place: &super::place::Place| {
            place.file == origin.file && Some(place.line) == origin.line
        };
        project
            .services
            .iter()
            .find(|it| is_there(&it.place) || it.ports.iter().any(|port| is_there(&port.place)))
    }
}

/// As [`discover`], with the Compose project kept.
///
/// # Errors
///
/// [`DiscoverError`].
pub fn inventory(settings: &Settings<'_>) -> Result<Inventory, DiscoverError> {
    let inventory = inventory_with_gaps(settings)?;
    match inventory.compose.as_ref().map(|project| &project.missing) {
        Some(missing) if !missing.is_empty() => {
            let (missing, invalid) = (missing.clone(), Vec::new());
            Err(ComposeError::Variables { missing, invalid }.into())
        }
        _ => Ok(inventory),
    }
}

/// As [`inventory`], of a project as well whose required variables are set nowhere, as after a fresh clone: each is a
/// warning (`warning-variable-missing`), and addresses made from them are not known
/// ([`UrlProblem::Lacks`](super::UrlProblem)). For who looks and changes nothing.
///
/// # Errors
///
/// [`DiscoverError`].
pub fn inventory_with_gaps(settings: &Settings<'_>) -> Result<Inventory, DiscoverError> {
    let root = settings.root;
    if !root.is_dir() {
        return Err(DiscoverError::NoFolder { root: root.to_path_buf() });
    }
    let config_path = settings.config_file.map(|path| root.join(path));
    let loaded = match &config_path {
        Some(path) => file::load(path, &relative(root, path))?,
        None => file::Loaded::default(),
    };
    let configured: Vec<PathBuf> =
        loaded.file.fleet.compose.iter().map(|name| joined(&loaded.folder, name)).collect();
    let (files, environment) = compose::compose_files(
        root,
        settings.compose_files,
        &configured,
        settings.env_files,
        settings.environment,
    )?;
    let profiles = [settings.profiles, loaded.file.fleet.profiles.as_slice()].concat();
    let project = match &files {
        Some(files) => Some(compose::load(compose::Request {
            root,
            files,
            profiles: &profiles,
            project_name: settings.project_name,
        })?),
        None => None,
    };

    let surveyor = Surveyor::new(root, settings.environment);
    let mut members =
        project.as_ref().map(|project| members_of_compose(project, &surveyor)).unwrap_or_default();
    let mut walked = false;
    // A Compose file that only starts a database says nothing about the packages beside it.
    if !members.iter().any(|member| member.found.schema.is_some()) {
        let more = members_of_walk(root, &walk(root), &surveyor);
        walked = !more.is_empty();
        members.extend(more);
    }
    apply_file(&mut members, &loaded, project.as_ref(), &surveyor)?;
    if members.is_empty() && project.is_none() {
        return Err(DiscoverError::NothingFound {
            root: root.to_path_buf(),
            compose_names: compose::FILE_NAMES.to_vec(),
            schema_names: vec![
                "prisma/schema.prisma",
                "schema.prisma",
                "prisma.config.*",
                "package.json (prisma.schema)",
            ],
        });
    }

    let missing = project.as_ref().map(|project| project.missing.as_slice()).unwrap_or_default();
    let set_in = settings
        .env_files
        .first()
        .map(|file| root.join(file))
        .or_else(|| Some(files.as_ref()?.directory.join(".env")));
    let set_in = set_in.map(|file| relative(root, &file));
    let mut warnings: Vec<Warning> =
        missing.iter().map(|variable| missing_warning(variable, set_in.as_deref())).collect();
    warnings.extend(project.iter().flat_map(|project| project.warnings.clone()));
    warnings.extend(files.as_ref().and_then(|files| passed_over(root, files)));
    let docker_host = settings.environment.get("DOCKER_HOST").map(String::as_str);
    let endpoints = Endpoints::new(project.as_ref(), settings.containers, docker_host);
    let resolver = Resolver {
        root,
        project: project.as_ref(),
        process: settings.environment,
        fleet: &environment,
        alone: walked && members.iter().filter(|member| member.found.schema.is_some()).count() == 1,
        endpoints,
    };
    let mut services: Vec<Service> = Vec::new();
    for member in members {
        let service = resolver.service(member);
        match services.iter_mut().find(|known| is_same(known, &service)) {
            Some(known) => known.also.push(service.name.to_string()),
            None => services.push(service),
        }
    }
    if let Some(project) = &project {
        depend(&mut services, project);
    }
    let waves = waves(&services).map_err(|circle| loaded.circle(&circle))?;
    let compose_files = project.as_ref().map(|it| it.files.clone()).unwrap_or_default();
    let beside = config_path.as_ref().or(compose_files.first()).and_then(|file| file.parent());
    let state_folder = match &loaded.file.journal.dir {
        Some(dir) => joined(&loaded.folder, dir),
        None => beside.unwrap_or(root).join(STATE_FOLDER),
    };
    let allow = loaded.hazards(&loaded.file.fleet.allow)?;
    let folder_name =
        || root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = loaded.file.fleet.name.clone();
    let folder = if config_path.is_some() { &loaded.folder } else { root };
    let backup = crate::backup::settings::Settings::of(&loaded.file.backup, folder);
    let members: BTreeSet<&str> = services.iter().map(|it| it.name.as_str()).collect();
    let notify = crate::notify::settings::subscriptions(&loaded, folder, &members)?;
    let fleet = Fleet {
        root: root.to_path_buf(),
        project: named
            .or_else(|| project.as_ref().map(|project| project.name.clone()))
            .unwrap_or_else(folder_name),
        compose_project: project.as_ref().map(|project| project.name.clone()),
        config_file: config_path,
        compose_files,
        services,
        waves,
        allow,
        state_folder,
        limits: Limits {
            jobs: loaded.file.fleet.jobs,
            connections_per_server: loaded.file.fleet.connections_per_server,
            max_failures: loaded.file.fleet.max_failures,
        },
        backup,
        notify,
        waits: crate::gate::Waits::of(&loaded.file.verify),
        census: crate::verify::CensusSettings::of(&loaded.file.verify),
        scratch: loaded.file.fleet.scratch,
        warnings,
    };
    Ok(Inventory { fleet, compose: project })
}

/// Tells each service which others Compose lets it depend on; what is no member (a database, a
/// cache) is passed through.
fn depend(services: &mut [Service], project: &Project) {
    let compose_names = |service: &Service| {
        service.compose_service.iter().chain(&service.also).cloned().collect::<Vec<_>>()
    };
    let members: BTreeMap<String, ServiceName> = services
        .iter()
        .flat_map(|service| compose_names(service).into_iter().map(|it| (it, service.name.clone())))
        .collect();
    let depends_on: BTreeMap<&str, &[String]> = project
        .services
        .iter()
        .map(|service| (service.name.as_str(), service.depends_on.as_slice()))
        .collect();
    for service in services.iter_mut() {
        let Some(own) = &service.compose_service else { continue };
        let mut next: Vec<&String> =
            depends_on.get(own.as_str()).copied().unwrap_or_default().iter().rev().collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(name) = next.pop() {
            if !seen.insert(name) {
                continue;
            }
            match members.get(name) {
                Some(member) if *member == service.name => {}
                Some(member) if service.depends_on.contains(member) => {}
                Some(member) => service.depends_on.push(member.clone()),
                None => next.extend(depends_on.get(name.as_str()).copied().unwrap_or_default()),
            }
        }
    }
}

/// Compose would warn about the files that it does not read.
fn passed_over(root: &Path, files: &ComposeFiles) -> Option<Warning> {
    let names: Vec<String> =
        files.passed_over.iter().map(|file| relative(root, file).display().to_string()).collect();
    (!names.is_empty()).then(|| Warning {
        key: "warning-compose-files-passed-over",
        file: files.files.first().map(|file| relative(root, file)),
        values: vec![("files", names.join(", "))],
    })
}

/// Says which variable is missing, where it is asked for, and in which file it would be set.
fn missing_warning(variable: &MissingVariable, set_in: Option<&Path>) -> Warning {
    let first = variable.places.first();
    Warning {
        key: "warning-variable-missing",
        file: set_in.map(Path::to_path_buf),
        values: vec![
            ("variable", variable.name.clone()),
            ("asked-at", first.map(ToString::to_string).unwrap_or_default()),
            ("count", variable.places.len().to_string()),
            ("note", variable.message.clone()),
        ],
    }
}

/// Whether two services are one package on one database, such as an API and its worker.
fn is_same(one: &Service, two: &Service) -> bool {
    match (&one.prisma, &two.prisma) {
        (Prisma::Managed(left), Prisma::Managed(right))
            if one.folder == two.folder && left.schema == right.schema =>
        {
            match (&left.url, &right.url) {
                (Ok(left), Ok(right)) => left.reveal() == right.reveal(),
                // A worker whose URL is unknown is a service with a problem of its own.
                _ => false,
            }
        }
        _ => false,
    }
}

/// Makes services of members.
struct Resolver<'a> {
    root: &'a Path,
    project: Option<&'a Project>,
    process: &'a BTreeMap<String, String>,
    fleet: &'a Environment,
    /// True when there is one package and no fleet.
    alone: bool,
    endpoints: Endpoints<'a>,
}

impl Resolver<'_> {
    fn service(&self, member: Member) -> Service {
        let Member {
            name,
            compose_service,
            group,
            after,
            wave,
            canary,
            allow,
            errands,
            rebuild,
            health,
            checks,
            found,
            url,
            shadow_url,
            mut origins,
            ..
        } = member;
        let compose = compose_service.as_deref().and_then(|name| self.compose(name));
        let mut warnings = Vec::new();
        let prisma = self.prisma(
            &found,
            compose,
            url.as_ref(),
            shadow_url.as_ref(),
            &mut origins,
            &mut warnings,
        );
        origins.extend(found.origins);
        origins.sort_by_key(|origin| origin.fact);
        warnings.splice(0..0, found.warnings);
        if matches!(prisma, Prisma::NotApplicable(NotApplicable::NoSchema)) {
            warnings.retain(|warning| warning.key == "warning-package-unreadable");
        }
        Service {
            name: ServiceName::new(name),
            compose_service,
            also: Vec::new(),
            group,
            after: after.into_iter().map(ServiceName::new).collect(),
            depends_on: Vec::new(),
            wave,
            canary,
            allow,
            errands,
            rebuild,
            health,
            checks,
            folder: found.folder,
            prisma,
            origins,
            warnings,
        }
    }

    fn compose(&self, name: &str) -> Option<&ComposeService> {
        self.project?.services.iter().find(|service| service.name == name)
    }

    fn prisma(
        &self,
        found: &Found,
        compose: Option<&ComposeService>,
        given: Option<&super::member::SourcedUrl>,
        shadow: Option<&super::member::SourcedUrl>,
        origins: &mut Vec<Origin>,
        warnings: &mut Vec<Warning>,
    ) -> Prisma {
        let Some(schema) = &found.schema else {
            return Prisma::NotApplicable(NotApplicable::NoSchema);
        };
        let is_next = found
            .version
            .as_ref()
            .and_then(|version| version.major)
            .is_some_and(|major| major >= 8);
        if is_next || schema.next {
            return Prisma::NotApplicable(NotApplicable::PrismaNext);
        }
        let datasource = schema.configuration.datasource.as_ref();
        if let Some(datasource) = datasource
            && !datasource.is_postgresql()
            && !datasource.provider.is_empty()
        {
            return Prisma::NotApplicable(NotApplicable::OtherProvider(
                datasource.provider.clone(),
            ));
        }
        let variables = Variables {
            root: self.root,
            compose,
            package: source::package_env(self.root, found, self.process),
            process: self.process,
            fleet: &self.fleet.written,
            process_first: self.alone,
        };
        let mut container = None;
        let url = source::url(found, &variables, given, warnings).and_then(|(url, origin)| {
            let lacks = variables.lacks(&origin);
            origins.push(origin);
            container = self.endpoints.container(&url);
            let (url, place) = self.endpoints.reach(url)?;
            origins.extend(place.map(|place| origin_at(Fact::Endpoint, place, "ports")));
            match lacks {
                Some(missing) => Err(UrlProblem::Lacks { missing }),
                None => Ok(url),
            }
        });
        let shadow_url = source::shadow_url(found, &variables, shadow)
            .and_then(|url| self.endpoints.reach(url).ok())
            .map(|(url, _)| url);
        Prisma::Managed(Box::new(Managed {
            schema: schema.path.clone(),
            migrations: schema.migrations.clone(),
            prisma_version: found.version.clone(),
            followed: major(found).number(),
            url,
            shadow_url,
            schemas: datasource.map(|datasource| datasource.schemas.clone()).unwrap_or_default(),
            datasource: datasource
                .map_or_else(|| "db".to_owned(), |datasource| datasource.name.clone()),
            container,
            external: source::external(found),
            shadow_init: source::shadow_init(found, &variables),
            seed: source::seed(found, &variables),
        }))
    }
}
