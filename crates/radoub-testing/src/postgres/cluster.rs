//! Starting, stopping, killing and asking one temporary server.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::SUPERUSER;
use super::binaries::{Binaries, BinariesError, Version};
use super::database::{Database, quoted};
use super::folder::{claim, guardian, lock_of, sweep, unique};
use super::options::{Auth, Options};
use super::query::{self, QueryError, Rows};
use super::template::{self, Owner};
use crate::escape::encoded;
use crate::secret::PLANTED;

/// How long a server may take to start before a test gives up, on a busy machine too.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why a temporary server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There are no programs.
    #[error("there is no PostgreSQL to start")]
    Binaries(#[from] BinariesError),
    /// We are root and there is nobody to run the server as.
    #[error(
        "PostgreSQL does not run as root, and this machine has neither the user postgres nor nobody"
    )]
    NoUser,
    /// A folder of the cluster could not be made or written.
    #[error("cannot prepare {}", folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be run.
    #[error("cannot run {}", program.display())]
    Program {
        /// Which.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program ran and failed.
    #[error("{} failed: {said}", program.display())]
    Refused {
        /// Which.
        program: PathBuf,
        /// The end of its output.
        said: String,
    },
    /// No port was free.
    #[error("no free port on the loopback interface")]
    Port(#[source] io::Error),
}

/// A running PostgreSQL server of a test's own, or a share of one.
#[derive(Debug)]
pub struct Cluster {
    address: Address,
    /// `None` for a server that somebody else keeps (`RADOUB_TEST_SERVER`).
    kept: Option<Mutex<Kept>>,
    binaries: Binaries,
}

#[derive(Debug, Clone, Copy)]
struct Address {
    port: u16,
}

/// What belongs to a server that we started ourselves.
#[derive(Debug)]
struct Kept {
    folder: PathBuf,
    binaries: Binaries,
    owner: Option<Owner>,
    server: Option<Child>,
    guardian: Option<(Child, ChildStdin)>,
    /// Held as long as we live; whoever can take it may sweep the folder away.
    lock: File,
}

impl Cluster {
    /// Starts a server with the usual options.
    #[track_caller]
    pub fn start() -> Self {
        Self::with(Options::default())
    }

    /// Starts a server with these options.
    #[track_caller]
    pub fn with(options: Options) -> Self {
        match Self::try_with(options) {
            Ok(cluster) => cluster,
            Err(error) => panic!("no temporary PostgreSQL: {}", chain(&error)),
        }
    }

    /// Starts a server with these options.
    ///
    /// # Errors
    ///
    /// [`StartError`], with the server's own words where it had any.
    pub fn try_with(mut options: Options) -> Result<Self, StartError> {
        let binaries = match options.binaries.take() {
            Some(binaries) => binaries,
            None => Binaries::find()?,
        };
        let owner = Owner::find()?;
        let folder = options.folder.take().unwrap_or_else(env::temp_dir);
        let base = template::base(&folder, owner)?;
        sweep(&base);
        let template = template::template(&base, &binaries, owner)?;
        let (folder, lock) = claim(&base)?;
        let mut kept = Kept {
            guardian: guardian(&folder)?,
            folder,
            binaries: binaries.clone(),
            owner,
            server: None,
            lock,
        };
        kept.prepare(&template, options)?;
        let mut failure = None;
        // Another process may take the port between our look and the server's start.
        for _ in 0..5 {
            let port = free_port()?;
            match kept.launch(port) {
                Ok(()) => {
                    return Ok(Self {
                        address: Address { port },
                        kept: Some(Mutex::new(kept)),
                        binaries,
                    });
                }
                Err(StartError::Refused { program, said }) if said.contains("could not bind") => {
                    failure = Some(StartError::Refused { program, said });
                }
                Err(error) => return Err(error),
            }
        }
        Err(failure.expect("five attempts, each of them failed"))
    }

    /// One server for all tests of this process, with room for 300 connections.
    ///
    /// With `RADOUB_TEST_SERVER` (a port on 127.0.0.1, set by `cargo xtask test`) it is one server for
    /// all test processes, so nextest does not start one per test.
    #[track_caller]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| match env::var("RADOUB_TEST_SERVER") {
            Ok(port) => {
                let port = port.parse().expect("RADOUB_TEST_SERVER is a port");
                let binaries = Binaries::find().unwrap_or_else(|error| panic!("{error}"));
                Self { address: Address { port }, kept: None, binaries }
            }
            Err(_) => Self::with(Self::shared_options()),
        })
    }

    /// The options of [`Cluster::shared`], for whoever keeps that server.
    pub fn shared_options() -> Options {
        Options::default().setting("max_connections", 300)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port
    }

    /// The version of the programs.
    pub fn version(&self) -> &Version {
        &self.binaries.version
    }

    /// The programs of the server.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// The URL of a database for the superuser, password included.
    pub fn url(&self, database: &str) -> String {
        self.url_as(SUPERUSER, PLANTED, database)
    }

    /// The URL of a database for a role.
    pub fn url_as(&self, role: &str, password: &str, database: &str) -> String {
        format!(
            "postgresql://{}:{}@127.0.0.1:{}/{}",
            encoded(role),
            encoded(password),
            self.port(),
            encoded(database)
        )
    }

    /// The URL of the database `postgres` for the superuser.
    pub fn admin_url(&self) -> String {
        self.url("postgres")
    }

    /// The folder of the Unix socket; `None` for a server that somebody else keeps.
    pub fn socket_folder(&self) -> Option<PathBuf> {
        self.kept.as_ref().map(|kept| held(kept).folder.clone())
    }

    /// Makes a database, empty, and leaves it.
    #[track_caller]
    pub fn create_database(&self, name: &str) {
        self.psql("postgres", &format!("CREATE DATABASE {}", quoted(name)));
    }

    /// Makes a database whose name starts with `hint` and that goes with the value.
    #[track_caller]
    pub fn database(&self, hint: &str) -> Database<'_> {
        let name = unique(hint);
        self.create_database(&name);
        Database::new(self, name)
    }

    /// Sends `sql` to `database` as one simple-protocol message, as `psql -At -c` does, and gives its
    /// rows: a line a row, `|` between columns. Panics with the server's words when it refuses.
    #[track_caller]
    pub fn psql(&self, database: &str, sql: &str) -> String {
        match self.query(database, sql) {
            Ok(rows) => query::text(&rows),
            Err(error) => panic!("{database}: {error}\n{sql}"),
        }
    }

    /// Sends `sql` to `database` as one simple-protocol message and gives the rows of all its
    /// statements.
    ///
    /// # Errors
    ///
    /// [`QueryError`] when the server cannot be reached or refuses.
    pub fn query(&self, database: &str, sql: &str) -> Result<Rows, QueryError> {
        query::ask(&self.url(database), sql)
    }

    /// The catalog of `database` as `pg_dump --schema-only --no-owner` writes it, without what differs between two
    /// runs (the `\restrict` key). `None` when this machine has no `pg_dump` for the server's version.
    #[track_caller]
    pub fn dump_schema(&self, database: &str) -> Option<String> {
        self.pg_dump(database, &["--schema-only", "--no-owner"])
    }

    /// All of `database`, rows, owners and rights too, as `pg_dump` writes it, without what differs between two
    /// runs. `None` when this machine has no `pg_dump` for the server's version.
    #[track_caller]
    pub fn dump(&self, database: &str) -> Option<String> {
        self.pg_dump(database, &[])
    }

    #[track_caller]
    fn pg_dump(&self, database: &str, options: &[&str]) -> Option<String> {
        let program = self.binaries.fitting_client("pg_dump")?;
        let output = template::command(program, None)
            .args(options)
            .arg("--dbname")
            .arg(format!(
                "postgresql://{SUPERUSER}@127.0.0.1:{}/{}",
                self.port(),
                encoded(database)
            ))
            .env("PGPASSWORD", PLANTED)
            .output()
            .unwrap_or_else(|error| panic!("pg_dump does not run: {error}"));
        assert!(
            output.status.success(),
            "pg_dump of {database}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout)
            .unwrap_or_else(|error| panic!("pg_dump of {database}: {error}"));
        let lines = text.lines().filter(|line| {
            !line.starts_with("\\restrict")
                && !line.starts_with("\\unrestrict")
                && !line.starts_with("-- Dumped ")
        });
        Some(lines.flat_map(|line| [line, "\n"]).collect())
    }

    /// What `database` consists of, as a text that is equal for equal catalogs on this server: the dump of
    /// [`Cluster::dump_schema`], or an inventory of our own where no `pg_dump` fits.
    #[track_caller]
    pub fn catalog(&self, database: &str) -> String {
        self.dump_schema(database).unwrap_or_else(|| self.inventory(database))
    }

    /// What `database` consists of, one line a thing, from the catalog tables; works on every version.
    #[track_caller]
    pub fn inventory(&self, database: &str) -> String {
        self.psql(database, include_str!("catalog.sql"))
    }

    /// What the server has logged so far; empty for a server that somebody else keeps.
    pub fn log(&self) -> String {
        let Some(kept) = &self.kept else { return String::new() };
        log_of(&held(kept).folder)
    }

    /// Ends the server at once: `kill -9`. The folder stays; [`Cluster::restart`] recovers it.
    ///
    /// What was committed in the last half second may be lost, unless the cluster was started with
    /// `synchronous_commit` `on`.
    #[track_caller]
    pub fn kill(&self) {
        let mut kept = held(self.own());
        if let Some(mut server) = kept.server.take() {
            server
                .kill()
                .and_then(|()| server.wait())
                .unwrap_or_else(|error| panic!("kill -9 of the server: {error}"));
        }
    }

    /// Stops the server: clients are thrown out, their transactions rolled back. [`Cluster::restart`]
    /// starts it again.
    #[track_caller]
    pub fn stop(&self) {
        held(self.own()).stop("INT");
    }

    /// Starts the server again, on the same port and with its data, after [`Cluster::kill`],
    /// [`Cluster::stop`] or while it runs.
    #[track_caller]
    pub fn restart(&self) {
        let mut kept = held(self.own());
        kept.stop("INT");
        // Backends of a killed server need a moment to notice; until then the data is in use.
        let deadline = Instant::now() + PATIENCE;
        loop {
            match kept.launch(self.address.port) {
                Ok(()) => return,
                Err(error) if Instant::now() > deadline => panic!("restart: {}", chain(&error)),
                Err(_) => pause(),
            }
        }
    }

    /// Stops the server and starts a copy of its files in another folder, on the same port: a server
    /// that was replaced by its copy.
    #[must_use]
    #[track_caller]
    pub fn replaced(&self) -> Self {
        let (port, binaries) = (self.address.port, self.binaries.clone());
        let mut kept = held(self.own());
        kept.stop("INT");
        let copy = || -> Result<Self, StartError> {
            let owner = kept.owner;
            let base = template::base(&env::temp_dir(), owner)?;
            let (folder, lock) = claim(&base)?;
            let guardian = guardian(&folder)?;
            let binaries = binaries.clone();
            let mut copy = Kept { guardian, folder, binaries, owner, server: None, lock };
            let failed = |source| StartError::Folder { folder: copy.data(), source };
            template::give(&copy.folder, owner).map_err(failed)?;
            template::copy(&kept.data(), &copy.data(), owner).map_err(failed)?;
            copy.launch(port)?;
            let binaries = copy.binaries.clone();
            Ok(Self { address: Address { port }, kept: Some(Mutex::new(copy)), binaries })
        };
        copy().unwrap_or_else(|error| panic!("a copy of the server: {}", chain(&error)))
    }

    /// Stops the server, runs `meanwhile`, and brings its files back to what they were before: a
    /// server that was restored from an older copy, in the same place.
    #[track_caller]
    pub fn rewound<T>(&self, meanwhile: impl FnOnce() -> T) -> T {
        let aside = {
            let mut kept = held(self.own());
            kept.stop("INT");
            let aside = kept.folder.join("aside");
            template::copy(&kept.data(), &aside, kept.owner)
                .unwrap_or_else(|error| panic!("a copy of the data: {error}"));
            aside
        };
        self.restart();
        let done = meanwhile();
        {
            let mut kept = held(self.own());
            kept.stop("INT");
            fs::remove_dir_all(kept.data())
                .and_then(|()| fs::rename(&aside, kept.data()))
                .unwrap_or_else(|error| panic!("the data of before: {error}"));
        }
        self.restart();
        done
    }

    #[track_caller]
    fn own(&self) -> &Mutex<Kept> {
        self.kept
            .as_ref()
            .expect("a shared server is not stopped by one of its users; start your own")
    }
}

