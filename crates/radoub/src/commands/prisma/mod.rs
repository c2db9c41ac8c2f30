//! `radoub prisma migrate status | deploy | resolve`: the Prisma CLI's flags, decisive words and
//! exit codes, so that a Dockerfile can put this one file where the CLI used to be.
//!
//! The words are Prisma's and English whatever the language, because scripts read them. Source:
//! Prisma facts 6.2 to 6.4, and the output of the real CLI 6.19.

mod deploy;
mod resolve;
mod status;
mod text;

use std::time::Duration;

use clap::{Args, Subcommand};

use radoub_engine::dropin::{Project, ProjectError, find};
use radoub_engine::failure::Failure;
use radoub_engine::observe::Observed;
use radoub_engine::state::State;

use self::deploy::deploy;
use self::resolve::resolve;
use self::status::status;
use self::text::prisma_text;
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

