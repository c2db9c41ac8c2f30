//! Reads a service's migrations folder from disk.
//!
//! What the texts mean is settled in `radoub-prisma`; this file only finds them, says what lies
//! beside them, and never stops at the first oddity.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use radoub_prisma::migrations::{LockFile, lock_file, order};
use radoub_schema::migration::{Migration, MigrationName, MigrationScript};

/// A migrations folder, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnDisk {
    /// Whether the folder exists; a missing one is an empty history (Prisma facts 2.1).
    pub exists: bool,
    /// The migrations in the order in which they run.
    pub migrations: Vec<Migration>,
    /// What `migration_lock.toml` says; `None` when there is no such file, which Prisma accepts.
    pub lock_file: Option<LockFile>,
    /// What is odd about single files.
    pub oddities: Vec<Oddity>,
}

/// Something odd in a migrations folder, with the path relative to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// Path below the migrations folder.
    pub path: PathBuf,
    /// What is odd.
    pub kind: OddityKind,
}

/// The oddities worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OddityKind {
    /// A folder without `migration.sql`: `deploy` stops there (P3015).
    WithoutScript,
    /// Bytes that are not UTF-8: they reach the server as U+FFFD.
    NotUtf8,
    /// A byte order mark, which PostgreSQL rejects as a syntax error.
    ByteOrderMark,
    /// A file of no bytes, or of blanks only: recorded as applied, does nothing.
    Empty,
    /// A `.sql` file directly in the folder: Prisma ignores it.
    StraySql,
    /// Two folders carry the same time stamp: their order rests on the rest of the name.
    DuplicateTimestamp,
}

/// Why a migrations folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The folder or a file in it cannot be opened.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Reads the folder; a missing one gives an empty, valid value.
///
/// Only folders directly inside count, whatever their name; symbolic links to folders do not
/// (Prisma facts 2.1).
///
/// # Errors
///
/// [`SourceError::Unreadable`] when the folder or a file in it exists and cannot be read.
pub fn read_migrations(folder: &Path) -> Result<OnDisk, SourceError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| SourceError::Unreadable { path, source }
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(OnDisk::default()),
        Err(error) => return Err(unreadable(folder)(error)),
    };

    let mut read = OnDisk { exists: true, ..OnDisk::default() };
    for entry in entries {
        let entry = entry.map_err(unreadable(folder))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().map_err(unreadable(&path))?.is_dir() {
            let script = read_script(&path.join("migration.sql"))?;
            read.note_script(&name, script.as_ref());
            read.migrations.push(Migration { name: MigrationName::new(name), script });
        } else if name == "migration_lock.toml" {
            let bytes = fs::read(&path).map_err(unreadable(&path))?;
            read.lock_file = Some(lock_file(&String::from_utf8_lossy(&bytes)));
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
            read.oddities.push(Oddity { path: name.into(), kind: OddityKind::StraySql });
        }
    }
    read.migrations.sort_by(|a, b| order(&a.name, &b.name));
    for pair in read.migrations.windows(2) {
        if timestamp(&pair[0].name).is_some_and(|it| timestamp(&pair[1].name) == Some(it)) {
            let path = PathBuf::from(pair[1].name.as_str());
            read.oddities.push(Oddity { path, kind: OddityKind::DuplicateTimestamp });
        }
    }
    read.oddities.sort_by(|a, b| (&a.path, a.kind).cmp(&(&b.path, b.kind)));
    Ok(read)
}

fn read_script(path: &Path) -> Result<Option<MigrationScript>, SourceError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(MigrationScript::from_bytes(&bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SourceError::Unreadable { path: path.to_owned(), source }),
    }
}

impl OnDisk {
    fn note_script(&mut self, name: &str, script: Option<&MigrationScript>) {
        let kind = match script {
            None => OddityKind::WithoutScript,
            Some(script) if !script.was_valid_utf8() => OddityKind::NotUtf8,
            Some(script) if script.has_byte_order_mark() => OddityKind::ByteOrderMark,
            Some(script) if script.text().trim().is_empty() => OddityKind::Empty,
            Some(_) => return,
        };
        let path = match kind {
            OddityKind::WithoutScript => PathBuf::from(name),
            _ => Path::new(name).join("migration.sql"),
        };
        self.oddities.push(Oddity { path, kind });
    }
}

/// The fourteen digits that Prisma puts in front of a name.
fn timestamp(name: &MigrationName) -> Option<&str> {
    let digits = name.as_str().get(..14)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_with_everything_odd_about_it() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, bytes: &[u8]| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        write("20240102000000_b/migration.sql", b"SELECT 2;");
        write("20240101000000_a/migration.sql", b"\xef\xbb\xbfSELECT 1;");
        write("20240102000000_c/migration.sql", b"SELECT '\xe9';");
        write("20240103000000_d/readme.md", b"");
        write("20240104000000_e/migration.sql", b" \n");
        write("forgotten.sql", b"SELECT 3;");
        write("migration_lock.toml", b"provider = \"mysql\"\n");

        let read = read_migrations(folder.path()).unwrap();
        let names: Vec<&str> = read.migrations.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "20240101000000_a",
                "20240102000000_b",
                "20240102000000_c",
                "20240103000000_d",
                "20240104000000_e"
            ]
        );
        let odd: Vec<_> =
            read.oddities.iter().map(|it| (it.path.to_str().unwrap(), it.kind)).collect();
        assert_eq!(
            odd,
            [
                ("20240101000000_a/migration.sql", OddityKind::ByteOrderMark),
                ("20240102000000_c", OddityKind::DuplicateTimestamp),
                ("20240102000000_c/migration.sql", OddityKind::NotUtf8),
                ("20240103000000_d", OddityKind::WithoutScript),
                ("20240104000000_e/migration.sql", OddityKind::Empty),
                ("forgotten.sql", OddityKind::StraySql),
            ]
        );
    }

    #[test]
    fn a_missing_folder_is_an_empty_history() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read_migrations(&folder.path().join("none")).unwrap(), OnDisk::default());
    }
}
