//! A Compose project as Compose reads it: files found, variables replaced, `include` and `extends`
//! followed, overrides merged, then typed.
//!
//! Only what discovery asks about is typed; every other key is carried along and merged, and asks
//! for its variables as it would under Compose. Which services are members of the fleet is left to
//! [`super::discover`]. Source: Compose specification; measured against `docker-compose config`.

mod files;
mod load;
mod merge;
pub(crate) mod model;
mod normal;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

pub(crate) use files::{ComposeFiles, FILE_NAMES, compose_files};
pub(crate) use load::load;
pub(crate) use model::{ComposeService, Port, Project};

use super::place::Place;

/// Why a Compose project cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// A file that was named does not exist or cannot be opened.
    #[error("cannot read {}{}", file.display(), named_at.as_ref().map(|place| format!(" (named at {place})")).unwrap_or_default())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Where it is named, when a file names it.
        named_at: Option<Place>,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not YAML.
    #[error("{place}: not YAML: {problem}")]
    Malformed {
        /// Where.
        place: Place,
        /// What is wrong.
        problem: String,
        /// The line, secrets masked.
        excerpt: String,
    },
    /// An `.env` file cannot be read.
    #[error("{place}: {problem}")]
    MalformedEnv {
        /// Where.
        place: Place,
        /// What is wrong; never a value.
        problem: &'static str,
    },
    /// A key that discovery needs has the wrong shape.
    #[error("{place}: {path} must be {expected}, not {found}")]
    Shape {
        /// Where.
        place: Place,
        /// The key, from the top: `services.web.ports`.
        path: String,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// `extends` or `include` names itself in the end.
    #[error("{place}: {} goes round in a circle", chain.join(" → "))]
    Circle {
        /// Where it closes.
        place: Place,
        /// The services or files, in order; the last is the first again.
        chain: Vec<String>,
    },
    /// `extends` names a service that its file does not have.
    #[error("{place}: extends the service {service}, which {} does not have", file.display())]
    ExtendsUnknown {
        /// Where it is named.
        place: Place,
        /// The service that is not there.
        service: String,
        /// The file that was looked into.
        file: PathBuf,
    },
    /// An included file defines a service that is defined elsewhere in another way.
    #[error("{place}: the service {service} is also defined in {other}")]
    IncludeConflict {
        /// Where the included one stands.
        place: Place,
        /// The service.
        service: String,
        /// Where the other one stands.
        other: Place,
    },
    /// Variables are required and not set, or cannot be read; all of them.
    #[error("{}", lines(missing, invalid))]
    Variables {
        /// `${A:?message}` without a value, by variable.
        missing: Vec<MissingVariable>,
        /// `$` that start nothing.
        invalid: Vec<InvalidVariable>,
    },
}

/// A variable that a file requires and nobody sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingVariable {
    /// Its name.
    pub name: String,
    /// The message of the first place that asks for it; may be empty.
    pub message: String,
    /// All places that require it, in the order of reading.
    pub places: Vec<Place>,
}

/// A `$` that is no variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidVariable {
    /// Where its text starts.
    pub place: Place,
    /// Key that holds it, from the top.
    pub path: String,
}

fn lines(missing: &[MissingVariable], invalid: &[InvalidVariable]) -> String {
    let mut lines = Vec::new();
    for variable in missing {
        let MissingVariable { name, message, places } = variable;
        let place = places.first().map(ToString::to_string).unwrap_or_default();
        let more = match places.len() {
            0 | 1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let message = if message.is_empty() { "it is required" } else { message };
        lines.push(format!("{place}: {name} is not set: {message}{more}"));
    }
    for InvalidVariable { place, path } in invalid {
        lines.push(format!(
            "{place}: {path} holds a `$` that starts no variable; write `$$` for a dollar sign"
        ));
    }
    lines.join("\n")
}

/// What to read, and with which environment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// Folder that radoub was pointed at, absolute.
    pub(crate) root: &'a Path,
    /// The files and how they came to be chosen.
    pub(crate) files: &'a ComposeFiles,
    /// Profiles that are switched on.
    pub(crate) profiles: &'a [String],
    /// Project name given by the user.
    pub(crate) project_name: Option<&'a str>,
}

/// Variables of the process and of `.env`, the first winning.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    pub(crate) process: BTreeMap<String, String>,
    /// From `.env` files, with file and line.
    pub(crate) written: BTreeMap<String, (String, PathBuf, usize)>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Environment").finish_non_exhaustive()
    }
}

impl Environment {
    /// The value of a variable.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.process.get(name).or_else(|| self.written.get(name).map(|(value, ..)| value)).cloned()
    }

    /// Adds a `.env` file below what is known already; a file that is absent adds nothing.
    ///
    /// # Errors
    ///
    /// [`ComposeError`] when the file is there and cannot be read or requires a variable.
    pub(crate) fn read(&mut self, root: &Path, file: &Path) -> Result<bool, ComposeError> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            // A folder named `.env` is somebody's Python, not a settings file.
            Err(_) if file.is_dir() => return Ok(false),
            Err(source) => {
                let file = super::place::relative(root, file);
                return Err(ComposeError::Unreadable { file, named_at: None, source });
            }
        };
        let shown = super::place::relative(root, file);
        let read = super::dotenv::compose(&text, &|name| self.get(name));
        if let Some((line, problem)) = read.problems.first() {
            let place = Place { file: shown, line: *line, column: 1 };
            return Err(ComposeError::MalformedEnv { place, problem });
        }
        let mut findings = load::Findings::default();
        for (line, gap) in read.gaps {
            findings.add(gap, &Place { file: shown.clone(), line, column: 1 }, "a value");
        }
        findings.into_error()?;
        // Within a file the last one wins, between files the first.
        let mut fresh = BTreeMap::new();
        for variable in read.variables {
            fresh.insert(variable.name, (variable.value, shown.clone(), variable.line));
        }
        for (name, value) in fresh {
            self.written.entry(name).or_insert(value);
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
