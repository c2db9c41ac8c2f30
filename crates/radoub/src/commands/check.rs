//! `radoub check`: the state of every service's database, at once.

use std::path::Path;

use serde_json::{Value as Json, json};

use radoub_engine::drift::{Cause, Drift, Sharing, Survey};
use radoub_engine::failure::Failure;
use radoub_engine::fleet::Fleet;
use radoub_engine::observe::{Era, Observed, era};
use radoub_engine::scratch::Workshop;
use radoub_engine::state::{Remedy, State};
use radoub_schema::migration::{Applied, HistoryState};

use super::drift::{cause_document, gather};
use super::scratch::{ScratchArgs, within};
use super::watch::watch;
use super::{App, instant, moment, number, size, version_of_server};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit};
use crate::ui::live::Live;
use crate::ui::table::table;
use crate::ui::{Tone, Ui, View};

/// The rule under and over the headings of the guide's script.
pub(crate) const RULE: &str = "======================================";

/// What `check` takes.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct CheckArgs {
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    #[arg(long)]
    deep: bool,
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        default_missing_value = "5",
        value_parser = seconds,
        conflicts_with = "deep"
    )]
    watch: Option<Seconds>,
    #[command(flatten)]
    scratch: ScratchArgs,
}

pub(crate) async fn check(ui: &mut Ui, app: &mut App, args: &CheckArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let sharing = Sharing::of(&fleet);
    let fleet = App::narrow(ui, fleet, &args.services)?;
    if args.deep {
        return deep(ui, app, &fleet, &sharing, args.scratch).await;
    }
    if let Some(every) = args.watch {
        return watch(ui, app, &fleet, every.0).await;
    }
    let names: Vec<String> = fleet.services.iter().map(|it| it.name.to_string()).collect();

    let live = Live::new(&names, ui.may_draw());
    let words = ui.words();
    let mut observed = radoub_engine::observe::observe(&fleet, &app.look(), |index, observed| {
        live.done(index, headline(words, observed));
    })
    .await;
    drop(live);
    for one in observed.iter_mut().filter(|it| !sharing.with(&it.service).is_empty()) {
        // What they say refuses such a database.
        if let Some(Remedy::FirstMigration | Remedy::Adopt) = one.remedy {
            one.remedy = Some(Remedy::PartDatabases);
        }
    }

    match ui.view() {
        View::Json => {
            let document = document(ui, &fleet.project, &observed);
            ui.json(&document)?;
        }
        View::Plain => plain(ui, &observed, &[], &fleet.root)?,
        View::Terminal => terminal(ui, &observed, &[], &fleet.root)?,
    }
    Ok(exit(&observed))
}

/// The same with the verdict of `drift` in short: whether schema.prisma, history and database agree.
async fn deep(
    ui: &mut Ui,
    app: &App,
    fleet: &Fleet,
    sharing: &Sharing,
    scratch: ScratchArgs,
) -> Result<Exit, CliError> {
    let asked = Survey { look: app.look(), unmanaged: false, replay_unseen: false };
    let work = async |workshop: &Workshop| gather(ui, fleet, sharing, &asked, workshop).await;
    let drifts = within(app.workshop(fleet, scratch), work).await.told(ui)?;
    let observed: Vec<Observed> = drifts.iter().map(|it| it.observed.clone()).collect();
    let exit = exit(&observed).max(super::drift::exit(&drifts));
    if ui.view() == View::Json {
        let mut document = document(ui, &fleet.project, &observed);
        document["exitCode"] = (exit as u8).into();
        for (service, drift) in
            document["services"].as_array_mut().into_iter().flatten().zip(&drifts)
        {
            service["drift"] = cause_document(ui, drift);
        }
        ui.json(&document)?;
        return Ok(exit);
    }
    match ui.view() {
        View::Terminal => terminal(ui, &observed, &drifts, &fleet.root)?,
        _ => plain(ui, &observed, &drifts, &fleet.root)?,
    }
    Ok(exit)
}

/// The heaviest of all states decides.
pub(crate) fn exit(observed: &[Observed]) -> Exit {
    observed.iter().map(|it| it.state.weight().into()).max().unwrap_or(Exit::InOrder)
}

