//! Turns the errors of the rooms below into [`Failure`]s: the few facts a person needs, in the
//! vocabulary of the locale files.

mod applying;
mod backing_up;
mod running;
mod scratch;

use std::time::Duration;

use radoub_postgres::database::{ConnectError, ConnectReason, LostError, QueryError};
use radoub_postgres::failure::ServerError;
use radoub_postgres::look::LookError;
use radoub_postgres::session::Session;
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::migration::Applied;

use crate::failure::{Failure, FailureCode, ServerMessage};
use crate::fleet::UrlProblem;
use crate::observe::Holder;
use crate::source::SourceError;

pub(crate) use applying::{
    apply_failure, blocker, create_failure, execute_failure, lock_failure, ready_failure,
    resolve_failure,
};
#[cfg(feature = "embedded")]
pub(crate) use scratch::words;
pub(crate) use scratch::{
    init_failure, local_failure, replay_failure, reset_failure, scratch_failure, shadow_failure,
};

pub(crate) use running::{compose_failure, errand_failure, runtime_failure};

pub(crate) use backing_up::{
    catalogue_failure, dump_failure, key_failure, pooler_failure, pour_failure, programs_failure,
    swap_failure,
};

/// A length of time in seconds, for a sentence: `5`, `0.5`.
pub(crate) fn seconds(time: Duration) -> String {
    let text = format!("{:.1}", time.as_secs_f64());
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The innermost cause of an error: the one that says something new.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(below) = innermost.source() {
        innermost = below;
    }
    innermost.to_string()
}

/// What the server said, without a place in a script.
pub(crate) fn said(error: &ServerError) -> ServerMessage {
    ServerMessage {
        sqlstate: error.sqlstate.clone(),
        message: error.message.clone(),
        detail: error.detail.clone(),
        hint: error.hint.clone(),
        place: None,
    }
}

/// A session that holds the migration lock.
pub(crate) fn holder(session: &Session) -> Holder {
    Holder {
        pid: session.pid,
        application: session.application.clone().unwrap_or_default(),
        client: session.client.clone(),
        since: session.since(),
    }
}

/// Why a service's address is not known.
pub fn url_failure(problem: &UrlProblem) -> Failure {
    match problem {
        UrlProblem::NotSet { variable } => {
            let variable = variable.clone().unwrap_or_else(|| "datasource url".to_owned());
            Failure::new(FailureCode::UrlNotSet, vec![("variable", variable)])
        }
        UrlProblem::Empty { variable } => {
            let variable = variable.clone().unwrap_or_else(|| "datasource url".to_owned());
            Failure::new(FailureCode::UrlEmpty, vec![("variable", variable)])
        }
        UrlProblem::Lacks { missing } => {
            Failure::new(FailureCode::UrlNotSet, vec![("variable", missing.clone())])
        }
        UrlProblem::Invalid { reason } => {
            Failure::new(FailureCode::UrlInvalid, vec![("reason", reason.clone())])
        }
        UrlProblem::NotPublished { host, port, service } => Failure::new(
            FailureCode::NotPublished,
            vec![("host", host.clone()), ("port", port.to_string()), ("service", service.clone())],
        ),
        UrlProblem::SourceFailed { from, reason } => Failure::new(
            FailureCode::UrlSourceFailed,
            vec![("source", from.clone()), ("reason", reason.clone())],
        ),
    }
}

/// Why a folder cannot be read.
pub(crate) fn source_failure(error: &SourceError) -> Failure {
    let SourceError::Unreadable { path, source } = error;
    let values = vec![("path", path.display().to_string()), ("reason", source.to_string())];
    Failure::new(FailureCode::Unreadable, values)
}

