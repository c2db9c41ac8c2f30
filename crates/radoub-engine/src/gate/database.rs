//! Asks the database of a service whether everything that its client reads is there.

use std::path::Path;

use radoub_postgres::database::Database;

use super::Finding;
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Prisma, Service};
use crate::observe::{Look, connect_settings};
use crate::schema::{WantedError, wanted};
use crate::translate;

/// What the database says of every table and column of the schema; nothing for a service that has no database
/// that radoub knows.
pub(crate) async fn readable(service: &Service, root: &Path, look: &Look) -> Vec<Finding> {
    let Prisma::Managed(managed) = &service.prisma else { return Vec::new() };
    let wanted = match wanted(managed, root, managed.major()) {
        Ok(wanted) => wanted,
        Err(WantedError::Refused(mistakes)) => {
            return vec![Finding::SchemaRefused { mistakes: mistakes.len() }];
        }
        Err(error) => return vec![Finding::SchemaAway { reason: error.to_string() }],
    };
    let away = |failure: Failure| vec![Finding::DatabaseAway { failure: Box::new(failure) }];
    let url = match &managed.url {
        Ok(url) => url,
        Err(problem) => return away(translate::url_failure(problem)),
    };
    let mut database = match Database::connect(url, &connect_settings(managed, look.timeout)).await
    {
        Ok(database) => database,
        Err(error) => return away(translate::connect_failure(&error)),
    };
    let probed = database.probe(&wanted.schema).await;
    database.close().await;
    match probed {
        Ok(faults) if faults.is_empty() => {
            vec![Finding::Readable { tables: wanted.schema.tables.len() }]
        }
        Ok(faults) => faults
            .into_iter()
            .map(|fault| Finding::Unreadable {
                table: fault.table.to_string(),
                columns: fault.columns.iter().map(|it| it.as_str().to_owned()).collect(),
                sqlstate: fault.said.sqlstate.clone(),
                said: fault.said.message,
            })
            .collect(),
        Err(error) => away(Failure::new(FailureCode::Server, vec![("reason", error.to_string())])),
    }
}
