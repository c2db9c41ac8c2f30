//! `radoub prisma validate | format | migrate status | deploy | resolve | diff`: the Prisma CLI's flags, decisive words and
//! exit codes, so that a Dockerfile can put this one file where the CLI used to be.
//!
//! The words are Prisma's and English whatever the language, because scripts read them. Source:
//! Prisma facts 6.2 to 6.5, and the output of the real CLI 6.19.

mod db;
mod deploy;
mod dev;
mod diff;
mod execute;
mod format;
mod generate;
mod pending;
mod pull;
mod push;
mod reset;
mod resolve;
mod seed;
mod status;
mod text;
mod validate;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;

use clap::{Args, Subcommand};

use radoub_engine::dropin::{MAJOR_VARIABLE, Project, find};
use radoub_engine::failure::{Failure, FailureCode};
use radoub_engine::fleet::{DatabaseUrl, Managed, Prisma};
use radoub_engine::observe::Observed;
use radoub_engine::schema::{Located, Mistake, WantedError, locate};
use radoub_engine::state::State;

use self::db::{DbArgs, db};
use self::deploy::deploy;
use self::dev::{DevArgs, dev};
use self::diff::{DiffArgs, diff};
use self::format::format;
use self::reset::{ResetArgs, reset};
use self::resolve::resolve;
use self::status::status;
use self::text::{mistakes, text_of};
use self::validate::{refused, validate};
use super::App;
use crate::commands::check::failure_remedy;
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// Prisma's own patience for the migration lock (Prisma facts 4).
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// How Prisma begins where nobody can be asked.
const NOT_INTERACTIVE: &str = "Prisma Migrate has detected that the environment is non-interactive";

/// What `prisma` takes.
#[derive(Debug, Args)]
pub(crate) struct PrismaArgs {
    #[arg(long, global = true, value_name = "5|6|7", env = MAJOR_VARIABLE, value_parser = clap::value_parser!(u8).range(5..=7))]
    prisma: Option<u8>,
    #[command(subcommand)]
    area: Area,
}

#[derive(Debug, Subcommand)]
enum Area {
    Validate(Where),
    Format(FormatArgs),
    Migrate(MigrateArgs),
    Db(DbArgs),
}

#[derive(Debug, Args)]
struct FormatArgs {
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    place: Where,
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
    Diff(Box<DiffArgs>),
    Dev(DevArgs),
    Reset(ResetArgs),
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

/// Spells out `-f` of `migrate reset`, which means something else to all other commands.
pub(crate) fn spell_out(arguments: &mut [OsString]) {
    let mut wanted = ["prisma", "migrate", "reset"].iter();
    let mut next = wanted.next();
    for word in arguments.iter_mut().skip(1) {
        match next {
            Some(verb) if word == verb => next = wanted.next(),
            None if word == "-f" => *word = "--force".into(),
            _ => {}
        }
    }
}

pub(crate) async fn prisma(ui: &mut Ui, app: &mut App, args: PrismaArgs) -> Result<Exit, CliError> {
    let mut environment = app.environment().clone();
    if let Some(major) = args.prisma {
        environment.insert(MAJOR_VARIABLE.to_owned(), major.to_string());
    }
    match args.area {
        Area::Validate(place) => match located(app, &environment, &place) {
            Ok(located) => validate(ui, &located),
            Err(error) => refuse(ui, &error),
        },
        Area::Format(FormatArgs { check, place }) => match located(app, &environment, &place) {
            Ok(located) => format(ui, app, &located, check),
            Err(error) => refuse(ui, &error),
        },
        Area::Db(args) => db(ui, app, &environment, args).await,
        Area::Migrate(MigrateArgs { verb }) => migrate(ui, app, &environment, verb).await,
    }
}

fn located(
    app: &App,
    environment: &BTreeMap<String, String>,
    place: &Where,
) -> Result<Located, radoub_engine::schema::SchemaError> {
    locate(app.folder(), environment, place.schema.as_deref(), place.prisma_config.as_deref())
}

async fn migrate(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    verb: Verb,
) -> Result<Exit, CliError> {
    let project = |place: &Where| {
        let (schema, config) = (place.schema.as_deref(), place.prisma_config.as_deref());
        find(app.folder(), environment, schema, config)
    };
    let found = match &verb {
        Verb::Diff(args) => return diff(ui, app, environment, args).await,
        Verb::Dev(args) => return dev(ui, app, environment, args).await,
        Verb::Reset(args) => return reset(ui, app, environment, args).await,
        Verb::Status(place) | Verb::Deploy(place) => project(place),
        Verb::Resolve(args) => project(&args.place),
    };
    let project = match found {
        Ok(project) => project,
        Err(error) => return refuse(ui, &error),
    };
    header(ui, &project)?;
    match &verb {
        Verb::Resolve(args) => resolve(ui, app, &project, args).await,
        Verb::Deploy(_) => deploy(ui, app, &project).await,
        Verb::Status(_) | Verb::Diff(_) | Verb::Dev(_) | Verb::Reset(_) => {
            status(ui, app, &project).await
        }
    }
}

/// The configuration file that was read, and, where Prisma tells (not `format`), the variables.
fn place_of(ui: &mut Ui, located: &Located, variables: bool) -> Result<(), CliError> {
    told_files(ui, located.config_file.as_deref(), &located.env_files, located.major, variables)
}

fn told_files(
    ui: &mut Ui,
    config_file: Option<&str>,
    env_files: &[String],
    major: u8,
    variables: bool,
) -> Result<(), CliError> {
    if let Some(config) = config_file {
        writeln!(ui.status(), "Loaded Prisma config from {config}.\n")?;
    }
    if !variables {
        return Ok(());
    }
    if env_files.is_empty() && config_file.is_some() && major < 7 {
        writeln!(ui.status(), "Prisma config detected, skipping environment variable loading.")?;
    }
    for file in env_files {
        writeln!(ui.status(), "Environment variables loaded from {file}")?;
    }
    Ok(())
}

/// Which schema is read; 7 keeps standard output for the result.
fn shown_schema(ui: &mut Ui, major: u8, schema: &str) -> Result<(), CliError> {
    if major < 7 {
        writeln!(ui.data(), "Prisma schema loaded from {schema}")?;
    } else {
        writeln!(ui.status(), "Prisma schema loaded from {schema}.")?;
    }
    Ok(())
}

/// What Prisma says before anything else.
fn header(ui: &mut Ui, project: &Project) -> Result<(), CliError> {
    let config = project.config_file.as_deref();
    told_files(ui, config, &project.env_files, project.major, true)?;
    shown_schema(ui, project.major, &project.schema_shown)?;
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

/// Waits for work that changes nothing that is not ours; nothing when Ctrl-C comes first, so that what
/// was made for it can be taken away.
async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = work => Some(done),
        () = super::running::asked_to_stop() => None,
    }
}

