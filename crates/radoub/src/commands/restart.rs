//! `radoub restart`: services restarted one after another, each looked at before the next.

use radoub_engine::errand::Errand;
use radoub_engine::failure::{Failure, FailureCode};
use radoub_engine::fleet::discover::Inventory;
use radoub_engine::fleet::{Fleet, Service};
use radoub_engine::gate::{Gate, GateSettings, Verdict, gate};
use radoub_engine::hazard::Hazard;
use radoub_engine::plan::start_refusal;
use radoub_engine::rebuild::{Due, due};
use radoub_engine::restart::{Restarted, renew, restart as again};
use radoub_engine::runtime::{Compose, Patience, Runtime, RuntimeError};
use serde_json::json;

use super::around::{RebuildArgs, tell_unread};
use super::check::{failure_document, failure_lines, failure_remedy};
use super::containers::{runtime_error, told};
use super::finding::{finding, finding_document};
use super::wanted::hazard;
use super::{App, duration};
use crate::cli::{Seconds, seconds, seconds_or_none};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `restart` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct RestartArgs {
    #[arg(value_name = "SERVICE", required = true)]
    services: Vec<String>,
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    wait: Option<Seconds>,
    #[arg(long, value_name = "SECONDS", value_parser = seconds_or_none)]
    quiet: Option<Seconds>,
    #[arg(long, value_name = "HAZARD", value_parser = hazard)]
    allow: Vec<Hazard>,
    #[command(flatten)]
    rebuild: RebuildArgs,
}

pub(crate) async fn restart(
    ui: &mut Ui,
    app: &mut App,
    args: &RestartArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let whole = fleet.clone();
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let engine = app.engine_for(ui, &whole, &fleet.services, Errand::Restart).await?;
    let inventory = app.inventory(ui)?;
    let refused = refused(ui, &inventory, &fleet, &args.allow)?;
    if !refused.is_empty() {
        return tell_refused(ui, &refused);
    }
    let settings = GateSettings {
        look: app.look(),
        patience: args.wait.map_or(fleet.waits.patience, |it| it.0),
        quiet: args.quiet.map_or(fleet.waits.quiet, |it| it.0),
        ..GateSettings::default()
    };
    let patience = Patience { command: settings.patience, ..Patience::default() };
    let mut done: Vec<(Restarted, Gate, bool)> = Vec::new();
    let mut worst = Verdict::Pass;
    for service in &fleet.services {
        let engine: Result<_, &RuntimeError> = Ok(engine.as_ref());
        let runtime = Runtime::of(service, engine).ok().flatten();
        let Some(runtime) = runtime else {
            return Err(runtime_error(ui, &RuntimeError::NoContainer(service.name.to_string())));
        };
        let compose = match runtime {
            Runtime::Docker(engine, _) => {
                let due = due(&inventory, service, engine, args.rebuild.of(service)).await;
                let due = due.map_err(|error| runtime_error(ui, &error))?;
                build(ui, app, &whole, service, due).await?
            }
            Runtime::Commands(..) => None,
        };
        let rebuilt = compose.is_some();
        let restarted = match compose {
            Some(compose) => renew(&runtime, &compose).await,
            None => again(&runtime, &patience).await.map_err(|error| error.failure()),
        };
        let restarted = restarted.map_err(|failure| told(ui, &failure))?;
        let looked = gate(service, Ok(Some(runtime)), &fleet.root, &settings).await;
        worst = worst.max(looked.verdict);
        if ui.view() != View::Json {
            show(ui, &restarted, &looked)?;
        }
        let failed = looked.verdict == Verdict::Fail;
        done.push((restarted, looked, rebuilt));
        if failed {
            // Whoever depends on it would only fail too, and the one that failed would scroll away.
            break;
        }
    }
    let exit = if worst == Verdict::Fail { Exit::NeedsWork } else { Exit::InOrder };
    let left: Vec<&str> =
        fleet.services.iter().skip(done.len()).map(|it| it.name.as_str()).collect();
    if ui.view() == View::Json {
        let services: Vec<_> = done
            .iter()
            .map(|(restarted, looked, rebuilt)| {
                let findings: Vec<_> =
                    looked.findings.iter().map(|it| finding_document(ui, it)).collect();
                json!({
                    "service": restarted.service.as_str(),
                    "containers": restarted.containers,
                    "rebuilt": rebuilt,
                    "milliseconds": u64::try_from(restarted.took.as_millis()).unwrap_or(u64::MAX),
                    "wellAfterMilliseconds": looked.well_after.map(|it| {
                        u64::try_from((restarted.took + it).as_millis()).unwrap_or(u64::MAX)
                    }),
                    "verdict": looked.verdict.as_str(),
                    "findings": findings,
                })
            })
            .collect();
        let document = json!({
            "version": 1, "command": "restart", "exitCode": exit as u8,
            "services": services, "notRestarted": left,
        });
        ui.json(&document)?;
    } else if !left.is_empty() {
        let text = ui.tell("restart-left", &[("services", left.join(", ").into())]);
        ui.hint(&text)?;
    }
    Ok(exit)
}

