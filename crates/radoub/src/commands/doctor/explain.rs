//! `radoub doctor --explain`: what a log says, why, and what to do.

use std::io::Read as _;

use radoub_engine::doctor::explain::{Bringer, Explanation, Kind, explain as read};
use serde_json::{Value as Json, json};

use super::{App, DoctorArgs};
use crate::error::{CliError, Exit};
use crate::ui::words::{Value, Words};
use crate::ui::{Tone, Ui, View};

/// More of a log than this is not read: its end is what matters.
const MOST_BYTES: usize = 16 * 1024 * 1024;

pub(super) async fn explain(
    ui: &mut Ui,
    app: &mut App,
    args: &DoctorArgs,
    log: &str,
) -> Result<Exit, CliError> {
    let text = text(ui, app, log)?;
    let fleet = app.inventory_with_gaps(ui)?.fleet;
    let fleet = App::narrow(ui, fleet, &args.services)?;
    let explanations = read(&fleet, &app.look(), &text).await;
    let exit = if explanations.is_empty() { Exit::InOrder } else { Exit::NeedsWork };
    if ui.view() == View::Json {
        let found: Vec<Json> = explanations.iter().map(|it| document(ui, it)).collect();
        let next = explanations.first().map(|it| it.command.as_str());
        let document = json!({
            "version": 1, "command": "doctor", "exitCode": exit as u8, "explanations": found, "next": next,
        });
        ui.json(&document)?;
        return Ok(exit);
    }
    for explanation in &explanations {
        show(ui, explanation)?;
    }
    if let Some(first) = explanations.first() {
        let values = [("command", first.command.as_str().into())];
        let next = ui.tell("doctor-next-command", &values);
        writeln!(ui.data(), "{}", Tone::Strong.paint(next))?;
    } else {
        let text = ui.tell("explain-nothing", &[("lines", text.lines().count().into())]);
        writeln!(ui.data(), "{text}")?;
        let hint = ui.say("explain-nothing-remedy");
        ui.hint(&hint)?;
    }
    Ok(exit)
}

/// The log: standard input, a file of that name, or the words themselves.
fn text(ui: &Ui, app: &App, log: &str) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let path = app.folder().join(log);
    let read = if log == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else if !log.contains('\n') && path.is_file() {
        std::fs::read(&path).map(|read| bytes = read)
    } else {
        return Ok(log.to_owned());
    };
    read.map_err(|error| {
        let heading = ui.tell("explain-unreadable", &[("path", log.into())]);
        CliError::because(heading, &error, None)
    })?;
    let from = bytes.len().saturating_sub(MOST_BYTES);
    Ok(decoded(&bytes[from..]))
}

/// PowerShell writes what it redirects as UTF-16.
fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn sentence(words: &Words, kind: Kind, part: &str) -> String {
    words.say(&format!("explain-{}{part}", kind.as_str()))
}

