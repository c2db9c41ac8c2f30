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
pub mod key;
pub mod manifest;
pub(crate) mod pour;
pub(crate) mod program;
pub(crate) mod prove;
pub mod retention;
pub mod settings;
pub mod store;
pub mod verify;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::scratch::Keeper;
use radoub_postgres::server::{Properties, Server};
use radoub_postgres::snapshot::{Identity, Snapshot};
use radoub_postgres::stop::{Stop, StopSignal};
use radoub_postgres::url::DatabaseUrl;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, Managed, Prisma, Service, ServiceName};
use crate::lanes::{self, Lanes};
use crate::observe::{Look, connect_settings};
use crate::translate;

use catalogue::{Catalogue, Kept, Partial};
use dump::Dumped;
use flow::Flow;
use key::{Environment, Key, Lock};
use manifest::{
    DataFacts, DatabaseFacts, FORMAT, LedgerFacts, Manifest, ProgramFacts, ServerFacts, TableFacts,
};
use program::{HostPrograms, Programs};
use prove::Claim;
use settings::Settings;
use store::Store;

/// What the server calls the session that holds a snapshot.
const SNAPSHOT: &str = "backup";

/// How often progress is told.
const TICK: Duration = Duration::from_millis(200);

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

/// Everything that backups of one round share.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) settings: Settings,
    pub(crate) catalogue: Catalogue,
    pub(crate) programs: HostPrograms,
    pub(crate) look: Look,
    /// Why there is no second home, or it cannot be used, is told with each backup.
    store: Option<Result<Store, Failure>>,
    lock: Option<Arc<Lock>>,
    key: Option<Result<Arc<Key>, Failure>>,
}

