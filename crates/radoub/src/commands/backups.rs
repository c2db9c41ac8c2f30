//! `radoub backups`: what backups there are, how old, how large, and which were proven.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde_json::json;

use radoub_engine::backup::catalogue::Kept;

use super::backup::{holdings, kept_document, refused};
use super::{App, size};
use crate::error::{CliError, Exit};
use crate::ui::table::table;
use crate::ui::{Ui, View};

/// What `backups` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct BackupsArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(long)]
    stored: bool,
}

pub(crate) async fn backups(
    ui: &mut Ui,
    app: &mut App,
    args: &BackupsArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let all = holdings(ui, &fleet)?;
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let ours: Vec<Kept> = all
        .into_iter()
        .filter(|kept| {
            args.services.is_empty()
                || fleet.services.iter().any(|it| kept.manifest.is_of(it.name.as_str()))
        })
        .collect();
    let mut elsewhere = Vec::new();
    if args.stored {
        match radoub_engine::backup::stored(&fleet, app.environment()).await {
            Ok(stored) => elsewhere = stored,
            Err(failure) => return refused(ui, "backups", &failure, ""),
        }
        elsewhere.retain(|it| !ours.iter().any(|kept| kept.manifest.id == it.id));
    }
    if ui.view() == View::Json {
        let document = json!({
            "version": 1,
            "command": "backups",
            "project": fleet.project,
            "folder": fleet.backup.folder,
            "exitCode": 0,
            "backups": ours.iter().map(kept_document).collect::<Vec<_>>(),
            "stored": elsewhere.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(),
        });
        ui.json(&document)?;
        return Ok(Exit::InOrder);
    }
    if ours.is_empty() && elsewhere.is_empty() {
        let values = [("folder", fleet.backup.folder.display().to_string().into())];
        let text = ui.tell("backups-none", &values);
        writeln!(ui.data(), "{text}")?;
        return Ok(Exit::InOrder);
    }
    let headings = ["backup", "age", "size", "rows", "state"];
    let headings = headings.iter().map(|it| ui.say(&format!("backups-column-{it}"))).collect();
    let mut rows: Vec<Vec<String>> = ours.iter().rev().map(|kept| row(ui, kept)).collect();
    let place = fleet.backup.store.as_ref().map(|it| it.place.shown()).unwrap_or_default();
    rows.extend(elsewhere.iter().map(|manifest| {
        vec![
            manifest.id.clone(),
            age(ui, manifest.snapshot_at),
            size(ui, manifest.data.bytes),
            manifest.rows().to_string(),
            ui.tell("backups-elsewhere", &[("place", place.as_str().into())]),
        ]
    }));
    writeln!(ui.data(), "{}", table(headings, rows))?;
    Ok(Exit::InOrder)
}

fn row(ui: &Ui, kept: &Kept) -> Vec<String> {
    let manifest = &kept.manifest;
    let mut state = if kept.is_verified() {
        let at = kept.verified.as_ref().map(|it| super::moment(it.at.into()));
        ui.tell("backups-verified", &[("at", at.unwrap_or_default().into())])
    } else {
        ui.say("backups-unverified")
    };
    if !manifest.data.recipients.is_empty() {
        state.push_str(", ");
        state.push_str(&ui.say("backups-encrypted"));
    }
    if let Some(stored) = &kept.stored {
        let values = [("place", stored.place.as_str().into())];
        state.push_str(", ");
        state.push_str(&ui.tell("backups-stored", &values));
    }
    vec![
        manifest.id.clone(),
        age(ui, manifest.snapshot_at),
        size(ui, manifest.data.bytes),
        manifest.rows().to_string(),
        state,
    ]
}

/// How old a backup is, in its largest unit; the moment itself when the clock stands before it.
fn age(ui: &Ui, at: Timestamp) -> String {
    let then = SystemTime::from(at);
    let Ok(age) = SystemTime::now().duration_since(then) else { return super::moment(then) };
    let (count, unit) = match age {
        age if age < Duration::from_mins(1) => (age.as_secs(), "seconds"),
        age if age < Duration::from_hours(1) => (age.as_secs() / 60, "minutes"),
        age if age < Duration::from_hours(48) => (age.as_secs() / 3600, "hours"),
        age => (age.as_secs() / 86_400, "days"),
    };
    ui.tell(&format!("age-{unit}"), &[("count", count.into())])
}
