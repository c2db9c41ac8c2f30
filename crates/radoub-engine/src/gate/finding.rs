//! One thing that a look at a service found: what it means, and what it is as a failure of the service.

use std::time::Duration;

use super::{Endpoint, Verdict};
use crate::failure::{Failure, FailureCode};
use crate::runtime::{ContainerState, Health};

/// One thing that was looked at. `Display`-free: the command puts it into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A container runs, and its health check is content if it has one.
    Runs {
        /// Its name.
        container: String,
        /// Whether a health check said so.
        checked: bool,
    },
    /// The service has no container.
    NoContainer,
    /// A container does not run.
    Stands {
        /// Its name.
        container: String,
        /// What it does instead.
        state: ContainerState,
        /// What its program ended with.
        exit_code: Option<i64>,
        /// Whether the system ended it for want of memory.
        out_of_memory: bool,
    },
    /// A container was started again by the engine while it was watched, or is in a circle of that.
    Loops {
        /// Its name.
        container: String,
        /// How often so far.
        restarts: u64,
    },
    /// A container was started again while it was watched, and not by the engine.
    StartedAgain {
        /// Its name.
        container: String,
    },
    /// A container that was there at the first look was gone at the second.
    Vanished {
        /// Its name.
        container: String,
    },
    /// A container's health check is not content.
    Unwell {
        /// Its name.
        container: String,
        /// What the check says.
        health: Health,
    },
    /// The engine could not be asked, and it should have been.
    EngineAway {
        /// Why.
        failure: Box<Failure>,
    },
    /// The health route answered as it should.
    Answers(Endpoint),
    /// The health route answered with a status that it should not.
    Refuses(Endpoint),
    /// The health route answered with another status than `radoub.toml` says.
    Unexpected {
        /// The answer.
        endpoint: Endpoint,
        /// The status that it should have.
        wanted: u16,
    },
    /// The health route answered as it should, and took longer than `radoub.toml` says.
    Slow {
        /// The answer.
        endpoint: Endpoint,
        /// How long it may take.
        within: Duration,
    },
    /// The health route gave no answer.
    Silent {
        /// Its address.
        address: String,
        /// Why, without secrets.
        reason: String,
    },
    /// Every column that the schema names can be read.
    Readable {
        /// Number of tables that were asked.
        tables: usize,
    },
    /// A table cannot be read as the service will.
    Unreadable {
        /// The table, quoted.
        table: String,
        /// The columns that are not there or may not be read; empty for the whole table.
        columns: Vec<String>,
        /// SQLSTATE.
        sqlstate: String,
        /// What the server said.
        said: String,
    },
    /// The database could not be asked.
    DatabaseAway {
        /// Why, in the words of the code of the failure.
        failure: Box<Failure>,
    },
    /// The schema has mistakes, so nobody knows which tables to ask.
    SchemaRefused {
        /// How many.
        mistakes: usize,
    },
    /// The schema cannot be read.
    SchemaAway {
        /// Why.
        reason: String,
    },
}

