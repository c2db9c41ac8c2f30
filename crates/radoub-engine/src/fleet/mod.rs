//! The fleet: which services there are, where their files lie, which database each one uses, and
//! where each of these facts was found.
//!
//! Discovery reads files and asks nobody: no database is opened here. What goes wrong with one
//! service is kept with that service; only what makes the whole inventory worthless is an error.

pub(crate) mod child;
pub mod compose;
pub mod discover;
pub mod docker;
mod dotenv;
mod endpoint;
pub mod file;
pub(crate) mod folder;
pub mod init;
mod interpolate;
mod member;
pub mod place;
pub(crate) mod source;
mod walk;
pub mod waves;
mod yaml;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::hazard::Hazard;
use crate::rebuild::Rebuild;

pub use radoub_postgres::url::DatabaseUrl;

use crate::backup::settings::Settings;
use crate::gate::Waits;
use crate::notify::Subscription;
use crate::scratch::Forced;
use crate::verify::CensusSettings;

/// The name of a member of the fleet, as typed on the command line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceName(String);

impl ServiceName {
    /// Takes the name as written in Compose, `radoub.toml` or the package's folder.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

impl fmt::Debug for ServiceName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

/// All services of one project, in the order in which they are shown and worked on.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// The folder that radoub was pointed at.
    pub root: PathBuf,
    /// Compose project, or name of the folder.
    pub project: String,
    /// The Compose project as the container engine knows it, whatever the fleet is called; `None` without
    /// Compose.
    pub compose_project: Option<String>,
    /// `radoub.toml`, when there is one.
    pub config_file: Option<PathBuf>,
    /// Compose files that were read, in the order of merging.
    pub compose_files: Vec<PathBuf>,
    /// The members. Infrastructure (images of databases, caches, proxies) and services without a
    /// package of their own are not members.
    pub services: Vec<Service>,
    /// The order of working: all services, wave by wave (see [`waves::waves`]). It stays whole when
    /// `services` is narrowed.
    pub waves: Vec<Vec<ServiceName>>,
    /// How much may be done at once.
    pub limits: Limits,
    /// How backups are made and kept.
    pub backup: Settings,
    /// Who is told of runs.
    pub notify: Vec<Subscription>,
    /// How long services have to become well, and to stay so.
    pub waits: Waits,
    /// How tables are counted, to be compared before and after.
    pub census: CensusSettings,
    /// Hazards that `radoub.toml` agrees to for all services.
    pub allow: BTreeSet<Hazard>,
    /// Folder of the journals, absolute: as `radoub.toml` says, or `.radoub` beside that file, beside
    /// the Compose file, or in `root`.
    pub state_folder: PathBuf,
    /// The one ground for scratch databases, as `radoub.toml` says.
    pub scratch: Option<Forced>,
    /// What was odd but did not stop discovery.
    pub warnings: Vec<Warning>,
}

/// The health route of a service, as `radoub.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HealthRoute {
    /// A path on its published port, or a whole address; `None` for the usual ones.
    pub path: Option<String>,
    /// The HTTP status that it has to answer; `None` for any from 200 to 299.
    pub status: Option<u16>,
    /// How long its answer may take.
    pub within: Option<Duration>,
}

/// How much may be done at once, as `radoub.toml` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Services at once.
    pub jobs: Option<usize>,
    /// Connections to one database server at once.
    pub connections_per_server: Option<usize>,
    /// Services that may fail before nothing more is begun.
    pub max_failures: Option<usize>,
}

/// One member of the fleet.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name.
    pub name: ServiceName,
    /// Service of the Compose file, when it comes from one.
    pub compose_service: Option<String>,
    /// Other Compose services of the same package and database: workers, replicas.
    pub also: Vec<String>,
    /// Group given in `radoub.toml`.
    pub group: Option<String>,
    /// Services that must be done before, as `radoub.toml` says.
    pub after: Vec<ServiceName>,
    /// Services that Compose lets it depend on, directly or through what is no member.
    pub depends_on: Vec<ServiceName>,
    /// Wave given in `radoub.toml`.
    pub wave: Option<u32>,
    /// It goes before the others, to show whether all is well.
    pub canary: bool,
    /// Hazards that `radoub.toml` agrees to for this service.
    pub allow: BTreeSet<Hazard>,
    /// Programs to run for it, as `radoub.toml` says.
    pub errands: Errands,
    /// When its image is built anew before a restart, as `radoub.toml` says.
    pub rebuild: Rebuild,
    /// Health route given in `radoub.toml`.
    pub health: Option<HealthRoute>,
    /// What `radoub.toml` says must hold of its data.
    pub checks: Vec<Check>,
    /// Folder of the package (build context), absolute.
    pub folder: PathBuf,
    /// Prisma's side of the service.
    pub prisma: Prisma,
    /// Where each fact was found, in the order of looking: ("database", "docker-compose.yml:181, DATABASE_URL").
    pub origins: Vec<Origin>,
    /// What was odd about this service.
    pub warnings: Vec<Warning>,
}

/// Programs that `radoub.toml` names for a service: each a program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errands {
    /// Generates its client.
    pub generate: Option<Vec<String>>,
    /// Restarts it, whether it is in containers or not.
    pub restart: Option<Vec<String>>,
    /// Prints its log.
    pub logs: Option<Vec<String>>,
}

/// Something that must hold of the data of a service, as `radoub.toml` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is called.
    pub name: String,
    /// A query that gives no row when all is well, or one row with the single value true.
    pub sql: String,
    /// Where it stands.
    pub place: place::Place,
}

