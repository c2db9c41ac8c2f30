//! From what a log says to what it means here: which cause, which migration of which service, which command.
//!
//! What a line is a symptom of is read by [`crate::symptom`]; this room looks into the fleet for what is behind it.
//! A database is asked only about a migration that a symptom leads to.

mod kind;

use radoub_schema::hazard::{Verb, assess};
use radoub_schema::migration::MigrationName;
use radoub_schema::script::Script;

use crate::fleet::place::{line_at, relative};
use crate::fleet::{Fleet, Prisma, Service};
use crate::observe::{Look, look_at};
use crate::runtime::masked;
use crate::schema::wanted;
use crate::source::read_migrations;
use crate::symptom::{Symptom, symptom};

pub use kind::Kind;

/// What one kind of message in a log means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Which kind: part of the keys of the locale files.
    pub kind: Kind,
    /// Prisma's code for it, where it has one.
    pub code: Option<String>,
    /// The first line that says so, secrets masked.
    pub line: String,
    /// How many lines say so.
    pub times: usize,
    /// Names that the message holds.
    pub facts: Vec<(&'static str, String)>,
    /// The service that it is about, as far as that is known.
    pub service: Option<String>,
    /// The migrations that bring what is missing.
    pub bringers: Vec<Bringer>,
    /// The one command to go on with.
    pub command: String,
}

/// A migration that brings a column or table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bringer {
    /// The service whose migration it is.
    pub service: String,
    /// The migration.
    pub migration: String,
    /// Its script, relative to the fleet's root.
    pub file: String,
    /// The line of the statement, from 1.
    pub line: usize,
    /// Whether the database has it.
    pub standing: Standing,
}

/// Whether a database has a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It waits.
    Pending,
    /// It is recorded as applied.
    Applied,
    /// The database could not be asked.
    Unknown,
}

impl Standing {
    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Unknown => "unknown",
        }
    }
}

/// So many lines behind a message may belong to it.
const REACH: usize = 8;

/// Explains what a text says, each kind of message and each name once, in the order of the text.
///
/// Files are those of `fleet`; its databases are looked at as `look` says, and only where a migration is found that
/// may not be applied. Empty when nothing of it is known.
pub async fn explain(fleet: &Fleet, look: &Look, text: &str) -> Vec<Explanation> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found: Vec<(Symptom, usize, usize)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(symptom) = symptom(line) else { continue };
        let names_code = |line: &str| symptom.prisma_code().is_some_and(|it| line.contains(it));
        // `Error: P3005` and the words two lines below it are one message.
        let above = lines[at.saturating_sub(2)..at].iter();
        let goes_on = !names_code(line) && above.into_iter().any(|it| names_code(it));
        match found.iter_mut().find(|it| it.0 == symptom) {
            Some(known) => known.2 += usize::from(!goes_on),
            None => found.push((symptom, at, 1)),
        }
    }
    without_echoes(&mut found);
    let mut explanations: Vec<Explanation> = Vec::new();
    for (symptom, at, times) in found {
        let reach = lines[at..(at + REACH).min(lines.len())].join("\n");
        let Some(mut explanation) = one(fleet, look, &symptom, lines[at], &reach).await else {
            continue;
        };
        explanation.times = times;
        // Several codes may be about the same thing.
        let same = explanations.iter_mut().find(|it| {
            it.kind == explanation.kind
                && it.facts == explanation.facts
                && it.service == explanation.service
        });
        match same {
            Some(known) => {
                known.times += times;
                known.code = known.code.take().or(explanation.code);
            }
            None => explanations.push(explanation),
        }
    }
    explanations
}

/// Takes out what only repeats another message: `P1002` that says further on that it waited for a lock, `P3018`
/// whose cause is named behind it.
fn without_echoes(found: &mut Vec<(Symptom, usize, usize)>) {
    let has = |found: &[(Symptom, usize, usize)], symptom: &Symptom| {
        found.iter().any(|it| it.0 == *symptom)
    };
    let code = |code: &str| Symptom::Code(code.to_owned());
    if has(found, &Symptom::Locked) {
        found.retain(|it| it.0 != code("P1002"));
    }
    let named = found.iter().any(|it| matches!(it.0, Symptom::MissingColumn { .. }));
    if named {
        found.retain(|it| it.0 != code("P2022"));
    }
    if found.iter().any(|it| matches!(it.0, Symptom::MissingTable { .. })) {
        found.retain(|it| it.0 != code("P2021"));
    }
    if found.iter().any(|it| matches!(&it.0, Symptom::MissingDatabase { database: Some(_) })) {
        found.retain(|it| it.0 != Symptom::MissingDatabase { database: None });
    }
}

