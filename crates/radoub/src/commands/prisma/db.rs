//! `prisma db …`: the verbs that work on a database without a history.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};

use super::App;
use super::execute::{ExecuteArgs, execute};
use super::pull::{PullArgs, pull};
use super::push::{PushArgs, push};
use super::seed::{SeedArgs, seed};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// What `db` takes.
#[derive(Debug, Args)]
pub(super) struct DbArgs {
    #[command(subcommand)]
    verb: DbVerb,
}

#[derive(Debug, Subcommand)]
enum DbVerb {
    Execute(ExecuteArgs),
    Pull(PullArgs),
    Push(PushArgs),
    Seed(SeedArgs),
}

pub(super) async fn db(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    args: DbArgs,
) -> Result<Exit, CliError> {
    match args.verb {
        DbVerb::Execute(args) => execute(ui, app, environment, &args).await,
        DbVerb::Push(args) => push(ui, app, environment, &args).await,
        DbVerb::Pull(args) => pull(ui, app, environment, &args).await,
        DbVerb::Seed(args) => seed(ui, app, environment, &args).await,
    }
}
