//! `prisma migrate deploy` (Prisma facts 6.3).

use radoub_engine::dropin::Project;
use radoub_engine::event::{Event, EventKind};
use radoub_engine::fleet::Fleet;
use radoub_engine::journal::Journal;
use radoub_engine::plan::{Choice, Consent, Request, approve, plan};
use radoub_engine::state::State;

use super::{App, LOCK_PATIENCE, count, error, look, unreachable};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

pub(super) async fn deploy(ui: &mut Ui, app: &App, project: &Project) -> Result<Exit, CliError> {
    let mut observed = look(app, project).await;
    let away = unreachable(&observed).filter(|_| observed.state != State::DatabaseMissing);
    if let Some(failure) = away {
        return error(ui, project, failure);
    }
    count(ui, project, &observed)?;
    writeln!(ui.data())?;
    let fleet = Fleet::alone(project.service.clone());
    if observed.state == State::InProgress {
        // Prisma waits for the lock before it judges the rows; so does the run.
        observed.state = State::Pending;
    }
    let plan =
        plan(&fleet, &[observed], &Request { consent: Consent::as_prisma(), ..Request::default() });
    let Some(entry) = plan.entries.first() else { return Ok(Exit::InOrder) };
    match &entry.choice {
        Choice::Refuse(failure) => return error(ui, project, &failure.clone()),
        Choice::Nothing | Choice::NotApplicable => {
            writeln!(ui.data(), "\nNo pending migrations to apply.")?;
            return Ok(Exit::InOrder);
        }
        Choice::Apply(_) => {}
    }

    let settings = radoub_engine::run::RunSettings {
        look: app.look(),
        lock_patience: LOCK_PATIENCE,
        advisory_lock: app.takes_advisory_lock(),
        ..radoub_engine::run::RunSettings::default()
    };
    let (stop, stopped) = radoub_engine::run::stop();
    let (mut applied, mut failure, mut written) = (Vec::new(), None, Ok(()));
    let interrupts = async {
        while tokio::signal::ctrl_c().await.is_ok() {
            stop.raise();
        }
        std::future::pending::<()>().await;
    };
    let plan = approve(plan);
    // Prisma keeps no journal; what its CLI is replaced by leaves none beside the schema either.
    let mut journal = Journal::none();
    let told = |event: &Event| {
        let Event::Service { kind, .. } = event else { return };
        let line = match kind {
            EventKind::DatabaseCreated => {
                let (database, server) = (project.url.database(), project.url.server());
                Some(format!("PostgreSQL database {database} created at {server}\n"))
            }
            EventKind::MigrationStarted { name, .. } => {
                Some(format!("Applying migration `{name}`"))
            }
            EventKind::MigrationApplied { name, .. } => {
                applied.push(name.clone());
                None
            }
            EventKind::Failed { failure: what, .. } => {
                failure = Some(what.clone());
                None
            }
            _ => None,
        };
        if let (Some(line), true) = (line, written.is_ok()) {
            written = writeln!(ui.data(), "{line}");
        }
    };
    let running = radoub_engine::run::run(&fleet, &plan, &settings, stopped, &mut journal, told);
    tokio::select! {
        ran = running => ran.expect("no journal is written, so none can fail"),
        () = interrupts => {}
    }
    written?;
    if let Some(failure) = failure {
        return error(ui, project, &failure);
    }
    if applied.is_empty() {
        writeln!(ui.data(), "\nNo pending migrations to apply.")?;
        return Ok(Exit::InOrder);
    }
    let tree: String =
        applied.iter().map(|name| format!("  └─ {name}/\n    └─ migration.sql\n")).collect();
    let gap = if project.major < 7 { "      " } else { "" };
    writeln!(
        ui.data(),
        "\nThe following migration(s) have been applied:\n\nmigrations/\n{tree}{gap}\n\
         All migrations have been successfully applied."
    )?;
    Ok(Exit::InOrder)
}
