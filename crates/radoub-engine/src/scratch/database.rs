//! One scratch database at work: scripts run on it, its catalog is read, it goes away.

use std::path::Path;
use std::sync::Arc;

use radoub_postgres::database::Database;
use radoub_postgres::introspect::{IntrospectError, Introspected, Scope};
use radoub_postgres::replay::ReplayError;
use radoub_postgres::scratch::{Scratch, Shadow};
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::migration::{Migration, MigrationName, MigrationScript};
use radoub_schema::script::Script;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit};

use super::ground::Chosen;
use super::needs::Needs;
use super::own::OwnServer;
use super::replay::OnReplayed;
use crate::failure::Failure;
use crate::fleet::Managed;
use crate::translate;

/// An empty database for one purpose, and a connection to it.
///
/// [`ScratchDatabase::close`] removes it; one that is only dropped is removed with its workshop. It keeps one of
/// the lanes of its server, the embedded one has a single one: whoever holds one must not wait for another.
#[derive(Debug)]
pub struct ScratchDatabase {
    /// Its ground.
    pub chosen: Chosen,
    pub(super) database: Database,
    pub(super) origin: Origin,
    /// The turn of a history that makes roles, and where they are taken away again.
    pub(super) outside: Option<(OwnedMutexGuard<()>, Arc<OwnServer>)>,
    /// Given back with the value.
    #[expect(dead_code, reason = "it is held, not looked at")]
    pub(super) lane: Option<OwnedSemaphorePermit>,
    /// The turn on a shadow database within this process.
    #[expect(dead_code, reason = "it is held, not looked at")]
    pub(super) turn: Option<OwnedMutexGuard<()>>,
}

/// Where it comes from, and so where it goes.
#[derive(Debug)]
pub(super) enum Origin {
    Given(Box<Shadow>),
    Made(Scratch),
}

impl ScratchDatabase {
    /// Its address, with the service's `schema`; the password is that of a server of ours, or the service's own.
    pub fn url(&self) -> &DatabaseUrl {
        self.database.url()
    }

    /// The connection.
    pub fn database(&mut self) -> &mut Database {
        &mut self.database
    }

    /// Runs the service's `initShadowDb`.
    pub(super) async fn initialise(&mut self, managed: &Managed) -> Result<(), Failure> {
        let Some(text) = managed.shadow_init.as_deref().filter(|it| !it.trim().is_empty()) else {
            return Ok(());
        };
        let script = Some(MigrationScript::from_bytes(text.as_bytes()));
        let init = Migration { name: "initShadowDb".into(), script };
        let ran = self.run(&[init], &mut |_| {}).await;
        ran.map_err(|error| translate::init_failure(self.database.url(), text, &error))
    }

    /// Runs scripts on it.
    pub(super) async fn run(
        &mut self,
        migrations: &[Migration],
        on_replayed: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), ReplayError> {
        self.database.replay(migrations, on_replayed).await
    }

    /// Removes it; a configured shadow database is emptied and let go.
    ///
    /// # Errors
    ///
    /// Why it could not be removed; its workshop tries again when it closes.
    pub async fn close(self) -> Result<(), Failure> {
        let url = self.database.url().clone();
        self.database.close().await;
        match self.origin {
            Origin::Given(shadow) => {
                let emptied = shadow.release().await;
                emptied.map_err(|error| translate::reset_failure(&url, &error))?;
            }
            Origin::Made(scratch) => {
                let dropped = scratch.drop().await;
                dropped.map_err(|error| translate::scratch_failure(&url, &error))?;
            }
        }
        if let Some((_alone, own)) = self.outside {
            own.forget_roles().await?;
        }
        Ok(())
    }

    /// Gives one that was made to the next who needs one, when only what tells itself by its id was made in it; else
    /// as [`ScratchDatabase::close`].
    pub(super) async fn give_back(self, needs: &Needs) -> Result<(), Failure> {
        match self.origin {
            Origin::Made(scratch) if needs.is_tame && self.outside.is_none() => {
                let url = self.database.url().clone();
                let given = scratch.give_back(self.database).await;
                given.map_err(|error| translate::scratch_failure(&url, &error))
            }
            _ => self.close().await,
        }
    }

    /// Runs migrations on it, whatever ran before; `folder` is where they lie, for the message.
    ///
    /// # Errors
    ///
    /// Which of them does not run, and why.
    pub async fn replay(
        &mut self,
        folder: &Path,
        migrations: &[Migration],
        on_replayed: OnReplayed<'_>,
    ) -> Result<(), (Option<MigrationName>, Failure)> {
        let Err(error) = self.run(migrations, on_replayed).await else { return Ok(()) };
        let extension = match &error {
            ReplayError::Refused(stop)
                if matches!(stop.error.sqlstate.as_str(), "0A000" | "58P01") =>
            {
                let script = migrations.iter().find(|it| it.name == stop.migration);
                let text = script.and_then(|it| it.script.as_ref()).map_or("", |it| it.text());
                let asked = Script::parse(text).extensions(text);
                // A question that is not answered leaves the server's own words to speak.
                self.database.lacking_extension(&asked).await.unwrap_or_default()
            }
            _ => None,
        };
        let url = self.database.url();
        let failure =
            translate::replay_failure(url, folder, migrations, &error, extension.as_deref());
        Err((error.migration().cloned(), failure))
    }

    /// Looks at what is there now.
    ///
    /// # Errors
    ///
    /// Why the catalog could not be read.
    pub async fn look(&mut self, scope: &Scope) -> Result<Introspected, Failure> {
        let looked = self.database.introspect(scope).await;
        looked.map_err(|error| match error {
            IntrospectError::Query(error) => translate::query_failure(self.database.url(), &error),
        })
    }
}
