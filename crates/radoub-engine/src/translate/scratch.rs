//! The errors of making scratch databases and of replaying histories on them.

use std::path::Path;

use radoub_postgres::failure::{Place, ServerError};
use radoub_postgres::replay::{ReplayError, Stop};
use radoub_postgres::reset::ResetError;
use radoub_postgres::scratch::{ScratchError, ShadowError};
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::migration::{Migration, MigrationName};

use super::{connect_failure, query_failure, root_cause, said, seconds};
use crate::failure::{Failure, FailureCode, ScriptPlace, ServerMessage};
use crate::fleet::ServiceName;
use crate::local_server::LocalError;

fn place_of(url: &DatabaseUrl) -> Vec<(&'static str, String)> {
    vec![
        ("server", url.server()),
        ("user", url.user().to_owned()),
        ("database", url.database().to_owned()),
    ]
}

/// Why a server gives no scratch database.
pub(crate) fn scratch_failure(url: &DatabaseUrl, error: &ScratchError) -> Failure {
    match error {
        ScratchError::Denied { .. } => Failure::new(FailureCode::ScratchDenied, place_of(url)),
        ScratchError::ReadOnly { .. } => Failure::new(FailureCode::ReadOnly, place_of(url)),
        ScratchError::Pooler(_) => Failure::new(FailureCode::Pooler, place_of(url)),
        ScratchError::Connect(error) => connect_failure(error),
        ScratchError::Query(error) => query_failure(url, error),
    }
}

/// Why the configured shadow database cannot be used; second, what the server or network had against it.
pub(crate) fn shadow_failure(url: &DatabaseUrl, error: &ShadowError) -> (Failure, Option<Failure>) {
    let failure = |code| Failure::new(code, place_of(url));
    match error {
        ShadowError::Connect(error) => {
            (failure(FailureCode::ShadowUnusable), Some(connect_failure(error)))
        }
        ShadowError::Query(error) => {
            (failure(FailureCode::ShadowUnusable), Some(query_failure(url, error)))
        }
        ShadowError::Same { .. } => (failure(FailureCode::ShadowIsUrl), None),
        ShadowError::InUse { namespace } => {
            let mut failure = failure(FailureCode::ShadowInUse);
            failure.values.push(("namespace", namespace.clone()));
            (failure, None)
        }
        ShadowError::Filled { table } => {
            let mut failure = failure(FailureCode::ShadowFilled);
            failure.values.push(("table", table.clone()));
            (failure, None)
        }
        ShadowError::Busy { waited } => {
            let mut failure = failure(FailureCode::ShadowBusy);
            failure.values.push(("seconds", seconds(*waited)));
            (failure, None)
        }
        ShadowError::Reset(error) => (reset_failure(url, error), None),
    }
}

/// That the configured shadow database is the one that a service of the fleet works with.
pub(crate) fn shadow_of_fleet(shadow: &DatabaseUrl, service: &ServiceName) -> Failure {
    let mut failure = Failure::new(FailureCode::ShadowOfFleet, place_of(shadow));
    failure.values.push(("owner", service.to_string()));
    failure
}

/// Why a database could not be emptied.
pub(crate) fn reset_failure(url: &DatabaseUrl, error: &ResetError) -> Failure {
    match error {
        ResetError::Refused { statement, source, .. } => {
            let mut failure = Failure::new(FailureCode::ResetFailed, place_of(url));
            failure.values.push(("statement", statement.clone()));
            match source.server() {
                Some(server) => failure.said(said(server)),
                None => failure,
            }
        }
        ResetError::Query(error) => query_failure(url, error),
    }
}

/// Why the system's programs gave no server.
pub(crate) fn local_failure(error: &LocalError) -> Failure {
    match error {
        LocalError::NotInstalled { .. } => Failure::new(FailureCode::LocalMissing, Vec::new()),
        error => Failure::new(FailureCode::LocalFailed, vec![("reason", words(error))]),
    }
}

