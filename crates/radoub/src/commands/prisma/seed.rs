//! `prisma db seed`: the command that fills a fresh database, as `migrate reset` runs it too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use clap::Args;
use tokio::process::Command;

use radoub_engine::dropin::{EnvironmentOfChildren, Project, seed as find_seed};

use super::{App, managed, refuse, told_files};
use crate::error::{CliError, Exit};
use crate::settings;
use crate::ui::Ui;

/// What `db seed` takes.
#[derive(Debug, Args)]
pub(super) struct SeedArgs {
    #[arg(long = "config", id = "config", value_name = "FILE")]
    prisma_config: Option<PathBuf>,
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

pub(super) async fn seed(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    args: &SeedArgs,
) -> Result<Exit, CliError> {
    let seed = match find_seed(app.folder(), environment, args.prisma_config.as_deref()) {
        Ok(seed) => seed,
        Err(error) => return refuse(ui, &error),
    };
    told_files(ui, seed.config_file.as_deref(), &seed.env_files, seed.major, true)?;
    let Some(command) = &seed.command else { return none(ui, seed.major) };
    let words = args.arguments.iter().map(|argument| quoted(argument));
    let command = std::iter::once(command.clone()).chain(words).collect::<Vec<_>>().join(" ");
    if !run_seed(ui, app.folder(), &command, &seed.variables).await? {
        return Ok(Exit::NeedsWork);
    }
    writeln!(ui.data(), "\n🌱  The seed command has been executed.")?;
    Ok(Exit::InOrder)
}

/// Runs the seed of a database that was emptied, as 5 and 6 do; 7 leaves it to whoever calls.
pub(super) async fn seed_after_reset(
    ui: &mut Ui,
    folder: &Path,
    environment: &BTreeMap<String, String>,
    project: &Project,
    skip: bool,
) -> Result<Exit, CliError> {
    let told = environment.get("PRISMA_MIGRATE_SKIP_SEED").is_some_and(|value| !value.is_empty());
    let command = managed(project).seed.as_ref();
    let Some(command) = command.filter(|_| !skip && !told && project.major < 7) else {
        return Ok(Exit::InOrder);
    };
    writeln!(ui.data())?;
    if !run_seed(ui, folder, command, &project.variables).await? {
        return Ok(Exit::NeedsWork);
    }
    writeln!(ui.data(), "\n🌱  The seed command has been executed.")?;
    Ok(Exit::InOrder)
}

/// That no seed is configured: an error in 5, no more than an answer in 7.
fn none(ui: &mut Ui, major: u8) -> Result<Exit, CliError> {
    match major {
        ..=5 => {
            writeln!(
                ui.status(),
                "Error: To configure seeding in your project you need to add a \"prisma.seed\" \
                 property in your package.json with the command to execute it:\n\n\
                 \"prisma\": {{\n  \"seed\": \"node ./prisma/seed.js\"\n}}\n\n\
                 More information in our documentation:\nhttps://pris.ly/d/seeding"
            )?;
            return Ok(Exit::NeedsWork);
        }
        6 => writeln!(ui.data())?,
        _ => writeln!(
            ui.data(),
            "⚠️ No seed command configured\n\n\
             To seed your database, add a seed property to the migrations section in your Prisma \
             config file.\n\nExample\n\n  // prisma7.config.ts\n  export default defineConfig({{\n    \
             migrations: {{\n      seed: 'node ./prisma/seed.js',\n    }},\n    datasource: {{\n      \
             url: '[your database URL]',\n    }},\n  }})\n"
        )?,
    }
    Ok(Exit::InOrder)
}

/// Runs the seed and says so; false when it failed, which is said too.
pub(super) async fn run_seed(
    ui: &mut Ui,
    folder: &Path,
    command: &str,
    variables: &EnvironmentOfChildren,
) -> Result<bool, CliError> {
    writeln!(ui.data(), "Running seed command `{command}` ...")?;
    ui.data().flush()?;
    let shell = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut child = Command::new(shell.0);
    child
        .args([shell.1, command])
        .current_dir(folder)
        .env("PATH", path_with_packages(folder))
        .envs(&variables.0)
        .stdin(Stdio::inherit())
        .kill_on_drop(true);
    let told = match child.status().await {
        Ok(status) if status.success() => return Ok(true),
        Ok(status) => match status.code() {
            Some(code) => format!("Command failed with exit code {code}: {command}"),
            None => format!("Command was killed: {command}"),
        },
        Err(error) => format!("Command could not be started: {error}"),
    };
    writeln!(ui.status(), "\nAn error occurred while running the seed command:\nError: {told}")?;
    Ok(false)
}

/// The search path with the programs of the packages first, as `npx` makes it.
pub(super) fn path_with_packages(folder: &Path) -> std::ffi::OsString {
    let packages = folder.ancestors().map(|folder| folder.join("node_modules").join(".bin"));
    let mut path: Vec<PathBuf> = packages.filter(|bin| bin.is_dir()).collect();
    path.extend(settings::search_path());
    // A folder with the separator in its name cannot be in a search path.
    std::env::join_paths(path).unwrap_or_default()
}

/// A word for the shell.
fn quoted(word: &str) -> String {
    if cfg!(windows) {
        return format!("\"{}\"", word.replace('"', "\"\""));
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
