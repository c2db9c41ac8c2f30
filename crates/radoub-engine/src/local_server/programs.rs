//! Where the programs of a PostgreSQL server lie on this system.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::LocalError;

/// The programs of one release of PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Programs {
    pub(super) folder: PathBuf,
}

impl Programs {
    /// The programs of this system: those of the release `major` when it is here, else the newest. `search` holds
    /// the folders of the search path, which come last.
    pub(crate) fn find(search: &[PathBuf], major: Option<u32>) -> Result<Self, LocalError> {
        let folders = candidates(search);
        let has = |folder: &Path, name: &str| {
            folder.join(name).with_extension(std::env::consts::EXE_EXTENSION).is_file()
        };
        let whole =
            |folder: &&PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|it| has(folder, it));
        let found: Vec<&PathBuf> = folders.iter().filter(whole).collect();
        // The folder that holds `bin` carries the release in its name, where there may be several.
        let is_wanted = |folder: &&&PathBuf| {
            let release = folder.parent().and_then(Path::file_name).and_then(version);
            release.is_some() && release == major
        };
        match found.iter().find(is_wanted).or(found.first()) {
            Some(folder) => Ok(Self { folder: (*folder).clone() }),
            None => Err(LocalError::NotInstalled { looked_in: folders }),
        }
    }
}

/// Where PostgreSQL's programs lie on the systems we know, then the search path.
pub(crate) fn candidates(search: &[PathBuf]) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, below) in [
        ("/usr/lib/postgresql", "bin"),
        ("/usr/pgsql", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
        ("/Library/PostgreSQL", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "bin"),
        (r"C:\Program Files\PostgreSQL", "bin"),
    ] {
        let Ok(entries) = fs::read_dir(parent) else { continue };
        let mut versions: Vec<(u32, PathBuf)> = entries
            .flatten()
            .filter_map(|entry| Some((version(&entry.file_name())?, entry.path().join(below))))
            .collect();
        versions.sort();
        folders.extend(versions.into_iter().rev().map(|(_, folder)| folder));
    }
    folders.push(PathBuf::from("/usr/local/pgsql/bin"));
    folders.extend_from_slice(search);
    folders
}

/// The version in a folder's name: `15`, `postgresql@16`, `9.6`.
fn version(name: &OsStr) -> Option<u32> {
    let name = name.to_str()?;
    let digits = name.strip_prefix("postgresql@").unwrap_or(name);
    digits.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the search path with the programs of a release.
    fn release(parent: &Path, name: &str) -> PathBuf {
        let folder = parent.join(name).join("bin");
        fs::create_dir_all(&folder).unwrap();
        for program in ["initdb", "pg_ctl", "postgres"] {
            let path = folder.join(program).with_extension(std::env::consts::EXE_EXTENSION);
            fs::write(path, "").unwrap();
        }
        folder
    }

    #[test]
    fn the_programs_of_the_wanted_release_are_found_wherever_they_lie() {
        let parent = tempfile::tempdir().unwrap();
        let search = ["98", "postgresql@99", "elsewhere"].map(|it| release(parent.path(), it));
        let found = |major| Programs::find(&search, Some(major)).unwrap().folder;
        assert_eq!((found(98), found(99)), (search[0].clone(), search[1].clone()));
        // Without it any will do.
        assert!(!search[..2].contains(&found(97)) || candidates(&[]).is_empty());
    }

    #[test]
    fn a_folder_without_all_of_them_does_not_count() {
        let parent = tempfile::tempdir().unwrap();
        let folder = release(parent.path(), "98");
        fs::remove_file(folder.join("initdb").with_extension(std::env::consts::EXE_EXTENSION))
            .unwrap();
        let found = Programs::find(std::slice::from_ref(&folder), Some(98));
        assert!(found.is_err() || found.is_ok_and(|it| it.folder != folder));
    }
}
