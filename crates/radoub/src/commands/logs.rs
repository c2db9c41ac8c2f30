//! `radoub logs`: what services print, in containers or by a command of `radoub.toml`; errors picked out on request.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use radoub_engine::errand::Errand;
use radoub_engine::fleet::{Fleet, Service};
use radoub_engine::runtime::{
    Container, Docker, LogLine, LogRequest, PRINTING, Runtime, RuntimeError, Source, masked,
};
use serde_json::json;

use super::containers::{of_fleet, runtime_error};
use super::{App, instant, moment};
use crate::error::{CliError, Exit};
use crate::ui::{Tone, Ui, View};

/// How many lines of each container are shown when nothing is asked.
const TAIL: usize = 50;

/// How often a command is asked again for its log, when it is followed.
const AGAIN: Duration = Duration::from_secs(1);

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

/// What a log is printed by.
enum Printer<'a> {
    /// A container.
    Container(Box<Container>),
    /// The command that `radoub.toml` names, as one types it.
    Command(&'a Service, String),
}

/// A service, what prints its log, and the lines.
struct Printed<'a> {
    service: String,
    printer: Printer<'a>,
    lines: Vec<LogLine>,
}

pub(crate) async fn logs(ui: &mut Ui, app: &mut App, args: &LogsArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let whole = fleet.clone();
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let engine = app.engine_for(ui, &whole, &fleet.services, Errand::Logs).await?;
    let mut all = printers(ui, &fleet, engine.as_ref()).await?;
    if all.is_empty() {
        let project = whole.compose_project.as_ref().unwrap_or(&whole.project);
        let values = [("project", project.as_str().into())];
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
    if args.follow {
        return follow(ui, engine.as_ref(), args, &request, &all).await;
    }
    read(engine.as_ref(), &request, &mut all).await.map_err(|error| runtime_error(ui, &error))?;
    for printed in &mut all {
        printed.lines.retain(|line| !args.errors || line.is_error());
        if let Some(most) = tail(args) {
            printed.lines.drain(..printed.lines.len().saturating_sub(most));
        }
    }
    if ui.view() == View::Json {
        let project = engine.as_ref().map_or(whole.project.as_str(), Docker::project);
        ui.json(&document(project, &all))?;
        return Ok(Exit::InOrder);
    }
    let width = width(&all);
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

/// What prints the logs of these services, in their order: a command where one is named, else the containers.
async fn printers<'a>(
    ui: &Ui,
    fleet: &'a Fleet,
    engine: Option<&Docker>,
) -> Result<Vec<Printed<'a>>, CliError> {
    let containers = match engine {
        Some(engine) => engine.containers().await.map_err(|error| runtime_error(ui, &error))?,
        None => Vec::new(),
    };
    let mut all = Vec::new();
    let mut contained = of_fleet(fleet, &containers);
    for service in &fleet.services {
        let name = service.name.to_string();
        if let Some(words) = Errand::Logs.words(service) {
            let printer = Printer::Command(service, masked(&words.join(" ")));
            all.push(Printed { service: name, printer, lines: Vec::new() });
        } else {
            let (own, others) = contained.into_iter().partition(|(it, _)| *it == name);
            contained = others;
            let own: Vec<(String, Container)> = own;
            all.extend(own.into_iter().map(|(service, container)| Printed {
                service,
                printer: Printer::Container(Box::new(container)),
                lines: Vec::new(),
            }));
        }
    }
    Ok(all)
}

