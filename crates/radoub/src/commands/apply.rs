//! `radoub apply`: apply what is pending, everywhere, and say what came of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use radoub_engine::doors::Doors;
use radoub_engine::fleet::{Fleet, ServiceName};
use radoub_engine::history::experience;
use radoub_engine::journal::{AtWork, Begin, Claim, ClaimError, Journals};
use radoub_engine::observe::{Depth, Look, Observed, observe, observe_through};
use radoub_engine::plan::{Choice, Plan, Request, SavedPlan, approve, plan};
use radoub_engine::report::Report;
use radoub_engine::run::Tools;

use super::App;
use super::around::{AroundArgs, GateArgs, Occasion, tools};
use super::check::{RULE, headline};
use super::plan::{read_plan, refuse_moved, refuse_other_work};
use super::running::{Outset, Patience, Ran, carry_out, journal_error, tell_undelivered};
use super::wanted::Wanted;
use crate::error::{CliError, Exit};
use crate::report::{document, report_file, tell, write};
use crate::ui::live::Live;
use crate::ui::{Ui, View};

/// What `apply` takes.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    wanted: Wanted,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["only", "except", "until", "create_database", "max_failures"]
    )]
    plan: Option<PathBuf>,
    #[arg(long, value_name = "FILE", value_parser = report_file)]
    report: Vec<PathBuf>,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    gate: GateArgs,
}

impl ApplyArgs {
    /// What brings services up to date whose databases are not there yet.
    pub(crate) fn creating(services: Vec<String>) -> Self {
        let wanted = Wanted { only: services, create_database: true, ..Wanted::default() };
        Self { wanted, ..Self::default() }
    }

    /// What is usual, without a backup before it.
    pub(crate) fn without_backup() -> Self {
        let wanted = Wanted { around: AroundArgs::without_backup(), ..Wanted::default() };
        Self { wanted, ..Self::default() }
    }
}

/// How often to look whether somebody else is done.
const PAUSE: Duration = Duration::from_millis(200);

pub(crate) async fn apply(ui: &mut Ui, app: &mut App, args: &ApplyArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let journals = app.journals(&fleet);
    let bound = match &args.plan {
        Some(path) => Some(read_plan(ui, path)?),
        None => None,
    };
    let (fleet, request) = if let Some(saved) = &bound {
        let fleet = of_plan(ui, fleet, saved, &args.wanted)?;
        let mut request = saved.request();
        request.consent.hazards.extend(args.wanted.allow.iter().copied());
        (fleet, request)
    } else {
        let fleet = args.wanted.narrow(ui, fleet)?;
        let request = args.wanted.request(&fleet);
        (fleet, request)
    };
    let around = args.wanted.around.look(ui, app, &fleet).await?;
    let request = Request { experience: experience(&journals), around, ..request };

    let begun = Instant::now();
    let (claim, plan, saved, observed, doors) = loop {
        let depth = if bound.is_some() { Depth::Outline } else { Depth::Survey };
        let doors = Doors::default();
        let observed = look(ui, app, &fleet, depth, Some(&doors)).await;
        args.wanted.check_until(ui, observed.iter().map(|it| &it.on_disk))?;
        if let Some(bound) = &bound
            && let Some(exit) = refuse_moved(ui, bound, &observed)?
        {
            return Ok(exit);
        }
        let plan = plan(&fleet, &observed, &request);
        let saved = SavedPlan::of(&plan, &request, &fleet.project, &observed);
        if let Some(bound) = &bound
            && let Some(exit) = refuse_other_work(ui, bound, &saved, &observed)?
        {
            return Ok(exit);
        }
        if !has_work(&plan) {
            break (None, plan, saved, observed, doors);
        }
        match journals.claim(services_of(&plan), &app.who()).await {
            Ok(claim) => break (Some(claim), plan, saved, observed, doors),
            Err(ClaimError::Journal(error)) => return Err(journal_error(ui, &error)),
            Err(ClaimError::Taken(other)) => {
                if begun.elapsed() >= args.patience.wait.0 {
                    return taken(ui, "apply", &fleet.project, &other);
                }
                let text = ui.tell("apply-taken-waiting", &taken_values(&other));
                writeln!(ui.status(), "{text}")?;
                wait_for(&journals, &other, args.patience.wait.0.saturating_sub(begun.elapsed()))
                    .await;
                // What the other one did is seen by looking again.
            }
        }
    };

    if ui.view() == View::Plain {
        let heading = ui.say("apply-heading");
        writeln!(ui.data(), "{RULE}\n{heading}\n{RULE}\n")?;
    }
    let report = Report::of(&saved);
    let ran = match claim {
        None => Ran { report, undelivered: Vec::new(), trouble: None },
        Some(claim) => {
            let settings = args.patience.settings(app, request.max_failures);
            let looked = bound.as_ref().map(|it| it.made_at);
            let occasion = Occasion {
                run: claim.run(),
                looked,
                counted: BTreeMap::new(),
                without_containers: args.wanted.around.no_restart(),
            };
            let tools = tools(ui, app, &fleet, &saved, &observed, occasion, &args.gate).await?;
            let tools = Tools { doors, ..tools };
            let by = app.who();
            let journal = begin(ui, claim, "apply", &saved, &by)?;
            let report = Report { by: Some(by), ..report };
            let outset = Outset {
                fleet: &fleet,
                plan: &approve(plan),
                settings: &settings,
                tools: &tools,
                readers: &fleet.notify,
                environment: app.environment(),
            };
            carry_out(ui, &outset, journal, report).await?
        }
    };
    finish(ui, "apply", &ran, &saved, &args.report)
}

