//! The texts that Prisma has for failures (Prisma facts 5.5), and how a mistake in a schema is shown.
//!
//! English whatever the language, because scripts read them.

use radoub_engine::failure::{Failure, FailureCode, ServerMessage};
use radoub_engine::fleet::DatabaseUrl;
use radoub_engine::schema::Mistake;
use unicode_width::UnicodeWidthStr;

use crate::commands::check::failure_lines;
use crate::error::CliError;
use crate::ui::Ui;

/// Every mistake with its line and a caret, then Prisma's count.
pub(super) fn mistakes(ui: &mut Ui, wrong: &[Mistake]) -> Result<(), CliError> {
    for mistake in wrong {
        let Mistake { file, line, column, message, .. } = mistake;
        writeln!(ui.status(), "error: {message}\n  -->  {file}:{line}:{column}")?;
        write!(ui.status(), "{}", excerpt(mistake))?;
    }
    writeln!(ui.status(), "\nValidation Error Count: {}", wrong.len())?;
    Ok(())
}

/// The line and the one before it, the meant part underlined, and the remedy.
fn excerpt(mistake: &Mistake) -> String {
    let Mistake { line, before, text, .. } = mistake;
    let gutter = line.to_string().len().max(2);
    let blank = " ".repeat(gutter);
    let mut shown = format!("{blank} | \n");
    if *line > 1 {
        shown.push_str(&format!("{:>gutter$} | {before}\n", line - 1));
    }
    let at = mistake.column.saturating_sub(1);
    // A tab stays a tab, so that the caret stands where the line above has it.
    let indent: String = text
        .chars()
        .take(at)
        .map(|c| match c {
            '\t' => "\t".to_owned(),
            c => " ".repeat(c.to_string().width()),
        })
        .collect();
    let meant: String = text.chars().skip(at).take(mistake.width).collect();
    let carets = "^".repeat(meant.width().max(1));
    shown.push_str(&format!("{line:>gutter$} | {text}\n{blank} | {indent}{carets}\n"));
    if let Some(remedy) = &mistake.remedy {
        shown.push_str(&format!("{blank} = help: {remedy}\n"));
    }
    shown
}

/// What Prisma calls warnings: deprecated things, names that are worth a thought.
pub(super) fn remarks(ui: &mut Ui, remarks: &[Mistake]) -> Result<(), CliError> {
    if remarks.is_empty() {
        return Ok(());
    }
    let plural = if remarks.len() == 1 { "" } else { "s" };
    writeln!(ui.status(), "\nPrisma schema warning{plural}:")?;
    for Mistake { file, line, message, .. } in remarks {
        writeln!(ui.status(), "- {message} ({file}:{line})")?;
    }
    Ok(())
}

/// The message that Prisma has for a failure (Prisma facts 5.5); for what Prisma does not know, the
/// sentence that the other commands have for it.
pub(super) fn text_of(ui: &Ui, url: &DatabaseUrl, failure: &Failure) -> String {
    prisma_text(url, failure).unwrap_or_else(|| failure_lines(ui, failure).join("\n"))
}

