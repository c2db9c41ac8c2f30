//! Whether a service is well: its containers, its health route, and its own tables asked by ourselves.
//!
//! A route that answers a constant proves nothing about the database behind it (nine of the founding fleet's nine
//! routes do), so a service passes only when its tables were asked as well. The same look is taken after a change
//! and, alone, by `radoub verify`; what is done about a verdict is decided elsewhere.

mod database;
mod endpoint;

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::failure::{Failure, FailureCode};
use crate::fleet::file::VerifySection;
use crate::fleet::{Service, ServiceName};
use crate::observe::Look;
use crate::runtime::{Container, ContainerState, Health, Runtime, RuntimeError};

pub use endpoint::Endpoint;
pub(crate) use endpoint::times;

/// How often a service that is not well yet is looked at again.
const PAUSE: Duration = Duration::from_millis(200);

/// How long services have to become well, and to stay so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// How long a service that is starting has to become well.
    pub patience: Duration,
    /// How long it has to stay well before it is looked at a second time; zero for one look.
    pub quiet: Duration,
}

impl Default for Waits {
    /// A minute to come up, five seconds of quiet.
    fn default() -> Self {
        Self { patience: Duration::from_mins(1), quiet: Duration::from_secs(5) }
    }
}

impl Waits {
    /// As `radoub.toml` says.
    pub(crate) fn of(section: &VerifySection) -> Self {
        let usual = Self::default();
        let seconds = |given: Option<u32>, usual| {
            given.map_or(usual, |it: u32| Duration::from_secs(it.into()))
        };
        Self {
            patience: seconds(section.health_seconds, usual.patience),
            quiet: seconds(section.quiet_seconds, usual.quiet),
        }
    }
}

/// How a service is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateSettings {
    /// How the database is reached.
    pub look: Look,
    /// How long a service that is starting has to become well.
    pub patience: Duration,
    /// How long it has to stay well before it is looked at a second time; zero for one look.
    pub quiet: Duration,
    /// How long its health route has for one answer, where `radoub.toml` does not give it longer.
    pub answer: Duration,
}

impl Default for GateSettings {
    /// A minute to come up, five seconds of quiet, two seconds for an answer.
    fn default() -> Self {
        let Waits { patience, quiet } = Waits::default();
        Self { look: Look::default(), patience, quiet, answer: Duration::from_secs(2) }
    }
}

/// What a look came to, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that could be asked was, the tables among it, and is well.
    Pass,
    /// Nothing is wrong, and something that matters could not be asked.
    Inconclusive,
    /// Something is wrong.
    Fail,
}

impl Verdict {
    /// The verdict of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Pass, Self::Inconclusive, Self::Fail].into_iter().find(|it| it.as_str() == name)
    }

    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
        }
    }
}

