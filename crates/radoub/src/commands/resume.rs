//! `radoub resume`: go on with a run that did not come to its end.

use std::path::PathBuf;

use radoub_engine::doors::Doors;
use radoub_engine::fleet::{Fleet, ServiceName};
use radoub_engine::history::{Chapter, chapter};
use radoub_engine::journal::{ClaimError, Journals, RunId};
use radoub_engine::observe::Depth;
use radoub_engine::plan::{ChoiceWord, approve};
use radoub_engine::report::Report;
use radoub_engine::resume::remainder;
use radoub_engine::run::Tools;

use super::App;
use super::apply::{finish, look, services_of, taken};
use super::around::{GateArgs, Occasion, tools};
use super::check::RULE;
use super::restore::How;
use super::running::{Outset, Patience, carry_out, journal_error};
use super::show::told;
use super::way_back::{self, Agreement};
use crate::error::{CliError, Exit};
use crate::report::report_file;
use crate::ui::{Ui, View};

/// What `resume` takes.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct ResumeArgs {
    #[arg(value_name = "RUN", default_value = "last")]
    run: String,
    #[arg(long, value_name = "FILE", value_parser = report_file)]
    report: Vec<PathBuf>,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    gate: GateArgs,
    #[arg(long)]
    yes: bool,
    #[arg(long)]
    allow_delete_data: bool,
    #[arg(long)]
    disconnect: bool,
}

pub(crate) async fn resume(
    ui: &mut Ui,
    app: &mut App,
    args: &ResumeArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let journals = app.journals(&fleet);
    let run = find(ui, &journals, &args.run)?;
    let Some(run) = run else {
        journals.sweep().await.map_err(|error| journal_error(ui, &error))?;
        return nothing(ui, &fleet.project);
    };
    let chapter = chapter(&journals, &run).map_err(|error| told(ui, &error))?;
    let report = chapter.report();
    // A run that was killed behind its last deed still lacks its end.
    let is_over = chapter.story.outcome().is_some() && !report.is_resumable();
    if is_over && !chapter.is_running {
        journals.sweep().await.map_err(|error| journal_error(ui, &error))?;
        return nothing(ui, &fleet.project);
    }
    if chapter.plan.is_way_back() {
        let how = How { disconnect: args.disconnect, wait: args.patience.wait };
        let agreement = Agreement { yes: args.yes, delete_data: args.allow_delete_data };
        return way_back::resume(ui, app, &fleet, &chapter, &how, agreement).await;
    }
    let fleet = of_run(fleet, &chapter);
    let planned = chapter.plan.services.iter().filter(|it| it.choice == ChoiceWord::Apply);
    let services: Vec<ServiceName> =
        planned.map(|it| ServiceName::new(it.service.as_str())).collect();
    let claim = match journals.claim_again(&run, services, &app.who()).await {
        Ok(claim) => claim,
        Err(ClaimError::Taken(other)) => return taken(ui, "resume", &fleet.project, &other),
        Err(ClaimError::Journal(error)) => return Err(journal_error(ui, &error)),
    };
    let doors = Doors::default();
    let observed = look(ui, app, &fleet, Depth::Survey, Some(&doors)).await;
    let plan = remainder(&fleet, &observed, &chapter.plan, &report);
    if ui.view() == View::Plain {
        let heading = ui.tell("resume-heading", &[("run", run.as_str().into())]);
        writeln!(ui.data(), "{RULE}\n{heading}\n{RULE}\n")?;
    }
    let looked = Some(chapter.plan.made_at);
    let occasion =
        Occasion { run: &run, looked, counted: chapter.story.counted(), without_containers: false };
    let tools = tools(ui, app, &fleet, &chapter.plan, &observed, occasion, &args.gate).await?;
    let tools = Tools { doors, ..tools };
    let by = app.who();
    let journal = claim.go_on(&by).map_err(|error| journal_error(ui, &error))?;
    let settings = args.patience.settings(app, chapter.plan.request.max_failures);
    let report = anew(report, &plan);
    let is_done = report.lines.iter().all(|line| line.failure.is_none());
    if is_done && services_of(&plan).is_empty() {
        let text = ui.say("resume-all-applied");
        writeln!(ui.status(), "{text}")?;
    }
    let report = Report { by: Some(by), ..report };
    let outset = Outset {
        fleet: &fleet,
        plan: &approve(plan),
        settings: &settings,
        tools: &tools,
        readers: &fleet.notify,
        environment: app.environment(),
    };
    let ran = carry_out(ui, &outset, journal, report).await?;
    finish(ui, "resume", &ran, &chapter.plan, &args.report)
}

/// The report so far, with what the databases say now: a service whose planned migrations are all
/// applied is done, whatever the journal had heard of it.
fn anew(mut report: Report, left: &radoub_engine::plan::Plan) -> Report {
    report.resume();
    for line in &mut report.lines {
        let entry = left.entries.iter().find(|entry| entry.service == line.service);
        line.settle(entry.map(|entry| &entry.choice));
    }
    report
}

/// The run that is meant.
fn find(ui: &Ui, journals: &Journals, text: &str) -> Result<Option<RunId>, CliError> {
    let found = journals.find(text).map_err(|error| journal_error(ui, &error))?;
    if found.is_none() && text != "last" {
        return Err(super::show::unknown(ui, text));
    }
    Ok(found)
}

/// The services of the run, as the fleet has them now.
fn of_run(mut fleet: Fleet, chapter: &Chapter) -> Fleet {
    let is_in = |name: &ServiceName| {
        chapter.plan.services.iter().any(|saved| saved.service == name.as_str())
    };
    fleet.services.retain(|service| is_in(&service.name));
    fleet
}

/// Says that there is nothing to go on with.
fn nothing(ui: &mut Ui, project: &str) -> Result<Exit, CliError> {
    match ui.view() {
        View::Json => {
            let document = empty_document(project, None);
            ui.json(&document)?;
        }
        View::Plain | View::Terminal => {
            let text = ui.say("resume-nothing");
            writeln!(ui.data(), "{text}")?;
        }
    }
    Ok(Exit::InOrder)
}

/// The JSON twin of a resume that found nothing to do.
pub(super) fn empty_document(project: &str, run: Option<&RunId>) -> serde_json::Value {
    serde_json::json!({
        "version": 1,
        "command": "resume",
        "project": project,
        "run": run.map(RunId::as_str),
        "exitCode": Exit::InOrder as u8,
        "services": [],
    })
}
