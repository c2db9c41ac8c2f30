//! The data folder that every temporary cluster is a copy of, and the user that owns it.
//!
//! `initdb` takes seconds, a copy takes a tenth: one template per machine, user and version of
//! PostgreSQL lies in the temporary folder and stays there.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::SUPERUSER;
use super::binaries::Binaries;
use super::cluster::StartError;
use crate::secret::PLANTED;

/// Raised when the way a template is made changes, so that an old one is not used.
const EDITION: u32 = 1;

/// The user that the server runs as, when it cannot be ours: PostgreSQL refuses to run as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    /// User id.
    pub(super) uid: u32,
    /// Group id.
    pub(super) gid: u32,
}

impl Owner {
    /// Nobody else, when we are not root; else `postgres`, or `nobody` where that user is missing.
    #[cfg(unix)]
    pub(super) fn find() -> Result<Option<Self>, StartError> {
        if id(&["-u"])? != Some(0) {
            return Ok(None);
        }
        for user in ["postgres", "nobody"] {
            if let (Some(uid), Some(gid)) = (id(&["-u", user])?, id(&["-g", user])?) {
                return Ok(Some(Self { uid, gid }));
            }
        }
        Err(StartError::NoUser)
    }

    /// Windows starts the server as the user that asks for it.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
    pub(super) fn find() -> Result<Option<Self>, StartError> {
        Ok(None)
    }
}

#[cfg(unix)]
fn id(arguments: &[&str]) -> Result<Option<u32>, StartError> {
    let output = Command::new("id")
        .args(arguments)
        .output()
        .map_err(|source| StartError::Program { program: PathBuf::from("id"), source })?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse().ok())
}

/// A command that runs as `owner` in a folder that `owner` may enter.
pub(super) fn command(program: PathBuf, owner: Option<Owner>) -> Command {
    let mut command = Command::new(program);
    // The locale of the person running the tests must not change a message.
    command.env("LC_ALL", "C").env("TZ", "UTC").stdin(Stdio::null()).current_dir(env::temp_dir());
    for variable in [
        "PGDATA",
        "PGHOST",
        "PGPORT",
        "PGUSER",
        "PGDATABASE",
        "PGPASSWORD",
        "PGSERVICE",
        "PGOPTIONS",
    ] {
        command.env_remove(variable);
    }
    #[cfg(unix)]
    if let Some(Owner { uid, gid }) = owner {
        use std::os::unix::process::CommandExt as _;
        command.uid(uid).gid(gid);
    }
    #[cfg(not(unix))]
    let _ = owner;
    command
}

/// Gives `path` to `owner`.
pub(super) fn give(path: &Path, owner: Option<Owner>) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(Owner { uid, gid }) = owner {
        std::os::unix::fs::chown(path, Some(uid), Some(gid))?;
    }
    #[cfg(not(unix))]
    let _ = (path, owner);
    Ok(())
}

/// The folder below `folder` that holds templates and clusters, one per user so that nobody meets another's files.
pub(super) fn base(folder: &Path, owner: Option<Owner>) -> Result<PathBuf, StartError> {
    let user = env::var("USER")
        .or_else(|_| env::var("USERNAME"))
        .unwrap_or_else(|_| "somebody".to_owned());
    let user: String = user.chars().filter(char::is_ascii_alphanumeric).collect();
    let folder = folder.join(match owner {
        Some(Owner { uid, .. }) => format!("radoub-pg-{user}-{uid}"),
        None => format!("radoub-pg-{user}"),
    });
    fs::create_dir_all(&folder)
        .map_err(|source| StartError::Folder { folder: folder.clone(), source })?;
    Ok(folder)
}

/// The template for these programs, made now if this machine has none yet.
///
/// A lock file keeps two test processes from making it twice; the folder appears by one rename, so a
/// half-made template is never copied.
pub(super) fn template(
    base: &Path,
    binaries: &Binaries,
    owner: Option<Owner>,
) -> Result<PathBuf, StartError> {
    let folder_error = |folder: &Path| {
        let folder = folder.to_owned();
        move |source| StartError::Folder { folder, source }
    };
    let name = format!("template-{}-{EDITION}", binaries.version);
    let ready = base.join(&name);
    if ready.is_dir() {
        return Ok(ready);
    }
    let lock_path = base.join(format!("{name}.lock"));
    let lock = File::create(&lock_path).map_err(folder_error(&lock_path))?;
    lock.lock().map_err(folder_error(&lock_path))?;
    if ready.is_dir() {
        return Ok(ready);
    }
    let workshop = base.join(format!("{name}.part"));
    if workshop.exists() {
        fs::remove_dir_all(&workshop).map_err(folder_error(&workshop))?;
    }
    fs::create_dir(&workshop).map_err(folder_error(&workshop))?;
    give(&workshop, owner).map_err(folder_error(&workshop))?;
    let password = base.join(format!("{name}.password"));
    fs::write(&password, PLANTED).map_err(folder_error(&password))?;
    give(&password, owner).map_err(folder_error(&password))?;

    let program = binaries.program("initdb");
    let output = command(program.clone(), owner)
        .arg("--pgdata")
        .arg(workshop.join("data"))
        .args([
            "--username",
            SUPERUSER,
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
            "--no-sync",
        ])
        .args(["--wal-segsize", "1"]) // Megabytes: less to copy than the usual 16.
        .arg("--pwfile")
        .arg(&password)
        .output()
        .map_err(|source| StartError::Program { program: program.clone(), source })?;
    fs::remove_file(&password).map_err(folder_error(&password))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(StartError::Refused { program, said });
    }
    fs::rename(workshop.join("data"), &ready).map_err(folder_error(&ready))?;
    fs::remove_dir_all(&workshop).map_err(folder_error(&workshop))?;
    Ok(ready)
}

/// Copies a folder with all that is in it and gives the copy to `owner`.
pub(super) fn copy(from: &Path, to: &Path, owner: Option<Owner>) -> io::Result<()> {
    fs::create_dir(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    give(to, owner)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, owner)?;
        } else {
            fs::copy(entry.path(), &target)?;
            give(&target, owner)?;
        }
    }
    Ok(())
}
