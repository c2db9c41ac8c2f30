//! Backups with proof: each database dumped in one snapshot, compressed, encrypted, kept in a catalogue with a
//! manifest, read back into a scratch database and counted.
//!
//! What a backup is kept in and what proves it are rooms of their own; here they are put together, many
//! databases at once. When backups are taken and when they go is settled in [`ensure`] and [`retention`].

pub mod catalogue;
mod child;
pub(crate) mod dump;
pub mod ensure;
pub(crate) mod flow;
mod ground;
pub mod key;
pub mod manifest;
mod office;
pub(crate) mod pour;
pub(crate) mod program;
pub(crate) mod prove;
pub mod retention;
pub mod settings;
pub mod store;
pub mod verify;
mod work;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use radoub_postgres::stop::StopSignal;
use tokio::sync::mpsc::unbounded_channel;

use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, Managed, Prisma, Service, ServiceName};
use crate::lanes::{self, Lanes};
use crate::observe::Look;
use crate::translate;

use catalogue::{Catalogue, Kept};
use key::Environment;
use manifest::Manifest;
use store::Store;
use work::Work;

pub(crate) use office::Office;

/// What is asked of a round of backups.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// How databases are reached.
    pub look: Look,
    /// The environment of the process, where variables of `radoub.toml` are looked up.
    pub environment: &'a Environment,
    /// The name of the set; day and time when none is given.
    pub set: Option<&'a str>,
    /// Whether each backup is read back at once.
    pub prove: bool,
}

impl Request<'_> {
    /// The name of the set: what was asked for, else day and time.
    fn set_name(&self) -> String {
        let now = || Timestamp::now().strftime("%Y%m%d_%H%M%S").to_string();
        self.set.map_or_else(now, str::to_owned)
    }
}

/// Something that happens to the backup of one service.
#[derive(Debug, Clone)]
pub struct BackupEvent {
    /// The service.
    pub service: ServiceName,
    /// What.
    pub kind: BackupEventKind,
}

/// What happens to a backup.
#[derive(Debug, Clone)]
pub enum BackupEventKind {
    /// Work begins on a database of this size.
    Started {
        /// Bytes on the server's disk, indexes included.
        bytes: i64,
    },
    /// Bytes move.
    Moving {
        /// That `pg_dump` has written.
        plain: u64,
        /// That are stored.
        stored: u64,
        /// That were read back and given to `pg_restore`.
        returned: u64,
    },
    /// It is on disk, under its name.
    Written {
        /// Its name.
        id: String,
    },
    /// It was read back, and all rows are there.
    Proven,
    /// It lies in its second home too.
    Stored,
    /// Work has ended, well or not.
    Ended {
        /// How long it took.
        took: Duration,
    },
}

/// What became of the backup of one database.
#[derive(Debug)]
pub struct Outcome {
    /// The service.
    pub service: ServiceName,
    /// Other services on the same database.
    pub also: Vec<ServiceName>,
    /// The backup, or why there is none.
    pub kept: Result<Kept, Failure>,
    /// Why it could not be proven; `None` when it was, or was not asked to be.
    pub unproven: Option<Failure>,
    /// Why it is not in its second home; `None` when it is, or there is none.
    pub unstored: Option<Failure>,
    /// How long it took.
    pub took: Duration,
}

/// A database of the fleet with the services that use it.
#[derive(Debug, Clone)]
pub struct Target<'a> {
    /// The first of them in the order of the fleet.
    pub service: &'a Service,
    /// Its side of Prisma.
    pub managed: &'a Managed,
    /// The others.
    pub also: Vec<ServiceName>,
}

impl Target<'_> {
    /// All services of the database.
    pub fn names(&self) -> impl Iterator<Item = &ServiceName> {
        std::iter::once(&self.service.name).chain(&self.also)
    }

    /// Whether this service uses the database.
    pub fn is(&self, service: &ServiceName) -> bool {
        self.names().any(|name| name == service)
    }
}

