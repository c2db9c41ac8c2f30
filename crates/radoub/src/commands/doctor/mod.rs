//! `radoub doctor`: what is wrong with a fleet, why, what follows from it, and what to do.

mod explain;
mod mend;

use std::collections::BTreeMap;
use std::path::PathBuf;

use radoub_engine::doctor::{
    Area, Check, Doctor, Examined, Finding, Selection, Severity, Thresholds, Unexamined, examine,
};
use radoub_engine::fleet::Fleet;
use radoub_engine::runtime::{Docker, RuntimeError};
use serde_json::{Value as Json, json};

use super::App;
use super::scratch::{ScratchArgs, within};
use crate::cli::{Seconds, seconds};
use crate::error::{CliError, Exit};
use crate::settings;
use crate::ui::words::Words;
use crate::ui::{Tone, Ui, View};

/// What `doctor` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct DoctorArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(long, value_name = "CHECK|AREA", value_delimiter = ',')]
    only: Vec<String>,
    #[arg(long, value_name = "CHECK|AREA", value_delimiter = ',')]
    except: Vec<String>,
    #[arg(long, conflicts_with_all = ["explain", "fix"])]
    list: bool,
    #[arg(long)]
    deep: bool,
    #[arg(long)]
    all: bool,
    #[arg(long)]
    no_containers: bool,
    #[arg(long, value_name = "LOG", conflicts_with_all = ["fix", "deep"])]
    explain: Option<String>,
    #[arg(long, conflicts_with_all = ["json", "deep"])]
    fix: bool,
    #[arg(long, requires = "fix")]
    yes: bool,
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    wait: Seconds,
    #[command(flatten)]
    scratch: ScratchArgs,
}

/// So many places of a finding are shown without `--all`.
const MOST_PLACES: usize = 5;

pub(crate) async fn doctor(
    ui: &mut Ui,
    app: &mut App,
    args: &DoctorArgs,
) -> Result<Exit, CliError> {
    let selection = selection(ui, args)?;
    if args.list {
        return list(ui, &selection);
    }
    if let Some(log) = &args.explain {
        return explain::explain(ui, app, args, log).await;
    }
    if args.fix {
        return Box::pin(mend::mend(ui, app, args)).await;
    }
    let inventory = app.inventory_with_gaps(ui)?;
    let fleet = App::narrow(ui, inventory.fleet.clone(), &args.services)?;
    let runtime = app.engine(&inventory.fleet, args.no_containers).await;
    let search = settings::search_path();
    let state_folder = app.state_folder(&inventory.fleet);
    let look = app.look();
    let workshop = args.deep.then(|| app.workshop(&fleet, args.scratch));
    let environment = app.environment();
    let examined = async |workshop: Option<&_>| {
        let doctor = Doctor {
            inventory: &inventory,
            fleet: &fleet,
            environment,
            search: &search,
            state_folder: &state_folder,
            runtime: runtime.as_ref().map(Option::as_ref),
            look,
            workshop,
            selection: &selection,
            thresholds: Thresholds::default(),
        };
        examine(&doctor).await
    };
    let examined = match workshop {
        Some(workshop) => within(workshop, async |it| examined(Some(it)).await).await.told(ui)?,
        None => examined(None).await,
    };
    let exit = match examined.worst() {
        Some(Severity::Danger | Severity::Problem) => Exit::NeedsWork,
        Some(Severity::Advice) | None => Exit::InOrder,
    };
    if ui.view() == View::Json {
        let document = document(ui, &examined, exit);
        ui.json(&document)?;
    } else {
        show(ui, &examined, args.all, &selection)?;
    }
    Ok(exit)
}

impl App {
    /// The engine of a fleet that has one; `None` when it is left out or there is no Compose.
    async fn engine(&self, fleet: &Fleet, left_out: bool) -> Result<Option<Docker>, RuntimeError> {
        if left_out || fleet.compose_project.is_none() {
            return Ok(None);
        }
        self.runtime_of(fleet).await.map(Some)
    }

    /// Where journals and backups of this fleet are kept.
    fn state_folder(&self, fleet: &Fleet) -> PathBuf {
        match &self.shared.state_dir {
            Some(folder) => self.folder.join(folder),
            None => fleet.state_folder.clone(),
        }
    }
}

