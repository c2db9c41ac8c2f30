//! Runs the programs that `radoub.toml` names for a service: its client is generated, it is restarted, its log
//! is printed.
//!
//! Program and arguments as they stand there, in the folder of the service, with the environment of
//! radoub and without a shell. The end of what they print is kept for the case that they fail. When they are run
//! is decided elsewhere.

use std::future::Future;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::failure::Failure;
use crate::fleet::Service;
use crate::fleet::place::without_user;
use crate::runtime::Source;
use crate::translate;

/// How many lines of what a program printed are kept.
const LINES: usize = 20;

/// How long what a program has written may take to arrive when it has ended: a program of its own that goes on may
/// keep the pipe open for ever.
const REST: Duration = Duration::from_millis(100);

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Errand {
    /// Generate the client.
    Generate,
    /// Restart the service.
    Restart,
    /// Print what the service has logged.
    Logs,
}

impl Errand {
    /// Those behind a new migration, in the order in which they are run.
    pub const BEHIND_NEW: [Self; 2] = [Self::Generate, Self::Restart];

    /// The name in `radoub.toml`, in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Restart => "restart",
            Self::Logs => "logs",
        }
    }

    /// The program and its arguments, when one is named.
    pub fn words(self, service: &Service) -> Option<&[String]> {
        let words = match self {
            Self::Generate => &service.errands.generate,
            Self::Restart => &service.errands.restart,
            Self::Logs => &service.errands.logs,
        };
        words.as_deref().filter(|words| !words.is_empty())
    }
}

/// Why a program did not do what it should. `command` is the program and its arguments; passwords of URLs masked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErrandError {
    /// It is not there, or cannot be started.
    #[error("{command} could not be started: {reason}")]
    Start {
        /// The program.
        command: String,
        /// What the system said.
        reason: String,
    },
    /// It ended with another code than 0.
    #[error("{command} ended with {status}")]
    Failed {
        /// The program.
        command: String,
        /// How it ended.
        status: String,
        /// The last lines of what it printed; passwords of URLs masked.
        said: Vec<String>,
    },
    /// It did not end in time, and was ended.
    #[error("{command} did not end within {} s", after.as_secs())]
    Late {
        /// The program.
        command: String,
        /// How long it had.
        after: Duration,
    },
}

impl ErrandError {
    /// The same in the vocabulary of the locale files.
    pub fn failure(&self) -> Failure {
        translate::errand_failure(self)
    }
}

/// Runs an errand; `None` when none is named. What it prints goes to `read` line by line. Dropping the call ends the
/// program; `patience` bounds it.
///
/// # Errors
///
/// [`ErrandError`].
pub async fn run(
    service: &Service,
    errand: Errand,
    patience: Option<Duration>,
    read: impl FnMut(Source, &str),
) -> Option<Result<Duration, ErrandError>> {
    let words = errand.words(service)?;
    let begun = Instant::now();
    let ended = within(patience, carry_out(&service.folder, words, read)).await;
    let late = |after| ErrandError::Late { command: shown(words), after };
    Some(ended.map_err(late).and_then(|it| it).map(|()| begun.elapsed()))
}

/// The call's outcome, or how long it had when that was too long.
async fn within<T>(
    patience: Option<Duration>,
    call: impl Future<Output = T>,
) -> Result<T, Duration> {
    match patience {
        None => Ok(call.await),
        Some(patience) => tokio::time::timeout(patience, call).await.map_err(|_| patience),
    }
}

/// Program and arguments as one types them.
pub(crate) fn shown(words: &[String]) -> String {
    without_user(&words.join(" "))
}

async fn carry_out(
    folder: &Path,
    words: &[String],
    mut read: impl FnMut(Source, &str),
) -> Result<(), ErrandError> {
    let start = |error: std::io::Error| ErrandError::Start {
        command: shown(words),
        reason: error.to_string(),
    };
    let [program, arguments @ ..] = words else { return Ok(()) };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(start)?;
    let mut last: Vec<String> = Vec::new();
    let status = listened(&mut child, |source, line| {
        read(source, line);
        if !line.trim().is_empty() {
            if last.len() == LINES {
                last.remove(0);
            }
            last.push(without_user(line));
        }
    });
    let status = status.await.map_err(start)?;
    if status.success() {
        return Ok(());
    }
    Err(ErrandError::Failed { command: shown(words), status: status.to_string(), said: last })
}

