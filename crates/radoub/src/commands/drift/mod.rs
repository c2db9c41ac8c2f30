//! `radoub drift`: schema.prisma, the history and the database of every service, which of them
//! agree, why not, and the one command that mends it.

mod document;
mod objects;

use std::path::Path;

use serde_json::json;

use radoub_engine::drift::{
    Cause, Drift, Repair, Sharing, Side, Survey, Trial, drift as survey, summary,
};
use radoub_engine::failure::Failure;
use radoub_engine::fleet::Fleet;
use radoub_engine::schema::Mistake;
use radoub_engine::scratch::Workshop;

use super::check::{RULE, failure_lines, failure_remedy, not_applicable};
use super::scratch::{ScratchArgs, chosen_lines, passed_lines, within};
use super::{App, duration};
use crate::error::{CliError, Exit};
use crate::ui::live::Live;
use crate::ui::table::table;
use crate::ui::words::Words;
use crate::ui::{Tone, Ui, View};

pub(crate) use document::cause_document;
pub(crate) use objects::unmanaged_line;
use objects::{Detail, differences};

/// What `drift` takes.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct DriftArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(long)]
    replay: bool,
    #[arg(long)]
    all: bool,
    #[arg(long)]
    unmanaged: bool,
    #[arg(long)]
    sql: bool,
    #[arg(long, value_name = "SIDE", value_parser = side, requires = "sql")]
    from: Option<Side>,
    #[arg(long, value_name = "SIDE", value_parser = side, requires = "sql")]
    to: Option<Side>,
    #[arg(long, requires = "sql")]
    reverse: bool,
    #[command(flatten)]
    scratch: ScratchArgs,
}

fn side(text: &str) -> Result<Side, String> {
    Side::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
        let known: Vec<&str> = Side::ALL.iter().map(|it| it.as_str()).collect();
        known.join(", ")
    })
}

pub(crate) async fn drift(ui: &mut Ui, app: &mut App, args: &DriftArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let sharing = Sharing::of(&fleet);
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let asked = Survey { unmanaged: args.unmanaged, replay_unseen: args.replay, look: app.look() };
    let work = async |workshop: &Workshop| gather(ui, &fleet, &sharing, &asked, workshop).await;
    let found = within(app.workshop(&fleet, args.scratch), work).await.told(ui)?;
    if args.sql {
        return sql(ui, &found, args, &fleet.root, &fleet.project);
    }
    match ui.view() {
        View::Json => {
            let document = document::document(ui, &fleet.project, &found, exit(&found));
            ui.json(&document)?;
        }
        View::Plain => plain(ui, &found, args, &fleet.root)?,
        View::Terminal => terminal(ui, &found, args, &fleet.root)?,
    }
    Ok(exit(&found))
}

/// Looks at the three sides of every service, with progress on a terminal.
pub(crate) async fn gather(
    ui: &Ui,
    fleet: &Fleet,
    sharing: &Sharing,
    asked: &Survey,
    workshop: &Workshop,
) -> Vec<Drift> {
    let names: Vec<String> = fleet.services.iter().map(|it| it.name.to_string()).collect();
    let live = Live::new(&names, ui.may_draw());
    survey(fleet, sharing, asked, workshop, |index, drift| {
        live.done(index, headline(ui.words(), drift.cause));
    })
    .await
}

/// The heaviest of all causes decides.
pub(crate) fn exit(found: &[Drift]) -> Exit {
    found.iter().map(|it| it.cause.weight().into()).max().unwrap_or(Exit::InOrder)
}

/// The cause in one short line, mark first.
pub(crate) fn headline(words: &Words, cause: Cause) -> String {
    words.say(&format!("cause-{}", cause.as_str()))
}

