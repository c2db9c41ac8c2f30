//! A PgBouncer in front of a temporary cluster, for what a pooler takes away: the lock that belongs to a
//! connection.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::SUPERUSER;
use super::cluster::{Cluster, free_port, pause};
use super::template::{self, Owner};
use crate::fleet::temporary;
use crate::secret::PLANTED;

/// How long the pooler may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a pooler gives server connections to its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolMode {
    /// One for the client's whole session.
    Session,
    /// One for each transaction.
    Transaction,
    /// One for each statement.
    Statement,
}

/// A running PgBouncer; it ends with the value, and with the test process.
#[derive(Debug)]
pub struct Pooler {
    // The pooler is a child of this shell, which ends it when its standard input does.
    keeper: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Pooler {
    /// Starts one in front of `cluster`; `None` when this machine has no PgBouncer, which the caller has to
    /// say.
    #[track_caller]
    pub fn before(cluster: &Cluster, mode: PoolMode) -> Option<Self> {
        let program = program()?;
        let owner = Owner::find().unwrap_or_else(|error| panic!("{error}"));
        let folder = temporary();
        let port = free_port().unwrap_or_else(|error| panic!("{error}"));
        let mode = match mode {
            PoolMode::Session => "session",
            PoolMode::Transaction => "transaction",
            PoolMode::Statement => "statement",
        };
        let shown = folder.path().display();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {shown}/users\npool_mode = {mode}\n\
             logfile = {shown}/log\nignore_startup_parameters = extra_float_digits,options,search_path\n",
            cluster.port()
        );
        write(&folder.path().join("settings"), &settings, owner);
        write(&folder.path().join("users"), &format!("\"{SUPERUSER}\" \"{PLANTED}\"\n"), owner);
        template::give(folder.path(), owner).unwrap_or_else(|error| panic!("{shown}: {error}"));
        let keeper = template::command(PathBuf::from("/bin/sh"), owner)
            .args(["-c", "\"$1\" \"$2\" & cat >/dev/null; kill $!; wait $!", "radoub-keeper"])
            .arg(program)
            .arg(folder.path().join("settings"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("PgBouncer does not start: {error}"));
        let pooler = Self { keeper, folder, port };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "PgBouncer does not listen:\n{}", pooler.log());
            pause();
        }
        Some(pooler)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of a database through the pooler, for the superuser.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://{SUPERUSER}:{PLANTED}@127.0.0.1:{}/{database}", self.port)
    }

    /// What the pooler has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join("pgbouncer")).find(|program| program.is_file())
}

#[track_caller]
fn write(path: &Path, text: &str, owner: Option<Owner>) {
    let written = fs::write(path, text).and_then(|()| template::give(path, owner));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
