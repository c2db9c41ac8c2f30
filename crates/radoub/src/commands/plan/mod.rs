//! `radoub plan`: what an `apply` would do, and what it would risk; and a plan file, which `apply`
//! takes only as long as nothing has moved.

mod markdown;
mod text;

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use radoub_engine::history::experience;
use radoub_engine::observe::{Depth, Observed};
use radoub_engine::plan::forecast::{Expected, StatementForecast, Touched};
use radoub_engine::plan::{
    ChoiceWord, Moved, MovedService, Request, SavedPlan, SavedService, plan as choose,
};

use super::apply::look;
use super::wanted::Wanted;
use super::{App, duration, number, size};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `plan` takes.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    wanted: Wanted,
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    #[arg(long)]
    sql: bool,
}

pub(crate) async fn plan(ui: &mut Ui, app: &mut App, args: &PlanArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let journals = app.journals(&fleet);
    let fleet = args.wanted.narrow(ui, fleet)?;
    let around = args.wanted.around.look(ui, app, &fleet).await?;
    let request =
        Request { experience: experience(&journals), around, ..args.wanted.request(&fleet) };
    let observed = look(ui, app, &fleet, Depth::Outline, None).await;
    args.wanted.check_until(ui, observed.iter().map(|it| &it.on_disk))?;
    let plan = choose(&fleet, &observed, &request);
    let saved = SavedPlan::of(&plan, &request, &fleet.project, &observed);
    if let Some(path) = &args.output {
        std::fs::write(path, saved.to_bytes()).map_err(|error| {
            let values = [("path", path.display().to_string().into())];
            CliError::because(ui.tell("error-write", &values), &error, None)
        })?;
    }
    let exit = exit(&saved);
    match ui.view() {
        _ if args.markdown => {
            let text = markdown::markdown(ui, &saved);
            write!(ui.data(), "{text}")?;
        }
        View::Json => {
            let document = document(&saved, exit)?;
            ui.json(&document)?;
        }
        View::Plain | View::Terminal => text::tell(ui, &saved, args.sql)?,
    }
    if let Some(path) = &args.output {
        let text = ui.tell("plan-written", &[("path", path.display().to_string().into())]);
        ui.hint(&text)?;
    }
    Ok(exit)
}

/// Work to do is 1, as for `check`; the heaviest refusal may be more.
fn exit(saved: &SavedPlan) -> Exit {
    let of = |service: &SavedService| match service.choice {
        ChoiceWord::Apply => Exit::NeedsWork,
        ChoiceWord::Refuse => {
            service.failure().map_or(Exit::NeedsWork, |it| it.code.weight().into())
        }
        ChoiceWord::Nothing | ChoiceWord::NotApplicable => Exit::InOrder,
    };
    saved.services.iter().map(of).max().unwrap_or(Exit::InOrder)
}

/// The JSON twin: the plan file without the catalogs.
fn document(saved: &SavedPlan, exit: Exit) -> Result<Json, CliError> {
    let mut document = serde_json::to_value(saved).map_err(std::io::Error::from)?;
    if let Some(document) = document.as_object_mut() {
        document.remove("schemas");
        document.insert("command".to_owned(), json!("plan"));
        document.insert("exitCode".to_owned(), json!(exit as u8));
    }
    Ok(document)
}

/// Reads a plan file.
pub(crate) fn read_plan(ui: &Ui, path: &Path) -> Result<SavedPlan, CliError> {
    let values = [("path", path.display().to_string().into())];
    let bytes = std::fs::read(path).map_err(|error| {
        CliError::because(ui.tell("discover-unreadable", &values), &error, None)
    })?;
    SavedPlan::from_bytes(&bytes)
        .map_err(|error| CliError::because(ui.tell("plan-file-unreadable", &values), &error, None))
}

/// Says what moved since a plan was made, and how that ends; nothing when nothing did.
pub(crate) fn refuse_moved(
    ui: &mut Ui,
    saved: &SavedPlan,
    observed: &[Observed],
) -> Result<Option<Exit>, CliError> {
    let all = saved.moved(observed);
    if all.is_empty() { Ok(None) } else { tell_moved(ui, saved, &all).map(Some) }
}

/// Says what other work there would be now than a plan says; nothing when it is the same.
pub(crate) fn refuse_other_work(
    ui: &mut Ui,
    saved: &SavedPlan,
    now: &SavedPlan,
    observed: &[Observed],
) -> Result<Option<Exit>, CliError> {
    let other = now.services.iter().filter(|it| {
        let one = observed.iter().find(|one| one.service.as_str() == it.service);
        let planned = one.and_then(|one| saved.planned_for(one));
        planned.is_some_and(|planned| !planned.is_same_work(it))
    });
    let moved = |it: &SavedService| MovedService {
        service: radoub_engine::fleet::ServiceName::new(it.service.as_str()),
        moved: vec![Moved::OtherWork],
    };
    let all: Vec<MovedService> = other.map(moved).collect();
    if all.is_empty() { Ok(None) } else { tell_moved(ui, saved, &all).map(Some) }
}