/// The one command or act that mends it.
pub(crate) fn repair_line(ui: &Ui, one: &Drift) -> Option<String> {
    let service = one.observed.service.as_str();
    let with = |key: &str, more: &[(&str, String)]| {
        let mut values: Vec<(&str, crate::ui::words::Value<'_>)> =
            vec![("service", service.to_owned().into())];
        values.extend(more.iter().map(|(name, value)| (*name, value.clone().into())));
        Some(ui.tell(key, &values))
    };
    match one.repair.as_ref()? {
        Repair::Apply => with("repair-apply", &[]),
        Repair::ApplyFirst => with("repair-apply-first", &[]),
        Repair::New => with("repair-new", &[]),
        Repair::KeepOrDrop => with("repair-keep-or-drop", &[]),
        Repair::Adopt => with("repair-adopt", &[]),
        Repair::AdoptChoosing => with("repair-adopt-choosing", &[]),
        Repair::KeepOrUndo => with("repair-keep-or-undo", &[]),
        Repair::AdoptAllowing(odd) => with("repair-adopt-allowing", &[("odd", odd.join(","))]),
        Repair::Resolve => with("repair-resolve", &[]),
        Repair::MendScript(name) => with("repair-mend-script", &[("migration", name.to_string())]),
        Repair::MendSchema => with("repair-mend-schema", &[]),
        Repair::MendScratch => match &one.trial {
            Trial::Unproven(unproven) => failure_remedy(ui, &unproven.failure, service)
                .or_else(|| with("repair-mend-scratch", &[])),
            _ => with("repair-mend-scratch", &[]),
        },
        Repair::PartDatabases => with("repair-part-databases", &[]),
        Repair::AsChecked(remedy) => super::check::remedy_words(ui, remedy, &one.observed),
    }
}

fn plain(ui: &mut Ui, found: &[Drift], args: &DriftArgs, root: &Path) -> Result<(), CliError> {
    let heading = ui.say("drift-heading");
    writeln!(ui.data(), "{RULE}\n{heading}\n{RULE}\n")?;
    for one in found {
        let headline = headline(ui.words(), one.cause);
        writeln!(ui.data(), "{}\n  {headline}", one.observed.service)?;
        for line in details(ui, one, args, root) {
            writeln!(ui.data(), "     {line}")?;
        }
        if let Some(repair) = repair_line(ui, one) {
            writeln!(ui.data(), "     → {repair}")?;
        }
        writeln!(ui.data())?;
    }
    if args.replay {
        let text = summary_text(ui, found);
        writeln!(ui.data(), "{text}\n")?;
    }
    let verdict = verdict(ui, found);
    writeln!(ui.data(), "{RULE}\n{verdict}")?;
    Ok(())
}

/// What the histories are worth, in one sentence.
fn summary_text(ui: &Ui, found: &[Drift]) -> String {
    let summary = summary(found);
    let values = [
        ("services", summary.services.into()),
        ("histories", summary.histories.into()),
        ("migrations", summary.migrations.into()),
        ("run", summary.run.into()),
        ("stop", summary.stop.into()),
        ("whole", summary.end_at_schema.into()),
        ("unlocked", summary.without_lock_file.into()),
    ];
    ui.tell("drift-summary", &values)
}

/// The same for a person: a table, then what needs doing, then the verdict.
fn terminal(ui: &mut Ui, found: &[Drift], args: &DriftArgs, root: &Path) -> Result<(), CliError> {
    let headings = ["service", "wanted-history", "wanted-live", "history-live", "verdict"];
    let headings = headings.iter().map(|key| ui.say(&format!("drift-column-{key}"))).collect();
    let rows = found
        .iter()
        .map(|one| {
            let pairs = &one.pairs;
            vec![
                one.observed.service.to_string(),
                sign(pairs.history_wanted.as_ref()).to_owned(),
                sign(pairs.live_wanted.as_ref()).to_owned(),
                sign(pairs.history_live.as_ref()).to_owned(),
                headline(ui.words(), one.cause),
            ]
        })
        .collect();
    writeln!(ui.data(), "{}", table(headings, rows))?;
    for one in found {
        let (details, repair) = (details(ui, one, args, root), repair_line(ui, one));
        if repair.is_none() && (details.is_empty() || !(args.replay || args.unmanaged)) {
            continue;
        }
        let name = Tone::Strong.paint(&one.observed.service);
        writeln!(ui.data(), "\n{name}")?;
        for line in details {
            writeln!(ui.data(), "  {line}")?;
        }
        if let Some(repair) = repair {
            writeln!(ui.data(), "  → {}", Tone::Strong.paint(repair))?;
        }
    }
    if args.replay {
        let text = summary_text(ui, found);
        writeln!(ui.data(), "\n{text}")?;
    }
    let tone = match exit(found) {
        Exit::InOrder => Tone::Good,
        Exit::NeedsWork => Tone::Notice,
        Exit::Failed | Exit::Cancelled => Tone::Bad,
    };
    let verdict = tone.paint(verdict(ui, found));
    writeln!(ui.data(), "\n{verdict}")?;
    Ok(())
}

/// `=`, `≠`, or `?` when one of the two is not known.
pub(crate) fn sign(pair: Option<&radoub_engine::drift::Pair>) -> &'static str {
    match pair {
        Some(pair) if pair.agrees() => "=",
        Some(_) => "≠",
        None => "?",
    }
}

