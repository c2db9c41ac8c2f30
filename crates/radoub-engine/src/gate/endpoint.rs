//! The health route of a service: where it is, and what it answers.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode, Url, redirect};

use super::Finding;
use crate::fleet::{HealthRoute, Service};
use crate::runtime::{Container, masked};
use crate::verify::times::{PATIENCE, QUESTIONS, Times};

/// Where services have their health route when nobody says where (anchors 0: eleven of the founding fleet's
/// twelve are here).
const USUAL: [&str; 2] = ["/health", "/api/health"];

/// An answer of a health route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its address.
    pub address: String,
    /// The HTTP status.
    pub status: u16,
    /// From the question to the head of the answer.
    pub took: Duration,
}

/// Asks the route that `radoub.toml` names, or else the first of the usual ones that is there; `None` when the
/// service has none that anybody could know of. `usual` is how long an answer has where nobody says.
pub(super) async fn ask(
    service: &Service,
    containers: &[Container],
    usual: Duration,
) -> Option<Finding> {
    let wanted = service.health.clone().unwrap_or_default();
    match client(&wanted, usual) {
        Ok(client) => {
            let (address, answer) = route(&wanted, containers, &client).await?;
            Some(found(&address, answer, &wanted))
        }
        Err(error) => {
            let reason = error.to_string();
            Some(Finding::Silent { address: service.name.to_string(), reason })
        }
    }
}

/// How fast the route answers, asked again and again; `None` where there is none, or it does not answer as it
/// should.
pub(crate) async fn times(
    service: &Service,
    containers: &[Container],
    usual: Duration,
) -> Option<Times> {
    let wanted = service.health.clone().unwrap_or_default();
    let client = client(&wanted, usual).ok()?;
    // The first answer of a connection is of another kind: it is not counted.
    let (address, answer) = route(&wanted, containers, &client).await?;
    if !answer.is_ok_and(|(status, _)| is_wanted(status, &wanted)) {
        return None;
    }
    let begun = Instant::now();
    let mut answers = Vec::new();
    while answers.len() < QUESTIONS && (answers.len() < 3 || begun.elapsed() < PATIENCE) {
        let (status, took) = get(&client, &address).await.ok()?;
        if !is_wanted(status, &wanted) {
            return None;
        }
        answers.push(took);
    }
    Times::of(answers)
}

fn client(wanted: &HealthRoute, usual: Duration) -> reqwest::Result<Client> {
    radoub_postgres::tls::install_provider();
    // An answer that comes too late is told with the time it took, so it is waited for a little longer.
    let deadline = wanted.within.map_or(usual, |within| within + usual);
    // A proxy of the environment has no business between us and a service.
    Client::builder().no_proxy().timeout(deadline).redirect(redirect::Policy::none()).build()
}

/// Whether an answer has the status that it should have.
fn is_wanted(status: StatusCode, wanted: &HealthRoute) -> bool {
    wanted.status.map_or_else(|| status.is_success(), |it| it == status.as_u16())
}

/// The route of a service, and its first answer.
async fn route(
    wanted: &HealthRoute,
    containers: &[Container],
    client: &Client,
) -> Option<(String, Answer)> {
    if let Some(named) = &wanted.path {
        if named.contains("://") {
            return Some((named.clone(), get(client, named).await));
        }
        let path = format!("/{}", named.trim_start_matches('/'));
        let mut last = None;
        for place in places(containers) {
            let address = format!("http://{place}{path}");
            let answer = get(client, &address).await;
            let answered = answer.is_ok();
            last = Some((address, answer));
            if answered {
                break;
            }
        }
        let nowhere = || (path.clone(), Err("no container has a port".to_owned()));
        return Some(last.unwrap_or_else(nowhere));
    }
    for place in places(containers) {
        for path in USUAL {
            let address = format!("http://{place}{path}");
            // What is not there, and what is no HTTP, says nothing about the service.
            if let Ok((status, took)) = get(client, &address).await
                && status != StatusCode::NOT_FOUND
            {
                return Some((address, Ok((status, took))));
            }
        }
    }
    None
}

/// Where the containers' ports are reached from this machine: published ones first.
fn places(containers: &[Container]) -> Vec<SocketAddr> {
    let ports = || containers.iter().flat_map(|it| it.ports.iter().map(move |port| (it, port)));
    let published = ports().filter_map(|(_, port)| port.published);
    let inside =
        ports().filter(|(_, port)| port.published.is_none()).filter_map(|(container, port)| {
            Some(SocketAddr::new(*container.addresses.first()?, port.inside))
        });
    published.chain(inside).collect()
}

type Answer = Result<(StatusCode, Duration), String>;

async fn get(client: &Client, address: &str) -> Answer {
    let begun = Instant::now();
    match client.get(address).send().await {
        Ok(response) => Ok((response.status(), begun.elapsed())),
        Err(error) => {
            let error = error.without_url();
            let mut said = error.to_string();
            let mut below = std::error::Error::source(&error);
            while let Some(cause) = below {
                said = cause.to_string();
                below = cause.source();
            }
            Err(said)
        }
    }
}

fn found(address: &str, answer: Answer, wanted: &HealthRoute) -> Finding {
    let address = shown(address);
    let (status, took) = match answer {
        Ok(answer) => answer,
        Err(reason) => return Finding::Silent { address, reason },
    };
    let endpoint = Endpoint { address, status: status.as_u16(), took };
    match (wanted.status, wanted.within) {
        (Some(wanted), _) if wanted != endpoint.status => Finding::Unexpected { endpoint, wanted },
        (None, _) if !status.is_success() => Finding::Refuses(endpoint),
        (_, Some(within)) if took > within => Finding::Slow { endpoint, within },
        _ => Finding::Answers(endpoint),
    }
}

/// An address as it is told: without what follows `?`, and without a user, which may be secrets.
fn shown(address: &str) -> String {
    let has_user = |url: Url| !url.username().is_empty() || url.password().is_some();
    let address = address.split('?').next().unwrap_or(address);
    // Masking alone takes the port of whatever ends without an `@` for half a password.
    if Url::parse(address).map_or(true, has_user) { masked(address) } else { address.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_without_what_may_be_secret() {
        let cases = [
            ("http://127.0.0.1:49153/health", "http://127.0.0.1:49153/health"),
            ("http://u:pl4nted@shop:3000/health", "http://…@shop:3000/health"),
            ("https://shop/health?token=pl4nted", "https://shop/health"),
            ("http://u:pl4nted", "http://…"),
        ];
        for (address, told) in cases {
            assert_eq!(shown(address), told);
        }
    }
}