fn tell_moved(ui: &mut Ui, saved: &SavedPlan, all: &[MovedService]) -> Result<Exit, CliError> {
    if ui.view() == View::Json {
        let services: Vec<Json> = all.iter().map(|it| moved_document(ui, it)).collect();
        let document = json!({
            "version": 1,
            "command": "apply",
            "project": saved.project,
            "exitCode": Exit::NeedsWork as u8,
            "moved": services,
            "services": [],
        });
        ui.json(&document)?;
        return Ok(Exit::NeedsWork);
    }
    let heading = ui.say("plan-moved");
    let mut lines = Vec::new();
    for service in all {
        lines.push(service.service.to_string());
        lines.extend(service.moved.iter().map(|it| format!("  {}", moved_text(ui, it))));
    }
    ui.error(&heading, &lines)?;
    let remedy = ui.say("plan-moved-remedy");
    ui.hint(&remedy)?;
    Ok(Exit::NeedsWork)
}

fn moved_document(ui: &Ui, service: &MovedService) -> Json {
    let moved: Vec<Json> = service
        .moved
        .iter()
        .map(|it| json!({ "what": it.as_str(), "message": moved_text(ui, it) }))
        .collect();
    json!({ "service": service.service.as_str(), "moved": moved })
}

/// One thing that moved, in a sentence.
fn moved_text(ui: &Ui, moved: &Moved) -> String {
    let mut values: Vec<(&str, crate::ui::words::Value<'_>)> = Vec::new();
    match moved {
        Moved::FileEdited { migration }
        | Moved::FileAdded { migration }
        | Moved::FileRemoved { migration }
        | Moved::RowRemoved { migration }
        | Moved::RowChanged { migration } => values.push(("migration", migration.as_str().into())),
        Moved::RowAdded { migration, state } => {
            values.push(("migration", migration.as_str().into()));
            values.push(("state", state.as_str().into()));
        }
        Moved::NotPlanned | Moved::OtherWork | Moved::Ledger { .. } => {}
        Moved::State { was, is } => {
            values.push(("was", was.as_str().into()));
            values.push(("is", is.as_str().into()));
        }
        Moved::Server { fact, was, is } => {
            values.push(("fact", fact.as_str().into()));
            values.push(("was", was.as_str().into()));
            values.push(("is", is.as_str().into()));
        }
        Moved::SchemaAdded { what, is } => {
            values.push(("what", what.as_str().into()));
            values.push(("is", is.as_str().into()));
        }
        Moved::SchemaRemoved { what } => values.push(("what", what.as_str().into())),
        Moved::SchemaChanged { what, was, is } => {
            values.push(("what", what.as_str().into()));
            values.push(("was", was.as_str().into()));
            values.push(("is", is.as_str().into()));
        }
    }
    ui.tell(&format!("moved-{}", moved.as_str()), &values)
}

/// Services that are in the same state and have the same work share one description: for each
/// service, the first one like it.
fn like(saved: &SavedPlan) -> Vec<Option<&SavedService>> {
    let key = |service: &SavedService| {
        let bound = service.bound.as_ref();
        let rows = bound.and_then(|it| it.ledger.as_ref()).map(|rows| {
            let row = |row: &radoub_engine::plan::BoundRow| {
                (row.migration.clone(), row.checksum.clone(), row.state.clone())
            };
            rows.iter().map(row).collect::<Vec<_>>()
        });
        let schema = bound.and_then(|it| it.schema.clone());
        let work: Vec<(String, String)> =
            service.planned().map(|(name, sum)| (name.to_owned(), sum.to_owned())).collect();
        (work, rows, schema)
    };
    let keys: Vec<_> = saved.services.iter().map(key).collect();
    keys.iter()
        .enumerate()
        .map(|(at, own)| {
            let has_work = !own.0.is_empty();
            let first = keys[..at].iter().position(|other| has_work && other == own)?;
            saved.services.get(first)
        })
        .collect()
}

/// A table with its size, for a person.
fn touched(ui: &Ui, table: &Touched) -> String {
    let bytes = size(ui, table.bytes);
    match table.rows {
        Some(rows) => ui.tell(
            "plan-table-rows",
            &[
                ("table", table.table.as_str().into()),
                ("rows", number(ui, rows).into()),
                ("size", bytes.into()),
            ],
        ),
        None => {
            ui.tell("plan-table", &[("table", table.table.as_str().into()), ("size", bytes.into())])
        }
    }
}

/// How long something will take, and how that is known.
fn expected(ui: &Ui, expected: Expected) -> String {
    let took = duration(ui, std::time::Duration::from_millis(expected.milliseconds));
    let key = if expected.seen_before { "plan-took-before" } else { "plan-guess" };
    ui.tell(key, &[("took", took.into())])
}

/// What a statement does, a line per act: the act, its locks, its work, its risks.
fn acts(ui: &Ui, statement: &StatementForecast) -> Vec<String> {
    let mut lines = Vec::new();
    for act in &statement.acts {
        let Some(text) = super::history::act_text(ui, act) else { continue };
        let mut parts = vec![text];
        for lock in &act.locks {
            parts.push(match lock.on.as_str() {
                "" => ui.tell("plan-lock-dependents", &[("lock", lock.mode.as_str().into())]),
                on => ui.tell(
                    "plan-lock",
                    &[("lock", lock.mode.as_str().into()), ("table", on.into())],
                ),
            });
        }
        if act.work != "catalog" {
            parts.push(ui.say(&format!("work-{}", act.work)));
        }
        lines.push(parts.join(" · "));
        lines.extend(act.risks.iter().map(|risk| {
            let text = ui.say(&format!("risk-{risk}"));
            format!("{} {text}", ui.say("mark-warning"))
        }));
    }
    lines
}
