//! What keeps the services of the fleet running: what state they are in, what they print, how they are restarted
//! and built anew.
//!
//! [`Runtime`] is the seam: the containers of a Compose project, or the commands that `radoub.toml` names. Another
//! one, Kubernetes say, is a variant of it with a file of its own beside, and nobody above needs to know.
//! Of containers, state, logs and restarts go through the engine's API; building and bringing up go through the
//! Compose command, which alone does them right. When a service has to be restarted, and whether it came back
//! well, is decided elsewhere.

mod compose;
mod docker;
mod host;
mod logs;

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

pub use compose::{Compose, ComposeFailure};
pub use docker::Docker;
pub use host::{HostError, engine_host};
pub use logs::{LogLine, LogRequest, Source};

use crate::errand::{self, Errand, ErrandError};
use crate::failure::Failure;
use crate::fleet::Service;
use crate::translate;

pub use crate::fleet::place::without_user as masked;

/// What runs one service.
#[derive(Debug, Clone, Copy)]
pub enum Runtime<'a> {
    /// The containers of its Compose service, on this engine.
    Docker(&'a Docker, &'a Service),
    /// The commands that `radoub.toml` names for it; what they do not do is asked of its containers, if this engine
    /// has any that run.
    Commands(&'a Service, Option<&'a Docker>),
}

impl<'a> Runtime<'a> {
    /// What runs a service, where `engine` is the one that the fleet has: `None` when nobody knows. A service that
    /// has commands needs no engine, and so does not mind one that is away.
    ///
    /// # Errors
    ///
    /// That of the engine, for a service that may be in its containers.
    pub fn of<E>(
        service: &'a Service,
        engine: Result<Option<&'a Docker>, E>,
    ) -> Result<Option<Self>, E> {
        let is_contained = service.compose_service.is_some();
        let has_command = Errand::Restart.words(service).is_some();
        let engine = match engine {
            Err(error) if is_contained && !has_command => return Err(error),
            other => other.ok().flatten().filter(|_| is_contained),
        };
        Ok(match engine {
            _ if has_command => Some(Self::Commands(service, engine)),
            Some(engine) => Some(Self::Docker(engine, service)),
            None => Errand::Logs.words(service).map(|_| Self::Commands(service, None)),
        })
    }

    /// The service.
    pub fn service(&self) -> &'a Service {
        let (Self::Docker(_, service) | Self::Commands(service, _)) = self;
        service
    }

    /// The engine that may have containers of it.
    pub fn engine(&self) -> Option<&'a Docker> {
        match self {
            Self::Docker(engine, _) => Some(engine),
            Self::Commands(_, engine) => *engine,
        }
    }

    /// The containers of the service, workers and replicas too, by service and name. Of a service that has commands
    /// only those that run: others may have been left behind by whoever ran it in containers once.
    ///
    /// # Errors
    ///
    /// [`RuntimeError`].
    pub async fn containers(&self) -> Result<Vec<Container>, RuntimeError> {
        let Some(engine) = self.engine() else { return Ok(Vec::new()) };
        let all = match (engine.containers().await, self) {
            // It needs none.
            (Err(_), Self::Commands(..)) => Vec::new(),
            (all, _) => all?,
        };
        let runs = |it: &Container| {
            matches!(it.state, ContainerState::Running | ContainerState::Restarting)
        };
        let own = |it: &Container| {
            is_of(self.service(), &it.service) && (matches!(self, Self::Docker(..)) || runs(it))
        };
        Ok(all.into_iter().filter(own).collect())
    }

    /// Restarts the service; what stands still is started. Gives back the names of its containers, in the order of
    /// restarting.
    ///
    /// # Errors
    ///
    /// [`RuntimeError`], [`RuntimeError::NoContainer`] among them; containers before the one that failed are
    /// restarted.
    pub async fn restart(&self, patience: &Patience) -> Result<Vec<String>, RuntimeError> {
        match self {
            Self::Docker(engine, service) => {
                let own = self.containers().await?;
                if own.is_empty() {
                    return Err(RuntimeError::NoContainer(service.name.to_string()));
                }
                for container in &own {
                    engine.restart(&container.id, patience.grace).await?;
                }
                Ok(own.into_iter().map(|it| it.name).collect())
            }
            Self::Commands(service, _) => {
                let limit = Some(patience.grace + patience.command);
                match errand::run(service, Errand::Restart, limit, |_, _| {}).await {
                    Some(ended) => Ok(ended.map(|_| Vec::new())?),
                    None => Err(RuntimeError::NoContainer(service.name.to_string())),
                }
            }
        }
    }

    /// Whether a command prints its log.
    pub fn has_log_command(&self) -> bool {
        Errand::Logs.words(self.service()).is_some()
    }

    /// What the command prints that prints its log, line by line; nothing without one.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::Command`]; lines that came before it have been read.
    pub async fn print(
        &self,
        patience: Duration,
        mut read: impl FnMut(LogLine),
    ) -> Result<(), RuntimeError> {
        let read = |source, line: &str| read(LogLine::read(source, line));
        match errand::run(self.service(), Errand::Logs, Some(patience), read).await {
            Some(ended) => Ok(ended.map(|_| ())?),
            None => Ok(()),
        }
    }
}

