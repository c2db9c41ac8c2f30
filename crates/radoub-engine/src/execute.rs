//! Runs a script on a database for its own sake: no ledger, no lock.

use std::path::Path;

use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::url::DatabaseUrl;

use crate::failure::Failure;
use crate::observe::Look;
use crate::translate;

/// Runs the script, all of it or nothing unless it says otherwise itself; `name` is how it is
/// called in what is told. Names of certificate files start from `folder`.
///
/// # Errors
///
/// A [`Failure`] ready to be told, with what the server said and where.
///
/// Source: Prisma facts 6.7 (`db execute`).
pub async fn execute(
    url: &DatabaseUrl,
    folder: &Path,
    name: &str,
    text: &str,
    look: &Look,
) -> Result<(), Failure> {
    let connect = ConnectSettings {
        deadline: look.timeout,
        certificates: Some(folder.to_owned()),
        ..ConnectSettings::default()
    };
    let database = Database::connect(url, &connect).await;
    let mut database = database.map_err(|error| translate::connect_failure(&error))?;
    let done = database.execute_script(text).await;
    database.close().await;
    done.map_err(|error| translate::execute_failure(url, name, text, &error))
}
