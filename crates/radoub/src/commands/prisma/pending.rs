//! Applying what is pending, for `migrate deploy`, `dev` and `reset`: with Prisma's words while it
//! runs. What is said before and after belongs to each of them.

use radoub_engine::dropin::Project;
use radoub_engine::event::{Event, EventKind};
use radoub_engine::fleet::Fleet;
use radoub_engine::journal::Journal;
use radoub_engine::observe::Observed;
use radoub_engine::plan::{Choice, Consent, Request, approve, plan};
use radoub_engine::run::Tools;
use radoub_engine::state::State;
use radoub_schema::migration::MigrationName;

use super::super::running::interrupts;
use super::{App, LOCK_PATIENCE, created, error, look, unreachable};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// What came of it.
pub(super) enum Applied {
    /// These were applied, in order; perhaps none.
    Names(Vec<MigrationName>),
    /// It could not be done, which is said already.
    Ended(Exit),
}

/// Looks at the database and applies what is pending.
pub(super) async fn apply_pending(
    ui: &mut Ui,
    app: &App,
    project: &Project,
) -> Result<Applied, CliError> {
    let observed = look(app, project).await;
    apply_observed(ui, app, project, observed).await
}

/// The same, for who has looked already.
pub(super) async fn apply_observed(
    ui: &mut Ui,
    app: &App,
    project: &Project,
    mut observed: Observed,
) -> Result<Applied, CliError> {
    let away = unreachable(&observed).filter(|_| observed.state != State::DatabaseMissing);
    if let Some(failure) = away {
        return Ok(Applied::Ended(error(ui, &project.url, failure)?));
    }
    let fleet = Fleet::alone(project.service.clone());
    if observed.state == State::InProgress {
        // Prisma waits for the lock before it judges the rows; so does the run.
        observed.state = State::Pending;
    }
    let request = Request { consent: Consent::as_prisma(), ..Request::default() };
    let plan = plan(&fleet, &[observed], &request);
    match plan.entries.first().map(|entry| &entry.choice) {
        Some(Choice::Refuse(failure)) => {
            return Ok(Applied::Ended(error(ui, &project.url, &failure.clone())?));
        }
        Some(Choice::Nothing | Choice::NotApplicable) | None => {
            return Ok(Applied::Names(Vec::new()));
        }
        Some(Choice::Apply(_)) => {}
    }
    let settings = radoub_engine::run::RunSettings {
        look: app.look(),
        lock_patience: LOCK_PATIENCE,
        advisory_lock: app.takes_advisory_lock(),
        ..radoub_engine::run::RunSettings::default()
    };
    let (stop, stopped) = radoub_engine::run::stop();
    let (mut applied, mut failure, mut written) = (Vec::new(), None, Ok(()));
    // Prisma keeps no journal; what its CLI is replaced by leaves none beside the schema either.
    let (plan, mut journal) = (approve(plan), Journal::none());
    let tell = |event: &Event| {
        let Event::Service { kind, .. } = event else { return };
        let told = match kind {
            EventKind::DatabaseCreated => created(ui, project),
            EventKind::MigrationStarted { name, .. } => {
                writeln!(ui.data(), "Applying migration `{name}`").map_err(CliError::from)
            }
            EventKind::MigrationApplied { name, .. } => {
                applied.push(name.clone());
                Ok(())
            }
            EventKind::Failed { failure: what, .. } => {
                failure = Some(what.clone());
                Ok(())
            }
            _ => Ok(()),
        };
        if written.is_ok() {
            written = told;
        }
    };
    let tools = Tools::default();
    let running =
        radoub_engine::run::run(&fleet, &plan, &settings, &tools, stopped, &mut journal, tell);
    tokio::select! {
        ran = running => ran.expect("no journal is written, so none can fail"),
        never = interrupts(&stop) => match never {},
    }
    written?;
    match failure {
        Some(failure) => Ok(Applied::Ended(error(ui, &project.url, &failure)?)),
        None => Ok(Applied::Names(applied)),
    }
}

/// The folders of these migrations below `folder`, as Prisma draws them.
pub(super) fn tree(folder: &str, names: &[MigrationName]) -> String {
    let branches: Vec<String> =
        names.iter().map(|name| format!("  └─ {name}/\n    └─ migration.sql")).collect();
    format!("{folder}/\n{}", branches.join("\n"))
}
