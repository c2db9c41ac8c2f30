//! `radoub new`: schema.prisma was edited; write the migration that follows it, apply it to the
//! development database, generate the client, restart the service.

use std::time::SystemTime;

use serde_json::{Value as Json, json};

use radoub_engine::develop::Losses;
use radoub_engine::drift::{Drift, Sharing, Survey};
use radoub_engine::errand::{self, Errand, ErrandError};
use radoub_engine::failure::{Failure, FailureCode};
use radoub_engine::fleet::{Fleet, Managed, Prisma, Service};
use radoub_engine::hazard::Hazard;
use radoub_engine::observe::{Depth, Look};
use radoub_engine::plan::{Consent, Request, SavedPlan, plan as plan_of};
use radoub_engine::repair::new::{self, NewPlan, Wish, plan as plan_new};
use radoub_engine::repair::proof::{Proof, prove};
use radoub_engine::report::Report;
use radoub_engine::resolve::ResolveSettings;
use radoub_engine::scratch::Workshop;

use super::apply;
use super::check::{failure_document, failure_lines};
use super::drift::{cause_document, gather};
use super::repair::{
    asked_for, draft_document, draft_lines, proof_document, proof_lines, refusal_lines,
    remark_lines, remedy, undone,
};
use super::running::{self, Patience, journal_error};
use super::scratch::{ScratchArgs, within};
use super::{App, duration};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit};
use crate::ui::{Tone, Ui, View};

/// What `new` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    #[arg(value_name = "NAME")]
    name: String,
    #[arg(short, long, value_name = "SERVICE")]
    service: Option<String>,
    #[arg(long)]
    create_only: bool,
    #[arg(long, value_name = "DATABASE", conflicts_with = "create_only")]
    reset: Option<String>,
    #[arg(long)]
    dry_run: bool,
    #[arg(short, long)]
    yes: bool,
    #[arg(long)]
    sql: bool,
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    wait: Seconds,
    #[command(flatten)]
    scratch: ScratchArgs,
}

/// What was decided, how it was tried, and what it costs the rows that are there.
type Decided = Result<(NewPlan, Option<Proof>, Option<Losses>), Failure>;

/// What came of it.
#[derive(Default)]
struct Done {
    report: Option<Report>,
    errands: Vec<(Errand, Result<std::time::Duration, ErrandError>)>,
}

pub(crate) async fn new(ui: &mut Ui, app: &mut App, args: &NewArgs) -> Result<Exit, CliError> {
    let whole = app.fleet(ui)?;
    let asked: Vec<String> = args.service.iter().cloned().collect();
    let mut fleet = App::narrow(ui, whole.clone(), &asked)?;
    fleet.services.retain(|it| matches!(it.prisma, Prisma::Managed(_)));
    let [service] = fleet.services.as_slice() else {
        return Err(CliError::Told {
            heading: ui.say("new-one-service"),
            causes: Vec::new(),
            remedy: None,
        });
    };
    let Prisma::Managed(managed) = &service.prisma else {
        unreachable!("only such services were kept")
    };

    let (drift, decided) = decided(ui, app, &whole, &fleet, managed, args).await?;
    if ui.view() != View::Json {
        show(ui, service, &drift, &decided, args)?;
    }
    let mut done = Done::default();
    let mut wrote = false;
    let mut failure = decided.as_ref().err().cloned();
    if let Ok((plan, _, losses)) = &decided
        && !plan.is_nothing()
        && !args.dry_run
        && agreed(ui, app, plan, losses.as_ref(), args).await?
    {
        wrote = true;
        failure = carry_out(ui, app, &fleet, managed, &drift, plan, args, &mut done).await?.err();
    }
    let exit = exit(&decided, wrote, failure.as_ref(), &done);
    if ui.view() == View::Json {
        let document =
            document(ui, service, &drift, &decided, failure.as_ref(), &done, wrote, exit);
        ui.json(&document)?;
    } else {
        tell(ui, app, service, &drift, &decided, failure.as_ref(), &done, wrote, args)?;
    }
    Ok(exit)
}

/// Looks at the three sides, decides, and tries the new history.
async fn decided(
    ui: &mut Ui,
    app: &App,
    whole: &Fleet,
    fleet: &Fleet,
    managed: &Managed,
    args: &NewArgs,
) -> Result<(Drift, Decided), CliError> {
    let sharing = Sharing::of(whole);
    let survey = Survey { look: app.look(), unmanaged: true, replay_unseen: false };
    let wish =
        Wish { name: args.name.clone(), create_only: args.create_only, reset: args.reset.clone() };
    let work = async |workshop: &Workshop| {
        let mut found = gather(ui, fleet, &sharing, &survey, workshop).await;
        let drift = found.pop().expect("one service gives one answer");
        let decided = decide(workshop, managed, &drift, &wish, &survey.look).await;
        (drift, decided)
    };
    within(app.workshop(fleet, args.scratch), work).await.told(ui)
}

