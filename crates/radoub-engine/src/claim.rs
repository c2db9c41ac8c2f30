//! Folders that live as long as their process, and that can be told from those of the dead.
//!
//! Beside each folder lies a file that its owner keeps locked. The system lets the lock go however the process
//! ends, so whoever gets it may remove the folder; a process id could have been given to somebody else. What is
//! in the folder and how it is ended is the owner's business.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a lock file may go by its first name: its owner locks it and renames it at once.
const MOMENT: Duration = Duration::from_mins(1);

/// A folder of ours. Dropping it removes the folder and all that it holds.
#[derive(Debug)]
pub(crate) struct Claim {
    folder: PathBuf,
    lock_file: PathBuf,
    /// Locked; closed with the value.
    _lock: File,
}

impl Claim {
    /// Makes a folder in `parent` whose name begins with `kind`, open to nobody else, except that others may pass
    /// through it to what is given to them.
    pub(crate) fn take(parent: &Path, kind: &str) -> io::Result<Self> {
        fs::create_dir_all(parent)?;
        let name = format!("{kind}-{:016x}", RandomState::new().hash_one(std::process::id()));
        let (folder, lock_file) = (parent.join(&name), parent.join(format!("{name}.lock")));
        // Under its final name the file is locked from the beginning, so nobody takes it for an orphan's.
        let first = parent.join(format!("{name}.claim"));
        let lock = File::options().write(true).create_new(true).open(&first)?;
        lock.lock()?;
        fs::rename(&first, &lock_file)?;
        let claim = Self { folder, lock_file, _lock: lock };
        fs::create_dir(&claim.folder)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&claim.folder, fs::Permissions::from_mode(0o711))?;
        }
        Ok(claim)
    }

    /// The folders of this kind in `parent` whose owner is gone; they are ours from now on.
    ///
    /// What cannot be looked at is left alone.
    pub(crate) fn orphans(parent: &Path, kind: &str) -> Vec<Self> {
        let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
        let mut orphans = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            let Some(name) = path.file_stem().and_then(OsStr::to_str) else { continue };
            if !name.strip_prefix(kind).is_some_and(|rest| rest.starts_with('-')) {
                continue;
            }
            let extension = path.extension().and_then(OsStr::to_str);
            match extension {
                Some("lock") => {}
                Some("claim") if is_old(&entry) => {}
                _ => continue,
            }
            let Ok(lock) = File::options().write(true).open(&path) else { continue };
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => continue,
            }
            let folder = path.with_extension("");
            orphans.push(Self { folder, lock_file: path, _lock: lock });
        }
        orphans
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Removes the folder, and says what the system has against it; the lock file goes last, so that what stays
    /// can be recognised.
    pub(crate) fn remove(&self) -> io::Result<()> {
        gone(fs::remove_dir_all(&self.folder))?;
        gone(fs::remove_file(&self.lock_file))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Nobody is left to be told; who wants to know has called `remove`, and the next sweep tries again.
        let _ = self.remove();
    }
}

fn is_old(entry: &fs::DirEntry) -> bool {
    let written = entry.metadata().and_then(|data| data.modified());
    written.is_ok_and(|it| it.elapsed().is_ok_and(|age| age > MOMENT))
}

/// What is not there is removed.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_a_living_owner_is_no_orphan_and_one_of_a_dead_is() {
        let parent = tempfile::tempdir().unwrap();
        let alive = Claim::take(parent.path(), "radoub-test").unwrap();
        let other = Claim::take(parent.path(), "radoub-test-more").unwrap();
        fs::write(alive.folder().join("file"), "x").unwrap();
        assert!(Claim::orphans(parent.path(), "radoub-test").is_empty());

        // As after `kill -9`: the files are there, the lock is not.
        let dead = parent.path().join("radoub-test-0123");
        fs::create_dir(&dead).unwrap();
        fs::write(parent.path().join("radoub-test-0123.lock"), "").unwrap();
        let found = Claim::orphans(parent.path(), "radoub-test");
        assert_eq!(found.iter().map(Claim::folder).collect::<Vec<_>>(), [dead.as_path()]);
        // Two sweeps at once do not meet in one folder.
        assert!(Claim::orphans(parent.path(), "radoub-test").is_empty());
        drop(found);
        assert!(!dead.exists());

        let left = alive.folder().to_path_buf();
        assert!(left.join("file").exists());
        drop((alive, other));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_without_any_is_swept_without_a_word() {
        assert!(Claim::orphans(Path::new("/no/such/folder"), "radoub-test").is_empty());
    }
}
