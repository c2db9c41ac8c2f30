//! Where the container engine listens: `DOCKER_HOST`, else the context that the `docker` command uses, else the
//! usual place of this system.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::fleet::child;

/// The variable that names the engine's address.
const HOST: &str = "DOCKER_HOST";

/// How long `docker context inspect` may take; it reads a file.
const DEADLINE: Duration = Duration::from_secs(3);

#[cfg(unix)]
const USUAL: &str = "unix:///var/run/docker.sock";
#[cfg(not(unix))]
const USUAL: &str = "npipe:////./pipe/docker_engine";

/// Why an address of an engine cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// A way of speaking that radoub does not know.
    #[error(
        "{host} is no socket, named pipe or plain TCP address: radoub cannot reach that container engine"
    )]
    Scheme {
        /// The address.
        host: String,
    },
    /// The engine wants TLS.
    #[error(
        "{host} wants TLS (DOCKER_TLS_VERIFY), which radoub does not speak to a container engine"
    )]
    Tls {
        /// The address.
        host: String,
    },
}

/// The address of the engine that the `docker` command would speak to, in this environment.
///
/// # Errors
///
/// [`HostError`] for ssh and TLS, which are the `docker` command's own.
pub fn engine_host(environment: &BTreeMap<String, String>) -> Result<String, HostError> {
    let named = environment.get(HOST).filter(|host| !host.is_empty()).cloned();
    let host = named.or_else(|| of_context(environment)).unwrap_or_else(|| USUAL.to_owned());
    let known = ["unix://", "npipe://", "tcp://", "http://"];
    if !known.iter().any(|scheme| host.starts_with(scheme)) {
        return Err(HostError::Scheme { host });
    }
    let verifies = environment.get("DOCKER_TLS_VERIFY").is_some_and(|value| !value.is_empty());
    if host.starts_with("tcp://") && verifies {
        return Err(HostError::Tls { host });
    }
    Ok(host)
}

/// The address of the context in use; `None` without contexts, or without the command.
fn of_context(environment: &BTreeMap<String, String>) -> Option<String> {
    let named = environment.get("DOCKER_CONTEXT").filter(|it| !it.is_empty());
    if named.is_none() && !has_contexts(environment) {
        // The command would take longer to say so than everything else here.
        return None;
    }
    let mut command = Command::new("docker");
    command.args(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
    command.args(named);
    let host = child::output(command, DEADLINE).ok()?;
    Some(host.trim().to_owned()).filter(|host| !host.is_empty())
}

/// Whether the `docker` command of this user knows any context besides the built-in one.
fn has_contexts(environment: &BTreeMap<String, String>) -> bool {
    let home = ["HOME", "USERPROFILE"].iter().find_map(|name| environment.get(*name));
    let folder = environment.get("DOCKER_CONFIG").cloned();
    let folder = folder.or_else(|| home.map(|home| format!("{home}/.docker")));
    folder.is_some_and(|folder| Path::new(&folder).join("contexts").is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn host(variables: &[(&str, &str)]) -> Result<String, String> {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        engine_host(&variables.collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_variable_wins_over_the_usual_place() {
        assert_eq!(host(&[]).as_deref(), Ok(USUAL));
        assert_eq!(host(&[(HOST, "")]).as_deref(), Ok(USUAL));
        assert_eq!(host(&[(HOST, "tcp://127.0.0.1:2375")]).as_deref(), Ok("tcp://127.0.0.1:2375"));
    }

    #[test]
    fn what_only_the_docker_command_speaks_is_refused_by_name() {
        let refused = host(&[(HOST, "ssh://admin@erp")]).expect_err("ssh");
        assert!(refused.starts_with("ssh://admin@erp is no socket"), "{refused}");
        let refused =
            host(&[(HOST, "tcp://erp:2376"), ("DOCKER_TLS_VERIFY", "1")]).expect_err("TLS");
        assert!(refused.starts_with("tcp://erp:2376 wants TLS"), "{refused}");
    }
}
