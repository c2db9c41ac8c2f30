//! No change without a way back: what `apply` asks before it begins.

use jiff::Timestamp;
use radoub_postgres::stop::StopSignal;

use super::catalogue::{Catalogue, Kept};
use super::verify::unchanged;
use super::{BackupEvent, Outcome, Request};
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, ServiceName};
use crate::translate;

/// That there is a way back for one database: a backup that was read back and counted, and whose bytes are
/// still those that were counted. There is one way to make it: [`ensure`].
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

/// Makes sure that every database of the fleet has a verified backup that shows a moment after `since`: one
/// that is there already and unchanged, or a new one. One entry per service of the fleet under Prisma, in its
/// order.
///
/// `since` is when the plan looked at the databases, by the clock of their server.
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
    let there = young(fleet, since).await?;
    let mut lacking = fleet.clone();
    lacking.services.retain(|service| !there.iter().any(|proof| proof.service == service.name));
    let outcomes = if lacking.services.is_empty() {
        Vec::new()
    } else {
        super::backup(&lacking, &Request { prove: true, ..*request }, stop, tell).await?
    };
    let mut proofs: Vec<(ServiceName, Result<Proof, Failure>)> = Vec::new();
    for target in super::targets(fleet) {
        for name in std::iter::once(&target.service.name).chain(&target.also) {
            let proof = match there.iter().find(|proof| proof.service == *name) {
                Some(proof) => Ok(proof.clone()),
                None => {
                    match outcomes.iter().find(|it| it.service == *name || it.also.contains(name)) {
                        Some(outcome) => of(name, outcome),
                        None => Err(unproven(name)),
                    }
                }
            };
            proofs.push((name.clone(), proof));
        }
    }
    Ok(proofs)
}

async fn young(fleet: &Fleet, since: Timestamp) -> Result<Vec<Proof>, Failure> {
    let holdings = Catalogue::of(&fleet.backup.folder).list();
    let holdings = holdings.map_err(|error| translate::catalogue_failure(&error))?;
    let mut proofs = Vec::new();
    for target in super::targets(fleet) {
        let Ok(url) = &target.managed.url else { continue };
        let names: Vec<&ServiceName> =
            std::iter::once(&target.service.name).chain(&target.also).collect();
        let fits = |kept: &&Kept| {
            let manifest = &kept.manifest;
            names.iter().any(|name| manifest.is_of(name.as_str()))
                && manifest.project == fleet.project
                && manifest.server.address == url.server()
                && manifest.database.name == url.database()
                && manifest.snapshot_at > since
                && kept.is_verified()
        };
        let Some(kept) = holdings.backups.iter().rev().find(fits) else { continue };
        // Bytes that have changed since are no way back; a new backup is.
        if unchanged(kept).await.is_ok() {
            proofs.extend(names.into_iter().map(|name| proof(name, kept)));
        }
    }
    Ok(proofs)
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
