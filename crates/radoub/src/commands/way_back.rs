//! The run of a way back: nobody else at work on its services, its journal, and going on with one that was killed.
//! `restore` and `rollback` share it, and `resume` comes here for theirs.

use std::time::Duration;

use radoub_engine::account::Account;
use radoub_engine::event::EventKind;
use radoub_engine::failure::{Failure, FailureCode};
use radoub_engine::fleet::{Fleet, ServiceName};
use radoub_engine::history::Chapter;
use radoub_engine::journal::{AtWork, ClaimError, RunId};
use radoub_engine::plan::{SavedDeed, SavedPlan};
use radoub_engine::report::{Outcome, Report};
use radoub_engine::restore::{Prospect, consider};
use radoub_engine::rollback::rest;
use radoub_engine::run::Urgency;
use radoub_schema::migration::MigrationName;

use super::apply::{begin, taken};
use super::backup::{holdings, refused};
use super::restore::{How, bring_back, show};
use super::rollback::{Descending, agree_to_down, take_back};
use super::running::journal_error;
use super::{App, agreed};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// Begins the run of a way back, or says who else is at work.
pub(super) async fn open(
    ui: &Ui,
    app: &App,
    fleet: &Fleet,
    command: &str,
    plan: &SavedPlan,
    services: impl IntoIterator<Item = ServiceName>,
) -> Result<Result<Account, Box<AtWork>>, CliError> {
    let by = app.who();
    let claim = match app.journals(fleet).claim(services, &by).await {
        Ok(claim) => claim,
        Err(ClaimError::Taken(other)) => return Ok(Err(other)),
        Err(ClaimError::Journal(error)) => return Err(journal_error(ui, &error)),
    };
    let journal = begin(ui, claim, command, plan, &by)?;
    let report = Report { by: Some(by), ..Report::of(plan) };
    Ok(Ok(Account::new(journal, report)))
}

/// Ends it; a journal that could not be written is said now.
pub(super) async fn close(
    ui: &Ui,
    account: Account,
    asked: Urgency,
) -> Result<Option<RunId>, CliError> {
    let (report, trouble) = account.end(asked).await;
    match trouble {
        Some(error) => Err(journal_error(ui, &error)),
        None => Ok(report.run),
    }
}

/// What `restore` and the rungs of backups are going to do.
pub(super) fn plan_of(fleet: &Fleet, prospects: &[Prospect]) -> SavedPlan {
    let deeds = prospects.iter().map(|it| {
        let backup = it.kept.manifest.id.clone();
        (it.service.clone(), vec![SavedDeed::Restore { backup }])
    });
    SavedPlan::of_way_back(&fleet.project, deeds)
}

/// The services that restoring these concerns.
pub(super) fn services_of(prospects: &[Prospect]) -> Vec<ServiceName> {
    let all = prospects.iter().flat_map(|it| std::iter::once(&it.service).chain(&it.also));
    all.cloned().collect()
}

