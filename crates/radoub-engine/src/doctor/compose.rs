//! The Compose file: images, health checks, order, names, ports, volumes, variables.

use std::collections::BTreeSet;

use super::{Check, Doctor, Finding, Notes};
use crate::fleet::compose::{ComposeService, Project};
use crate::fleet::{Prisma, UrlProblem, Warning};
use crate::start::dockerfile_of;

/// Images that are PostgreSQL servers, by the last part of their names.
const SERVER_IMAGES: [&str; 6] =
    ["postgres", "postgis", "timescaledb", "timescaledb-ha", "pgvector", "postgresql"];

/// Where the official images keep their data: up to 17, and the folder above from 18 on.
const DATA: &str = "/var/lib/postgresql/data";
const HOME: &str = "/var/lib/postgresql";

pub(super) fn examine(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    for warning in &doctor.inventory.fleet.warnings {
        notes.of_warning(warning, None);
    }
    for service in &doctor.fleet.services {
        for warning in &service.warnings {
            notes.of_warning(warning, Some(service.name.as_str()));
        }
        if let Prisma::Managed(managed) = &service.prisma
            && let Err(UrlProblem::NotPublished { host, port, service: server }) = &managed.url
        {
            let mut finding = Finding::new(Check::PortNotPublished).of(server.as_str());
            if let Some(server) = doctor.inventory.server_of(service) {
                finding = finding.at(&server.place);
            }
            notes.add(finding.fact("host", host).fact("port", port));
        }
    }
    let Some(project) = &doctor.inventory.compose else { return };
    let servers = servers(doctor, project);
    names_and_ports(project, notes);
    for service in project.services.iter().filter(|it| it.active) {
        let finding = |check| Finding::new(check).of(service.name.as_str()).at(&service.place);
        if let Some((image, place)) = &service.image
            && service.build.is_none()
            && floats(image)
        {
            let finding = Finding::new(Check::ImageUnpinned).of(service.name.as_str());
            notes.add(finding.at(place).fact("image", image));
        }
        let is_server = servers.contains(service.name.as_str());
        if is_server {
            if !service.healthcheck {
                notes.add(finding(Check::HealthcheckMissingServer));
            }
            open_ports(service, notes);
            volumes(service, notes);
        }
        let member = doctor.fleet.services.iter().find(|it| {
            it.compose_service.as_deref() == Some(service.name.as_str())
                && matches!(it.prisma, Prisma::Managed(_))
        });
        if let Some(member) = member {
            let in_image = dockerfile_of(member, Some(service)).is_some_and(|(_, file)| {
                let target = service.build.as_ref().and_then(|it| it.target.as_deref());
                file.chain(target).iter().any(|stage| stage.healthcheck)
            });
            // What the image of somebody else checks is not known.
            if !service.healthcheck && !in_image && service.build.is_some() {
                notes.add(finding(Check::HealthcheckMissing));
            }
            if let Some(server) = doctor.inventory.server_of(member)
                && let Some(condition) = waits_badly(project, service, server)
            {
                let finding = finding(Check::DependsWithoutHealth).fact("server", &server.name);
                notes.add(finding.fact("condition", condition));
            }
        }
        let ends_by_itself = project.services.iter().any(|it| {
            it.conditions
                .get(&service.name)
                .is_some_and(|it| it == "service_completed_successfully")
        });
        let restarts =
            service.restart.as_deref().is_some_and(|it| !matches!(it, "no" | "none" | ""));
        if (is_server || member.is_some()) && !restarts && !ends_by_itself {
            notes.add(finding(Check::RestartPolicyMissing));
        }
    }
}

/// The services that are database servers: of the fleet's addresses, or by their image.
pub(super) fn servers<'a>(doctor: &Doctor<'a>, project: &'a Project) -> BTreeSet<&'a str> {
    let asked = doctor.inventory.fleet.services.iter();
    let asked = asked.filter_map(|it| doctor.inventory.server_of(it)).map(|it| it.name.as_str());
    let by_image = project.services.iter().filter(|service| {
        service.image.as_ref().is_some_and(|(image, _)| SERVER_IMAGES.contains(&name_of(image)))
            // One that is only there for its programs runs something else.
            && service.entrypoint.is_none()
            && service.command.as_ref().is_none_or(|it| it.words.first().is_none_or(|word| word.starts_with('-') || word == "postgres"))
    });
    asked.chain(by_image.map(|it| it.name.as_str())).collect()
}

/// `postgres` of `docker.io/library/postgres:15@sha256:…`.
fn name_of(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split(':').next().unwrap_or(last)
}

