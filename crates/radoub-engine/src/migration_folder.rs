//! Makes the folder of a new migration: its name, its scripts, the lock file beside it.
//!
//! What is in the scripts is decided elsewhere; nothing here asks a database. The one place that
//! writes into a migrations folder.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use radoub_prisma::migrations::{lock_text, slug};
use radoub_schema::migration::MigrationName;

use crate::schema::release;

/// The script of a migration.
pub const SCRIPT: &str = "migration.sql";

/// The script that takes it back, which Prisma does not know and ignores.
pub const WAY_BACK: &str = "down.sql";

/// Says which provider a history is for.
pub const LOCK_FILE: &str = "migration_lock.toml";

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The folder's name; see [`name`].
    pub name: &'a MigrationName,
    /// The text of `migration.sql`, written as it is.
    pub script: &'a str,
    /// The text of `down.sql`, if there is to be one.
    pub way_back: Option<&'a str>,
}

/// Why a migration has no name: a year that has no four digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the clock of this machine says no time that a migration can be named after")]
pub struct NameError;

/// Why a migration was not written. Nothing of it is left then.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is one of that name; it was not touched.
    #[error("{} is there already", folder.display())]
    Exists {
        /// The folder.
        folder: PathBuf,
    },
    /// It is no name of one folder, such as `a/b` or `..`.
    #[error("{name:?} is no name of a folder")]
    NoName {
        /// The name.
        name: String,
    },
    /// A file or folder cannot be made.
    #[error("cannot write {}", path.display())]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The name of a migration that is made now: `YYYYMMDDHHMMSS` in UTC, `_`, and what becomes of
/// the given name (Prisma facts 2.2). A name of which nothing is left gives the digits alone
/// (measured).
///
/// # Errors
///
/// [`NameError`].
pub fn name(given: &str, now: SystemTime) -> Result<MigrationName, NameError> {
    let stamp = jiff::Timestamp::try_from(now).map_err(|_| NameError)?;
    let digits = stamp.strftime("%Y%m%d%H%M%S").to_string();
    if digits.len() != 14 {
        return Err(NameError);
    }
    let slug = slug(given);
    let gap = if slug.is_empty() { "" } else { "_" };
    Ok(MigrationName::new(format!("{digits}{gap}{slug}")))
}

/// Writes a migration into the folder `migrations`, which is made if it is not there, and the lock
/// file of a history for PostgreSQL, in the manner of Prisma `major`, if that is missing. Gives
/// back the migration's folder.
///
/// The scripts are written and synced elsewhere on the same disk first and the whole folder is
/// moved into place, so that no reader ever sees half of it, and nothing is ever overwritten.
///
/// # Errors
///
/// [`WriteError`].
///
/// Source: Prisma facts 2.1 (every folder is a migration, so nothing unfinished may lie there),
/// 2.3, 2.4.
pub fn write(migrations: &Path, draft: &Draft<'_>, major: u8) -> Result<PathBuf, WriteError> {
    let name = draft.name.as_str();
    if Path::new(name).file_name().is_none_or(|only| only != name) {
        return Err(WriteError::NoName { name: name.to_owned() });
    }
    let folder = migrations.join(name);
    make(migrations)?;
    if folder.symlink_metadata().is_ok() {
        return Err(WriteError::Exists { folder });
    }
    lock_file(migrations, major)?;
    let staging = Staging::beside(migrations, name)?;
    staging.fill(SCRIPT, draft.script)?;
    if let Some(way_back) = draft.way_back {
        staging.fill(WAY_BACK, way_back)?;
    }
    staging.settle(&folder)?;
    Ok(folder)
}

fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Unwritable { path, source }
}

fn make(folder: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(folder).map_err(unwritable(folder))
}

/// Writes the lock file of a history for PostgreSQL, in the manner of Prisma `major`, unless there
/// is one, whatever it says.
///
/// # Errors
///
/// [`WriteError::Unwritable`].
pub fn lock_file(migrations: &Path, major: u8) -> Result<(), WriteError> {
    let path = migrations.join(LOCK_FILE);
    let text = lock_text(release(major));
    match File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes())) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        written => written.map_err(unwritable(&path)),
    }
}

/// A folder that is being filled; removed with everything in it unless it is settled.
struct Staging(PathBuf);

impl Staging {
    /// Makes one beside the migrations folder: inside, Prisma would take it for a migration.
    fn beside(migrations: &Path, name: &str) -> Result<Self, WriteError> {
        let home = migrations.parent().filter(|it| !it.as_os_str().is_empty());
        let home = home.unwrap_or(Path::new("."));
        let path = home.join(format!(".radoub-{}-{name}", std::process::id()));
        fs::create_dir(&path).map_err(unwritable(&path))?;
        Ok(Self(path))
    }

