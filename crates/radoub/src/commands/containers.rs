//! The container engine of the fleet: which one, which containers are its services', and what is told when it
//! does not answer.

use std::time::Duration;

use radoub_engine::errand::Errand;
use radoub_engine::failure::Failure;
use radoub_engine::fleet::{Fleet, Service};
use radoub_engine::runtime::{Compose, Container, Docker, RuntimeError, engine_host};

use super::App;
use super::check::{failure_lines, failure_remedy};
use crate::error::CliError;
use crate::ui::Ui;

/// How long the engine has for one answer when `--timeout` says nothing.
const DEADLINE: Duration = Duration::from_secs(10);

impl App {
    /// A line to the engine that runs the fleet's Compose project.
    pub(crate) async fn runtime_of(&self, fleet: &Fleet) -> Result<Docker, RuntimeError> {
        let host = engine_host(self.environment())?;
        let deadline = self.look().timeout.unwrap_or(DEADLINE);
        let project = fleet.compose_project.as_ref().unwrap_or(&fleet.project);
        Docker::connect(&host, project, deadline).await
    }

    /// The same for these services: an engine that is away is an error where one of them has no command that does
    /// this instead, and `None` elsewhere.
    pub(crate) async fn engine_for(
        &self,
        ui: &Ui,
        fleet: &Fleet,
        services: &[Service],
        errand: Errand,
    ) -> Result<Option<Docker>, CliError> {
        let runs_itself =
            |it: &Service| Errand::Restart.words(it).is_some() || errand.words(it).is_some();
        if !services.iter().all(runs_itself) {
            return self.runtime(ui, fleet).await.map(Some);
        }
        if services.iter().all(|it| it.compose_service.is_none()) {
            return Ok(None);
        }
        Ok(self.runtime_of(fleet).await.ok())
    }

    /// The Compose command for the fleet's project.
    pub(crate) async fn compose(&self, ui: &Ui, fleet: &Fleet) -> Result<Compose, CliError> {
        let folder = fleet.compose_files.first().and_then(|it| it.parent()).unwrap_or(&fleet.root);
        let project = fleet.compose_project.as_ref().unwrap_or(&fleet.project);
        let files = &fleet.compose_files;
        let compose = Compose::find(folder, project, files, self.environment()).await;
        compose.map_err(|error| told(ui, &error.failure()))
    }

    /// The same for a command that cannot do without.
    pub(crate) async fn runtime(&self, ui: &Ui, fleet: &Fleet) -> Result<Docker, CliError> {
        self.runtime_of(fleet).await.map_err(|error| runtime_error(ui, &error))
    }
}

/// The containers of the fleet's services, in its order.
pub(crate) fn of_fleet(fleet: &Fleet, containers: &[Container]) -> Vec<(String, Container)> {
    let mut chosen = Vec::new();
    for service in &fleet.services {
        let own = service.compose_service.iter().chain(&service.also);
        for name in own {
            for container in containers.iter().filter(|it| it.service == *name) {
                chosen.push((service.name.to_string(), container.clone()));
            }
        }
    }
    chosen
}

/// What went wrong with the engine, or with a command in its place, and what to do.
pub(crate) fn runtime_error(ui: &Ui, error: &RuntimeError) -> CliError {
    told(ui, &error.failure())
}

/// A failure that is the command's own, as its error.
pub(crate) fn told(ui: &Ui, failure: &Failure) -> CliError {
    let mut lines = failure_lines(ui, failure).into_iter();
    CliError::Told {
        heading: lines.next().unwrap_or_default(),
        causes: lines.collect(),
        remedy: failure_remedy(ui, failure, failure.value("service").unwrap_or_default()),
    }
}