/// Prisma's side of a project, which always has one.
fn managed(project: &Project) -> &Managed {
    match &project.service.prisma {
        Prisma::Managed(managed) => managed,
        Prisma::NotApplicable(_) => unreachable!("a project is found by its datasource"),
    }
}

/// That the database did not exist and was made.
fn created(ui: &mut Ui, project: &Project) -> Result<(), CliError> {
    let (database, server) = (project.url.database(), project.url.server());
    writeln!(ui.data(), "PostgreSQL database {database} created at {server}\n")?;
    Ok(())
}

/// What the CLI says of a schema that it refuses, before it asks the engine.
fn schema_refused(ui: &mut Ui, error: &WantedError) -> Result<Exit, CliError> {
    match error {
        WantedError::Refused(wrong) => {
            writeln!(ui.status())?;
            refused(ui, "validate", "validate", wrong)?;
            Ok(Exit::NeedsWork)
        }
        WantedError::External(_) => {
            writeln!(
                ui.status(),
                "Error: P3023\n\nFor the current database, `externalTables` & `externalEnums` in \
                 your prisma config must contain only fully qualified identifiers (e.g. \
                 `schema_name.table_name`).\n"
            )?;
            Ok(Exit::NeedsWork)
        }
        other => refuse(ui, other),
    }
}

/// What the engine says of a schema that it refuses.
fn mistakes_refused(ui: &mut Ui, wrong: &[Mistake]) -> Result<Exit, CliError> {
    writeln!(ui.status(), "Error: P1012\n")?;
    mistakes(ui, wrong)?;
    Ok(Exit::NeedsWork)
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

/// What kept the database from being looked at.
fn unreachable(observed: &Observed) -> Option<&Failure> {
    let away = matches!(observed.state, State::Unreachable | State::DatabaseMissing);
    observed.problem.as_ref().filter(|_| away)
}

/// Prisma's way to fail: `Error: CODE`, a blank line, the text; exit 1.
fn error(ui: &mut Ui, url: &DatabaseUrl, failure: &Failure) -> Result<Exit, CliError> {
    let text = text_of(ui, url, failure);
    match failure.code.prisma_code() {
        Some(code) => writeln!(ui.status(), "Error: {code}\n\n{text}\n")?,
        None => writeln!(ui.status(), "Error: {text}\n")?,
    }
    // Prisma would have emptied these, so it has no words for what to do.
    let is_ours = matches!(
        failure.code,
        FailureCode::ShadowIsUrl | FailureCode::ShadowOfFleet | FailureCode::ShadowInUse
    );
    if is_ours && let Some(remedy) = failure_remedy(ui, failure, "") {
        ui.hint(&remedy)?;
    }
    Ok(Exit::NeedsWork)
}

/// Refuses the first flag in use that the release that is followed does not know.
fn unknown_option(
    ui: &mut Ui,
    verb: &str,
    flags: &[(&str, bool)],
) -> Result<Option<Exit>, CliError> {
    let Some((flag, _)) = flags.iter().find(|(_, used)| *used) else { return Ok(None) };
    let told = format!("unknown or unexpected option: {flag}\n\nSee `prisma {verb} -h`");
    // Two ways of the CLI to say the same.
    match verb {
        "migrate diff" | "db execute" => writeln!(ui.status(), "Error: \n{told}\n")?,
        _ => writeln!(ui.status(), "\n! {told}")?,
    }
    Ok(Some(Exit::NeedsWork))
}

fn refuse(ui: &mut Ui, problem: &dyn std::error::Error) -> Result<Exit, CliError> {
    writeln!(ui.status(), "Error: {problem}\n")?;
    Ok(Exit::NeedsWork)
}
