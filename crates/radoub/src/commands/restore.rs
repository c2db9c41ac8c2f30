//! `radoub restore`: one service, or a whole set, back to a backup; what would be lost is shown first.

use serde_json::{Value as Json, json};

use radoub_engine::account::Account;
use radoub_engine::backup::catalogue::Kept;
use radoub_engine::failure::{Failure, FailureCode};
use radoub_engine::fleet::Fleet;
use radoub_engine::journal::RunId;
use radoub_engine::restore::loss::Loss;
use radoub_engine::restore::{
    Prospect, Request, RestoreEvent, RestoreEventKind, Restored, consider,
};
use radoub_engine::run::Urgency;

use super::apply::taken;
use super::backup::{find, holdings, refused, shown_at, tell_failure};
use super::check::{failure_document, failure_remedy};
use super::running::interrupts;
use super::{App, duration, size, way_back};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit};
use crate::ui::live::Live;
use crate::ui::{Tone, Ui, View};

/// How many tables that lose something are shown before the rest is only counted.
const LOSSES_AT_MOST: usize = 20;

/// What `restore` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct RestoreArgs {
    #[arg(value_name = "SERVICE", required_unless_present = "set")]
    service: Option<String>,
    #[arg(value_name = "BACKUP", conflicts_with = "set")]
    backup: Option<String>,
    #[arg(long, value_name = "SET")]
    set: Option<String>,
    #[command(flatten)]
    how: How,
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    force: bool,
    #[arg(long)]
    yes: bool,
}

/// How a restore behaves towards others.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(crate) struct How {
    #[arg(long)]
    pub(crate) disconnect: bool,
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) wait: Seconds,
}

impl How {
    pub(crate) fn request<'a>(&self, app: &'a App) -> Request<'a> {
        Request {
            look: app.look(),
            environment: app.environment(),
            evict: self.disconnect,
            patience: self.wait.0,
            lock_patience: self.wait.0,
            advisory_lock: app.takes_advisory_lock(),
        }
    }
}

pub(crate) async fn restore(
    ui: &mut Ui,
    app: &mut App,
    args: &RestoreArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let all = holdings(ui, &fleet)?;
    let chosen = match choose(ui, &fleet, &all, args)? {
        Ok(chosen) => chosen,
        Err(failure) => {
            return refused(ui, "restore", &failure, args.service.as_deref().unwrap_or(""));
        }
    };
    let request = args.how.request(app);
    let mut prospects = Vec::new();
    for kept in chosen {
        match consider(&fleet, kept, &request).await {
            Ok(prospect) if prospect.replaced.is_some() && !args.force => {
                if ui.view() != View::Json {
                    let text = ui.tell("restore-done-before", &values_of(ui, &prospect));
                    writeln!(ui.data(), "{text}")?;
                }
            }
            Ok(prospect) => prospects.push(prospect),
            Err(failure) => return refused(ui, "restore", &failure, &kept.manifest.service),
        }
    }
    if prospects.is_empty() || args.dry_run {
        if ui.view() == View::Json {
            let document = document(ui, &fleet, None, &prospects, &[], args.dry_run);
            ui.json(&document)?;
        } else {
            show(ui, &prospects)?;
        }
        return Ok(Exit::InOrder);
    }
    if ui.view() != View::Json {
        show(ui, &prospects)?;
    }
    if !args.yes {
        let question = ui.tell("restore-ask", &[("count", prospects.len().into())]);
        if !super::agreed(ui, app, &question).await? {
            let text = ui.say("restore-not-agreed");
            ui.hint(&text)?;
            if ui.view() == View::Json {
                let document = document(ui, &fleet, None, &prospects, &[], true);
                ui.json(&document)?;
            }
            return Ok(Exit::NeedsWork);
        }
    }
    carry_out(ui, app, &fleet, "restore", &prospects, &request).await
}

/// Restores in a run of its own; `rollback` ends here as well.
pub(crate) async fn carry_out(
    ui: &mut Ui,
    app: &App,
    fleet: &Fleet,
    command: &str,
    prospects: &[Prospect],
    request: &Request<'_>,
) -> Result<Exit, CliError> {
    let plan = way_back::plan_of(fleet, prospects);
    let services = way_back::services_of(prospects);
    match way_back::open(ui, app, fleet, command, &plan, services).await? {
        Ok(account) => bring_back(ui, fleet, prospects, request, command, account).await,
        Err(other) => taken(ui, command, &fleet.project, &other),
    }
}

