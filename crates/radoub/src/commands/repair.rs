//! What `adopt`, `baseline` and `squash` share: consent, the plan shown, the question, the deed.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

use serde_json::{Value as Json, json};

use radoub_engine::drift::{Cause, Drift, Sharing, Survey};
use radoub_engine::failure::{Failure, FailureCode};
use radoub_engine::fleet::{Fleet, Managed, NotApplicable, Prisma, ServiceName};
use radoub_engine::lanes;
use radoub_engine::pull::{Pulled, PulledFile};
use radoub_engine::repair::act::{Proven, act, proven};
use radoub_engine::repair::proof::Proof;
use radoub_engine::repair::{Consent, Drafted, Oddity, Remark, RepairPlan, Verb, Wins};
use radoub_engine::resolve::ResolveSettings;
use radoub_engine::scratch::Workshop;
use radoub_schema::migration::MigrationName;
use radoub_schema::model::unmanaged::UnmanagedObject;
use radoub_schema::script::{RowChange, Script};

use super::check::{RULE, failure_document, failure_lines, failure_remedy, not_applicable};
use super::drift::{cause_document, gather, headline, refused_lines, repair_line, unmanaged_line};
use super::scratch::{ScratchArgs, chosen_document, chosen_lines, within};
use super::{App, duration};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit};
use crate::ui::{Tone, Ui, View};

/// Lines of a schema that are shown without `--sql`.
const SCHEMA_LINES: usize = 12;

/// What every repair takes.
#[derive(Debug, clap::Args)]
pub(crate) struct RepairArgs {
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[arg(long)]
    pub(crate) sql: bool,
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(long = "allow", value_name = "ODDITY", value_parser = oddity, value_delimiter = ',')]
    pub(crate) allow: Vec<Oddity>,
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) wait: Seconds,
    #[command(flatten)]
    pub(crate) scratch: ScratchArgs,
}

/// What those take that go by the database.
#[derive(Debug, clap::Args)]
pub(crate) struct SideArgs {
    #[arg(long, value_name = "live|schema", value_parser = wins)]
    pub(crate) wins: Option<Wins>,
    #[arg(long, alias = "with-unmanaged")]
    pub(crate) carry: bool,
}

fn oddity(text: &str) -> Result<Oddity, String> {
    Oddity::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
        let known: Vec<&str> = Oddity::ALL.iter().map(|it| it.as_str()).collect();
        known.join(", ")
    })
}

fn wins(text: &str) -> Result<Wins, String> {
    Wins::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
        let known: Vec<&str> = Wins::ALL.iter().map(|it| it.as_str()).collect();
        known.join(", ")
    })
}

impl RepairArgs {
    /// What was agreed to.
    pub(crate) fn consent(&self, side: Option<&SideArgs>) -> Consent {
        Consent {
            wins: side.and_then(|it| it.wins),
            carry: side.is_some_and(|it| it.carry),
            oddities: self.allow.iter().copied().collect::<BTreeSet<_>>(),
            name: self.name.clone(),
        }
    }
}

/// What was decided for one service.
struct Entry {
    drift: Drift,
    decided: Result<Proven, Failure>,
    /// What came of carrying it out; `None` when it was not.
    acted: Option<Result<(), Failure>>,
}

