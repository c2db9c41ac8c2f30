//! The Compose command: `docker compose`, else `docker-compose`; building images and bringing services up.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::failure::Failure;
use crate::translate;

/// How long `docker compose version` may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// How many of its last lines an error repeats.
const LAST_LINES: usize = 12;

/// The Compose command of this machine, and the project that it is called for.
#[derive(Clone)]
pub struct Compose {
    /// `docker compose` or `docker-compose`.
    words: Vec<&'static str>,
    folder: PathBuf,
    project: String,
    files: Vec<PathBuf>,
    environment: BTreeMap<String, String>,
}

/// The environment may hold any secret, so it is not shown.
impl std::fmt::Debug for Compose {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Compose")
            .field("words", &self.words)
            .field("project", &self.project)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

/// Why a call of Compose failed.
#[derive(Debug, thiserror::Error)]
pub enum ComposeFailure {
    /// Neither form of the command is there.
    #[error("neither `docker compose` nor `docker-compose` is on this machine")]
    Missing,
    /// It could not be run.
    #[error("`{command}` could not be run")]
    Run {
        /// The words of the call.
        command: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It ran and failed.
    #[error("`{command}` ended with {status}: {said}")]
    Failed {
        /// The words of the call.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The last lines that it wrote.
        said: String,
    },
}

impl ComposeFailure {
    /// The same in the vocabulary of the locale files.
    pub fn failure(&self) -> Failure {
        translate::compose_failure(self)
    }
}

impl Compose {
    /// Finds the command. `folder` is where it is called, `files` are the Compose files in the order of merging.
    ///
    /// # Errors
    ///
    /// [`ComposeFailure::Missing`].
    pub async fn find(
        folder: &Path,
        project: &str,
        files: &[PathBuf],
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, ComposeFailure> {
        for words in [&["docker", "compose"][..], &["docker-compose"]] {
            let mut command = Command::new(words[0]);
            command.args(&words[1..]).arg("version").env_clear().envs(environment);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.kill_on_drop(true);
            let ended = tokio::time::timeout(DEADLINE, command.status()).await;
            if ended.is_ok_and(|status| status.is_ok_and(|status| status.success())) {
                return Ok(Self {
                    words: words.to_vec(),
                    folder: folder.to_path_buf(),
                    project: project.to_owned(),
                    files: files.to_vec(),
                    environment: environment.clone(),
                });
            }
        }
        Err(ComposeFailure::Missing)
    }

    /// Builds the images of these services; every line that it writes goes to `tell`.
    ///
    /// # Errors
    ///
    /// [`ComposeFailure`].
    pub async fn build(
        &self,
        services: &[&str],
        tell: impl FnMut(&str),
    ) -> Result<(), ComposeFailure> {
        self.run(&["build"], services, tell).await
    }

    /// Creates, recreates where image or settings have changed, and starts these services and no others, with so
    /// many containers each.
    ///
    /// # Errors
    ///
    /// [`ComposeFailure`].
    pub async fn up(
        &self,
        services: &[(&str, usize)],
        tell: impl FnMut(&str),
    ) -> Result<(), ComposeFailure> {
        let names: Vec<&str> = services.iter().map(|(name, _)| *name).collect();
        let scales: Vec<String> = services
            .iter()
            .filter(|(_, count)| *count > 1)
            .map(|(name, count)| format!("--scale={name}={count}"))
            .collect();
        let mut verb = vec!["up", "--detach", "--no-deps"];
        verb.extend(scales.iter().map(String::as_str));
        self.run(&verb, &names, tell).await
    }

    /// The words of a call, as one would type them.
    fn line(&self, verb: &[&str], services: &[&str]) -> String {
        [&self.words[..], verb, services].concat().join(" ")
    }

    async fn run(
        &self,
        verb: &[&str],
        services: &[&str],
        mut tell: impl FnMut(&str),
    ) -> Result<(), ComposeFailure> {
        let failed = |source| ComposeFailure::Run { command: self.line(verb, services), source };
        let mut command = Command::new(self.words[0]);
        command.args(&self.words[1..]).args(["--project-name", &self.project]);
        for file in &self.files {
            command.arg("--file").arg(file);
        }
        command.args(verb).args(services).current_dir(&self.folder);
        command.env_clear().envs(&self.environment).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let (output, errors) = (child.stdout.take(), child.stderr.take());
        let (Some(output), Some(errors)) = (output, errors) else {
            return Err(failed(std::io::Error::other("its output is not piped")));
        };
        let mut output = BufReader::new(output).lines();
        let mut errors = BufReader::new(errors).lines();
        let mut last: Vec<String> = Vec::new();
        let (mut output_ended, mut errors_ended) = (false, false);
        while !(output_ended && errors_ended) {
            let line = tokio::select! {
                line = output.next_line(), if !output_ended => {
                    let line = line.map_err(failed)?;
                    output_ended = line.is_none();
                    line
                }
                line = errors.next_line(), if !errors_ended => {
                    let line = line.map_err(failed)?;
                    errors_ended = line.is_none();
                    line
                }
            };
            let Some(line) = line else { continue };
            tell(&line);
            if last.len() == LAST_LINES {
                last.remove(0);
            }
            last.push(line);
        }
        let status = child.wait().await.map_err(failed)?;
        if status.success() {
            return Ok(());
        }
        let command = self.line(verb, services);
        Err(ComposeFailure::Failed { command, status, said: last.join("\n") })
    }
}