/// What is behind the cause, a line each.
fn details(ui: &Ui, one: &Drift, args: &DriftArgs, root: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(reason) = &one.observed.not_applicable {
        lines.push(not_applicable(ui, reason));
        return lines;
    }
    lines.extend(one.observed.problem.iter().flat_map(|it| failure_lines(ui, it)));
    lines.extend(unlooked(ui, one));
    if !one.shared_with.is_empty() {
        let others: Vec<&str> =
            one.shared_with.iter().map(radoub_engine::fleet::ServiceName::as_str).collect();
        lines.push(ui.tell("drift-shared", &[("others", others.join(", ").into())]));
    }
    if one.live.is_some() && one.cause != Cause::InOrder {
        let pairs = &one.pairs;
        let values = [
            ("wantedHistory", sign(pairs.history_wanted.as_ref()).into()),
            ("wantedLive", sign(pairs.live_wanted.as_ref()).into()),
            ("historyLive", sign(pairs.history_live.as_ref()).into()),
        ];
        lines.push(ui.tell("drift-sides", &values));
    }
    lines.extend(trial_lines(ui, one, args.replay, root));
    if one.lacks_lock_file() && (args.replay || one.cause != Cause::InOrder) {
        lines.push(ui.say("drift-no-lock-file"));
    }
    let detail = if args.all || args.services.len() == 1 { Detail::All } else { Detail::Short };
    for (from, to) in shown_pairs(one) {
        lines.extend(differences(ui, one, from, to, detail));
    }
    let phantoms =
        |pair: &Option<radoub_engine::drift::Pair>| pair.as_ref().map_or(0, |pair| pair.phantoms);
    let seeming = phantoms(&one.pairs.live_wanted).max(phantoms(&one.pairs.history_wanted));
    if seeming > 0 {
        lines.push(ui.tell("drift-phantoms", &[("count", seeming.into())]));
    }
    if args.unmanaged {
        lines.extend(objects::unmanaged(ui, one));
    }
    lines
}

/// Why the catalog or schema.prisma could not be read, a line each.
fn unlooked(ui: &Ui, one: &Drift) -> Vec<String> {
    let mut lines: Vec<String> = one.problem.iter().flat_map(|it| failure_lines(ui, it)).collect();
    if let Err(refused) = &one.wanted {
        lines.extend(refused_lines(ui, &refused.failure, &refused.mistakes));
    }
    lines
}

/// Why there is no comparison, beside what `check` tells by itself: the facts that the remedy needs.
pub(crate) fn hindrances(ui: &Ui, one: &Drift, root: &Path) -> Vec<String> {
    if one.cause == Cause::NotApplicable || one.observed.problem.is_some() {
        return Vec::new();
    }
    let mut lines = unlooked(ui, one);
    if let Trial::Unproven(_) | Trial::Stops(_) = &one.trial {
        lines.extend(trial_lines(ui, one, false, root));
    }
    lines
}

