//! `prisma migrate reset`: the database emptied and built anew from its history (Prisma facts 6.7).

use std::collections::BTreeMap;

use clap::Args;

use radoub_engine::dropin::find;
use radoub_engine::reset::{create_missing, reset as empty};
use radoub_engine::schema::wanted;

use super::generate::generate;
use super::pending::{Applied, apply_pending, tree};
use super::seed::seed_after_reset;
use super::{
    App, NOT_INTERACTIVE, Where, created, error, header, managed, refuse, schema_refused,
    unknown_option,
};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// What `migrate reset` takes; `-f` is understood before, the shared options have one of their
/// own. 7 has no generators and no seed to skip.
#[derive(Debug, Args)]
pub(super) struct ResetArgs {
    #[arg(long)]
    force: bool,
    #[arg(long)]
    skip_generate: bool,
    #[arg(long)]
    skip_seed: bool,
    #[command(flatten)]
    place: Where,
}

pub(super) async fn reset(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    args: &ResetArgs,
) -> Result<Exit, CliError> {
    let (schema, config) = (args.place.schema.as_deref(), args.place.prisma_config.as_deref());
    let project = match find(app.folder(), environment, schema, config) {
        Ok(project) => project,
        Err(error) => return refuse(ui, &error),
    };
    if project.major >= 7 {
        let unknown = [("--skip-generate", args.skip_generate), ("--skip-seed", args.skip_seed)];
        if let Some(refused) = unknown_option(ui, "migrate reset", &unknown)? {
            return Ok(refused);
        }
    }
    header(ui, &project)?;
    let managed = managed(&project);
    if let Err(error) = wanted(managed, app.folder(), project.major) {
        return schema_refused(ui, &error);
    }
    match create_missing(managed, app.look()).await {
        Ok(true) => created(ui, &project)?,
        Ok(false) => {}
        Err(failure) => return error(ui, &project.url, &failure),
    }
    if !args.force {
        if !ui.may_ask(environment.get("CI").map(String::as_str)) {
            let link = match project.major {
                ..=6 => {
                    "https://www.prisma.io/docs/reference/api-reference/command-reference#migrate-reset"
                }
                _ => "https://pris.ly/d/migrate-reset",
            };
            writeln!(
                ui.status(),
                "Error: {NOT_INTERACTIVE}. It is recommended to run this command in an interactive \
                 environment.\n\nUse --force to run this command without user interaction.\n\
                 See {link}"
            )?;
            return Ok(Exit::NeedsWork);
        }
        let question = "Are you sure you want to reset your database? All data will be lost.";
        if !ui.confirm(question).await? {
            writeln!(ui.data(), "\nReset cancelled.")?;
            return Ok(Exit::CANCELLED);
        }
    }
    if let Err(failure) = empty(managed, app.look()).await {
        return error(ui, &project.url, &failure);
    }
    let applied = match apply_pending(ui, app, &project).await? {
        Applied::Names(names) => names,
        Applied::Ended(exit) => return Ok(exit),
    };
    if applied.is_empty() {
        writeln!(ui.data(), "Database reset successful\n")?;
    } else {
        writeln!(
            ui.data(),
            "\nDatabase reset successful\n\nThe following migration(s) have been applied:\n\n{}",
            tree("migrations", &applied)
        )?;
    }
    generate(ui, app.folder(), environment, &project, args.skip_generate).await?;
    seed_after_reset(ui, app.folder(), environment, &project, args.skip_seed).await
}