impl RuntimeError {
    /// The same in the vocabulary of the locale files.
    pub fn failure(&self) -> Failure {
        translate::runtime_failure(self)
    }
}

/// Whether a Compose service is this one, or a worker or replica of it.
pub(crate) fn is_of(service: &Service, compose_service: &str) -> bool {
    service.compose_service.as_deref() == Some(compose_service)
        || service.also.iter().any(|name| name == compose_service)
}

/// How long a program has to end by itself before the engine ends it, as Compose gives.
pub const GRACE: Duration = Duration::from_secs(10);

/// How long a restart may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long a program has to end by itself before the engine ends it.
    pub grace: Duration,
    /// How long a command has besides.
    pub command: Duration,
}

impl Default for Patience {
    /// [`GRACE`] to end; a minute besides.
    fn default() -> Self {
        Self { grace: GRACE, command: Duration::from_mins(1) }
    }
}

/// How long a command may print a log.
pub const PRINTING: Duration = Duration::from_secs(10);

/// A container of a Compose service, as the engine describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The engine's id of it.
    pub id: String,
    /// The engine's id of its image.
    pub image: String,
    /// Its name, `shop_orders_1`.
    pub name: String,
    /// The Compose service that it runs.
    pub service: String,
    /// What it does.
    pub state: ContainerState,
    /// What its health check says; `None` when it has none.
    pub health: Option<Health>,
    /// How often the engine has started it again by itself.
    pub restarts: u64,
    /// When it was started last, by the engine's clock.
    pub started_at: Option<SystemTime>,
    /// When its run before that ended; `None` when there was none. What its log has behind that is of the last
    /// start: the engine notes a start a moment after it, when the program may have said something already.
    pub ended_before: Option<SystemTime>,
    /// What its program ended with, when it has ended.
    pub exit_code: Option<i64>,
    /// Whether the system ended it for want of memory.
    pub out_of_memory: bool,
    /// Its TCP ports, in the order of their numbers.
    pub ports: Vec<Port>,
    /// Its addresses in the networks of the engine; out of reach where the engine runs in a virtual machine.
    pub addresses: Vec<IpAddr>,
}

/// A TCP port that a container listens on, as its image or its Compose file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// Inside the container.
    pub inside: u16,
    /// The address of this machine that leads there.
    pub published: Option<SocketAddr>,
}

/// What a container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerState {
    /// Made and never started.
    Created,
    /// Runs.
    Running,
    /// Frozen.
    Paused,
    /// Ended, and the engine is about to start it again.
    Restarting,
    /// Ended.
    Exited,
    /// Being removed, or broken beyond that.
    Dead,
}

impl ContainerState {
    /// The name in `--json` and in the keys of the locale files; the engine's own word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Exited => "exited",
            Self::Dead => "dead",
        }
    }
}

/// What the health check of a container says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// Its start period is not over.
    Starting,
    /// It is well.
    Healthy,
    /// It is not.
    Unhealthy,
}

impl Health {
    /// The name in `--json` and in the keys of the locale files; the engine's own word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }
}

/// Why the engine could not be asked, or refused.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The address of the engine cannot be used.
    #[error(transparent)]
    Host(#[from] HostError),
    /// Nobody answers there.
    #[error("no container engine answers at {host}")]
    Unreachable {
        /// The address.
        host: String,
        /// What the client said.
        source: Box<bollard::errors::Error>,
    },
    /// It takes the call and gives no answer (fault 55).
    #[error("the container engine at {host} did not answer within {} s", after.as_secs())]
    Silent {
        /// The address.
        host: String,
        /// How long we waited.
        after: Duration,
    },
    /// It answered with a refusal.
    #[error("the container engine refused: {said}")]
    Refused {
        /// The HTTP status of the answer.
        status: u16,
        /// What it said.
        said: String,
    },
    /// A service has no container.
    #[error("the service {0} has no container")]
    NoContainer(String),
    /// A command that `radoub.toml` names did not do it.
    #[error(transparent)]
    Command(#[from] ErrandError),
}
