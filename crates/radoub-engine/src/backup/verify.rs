//! `radoub backup verify`: an old backup is read back, opened, restored aside and counted, as a new one is
//! while it is written.

use std::sync::Arc;

use radoub_postgres::server::Server;

use super::catalogue::Kept;
use super::flow::Flow;
use super::ground::Ground;
use super::program::Programs;
use super::prove::{Claim, restore_aside};
use super::{Office, Request, Target, pour};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Fleet;
use crate::observe::connect_settings;
use crate::translate;

/// Proves a backup on the server of its service, and notes that in the catalogue; a backup that is not what it
/// should be loses an earlier note.
///
/// # Errors
///
/// A [`Failure`]: damaged, different, not to be opened, or no place to restore it to.
pub async fn verify(fleet: &Fleet, kept: &mut Kept, request: &Request<'_>) -> Result<(), Failure> {
    let office = Office::to_read(&fleet.backup, request.look, request.environment).await;
    let verified = prove(&office, fleet, kept).await;
    match verified {
        Ok(verified) => {
            kept.note_verified(verified).map_err(|error| translate::catalogue_failure(&error))
        }
        Err(failure) => {
            let spoilt =
                matches!(failure.code, FailureCode::BackupDamaged | FailureCode::BackupDiffers);
            if spoilt {
                kept.note_damaged().map_err(|error| translate::catalogue_failure(&error))?;
            }
            Err(failure)
        }
    }
}

async fn prove(
    office: &Office,
    fleet: &Fleet,
    kept: &Kept,
) -> Result<super::manifest::Verified, Failure> {
    let manifest = &kept.manifest;
    // Bytes first: they need no server.
    unchanged(kept).await?;
    let key = office.key(manifest)?;
    let target = target_of(fleet, kept)?;
    let url = target.managed.url.as_ref().map_err(translate::url_failure)?;
    let connect = connect_settings(target.managed, office.look.timeout);
    // The database itself may be gone; its server is what is needed.
    let server = Server::connect(url, &connect).await;
    let server = server.map_err(|error| translate::connect_failure(&error))?;
    let identity = server.identity().await;
    server.close().await;
    let identity = identity.map_err(|error| translate::query_failure(url, &error))?;
    let major = identity.major();
    let programs =
        Programs::choose(&office.programs, &office.settings, target.managed, major).await;
    let programs = programs.map_err(|error| translate::programs_failure(&error))?;
    let ground = Ground::open(url, &connect, &programs, major, &office.environment).await?;
    let like = manifest.database.properties();
    let claim = Claim {
        id: &manifest.id,
        path: kept.data(),
        programs: &programs,
        ground: &ground,
        like: &like,
        certificates: target.managed.schema.parent(),
        connect: &connect,
        key,
        following: None,
        flow: Arc::new(Flow::default()),
        checksum: Some(&manifest.data.sha256),
    };
    let restored = restore_aside(claim).await;
    let closed = ground.close().await;
    let verified = restored?.judge(&manifest.id, &manifest.data.sha256, &manifest.tables)?;
    closed.map(|()| verified)
}

/// Whether the stored bytes are those that were written.
///
/// # Errors
///
/// `BackupDamaged`, `Unreadable`.
pub async fn unchanged(kept: &Kept) -> Result<(), Failure> {
    let path = kept.data();
    let manifest = &kept.manifest;
    let failure = |reason: String, code| {
        let values = vec![
            ("backup", manifest.id.clone()),
            ("database", manifest.database.name.clone()),
            ("reason", reason),
        ];
        Failure::new(code, values)
    };
    match pour::checksum(&path).await {
        Ok(sha256) if sha256 == manifest.data.sha256 => Ok(()),
        Ok(_) => Err(failure(
            format!("{} has another checksum", path.display()),
            FailureCode::BackupDamaged,
        )),
        Err(pour::PourError::Read { source, .. })
            if source.kind() == std::io::ErrorKind::NotFound =>
        {
            Err(failure(format!("{} is missing", path.display()), FailureCode::BackupDamaged))
        }
        Err(error) => Err(failure(error.to_string(), FailureCode::Unreadable)),
    }
}

/// The database of the fleet that a backup is of.
///
/// # Errors
///
/// `BackupMissing` when the fleet has no such service any more.
pub(crate) fn target_of<'a>(fleet: &'a Fleet, kept: &Kept) -> Result<Target<'a>, Failure> {
    let manifest = &kept.manifest;
    let found = super::targets(fleet).into_iter().find(|target| {
        manifest.is_of(target.service.name.as_str())
            || target.also.iter().any(|it| manifest.is_of(it.as_str()))
    });
    found.ok_or_else(|| {
        Failure::new(FailureCode::ServiceGone, vec![("service", manifest.service.clone())])
    })
}