/// The pairs whose differences explain the cause.
fn shown_pairs(one: &Drift) -> Vec<(Side, Side)> {
    let wanted_live = (Side::Live, Side::Schema);
    // What waits or failed is not expected in the database yet.
    let unfinished = one.cause == Cause::Failed || one.repair == Some(Repair::ApplyFirst);
    if unfinished && one.side(Side::Applied).is_some() {
        return vec![(Side::Applied, Side::Live)];
    }
    match one.cause {
        Cause::Pushed | Cause::Unrecorded | Cause::MissingFiles => {
            vec![(Side::History, Side::Live)]
        }
        Cause::AllDiffer | Cause::Failed => vec![(Side::History, Side::Live), wanted_live],
        Cause::Pending => vec![(Side::Live, Side::History)],
        Cause::PendingAndForgotten => {
            vec![(Side::Live, Side::History), (Side::History, Side::Schema)]
        }
        Cause::Forgotten | Cause::Unseen => vec![(Side::History, Side::Schema)],
        Cause::EditedByHand | Cause::NoHistory | Cause::BrokenHistory | Cause::Shared => {
            vec![wanted_live]
        }
        _ => Vec::new(),
    }
}

/// What the replay showed: always when it stops, else when it was asked for.
fn trial_lines(ui: &Ui, one: &Drift, asked: bool, root: &Path) -> Vec<String> {
    let count = one.observed.on_disk.migrations.len();
    match &one.trial {
        Trial::Nothing if asked => vec![ui.say("drift-replay-nothing")],
        Trial::Nothing | Trial::Skipped => Vec::new(),
        Trial::Ends(_) if !asked => Vec::new(),
        Trial::Ends(ended) => {
            let values = [("count", count.into()), ("took", duration(ui, ended.took).into())];
            let mut lines = vec![ui.tell("drift-replay-ends", &values)];
            lines.extend(chosen_lines(ui, &ended.chosen));
            lines
        }
        Trial::Stops(stopped) => {
            let migration = stopped.migration.as_ref().map(ToString::to_string);
            let values = [
                ("migration", migration.unwrap_or_default().into()),
                ("place", (stopped.ran + 1).into()),
                ("count", count.into()),
            ];
            let mut lines = vec![ui.tell("drift-replay-stops", &values)];
            lines.extend(place(&stopped.failure, root));
            lines.extend(failure_lines(ui, &stopped.failure).into_iter().skip(1));
            let odd = |it: &&radoub_engine::scratch::Chosen| asked || it.other_major().is_some();
            lines.extend(stopped.chosen.iter().filter(odd).flat_map(|it| chosen_lines(ui, it)));
            lines
        }
        Trial::Unproven(unproven) => {
            let mut lines = failure_lines(ui, &unproven.failure);
            lines.extend(passed_lines(ui, &unproven.passed));
            lines
        }
    }
}

/// File and line of a script that stopped.
fn place(failure: &Failure, root: &Path) -> Option<String> {
    let file = Path::new(failure.value("file")?);
    let file = file.strip_prefix(root).unwrap_or(file).display();
    Some(format!("{file}:{}", failure.value("line")?))
}

/// Every mistake of a schema, with its line and a caret.
pub(crate) fn refused_lines(ui: &Ui, failure: &Failure, mistakes: &[Mistake]) -> Vec<String> {
    if mistakes.is_empty() {
        return failure_lines(ui, failure);
    }
    let mut lines = Vec::new();
    for mistake in mistakes {
        lines.push(format!(
            "{}:{}:{}: {}",
            mistake.file, mistake.line, mistake.column, mistake.message
        ));
        let number = mistake.line.to_string();
        let before: String = mistake.text.chars().take(mistake.column - 1).collect();
        let indent = " ".repeat(unicode_width::UnicodeWidthStr::width(before.as_str()));
        lines.push(format!("{number} | {}", mistake.text));
        lines.push(format!("{} | {indent}{}", " ".repeat(number.len()), "^".repeat(mistake.width)));
        lines.extend(mistake.remedy.iter().map(|it| format!("  {it}")));
    }
    lines
}

