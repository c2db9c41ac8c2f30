//! What was replayed already in this run, by the checksums of the scripts: services that share a history share
//! its replay.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use radoub_postgres::introspect::{Introspected, Scope};
use radoub_schema::migration::{Checksum, Migration};

use super::ground::Chosen;
use crate::fleet::Managed;

/// What a replay comes to depends on this and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(Checksum);

/// End states by key.
#[derive(Debug, Default)]
pub(super) struct Memory {
    states: Mutex<BTreeMap<Key, Arc<Introspected>>>,
    /// Who replays a history at this moment; those who want the same wait for it.
    flights: Mutex<BTreeMap<Key, Arc<tokio::sync::Mutex<()>>>>,
}

impl Key {
    /// The keys of all prefixes of a history, the empty one first. Names do not count: what runs is the scripts.
    pub(super) fn prefixes(
        chosen: &Chosen,
        managed: &Managed,
        schema: &str,
        scope: &Scope,
        migrations: &[Migration],
    ) -> Vec<Self> {
        // Another server may have another template, and other locales and extensions.
        let ground = (chosen.ground, &chosen.server, chosen.major);
        let text = format!("{ground:?} {schema:?} {scope:?} {:?}", managed.shadow_init);
        let mut key = Checksum::of(&text);
        let mut keys = vec![Self(key)];
        for migration in migrations {
            // A folder without a script stops the replay; it must not pass for one with an empty script.
            let own = migration.script.as_ref().map(|script| script.checksum().to_string());
            key = Checksum::of(&format!("{key} {own:?}"));
            keys.push(Self(key));
        }
        keys
    }
}

impl Memory {
    /// What is known under a key.
    pub(super) fn recall(&self, key: Key) -> Option<Arc<Introspected>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    /// Remembers a state.
    pub(super) fn keep(&self, key: Key, state: Arc<Introspected>) {
        self.states.lock().unwrap_or_else(PoisonError::into_inner).insert(key, state);
    }

    /// The right to replay towards this key; one at a time.
    pub(super) fn flight(&self, key: Key) -> Arc<tokio::sync::Mutex<()>> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        flights.entry(key).or_default().clone()
    }
}
