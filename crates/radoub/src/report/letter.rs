//! What is told of a run to those who are not at the terminal: letters, composed from the report as it stands.
//!
//! Pure, like the forms of the report beside it; where letters go is for `radoub_engine::notify`.

use std::time::SystemTime;

use serde_json::{Value as Json, json};

use radoub_engine::event::{Event, EventKind, FleetEvent};
use radoub_engine::fleet::ServiceName;
use radoub_engine::journal::fact::{RunOutcome, Who};
use radoub_engine::notify::{Letter, Moment, Mood, NotDelivered};
use radoub_engine::report::{Line, Outcome, Report};

use crate::commands::check::{failure_document, failure_lines, failure_remedy};
use crate::commands::{duration, instant};
use crate::ui::Ui;

/// How many services are named in a message, and how long what is said of one may be; the report has the rest.
const TROUBLE: usize = 10;
const WIDTH: usize = 300;

/// A run starts.
pub(crate) fn start(ui: &Ui, report: &Report) -> Letter {
    let planned: Vec<&Line> =
        report.lines.iter().filter(|line| line.outcome == Outcome::Unfinished).collect();
    let left = planned.iter().map(|line| line.planned.len().saturating_sub(line.applied.len()));
    let migrations: usize = left.sum();
    let values = [("project", report.project.as_str().into()), ("services", planned.len().into())];
    let mut facts = circumstances(ui, report);
    facts.push((
        ui.say("notify-work"),
        ui.tell("notify-migrations", &[("count", migrations.into())]),
    ));
    Letter {
        services: planned.iter().map(|line| line.service.clone()).collect(),
        mood: Mood::Plain,
        facts,
        ..letter(
            ui,
            report,
            Moment::Start,
            ui.tell("notify-start", &values),
            &[],
            shown(ui, report),
        )
    }
}

/// What an event says of a service or a wave that did not pass; nothing, when it says no such thing or the result
/// follows at once.
pub(crate) fn gate(ui: &Ui, report: &Report, event: &Event) -> Option<Letter> {
    match event {
        Event::Service { service, kind: EventKind::Failed { failure, .. } }
            if failure.code.is_of_gate() =>
        {
            let line = report.lines.iter().find(|line| line.service == *service)?;
            let values =
                [("project", report.project.as_str().into()), ("service", service.as_str().into())];
            let subject = ui.tell("notify-gate-service", &values);
            let next = next(ui, report, &[line]);
            Some(letter(ui, report, Moment::Gate, subject, &[line], next))
        }
        Event::Fleet(FleetEvent::WaveEnded { wave, failed: 1.. }) if *wave < report.waves => {
            let of_wave = report.lines.iter().filter(|line| line.wave == *wave);
            let wrong: Vec<&Line> = of_wave.filter(|line| is_wrong(line)).collect();
            let untold = |line: &&Line| {
                line.failure.as_ref().is_none_or(|failure| !failure.code.is_of_gate())
            };
            if !wrong.iter().any(untold) {
                return None;
            }
            let values = [
                ("project", report.project.as_str().into()),
                ("wave", (*wave).into()),
                ("total", report.waves.into()),
            ];
            let subject = ui.tell("notify-gate-wave", &values);
            let next = next(ui, report, &wrong);
            Some(letter(ui, report, Moment::Gate, subject, &wrong, next))
        }
        _ => None,
    }
}

/// What a run came to.
pub(crate) fn result(ui: &Ui, report: &Report) -> Letter {
    let wrong: Vec<&Line> = report.lines.iter().filter(|line| is_wrong(line)).collect();
    let outcome = report.outcome.unwrap_or(RunOutcome::Done);
    let values =
        [("project", report.project.as_str().into()), ("outcome", outcome.as_str().into())];
    let subject = ui.tell("notify-result", &values);
    let next = if outcome == RunOutcome::Done {
        Some(ui.say("notify-next-all"))
    } else {
        next(ui, report, &wrong).or_else(|| shown(ui, report))
    };
    let about = report
        .lines
        .iter()
        .filter(|line| !matches!(line.outcome, Outcome::Nothing | Outcome::NotApplicable));
    Letter {
        services: about.map(|line| line.service.clone()).collect(),
        mood: if outcome == RunOutcome::Done { Mood::Good } else { Mood::Bad },
        ..letter(ui, report, Moment::Result, subject, &wrong, next)
    }
}

/// Somebody tries whether messages arrive.
pub(crate) fn test(ui: &Ui, project: &str, by: &Who) -> Letter {
    let subject = ui.tell("notify-test", &[("project", project.into())]);
    Letter {
        moment: Moment::Test,
        services: Vec::new(),
        mood: Mood::Good,
        facts: vec![
            (ui.say("report-project"), project.to_owned()),
            (ui.say("report-by"), super::who(by)),
        ],
        trouble: Vec::new(),
        more: None,
        next: None,
        document: json!({
            "version": 1,
            "moment": Moment::Test.as_str(),
            "at": instant(SystemTime::now()),
            "project": project,
            "run": null,
            "by": { "user": by.user, "host": by.host },
            "subject": subject,
            "services": [],
            "next": null,
        }),
        subject,
    }
}

/// A reader as people know it: `slack (hooks.slack.com)`. The rest of an address is a secret.
pub(crate) fn reader(kind: &str, place: Option<&str>) -> String {
    place.map_or_else(|| kind.to_owned(), |place| format!("{kind} ({place})"))
}

