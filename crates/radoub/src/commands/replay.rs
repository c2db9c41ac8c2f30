//! `radoub _replay`: runs the histories of the fleet on scratch databases and tells what came of it, for
//! conformance, the bench and the experiments with `kill -9`.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value as Json, json};

use radoub_engine::fleet::{Managed, Prisma};
use radoub_engine::lanes;
use radoub_engine::schema::wanted;
use radoub_engine::scratch::{Replay, ReplayStop, Replayed, Workshop};
use radoub_engine::source::{SourceError, read_migrations};

use radoub_schema::diff::steps;
use radoub_schema::model::SqlSchema;
use radoub_schema::render::render;

use super::App;
use super::scratch::{
    ScratchArgs, chosen_document, chosen_lines, stop_document, stop_lines, within,
};
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
    #[arg(long)]
    script: bool,
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
        let work = async |workshop: &Workshop| {
            let managed = |at: usize| match &fleet.services[at].prisma {
                Prisma::Managed(managed) => Some(managed.as_ref()),
                Prisma::NotApplicable(_) => None,
            };
            let one = async |at: usize| {
                let replayed = one(workshop, managed(at)?, args.script).await;
                Some((fleet.services[at].name.as_str(), replayed))
            };
            let done =
                lanes::each(&fleet.services, app.look().lanes, |_| None, one, |_, _| {}).await;
            (done, began.elapsed())
        };
        let (done, took) = within(workshop, work).await.told(ui)?;
        let took = took.as_secs_f64() * 1000.0;
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
        let closing = began.elapsed().as_secs_f64() * 1000.0 - took;
        rounds.push(json!({
            "services": services, "milliseconds": took, "closingMilliseconds": closing,
        }));
    }
    if ui.view() == View::Json {
        ui.json(&json!({ "version": 1, "rounds": rounds }))?;
    }
    Ok(exit)
}

/// What came of a history.
type Outcome = Result<Done, Box<ReplayStop>>;

/// A history that ran to its end.
struct Done {
    ran: usize,
    replayed: Replayed,
    scripts: Option<Scripts>,
}

/// Its end state, compared.
struct Scripts {
    /// From nothing to it.
    whole: String,
    /// From it to the schema.
    missing: String,
}

async fn one(
    workshop: &Workshop,
    managed: &Managed,
    wants_script: bool,
) -> Result<Outcome, SourceError> {
    let migrations = read_migrations(&managed.migrations)?.migrations;
    let wanted = wanted(managed, Path::new("."), managed.major()).ok().filter(|_| wants_script);
    let replay = match &wanted {
        Some(wanted) => Replay::whole(managed, &migrations, wanted.scope.clone()),
        None => Replay::of(managed, &migrations),
    };
    let replayed = match workshop.replay(&replay, &mut |_| {}).await {
        Ok(replayed) => replayed,
        Err(stop) => return Ok(Err(stop)),
    };
    let scripts = wanted.map(|wanted| {
        let end = &replayed.end().schema;
        let script = |from: &SqlSchema, to: &SqlSchema| {
            render(&steps(from, to, &wanted.terms), wanted.terms.dialect)
        };
        let whole = script(&SqlSchema::empty(), end);
        Scripts { whole, missing: script(end, &wanted.schema) }
    });
    Ok(Ok(Done { ran: migrations.len(), replayed, scripts }))
}

fn document(ui: &Ui, outcome: &Outcome) -> Json {
    match outcome {
        Ok(Done { ran, replayed, scripts }) => json!({
            "ran": ran,
            "tables": replayed.end().schema.tables.len(),
            "milliseconds": replayed.took.as_secs_f64() * 1000.0,
            "remembered": replayed.remembered,
            "script": scripts.as_ref().map(|it| &it.whole),
            "missing": scripts.as_ref().map(|it| &it.missing),
            "scratch": chosen_document(ui, &replayed.chosen),
        }),
        Err(stop) => stop_document(ui, stop),
    }
}

/// For people: where it ran, and what is wrong.
fn show(ui: &mut Ui, service: &str, outcome: &Outcome) -> Result<(), CliError> {
    writeln!(ui.data(), "{service}")?;
    let (lines, remedy) = match outcome {
        Ok(done) => (chosen_lines(ui, &done.replayed.chosen), None),
        Err(stop) => stop_lines(ui, stop, service),
    };
    for line in lines {
        writeln!(ui.data(), "  {line}")?;
    }
    remedy.map_or(Ok(()), |remedy| ui.hint(&remedy).map_err(CliError::from))
}
