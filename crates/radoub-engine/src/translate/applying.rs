//! The errors of taking the migration lock, applying, creating and resolving.

use std::path::Path;

use radoub_postgres::apply::{ApplyError, ReadyError, Remains};
use radoub_postgres::create::CreateError;
use radoub_postgres::execute::ExecuteError;
use radoub_postgres::failure::Place;
use radoub_postgres::lock::LockError;
use radoub_postgres::pooler::PoolerError;
use radoub_postgres::resolve::ResolveError;
use radoub_postgres::session::Session;
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::migration::Migration;

use super::{connect_failure, failed_rows, query_failure, said, seconds};
use crate::failure::{Failure, FailureCode, ScriptPlace};
use crate::fleet::Managed;

/// A session that keeps a statement waiting, in one line: who, what it does, since when.
pub(crate) fn blocker(session: &Session) -> String {
    let application = session.application.as_deref().or(session.user.as_deref()).unwrap_or("?");
    let state = session.state.as_deref().unwrap_or("?");
    let age = session.since().and_then(|since| session.seen_at.duration_since(since).ok());
    let age = age.map(|age| format!(", {} s", age.as_secs())).unwrap_or_default();
    let query = session.query.as_deref().unwrap_or_default();
    let query: String = query.split_whitespace().collect::<Vec<_>>().join(" ");
    // Literals of other people's statements may hold anything, secrets too.
    let mut literal = false;
    let masked = query.split('\'').map(|part| {
        literal = !literal;
        if literal { part } else { "…" }
    });
    let query: String = masked.collect::<Vec<_>>().join("'");
    let query: String = query.chars().take(80).collect();
    format!("{} {application} [{state}{age}] {query}", session.pid).trim_end().to_owned()
}

/// Why the migration lock could not be had.
pub(crate) fn lock_failure(url: &DatabaseUrl, error: &LockError) -> Failure {
    let place = || vec![("server", url.server()), ("database", url.database().to_owned())];
    match error {
        LockError::Held { holder, waited } => {
            let mut values = place();
            let text = |it: Option<String>| it.unwrap_or_else(|| "?".to_owned());
            let holder = holder.as_deref();
            values.push(("pid", text(holder.map(|it| it.pid.to_string()))));
            values.push(("application", text(holder.and_then(|it| it.application.clone()))));
            values.push(("client", text(holder.and_then(|it| it.client.clone()))));
            values.push(("seconds", seconds(*waited)));
            let mut failure = Failure::new(FailureCode::LockHeld, values);
            failure.since = holder.and_then(Session::since);
            failure
        }
        LockError::Pooler(PoolerError::Declared | PoolerError::Detected) => {
            Failure::new(FailureCode::Pooler, place())
        }
        LockError::Pooler(PoolerError::Query(error)) | LockError::Query(error) => {
            query_failure(url, error)
        }
        LockError::Pooler(PoolerError::Connect(error)) | LockError::Connect(error) => {
            connect_failure(error)
        }
        LockError::ReadOnly { .. } => Failure::new(FailureCode::ReadOnly, place()),
    }
}

/// Why a migration was not applied.
pub(crate) fn apply_failure(
    url: &DatabaseUrl,
    folder: &Path,
    migration: &Migration,
    error: &ApplyError,
) -> Failure {
    let name = migration.name.to_string();
    let named = |code, mut more: Vec<(&'static str, String)>| {
        more.insert(0, ("migration", name.clone()));
        Failure::new(code, more)
    };
    let text = migration.script.as_ref().map_or("", |script| script.text());
    match error {
        ApplyError::ScriptMissing(_) => named(FailureCode::ScriptMissing, Vec::new()),
        ApplyError::Nul { place } => {
            named(FailureCode::NulCharacter, vec![("line", place.line.to_string())])
        }
        ApplyError::Copies { place } => {
            named(FailureCode::CopiesRows, vec![("line", place.line.to_string())])
        }
        ApplyError::NeverCommitted { place } => {
            named(FailureCode::NeverCommitted, vec![("line", place.line.to_string())])
        }
        ApplyError::Ready(error) => ready_failure(url, error),
        ApplyError::FailedRows(rows) => failed_rows(rows),
        ApplyError::ChangedSinceStart { .. } => named(FailureCode::ChangedSince, Vec::new()),
        ApplyError::Unknowable { statement, .. } => {
            named(FailureCode::OutcomeUnknown, vec![("statement", (statement + 1).to_string())])
        }
        ApplyError::Failed(failed) => {
            let mut values = remains(failed.remains, failed.statements);
            values.push(("file", folder.join(&name).join("migration.sql").display().to_string()));
            values.push(("prisma", failed.logs.clone()));
            let mut message = said(&failed.error);
            message.place = failed.place.as_ref().map(|place| script_place(text, place));
            named(FailureCode::ScriptFailed, values).said(message)
        }
        ApplyError::Blocked(failed) => {
            let blockers: Vec<String> = failed.blockers.iter().map(blocker).collect();
            let mut values = remains(failed.remains, failed.statements);
            let blockers = if blockers.is_empty() { "?".to_owned() } else { blockers.join("; ") };
            values.push(("blockers", blockers));
            values.push(("attempts", failed.attempts.to_string()));
            named(FailureCode::LockTimeout, values).said(said(&failed.error))
        }
        ApplyError::Shut { .. } => named(FailureCode::JournalFailed, Vec::new()),
        ApplyError::Stopped { remains: left } => {
            let statements = match left {
                Remains::Nothing => 0,
                Remains::Statements { of, .. } => *of,
            };
            named(FailureCode::Interrupted, remains(*left, statements))
        }
        ApplyError::Misread { .. } | ApplyError::RowVanished { .. } => {
            named(FailureCode::Moved, vec![("reason", error.to_string())])
        }
        ApplyError::Lost { source, .. } | ApplyError::Query(source) => query_failure(url, source),
        ApplyError::OutcomeUnknown { lost, .. } => query_failure(url, lost),
        ApplyError::Lock { source, .. } => lock_failure(url, source),
        ApplyError::Connect(error) => connect_failure(error),
    }
}

