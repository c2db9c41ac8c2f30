//! Images made of files of this machine: programs with the libraries they are linked to, data, scripts.
//!
//! They hold what the tests run and nothing else, so they are small, and made in a second.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Engine;
use crate::fleet::temporary;
use crate::postgres::Binaries;

/// The role that owns the cluster in [`Image::postgres`] when `POSTGRES_USER` says nothing else.
pub const POSTGRES_USER: &str = "parabellum_user";

/// Its password when `POSTGRES_PASSWORD` says nothing else.
pub const POSTGRES_PASSWORD: &str = crate::secret::PLANTED;

/// Programs that the scripts in images use.
const SHELL: [&str; 8] = ["sh", "cat", "sleep", "mkdir", "ls", "tr", "grep", "sed"];

/// Client programs that tests call inside a container.
const CLIENTS: [&str; 5] = ["psql", "pg_dump", "pg_restore", "pg_isready", "createdb"];

/// Starts a server as PostgreSQL's own image does: a new cluster in `PGDATA` the first time, with the databases
/// that `POSTGRES_DB` and `POSTGRES_MULTIPLE_DATABASES` (commas and blanks between) name.
const START_POSTGRES: &str = include_str!("start-postgres.sh");

/// What an image consists of.
#[derive(Debug, Clone)]
pub struct Image {
    name: String,
    programs: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    /// Path in the image, content; executable.
    scripts: Vec<(String, Vec<u8>)>,
    changes: Vec<String>,
}

impl Image {
    /// An image with a shell and a few of its programs, run as the user `postgres` (999), that does nothing yet.
    pub fn new(name: &str) -> Self {
        let image = Self {
            name: name.to_owned(),
            programs: Vec::new(),
            folders: Vec::new(),
            scripts: vec![
                (
                    "etc/passwd".to_owned(),
                    b"root:x:0:0::/:/bin/sh\npostgres:x:999:999::/tmp:/bin/sh\n".to_vec(),
                ),
                ("etc/group".to_owned(), b"root:x:0:\npostgres:x:999:\n".to_vec()),
            ],
            changes: vec![
                "USER 999:999".to_owned(),
                "ENV PATH=/usr/local/bin:/usr/bin:/bin".to_owned(),
            ],
        };
        SHELL.iter().fold(image, |image, program| image.program(Path::new("/bin").join(program)))
    }