fn selection(ui: &Ui, args: &DoctorArgs) -> Result<Selection, CliError> {
    let unknown = args.only.iter().chain(&args.except).find(|it| !Selection::knows(it));
    if let Some(name) = unknown {
        return Err(CliError::Told {
            heading: ui.tell("doctor-unknown-check", &[("name", name.as_str().into())]),
            causes: Vec::new(),
            remedy: Some(ui.say("doctor-unknown-check-remedy")),
        });
    }
    Ok(Selection { only: args.only.clone(), except: args.except.clone() })
}

/// The sentences of a check.
fn sentence(words: &Words, check: Check, part: &str) -> String {
    words.say(&format!("finding-{}{part}", check.as_str()))
}

/// The checks of an area, gravest first.
fn checks_of(area: Area) -> impl Iterator<Item = Check> {
    Check::ALL.iter().copied().filter(move |check| check.area() == area)
}

fn list(ui: &mut Ui, selection: &Selection) -> Result<Exit, CliError> {
    if ui.view() == View::Json {
        let one = |check: &Check| {
            json!({
                "check": check.as_str(),
                "area": check.area().as_str(),
                "severity": check.severity().as_str(),
                "title": sentence(ui.words(), *check, ""),
                "cause": sentence(ui.words(), *check, "-cause"),
                "consequence": sentence(ui.words(), *check, "-consequence"),
                "remedy": sentence(ui.words(), *check, "-remedy"),
            })
        };
        let checks: Vec<Json> =
            Check::ALL.iter().filter(|it| selection.wants(**it)).map(one).collect();
        ui.json(&json!({ "version": 1, "command": "doctor", "exitCode": 0, "checks": checks }))?;
        return Ok(Exit::InOrder);
    }
    for area in Area::ALL {
        let checks: Vec<Check> = checks_of(area).filter(|it| selection.wants(*it)).collect();
        if checks.is_empty() {
            continue;
        }
        let about = ui.say(&format!("doctor-area-{}", area.as_str()));
        let heading = Tone::Strong.paint(area.as_str());
        writeln!(ui.data(), "{heading}  {about}")?;
        for check in checks {
            let severity = ui.say(&format!("doctor-severity-{}", check.severity().as_str()));
            let title = sentence(ui.words(), check, "");
            writeln!(ui.data(), "  {:<30} {severity:<8}  {title}", check.as_str())?;
        }
    }
    Ok(Exit::InOrder)
}

/// Where a finding is, without the service: `docker-compose.yml:12`.
fn place(finding: &Finding) -> Option<String> {
    let file = finding.file.as_ref()?.display().to_string();
    Some(finding.line.map_or(file.clone(), |line| format!("{file}:{line}")))
}

/// The facts of a finding as `name value`.
fn facts(ui: &Ui, finding: &Finding) -> String {
    let one = |(name, value): &(&str, String)| {
        // SQL is for copying; it has a line of its own.
        (*name != "sql" && !value.is_empty())
            .then(|| format!("{} {value}", ui.say(&format!("fact-{name}"))))
    };
    finding.facts.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

fn sql(finding: &Finding) -> Option<&str> {
    finding.facts.iter().find(|it| it.0 == "sql").map(|it| it.1.as_str())
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Danger => Tone::Bad,
        Severity::Problem => Tone::Notice,
        Severity::Advice => Tone::Quiet,
    }
}

fn show(
    ui: &mut Ui,
    examined: &Examined,
    all: bool,
    selection: &Selection,
) -> Result<(), CliError> {
    for severity in Severity::ALL {
        let mut groups: Vec<(Check, Vec<&Finding>)> = Vec::new();
        for finding in examined.findings.iter().filter(|it| it.check.severity() == severity) {
            match groups.last_mut().filter(|it| it.0 == finding.check) {
                Some((_, group)) => group.push(finding),
                None => groups.push((finding.check, vec![finding])),
            }
        }
        for (check, group) in groups {
            show_group(ui, check, &group, all)?;
        }
    }
    if !examined.unexamined.is_empty() {
        let heading = ui.say("doctor-unexamined");
        writeln!(ui.data(), "{heading}")?;
        for line in unexamined_lines(ui, &examined.unexamined) {
            writeln!(ui.data(), "  {line}")?;
        }
        writeln!(ui.data())?;
    }
    let count =
        |severity| examined.findings.iter().filter(|it| it.check.severity() == severity).count();
    let end = if examined.findings.is_empty() {
        let looked = Check::ALL.iter().filter(|it| selection.wants(**it)).count();
        ui.tell("doctor-well", &[("count", looked.into())])
    } else {
        let values = [
            ("dangers", count(Severity::Danger).into()),
            ("problems", count(Severity::Problem).into()),
            ("advice", count(Severity::Advice).into()),
        ];
        ui.tell("doctor-head", &values)
    };
    writeln!(ui.data(), "{end}")?;
    if let Some(next) = next(ui, examined) {
        writeln!(ui.data(), "{}", Tone::Strong.paint(next))?;
    }
    Ok(())
}

