//! `radoub adopt`: the database is right; write the history that it lacks, and touch no row.

use radoub_engine::repair::follow::follow;
use radoub_engine::repair::{Verb, adopt as decide};

use super::App;
use super::repair::{RepairArgs, SideArgs, repair};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// What `adopt` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct AdoptArgs {
    #[arg(value_name = "SERVICE", required_unless_present = "all")]
    services: Vec<String>,
    #[arg(long, conflicts_with = "services")]
    all: bool,
    #[command(flatten)]
    side: SideArgs,
    #[command(flatten)]
    repair: RepairArgs,
}

pub(crate) async fn adopt(ui: &mut Ui, app: &mut App, args: &AdoptArgs) -> Result<Exit, CliError> {
    let whole = app.fleet(ui)?;
    let fleet = App::narrow(ui, whole.clone(), &args.services)?;
    let look = app.look();
    let consent = args.repair.consent(Some(&args.side));
    repair(ui, app, Verb::Adopt, &whole, &fleet, &args.repair, async |_, managed, drift, now| {
        let mut plan = decide::plan(managed, drift, &consent, now)?;
        follow(managed, &whole.root, look, &mut plan).await?;
        Ok(plan)
    })
    .await
}