/// An error and its causes in one line.
pub(crate) fn words(error: &dyn std::error::Error) -> String {
    let (all, root) = (error.to_string(), root_cause(error));
    if all == root { all } else { format!("{all}: {root}") }
}

/// Where a history stopped, and why: `migrations` is the history, `folder` where it lies on disk, `extension` one
/// that the script asks for and the server does not have.
pub(crate) fn replay_failure(
    url: &DatabaseUrl,
    folder: &Path,
    migrations: &[Migration],
    error: &ReplayError,
    extension: Option<&str>,
) -> Failure {
    let file = |name: &MigrationName| {
        vec![
            ("migration", name.to_string()),
            ("file", folder.join(name.as_str()).join("migration.sql").display().to_string()),
            ("server", url.server()),
        ]
    };
    match error {
        ReplayError::ScriptMissing(name) => Failure::new(FailureCode::ScriptMissing, file(name)),
        ReplayError::Nul { migration, place } => {
            let mut values = file(migration);
            values.push(("line", place.line.to_string()));
            Failure::new(FailureCode::NulCharacter, values)
        }
        ReplayError::Copies { migration, place } => {
            let mut values = file(migration);
            values.push(("line", place.line.to_string()));
            Failure::new(FailureCode::CopiesRows, values)
        }
        ReplayError::Refused(stop) => {
            let Stop { migration, error, place } = stop.as_ref();
            let script = migrations.iter().find(|it| it.name == *migration);
            let script = script.and_then(|it| it.script.as_ref()).map_or("", |it| it.text());
            let mut values = file(migration);
            values.push(("line", place.map_or(1, |it| it.line).to_string()));
            values.push(("prisma", prisma_text(migration, error)));
            let code = match extension {
                Some(extension) => {
                    values.push(("extension", extension.to_owned()));
                    FailureCode::ExtensionMissing
                }
                None => FailureCode::ReplayFailed,
            };
            Failure::new(code, values).said(located(error, *place, script))
        }
        ReplayError::Lost { migration, source } => {
            let mut failure = query_failure(url, source);
            failure.values.push(("migration", migration.to_string()));
            failure
        }
        ReplayError::Prepare(source) => query_failure(url, source),
    }
}

/// Why the text that prepares a scratch database does not run.
pub(crate) fn init_failure(url: &DatabaseUrl, text: &str, error: &ReplayError) -> Failure {
    match error {
        ReplayError::Refused(stop) => {
            let values = vec![("server", url.server())];
            let said = located(&stop.error, stop.place, text);
            Failure::new(FailureCode::ShadowInitFailed, values).said(said)
        }
        ReplayError::Lost { source, .. } | ReplayError::Prepare(source) => {
            query_failure(url, source)
        }
        ReplayError::ScriptMissing(_) | ReplayError::Nul { .. } | ReplayError::Copies { .. } => {
            let mut failure = Failure::new(FailureCode::ShadowInitFailed, Vec::new());
            failure.values.push(("server", url.server()));
            failure
        }
    }
}

/// What the server said, with the line that it points to.
fn located(error: &ServerError, place: Option<Place>, script: &str) -> ServerMessage {
    let mut message = said(error);
    message.place = place.map(|place| ScriptPlace {
        line: place.line,
        column: place.column,
        text: script.lines().nth(place.line - 1).unwrap_or_default().to_owned(),
    });
    message
}

/// The text of P3006 as Prisma prints it; a missing table is told by its own code. Source: Prisma facts 5.5,
/// seen in the oracle.
fn prisma_text(name: &MigrationName, error: &ServerError) -> String {
    let head = format!("Migration `{name}` failed to apply cleanly to the shadow database. \n");
    let table = match (error.message.find('"'), error.message.rfind('"')) {
        (Some(open), Some(close)) if open < close => Some(&error.message[open + 1..close]),
        _ => None,
    };
    match table.filter(|_| error.sqlstate == "42P01") {
        Some(table) => format!(
            "{head}Error code: P1014\nError:\nThe underlying table for model `{table}` does not exist."
        ),
        None => format!("{head}Error:\n{}", error.full()),
    }
}
