//! `radoub baseline`: one migration that makes the whole database, in the place of any history.

use radoub_engine::repair::follow::follow;
use radoub_engine::repair::{Verb, baseline as decide};

use super::App;
use super::repair::{RepairArgs, SideArgs, repair};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// What `baseline` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct BaselineArgs {
    #[arg(value_name = "SERVICE", required = true)]
    services: Vec<String>,
    #[command(flatten)]
    side: SideArgs,
    #[command(flatten)]
    repair: RepairArgs,
}

pub(crate) async fn baseline(
    ui: &mut Ui,
    app: &mut App,
    args: &BaselineArgs,
) -> Result<Exit, CliError> {
    let whole = app.fleet(ui)?;
    let fleet = App::narrow(ui, whole.clone(), &args.services)?;
    let look = app.look();
    let consent = args.repair.consent(Some(&args.side));
    repair(ui, app, Verb::Baseline, &whole, &fleet, &args.repair, async |_, managed, drift, now| {
        let mut plan = decide::plan(managed, drift, &consent, now)?;
        follow(managed, &whole.root, look, &mut plan).await?;
        Ok(plan)
    })
    .await
}
