//! The work on one database: snapshot, dump, proof, manifest, second home.

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
use tokio::sync::mpsc::UnboundedSender;

use super::catalogue::{self, Kept, Partial};
use super::dump::{self, Dumped};
use super::flow::Flow;
use super::ground::Ground;
use super::manifest::{
    DataFacts, DatabaseFacts, FORMAT, LedgerFacts, Manifest, ProgramFacts, ServerFacts, TableFacts,
};
use super::office::Office;
use super::program::Programs;
use super::prove::{self, Claim};
use super::{BackupEvent, BackupEventKind, Outcome, Target, interrupted};
use crate::failure::Failure;
use crate::observe::connect_settings;
use crate::translate;

/// What the server calls the session that holds a snapshot.
const SNAPSHOT: &str = "backup";

/// How often progress is told.
const TICK: Duration = Duration::from_millis(200);

/// The work on one database.
pub(super) struct Work<'a> {
    pub(super) office: &'a Office,
    pub(super) project: &'a str,
    pub(super) target: &'a Target<'a>,
    pub(super) set: &'a str,
    pub(super) prove: bool,
    pub(super) events: UnboundedSender<BackupEvent>,
}

/// A backup that is written, and how its proof went.
struct Made {
    kept: Kept,
    unproven: Option<Failure>,
    unstored: Option<Failure>,
}

impl Work<'_> {
    /// Does it all.
    pub(super) async fn follow(self, stop: &StopSignal) -> Outcome {
        let began = Instant::now();
        let made = tokio::select! {
            made = self.make() => made,
            () = stop.until(Stop::AfterStatement) => Err(interrupted()),
        };
        if made.is_err() && stop.asked() != Stop::No {
            self.tidy().await;
        }
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
        let made = self.write(url, &connect, &programs, &snapshot, &properties, &identity);
        let made = Box::pin(made).await;
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
        let major = identity.major();
        let proving = self.prove(url, connect, programs, major, properties, &path, &partial, &flow);
        let work = Box::pin(async { tokio::join!(dumping, proving) });
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
        major: u32,
        like: &Properties,
        path: &Path,
        partial: &Partial,
        flow: &Arc<Flow>,
    ) -> Option<Result<prove::Restored, Failure>> {
        if !self.prove {
            return None;
        }
        let key = match self.office.own_key() {
            Ok(key) => key,
            Err(failure) => return Some(Err(failure)),
        };
        let environment = &self.office.environment;
        let ground = match Ground::open(url, connect, programs, major, environment).await {
            Ok(ground) => ground,
            Err(failure) => return Some(Err(failure)),
        };
        let claim = Claim {
            id: partial.id(),
            path: path.to_path_buf(),
            programs,
            ground: &ground,
            like,
            certificates: self.target.managed.schema.parent(),
            connect,
            key,
            following: Some(Arc::clone(flow)),
            flow: Arc::clone(flow),
            checksum: None,
        };
        let restored = prove::restore_aside(claim).await;
        let closed = ground.close().await;
        Some(restored.and_then(|restored| closed.map(|()| restored)))
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
            project: self.project.to_owned(),
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

    /// Takes the scratch database of an interrupted proof away. What cannot be reached now is swept by the next run.
    async fn tidy(&self) {
        let Ok(url) = &self.target.managed.url else { return };
        let connect = connect_settings(self.target.managed, self.office.look.timeout);
        if let Ok(keeper) = Keeper::open(url, &connect).await {
            let _ = keeper.sweep().await;
            let _ = Arc::new(keeper).close().await;
        }
    }

    /// Ends the sessions of dumps whose radoub was killed: inside a container nobody else would.
    async fn end_orphans(&self, url: &DatabaseUrl, connect: &ConnectSettings) {
        for id in &self.office.orphans {
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