/// What was found of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The service.
    pub service: ServiceName,
    /// All of it in one word.
    pub verdict: Verdict,
    /// What was looked at, in the order of looking.
    pub findings: Vec<Finding>,
    /// How long it took, the quiet period included.
    pub took: Duration,
}

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
        reason: String,
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
        failure: Box<crate::failure::Failure>,
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
            Self::EngineAway { reason } => {
                (FailureCode::ContainersUnseen, vec![("reason", reason.clone())])
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

impl Gate {
    /// Whether the database could not be asked.
    pub fn is_away(&self) -> bool {
        self.findings.iter().any(|it| matches!(it, Finding::DatabaseAway { .. }))
    }

    /// Whether the tables were asked and everything that the schema names can be read.
    pub fn is_readable(&self) -> bool {
        self.findings.iter().any(|it| matches!(it, Finding::Readable { .. }))
    }
}

/// Looks at a service until it is well or `patience` is over, waits the quiet period, and looks again.
///
/// `runtime` is the engine that runs its containers; `None` when there is none, an error when there is one that
/// does not answer. Files are named relative to `root`.
pub async fn gate(
    service: &Service,
    runtime: Result<Option<&Runtime>, &RuntimeError>,
    root: &Path,
    settings: &GateSettings,
) -> Gate {
    let begun = Instant::now();
    let mut first = settled(service, &runtime, settings, begun).await;
    if first.is_well() && !settings.quiet.is_zero() {
        tokio::time::sleep(settings.quiet).await;
        let before = std::mem::take(&mut first.containers);
        first = look(service, &runtime, settings).await;
        first.compare(&before);
    }
    let mut findings = first.findings;
    let known = findings.iter().map(Finding::verdict).max().unwrap_or(Verdict::Pass);
    let asked = database::readable(service, root, &settings.look).await;
    // Whatever a route says, a database that was not asked leaves the question open.
    let open = if asked.is_empty() { Verdict::Inconclusive } else { Verdict::Pass };
    let verdict = asked.iter().map(Finding::verdict).max().unwrap_or(Verdict::Pass);
    findings.extend(asked);
    Gate {
        service: service.name.clone(),
        verdict: known.max(open).max(verdict),
        findings,
        took: begun.elapsed(),
    }
}

/// What one look found of containers and route.
#[derive(Debug, Default)]
struct Looked {
    containers: Vec<Container>,
    findings: Vec<Finding>,
    /// Something may still become well by itself.
    starting: bool,
}

impl Looked {
    fn is_well(&self) -> bool {
        self.findings.iter().all(|it| it.verdict() != Verdict::Fail)
    }

    /// Notes containers that were started again since, by the engine or by somebody, and those that are gone.
    fn compare(&mut self, before: &[Container]) {
        // An engine that does not answer any more says nothing of any.
        if self.findings.iter().any(|it| matches!(it, Finding::EngineAway { .. })) {
            return;
        }
        for then in before {
            let container = then.name.clone();
            match self.containers.iter().find(|it| it.id == then.id) {
                None => self.findings.push(Finding::Vanished { container }),
                Some(now) if now.restarts > then.restarts => {
                    // One that is about to be started once more is told already.
                    if now.state != ContainerState::Restarting {
                        self.findings.push(Finding::Loops { container, restarts: now.restarts });
                    }
                }
                Some(now) if now.started_at > then.started_at => {
                    self.findings.push(Finding::StartedAgain { container });
                }
                Some(_) => {}
            }
        }
    }
}

/// The first look at which nothing is wrong, or the last one that patience allows.
async fn settled(
    service: &Service,
    runtime: &Result<Option<&Runtime>, &RuntimeError>,
    settings: &GateSettings,
    begun: Instant,
) -> Looked {
    loop {
        let looked = look(service, runtime, settings).await;
        if looked.is_well() || !looked.starting || begun.elapsed() + PAUSE > settings.patience {
            return looked;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn look(
    service: &Service,
    runtime: &Result<Option<&Runtime>, &RuntimeError>,
    settings: &GateSettings,
) -> Looked {
    let mut looked = Looked::default();
    match runtime {
        Ok(None) => {}
        Ok(Some(runtime)) => match runtime.containers().await {
            Ok(all) => {
                let own = |it: &Container| is_of(service, &it.service);
                looked.containers = all.into_iter().filter(own).collect();
                if looked.containers.is_empty() && service.compose_service.is_some() {
                    looked.findings.push(Finding::NoContainer);
                }
            }
            Err(error) => looked.findings.push(Finding::EngineAway { reason: error.to_string() }),
        },
        Err(error) => looked.findings.push(Finding::EngineAway { reason: error.to_string() }),
    }
    for container in &looked.containers {
        let finding = of_container(container);
        looked.starting |= matches!(
            (&finding, container.state),
            (Finding::Unwell { .. }, _) | (_, ContainerState::Created | ContainerState::Restarting)
        );
        looked.findings.push(finding);
    }
    if looked.is_well()
        && let Some(finding) = endpoint::ask(service, &looked.containers, settings.answer).await
    {
        // What has just been started may not listen yet, or answer that it is not ready.
        looked.starting |= finding.verdict() == Verdict::Fail;
        looked.findings.push(finding);
    }
    looked
}

/// Whether a Compose service is this one, or a worker or replica of it.
pub(crate) fn is_of(service: &Service, compose_service: &str) -> bool {
    service.compose_service.as_deref() == Some(compose_service)
        || service.also.iter().any(|name| name == compose_service)
}

fn of_container(container: &Container) -> Finding {
    let name = container.name.clone();
    match (container.state, container.health) {
        (ContainerState::Running, None | Some(Health::Healthy)) => {
            Finding::Runs { container: name, checked: container.health.is_some() }
        }
        (ContainerState::Running, Some(health)) => Finding::Unwell { container: name, health },
        (ContainerState::Restarting, _) => {
            Finding::Loops { container: name, restarts: container.restarts }
        }
        (state, _) => Finding::Stands {
            container: name,
            state,
            exit_code: container.exit_code,
            out_of_memory: container.out_of_memory,
        },
    }
}