/// One place of a check, with all services that it is true of.
struct Shown<'a> {
    place: Option<String>,
    facts: String,
    sql: Option<&'a str>,
    services: Vec<&'a str>,
}

fn show_group(ui: &mut Ui, check: Check, group: &[&Finding], all: bool) -> Result<(), CliError> {
    let severity = check.severity();
    let label = ui.say(&format!("doctor-severity-{}", severity.as_str()));
    let title = sentence(ui.words(), check, "");
    let name = Tone::Quiet.paint(format!("({})", check.as_str()));
    writeln!(ui.data(), "{} · {title} {name}", tone(severity).paint(label))?;
    // What is written in one place for several services is one place.
    let mut places: Vec<Shown<'_>> = Vec::new();
    for finding in group {
        let (place, facts, sql) = (place(finding), facts(ui, finding), sql(finding));
        let service = finding.service.as_deref();
        match places.iter_mut().find(|it| it.place == place && it.facts == facts && it.sql == sql) {
            Some(known) => known.services.extend(service),
            None => {
                places.push(Shown { place, facts, sql, services: service.into_iter().collect() });
            }
        }
    }
    let shown = if all { places.len() } else { places.len().min(MOST_PLACES) };
    for Shown { place, facts, sql, services } in &places[..shown] {
        let parts = [services.join(", "), place.clone().unwrap_or_default(), facts.clone()];
        let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        if !parts.is_empty() {
            writeln!(ui.data(), "    {}", parts.join("  "))?;
        }
        if let Some(sql) = sql {
            writeln!(ui.data(), "      {sql}")?;
        }
    }
    if places.len() > shown {
        let text = ui.tell("doctor-more", &[("count", (places.len() - shown).into())]);
        writeln!(ui.data(), "    {text}")?;
    }
    let labels = [ui.say("doctor-cause"), ui.say("doctor-consequence")];
    let width = labels.iter().map(|it| it.chars().count()).max().unwrap_or_default();
    for (label, part) in labels.iter().zip(["-cause", "-consequence"]) {
        let text = sentence(ui.words(), check, part);
        let label = Tone::Quiet.paint(format!("{label:<width$}"));
        writeln!(ui.data(), "  {label}  {text}")?;
    }
    let text = sentence(ui.words(), check, "-remedy");
    writeln!(ui.data(), "  {:<width$}  {text}", "→")?;
    let mut commands: Vec<&str> = Vec::new();
    for command in group.iter().filter_map(|it| it.command.as_deref()) {
        if !commands.contains(&command) {
            commands.push(command);
        }
    }
    let few = if all { commands.len() } else { commands.len().min(3) };
    for command in &commands[..few] {
        writeln!(ui.data(), "  {:<width$}  {}", "", Tone::Strong.paint(command))?;
    }
    writeln!(ui.data())?;
    Ok(())
}

/// What could not be looked at, a line for each kind with all services that it is true of.
fn unexamined_lines(ui: &Ui, unexamined: &[Unexamined]) -> Vec<String> {
    let mut kinds: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for it in unexamined {
        let services = kinds.entry((it.what, it.reason.as_str())).or_default();
        services.extend(it.service.as_deref());
    }
    let line = |((what, reason), services): ((&str, &str), Vec<&str>)| {
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        let text = format!("{}{reason}", ui.say(what));
        if services.is_empty() { text } else { ui.labelled(&services.join(", "), &text) }
    };
    kinds.into_iter().map(line).collect()
}