/// The output of the guide's `check-migrations.ps1`, word for word, with what is wrong and how to
/// mend it under each service in need.
fn plain(
    ui: &mut Ui,
    observed: &[Observed],
    drifts: &[Drift],
    root: &Path,
) -> Result<(), CliError> {
    let heading = ui.say("check-heading");
    writeln!(ui.data(), "{RULE}\n{heading}\n{RULE}\n")?;
    for (at, one) in observed.iter().enumerate() {
        let drift = drifts.get(at);
        let checking = ui.tell("check-checking", &[("service", one.service.as_str().into())]);
        let headline = headline(ui.words(), one);
        writeln!(ui.data(), "{checking}\n  {headline}")?;
        if let Some(verdict) = deep_line(ui, drift) {
            writeln!(ui.data(), "  {verdict}")?;
        }
        for line in facts(ui, one, drift, root) {
            writeln!(ui.data(), "     {line}")?;
        }
        if let Some(remedy) = way_out(ui, one, drift) {
            writeln!(ui.data(), "     → {remedy}")?;
        }
        writeln!(ui.data())?;
    }
    let verdict = verdict(ui, observed, drifts);
    writeln!(ui.data(), "{RULE}\n{verdict}")?;
    Ok(())
}

/// The same for a person: a table, then what needs doing, then the verdict.
fn terminal(
    ui: &mut Ui,
    observed: &[Observed],
    drifts: &[Drift],
    root: &Path,
) -> Result<(), CliError> {
    let page = page(ui, observed, drifts, None, root);
    writeln!(ui.data(), "{page}")?;
    Ok(())
}

/// The page that a person reads; `before` says of each service what it was at the look before, where that was
/// something else.
pub(super) fn page(
    ui: &Ui,
    observed: &[Observed],
    drifts: &[Drift],
    before: Option<&[Option<String>]>,
    root: &Path,
) -> String {
    let headings = ["check-column-service", "check-column-database", "check-column-state"];
    let mut headings: Vec<String> = headings.iter().map(|key| ui.say(key)).collect();
    if !drifts.is_empty() {
        headings.push(ui.say("drift-column-verdict"));
    }
    if before.is_some() {
        headings.push(ui.say("watch-column-before"));
    }
    let rows = observed
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let database = one.database.as_ref().map_or_else(String::new, |it| it.name.clone());
            let mut row = vec![one.service.to_string(), database, headline(ui.words(), one)];
            row.extend(deep_line(ui, drifts.get(at)));
            row.extend(before.and_then(|it| it.get(at)).map(|it| it.clone().unwrap_or_default()));
            row
        })
        .collect();
    let mut page = table(headings, rows);
    for (at, one) in observed.iter().enumerate() {
        let drift = drifts.get(at);
        let (details, remedy) = (facts(ui, one, drift, root), way_out(ui, one, drift));
        if details.is_empty() && remedy.is_none() {
            continue;
        }
        page.push_str(&format!("\n\n{}", Tone::Strong.paint(&one.service)));
        for line in details {
            page.push_str(&format!("\n  {line}"));
        }
        if let Some(remedy) = remedy {
            page.push_str(&format!("\n  → {}", Tone::Strong.paint(remedy)));
        }
    }
    let tone = match exit(observed).max(super::drift::exit(drifts)) {
        Exit::InOrder => Tone::Good,
        Exit::NeedsWork => Tone::Notice,
        Exit::Failed | Exit::Cancelled => Tone::Bad,
    };
    page.push_str(&format!("\n\n{}", tone.paint(verdict(ui, observed, drifts))));
    page
}

/// The state in one short line, mark first.
pub(crate) fn headline(words: &crate::ui::words::Words, one: &Observed) -> String {
    let history = one.history.as_ref();
    let count = match one.state {
        State::Pending | State::NotManaged => history.map_or(0, |it| it.pending.len()),
        State::Failed | State::InProgress => history.map_or(0, |it| it.failed.len()),
        State::Edited => history.map_or(0, |it| radoub_engine::state::edited(it).count()),
        State::Behind | State::Diverged => history.map_or(0, |it| it.missing.len()),
        _ => 0,
    };
    words.tell(&format!("state-{}", one.state.as_str()), &[("count", count.into())])
}