/// Why a script that is no migration did not run; `name` is how it is called.
pub(crate) fn execute_failure(
    url: &DatabaseUrl,
    name: &str,
    text: &str,
    error: &ExecuteError,
) -> Failure {
    let at = |code, line: usize| {
        Failure::new(code, vec![("script", name.to_owned()), ("line", line.to_string())])
    };
    match error {
        ExecuteError::Nul { place } => at(FailureCode::NulCharacter, place.line),
        ExecuteError::Copies { place } => at(FailureCode::CopiesRows, place.line),
        ExecuteError::NeverCommitted { place } => at(FailureCode::NeverCommitted, place.line),
        ExecuteError::Refused { error, place } => {
            let mut message = said(error);
            message.place = place.as_ref().map(|place| script_place(text, place));
            Failure::new(FailureCode::Server, vec![("script", name.to_owned())]).said(message)
        }
        ExecuteError::Query(error) => query_failure(url, error),
    }
}

fn script_place(text: &str, place: &Place) -> ScriptPlace {
    ScriptPlace {
        line: place.line,
        column: place.column,
        text: text.lines().nth(place.line - 1).unwrap_or_default().to_owned(),
    }
}

/// How much of a script stays, for a sentence: `nothing`, or the number of statements.
fn remains(remains: Remains, statements: usize) -> Vec<(&'static str, String)> {
    let stays = match remains {
        Remains::Nothing => "nothing".to_owned(),
        Remains::Statements { committed, .. } => committed.to_string(),
    };
    vec![("stays", stays), ("statements", statements.to_string())]
}

/// Why the ledger cannot be used.
pub(crate) fn ready_failure(url: &DatabaseUrl, error: &ReadyError) -> Failure {
    let place = |more: Option<(&'static str, String)>| {
        let mut values = vec![
            ("server", url.server()),
            ("user", url.user().to_owned()),
            ("database", url.database().to_owned()),
        ];
        values.extend(more);
        values
    };
    match error {
        ReadyError::NotEmpty(tables) => {
            let names = tables.names.join(", ");
            Failure::new(FailureCode::NotEmpty, place(Some(("tables", names))))
        }
        ReadyError::Ledger(error) => {
            let values = place(Some(("reason", error.to_string())));
            Failure::new(FailureCode::Server, values)
        }
        ReadyError::MayNotWrite { .. } | ReadyError::MayNotCreate { .. } => {
            let values = place(Some(("reason", error.to_string())));
            Failure::new(FailureCode::AccessDenied, values)
        }
        ReadyError::ReadOnly(_) => Failure::new(FailureCode::ReadOnly, place(None)),
        ReadyError::Query(error) => query_failure(url, error),
    }
}

/// Why a database was not created; `None` when it is there in the meantime.
pub(crate) fn create_failure(url: &DatabaseUrl, error: &CreateError) -> Option<Failure> {
    match error {
        CreateError::Exists(_) => None,
        CreateError::Denied { source, .. } | CreateError::Query(source) => {
            Some(query_failure(url, source))
        }
        CreateError::Connect(error) => Some(connect_failure(error)),
    }
}

/// Why a migration was not marked.
pub(crate) fn resolve_failure(
    url: &DatabaseUrl,
    managed: &Managed,
    error: &ResolveError,
) -> Failure {
    let named = |code, name: &radoub_schema::migration::MigrationName| {
        let values = vec![
            ("migration", name.to_string()),
            ("folder", managed.migrations.display().to_string()),
        ];
        Failure::new(code, values)
    };
    match error {
        ResolveError::AlreadyApplied(name) => named(FailureCode::AlreadyApplied, name),
        ResolveError::NeverApplied(name) => named(FailureCode::NeverApplied, name),
        ResolveError::NotFailed(name) => named(FailureCode::NotFailed, name),
        ResolveError::NotFound(name) => named(FailureCode::UnknownMigration, name),
        ResolveError::Ready(error) => ready_failure(url, error),
        ResolveError::Query(error) => query_failure(url, error),
    }
}
