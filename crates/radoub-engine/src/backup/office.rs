//! What all backups of one round share: the catalogue, the programs of this machine, the keys, the second home.

use std::fmt;
use std::sync::Arc;

use super::catalogue::Catalogue;
use super::key::{Environment, Key, KeyError, Lock};
use super::manifest::Manifest;
use super::program::HostPrograms;
use super::settings::Settings;
use super::store::Store;
use crate::failure::Failure;
use crate::observe::Look;
use crate::translate;

/// Everything that backups of one round share.
pub(crate) struct Office {
    pub(crate) settings: Settings,
    pub(crate) catalogue: Catalogue,
    pub(crate) programs: HostPrograms,
    pub(crate) look: Look,
    pub(crate) environment: Environment,
    /// Why there is no second home, or it cannot be used, is told with each backup.
    pub(crate) store: Option<Result<Store, Failure>>,
    pub(crate) lock: Option<Arc<Lock>>,
    key: Option<Result<Arc<Key>, Failure>>,
    /// Names of backups whose radoubs were killed: their sessions may live on.
    pub(crate) orphans: Vec<String>,
}

/// The environment may hold any secret, so it is not shown.
impl fmt::Debug for Office {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Office").field("catalogue", &self.catalogue).finish_non_exhaustive()
    }
}

impl Office {
    /// Reads keys, looks for programs and removes what killed radoubs have left. Failing to open backups is kept for when one is to be opened; failing
    /// to close them is an error at once, for nothing may be written in the clear that was to be encrypted.
    pub(crate) async fn open(
        settings: &Settings,
        look: Look,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let closing = settings.encryption.as_ref().map(|wanted| Lock::read(wanted, environment));
        let closing = closing.transpose().map_err(|error| translate::key_failure(&error))?;
        let mut office = Self::to_read(settings, look, environment).await;
        let orphans = office.catalogue.sweep();
        office.orphans = orphans.map_err(|error| translate::catalogue_failure(&error))?;
        office.lock = closing.map(Arc::new);
        Ok(office)
    }

    /// The same for work that only reads backups: the key that closes them is not asked for.
    pub(crate) async fn to_read(
        settings: &Settings,
        look: Look,
        environment: &Environment,
    ) -> Self {
        let key = settings.encryption.as_ref().map(|wanted| {
            let key = Key::read(wanted, environment);
            key.map(Arc::new).map_err(|error| translate::key_failure(&error))
        });
        let store = settings.store.as_ref().map(|wanted| Store::open(wanted, environment));
        Self {
            catalogue: Catalogue::of(&settings.folder),
            programs: HostPrograms::find(settings, environment).await,
            settings: settings.clone(),
            environment: environment.clone(),
            look,
            store,
            lock: None,
            key,
            orphans: Vec::new(),
        }
    }

    /// What opens a backup: nothing for one in the clear.
    pub(crate) fn key(&self, manifest: &Manifest) -> Result<Option<Arc<Key>>, Failure> {
        if manifest.data.recipients.is_empty() {
            return Ok(None);
        }
        match &self.key {
            Some(key) => key.clone().map(Some),
            None => Err(translate::key_failure(&KeyError::NoIdentity)),
        }
    }

    /// What opens a backup that is being written.
    pub(crate) fn own_key(&self) -> Result<Option<Arc<Key>>, Failure> {
        match (&self.lock, &self.key) {
            (None, _) => Ok(None),
            (Some(_), Some(key)) => key.clone().map(Some),
            (Some(_), None) => Err(translate::key_failure(&KeyError::NoIdentity)),
        }
    }
}