/// What is behind the state, a line each; nothing for a service in order.
pub(super) fn details(ui: &Ui, one: &Observed) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(problem) = &one.problem {
        lines.extend(failure_lines(ui, problem));
    }
    if let Some(reason) = &one.not_applicable {
        lines.push(not_applicable(ui, reason));
    }
    let Some(history) = &one.history else { return lines };
    for failed in &history.failed {
        lines.push(ui.tell("check-failed", &row_values(failed)));
        lines.extend(logged(failed).into_iter().map(|line| format!("  {line}")));
    }
    if let Some(holder) = &one.lock {
        lines.push(ui.tell("check-lock-holder", &holder_values(holder)));
    }
    if one.state == State::NotManaged {
        lines.push(ui.say("check-not-managed"));
    }
    for name in &history.pending {
        lines.push(ui.tell("check-pending", &[("migration", name.as_str().into())]));
    }
    for failed in &history.last_failures {
        lines.push(ui.tell("check-last-failure", &row_values(failed)));
        lines.extend(logged(failed).into_iter().map(|line| format!("  {line}")));
    }
    for name in radoub_engine::state::edited(history) {
        lines.push(ui.tell("check-edited", &[("migration", name.as_str().into())]));
    }
    for name in &history.missing {
        lines.push(ui.tell("check-missing", &[("migration", name.as_str().into())]));
    }
    let works = !history.pending.is_empty() || !history.failed.is_empty();
    let alone = |version: &&_| works && era(version) == Some(Era::Statements);
    if let Some(version) = one.prisma_version.as_ref().filter(alone) {
        lines.push(ui.tell("check-era", &[("version", version.text.as_str().into())]));
    }
    lines
}

fn row_values(row: &Applied) -> Vec<(&'static str, crate::ui::words::Value<'static>)> {
    vec![("migration", row.name.to_string().into()), ("started", moment(row.started_at).into())]
}

/// Who holds the lock, for a sentence.
pub(crate) fn holder_values(
    holder: &radoub_engine::observe::Holder,
) -> Vec<(&'static str, crate::ui::words::Value<'static>)> {
    let since = holder.since.map_or_else(|| "?".to_owned(), moment);
    let application = match holder.application.as_str() {
        "" => "?".to_owned(),
        name => name.to_owned(),
    };
    vec![
        ("pid", holder.pid.to_string().into()),
        ("application", application.into()),
        ("client", holder.client.clone().unwrap_or_else(|| "local".to_owned()).into()),
        ("since", since.into()),
    ]
}

/// What the server said, out of a stored log: Prisma's text around it repeats what is shown anyway.
fn logged(row: &Applied) -> Vec<String> {
    let logs = row.logs.as_deref().unwrap_or_default();
    let code = logs.lines().find_map(|line| line.strip_prefix("Database error code: "));
    let lines = || logs.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let mut told: Vec<String> = lines()
        .skip_while(|line| *line != "Database error:")
        .skip(1)
        .take_while(|line| *line != "Position:" && !line.starts_with("DbError"))
        .map(|line| line.trim_start_matches("ERROR: ").to_owned())
        .collect();
    if told.is_empty() {
        // Other engines write other texts; a trace below it helps nobody.
        let traced = |line: &&str| !line.trim_start().starts_with("0:");
        told.extend(lines().take_while(traced).take(4).map(str::to_owned));
    }
    if let (Some(first), Some(code)) = (told.first_mut(), code) {
        first.push_str(&format!(" ({code})"));
    }
    told
}

/// A failure as lines: the sentence, then what the server said and where.
pub(crate) fn failure_lines(ui: &Ui, failure: &Failure) -> Vec<String> {
    let values = failure_values(ui, failure);
    let mut lines = vec![ui.tell(&format!("failure-{}", failure.code.as_str()), &values)];
    lines.extend(failure.because.iter().flat_map(|it| failure_lines(ui, it)));
    let Some(server) = failure.server.as_ref().filter(|_| failure.code.wants_server()) else {
        return lines;
    };
    lines.push(format!("{} ({})", server.message, server.sqlstate));
    lines.extend(server.detail.clone());
    lines.extend(server.hint.clone());
    if let Some(place) = &server.place {
        let number = place.line.to_string();
        let before: String = place.text.chars().take(place.column - 1).collect();
        let indent = " ".repeat(unicode_width::UnicodeWidthStr::width(before.as_str()));
        lines.push(format!("{number} | {}", place.text));
        lines.push(format!("{} | {indent}^", " ".repeat(number.len())));
    }
    lines
}