/// Tells the report in the view of the user and in the files that were asked for.
pub(crate) fn finish(
    ui: &mut Ui,
    command: &str,
    ran: &Ran,
    saved: &SavedPlan,
    files: &[PathBuf],
) -> Result<Exit, CliError> {
    match ui.view() {
        View::Json => {
            let document = document(ui, command, &ran.report);
            ui.json(&document)?;
        }
        View::Plain | View::Terminal => tell(ui, &ran.report)?,
    }
    for file in files {
        write(ui, command, &ran.report, saved, file)?;
    }
    tell_undelivered(ui, &ran.undelivered)?;
    match &ran.trouble {
        Some(error) => Err(journal_error(ui, error)),
        None => Ok(ran.exit()),
    }
}

/// Carries a plan out at once, with a journal of its own: for commands that apply besides.
pub(crate) async fn carry(
    ui: &mut Ui,
    app: &App,
    fleet: &Fleet,
    plan: Plan,
    saved: &SavedPlan,
    command: &str,
    patience: &Patience,
) -> Result<Ran, CliError> {
    let report = Report::of(saved);
    if !has_work(&plan) {
        return Ok(Ran { report, undelivered: Vec::new(), trouble: None });
    }
    let by = app.who();
    let claim = match app.journals(fleet).claim(services_of(&plan), &by).await {
        Ok(claim) => claim,
        Err(ClaimError::Journal(error)) => return Err(journal_error(ui, &error)),
        Err(ClaimError::Taken(other)) => {
            return Err(CliError::Told {
                heading: ui.tell("apply-taken", &taken_values(&other)),
                causes: Vec::new(),
                remedy: Some(ui.say("apply-taken-remedy")),
            });
        }
    };
    let settings = patience.settings(app, None);
    let journal = begin(ui, claim, command, saved, &by)?;
    let report = Report { by: Some(by), ..report };
    let outset = Outset {
        fleet,
        plan: &approve(plan),
        settings: &settings,
        tools: &Tools::default(),
        // What is tried out while developing is nobody else's news.
        readers: &[],
        environment: app.environment(),
    };
    carry_out(ui, &outset, journal, report).await
}

