//! From a backup back to a database: into a new one, checked, then swapped by renaming. The database that was
//! replaced stays aside until somebody prunes it.
//!
//! What a restore would lose is found out first, in [`loss`]; whether it is done all the same is for a person to
//! say. A restore that was killed is found by the next one through the notes on its databases, and finished or
//! cleaned up ([`note`]).

pub mod loss;
pub mod note;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use radoub_postgres::create::CreateError;
use radoub_postgres::database::{ConnectReason, ConnectSettings, Database, QueryError};
use radoub_postgres::lock::{LockSettings, LockedDatabase};
use radoub_postgres::server::{Properties, Server, Swap, SwapError};
use radoub_postgres::stop::{Stop, StopSignal};
use radoub_postgres::url::DatabaseUrl;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::backup::catalogue::Kept;
use crate::backup::flow::Flow;
use crate::backup::key::Environment;
use crate::backup::manifest::Manifest;
use crate::backup::pour::{self, pour};
use crate::backup::program::Programs;
use crate::backup::verify::{target_of, unchanged};
use crate::backup::{Office, Target, interrupted, prove, targets};
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, ServiceName};
use crate::lanes::{self, Lanes};
use crate::observe::{Look, connect_settings};
use crate::translate;

use loss::Loss;
use note::{Note, Purpose};

/// How often progress is told, and how often a busy database is looked at.
const TICK: Duration = Duration::from_millis(200);

/// How a restore behaves towards others.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// How databases are reached.
    pub look: Look,
    /// The environment of the process, where variables of `radoub.toml` are looked up.
    pub environment: &'a Environment,
    /// Whether sessions of others are ended at the moment of the swap.
    pub evict: bool,
    /// How long to wait for sessions to leave by themselves.
    pub patience: Duration,
    /// How long to wait for somebody else's migration lock.
    pub lock_patience: Duration,
    /// Whether Prisma's advisory lock is taken.
    pub advisory_lock: bool,
}

/// What a restore would do to one service, found out before anything is done.
#[derive(Debug, Clone)]
pub struct Prospect {
    /// The service.
    pub service: ServiceName,
    /// Other services on the same database.
    pub also: Vec<ServiceName>,
    /// The backup.
    pub kept: Kept,
    /// The database that would be replaced; `None` when there is none.
    pub database: Option<String>,
    /// What was written since the backup and would be lost, table by table; only tables that differ.
    pub losses: Vec<Loss>,
    /// Whether the database is already what this backup makes of it: it was restored from it, and nothing was
    /// written since.
    pub is_done: bool,
}

/// Something that happens to the restore of one service.
#[derive(Debug, Clone)]
pub struct RestoreEvent {
    /// The service.
    pub service: ServiceName,
    /// What.
    pub kind: RestoreEventKind,
}

/// What happens to a restore.
#[derive(Debug, Clone)]
pub enum RestoreEventKind {
    /// A database that an earlier restore had filled was found and is used.
    Resumed,
    /// Bytes go into the new database.
    Filling {
        /// Given to `pg_restore` so far.
        returned: u64,
        /// In all.
        of: u64,
    },
    /// The rows are all there.
    Checked,
    /// Others use the database; told again whenever they change.
    Waiting {
        /// Who, in one line each.
        sessions: Vec<String>,
    },
    /// The new database has the name of the old one.
    Swapped {
        /// The name of the old one now.
        aside: Option<String>,
    },
    /// Work has ended, well or not.
    Ended {
        /// How long it took.
        took: Duration,
    },
}

/// What became of the restore of one service.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The service.
    pub service: ServiceName,
    /// The backup.
    pub backup: String,
    /// Name of the database that was replaced, or why nothing was.
    pub aside: Result<Option<String>, Failure>,
    /// What the new database could not be given of the old one's rights and settings, a line each.
    pub undressed: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

/// A database that was replaced and is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Its name now.
    pub name: String,
    /// Service that it belonged to.
    pub service: ServiceName,
    /// Since when it is aside.
    pub at: Timestamp,
    /// Backup that replaced it.
    pub backup: String,
    /// Bytes on disk.
    pub bytes: Option<i64>,
}

