//! `radoub rollback`: the ways back from the last change of a service, least loss first, each with its cost; and
//! the one that is chosen.

use clap::ValueEnum as _;
use serde_json::{Value as Json, json};

use radoub_engine::account::Account;
use radoub_engine::backup::catalogue::Kept;
use radoub_engine::fleet::{Fleet, Service};
use radoub_engine::journal::RunId;
use radoub_engine::plan::{SavedDeed, SavedPlan};
use radoub_engine::restore::{Prospect, Request, consider};
use radoub_engine::rollback::down::{Descent, DownLoss, Manner, Step, descend};
use radoub_engine::rollback::{Against, Ladder, look};
use radoub_engine::run::RunSettings;
use radoub_schema::migration::MigrationName;

use super::App;
use super::apply::taken;
use super::backup::{holdings, refused, shown_at};
use super::restore::{How, carry_out, loss_document, show};
use super::running::interrupts;
use super::way_back::{self, Agreement};
use crate::cli::Seconds;
use crate::error::{CliError, Exit};
use crate::ui::{Tone, Ui, View};

/// A rung of the ladder that radoub can climb by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Rung {
    /// By `down.sql`.
    Down,
    /// By the backup of this service.
    Restore,
    /// By all backups of its set.
    Set,
}

/// What `rollback` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct RollbackArgs {
    #[arg(value_name = "SERVICE")]
    service: String,
    #[arg(long, value_name = "down|restore|set")]
    rung: Option<Rung>,
    #[arg(long, value_name = "MIGRATION")]
    to: Option<String>,
    #[command(flatten)]
    how: How,
    #[arg(long)]
    allow_delete_data: bool,
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn rollback(
    ui: &mut Ui,
    app: &mut App,
    args: &RollbackArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let backups = holdings(ui, &fleet)?;
    let narrowed = App::narrow(ui, fleet.clone(), std::slice::from_ref(&args.service))?;
    let [service] = narrowed.services.as_slice() else {
        return Err(CliError::Told {
            heading: ui.say("rollback-one-service"),
            causes: Vec::new(),
            remedy: None,
        });
    };
    let request = args.how.request(app);
    let to = args.to.as_ref().map(|it| MigrationName::new(it.trim_end_matches(['/', '\\'])));
    let ladder = match look(&fleet, service, &backups, to.as_ref(), &request).await {
        Ok(ladder) => ladder,
        Err(failure) => return refused(ui, "rollback", &failure, service.name.as_str()),
    };
    let is_over = ladder.undo.is_empty() && ladder.uncommitted.is_none();
    let rung = match args.rung {
        // What an earlier call has brought about already is not a failure of this one.
        Some(Rung::Down | Rung::Restore) if is_over => None,
        Some(Rung::Set) if is_over && ladder.set.is_empty() => None,
        rung => rung,
    };
    let Some(rung) = rung else {
        if ui.view() == View::Json {
            let document = document(&fleet, &ladder);
            ui.json(&document)?;
        } else {
            tell(ui, service, &ladder)?;
        }
        return Ok(if ladder.undo.is_empty() { Exit::InOrder } else { Exit::NeedsWork });
    };
    match rung {
        Rung::Down => by_down(ui, app, &fleet, args, service, &ladder).await,
        Rung::Restore => match &ladder.restore {
            Some(prospect) => {
                by_restore(ui, app, &fleet, args, vec![prospect.clone()], &request).await
            }
            None => impossible(ui, service),
        },
        Rung::Set if ladder.set.is_empty() => impossible(ui, service),
        Rung::Set => {
            let mut prospects = Vec::new();
            for kept in &ladder.set {
                match consider(&fleet, kept, &request).await {
                    Ok(prospect) => prospects.push(prospect),
                    Err(failure) => {
                        return refused(ui, "rollback", &failure, &kept.manifest.service);
                    }
                }
            }
            by_restore(ui, app, &fleet, args, prospects, &request).await
        }
    }
}

fn impossible(ui: &Ui, service: &Service) -> Result<Exit, CliError> {
    Err(CliError::Told {
        heading: ui.say("rollback-impossible"),
        causes: Vec::new(),
        remedy: Some(
            ui.tell("rollback-impossible-remedy", &[("service", service.name.as_str().into())]),
        ),
    })
}

