//! Runs a real binary the way a person or a script would, and keeps what came of it.
//!
//! The environment is empty but for what the test gives and `RADOUB_NO_BACKUP`, standard input is closed, and every run is
//! searched for planted passwords: in its output, and in the command lines of all its processes.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::redact::Redaction;
use crate::secret::assert_silent;

/// A call of a binary that is being put together.
#[derive(Debug)]
pub struct Call {
    command: Command,
    line: String,
    input: Option<Vec<u8>>,
    patience: Duration,
}

/// What came of a call.
#[derive(Debug)]
pub struct Answer {
    /// The command line, for messages.
    pub line: String,
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// From the start of the process to its end.
    pub duration: Duration,
    /// The command lines of the process and its descendants that were seen; empty on Windows.
    pub processes: BTreeSet<String>,
}

/// A call that has been started and not waited for.
#[derive(Debug)]
pub struct Running {
    line: String,
    child: Child,
    began: Instant,
    patience: Duration,
    stdout: Stream,
    stderr: Stream,
    watch: Watch,
}

impl Call {
    /// A call of `binary`; tests pass `env!("CARGO_BIN_EXE_radoub")`.
    pub fn of(binary: impl AsRef<Path>) -> Self {
        let binary = binary.as_ref();
        let mut command = Command::new(binary);
        command.env_clear();
        // Most tests are about something else than the backup before an apply.
        command.env("RADOUB_NO_BACKUP", "1");
        // Windows opens no socket without it.
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        let line =
            binary.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Self { command, line, input: None, patience: Duration::from_mins(2) }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        for argument in arguments {
            let _ = write!(self.line, " {}", argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// Sets the folder to run in.
    #[must_use]
    pub fn dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Sets a variable of the otherwise empty environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets several variables.
    #[must_use]
    pub fn envs<'a>(mut self, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.command.envs(variables);
        self
    }

    /// Hands on the `PATH` of the test, for calls that look for other programs.
    #[must_use]
    pub fn with_path(mut self) -> Self {
        if let Some(path) = std::env::var_os("PATH") {
            self.command.env("PATH", path);
        }
        self
    }

    /// Gives this text on standard input instead of nothing.
    #[must_use]
    pub fn input(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.input = Some(text.into());
        self
    }

    /// Sets how long the call may take before the test fails; two minutes otherwise.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs it to its end. Panics when it shows a planted password or takes too long.
    #[track_caller]
    pub fn run(self) -> Answer {
        self.start().wait()
    }

    /// Starts it.
    #[track_caller]
    pub fn start(mut self) -> Running {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command.stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() });
        let began = Instant::now();
        let mut child = self
            .command
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.line));
        let watch = Watch::over(child.id());
        if let (Some(text), Some(mut stdin)) = (self.input, child.stdin.take()) {
            // Whoever does not read its input to the end gets a closed pipe, which is its own business.
            thread::spawn(move || stdin.write_all(&text));
        }
        let stdout = collect(child.stdout.take().expect("piped"));
        let stderr = collect(child.stderr.take().expect("piped"));
        Running { line: self.line, child, began, patience: self.patience, stdout, stderr, watch }
    }
}

impl Running {
    /// The id of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    #[track_caller]
    pub fn kill(&mut self) {
        self.child.kill().unwrap_or_else(|error| panic!("kill -9 of {}: {error}", self.line));
    }

    /// Waits until it has said this on either stream. Panics when it ends without, or takes too long.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        let deadline = self.began + self.patience;
        loop {
            let over = self.ended() || Instant::now() >= deadline;
            let (said, told) = (self.stdout.so_far(), self.stderr.so_far());
            if said.contains(text) || told.contains(text) {
                return;
            }
            assert!(!over, "`{}` does not say `{text}`; it said: {said}{told}", self.line);
            pause();
        }
    }

    /// Whether it has ended by itself already.
    #[track_caller]
    pub fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap_or_else(|error| panic!("{}: {error}", self.line)).is_some()
    }

    /// Waits for its end. Panics when it panicked, shows a planted password or takes too long.
    #[track_caller]
    pub fn wait(mut self) -> Answer {
        let deadline = self.began + self.patience;
        let status: ExitStatus = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if Instant::now() < deadline => pause(),
                Ok(None) => {
                    let _ = self.child.kill();
                    let _ = self.child.wait();
                    let said = self.stderr.all();
                    panic!("{} took longer than {:?}; it said: {said}", self.line, self.patience);
                }
                Err(error) => panic!("{}: {error}", self.line),
            }
        };
        let duration = self.began.elapsed();
        let answer = Answer {
            code: status.code(),
            stdout: self.stdout.all(),
            stderr: self.stderr.all(),
            duration,
            processes: self.watch.end(),
            line: self.line,
        };
        assert!(!answer.stderr.contains("panicked at"), "a panic:\n{}", answer.text());
        assert_silent(&format!("standard output of `{}`", answer.line), &answer.stdout);
        assert_silent(&format!("standard error of `{}`", answer.line), &answer.stderr);
        for process in &answer.processes {
            assert_silent(&format!("the process list during `{}`", answer.line), process);
        }
        answer
    }
}

