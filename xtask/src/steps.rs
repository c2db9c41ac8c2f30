//! Running other programs, one after another, with a line before each and a summary at the end.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// Why a task failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A program could not be started.
    #[error("`{line}` does not start")]
    Start {
        /// The command line.
        line: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program ended with a failure.
    #[error("`{line}` failed")]
    Program {
        /// The command line.
        line: String,
    },
    /// A file could not be read or written.
    #[error("cannot use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Several things were tried and some failed; they have been told before.
    #[error("{0}")]
    Told(String),
}

impl Failure {
    /// For `map_err` on file operations.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().unwrap_or(root)
}

/// A call of the cargo that runs this task.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// The command line, for messages.
pub(crate) fn line(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let program =
        program.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    command
        .get_args()
        .map(OsStr::to_string_lossy)
        .fold(program, |line, argument| line + " " + &argument)
}

/// Runs a program to its end, its output shown.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let line = line(command);
    println!("\n$ {line}");
    let status =
        command.status().map_err(|source| Failure::Start { line: line.clone(), source })?;
    if status.success() { Ok(()) } else { Err(Failure::Program { line }) }
}

/// Runs a program to its end and gives its standard output.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    let line = line(command);
    let output =
        command.output().map_err(|source| Failure::Start { line: line.clone(), source })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        print!("{}", String::from_utf8_lossy(&output.stderr));
        Err(Failure::Program { line })
    }
}

/// Whether a program can be started; its output does not matter.
pub(crate) fn runs(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

/// Steps that are all taken, whatever comes of the ones before.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    taken: Vec<(String, Duration, Option<Failure>)>,
}

impl Steps {
    /// Takes one.
    pub(crate) fn take(&mut self, name: &str, step: impl FnOnce() -> Result<(), Failure>) {
        println!("\n== {name}");
        let began = Instant::now();
        let failure = step().err();
        if let Some(failure) = &failure {
            println!("{failure}");
        }
        self.taken.push((name.to_owned(), began.elapsed(), failure));
    }

    /// Prints what came of each.
    pub(crate) fn end(self) -> Result<(), Failure> {
        println!("\n== summary");
        let mut failed = Vec::new();
        for (name, duration, failure) in self.taken {
            let mark = if failure.is_some() { "FAILED" } else { "ok" };
            println!("{mark:>6}  {:>7.1} s  {name}", duration.as_secs_f64());
            if failure.is_some() {
                failed.push(name);
            }
        }
        if failed.is_empty() {
            Ok(())
        } else {
            Err(Failure::Told(format!("failed: {}", failed.join(", "))))
        }
    }
}
