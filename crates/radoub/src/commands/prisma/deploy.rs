//! `prisma migrate deploy` (Prisma facts 6.3).

use radoub_engine::dropin::Project;
use radoub_engine::state::State;

use super::pending::{Applied, apply_observed, tree};
use super::{App, count, error, look, unreachable};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

pub(super) async fn deploy(ui: &mut Ui, app: &App, project: &Project) -> Result<Exit, CliError> {
    let observed = look(app, project).await;
    let away = unreachable(&observed).filter(|_| observed.state != State::DatabaseMissing);
    if let Some(failure) = away {
        return error(ui, &project.url, failure);
    }
    count(ui, project, &observed)?;
    writeln!(ui.data())?;
    let applied = match apply_observed(ui, app, project, observed).await? {
        Applied::Names(names) => names,
        Applied::Ended(exit) => return Ok(exit),
    };
    if applied.is_empty() {
        writeln!(ui.data(), "\nNo pending migrations to apply.")?;
        return Ok(Exit::InOrder);
    }
    let gap = if project.major < 7 { "      " } else { "" };
    writeln!(
        ui.data(),
        "\nThe following migration(s) have been applied:\n\n{}\n{gap}\n\
         All migrations have been successfully applied.",
        tree("migrations", &applied)
    )?;
    Ok(Exit::InOrder)
}