/// Restores in a run that has begun, and tells what came of it.
pub(super) async fn bring_back(
    ui: &mut Ui,
    fleet: &Fleet,
    prospects: &[Prospect],
    request: &Request<'_>,
    command: &str,
    mut account: Account,
) -> Result<Exit, CliError> {
    let (restored, asked) = follow(ui, fleet, prospects, request, &mut account).await?;
    let ended = way_back::close(ui, account, asked).await;
    let restored = match restored {
        Ok(restored) => restored,
        // Why the journal cannot be written says more than that it cannot.
        Err(failure) => return ended.and_then(|_| refused(ui, command, &failure, "")),
    };
    if ui.view() == View::Json {
        let run = ended.as_ref().ok().and_then(Option::as_ref);
        let document = document(ui, fleet, run, prospects, &restored, false);
        ui.json(&document)?;
    } else {
        tell(ui, &restored)?;
    }
    ended?;
    Ok(exit(&restored))
}

/// The backups that are meant: the one that was named, else the newest verified one, else the newest.
fn choose<'a>(
    ui: &Ui,
    fleet: &Fleet,
    all: &'a [Kept],
    args: &RestoreArgs,
) -> Result<Result<Vec<&'a Kept>, Failure>, CliError> {
    if let Some(set) = &args.set {
        let mut chosen: Vec<&Kept> = all.iter().filter(|it| it.manifest.set == *set).collect();
        if let Some(service) = &args.service {
            chosen.retain(|it| it.manifest.is_of(service));
        }
        if chosen.is_empty() {
            let mut known: Vec<&str> = all.iter().map(|it| it.manifest.set.as_str()).collect();
            known.dedup();
            let causes = known.iter().rev().take(10).map(|it| (*it).to_owned()).collect();
            return Err(CliError::Told {
                heading: ui.tell("restore-set-unknown", &[("set", set.as_str().into())]),
                causes,
                remedy: Some(ui.say("backup-unknown-remedy")),
            });
        }
        return Ok(Ok(chosen));
    }
    let asked: Vec<String> = args.service.iter().cloned().collect();
    let narrowed = App::narrow(ui, fleet.clone(), &asked)?;
    let [service] = narrowed.services.as_slice() else {
        return Err(CliError::Told {
            heading: ui.say("restore-one-service"),
            causes: Vec::new(),
            remedy: None,
        });
    };
    let name = service.name.as_str();
    if let Some(asked) = args.backup.as_deref().filter(|it| *it != "latest") {
        let kept = find(ui, all, asked)?;
        if !kept.manifest.is_of(name) {
            return Err(CliError::Told {
                heading: ui.tell(
                    "restore-of-another",
                    &[
                        ("backup", kept.manifest.id.as_str().into()),
                        ("service", name.into()),
                        ("other", kept.manifest.service.as_str().into()),
                    ],
                ),
                causes: Vec::new(),
                remedy: None,
            });
        }
        return Ok(Ok(vec![kept]));
    }
    Ok(newest(all, name).map(|kept| vec![kept]).ok_or_else(|| {
        Failure::new(FailureCode::BackupMissing, vec![("service", name.to_owned())])
    }))
}

/// The newest verified backup of a service, else the newest.
pub(crate) fn newest<'a>(all: &'a [Kept], service: &str) -> Option<&'a Kept> {
    let mut ours = all.iter().rev().filter(|it| it.manifest.is_of(service));
    let newest = ours.clone().next();
    ours.find(|it| it.is_verified()).or(newest)
}

fn values_of<'a>(
    ui: &Ui,
    prospect: &'a Prospect,
) -> Vec<(&'static str, crate::ui::words::Value<'a>)> {
    let manifest = &prospect.kept.manifest;
    vec![
        ("service", prospect.service.as_str().into()),
        ("backup", manifest.id.as_str().into()),
        ("at", shown_at(&prospect.kept).into()),
        ("rows", manifest.rows().into()),
        ("tables", manifest.tables.len().into()),
        ("size", size(ui, manifest.data.bytes).into()),
        ("database", manifest.database.name.as_str().into()),
    ]
}

