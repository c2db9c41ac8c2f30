//! `radoub backup`: a backup of every database, with proof; below it `verify`, `prune` and `fetch`.

mod fetch;
mod prune;
mod verify;

use serde_json::{Value as Json, json};

use radoub_engine::backup::catalogue::{Catalogue, Holdings, Kept};
use radoub_engine::backup::{BackupEvent, BackupEventKind, Outcome, Request};
use radoub_engine::failure::Failure;
use radoub_engine::fleet::Fleet;

use super::check::{RULE, failure_document, failure_lines, failure_remedy};
use super::running::interrupts;
use super::{App, duration, size};
use crate::error::{CliError, Exit};
use crate::ui::live::Live;
use crate::ui::{Tone, Ui, View};

/// What `backup` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BackupArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(long)]
    no_verify: bool,
    #[arg(long, value_name = "NAME")]
    set: Option<String>,
    #[command(subcommand)]
    action: Option<BackupAction>,
}

/// What else can be done with backups.
#[derive(Debug, clap::Subcommand)]
enum BackupAction {
    Verify(verify::VerifyArgs),
    Prune(prune::PruneArgs),
    Fetch(fetch::FetchArgs),
}

pub(crate) async fn backup(
    ui: &mut Ui,
    app: &mut App,
    args: &BackupArgs,
) -> Result<Exit, CliError> {
    match &args.action {
        Some(BackupAction::Verify(args)) => return verify::verify(ui, app, args).await,
        Some(BackupAction::Prune(args)) => return prune::prune(ui, app, args).await,
        Some(BackupAction::Fetch(args)) => return fetch::fetch(ui, app, args).await,
        None => {}
    }
    let fleet = app.fleet(ui)?;
    let fleet = App::narrow(ui, fleet, &args.services)?;
    if ui.view() == View::Plain {
        let heading = ui.say("backup-heading");
        writeln!(ui.data(), "{RULE}\n{heading}\n{RULE}\n")?;
    }
    let request = Request {
        look: app.look(),
        environment: app.environment(),
        set: args.set.as_deref(),
        prove: !args.no_verify,
    };
    let outcomes = match follow(ui, &fleet, &request).await? {
        Ok(outcomes) => outcomes,
        Err(failure) => return refused(ui, "backup", &failure, ""),
    };
    match ui.view() {
        View::Json => {
            let document = document(ui, &fleet.project, &outcomes);
            ui.json(&document)?;
        }
        View::Plain | View::Terminal => tell(ui, &fleet, &outcomes)?,
    }
    Ok(exit(&outcomes))
}

/// Takes the backups and says what happens while it happens.
pub(crate) async fn follow(
    ui: &mut Ui,
    fleet: &Fleet,
    request: &Request<'_>,
) -> Result<Result<Vec<Outcome>, Failure>, CliError> {
    let names: Vec<String> = radoub_engine::backup::targets(fleet)
        .iter()
        .map(|target| target.service.name.to_string())
        .collect();
    let live = Live::new(&names, ui.may_draw());
    let (stop, stopped) = radoub_engine::run::stop();
    let mut written = Ok(());
    let running = radoub_engine::backup::backup(fleet, request, stopped, |event| {
        let Some(text) = sentence(ui, &event) else { return };
        let index = names.iter().position(|name| name == event.service.as_str());
        match (ui.view(), index, &event.kind) {
            (View::Terminal, Some(index), BackupEventKind::Ended { .. }) => live.done(index, text),
            (View::Terminal, Some(index), _) => live.doing(index, text),
            (View::Plain, _, BackupEventKind::Moving { .. }) => {}
            (View::Plain, _, _) if written.is_ok() => {
                let text = ui.labelled(event.service.as_str(), &text);
                written = writeln!(ui.data(), "{text}");
            }
            _ => {}
        }
    });
    let outcomes = tokio::select! {
        outcomes = running => outcomes,
        never = interrupts(&stop) => match never {},
    };
    drop(live);
    written?;
    Ok(outcomes)
}

