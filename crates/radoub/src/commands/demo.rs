//! `radoub demo`: the guide's "Problème 1" played on a fleet of its own, told step by step. Every step
//! is the real command on real databases.

use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;

use radoub_engine::demo::{Demo, DemoServer, Keep, PrepareError, prepare};

use super::{App, apply, check, duration};
use crate::error::{CliError, Exit, chain};
use crate::settings;
use crate::ui::live::Live;
use crate::ui::{Tone, Ui};

/// What `demo` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    #[arg(long, value_name = "embedded|local", default_value = "embedded")]
    server: ServerKind,
    #[arg(long)]
    keep: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ServerKind {
    Embedded,
    Local,
}

pub(crate) async fn demo(ui: &mut Ui, app: &App, args: &DemoArgs) -> Result<Exit, CliError> {
    let begun = Instant::now();
    let kind = match args.server {
        ServerKind::Embedded => "demo-server-embedded",
        ServerKind::Local => "demo-server-local",
    };
    let intro = ui.tell("demo-intro", &[("server", ui.say(kind).into())]);
    writeln!(ui.data(), "{intro}")?;

    step(ui, 1, "demo-step-prepare")?;
    let folder = folder();
    let demo = tokio::select! {
        demo = start(ui, &folder, args.server) => demo?,
        () = super::running::asked_to_stop() => return Err(interrupted(ui)),
    };
    let ready = ui.tell("demo-ready", &[("took", duration(ui, begun.elapsed()).into())]);
    writeln!(ui.data(), "{ready}")?;

    // The commands answer Ctrl-C themselves while they apply; between them it ends the demo.
    let played = tokio::select! {
        played = play(ui, app, &demo, args.server) => played,
        () = super::running::asked_to_stop() => Err(interrupted(ui)),
    };
    let kept = demo.fleet();
    let keep = if args.keep { Keep::Fleet } else { Keep::Nothing };
    let ended = demo.end(keep).await;
    let exit = played?;
    ended?;
    if args.keep {
        let text = ui.tell("demo-kept", &[("path", kept.display().to_string().into())]);
        writeln!(ui.data(), "\n{text}")?;
    }
    let end = ui.tell("demo-end", &[("took", duration(ui, begun.elapsed()).into())]);
    writeln!(ui.data(), "\n{end}")?;
    Ok(exit)
}

/// A folder of its own; the name carries our process, so that two demos never meet.
fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("radoub-demo-{}", std::process::id()))
}

async fn start(ui: &Ui, folder: &std::path::Path, kind: ServerKind) -> Result<Demo, CliError> {
    let server = match kind {
        ServerKind::Embedded => DemoServer::Embedded,
        ServerKind::Local => DemoServer::Local,
    };
    let live = Live::new(&["PostgreSQL".to_owned()], ui.may_draw());
    let prepared = prepare(folder, server, &settings::search_path()).await;
    drop(live);
    prepared.map_err(|error| match error {
        PrepareError::NotBuiltIn => CliError::Told {
            heading: ui.say("error-not-built-in"),
            causes: Vec::new(),
            remedy: None,
        },
        error => CliError::Told {
            heading: ui.say("demo-failed"),
            causes: chain(&error),
            remedy: Some(ui.say("demo-failed-remedy")).filter(|_| kind == ServerKind::Embedded),
        },
    })
}

/// Look, mend, look again.
async fn play(ui: &mut Ui, app: &App, demo: &Demo, kind: ServerKind) -> Result<Exit, CliError> {
    let mut app = app.within(demo.fleet(), demo.environment());
    step(ui, 2, "demo-step-check")?;
    check::check(ui, &mut app, &check::CheckArgs::default()).await?;
    step(ui, 3, "demo-step-apply")?;
    let mut args = apply::ApplyArgs::default();
    if kind == ServerKind::Embedded {
        let text = ui.say("demo-no-backup");
        writeln!(ui.data(), "{text}\n")?;
        args = apply::ApplyArgs::without_backup();
    }
    apply::apply(ui, &mut app, &args).await?;
    step(ui, 4, "demo-step-again")?;
    check::check(ui, &mut app, &check::CheckArgs::default()).await
}

fn step(ui: &mut Ui, number: usize, title: &str) -> Result<(), CliError> {
    let title = ui.tell(title, &[("count", 11.into())]);
    let line = ui.tell("demo-step", &[("number", number.into()), ("title", title.into())]);
    writeln!(ui.data(), "\n{}\n", Tone::Strong.paint(line))?;
    Ok(())
}

fn interrupted(ui: &Ui) -> CliError {
    CliError::Told { heading: ui.say("error-interrupted"), causes: Vec::new(), remedy: None }
}