/// The plan, tried and counted. What rows that are there make impossible is refused.
async fn decide(
    workshop: &Workshop,
    managed: &Managed,
    drift: &Drift,
    wish: &Wish,
    look: &Look,
) -> Decided {
    let mut plan = plan_new(managed, drift, wish, SystemTime::now())?;
    let proof = match plan.plan.drafts.is_empty() {
        true => None,
        false => Some(prove(workshop, managed, drift, &mut plan.plan).await?),
    };
    let losses = new::losses(managed, drift, &plan, look).await?;
    if let Some((_, text)) = losses.iter().flat_map(|it| &it.unexecutable).next() {
        let values = vec![("reason", text.clone())];
        return Err(Failure::new(FailureCode::Unexecutable, values));
    }
    Ok((plan, proof, losses))
}

/// Writing one more file is what was asked for; only what changes the database beyond that, or
/// loses something, is asked about.
async fn agreed(
    ui: &mut Ui,
    app: &App,
    plan: &NewPlan,
    counted: Option<&Losses>,
    args: &NewArgs,
) -> Result<bool, CliError> {
    let loses = match counted {
        Some(counted) => !counted.warnings.is_empty(),
        None => plan.plan.drafts.iter().any(|it| !it.losses.is_empty()),
    };
    let asks = plan.reset || (plan.applies && (loses || !plan.pending.is_empty()));
    Ok(args.yes || !asks || asked_for(ui, app).await?)
}

/// Everything that the plan says; the first thing that fails ends it, and is given back.
#[expect(clippy::too_many_arguments, reason = "one caller, and each is another thing")]
async fn carry_out(
    ui: &mut Ui,
    app: &App,
    fleet: &Fleet,
    managed: &Managed,
    drift: &Drift,
    plan: &NewPlan,
    args: &NewArgs,
    done: &mut Done,
) -> Result<Result<(), Failure>, CliError> {
    if plan.reset {
        let settings = ResolveSettings {
            look: app.look(),
            lock_patience: args.wait.0,
            advisory_lock: app.takes_advisory_lock(),
        };
        if let Err(failure) = new::reset(managed, drift, &settings).await {
            return Ok(Err(failure));
        }
    }
    if let Err(failure) = new::write(managed, &plan.plan) {
        return Ok(Err(failure));
    }
    if !plan.applies {
        return Ok(Ok(()));
    }
    let observed = apply::look(ui, app, fleet, Depth::Survey, None).await;
    // The plan of the migration was shown with what it loses, and agreed to.
    let hazards = [Hazard::DeleteData, Hazard::RewriteTable, Hazard::LongLock];
    let consent = Consent { hazards: hazards.into_iter().collect(), ..Consent::default() };
    let request = Request { consent, ..Request::default() };
    let to_do = plan_of(fleet, &observed, &request);
    let saved = SavedPlan::of(&to_do, &request, &fleet.project, &observed);
    let patience = Patience { wait: args.wait, ..Patience::default() };
    let ran = apply::carry(ui, app, fleet, to_do, &saved, "new", &patience).await?;
    if let Some(error) = &ran.trouble {
        return Err(journal_error(ui, error));
    }
    let report = ran.report;
    let applied = running::exit(&report) == Exit::InOrder;
    done.report = Some(report);
    if applied {
        for errand in Errand::BEHIND_NEW {
            let service = &fleet.services[0];
            if let Some(outcome) = errand::run(service, errand, None, |_, _| {}).await {
                let failed = outcome.is_err();
                done.errands.push((errand, outcome));
                // A service that was generated wrongly is not restarted.
                if failed {
                    break;
                }
            }
        }
    }
    Ok(Ok(()))
}

fn exit(decided: &Decided, wrote: bool, failure: Option<&Failure>, done: &Done) -> Exit {
    if let Some(failure) = failure {
        return failure.code.weight().into();
    }
    let nothing = decided.as_ref().is_ok_and(|(plan, ..)| plan.is_nothing());
    if !nothing && !wrote {
        return Exit::NeedsWork;
    }
    let applied = done.report.as_ref().map_or(Exit::InOrder, running::exit);
    let errands = done.errands.iter().any(|(_, outcome)| outcome.is_err());
    applied.max(if errands { Exit::NeedsWork } else { Exit::InOrder })
}

fn show(
    ui: &mut Ui,
    service: &Service,
    drift: &Drift,
    decided: &Decided,
    args: &NewArgs,
) -> Result<(), CliError> {
    let lines = match decided {
        Err(failure) => {
            for line in refusal_lines(ui, failure, drift) {
                writeln!(ui.status(), "{line}")?;
            }
            if let Some(remedy) = remedy(ui, failure, drift) {
                ui.hint(&remedy)?;
            }
            return Ok(());
        }
        Ok((plan, proof, losses)) => {
            plan_lines(ui, drift, plan, proof.as_ref(), losses.as_ref(), args.sql)
        }
    };
    let name = match ui.view() {
        View::Terminal => Tone::Strong.paint(&service.name),
        _ => service.name.to_string(),
    };
    writeln!(ui.data(), "{name}")?;
    for line in lines {
        writeln!(ui.data(), "  {line}")?;
    }
    Ok(())
}

