//! `prisma migrate resolve` (Prisma facts 6.4).

use radoub_engine::dropin::Project;
use radoub_engine::resolve::{Mark, ResolveSettings};
use radoub_schema::migration::MigrationName;

use super::{App, LOCK_PATIENCE, ResolveArgs, error};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

pub(super) async fn resolve(
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
        Err(failure) => error(ui, &project.url, &failure),
    }
}