/// What would be done and lost, before anybody is asked.
pub(crate) fn show(ui: &mut Ui, prospects: &[Prospect]) -> Result<(), CliError> {
    for prospect in prospects {
        let values = values_of(ui, prospect);
        let heading = ui.tell("restore-prospect", &values);
        writeln!(ui.data(), "{heading}")?;
        if !prospect.kept.is_verified() {
            let text = ui.say("restore-unverified");
            writeln!(ui.data(), "  {text}")?;
        }
        if !prospect.also.is_empty() {
            let names: Vec<&str> =
                prospect.also.iter().map(radoub_engine::fleet::ServiceName::as_str).collect();
            let text = ui.tell("restore-also", &[("services", names.join(", ").into())]);
            writeln!(ui.data(), "  {text}")?;
        }
        match (&prospect.database, prospect.losses.is_empty()) {
            (None, _) => {
                let text = ui.tell("restore-into-nothing", &values_of(ui, prospect));
                writeln!(ui.data(), "  {text}")?;
            }
            (Some(_), true) => {
                let text = ui.say("restore-loses-nothing");
                writeln!(ui.data(), "  {text}")?;
            }
            (Some(_), false) => {
                let text = ui.tell("restore-loses", &[("count", prospect.losses.len().into())]);
                let text = Tone::Notice.paint(text);
                writeln!(ui.data(), "  {text}")?;
                for loss in prospect.losses.iter().take(LOSSES_AT_MOST) {
                    let text = loss_text(ui, loss);
                    writeln!(ui.data(), "    {text}")?;
                }
                let more = prospect.losses.len().saturating_sub(LOSSES_AT_MOST);
                if more > 0 {
                    let text = ui.tell("restore-more", &[("count", more.into())]);
                    writeln!(ui.data(), "    {text}")?;
                }
            }
        }
    }
    Ok(())
}

fn loss_text(ui: &Ui, loss: &Loss) -> String {
    let table = ("table", loss.table.as_str().into());
    let text = match (loss.then, loss.now) {
        (None, now) => ui.tell("restore-loss-table", &[table, ("now", now.unwrap_or(0).into())]),
        (then, None) => ui.tell("restore-loss-back", &[table, ("then", then.unwrap_or(0).into())]),
        (Some(then), Some(now)) => {
            ui.tell("restore-loss-rows", &[table, ("then", then.into()), ("now", now.into())])
        }
    };
    match loss.writes {
        Some((inserted, updated, deleted)) => {
            let values = [
                ("inserted", inserted.into()),
                ("updated", updated.into()),
                ("deleted", deleted.into()),
            ];
            format!("{text} {}", ui.tell("restore-loss-writes", &values))
        }
        None => text,
    }
}

async fn follow(
    ui: &mut Ui,
    fleet: &Fleet,
    prospects: &[Prospect],
    request: &Request<'_>,
    account: &mut Account,
) -> Result<(Result<Vec<Restored>, Failure>, Urgency), CliError> {
    let names: Vec<String> = prospects.iter().map(|it| it.service.to_string()).collect();
    let live = Live::new(&names, ui.may_draw());
    let (stop, stopped) = radoub_engine::run::stop();
    let mut written = Ok(());
    let tell = |event: RestoreEvent| {
        let text = sentence(ui, &event);
        let index = names.iter().position(|name| name == event.service.as_str());
        match (ui.view(), index, &event.kind) {
            (View::Terminal, Some(index), RestoreEventKind::Ended { .. }) => {
                live.done(index, text);
            }
            (View::Terminal, Some(index), _) => live.doing(index, text),
            (View::Plain, _, RestoreEventKind::Filling { .. }) => {}
            (View::Plain, _, _) if written.is_ok() => {
                let text = ui.labelled(event.service.as_str(), &text);
                written = writeln!(ui.data(), "{text}");
            }
            _ => {}
        }
    };
    let running =
        radoub_engine::restore::restore(fleet, prospects, request, &stopped, account, tell);
    let restored = tokio::select! {
        restored = running => restored,
        never = interrupts(&stop) => match never {},
    };
    drop(live);
    written?;
    Ok((restored, stopped.asked()))
}

