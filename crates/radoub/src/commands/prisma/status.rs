//! `prisma migrate status` (Prisma facts 6.2).

use radoub_engine::dropin::Project;
use radoub_schema::migration::{HistoryState, MigrationName};

use super::text::text_of;
use super::{App, count, error, look, unreachable};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

pub(super) async fn status(ui: &mut Ui, app: &App, project: &Project) -> Result<Exit, CliError> {
    let observed = look(app, project).await;
    if let Some(failure) = unreachable(&observed) {
        let text = text_of(ui, &project.url, failure);
        let code = failure.code.prisma_code().map(|code| format!("{code}: ")).unwrap_or_default();
        writeln!(ui.status(), "Error: {code}{text}\n")?;
        return Ok(Exit::NeedsWork);
    }
    count(ui, project, &observed)?;
    if let Some(failure) = &observed.problem {
        return error(ui, &project.url, failure);
    }
    let Some(history) = &observed.history else { return Ok(Exit::NeedsWork) };
    let folder = &project.migrations_shown;
    let names = |names: &[MigrationName]| -> String {
        names.iter().map(|name| format!("{name}\n")).collect()
    };
    let plural =
        |names: &[MigrationName]| if names.len() == 1 { "migration" } else { "migrations" };
    // 6.19 leaves migrations that were only ever rolled back out of this list; 7 lists them, and
    // so do we: they are what the next deploy runs.
    match history.state() {
        HistoryState::DatabaseIsBehind => {
            writeln!(
                ui.data(),
                "Following {} have not yet been applied:\n{}\n\
                 To apply migrations in development run prisma migrate dev.\n\
                 To apply migrations in production run prisma migrate deploy.",
                plural(&history.pending),
                names(&history.pending)
            )?;
            return Ok(Exit::NeedsWork);
        }
        HistoryState::Diverged => {
            let last = history.last_common.as_ref().map_or("null", MigrationName::as_str);
            write!(
                ui.status(),
                "Your local migration history and the migrations table from your database are \
                 different:\n\nThe last common migration is: {last}\n\n\
                 The {} have not yet been applied:\n{}\n\
                 The {} from the database are not found locally in {folder}:\n{}",
                plural(&history.pending),
                names(&history.pending),
                plural(&history.missing),
                names(&history.missing)
            )?;
            return Ok(Exit::NeedsWork);
        }
        HistoryState::InSync | HistoryState::MigrationsDirectoryIsBehind => {}
    }
    if !history.has_ledger && history.on_disk == 0 {
        writeln!(
            ui.status(),
            "The current database is not managed by Prisma Migrate.\n\n\
             Read more about how to baseline an existing production database:\n\
             https://pris.ly/d/migrate-baseline"
        )?;
        return Ok(Exit::NeedsWork);
    }
    if let Some(first) = history.failed.first() {
        let failed: Vec<MigrationName> =
            history.failed.iter().map(|row| row.name.clone()).collect();
        let first = &first.name;
        writeln!(
            ui.status(),
            "Following {} have failed:\n{}\n\
             During development if the failed migration(s) have not been deployed to a production \
             database you can then fix the migration(s) and run prisma migrate dev.\n\n\
             The failed migration(s) can be marked as rolled back or applied:\n      \n\
             - If you rolled back the migration(s) manually:\n\
             prisma migrate resolve --rolled-back \"{first}\"\n\n\
             - If you fixed the database manually (hotfix):\n\
             prisma migrate resolve --applied \"{first}\"\n\n\
             Read more about how to resolve migration issues in a production database:\n\
             https://pris.ly/d/migrate-resolve",
            plural(&failed),
            names(&failed)
        )?;
        return Ok(Exit::NeedsWork);
    }
    writeln!(ui.data(), "\nDatabase schema is up to date!")?;
    Ok(Exit::InOrder)
}