impl Finding {
    /// What it means for the service.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Runs { .. } | Self::Answers(_) | Self::Readable { .. } => Verdict::Pass,
            Self::NoContainer
            | Self::EngineAway { .. }
            | Self::SchemaRefused { .. }
            | Self::SchemaAway { .. } => Verdict::Inconclusive,
            Self::Stands { .. }
            | Self::Loops { .. }
            | Self::StartedAgain { .. }
            | Self::Vanished { .. }
            | Self::Unwell { .. }
            | Self::Refuses(_)
            | Self::Unexpected { .. }
            | Self::Slow { .. }
            | Self::Silent { .. }
            | Self::Unreadable { .. }
            | Self::DatabaseAway { .. } => Verdict::Fail,
        }
    }

    /// The same as a failure of the service, also of what could not be found out; `None` for what is well.
    pub fn failure(&self) -> Option<Failure> {
        let (code, values) = match self {
            Self::Stands { container, state, exit_code, .. } => {
                let code = exit_code.map_or_else(|| "none".to_owned(), |it| it.to_string());
                let values = vec![
                    ("container", container.clone()),
                    ("state", state.as_str().to_owned()),
                    ("code", code),
                ];
                (FailureCode::ServiceDown, values)
            }
            Self::Loops { container, restarts } => {
                let values =
                    vec![("container", container.clone()), ("count", restarts.to_string())];
                (FailureCode::ServiceLoops, values)
            }
            Self::StartedAgain { container } => {
                (FailureCode::ServiceStartedAgain, vec![("container", container.clone())])
            }
            Self::Vanished { container } => {
                (FailureCode::ServiceVanished, vec![("container", container.clone())])
            }
            Self::Unwell { container, health } => {
                let values =
                    vec![("container", container.clone()), ("state", health.as_str().to_owned())];
                (FailureCode::ServiceUnwell, values)
            }
            Self::Refuses(endpoint) => {
                let values = vec![
                    ("address", endpoint.address.clone()),
                    ("status", endpoint.status.to_string()),
                ];
                (FailureCode::RouteRefuses, values)
            }
            Self::Unexpected { endpoint, wanted } => {
                let values = vec![
                    ("address", endpoint.address.clone()),
                    ("status", endpoint.status.to_string()),
                    ("wanted", wanted.to_string()),
                ];
                (FailureCode::RouteUnexpected, values)
            }
            Self::Slow { endpoint, within } => {
                let values = vec![
                    ("address", endpoint.address.clone()),
                    ("found", endpoint.took.as_millis().to_string()),
                    ("wanted", within.as_millis().to_string()),
                ];
                (FailureCode::RouteSlow, values)
            }
            Self::Silent { address, reason } => {
                let values = vec![("address", address.clone()), ("reason", reason.clone())];
                (FailureCode::RouteSilent, values)
            }
            Self::Unreadable { table, columns, said, .. } => {
                let values = vec![
                    ("table", table.clone()),
                    ("columns", columns.join(", ")),
                    ("count", columns.len().to_string()),
                    ("reason", said.clone()),
                ];
                (FailureCode::TableUnreadable, values)
            }
            Self::DatabaseAway { failure } => return Some((**failure).clone()),
            Self::NoContainer => (FailureCode::NoContainer, Vec::new()),
            Self::EngineAway { failure } => {
                let unseen = Failure::new(FailureCode::ContainersUnseen, Vec::new());
                return Some(unseen.because((**failure).clone()));
            }
            Self::SchemaRefused { mistakes } => {
                (FailureCode::TablesUnknown, vec![("count", mistakes.to_string())])
            }
            Self::SchemaAway { reason } => {
                let path = "schema.prisma".to_owned();
                (FailureCode::Unreadable, vec![("path", path), ("reason", reason.clone())])
            }
            Self::Runs { .. } | Self::Answers(_) | Self::Readable { .. } => return None,
        };
        Some(Failure::new(code, values))
    }

    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Runs { .. } => "runs",
            Self::NoContainer => "no-container",
            Self::Stands { .. } => "stands",
            Self::Loops { .. } => "loops",
            Self::StartedAgain { .. } => "started-again",
            Self::Vanished { .. } => "vanished",
            Self::Unwell { .. } => "unwell",
            Self::EngineAway { .. } => "engine-away",
            Self::Answers(_) => "answers",
            Self::Refuses(_) => "refuses",
            Self::Unexpected { .. } => "unexpected",
            Self::Slow { .. } => "slow",
            Self::Silent { .. } => "silent",
            Self::Readable { .. } => "readable",
            Self::Unreadable { .. } => "unreadable",
            Self::DatabaseAway { .. } => "database-away",
            Self::SchemaRefused { .. } => "schema-refused",
            Self::SchemaAway { .. } => "schema-away",
        }
    }
}