impl Kept {
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Copies the template and writes the settings.
    fn prepare(&self, template: &Path, options: Options) -> Result<(), StartError> {
        let data = self.data();
        let failed = |source| StartError::Folder { folder: data.clone(), source };
        template::give(&self.folder, self.owner).map_err(failed)?;
        template::copy(template, &data, self.owner).map_err(failed)?;
        let mut settings =
            File::options().append(true).open(data.join("postgresql.conf")).map_err(failed)?;
        let socket = self.folder.display().to_string();
        let usual = [
            ("listen_addresses", "127.0.0.1"),
            ("unix_socket_directories", if cfg!(unix) { socket.as_str() } else { "" }),
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("full_page_writes", "off"),
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
            ("max_wal_size", "256MB"),
            ("shared_buffers", "32MB"),
            ("max_connections", "100"),
            ("autovacuum", "off"), // It would wake up in the middle of somebody's measurement.
            ("log_line_prefix", "%m [%p] %u@%d "),
            ("lc_messages", "C"),
            ("timezone", "UTC"),
        ];
        let own = options.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in usual.into_iter().chain(own) {
            writeln!(settings, "{name} = '{}'", value.replace('\'', "''")).map_err(failed)?;
        }
        let method = match options.auth {
            Auth::Password => "scram-sha-256",
            Auth::Md5 => "md5",
            Auth::Trust => "trust",
        };
        let mut access: String =
            options.access.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        for connection in ["local all all", "host all all 127.0.0.1/32", "host all all ::1/128"] {
            let _ = writeln!(access, "{connection} {method}");
        }
        fs::write(data.join("pg_hba.conf"), access).map_err(failed)?;
        for (name, content) in options.files {
            let path = data.join(&name);
            fs::write(&path, content).map_err(failed)?;
            template::give(&path, self.owner).map_err(failed)?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Starts the server on `port` and waits until it takes connections.
    fn launch(&mut self, port: u16) -> Result<(), StartError> {
        let program = self.binaries.program("postgres");
        let log_path = self.folder.join("log");
        let log = File::options()
            .create(true)
            .append(true)
            .open(&log_path)
            .map_err(|source| StartError::Folder { folder: log_path.clone(), source })?;
        let before = log_of(&self.folder).len();
        let mut command = template::command(program.clone(), self.owner);
        command
            .arg("-D")
            .arg(self.data())
            .args(["-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(log);
        // Of its own group, so that a Ctrl-C in the terminal ends the tests first.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut server = command
            .spawn()
            .map_err(|source| StartError::Program { program: program.clone(), source })?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let ended = server
                .try_wait()
                .map_err(|source| StartError::Program { program: program.clone(), source })?;
            if ended.is_some() || Instant::now() > deadline {
                let _ = server.kill();
                let _ = server.wait();
                let said = log_of(&self.folder).get(before..).unwrap_or_default().to_owned();
                return Err(StartError::Refused { program, said });
            }
            if ready(&self.data(), server.id()) {
                self.server = Some(server);
                return Ok(());
            }
            pause();
        }
    }

    /// Sends a signal that ends the server, and waits for its end.
    fn stop(&mut self, signal: &str) {
        let Some(mut server) = self.server.take() else { return };
        let sent = template::command(self.binaries.program("pg_ctl"), self.owner)
            .args(["kill", signal, &server.id().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !sent.is_ok_and(|status| status.success()) {
            let _ = server.kill();
        }
        let _ = server.wait();
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // "Immediate": nothing is written, shared memory is given back.
        self.stop("QUIT");
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(lock_of(&self.folder));
        let _ = self.lock.unlock();
        if let Some((mut guardian, stdin)) = self.guardian.take() {
            drop(stdin);
            let _ = guardian.wait();
        }
    }
}

/// Whether `postmaster.pid` says that this very process takes connections.
fn ready(data: &Path, pid: u32) -> bool {
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let mut lines = text.lines();
    lines.next().is_some_and(|line| line.trim() == pid.to_string())
        && lines.next_back().is_some_and(|line| line.trim() == "ready")
}

pub(super) fn free_port() -> Result<u16, StartError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(StartError::Port)?;
    Ok(listener.local_addr().map_err(StartError::Port)?.port())
}

fn log_of(folder: &Path) -> String {
    fs::read(folder.join("log"))
        .map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

#[expect(
    clippy::disallowed_methods,
    reason = "a fixture without a runtime, waiting for another program under a deadline"
)]
pub(super) fn pause() {
    thread::sleep(Duration::from_millis(5));
}
