//! `radoub _replay`: runs the histories of the fleet on scratch databases and tells what came of it, for
//! conformance, the bench and the experiments with `kill -9`.

use std::time::Instant;

use serde_json::{Value as Json, json};

use radoub_engine::fleet::{Managed, Prisma};
use radoub_engine::lanes;
use radoub_engine::scratch::{Replay, ReplayStop, Replayed, Workshop};
use radoub_engine::source::{SourceError, read_migrations};

use super::App;
use super::scratch::{ScratchArgs, chosen_document, chosen_lines, stop_document, stop_lines};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `_replay` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct ReplayArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[command(flatten)]
    scratch: ScratchArgs,
    #[arg(long, value_name = "N", default_value_t = 1)]
    rounds: usize,
}

/// Replays every history that was asked for, as often as asked, each round in a workshop of its own.
pub(crate) async fn replay(
    ui: &mut Ui,
    app: &mut App,
    args: &ReplayArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let mut rounds = Vec::new();
    let mut exit = Exit::InOrder;
    for _ in 0..args.rounds {
        let workshop = app.workshop(&fleet, args.scratch);
        let began = Instant::now();
        let work = async {
            let managed = |at: usize| match &fleet.services[at].prisma {
                Prisma::Managed(managed) => Some(managed.as_ref()),
                Prisma::NotApplicable(_) => None,
            };
            let one = async |at: usize| {
                Some((fleet.services[at].name.as_str(), one(&workshop, managed(at)?).await))
            };
            lanes::each(&fleet.services, app.look().lanes, |_| None, one, |_, _| {}).await
        };
        let done = tokio::select! {
            done = work => Some(done),
            _ = tokio::signal::ctrl_c() => None,
        };
        let took = began.elapsed().as_secs_f64() * 1000.0;
        let closed = workshop.close().await;
        let Some(done) = done else {
            let heading = ui.say("error-interrupted");
            return Err(CliError::Told { heading, causes: Vec::new(), remedy: None });
        };
        let mut services = Vec::new();
        for (name, outcome) in done.into_iter().flatten() {
            let outcome =
                outcome.map_err(|error| CliError::because(name.to_owned(), &error, None))?;
            if outcome.is_err() {
                exit = Exit::NeedsWork;
            }
            if ui.view() != View::Json {
                show(ui, name, &outcome)?;
            }
            services.push(json!({ "service": name, "replay": document(ui, &outcome) }));
        }
        let left = closed.err().map(|failure| super::check::failure_document(ui, &failure));
        let closing = began.elapsed().as_secs_f64() * 1000.0 - took;
        rounds.push(json!({
            "services": services, "milliseconds": took, "closingMilliseconds": closing, "left": left,
        }));
    }
    if ui.view() == View::Json {
        ui.json(&json!({ "version": 1, "rounds": rounds }))?;
    }
    Ok(exit)
}

/// How many migrations a service has, and what came of them.
type Outcome = Result<(usize, Replayed), Box<ReplayStop>>;

async fn one(workshop: &Workshop, managed: &Managed) -> Result<Outcome, SourceError> {
    let migrations = read_migrations(&managed.migrations)?.migrations;
    let replayed = workshop.replay(&Replay::of(managed, &migrations), &mut |_| {}).await;
    Ok(replayed.map(|replayed| (migrations.len(), replayed)))
}

fn document(ui: &Ui, outcome: &Outcome) -> Json {
    match outcome {
        Ok((ran, replayed)) => json!({
            "ran": ran,
            "tables": replayed.end().schema.tables.len(),
            "milliseconds": replayed.took.as_secs_f64() * 1000.0,
            "remembered": replayed.remembered,
            "scratch": chosen_document(ui, &replayed.chosen),
        }),
        Err(stop) => stop_document(ui, stop),
    }
}

/// For people: where it ran, and what is wrong.
fn show(ui: &mut Ui, service: &str, outcome: &Outcome) -> Result<(), CliError> {
    writeln!(ui.data(), "{service}")?;
    let (lines, remedy) = match outcome {
        Ok((_, replayed)) => (chosen_lines(ui, &replayed.chosen), None),
        Err(stop) => stop_lines(ui, stop, service),
    };
    for line in lines {
        writeln!(ui.data(), "  {line}")?;
    }
    remedy.map_or(Ok(()), |remedy| ui.hint(&remedy).map_err(CliError::from))
}