/// The values of a failure's sentence.
fn failure_values(
    ui: &Ui,
    failure: &Failure,
) -> Vec<(&'static str, crate::ui::words::Value<'static>)> {
    let values = failure.values.iter();
    let mut values: Vec<_> = values
        .map(|(name, value)| {
            let shown = match (*name, value.parse()) {
                ("size", Ok(bytes)) => size(ui, bytes),
                ("rows", Ok(rows)) => number(ui, rows),
                // A number, for the sentence to agree with.
                ("count", Ok(count)) => return (*name, count.into()),
                _ => value.clone(),
            };
            (*name, shown.into())
        })
        .collect();
    let since = failure.since.map_or_else(|| "?".to_owned(), moment);
    values.push(("since", since.into()));
    values
}

/// Why a service is not applicable, in words.
pub(crate) fn not_applicable(ui: &Ui, reason: &radoub_engine::fleet::NotApplicable) -> String {
    use radoub_engine::fleet::NotApplicable;
    match reason {
        NotApplicable::NoSchema => ui.say("not-applicable-no-schema"),
        NotApplicable::PrismaNext => ui.say("not-applicable-prisma-next"),
        NotApplicable::OtherProvider(provider) => {
            ui.tell("not-applicable-other-provider", &[("provider", provider.as_str().into())])
        }
    }
}

/// The one command or act that mends it.
pub(crate) fn remedy_line(ui: &Ui, one: &Observed) -> Option<String> {
    remedy_words(ui, one.remedy.as_ref()?, one)
}

/// A remedy in words.
pub(crate) fn remedy_words(ui: &Ui, remedy: &Remedy, one: &Observed) -> Option<String> {
    let (key, migration) = match remedy {
        Remedy::Apply => ("remedy-apply", None),
        Remedy::CreateDatabase => ("remedy-create-database", None),
        Remedy::MendScript(name) => ("remedy-mend-script", Some(name)),
        Remedy::ResolveFailed(name) => ("remedy-resolve-failed", Some(name)),
        Remedy::Adopt => ("repair-adopt", None),
        Remedy::RestoreFile(name) => ("remedy-restore-file", Some(name)),
        Remedy::RestoreOrAllow(name) => ("remedy-restore-or-allow", Some(name)),
        Remedy::FetchFiles(name) => ("remedy-fetch-files", Some(name)),
        Remedy::RestoreScript(name) => ("remedy-restore-script", Some(name)),
        Remedy::Wait => ("remedy-wait", None),
        Remedy::FirstMigration => ("remedy-first-migration", None),
        Remedy::MendConnection => ("remedy-mend-connection", None),
        Remedy::MendSettings => ("remedy-mend-settings", None),
        Remedy::MendLockFile => ("remedy-mend-lock-file", None),
        Remedy::PartDatabases => ("repair-part-databases", None),
    };
    if let (Remedy::MendConnection | Remedy::MendSettings, Some(problem)) = (remedy, &one.problem) {
        return failure_remedy(ui, problem, one.service.as_str());
    }
    let migration = migration.map(ToString::to_string).unwrap_or_default();
    let values = [("service", one.service.as_str().into()), ("migration", migration.into())];
    Some(ui.tell(key, &values))
}

/// What to do about a failure, where one thing helps.
pub(crate) fn failure_remedy(ui: &Ui, failure: &Failure, service: &str) -> Option<String> {
    let key = format!("failure-{}-remedy", failure.code.as_str());
    if !ui.words().has(&key) {
        return None;
    }
    let mut values = failure_values(ui, failure);
    values.push(("service", service.into()));
    Some(ui.tell(&key, &values))
}

/// What is behind the state, and behind the verdict of `drift` where that could not be had.
fn facts(ui: &Ui, one: &Observed, drift: Option<&Drift>, root: &Path) -> Vec<String> {
    let mut lines = details(ui, one);
    lines.extend(drift.iter().flat_map(|it| super::drift::hindrances(ui, it, root)));
    lines
}

/// The verdict of `drift` in one short line.
fn deep_line(ui: &Ui, drift: Option<&Drift>) -> Option<String> {
    let drift = drift.filter(|it| it.cause != Cause::NotApplicable)?;
    Some(super::drift::headline(ui.words(), drift.cause))
}

/// What to do: what `drift` says knows more, where it was asked.
fn way_out(ui: &Ui, one: &Observed, drift: Option<&Drift>) -> Option<String> {
    match drift {
        Some(drift) => super::drift::repair_line(ui, drift),
        None => remedy_line(ui, one),
    }
}

