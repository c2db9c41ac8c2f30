//! A real PostgreSQL inside the process: PostgreSQL 17 compiled to WebAssembly, behind a port of its
//! own on the loopback interface.
//!
//! For the demo, and as scratch database of last resort: nothing has to be installed, nothing is
//! downloaded. What it is given to do comes in over the wire like for any other server, so whoever
//! uses it needs its URL and nothing else. No other crate knows how it is made.
//!
//! What it cannot do: it serves **one connection at a time** ([`Embedded::CONNECTIONS`]), the next
//! one waits until the first is closed; it has no passwords, no TLS and no contrib extensions; and
//! it exists for Linux (x64, arm64), macOS (arm64) and Windows (x64) only.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use pglite_oxide::PgliteServer;

/// Every connection gets a backend that is started for it, so what a start touches counts: little
/// memory, no durability.
const SETTINGS: [(&str, &str); 5] = [
    ("shared_buffers", "2MB"),
    ("wal_buffers", "64kB"),
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
];

/// How long dropping a server waits for it to end.
const PATIENCE: Duration = Duration::from_secs(1);

/// A running server.
///
/// [`Embedded::stop`] ends it in order. Dropping it does too, but waits for a second only: whoever
/// drops it may be the one that has yet to close the last connection, and the server ends with that.
#[derive(Debug)]
pub struct Embedded {
    server: Option<PgliteServer>,
    address: SocketAddr,
}

/// Why the embedded server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no build of it for this machine, its folder cannot be written, or no port is free.
    #[error("the embedded PostgreSQL did not start")]
    Server {
        /// What the embedding said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// It started and does not say where.
    #[error("the embedded PostgreSQL listens on no port")]
    NoPort,
}

/// Why the embedded server did not stop in order.
#[derive(Debug, thiserror::Error)]
#[error("the embedded PostgreSQL did not stop in order")]
pub struct StopError {
    source: Box<dyn Error + Send + Sync>,
}

impl Embedded {
    /// How many connections it serves at a time. One more than that waits.
    pub const CONNECTIONS: usize = 1;

    /// Starts a server whose databases lie in `folder`, on a free port of 127.0.0.1.
    ///
    /// An empty or missing folder becomes a new cluster with the databases `postgres` and
    /// `template1`; a folder of an earlier server is opened again. Blocks until connections are
    /// accepted: some tens of milliseconds, and a second or two when the user runs it for the first
    /// time, because the programs are unpacked once into the user's cache folder
    /// (`pglite-oxide` below `XDG_CACHE_HOME`, `~/Library/Caches` or `%LOCALAPPDATA%`). Durability is
    /// off: what a crash of the machine leaves in `folder` is worth nothing.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub fn start(folder: &Path) -> Result<Self, StartError> {
        let server = PgliteServer::builder()
            .path(folder)
            .relaxed_durability(true)
            .postgres_configs(SETTINGS)
            .start()
            .map_err(|error| StartError::Server { source: error.into() })?;
        let address = server.tcp_addr().ok_or(StartError::NoPort)?;
        Ok(Self { server: Some(server), address })
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The URL of a database, which need not exist yet; it holds no secret. `database` goes in as it
    /// is: a name with characters that mean something in a URL has to be encoded before.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/{database}?sslmode=disable", self.port())
    }

    /// Stops the server and blocks until it has ended, which it does when its last connection is
    /// closed; so call it where it does not hold up the closing.
    ///
    /// # Errors
    ///
    /// [`StopError`], when the server had failed before.
    pub fn stop(mut self) -> Result<(), StopError> {
        let stopped = self.server.take().map_or(Ok(()), PgliteServer::shutdown);
        stopped.map_err(|error| StopError { source: error.into() })
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        let Some(server) = self.server.take() else { return };
        let (ended, waiting) = sync_channel(1);
        thread::spawn(move || {
            // Nobody is left to be told how it went; who wants to know has called `stop`.
            let _ = ended.send(server.shutdown().is_ok());
        });
        let _ = waiting.recv_timeout(PATIENCE);
    }
}
