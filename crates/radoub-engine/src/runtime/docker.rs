//! Asks Docker's API and gives it orders.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use bollard::Docker as Client;
use bollard::container::LogOutput;
use bollard::errors::Error;
use bollard::models::{
    ContainerInspectResponse, ContainerStateStatusEnum, EndpointSettings, HealthStatusEnum, PortMap,
};
use bollard::query_parameters::{
    ListContainersOptionsBuilder, LogsOptionsBuilder, RestartContainerOptionsBuilder,
    StopContainerOptionsBuilder,
};
use futures_util::StreamExt as _;
use futures_util::future::try_join_all;

use super::logs::moment;
use super::{Container, ContainerState, Health, LogLine, LogRequest, Port, RuntimeError, Source};

/// The version of the API that is asked for first; an older engine is spoken to in its own.
const API: &bollard::ClientVersion = bollard::API_DEFAULT_VERSION;

/// The labels that Compose puts on its containers.
const PROJECT: &str = "com.docker.compose.project";
const SERVICE: &str = "com.docker.compose.service";
const ONE_OFF: &str = "com.docker.compose.oneoff";

/// The containers of one Compose project on one engine.
#[derive(Debug, Clone)]
pub struct Docker {
    engine: Client,
    /// How the engine is reached, as `DOCKER_HOST` would say it.
    host: String,
    /// The Compose project.
    project: String,
    /// How long a single answer may take.
    deadline: Duration,
}

impl Docker {
    /// Opens a line to the engine at `host` (see [`super::engine_host`]) and agrees on a version of its API.
    ///
    /// `deadline` bounds each single answer, not the whole of a restart or a log that is followed.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::Unreachable`] or [`RuntimeError::Silent`].
    pub async fn connect(
        host: &str,
        project: &str,
        deadline: Duration,
    ) -> Result<Self, RuntimeError> {
        let unreachable = |source: Error| RuntimeError::Unreachable {
            host: host.to_owned(),
            source: Box::new(source),
        };
        // The client's own limit is for connecting; ours is below it and is told apart.
        let patience = deadline.as_secs().saturating_add(60);
        let engine = if host.starts_with("tcp://") || host.starts_with("http://") {
            Client::connect_with_http(host, patience, API)
        } else {
            Client::connect_with_socket(host, patience, API)
        };
        let engine = engine.map_err(unreachable)?;
        let agreed = tokio::time::timeout(deadline, engine.negotiate_version()).await;
        let engine = agreed
            .map_err(|_| RuntimeError::Silent { host: host.to_owned(), after: deadline })?
            .map_err(unreachable)?;
        Ok(Self { engine, host: host.to_owned(), project: project.to_owned(), deadline })
    }

