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
use crate::fleet::{Service, ServiceName};
use crate::observe::Look;
use crate::runtime::{Container, ContainerState, Health, Runtime, RuntimeError};
use crate::translate;

pub(crate) use database::readable;
pub use endpoint::Endpoint;
pub(crate) use endpoint::times;

/// How often a service that is not well yet is looked at again.
const PAUSE: Duration = Duration::from_millis(200);

/// How a service is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateSettings {
    /// How the database is reached.
    pub look: Look,
    /// How long a service that is starting has to become well.
    pub patience: Duration,
    /// How long it has to stay well before it is looked at a second time; zero for one look.
    pub quiet: Duration,
    /// How long its health route has for one answer.
    pub answer: Duration,
}

impl Default for GateSettings {
    /// A minute to come up, five seconds of quiet, two seconds for an answer.
    fn default() -> Self {
        Self {
            look: Look::default(),
            patience: Duration::from_mins(1),
            quiet: Duration::from_secs(5),
            answer: Duration::from_secs(2),
        }
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
    /// From the beginning to the end of the first look at which nothing was wrong with containers and route; `None`
    /// when there was no such look.
    pub well_after: Option<Duration>,
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
            | Self::Unwell { .. }
            | Self::Refuses(_)
            | Self::Silent { .. }
            | Self::Unreadable { .. }
            | Self::DatabaseAway { .. } => Verdict::Fail,
        }
    }

    /// The failure that it is; `None` for what is no failure.
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
            Self::Runs { .. }
            | Self::Answers(_)
            | Self::Readable { .. }
            | Self::NoContainer
            | Self::EngineAway { .. }
            | Self::SchemaRefused { .. }
            | Self::SchemaAway { .. } => return None,
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
            Self::Unwell { .. } => "unwell",
            Self::EngineAway { .. } => "engine-away",
            Self::Answers(_) => "answers",
            Self::Refuses(_) => "refuses",
            Self::Silent { .. } => "silent",
            Self::Readable { .. } => "readable",
            Self::Unreadable { .. } => "unreadable",
            Self::DatabaseAway { .. } => "database-away",
            Self::SchemaRefused { .. } => "schema-refused",
            Self::SchemaAway { .. } => "schema-away",
        }
    }
}

/// Looks at a service until it is well or `patience` is over, waits the quiet period, and looks again.
///
/// `runtime` is what runs it ([`Runtime::of`]); `None` when nobody knows, an error when there is an engine that
/// does not answer. Files are named relative to `root`.
pub async fn gate(
    service: &Service,
    runtime: Result<Option<Runtime<'_>>, &RuntimeError>,
    root: &Path,
    settings: &GateSettings,
) -> Gate {
    let begun = Instant::now();
    let mut first = settled(service, &runtime, settings, begun).await;
    let well_after = first.is_well().then(|| begun.elapsed());
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
        well_after,
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

    /// Notes containers that the engine has started again since.
    fn compare(&mut self, before: &[Container]) {
        for now in &self.containers {
            let then = before.iter().find(|it| it.id == now.id);
            if then.is_some_and(|then| now.restarts > then.restarts) {
                self.findings
                    .push(Finding::Loops { container: now.name.clone(), restarts: now.restarts });
            }
        }
    }
}

/// The first look at which nothing is wrong, or the last one that patience allows.
async fn settled(
    service: &Service,
    runtime: &Result<Option<Runtime<'_>>, &RuntimeError>,
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
    runtime: &Result<Option<Runtime<'_>>, &RuntimeError>,
    settings: &GateSettings,
) -> Looked {
    let mut looked = Looked::default();
    match runtime {
        Ok(None) => {}
        Ok(Some(runtime)) => match runtime.containers().await {
            Ok(own) => {
                looked.containers = own;
                if looked.containers.is_empty() && matches!(runtime, Runtime::Docker(..)) {
                    looked.findings.push(Finding::NoContainer);
                }
            }
            Err(error) => looked.findings.push(engine_away(&error)),
        },
        Err(error) => looked.findings.push(engine_away(error)),
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

fn engine_away(error: &RuntimeError) -> Finding {
    Finding::EngineAway { failure: Box::new(translate::runtime_failure(error)) }
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