/// The last line: the guide's when all is in order.
fn verdict(ui: &Ui, observed: &[Observed], drifts: &[Drift]) -> String {
    let looked = observed.iter().filter(|it| it.state != State::NotApplicable).count();
    let needs = |at: &usize| {
        let drifted = drifts.get(*at).map_or(Exit::InOrder, |it| it.cause.weight().into());
        Exit::from(observed[*at].state.weight()).max(drifted) != Exit::InOrder
    };
    let need = (0..observed.len()).filter(needs).count();
    match need {
        0 if looked == 0 => ui.say("check-verdict-none"),
        0 => ui.say("check-verdict-up-to-date"),
        _ => ui.tell("check-verdict-need", &[("count", need.into()), ("total", looked.into())]),
    }
}

/// The JSON twin, version 1.
fn document(ui: &Ui, project: &str, observed: &[Observed]) -> Json {
    let services: Vec<Json> = observed.iter().map(|one| service_document(ui, one)).collect();
    let mut summary = serde_json::Map::new();
    for state in State::ALL {
        let count = observed.iter().filter(|it| it.state == state).count();
        summary.insert(state.as_str().to_owned(), count.into());
    }
    json!({
        "version": 1,
        "command": "check",
        "project": project,
        "exitCode": exit(observed) as u8,
        "summary": summary,
        "services": services,
    })
}

pub(super) fn service_document(ui: &Ui, one: &Observed) -> Json {
    let names = |names: &[radoub_schema::migration::MigrationName]| -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    };
    let rows = |rows: &[Applied]| -> Vec<Json> {
        rows.iter()
            .map(|row| {
                json!({
                    "migration": row.name.as_str(),
                    "startedAt": instant(row.started_at),
                    "statementsApplied": row.applied_steps_count,
                    "logs": row.logs,
                })
            })
            .collect()
    };
    let history = one.history.as_ref().map(|history| {
        json!({
            "onDisk": history.on_disk,
            "hasLedger": history.has_ledger,
            "diagnostic": match history.state() {
                HistoryState::InSync => "inSync",
                HistoryState::DatabaseIsBehind => "databaseIsBehind",
                HistoryState::MigrationsDirectoryIsBehind => "migrationsDirectoryIsBehind",
                HistoryState::Diverged => "historiesDiverge",
            },
            "pending": names(&history.pending),
            "failed": rows(&history.failed),
            "edited": names(&history.edited),
            "missing": names(&history.missing),
            "lastCommon": history.last_common.as_ref().map(ToString::to_string),
            "lastFailures": rows(&history.last_failures),
        })
    });
    json!({
        "service": one.service.as_str(),
        "state": one.state.as_str(),
        "headline": headline(ui.words(), one),
        "database": one.database.as_ref().map(|it| json!({
            "name": it.name,
            "server": it.server,
            "serverVersion": version_of_server(it.version),
        })),
        "prisma": one.prisma_version.as_ref().map(|it| json!({
            "version": it.text,
            "pinned": it.pinned,
            "scripts": era(it).map(|era| match era {
                Era::Whole => "whole",
                Era::Statements => "statement-by-statement",
            }),
        })),
        "history": history,
        "lock": one.lock.as_ref().map(|it| json!({
            "pid": it.pid,
            "application": it.application,
            "client": it.client,
            "since": it.since.map(instant),
        })),
        "problem": one.problem.as_ref().map(|it| failure_document(ui, it)),
        "oddities": one.on_disk.oddities.iter().map(|it| json!({
            "path": it.path,
            "kind": super::oddity_key(it.kind),
        })).collect::<Vec<_>>(),
        "remedy": remedy_line(ui, one),
        "milliseconds": one.took.as_secs_f64() * 1000.0,
    })
}

/// A failure in JSON.
pub(crate) fn failure_document(ui: &Ui, failure: &Failure) -> Json {
    json!({
        "code": failure.code.as_str(),
        "prismaCode": failure.code.prisma_code(),
        "sqlstate": failure.server.as_ref().map(|it| &it.sqlstate),
        "message": failure_lines(ui, failure).join("\n"),
        "line": failure.server.as_ref().and_then(|it| it.place.as_ref()).map(|it| it.line),
    })
}