/// Looks, decides, proves, shows, asks, acts, and tells. `decide` makes the plan of one service.
pub(crate) async fn repair(
    ui: &mut Ui,
    app: &App,
    verb: Verb,
    whole: &Fleet,
    fleet: &Fleet,
    args: &RepairArgs,
    decide: impl AsyncFn(&Workshop, &Managed, &Drift, SystemTime) -> Result<RepairPlan, Failure>,
) -> Result<Exit, CliError> {
    let sharing = Sharing::of(whole);
    let asked = Survey { look: app.look(), unmanaged: true, replay_unseen: false };
    let now = SystemTime::now();
    let work = async |workshop: &Workshop| {
        let found = gather(ui, fleet, &sharing, &asked, workshop).await;
        let prove = async |at: usize| {
            let Prisma::Managed(managed) = &fleet.services[at].prisma else { return None };
            let plan = match decide(workshop, managed, &found[at], now).await {
                Ok(plan) => plan,
                Err(failure) => return Some(Err(failure)),
            };
            Some(proven(workshop, managed, &found[at], plan).await)
        };
        let decided =
            lanes::each(&fleet.services, asked.look.lanes, |_| None, prove, |_, _| {}).await;
        found.into_iter().zip(decided)
    };
    let decided = within(app.workshop(fleet, args.scratch), work).await.told(ui)?;
    let mut entries: Vec<Entry> = decided
        .filter_map(|(drift, decided)| Some(Entry { drift, decided: decided?, acted: None }))
        .collect();

    let root = &fleet.root;
    if ui.view() != View::Json {
        show(ui, verb, &entries, &outside(fleet), args, root)?;
    }
    let work = entries.iter().any(|it| matches!(&it.decided, Ok(it) if !it.plan().is_nothing()));
    let agreed = work && !args.dry_run && (args.yes || asked_for(ui, app).await?);
    if agreed {
        let settings = ResolveSettings {
            look: asked.look,
            lock_patience: args.wait.0,
            advisory_lock: app.takes_advisory_lock(),
        };
        let managed = |entry: &Entry| {
            let name = &entry.drift.observed.service;
            let service = fleet.services.iter().find(|it| it.name == *name);
            service.and_then(|it| match &it.prisma {
                Prisma::Managed(managed) => Some(managed.as_ref()),
                Prisma::NotApplicable(_) => None,
            })
        };
        let acts = async |at: usize| {
            let entry: &Entry = &entries[at];
            let Ok(proven) = &entry.decided else { return None };
            if proven.plan().is_nothing() {
                return None;
            }
            Some(act(managed(entry)?, &entry.drift, proven, &settings).await)
        };
        // Once begun it is not interrupted: it takes a moment, and half of it would be worse.
        let acted = lanes::each(&entries, asked.look.lanes, |_| None, acts, |_, _| {}).await;
        for (entry, acted) in entries.iter_mut().zip(acted) {
            entry.acted = acted;
        }
    }
    let exit = exit(&entries);
    if ui.view() == View::Json {
        let document = document(ui, verb, &fleet.project, &entries, args, exit, root);
        ui.json(&document)?;
    } else {
        tell(ui, app, &entries, args, work, agreed)?;
    }
    Ok(exit)
}

/// Asks whether the repair that was shown is to be done.
pub(super) async fn asked_for(ui: &mut Ui, app: &App) -> Result<bool, CliError> {
    let question = ui.say("repair-ask");
    super::agreed(ui, app, &question).await
}

/// Why nothing was done.
pub(super) fn undone(ui: &Ui, app: &App, dry_run: bool) -> String {
    ui.say(match (dry_run, super::may_ask(ui, app)) {
        (true, _) => "repair-dry-run",
        (false, true) => "repair-declined",
        (false, false) => "repair-needs-yes",
    })
}

fn exit(entries: &[Entry]) -> Exit {
    let of = |entry: &Entry| match (&entry.decided, &entry.acted) {
        (Err(failure), _) | (_, Some(Err(failure))) => failure.code.weight().into(),
        (Ok(proven), None) if !proven.plan().is_nothing() => Exit::NeedsWork,
        _ => Exit::InOrder,
    };
    entries.iter().map(of).max().unwrap_or(Exit::InOrder)
}

fn show(
    ui: &mut Ui,
    verb: Verb,
    entries: &[Entry],
    outside: &[(ServiceName, NotApplicable)],
    args: &RepairArgs,
    root: &Path,
) -> Result<(), CliError> {
    if ui.view() == View::Plain {
        let heading = ui.say(&format!("repair-heading-{}", verb.as_str()));
        writeln!(ui.data(), "{RULE}\n{heading}\n{RULE}\n")?;
    }
    for (service, reason) in outside {
        writeln!(ui.data(), "{service}")?;
        for line in outside_lines(ui, reason) {
            writeln!(ui.data(), "  {line}")?;
        }
        writeln!(ui.data())?;
    }
    for entry in entries {
        let service = &entry.drift.observed.service;
        let name = if ui.view() == View::Terminal {
            Tone::Strong.paint(service)
        } else {
            service.to_string()
        };
        writeln!(ui.data(), "{name}")?;
        match &entry.decided {
            Ok(proven) => {
                for line in plan_lines(ui, proven, args, root) {
                    writeln!(ui.data(), "  {line}")?;
                }
            }
            Err(failure) => {
                for line in refusal_lines(ui, failure, &entry.drift) {
                    writeln!(ui.data(), "  {line}")?;
                }
                if let Some(remedy) = remedy(ui, failure, &entry.drift) {
                    writeln!(ui.data(), "  → {remedy}")?;
                }
            }
        }
        writeln!(ui.data())?;
    }
    Ok(())
}

