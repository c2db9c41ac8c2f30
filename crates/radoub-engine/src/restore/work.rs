//! Filling: a new database for one service, poured, counted, dressed and marked as whole, while migrations of the
//! old one are kept away.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use radoub_postgres::create::CreateError;
use radoub_postgres::database::{ConnectReason, ConnectSettings, Database, QueryError};
use radoub_postgres::lock::{LockSettings, LockedDatabase};
use radoub_postgres::server::{Properties, Server, Swap};
use radoub_postgres::stop::{Stop, StopSignal};
use radoub_postgres::url::DatabaseUrl;

use super::note::{Note, Purpose};
use super::swap::aside_name;
use super::{Prospect, Request, RestoreEventKind, Teller, notes};
use crate::backup::flow::Flow;
use crate::backup::manifest::Manifest;
use crate::backup::pour::{self, pour};
use crate::backup::program::Programs;
use crate::backup::verify::target_of;
use crate::backup::{Office, Target, interrupted, prove};
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, ServiceName};
use crate::observe::connect_settings;
use crate::translate;

/// How often progress is told.
const TICK: Duration = Duration::from_millis(200);

/// The work on one database.
pub(super) struct Work<'a> {
    pub(super) prospect: &'a Prospect,
    target: Target<'a>,
    pub(super) url: &'a DatabaseUrl,
    connect: ConnectSettings,
    request: &'a Request<'a>,
    office: &'a Office,
}

/// A new database that is whole, with what keeps others away from its place.
pub(super) struct Filled {
    pub(super) server: Server,
    /// Prisma's lock of the database to be replaced.
    pub(super) locked: Option<LockedDatabase>,
    pub(super) name: String,
    pub(super) oid: u32,
    /// What the replaced database was besides its contents.
    pub(super) properties: Properties,
    pub(super) undressed: Vec<String>,
    pub(super) began: Instant,
}

impl<'a> Work<'a> {
    pub(super) fn of(
        fleet: &'a Fleet,
        prospect: &'a Prospect,
        request: &'a Request<'a>,
        office: &'a Office,
    ) -> Result<Self, Failure> {
        let target = target_of(fleet, &prospect.kept)?;
        let url = target.managed.url.as_ref().map_err(translate::url_failure)?;
        let connect = connect_settings(target.managed, request.look.timeout);
        Ok(Self { prospect, target, url, connect, request, office })
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.prospect.kept.manifest
    }

    pub(super) fn service(&self) -> &ServiceName {
        &self.prospect.service
    }

    pub(super) fn query(&self, error: &QueryError) -> Failure {
        translate::query_failure(self.url, error)
    }

    pub(super) async fn follow(
        &self,
        teller: &Teller,
        stop: &StopSignal,
    ) -> Result<Filled, Failure> {
        let server = Server::connect(self.url, &self.connect).await;
        let server = server.map_err(|error| translate::connect_failure(&error))?;
        // Whatever comes of it, what was made must not stay.
        let filled = tokio::select! {
            filled = self.fill(&server, teller) => filled,
            () = stop.until(Stop::AfterStatement) => Err(interrupted()),
        };
        match filled {
            Ok(Ready { locked, name, oid, properties, undressed, began }) => {
                Ok(Filled { server, locked, name, oid, properties, undressed, began })
            }
            Err(failure) => {
                self.clean(server).await;
                Err(failure)
            }
        }
    }

    /// Drops what this restore has made and not finished. What cannot be dropped now is found by the next.
    pub(super) async fn clean(&self, server: Server) {
        let claimed = server.claim(&self.claim()).await.unwrap_or(false);
        if claimed && let Ok(notes) = notes(&server, self.url).await {
            for (marked, note) in notes {
                if note.is_half_of(self.url.database()) {
                    let _ = server.drop_marked(&marked).await;
                }
            }
            let _ = server.sweep_unmarked().await;
        }
        server.close().await;
    }

    /// What a restore of this database claims, so that there is one at a time.
    fn claim(&self) -> String {
        format!("restore {}", self.url.database())
    }

    async fn fill(&self, server: &Server, teller: &Teller) -> Result<Ready, Failure> {
        let began = Instant::now();
        // Who was killed a moment ago may not be gone for the server yet.
        while !server.claim(&self.claim()).await.map_err(|error| self.query(&error))? {
            if began.elapsed() >= self.request.lock_patience {
                let values = vec![("database", self.url.database().to_owned())];
                return Err(Failure::new(FailureCode::RestoreRuns, values));
            }
            tokio::time::sleep(TICK).await;
        }
        let swept = server.sweep_unmarked().await;
        swept.map_err(|error| self.query(&error))?;
        let locked = self.lock().await?;
        let found = server.properties(self.url.database()).await;
        let found = found.map_err(|error| self.query(&error))?;
        let properties = found.unwrap_or_else(|| self.manifest().database.properties());
        let name = match self.resume(server, teller).await? {
            Some(name) => name,
            None => self.make(server, &properties, teller).await?,
        };
        let undressed = server.dress(&name, &properties).await;
        let undressed = undressed.map_err(|error| self.query(&error))?;
        let note = self.note(Purpose::Filled).text();
        server.mark(&name, &note).await.map_err(|error| self.query(&error))?;
        teller.say(self.service(), RestoreEventKind::Checked);
        let oid = server.oid(&name).await.map_err(|error| self.query(&error))?;
        let oid = oid.unwrap_or_default();
        Ok(Ready { locked, name, oid, properties, undressed, began })
    }

    fn note(&self, purpose: Purpose) -> Note {
        Note {
            purpose,
            service: self.service().to_string(),
            database: self.url.database().to_owned(),
            backup: self.manifest().id.clone(),
            sha256: self.manifest().data.sha256.clone(),
            at: Timestamp::now(),
            successor: None,
        }
    }

