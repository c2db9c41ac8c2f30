//! `radoub prisma migrate status | deploy | resolve`: the Prisma CLI's flags, decisive words and
//! exit codes, so that a Dockerfile can put this one file where the CLI used to be.
//!
//! The words are Prisma's and English whatever the language, because scripts read them. Source:
//! Prisma facts 6.2 to 6.4, and the output of the real CLI 6.19.

use std::time::Duration;

use clap::{Args, Subcommand};

use radoub_engine::dropin::{Project, ProjectError, find};
use radoub_engine::event::EventKind;
use radoub_engine::failure::{Failure, FailureCode};
use radoub_engine::fleet::Fleet;
use radoub_engine::observe::Observed;
use radoub_engine::plan::{Choice, Consent, approve, plan};
use radoub_engine::resolve::{Mark, ResolveSettings};
use radoub_engine::state::State;
use radoub_schema::migration::{HistoryState, MigrationName};

use super::App;
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// Prisma's own patience for the migration lock (Prisma facts 4).
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// What `prisma` takes.
#[derive(Debug, Args)]
pub(crate) struct PrismaArgs {
    #[command(subcommand)]
    area: Area,
}

#[derive(Debug, Subcommand)]
enum Area {
    Migrate(MigrateArgs),
}

#[derive(Debug, Args)]
struct MigrateArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Status(Where),
    Deploy(Where),
    Resolve(ResolveArgs),
}

/// Which schema.
#[derive(Debug, Args)]
struct Where {
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    schema: Option<std::path::PathBuf>,
    #[arg(long = "config", id = "config", value_name = "FILE")]
    prisma_config: Option<std::path::PathBuf>,
}

#[derive(Debug, Args)]
struct ResolveArgs {
    #[arg(long, value_name = "MIGRATION")]
    applied: Option<String>,
    #[arg(long, value_name = "MIGRATION")]
    rolled_back: Option<String>,
    #[command(flatten)]
    place: Where,
}

pub(crate) async fn prisma(ui: &mut Ui, app: &mut App, args: PrismaArgs) -> Result<Exit, CliError> {
    let Area::Migrate(MigrateArgs { verb }) = args.area;
    let place = match &verb {
        Verb::Status(place) | Verb::Deploy(place) => place,
        Verb::Resolve(args) => &args.place,
    };
    let found = find(
        app.folder(),
        app.environment(),
        place.schema.as_deref(),
        place.prisma_config.as_deref(),
    );
    let project = match found {
        Ok(project) => project,
        Err(error) => return refuse(ui, &error),
    };
    header(ui, &project)?;
    match verb {
        Verb::Status(_) => status(ui, app, &project).await,
        Verb::Deploy(_) => deploy(ui, app, &project).await,
        Verb::Resolve(args) => resolve(ui, app, &project, &args).await,
    }
}

/// What Prisma says before anything else.
fn header(ui: &mut Ui, project: &Project) -> Result<(), CliError> {
    if let Some(config) = &project.config_file {
        writeln!(ui.status(), "Loaded Prisma config from {config}.\n")?;
    }
    match (&project.env_files[..], &project.config_file) {
        ([], Some(_)) if project.major < 7 => {
            writeln!(
                ui.status(),
                "Prisma config detected, skipping environment variable loading."
            )?;
        }
        (files, _) => {
            for file in files {
                writeln!(ui.status(), "Environment variables loaded from {file}")?;
            }
        }
    }
    if project.major < 7 {
        writeln!(ui.data(), "Prisma schema loaded from {}", project.schema_shown)?;
    } else {
        writeln!(ui.status(), "Prisma schema loaded from {}.", project.schema_shown)?;
    }
    let (database, server) = (project.url.database(), project.url.server());
    let schemas = match &project.schemas[..] {
        [] => format!("schema \"{}\"", project.url.schema()),
        many => format!("schemas \"{}\"", many.join(", ")),
    };
    let name = &project.datasource;
    writeln!(
        ui.data(),
        "Datasource \"{name}\": PostgreSQL database \"{database}\", {schemas} at \"{server}\"\n"
    )?;
    Ok(())
}

/// `12 migrations found in prisma/migrations`.
fn count(ui: &mut Ui, project: &Project, observed: &Observed) -> Result<(), CliError> {
    let folder = &project.migrations_shown;
    let line = match observed.on_disk.migrations.len() {
        0 => format!("No migration found in {folder}"),
        1 => format!("1 migration found in {folder}"),
        many => format!("{many} migrations found in {folder}"),
    };
    writeln!(ui.data(), "{line}")?;
    Ok(())
}

async fn look(app: &App, project: &Project) -> Observed {
    radoub_engine::observe::look_at(&project.service, &app.look()).await
}

