//! A real Docker engine for tests: one of their own where that is possible, with images made of this
//! machine's files, because no registry is asked for anything.
//!
//! What is in an image is settled in `image`; here the engine is started, spoken to and ended.

mod image;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::fleet::temporary;

pub use image::{Image, POSTGRES_PASSWORD, POSTGRES_USER};

/// How long an engine may take to accept its first call, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A Docker engine. Dropping it removes every container and network that [`Engine::compose`] made, and
/// ends the engine if it is ours.
#[derive(Debug)]
pub struct Engine {
    /// `DOCKER_HOST`; `None` for the engine that the `docker` command speaks to anyway.
    host: Option<String>,
    /// The folder and the process of our own engine. The folder goes last.
    own: Option<(Child, TempDir)>,
    /// Locked while our own engine lives: two that start together trip over the packet filter that they share.
    _turn: Option<fs::File>,
    projects: std::sync::Mutex<Vec<Project>>,
}

/// A Compose project that was started.
#[derive(Debug, Clone)]
struct Project {
    folder: PathBuf,
    name: String,
}

/// Why there is no engine to test with.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No engine answers, and none can be started.
    #[error(
        "no Docker engine answers, and none of our own can be started (that takes root and `dockerd`): \
         run `cargo xtask test`, which installs the packages docker.io and docker-compose, or start Docker"
    )]
    Missing,
    /// Ours ended or kept silent.
    #[error("the Docker engine of the tests did not start; its last words: {log}")]
    Silent {
        /// The end of its log.
        log: String,
    },
}

impl Engine {
    /// An engine of our own below a temporary folder when we are root and `dockerd` is there, else the one that
    /// the `docker` command speaks to.
    ///
    /// # Errors
    ///
    /// [`EngineError`].
    pub fn start() -> Result<Self, EngineError> {
        let root = output(Command::new("id").arg("-u")).is_some_and(|uid| uid.trim() == "0");
        if root && output(Command::new("dockerd").arg("--version")).is_some() {
            return Self::own();
        }
        let projects = std::sync::Mutex::default();
        let engine = Self { host: None, own: None, _turn: None, projects };
        if engine.answers() { Ok(engine) } else { Err(EngineError::Missing) }
    }

    fn own() -> Result<Self, EngineError> {
        let turn = fs::File::create(env::temp_dir().join("radoub-test-docker.lock"));
        let turn = turn.expect("a lock file can be made in the temporary folder");
        turn.lock().expect("a lock file can be locked");
        let folder = temporary();
        let at = |name: &str| folder.path().join(name);
        let log = at("log");
        let written = fs::File::create(&log).expect("a log file can be made in a temporary folder");
        let twice = written.try_clone().expect("a file handle can be doubled");
        let mut command = Command::new("dockerd");
        // No default bridge: every project gets a network of its own, and another engine on this machine has that one.
        command.args(["--bridge", "none", "--storage-driver", "overlay2"]);
        // Many small networks: the usual handful is used up by what an engine that was killed has left behind.
        command.args(["--default-address-pool", "base=10.213.0.0/16,size=26"]);
        command.arg("--data-root").arg(at("data")).arg("--exec-root").arg(at("exec"));
        command.arg("--pidfile").arg(at("pid"));
        let host = format!("unix://{}", at("socket").display());
        command.arg("--host").arg(&host);
        command.stdin(Stdio::null()).stdout(written).stderr(twice);
        let child = command.spawn().map_err(|_| EngineError::Missing)?;
        let mut engine = Self {
            host: Some(host),
            own: Some((child, folder)),
            _turn: Some(turn),
            projects: std::sync::Mutex::default(),
        };
        let began = Instant::now();
        while !engine.answers() {
            let ended =
                engine.own.as_mut().is_some_and(|(child, _)| !matches!(child.try_wait(), Ok(None)));
            if ended || began.elapsed() > PATIENCE {
                return Err(EngineError::Silent { log: last_lines(&log) });
            }
            // The engine tells nobody when it is ready: it is asked until it answers.
            std::thread::park_timeout(Duration::from_millis(100));
        }
        Ok(engine)
    }

    fn answers(&self) -> bool {
        output(&mut self.command("docker", &["version", "--format", "{{.Server.Version}}"]))
            .is_some()
    }

