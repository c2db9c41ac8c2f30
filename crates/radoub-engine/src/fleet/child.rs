//! Runs a small program and takes what it prints, within a deadline.
//!
//! Discovery is synchronous, so this is too. Programs that change anything are run elsewhere.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// More output than this is no URL and no answer of Docker.
const MOST_OUTPUT: u64 = 4 * 1024 * 1024;

/// Why a program gave no answer. Never repeats what it printed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChildError {
    #[error("it could not be started: {0}")]
    Start(std::io::Error),
    #[error("it did not end within {} s", .0.as_secs())]
    Late(Duration),
    #[error("it ended with {0}")]
    Failed(std::process::ExitStatus),
    #[error("it could not be waited for: {0}")]
    Wait(std::io::Error),
    #[error("its output is not UTF-8")]
    NotUtf8,
}

/// What `command` prints on its standard output; its standard error goes nowhere, for either may
/// carry a secret. A program that is not done after `deadline` is ended.
pub(crate) fn output(mut command: Command, deadline: Duration) -> Result<String, ChildError> {
    let started = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(ChildError::Start)?;
    let stdout = child.stdout.take();
    let (sender, receiver) = channel();
    // The thread ends with the pipe; nobody waits for it longer than the deadline.
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.map_or(Ok(0), |stdout| stdout.take(MOST_OUTPUT).read_to_end(&mut bytes));
        // The receiver is gone once the deadline is over.
        drop(sender.send(read.map(|_| bytes)));
    });
    let left = |started: Instant| deadline.saturating_sub(started.elapsed());
    let bytes = match receiver.recv_timeout(left(started)) {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => {
            end(&mut child);
            return Err(ChildError::Wait(error));
        }
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            end(&mut child);
            return Err(ChildError::Late(deadline));
        }
    };
    // The output is closed; the program itself may still need a moment, or never end.
    let (_open, timer) = channel::<()>();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => break,
            Ok(Some(status)) => return Err(ChildError::Failed(status)),
            Ok(None) if left(started).is_zero() => {
                end(&mut child);
                return Err(ChildError::Late(deadline));
            }
            Ok(None) => drop(timer.recv_timeout(Duration::from_millis(2))),
            Err(error) => return Err(ChildError::Wait(error)),
        }
    }
    String::from_utf8(bytes).map_err(|_| ChildError::NotUtf8)
}

/// Ends a program that was too slow; that it may have ended by itself just now is fine.
fn end(child: &mut std::process::Child) {
    drop(child.kill());
    drop(child.wait());
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn run(words: &[&str], milliseconds: u64) -> String {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        match output(command, Duration::from_millis(milliseconds)) {
            Ok(text) => text,
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn a_program_answers_or_is_ended() {
        assert_eq!(run(&["echo", "x"], 5000), "x\n");
        assert_eq!(run(&["sh", "-c", "echo x; exit 3"], 5000), "! it ended with exit status: 3");
        assert_eq!(run(&["sleep", "20"], 50), "! it did not end within 0 s");
        assert_eq!(run(&["sh", "-c", "exec >&-; sleep 20"], 50), "! it did not end within 0 s");
        assert!(run(&["/no/such/program"], 50).starts_with("! it could not be started"));
    }
}