fn plan_lines(
    ui: &Ui,
    drift: &Drift,
    plan: &NewPlan,
    proof: Option<&Proof>,
    losses: Option<&Losses>,
    sql: bool,
) -> Vec<String> {
    if plan.is_nothing() {
        return vec![ui.say("new-nothing")];
    }
    let mut lines = Vec::new();
    if plan.reset {
        let database = drift.observed.database.as_ref().map_or("", |it| it.name.as_str());
        lines.push(ui.tell("new-reset", &[("database", database.into())]));
    }
    if plan.applies && !plan.pending.is_empty() {
        let names: Vec<String> = plan.pending.iter().map(ToString::to_string).collect();
        lines.push(ui.tell("new-pending", &[("migrations", names.join(", ").into())]));
    }
    for draft in &plan.plan.drafts {
        // Whoever has counted need not warn of what is not there.
        let mut shown = draft.clone();
        if losses.is_some() {
            shown.losses.clear();
        }
        let mut of_draft = draft_lines(ui, &shown, sql);
        let key = if plan.applies { "new-writes" } else { "new-writes-only" };
        of_draft[0] = ui.tell(key, &[("migration", draft.name.to_string().into())]);
        lines.extend(of_draft);
    }
    let warnings = losses.iter().flat_map(|it| &it.warnings);
    lines.extend(warnings.map(|it| format!("  {} {it}", ui.say("mark-warning"))));
    for remark in &plan.plan.remarks {
        lines.extend(remark_lines(ui, remark));
    }
    lines.extend(proof.iter().flat_map(|it| proof_lines(ui, it)));
    lines
}

/// What came of it, and what is left to do.
#[expect(clippy::too_many_arguments, reason = "one caller, and each is another thing")]
fn tell(
    ui: &mut Ui,
    app: &App,
    service: &Service,
    drift: &Drift,
    decided: &Decided,
    failure: Option<&Failure>,
    done: &Done,
    wrote: bool,
    args: &NewArgs,
) -> Result<(), CliError> {
    let Ok((plan, ..)) = decided else { return Ok(()) };
    if let Some(failure) = failure {
        let lines = failure_lines(ui, failure);
        ui.error(&lines[0], &lines[1..])?;
        if let Some(remedy) = remedy(ui, failure, drift) {
            ui.hint(&remedy)?;
        }
        return Ok(());
    }
    if plan.is_nothing() {
        return Ok(());
    }
    if !wrote {
        let text = undone(ui, app, args.dry_run);
        writeln!(ui.data(), "\n{text}")?;
        return Ok(());
    }
    if let Some(report) = &done.report {
        crate::report::tell(ui, report)?;
    }
    for (errand, outcome) in &done.errands {
        let words = errand.words(service).unwrap_or_default().join(" ");
        match outcome {
            Ok(took) => {
                let values = [("command", words.into()), ("took", duration(ui, *took).into())];
                let text = ui.tell(&format!("new-{}", errand.as_str()), &values);
                writeln!(ui.data(), "{text}")?;
            }
            Err(error) => {
                let heading = ui.tell("new-errand-failed", &[("command", words.into())]);
                let causes = failure_lines(ui, &error.failure());
                ui.error(&heading, &causes)?;
            }
        }
    }
    Ok(())
}

/// The JSON twin, version 1.
#[expect(clippy::too_many_arguments, reason = "one caller, and each is another thing")]
fn document(
    ui: &Ui,
    service: &Service,
    drift: &Drift,
    decided: &Decided,
    failure: Option<&Failure>,
    done: &Done,
    wrote: bool,
    exit: Exit,
) -> Json {
    let plan = decided.as_ref().ok();
    let errands: Vec<Json> = done
        .errands
        .iter()
        .map(|(errand, outcome)| {
            json!({
                "errand": errand.as_str(),
                "command": errand.words(service),
                "milliseconds": outcome.as_ref().ok().map(|it| it.as_secs_f64() * 1000.0),
                "problem": outcome.as_ref().err().map(ToString::to_string),
                "said": match outcome {
                    Err(ErrandError::Failed { said, .. }) => Some(said),
                    _ => None,
                },
            })
        })
        .collect();
    json!({
        "version": 1,
        "command": "new",
        "service": service.name.as_str(),
        "exitCode": exit as u8,
        "drift": cause_document(ui, drift),
        "plan": plan.map(|(plan, proof, losses)| json!({
            "nothing": plan.is_nothing(),
            "reset": plan.reset,
            "pending": plan.pending.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "writes": plan.plan.drafts.iter().map(draft_document).collect::<Vec<_>>(),
            "applies": plan.applies,
            "losses": losses.as_ref().map(|it| &it.warnings),
            "proof": proof.as_ref().map(|it| proof_document(ui, it)),
        })),
        "done": wrote && failure.is_none(),
        "applied": done.report.as_ref().map(|it| crate::report::document(ui, "new", it)["services"][0].clone()),
        "errands": errands,
        "problem": failure.map(|it| failure_document(ui, it)),
        "remedy": failure.and_then(|it| remedy(ui, it, drift)),
    })
}
