//! Empties the database of a service, for whoever asked for exactly that.

use radoub_postgres::create::{CreateError, create_database};
use radoub_schema::name::Ident;

use crate::develop::connect;
use crate::failure::Failure;
use crate::fleet::Managed;
use crate::observe::{Look, connect_settings};
use crate::translate;

/// Empties the schemas of the datasource, the ledger included.
///
/// # Errors
///
/// A [`Failure`] ready to be told; nothing was changed then, unless the objects had to be dropped
/// one by one and one of them could not be (P3016).
///
/// Source: Prisma facts 6.7.
pub async fn reset(managed: &Managed, look: Look) -> Result<(), Failure> {
    let schemas: Vec<Ident> =
        managed.schemas.iter().map(|name| Ident::new(name.as_str())).collect();
    let mut database = connect(managed, look).await?;
    let done = database.reset(&schemas).await;
    let url = database.url().clone();
    database.close().await;
    done.map(drop).map_err(|error| translate::reset_failure(&url, &error))
}

/// Creates the database of a service unless it is there; true when it was made.
///
/// # Errors
///
/// A [`Failure`]: no right to, or no server.
///
/// Source: Prisma facts 6.3, 6.7.
pub async fn create_missing(managed: &Managed, look: Look) -> Result<bool, Failure> {
    let url = managed.url.as_ref().map_err(translate::url_failure)?;
    match connect(managed, look).await {
        Ok(database) => {
            database.close().await;
            return Ok(false);
        }
        Err(failure) if failure.code == crate::failure::FailureCode::DatabaseMissing => {}
        Err(failure) => return Err(failure),
    }
    match create_database(url, &connect_settings(managed, look.timeout)).await {
        Ok(()) => Ok(true),
        // Somebody was faster.
        Err(CreateError::Exists(_)) => Ok(false),
        Err(error) => match translate::create_failure(url, &error) {
            Some(failure) => Err(failure),
            None => Ok(false),
        },
    }
}
