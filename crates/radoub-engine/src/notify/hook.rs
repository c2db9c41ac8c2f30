//! Letters by HTTP: one POST of JSON.

use std::time::Duration;

use reqwest::{Client, NoProxy, Proxy, StatusCode, Url, redirect};

use super::address::Beside;
use super::deliver::NotDelivered;
use super::letter::Letter;
use super::settings::HookKind;
use super::{slack, teams};
use crate::secret::{Environment, SecretError};
use crate::translate::root_cause;

/// An address that letters are posted to. It is a secret: neither the value nor its errors show it.
pub(super) struct Hook {
    kind: HookKind,
    url: Url,
    client: Client,
}

impl Hook {
    /// Takes the address; nothing is asked of it yet.
    pub(super) fn open(
        kind: HookKind,
        url: &str,
        deadline: Duration,
        environment: &Environment,
    ) -> Result<Self, NotDelivered> {
        let url = Url::parse(url.trim()).map_err(|_| NotDelivered::Address)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(NotDelivered::Address);
        }
        radoub_postgres::tls::install_provider();
        let mut client = Client::builder()
            .no_proxy()
            .dns_resolver(Beside)
            .timeout(deadline)
            // An address that sends its callers elsewhere is not the one that was given.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("radoub/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = proxy(&url, environment)? {
            client = client.proxy(proxy);
        }
        let client = client.build();
        let client = client.map_err(|error| NotDelivered::Connection(innermost(error)))?;
        Ok(Self { kind, url, client })
    }

    /// The host, and its port when it is not the usual one.
    pub(super) fn place(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Posts a letter once; gives the status.
    pub(super) async fn send(&self, letter: &Letter) -> Result<String, NotDelivered> {
        let body = match self.kind {
            HookKind::Webhook => letter.document.clone(),
            HookKind::Slack => slack::body(letter),
            HookKind::Teams => teams::body(letter),
        };
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .body(body.to_string());
        match request.send().await {
            Ok(response) if response.status().is_success() => {
                Ok(response.status().as_str().to_owned())
            }
            Ok(response) => {
                let status = response.status();
                let again = status.is_server_error()
                    || matches!(
                        status,
                        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
                    );
                Err(NotDelivered::Refused { code: status.as_str().to_owned(), again })
            }
            Err(error) if error.is_timeout() => Err(NotDelivered::Late),
            Err(error) => Err(NotDelivered::Connection(innermost(error))),
        }
    }
}

/// The proxy that the environment names for this address, as other programs understand it.
fn proxy(url: &Url, environment: &Environment) -> Result<Option<Proxy>, NotDelivered> {
    let named = |name: &'static str| {
        let lower = environment.get(&name.to_ascii_lowercase());
        let value = lower.or_else(|| environment.get(name)).filter(|it| !it.is_empty());
        value.map(|value| (name, value))
    };
    let wanted = if url.scheme() == "https" { "HTTPS_PROXY" } else { "HTTP_PROXY" };
    let Some((name, address)) = named(wanted).or_else(|| named("ALL_PROXY")) else {
        return Ok(None);
    };
    // It may hold a password, so only the variable is named.
    let proxy = Proxy::all(address).map_err(|_| {
        let reason = "it is no address".to_owned();
        NotDelivered::Secret(SecretError { from: name.to_owned(), reason })
    })?;
    let except = named("NO_PROXY").and_then(|(_, hosts)| NoProxy::from_string(hosts));
    Ok(Some(proxy.no_proxy(except)))
}

/// What the system said, without the layers of the library around it and without the address.
fn innermost(error: reqwest::Error) -> String {
    root_cause(&error.without_url())
}
