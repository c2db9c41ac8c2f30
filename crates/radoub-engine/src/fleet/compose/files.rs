//! Which Compose files make up the project, and which environment they are read with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{ComposeError, Environment};
use crate::fleet::place::{joined, relative};

/// Names that Compose looks for, the first winning. Source: Compose manual, "Compose file".
pub(crate) const FILE_NAMES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// Names of the override that Compose merges when no file was named.
const OVERRIDE_NAMES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// The files of a project, in the order of merging, and their environment.
#[derive(Debug, Clone)]
pub(crate) struct ComposeFiles {
    /// Absolute, never empty.
    pub(crate) files: Vec<PathBuf>,
    /// Folder that relative paths start from: that of the first file.
    pub(crate) directory: PathBuf,
    /// Variables of the process and of `.env`.
    pub(crate) environment: Environment,
    /// Files of the same folder that Compose would pass over in favour of the first.
    pub(crate) passed_over: Vec<PathBuf>,
}

/// Finds the files: those named by `-f`, else by `COMPOSE_FILE`, else by `radoub.toml`, else the
/// first of [`FILE_NAMES`] in `root` or above, with its override. `None` when there is no file.
///
/// `COMPOSE_FILE`, `COMPOSE_PATH_SEPARATOR` and `COMPOSE_ENV_FILES` count from `.env` in `root` too.
///
/// # Errors
///
/// [`ComposeError`] for a named file that is not there, and for a broken `.env`.
pub(crate) fn compose_files(
    root: &Path,
    named: &[PathBuf],
    configured: &[PathBuf],
    env_files: &[PathBuf],
    process: &BTreeMap<String, String>,
) -> Result<(Option<ComposeFiles>, Environment), ComposeError> {
    let mut environment = Environment { process: process.clone(), ..Environment::default() };
    let env_files: Vec<PathBuf> = if env_files.is_empty() {
        let named = process.get("COMPOSE_ENV_FILES").map(String::as_str).unwrap_or_default();
        named
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| joined(root, name))
            .collect()
    } else {
        env_files.iter().map(|file| root.join(file)).collect()
    };
    // Later files win, and what is read first wins.
    for file in env_files.iter().rev() {
        if !environment.read(root, file)? {
            return Err(ComposeError::Unreadable {
                file: relative(root, file),
                named_at: None,
                source: std::io::ErrorKind::NotFound.into(),
            });
        }
    }
    if env_files.is_empty() {
        environment.read(root, &root.join(".env"))?;
    }

    let from_variable = || {
        let list = environment.get("COMPOSE_FILE").filter(|list| !list.is_empty())?;
        let default = if cfg!(windows) { ";" } else { ":" };
        let separator = environment
            .get("COMPOSE_PATH_SEPARATOR")
            .filter(|separator| !separator.is_empty())
            .unwrap_or_else(|| default.to_owned());
        let listed = list.split(separator.as_str()).filter(|name| !name.is_empty());
        Some(listed.map(|name| joined(root, name)).collect::<Vec<_>>())
    };
    let mut passed_over = Vec::new();
    let files = if !named.is_empty() {
        named.iter().map(|file| root.join(file)).collect()
    } else if let Some(files) = from_variable() {
        files
    } else if !configured.is_empty() {
        configured.to_vec()
    } else {
        let (files, others) = searched(root);
        passed_over = others;
        files
    };
    let Some(directory) = files.first().and_then(|file| file.parent()).map(Path::to_path_buf)
    else {
        return Ok((None, environment));
    };
    if env_files.is_empty() && directory != root {
        environment.read(root, &directory.join(".env"))?;
    }
    let found = ComposeFiles { files, directory, environment: environment.clone(), passed_over };
    Ok((Some(found), environment))
}

/// The file and its override in the nearest folder that has one, and what lies beside it unread.
fn searched(root: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    for folder in root.ancestors() {
        let mut candidates = present(folder, &FILE_NAMES);
        if candidates.is_empty() {
            continue;
        }
        let others = candidates.split_off(1);
        candidates.extend(present(folder, &OVERRIDE_NAMES).into_iter().take(1));
        return (candidates, others);
    }
    (Vec::new(), Vec::new())
}

fn present(folder: &Path, names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| folder.join(name)).filter(|file| file.is_file()).collect()
}