/// The services that radoub does not manage, and why.
fn outside(fleet: &Fleet) -> Vec<(ServiceName, NotApplicable)> {
    let services = fleet.services.iter().filter_map(|service| match &service.prisma {
        Prisma::NotApplicable(reason) => Some((service.name.clone(), reason.clone())),
        Prisma::Managed(_) => None,
    });
    services.collect()
}

/// That a service is none of radoub's, and why.
pub(super) fn outside_lines(ui: &Ui, reason: &NotApplicable) -> [String; 2] {
    [headline(ui.words(), Cause::NotApplicable), not_applicable(ui, reason)]
}

/// Why nothing is done, mark first; the cause that drift knows where another command helps.
pub(super) fn refusal_lines(ui: &Ui, failure: &Failure, drift: &Drift) -> Vec<String> {
    if let Err(refused) = &drift.wanted
        && refused.failure == *failure
        && !refused.mistakes.is_empty()
    {
        let mut lines = vec![headline(ui.words(), drift.cause)];
        lines.extend(refused_lines(ui, failure, &refused.mistakes));
        return lines;
    }
    let mut lines = failure_lines(ui, failure);
    if failure.code == FailureCode::OtherRemedy {
        lines.insert(0, headline(ui.words(), drift.cause));
    } else {
        lines[0] = format!("{} {}", ui.say("mark-error"), lines[0]);
    }
    lines
}

/// What to do about a refusal: what drift says where another command helps.
pub(super) fn remedy(ui: &Ui, failure: &Failure, drift: &Drift) -> Option<String> {
    match failure.code {
        FailureCode::OtherRemedy | FailureCode::Disagree => repair_line(ui, drift),
        _ => failure_remedy(ui, failure, drift.observed.service.as_str()),
    }
}

/// A plan, a line each thing that it does.
fn plan_lines(ui: &Ui, proven: &Proven, args: &RepairArgs, root: &Path) -> Vec<String> {
    let plan = proven.plan();
    if plan.is_nothing() {
        return vec![ui.say("repair-nothing")];
    }
    let mut lines = Vec::new();
    let list = |names: &[MigrationName]| match names {
        [first, .., last] if names.len() > 3 => format!("{first} … {last}"),
        names => names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    if !plan.aside.is_empty() {
        let values = [
            ("count", plan.aside.len().into()),
            ("migrations", list(&plan.aside).into()),
            ("folder", shown(&plan.archive, root).into()),
        ];
        lines.push(ui.tell("repair-aside", &values));
    }
    for draft in &plan.drafts {
        lines.extend(draft_lines(ui, draft, args.sql));
    }
    for (key, names) in [
        ("repair-recorded", &plan.recorded),
        ("repair-removed", &plan.removed),
        ("repair-retired", &plan.retired),
        ("repair-restamped", &plan.restamped),
    ] {
        if !names.is_empty() {
            let values = [
                ("count", names.len().into()),
                ("migrations", list(names).into()),
                ("folder", shown(&plan.archive, root).into()),
            ];
            lines.push(ui.tell(key, &values));
        }
    }
    if plan.lock_file {
        lines.push(ui.say("repair-lock-file"));
    }
    if let Some(followed) = &plan.schema {
        lines.extend(schema_lines(ui, &followed.pulled, args.sql));
    }
    for remark in &plan.remarks {
        lines.extend(remark_lines(ui, remark));
    }
    lines.extend(proven.proof().iter().flat_map(|it| proof_lines(ui, it)));
    lines.push(ui.say("repair-untouched"));
    lines
}

/// The files of the schema that are written anew: the lines that come, and those that go.
fn schema_lines(ui: &Ui, pulled: &Pulled, whole: bool) -> Vec<String> {
    let changed: Vec<_> =
        pulled.files.iter().chain(&pulled.views).filter(|it| it.changed).collect();
    let names = changed.iter().map(|it| it.file.as_str());
    let names: Vec<&str> = names.chain(pulled.gone.iter().map(String::as_str)).collect();
    let values = [("count", names.len().into()), ("files", names.join(", ").into())];
    let mut lines = vec![ui.tell("repair-schema", &values)];
    let only = |sign: char, text: &str, other: &str| -> Vec<String> {
        let mut others: Vec<&str> = other.lines().map(str::trim).collect();
        let mut left = Vec::new();
        for line in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
            match others.iter().position(|it| *it == line) {
                Some(at) => drop(others.swap_remove(at)),
                None => left.push(format!("  {sign} {line}")),
            }
        }
        left
    };
    let mut told = Vec::new();
    for file in changed {
        let before = pulled.text_before(&file.file).unwrap_or_default();
        told.extend(only('-', before, &file.text));
        told.extend(only('+', &file.text, before));
    }
    let shown = if whole { told.len() } else { told.len().min(SCHEMA_LINES) };
    let more = told.len() - shown;
    lines.extend(told.into_iter().take(shown));
    if more > 0 {
        lines.push(format!("  {}", ui.tell("drift-more", &[("count", more.into())])));
    }
    lines.extend(pulled.warnings.lines().filter(|it| !it.is_empty()).map(|it| format!("  {it}")));
    lines
}

