//! `radoub resolve`: marks a migration as applied or as rolled back, in one service.

use serde_json::json;

use radoub_engine::fleet::Prisma;
use radoub_engine::resolve::{Mark, ResolveSettings};
use radoub_schema::migration::MigrationName;

use super::App;
use super::check::{failure_document, failure_lines, failure_remedy};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `resolve` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct ResolveArgs {
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
    #[arg(
        long,
        value_name = "MIGRATION",
        required_unless_present = "rolled_back",
        conflicts_with = "rolled_back"
    )]
    applied: Option<String>,
    #[arg(long, value_name = "MIGRATION")]
    rolled_back: Option<String>,
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    wait: Seconds,
}

pub(crate) async fn resolve(
    ui: &mut Ui,
    app: &mut App,
    args: &ResolveArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let asked: Vec<String> = args.service.iter().cloned().collect();
    let mut fleet = App::narrow(ui, fleet, &asked)?;
    fleet.services.retain(|it| matches!(it.prisma, Prisma::Managed(_)));
    let [service] = fleet.services.as_slice() else {
        return Err(CliError::Told {
            heading: ui.say("resolve-one-service"),
            causes: Vec::new(),
            remedy: None,
        });
    };
    let name = service.name.as_str();
    let (mark, migration) = match (&args.applied, &args.rolled_back) {
        (Some(migration), _) => (Mark::Applied, migration),
        (None, Some(migration)) => (Mark::RolledBack, migration),
        (None, None) => unreachable!("clap asks for one of the two"),
    };
    let migration = MigrationName::new(migration.trim_end_matches(['/', '\\']));
    let settings = ResolveSettings {
        look: app.look(),
        lock_patience: args.wait.0,
        advisory_lock: app.takes_advisory_lock(),
    };
    let marked = radoub_engine::resolve::resolve(service, mark, &migration, &settings).await;

    let word = match mark {
        Mark::Applied => "applied",
        Mark::RolledBack => "rolled-back",
    };
    if ui.view() == View::Json {
        let failure = marked.as_ref().err();
        let exit = failure.map_or(Exit::InOrder, |it| it.code.weight().into());
        let document = json!({
            "version": 1,
            "command": "resolve",
            "service": name,
            "migration": migration.as_str(),
            "mark": word,
            "exitCode": exit as u8,
            "problem": failure.map(|it| failure_document(ui, it)),
            "remedy": failure.and_then(|it| failure_remedy(ui, it, name)),
        });
        ui.json(&document)?;
        return Ok(exit);
    }
    match marked {
        Ok(()) => {
            let values = [("service", name.into()), ("migration", migration.as_str().into())];
            let text = ui.tell(&format!("resolve-{word}"), &values);
            writeln!(ui.data(), "{text}")?;
            Ok(Exit::InOrder)
        }
        Err(failure) => {
            let lines = failure_lines(ui, &failure);
            ui.error(&lines[0], &lines[1..])?;
            if let Some(remedy) = failure_remedy(ui, &failure, name) {
                ui.hint(&remedy)?;
            }
            Ok(failure.code.weight().into())
        }
    }
}