fn width(all: &[Printed<'_>]) -> usize {
    all.iter().map(|it| it.service.chars().count()).max().unwrap_or_default()
}

/// The ids of the containers, each with its place among the printers.
fn containers<'a>(all: &'a [Printed<'_>]) -> (Vec<&'a str>, Vec<usize>) {
    let one = |(place, printed): (usize, &Printed<'_>)| match &printed.printer {
        Printer::Container(_) => Some(place),
        Printer::Command(..) => None,
    };
    let places: Vec<usize> = all.iter().enumerate().filter_map(one).collect();
    let ids = all.iter().filter_map(|printed| match &printed.printer {
        Printer::Container(container) => Some(container.id.as_str()),
        Printer::Command(..) => None,
    });
    (ids.collect(), places)
}

/// Reads all of them, those of the containers at once.
async fn read(
    engine: Option<&Docker>,
    request: &LogRequest,
    all: &mut [Printed<'_>],
) -> Result<(), RuntimeError> {
    let mut lines: Vec<Vec<LogLine>> = all.iter().map(|_| Vec::new()).collect();
    if let Some(engine) = engine {
        let (ids, places) = containers(all);
        engine.logs(&ids, request, |at, line| lines[places[at]].push(line)).await?;
    }
    for (printed, lines) in all.iter_mut().zip(lines) {
        printed.lines = lines;
        if let Printer::Command(service, _) = &printed.printer {
            printed.lines = printed_by_command(service, request).await?;
        }
    }
    Ok(())
}

/// What a command prints; lines without a time are taken whatever time is asked for.
async fn printed_by_command(
    service: &Service,
    request: &LogRequest,
) -> Result<Vec<LogLine>, RuntimeError> {
    let mut lines = Vec::new();
    let is_wanted = |line: &LogLine| match (request.since, line.at) {
        (Some(since), Some(at)) => at >= since,
        _ => true,
    };
    let keep = |line| {
        if is_wanted(&line) {
            lines.push(line);
        }
    };
    Runtime::Commands(service, None).print(PRINTING, keep).await?;
    if let Some(most) = request.tail {
        lines.drain(..lines.len().saturating_sub(most));
    }
    Ok(lines)
}

/// What was asked for from the end; all of it when a time says where to begin.
fn tail(args: &LogsArgs) -> Option<usize> {
    args.tail.or_else(|| args.since.is_none().then_some(TAIL))
}

/// Shows lines as they come, until every container has ended or somebody presses Ctrl-C.
async fn follow(
    ui: &mut Ui,
    engine: Option<&Docker>,
    args: &LogsArgs,
    request: &LogRequest,
    all: &[Printed<'_>],
) -> Result<Exit, CliError> {
    let width = width(all);
    let (ids, places) = containers(all);
    let shown = RefCell::new((Ok(()), &mut *ui));
    let show_one = |service: &str, line: &LogLine| {
        let (written, ui) = &mut *shown.borrow_mut();
        if written.is_ok() && (!args.errors || line.is_error()) {
            *written = show(ui, service, width, line);
        }
    };
    let of_containers = async {
        match engine {
            Some(engine) => {
                let show = |at: usize, line| show_one(&all[places[at]].service, &line);
                engine.logs(&ids, request, show).await
            }
            None => Ok(()),
        }
    };
    let both = async { tokio::try_join!(of_containers, follow_commands(all, request, show_one)) };
    let ended = tokio::select! {
        ended = both => ended.map(|_| ()),
        () = super::running::asked_to_stop() => Ok(()),
    };
    let (written, ui) = shown.into_inner();
    written?;
    ended.map_err(|error| runtime_error(ui, &error))?;
    Ok(Exit::InOrder)
}

/// Asks commands again and again for their logs, and shows what has come to them; ends at once without a command.
async fn follow_commands(
    all: &[Printed<'_>],
    request: &LogRequest,
    show: impl Fn(&str, &LogLine),
) -> Result<(), RuntimeError> {
    let mut logs: Vec<(&Service, Vec<LogLine>)> = Vec::new();
    for printed in all {
        let Printer::Command(service, _) = &printed.printer else { continue };
        let lines = printed_by_command(service, request).await?;
        for line in &lines {
            show(service.name.as_str(), line);
        }
        logs.push((service, lines));
    }
    let whole = LogRequest { tail: None, ..*request };
    while !logs.is_empty() {
        tokio::time::sleep(AGAIN).await;
        for (service, before) in &mut logs {
            let now = printed_by_command(service, &whole).await?;
            for line in &now[behind(before, &now)..] {
                show(service.name.as_str(), line);
            }
            *before = now;
        }
    }
    Ok(())
}

/// Where in `now` the lines begin that were not there `before`: behind the longest end of `before` that stands in it.
fn behind(before: &[LogLine], now: &[LogLine]) -> usize {
    let Some(last) = before.last() else { return 0 };
    let ends = (1..=now.len()).filter(|end| now[end - 1] == *last);
    let agrees = |end: &usize| {
        let pairs = before.iter().rev().zip(now[..*end].iter().rev());
        pairs.take_while(|(one, two)| one == two).count()
    };
    ends.max_by_key(agrees).unwrap_or(0)
}

fn show(ui: &mut Ui, service: &str, width: usize, line: &LogLine) -> Result<(), CliError> {
    let at = line.at.map(moment).unwrap_or_default();
    let tone = if line.is_error() { Tone::Bad } else { Tone::Quiet };
    let head = tone.paint(format!("{service:<width$} {at}"));
    writeln!(ui.data(), "{head} {}", masked(&line.text))?;
    Ok(())
}

fn document(project: &str, all: &[Printed<'_>]) -> serde_json::Value {
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
            let (container, state, command) = match &printed.printer {
                Printer::Container(it) => (Some(&it.name), Some(it.state.as_str()), None),
                Printer::Command(_, command) => (None, None, Some(command)),
            };
            json!({
                "service": printed.service,
                "container": container,
                "state": state,
                "command": command,
                "lines": lines,
            })
        })
        .collect();
    json!({ "version": 1, "command": "logs", "project": project, "containers": containers })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_come_to_a_log_is_new() {
        let lines = |text: &str| -> Vec<LogLine> {
            let one = |it: char| LogLine { at: None, source: Source::Output, text: it.to_string() };
            text.chars().map(one).collect()
        };
        for (before, now, new) in [
            ("", "ab", "ab"),
            ("ab", "ab", ""),
            ("ab", "abc", "c"),
            // The command gives the last three lines.
            ("abc", "bcd", "d"),
            ("aba", "abaab", "ab"),
            // It was restarted, and begins again.
            ("abc", "xy", "xy"),
        ] {
            let now = lines(now);
            assert_eq!(now[behind(&lines(before), &now)..], lines(new), "{before} {now:?}");
        }
    }
}