/// Takes the migrations back, once that is agreed to.
async fn by_down(
    ui: &mut Ui,
    app: &App,
    fleet: &Fleet,
    args: &RollbackArgs,
    service: &Service,
    ladder: &Ladder,
) -> Result<Exit, CliError> {
    if !ladder.down.is_possible() {
        return impossible(ui, service);
    }
    let agreement = Agreement { yes: args.yes, delete_data: args.allow_delete_data };
    if !agree_to_down(ui, app, &ladder.down, agreement).await? {
        return Ok(Exit::NeedsWork);
    }
    let steps = &ladder.down.steps;
    let undo = |step: &Step| SavedDeed::Undo { migration: step.migration.to_string() };
    let deeds = [(service.name.clone(), steps.iter().map(undo).collect())];
    let plan = SavedPlan::of_way_back(&fleet.project, deeds);
    let services = [service.name.clone()];
    match way_back::open(ui, app, fleet, "rollback", &plan, services).await? {
        Ok(account) => {
            let descending = Descending { service, steps, wait: args.how.wait };
            take_back(ui, app, &descending, "rollback", account).await
        }
        Err(other) => taken(ui, "rollback", &fleet.project, &other),
    }
}

/// Shows what would be taken back and lost, and asks.
pub(super) async fn agree_to_down(
    ui: &mut Ui,
    app: &App,
    down: &Descent,
    agreement: Agreement,
) -> Result<bool, CliError> {
    if ui.view() != View::Json {
        for step in &down.steps {
            let values = [("migration", step.migration.as_str().into())];
            let text = ui.tell("rollback-down-step", &values);
            writeln!(ui.data(), "{text}")?;
        }
        tell_losses(ui, &down.losses)?;
    }
    let loses = !down.losses.is_empty();
    if agreement.yes && (!loses || agreement.delete_data) {
        return Ok(true);
    }
    let question = ui.say("rollback-down-ask");
    if !agreement.yes && super::agreed(ui, app, &question).await? {
        return Ok(true);
    }
    let text = ui.say(if loses { "rollback-not-agreed-loss" } else { "restore-not-agreed" });
    ui.hint(&text)?;
    Ok(false)
}

/// A way down that was agreed to.
pub(super) struct Descending<'a> {
    pub(super) service: &'a Service,
    pub(super) steps: &'a [Step],
    /// How long to wait for somebody else's migration lock.
    pub(super) wait: Seconds,
}

/// Takes migrations back in a run that has begun, and tells what came of it.
pub(super) async fn take_back(
    ui: &mut Ui,
    app: &App,
    descending: &Descending<'_>,
    command: &str,
    mut account: Account,
) -> Result<Exit, CliError> {
    let Descending { service, steps, wait } = descending;
    let name = service.name.as_str();
    let usual = RunSettings::default();
    let manner = Manner {
        look: app.look(),
        lock_patience: wait.0,
        lock_timeout: usual.lock_timeout,
        lock_budget: usual.lock_budget,
        advisory_lock: app.takes_advisory_lock(),
    };
    let (mut undone, mut written) = (Vec::new(), Ok(()));
    let (stop, stopped) = radoub_engine::run::stop();
    let descending = descend(service, steps, &manner, &stopped, &mut account, |migration| {
        undone.push(migration.clone());
        if ui.view() != View::Json && written.is_ok() {
            let values = [("migration", migration.as_str().into()), ("service", name.into())];
            let text = ui.tell("rollback-undone", &values);
            written = writeln!(ui.data(), "{text}");
        }
    });
    let outcome = tokio::select! {
        outcome = descending => outcome,
        never = interrupts(&stop) => match never {},
    };
    let ended = way_back::close(ui, account, stopped.asked()).await;
    written?;
    if ui.view() == View::Json {
        let failure = outcome.as_ref().err();
        let exit: Exit = failure.map_or(Exit::InOrder, |it| it.code.weight().into());
        let document = json!({
            "version": 1,
            "command": command,
            "service": name,
            "run": ended.as_ref().ok().and_then(|it| it.as_ref().map(RunId::as_str)),
            "rung": "down",
            "undone": undone.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "exitCode": exit as u8,
            "problem": failure.map(|it| super::check::failure_document(ui, it)),
        });
        ui.json(&document)?;
        ended?;
        return Ok(exit);
    }
    ended?;
    match outcome {
        Ok(()) => {
            let text = ui.tell("rollback-next", &[("service", name.into())]);
            ui.hint(&text)?;
            Ok(Exit::InOrder)
        }
        Err(failure) => refused(ui, command, &failure, name),
    }
}

/// Restores, once that is agreed to.
async fn by_restore(
    ui: &mut Ui,
    app: &App,
    fleet: &Fleet,
    args: &RollbackArgs,
    prospects: Vec<Prospect>,
    request: &Request<'_>,
) -> Result<Exit, CliError> {
    if ui.view() != View::Json {
        show(ui, &prospects)?;
    }
    if !args.yes {
        let question = ui.tell("restore-ask", &[("count", prospects.len().into())]);
        if !super::agreed(ui, app, &question).await? {
            let text = ui.say("restore-not-agreed");
            ui.hint(&text)?;
            return Ok(Exit::NeedsWork);
        }
    }
    carry_out(ui, app, fleet, "rollback", &prospects, request).await
}