/// Whether a reference of an image means something else tomorrow: no digest, and no number in its tag.
pub(super) fn floats(image: &str) -> bool {
    if image.contains('@') || image.contains('$') || image.is_empty() {
        return false;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split_once(':').is_none_or(|(_, tag)| !tag.contains(|it: char| it.is_ascii_digit()))
}

fn open_ports(service: &ComposeService, notes: &mut Notes<'_>) {
    for port in &service.ports {
        let everywhere =
            port.host_ip.as_deref().is_none_or(|it| matches!(it, "" | "0.0.0.0" | "::"));
        if everywhere && !port.udp {
            let published =
                port.published.map_or_else(|| "?".to_owned(), |(first, _)| first.to_string());
            let finding = Finding::new(Check::DatabasePortOpen).of(service.name.as_str());
            notes.add(
                finding.at(&port.place).fact("port", format!("{published}:{}", port.target.0)),
            );
        }
    }
}

/// Whether the data of a server outlives its container.
fn volumes(service: &ComposeService, notes: &mut Notes<'_>) {
    let Some((image, place)) = &service.image else { return };
    if !matches!(name_of(image), "postgres" | "postgis" | "pgvector") || service.build.is_some() {
        return;
    }
    let tag = image.rsplit(':').next().unwrap_or_default();
    let digits: String = tag
        .chars()
        .filter(|it| *it != 'p' && *it != 'g')
        .take_while(char::is_ascii_digit)
        .collect();
    let major: Option<u32> = digits.parse().ok();
    let named =
        service.environment.get("PGDATA").map(|it| it.value.trim_end_matches('/').to_owned());
    let from_18 = major.is_some_and(|it| it >= 18);
    let data = named.clone().unwrap_or_else(|| if from_18 { HOME } else { DATA }.to_owned());
    let covers = |target: &str| {
        let target = target.trim_end_matches('/');
        // The image declares the folder itself a volume, which hides one that is mounted above it.
        let hidden = !from_18 && data == DATA && target != DATA;
        !hidden && (data == target || data.starts_with(&format!("{target}/")))
    };
    if service.volumes.iter().any(|it| covers(it)) {
        return;
    }
    let near = service.volumes.iter().find(|it| it.trim_end_matches('/').starts_with(HOME));
    let check = if near.is_some() { Check::VolumeMisplaced } else { Check::DatabaseWithoutVolume };
    let finding = Finding::new(check).of(service.name.as_str()).at(place).fact("image", image);
    let finding = finding.fact("wanted", data);
    notes.add(match near {
        Some(near) => finding.fact("found", near),
        None => finding,
    });
}

/// How a service waits for its server, when it does not wait until the server is ready: through other services too.
fn waits_badly(
    project: &Project,
    service: &ComposeService,
    server: &ComposeService,
) -> Option<String> {
    if service.name == server.name {
        return None;
    }
    let mut waiting = vec![service];
    let mut seen = BTreeSet::new();
    let mut condition = None;
    while let Some(next) = waiting.pop() {
        if !seen.insert(next.name.as_str()) {
            continue;
        }
        for name in &next.depends_on {
            let found = next.conditions.get(name).map_or("service_started", String::as_str);
            if *name == server.name {
                if found == "service_healthy" {
                    return None;
                }
                condition = Some(found.to_owned());
            } else if let Some(next) = project.services.iter().find(|it| it.name == *name) {
                waiting.push(next);
            }
        }
    }
    Some(condition.unwrap_or_else(|| "–".to_owned()))
}

fn names_and_ports(project: &Project, notes: &mut Notes<'_>) {
    let active: Vec<&ComposeService> = project.services.iter().filter(|it| it.active).collect();
    for (at, service) in active.iter().enumerate() {
        for other in &active[..at] {
            if service.container_name.is_some() && service.container_name == other.container_name {
                let name = service.container_name.as_deref().unwrap_or_default();
                let finding = Finding::new(Check::ContainerNameTwice).of(service.name.as_str());
                let finding = finding.at(&service.place).fact("name", name);
                notes.add(finding.fact("other", &other.name));
            }
            for port in &service.ports {
                let clash = other.ports.iter().any(|it| {
                    let (Some(one), Some(two)) = (port.published, it.published) else {
                        return false;
                    };
                    // A range for one port of the container is for the engine to pick from.
                    let picks = |port: &crate::fleet::compose::Port, it: (u16, u16)| {
                        it.1 - it.0 != port.target.1 - port.target.0
                    };
                    let any = |ip: &Option<String>| {
                        ip.as_deref().is_none_or(|it| matches!(it, "" | "0.0.0.0" | "::"))
                    };
                    let meets =
                        any(&port.host_ip) || any(&it.host_ip) || port.host_ip == it.host_ip;
                    port.udp == it.udp
                        && meets
                        && one.0 <= two.1
                        && two.0 <= one.1
                        && !picks(port, one)
                        && !picks(it, two)
                });
                if clash {
                    let published = port.published.map(|it| it.0).unwrap_or_default();
                    let finding = Finding::new(Check::PortPublishedTwice).of(service.name.as_str());
                    notes.add(
                        finding.at(&port.place).fact("port", published).fact("other", &other.name),
                    );
                }
            }
        }
    }
}

impl Notes<'_> {
    /// What discovery found odd already.
    fn of_warning(&mut self, warning: &Warning, service: Option<&str>) {
        let check = match warning.key {
            "warning-variable-missing" => Check::VariableRequiredMissing,
            "warning-variable-unset" => Check::VariableUnset,
            "warning-env-file-missing" => Check::EnvFileMissing,
            "warning-compose-files-passed-over" => Check::ComposeFilesPassedOver,
            "warning-schema-extra-file" => Check::SchemaExtraFile,
            _ => return,
        };
        let value =
            |name: &str| warning.values.iter().find(|it| it.0 == name).map(|it| it.1.clone());
        let mut finding = Finding::new(check);
        finding.service = service.map(str::to_owned).or_else(|| value("service"));
        finding.file.clone_from(&warning.file);
        finding.line = value("line").and_then(|it| it.parse().ok());
        for name in ["variable", "asked-at", "note", "path", "files", "schema"] {
            if let Some(value) = value(name) {
                finding = finding.fact(name, value);
            }
        }
        self.add(finding);
    }
}