async fn status(ui: &mut Ui, app: &App, project: &Project) -> Result<Exit, CliError> {
    let observed = look(app, project).await;
    if let Some(failure) = unreachable(&observed) {
        let text = prisma_text(project, failure);
        let code = failure.code.prisma_code().map(|code| format!("{code}: ")).unwrap_or_default();
        writeln!(ui.status(), "Error: {code}{text}\n")?;
        return Ok(Exit::NeedsWork);
    }
    count(ui, project, &observed)?;
    if let Some(failure) = &observed.problem {
        return error(ui, project, failure);
    }
    let Some(history) = &observed.history else { return Ok(Exit::NeedsWork) };
    let folder = &project.migrations_shown;
    let names = |names: &[MigrationName]| -> String {
        names.iter().map(|name| format!("{name}\n")).collect()
    };
    let plural =
        |names: &[MigrationName]| if names.len() == 1 { "migration" } else { "migrations" };
    // 6.19 leaves migrations that were only ever rolled back out of this list; 7 lists them, and
    // so do we: they are what the next deploy runs.
    match history.state() {
        HistoryState::DatabaseIsBehind => {
            writeln!(
                ui.data(),
                "Following {} have not yet been applied:\n{}\n\
                 To apply migrations in development run prisma migrate dev.\n\
                 To apply migrations in production run prisma migrate deploy.",
                plural(&history.pending),
                names(&history.pending)
            )?;
            return Ok(Exit::NeedsWork);
        }
        HistoryState::Diverged => {
            let last = history.last_common.as_ref().map_or("null", MigrationName::as_str);
            write!(
                ui.status(),
                "Your local migration history and the migrations table from your database are \
                 different:\n\nThe last common migration is: {last}\n\n\
                 The {} have not yet been applied:\n{}\n\
                 The {} from the database are not found locally in {folder}:\n{}",
                plural(&history.pending),
                names(&history.pending),
                plural(&history.missing),
                names(&history.missing)
            )?;
            return Ok(Exit::NeedsWork);
        }
        HistoryState::InSync | HistoryState::MigrationsDirectoryIsBehind => {}
    }
    if !history.has_ledger && history.on_disk == 0 {
        writeln!(
            ui.status(),
            "The current database is not managed by Prisma Migrate.\n\n\
             Read more about how to baseline an existing production database:\n\
             https://pris.ly/d/migrate-baseline"
        )?;
        return Ok(Exit::NeedsWork);
    }
    if let Some(first) = history.failed.first() {
        let failed: Vec<MigrationName> =
            history.failed.iter().map(|row| row.name.clone()).collect();
        let first = &first.name;
        writeln!(
            ui.status(),
            "Following {} have failed:\n{}\n\
             During development if the failed migration(s) have not been deployed to a production \
             database you can then fix the migration(s) and run prisma migrate dev.\n\n\
             The failed migration(s) can be marked as rolled back or applied:\n      \n\
             - If you rolled back the migration(s) manually:\n\
             prisma migrate resolve --rolled-back \"{first}\"\n\n\
             - If you fixed the database manually (hotfix):\n\
             prisma migrate resolve --applied \"{first}\"\n\n\
             Read more about how to resolve migration issues in a production database:\n\
             https://pris.ly/d/migrate-resolve",
            plural(&failed),
            names(&failed)
        )?;
        return Ok(Exit::NeedsWork);
    }
    writeln!(ui.data(), "\nDatabase schema is up to date!")?;
    Ok(Exit::InOrder)
}

async fn deploy(ui: &mut Ui, app: &App, project: &Project) -> Result<Exit, CliError> {
    let mut observed = look(app, project).await;
    if let Some(failure) = unreachable(&observed) {
        if observed.state != State::DatabaseMissing {
            return error(ui, project, failure);
        }
    }
    count(ui, project, &observed)?;
    writeln!(ui.data())?;
    let fleet = Fleet::alone(project.service.clone());
    if observed.state == State::InProgress {
        // Prisma waits for the lock before it judges the rows; so does the run.
        observed.state = State::Pending;
    }
    let plan = plan(&fleet, &[observed], &Consent::as_prisma());
    let Some(entry) = plan.entries.first() else { return Ok(Exit::InOrder) };
    match &entry.choice {
        Choice::Refuse(failure) => return error(ui, project, &failure.clone()),
        Choice::Nothing | Choice::NotApplicable => {
            writeln!(ui.data(), "\nNo pending migrations to apply.")?;
            return Ok(Exit::InOrder);
        }
        Choice::Apply(_) => {}
    }

    let settings = radoub_engine::run::RunSettings {
        look: app.look(),
        lock_patience: LOCK_PATIENCE,
        advisory_lock: app.takes_advisory_lock(),
        ..radoub_engine::run::RunSettings::default()
    };
    let (stop, stopped) = radoub_engine::run::stop();
    let (mut applied, mut failure, mut written) = (Vec::new(), None, Ok(()));
    let interrupts = async {
        while tokio::signal::ctrl_c().await.is_ok() {
            stop.raise();
        }
        std::future::pending::<()>().await;
    };
    let running = radoub_engine::run::run(&fleet, approve(plan), &settings, stopped, |event| {
        let line = match event.kind {
            EventKind::DatabaseCreated => {
                let (database, server) = (project.url.database(), project.url.server());
                Some(format!("PostgreSQL database {database} created at {server}\n"))
            }
            EventKind::MigrationStarted { name, .. } => {
                Some(format!("Applying migration `{name}`"))
            }
            EventKind::MigrationApplied { name, .. } => {
                applied.push(name);
                None
            }
            EventKind::Failed { failure: what, .. } => {
                failure = Some(what);
                None
            }
            _ => None,
        };
        if let (Some(line), true) = (line, written.is_ok()) {
            written = writeln!(ui.data(), "{line}");
        }
    });
    tokio::select! {
        () = running => {}
        () = interrupts => {}
    }
    written?;
    if let Some(failure) = failure {
        return error(ui, project, &failure);
    }
    if applied.is_empty() {
        writeln!(ui.data(), "\nNo pending migrations to apply.")?;
        return Ok(Exit::InOrder);
    }
    let tree: String =
        applied.iter().map(|name| format!("  └─ {name}/\n    └─ migration.sql\n")).collect();
    let gap = if project.major < 7 { "      " } else { "" };
    writeln!(
        ui.data(),
        "\nThe following migration(s) have been applied:\n\nmigrations/\n{tree}{gap}\n\
         All migrations have been successfully applied."
    )?;
    Ok(Exit::InOrder)
}

