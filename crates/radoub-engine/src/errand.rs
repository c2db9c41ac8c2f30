//! Runs the programs that `radoub.toml` names for a service: its client is generated, it is
//! restarted.
//!
//! Program and arguments as they stand there, in the folder of the service, with the environment of
//! radoub and without a shell. What they print is kept for the case that they fail.

use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::fleet::Service;
use crate::fleet::place::without_user;

/// How many lines of what a program printed are kept.
const LINES: usize = 20;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Errand {
    /// Generate the client.
    Generate,
    /// Restart the service.
    Restart,
}

impl Errand {
    /// Both, in the order in which they are run.
    pub const ALL: [Self; 2] = [Self::Generate, Self::Restart];

    /// The name in `radoub.toml`, in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Restart => "restart",
        }
    }

    /// The program and its arguments, when one is named.
    pub fn words(self, service: &Service) -> Option<&[String]> {
        let words = match self {
            Self::Generate => &service.errands.generate,
            Self::Restart => &service.errands.restart,
        };
        words.as_deref().filter(|words| !words.is_empty())
    }
}

/// Why a program did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErrandError {
    /// It is not there, or cannot be started.
    #[error("{program} could not be started: {reason}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        reason: String,
    },
    /// It ended with another code than 0.
    #[error("{program} ended with {status}")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: String,
        /// The last lines of what it printed; passwords of URLs masked.
        said: Vec<String>,
    },
}

/// Runs an errand; `None` when none is named. Dropping the call ends the program.
///
/// # Errors
///
/// [`ErrandError`].
pub async fn run(service: &Service, errand: Errand) -> Option<Result<Duration, ErrandError>> {
    let [program, arguments @ ..] = errand.words(service)? else { return None };
    let begun = Instant::now();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(&service.folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await;
    Some(match output {
        Err(error) => {
            Err(ErrandError::Start { program: program.clone(), reason: error.to_string() })
        }
        Ok(output) if output.status.success() => Ok(begun.elapsed()),
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&text).into_owned();
            let lines: Vec<&str> = text.lines().filter(|it| !it.trim().is_empty()).collect();
            let last = lines.iter().skip(lines.len().saturating_sub(LINES));
            Err(ErrandError::Failed {
                program: program.clone(),
                status: output.status.to_string(),
                said: last.map(|line| without_user(line)).collect(),
            })
        }
    })
}
