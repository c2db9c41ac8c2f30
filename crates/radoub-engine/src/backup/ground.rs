//! Where proofs are made: on the service's own server, or, where its role may not create databases, on a temporary
//! server made with the programs of this machine.
//!
//! On a server of our own the roles are not known, so owners and rights are left out there; rows, constraints and
//! indexes are proven all the same.

use std::path::PathBuf;
use std::sync::Arc;

use radoub_postgres::database::ConnectSettings;
use radoub_postgres::scratch::{Keeper, Scratch, ScratchError};
use radoub_postgres::server::Properties;
use radoub_postgres::url::DatabaseUrl;

use super::key::Environment;
use super::program::{Place, Programs};
use crate::failure::Failure;
use crate::scratch::{self, OwnServer, Recipe};
use crate::translate;

/// A server that scratch databases are made on.
#[derive(Debug)]
pub(crate) struct Ground {
    keeper: Arc<Keeper>,
    /// The server, when it is ours.
    own: Option<OwnServer>,
}

impl Ground {
    /// Finds one, after a sweep.
    ///
    /// A server of ours is only taken when `programs` run on this machine, and when it is not older than the
    /// service's, of version `major`: an older one may not understand the dump.
    pub(crate) async fn open(
        url: &DatabaseUrl,
        connect: &ConnectSettings,
        programs: &Programs,
        major: u32,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let denied = match Keeper::open(url, connect).await {
            Ok(keeper) => {
                // What somebody else has left behind must not keep us from our work.
                drop(keeper.sweep().await);
                return Ok(Self { keeper: Arc::new(keeper), own: None });
            }
            Err(error @ ScratchError::Denied { .. }) => translate::scratch_failure(url, &error),
            Err(error) => return Err(translate::scratch_failure(url, &error)),
        };
        if !matches!(programs.place, Place::Host(_)) {
            return Err(denied);
        }
        let recipe = Recipe {
            temporary: temporary(environment),
            search: super::program::search_path(environment),
            major: Some(major),
            lanes: 1,
            connect: ConnectSettings::default(),
        };
        // That there is no such server either is no news to a person: the right to create databases is.
        let Ok(own) = OwnServer::start(scratch::Ground::Local, recipe).await else {
            return Err(denied);
        };
        if own.major < major {
            own.close().await?;
            return Err(denied);
        }
        Ok(Self { keeper: Arc::clone(&own.keeper), own: Some(own) })
    }

    /// `server` for the service's own, `local` for one of ours.
    pub(crate) fn name(&self) -> &'static str {
        if self.own.is_some() { "local" } else { "server" }
    }

    /// Whether the roles of the service are not known here.
    pub(crate) fn is_foreign(&self) -> bool {
        self.own.is_some()
    }

    /// The address that databases are made at.
    pub(crate) fn url(&self) -> &DatabaseUrl {
        self.keeper.url()
    }

    /// An empty database, like the one that was dumped as far as this server can.
    pub(crate) async fn create(&self, like: &Properties) -> Result<Scratch, Failure> {
        let created = if self.is_foreign() {
            // Its system may not know the collations of the other.
            self.keeper.create().await
        } else {
            self.keeper.create_like(like).await
        };
        created.map_err(|error| translate::scratch_failure(self.url(), &error))
    }

    /// Ends it.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        if let Some(own) = self.own {
            drop(self.keeper);
            own.close().await
        } else {
            let url = self.keeper.url().clone();
            let closed = self.keeper.close().await;
            closed.map_err(|error| translate::scratch_failure(&url, &error))
        }
    }
}

/// The folder for what does not stay, as the system's own variables say.
fn temporary(environment: &Environment) -> PathBuf {
    let named = ["TMPDIR", "TEMP", "TMP"].iter().find_map(|name| environment.get(*name));
    named.map_or_else(|| PathBuf::from("/tmp"), PathBuf::from)
}
