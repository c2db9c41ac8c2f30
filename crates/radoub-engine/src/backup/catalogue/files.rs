//! Files of the catalogue: written whole or not at all, readable by their owner only.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CatalogueError;
use crate::backup::manifest::FORMAT;

pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, CatalogueError> {
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
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), CatalogueError> {
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

pub(super) fn remove_file(path: &Path) -> Result<(), CatalogueError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(CatalogueError::Write { path: path.to_path_buf(), source: error })
        }
        _ => Ok(()),
    }
}

/// A new file that only its owner reads.
pub(in crate::backup) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A folder that only its owner enters, with all above it; one that exists stays as it is.
pub(super) fn private_folder(path: &Path) -> io::Result<()> {
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
pub(super) fn sync_folder(path: &Path) -> Result<(), CatalogueError> {
    let synced = File::open(path).and_then(|it| it.sync_all());
    synced.map_err(|source| CatalogueError::Write { path: path.to_path_buf(), source })
}

/// Windows has no such call for folders.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
pub(super) fn sync_folder(_: &Path) -> Result<(), CatalogueError> {
    Ok(())
}
