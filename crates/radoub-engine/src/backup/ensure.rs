//! No change without a way back: what `apply` asks before it begins.

use std::cell::RefCell;

use jiff::Timestamp;
use radoub_postgres::stop::StopSignal;
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::{Mutex, Semaphore};

use super::catalogue::Kept;
use super::verify::unchanged;
use super::work::Work;
use super::{BackupEvent, Office, Outcome, Request, Target, targets};
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, ServiceName};
use crate::lanes;
use crate::translate;

/// That there is a way back for one database: a backup that was read back and counted, and whose bytes are
/// still those that were counted. There is one way to make it: [`Desk::ensure`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    service: ServiceName,
    backup: String,
    set: String,
    sha256: String,
    at: Timestamp,
}

impl Proof {
    /// The service.
    pub fn service(&self) -> &ServiceName {
        &self.service
    }

    /// The name of the backup.
    pub fn backup(&self) -> &str {
        &self.backup
    }

    /// The set it belongs to.
    pub fn set(&self) -> &str {
        &self.set
    }

    /// SHA-256 of its bytes.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The moment that it shows.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// Where a run gets its proofs: opened once, asked for each service when its turn comes.
///
/// A database that several services use is backed up once.
#[derive(Debug)]
pub struct Desk<'a> {
    project: &'a str,
    office: Office,
    targets: Vec<Target<'a>>,
    set: String,
    /// One per target; held while its backup is made.
    proofs: Vec<Mutex<Option<Vec<Proof>>>>,
    /// As many as dumps may run at once.
    lanes: Semaphore,
}

impl<'a> Desk<'a> {
    /// Opens it; nothing is asked of a database yet.
    ///
    /// # Errors
    ///
    /// A [`Failure`] of the catalogue or the key.
    pub async fn open(fleet: &'a Fleet, request: &Request<'_>) -> Result<Self, Failure> {
        let office = Office::open(&fleet.backup, request.look, request.environment).await?;
        let targets = targets(fleet);
        Ok(Self {
            project: &fleet.project,
            lanes: Semaphore::new(office.settings.jobs),
            proofs: targets.iter().map(|_| Mutex::default()).collect(),
            set: request.set_name(),
            office,
            targets,
        })
    }

    /// The set that the backups of this desk belong to.
    pub fn set(&self) -> &str {
        &self.set
    }

    /// Makes sure that the service's database has a verified backup that shows a moment after `since`: one that is
    /// there already and unchanged, or a new one.
    ///
    /// `since` is when the plan looked at the databases, by the clock of their server.
    ///
    /// # Errors
    ///
    /// A [`Failure`]: there is none, and none could be made or proven. Nothing but backups was touched.
    pub async fn ensure(
        &self,
        service: &ServiceName,
        since: Timestamp,
        stop: &StopSignal,
        mut tell: impl FnMut(BackupEvent),
    ) -> Result<Proof, Failure> {
        let Some((index, target)) = self.targets.iter().enumerate().find(|(_, it)| it.is(service))
        else {
            return Err(unproven(service));
        };
        let mut proofs = self.proofs[index].lock().await;
        let of_service =
            |proofs: &[Proof]| proofs.iter().find(|it| it.service == *service).cloned();
        if let Some(proof) = proofs.as_deref().and_then(of_service) {
            return Ok(proof);
        }
        let mut found = young(&self.office, self.project, target, since).await?;
        if found.is_empty() {
            // A semaphore that is never closed always has a permit in the end.
            let _lane = self.lanes.acquire().await.ok();
            let (events, mut told) = unbounded_channel();
            let work = Work {
                office: &self.office,
                project: self.project,
                target,
                set: &self.set,
                prove: true,
                events,
            };
            let working = work.follow(stop);
            tokio::pin!(working);
            let outcome = loop {
                tokio::select! {
                    biased;
                    Some(event) = told.recv() => tell(event),
                    outcome = &mut working => break outcome,
                }
            };
            while let Ok(event) = told.try_recv() {
                tell(event);
            }
            found = target.names().map(|name| of(name, &outcome)).collect::<Result<_, _>>()?;
        }
        let proof = of_service(&found).ok_or_else(|| unproven(service))?;
        *proofs = Some(found);
        Ok(proof)
    }
}

/// Makes sure that every database of the fleet has a proof, many at once; see [`Desk::ensure`]. One entry per service
/// under Prisma, in the order of the fleet.
///
/// # Errors
///
/// A [`Failure`] that concerns all of them.
pub async fn ensure(
    fleet: &Fleet,
    since: Timestamp,
    request: &Request<'_>,
    stop: StopSignal,
    tell: impl FnMut(BackupEvent),
) -> Result<Vec<(ServiceName, Result<Proof, Failure>)>, Failure> {
    let desk = Desk::open(fleet, request).await?;
    let names: Vec<ServiceName> = desk.targets.iter().flat_map(Target::names).cloned().collect();
    let tell = RefCell::new(tell);
    let proofs = lanes::each(
        &names,
        request.look.lanes,
        |_| None,
        |index| desk.ensure(&names[index], since, &stop, |event| (*tell.borrow_mut())(event)),
        |_, _| {},
    )
    .await;
    Ok(names.into_iter().zip(proofs).collect())
}

/// Proofs of a backup that is there already; none when there is no such backup.
async fn young(
    office: &Office,
    project: &str,
    target: &Target<'_>,
    since: Timestamp,
) -> Result<Vec<Proof>, Failure> {
    let url = target.managed.url.as_ref().map_err(translate::url_failure)?;
    let holdings = office.catalogue.list();
    let holdings = holdings.map_err(|error| translate::catalogue_failure(&error))?;
    let fits = |kept: &&Kept| {
        let manifest = &kept.manifest;
        target.names().any(|name| manifest.is_of(name.as_str()))
            && manifest.project == project
            && manifest.server.address == url.server()
            && manifest.database.name == url.database()
            && manifest.snapshot_at > since
            && kept.is_verified()
    };
    let Some(kept) = holdings.backups.iter().rev().find(fits) else { return Ok(Vec::new()) };
    // Bytes that have changed since are no way back; a new backup is.
    match unchanged(kept).await {
        Ok(()) => Ok(target.names().map(|name| proof(name, kept)).collect()),
        Err(_) => Ok(Vec::new()),
    }
}

fn of(service: &ServiceName, outcome: &Outcome) -> Result<Proof, Failure> {
    let kept = outcome.kept.as_ref().map_err(Clone::clone)?;
    match &outcome.unproven {
        Some(failure) => Err(failure.clone()),
        None if kept.is_verified() => Ok(proof(service, kept)),
        None => Err(unproven(service)),
    }
}

fn proof(service: &ServiceName, kept: &Kept) -> Proof {
    Proof {
        service: service.clone(),
        backup: kept.manifest.id.clone(),
        set: kept.manifest.set.clone(),
        sha256: kept.manifest.data.sha256.clone(),
        at: kept.manifest.snapshot_at,
    }
}

fn unproven(service: &ServiceName) -> Failure {
    Failure::new(FailureCode::BackupUnproven, vec![("service", service.to_string())])
}