impl Answer {
    /// The same answer, after a check of its exit code; panics with all it said when that is another.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "most tests want the check alone")]
    pub fn expect(self, code: i32) -> Self {
        assert!(self.code == Some(code), "expected exit {code}:\n{}", self.text());
        self
    }

    /// Standard output as JSON; panics with all it said when it is not.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}):\n{}", self.text()))
    }

    /// Exit code, standard output and standard error in one text, for a snapshot or a message.
    pub fn text(&self) -> String {
        let code = self.code.map_or_else(|| "by a signal".to_owned(), |code| code.to_string());
        format!(
            "$ {}\nexit {code}\n--- stdout\n{}--- stderr\n{}",
            self.line,
            ended(&self.stdout),
            ended(&self.stderr)
        )
    }

    /// [`Answer::text`] with placeholders.
    pub fn redacted(&self, redaction: &Redaction) -> String {
        redaction.apply(&self.text())
    }
}

/// With a line end at the end, unless there is nothing.
fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}⏎\n") }
}

/// What a process says, kept as it comes.
#[derive(Debug)]
struct Stream {
    said: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Stream {
    fn so_far(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&said).into_owned()
    }

    /// All of it, once the stream has ended.
    fn all(self) -> String {
        self.reader.join().expect("reading does not panic");
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&said).into_owned()
    }
}

fn collect(mut stream: impl Read + Send + 'static) -> Stream {
    let said = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&said);
    let reader = thread::spawn(move || {
        let mut bytes = [0; 8192];
        // A stream that breaks off with its process has given all there was.
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&bytes[..count]);
        }
    });
    Stream { said, reader }
}

/// Looks at the command lines of a process and its descendants, over and over, as `ps` would.
#[derive(Debug)]
struct Watch {
    over: Arc<AtomicBool>,
    seen: Arc<Mutex<BTreeSet<String>>>,
    watcher: JoinHandle<()>,
}

impl Watch {
    fn over(pid: u32) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(Mutex::new(BTreeSet::new()));
        let watcher = thread::spawn({
            let (over, seen) = (Arc::clone(&over), Arc::clone(&seen));
            move || {
                while !over.load(Ordering::Relaxed) {
                    let lines = family(pid);
                    seen.lock().unwrap_or_else(PoisonError::into_inner).extend(lines);
                    pause();
                }
            }
        });
        Self { over, seen, watcher }
    }

    fn end(self) -> BTreeSet<String> {
        self.over.store(true, Ordering::Relaxed);
        let _ = self.watcher.join();
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The command lines of `pid` and all its descendants, from `/proc`.
///
/// Where there is no `/proc` the command line of the process itself is known from the call; those of its children are
/// not looked at.
fn family(pid: u32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut wanted = vec![PathBuf::from(format!("/proc/{pid}"))];
    while let Some(process) = wanted.pop() {
        if let Ok(line) = std::fs::read(process.join("cmdline")) {
            lines.push(String::from_utf8_lossy(&line).replace('\0', " "));
        }
        let Ok(tasks) = process.join("task").read_dir() else { continue };
        for task in tasks.filter_map(Result::ok) {
            let children =
                std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            wanted.extend(
                children.split_whitespace().map(|child| PathBuf::from(format!("/proc/{child}"))),
            );
        }
    }
    lines
}

#[expect(
    clippy::disallowed_methods,
    reason = "a fixture without a runtime, waiting for another program under a deadline"
)]
fn pause() {
    thread::sleep(Duration::from_millis(1));
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Call {
        Call::of("/bin/sh").args(["-c", script]).env("PATH", "/usr/bin:/bin")
    }

    #[test]
    fn an_answer_holds_code_and_both_streams() {
        let answer = shell("echo out; printf err >&2; exit 3").run();
        assert_eq!(
            answer.text(),
            "$ sh -c echo out; printf err >&2; exit 3\nexit 3\n--- stdout\nout\n--- stderr\nerr⏎\n"
        );
    }

    #[test]
    fn the_environment_is_empty_but_for_what_is_given_and_that_no_backup_is_wanted() {
        let answer = Call::of("/usr/bin/env").env("A", "b").run().expect(0);
        assert_eq!(answer.stdout, "A=b\nRADOUB_NO_BACKUP=1\n");
    }

    #[test]
    #[should_panic(
        expected = "standard error of `sh -c printf 'a %s4nted' pl >&2` holds a planted password, after: a "
    )]
    fn a_planted_password_in_the_output_fails_the_test() {
        shell("printf 'a %s4nted' pl >&2").run();
    }

    #[test]
    #[should_panic(expected = "holds a planted password, after: sh -c sleep 0.3 ; true ")]
    fn a_planted_password_in_the_process_list_fails_the_test() {
        shell("p=pl; sh -c 'sleep 0.3 ; true' \"${p}4nted\" & sh -c 'sleep 0.3; true'; wait").run();
    }

    #[test]
    #[should_panic(expected = "took longer than 50ms")]
    fn a_call_that_hangs_fails_the_test() {
        shell("exec sleep 5").patience(Duration::from_millis(50)).run();
    }
}
