//! Servers that misbehave: closed ports, and ports that accept and never answer.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// A server that accepts connections and never says a word, as long as the value lives.
///
/// The system accepts on its behalf, up to its backlog; nobody reads.
#[derive(Debug)]
pub struct Deaf(TcpListener);

impl Deaf {
    /// Starts listening on a free port of the loopback interface.
    #[track_caller]
    pub fn start() -> Self {
        Self(
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
                .unwrap_or_else(|error| panic!("no free port: {error}")),
        )
    }

    /// The port on 127.0.0.1.
    #[track_caller]
    pub fn port(&self) -> u16 {
        address(&self.0).port()
    }
}

/// A port of the loopback interface on which nobody listened a moment ago.
#[track_caller]
pub fn closed_port() -> u16 {
    Deaf::start().port()
}

#[track_caller]
fn address(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().unwrap_or_else(|error| panic!("a listener without an address: {error}"))
}
