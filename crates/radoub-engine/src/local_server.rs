//! A PostgreSQL server of our own, from programs that the system already has: for the demo, and for
//! scratch databases where the service's own server gives none.
//!
//! Here one is found, made and ended; who needs it and when is settled elsewhere. Nothing that already
//! runs is touched: the cluster is new, its port was free, and only `pg_ctl` with our own data folder ever
//! stops it.

mod programs;

use std::fmt;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) use programs::{Programs, candidates};

/// What is tried before giving up, when somebody else takes the port that was free a moment ago.
const ATTEMPTS: usize = 3;

/// Why there is no server of our own.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// No folder has `initdb`, `pg_ctl` and `postgres`.
    #[error("this system has no PostgreSQL server programs (looked in {} folders)", looked_in.len())]
    NotInstalled {
        /// Where was looked.
        looked_in: Vec<PathBuf>,
    },
    /// PostgreSQL refuses to run as root, and there is nobody to run it as.
    #[error(
        "PostgreSQL does not run as root, and this system has neither the user postgres nor nobody"
    )]
    NoUser,
    /// The cluster's folder could not be made, written or read.
    #[error("the folder {} of the server could not be used", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No port is free.
    #[error("no port of 127.0.0.1 is free")]
    Port(#[source] io::Error),
    /// A program could not be run.
    #[error("{} could not be run", program.display())]
    Program {
        /// Which.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program ran and failed.
    #[error("{program} failed: {said}")]
    Refused {
        /// Which.
        program: &'static str,
        /// The last lines that it or the server wrote.
        said: String,
    },
}

/// A running server. Dropping it stops it; its folder is the caller's.
#[derive(Debug)]
pub(crate) struct LocalServer {
    programs: Programs,
    folder: PathBuf,
    owner: Option<Owner>,
    port: Option<u16>,
    password: Password,
}

/// The superuser's password; never shown.
struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(…)")
    }
}

/// Whom the server runs as, when we are root.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix runs programs as somebody else"))]
struct Owner {
    uid: u32,
    gid: u32,
}

impl LocalServer {
    /// Makes a cluster in `folder`, which must not exist, with `user` as its superuser, and starts it. Takes a
    /// second or two.
    pub(crate) fn start(programs: Programs, folder: &Path, user: &str) -> Result<Self, LocalError> {
        let owner = owner(folder.parent())?;
        let password = Password(password());
        let folder = folder.to_path_buf();
        let mut server = Self { programs, folder, owner, port: None, password };
        server.initialise(user)?;
        for _ in 1..ATTEMPTS {
            if server.serve().is_ok() {
                return Ok(server);
            }
        }
        server.serve().map(|()| server)
    }

    /// The superuser's password: hexadecimal digits, which need no quoting anywhere.
    pub(crate) fn password(&self) -> &str {
        &self.password.0
    }

    /// The port on 127.0.0.1; 0 for a server that does not run.
    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(0)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn initialise(&self, user: &str) -> Result<(), LocalError> {
        let at = |path: &Path| {
            let path = path.to_path_buf();
            |source| LocalError::Folder { path, source }
        };
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let secret = self.folder.join("password");
        fs::write(&secret, self.password()).map_err(at(&secret))?;
        for path in [&self.folder, &secret] {
            hand_over(path, self.owner).map_err(at(path))?;
        }
        let mut initdb = self.program("initdb");
        initdb.arg("--pgdata").arg(self.data()).arg("--pwfile").arg(&secret);
        initdb.args(["--username", user, "--auth", "scram-sha-256", "--encoding", "UTF8"]);
        initdb.args(["--no-locale", "--no-sync"]);
        let output = initdb.output().map_err(|source| LocalError::Program {
            program: self.programs.folder.join("initdb"),
            source,
        })?;
        if !output.status.success() {
            let said = last_lines(&String::from_utf8_lossy(&output.stderr));
            return Err(LocalError::Refused { program: "initdb", said });
        }
        fs::remove_file(&secret).map_err(at(&secret))
    }

    /// Starts the server on a port that is free now.
    fn serve(&mut self) -> Result<(), LocalError> {
        let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(LocalError::Port)?;
        let port = probe.local_addr().map_err(LocalError::Port)?.port();
        drop(probe);
        // What a crash would lose is worth nothing here, and quickness is everything.
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\n\
             fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n\
             max_wal_size = 1GB\n\
             autovacuum = off\nshared_buffers = 64MB\nmax_locks_per_transaction = 1024\njit = off\n"
        );
        let path = self.data().join("postgresql.auto.conf");
        fs::write(&path, settings).map_err(|source| LocalError::Folder { path, source })?;
        let mut start = self.program("pg_ctl");
        start.args(["start", "--wait", "--silent", "--pgdata"]).arg(self.data());
        start.arg("--log").arg(self.log());
        // The server inherits these; a pipe would be held open for as long as it runs.
        start.stdout(Stdio::null()).stderr(Stdio::null());
        let status = start.status().map_err(|source| LocalError::Program {
            program: self.programs.folder.join("pg_ctl"),
            source,
        })?;
        if status.success() {
            self.port = Some(port);
            return Ok(());
        }
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        Err(LocalError::Refused { program: "postgres", said: last_lines(&log) })
    }

    fn program(&self, name: &str) -> Command {
        program(&self.programs, name, &self.folder, self.owner)
    }

    /// Stops the server at once and says whether that worked; what it had in memory is lost.
    pub(crate) fn stop(&mut self) -> Result<(), LocalError> {
        if self.port.take().is_none() {
            return Ok(());
        }
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "--mode", "immediate", "--silent", "--pgdata"]).arg(self.data());
        let output = stop.output().map_err(|source| LocalError::Program {
            program: self.programs.folder.join("pg_ctl"),
            source,
        })?;
        if output.status.success() {
            return Ok(());
        }
        let said = last_lines(&String::from_utf8_lossy(&output.stderr));
        Err(LocalError::Refused { program: "pg_ctl", said })
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        // Nobody is left to be told; who wants to know has called `stop`.
        let _ = self.stop();
    }
}