/// Finds out what restoring this backup would do; changes nothing.
///
/// # Errors
///
/// A [`Failure`]: the backup is damaged, or the server does not answer.
pub async fn consider(
    fleet: &Fleet,
    kept: &Kept,
    request: &Request<'_>,
) -> Result<Prospect, Failure> {
    unchanged(kept).await?;
    let target = target_of(fleet, kept)?;
    let url = target.managed.url.as_ref().map_err(translate::url_failure)?;
    let connect = connect_settings(target.managed, request.look.timeout);
    let mut prospect = Prospect {
        service: target.service.name.clone(),
        also: target.also.clone(),
        kept: kept.clone(),
        database: None,
        losses: Vec::new(),
        is_done: false,
    };
    let database = match Database::connect(url, &connect).await {
        Ok(database) => database,
        Err(error) if matches!(error.reason, ConnectReason::DatabaseMissing(_)) => {
            return Ok(prospect);
        }
        Err(error) => return Err(translate::connect_failure(&error)),
    };
    prospect.database = Some(url.database().to_owned());
    let seen = loss::look(database, url).await?;
    let manifest = &kept.manifest;
    prospect.losses = loss::losses(manifest, &seen);
    let server = Server::connect(url, &connect).await;
    let server = server.map_err(|error| translate::connect_failure(&error))?;
    let notes = notes(&server, url).await;
    server.close().await;
    prospect.is_done = notes?.iter().any(|(_, note)| {
        note.purpose == Purpose::Replaced
            && note.database == url.database()
            && note.backup == manifest.id
            && note.successor == Some(seen.identity.database_oid)
            && loss::is_untouched(manifest, &seen)
    });
    Ok(prospect)
}

/// Restores: fills and checks a new database for each, many at once; when all of them are whole, swaps them,
/// those of one server in one transaction. One that cannot be filled keeps all of them as they were.
///
/// Asked to stop before the swap, what was filled is dropped and nothing has changed.
///
/// # Errors
///
/// A [`Failure`] that concerns all of them.
pub async fn restore(
    fleet: &Fleet,
    prospects: &[Prospect],
    request: &Request<'_>,
    stop: StopSignal,
    mut tell: impl FnMut(RestoreEvent),
) -> Result<Vec<Restored>, Failure> {
    let office = Office::to_read(&fleet.backup, request.look, request.environment).await;
    let lanes = Lanes { jobs: office.settings.jobs, ..request.look.lanes };
    let mut works = Vec::new();
    for prospect in prospects {
        works.push(Work::of(fleet, prospect, request, &office)?);
    }
    let (events, mut told) = unbounded_channel();
    let all = async {
        let teller = Teller(events);
        let filled = lanes::each(
            &works,
            lanes,
            |work| Some(work.url.server_key().to_string()),
            |index| works[index].follow(&teller, &stop),
            |_, _| {},
        )
        .await;
        finish(&works, filled, request, &stop, &teller).await
    };
    tokio::pin!(all);
    let mut outcome = None;
    loop {
        tokio::select! {
            biased;
            event = told.recv() => match event {
                Some(event) => tell(event),
                None => break,
            },
            done = &mut all, if outcome.is_none() => outcome = Some(done),
        }
    }
    Ok(outcome.unwrap_or_default())
}

/// Says what happens.
struct Teller(UnboundedSender<RestoreEvent>);

impl Teller {
    fn say(&self, service: &ServiceName, kind: RestoreEventKind) {
        // Nobody listens any more only when the restore itself was dropped.
        let _ = self.0.send(RestoreEvent { service: service.clone(), kind });
    }
}

/// The work on one database.
struct Work<'a> {
    prospect: &'a Prospect,
    target: Target<'a>,
    url: &'a DatabaseUrl,
    connect: ConnectSettings,
    request: &'a Request<'a>,
    office: &'a Office,
}

/// A new database that is whole, with what keeps others away from its place.
struct Filled {
    server: Server,
    /// Prisma's lock of the database to be replaced.
    locked: Option<LockedDatabase>,
    name: String,
    oid: u32,
    /// What the replaced database was besides its contents.
    properties: Properties,
    undressed: Vec<String>,
    began: Instant,
}