impl Office {
    /// Reads keys and looks for programs. Failing to open backups is kept for when one is to be opened; failing
    /// to close them is an error at once, for nothing may be written in the clear that was to be encrypted.
    pub(crate) async fn open(
        settings: &Settings,
        look: Look,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let lock = match &settings.encryption {
            Some(wanted) => {
                let lock = Lock::read(wanted, environment);
                Some(Arc::new(lock.map_err(|error| translate::key_failure(&error))?))
            }
            None => None,
        };
        let mut office = Self::to_read(settings, look, environment).await;
        office.lock = lock;
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
            look,
            store,
            lock: None,
            key,
        }
    }

    /// What opens a backup: nothing for one in the clear.
    pub(crate) fn key(&self, manifest: &Manifest) -> Result<Option<Arc<Key>>, Failure> {
        if manifest.data.recipients.is_empty() {
            return Ok(None);
        }
        match &self.key {
            Some(key) => key.clone().map(Some),
            None => Err(translate::key_failure(&key::KeyError::NoIdentity)),
        }
    }
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
    let orphans = office.catalogue.sweep();
    let orphans = orphans.map_err(|error| translate::catalogue_failure(&error))?;
    let targets = targets(fleet);
    let set = request
        .set
        .map_or_else(|| Timestamp::now().strftime("%Y%m%d_%H%M%S").to_string(), str::to_owned);
    let lanes = Lanes { jobs: office.settings.jobs, ..request.look.lanes };
    let (events, mut told) = unbounded_channel();
    let all = async {
        let events = events;
        let (office, set, orphans, stop) = (&office, set.as_str(), &orphans, &stop);
        lanes::each(
            &targets,
            lanes,
            |target| target.managed.url.as_ref().ok().map(|url| url.server_key().to_string()),
            |index| {
                let work = Work {
                    office,
                    fleet,
                    target: &targets[index],
                    set,
                    prove: request.prove,
                    orphans,
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

/// The work on one database.
struct Work<'a> {
    office: &'a Office,
    fleet: &'a Fleet,
    target: &'a Target<'a>,
    set: &'a str,
    prove: bool,
    orphans: &'a [String],
    events: UnboundedSender<BackupEvent>,
}

/// A backup that is written, and how its proof went.
struct Made {
    kept: Kept,
    unproven: Option<Failure>,
    unstored: Option<Failure>,
}

impl Work<'_> {
    async fn follow(self, stop: &StopSignal) -> Outcome {
        let began = Instant::now();
        let made = tokio::select! {
            made = self.make() => made,
            () = stop.until(Stop::AfterStatement) => Err(interrupted()),
        };
        let took = began.elapsed();
        self.say(BackupEventKind::Ended { took });
        let (service, also) = (self.target.service.name.clone(), self.target.also.clone());
        match made {
            Ok(Made { kept, unproven, unstored }) => {
                Outcome { service, also, kept: Ok(kept), unproven, unstored, took }
            }
            Err(failure) => {
                Outcome { service, also, kept: Err(failure), unproven: None, unstored: None, took }
            }
        }
    }

    fn say(&self, kind: BackupEventKind) {
        // Nobody listens any more only when the round itself was dropped.
        let _ = self.events.send(BackupEvent { service: self.target.service.name.clone(), kind });
    }

    async fn make(&self) -> Result<Made, Failure> {
        if let Some(Err(failure)) = &self.office.store {
            return Err(failure.clone());
        }
        let managed = self.target.managed;
        let url = managed.url.as_ref().map_err(translate::url_failure)?;
        let query = |error| translate::query_failure(url, &error);
        let mut connect = connect_settings(managed, self.office.look.timeout);
        connect.application_suffix = Some(SNAPSHOT.to_owned());
        self.end_orphans(url, &connect).await;
        let database = Database::connect(url, &connect).await;
        let database = database.map_err(|error| translate::connect_failure(&error))?;
        let refused = database.refuse_pooler().await;
        refused.map_err(|error| translate::pooler_failure(url, &error))?;
        let properties = database.properties().await.map_err(query)?;
        let identity = database.identity().await.map_err(query)?;
        self.say(BackupEventKind::Started { bytes: properties.bytes });
        let programs = Programs::choose(
            &self.office.programs,
            &self.office.settings,
            managed,
            identity.major(),
        );
        let programs = programs.await.map_err(|error| translate::programs_failure(&error))?;
        let snapshot = database.hold_still().await.map_err(query)?;
        let made = self.write(url, &connect, &programs, &snapshot, &properties, &identity).await;
        snapshot.release().await;
        let mut made = made?;
        self.copy(&mut made).await;
        Ok(made)
    }

    /// Dumps and proves at the same time: the proof follows the file while it grows.
    async fn write(
        &self,
        url: &DatabaseUrl,
        connect: &ConnectSettings,
        programs: &Programs,
        snapshot: &Snapshot,
        properties: &Properties,
        identity: &Identity,
    ) -> Result<Made, Failure> {
        let catalogue_failed = |error| translate::catalogue_failure(&error);
        let started_at = Timestamp::now();
        let service = self.target.service.name.as_str();
        let partial = self.office.catalogue.begin(service, started_at).map_err(catalogue_failed)?;
        let lock = self.office.lock.clone();
        let file = if lock.is_some() { "data.dump.zst.age" } else { "data.dump.zst" };
        let path = partial.path(file);
        // A follower may look before the writer has begun.
        let made = catalogue::private_file(&path);
        made.map_err(|source| {
            let path = path.clone();
            translate::catalogue_failure(&catalogue::CatalogueError::Write { path, source })
        })?;
        let flow = Arc::new(Flow::default());
        let certificates = self.target.managed.schema.parent();
        let wanted = dump::Wanted {
            programs,
            url,
            certificates,
            application: partial.id(),
            path: path.clone(),
            level: self.office.settings.level,
            lock: lock.clone(),
            flow: Arc::clone(&flow),
        };
        let dumping = dump::dump(snapshot, wanted);
        let proving = self.prove(url, connect, programs, properties, &path, &partial, &flow);
        let work = async { tokio::join!(dumping, proving) };
        let (dumped, proof) = self.watch(&flow, work).await;
        let dumped = match dumped {
            Ok(dumped) => dumped,
            Err(error) => {
                self.end_sessions(url, connect, partial.id()).await;
                return Err(translate::dump_failure(url, &error));
            }
        };
        let manifest = Manifest {
            started_at,
            finished_at: Timestamp::now(),
            ..self.manifest(&partial, snapshot, programs, properties, identity, url, file, dumped)
        };
        let mut kept = partial.finish(manifest).map_err(catalogue_failed)?;
        self.say(BackupEventKind::Written { id: kept.manifest.id.clone() });
        let judged = proof.map(|proof| {
            let manifest = &kept.manifest;
            proof.and_then(|it| it.judge(&manifest.id, &manifest.data.sha256, &manifest.tables))
        });
        let unproven = match judged {
            None => None,
            Some(Err(failure)) => Some(failure),
            Some(Ok(verified)) => {
                kept.note_verified(verified).map_err(catalogue_failed)?;
                self.say(BackupEventKind::Proven);
                None
            }
        };
        Ok(Made { kept, unproven, unstored: None })
    }

    #[expect(clippy::too_many_arguments, reason = "all that a proof needs, and it is called once")]
    async fn prove(
        &self,
        url: &DatabaseUrl,
        connect: &ConnectSettings,
        programs: &Programs,
        like: &Properties,
        path: &Path,
        partial: &Partial,
        flow: &Arc<Flow>,
    ) -> Option<Result<prove::Restored, Failure>> {
        if !self.prove {
            return None;
        }
        let key = match (&self.office.lock, &self.office.key) {
            (None, _) => None,
            (Some(_), Some(Ok(key))) => Some(Arc::clone(key)),
            (Some(_), Some(Err(failure))) => return Some(Err(failure.clone())),
            (Some(_), None) => {
                return Some(Err(translate::key_failure(&key::KeyError::NoIdentity)));
            }
        };
        let keeper = match keeper(url, connect).await {
            Ok(keeper) => keeper,
            Err(failure) => return Some(Err(failure)),
        };
        let claim = Claim {
            id: partial.id(),
            path: path.to_path_buf(),
            programs,
            keeper: &keeper,
            like,
            certificates: self.target.managed.schema.parent(),
            connect,
            key,
            following: Some(Arc::clone(flow)),
            flow: Arc::clone(flow),
            checksum: None,
        };
        let restored = prove::restore_aside(claim).await;
        let closed = keeper.close().await;
        Some(restored.and_then(|restored| {
            closed.map_err(|error| translate::scratch_failure(url, &error))?;
            Ok(restored)
        }))
    }

    /// Tells how far the bytes have come while the work goes on.
    async fn watch<T>(&self, flow: &Flow, work: impl Future<Output = T>) -> T {
        let mut ticks = tokio::time::interval(TICK);
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = ticks.tick() => self.say(BackupEventKind::Moving {
                    plain: flow.plain.load(Ordering::Relaxed),
                    stored: flow.stored.load(Ordering::Relaxed),
                    returned: flow.returned.load(Ordering::Relaxed),
                }),
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of the manifest")]
    fn manifest(
        &self,
        partial: &Partial,
        snapshot: &Snapshot,
        programs: &Programs,
        properties: &Properties,
        identity: &Identity,
        url: &DatabaseUrl,
        file: &str,
        dumped: Dumped,
    ) -> Manifest {
        let now = Timestamp::now();
        Manifest {
            format: FORMAT,
            id: partial.id().to_owned(),
            set: self.set.to_owned(),
            project: self.fleet.project.clone(),
            service: self.target.service.name.to_string(),
            also: self.target.also.iter().map(ToString::to_string).collect(),
            server: ServerFacts::of(url.server(), identity),
            database: DatabaseFacts::of(url.database(), properties),
            started_at: now,
            finished_at: now,
            snapshot_at: Timestamp::try_from(snapshot.taken_at()).unwrap_or(now),
            program: ProgramFacts {
                name: "pg_dump".to_owned(),
                version: programs.version.text.clone(),
                place: programs.place.to_string(),
            },
            data: DataFacts {
                file: file.to_owned(),
                format: "custom".to_owned(),
                compression: "zstd".to_owned(),
                bytes: dumped.written.bytes,
                plain_bytes: dumped.written.plain,
                sha256: dumped.written.sha256,
                recipients: self.office.lock.as_ref().map(|it| it.recipients()).unwrap_or_default(),
            },
            tables: dumped.tables.iter().map(TableFacts::of).collect(),
            ledger: dumped.ledger.map(|rows| rows.iter().map(LedgerFacts::of).collect()),
        }
    }

    /// Brings the backup to its second home, if there is one; the first copy stays whatever happens.
    async fn copy(&self, made: &mut Made) {
        let Some(Ok(store)) = &self.office.store else { return };
        match store.put(&made.kept).await {
            Ok(stored) => match made.kept.note_stored(stored) {
                Ok(()) => self.say(BackupEventKind::Stored),
                Err(error) => made.unstored = Some(translate::catalogue_failure(&error)),
            },
            Err(failure) => made.unstored = Some(failure),
        }
    }

    /// Ends the sessions of dumps whose radoub was killed: inside a container nobody else would.
    async fn end_orphans(&self, url: &DatabaseUrl, connect: &ConnectSettings) {
        for id in self.orphans {
            self.end_sessions(url, connect, id).await;
        }
    }

    async fn end_sessions(&self, url: &DatabaseUrl, connect: &ConnectSettings, id: &str) {
        // It is a kindness to the server: what it cannot do must not keep us from our work.
        if let Ok(server) = Server::connect(url, connect).await {
            let _ = server.end_sessions(url.database(), id).await;
            server.close().await;
        }
    }
}

/// A keeper of scratch databases on the server of a URL, after a sweep.
pub(crate) async fn keeper(
    url: &DatabaseUrl,
    connect: &ConnectSettings,
) -> Result<Arc<Keeper>, Failure> {
    let keeper = Keeper::open(url, connect).await;
    let keeper = keeper.map_err(|error| translate::scratch_failure(url, &error))?;
    // What somebody else has left behind must not keep us from our work.
    drop(keeper.sweep().await);
    Ok(Arc::new(keeper))
}

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
