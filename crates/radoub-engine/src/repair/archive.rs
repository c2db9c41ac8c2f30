//! Where a replaced history is kept: a folder beside the migrations folder, which Prisma never
//! looks into.
//!
//! `prisma/migrations.before-20260213153000/` holds the migration folders as they were, and
//! `_prisma_migrations.jsonl` with the rows of the ledger as they were, one JSON object a line with
//! the names of its columns. It belongs under version control like the migrations themselves; other
//! databases of the same service are corrected by its help.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use radoub_schema::migration::{Applied, MigrationName};
use serde_json::{Value, json};

/// What stands between the name of the migrations folder and the time.
const MARK: &str = ".before-";

/// The rows of the ledger.
const ROWS: &str = "_prisma_migrations.jsonl";

/// A history being put aside. What was moved is moved back unless it is kept.
#[derive(Debug)]
pub(crate) struct Archive {
    migrations: PathBuf,
    folder: PathBuf,
    /// Whether the folder was made by us.
    is_made: bool,
    moved: Vec<MigrationName>,
    is_kept: bool,
}

/// A file or folder that could not be made or moved.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
pub(crate) struct ArchiveError {
    pub(crate) path: PathBuf,
    pub(crate) source: io::Error,
}

fn wrong(path: &Path) -> impl FnOnce(io::Error) -> ArchiveError {
    let path = path.to_owned();
    move |source| ArchiveError { path, source }
}

/// The folder for a history that is put aside now, or the next one that there is not.
pub(crate) fn folder(migrations: &Path, now: SystemTime) -> PathBuf {
    let digits = jiff::Timestamp::try_from(now)
        .map_or_else(|_| "earlier".to_owned(), |it| it.strftime("%Y%m%d%H%M%S").to_string());
    let name = migrations.file_name().unwrap_or_default().to_string_lossy();
    let folder = migrations.with_file_name(format!("{name}{MARK}{digits}"));
    match now.checked_add(Duration::from_secs(1)) {
        Some(later) if folder.symlink_metadata().is_ok() => self::folder(migrations, later),
        _ => folder,
    }
}

/// The migrations that earlier repairs have put aside: by folder and by row.
pub(crate) fn aside(migrations: &Path) -> BTreeSet<MigrationName> {
    let mut names = BTreeSet::new();
    let Some(parent) = migrations.parent() else { return names };
    let own = migrations.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for path in entries(parent) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with(&format!("{own}{MARK}")) {
            continue;
        }
        let folders = entries(&path).into_iter().filter(|it| it.is_dir());
        names.extend(
            folders.filter_map(|it| Some(MigrationName::new(it.file_name()?.to_string_lossy()))),
        );
        // An archive that cannot be read knows nothing; the repair then asks as if there were none.
        let rows = fs::read_to_string(path.join(ROWS)).unwrap_or_default();
        let rows = rows.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        names.extend(
            rows.filter_map(|row| Some(MigrationName::new(row["migration_name"].as_str()?))),
        );
    }
    names
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

impl Archive {
    /// Begins to put things aside in `folder`, which is made when the first thing comes.
    pub(crate) fn new(migrations: &Path, folder: &Path) -> Self {
        Self {
            migrations: migrations.to_owned(),
            folder: folder.to_owned(),
            is_made: false,
            moved: Vec::new(),
            is_kept: false,
        }
    }

    /// One that has nothing and does nothing.
    pub(crate) fn nothing() -> Self {
        Self::new(Path::new(""), Path::new(""))
    }

    fn make(&mut self) -> Result<(), ArchiveError> {
        if !self.is_made {
            fs::create_dir(&self.folder).map_err(wrong(&self.folder))?;
            self.is_made = true;
        }
        Ok(())
    }