/// The one thing to do next: the command of the gravest finding, or the place to edit.
fn next(ui: &Ui, examined: &Examined) -> Option<String> {
    let first = examined.findings.first()?;
    if let Some(command) = &first.command {
        return Some(ui.tell("doctor-next-command", &[("command", command.as_str().into())]));
    }
    if let Some(place) = place(first) {
        let values = [("place", place.into()), ("check", first.check.as_str().into())];
        return Some(ui.tell("doctor-next-edit", &values));
    }
    let remedy = sentence(ui.words(), first.check, "-remedy");
    Some(ui.tell("doctor-next-look", &[("remedy", remedy.into())]))
}

fn document(ui: &Ui, examined: &Examined, exit: Exit) -> Json {
    let one = |it: &Finding| {
        let facts: serde_json::Map<String, Json> =
            it.facts.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        json!({
            "check": it.check.as_str(),
            "area": it.check.area().as_str(),
            "severity": it.check.severity().as_str(),
            "service": it.service,
            "file": it.file.as_ref().map(|file| file.display().to_string()),
            "line": it.line,
            "facts": facts,
            "title": sentence(ui.words(), it.check, ""),
            "cause": sentence(ui.words(), it.check, "-cause"),
            "consequence": sentence(ui.words(), it.check, "-consequence"),
            "remedy": sentence(ui.words(), it.check, "-remedy"),
            "command": it.command,
        })
    };
    let unexamined = |it: &Unexamined| json!({ "what": it.what.trim_start_matches("unexamined-"), "service": it.service, "reason": it.reason });
    json!({
        "version": 1,
        "command": "doctor",
        "exitCode": exit as u8,
        "findings": examined.findings.iter().map(one).collect::<Vec<_>>(),
        "unexamined": examined.unexamined.iter().map(unexamined).collect::<Vec<_>>(),
        "next": examined.findings.first().and_then(|it| it.command.clone()),
    })
}

/// The page of the reference about the doctor.
pub(crate) fn reference(words: &Words) -> String {
    let mut text = format!("{}\n", words.say("reference-doctor"));
    for area in Area::ALL {
        let about = words.say(&format!("doctor-area-{}", area.as_str()));
        text.push_str(&format!("\n## `{}`: {about}\n", area.as_str()));
        for check in checks_of(area) {
            let severity = words.say(&format!("doctor-severity-{}", check.severity().as_str()));
            let part = |part: &str| sentence(words, check, part);
            text.push_str(&format!(
                "\n### `{}`\n\n**{severity}** · {}. {} {}\n\n→ {}\n",
                check.as_str(),
                part(""),
                part("-cause"),
                part("-consequence"),
                part("-remedy")
            ));
        }
    }
    text.push_str(&explain::reference(words));
    text
}

#[cfg(test)]
mod tests {
    use radoub_engine::doctor::explain::{Kind, Standing};

    use super::*;
    use crate::cli::Lang;

    #[test]
    fn every_check_area_and_kind_has_its_sentences() {
        for lang in [Lang::En, Lang::Fr] {
            let words = Words::new(lang);
            let mut keys: Vec<String> = Vec::new();
            for check in Check::ALL {
                let parts = ["", "-cause", "-consequence", "-remedy"];
                keys.extend(parts.map(|part| format!("finding-{}{part}", check.as_str())));
            }
            for kind in Kind::ALL {
                let parts = ["", "-cause", "-consequence"];
                keys.extend(parts.map(|part| format!("explain-{}{part}", kind.as_str())));
            }
            for standing in [Standing::Pending, Standing::Applied, Standing::Unknown] {
                keys.push(format!("explain-bringer-{}", standing.as_str()));
            }
            keys.extend(Area::ALL.map(|it| format!("doctor-area-{}", it.as_str())));
            keys.extend(Severity::ALL.map(|it| format!("doctor-severity-{}", it.as_str())));
            for key in keys {
                assert!(words.has(&key), "{lang:?}: {key}");
            }
        }
    }

    #[test]
    fn every_fact_and_gap_that_the_engine_names_has_its_word() {
        let words = Words::new(Lang::En);
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../radoub-engine/src/doctor");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            for rest in text.split(".fact(\"").skip(1) {
                let key = format!("fact-{}", rest.split('"').next().unwrap());
                assert!(words.has(&key), "{key}");
            }
            for rest in text.split("\"unexamined-").skip(1) {
                let key = format!("unexamined-{}", rest.split('"').next().unwrap());
                assert!(words.has(&key), "{key}");
            }
        }
    }
}