/// The services whose start goes past their history, without consent to that.
fn refused(
    ui: &mut Ui,
    inventory: &Inventory,
    fleet: &Fleet,
    allow: &[Hazard],
) -> Result<Vec<Failure>, CliError> {
    let mut refused = Vec::new();
    for service in &fleet.services {
        let start = inventory.start_of(service);
        for unread in start.unread_scripts() {
            tell_unread(ui, service, unread)?;
        }
        let mut agreed = allow.iter().chain(&fleet.allow).chain(&service.allow);
        if let Some(step) = start.past_history()
            && !agreed.any(|it| *it == Hazard::PushAtStart)
        {
            refused.push(start_refusal(&service.name, step, "restart"));
        }
    }
    Ok(refused)
}

/// Says why nothing was restarted.
fn tell_refused(ui: &mut Ui, refused: &[Failure]) -> Result<Exit, CliError> {
    if ui.view() == View::Json {
        let one = |failure: &Failure| {
            json!({
                "service": failure.value("service"),
                "problem": failure_document(ui, failure),
                "remedy": failure_remedy(ui, failure, failure.value("service").unwrap_or_default()),
            })
        };
        let refused: Vec<_> = refused.iter().map(one).collect();
        let document = json!({
            "version": 1, "command": "restart", "exitCode": Exit::NeedsWork as u8,
            "services": [], "notRestarted": [], "refused": refused,
        });
        ui.json(&document)?;
        return Ok(Exit::NeedsWork);
    }
    for failure in refused {
        let lines = failure_lines(ui, failure);
        ui.error(&lines.join("\n"), &[])?;
        let service = failure.value("service").unwrap_or_default();
        if let Some(remedy) = failure_remedy(ui, failure, service) {
            ui.hint(&remedy)?;
        }
    }
    Ok(Exit::NeedsWork)
}

/// Builds what is due; gives the command that brings it up, where something was built.
async fn build(
    ui: &mut Ui,
    app: &App,
    fleet: &Fleet,
    service: &Service,
    due: Option<Due>,
) -> Result<Option<Compose>, CliError> {
    let Some(due) = due else { return Ok(None) };
    let compose = app.compose(ui, fleet).await?;
    let text = format!("{}: {}", service.name, ui.say("run-building"));
    writeln!(ui.status(), "{text}")?;
    let services: Vec<&str> = due.services.iter().map(String::as_str).collect();
    let Err(error) = compose.build(&services, |_| {}).await else { return Ok(Some(compose)) };
    let values = vec![("service", service.name.to_string())];
    let failure = Failure::new(FailureCode::BuildFailed, values).because(error.failure());
    if due.is_asked {
        return Err(told(ui, &failure));
    }
    let text = failure_lines(ui, &failure).join(" ");
    ui.warning(&text)?;
    Ok(None)
}

fn show(ui: &mut Ui, restarted: &Restarted, looked: &Gate) -> Result<(), CliError> {
    let mark = ui.say(&format!("verify-mark-{}", looked.verdict.as_str()));
    let well = looked.well_after.map(|it| duration(ui, restarted.took + it));
    let values = [
        ("service", restarted.service.as_str().into()),
        ("took", duration(ui, restarted.took).into()),
        ("well", well.unwrap_or_else(|| "none".to_owned()).into()),
    ];
    let text = ui.tell("restart-done", &values);
    writeln!(ui.data(), "{mark} {text}")?;
    for found in &looked.findings {
        let mark = ui.say(&format!("verify-mark-{}", found.verdict().as_str()));
        for line in finding(ui, found) {
            writeln!(ui.data(), "  {mark} {line}")?;
        }
    }
    Ok(())
}