fn sentence(ui: &Ui, event: &RestoreEvent) -> String {
    match &event.kind {
        RestoreEventKind::Resumed => ui.say("restore-resumed"),
        RestoreEventKind::Filling { returned, of } => ui.tell(
            "restore-filling",
            &[("done", size(ui, *returned).into()), ("total", size(ui, *of).into())],
        ),
        RestoreEventKind::Checked => ui.say("restore-checked"),
        RestoreEventKind::Waiting { sessions } => {
            ui.tell("restore-waiting", &[("sessions", sessions.join("; ").into())])
        }
        RestoreEventKind::Swapped { aside: Some(aside) } => {
            ui.tell("restore-swapped", &[("aside", aside.as_str().into())])
        }
        RestoreEventKind::Swapped { aside: None } => ui.say("restore-swapped-in"),
        RestoreEventKind::Ended { took } => {
            ui.tell("apply-ended", &[("took", duration(ui, *took).into())])
        }
    }
}

fn tell(ui: &mut Ui, restored: &[Restored]) -> Result<(), CliError> {
    for one in restored {
        let service = one.service.as_str();
        match &one.aside {
            Ok(aside) => {
                let values = [
                    ("service", service.into()),
                    ("backup", one.backup.as_str().into()),
                    ("took", duration(ui, one.took).into()),
                ];
                let text = Tone::Good.paint(ui.tell("restore-outcome", &values));
                writeln!(ui.data(), "{text}")?;
                if let Some(aside) = aside {
                    let text = ui.tell("restore-aside", &[("aside", aside.as_str().into())]);
                    writeln!(ui.data(), "     {text}")?;
                }
                for refused in &one.undressed {
                    let text = ui.tell("restore-undressed", &[("what", refused.as_str().into())]);
                    ui.warning(&text)?;
                }
            }
            Err(failure) => {
                let text = ui.tell("restore-outcome-failed", &[("service", service.into())]);
                writeln!(ui.data(), "{text}")?;
                tell_failure(ui, failure, service)?;
            }
        }
    }
    Ok(())
}

fn exit(restored: &[Restored]) -> Exit {
    let failures = restored.iter().filter_map(|it| it.aside.as_ref().err());
    failures.map(|it| it.code.weight().into()).max().unwrap_or(Exit::InOrder)
}

fn document(
    ui: &Ui,
    fleet: &Fleet,
    run: Option<&RunId>,
    prospects: &[Prospect],
    restored: &[Restored],
    dry_run: bool,
) -> Json {
    let services: Vec<Json> = prospects
        .iter()
        .map(|prospect| {
            let one = restored.iter().find(|it| it.service == prospect.service);
            let failure = one.and_then(|it| it.aside.as_ref().err());
            json!({
                "service": prospect.service.as_str(),
                "also": prospect.also.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "backup": prospect.kept.manifest.id,
                "snapshotAt": prospect.kept.manifest.snapshot_at.to_string(),
                "verified": prospect.kept.is_verified(),
                "database": prospect.database,
                "losses": prospect.losses.iter().map(loss_document).collect::<Vec<_>>(),
                "restored": one.is_some_and(|it| it.aside.is_ok()),
                "aside": one.and_then(|it| it.aside.as_ref().ok()),
                "notRestored": one.map(|it| &it.undressed),
                "problem": failure.map(|it| failure_document(ui, it)),
                "remedy": failure.and_then(|it| failure_remedy(ui, it, prospect.service.as_str())),
            })
        })
        .collect();
    json!({
        "version": 1,
        "command": "restore",
        "project": fleet.project,
        "run": run.map(RunId::as_str),
        "dryRun": dry_run,
        "exitCode": exit(restored) as u8,
        "services": services,
    })
}

/// A loss in JSON.
pub(crate) fn loss_document(loss: &Loss) -> Json {
    json!({
        "table": loss.table,
        "rowsThen": loss.then,
        "rowsNow": loss.now,
        "inserted": loss.writes.map(|it| it.0),
        "updated": loss.writes.map(|it| it.1),
        "deleted": loss.writes.map(|it| it.2),
    })
}
