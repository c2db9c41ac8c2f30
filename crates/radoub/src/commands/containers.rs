//! The container engine of the fleet: which one, which containers are its services', and what is told when it
//! does not answer.

use std::time::Duration;

use radoub_engine::fleet::Fleet;
use radoub_engine::runtime::{Container, Runtime, RuntimeError, engine_host};

use super::App;
use crate::error::{CliError, chain};
use crate::ui::Ui;

/// How long the engine has for one answer when `--timeout` says nothing.
const DEADLINE: Duration = Duration::from_secs(10);

impl App {
    /// A line to the engine that runs the fleet's Compose project.
    pub(crate) async fn runtime_of(&self, fleet: &Fleet) -> Result<Runtime, RuntimeError> {
        let host = engine_host(self.environment())?;
        let deadline = self.look().timeout.unwrap_or(DEADLINE);
        let project = fleet.compose_project.as_ref().unwrap_or(&fleet.project);
        Runtime::connect(&host, project, deadline).await
    }

    /// The same for a command that cannot do without.
    pub(crate) async fn runtime(&self, ui: &Ui, fleet: &Fleet) -> Result<Runtime, CliError> {
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

/// What went wrong with the engine, and what to do.
pub(crate) fn runtime_error(ui: &Ui, error: &RuntimeError) -> CliError {
    let (heading, remedy) = match error {
        RuntimeError::Host(_) => ("runtime-host", "runtime-host-remedy"),
        RuntimeError::Unreachable { .. } => ("runtime-unreachable", "runtime-unreachable-remedy"),
        RuntimeError::Silent { .. } => ("runtime-silent", "runtime-silent-remedy"),
        RuntimeError::Refused { .. } => ("runtime-refused", "runtime-refused-remedy"),
        RuntimeError::NoContainer(_) => ("runtime-no-container", "runtime-no-container-remedy"),
    };
    CliError::Told { heading: ui.say(heading), causes: chain(error), remedy: Some(ui.say(remedy)) }
}
