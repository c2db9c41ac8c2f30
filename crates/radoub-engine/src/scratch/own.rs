//! A server of our own for scratch databases: started once, shared by the fleet, gone with the run.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::scratch::Keeper;
use radoub_postgres::url::DatabaseUrl;
use tokio::sync::Semaphore;

use super::ground::Ground;
use super::server::major;
use crate::claim::Claim;
use crate::failure::{Failure, FailureCode};
use crate::local_server::{self, LocalServer, Programs};
use crate::translate;

/// What the names of our folders begin with.
const KIND: &str = "radoub-scratch";

/// Superuser of our servers.
const USER: &str = "postgres";

/// What it takes to start one.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    /// Where its folder goes.
    pub(crate) temporary: PathBuf,
    /// Folders of the search path.
    pub(crate) search: Vec<PathBuf>,
    /// The release that is wanted, when there are several.
    pub(crate) major: Option<u32>,
    /// How many databases may be at work at once.
    pub(crate) lanes: usize,
    pub(crate) connect: ConnectSettings,
}

/// A server that is ours alone.
#[derive(Debug)]
pub(crate) struct OwnServer {
    pub(crate) ground: Ground,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) major: u32,
    pub(crate) lanes: Arc<Semaphore>,
    /// Histories that make roles and the like run one at a time, and what they made is taken away in between.
    pub(crate) outside: Arc<tokio::sync::Mutex<()>>,
    /// The roles that are to be there.
    roles: Mutex<BTreeSet<String>>,
    house: House,
}

/// A server and the folder that it lives in.
#[derive(Debug)]
struct House {
    // Dropped in this order.
    process: Process,
    claim: Claim,
}

enum Process {
    Local(LocalServer),
    #[cfg(feature = "embedded")]
    Embedded(radoub_embedded::Embedded),
}

impl fmt::Debug for Process {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(server) => server.fmt(out),
            #[cfg(feature = "embedded")]
            Self::Embedded(server) => server.fmt(out),
        }
    }
}

impl OwnServer {
    /// Sweeps what dead processes left, and starts a server: a second or two for a local one.
    ///
    /// Should nobody wait for it any more, it is stopped and its folder removed as soon as it is there.
    pub(crate) async fn start(ground: Ground, recipe: Recipe) -> Result<Self, Failure> {
        let Recipe { temporary, search, major: wanted, lanes, connect } = recipe;
        // Both kinds block while they start.
        let starting = tokio::task::spawn_blocking(move || {
            for orphan in Claim::orphans(&temporary, KIND) {
                local_server::stop_orphan(&orphan.folder().join("postgres"), &search);
            }
            launch(ground, &temporary, &search, wanted)
        });
        let (house, url) = starting.await.unwrap_or_else(|_| {
            let values = vec![
                ("migration", String::new()),
                ("stays", "nothing".to_owned()),
                ("statements", "0".to_owned()),
            ];
            Err(Failure::new(FailureCode::Interrupted, values))
        })?;
        let version = Database::connect(&url, &connect).await;
        let version = version.map_err(|error| translate::connect_failure(&error))?;
        let found = major(version.version()).unwrap_or_default();
        version.close().await;
        let (keeper, lanes) = if ground == Ground::Embedded {
            (Keeper::alone(&url, &connect), 1)
        } else {
            let keeper = Keeper::open(&url, &connect).await;
            (keeper.map_err(|error| translate::scratch_failure(&url, &error))?, lanes)
        };
        Ok(Self {
            ground,
            keeper: Arc::new(keeper),
            major: found,
            lanes: Arc::new(Semaphore::new(lanes.max(1))),
            outside: Arc::default(),
            roles: Mutex::new(BTreeSet::from([USER.to_owned()])),
            house,
        })
    }

    /// Makes sure that there is a role of this name, so that scripts can name it.
    pub(crate) async fn role(&self, name: &str) {
        let is_new = {
            let mut roles = self.roles.lock().unwrap_or_else(PoisonError::into_inner);
            !name.is_empty() && roles.insert(name.to_owned())
        };
        if is_new {
            // A name that PostgreSQL keeps to itself cannot be made; a script that needs it says so.
            let _ = self.keeper.make_role(name).await;
        }
    }

    /// Takes the roles away that scripts have made.
    pub(crate) async fn forget_roles(&self) -> Result<(), Failure> {
        let kept: Vec<String> = {
            let roles = self.roles.lock().unwrap_or_else(PoisonError::into_inner);
            roles.iter().cloned().collect()
        };
        let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
        let dropped = self.keeper.drop_roles_but(&kept).await;
        dropped.map_err(|error| translate::scratch_failure(self.keeper.url(), &error))
    }

    /// Stops it and removes its folder.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        // Its databases go with it, so only the session is ended.
        if let Some(keeper) = Arc::into_inner(self.keeper) {
            keeper.leave().await;
        }
        let House { process, claim } = self.house;
        let ending = tokio::task::spawn_blocking(move || {
            // That it failed before is of no interest any more.
            match process {
                Process::Local(mut server) => drop(server.stop()),
                #[cfg(feature = "embedded")]
                Process::Embedded(server) => drop(server.stop()),
            }
            let folder = claim.folder().display().to_string();
            claim.remove().map_err(|error| (folder, error.to_string()))
        });
        let ended = ending.await.unwrap_or_else(|error| Err((String::new(), error.to_string())));
        ended.map_err(|(what, reason)| {
            Failure::new(FailureCode::LeftBehind, vec![("what", what), ("reason", reason)])
        })
    }
}

fn launch(
    ground: Ground,
    temporary: &std::path::Path,
    search: &[PathBuf],
    wanted: Option<u32>,
) -> Result<(House, DatabaseUrl), Failure> {
    let claim = || {
        Claim::take(temporary, KIND).map_err(|error| {
            let reason = format!("{}: {error}", temporary.display());
            let code = match ground {
                Ground::Embedded => FailureCode::EmbeddedFailed,
                _ => FailureCode::LocalFailed,
            };
            Failure::new(code, vec![("reason", reason)])
        })
    };
    let (process, url, claim) = if ground == Ground::Embedded {
        embedded(claim)?
    } else {
        let local = |error| translate::local_failure(&error);
        let programs = Programs::find(search, wanted).map_err(local)?;
        let claim = claim()?;
        let folder = claim.folder().join("postgres");
        let server = LocalServer::start(programs, &folder, USER).map_err(local)?;
        let (port, password) = (server.port(), server.password());
        let url =
            format!("postgresql://{USER}:{password}@127.0.0.1:{port}/postgres?sslmode=disable");
        (Process::Local(server), url, claim)
    };
    let url = DatabaseUrl::parse(&url).expect("an address of our own is well-formed");
    Ok((House { process, claim }, url))
}

#[cfg(feature = "embedded")]
fn embedded(
    claim: impl FnOnce() -> Result<Claim, Failure>,
) -> Result<(Process, String, Claim), Failure> {
    let claim = claim()?;
    let server = radoub_embedded::Embedded::start(&claim.folder().join("postgres"));
    let server = server.map_err(|error| {
        let values = vec![("reason", translate::words(&error))];
        Failure::new(FailureCode::EmbeddedFailed, values)
    })?;
    let url = server.url("postgres");
    Ok((Process::Embedded(server), url, claim))
}

#[cfg(not(feature = "embedded"))]
fn embedded(
    _claim: impl FnOnce() -> Result<Claim, Failure>,
) -> Result<(Process, String, Claim), Failure> {
    Err(Failure::new(FailureCode::EmbeddedMissing, Vec::new()))
}
