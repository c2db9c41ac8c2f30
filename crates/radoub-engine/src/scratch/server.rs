//! The services' own servers: who makes scratch databases there, one keeper a server and role.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::scratch::{Keeper, ScratchError, Swept};
use radoub_postgres::url::DatabaseUrl;
use tokio::sync::{OnceCell, Semaphore};

use crate::failure::Failure;
use crate::translate;

/// The servers of a run.
#[derive(Debug)]
pub(super) struct Servers {
    known: Mutex<BTreeMap<String, Arc<Server>>>,
    lanes: usize,
}

/// One server, as one role sees it.
#[derive(Debug)]
pub(super) struct Server {
    keeper: OnceCell<Result<Arc<Keeper>, Refused>>,
    major: OnceCell<Option<u32>>,
    inherited: OnceCell<Vec<String>>,
    /// How many databases may be at work at once.
    pub(super) lanes: Arc<Semaphore>,
}

/// Why a server gives no scratch databases.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    pub(super) failure: Failure,
    /// First number of its version, when it said as much.
    major: Option<u32>,
}

impl Servers {
    pub(super) fn new(lanes: usize) -> Self {
        Self { known: Mutex::default(), lanes: lanes.max(1) }
    }

    /// The server of an address, as its role.
    pub(super) fn of(&self, url: &DatabaseUrl) -> Arc<Server> {
        // The role's password does not make another server, but what the session starts with may.
        let options = url.parameter("options").unwrap_or_default();
        let key = format!("{}\n{}\n{options}", url.server_key(), url.user());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let server = known.entry(key).or_insert_with(|| {
            Arc::new(Server {
                keeper: OnceCell::new(),
                major: OnceCell::new(),
                inherited: OnceCell::new(),
                lanes: Arc::new(Semaphore::new(self.lanes)),
            })
        });
        server.clone()
    }

    /// Drops what is left everywhere; the first thing that could not be.
    pub(super) async fn close(self) -> Result<(), Failure> {
        let known = self.known.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut outcome = Ok(());
        for server in known.into_values().filter_map(Arc::into_inner) {
            let Some(Ok(keeper)) = server.keeper.into_inner() else { continue };
            let url = keeper.url().clone();
            if let Err(error) = keeper.close().await
                && outcome.is_ok()
            {
                outcome = Err(translate::scratch_failure(&url, &error));
            }
        }
        outcome
    }
}

impl Server {
    /// Who makes scratch databases here; the first to ask also sweeps what dead makers have left.
    pub(super) async fn keeper(
        &self,
        url: &DatabaseUrl,
        settings: &ConnectSettings,
    ) -> Result<Arc<Keeper>, Refused> {
        let open = async || match Keeper::open(url, settings).await {
            Ok(keeper) => {
                // Cleaning up after others must not keep us from our own work; the next one tries again.
                let _: Result<Swept, _> = keeper.sweep().await;
                Ok(Arc::new(keeper))
            }
            Err(error) => {
                let version = match &error {
                    ScratchError::Denied { version, .. }
                    | ScratchError::ReadOnly { version, .. } => Some(version.as_str()),
                    _ => None,
                };
                let failure = translate::scratch_failure(url, &error);
                Err(Refused { failure, major: version.and_then(major) })
            }
        };
        self.keeper.get_or_init(open).await.clone()
    }

    /// First number of its version, as far as it can be asked.
    pub(super) async fn major(&self, url: &DatabaseUrl, settings: &ConnectSettings) -> Option<u32> {
        match self.keeper.get() {
            Some(Ok(keeper)) => return major(keeper.version()),
            Some(Err(Refused { major: Some(major), .. })) => return Some(*major),
            _ => {}
        }
        let ask = async || {
            let database = Database::connect(url, settings).await.ok()?;
            let major = major(database.version());
            database.close().await;
            major
        };
        *self.major.get_or_init(ask).await
    }

    /// What a new database has from the template, asked in the first one.
    pub(super) async fn inherited(&self, first: &Database) -> Vec<String> {
        // Only for a note to people; a question without an answer leaves it out.
        let ask = async || first.inherited_tables().await.unwrap_or_default();
        self.inherited.get_or_init(ask).await.clone()
    }
}

/// First number of a version as servers say it at log-in.
pub(super) fn major(version: &str) -> Option<u32> {
    version.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}
