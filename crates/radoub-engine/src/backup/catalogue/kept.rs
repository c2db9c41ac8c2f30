//! One backup of the catalogue: its files, and the notes that are added to it later.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{read_json, remove_file, sync_folder, write_json};
use super::{CatalogueError, Kept, MANIFEST};
use crate::backup::manifest::{Stored, Verified};

const VERIFIED: &str = "verified.json";
const STORED: &str = "stored.json";

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