async fn resolve(
    ui: &mut Ui,
    app: &App,
    project: &Project,
    args: &ResolveArgs,
) -> Result<Exit, CliError> {
    let (mark, name) = match (&args.applied, &args.rolled_back) {
        (Some(name), None) => (Mark::Applied, name),
        (None, Some(name)) => (Mark::RolledBack, name),
        (None, None) => {
            writeln!(
                ui.status(),
                "Error: --applied or --rolled-back must be part of the command like:\n\
                 prisma migrate resolve --applied 20201231000000_example\n\
                 prisma migrate resolve --rolled-back 20201231000000_example"
            )?;
            return Ok(Exit::NeedsWork);
        }
        (Some(_), Some(_)) => {
            writeln!(ui.status(), "Error: Pass either --applied or --rolled-back, not both.")?;
            return Ok(Exit::NeedsWork);
        }
    };
    let migration = MigrationName::new(name.clone());
    let settings = ResolveSettings {
        look: app.look(),
        lock_patience: LOCK_PATIENCE,
        advisory_lock: app.takes_advisory_lock(),
    };
    let service = &project.service;
    let marked = radoub_engine::resolve::resolve(service, mark, &migration, &settings).await;
    match marked {
        Ok(()) => {
            let word = match mark {
                Mark::Applied => "applied",
                Mark::RolledBack => "rolled back",
            };
            writeln!(ui.data(), "Migration {name} marked as {word}.\n")?;
            Ok(Exit::InOrder)
        }
        Err(failure) => error(ui, project, &failure),
    }
}

/// What kept the database from being looked at.
fn unreachable(observed: &Observed) -> Option<&Failure> {
    let away = matches!(observed.state, State::Unreachable | State::DatabaseMissing);
    observed.problem.as_ref().filter(|_| away)
}

/// Prisma's way to fail: `Error: CODE`, a blank line, the text; exit 1.
fn error(ui: &mut Ui, project: &Project, failure: &Failure) -> Result<Exit, CliError> {
    let text = prisma_text(project, failure);
    match failure.code.prisma_code() {
        Some(code) => writeln!(ui.status(), "Error: {code}\n\n{text}\n")?,
        None => writeln!(ui.status(), "Error: {text}\n")?,
    }
    Ok(Exit::NeedsWork)
}

fn refuse(ui: &mut Ui, problem: &ProjectError) -> Result<Exit, CliError> {
    writeln!(ui.status(), "Error: {problem}\n")?;
    Ok(Exit::NeedsWork)
}

/// The message that Prisma has for a failure (Prisma facts 5.5); for what Prisma does not know,
/// one of our own in its manner.
fn prisma_text(project: &Project, failure: &Failure) -> String {
    let (host, port) = (project.url.host(), project.url.port());
    let database = project.url.database();
    let value = |name: &str| failure.value(name).unwrap_or_default();
    let migration = value("migration");
    match failure.code {
        FailureCode::AuthenticationFailed => format!(
            "Authentication failed against database server, the provided database credentials for \
             `{}` are not valid.\n\nPlease make sure to provide valid database credentials for the \
             database server at the configured address.",
            project.url.user()
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
            format!("User `{}` was denied access on the database `{database}`", project.url.user())
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
        FailureCode::ScriptFailed => value("prisma").to_owned(),
        _ => failure.to_string(),
    }
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
