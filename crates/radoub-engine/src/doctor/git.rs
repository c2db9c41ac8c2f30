//! What Git knows of files: tracked, ignored, changed. Asked of the `git` command, which alone knows all its rules.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::fleet::child::{self, ChildError};

/// How long one question may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// A working tree.
#[derive(Debug)]
pub(super) struct Git<'a> {
    folder: &'a Path,
}

impl<'a> Git<'a> {
    /// The working tree that `folder` lies in; `None` when it lies in none.
    ///
    /// # Errors
    ///
    /// Why Git did not answer, where there is a repository.
    pub(super) fn of(folder: &'a Path) -> Result<Option<Self>, String> {
        if !folder.ancestors().any(|it| it.join(".git").exists()) {
            return Ok(None);
        }
        let git = Self { folder };
        git.ask(&["rev-parse", "--is-inside-work-tree"], &[]).map_err(|error| error.to_string())?;
        Ok(Some(git))
    }

    /// Those of these files that are in the index.
    pub(super) fn tracked(&self, paths: &[PathBuf]) -> Vec<PathBuf> {
        paths.iter().filter(|path| self.answers(&["ls-files", "-z"], path)).cloned().collect()
    }

    /// Those of these paths that are left out by a rule.
    pub(super) fn ignored(&self, paths: &[PathBuf]) -> Vec<PathBuf> {
        paths.iter().filter(|path| self.answers(&["check-ignore"], path)).cloned().collect()
    }

    /// The files below `path` that are new or changed, relative to the top of the working tree.
    pub(super) fn changed(&self, path: &Path) -> Vec<String> {
        let arguments = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"];
        let listed = self.ask(&arguments, &[path.to_path_buf()]).unwrap_or_default();
        let entries = listed.split('\0').filter_map(|entry| entry.get(3..));
        entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
    }

    /// Whether the answer about a path says anything.
    fn answers(&self, arguments: &[&str], path: &Path) -> bool {
        self.ask(arguments, &[path.to_path_buf()]).is_ok_and(|said| !said.is_empty())
    }

    fn ask(&self, arguments: &[&str], paths: &[PathBuf]) -> Result<String, ChildError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.folder).args(arguments);
        if !paths.is_empty() {
            command.arg("--").args(paths);
        }
        // A look must not refresh the index of somebody who works here.
        command.env("GIT_OPTIONAL_LOCKS", "0");
        child::output(command, DEADLINE)
    }
}