    /// A PostgreSQL server with its client programs, on port 5432 of its container: the newest on this machine
    /// that has both, because the servers of the matrix come without clients.
    #[track_caller]
    pub fn postgres(name: &str) -> Self {
        let whole = |it: &Binaries| CLIENTS.iter().all(|program| it.folder.join(program).is_file());
        let binaries = Binaries::all().into_iter().find(whole);
        let binaries = binaries.unwrap_or_else(|| {
            panic!("no PostgreSQL with {} found: run `cargo xtask test`", CLIENTS.join(", "))
        });
        let folder = fs::canonicalize(&binaries.folder).unwrap_or(binaries.folder);
        let mut image = Self::new(name);
        for program in ["postgres", "initdb"].iter().chain(&CLIENTS) {
            image = image.program(folder.join(program));
        }
        let home = folder.parent().unwrap_or(&folder).to_path_buf();
        for library in listed(&home.join("lib")) {
            // The compiler behind `jit` is larger than all the rest, and nothing here is slow enough to need it.
            let is_library = library.extension().is_some_and(|it| it == "so");
            if is_library && library.file_stem().is_some_and(|it| it != "llvmjit") {
                image = image.program(library);
            }
        }
        let shared = told("pg_config", &folder, "--sharedir").unwrap_or_else(|| {
            PathBuf::from("/usr/share/postgresql").join(binaries.version.major.to_string())
        });
        image.folders.extend([shared, PathBuf::from("/usr/share/zoneinfo")]);
        image.changes.extend([
            format!("ENV PATH=/usr/local/bin:{}:/usr/bin:/bin", folder.display()),
            "ENV PGDATA=/tmp/data".to_owned(),
            format!("ENV POSTGRES_USER={POSTGRES_USER}"),
            format!("ENV POSTGRES_PASSWORD={POSTGRES_PASSWORD}"),
        ]);
        image
            .script("usr/local/bin/start-postgres", START_POSTGRES)
            .change(r#"CMD ["start-postgres"]"#)
    }

    /// Its name, `name:tag`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a program or library with everything it is linked to, at the same path.
    #[must_use]
    pub fn program(mut self, path: impl Into<PathBuf>) -> Self {
        self.programs.push(path.into());
        self
    }

    /// Adds an executable file with this content; `path` has no slash in front.
    #[must_use]
    pub fn script(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.scripts.push((path.to_owned(), content.into()));
        self
    }

    /// Adds a line as of a Dockerfile: `CMD`, `ENV`, `ENTRYPOINT`, `USER`, `WORKDIR`, `LABEL`.
    #[must_use]
    pub fn change(mut self, line: &str) -> Self {
        self.changes.push(line.to_owned());
        self
    }

    /// Puts the files together and gives them to the engine.
    #[track_caller]
    pub(super) fn import(&self, engine: &Engine) {
        let staging = temporary();
        let root = staging.path();
        fs::create_dir_all(root.join("tmp")).expect("a folder can be made in a temporary one");
        let mut files = BTreeSet::new();
        for program in &self.programs {
            files.insert(program.clone());
            files.extend(linked(program));
        }
        for file in files {
            copy(&file, &inside(root, &file));
        }
        for folder in &self.folders {
            let to = inside(root, folder);
            fs::create_dir_all(to.parent().unwrap_or(root)).expect("a folder can be made");
            let copied = Command::new("cp").args(["-aL"]).arg(folder).arg(&to).status();
            assert!(copied.is_ok_and(|it| it.success()), "{} cannot be copied", folder.display());
        }
        for (path, content) in &self.scripts {
            let to = root.join(path);
            fs::create_dir_all(to.parent().unwrap_or(root)).expect("a folder can be made");
            fs::write(&to, content).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
            let made = Command::new("chmod").arg("755").arg(&to).status();
            assert!(
                made.is_ok_and(|it| it.success()),
                "{} cannot be made executable",
                to.display()
            );
        }
        let mut tar = Command::new("tar");
        tar.arg("-C")
            .arg(root)
            .args(["--owner=999", "--group=999", "-c", "."])
            .stdout(Stdio::piped());
        let mut tar = tar.spawn().expect("tar runs");
        let archive = tar.stdout.take().expect("its output is piped");
        let mut import = engine.command("docker", &["import"]);
        for change in &self.changes {
            import.args(["--change", change]);
        }
        let imported = import.args(["-", &self.name]).stdin(archive).output().expect("docker runs");
        assert!(
            tar.wait().is_ok_and(|it| it.success()),
            "the files of {} cannot be packed",
            self.name
        );
        assert!(
            imported.status.success(),
            "{} cannot be imported: {}",
            self.name,
            String::from_utf8_lossy(&imported.stderr)
        );
    }
}

/// Where a file of this machine lies below `root`.
fn inside(root: &Path, file: &Path) -> PathBuf {
    root.join(file.strip_prefix("/").unwrap_or(file))
}

#[track_caller]
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap_or(to)).expect("a folder can be made");
    // A program may be a link; its content is what counts.
    fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
}

/// The libraries that a program is linked to, by the paths it looks for them.
fn linked(program: &Path) -> BTreeSet<PathBuf> {
    let Ok(output) = Command::new("ldd").arg(program).output() else { return BTreeSet::new() };
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().filter(|word| word.starts_with('/')).map(PathBuf::from).collect()
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|it| it.flatten().map(|entry| entry.path()).collect());
    let mut entries: Vec<PathBuf> = entries.unwrap_or_default();
    entries.sort();
    entries
}

/// The folder that a program of PostgreSQL names.
fn told(program: &str, folder: &Path, option: &str) -> Option<PathBuf> {
    let output = Command::new(folder.join(program)).arg(option).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then(|| PathBuf::from(text))
}
