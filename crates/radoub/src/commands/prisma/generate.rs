//! The generators of a project: not ours to be, so the project's own CLI runs them where it is
//! installed, and what is to be run is said where it is not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use radoub_engine::dropin::Project;
use tokio::process::Command;

use super::seed::path_with_packages;
use crate::error::CliError;
use crate::ui::Ui;

/// Runs the generators as 5 and 6 do after a change; 7 leaves them to whoever calls.
///
/// A generator that fails is said and changes nothing about what was done before.
pub(super) async fn generate(
    ui: &mut Ui,
    folder: &Path,
    environment: &BTreeMap<String, String>,
    project: &Project,
    skip: bool,
) -> Result<(), CliError> {
    let told = environment.get("PRISMA_MIGRATE_SKIP_GENERATE");
    let told = told.is_some_and(|value| !value.is_empty());
    if skip || told || project.major >= 7 || !project.has_generators {
        return Ok(());
    }
    let Some(cli) = installed(folder) else {
        writeln!(
            ui.status(),
            "\nPrisma Client was not generated: there is no node_modules/.bin/prisma here. Run: \
             npx prisma generate"
        )?;
        return Ok(());
    };
    writeln!(ui.data(), "\nRunning generate... (Use --skip-generate to skip the generators)")?;
    ui.data().flush()?;
    let schema = project.schema_shown.as_str();
    let status = Command::new(cli)
        .args(["generate", "--schema", schema])
        .current_dir(folder)
        .env("PATH", path_with_packages(folder))
        .envs(&project.variables.0)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await;
    let problem = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    writeln!(
        ui.status(),
        "\nPrisma Client was not generated ({problem}). Run: npx prisma generate"
    )?;
    Ok(())
}

/// The CLI of the packages of this folder or one above; not this program under its name.
fn installed(folder: &Path) -> Option<PathBuf> {
    let name = if cfg!(windows) { "prisma.cmd" } else { "prisma" };
    let own = std::env::current_exe().and_then(std::fs::canonicalize).ok();
    let packages = folder.ancestors().map(|folder| folder.join("node_modules/.bin").join(name));
    packages.into_iter().find(|cli| match std::fs::canonicalize(cli) {
        Ok(real) => own.as_ref() != Some(&real),
        Err(_) => false,
    })
}
