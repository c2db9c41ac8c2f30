//! The demo's ground: the guide's fleet in a folder of its own, on a server of its own.
//!
//! Here the state of the guide's "Problème 1" is made: eleven databases up to date, except that two
//! services were deployed with a migration that nobody applied. Looking at it, mending it and telling
//! the story is the command's, with the same functions that serve a real fleet.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use radoub_postgres::create::{CreateError, create_databases};
use radoub_schema::migration::MigrationName;

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::fleet::discover::{self, DiscoverError};
use crate::fleet::docker::NoContainers;
use crate::fleet::{Prisma, ServiceName, UrlProblem};
use crate::journal::Journal;
use crate::lanes::Lanes;
use crate::local_server::{LocalServer, Programs};
use crate::observe::{Look, connect_settings};
use crate::plan::{Choice, Entry, Plan, Task, approve};
use crate::run::{RunSettings, Tools, run, stop};
use crate::source::{SourceError, read_migrations};

mod files;

pub use crate::local_server::LocalError;

/// Role that owns the cluster, as in the guide.
const USER: &str = "parabellum_user";

/// What the guide's "Problème 1" forgot to apply: service and migration.
pub const BEHIND: [(&str, &str); 2] = [
    ("auth-service", "20260212000000_auditlog_level_oldvalue_service_image"),
    ("technical-service", "20260212182206_add_role_to_intervention_technicien"),
];

/// Which PostgreSQL serves the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoServer {
    /// The one inside this process; needs the feature `embedded`.
    Embedded,
    /// A new cluster made with the programs of this system.
    Local,
}