async fn one(
    fleet: &Fleet,
    look: &Look,
    symptom: &Symptom,
    line: &str,
    reach: &str,
) -> Option<Explanation> {
    let mut explanation = Explanation {
        kind: kind_of(symptom)?,
        code: symptom.prisma_code().map(str::to_owned),
        line: masked(line.trim()),
        times: 1,
        facts: Vec::new(),
        service: speaker(fleet, line).map(|it| it.name.to_string()),
        bringers: Vec::new(),
        command: String::new(),
    };
    match symptom {
        Symptom::MissingColumn { table, column } => {
            if let Some(table) = table {
                explanation.facts.push(("table", table.clone()));
            }
            explanation.facts.push(("column", column.clone()));
            missing(fleet, look, table.as_deref(), Some(column), &mut explanation).await;
        }
        Symptom::MissingTable { table } => {
            explanation.facts.push(("table", table.clone()));
            missing(fleet, look, Some(table), None, &mut explanation).await;
        }
        Symptom::MissingDatabase { database } => {
            let named = database.as_deref().or_else(|| quoted(reach));
            let owner = named
                .and_then(|name| fleet.services.iter().find(|it| database_of(it) == Some(name)));
            explanation.facts.extend(named.map(|name| ("database", name.to_owned())));
            explanation.service = owner.map(|it| it.name.to_string()).or(explanation.service);
        }
        _ => {
            if let Some((service, migration)) = migration_in(fleet, reach) {
                explanation.facts.push(("migration", migration.to_string()));
                explanation.service = explanation.service.or(service);
            }
        }
    }
    if explanation.command.is_empty() {
        // A gateway has a log, and no database that a command could be about.
        let managed = |name: &&str| {
            let mut named = fleet.services.iter().filter(|it| it.name.as_str() == *name);
            named.any(|it| matches!(it.prisma, Prisma::Managed(_)))
        };
        let service = explanation.service.as_deref().filter(managed);
        explanation.command = explanation.kind.command(service);
    }
    Some(explanation)
}

fn kind_of(symptom: &Symptom) -> Option<Kind> {
    Some(match symptom {
        Symptom::MissingColumn { .. } => Kind::MissingColumn,
        Symptom::MissingTable { .. } => Kind::MissingTable,
        Symptom::MissingDatabase { .. } => Kind::MissingDatabase,
        Symptom::ServerAway => Kind::ServerAway,
        Symptom::Locked => Kind::Locked,
        Symptom::Drift => Kind::Drift,
        Symptom::SchemaNotFound => Kind::SchemaNotFound,
        Symptom::EngineMissing => Kind::EngineMissing,
        Symptom::EngineDownload => Kind::EngineDownload,
        Symptom::ConnectionsTaken => Kind::ConnectionsTaken,
        Symptom::SharedSession => Kind::SharedSession,
        Symptom::Starting => Kind::Starting,
        Symptom::Code(code) => Kind::of_code(code)?,
    })
}

/// The service whose log a line is of: `auth-service-1  | …`, or whose name it holds.
fn speaker<'a>(fleet: &'a Fleet, line: &str) -> Option<&'a Service> {
    let prefix = line.split('|').next().filter(|_| line.contains('|')).unwrap_or_default().trim();
    let names = |service: &&Service, text: &str| {
        let own = service.compose_service.iter().map(String::as_str).chain([service.name.as_str()]);
        own.into_iter().any(|name| text.contains(name))
    };
    let longest = |text: &str| {
        let all = fleet.services.iter().filter(|it| names(it, text));
        all.max_by_key(|it| it.name.as_str().len())
    };
    longest(prefix).or_else(|| longest(line)).or_else(|| {
        let managed: Vec<&Service> =
            fleet.services.iter().filter(|it| matches!(it.prisma, Prisma::Managed(_))).collect();
        match managed.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    })
}

fn database_of(service: &Service) -> Option<&str> {
    match &service.prisma {
        Prisma::Managed(managed) => {
            managed.url.as_ref().ok().map(radoub_postgres::url::DatabaseUrl::database)
        }
        Prisma::NotApplicable(_) => None,
    }
}

/// The first name in quotes behind the word `database`.
fn quoted(text: &str) -> Option<&str> {
    let at = text.to_ascii_lowercase().find("database ")?;
    let rest = text.get(at + "database ".len()..)?;
    let quote = rest.chars().next().filter(|it| matches!(it, '`' | '"' | '\''))?;
    rest[1..].split(quote).next()
}

/// The first name of a migration in a text that some service has, and that service; of several services that have it,
/// none is named.
fn migration_in(fleet: &Fleet, text: &str) -> Option<(Option<String>, MigrationName)> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    let words = text.split(|it: char| !is_part(it));
    let is_dated =
        |word: &&str| word.len() > 15 && word.as_bytes()[..14].iter().all(u8::is_ascii_digit);
    let word = words.into_iter().find(is_dated)?;
    let name = MigrationName::new(word);
    let mut owners = fleet.services.iter().filter(|service| match &service.prisma {
        Prisma::Managed(managed) => managed.migrations.join(word).is_dir(),
        Prisma::NotApplicable(_) => false,
    });
    let owner = owners.next().filter(|_| owners.next().is_none());
    Some((owner.map(|it| it.name.to_string()), name))
}