/// Why a connection did not come about.
pub(crate) fn connect_failure(error: &ConnectError) -> Failure {
    use ConnectReason as R;
    let (code, reason) = match &error.reason {
        R::UnknownHost { .. } => (FailureCode::UnknownHost, String::new()),
        R::ConnectionRefused { .. } | R::NoSocket { .. } => {
            (FailureCode::ConnectionRefused, String::new())
        }
        R::Unreached { after } | R::Silent { after } => {
            (FailureCode::ConnectionTimedOut, seconds(*after))
        }
        R::Authentication(_) | R::PasswordMissing | R::LogIn(_) | R::RoleMissing(_) => {
            (FailureCode::AuthenticationFailed, String::new())
        }
        R::DatabaseMissing(_) => (FailureCode::DatabaseMissing, String::new()),
        R::TooManyConnections(_) => (FailureCode::TooManyConnections, String::new()),
        R::TlsMissing | R::Certificate(_) | R::Tls(_) | R::TlsFiles(_) => {
            (FailureCode::Tls, root_cause(&error.reason))
        }
        R::NotAdmitted { .. } | R::Denied(_) => (FailureCode::AccessDenied, String::new()),
        R::NotPostgres(_) => (FailureCode::NotPostgres, String::new()),
        R::NotReady(_) => (FailureCode::ServerNotReady, String::new()),
        R::Closed(_) => (FailureCode::ConnectionLost, String::new()),
        R::Network { .. } | R::Refused(_) | R::Other(_) => {
            (FailureCode::Server, root_cause(&error.reason))
        }
    };
    let mut values = vec![
        ("server", error.server.clone()),
        ("host", error.host.clone()),
        ("port", error.port.to_string()),
        ("user", error.user.clone()),
        ("database", error.database.clone()),
    ];
    match code {
        FailureCode::ConnectionTimedOut => values.push(("seconds", reason)),
        FailureCode::Tls | FailureCode::Server => values.push(("reason", reason)),
        _ => {}
    }
    let failure = Failure::new(code, values);
    match error.server_error() {
        Some(server) => failure.said(said(server)),
        None => failure,
    }
}

/// Why a question of ours was not answered.
pub(crate) fn query_failure(url: &DatabaseUrl, error: &QueryError) -> Failure {
    let place = || {
        vec![
            ("server", url.server()),
            ("user", url.user().to_owned()),
            ("database", url.database().to_owned()),
        ]
    };
    let with = |mut values: Vec<(&'static str, String)>, name, value| {
        values.push((name, value));
        values
    };
    match error {
        QueryError::Refused(server) => {
            let code = match server.sqlstate.as_str() {
                "42501" => FailureCode::AccessDenied,
                "25006" => FailureCode::ReadOnly,
                _ => FailureCode::Server,
            };
            Failure::new(code, with(place(), "reason", server.message.clone())).said(said(server))
        }
        QueryError::Lost(lost) => {
            let failure = Failure::new(FailureCode::ConnectionLost, place());
            match lost {
                LostError::Ended(server) => failure.said(said(server)),
                LostError::Broken(_) => failure,
            }
        }
        QueryError::Silent { after } => {
            let values = with(place(), "seconds", seconds(*after));
            Failure::new(FailureCode::ConnectionTimedOut, values)
        }
        QueryError::Garbled(error) => {
            let values = with(place(), "reason", root_cause(error));
            Failure::new(FailureCode::Server, values)
        }
    }
}

/// Why a database could not be looked at.
pub(crate) fn look_failure(url: &DatabaseUrl, error: &LookError) -> Failure {
    match error {
        LookError::Query(error) => query_failure(url, error),
        LookError::Ledger(error) => {
            let values = vec![
                ("server", url.server()),
                ("user", url.user().to_owned()),
                ("database", url.database().to_owned()),
                ("reason", error.to_string()),
            ];
            let unreadable = *error == radoub_postgres::ledger::LedgerError::Unreadable;
            let code = if unreadable { FailureCode::AccessDenied } else { FailureCode::Server };
            Failure::new(code, values)
        }
    }
}

/// Failed migrations stand in the way; `prisma` is a line per row, as Prisma writes it.
pub(crate) fn failed_rows(rows: &[Applied]) -> Failure {
    let migration = rows.first().map(|row| row.name.to_string()).unwrap_or_default();
    let mut failure = Failure::new(FailureCode::FailedMigrations, vec![("migration", migration)]);
    failure.since = rows.first().map(|row| row.started_at);
    failure.rows = rows.iter().map(|row| (row.name.clone(), row.started_at)).collect();
    failure
}