/// Reads what a program prints until it has ended, and what was on the way then.
async fn listened(
    child: &mut Child,
    mut read: impl FnMut(Source, &str),
) -> std::io::Result<ExitStatus> {
    let mut output = Lines::of(child.stdout.take());
    let mut errors = Lines::of(child.stderr.take());
    let mut ended: Option<(ExitStatus, tokio::time::Instant)> = None;
    loop {
        let until = ended.map_or_else(tokio::time::Instant::now, |(_, at)| at + REST);
        let (source, line) = tokio::select! {
            biased;
            () = tokio::time::sleep_until(until), if ended.is_some() => break,
            line = output.next(), if output.is_open() => (Source::Output, line?),
            line = errors.next(), if errors.is_open() => (Source::Error, line?),
            status = child.wait(), if ended.is_none() => {
                ended = Some((status?, tokio::time::Instant::now()));
                continue;
            }
            else => break,
        };
        if let Some(line) = line {
            read(source, &line);
        }
    }
    match ended {
        Some((status, _)) => Ok(status),
        None => child.wait().await,
    }
}

/// The lines of a pipe; bytes that are not UTF-8 are replaced.
struct Lines<R> {
    pipe: Option<BufReader<R>>,
    /// What has arrived of a line whose end has not; kept here because a wait for more may be given up.
    begun: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    fn of(pipe: Option<R>) -> Self {
        Self { pipe: pipe.map(BufReader::new), begun: Vec::new() }
    }

    fn is_open(&self) -> bool {
        self.pipe.is_some()
    }

    /// The next line without its end; `None` when there is no more.
    async fn next(&mut self) -> std::io::Result<Option<String>> {
        let Some(pipe) = &mut self.pipe else { return Ok(None) };
        if pipe.read_until(b'\n', &mut self.begun).await? == 0 {
            self.pipe = None;
            if self.begun.is_empty() {
                return Ok(None);
            }
        }
        let line = String::from_utf8_lossy(&std::mem::take(&mut self.begun)).into_owned();
        Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// What a script printed, and how it ended; it has two seconds.
    #[track_caller]
    fn run(script: &str) -> (Vec<String>, Result<(), ErrandError>) {
        let words: Vec<String> = ["/bin/sh", "-c", script].map(str::to_owned).into();
        let mut printed = Vec::new();
        let folder = std::env::temp_dir();
        let call = carry_out(&folder, &words, |_, line| printed.push(line.to_owned()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let patience = Some(Duration::from_secs(2));
        let ended = runtime.expect("a runtime").block_on(async { within(patience, call).await });
        let late = |after| ErrandError::Late { command: shown(&words), after };
        (printed, ended.map_err(late).and_then(|it| it))
    }

    #[test]
    fn what_a_program_prints_is_read_to_its_last_line() {
        let (printed, ended) = run("echo one; printf two; echo three >&2");
        assert_eq!(ended, Ok(()));
        assert_eq!(printed.len(), 3, "{printed:?}");
        assert!(printed.contains(&"two".to_owned()), "{printed:?}");
    }

    #[test]
    fn a_program_that_fails_is_told_with_the_end_of_what_it_printed() {
        let (printed, ended) = run("seq 100; echo 'postgresql://u:secret@h/d' >&2; exit 3");
        assert_eq!(printed.len(), 101);
        let Err(ErrandError::Failed { status, said, .. }) = ended else { panic!("{ended:?}") };
        assert_eq!((status.as_str(), said.len()), ("exit status: 3", LINES));
        assert!(said.contains(&"postgresql://…@h/d".to_owned()), "{said:?}");
    }

    #[test]
    fn what_goes_on_in_the_background_is_not_waited_for() {
        let begun = Instant::now();
        let (printed, ended) = run("(while sleep 0.01; do echo x; done) & echo started");
        assert_eq!(ended, Ok(()));
        assert!(printed.contains(&"started".to_owned()), "{printed:?}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let (_, ended) = run("exec sleep 600");
        assert!(matches!(ended, Err(ErrandError::Late { .. })), "{ended:?}");
    }
}
