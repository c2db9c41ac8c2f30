//! `radoub squash`: the first migrations of a service become one, which ends in the same catalog.

use radoub_engine::repair::{Verb, squash as decide};
use radoub_schema::migration::MigrationName;

use super::App;
use super::repair::{RepairArgs, repair};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// What `squash` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct SquashArgs {
    #[arg(value_name = "SERVICE")]
    service: String,
    #[arg(long, value_name = "MIGRATION")]
    until: String,
    #[command(flatten)]
    repair: RepairArgs,
}

pub(crate) async fn squash(
    ui: &mut Ui,
    app: &mut App,
    args: &SquashArgs,
) -> Result<Exit, CliError> {
    let whole = app.fleet(ui)?;
    let fleet = App::narrow(ui, whole.clone(), std::slice::from_ref(&args.service))?;
    let consent = args.repair.consent(None);
    let until = MigrationName::new(args.until.trim_end_matches(['/', '\\']));
    repair(
        ui,
        app,
        Verb::Squash,
        &whole,
        &fleet,
        &args.repair,
        async |workshop, managed, drift, now| {
            decide::plan(workshop, managed, drift, &until, &consent, now).await
        },
    )
    .await
}
