//! From a name inside the Compose network to an address that this machine reaches.

use std::cell::RefCell;
use std::collections::BTreeMap;

use radoub_postgres::url::DatabaseUrl;

use super::compose::{ComposeService, Port, Project};
use super::docker::{Container, Containers};
use super::place::Place;
use super::{DatabaseContainer, UrlProblem};

/// An address as this machine reaches it, and where that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reached {
    host: String,
    port: u16,
    place: Place,
}

/// Translates the hosts of one fleet; asks the container engine once for each database server.
#[derive(Debug)]
pub(crate) struct Endpoints<'a> {
    project: Option<&'a Project>,
    containers: &'a dyn Containers,
    /// Where published ports are: this machine, or the machine of a remote engine.
    engine_host: Option<String>,
    known: RefCell<BTreeMap<(String, u16), Option<Reached>>>,
}

impl<'a> Endpoints<'a> {
    /// For the services of `project`; `docker_host` is the variable `DOCKER_HOST`.
    pub(crate) fn new(
        project: Option<&'a Project>,
        containers: &'a dyn Containers,
        docker_host: Option<&str>,
    ) -> Self {
        let engine_host = docker_host.and_then(remote_host);
        Self { project, containers, engine_host, known: RefCell::default() }
    }

    /// `url` as this machine reaches it, and where the published port is written.
    ///
    /// A host that is no name of the project stays as it is, but for `host.docker.internal`, which
    /// is this machine by definition.
    ///
    /// # Errors
    ///
    /// [`UrlProblem::NotPublished`] for a container that no published port and no address leads to.
    pub(crate) fn reach(
        &self,
        url: DatabaseUrl,
    ) -> Result<(DatabaseUrl, Option<Place>), UrlProblem> {
        if url.is_socket() {
            return Ok((url, None));
        }
        let (host, port) = (url.host().to_owned(), url.port());
        if matches!(host.as_str(), "host.docker.internal" | "gateway.docker.internal") {
            return Ok((url.with_endpoint("127.0.0.1", port), None));
        }
        let Some((project, service)) = self.named(&host) else {
            return Ok((url, None));
        };
        let key = (service.name.clone(), port);
        let known = self.known.borrow().get(&key).cloned();
        let reached = known.unwrap_or_else(|| {
            let reached = self.look(project, service, port, 0);
            self.known.borrow_mut().insert(key, reached.clone());
            reached
        });
        match reached {
            Some(Reached { host, port, place }) => {
                Ok((url.with_endpoint(&host, port), Some(place)))
            }
            None => Err(UrlProblem::NotPublished { host, port, service: service.name.clone() }),
        }
    }

    /// The container that a URL leads to, when its host is a name of the project.
    pub(crate) fn container(&self, url: &DatabaseUrl) -> Option<DatabaseContainer> {
        if url.is_socket() {
            return None;
        }
        let (project, service) = self.named(url.host())?;
        Some(DatabaseContainer {
            project: project.name.clone(),
            service: service.name.clone(),
            name: service.container_name.clone(),
            port: url.port(),
        })
    }

    /// The service that answers to a name inside the network.
    fn named(&self, host: &str) -> Option<(&'a Project, &'a ComposeService)> {
        let project = self.project?;
        let is = |name: &str| name.eq_ignore_ascii_case(host);
        let services = &project.services;
        let found = services
            .iter()
            .find(|service| is(&service.name))
            .or_else(|| {
                services.iter().find(|service| service.container_name.as_deref().is_some_and(is))
            })
            .or_else(|| {
                services.iter().find(|service| service.aliases.iter().any(|alias| is(alias)))
            })?;
        Some((project, found))
    }

    fn look(
        &self,
        project: &Project,
        service: &ComposeService,
        port: u16,
        depth: usize,
    ) -> Option<Reached> {
        let place = || service.place.clone();
        match service.network_mode.as_deref() {
            Some("host") => {
                return Some(Reached { host: self.this_machine(), port, place: place() });
            }
            Some(mode) if depth < 5 => {
                // It lives in the network of another service, whose ports are its own.
                if let Some(other) = mode.strip_prefix("service:") {
                    let other = project.services.iter().find(|service| service.name == other)?;
                    return self.look(project, other, port, depth + 1);
                }
            }
            _ => {}
        }
        let fixed = service.ports.iter().find_map(|known| Some((known, published(known, port)?)));
        if let Some((known, port)) = fixed {
            let host = match known.host_ip.as_deref() {
                None | Some("" | "0.0.0.0") => self.this_machine(),
                Some("::") => self.engine_host.clone().unwrap_or_else(|| "::1".to_owned()),
                Some(address) => address.to_owned(),
            };
            return Some(Reached { host, port, place: known.place.clone() });
        }
        let container = Container {
            project: &project.name,
            service: &service.name,
            name: service.container_name.as_deref(),
        };
        if let Some(address) = self.containers.published(container, port) {
            return Some(Reached {
                host: address.ip().to_string(),
                port: address.port(),
                place: place(),
            });
        }
        let address = self.containers.address(container, port)?;
        Some(Reached { host: address.to_string(), port, place: place() })
    }

    fn this_machine(&self) -> String {
        self.engine_host.clone().unwrap_or_else(|| "127.0.0.1".to_owned())
    }
}

/// The port of this machine that leads to `port` of the container, when the file fixes it.
fn published(known: &Port, port: u16) -> Option<u16> {
    let (first, last) = known.target;
    if known.udp || !(first..=last).contains(&port) {
        return None;
    }
    let (start, end) = known.published?;
    // One port published somewhere in a range: the engine picks.
    if end - start != last - first {
        return None;
    }
    Some(start + (port - first))
}

/// The host of a container engine on another machine.
fn remote_host(docker_host: &str) -> Option<String> {
    let rest = docker_host.strip_prefix("tcp://").or_else(|| docker_host.strip_prefix("ssh://"))?;
    let rest = rest.split('/').next()?;
    let rest = rest.rsplit('@').next()?;
    let host = match rest.strip_prefix('[') {
        Some(address) => address.split(']').next()?,
        None => rest.split(':').next()?,
    };
    let is_here = matches!(host, "" | "localhost" | "127.0.0.1" | "::1");
    (!is_here).then(|| host.to_owned())
}
