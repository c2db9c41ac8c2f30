//! A small service for Docker tests: it asks its database through a real driver, says what went wrong as an
//! application does, and answers `/health`.
//!
//! `DATABASE_URL` says where its database is, `QUERY` what it asks again and again, `PORT` where it listens. With
//! `HEALTH=constant` its health route says `ok` whatever the database says, as many do; with `HEALTH=none` there is
//! no such route.

use std::env;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio_postgres::NoTls;

/// How long it waits between two questions.
const PAUSE: Duration = Duration::from_millis(250);

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve())
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let port: u16 = env::var("PORT").unwrap_or_else(|_| "3000".to_owned()).parse()?;
    let health = env::var("HEALTH").unwrap_or_default();
    let listener = TcpListener::bind(("0.0.0.0", port)).await?;
    say(&format!("listening on {}", listener.local_addr()?));
    let well = Arc::new(AtomicBool::new(false));
    let mut end = signal(SignalKind::terminate())?;
    tokio::select! {
        () = ask(&well) => Ok(()),
        answered = answer(&listener, &well, &health) => answered,
        _ = end.recv() => {
            say("good-bye");
            Ok(())
        }
    }
}

/// Asks the query for ever, and says every refusal.
async fn ask(well: &AtomicBool) {
    let url = env::var("DATABASE_URL").unwrap_or_default();
    let query = env::var("QUERY").unwrap_or_else(|_| "SELECT 1".to_owned());
    loop {
        let outcome = once(&url, &query, well).await;
        well.store(false, Ordering::Relaxed);
        if let Err(error) = outcome {
            let said = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
            complain(&format!("PrismaClientKnownRequestError: {said}"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// One connection, until something goes wrong.
async fn once(url: &str, query: &str, well: &AtomicBool) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let asking = async {
        loop {
            client.simple_query(query).await?;
            if !well.swap(true, Ordering::Relaxed) {
                say("the database answers");
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::select! {
        ended = connection => ended,
        ended = asking => ended,
    }
}

async fn answer(
    listener: &TcpListener,
    well: &AtomicBool,
    health: &str,
) -> Result<(), Box<dyn Error>> {
    loop {
        let (stream, _) = listener.accept().await?;
        let status = match health {
            "none" => "404 Not Found",
            "constant" => "200 OK",
            _ if well.load(Ordering::Relaxed) => "200 OK",
            _ => "503 Service Unavailable",
        };
        // One caller at a time is enough, and one that breaks off is its own affair.
        let _ = tokio::time::timeout(Duration::from_secs(1), reply(stream, status)).await;
    }
}

async fn reply(mut stream: TcpStream, status: &str) -> std::io::Result<()> {
    let mut request = [0; 1024];
    let read = stream.read(&mut request).await?;
    let is_health = request[..read].starts_with(b"GET /health ");
    let status = if is_health { status } else { "404 Not Found" };
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await
}

#[expect(clippy::print_stdout, reason = "a service speaks to its log")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "a service speaks to its log")]
fn complain(text: &str) {
    eprintln!("{text}");
}
