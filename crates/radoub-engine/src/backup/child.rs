//! Runs `pg_dump` or `pg_restore` and keeps the end of what it says.
//!
//! Their data goes through a pipe of our own to blocking work beside; they themselves are waited for here,
//! and go when the wait is dropped.

use std::io;
use std::process::{ExitStatus, Stdio};

use tokio::io::AsyncReadExt;

use super::program::Call;

/// How much of what a program says is kept: the end of it says what went wrong.
const KEPT: usize = 8 * 1024;

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// The end of its standard error.
    pub(crate) said: String,
}

impl Ended {
    /// The lines that tell an error, or the last ones.
    pub(crate) fn why(&self) -> String {
        let lines = || self.said.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut told: Vec<&str> = lines()
            .filter(|line| line.contains("error:") || line.contains("ERROR:"))
            .take(3)
            .collect();
        if told.is_empty() {
            let all: Vec<&str> = lines().collect();
            told = all[all.len().saturating_sub(3)..].to_vec();
        }
        if told.is_empty() { self.status.to_string() } else { told.join("; ") }
    }
}

/// Starts the program with these streams and waits for its end. The call is consumed, so that the only open
/// ends of the pipes are the program's.
pub(crate) async fn run(
    call: Call,
    stdin: impl Into<Stdio>,
    stdout: impl Into<Stdio>,
) -> io::Result<Ended> {
    let mut command = call.command;
    command.stdin(stdin).stdout(stdout).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    drop(command);
    let mut stderr = child.stderr.take().expect("standard error is piped");
    let mut said: Vec<u8> = Vec::new();
    let mut buffer = [0; 2048];
    loop {
        let count = stderr.read(&mut buffer).await?;
        if count == 0 {
            break;
        }
        said.extend_from_slice(&buffer[..count]);
        if said.len() > 2 * KEPT {
            said.drain(..said.len() - KEPT);
        }
    }
    let status = child.wait().await?;
    Ok(Ended { status, said: String::from_utf8_lossy(&said).into_owned() })
}