    /// The variable that leads the `docker` command, and so radoub, to this engine.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.host.iter().map(|host| ("DOCKER_HOST", host.clone())).collect()
    }

    /// A call of `program` that speaks to this engine.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).envs(self.environment()).stdin(Stdio::null());
        command
    }

    /// Runs `docker` and gives back what it printed.
    #[track_caller]
    pub fn docker(&self, arguments: &[&str]) -> String {
        told(&mut self.command("docker", arguments))
    }

    /// Makes `image` known to this engine under its name, if it is not yet.
    #[track_caller]
    pub fn import(&self, image: &Image) {
        if output(&mut self.command("docker", &["image", "inspect", image.name()])).is_none() {
            image.import(self);
        }
    }

    /// Runs Compose in `folder` as project `name`; whatever it made goes when this value does.
    #[track_caller]
    pub fn compose(&self, folder: &Path, name: &str, arguments: &[&str]) -> String {
        let project = Project { folder: folder.to_path_buf(), name: name.to_owned() };
        {
            let mut projects = self.projects.lock().expect("no test thread panicked over the list");
            if !projects.iter().any(|it| it.name == name) {
                projects.push(project.clone());
            }
        }
        told(&mut self.composing(&project, arguments))
    }

    /// Keeps an engine of our own from answering until the value is dropped; its containers go on.
    #[track_caller]
    pub fn hold(&self) -> Held {
        let (child, _) = self.own.as_ref().expect("only an engine of our own is held");
        Held::new(child.id())
    }

    /// The id of the container of a service.
    #[track_caller]
    pub fn container(&self, project: &str, service: &str) -> String {
        let label = |key: &str, value: &str| format!("label=com.docker.compose.{key}={value}");
        let (project, wanted) = (label("project", project), label("service", service));
        let ids =
            self.docker(&["ps", "--all", "--quiet", "--filter", &project, "--filter", &wanted]);
        let id = ids.lines().next().unwrap_or_else(|| panic!("{service} has no container"));
        id.to_owned()
    }

    /// Waits until the health check of each service says that it is well.
    #[track_caller]
    pub fn wait_for_health(&self, project: &str, services: &[&str]) {
        let began = Instant::now();
        for service in services {
            let id = self.container(project, service);
            let health = || self.docker(&["inspect", "--format", "{{.State.Health.Status}}", &id]);
            while health().trim() != "healthy" {
                let log = || self.docker(&["logs", &id]);
                assert!(began.elapsed() < PATIENCE, "{service} is not well: {}", log());
                std::thread::park_timeout(Duration::from_millis(100));
            }
        }
    }

    /// `docker compose` where it is installed, else `docker-compose`.
    fn composing(&self, project: &Project, arguments: &[&str]) -> Command {
        let plugin = output(&mut self.command("docker", &["compose", "version"])).is_some();
        let mut command = if plugin {
            self.command("docker", &["compose"])
        } else {
            self.command("docker-compose", &[])
        };
        command
            .args(["--project-name", &project.name])
            .args(arguments)
            .current_dir(&project.folder);
        command
    }
}

/// A process that does not go on until this is dropped.
#[derive(Debug)]
pub struct Held {
    pid: u32,
}

impl Held {
    #[track_caller]
    fn new(pid: u32) -> Self {
        told(Command::new("kill").args(["-STOP", &pid.to_string()]));
        Self { pid }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // One that has ended meanwhile needs no word.
        let _ = Command::new("kill").args(["-CONT", &self.pid.to_string()]).status();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let projects = std::mem::take(
            self.projects.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        for project in projects {
            // What cannot be taken down by Compose goes with an engine of our own.
            let _ = self.composing(&project, &["down", "--volumes", "--timeout", "1"]).output();
        }
        if let Some((child, _)) = &mut self.own {
            // SIGTERM lets it end its containers and unmount what it mounted; SIGKILL would not.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

/// What a call printed; panics with its words when it failed.
#[track_caller]
fn told(command: &mut Command) -> String {
    let line = format!("{command:?}");
    let Output { status, stdout, stderr } =
        command.output().unwrap_or_else(|error| panic!("{line}: {error}"));
    assert!(status.success(), "{line}: {status}\n{}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned()
}

/// What a call printed, when it ran and succeeded.
fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn last_lines(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}

/// Whether the programs that a Docker test needs are on this machine.
pub fn installed() -> bool {
    let docker = output(Command::new("docker").arg("--version")).is_some();
    let compose = output(Command::new("docker-compose").arg("--version")).is_some()
        || output(Command::new("docker").args(["compose", "version"])).is_some();
    let engine = output(Command::new("dockerd").arg("--version")).is_some()
        || env::var_os("DOCKER_HOST").is_some()
        || output(Command::new("docker").arg("info")).is_some();
    docker && compose && engine
}