    /// Writes the rows of the ledger as they are.
    pub(crate) fn keep_rows(&mut self, rows: &[Applied]) -> Result<(), ArchiveError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.make()?;
        let path = self.folder.join(ROWS);
        let text: String = rows.iter().map(|row| format!("{}\n", row_document(row))).collect();
        let written = File::create_new(&path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(wrong(&path))
    }

    /// Moves a migration out of the history.
    pub(crate) fn take(&mut self, name: &MigrationName) -> Result<(), ArchiveError> {
        self.make()?;
        let (from, to) = (self.migrations.join(name.as_str()), self.folder.join(name.as_str()));
        shift(&from, &to).map_err(wrong(&from))?;
        self.moved.push(name.clone());
        Ok(())
    }

    /// Leaves everything where it is now.
    pub(crate) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Archive {
    /// Puts back what was moved. What cannot be put back stays in the archive, whole.
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        for name in self.moved.drain(..) {
            let (home, here) =
                (self.migrations.join(name.as_str()), self.folder.join(name.as_str()));
            let _ = shift(&here, &home);
        }
        if self.is_made {
            let _ = fs::remove_file(self.folder.join(ROWS));
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// Moves a folder; copies it where the two lie on different disks.
fn shift(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            copy(from, to)?;
            fs::remove_dir_all(from)
        }
        moved => moved,
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// A row with the names of its columns.
fn row_document(row: &Applied) -> Value {
    let moment = |at: SystemTime| jiff::Timestamp::try_from(at).ok().map(|it| it.to_string());
    json!({
        "id": row.id,
        "checksum": row.checksum,
        "finished_at": row.finished_at.and_then(moment),
        "migration_name": row.name.as_str(),
        "logs": row.logs,
        "rolled_back_at": row.rolled_back_at.and_then(moment),
        "started_at": moment(row.started_at),
        "applied_steps_count": row.applied_steps_count,
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn row(name: &str) -> Applied {
        Applied {
            id: "1".to_owned(),
            checksum: "abc".to_owned(),
            name: MigrationName::new(name),
            finished_at: Some(UNIX_EPOCH + Duration::from_millis(1500)),
            rolled_back_at: None,
            started_at: UNIX_EPOCH,
            logs: None,
            applied_steps_count: 1,
        }
    }

    #[test]
    fn a_history_is_put_aside_and_known_afterwards() {
        let home = tempfile::tempdir().unwrap();
        let migrations = home.path().join("migrations");
        fs::create_dir_all(migrations.join("1_a")).unwrap();
        fs::write(migrations.join("1_a/migration.sql"), "SELECT 1;").unwrap();
        let place = folder(&migrations, UNIX_EPOCH + Duration::from_secs(1_704_196_805));
        assert_eq!(place, home.path().join("migrations.before-20240102120005"));

        // Given up: nothing has happened.
        let mut archive = Archive::new(&migrations, &place);
        archive.keep_rows(&[row("0_gone")]).unwrap();
        archive.take(&MigrationName::new("1_a")).unwrap();
        assert!(archive.take(&MigrationName::new("2_none")).is_err());
        drop(archive);
        assert!(migrations.join("1_a/migration.sql").is_file());
        assert!(!place.exists());
        assert!(aside(&migrations).is_empty());

        let mut archive = Archive::new(&migrations, &place);
        archive.keep_rows(&[row("0_gone")]).unwrap();
        archive.take(&MigrationName::new("1_a")).unwrap();
        archive.keep();
        assert!(!migrations.join("1_a").exists());
        let names: Vec<String> = aside(&migrations).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["0_gone", "1_a"]);
        assert_eq!(
            fs::read_to_string(place.join(ROWS)).unwrap(),
            "{\"applied_steps_count\":1,\"checksum\":\"abc\",\"finished_at\":\"1970-01-01T00:00:01.5Z\",\
             \"id\":\"1\",\"logs\":null,\"migration_name\":\"0_gone\",\"rolled_back_at\":null,\
             \"started_at\":\"1970-01-01T00:00:00Z\"}\n"
        );
    }
}