fn prisma_text(url: &DatabaseUrl, failure: &Failure) -> Option<String> {
    let (host, port) = (url.host(), url.port());
    let database = url.database();
    let value = |name: &str| failure.value(name).unwrap_or_default();
    let migration = value("migration");
    let script = match value("script") {
        "" => format!("{migration}/migration.sql"),
        script => script.to_owned(),
    };
    Some(match failure.code {
        FailureCode::AuthenticationFailed => format!(
            "Authentication failed against database server, the provided database credentials for \
             `{}` are not valid.\n\nPlease make sure to provide valid database credentials for the \
             database server at the configured address.",
            url.user()
        ),
        FailureCode::ConnectionRefused
        | FailureCode::UnknownHost
        | FailureCode::NotPostgres
        | FailureCode::ServerNotReady
        | FailureCode::TooManyConnections => format!(
            "Can't reach database server at `{host}:{port}`\n\nPlease make sure your database \
             server is running at `{host}:{port}`."
        ),
        FailureCode::ConnectionTimedOut => format!(
            "The database server at `{host}:{port}` was reached but timed out.\n\nPlease try \
             again.\n\nPlease make sure your database server is running at `{host}:{port}`."
        ),
        FailureCode::LockHeld => format!(
            "The database server at `{host}:{port}` was reached but timed out.\n\nPlease try \
             again.\n\nPlease make sure your database server is running at `{host}:{port}`. \
             Context: Timed out trying to acquire a postgres advisory lock (SELECT \
             pg_advisory_lock(72707369)). Timeout: 10000ms. See \
             https://pris.ly/d/migrate-advisory-locking for details.\n\nHeld by process {} ({}).",
            value("pid"),
            value("application")
        ),
        FailureCode::DatabaseMissing => format!(
            "Database `{database}` does not exist on the database server at `{host}:{port}`."
        ),
        FailureCode::AccessDenied => {
            format!("User `{}` was denied access on the database `{database}`", url.user())
        }
        FailureCode::Tls => format!("Error opening a TLS connection: {}", value("reason")),
        FailureCode::NotEmpty => {
            "The database schema is not empty. Read more about how to baseline \
             an existing production database: https://pris.ly/d/migrate-baseline"
                .to_owned()
        }
        FailureCode::AlreadyApplied => {
            format!("The migration `{migration}` is already recorded as applied in the database.")
        }
        FailureCode::UnknownMigration => format!(
            "The migration {migration} could not be found. Please make sure that the migration \
             exists, and that you included the whole name of the directory. (example: \
             \"20201207184859_initial_migration\")"
        ),
        FailureCode::NeverApplied => format!(
            "Migration `{migration}` cannot be rolled back because it was never applied to the \
             database. Hint: did you pass in the whole migration name? (example: \
             \"20201207184859_initial_migration\")"
        ),
        FailureCode::NotFailed => format!(
            "Migration `{migration}` cannot be rolled back because it is not in a failed state."
        ),
        FailureCode::ScriptMissing => "Could not find the migration file at migration.sql. Please \
             delete the directory or restore the migration file."
            .to_owned(),
        FailureCode::OtherProvider => format!(
            "The datasource provider `postgresql` specified in your schema does not match the one \
             specified in the migration_lock.toml, `{}`. Please remove your current migration \
             directory and start a new migration history with prisma migrate dev. Read more: \
             https://pris.ly/d/migrate-provider-switch",
            value("found")
        ),
        FailureCode::FailedMigrations | FailureCode::ChangedSince => format!(
            "migrate found failed migrations in the target database, new migrations will not be \
             applied. Read more about how to resolve migration issues in a production database: \
             https://pris.ly/d/migrate-resolve\n{}",
            failed_rows(failure)
        ),
        FailureCode::ScriptFailed | FailureCode::ReplayFailed | FailureCode::ExtensionMissing => {
            value("prisma").to_owned()
        }
        FailureCode::NulCharacter => {
            format!("{script} holds a NUL character in line {}.", value("line"))
        }
        FailureCode::NeverCommitted => format!(
            "The transaction that line {} of {script} opens is never committed.",
            value("line")
        ),
        FailureCode::CopiesRows => format!(
            "Line {} of {script} copies rows through the connection (COPY … FROM STDIN), which \
             only psql does. Write the rows as INSERT, or run the file with psql.",
            value("line")
        ),
        FailureCode::ScratchDenied | FailureCode::NoScratch => {
            "Prisma Migrate could not create the shadow database. Please make sure the database \
             user has permission to create databases. Read more about the shadow database (and \
             workarounds) at https://pris.ly/d/migrate-shadow"
                .to_owned()
        }
        FailureCode::LeavesScope => format!(
            "The schema of the introspected database was inconsistent: Cross schema references are \
             only allowed when the target schema is listed in the schemas property of your \
             datasource. `{}` points to `{}` in constraint `{}`. Please add `{}` to your `schemas` \
             property and run this command again.",
            value("table"),
            value("target"),
            value("constraint"),
            value("target").split('.').next().unwrap_or_default()
        ),
        FailureCode::Server if failure.server.is_some() => {
            failure.server.as_deref().map_or_else(String::new, said)
        }
        _ => return None,
    })
}

/// What the server said, in the lines of Prisma's engine, and where in the script.
pub(super) fn said(server: &ServerMessage) -> String {
    let mut text = format!("ERROR: {}", server.message);
    for (word, line) in [("DETAIL", &server.detail), ("HINT", &server.hint)] {
        if let Some(line) = line {
            text.push_str(&format!("\n{word}: {line}"));
        }
    }
    if let Some(place) = &server.place {
        text.push_str(&format!("\n\nLine {}: {}", place.line, place.text.trim()));
    }
    text
}

/// A line per failed row; the fraction has 0, 3 or 6 digits as needed.
fn failed_rows(failure: &Failure) -> String {
    failure
        .rows
        .iter()
        .map(|(name, started)| {
            let at = jiff::Timestamp::try_from(*started).unwrap_or_default();
            let micros = at.subsec_microsecond();
            let millis = at.subsec_millisecond();
            let seconds = at.strftime("%Y-%m-%d %H:%M:%S");
            let fraction = match (micros, millis) {
                (0, 0) => String::new(),
                (0, millis) => format!(".{millis:03}"),
                (micros, millis) => format!(".{millis:03}{micros:03}"),
            };
            format!("The `{name}` migration started at {seconds}{fraction} UTC failed\n")
        })
        .collect()
}