/// Goes on with the run of a way back that did not come to its end. What would be lost is shown again, and asked
/// for again: rows may have been written since.
pub(super) async fn resume(
    ui: &mut Ui,
    app: &App,
    fleet: &Fleet,
    chapter: &Chapter,
    how: &How,
    agreement: Agreement,
) -> Result<Exit, CliError> {
    let run = chapter.story.run.clone();
    let command = chapter.story.opening().map_or("rollback", |it| it.command).to_owned();
    let mut report = chapter.report();
    let open = report.lines.iter().filter(|it| it.outcome != Outcome::Returned);
    let open: Vec<ServiceName> = open.map(|it| it.service.clone()).collect();
    let saved: Vec<_> = chapter
        .plan
        .services
        .iter()
        .filter(|it| open.iter().any(|name| name.as_str() == it.service))
        .collect();
    let request = how.request(app);
    let backups = holdings(ui, fleet)?;
    let (mut prospects, mut done) = (Vec::new(), Vec::new());
    for (service, backup) in saved.iter().filter_map(|it| Some((&it.service, it.restored()?))) {
        let Some(kept) = backups.iter().find(|it| it.manifest.id == backup) else {
            let values = vec![("backup", backup.to_owned())];
            let failure = Failure::new(FailureCode::BackupUnknown, values);
            return refused(ui, "resume", &failure, service);
        };
        match consider(fleet, kept, &request).await {
            Ok(prospect) if prospect.replaced.is_some() => done.push(prospect),
            Ok(prospect) => prospects.push(prospect),
            Err(failure) => return refused(ui, "resume", &failure, service),
        }
    }
    let down = saved.iter().find(|it| it.taken_back().next().is_some());
    let down = down.and_then(|saved| {
        let service = fleet.services.iter().find(|it| it.name.as_str() == saved.service)?;
        Some((service, saved.taken_back().map(MigrationName::new).collect::<Vec<_>>()))
    });
    let down = match down {
        Some((service, planned)) => match rest(service, &planned, request.look).await {
            Ok(descent) => Some((service, planned, descent)),
            Err(failure) => return refused(ui, "resume", &failure, service.name.as_str()),
        },
        None => None,
    };
    if ui.view() != View::Json {
        show(ui, &prospects)?;
    }
    if !prospects.is_empty() && !agreement.yes {
        let question = ui.tell("restore-ask", &[("count", prospects.len().into())]);
        if !agreed(ui, app, &question).await? {
            let text = ui.say("restore-not-agreed");
            ui.hint(&text)?;
            return Ok(Exit::NeedsWork);
        }
    }
    if let Some((_, _, descent)) = &down
        && !descent.steps.is_empty()
        && !agree_to_down(ui, app, descent, agreement).await?
    {
        return Ok(Exit::NeedsWork);
    }

    let by = app.who();
    let services = services_of(&prospects).into_iter().chain(open);
    let claim = match app.journals(fleet).claim_again(&run, services, &by).await {
        Ok(claim) => claim,
        Err(ClaimError::Taken(other)) => return taken(ui, "resume", &fleet.project, &other),
        Err(ClaimError::Journal(error)) => return Err(journal_error(ui, &error)),
    };
    let journal = claim.go_on(&by).map_err(|error| journal_error(ui, &error))?;
    report.resume();
    let told: Vec<MigrationName> =
        report.lines.iter().flat_map(|it| &it.undone).map(|(name, _)| name.clone()).collect();
    let mut account = Account::new(journal, Report { by: Some(by), ..report });
    // What the killed one had done without saying so.
    for prospect in done {
        let (backup, aside) = (prospect.kept.manifest.id, prospect.replaced);
        account.after(&prospect.service, [EventKind::Restored { backup, aside }, ended()]).await;
    }
    if let Some((service, planned, descent)) = down {
        let is_left = |it: &MigrationName| descent.steps.iter().any(|step| step.migration == *it);
        let gone = planned.into_iter().filter(|it| !is_left(it) && !told.contains(it));
        let gone = gone.map(|name| EventKind::Undone { name, took: Duration::ZERO });
        account.after(&service.name, gone).await;
        if descent.steps.is_empty() {
            account.after(&service.name, [ended()]).await;
        } else {
            let descending = Descending { service, steps: &descent.steps, wait: how.wait };
            return take_back(ui, app, &descending, &command, account).await;
        }
    }
    if prospects.is_empty() {
        close(ui, account, Urgency::No).await?;
        let text = ui.say("resume-all-returned");
        writeln!(ui.status(), "{text}")?;
        if ui.view() == View::Json {
            let document = super::resume::empty_document(&fleet.project, Some(&run));
            ui.json(&document)?;
        }
        return Ok(Exit::InOrder);
    }
    bring_back(ui, fleet, &prospects, &request, &command, account).await
}

fn ended() -> EventKind {
    EventKind::Ended { took: Duration::ZERO }
}

/// What was agreed to on the command line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agreement {
    /// All that is asked.
    pub(super) yes: bool,
    /// And that a `down.sql` deletes data.
    pub(super) delete_data: bool,
}
