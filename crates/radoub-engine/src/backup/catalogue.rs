//! The folder of backups: one folder each, with its data and its manifest.
//!
//! A backup appears by one renaming, after everything in it is on disk; what is being written has a name
//! that is never taken for one (fault 5). What the data is, and who may read it, is not known here.

mod files;
mod kept;

use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::manifest::{FORMAT, Manifest, Stored, Verified};

pub(super) use files::private_file;

use files::{private_folder, remove_file, sync_folder, write_json};

const MANIFEST: &str = "manifest.json";
/// The end of the name of a folder that is being written.
const PARTIAL: &str = ".partial";
/// The end of the name of the file whose lock its writer holds.
const LOCK: &str = ".lock";
/// The end of its name before it is locked.
const CLAIM: &str = ".claim";
/// How long it may have that name: its owner locks and renames it at once.
const MOMENT: Duration = Duration::from_mins(1);

/// The folder of backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    folder: PathBuf,
}

/// A backup of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its folder.
    pub folder: PathBuf,
    /// What is known of it.
    pub manifest: Manifest,
    /// That it was read back, if it was.
    pub verified: Option<Verified>,
    /// That it lies in its second home too, if it does.
    pub stored: Option<Stored>,
}

/// A folder of the catalogue that cannot be read as a backup.
#[derive(Debug)]
pub struct Unreadable {
    /// The folder.
    pub folder: PathBuf,
    /// Why not.
    pub reason: CatalogueError,
}

/// What the catalogue holds.
#[derive(Debug, Default)]
pub struct Holdings {
    /// The backups, oldest first.
    pub backups: Vec<Kept>,
    /// What looks like one and cannot be read.
    pub unreadable: Vec<Unreadable>,
}

/// Why the catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A manifest is not one.
    #[error("{} cannot be understood", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A manifest of a later radoub.
    #[error("{} is of format {found}; this radoub reads format {FORMAT}", path.display())]
    Format {
        /// Which.
        path: PathBuf,
        /// What it says.
        found: u64,
    },
}

/// A backup that is being written. Dropping it removes it.
#[derive(Debug)]
pub struct Partial {
    catalogue: Catalogue,
    id: String,
    folder: PathBuf,
    lock: Option<File>,
}