fn sentence(ui: &Ui, event: &BackupEvent) -> Option<String> {
    Some(match &event.kind {
        BackupEventKind::Started { bytes } => {
            let bytes = u64::try_from(*bytes).unwrap_or(0);
            ui.tell("backup-started", &[("size", size(ui, bytes).into())])
        }
        BackupEventKind::Moving { plain: 0, .. } => return None,
        BackupEventKind::Moving { plain, stored, returned } => ui.tell(
            "backup-moving",
            &[
                ("plain", size(ui, *plain).into()),
                ("stored", size(ui, *stored).into()),
                ("returned", size(ui, *returned).into()),
            ],
        ),
        BackupEventKind::Written { id } => {
            ui.tell("backup-written", &[("backup", id.as_str().into())])
        }
        BackupEventKind::Proven => ui.say("backup-proven"),
        BackupEventKind::Stored => ui.say("backup-stored"),
        BackupEventKind::Ended { took } => {
            ui.tell("apply-ended", &[("took", duration(ui, *took).into())])
        }
    })
}

/// A line per database, and what to do about each that did not go well.
fn tell(ui: &mut Ui, fleet: &Fleet, outcomes: &[Outcome]) -> Result<(), CliError> {
    if ui.view() == View::Plain {
        writeln!(ui.data())?;
    }
    let width = outcomes.iter().map(|it| it.service.as_str().chars().count()).max().unwrap_or(0);
    for outcome in outcomes {
        let line = line(ui, outcome);
        writeln!(ui.data(), "{:width$}  {line}", outcome.service)?;
        let troubles =
            [outcome.kept.as_ref().err(), outcome.unproven.as_ref(), outcome.unstored.as_ref()];
        for failure in troubles.into_iter().flatten() {
            tell_failure(ui, failure, outcome.service.as_str())?;
        }
    }
    let folder = fleet.backup.folder.display().to_string();
    let wrong = outcomes.iter().filter(|it| weight(it) != Exit::InOrder).count();
    let kept = outcomes.iter().filter(|it| it.kept.is_ok()).count();
    let (tone, verdict) = if wrong > 0 {
        (Tone::Bad, ui.tell("backup-verdict-wrong", &[("count", wrong.into())]))
    } else {
        let values = [("count", kept.into()), ("folder", folder.into())];
        (Tone::Good, ui.tell("backup-verdict-kept", &values))
    };
    if ui.view() == View::Plain {
        writeln!(ui.data(), "\n{RULE}\n{verdict}")?;
    } else {
        writeln!(ui.data(), "\n{}", tone.paint(verdict))?;
    }
    Ok(())
}

/// A failure with its causes and its remedy, indented under the line of its service.
pub(crate) fn tell_failure(ui: &mut Ui, failure: &Failure, service: &str) -> Result<(), CliError> {
    for cause in failure_lines(ui, failure) {
        writeln!(ui.data(), "     {cause}")?;
    }
    if let Some(remedy) = failure_remedy(ui, failure, service) {
        writeln!(ui.data(), "     → {remedy}")?;
    }
    Ok(())
}

fn line(ui: &Ui, outcome: &Outcome) -> String {
    let Ok(kept) = &outcome.kept else { return ui.say("backup-outcome-failed") };
    let manifest = &kept.manifest;
    let values = [
        ("backup", manifest.id.as_str().into()),
        ("size", size(ui, manifest.data.bytes).into()),
        ("rows", manifest.rows().into()),
        ("tables", manifest.tables.len().into()),
        ("took", duration(ui, outcome.took).into()),
    ];
    if kept.is_verified() {
        ui.tell("backup-outcome-proven", &values)
    } else {
        ui.tell("backup-outcome-unproven", &values)
    }
}

fn weight(outcome: &Outcome) -> Exit {
    let troubles = [outcome.kept.as_ref().err(), outcome.unstored.as_ref()];
    let heaviest = troubles.into_iter().flatten().map(|it| Exit::from(it.code.weight())).max();
    // A backup that is there and not proven needs a person, whatever kept the proof away.
    let unproven = outcome.unproven.as_ref().map(|_| Exit::NeedsWork);
    heaviest.max(unproven).unwrap_or(Exit::InOrder)
}

fn exit(outcomes: &[Outcome]) -> Exit {
    outcomes.iter().map(weight).max().unwrap_or(Exit::InOrder)
}

