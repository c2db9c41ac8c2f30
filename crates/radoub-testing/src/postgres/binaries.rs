//! Where the programs of a PostgreSQL server lie on this machine, and which version they are.

use std::env;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A version of PostgreSQL, as `postgres --version` prints it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 15 of `15.14`.
    pub major: u32,
    /// 14 of `15.14`; 0 for a beta.
    pub minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)
    }
}

/// A folder with `postgres`, `initdb` and `pg_ctl`.
#[derive(Debug, Clone)]
pub struct Binaries {
    /// The folder.
    pub folder: PathBuf,
    /// What is in it.
    pub version: Version,
}

/// Why no server can be started on this machine.
#[derive(Debug, thiserror::Error)]
pub enum BinariesError {
    /// None of the usual places has them.
    #[error(
        "no PostgreSQL server programs found (RADOUB_TEST_PG_BIN, /usr/lib/postgresql/*/bin, PATH, …): \
         run `cargo xtask test`, which installs them, or install the package `postgresql`"
    )]
    Missing,
    /// They are there but do not run.
    #[error("{} does not run", program.display())]
    Broken {
        /// The program asked for its version.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// They run but do not say a version.
    #[error("{} printed no version: {printed}", program.display())]
    NoVersion {
        /// The program asked for its version.
        program: PathBuf,
        /// What it printed.
        printed: String,
    },
}

impl Binaries {
    /// The programs to test with: `RADOUB_TEST_PG_BIN` when it is set, else the newest of the usual places.
    ///
    /// # Errors
    ///
    /// [`BinariesError`] when there are none, or those of `RADOUB_TEST_PG_BIN` do not run.
    pub fn find() -> Result<Self, BinariesError> {
        if let Some(folder) = env::var_os("RADOUB_TEST_PG_BIN") {
            return Self::in_folder(PathBuf::from(folder));
        }
        Self::all().into_iter().next().ok_or(BinariesError::Missing)
    }

    /// Every working set of programs on this machine, the newest first.
    pub fn all() -> Vec<Self> {
        let mut found: Vec<Self> =
            usual_folders().into_iter().filter_map(|folder| Self::in_folder(folder).ok()).collect();
        // A stable sort: among equals, the place that was looked at first wins.
        found.sort_by(|a, b| b.version.cmp(&a.version));
        found
    }

    /// The programs in `folder`.
    ///
    /// # Errors
    ///
    /// [`BinariesError`] when `postgres` is not there, does not run or says no version.
    pub fn in_folder(folder: PathBuf) -> Result<Self, BinariesError> {
        let program = folder.join(executable("postgres"));
        let output = Command::new(&program)
            .arg("--version")
            .output()
            .map_err(|source| BinariesError::Broken { program: program.clone(), source })?;
        let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        match version(&printed) {
            Some(version) => Ok(Self { folder, version }),
            None => Err(BinariesError::NoVersion { program, printed }),
        }
    }

    /// The path of one program; it need not exist.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(executable(name))
    }

    /// The path of a client program (`psql`, `pgbench`) of any version, the one beside the server first. `None` when
    /// this machine has none: the npm packages of `--matrix` come without.
    pub fn client(&self, name: &str) -> Option<PathBuf> {
        self.client_since(0, name)
    }

    /// The path of a client program that refuses servers newer than itself (`pg_dump`).
    pub fn fitting_client(&self, name: &str) -> Option<PathBuf> {
        self.client_since(self.version.major, name)
    }

    fn client_since(&self, major: u32, name: &str) -> Option<PathBuf> {
        let beside = self.program(name);
        if beside.is_file() {
            return Some(beside);
        }
        let fitting = Self::all().into_iter().filter(|set| set.version.major >= major);
        fitting.map(|set| set.program(name)).find(|path| path.is_file())
    }
}

/// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` → 15.14; `18beta2` → 18.0.
fn version(printed: &str) -> Option<Version> {
    let number =
        printed.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = number.split(|c: char| !c.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    let minor =
        if number.contains('.') { parts.next().and_then(|part| part.parse().ok()) } else { None };
    Some(Version { major, minor: minor.unwrap_or(0) })
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// The folders that packages and installers put the programs in, and those of `PATH`.
fn usual_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, below) in [
        ("/usr/lib/postgresql", "bin"), // Debian, Ubuntu
        ("/opt/homebrew/opt", "bin"),   // Homebrew on Apple silicon: postgresql@15
        ("/usr/local/opt", "bin"),      // Homebrew on Intel
        ("/Applications/Postgres.app/Contents/Versions", "bin"),
        ("C:\\Program Files\\PostgreSQL", "bin"),
    ] {
        for entry in entries(Path::new(parent)) {
            folders.push(entry.join(below));
        }
    }
    for entry in entries(Path::new("/usr")) {
        folders.push(entry.join("bin")); // Red Hat: /usr/pgsql-15/bin
    }
    folders.push(PathBuf::from("/usr/local/pgsql/bin"));
    if let Some(path) = env::var_os("PATH") {
        folders.extend(env::split_paths(&path));
    }
    folders.retain(|folder| {
        folder.join(executable("postgres")).is_file() && folder.join(executable("initdb")).is_file()
    });
    folders
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(read) = folder.read_dir() else { return Vec::new() };
    let mut paths: Vec<PathBuf> = read.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_postgres_prints() {
        for (printed, expected) in [
            ("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", Some((15, 14))),
            ("postgres (PostgreSQL) 18beta2", Some((18, 0))),
            ("postgres (PostgreSQL) 13.0", Some((13, 0))),
            ("nothing", None),
        ] {
            assert_eq!(version(printed).map(|v| (v.major, v.minor)), expected, "{printed}");
        }
    }
}
