//! Errors of what keeps services running: the container engine, the Compose command, commands of `radoub.toml`.

use super::{root_cause, seconds};
use crate::errand::ErrandError;
use crate::failure::{Failure, FailureCode};
use crate::runtime::{ComposeFailure, HostError, RuntimeError, masked};

/// The same as a failure.
pub(crate) fn runtime_failure(error: &RuntimeError) -> Failure {
    match error {
        RuntimeError::Host(error) => {
            let (kind, host) = match error {
                HostError::Scheme { host } => ("scheme", host),
                HostError::Tls { host } => ("tls", host),
            };
            let values = vec![("kind", kind.to_owned()), ("host", shown(host))];
            Failure::new(FailureCode::EngineAddress, values)
        }
        RuntimeError::Unreachable { host, source } => {
            let values = vec![("host", shown(host)), ("reason", root_cause(source.as_ref()))];
            Failure::new(FailureCode::EngineUnreachable, values)
        }
        RuntimeError::Silent { host, after } => {
            let values = vec![("host", shown(host)), ("seconds", seconds(*after))];
            Failure::new(FailureCode::EngineSilent, values)
        }
        RuntimeError::Refused { said, .. } => {
            Failure::new(FailureCode::EngineRefused, vec![("reason", masked(said.trim()))])
        }
        RuntimeError::NoContainer(service) => {
            Failure::new(FailureCode::NotRestartable, vec![("service", service.clone())])
        }
        RuntimeError::Command(error) => errand_failure(error),
    }
}

/// The same as a failure.
pub(crate) fn compose_failure(error: &ComposeFailure) -> Failure {
    match error {
        ComposeFailure::Missing => Failure::new(FailureCode::ComposeMissing, Vec::new()),
        ComposeFailure::Run { command, source } => not_started(command, source.to_string()),
        ComposeFailure::Failed { command, status, said } => failed(
            command,
            &status.to_string(),
            said.lines().map(masked).filter(|it| !it.trim().is_empty()),
        ),
    }
}

/// The same as a failure.
pub(crate) fn errand_failure(error: &ErrandError) -> Failure {
    match error {
        ErrandError::Start { command, reason } => not_started(command, reason.clone()),
        ErrandError::Failed { command, status, said } => {
            failed(command, status, said.iter().cloned())
        }
        ErrandError::Late { command, after } => {
            let values = vec![("command", command.clone()), ("seconds", seconds(*after))];
            Failure::new(FailureCode::CommandLate, values)
        }
    }
}

/// The address of an engine; masking alone takes the port of whatever has no user for half a password.
fn shown(host: &str) -> String {
    if host.contains('@') { masked(host) } else { host.to_owned() }
}

fn not_started(command: &str, reason: String) -> Failure {
    let values = vec![("command", command.to_owned()), ("reason", reason)];
    Failure::new(FailureCode::CommandNotStarted, values)
}

/// How many of its last lines the sentence of a failed program repeats.
const LINES: usize = 5;

fn failed(command: &str, status: &str, said: impl Iterator<Item = String>) -> Failure {
    let mut lines: Vec<String> = said.collect();
    lines.drain(..lines.len().saturating_sub(LINES));
    let values = vec![
        ("command", command.to_owned()),
        ("status", status.to_owned()),
        ("count", lines.len().to_string()),
        ("reason", lines.join(" · ")),
    ];
    Failure::new(FailureCode::CommandFailed, values)
}
