//! `pg_dump` and `pg_restore`: which of them fits the server, and whether it runs on this machine or in the
//! server's container. What they are told to do is settled in [`super::dump`] and [`super::pour`].

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use radoub_postgres::url::{DatabaseUrl, FOREIGN_VARIABLES, LibpqError, LibpqVariables};
use tokio::process::Command;

use super::key::Environment;
use super::settings::{Settings, Via};
use crate::fleet::docker::{Container, Docker};
use crate::fleet::{DatabaseContainer, Managed};

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// A version of the programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// First number.
    pub(crate) major: u32,
    /// As printed, `15.18`.
    pub(crate) text: String,
}

/// `pg_dump` and `pg_restore` of one version in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Programs {
    pub(crate) place: Place,
    pub(crate) version: Version,
}

/// Where programs run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// On this machine, from this folder.
    Host(PathBuf),
    /// In a container.
    Container {
        /// The program `docker`.
        docker: PathBuf,
        /// Name or id of the container.
        id: String,
        /// Service of the Compose file.
        service: String,
        /// Port of the server in it.
        port: u16,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(_) => out.write_str("host"),
            Self::Container { service, .. } => write!(out, "container {service}"),
        }
    }
}

/// Why there are no programs that fit.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramsError {
    /// There are none at all.
    #[error("there is no pg_dump for a server of version {server}")]
    Missing {
        /// Major version of the server.
        server: u32,
        /// The container that was looked into as well.
        container: Option<String>,
    },
    /// Those that there are refuse a newer server.
    #[error("pg_dump {found} cannot dump a server of version {server}")]
    TooOld {
        /// Version of the newest that was found.
        found: String,
        /// Where it lies.
        path: PathBuf,
        /// Major version of the server.
        server: u32,
        /// The container that was looked into as well.
        container: Option<String>,
    },
    /// The container is wanted, and does not run, or has no `pg_dump` that fits.
    #[error(
        "the container of {service} does not run, or has no pg_dump for a server of version {server}"
    )]
    Container {
        /// Service of the Compose file; empty when the URL names none.
        service: String,
        /// Major version of the server.
        server: u32,
    },
}

/// The programs of this machine, found once for a whole fleet.
#[derive(Debug, Clone, Default)]
pub(crate) struct HostPrograms(Vec<(PathBuf, Version)>);

impl HostPrograms {
    /// Looks into the folder of the settings, or into the usual places. Folders that lack one of the two
    /// programs are passed over.
    pub(crate) async fn find(settings: &Settings, environment: &Environment) -> Self {
        let folders = if let Some(folder) = &settings.programs {
            vec![folder.clone()]
        } else {
            crate::local_server::candidates(&search_path(environment))
        };
        let mut found: Vec<(PathBuf, Version)> = Vec::new();
        for folder in folders {
            let here = |name: &str| program(&folder, name).is_file();
            if found.iter().any(|(known, _)| *known == folder)
                || !here("pg_dump")
                || !here("pg_restore")
            {
                continue;
            }
            let mut command = Command::new(program(&folder, "pg_dump"));
            command.arg("--version");
            if let Some(version) = version(command).await {
                found.push((folder, version));
            }
        }
        Self(found)
    }

    /// The oldest that is not older than the server: the nearer the versions, the less there is for a newer
    /// `pg_restore` to say that an older server does not understand.
    fn fitting(&self, server: u32) -> Option<&(PathBuf, Version)> {
        let fits = self.0.iter().filter(|(_, version)| version.major >= server);
        fits.min_by_key(|(_, version)| version.major)
    }
}

impl Programs {
    /// The programs for this server.
    pub(crate) async fn choose(
        host: &HostPrograms,
        settings: &Settings,
        managed: &Managed,
        server: u32,
    ) -> Result<Self, ProgramsError> {
        let on_host = match settings.via {
            Via::Container => None,
            Via::Auto | Via::Host => host.fitting(server),
        };
        if let Some((folder, version)) = on_host {
            return Ok(Self { place: Place::Host(folder.clone()), version: version.clone() });
        }
        let container = managed.container.as_ref().filter(|_| settings.via != Via::Host);
        if let Some(container) = container
            && let Some(programs) = in_container(container, server).await
        {
            return Ok(programs);
        }
        let service = container.map(|it| it.service.clone());
        if settings.via == Via::Container {
            let service = service.unwrap_or_default();
            return Err(ProgramsError::Container { service, server });
        }
        Err(match host.0.iter().max_by_key(|(_, version)| version.major) {
            Some((folder, version)) => ProgramsError::TooOld {
                found: version.text.clone(),
                path: program(folder, "pg_dump"),
                server,
                container: service,
            },
            None => ProgramsError::Missing { server, container: service },
        })
    }

