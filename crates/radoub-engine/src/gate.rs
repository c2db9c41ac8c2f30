//! Whether a service is well: its containers, its health route, and its own tables asked by ourselves.
//!
//! A route that answers a constant proves nothing about the database behind it (nine of the founding fleet's nine
//! routes do), so a service passes only when its tables were asked as well. The same look is taken after a change
//! and, alone, by `radoub verify`; what is done about a verdict is decided elsewhere.

mod database;
mod endpoint;
mod finding;

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::fleet::file::VerifySection;
use crate::fleet::{Service, ServiceName};
use crate::observe::Look;
use crate::runtime::{Container, ContainerState, Health, Runtime, RuntimeError};
use crate::translate;

pub(crate) use database::readable;
pub use endpoint::Endpoint;
pub(crate) use endpoint::times;
pub use finding::Finding;

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
    /// From the beginning to the end of the first look at which nothing was wrong with containers and route; `None`
    /// when there was no such look.
    pub well_after: Option<Duration>,
    /// How long it took, the quiet period included.
    pub took: Duration,
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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    /// A container that runs, started so many seconds after the beginning of time.
    fn container(id: &str, started: u64, restarts: u64) -> Container {
        Container {
            id: id.to_owned(),
            image: String::new(),
            name: format!("shop-{id}"),
            service: "shop".to_owned(),
            state: ContainerState::Running,
            health: None,
            restarts,
            started_at: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(started)),
            ended_before: None,
            exit_code: None,
            out_of_memory: false,
            ports: Vec::new(),
            addresses: Vec::new(),
        }
    }

    /// What the second look notes.
    fn noted(before: &[Container], now: Vec<Container>) -> Vec<Finding> {
        let mut looked = Looked { containers: now, ..Looked::default() };
        looked.compare(before);
        looked.findings
    }

    #[test]
    fn a_container_that_is_not_the_same_at_the_second_look_is_noted() {
        let before = [container("a", 10, 1)];
        let name = || "shop-a".to_owned();
        let cases = [
            (vec![container("a", 10, 1)], Vec::new()),
            (vec![container("a", 12, 2)], vec![Finding::Loops { container: name(), restarts: 2 }]),
            (vec![container("a", 12, 1)], vec![Finding::StartedAgain { container: name() }]),
            (vec![], vec![Finding::Vanished { container: name() }]),
            // Somebody made it anew, and one more.
            (
                vec![container("b", 12, 0), container("c", 12, 0)],
                vec![Finding::Vanished { container: name() }],
            ),
            (vec![container("a", 10, 1), container("b", 12, 0)], Vec::new()),
        ];
        for (now, expected) in cases {
            assert_eq!(noted(&before, now), expected);
        }
        assert!(noted(&before, Vec::new()).iter().all(|it| it.verdict() == Verdict::Fail));
    }

    #[test]
    fn an_engine_that_does_not_answer_at_the_second_look_says_nothing_of_containers() {
        let away = RuntimeError::Silent { host: "x".to_owned(), after: Duration::from_secs(1) };
        let away = engine_away(&away);
        let mut looked = Looked { findings: vec![away.clone()], ..Looked::default() };
        looked.compare(&[container("a", 10, 0)]);
        assert_eq!(looked.findings, [away]);
    }
}