/// What a service has to do with Prisma Migrate.
#[derive(Debug, Clone)]
pub enum Prisma {
    /// It has a schema for PostgreSQL.
    Managed(Box<Managed>),
    /// It has none, or one for another database; listed, never touched.
    NotApplicable(NotApplicable),
}

/// Why a service has nothing to do with radoub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotApplicable {
    /// No schema was found in its folder.
    NoSchema,
    /// Its datasource is for another database.
    OtherProvider(String),
    /// It uses Prisma 8, whose migrations are another system.
    PrismaNext,
}

/// A service with a schema for PostgreSQL.
#[derive(Debug, Clone)]
pub struct Managed {
    /// Schema file, or folder of `.prisma` files; absolute.
    pub schema: PathBuf,
    /// Migrations folder, absolute; need not exist.
    pub migrations: PathBuf,
    /// Release of Prisma that the package asks for.
    pub prisma_version: Option<PrismaVersion>,
    /// Release whose manner is followed: 5, 6 or 7.
    pub followed: u8,
    /// The database as Migrate reaches it (`directUrl` before `url`), as seen from this machine.
    pub url: Result<DatabaseUrl, UrlProblem>,
    /// The configured shadow database.
    pub shadow_url: Option<DatabaseUrl>,
    /// `schemas` of the datasource, sorted; empty when it has none.
    pub schemas: Vec<String>,
    /// Name of the datasource block, `db` by habit.
    pub datasource: String,
    /// The Compose service that the database lives in, when the URL names one.
    pub container: Option<DatabaseContainer>,
    /// What others look after.
    pub external: External,
    /// SQL that a scratch database needs before the history: `migrations.initShadowDb`.
    pub shadow_init: Option<String>,
    /// The command that fills a fresh database: `migrations.seed`, or `prisma.seed` of the package.
    pub seed: Option<String>,
}

/// The container of a database server, by its place in the Compose project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DatabaseContainer {
    /// Compose project.
    pub project: String,
    /// Service in it.
    pub service: String,
    /// `container_name`, when the file gives one.
    pub name: Option<String>,
    /// The server's port inside it.
    pub port: u16,
}

impl Managed {
    /// The release whose manner is followed: 5, 6 or 7.
    pub fn major(&self) -> u8 {
        self.followed
    }
}

/// Tables and enum types that others look after, so that they are neither made, changed nor
/// dropped: `schema.name` each, as the configuration file has them (Prisma facts 10.11).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct External {
    /// `tables.external`.
    pub tables: Vec<String>,
    /// `enums.external`.
    pub enums: Vec<String>,
}

/// A release of Prisma, as a package or lock file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrismaVersion {
    /// `5.14.0` when a lock file or an exact package entry pins it, else the range as written.
    pub text: String,
    /// First number of the above.
    pub major: Option<u64>,
    /// Second number.
    pub minor: Option<u64>,
    /// False for a range without lock file: what gets installed may differ.
    pub pinned: bool,
}

/// Where a fact was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Which fact.
    pub fact: Fact,
    /// File, relative to the fleet's root where it lies below it; empty for the environment of the
    /// process.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: Option<usize>,
    /// The key or variable in it.
    pub key: Option<String>,
}

/// The facts that discovery looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// The service itself.
    Service,
    /// Its schema.
    Schema,
    /// Its migrations folder.
    Migrations,
    /// Its database URL.
    Url,
    /// The host and port under which this machine reaches that database.
    Endpoint,
    /// Its Prisma release.
    PrismaVersion,
}

impl Fact {
    /// The name in `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Schema => "schema",
            Self::Migrations => "migrations",
            Self::Url => "url",
            Self::Endpoint => "endpoint",
            Self::PrismaVersion => "prisma-version",
        }
    }
}

/// Something odd that did not stop discovery; the command turns it into a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Key of the sentence in the locale files, such as `warning-schema-extra-file`.
    pub key: &'static str,
    /// File it is about.
    pub file: Option<PathBuf>,
    /// Values of the sentence, by name; never a secret.
    pub values: Vec<(&'static str, String)>,
}

/// Why a service's database address is not known. Never carries a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlProblem {
    /// Nothing names a URL.
    #[error("no database URL: {} is set nowhere", variable.as_deref().unwrap_or("the datasource's url"))]
    NotSet {
        /// The variable that the schema asks for.
        variable: Option<String>,
    },
    /// A URL is named and empty.
    #[error("the database URL is empty{}", variable.as_deref().map(|name| format!(": {name} has no value")).unwrap_or_default())]
    Empty {
        /// The variable that is empty.
        variable: Option<String>,
    },
    /// A URL is made from a variable that is required and set nowhere.
    #[error("the database URL is made from {missing}, which is set nowhere")]
    Lacks {
        /// That variable.
        missing: String,
    },
    /// A URL is there and cannot be read.
    #[error("the database URL is invalid: {reason}")]
    Invalid {
        /// What is wrong with it, without the URL.
        reason: String,
    },
    /// The host is a name inside the Compose network that this machine cannot reach.
    #[error(
        "{host}:{port} is a name inside the Compose network and publishes no port on this machine"
    )]
    NotPublished {
        /// Name inside the network.
        host: String,
        /// Port inside the network, the one to publish.
        port: u16,
        /// Service of the Compose file that has to publish it.
        service: String,
    },
    /// The file or command named by `radoub.toml` gave no URL.
    #[error("{from} gave no database URL: {reason}")]
    SourceFailed {
        /// File or command, as configured.
        from: String,
        /// What went wrong.
        reason: String,
    },
}