/// Looks for what brings a column or a table, and says which command follows.
async fn missing(
    fleet: &Fleet,
    look: &Look,
    table: Option<&str>,
    column: Option<&str>,
    explanation: &mut Explanation,
) {
    let mut brings = bringers(fleet, table, column);
    if brings.is_empty() && table.is_some() && column.is_some() {
        // The table of a query may be its alias.
        brings = bringers(fleet, None, column);
    }
    // Where the log says whose it is, the others are not meant.
    if let Some(service) = &explanation.service
        && brings.iter().any(|it| it.service == *service)
    {
        brings.retain(|it| it.service == *service);
    }
    for bringer in &mut brings {
        let service = fleet.services.iter().find(|it| it.name.as_str() == bringer.service);
        let Some(service) = service else { continue };
        let observed = look_at(service, look).await;
        let Some(history) = &observed.history else { continue };
        let name = MigrationName::new(bringer.migration.as_str());
        let failed = history.failed.iter().any(|it| it.name == name);
        bringer.standing = if history.pending.contains(&name) || failed {
            Standing::Pending
        } else {
            Standing::Applied
        };
    }
    // A migration that waits explains it; one that is applied does so only when none waits.
    if brings.iter().any(|it| it.standing == Standing::Pending) {
        brings.retain(|it| it.standing == Standing::Pending);
    }
    if let Some(first) = brings.first() {
        let mut services: Vec<&str> = brings.iter().map(|it| it.service.as_str()).collect();
        services.dedup();
        if first.standing == Standing::Applied {
            explanation.kind = Kind::GoneAgain;
            explanation.command = format!("radoub drift {}", services.join(" "));
        } else {
            explanation.command = format!("radoub apply --only {}", services.join(","));
        }
        if let [only] = services.as_slice() {
            explanation.service = Some((*only).to_owned());
        }
    } else if let Some(service) = in_schema(fleet, table, column) {
        explanation.kind = Kind::Unwritten;
        explanation.command = format!("radoub drift {service}");
        explanation.service = Some(service);
    } else {
        explanation.kind = Kind::UnknownToFleet;
    }
    explanation.bringers = brings;
}

/// The service whose schema has it.
fn in_schema(fleet: &Fleet, table: Option<&str>, column: Option<&str>) -> Option<String> {
    fleet.services.iter().find_map(|service| {
        let Prisma::Managed(managed) = &service.prisma else { return None };
        let wanted = wanted(managed, &fleet.root, managed.major()).ok()?;
        let mut tables = wanted
            .schema
            .tables
            .iter()
            .filter(|it| table.is_none_or(|name| it.name.name.as_str() == name));
        let has = tables.any(|it| {
            column.is_none_or(|column| it.columns.iter().any(|own| own.name.as_str() == column))
        });
        has.then(|| service.name.to_string())
    })
}

/// The migrations that bring a column or a table.
fn bringers(fleet: &Fleet, table: Option<&str>, column: Option<&str>) -> Vec<Bringer> {
    let mut found = Vec::new();
    for service in &fleet.services {
        let Prisma::Managed(managed) = &service.prisma else { continue };
        // A folder that cannot be read brings nothing, and `check` says why.
        let Ok(on_disk) = read_migrations(&managed.migrations) else { continue };
        for migration in &on_disk.migrations {
            let Some(script) = &migration.script else { continue };
            let text = script.text();
            let cut = Script::parse(text);
            for (index, assessment) in assess(text, &cut).into_iter().enumerate() {
                let statement = cut.statement_text(text, index);
                let brings = assessment.acts.iter().any(|act| {
                    let action = &act.action;
                    let of_table = |name: &str| table.is_none_or(|it| it == name);
                    match (action.verb, column) {
                        (Verb::AddColumn, Some(column)) => {
                            action.name == column && of_table(&action.table)
                        }
                        (Verb::RenameColumn, Some(column)) => {
                            action.to == column && of_table(&action.table)
                        }
                        (Verb::CreateTable, Some(column)) => {
                            let made = act.makes.as_ref().is_some_and(|it| of_table(&it.name));
                            made && names(statement, column)
                        }
                        (Verb::CreateTable, None) => {
                            act.makes.as_ref().is_some_and(|it| of_table(&it.name))
                        }
                        (Verb::RenameTable, None) => of_table(&action.to),
                        _ => false,
                    }
                });
                if brings {
                    let start = cut.statements.get(index).map_or(0, |it| it.range.start);
                    let file =
                        managed.migrations.join(migration.name.as_str()).join("migration.sql");
                    found.push(Bringer {
                        service: service.name.to_string(),
                        migration: migration.name.to_string(),
                        file: relative(&fleet.root, &file).display().to_string(),
                        line: line_at(text, start),
                        standing: Standing::Unknown,
                    });
                    break;
                }
            }
        }
    }
    found
}

/// Whether a statement names a column, in quotes or as a word of its own.
fn names(statement: &str, column: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    statement.contains(&format!("\"{column}\""))
        || statement.split(|it: char| !is_part(it)).any(|word| word == column)
}