/// The ladder, rung by rung.
fn tell(ui: &mut Ui, service: &Service, ladder: &Ladder) -> Result<(), CliError> {
    let name = service.name.as_str();
    let heading = if ladder.undo.is_empty() {
        ui.tell("rollback-nothing", &[("service", name.into())])
    } else {
        let names: Vec<&str> = ladder.undo.iter().map(MigrationName::as_str).collect();
        let values = [("service", name.into()), ("migrations", names.join(", ").into())];
        ui.tell("rollback-heading", &values)
    };
    let heading = Tone::Strong.paint(heading);
    writeln!(ui.data(), "{heading}")?;
    // First: nothing was committed, so there is nothing to do.
    if let Some(migration) = &ladder.uncommitted {
        let values = [("migration", migration.as_str().into())];
        let text = ui.tell("rollback-uncommitted", &values);
        writeln!(ui.data(), "1. ✅ {text}")?;
    }
    if ladder.undo.is_empty() {
        return tell_left(ui, name, ladder);
    }
    if ladder.uncommitted.is_none() {
        let text = ui.tell("rollback-committed", &[("count", ladder.undo.len().into())]);
        writeln!(ui.data(), "1. – {text}")?;
    }
    tell_down(ui, name, ladder)?;
    tell_code(ui, ladder)?;
    tell_backups(ui, name, ladder)
}

fn tell_down(ui: &mut Ui, name: &str, ladder: &Ladder) -> Result<(), CliError> {
    if ladder.down.is_possible() {
        let text = ui.tell("rollback-down", &[("count", ladder.down.steps.len().into())]);
        writeln!(ui.data(), "2. ✅ {text}")?;
        tell_losses(ui, &ladder.down.losses)?;
        let allow = if ladder.down.losses.is_empty() { "" } else { " --allow-delete-data" };
        let again = again(name, Rung::Down, ladder);
        writeln!(ui.data(), "     → {again}{allow}")?;
    } else {
        let names: Vec<&str> = ladder.down.lacking.iter().map(MigrationName::as_str).collect();
        let values = [("migrations", names.join(", ").into())];
        let text = ui.tell("rollback-down-lacking", &values);
        writeln!(ui.data(), "2. – {text}")?;
    }
    Ok(())
}

fn tell_losses(ui: &mut Ui, losses: &[DownLoss]) -> Result<(), CliError> {
    if losses.is_empty() {
        let text = ui.say("rollback-down-loses-nothing");
        writeln!(ui.data(), "     {text}")?;
    }
    for loss in losses {
        let values = [
            ("migration", loss.migration.as_str().into()),
            ("act", loss.verb.as_str().into()),
            ("table", loss.table.as_str().into()),
            ("column", loss.column.as_deref().unwrap_or("").into()),
            ("count", loss.count.unwrap_or(0).into()),
        ];
        let key = match (loss.count, &loss.column) {
            (None, _) => "rollback-loss-unknown",
            (Some(_), Some(_)) => "rollback-loss-column",
            (Some(_), None) => "rollback-loss-rows",
        };
        let text = Tone::Notice.paint(ui.tell(key, &values));
        writeln!(ui.data(), "     {text}")?;
    }
    Ok(())
}

fn tell_code(ui: &mut Ui, ladder: &Ladder) -> Result<(), CliError> {
    let fits = ladder.code.against.is_empty();
    let text = ui.say(if fits { "rollback-code" } else { "rollback-code-breaks" });
    writeln!(ui.data(), "3. {} {text}", if fits { "✅" } else { "–" })?;
    for one in &ladder.code.against {
        let text = against_text(ui, one);
        writeln!(ui.data(), "     {text}")?;
    }
    if fits {
        writeln!(ui.data(), "     → git revert HEAD")?;
        if !ladder.code.compose.is_empty() {
            let services = ladder.code.compose.join(" ");
            writeln!(ui.data(), "     → docker compose build {services}")?;
            writeln!(ui.data(), "     → docker compose up -d {services}")?;
        }
    }
    Ok(())
}

fn against_text(ui: &Ui, one: &Against) -> String {
    let what = match (one.table.as_str(), one.name.as_str()) {
        ("", name) => name.to_owned(),
        (table, name) if table == name => name.to_owned(),
        (table, name) => format!("{table}.{name}"),
    };
    let values = [
        ("migration", one.migration.as_str().into()),
        ("act", one.verb.as_str().into()),
        ("what", what.into()),
    ];
    ui.tell(&format!("rollback-against-{}", one.risk.as_str()), &values)
}