    /// A call of one of the programs for this address. The password is in its environment, never among its
    /// arguments; `application` is what the server calls its session.
    pub(crate) fn call(
        &self,
        name: &str,
        url: &DatabaseUrl,
        certificates: Option<&Path>,
        application: &str,
    ) -> Result<Call, LibpqError> {
        let major = self.version.major;
        match &self.place {
            Place::Host(folder) => {
                let variables = url.libpq(certificates, major)?;
                let mut command = Command::new(program(folder, name));
                give(&mut command, &variables.with("PGAPPNAME", application));
                Ok(Call { command })
            }
            Place::Container { docker, id, port, .. } => {
                // Inside, the server is next door: nothing that could be listened to on the way.
                let url = url.with_endpoint("127.0.0.1", *port);
                let variables = url.without_tls_demands().libpq(None, major)?;
                let variables = variables.with("PGAPPNAME", application).with("LC_ALL", "C");
                let mut command = Command::new(docker);
                command.args(["exec", "--interactive"]);
                for name in variables.names() {
                    // A name without a value: docker takes the value from its own environment.
                    command.args(["--env", name]);
                }
                command.arg(id).arg(name);
                give(&mut command, &variables);
                Ok(Call { command })
            }
        }
    }
}

/// A call that is being put together.
pub(crate) struct Call {
    pub(crate) command: Command,
}

fn give(command: &mut Command, variables: &LibpqVariables) {
    for name in FOREIGN_VARIABLES {
        command.env_remove(name);
    }
    // Its words are read by people who may want to look them up, and by us.
    command.env("LC_ALL", "C").envs(variables.iter());
    command.kill_on_drop(true);
}

/// The programs in a container, when it runs and they fit.
async fn in_container(container: &DatabaseContainer, server: u32) -> Option<Programs> {
    let docker = Docker::default();
    let wanted = Container {
        project: &container.project,
        service: &container.service,
        name: container.name.as_deref(),
    };
    let id = docker.id(wanted)?;
    let mut command = Command::new(&docker.program);
    command.args(["exec", &id, "pg_dump", "--version"]);
    let version = version(command).await.filter(|it| it.major >= server)?;
    let place = Place::Container {
        docker: docker.program,
        id,
        service: container.service.clone(),
        port: container.port,
    };
    Some(Programs { place, version })
}

/// The folders of the search path.
pub(super) fn search_path(environment: &Environment) -> Vec<PathBuf> {
    let path = environment.get("PATH").map(String::as_str).unwrap_or_default();
    std::env::split_paths(path).collect()
}

fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` → 15 and `15.18`. A program that does not run is
/// none.
async fn version(mut command: Command) -> Option<Version> {
    command.kill_on_drop(true).stdin(std::process::Stdio::null());
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    if !output.status.success() {
        return None;
    }
    read_version(&String::from_utf8_lossy(&output.stdout))
}

fn read_version(printed: &str) -> Option<Version> {
    let starts = |word: &&str| word.starts_with(|letter: char| letter.is_ascii_digit());
    let text = printed.split_whitespace().find(starts)?;
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    Some(Version { major: digits.parse().ok()?, text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_is_printed() {
        for (printed, major, text) in [
            ("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15, "15.18"),
            ("pg_dump (PostgreSQL) 18beta2", 18, "18beta2"),
        ] {
            assert_eq!(read_version(printed), Some(Version { major, text: text.to_owned() }));
        }
        assert_eq!(read_version("no such program"), None);
    }

    #[test]
    fn the_nearest_version_that_is_not_too_old_is_taken() {
        let version = |major: u32| Version { major, text: major.to_string() };
        let host = HostPrograms(
            [14, 17, 15].map(|major| (PathBuf::from(major.to_string()), version(major))).to_vec(),
        );
        let chosen = |server| host.fitting(server).map(|(_, version)| version.major);
        assert_eq!(
            [chosen(13), chosen(15), chosen(16), chosen(18)],
            [Some(14), Some(15), Some(17), None]
        );
    }
}
