//! What the doctor mends: servers that are down, databases that are not there. Which ones, and how a server is started;
//! creating and applying is the work of `apply`.

use crate::failure::FailureCode;
use crate::fleet::discover::Inventory;
use crate::fleet::{Fleet, Prisma, ServiceName};
use crate::observe::Observed;
use crate::runtime::{Compose, ComposeFailure, ContainerState, Docker, RuntimeError};
use crate::state::State;

/// A server that does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Down {
    /// The Compose service that runs it; `None` when it is not of the project.
    pub server: Option<String>,
    /// Its address, or its name inside the Compose network.
    pub address: String,
    /// The services that need it.
    pub services: Vec<ServiceName>,
}

/// A database that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// The service that needs it.
    pub service: ServiceName,
    /// Its name.
    pub database: String,
    /// The server.
    pub server: String,
    /// The role that will own it.
    pub role: String,
}

/// Why a server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The container engine did not do it.
    #[error(transparent)]
    Engine(#[from] RuntimeError),
    /// The Compose command did not do it.
    #[error(transparent)]
    Compose(#[from] ComposeFailure),
}

/// The servers that do not answer, by what `observed` (in the order of the fleet) saw.
pub fn down(inventory: &Inventory, fleet: &Fleet, observed: &[Observed]) -> Vec<Down> {
    let mut found: Vec<Down> = Vec::new();
    for (service, seen) in fleet.services.iter().zip(observed) {
        let Some(problem) = &seen.problem else { continue };
        let is_down = problem.code == FailureCode::NotPublished
            || (seen.state == State::Unreachable
                && matches!(
                    problem.code,
                    FailureCode::ConnectionRefused
                        | FailureCode::ConnectionTimedOut
                        | FailureCode::UnknownHost
                        | FailureCode::ServerNotReady
                        | FailureCode::ConnectionLost
                ));
        if !is_down {
            continue;
        }
        let server = inventory.server_of(service).map(|it| it.name.clone());
        let address = match &service.prisma {
            Prisma::Managed(managed) => match &managed.url {
                Ok(url) => url.server(),
                Err(_) => server.clone().unwrap_or_default(),
            },
            Prisma::NotApplicable(_) => continue,
        };
        let same = |it: &&mut Down| {
            if server.is_some() { it.server == server } else { it.address == address }
        };
        match found.iter_mut().find(same) {
            Some(known) => known.services.push(service.name.clone()),
            None => found.push(Down { server, address, services: vec![service.name.clone()] }),
        }
    }
    found
}

/// The databases that are not there.
pub fn absent(fleet: &Fleet, observed: &[Observed]) -> Vec<Absent> {
    let absent = fleet.services.iter().zip(observed).filter_map(|(service, seen)| {
        let Prisma::Managed(managed) = &service.prisma else { return None };
        let url = managed.url.as_ref().ok().filter(|_| seen.state == State::DatabaseMissing)?;
        Some(Absent {
            service: service.name.clone(),
            database: url.database().to_owned(),
            server: url.server(),
            role: url.user().to_owned(),
        })
    });
    absent.collect()
}

/// Starts the container of a server, or makes one; it may take connections a while later.
///
/// # Errors
///
/// [`StartError`].
pub async fn start(
    inventory: &Inventory,
    runtime: &Docker,
    environment: &std::collections::BTreeMap<String, String>,
    server: &str,
) -> Result<(), StartError> {
    let containers = runtime.containers().await?;
    let own: Vec<_> = containers.into_iter().filter(|it| it.service == server).collect();
    for container in &own {
        match container.state {
            ContainerState::Running => {}
            // One that is frozen is not started by starting it.
            ContainerState::Paused => {
                runtime.restart(&container.id, crate::runtime::GRACE).await?;
            }
            _ => runtime.start(&container.id).await?,
        }
    }
    if own.is_empty() {
        let fleet = &inventory.fleet;
        let folder = fleet.compose_files.first().and_then(|it| it.parent()).unwrap_or(&fleet.root);
        let files = &fleet.compose_files;
        let compose = Compose::find(folder, runtime.project(), files, environment).await?;
        compose.up(&[(server, 1)], |_| {}).await?;
    }
    Ok(())
}