impl<'a> Work<'a> {
    fn of(
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

    fn manifest(&self) -> &Manifest {
        &self.prospect.kept.manifest
    }

    fn service(&self) -> &ServiceName {
        &self.prospect.service
    }

    fn query(&self, error: &QueryError) -> Failure {
        translate::query_failure(self.url, error)
    }

    async fn follow(&self, teller: &Teller, stop: &StopSignal) -> Result<Filled, Failure> {
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
    async fn clean(&self, server: Server) {
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
        if !server.claim(&self.claim()).await.map_err(|error| self.query(&error))? {
            let values = vec![("database", self.url.database().to_owned())];
            return Err(Failure::new(FailureCode::RestoreRuns, values));
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
    fn swap(&self, filled: &Filled) -> Swap {
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

/// `NAME_replaced_20261125_213000`, cut so that PostgreSQL takes it whole.
fn aside_name(name: &str, at: Timestamp) -> String {
    let end = format!("_replaced_{}", at.strftime("%Y%m%d_%H%M%S"));
    let mut most = 63 - end.len();
    while !name.is_char_boundary(most.min(name.len())) {
        most -= 1;
    }
    format!("{}{end}", &name[..most.min(name.len())])
}

/// Swaps what was filled, if all of it was; else drops it.
async fn finish(
    works: &[Work<'_>],
    filled: Vec<Result<Filled, Failure>>,
    request: &Request<'_>,
    stop: &StopSignal,
    teller: &Teller,
) -> Vec<Restored> {
    let all_whole = filled.iter().all(Result::is_ok) && stop.asked() == Stop::No;
    let mut outcomes: Vec<Option<Restored>> = works.iter().map(|_| None).collect();
    let outcome = |work: &Work<'_>, aside, undressed, took| Restored {
        service: work.service().clone(),
        backup: work.manifest().id.clone(),
        aside,
        undressed,
        took,
    };
    let mut whole: Vec<(usize, Filled)> = Vec::new();
    for (index, filled) in filled.into_iter().enumerate() {
        match filled {
            Ok(filled) if all_whole => whole.push((index, filled)),
            Ok(filled) => {
                let Filled { server, locked, began, .. } = filled;
                release(locked).await;
                works[index].clean(server).await;
                let took = began.elapsed();
                outcomes[index] =
                    Some(outcome(&works[index], Err(interrupted()), Vec::new(), took));
            }
            Err(failure) => {
                outcomes[index] =
                    Some(outcome(&works[index], Err(failure), Vec::new(), Duration::ZERO));
            }
        }
    }
    // Those of one server leave together.
    while let Some((_, first)) = whole.first() {
        let key = first.server.url().server_key();
        let (mut here, elsewhere): (Vec<_>, Vec<_>) =
            whole.into_iter().partition(|(_, it)| it.server.url().server_key() == key);
        whole = elsewhere;
        let swaps: Vec<Swap> = here.iter().map(|(index, it)| works[*index].swap(it)).collect();
        for (_, filled) in &mut here {
            release(filled.locked.take()).await;
        }
        let services: Vec<&ServiceName> =
            here.iter().map(|(index, _)| works[*index].service()).collect();
        let swapped = swap_in_time(&here[0].1.server, &swaps, request, stop, &services, teller);
        let swapped = swapped.await;
        for ((index, filled), swap) in here.into_iter().zip(swaps) {
            let work = &works[index];
            let aside = match &swapped {
                Ok(()) => work.read_back(&filled, swap).await,
                Err(failure) => Err(failure.clone()),
            };
            if let Ok(aside) = &aside {
                let aside = aside.clone();
                teller.say(work.service(), RestoreEventKind::Swapped { aside });
            }
            let took = filled.began.elapsed();
            teller.say(work.service(), RestoreEventKind::Ended { took });
            filled.server.close().await;
            outcomes[index] = Some(outcome(work, aside, filled.undressed, took));
        }
    }
    outcomes.into_iter().flatten().collect()
}

impl Work<'_> {
    /// Looks whether the new database has the name: success is what was read back.
    async fn read_back(&self, filled: &Filled, swap: Swap) -> Result<Option<String>, Failure> {
        let oid = filled.server.oid(&swap.name).await.map_err(|error| self.query(&error))?;
        if oid != Some(filled.oid) {
            let values = vec![("reason", format!("{} is not the new database", swap.name))];
            return Err(Failure::new(FailureCode::Moved, values));
        }
        Ok(swap.aside.map(|(name, _)| name))
    }
}

/// Gives Prisma's lock back; it goes with its connection anyway.
async fn release(locked: Option<LockedDatabase>) {
    if let Some(locked) = locked {
        let _ = locked.release().await;
    }
}

/// Swaps as soon as nobody is connected, or at once when sessions may be ended.
async fn swap_in_time(
    server: &Server,
    swaps: &[Swap],
    request: &Request<'_>,
    stop: &StopSignal,
    services: &[&ServiceName],
    teller: &Teller,
) -> Result<(), Failure> {
    let url = server.url();
    let began = Instant::now();
    let mut told: Vec<Vec<String>> = vec![Vec::new(); swaps.len()];
    loop {
        let mut busy = None;
        if !request.evict {
            for (index, swap) in swaps.iter().enumerate() {
                let sessions = server.sessions(&swap.name).await;
                let sessions = sessions.map_err(|error| translate::query_failure(url, &error))?;
                let shown: Vec<String> = sessions.iter().map(translate::blocker).collect();
                if !sessions.is_empty() {
                    let database = swap.name.clone();
                    busy = busy.or(Some(SwapError::Busy { database, sessions }));
                }
                // Our own session that kept the lock takes a moment to leave; that is no news.
                let lasts = began.elapsed() > 3 * TICK;
                if lasts && !shown.is_empty() && told[index] != shown {
                    let sessions = shown.clone();
                    teller.say(services[index], RestoreEventKind::Waiting { sessions });
                    told[index] = shown;
                }
            }
        }
        let swapped = match busy {
            Some(busy) => Err(busy),
            None => server.swap(swaps, request.evict).await,
        };
        match swapped {
            Ok(()) => return Ok(()),
            Err(SwapError::Busy { .. })
                if began.elapsed() < request.patience && stop.asked() == Stop::No =>
            {
                tokio::time::sleep(TICK).await;
            }
            Err(error) => return Err(translate::swap_failure(url, &error)),
        }
    }
}

/// The notes on databases of ours; a mark that cannot be read is somebody else's business.
async fn notes(server: &Server, url: &DatabaseUrl) -> Result<Vec<(String, Note)>, Failure> {
    let marked = server.marked().await;
    let marked = marked.map_err(|error| translate::query_failure(url, &error))?;
    Ok(marked.into_iter().filter_map(|it| Some((it.name, Note::read(&it.note)?))).collect())
}

/// Databases of this fleet that were replaced by a restore and are still there, oldest first.
///
/// # Errors
///
/// A [`Failure`] of the first server that does not answer.
pub async fn replaced(fleet: &Fleet, look: Look) -> Result<Vec<Replaced>, Failure> {
    let mut found = Vec::new();
    for target in targets(fleet) {
        let Ok(url) = &target.managed.url else { continue };
        let connect = connect_settings(target.managed, look.timeout);
        let server = Server::connect(url, &connect).await;
        let server = server.map_err(|error| translate::connect_failure(&error))?;
        let marked = server.marked().await;
        server.close().await;
        for marked in marked.map_err(|error| translate::query_failure(url, &error))? {
            let Some(note) = Note::read(&marked.note) else { continue };
            if note.purpose == Purpose::Replaced && note.database == url.database() {
                found.push(Replaced {
                    name: marked.name,
                    service: target.service.name.clone(),
                    at: note.at,
                    backup: note.backup,
                    bytes: marked.bytes,
                });
            }
        }
    }
    found.sort_by(|one, two| (one.at, &one.name).cmp(&(two.at, &two.name)));
    Ok(found)
}

/// Drops a database that was replaced.
///
/// # Errors
///
/// A [`Failure`].
pub async fn drop_replaced(fleet: &Fleet, look: Look, one: &Replaced) -> Result<(), Failure> {
    let Some(target) = targets(fleet).into_iter().find(|it| it.service.name == one.service) else {
        let values = vec![("service", one.service.to_string())];
        return Err(Failure::new(FailureCode::ServiceGone, values));
    };
    let url = target.managed.url.as_ref().map_err(translate::url_failure)?;
    let connect = connect_settings(target.managed, look.timeout);
    let server = Server::connect(url, &connect).await;
    let server = server.map_err(|error| translate::connect_failure(&error))?;
    let dropped = server.drop_marked(&one.name).await;
    server.close().await;
    dropped.map(drop).map_err(|error| translate::query_failure(url, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_aside_is_dated_and_never_too_long() {
        let at: Timestamp = "2026-11-25T21:30:00Z".parse().unwrap();
        assert_eq!(aside_name("orders", at), "orders_replaced_20261125_213000");
        let long = aside_name(&"é".repeat(40), at);
        assert!(long.len() <= 63 && long.ends_with("_replaced_20261125_213000"), "{long}");
    }
}
