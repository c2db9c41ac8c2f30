//! Restarts services, one after another, and measures how long each was away.

use std::time::{Duration, Instant};

use crate::fleet::{Service, ServiceName};
use crate::gate::is_of;
use crate::runtime::{Runtime, RuntimeError};

/// How long a program has to end by itself before the engine ends it, as Compose gives.
pub const GRACE: Duration = Duration::from_secs(10);

/// A service that was restarted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restarted {
    /// The service.
    pub service: ServiceName,
    /// Names of its containers, in the order of restarting.
    pub containers: Vec<String>,
    /// From the order to stop to the engine's word that all run again.
    pub took: Duration,
}

/// Restarts every container of a service, workers and replicas too; one that stands still is started.
///
/// Whether the service is well afterwards is for [`crate::gate`] to say.
///
/// # Errors
///
/// [`RuntimeError`], [`RuntimeError::NoContainer`] among them; containers before the one that failed are restarted.
pub async fn restart(
    runtime: &Runtime,
    service: &Service,
    grace: Duration,
) -> Result<Restarted, RuntimeError> {
    let begun = Instant::now();
    let all = runtime.containers().await?;
    let own: Vec<_> = all.into_iter().filter(|it| is_of(service, &it.service)).collect();
    if own.is_empty() {
        return Err(RuntimeError::NoContainer(service.name.to_string()));
    }
    for container in &own {
        runtime.restart(&container.id, grace).await?;
    }
    Ok(Restarted {
        service: service.name.clone(),
        containers: own.into_iter().map(|it| it.name).collect(),
        took: begun.elapsed(),
    })
}
