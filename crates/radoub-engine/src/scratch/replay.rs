//! What a history makes of an empty database, and where it stops.

use std::sync::Arc;
use std::time::{Duration, Instant};

use radoub_postgres::introspect::{Introspected, Scope};
use radoub_schema::migration::{Migration, MigrationName};
use radoub_schema::name::Ident;

use super::ground::{Chosen, Ground, NoScratch, Passed};
use super::memory::Key;
use super::needs::Needs;
use super::workshop::{Site, Workshop};
use crate::failure::Failure;
use crate::fleet::Managed;

/// A history to replay.
#[derive(Debug, Clone)]
pub struct Replay<'a> {
    /// The service.
    pub managed: &'a Managed,
    /// Its migrations, in the order in which they run.
    pub migrations: &'a [Migration],
    /// After how many of them the state of the database is wanted; at the end when none is given. 0 is the empty
    /// database.
    pub after: Vec<usize>,
    /// What is looked at.
    pub scope: Scope,
}

/// A history that ran to its end.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The states that were asked for, by the number of migrations that make them, ascending.
    pub states: Vec<(usize, Arc<Introspected>)>,
    /// Where it ran.
    pub chosen: Chosen,
    /// Whether nothing had to run, because this run had seen the same scripts before.
    pub remembered: bool,
    /// How long it took, the making of the database included.
    pub took: Duration,
}

/// Where a history stops, or why it did not begin.
#[derive(Debug, Clone)]
pub struct ReplayStop {
    /// What went wrong; with what the server said, file and line when a script is the cause.
    pub failure: Failure,
    /// The migration that does not run; `None` when it did not come to any.
    pub migration: Option<MigrationName>,
    /// How many ran before.
    pub ran: usize,
    /// The states that were asked for and reached.
    pub states: Vec<(usize, Arc<Introspected>)>,
    /// Where it ran; `None` when there was no scratch database.
    pub chosen: Option<Chosen>,
    /// What is against each ground, when there was no scratch database.
    pub passed: Vec<Passed>,
}

/// Told after each migration: how many have run.
pub type OnReplayed<'a> = &'a mut (dyn FnMut(usize) + Send);

impl<'a> Replay<'a> {
    /// The whole history, with its end state.
    pub fn whole(managed: &'a Managed, migrations: &'a [Migration], scope: Scope) -> Self {
        Self { managed, migrations, after: Vec::new(), scope }
    }

    /// The whole history, with its end state in the namespaces of the service: its `schemas`, else that of its URL.
    pub fn of(managed: &'a Managed, migrations: &'a [Migration]) -> Self {
        let home = managed.url.as_ref().map_or("public", |url| url.schema());
        let namespaces: Vec<Ident> = match managed.schemas.as_slice() {
            [] => vec![Ident::new(home)],
            schemas => schemas.iter().map(Ident::new).collect(),
        };
        Self::whole(managed, migrations, Scope::of(namespaces))
    }

    fn stations(&self) -> Vec<usize> {
        let mut stations = self.after.clone();
        if stations.is_empty() {
            stations.push(self.migrations.len());
        }
        stations.retain(|it| *it <= self.migrations.len());
        stations.sort_unstable();
        stations.dedup();
        stations
    }
}

impl Replayed {
    /// The last of the states.
    pub fn end(&self) -> &Arc<Introspected> {
        let (_, state) = self.states.last().expect("at least one state is asked for");
        state
    }
}

impl From<NoScratch> for ReplayStop {
    fn from(none: NoScratch) -> Self {
        Self {
            failure: none.failure,
            migration: None,
            ran: 0,
            states: Vec::new(),
            chosen: None,
            passed: none.passed,
        }
    }
}

