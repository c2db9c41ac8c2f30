//! A health route that answers with the status and after as many milliseconds as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A route that answers the same to whatever is asked, 200 at first; its threads end with the process.
#[derive(Debug)]
pub struct Route {
    address: String,
    delay: Arc<AtomicU64>,
    status: Arc<AtomicU16>,
}

impl Route {
    /// A route on a free port of this machine.
    #[track_caller]
    pub fn answering_after(delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let route = Self {
            address: format!("http://{address}/health"),
            delay: Arc::new(AtomicU64::new(0)),
            status: Arc::new(AtomicU16::new(200)),
        };
        route.answer_after(delay);
        let (delay, status) = (Arc::clone(&route.delay), Arc::clone(&route.status));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (delay, status) = (Arc::clone(&delay), Arc::clone(&status));
                // Whoever hangs up is no concern of the route.
                thread::spawn(move || serve(stream, &delay, &status));
            }
        });
        route
    }

    /// Its address, path included.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// From now on it takes so long.
    pub fn answer_after(&self, delay: Duration) {
        let milliseconds = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.delay.store(milliseconds, Ordering::SeqCst);
    }

    /// From now on it answers with this status.
    pub fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }
}

/// Answers each question of one connection.
fn serve(stream: TcpStream, delay: &AtomicU64, status: &AtomicU16) -> std::io::Result<()> {
    let mut answers = stream.try_clone()?;
    answers.set_nodelay(true)?;
    for line in BufReader::new(stream).lines() {
        if !line?.is_empty() {
            continue;
        }
        wait(Duration::from_millis(delay.load(Ordering::SeqCst)));
        let status = status.load(Ordering::SeqCst);
        // What has no content says no length of it (RFC 9110, 8.6).
        let content = if status == 204 { "\r\n" } else { "content-length: 2\r\n\r\nok" };
        answers.write_all(format!("HTTP/1.1 {status} so\r\n{content}").as_bytes())?;
    }
    Ok(())
}

/// A thread that is parked may wake before its time.
fn wait(time: Duration) {
    let end = Instant::now() + time;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        thread::park_timeout(left);
    }
}
