//! `radoub logs`: what the containers of services print, errors picked out on request.

use std::time::{Duration, SystemTime};

use radoub_engine::runtime::{Container, LogLine, LogRequest, Runtime, Source, masked};
use serde_json::json;

use super::containers::{of_fleet, runtime_error};
use super::{App, instant, moment};
use crate::error::{CliError, Exit};
use crate::ui::{Tone, Ui, View};

/// How many lines of each container are shown when nothing is asked.
const TAIL: usize = 50;

/// What `logs` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct LogsArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(short = 'n', long, value_name = "LINES")]
    tail: Option<usize>,
    #[arg(long, value_name = "DURATION", value_parser = ago)]
    since: Option<Ago>,
    #[arg(short, long)]
    errors: bool,
    #[arg(long, conflicts_with = "json")]
    follow: bool,
}

/// A length of time before now: `30s`, `10m`, `2h`, `1d`.
#[derive(Debug, Clone, Copy)]
struct Ago(Duration);

fn ago(text: &str) -> Result<Ago, String> {
    let (number, unit) =
        text.split_at(text.len() - text.chars().next_back().map_or(0, char::len_utf8));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(format!("`{text}`")),
    };
    let number: u64 = number.parse().map_err(|_| format!("`{text}`"))?;
    number
        .checked_mul(seconds)
        .map(|it| Ago(Duration::from_secs(it)))
        .ok_or_else(|| format!("`{text}`"))
}

/// A service, one of its containers, and what it printed.
struct Printed {
    service: String,
    container: Container,
    lines: Vec<LogLine>,
}

pub(crate) async fn logs(ui: &mut Ui, app: &mut App, args: &LogsArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let runtime = app.runtime(ui, &fleet).await?;
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let containers = runtime.containers().await.map_err(|error| runtime_error(ui, &error))?;
    let chosen = of_fleet(&fleet, &containers);
    if chosen.is_empty() {
        let values = [("project", runtime.project().into())];
        return Err(CliError::Told {
            heading: ui.tell("logs-no-container", &values),
            causes: Vec::new(),
            remedy: Some(ui.say("logs-no-container-remedy")),
        });
    }
    let request = LogRequest {
        since: args.since.and_then(|ago| SystemTime::now().checked_sub(ago.0)),
        until: None,
        // Errors are looked for in everything that is asked for, and cut afterwards.
        tail: if args.errors { None } else { tail(args) },
        follow: args.follow,
    };
    let ids: Vec<&str> = chosen.iter().map(|(_, container)| container.id.as_str()).collect();
    if args.follow {
        return follow(ui, &runtime, args, &request, &chosen).await;
    }
    let mut lines: Vec<Vec<LogLine>> = vec![Vec::new(); chosen.len()];
    let read = runtime.logs(&ids, &request, |place, line| {
        if !args.errors || line.is_error() {
            lines[place].push(line);
        }
    });
    read.await.map_err(|error| runtime_error(ui, &error))?;
    let all: Vec<Printed> = chosen
        .into_iter()
        .zip(lines)
        .map(|((service, container), mut lines)| {
            if let (true, Some(most)) = (args.errors, tail(args)) {
                lines.drain(..lines.len().saturating_sub(most));
            }
            Printed { service, container, lines }
        })
        .collect();
    if ui.view() == View::Json {
        ui.json(&document(&runtime, &all))?;
        return Ok(Exit::InOrder);
    }
    let width = all.iter().map(|it| it.service.chars().count()).max().unwrap_or_default();
    for printed in &all {
        for line in &printed.lines {
            show(ui, &printed.service, width, line)?;
        }
    }
    if args.errors && all.iter().all(|it| it.lines.is_empty()) {
        let text = ui.say("logs-no-errors");
        writeln!(ui.status(), "{text}")?;
    }
    Ok(Exit::InOrder)
}

/// What was asked for from the end; all of it when a time says where to begin.
fn tail(args: &LogsArgs) -> Option<usize> {
    args.tail.or_else(|| args.since.is_none().then_some(TAIL))
}

/// Shows lines as they come, until every container has ended or somebody presses Ctrl-C.
async fn follow(
    ui: &mut Ui,
    runtime: &Runtime,
    args: &LogsArgs,
    request: &LogRequest,
    chosen: &[(String, Container)],
) -> Result<Exit, CliError> {
    let width = chosen.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let ids: Vec<&str> = chosen.iter().map(|(_, container)| container.id.as_str()).collect();
    let mut shown = Ok(());
    let read = {
        let ui = &mut *ui;
        let shown = &mut shown;
        runtime.logs(&ids, request, move |place, line| {
            if shown.is_ok() && (!args.errors || line.is_error()) {
                *shown = show(ui, &chosen[place].0, width, &line);
            }
        })
    };
    let ended = tokio::select! {
        ended = read => ended,
        () = super::running::asked_to_stop() => Ok(()),
    };
    shown?;
    ended.map_err(|error| runtime_error(ui, &error))?;
    Ok(Exit::InOrder)
}

fn show(ui: &mut Ui, service: &str, width: usize, line: &LogLine) -> Result<(), CliError> {
    let at = line.at.map(moment).unwrap_or_default();
    let tone = if line.is_error() { Tone::Bad } else { Tone::Quiet };
    let head = tone.paint(format!("{service:<width$} {at}"));
    writeln!(ui.data(), "{head} {}", masked(&line.text))?;
    Ok(())
}

fn document(runtime: &Runtime, all: &[Printed]) -> serde_json::Value {
    let containers: Vec<_> = all
        .iter()
        .map(|printed| {
            let lines: Vec<_> = printed
                .lines
                .iter()
                .map(|line| {
                    json!({
                        "at": line.at.map(instant),
                        "source": match line.source { Source::Output => "stdout", Source::Error => "stderr" },
                        "error": line.is_error(),
                        "text": masked(&line.text),
                    })
                })
                .collect();
            json!({
                "service": printed.service,
                "container": printed.container.name,
                "state": printed.container.state.as_str(),
                "lines": lines,
            })
        })
        .collect();
    json!({ "version": 1, "command": "logs", "project": runtime.project(), "containers": containers })
}
