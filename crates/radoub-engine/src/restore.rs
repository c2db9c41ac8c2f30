//! From a backup back to a database: into a new one, checked, then swapped by renaming. The database that was
//! replaced stays aside until somebody prunes it.
//!
//! What a restore would lose is found out first, in [`loss`]; whether it is done all the same is for a person to
//! say. A restore that was killed is found by the next one through the notes on its databases, and finished or
//! cleaned up ([`note`]).

pub mod loss;
pub mod note;
mod swap;
mod work;

use std::time::Duration;

use jiff::Timestamp;
use radoub_postgres::database::{ConnectReason, Database};
use radoub_postgres::server::Server;
use radoub_postgres::stop::StopSignal;
use radoub_postgres::url::DatabaseUrl;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::account::Account;
use crate::backup::catalogue::Kept;
use crate::backup::key::Environment;
use crate::backup::verify::{target_of, unchanged};
use crate::backup::{Office, targets};
use crate::event::EventKind;
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, Managed, ServiceName};
use crate::lanes::{self, Lanes};
use crate::observe::{Look, connect_settings};
use crate::translate;

use loss::Loss;
use note::{Note, Purpose};
use swap::finish;
use work::Work;

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
    /// Set when the database is what this backup makes of it already: it was restored from it, and nothing was
    /// written since. The name of the database that it replaced.
    pub replaced: Option<String>,
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

/// Where a database was restored from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The backup.
    pub(crate) backup: String,
    /// When it was put in its place.
    pub(crate) at: Timestamp,
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
        replaced: None,
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
    let replaced = notes?.into_iter().find(|(_, note)| {
        note.purpose == Purpose::Replaced
            && note.database == url.database()
            && note.backup == manifest.id
            && note.successor == Some(seen.identity.database_oid)
            && loss::is_untouched(manifest, &seen)
    });
    prospect.replaced = replaced.map(|(name, _)| name);
    Ok(prospect)
}

/// Restores: fills and checks a new database for each, many at once; when all of them are whole, swaps them,
/// those of one server in one transaction. One that cannot be filled keeps all of them as they were.
///
/// Asked to stop before the swap, what was filled is dropped and nothing has changed. The account hears of each
/// before anything is done and afterwards.
///
/// # Errors
///
/// A [`Failure`] that concerns all of them; nothing was done then.
pub async fn restore(
    fleet: &Fleet,
    prospects: &[Prospect],
    request: &Request<'_>,
    stop: &StopSignal,
    account: &mut Account,
    mut tell: impl FnMut(RestoreEvent),
) -> Result<Vec<Restored>, Failure> {
    let office = Office::to_read(&fleet.backup, request.look, request.environment).await;
    let lanes = Lanes { jobs: office.settings.jobs, ..request.look.lanes };
    let mut works = Vec::new();
    for prospect in prospects {
        works.push(Work::of(fleet, prospect, request, &office)?);
    }
    for prospect in prospects {
        let backup = prospect.kept.manifest.id.clone();
        let begun = [EventKind::Started, EventKind::Restoring { backup }];
        account.before(&prospect.service, begun).await?;
    }
    let (events, mut told) = unbounded_channel();
    let all = async {
        let teller = Teller(events);
        let filled = lanes::each(
            &works,
            lanes,
            |work| Some(work.url.server_key().to_string()),
            |index| works[index].follow(&teller, stop),
            |_, _| {},
        )
        .await;
        Box::pin(finish(&works, filled, request, stop, &teller)).await
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
    let restored = outcome.unwrap_or_default();
    for one in &restored {
        let came = match &one.aside {
            Ok(aside) => EventKind::Restored { backup: one.backup.clone(), aside: aside.clone() },
            Err(failure) => EventKind::Failed { migration: None, failure: failure.clone() },
        };
        account.after(&one.service, [came, EventKind::Ended { took: one.took }]).await;
    }
    Ok(restored)
}

/// Says what happens.
struct Teller(UnboundedSender<RestoreEvent>);

impl Teller {
    fn say(&self, service: &ServiceName, kind: RestoreEventKind) {
        // Nobody listens any more only when the restore itself was dropped.
        let _ = self.0.send(RestoreEvent { service: service.clone(), kind });
    }
}

/// The notes on databases of ours; a mark that cannot be read is somebody else's business.
async fn notes(server: &Server, url: &DatabaseUrl) -> Result<Vec<(String, Note)>, Failure> {
    let marked = server.marked().await;
    let marked = marked.map_err(|error| translate::query_failure(url, &error))?;
    Ok(marked.into_iter().filter_map(|it| Some((it.name, Note::read(&it.note)?))).collect())
}

/// The backup that a database was restored from, as long as the one that it replaced is aside.
///
/// # Errors
///
/// A [`Failure`]: the server does not answer.
pub(crate) async fn origin(managed: &Managed, look: Look) -> Result<Option<Origin>, Failure> {
    let url = managed.url.as_ref().map_err(translate::url_failure)?;
    let server = Server::connect(url, &connect_settings(managed, look.timeout)).await;
    let server = server.map_err(|error| translate::connect_failure(&error))?;
    let seen = async {
        let oid = server.oid(url.database()).await;
        let oid = oid.map_err(|error| translate::query_failure(url, &error))?;
        Ok((oid, notes(&server, url).await?))
    };
    let seen = seen.await;
    server.close().await;
    let (oid, notes) = seen?;
    let found = notes.into_iter().find(|(_, note)| {
        note.purpose == Purpose::Replaced
            && note.database == url.database()
            && oid.is_some()
            && note.successor == oid
    });
    Ok(found.map(|(_, note)| Origin { backup: note.backup, at: note.at }))
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