fn document(ui: &Ui, project: &str, outcomes: &[Outcome]) -> Json {
    let problem = |failure: Option<&Failure>| failure.map(|it| failure_document(ui, it));
    let services: Vec<Json> = outcomes
        .iter()
        .map(|outcome| {
            json!({
                "service": outcome.service.as_str(),
                "also": outcome.also.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "backup": outcome.kept.as_ref().ok().map(kept_document),
                "problem": problem(outcome.kept.as_ref().err()),
                "unproven": problem(outcome.unproven.as_ref()),
                "unstored": problem(outcome.unstored.as_ref()),
                "milliseconds": outcome.took.as_secs_f64() * 1000.0,
            })
        })
        .collect();
    json!({
        "version": 1,
        "command": "backup",
        "project": project,
        "exitCode": exit(outcomes) as u8,
        "services": services,
    })
}

/// A backup in JSON.
pub(crate) fn kept_document(kept: &Kept) -> Json {
    let manifest = &kept.manifest;
    json!({
        "id": manifest.id,
        "set": manifest.set,
        "service": manifest.service,
        "folder": kept.folder,
        "database": manifest.database.name,
        "serverVersion": manifest.server.version,
        "snapshotAt": manifest.snapshot_at.to_string(),
        "bytes": manifest.data.bytes,
        "plainBytes": manifest.data.plain_bytes,
        "sha256": manifest.data.sha256,
        "encrypted": !manifest.data.recipients.is_empty(),
        "recipients": manifest.data.recipients,
        "tables": manifest.tables.len(),
        "rows": manifest.rows(),
        "verified": kept.is_verified(),
        "verifiedOn": kept.verified.as_ref().map(|it| it.place.clone()),
        "verifiedAt": kept.verified.as_ref().map(|it| it.at.to_string()),
        "stored": kept.stored.as_ref().map(|it| it.place.clone()),
    })
}

/// A failure that concerns the whole command.
pub(crate) fn refused(
    ui: &mut Ui,
    command: &str,
    failure: &Failure,
    service: &str,
) -> Result<Exit, CliError> {
    let exit: Exit = failure.code.weight().into();
    if ui.view() == View::Json {
        let document = json!({
            "version": 1,
            "command": command,
            "exitCode": exit as u8,
            "problem": failure_document(ui, failure),
            "remedy": failure_remedy(ui, failure, service),
        });
        ui.json(&document)?;
        return Ok(exit);
    }
    let lines = failure_lines(ui, failure);
    ui.error(&lines[0], &lines[1..])?;
    if let Some(remedy) = failure_remedy(ui, failure, service) {
        ui.hint(&remedy)?;
    }
    Ok(exit)
}

/// The backups of the fleet; what cannot be read is warned of.
pub(crate) fn holdings(ui: &mut Ui, fleet: &Fleet) -> Result<Vec<Kept>, CliError> {
    let listed = Catalogue::of(&fleet.backup.folder).list();
    let Holdings { backups, unreadable } = listed.map_err(|error| {
        let values = [("path", fleet.backup.folder.display().to_string().into())];
        CliError::because(ui.tell("backups-unreadable", &values), &error, None)
    })?;
    for one in unreadable {
        let values = [
            ("path", one.folder.display().to_string().into()),
            ("reason", crate::error::chain(&one.reason).join(": ").into()),
        ];
        let text = ui.tell("backups-unreadable-one", &values);
        ui.warning(&text)?;
    }
    Ok(backups.into_iter().filter(|it| it.manifest.project == fleet.project).collect())
}

/// The backup of this name: whole, the beginning of one only, or `latest` of a service.
pub(crate) fn find<'a>(ui: &Ui, backups: &'a [Kept], asked: &str) -> Result<&'a Kept, CliError> {
    if let Some(kept) = backups.iter().find(|it| it.manifest.id == asked) {
        return Ok(kept);
    }
    let begun: Vec<&Kept> = backups.iter().filter(|it| it.manifest.id.starts_with(asked)).collect();
    match begun.as_slice() {
        [one] => Ok(one),
        several => {
            let mut known: Vec<&str> = several.iter().map(|it| it.manifest.id.as_str()).collect();
            if known.is_empty() {
                known = backups.iter().map(|it| it.manifest.id.as_str()).collect();
            }
            let causes = known.iter().rev().take(10).map(|it| (*it).to_owned()).collect();
            Err(CliError::Told {
                heading: ui.tell("backup-unknown", &[("backup", asked.into())]),
                causes,
                remedy: Some(ui.say("backup-unknown-remedy")),
            })
        }
    }
}

/// When a backup shows its database, for people.
pub(crate) fn shown_at(kept: &Kept) -> String {
    super::moment(std::time::SystemTime::from(kept.manifest.snapshot_at))
}