    fn fill(&self, name: &str, text: &str) -> Result<(), WriteError> {
        let path = self.0.join(name);
        let written = File::create_new(&path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(unwritable(&path))
    }

    /// Moves it into place.
    fn settle(mut self, folder: &Path) -> Result<(), WriteError> {
        let moved = fs::rename(&self.0, folder).or_else(|error| match error.kind() {
            io::ErrorKind::CrossesDevices => self.copy(folder),
            _ => Err(error),
        });
        moved.map_err(|error| match error.kind() {
            // Somebody was faster.
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists => {
                WriteError::Exists { folder: folder.to_owned() }
            }
            _ => unwritable(folder)(error),
        })?;
        self.0 = PathBuf::new();
        Ok(())
    }

    /// Copies it into place: the migrations folder alone is mounted from elsewhere, so nothing
    /// beside it can be moved there.
    fn copy(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir(folder)?;
        let copied = [WAY_BACK, SCRIPT].into_iter().try_for_each(|name| {
            let from = self.0.join(name);
            if from.exists() { fs::copy(from, folder.join(name)).map(drop) } else { Ok(()) }
        });
        if copied.is_err() {
            // The first error is the one that matters.
            let _ = fs::remove_dir_all(folder);
        } else {
            let _ = fs::remove_dir_all(&self.0);
        }
        copied
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty() {
            // What cannot be removed is a hidden folder that nobody reads.
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    /// What lies in a folder and below it, files with their text.
    fn tree(folder: &Path) -> Vec<String> {
        let mut lines = Vec::new();
        let mut waiting = vec![folder.to_owned()];
        while let Some(path) = waiting.pop() {
            let shown = path.strip_prefix(folder).unwrap().display().to_string();
            if path.is_dir() {
                waiting.extend(fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()));
            } else {
                lines.push(format!("{shown}: {}", fs::read_to_string(&path).unwrap()));
            }
        }
        lines.sort();
        lines
    }

    fn migration(name: &str) -> MigrationName {
        MigrationName::new(name)
    }

    #[test]
    fn a_migration_is_named_after_the_time_and_what_was_given() {
        let now = UNIX_EPOCH + Duration::from_millis(1_704_196_805_999);
        assert_eq!(name("addUserTable", now).unwrap().as_str(), "20240102120005_add_user_table");
        assert_eq!(name("名前", now).unwrap().as_str(), "20240102120005");
        let far = UNIX_EPOCH + Duration::from_mins(5_000_000_000);
        assert_eq!(name("x", far), Err(NameError));
    }

    #[test]
    fn a_migration_is_written_with_its_way_back_and_the_lock_file() {
        let home = tempfile::tempdir().unwrap();
        let migrations = home.path().join("prisma/migrations");
        let name = migration("20240101000000_a");
        let draft = Draft { name: &name, script: "SELECT 1;\n", way_back: Some("SELECT 2;\n") };
        assert_eq!(write(&migrations, &draft, 6).unwrap(), migrations.join("20240101000000_a"));
        assert_eq!(
            tree(home.path()),
            [
                "prisma/migrations/20240101000000_a/down.sql: SELECT 2;\n",
                "prisma/migrations/20240101000000_a/migration.sql: SELECT 1;\n",
                "prisma/migrations/migration_lock.toml: # Please do not edit this file manually\n\
                 # It should be added in your version-control system (e.g., Git)\n\
                 provider = \"postgresql\"\n",
            ]
        );
    }

    #[test]
    fn nothing_is_overwritten_and_nothing_left_behind() {
        let home = tempfile::tempdir().unwrap();
        let migrations = home.path().join("migrations");
        fs::create_dir_all(migrations.join("a")).unwrap();
        fs::write(migrations.join(LOCK_FILE), "mine").unwrap();
        let name = migration("a");
        let draft = Draft { name: &name, script: "SELECT 1;\n", way_back: None };
        let refused = write(&migrations, &draft, 5).unwrap_err();
        assert!(matches!(refused, WriteError::Exists { .. }), "{refused}");
        assert_eq!(tree(home.path()), ["migrations/migration_lock.toml: mine"]);
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let home = tempfile::tempdir().unwrap();
        for wrong in ["", ".", "..", "a/b", "../a", "a/"] {
            let name = migration(wrong);
            let draft = Draft { name: &name, script: "", way_back: None };
            let refused = write(&home.path().join("migrations"), &draft, 6).unwrap_err();
            assert!(matches!(refused, WriteError::NoName { .. }), "{wrong:?}: {refused}");
        }
        assert!(tree(home.path()).is_empty());
    }
}
