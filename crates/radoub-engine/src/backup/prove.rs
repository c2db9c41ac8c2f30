//! The proof of a backup: what was stored is read back, with the key that would open it in need, poured into
//! a scratch database, and every table is counted.
//!
//! A dump that was never restored is a hope. The proof goes the way of a restore, owners and rights included,
//! on the server that a restore would go to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::server::Properties;
use radoub_postgres::snapshot::Table;
use radoub_postgres::url::DatabaseUrl;

use super::flow::Flow;
use super::ground::Ground;
use super::key::Key;
use super::manifest::{FORMAT, TableFacts, Verified};
use super::pour::{self, pour};
use super::program::Programs;
use crate::failure::{Failure, FailureCode};
use crate::translate;

/// What is to be proven, and with what.
pub(crate) struct Claim<'a> {
    pub(crate) id: &'a str,
    pub(crate) path: PathBuf,
    pub(crate) programs: &'a Programs,
    /// The server that the scratch database is made on.
    pub(crate) ground: &'a Ground,
    pub(crate) like: &'a Properties,
    pub(crate) certificates: Option<&'a Path>,
    pub(crate) connect: &'a ConnectSettings,
    pub(crate) key: Option<Arc<Key>>,
    /// The writer to follow, when the backup is still being written.
    pub(crate) following: Option<Arc<Flow>>,
    pub(crate) flow: Arc<Flow>,
    /// What the bytes must hash to, when that is known.
    pub(crate) checksum: Option<&'a str>,
}

/// What came out of a backup.
#[derive(Debug)]
pub(crate) struct Restored {
    /// SHA-256 of all stored bytes.
    pub(crate) sha256: String,
    /// The tables with their rows.
    pub(crate) tables: Vec<Table>,
    /// On which ground.
    place: &'static str,
    began: Instant,
}

/// Restores the backup into a scratch database, counts it, and drops the database again.
pub(crate) async fn restore_aside(claim: Claim<'_>) -> Result<Restored, Failure> {
    let began = Instant::now();
    let ground = claim.ground;
    let scratch = ground.create(claim.like).await?;
    let url = scratch.url().clone();
    let filled = fill(claim, &url).await;
    let dropped = scratch.drop().await;
    let (sha256, tables) = filled?;
    dropped.map_err(|error| translate::scratch_failure(&url, &error))?;
    Ok(Restored { sha256, tables, place: ground.name(), began })
}

async fn fill(claim: Claim<'_>, url: &DatabaseUrl) -> Result<(String, Vec<Table>), Failure> {
    let application = format!("radoub prove {}", claim.id);
    let wanted = pour::Wanted {
        programs: claim.programs,
        url,
        certificates: claim.certificates,
        application: &application,
        path: claim.path,
        key: claim.key,
        following: claim.following,
        flow: claim.flow,
        without_owners: claim.ground.is_foreign(),
    };
    let poured = pour(wanted, claim.checksum).await;
    let sha256 = poured.map_err(|error| translate::pour_failure(claim.id, url, &error))?;
    Ok((sha256, count(url, claim.connect).await?))
}

/// The tables of a database with their rows, in a snapshot of its own.
pub(crate) async fn count(
    url: &DatabaseUrl,
    connect: &ConnectSettings,
) -> Result<Vec<Table>, Failure> {
    let query = |error| translate::query_failure(url, &error);
    let database = Database::connect(url, connect).await;
    let database = database.map_err(|error| translate::connect_failure(&error))?;
    let snapshot = database.hold_still().await.map_err(query)?;
    let counted = async {
        let mut tables = snapshot.tables().await?;
        snapshot.count(&mut tables, |_| {}).await?;
        Ok(tables)
    };
    let counted = counted.await.map_err(query);
    snapshot.release().await;
    counted
}

impl Restored {
    /// The note that it is proven, when everything is as the manifest says.
    ///
    /// # Errors
    ///
    /// `BackupDamaged` for other bytes, `BackupDiffers` for the first table with other rows.
    pub(crate) fn judge(
        &self,
        id: &str,
        sha256: &str,
        tables: &[TableFacts],
    ) -> Result<Verified, Failure> {
        if self.sha256 != sha256 {
            let values = vec![
                ("backup", id.to_owned()),
                ("database", String::new()),
                ("reason", "the stored bytes have changed".to_owned()),
            ];
            return Err(Failure::new(FailureCode::BackupDamaged, values));
        }
        same_rows(id, tables, &self.tables)?;
        Ok(Verified {
            format: FORMAT,
            at: Timestamp::now(),
            place: self.place.to_owned(),
            sha256: self.sha256.clone(),
            tables: tables.len(),
            rows: tables.iter().map(|it| it.rows).sum(),
            milliseconds: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// Whether the tables that were found are those of the manifest, row for row.
///
/// # Errors
///
/// `BackupDiffers` with the first table that is not.
pub(crate) fn same_rows(id: &str, wanted: &[TableFacts], found: &[Table]) -> Result<(), Failure> {
    let found: BTreeMap<(String, String), i64> = found
        .iter()
        .map(TableFacts::of)
        .map(|table| ((table.schema, table.name), table.rows))
        .collect();
    for table in wanted {
        let rows = found.get(&(table.schema.clone(), table.name.clone())).copied();
        if rows != Some(table.rows) {
            let values = vec![
                ("backup", id.to_owned()),
                ("table", table.shown()),
                ("wanted", table.rows.to_string()),
                ("found", rows.map_or_else(|| "none".to_owned(), |it| it.to_string())),
            ];
            return Err(Failure::new(FailureCode::BackupDiffers, values));
        }
    }
    Ok(())
}