fn bringer(ui: &Ui, it: &Bringer) -> String {
    let values: [(&str, Value<'_>); 3] = [
        ("migration", it.migration.as_str().into()),
        ("service", it.service.as_str().into()),
        ("place", format!("{}:{}", it.file, it.line).into()),
    ];
    ui.tell(&format!("explain-bringer-{}", it.standing.as_str()), &values)
}

fn show(ui: &mut Ui, it: &Explanation) -> Result<(), CliError> {
    let code = it.code.as_ref().map(|code| format!("{code} ")).unwrap_or_default();
    let title = sentence(ui.words(), it.kind, "");
    writeln!(ui.data(), "{}{title}", Tone::Bad.paint(code))?;
    let times = if it.times > 1 {
        format!(" {}", ui.tell("explain-times", &[("count", it.times.into())]))
    } else {
        String::new()
    };
    writeln!(ui.data(), "    {}{times}", it.line)?;
    let mut facts: Vec<String> = it
        .facts
        .iter()
        .map(|(name, value)| format!("{} {value}", ui.say(&format!("fact-{name}"))))
        .collect();
    facts.extend(it.service.as_ref().map(|name| format!("{} {name}", ui.say("explain-service"))));
    if !facts.is_empty() {
        writeln!(ui.data(), "    {}", facts.join(", "))?;
    }
    for one in &it.bringers {
        let text = bringer(ui, one);
        writeln!(ui.data(), "    {text}")?;
    }
    let labels = [ui.say("doctor-cause"), ui.say("doctor-consequence")];
    let width = labels.iter().map(|it| it.chars().count()).max().unwrap_or_default();
    for (label, part) in labels.iter().zip(["-cause", "-consequence"]) {
        let text = sentence(ui.words(), it.kind, part);
        let label = Tone::Quiet.paint(format!("{label:<width$}"));
        writeln!(ui.data(), "  {label}  {text}")?;
    }
    writeln!(ui.data(), "  {:<width$}  {}\n", "→", Tone::Strong.paint(&it.command))?;
    Ok(())
}

fn document(ui: &Ui, it: &Explanation) -> Json {
    let facts: serde_json::Map<String, Json> =
        it.facts.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let one = |it: &Bringer| {
        json!({
            "service": it.service, "migration": it.migration, "file": it.file, "line": it.line,
            "standing": it.standing.as_str(),
        })
    };
    json!({
        "kind": it.kind.as_str(),
        "prismaCode": it.code,
        "line": it.line,
        "times": it.times,
        "facts": facts,
        "service": it.service,
        "migrations": it.bringers.iter().map(one).collect::<Vec<_>>(),
        "title": sentence(ui.words(), it.kind, ""),
        "cause": sentence(ui.words(), it.kind, "-cause"),
        "consequence": sentence(ui.words(), it.kind, "-consequence"),
        "command": it.command,
    })
}

/// The part of the reference about explanations.
pub(super) fn reference(words: &Words) -> String {
    let mut text = format!("\n{}\n", words.say("reference-explain"));
    for kind in Kind::ALL {
        let codes = kind.codes();
        let codes =
            if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
        let part = |part: &str| sentence(words, *kind, part);
        text.push_str(&format!(
            "\n### `{}`{codes}\n\n{}. {} {}\n",
            kind.as_str(),
            part(""),
            part("-cause"),
            part("-consequence")
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Lang};

    /// Codes as Prisma's reference has them, the title that explains each, and the command with and without a service.
    const CODES: [(&str, &str, &str, &str); 26] = [
        ("P1000", "The server refuses role or password", "radoub check auth", "radoub check"),
        (
            "P1001",
            "The database server does not answer",
            "radoub doctor --fix auth",
            "radoub doctor --fix",
        ),
        (
            "P1002",
            "The server was reached and did not answer in time",
            "radoub check auth",
            "radoub check",
        ),
        ("P1003", "The database does not exist", "radoub doctor --fix auth", "radoub doctor --fix"),
        (
            "P3000",
            "The database cannot be created",
            "radoub doctor --only database auth",
            "radoub doctor --only database",
        ),
        (
            "P3001",
            "A Prisma Migrate that is no more warned of a loss of data, or rolled back",
            "radoub check auth",
            "radoub check",
        ),
        (
            "P3002",
            "A Prisma Migrate that is no more warned of a loss of data, or rolled back",
            "radoub check auth",
            "radoub check",
        ),
        (
            "P3003",
            "The ledger is that of a Prisma Migrate that is no more",
            "radoub doctor --only prisma auth",
            "radoub doctor --only prisma",
        ),
        (
            "P3005",
            "A first migration meets tables that are there already",
            "radoub baseline auth",
            "radoub check",
        ),
        (
            "P3006",
            "The history cannot be replayed on an empty database",
            "radoub doctor --deep --only history-not-replayable auth",
            "radoub doctor --deep --only history-not-replayable",
        ),
        (
            "P3007",
            "A preview feature is not allowed in migrations",
            "radoub doctor --only prisma auth",
            "radoub doctor --only prisma",
        ),
        (
            "P3008",
            "The migration is recorded as applied already",
            "radoub drift auth",
            "radoub drift",
        ),
        (
            "P3009",
            "A migration failed and blocks those behind it",
            "radoub resolve auth",
            "radoub check",
        ),
        ("P3010", "The name of a migration is too long", "radoub check auth", "radoub check"),
        (
            "P3011",
            "The migration cannot be marked as rolled back: it was never applied",
            "radoub check auth",
            "radoub check",
        ),
        ("P3012", "The migration has not failed", "radoub check auth", "radoub check"),
        (
            "P3013",
            "The datasource has a list of providers",
            "radoub doctor --only schema-refused auth",
            "radoub doctor --only schema-refused",
        ),
        ("P3014", "The shadow database cannot be made", "radoub drift auth", "radoub drift"),
        (
            "P3015",
            "A folder of the history has no `migration.sql`",
            "radoub check auth",
            "radoub check",
        ),
        (
            "P3016",
            "The database could not be emptied",
            "radoub doctor --only database auth",
            "radoub doctor --only database",
        ),
        ("P3017", "No migration is called so", "radoub check auth", "radoub check"),
        (
            "P3018",
            "A migration failed and blocks those behind it",
            "radoub resolve auth",
            "radoub check",
        ),
        (
            "P3019",
            "`migration_lock.toml` names another database",
            "radoub doctor --only lock-file-wrong auth",
            "radoub doctor --only lock-file-wrong",
        ),
        (
            "P3020",
            "This host lets nobody make a shadow database",
            "radoub drift auth",
            "radoub drift",
        ),
        (
            "P3021",
            "This server takes no foreign keys",
            "radoub plan --sql auth",
            "radoub plan --sql",
        ),
        (
            "P3022",
            "This server lets nobody change tables directly",
            "radoub plan --sql auth",
            "radoub plan --sql",
        ),
    ];

    #[test]
    fn every_code_of_connecting_and_migrating_has_its_title_and_a_command_that_runs() {
        let words = Words::new(Lang::En);
        for (code, title, of_one, of_all) in CODES {
            let kind = Kind::of_code(code).unwrap_or_else(|| panic!("{code} is not known"));
            assert_eq!(sentence(&words, kind, ""), title, "{code}");
            assert_eq!(kind.command(Some("auth")), of_one, "{code}");
            assert_eq!(kind.command(None), of_all, "{code}");
        }
        for code in ["P3004", "P3023", "P1009"] {
            assert!(Kind::of_code(code).is_some(), "{code}");
        }
    }

    #[test]
    fn the_command_of_every_kind_is_taken_by_the_command_line() {
        for kind in Kind::ALL {
            for service in [Some("auth"), None] {
                let command = kind.command(service);
                let taken = Cli::try_parse_from(command.split_whitespace());
                assert!(taken.is_ok_and(|it| it.command.is_some()), "{command}");
            }
        }
    }
}