fn tell_backups(ui: &mut Ui, name: &str, ladder: &Ladder) -> Result<(), CliError> {
    if let Some(prospect) = &ladder.restore {
        let text = ui.tell("rollback-restore", &backup_values(&prospect.kept));
        writeln!(ui.data(), "4. ✅ {text}")?;
        let count = prospect.losses.len();
        let text = if count == 0 {
            ui.say("restore-loses-nothing")
        } else {
            Tone::Notice.paint(ui.tell("rollback-restore-loses", &[("count", count.into())]))
        };
        writeln!(ui.data(), "     {text}")?;
        let again = again(name, Rung::Restore, ladder);
        writeln!(ui.data(), "     → {again}")?;
    } else {
        let text = ui.say("rollback-restore-lacking");
        writeln!(ui.data(), "4. – {text}")?;
    }
    let text = if ladder.set.is_empty() {
        format!("5. – {}", ui.say("rollback-set-lacking"))
    } else {
        let services: Vec<&str> =
            ladder.set.iter().map(|it| it.manifest.service.as_str()).collect();
        let values = [
            ("set", ladder.set[0].manifest.set.as_str().into()),
            ("services", services.join(", ").into()),
        ];
        format!("5. ✅ {}", ui.tell("rollback-set", &values))
    };
    writeln!(ui.data(), "{text}")?;
    if !ladder.set.is_empty() {
        let again = again(name, Rung::Set, ladder);
        writeln!(ui.data(), "     → {again}")?;
    }
    Ok(())
}

/// Where nothing is to be undone: how to go further back, and the set that others may have to go back to.
fn tell_left(ui: &mut Ui, name: &str, ladder: &Ladder) -> Result<(), CliError> {
    if ladder.stays.is_some() && ladder.uncommitted.is_none() {
        let text = ui.say("rollback-further");
        writeln!(ui.data(), "     {text}")?;
    }
    let Some(first) = ladder.set.first() else { return Ok(()) };
    let services: Vec<&str> = ladder.set.iter().map(|it| it.manifest.service.as_str()).collect();
    let values =
        [("set", first.manifest.set.as_str().into()), ("services", services.join(", ").into())];
    let is_left = ladder.uncommitted.is_none();
    let text = ui.tell(if is_left { "rollback-set-left" } else { "rollback-set" }, &values);
    let again = again(name, Rung::Set, ladder);
    writeln!(ui.data(), "5. ✅ {text}\n     → {again}")?;
    Ok(())
}

/// The command that climbs a rung. It names the migration that stays, so that it means the same when it is called
/// once more, whatever became of the first call.
fn again(name: &str, rung: Rung, ladder: &Ladder) -> String {
    let rung = rung.to_possible_value().map(|it| it.get_name().to_owned()).unwrap_or_default();
    let to = ladder.stays.as_ref().map(|it| format!(" --to {it}")).unwrap_or_default();
    format!("radoub rollback {name} --rung {rung}{to}")
}

fn backup_values(kept: &Kept) -> Vec<(&'static str, crate::ui::words::Value<'_>)> {
    vec![("backup", kept.manifest.id.as_str().into()), ("at", shown_at(kept).into())]
}

fn document(fleet: &Fleet, ladder: &Ladder) -> Json {
    let names = |names: &[MigrationName]| -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    };
    json!({
        "version": 1,
        "command": "rollback",
        "project": fleet.project,
        "service": ladder.service.as_str(),
        "exitCode": u8::from(!ladder.undo.is_empty()),
        "undo": names(&ladder.undo),
        "stays": ladder.stays.as_ref().map(ToString::to_string),
        "uncommitted": ladder.uncommitted.as_ref().map(ToString::to_string),
        "down": {
            "possible": ladder.down.is_possible(),
            "lacking": names(&ladder.down.lacking),
            "losses": ladder.down.losses.iter().map(|it| json!({
                "migration": it.migration.as_str(),
                "act": it.verb.as_str(),
                "table": it.table,
                "column": it.column,
                "count": it.count,
            })).collect::<Vec<_>>(),
        },
        "code": {
            "compatible": ladder.code.against.is_empty(),
            "against": ladder.code.against.iter().map(|it| json!({
                "migration": it.migration.as_str(),
                "act": it.verb.as_str(),
                "table": it.table,
                "name": it.name,
                "risk": it.risk.as_str(),
            })).collect::<Vec<_>>(),
        },
        "restore": ladder.restore.as_ref().map(|it| json!({
            "backup": it.kept.manifest.id,
            "losses": it.losses.iter().map(loss_document).collect::<Vec<_>>(),
        })),
        "set": ladder.set.first().map(|first| json!({
            "set": first.manifest.set,
            "services": ladder.set.iter().map(|it| it.manifest.service.as_str()).collect::<Vec<_>>(),
        })),
    })
}