/// Why the demo cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// There is something in the folder already; it is left alone.
    #[error("{} is not empty", path.display())]
    FolderInUse {
        /// The folder.
        path: PathBuf,
    },
    /// The fleet could not be written.
    #[error("the demo's fleet could not be written to {}", path.display())]
    Write {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// This program was built without the embedded server.
    #[error("this radoub was built without the embedded PostgreSQL")]
    NotBuiltIn,
    /// The embedded server did not start.
    #[cfg(feature = "embedded")]
    #[error("the embedded PostgreSQL cannot serve the demo")]
    Embedded(#[from] radoub_embedded::StartError),
    /// The system's server did not start.
    #[error("the system's PostgreSQL cannot serve the demo")]
    Local(#[from] LocalError),
    /// The fleet that was just written is not found: a defect.
    #[error("the demo's fleet is not discovered")]
    Discover(#[source] Box<DiscoverError>),
    /// The address of a database that the fleet names is not known: a defect.
    #[error("the database of {service} has no address")]
    Url {
        /// Service.
        service: ServiceName,
        /// What is wrong with it.
        source: UrlProblem,
    },
    /// The migrations that were just written cannot be read.
    #[error("the demo's migrations cannot be read")]
    Source(#[from] SourceError),
    /// The databases could not be created.
    #[error("the demo's databases could not be created")]
    Create(#[source] Box<CreateError>),
    /// A database could not be brought to where the story begins.
    #[error("the database of {service} could not be prepared: {failure}")]
    Fill {
        /// Service.
        service: ServiceName,
        /// What went wrong there.
        failure: Box<Failure>,
    },
    /// The thread that starts the server ended by itself.
    #[error("starting the demo's server was interrupted")]
    Interrupted,
}

/// What stays when the demo ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// The fleet's files.
    Fleet,
}

/// A fleet ready to be looked at. Dropping it stops its server and removes everything.
#[derive(Debug)]
pub struct Demo {
    // Dropped first: the server lives in the ground.
    server: Option<Server>,
    ground: Ground,
}

/// The folder, which goes with the value.
#[derive(Debug)]
struct Ground {
    folder: PathBuf,
    keep: Keep,
}

enum Server {
    #[cfg(feature = "embedded")]
    Embedded(radoub_embedded::Embedded),
    Local(LocalServer),
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Server(127.0.0.1:{})", self.port())
    }
}

/// Writes the guide's fleet into `folder`, starts a server for it and brings its databases to the
/// state of "Problème 1": everything applied but the two migrations of [`BEHIND`].
///
/// `folder` must be missing or empty; it belongs to the demo from now on and is removed with it,
/// when this fails too. The system's programs are looked for in the usual places, then in `search`, the folders
/// of the search path. Takes about two seconds. The fleet is ordinary: commands find it from
/// [`Demo::fleet`] as any other, with the environment of [`Demo::environment`].
///
/// # Errors
///
/// [`PrepareError`].
pub async fn prepare(
    folder: &Path,
    server: DemoServer,
    search: &[PathBuf],
) -> Result<Demo, PrepareError> {
    let demo = start(Ground::take(folder)?, server, search.to_vec()).await?;
    demo.write_fleet()?;
    demo.fill().await?;
    demo.write(is_behind)?;
    Ok(demo)
}

impl Demo {
    /// The fleet's folder, where commands run.
    pub fn fleet(&self) -> PathBuf {
        self.ground.folder.join("fleet")
    }

    /// The environment that commands run with: an empty one, so that no `POSTGRES_…` of the user's
    /// leads anywhere but to the demo's own server.
    pub fn environment(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// How many connections the server takes at once. The fleet's `radoub.toml` says the same, so
    /// commands that read it need not ask.
    pub fn connections_per_server(&self) -> Option<usize> {
        self.server.as_ref().and_then(Server::connections)
    }

    /// Stops the server and removes what is not to be kept; says what could not be removed.
    ///
    /// # Errors
    ///
    /// What the system said.
    pub async fn end(mut self, keep: Keep) -> io::Result<()> {
        self.ground.keep = keep;
        // Not here and now: what is left of the connections has to be closed by this very task.
        let ending = tokio::task::spawn_blocking(move || {
            if let Some(server) = self.server.take() {
                server.stop();
            }
            self.ground.remove()
        });
        ending.await.map_err(io::Error::other)?
    }

    fn write_fleet(&self) -> Result<(), PrepareError> {
        let folder = self.fleet();
        let at = |source| PrepareError::Write { path: folder.clone(), source };
        fs::create_dir(&folder).map_err(at)?;
        // Its `.env` holds the server's password.
        #[cfg(unix)]
        open_to(&folder, 0o700).map_err(at)?;
        self.write(|path| !is_behind(path))?;
        let server = self.server.as_ref().expect("a server until the demo ends");
        self.write_file(".env", &server.env_file())?;
        if let Some(connections) = server.connections() {
            let text = format!(
                "# The demo's server takes one connection at a time.\n[fleet]\nconnections_per_server = {connections}\n"
            );
            self.write_file("radoub.toml", &text)?;
        }
        Ok(())
    }

    /// Writes the files of the example whose paths are wanted.
    fn write(&self, wanted: impl Fn(&str) -> bool) -> Result<(), PrepareError> {
        let mut files = files::FILES.iter().filter(|(path, _)| wanted(path));
        files.try_for_each(|(path, text)| self.write_file(path, text))
    }

    fn write_file(&self, path: &str, text: &str) -> Result<(), PrepareError> {
        let path = self.fleet().join(path);
        let folder = path.parent().unwrap_or(&path);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
        written.map_err(|source| PrepareError::Write { path, source })
    }

    /// Creates every database and applies what is on disk now.
    async fn fill(&self) -> Result<(), PrepareError> {
        let root = self.fleet();
        let fleet = discover::discover(&discover::Settings {
            root: &root,
            compose_files: &[],
            env_files: &[],
            profiles: &[],
            project_name: None,
            environment: &self.environment(),
            config_file: discover::config_file(&root).as_deref(),
            containers: &NoContainers,
        })
        .map_err(|error| PrepareError::Discover(Box::new(error)))?;
        let lanes = Lanes::default();
        let per_server = fleet.limits.connections_per_server.unwrap_or(lanes.per_server);
        let look = Look {
            lanes: Lanes { per_server, ..lanes },
            timeout: Some(PATIENCE),
            ..Look::default()
        };
        let (mut urls, mut entries) = (Vec::new(), Vec::new());
        let mut connect = None;
        for service in &fleet.services {
            let Prisma::Managed(managed) = &service.prisma else { continue };
            let unknown = |source| PrepareError::Url { service: service.name.clone(), source };
            urls.push(managed.url.as_ref().map_err(|problem| unknown(problem.clone()))?);
            connect.get_or_insert_with(|| connect_settings(managed, look.timeout));
            let migrations = read_migrations(&managed.migrations)?.migrations;
            // A new server is no place to look at first: with one connection at a time each look
            // costs as much as the work.
            let choice = Choice::Apply(Task::migrate(migrations));
            let service = service.name.clone();
            entries.push(Entry { service, wave: 0, choice, forecasts: Vec::new() });
        }
        if let Some(connect) = connect {
            let created = create_databases(&urls, &connect).await;
            created.map_err(|error| PrepareError::Create(Box::new(error)))?;
        }
        let mut failed = None;
        let settings = RunSettings { look, ..RunSettings::default() };
        let (_stop, stopped) = stop();
        let (plan, mut journal) = (approve(Plan { entries }), Journal::none());
        let told = |event: &Event| {
            if let Event::Service { service, kind: EventKind::Failed { failure, .. } } = event {
                let (service, failure) = (service.clone(), Box::new(failure.clone()));
                failed = Some(PrepareError::Fill { service, failure });
            }
        };
        let ran =
            run(&fleet, &plan, &settings, &Tools::default(), stopped, &mut journal, told).await;
        ran.expect("no journal is written, so none can fail");
        failed.map_or(Ok(()), Err)
    }
}

/// How long the demo's server may take for one answer, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether a file of the example belongs to a migration that is deployed but not applied.
fn is_behind(path: &str) -> bool {
    BEHIND.iter().any(|(service, migration)| path.contains(service) && path.contains(migration))
}

/// The migrations that wait, as the engine names them.
pub fn behind() -> Vec<(ServiceName, MigrationName)> {
    BEHIND.iter().map(|(service, name)| (ServiceName::new(*service), (*name).into())).collect()
}

/// Starts the server without holding up the task, because both kinds block.
///
/// The ground goes along: should nobody wait for the server any more, it is stopped and its ground
/// removed as soon as it is there.
async fn start(
    ground: Ground,
    server: DemoServer,
    search: Vec<PathBuf>,
) -> Result<Demo, PrepareError> {
    let starting = tokio::task::spawn_blocking(move || {
        let folder = ground.folder.join("postgres");
        let server = match server {
            #[cfg(feature = "embedded")]
            DemoServer::Embedded => Server::Embedded(radoub_embedded::Embedded::start(&folder)?),
            #[cfg(not(feature = "embedded"))]
            DemoServer::Embedded => return Err(PrepareError::NotBuiltIn),
            DemoServer::Local => {
                Server::Local(LocalServer::start(Programs::find(&search, None)?, &folder, USER)?)
            }
        };
        Ok(Demo { server: Some(server), ground })
    });
    starting.await.unwrap_or(Err(PrepareError::Interrupted))
}

impl Server {
    fn port(&self) -> u16 {
        match self {
            #[cfg(feature = "embedded")]
            Self::Embedded(server) => server.port(),
            Self::Local(server) => server.port(),
        }
    }

    /// Ends it, and waits until it has. That it failed before is of no interest any more: the demo
    /// is over, and what it served is about to be removed.
    fn stop(self) {
        match self {
            #[cfg(feature = "embedded")]
            Self::Embedded(server) => drop(server.stop()),
            Self::Local(mut server) => drop(server.stop()),
        }
    }

    fn connections(&self) -> Option<usize> {
        match self {
            #[cfg(feature = "embedded")]
            Self::Embedded(_) => Some(radoub_embedded::Embedded::CONNECTIONS),
            Self::Local(_) => None,
        }
    }

    /// What the Compose file asks for.
    fn env_file(&self) -> String {
        let (user, password) = match self {
            // It asks nobody for a password.
            #[cfg(feature = "embedded")]
            Self::Embedded(_) => ("postgres", "unused"),
            Self::Local(server) => (USER, server.password()),
        };
        let port = self.port();
        format!("POSTGRES_USER={user}\nPOSTGRES_PASSWORD={password}\nPOSTGRES_PORT={port}\n")
    }
}

/// Sets who may use a folder.
#[cfg(unix)]
fn open_to(folder: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode))
}

impl Ground {
    /// Takes a missing or empty folder.
    fn take(folder: &Path) -> Result<Self, PrepareError> {
        let at = |source| PrepareError::Write { path: folder.to_path_buf(), source };
        fs::create_dir_all(folder).map_err(at)?;
        if fs::read_dir(folder).map_err(at)?.next().is_some() {
            return Err(PrepareError::FolderInUse { path: folder.to_path_buf() });
        }
        // From here on it is ours, and goes whatever happens.
        let ground = Self { folder: folder.to_path_buf(), keep: Keep::Nothing };
        // Temporary folders are closed to others; the server's user has to get through to its own.
        #[cfg(unix)]
        open_to(folder, 0o711).map_err(at)?;
        Ok(ground)
    }

    fn remove(&self) -> io::Result<()> {
        let gone = match self.keep {
            Keep::Nothing => self.folder.clone(),
            Keep::Fleet => self.folder.join("postgres"),
        };
        match fs::remove_dir_all(&gone) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        // Nobody is left to be told; who wants to know has called `Demo::end`.
        let _ = self.remove();
    }
}
