//! The containers of the fleet: what state they are in, what they print, how they are stopped, started,
//! restarted and built anew.
//!
//! State, logs and restarts go through the engine's API; building and bringing up go through the Compose
//! command, which alone does them right. When a service has to be restarted, and whether it came back well,
//! is decided elsewhere.

mod compose;
mod docker;
mod host;
mod logs;

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

pub use compose::{Compose, ComposeFailure};
pub use host::{HostError, engine_host};
pub use logs::{LogLine, LogRequest, Source};

pub use crate::fleet::place::without_user as masked;

/// The containers of one Compose project on one engine.
#[derive(Debug, Clone)]
pub struct Runtime {
    engine: bollard::Docker,
    /// How the engine is reached, as `DOCKER_HOST` would say it.
    host: String,
    /// The Compose project.
    project: String,
    /// How long a single answer may take.
    deadline: Duration,
}

/// A container of a Compose service, as the engine describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The engine's id of it.
    pub id: String,
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
}