/// Begins a run.
pub(crate) fn begin(
    ui: &Ui,
    claim: Claim,
    command: &str,
    saved: &SavedPlan,
    by: &radoub_engine::journal::fact::Who,
) -> Result<radoub_engine::journal::Journal, CliError> {
    let plan = saved.to_bytes();
    let begin = Begin { command, project: &saved.project, by, plan: &plan };
    claim.begin(&begin).map_err(|error| journal_error(ui, &error))
}

/// Looks at every service, with progress; leaves `doors` open for a run right behind it.
pub(crate) async fn look(
    ui: &Ui,
    app: &App,
    fleet: &Fleet,
    depth: Depth,
    doors: Option<&Doors>,
) -> Vec<Observed> {
    let names: Vec<String> = fleet.services.iter().map(|it| it.name.to_string()).collect();
    let live = Live::new(&names, ui.may_draw());
    let look = Look { depth, ..app.look() };
    let seen = |index, one: &Observed| live.done(index, headline(ui.words(), one));
    match doors {
        Some(doors) => observe_through(fleet, &look, doors, seen).await,
        None => observe(fleet, &look, seen).await,
    }
}

fn has_work(plan: &Plan) -> bool {
    plan.entries.iter().any(|entry| matches!(entry.choice, Choice::Apply(_)))
}

/// The services that a run of this plan works on.
pub(crate) fn services_of(plan: &Plan) -> Vec<ServiceName> {
    let work = plan.entries.iter().filter(|entry| matches!(entry.choice, Choice::Apply(_)));
    work.map(|entry| entry.service.clone()).collect()
}

/// The services of a saved plan, or those of it that were named.
fn of_plan(ui: &Ui, fleet: Fleet, saved: &SavedPlan, wanted: &Wanted) -> Result<Fleet, CliError> {
    let mut fleet = App::narrow(ui, fleet, &wanted.services)?;
    if wanted.services.is_empty() {
        fleet.services.retain(|it| saved.services.iter().any(|s| s.service == it.name.as_str()));
    }
    Ok(fleet)
}

/// Waits until somebody else has come to an end, at most so long.
async fn wait_for(journals: &Journals, other: &AtWork, patience: Duration) {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline && journals.at_work(&other.services).is_some() {
        tokio::time::sleep(PAUSE).await;
    }
}

fn taken_values(other: &AtWork) -> Vec<(&'static str, crate::ui::words::Value<'static>)> {
    let services: Vec<&str> = other.services.iter().map(String::as_str).take(5).collect();
    let known = |text: &str| if text.is_empty() { "?".to_owned() } else { text.to_owned() };
    vec![
        ("user", known(&other.by.user).into()),
        ("host", known(&other.by.host).into()),
        ("pid", other.by.pid.to_string().into()),
        ("since", super::moment(other.since.into()).into()),
        ("services", services.join(", ").into()),
        ("run", other.run.clone().into()),
    ]
}

/// Says who else is at work; nothing was begun.
pub(crate) fn taken(
    ui: &mut Ui,
    command: &str,
    project: &str,
    other: &AtWork,
) -> Result<Exit, CliError> {
    if ui.view() == View::Json {
        let document: Json = json!({
            "version": 1,
            "command": command,
            "project": project,
            "exitCode": Exit::NeedsWork as u8,
            "atWork": {
                "run": other.run,
                "user": other.by.user,
                "host": other.by.host,
                "pid": other.by.pid,
                "since": super::instant(other.since.into()),
                "services": other.services,
            },
            "services": [],
        });
        ui.json(&document)?;
        return Ok(Exit::NeedsWork);
    }
    let heading = ui.tell("apply-taken", &taken_values(other));
    ui.error(&heading, &[])?;
    let remedy = ui.say("apply-taken-remedy");
    ui.hint(&remedy)?;
    Ok(Exit::NeedsWork)
}