fn verdict(ui: &Ui, found: &[Drift]) -> String {
    let looked = found.iter().filter(|it| it.cause != Cause::NotApplicable).count();
    let need = found.iter().filter(|it| Exit::from(it.cause.weight()) != Exit::InOrder).count();
    match need {
        0 if looked == 0 => ui.say("check-verdict-none"),
        0 => ui.say("drift-verdict-in-order"),
        _ => ui.tell("drift-verdict-need", &[("count", need.into()), ("total", looked.into())]),
    }
}

/// The sides that were named; else those whose differences explain the cause.
fn asked_sides(one: &Drift, args: &DriftArgs) -> (Side, Side) {
    let (from, to) = match (args.from, args.to) {
        (Some(from), Some(to)) => (from, to),
        (Some(Side::Schema), None) => (Side::Schema, Side::Live),
        (Some(from), None) => (from, Side::Schema),
        (None, Some(Side::Schema)) => (Side::Live, Side::Schema),
        (None, Some(to)) => (Side::Schema, to),
        (None, None) => shown_pairs(one).first().copied().unwrap_or((Side::Live, Side::Schema)),
    };
    if args.reverse { (to, from) } else { (from, to) }
}

/// The same for machines.
fn sql_document(
    ui: &mut Ui,
    found: &[Drift],
    args: &DriftArgs,
    project: &str,
) -> Result<Exit, CliError> {
    let mut worst = Exit::InOrder;
    let mut services = Vec::new();
    for one in found.iter().filter(|it| it.cause != Cause::NotApplicable) {
        let (from, to) = asked_sides(one, args);
        let script = one.script(from, to);
        worst = worst.max(match script.as_deref() {
            None => Exit::Failed,
            Some("") => Exit::InOrder,
            Some(_) => Exit::NeedsWork,
        });
        services.push(json!({
            "service": one.observed.service.as_str(),
            "from": from.as_str(),
            "to": to.as_str(),
            "script": script,
        }));
    }
    let document = json!({
        "version": 1,
        "command": "drift",
        "project": project,
        "exitCode": worst as u8,
        "services": services,
    });
    ui.json(&document)?;
    Ok(worst)
}

/// The way from one side to the other, and nothing else, on standard output.
fn sql(
    ui: &mut Ui,
    found: &[Drift],
    args: &DriftArgs,
    root: &Path,
    project: &str,
) -> Result<Exit, CliError> {
    if args.from.is_some() && args.from == args.to {
        let name = ui.say(&format!("side-{}", args.from.unwrap_or(Side::Live).as_str()));
        return Err(CliError::Told {
            heading: ui.tell("drift-same-side", &[("side", name.into())]),
            causes: Vec::new(),
            remedy: Some(ui.say("drift-same-side-remedy")),
        });
    }
    if ui.view() == View::Json {
        return sql_document(ui, found, args, project);
    }
    let mut worst = Exit::InOrder;
    for one in found.iter().filter(|it| it.cause != Cause::NotApplicable) {
        let (from, to) = asked_sides(one, args);
        let Some(script) = one.script(from, to) else {
            worst = worst.max(Exit::Failed);
            let lacking = [from, to].into_iter().find(|side| one.side(*side).is_none());
            let lacking = lacking.unwrap_or(from);
            let values = [
                ("service", one.observed.service.as_str().into()),
                ("side", ui.say(&format!("side-{}", lacking.as_str())).into()),
            ];
            let heading = ui.tell("drift-side-unknown", &values);
            let causes = details(ui, one, &DriftArgs::default(), root);
            ui.error(&heading, &causes)?;
            continue;
        };
        if script.is_empty() {
            continue;
        }
        worst = worst.max(Exit::NeedsWork);
        if found.len() > 1 {
            let service = one.observed.service.as_str();
            writeln!(ui.data(), "-- {service}: {} -> {}\n", from.as_str(), to.as_str())?;
        }
        writeln!(ui.data(), "{}", script.trim_end())?;
        if found.len() > 1 {
            writeln!(ui.data())?;
        }
    }
    Ok(worst)
}
