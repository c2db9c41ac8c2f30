//! Where a host is, asked beside: the system's resolver blocks, and a name server that is gone keeps it busy
//! for longer than anybody waits for a letter.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

/// The addresses of a host. Nobody waits for the thread, neither the caller who gives up nor the process at
/// its end.
pub(super) async fn resolve(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let (answer, answered) = oneshot::channel();
    let place = (host.to_owned(), port);
    let resolver = thread::Builder::new().name("resolver".to_owned());
    resolver.spawn(move || {
        // Whoever asked may have gone.
        let _ = answer.send(place.to_socket_addrs().map(Iterator::collect));
    })?;
    answered.await.unwrap_or_else(|_| Err(io::ErrorKind::NotFound.into()))
}

/// The same for HTTP.
#[derive(Debug)]
pub(super) struct Beside;

impl Resolve for Beside {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = resolve(name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
