//! Restarts a service, or brings it up with a new image, and measures how long it was away.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::fleet::ServiceName;
use crate::runtime::{Compose, Patience, Runtime, RuntimeError};

/// A service that was restarted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restarted {
    /// The service.
    pub service: ServiceName,
    /// Names of its containers, in the order of restarting; empty for one that a command restarts.
    pub containers: Vec<String>,
    /// From the order to stop to the word of engine or command that all run again.
    pub took: Duration,
}

/// Restarts a service, workers and replicas too; what stands still is started.
///
/// Whether the service is well afterwards is for [`crate::gate`] to say.
///
/// # Errors
///
/// [`RuntimeError`], [`RuntimeError::NoContainer`] among them; containers before the one that failed are restarted.
pub async fn restart(
    runtime: &Runtime<'_>,
    patience: &Patience,
) -> Result<Restarted, RuntimeError> {
    let begun = Instant::now();
    let containers = runtime.restart(patience).await?;
    Ok(Restarted { service: runtime.service().name.clone(), containers, took: begun.elapsed() })
}

/// Brings a service up anew, with the image that was built for it; as many containers of each of its Compose services
/// as there are.
///
/// # Errors
///
/// [`Failure`] of engine or Compose.
pub async fn renew(runtime: &Runtime<'_>, compose: &Compose) -> Result<Restarted, Failure> {
    let begun = Instant::now();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let containers = runtime.containers().await.map_err(|error| error.failure())?;
    for container in containers {
        *counts.entry(container.service).or_default() += 1;
    }
    if counts.is_empty() {
        return Err(RuntimeError::NoContainer(runtime.service().name.to_string()).failure());
    }
    let services: Vec<(&str, usize)> =
        counts.iter().map(|(it, count)| (it.as_str(), *count)).collect();
    compose.up(&services, |_| {}).await.map_err(|error| error.failure())?;
    let containers = runtime.containers().await.map_err(|error| error.failure())?;
    let containers = containers.into_iter().map(|it| it.name).collect();
    let service = runtime.service().name.clone();
    Ok(Restarted { service, containers, took: begun.elapsed() })
}
