//! An application at work: many clients that read and write, and how long each of their questions took.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::task::LocalSet;
use tokio_postgres::{Error, NoTls};

/// How long a client rests between two questions.
const REST: Duration = Duration::from_millis(5);

/// Clients at work. Dropping it lets them go on; [`Load::end`] ends them.
#[derive(Debug)]
pub struct Load {
    over: Arc<AtomicBool>,
    clients: JoinHandle<Result<Vec<Duration>, Error>>,
}

impl Load {
    /// Lets so many clients ask these statements in turn, each over a connection of its own.
    pub fn start(url: &str, statements: &[&str], clients: usize) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let statements: Vec<String> = statements.iter().map(ToString::to_string).collect();
        let (url, until) = (url.to_owned(), Arc::clone(&over));
        let clients = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime needs nothing but memory");
            LocalSet::new().block_on(&runtime, work(url, statements, clients, until))
        });
        Self { over, clients }
    }

    /// Ends the clients and gives the time of every question, in no order.
    ///
    /// # Errors
    ///
    /// The first question that was refused.
    pub fn end(self) -> Result<Vec<Duration>, Error> {
        self.over.store(true, Ordering::Relaxed);
        self.clients.join().expect("no client panics")
    }
}

async fn work(
    url: String,
    statements: Vec<String>,
    clients: usize,
    over: Arc<AtomicBool>,
) -> Result<Vec<Duration>, Error> {
    let tasks: Vec<_> = (0..clients)
        .map(|at| {
            let (url, statements, over) = (url.clone(), statements.clone(), Arc::clone(&over));
            tokio::task::spawn_local(client(url, statements, at, over))
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("no client panics")?);
    }
    Ok(times)
}

async fn client(
    url: String,
    statements: Vec<String>,
    at: usize,
    over: Arc<AtomicBool>,
) -> Result<Vec<Duration>, Error> {
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    // What ends the connection is told by the question that meets it.
    tokio::task::spawn_local(async move { drop(connection.await) });
    let mut times = Vec::new();
    for statement in statements.iter().cycle().skip(at) {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        client.simple_query(statement).await?;
        times.push(began.elapsed());
        tokio::time::sleep(REST).await;
    }
    Ok(times)
}