/// A migration that is written, and what it would lose.
pub(super) fn draft_lines(ui: &Ui, draft: &Drafted, sql: bool) -> Vec<String> {
    let statements = Script::parse(&draft.script).statements.len();
    let values = [("migration", draft.name.to_string().into()), ("count", statements.into())];
    let key = if draft.applied { "repair-writes" } else { "repair-writes-waiting" };
    let mut lines = vec![ui.tell(key, &values)];
    let quoted =
        |text: &str| -> Vec<String> { text.lines().map(|it| format!("  | {it}")).collect() };
    // Also of one that is recorded here: another database may run it, and lose what it holds.
    lines.extend(draft.losses.iter().map(|it| format!("  {} {it}", ui.say("mark-warning"))));
    if sql {
        lines.extend(quoted(&draft.script));
    }
    if let Some(back) = &draft.way_back {
        lines.push(ui.tell("repair-way-back", &[("count", back.losses.len().into())]));
        if sql {
            lines.extend(quoted(&back.script));
        }
    }
    lines
}

/// How a history was tried.
pub(super) fn proof_lines(ui: &Ui, proof: &Proof) -> Vec<String> {
    let values = [
        ("count", proof.migrations.into()),
        ("back", proof.ways_back.into()),
        ("took", duration(ui, proof.took).into()),
    ];
    let mut lines = vec![ui.tell("repair-proof", &values)];
    if proof.chosen.other_major().is_some() {
        lines.extend(chosen_lines(ui, &proof.chosen));
    }
    lines
}

fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

pub(super) fn remark_lines(ui: &Ui, remark: &Remark) -> Vec<String> {
    let objects = |key: &str, objects: &[UnmanagedObject]| {
        let mut lines = vec![ui.tell(key, &[("count", objects.len().into())])];
        lines.extend(objects.iter().map(|it| format!("  {}", unmanaged_line(ui, it))));
        lines
    };
    let rows = |key: &str, name: &MigrationName, changes: &[RowChange]| {
        let changes: Vec<String> = changes.iter().map(|it| change(ui, it)).collect();
        let values =
            [("migration", name.to_string().into()), ("changes", changes.join(", ").into())];
        vec![ui.tell(key, &values)]
    };
    let one = |key: &str, name: &MigrationName| {
        vec![ui.tell(key, &[("migration", name.to_string().into())])]
    };
    match remark {
        Remark::NotCarried(lost) => objects("repair-not-carried", lost),
        Remark::Carried(carried) => objects("repair-carried", carried),
        Remark::ByHand(lost) => objects("repair-by-hand", lost),
        Remark::NotReproduced(lost) => objects("repair-not-reproduced", lost),
        Remark::RowsSkipped(name, changes) => rows("repair-rows-skipped", name, changes),
        Remark::RowsForgotten(name, changes) => rows("repair-rows-forgotten", name, changes),
        Remark::SchemaBehind => vec![ui.say("repair-schema-behind")],
        Remark::Waits(name) => one("repair-waits", name),
        Remark::NoWayBack(name) => one("repair-no-way-back", name),
    }
}

/// `INSERT roles (line 12)`: what, of which table, in which line.
fn change(ui: &Ui, change: &RowChange) -> String {
    let table = change.table.as_ref().map(|table| format!(" {}", table.name));
    let what = format!("{}{}", change.verb.as_str(), table.unwrap_or_default());
    // A line is a name here, not an amount: 1234 and not 1,234.
    let values = [("what", what.into()), ("line", change.line.to_string().into())];
    ui.tell("repair-row-change", &values)
}