/// A call of one of the programs, as whom the server runs.
#[cfg_attr(
    not(unix),
    expect(unused_variables, reason = "only Unix runs programs as somebody else")
)]
fn program(programs: &Programs, name: &str, folder: &Path, owner: Option<Owner>) -> Command {
    let mut command = Command::new(programs.folder.join(name));
    command.current_dir(folder).stdin(Stdio::null()).env("LC_ALL", "C");
    #[cfg(unix)]
    if let Some(owner) = owner {
        use std::os::unix::process::CommandExt;
        command.uid(owner.uid).gid(owner.gid);
    }
    command
}

/// Stops the server that a process which is gone has left in `folder`, if it still runs.
///
/// The process id in its files may belong to somebody else by now, so it is only believed when that process
/// is a server of this very folder. A server that is not stopped here ends by itself within a minute, once its
/// folder is gone (PostgreSQL manual, 19.5: it looks for its `postmaster.pid`).
pub(crate) fn stop_orphan(folder: &Path, search: &[PathBuf]) {
    let data = folder.join("data");
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else { return };
    let Some(pid) = text.lines().next().and_then(|line| line.trim().parse::<u32>().ok()) else {
        return;
    };
    if !serves(pid, &data) {
        return;
    }
    let (Ok(programs), Ok(owner)) = (Programs::find(search, None), owner(folder.parent())) else {
        return;
    };
    let mut stop = program(&programs, "pg_ctl", folder, owner);
    stop.args(["stop", "--mode", "immediate", "--silent", "--pgdata"]).arg(&data);
    // It may have ended in the meantime, and otherwise ends with its folder.
    let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// Whether a process is the server of this data folder, by its command line.
#[cfg(unix)]
fn serves(pid: u32, data: &Path) -> bool {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_else(|_| {
        let mut ps = Command::new("ps");
        ps.args(["-o", "args=", "-p"]).arg(pid.to_string()).stdin(Stdio::null());
        ps.output().map(|output| output.stdout).unwrap_or_default()
    });
    String::from_utf8_lossy(&line).contains(&*data.to_string_lossy())
}

/// `pg_ctl` signals by a pipe that only servers have, so a wrong number hits nobody.
#[cfg(not(unix))]
fn serves(_: u32, _: &Path) -> bool {
    true
}

/// Whom to run as: nobody else, unless we are root.
#[cfg(unix)]
fn owner(parent: Option<&Path>) -> Result<Option<Owner>, LocalError> {
    use std::os::unix::fs::MetadataExt;

    // What we make belongs to us: the folder above is our own.
    let parent = parent.unwrap_or(Path::new("/"));
    let folder = |source| LocalError::Folder { path: parent.to_path_buf(), source };
    if fs::metadata(parent).map_err(folder)?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(str::parse);
        Some(Owner { uid: fields.next()?.ok()?, gid: fields.next()?.ok()? })
    };
    user("postgres").or_else(|| user("nobody")).map(Some).ok_or(LocalError::NoUser)
}

/// Whom to run as: ourselves; `pg_ctl` gives up an administrator's rights by itself.
#[cfg(not(unix))]
fn owner(_: Option<&Path>) -> Result<Option<Owner>, LocalError> {
    Ok(None)
}

/// Gives a path to the server's user, and lets nobody else look into it.
#[cfg(unix)]
fn hand_over(path: &Path, owner: Option<Owner>) -> io::Result<()> {
    use std::os::unix::fs::{PermissionsExt, chown};

    let mode = if path.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    match owner {
        Some(owner) => chown(path, Some(owner.uid), Some(owner.gid)),
        None => Ok(()),
    }
}

/// The rights of the folder above are those of the user.
#[cfg(not(unix))]
fn hand_over(_: &Path, _: Option<Owner>) -> io::Result<()> {
    Ok(())
}

/// A password for a server that lives for seconds on the loopback interface: the keys of two fresh
/// hash maps, which the standard library takes from the system's randomness.
fn password() -> String {
    let word = || RandomState::new().hash_one(());
    format!("{:016x}{:016x}", word(), word())
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(5)..].join("; ")
}