    /// All containers of the project, stopped ones too, by service and name. Those that `compose run` made are
    /// left out.
    ///
    /// # Errors
    ///
    /// [`RuntimeError`].
    pub async fn containers(&self) -> Result<Vec<Container>, RuntimeError> {
        let wanted = vec![format!("{PROJECT}={}", self.project), format!("{ONE_OFF}=False")];
        let filters = HashMap::from([("label".to_owned(), wanted)]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let listed = self.ask(self.engine.list_containers(Some(options))).await?;
        let ids = listed.iter().filter_map(|it| it.id.as_deref());
        let inspected = try_join_all(ids.map(|id| self.inspected(id))).await?;
        let mut containers: Vec<Container> = inspected.into_iter().flatten().collect();
        containers.sort_by(|one, two| (&one.service, &one.name).cmp(&(&two.service, &two.name)));
        Ok(containers)
    }

    /// A container as it is now; `None` when it is gone.
    async fn inspected(&self, id: &str) -> Result<Option<Container>, RuntimeError> {
        match self.ask(self.engine.inspect_container(id, None)).await {
            Ok(inspected) => Ok(Some(container(inspected))),
            Err(RuntimeError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// When an image was made; `None` when it is gone, or does not say.
    ///
    /// # Errors
    ///
    /// [`RuntimeError`].
    pub async fn image_made(&self, image: &str) -> Result<Option<SystemTime>, RuntimeError> {
        match self.ask(self.engine.inspect_image(image)).await {
            Ok(inspected) => Ok(inspected.created.as_deref().and_then(moment)),
            Err(RuntimeError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Ends the container's program (by its stop signal, after `grace` by force) and starts it again. A container
    /// that stands still is started.
    ///
    /// # Errors
    ///
    /// [`RuntimeError`]; the container may have been stopped and not started then.
    pub async fn restart(&self, id: &str, grace: Duration) -> Result<(), RuntimeError> {
        let options = RestartContainerOptionsBuilder::new().t(seconds(grace)).build();
        self.ask_within(grace + self.deadline, self.engine.restart_container(id, Some(options)))
            .await
    }

    /// Ends the container's program, as [`Docker::restart`]; one that stands still already is no error.
    ///
    /// # Errors
    ///
    /// [`RuntimeError`].
    pub async fn stop(&self, id: &str, grace: Duration) -> Result<(), RuntimeError> {
        let options = StopContainerOptionsBuilder::new().t(seconds(grace)).build();
        let stopped = self.engine.stop_container(id, Some(options));
        unless_so_already(self.ask_within(grace + self.deadline, stopped).await)
    }

    /// Starts the container; one that runs already is no error.
    ///
    /// # Errors
    ///
    /// [`RuntimeError`].
    pub async fn start(&self, id: &str) -> Result<(), RuntimeError> {
        unless_so_already(self.ask(self.engine.start_container(id, None)).await)
    }

    /// What these containers printed, all read at once: for each line, `read` gets the container's place in
    /// `ids` and the line; those of one container in the order of printing.
    ///
    /// # Errors
    ///
    /// The first [`RuntimeError`]; lines that came before it have been read.
    pub async fn logs(
        &self,
        ids: &[&str],
        request: &LogRequest,
        read: impl FnMut(usize, LogLine),
    ) -> Result<(), RuntimeError> {
        let read = RefCell::new(read);
        let each = ids.iter().enumerate().map(|(place, id)| {
            let read = &read;
            self.logs_of(id, request, move |line| read.borrow_mut()(place, line))
        });
        try_join_all(each).await.map(|_| ())
    }

    async fn logs_of(
        &self,
        id: &str,
        request: &LogRequest,
        mut read: impl FnMut(LogLine),
    ) -> Result<(), RuntimeError> {
        let tail = request.tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string());
        let mut options = LogsOptionsBuilder::new()
            .stdout(true)
            .stderr(true)
            .timestamps(true)
            .follow(request.follow)
            .tail(&tail);
        if let Some(since) = request.since {
            options = options.since(unix(since));
        }
        if let Some(until) = request.until {
            options = options.until(unix(until));
        }
        let mut lines = std::pin::pin!(self.engine.logs(id, Some(options.build())));
        loop {
            let next = if request.follow {
                lines.next().await
            } else {
                let next = tokio::time::timeout(self.deadline, lines.next()).await;
                next.map_err(|_| self.silent(self.deadline))?
            };
            let Some(output) = next else { return Ok(()) };
            let output = output.map_err(|error| self.failure(error))?;
            let source = match &output {
                LogOutput::StdErr { .. } => Source::Error,
                _ => Source::Output,
            };
            read(LogLine::read(source, &output.to_string()));
        }
    }

    /// The project whose containers these are.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The address of the engine.
    pub fn host(&self) -> &str {
        &self.host
    }

    async fn ask<T>(
        &self,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, RuntimeError> {
        self.ask_within(self.deadline, answer).await
    }

    async fn ask_within<T>(
        &self,
        patience: Duration,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, RuntimeError> {
        match tokio::time::timeout(patience, answer).await {
            Ok(answer) => answer.map_err(|error| self.failure(error)),
            Err(_) => Err(self.silent(patience)),
        }
    }

    fn silent(&self, after: Duration) -> RuntimeError {
        RuntimeError::Silent { host: self.host.clone(), after }
    }

    fn failure(&self, error: Error) -> RuntimeError {
        match error {
            Error::DockerResponseServerError { status_code, message } => {
                RuntimeError::Refused { status: status_code, said: message }
            }
            source => {
                RuntimeError::Unreachable { host: self.host.clone(), source: Box::new(source) }
            }
        }
    }
}

/// The engine answers 304 when a container is as it was wanted.
fn unless_so_already(outcome: Result<(), RuntimeError>) -> Result<(), RuntimeError> {
    match outcome {
        Err(RuntimeError::Refused { status: 304, .. }) => Ok(()),
        other => other,
    }
}

fn container(inspected: ContainerInspectResponse) -> Container {
    let labels = inspected.config.and_then(|it| it.labels).unwrap_or_default();
    let state = inspected.state.unwrap_or_default();
    let health = state.health.and_then(|health| match health.status? {
        HealthStatusEnum::STARTING => Some(Health::Starting),
        HealthStatusEnum::HEALTHY => Some(Health::Healthy),
        HealthStatusEnum::UNHEALTHY => Some(Health::Unhealthy),
        HealthStatusEnum::NONE | HealthStatusEnum::EMPTY => None,
    });
    let network = inspected.network_settings.unwrap_or_default();
    let kind = match state.status {
        Some(ContainerStateStatusEnum::RUNNING | ContainerStateStatusEnum::STOPPING) => {
            ContainerState::Running
        }
        Some(ContainerStateStatusEnum::PAUSED) => ContainerState::Paused,
        Some(ContainerStateStatusEnum::RESTARTING) => ContainerState::Restarting,
        Some(ContainerStateStatusEnum::EXITED) => ContainerState::Exited,
        Some(ContainerStateStatusEnum::CREATED) => ContainerState::Created,
        _ => ContainerState::Dead,
    };
    let (started_at, finished_at) = (
        state.started_at.as_deref().and_then(moment),
        state.finished_at.as_deref().and_then(moment),
    );
    Container {
        id: inspected.id.unwrap_or_default(),
        image: inspected.image.unwrap_or_default(),
        name: inspected.name.unwrap_or_default().trim_start_matches('/').to_owned(),
        service: labels.get(SERVICE).cloned().unwrap_or_default(),
        state: kind,
        health,
        restarts: inspected.restart_count.and_then(|it| it.try_into().ok()).unwrap_or(0),
        started_at,
        // Of one that does not run now it is its last run that has ended.
        ended_before: finished_at.map(|at| started_at.map_or(at, |start| at.min(start))),
        // A container that has not ended yet says 0 as well.
        exit_code: state.exit_code.filter(|_| kind == ContainerState::Exited),
        out_of_memory: state.oom_killed.unwrap_or(false),
        ports: ports(network.ports.unwrap_or_default()),
        addresses: addresses(network.networks.unwrap_or_default()),
    }
}

fn ports(map: PortMap) -> Vec<Port> {
    let mut ports: Vec<Port> = map
        .into_iter()
        .filter_map(|(name, bindings)| {
            let inside = name.strip_suffix("/tcp")?.parse().ok()?;
            let published = bindings.unwrap_or_default().iter().find_map(|binding| {
                let address = match binding.host_ip.as_deref().unwrap_or_default() {
                    "" | "0.0.0.0" => IpAddr::from([127, 0, 0, 1]),
                    "::" => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
                    other => other.parse().ok()?,
                };
                Some(SocketAddr::new(address, binding.host_port.as_ref()?.parse().ok()?))
            });
            Some(Port { inside, published })
        })
        .collect();
    ports.sort();
    ports
}

fn addresses(networks: HashMap<String, EndpointSettings>) -> Vec<IpAddr> {
    let written = networks.into_values().filter_map(|network| network.ip_address);
    let mut addresses: Vec<IpAddr> = written.filter_map(|text| text.parse().ok()).collect();
    addresses.sort();
    addresses
}

/// Whole seconds, rounded up: 0 would mean by force.
fn seconds(grace: Duration) -> i32 {
    let whole = grace.as_secs() + u64::from(grace.subsec_nanos() > 0);
    i32::try_from(whole).unwrap_or(i32::MAX)
}

/// Seconds since 1970, as the engine takes them; the second itself is included.
fn unix(at: SystemTime) -> i32 {
    let after = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i32::try_from(after.as_secs()).unwrap_or(i32::MAX)
}