/// What came of it.
fn tell(
    ui: &mut Ui,
    app: &App,
    entries: &[Entry],
    args: &RepairArgs,
    work: bool,
    agreed: bool,
) -> Result<(), CliError> {
    if work && !agreed {
        let text = undone(ui, app, args.dry_run);
        writeln!(ui.data(), "{text}")?;
        return Ok(());
    }
    for entry in entries {
        let Some(acted) = &entry.acted else { continue };
        let service = entry.drift.observed.service.as_str();
        match acted {
            Ok(()) => {
                let text = ui.tell("repair-done", &[("service", service.into())]);
                writeln!(ui.data(), "{}", Tone::Good.paint(text))?;
            }
            Err(failure) => {
                let mut lines = failure_lines(ui, failure);
                lines[0] = ui.labelled(service, &lines[0]);
                ui.error(&lines[0], &lines[1..])?;
                if let Some(remedy) = remedy(ui, failure, &entry.drift) {
                    ui.hint(&remedy)?;
                }
            }
        }
    }
    Ok(())
}

/// The JSON twin, version 1.
fn document(
    ui: &Ui,
    verb: Verb,
    project: &str,
    entries: &[Entry],
    args: &RepairArgs,
    exit: Exit,
    root: &Path,
) -> Json {
    let services: Vec<Json> = entries
        .iter()
        .map(|entry| {
            let failure = match (&entry.decided, &entry.acted) {
                (Err(failure), _) | (_, Some(Err(failure))) => Some(failure),
                _ => None,
            };
            let plan = entry.decided.as_ref().ok();
            json!({
                "service": entry.drift.observed.service.as_str(),
                "drift": cause_document(ui, &entry.drift),
                "plan": plan.map(|proven| plan_document(ui, proven, root)),
                "done": matches!(entry.acted, Some(Ok(()))),
                "problem": failure.map(|it| failure_document(ui, it)),
                "remedy": failure.and_then(|it| remedy(ui, it, &entry.drift)),
            })
        })
        .collect();
    json!({
        "version": 1,
        "command": verb.as_str(),
        "project": project,
        "dryRun": args.dry_run,
        "exitCode": exit as u8,
        "services": services,
    })
}

fn plan_document(ui: &Ui, proven: &Proven, root: &Path) -> Json {
    let plan = proven.plan();
    let names = |names: &[MigrationName]| -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    };
    let drafts: Vec<Json> = plan.drafts.iter().map(draft_document).collect();
    json!({
        "nothing": plan.is_nothing(),
        "aside": names(&plan.aside),
        "archive": shown(&plan.archive, root),
        "writes": drafts,
        "recorded": names(&plan.recorded),
        "removed": names(&plan.removed),
        "retired": names(&plan.retired),
        "restamped": names(&plan.restamped),
        "lockFile": plan.lock_file,
        "schema": plan.schema.as_ref().map(|it| schema_document(&it.pulled)),
        "remarks": plan.remarks.iter().map(|it| remark_document(ui, it)).collect::<Vec<_>>(),
        "proof": proven.proof().map(|it| proof_document(ui, it)),
    })
}

fn schema_document(pulled: &Pulled) -> Json {
    let file = |it: &PulledFile| json!({ "path": it.file, "text": it.text });
    let changed = pulled.files.iter().chain(&pulled.views).filter(|it| it.changed);
    json!({
        "files": changed.map(file).collect::<Vec<_>>(),
        "removed": pulled.gone,
        "warnings": pulled.warnings,
    })
}

pub(super) fn draft_document(draft: &Drafted) -> Json {
    json!({
        "migration": draft.name.as_str(),
        "script": draft.script,
        "down": draft.way_back.as_ref().map(|it| &it.script),
        "applied": draft.applied,
        "warnings": draft.losses.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

pub(super) fn proof_document(ui: &Ui, proof: &Proof) -> Json {
    json!({
        "migrations": proof.migrations,
        "waysBack": proof.ways_back,
        "milliseconds": proof.took.as_secs_f64() * 1000.0,
        "scratch": chosen_document(ui, &proof.chosen),
    })
}

fn remark_document(ui: &Ui, remark: &Remark) -> Json {
    let (kind, migration) = match remark {
        Remark::NotCarried(_) => ("not-carried", None),
        Remark::Carried(_) => ("carried", None),
        Remark::ByHand(_) => ("by-hand", None),
        Remark::NotReproduced(_) => ("not-reproduced", None),
        Remark::RowsSkipped(name, _) => ("rows-skipped", Some(name)),
        Remark::RowsForgotten(name, _) => ("rows-forgotten", Some(name)),
        Remark::SchemaBehind => ("schema-behind", None),
        Remark::Waits(name) => ("waits", Some(name)),
        Remark::NoWayBack(name) => ("no-way-back", Some(name)),
    };
    json!({
        "kind": kind,
        "migration": migration.map(ToString::to_string),
        "text": remark_lines(ui, remark).join("\n"),
    })
}
