//! Servers and wires that misbehave: closed ports, ports that accept and never answer, and wires on
//! which an answer gets lost.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

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

/// A wire between clients and a PostgreSQL server on which one answer gets lost: the first `COMMIT`
/// that the server acknowledges on a connection whose client has sent a certain text before.
///
/// Everything else goes through. It ends with the process of the test.
#[derive(Debug)]
pub struct Wire {
    port: u16,
    lost: Arc<AtomicBool>,
}

/// What becomes of the connection whose answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Broken,
    Silent,
}

impl Wire {
    /// A wire that breaks in the place of the answer, once a client has sent `after`.
    #[track_caller]
    pub fn breaking(server: u16, after: &'static str) -> Self {
        Self::to(server, after, Fate::Broken)
    }

    /// A wire that stays silent in the place of the answer: the client waits for it for ever.
    #[track_caller]
    pub fn silent(server: u16, after: &'static str) -> Self {
        Self::to(server, after, Fate::Silent)
    }

    /// The port on 127.0.0.1 to connect to instead of the server's.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the answer is lost by now.
    pub fn has_lost_it(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }

    #[track_caller]
    fn to(server: u16, after: &'static str, fate: Fate) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap_or_else(|error| panic!("no free port: {error}"));
        let port = address(&listener).port();
        let lost = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&lost);
        thread::spawn(move || {
            for client in listener.incoming().filter_map(Result::ok) {
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else {
                    continue;
                };
                let (Ok(to), Ok(from)) = (server.try_clone(), client.try_clone()) else { continue };
                let armed = Arc::new(AtomicBool::new(after.is_empty()));
                let arming = Arc::clone(&armed);
                thread::spawn(move || {
                    carry(from, to, |bytes| {
                        if contains(bytes, after.as_bytes()) {
                            arming.store(true, Ordering::SeqCst);
                        }
                        None
                    });
                });
                let seen = Arc::clone(&seen);
                thread::spawn(move || {
                    carry(server, client, |bytes| {
                        let is_it = armed.load(Ordering::SeqCst) && contains(bytes, b"COMMIT\0");
                        (is_it && !seen.swap(true, Ordering::SeqCst)).then_some(fate)
                    });
                });
            }
        });
        Self { port, lost }
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || bytes.windows(wanted.len()).any(|it| it == wanted)
}

/// Carries bytes until there are none, or `fate` says what becomes of these.
fn carry(mut from: TcpStream, mut to: TcpStream, fate: impl Fn(&[u8]) -> Option<Fate>) {
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        match fate(&buffer[..length]) {
            Some(Fate::Silent) => {
                // Whatever else the server says is swallowed; the connection stays as it is.
                while let Ok(1..) = from.read(&mut buffer) {}
                return;
            }
            Some(Fate::Broken) => break,
            None if to.write_all(&buffer[..length]).is_err() => break,
            None => {}
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// A loopback port behind which a Unix socket answers, as engines do that are reached over TCP.
#[cfg(unix)]
#[derive(Debug)]
pub struct Bridge(u16);

#[cfg(unix)]
impl Bridge {
    /// Carries what comes in over TCP to the socket and back, for as long as the process lives.
    #[track_caller]
    pub fn to(socket: impl Into<std::path::PathBuf>) -> Self {
        let socket = socket.into();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port");
        let port = address(&listener).port();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if let Ok(server) = std::os::unix::net::UnixStream::connect(&socket) {
                    both_ways(client, server);
                }
            }
        });
        Self(port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.0
    }
}

/// Copies both ways until one side is done; a lost connection is what the asker sees as such.
#[cfg(unix)]
fn both_ways(client: TcpStream, server: std::os::unix::net::UnixStream) {
    let (Ok(mut from_client), Ok(mut from_server)) = (client.try_clone(), server.try_clone())
    else {
        return;
    };
    let (mut to_client, mut to_server) = (client, server);
    thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Write);
    });
}