/// The databases of the fleet, each once, in the order of the fleet. Services without Prisma are left out.
pub fn targets(fleet: &Fleet) -> Vec<Target<'_>> {
    let mut targets: Vec<Target<'_>> = Vec::new();
    for service in &fleet.services {
        let Prisma::Managed(managed) = &service.prisma else { continue };
        let same = |it: &&mut Target<'_>| match (&it.managed.url, &managed.url) {
            (Ok(one), Ok(two)) => {
                one.server_key() == two.server_key() && one.database() == two.database()
            }
            _ => false,
        };
        match targets.iter_mut().find(same) {
            Some(known) => known.also.push(service.name.clone()),
            None => targets.push(Target { service, managed, also: Vec::new() }),
        }
    }
    targets
}

/// Backs every database of the fleet up; `tell` hears what happens. A database that fails does not stop the
/// others.
///
/// Asked to stop, what is being written is given up and leaves nothing behind.
///
/// # Errors
///
/// A [`Failure`] that concerns all of them: the catalogue or the key.
pub async fn backup(
    fleet: &Fleet,
    request: &Request<'_>,
    stop: StopSignal,
    mut tell: impl FnMut(BackupEvent),
) -> Result<Vec<Outcome>, Failure> {
    let office = Office::open(&fleet.backup, request.look, request.environment).await?;
    let targets = targets(fleet);
    let set = request.set_name();
    let lanes = Lanes { jobs: office.settings.jobs, ..request.look.lanes };
    let (events, mut told) = unbounded_channel();
    let all = async {
        let events = events;
        let (office, set, stop) = (&office, set.as_str(), &stop);
        lanes::each(
            &targets,
            lanes,
            |target| target.managed.url.as_ref().ok().map(|url| url.server_key().to_string()),
            |index| {
                let work = Work {
                    office,
                    project: &fleet.project,
                    target: &targets[index],
                    set,
                    prove: request.prove,
                    events: events.clone(),
                };
                work.follow(stop)
            },
            |_, _| {},
        )
        .await
    };
    tokio::pin!(all);
    let mut outcomes = None;
    loop {
        tokio::select! {
            biased;
            event = told.recv() => match event {
                Some(event) => tell(event),
                None => break,
            },
            done = &mut all, if outcomes.is_none() => outcomes = Some(done),
        }
    }
    Ok(outcomes.unwrap_or_default())
}

/// Work was given up because somebody asked for it; nothing was changed.
pub(crate) fn interrupted() -> Failure {
    Failure::new(FailureCode::Stopped, Vec::new())
}

/// Backups by service, newest last, of those that can be read.
pub fn by_service(backups: &[Kept]) -> BTreeMap<&str, Vec<&Kept>> {
    let mut map: BTreeMap<&str, Vec<&Kept>> = BTreeMap::new();
    for kept in backups {
        map.entry(kept.manifest.service.as_str()).or_default().push(kept);
    }
    map
}

/// Removes a backup, from its second home too.
///
/// # Errors
///
/// A [`Failure`]; what could not be removed stays whole in its place or is no backup any more.
pub async fn remove(fleet: &Fleet, kept: Kept, environment: &Environment) -> Result<(), Failure> {
    if let (Some(_), Some(settings)) = (&kept.stored, &fleet.backup.store) {
        Store::open(settings, environment)?.remove(&kept.manifest).await?;
    }
    kept.remove().map_err(|error| translate::catalogue_failure(&error))
}

/// The backups in the second home; none when there is no such home.
///
/// # Errors
///
/// A [`Failure`] when it does not answer.
pub async fn stored(fleet: &Fleet, environment: &Environment) -> Result<Vec<Manifest>, Failure> {
    let Some(settings) = &fleet.backup.store else { return Ok(Vec::new()) };
    Store::open(settings, environment)?.list().await
}

/// Brings a backup back from its second home; it has to be verified anew.
///
/// # Errors
///
/// A [`Failure`]: the store, or the catalogue when it has that backup already.
pub async fn fetch(
    fleet: &Fleet,
    manifest: Manifest,
    environment: &Environment,
) -> Result<Kept, Failure> {
    let Some(settings) = &fleet.backup.store else {
        let values = vec![("backup", manifest.id.clone())];
        return Err(Failure::new(FailureCode::BackupUnknown, values));
    };
    let store = Store::open(settings, environment)?;
    let mut kept = store.fetch(&Catalogue::of(&fleet.backup.folder), manifest).await?;
    verify::unchanged(&kept).await?;
    kept.note_stored(store.note()).map_err(|error| translate::catalogue_failure(&error))?;
    Ok(kept)
}
