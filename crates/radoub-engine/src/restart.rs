//! Restarts services, one after another, and measures how long each was away.

use std::time::{Duration, Instant};

use crate::fleet::ServiceName;
use crate::runtime::{Patience, Runtime, RuntimeError};

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
