//! Secrets that `radoub.toml` names: where each lies, and how it is fetched when it is needed.
//!
//! None is read before that, and none is shown: what went wrong names the place, never what was found there.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;

use crate::fleet::child::{self, ChildError};

/// The environment of the process, as the command read it.
pub type Environment = BTreeMap<String, String>;

/// How long a program may take to print a secret.
const COMMAND_DEADLINE: Duration = Duration::from_secs(10);

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// Where a secret lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// In `radoub.toml` itself.
    Text(Secret),
    /// In a file.
    File(PathBuf),
    /// In a variable.
    Variable(String),
    /// On the standard output of a program, run in the folder.
    Command(Vec<String>, PathBuf),
}

/// Why a secret is not where it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{from}: {reason}")]
pub struct SecretError {
    /// File, variable or program.
    pub from: String,
    /// Why not.
    pub reason: String,
}

impl SecretSource {
    /// The place, for people: of a program only its name, because its arguments may be secret.
    pub fn named(&self) -> String {
        match self {
            Self::Text(_) => "radoub.toml".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Variable(name) => name.clone(),
            Self::Command(words, _) => words.first().cloned().unwrap_or_default(),
        }
    }

    /// The secret, without the line end behind it. A program is waited for.
    pub(crate) fn read(&self, environment: &Environment) -> Result<String, SecretError> {
        let text = match self {
            Self::Command(words, folder) => {
                let command = self.command(words, folder)?;
                let output = child::output(command, COMMAND_DEADLINE);
                output.map_err(|error| self.failed(error))?
            }
            other => other.at_hand(environment)?,
        };
        self.told(&text)
    }

    /// The same without keeping others waiting; dropping the call ends the program.
    pub(crate) async fn fetch(&self, environment: &Environment) -> Result<String, SecretError> {
        let Self::Command(words, folder) = self else { return self.read(environment) };
        let mut command = tokio::process::Command::from(self.command(words, folder)?);
        command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(COMMAND_DEADLINE, command.output()).await;
        let output = output.map_err(|_| self.failed(ChildError::Late(COMMAND_DEADLINE)))?;
        let output = output.map_err(|error| self.failed(ChildError::Start(error)))?;
        if !output.status.success() {
            return Err(self.failed(ChildError::Failed(output.status)));
        }
        let text = String::from_utf8(output.stdout).map_err(|_| self.failed(ChildError::NotUtf8));
        self.told(&text?)
    }

    fn at_hand(&self, environment: &Environment) -> Result<String, SecretError> {
        match self {
            Self::Text(text) => Ok(text.0.clone()),
            Self::File(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| self.failed(error))?;
                Ok(text.trim_start_matches('\u{feff}').to_owned())
            }
            Self::Variable(name) => {
                let value = environment.get(name).cloned();
                value.ok_or_else(|| self.failed("the variable is not set"))
            }
            Self::Command(..) => Err(self.failed("it is a program")),
        }
    }

    fn command(&self, words: &[String], folder: &Path) -> Result<Command, SecretError> {
        let (program, arguments) =
            words.split_first().ok_or_else(|| self.failed("it has no words"))?;
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder);
        Ok(command)
    }

    fn told(&self, text: &str) -> Result<String, SecretError> {
        let text = text.trim_end_matches(['\r', '\n']);
        if text.trim().is_empty() { Err(self.failed("it is empty")) } else { Ok(text.to_owned()) }
    }

    fn failed(&self, reason: impl fmt::Display) -> SecretError {
        SecretError { from: self.named(), reason: reason.to_string() }
    }
}
