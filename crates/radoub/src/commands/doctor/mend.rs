//! `radoub doctor --fix`: servers that are down started, databases that are not there created and brought up to date.

use std::time::{Duration, Instant};

use radoub_engine::doctor::mend::{Down, StartError, absent, down, start};
use radoub_engine::fleet::ServiceName;
use radoub_engine::observe::{Observed, look_at, observe};
use radoub_engine::state::State;

use super::{App, DoctorArgs};
use crate::commands::apply::{ApplyArgs, apply};
use crate::commands::check::{failure_lines, remedy_line};
use crate::commands::containers::{runtime_error, told};
use crate::commands::duration;
use crate::error::{CliError, Exit};
use crate::ui::Ui;
use crate::ui::words::Value;

/// How often a server that was started is asked whether it is ready.
const PAUSE: Duration = Duration::from_millis(200);

pub(super) async fn mend(ui: &mut Ui, app: &mut App, args: &DoctorArgs) -> Result<Exit, CliError> {
    let inventory = app.inventory(ui)?;
    let fleet = App::narrow(ui, inventory.fleet.clone(), &args.services)?;
    let observed = observe(&fleet, &app.look(), |_, _| {}).await;
    let servers = down(&inventory, &fleet, &observed);
    let mut done = false;
    for server in &servers {
        let Some(name) = &server.server else {
            let text = ui.tell("fix-server-foreign", &[("server", server.address.as_str().into())]);
            ui.warning(&text)?;
            continue;
        };
        let values =
            [("server", name.as_str().into()), ("services", names(&server.services).into())];
        let question = ui.tell("fix-server-question", &values);
        if !agreed(ui, app, args, &question).await? {
            continue;
        }
        let runtime = app.runtime(ui, &inventory.fleet).await?;
        let text = ui.tell("fix-server-starting", &[("server", name.as_str().into())]);
        writeln!(ui.status(), "{text}")?;
        start(&inventory, &runtime, app.environment(), name).await.map_err(
            |error| match error {
                StartError::Engine(error) => runtime_error(ui, &error),
                StartError::Compose(error) => told(ui, &error.failure()),
            },
        )?;
        wait(ui, app, args, server).await?;
        done = true;
    }
    // A server that has just come up may have another address, and databases that are not there.
    let fleet = app.fleet(ui)?;
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let observed = observe(&fleet, &app.look(), |_, _| {}).await;
    let mut wanted = Vec::new();
    for database in absent(&fleet, &observed) {
        let values: [(&str, Value<'_>); 4] = [
            ("database", database.database.as_str().into()),
            ("server", database.server.as_str().into()),
            ("role", database.role.as_str().into()),
            ("service", database.service.as_str().into()),
        ];
        let question = ui.tell("fix-database-question", &values);
        if agreed(ui, app, args, &question).await? {
            wanted.push(database.service.to_string());
        }
    }
    if !wanted.is_empty() {
        let exit = apply(ui, app, &ApplyArgs::creating(wanted.clone())).await?;
        // A database that has just been made may have no migration to it.
        let fleet = App::narrow(ui, app.fleet(ui)?, &wanted)?;
        let observed = observe(&fleet, &app.look(), |_, _| {}).await;
        let still = still_to_do(ui, &observed)?;
        return Ok(exit.max(still));
    }
    let still = observed.iter().map(|it| it.state.weight()).max();
    let exit = still.map_or(Exit::InOrder, Exit::from);
    let unmended = observed
        .iter()
        .any(|it| matches!(it.state, State::DatabaseMissing | State::Unreachable | State::Invalid));
    if unmended {
        let text = ui.say("fix-declined");
        if !done {
            writeln!(ui.status(), "{text}")?;
        }
        return Ok(exit.max(Exit::NeedsWork));
    }
    if !done {
        let text = ui.say("fix-nothing");
        writeln!(ui.status(), "{text}")?;
    }
    still_to_do(ui, &observed)?;
    Ok(exit)
}

/// Says what comes next, where every database is there: what waits is for `apply`, which shows what it will do, and a
/// service without a migration needs its first.
fn still_to_do(ui: &mut Ui, observed: &[Observed]) -> Result<Exit, CliError> {
    let of = |state| observed.iter().filter(move |it| it.state == state);
    let pending: Vec<&str> = of(State::Pending).map(|it| it.service.as_str()).collect();
    let command = if pending.is_empty() {
        of(State::NoMigrations).find_map(|it| remedy_line(ui, it))
    } else {
        Some(format!("radoub apply --only {}", pending.join(",")))
    };
    let Some(command) = command else { return Ok(Exit::InOrder) };
    let next = ui.tell("doctor-next-command", &[("command", command.into())]);
    writeln!(ui.data(), "{next}")?;
    Ok(Exit::NeedsWork)
}

fn names(services: &[ServiceName]) -> String {
    services.iter().map(ServiceName::as_str).collect::<Vec<_>>().join(", ")
}

/// Whether a person says yes, now or by `--yes`.
async fn agreed(
    ui: &mut Ui,
    app: &App,
    args: &DoctorArgs,
    question: &str,
) -> Result<bool, CliError> {
    if args.yes {
        return Ok(true);
    }
    if !ui.may_ask(app.environment().get("CI").map(String::as_str)) {
        writeln!(ui.status(), "{question}")?;
        let hint = ui.say("fix-ask");
        ui.hint(&hint)?;
        return Ok(false);
    }
    Ok(ui.confirm(question).await?)
}

/// Waits until a server that was started takes connections.
async fn wait(
    ui: &mut Ui,
    app: &mut App,
    args: &DoctorArgs,
    server: &Down,
) -> Result<(), CliError> {
    let begun = Instant::now();
    let name = server.server.as_deref().unwrap_or(&server.address).to_owned();
    loop {
        // The engine may give the port only now.
        let fleet = app.fleet(ui)?;
        let service = fleet.services.iter().find(|it| server.services.contains(&it.name));
        let Some(service) = service else { return Ok(()) };
        let seen = look_at(service, &app.look()).await;
        let ready = !matches!(seen.state, State::Unreachable | State::Invalid);
        let over = begun.elapsed() >= args.wait.0;
        if ready || over {
            let took = duration(ui, begun.elapsed());
            let values = [("server", name.into()), ("took", took.into())];
            if ready {
                let text = ui.tell("fix-server-ready", &values);
                writeln!(ui.status(), "{text}")?;
                return Ok(());
            }
            return Err(CliError::Told {
                heading: ui.tell("fix-server-silent", &values),
                causes: seen.problem.as_ref().map(|it| failure_lines(ui, it)).unwrap_or_default(),
                remedy: None,
            });
        }
        tokio::time::sleep(PAUSE).await;
    }
}