    /// Keeps migrations away while the new database is filled; `None` when there is nothing to keep them from.
    async fn lock(&self) -> Result<Option<LockedDatabase>, Failure> {
        let mut connect = self.connect.clone();
        connect.application_suffix = Some("restore".to_owned());
        let database = match Database::connect(self.url, &connect).await {
            Ok(database) => database,
            Err(error) if matches!(error.reason, ConnectReason::DatabaseMissing(_)) => {
                return Ok(None);
            }
            Err(error) => return Err(translate::connect_failure(&error)),
        };
        let settings = LockSettings {
            patience: self.request.lock_patience,
            advisory: self.request.advisory_lock,
        };
        let locked = database.lock(&settings, &mut |_| {}).await;
        locked.map(Some).map_err(|error| translate::lock_failure(self.url, &error))
    }

    /// A database that an earlier restore of the same backup has filled, counted anew; others of this database
    /// are dropped, for their makers are gone.
    async fn resume(&self, server: &Server, teller: &Teller) -> Result<Option<String>, Failure> {
        let mut found = None;
        for (marked, note) in notes(server, self.url).await? {
            if !note.is_half_of(self.url.database()) {
                continue;
            }
            let same = note.purpose == Purpose::Filled
                && note.backup == self.manifest().id
                && note.sha256 == self.manifest().data.sha256;
            if same && found.is_none() && self.check(&marked).await.is_ok() {
                teller.say(self.service(), RestoreEventKind::Resumed);
                found = Some(marked);
            } else {
                let dropped = server.drop_marked(&marked).await;
                dropped.map_err(|error| self.query(&error))?;
            }
        }
        Ok(found)
    }

    /// Makes a new database and fills it.
    async fn make(
        &self,
        server: &Server,
        like: &Properties,
        teller: &Teller,
    ) -> Result<String, Failure> {
        let name = Server::fresh_name();
        server.claim(&name).await.map_err(|error| self.query(&error))?;
        let created = server.create(&name, like, &self.note(Purpose::Filling).text()).await;
        created.map_err(|error| match error {
            CreateError::Denied { .. } => {
                let values = vec![
                    ("server", self.url.server()),
                    ("user", self.url.user().to_owned()),
                    ("database", self.url.database().to_owned()),
                ];
                Failure::new(FailureCode::ScratchDenied, values)
            }
            CreateError::Connect(error) => translate::connect_failure(&error),
            CreateError::Query(error) => self.query(&error),
            CreateError::Exists(_) => interrupted(),
        })?;
        self.pour(&name, teller).await?;
        self.check(&name).await?;
        Ok(name)
    }

    async fn pour(&self, name: &str, teller: &Teller) -> Result<(), Failure> {
        let url = self.url.with_database(name);
        let database = Database::connect(&url, &self.connect).await;
        let database = database.map_err(|error| translate::connect_failure(&error))?;
        let identity = database.identity().await;
        database.close().await;
        let identity = identity.map_err(|error| self.query(&error))?;
        let programs = Programs::choose(
            &self.office.programs,
            &self.office.settings,
            self.target.managed,
            identity.major(),
        );
        let programs = programs.await.map_err(|error| translate::programs_failure(&error))?;
        let manifest = self.manifest();
        let flow = Arc::new(Flow::default());
        let application = format!("radoub restore {}", manifest.id);
        let path: PathBuf = self.prospect.kept.data();
        let wanted = pour::Wanted {
            programs: &programs,
            url: &url,
            certificates: self.target.managed.schema.parent(),
            application: &application,
            path,
            key: self.office.key(manifest)?,
            following: None,
            flow: Arc::clone(&flow),
            without_owners: false,
        };
        let pouring = pour(wanted, Some(&manifest.data.sha256));
        tokio::pin!(pouring);
        let mut ticks = tokio::time::interval(TICK);
        let poured = loop {
            tokio::select! {
                poured = &mut pouring => break poured,
                _ = ticks.tick() => teller.say(self.service(), RestoreEventKind::Filling {
                    returned: flow.returned.load(Ordering::Relaxed),
                    of: manifest.data.plain_bytes,
                }),
            }
        };
        poured.map_err(|error| translate::pour_failure(&manifest.id, &url, &error))?;
        // A database without statistics answers its first queries with plans of last resort.
        let database = Database::connect(&url, &self.connect).await;
        let database = database.map_err(|error| translate::connect_failure(&error))?;
        let analysed = database.analyse().await;
        database.close().await;
        analysed.map_err(|error| self.query(&error))
    }

    /// Whether all rows of the backup are in that database.
    async fn check(&self, name: &str) -> Result<(), Failure> {
        let found = prove::count(&self.url.with_database(name), &self.connect).await?;
        prove::same_rows(&self.manifest().id, &self.manifest().tables, &found)
    }

    /// The renaming that ends this restore, and the name that the replaced database gets.
    pub(super) fn swap(&self, filled: &Filled) -> Swap {
        let at = Timestamp::now();
        let is_there = filled.locked.is_some();
        let mut note = self.note(Purpose::Replaced);
        note.successor = Some(filled.oid);
        note.at = at;
        Swap {
            new: filled.name.clone(),
            name: self.url.database().to_owned(),
            aside: is_there.then(|| (aside_name(self.url.database(), at), note.text())),
            comment: filled.properties.comment.clone(),
        }
    }
}

/// What filling comes to.
struct Ready {
    locked: Option<LockedDatabase>,
    name: String,
    oid: u32,
    properties: Properties,
    undressed: Vec<String>,
    began: Instant,
}
