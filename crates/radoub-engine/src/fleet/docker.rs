//! Asks Docker where a container is, when the Compose file does not say.
//!
//! The command `docker` is run and not its socket spoken to: it knows contexts, `DOCKER_HOST` and
//! ssh, and it is only asked about databases that publish no fixed port.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

/// A container of a Compose project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Container<'a> {
    /// Compose project.
    pub project: &'a str,
    /// Service in it.
    pub service: &'a str,
    /// `container_name`, when the file gives one.
    pub name: Option<&'a str>,
}

/// Where containers are; the seam between discovery and the container engine.
pub trait Containers: std::fmt::Debug {
    /// Address and port of this machine that lead to `port` of the container; `None` when it
    /// publishes none or the engine does not answer.
    fn published(&self, container: Container<'_>, port: u16) -> Option<SocketAddr>;

    /// The container's own address, when this machine reaches `port` there.
    fn address(&self, container: Container<'_>, port: u16) -> Option<IpAddr>;
}

/// Nobody to ask: no container is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoContainers;

impl Containers for NoContainers {
    fn published(&self, _: Container<'_>, _: u16) -> Option<SocketAddr> {
        None
    }

    fn address(&self, _: Container<'_>, _: u16) -> Option<IpAddr> {
        None
    }
}

/// The `docker` command of this machine.
#[derive(Debug, Clone)]
pub struct Docker {
    /// The program, `docker` by default.
    pub program: PathBuf,
    /// How long each call may take.
    pub deadline: Duration,
}

impl Default for Docker {
    fn default() -> Self {
        Self { program: PathBuf::from("docker"), deadline: Duration::from_secs(3) }
    }
}

/// The part of `docker inspect` that is asked about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inspected {
    network_settings: NetworkSettings,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NetworkSettings {
    #[serde(default)]
    ports: Option<BTreeMap<String, Option<Vec<Binding>>>>,
    #[serde(default)]
    networks: Option<BTreeMap<String, Network>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Binding {
    #[serde(default)]
    host_ip: String,
    #[serde(default)]
    host_port: String,
}

#[derive(Debug, Deserialize)]
struct Network {
    #[serde(default, rename = "IPAddress")]
    address: String,
}

impl Docker {
    /// Name or id of the running container; `None` when there is none or the engine does not answer.
    pub(crate) fn id(&self, container: Container<'_>) -> Option<String> {
        Some(if let Some(name) = container.name {
            name.to_owned()
        } else {
            let label = |key: &str, value: &str| format!("label=com.docker.compose.{key}={value}");
            let mut list = Command::new(&self.program);
            list.args(["ps", "--no-trunc", "--quiet"]);
            list.arg("--filter").arg(label("project", container.project));
            list.arg("--filter").arg(label("service", container.service));
            // Docker that is absent or asleep is no error: the file alone has to do then.
            let ids = super::child::output(list, self.deadline).ok()?;
            ids.lines().next()?.to_owned()
        })
    }

    fn inspect(&self, container: Container<'_>) -> Option<Inspected> {
        let id = self.id(container)?;
        let mut inspect = Command::new(&self.program);
        inspect.args(["inspect", "--type", "container", "--"]).arg(id);
        let text = super::child::output(inspect, self.deadline).ok()?;
        let list: Vec<Inspected> = serde_json::from_str(&text).ok()?;
        list.into_iter().next()
    }
}

impl Containers for Docker {
    fn published(&self, container: Container<'_>, port: u16) -> Option<SocketAddr> {
        published_in(&self.inspect(container)?, port)
    }

    fn address(&self, container: Container<'_>, port: u16) -> Option<IpAddr> {
        let found = addresses_in(&self.inspect(container)?);
        // Docker Desktop keeps its networks inside a virtual machine: an address there is of no use.
        let patience = Duration::from_millis(300);
        found.into_iter().find(|address| {
            let reached = TcpStream::connect_timeout(&SocketAddr::new(*address, port), patience);
            match reached {
                Ok(_) => true,
                Err(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
            }
        })
    }
}

fn published_in(inspected: &Inspected, port: u16) -> Option<SocketAddr> {
    let ports = inspected.network_settings.ports.as_ref()?;
    let bindings = ports.get(&format!("{port}/tcp"))?.as_ref()?;
    bindings.iter().find_map(|binding| {
        let address = match binding.host_ip.as_str() {
            "" | "0.0.0.0" => IpAddr::from([127, 0, 0, 1]),
            "::" => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
            other => other.parse().ok()?,
        };
        Some(SocketAddr::new(address, binding.host_port.parse().ok()?))
    })
}

fn addresses_in(inspected: &Inspected) -> Vec<IpAddr> {
    let networks = inspected.network_settings.networks.iter().flat_map(BTreeMap::values);
    networks.filter_map(|network| network.address.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_docker_is_read() {
        let text = r#"[{"Id":"x","NetworkSettings":{"Ports":{"5432/tcp":[{"HostIp":"0.0.0.0","HostPort":"49153"},
            {"HostIp":"::","HostPort":"49153"}],"80/tcp":null},"Networks":{"a_default":{"IPAddress":"172.18.0.2"},"b":{"IPAddress":""}}}}]"#;
        let list: Vec<Inspected> = serde_json::from_str(text).expect("JSON");
        assert_eq!(
            published_in(&list[0], 5432),
            Some("127.0.0.1:49153".parse().expect("an address"))
        );
        assert_eq!(published_in(&list[0], 80), None);
        assert_eq!(addresses_in(&list[0]), [IpAddr::from([172, 18, 0, 2])]);
    }
}
