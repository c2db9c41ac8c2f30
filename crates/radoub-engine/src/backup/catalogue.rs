//! The folder of backups: one folder each, with its data and its manifest.
//!
//! A backup appears by one renaming, after everything in it is on disk; what is being written has a name
//! that is never taken for one (fault 5). What the data is, and who may read it, is not known here.

use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::manifest::{FORMAT, Manifest, Stored, Verified};

const MANIFEST: &str = "manifest.json";
const VERIFIED: &str = "verified.json";
const STORED: &str = "stored.json";
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

impl Kept {
    /// Reads a backup's own files.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`].
    pub fn read(folder: &Path) -> Result<Self, CatalogueError> {
        let manifest = read_json(&folder.join(MANIFEST))?.ok_or_else(|| CatalogueError::Read {
            path: folder.join(MANIFEST),
            source: io::Error::from(io::ErrorKind::NotFound),
        })?;
        Ok(Self {
            folder: folder.to_path_buf(),
            manifest,
            verified: read_json(&folder.join(VERIFIED))?,
            stored: read_json(&folder.join(STORED))?,
        })
    }

    /// Its data.
    pub fn data(&self) -> PathBuf {
        self.folder.join(&self.manifest.data.file)
    }

    /// Its files for a second home: data first, manifest last, so that a copy without a manifest is none.
    pub fn files(&self) -> [PathBuf; 2] {
        [self.data(), self.folder.join(MANIFEST)]
    }

    /// Whether it was read back, and its data was the same then as the manifest says.
    pub fn is_verified(&self) -> bool {
        self.verified.as_ref().is_some_and(|it| it.sha256 == self.manifest.data.sha256)
    }

    /// Notes that it was read back.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Write`].
    pub fn note_verified(&mut self, verified: Verified) -> Result<(), CatalogueError> {
        write_json(&self.folder.join(VERIFIED), &verified)?;
        sync_folder(&self.folder)?;
        self.verified = Some(verified);
        Ok(())
    }

    /// Takes the note back: it was read again, and was not what it should be.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Write`].
    pub fn note_damaged(&mut self) -> Result<(), CatalogueError> {
        remove_file(&self.folder.join(VERIFIED))?;
        self.verified = None;
        Ok(())
    }

    /// Notes that it lies in its second home too.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Write`].
    pub fn note_stored(&mut self, stored: Stored) -> Result<(), CatalogueError> {
        write_json(&self.folder.join(STORED), &stored)?;
        self.stored = Some(stored);
        Ok(())
    }

    /// Removes it. The manifest goes first: half a removal is no backup.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Write`].
    pub fn remove(self) -> Result<(), CatalogueError> {
        remove_file(&self.folder.join(MANIFEST))?;
        fs::remove_dir_all(&self.folder)
            .map_err(|source| CatalogueError::Write { path: self.folder, source })
    }
}

fn unwritten(path: &Path) -> impl FnOnce(io::Error) -> CatalogueError {
    let path = path.to_path_buf();
    move |source| CatalogueError::Write { path, source }
}

/// A service's name as part of a file's name, on every system.
fn file_name(service: &str) -> String {
    let safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let name: String = service.chars().map(|it| if safe(it) { it } else { '-' }).collect();
    let name = name.trim_start_matches('-');
    if name.is_empty() { "service".to_owned() } else { name.to_owned() }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, CatalogueError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(CatalogueError::Read { path: path.to_path_buf(), source }),
    };
    let malformed = |source| CatalogueError::Malformed { path: path.to_path_buf(), source };
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(malformed)?;
    let format = value.get("format").and_then(serde_json::Value::as_u64).unwrap_or(0);
    if format > u64::from(FORMAT) {
        return Err(CatalogueError::Format { path: path.to_path_buf(), found: format });
    }
    serde_json::from_value(value).map(Some).map_err(malformed)
}

/// Writes a file so that it is there whole or not at all.
fn write_json(path: &Path, value: &impl Serialize) -> Result<(), CatalogueError> {
    let failed = |source| CatalogueError::Write { path: path.to_path_buf(), source };
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| failed(error.into()))?;
    text.push(b'\n');
    let beside = path.with_extension("json.partial");
    let mut file = private_file(&beside).map_err(failed)?;
    file.write_all(&text).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    drop(file);
    fs::rename(&beside, path).map_err(failed)
}

fn remove_file(path: &Path) -> Result<(), CatalogueError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(CatalogueError::Write { path: path.to_path_buf(), source: error })
        }
        _ => Ok(()),
    }
}

/// A new file that only its owner reads.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A folder that only its owner enters, with all above it; one that exists stays as it is.
fn private_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a renaming last through a loss of power.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), CatalogueError> {
    let synced = File::open(path).and_then(|it| it.sync_all());
    synced.map_err(|source| CatalogueError::Write { path: path.to_path_buf(), source })
}

/// Windows has no such call for folders.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
fn sync_folder(_: &Path) -> Result<(), CatalogueError> {
    Ok(())
}