/// Why a letter did not arrive, in words.
pub(crate) fn not_delivered(ui: &Ui, because: &NotDelivered) -> String {
    match because {
        NotDelivered::Secret(error) => {
            let values =
                [("from", error.from.as_str().into()), ("reason", error.reason.as_str().into())];
            ui.tell("notify-secret", &values)
        }
        NotDelivered::Address => ui.say("notify-address"),
        NotDelivered::Late => ui.say("notify-late"),
        NotDelivered::Refused { code, .. } => {
            ui.tell("notify-refused", &[("code", code.as_str().into())])
        }
        NotDelivered::Connection(reason) => {
            ui.tell("notify-connection", &[("reason", reason.as_str().into())])
        }
    }
}

fn letter(
    ui: &Ui,
    report: &Report,
    moment: Moment,
    subject: String,
    wrong: &[&Line],
    next: Option<String>,
) -> Letter {
    let mut facts = circumstances(ui, report);
    if let Some(took) = took(report) {
        facts.push((ui.say("report-took"), duration(ui, took)));
    }
    facts.push((ui.say("notify-counts"), counts(ui, report)));
    let failed = wrong.iter().filter(|line| line.outcome != Outcome::HeldBack);
    let failed: Vec<(String, String)> =
        failed.map(|line| (line.service.to_string(), in_one_line(ui, line))).collect();
    let left = failed.len().saturating_sub(TROUBLE);
    Letter {
        moment,
        services: wrong.iter().map(|line| line.service.clone()).collect(),
        mood: Mood::Bad,
        document: document(ui, report, moment, &subject, wrong, next.as_deref()),
        subject,
        facts,
        trouble: failed.into_iter().take(TROUBLE).collect(),
        more: (left > 0).then(|| ui.tell("notify-more", &[("count", left.into())])),
        next: next.map(|command| (ui.say("report-next"), command)),
    }
}

fn document(
    ui: &Ui,
    report: &Report,
    moment: Moment,
    subject: &str,
    wrong: &[&Line],
    next: Option<&str>,
) -> Json {
    let counts = report.counts();
    let counts: serde_json::Map<String, Json> = counts
        .iter()
        .map(|(outcome, count)| (outcome.as_str().to_owned(), (*count).into()))
        .collect();
    let services = wrong.iter().map(|line| {
        json!({
            "service": line.service.as_str(),
            "wave": line.wave,
            "outcome": line.outcome.as_str(),
            "failedMigration": line.failed_migration.as_ref().map(ToString::to_string),
            "heldBack": line.held_back.map(radoub_engine::event::HeldBack::as_str),
            "problem": line.failure.as_ref().map(|it| failure_document(ui, it)),
        })
    });
    json!({
        "version": 1,
        "moment": moment.as_str(),
        "at": instant(SystemTime::now()),
        "project": report.project,
        "run": report.run.as_ref().map(ToString::to_string),
        "by": report.by.as_ref().map(|by| json!({ "user": by.user, "host": by.host })),
        "outcome": report.outcome.map(RunOutcome::as_str),
        "subject": subject,
        "counts": counts,
        "services": services.collect::<Vec<_>>(),
        "next": next,
    })
}

fn circumstances(ui: &Ui, report: &Report) -> Vec<(String, String)> {
    let mut facts = vec![(ui.say("report-project"), report.project.clone())];
    facts.extend(report.run.as_ref().map(|run| (ui.say("report-run"), run.to_string())));
    facts.extend(report.by.as_ref().map(|by| (ui.say("report-by"), super::who(by))));
    facts
}

fn took(report: &Report) -> Option<std::time::Duration> {
    report.ended?.duration_since(report.began?).ok()
}

/// How many services ended in each way, those with nothing to say left out.
fn counts(ui: &Ui, report: &Report) -> String {
    let counts = report.counts().into_iter();
    let counts = counts.filter(|(outcome, _)| *outcome != Outcome::NotApplicable);
    let said = counts.map(|(outcome, count)| {
        let values = [("outcome", outcome.as_str().into()), ("count", count.into())];
        ui.tell("notify-count", &values)
    });
    said.collect::<Vec<_>>().join(", ")
}

fn is_wrong(line: &Line) -> bool {
    let wrong = [Outcome::Failed, Outcome::Refused, Outcome::HeldBack, Outcome::Unfinished];
    wrong.contains(&line.outcome)
}

/// What went wrong with a service: the sentence of its failure, and what the server said.
fn in_one_line(ui: &Ui, line: &Line) -> String {
    let Some(failure) = &line.failure else { return super::outcome_text(ui, line) };
    let mut said = failure_lines(ui, failure).into_iter().take(2);
    let mut text = said.next().unwrap_or_default();
    if let Some(server) = said.next() {
        text = format!("{text} {server}");
    }
    let text = text.replace(['\n', '\r'], " ");
    match text.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// How to see more of the run.
fn shown(ui: &Ui, report: &Report) -> Option<String> {
    let run = report.run.as_ref()?;
    Some(ui.tell("notify-next-show", &[("run", run.as_str().into())]))
}

/// The one thing to do next: the way back of a service that does not work on its new database, or else to go on
/// with the run once it is mended, or else what helps the first that was refused.
fn next(ui: &Ui, report: &Report, wrong: &[&Line]) -> Option<String> {
    let first = |is: &dyn Fn(&Line) -> bool| wrong.iter().find(|line| is(line));
    let of_gate = |line: &Line| line.failure.as_ref().is_some_and(|it| it.code.is_of_gate());
    if let Some(line) = first(&of_gate) {
        let values = [("service", ServiceName::as_str(&line.service).into())];
        let key =
            if line.applied.is_empty() { "notify-next-verify" } else { "notify-next-rollback" };
        return Some(ui.tell(key, &values));
    }
    if let Some(next) = super::next_step(ui, report) {
        return Some(next);
    }
    let line = first(&|line| line.failure.is_some())?;
    failure_remedy(ui, line.failure.as_ref()?, line.service.as_str())
}