impl Catalogue {
    /// The catalogue in this folder, which need not exist.
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every backup, oldest first; none when there is no folder. What is being written is left out.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Read`] when the folder itself cannot be read.
    pub fn list(&self) -> Result<Holdings, CatalogueError> {
        let mut holdings = Holdings::default();
        let entries = match self.folder.read_dir() {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(holdings),
            Err(source) => {
                return Err(CatalogueError::Read { path: self.folder.clone(), source });
            }
        };
        for entry in entries {
            let entry = entry
                .map_err(|source| CatalogueError::Read { path: self.folder.clone(), source })?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let folder = entry.path();
            if hidden || !folder.is_dir() {
                continue;
            }
            match Kept::read(&folder) {
                Ok(kept) => holdings.backups.push(kept),
                Err(reason) => holdings.unreadable.push(Unreadable { folder, reason }),
            }
        }
        holdings.backups.sort_by(|one, two| {
            let key = |it: &Kept| (it.manifest.snapshot_at, it.manifest.id.clone());
            key(one).cmp(&key(two))
        });
        holdings.unreadable.sort_by(|one, two| one.folder.cmp(&two.folder));
        Ok(holdings)
    }

    /// Begins a backup whose name is known: one that comes back from its second home.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Write`], also when there is one of that name.
    pub fn begin_again(&self, id: &str) -> Result<Partial, CatalogueError> {
        let taken = || CatalogueError::Write {
            path: self.folder.join(id),
            source: io::Error::from(io::ErrorKind::AlreadyExists),
        };
        self.prepare()?;
        if self.folder.join(id).exists() {
            return Err(taken());
        }
        self.claim(id)?.ok_or_else(taken)
    }

    /// Begins a backup whose name starts with `service`; `at` gives the rest of it.
    ///
    /// The folders are readable by their owner only, and a `.gitignore` keeps them out of repositories:
    /// there are people in this data.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Write`].
    pub fn begin(&self, service: &str, at: Timestamp) -> Result<Partial, CatalogueError> {
        self.prepare()?;
        let base = format!("{}_{}", file_name(service), at.strftime("%Y%m%d_%H%M%S"));
        let mut turn = 1;
        loop {
            let id = if turn == 1 { base.clone() } else { format!("{base}_{turn}") };
            turn += 1;
            if self.folder.join(&id).exists() {
                continue;
            }
            if let Some(partial) = self.claim(&id)? {
                return Ok(partial);
            }
        }
    }

    /// Makes the folder.
    fn prepare(&self) -> Result<(), CatalogueError> {
        private_folder(&self.folder).map_err(unwritten(&self.folder))?;
        let ignore = self.folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(unwritten(&ignore))?;
        }
        Ok(())
    }

    /// Takes a name; `None` when somebody else writes under it.
    fn claim(&self, id: &str) -> Result<Option<Partial>, CatalogueError> {
        // Locked before it has the name that a sweep looks for, so that nobody takes it for an orphan's.
        let nobody = format!(".{id}.{:016x}{CLAIM}", RandomState::new().hash_one(id));
        let first = self.folder.join(nobody);
        let lock = File::options().write(true).create_new(true).open(&first);
        let lock = lock.map_err(unwritten(&first))?;
        lock.lock().map_err(unwritten(&first))?;
        let path = self.lock_of(id);
        let linked = fs::hard_link(&first, &path);
        remove_file(&first)?;
        match linked {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            Err(source) => return Err(CatalogueError::Write { path, source }),
        }
        let folder = self.partial_of(id);
        private_folder(&folder).map_err(unwritten(&folder))?;
        let (catalogue, id) = (self.clone(), id.to_owned());
        Ok(Some(Partial { catalogue, id, folder, lock: Some(lock) }))
    }

    /// Removes what killed radoubs have left; gives back the names of those backups, for their sessions
    /// may live on.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`].
    pub fn sweep(&self) -> Result<Vec<String>, CatalogueError> {
        let mut swept = Vec::new();
        let Ok(entries) = self.folder.read_dir() else { return Ok(swept) };
        let names: Vec<String> = entries
            .filter_map(|it| Some(it.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        for name in names.iter().filter(|it| it.starts_with('.') && it.ends_with(CLAIM)) {
            let path = self.folder.join(name);
            let age = fs::metadata(&path).and_then(|it| it.modified()).ok();
            if age.and_then(|it| it.elapsed().ok()).is_some_and(|age| age > MOMENT) {
                remove_file(&path)?;
            }
        }
        let ids = names.iter().filter_map(|it| {
            let id = it.strip_prefix('.')?;
            id.strip_suffix(LOCK).or_else(|| id.strip_suffix(PARTIAL))
        });
        let mut ids: Vec<&str> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let lock = self.lock_of(id);
            // Who is alive holds its lock; a folder without a lock file has lost its writer for certain,
            // since the lock is made before the folder and goes after it.
            let held = match File::options().write(true).open(&lock) {
                Ok(file) => match file.try_lock() {
                    Ok(()) => Some(file),
                    Err(TryLockError::WouldBlock) => continue,
                    Err(TryLockError::Error(source)) => {
                        return Err(CatalogueError::Write { path: lock, source });
                    }
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(source) => return Err(CatalogueError::Write { path: lock, source }),
            };
            let folder = self.partial_of(id);
            if folder.exists() {
                fs::remove_dir_all(&folder)
                    .map_err(|source| CatalogueError::Write { path: folder, source })?;
                swept.push(id.to_owned());
            }
            drop(held);
            remove_file(&lock)?;
        }
        Ok(swept)
    }

    fn partial_of(&self, id: &str) -> PathBuf {
        self.folder.join(format!(".{id}{PARTIAL}"))
    }

    fn lock_of(&self, id: &str) -> PathBuf {
        self.folder.join(format!(".{id}{LOCK}"))
    }
}

impl Partial {
    /// The name that the backup will have.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The path of a file in it.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Writes the manifest and gives the backup its name. The data has been synchronised by its writer.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Write`]; nothing of the backup is left then.
    pub fn finish(mut self, manifest: Manifest) -> Result<Kept, CatalogueError> {
        write_json(&self.folder.join(MANIFEST), &manifest)?;
        sync_folder(&self.folder)?;
        let folder = self.catalogue.folder.join(&self.id);
        fs::rename(&self.folder, &folder)
            .map_err(|source| CatalogueError::Write { path: folder.clone(), source })?;
        sync_folder(&self.catalogue.folder)?;
        self.unlock();
        Ok(Kept { folder, manifest, verified: None, stored: None })
    }

    fn unlock(&mut self) {
        if let Some(lock) = self.lock.take() {
            drop(lock);
            // A lock file that stays is swept with the next backup.
            let _ = fs::remove_file(self.catalogue.lock_of(&self.id));
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.lock.is_some() {
            // What cannot be removed now is swept with the next backup.
            let _ = fs::remove_dir_all(&self.folder);
            self.unlock();
        }
    }
}

/// A service's name as part of a file's name, on every system.
fn file_name(service: &str) -> String {
    let safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let name: String = service.chars().map(|it| if safe(it) { it } else { '-' }).collect();
    let name = name.trim_start_matches('-');
    if name.is_empty() { "service".to_owned() } else { name.to_owned() }
}

fn unwritten(path: &Path) -> impl FnOnce(io::Error) -> CatalogueError {
    let path = path.to_path_buf();
    move |source| CatalogueError::Write { path, source }
}
