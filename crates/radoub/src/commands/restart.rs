//! `radoub restart`: services restarted one after another, each looked at before the next.

use radoub_engine::errand::Errand;
use radoub_engine::gate::{Gate, GateSettings, Verdict, gate};
use radoub_engine::restart::{Restarted, restart as again};
use radoub_engine::runtime::{Patience, Runtime, RuntimeError};
use serde_json::json;

use super::containers::runtime_error;
use super::verify::{finding, finding_document};
use super::{App, duration};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `restart` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct RestartArgs {
    #[arg(value_name = "SERVICE", required = true)]
    services: Vec<String>,
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    wait: Seconds,
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    quiet: Option<Seconds>,
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
    let default = GateSettings::default();
    let settings = GateSettings {
        look: app.look(),
        patience: args.wait.0,
        quiet: args.quiet.map_or(default.quiet, |it| it.0),
        ..default
    };
    let patience = Patience { command: args.wait.0, ..Patience::default() };
    let mut done: Vec<(Restarted, Gate)> = Vec::new();
    let mut worst = Verdict::Pass;
    for service in &fleet.services {
        let engine: Result<_, &RuntimeError> = Ok(engine.as_ref());
        let runtime = Runtime::of(service, engine).ok().flatten();
        let restarted = match &runtime {
            Some(runtime) => again(runtime, &patience).await,
            None => Err(RuntimeError::NoContainer(service.name.to_string())),
        };
        let restarted = restarted.map_err(|error| runtime_error(ui, &error))?;
        let looked = gate(service, Ok(runtime), &fleet.root, &settings).await;
        worst = worst.max(looked.verdict);
        if ui.view() != View::Json {
            show(ui, &restarted, &looked)?;
        }
        let failed = looked.verdict == Verdict::Fail;
        done.push((restarted, looked));
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
            .map(|(restarted, looked)| {
                let findings: Vec<_> =
                    looked.findings.iter().map(|it| finding_document(ui, it)).collect();
                json!({
                    "service": restarted.service.as_str(),
                    "containers": restarted.containers,
                    "milliseconds": u64::try_from(restarted.took.as_millis()).unwrap_or(u64::MAX),
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

fn show(ui: &mut Ui, restarted: &Restarted, looked: &Gate) -> Result<(), CliError> {
    let mark = ui.say(&format!("verify-mark-{}", looked.verdict.as_str()));
    let took = duration(ui, restarted.took);
    let values = [("service", restarted.service.as_str().into()), ("took", took.into())];
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