impl Workshop {
    /// Runs a history on an empty database and looks at what it makes of it, at each of the numbers of migrations
    /// that were asked for, in a single pass. What this workshop has seen before is not run again.
    ///
    /// A history that is refused for lack of rights on the service's own server is tried on a server of our own;
    /// one that makes roles, databases and the like is not run on the service's server at all, unless that is the
    /// ground that was insisted on.
    ///
    /// # Errors
    ///
    /// [`ReplayStop`].
    pub async fn replay(
        &self,
        replay: &Replay<'_>,
        on_replayed: OnReplayed<'_>,
    ) -> Result<Replayed, Box<ReplayStop>> {
        let begun = Instant::now();
        let needs = Needs::of(replay.migrations);
        let mut passed = Vec::new();
        let mut denied: Option<Box<ReplayStop>> = None;
        for ground in self.grounds(replay.managed) {
            let site = match self.site(ground, replay.managed, &needs).await {
                Ok(site) => site,
                Err(failures) => {
                    let is_final = failures.is_final(ground);
                    passed.extend(failures.passed(ground));
                    if is_final {
                        break;
                    }
                    continue;
                }
            };
            let outcome = Box::pin(self.replay_on(&site, replay, &needs, begun, on_replayed));
            let outcome = outcome.await;
            match outcome {
                Ok(mut replayed) => {
                    replayed.chosen.passed = passed;
                    return Ok(replayed);
                }
                Err(Trouble::Ground(failures)) => {
                    let is_final = failures.is_final(ground);
                    passed.extend(failures.passed(ground));
                    if is_final {
                        break;
                    }
                }
                Err(Trouble::Stop(mut stop)) => {
                    let lacks_rights = stop.failure.server.as_ref().map(|it| it.sqlstate.as_str());
                    if ground == Ground::Server && lacks_rights == Some("42501") {
                        passed.push(Passed { ground, failure: stop.failure.clone() });
                        denied = Some(stop);
                        continue;
                    }
                    if let Some(chosen) = &mut stop.chosen {
                        chosen.passed = passed;
                    }
                    return Err(stop);
                }
            }
        }
        Err(denied.unwrap_or_else(|| Box::new(NoScratch::of(passed).into())))
    }

    async fn replay_on(
        &self,
        site: &Site,
        replay: &Replay<'_>,
        needs: &Needs,
        begun: Instant,
        on_replayed: OnReplayed<'_>,
    ) -> Result<Replayed, Trouble> {
        let managed = replay.managed;
        let chosen = self.chosen(site, managed).await;
        let schema = managed.url.as_ref().map_or("public", |url| url.schema());
        let keys = Key::prefixes(&chosen, managed, schema, &replay.scope, replay.migrations);
        let stations = replay.stations();
        let last = stations.last().copied().unwrap_or_default();
        let recall = || -> Option<Vec<_>> {
            let states = stations.iter().map(|at| Some((*at, self.memory.recall(keys[*at])?)));
            states.collect()
        };
        // Who comes second waits for the first and finds it done.
        let flight = self.memory.flight(keys[last]);
        let _flight = flight.lock().await;
        if let Some(states) = recall() {
            return Ok(Replayed { states, chosen, remembered: true, took: begun.elapsed() });
        }
        let mut scratch = self.make(site, managed, needs).await.map_err(Trouble::Ground)?;
        let chosen = scratch.chosen.clone();
        let mut states = Vec::new();
        let mut ran = 0;
        let mut outcome = scratch.initialise(managed).await.map_err(|failure| (None, failure));
        for at in stations {
            if outcome.is_err() {
                break;
            }
            let from = ran;
            let mut told = |count| {
                ran = from + count;
                on_replayed(ran);
            };
            let part = &replay.migrations[from..at];
            outcome = scratch.replay(&replay.managed.migrations, part, &mut told).await;
            if outcome.is_err() {
                break;
            }
            match scratch.look(&replay.scope).await {
                Ok(state) => {
                    let state = Arc::new(state);
                    self.memory.keep(keys[at], state.clone());
                    states.push((at, state));
                }
                Err(failure) => {
                    outcome = Err((None, failure));
                    break;
                }
            }
        }
        // The answer is had; what could not be removed is tried again when the workshop closes.
        drop(scratch.give_back(needs).await);
        match outcome {
            Ok(()) => Ok(Replayed { states, chosen, remembered: false, took: begun.elapsed() }),
            Err((migration, failure)) => Err(Trouble::Stop(Box::new(ReplayStop {
                failure,
                migration,
                ran,
                states,
                chosen: Some(chosen),
                passed: Vec::new(),
            }))),
        }
    }
}

/// Why a ground did not lead to an answer.
enum Trouble {
    /// It gave no database.
    Ground(super::workshop::Failures),
    /// The history stops.
    Stop(Box<ReplayStop>),
}
