//! Migration histories as files: odd files, what Git makes of them, tables that come from nowhere; and, where it is
//! asked for, histories replayed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use radoub_prisma::migrations::LockFile;
use radoub_schema::hazard::{On, Verb, assess};
use radoub_schema::migration::Migration;
use radoub_schema::script::{QualifiedName, Runs, Script};

use super::git::Git;
use super::{Check, Doctor, Finding, Notes};
use crate::drift::pairs;
use crate::fleet::place::{line_at, relative};
use crate::fleet::{Managed, Service};
use crate::lanes;
use crate::schema::wanted;
use crate::scratch::Replay;
use crate::source::{OddityKind, OnDisk, read_migrations};

/// So many names are told.
const MOST_NAMES: usize = 5;

pub(super) fn examine(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    let git = Git::of(doctor.root()).unwrap_or_else(|reason| {
        notes.unexamined("unexamined-git", None, reason);
        None
    });
    for (service, managed) in doctor.managed() {
        let name = service.name.as_str();
        let on_disk = match read_migrations(&managed.migrations) {
            Ok(on_disk) => on_disk,
            Err(error) => {
                notes.unexamined("unexamined-migrations", Some(name), error.to_string());
                continue;
            }
        };
        files(doctor, service, managed, &on_disk, notes);
        scripts(doctor, service, managed, &on_disk, notes);
        history(doctor, service, managed, &on_disk, notes);
        if let Some(git) = git.as_ref().filter(|_| !on_disk.migrations.is_empty()) {
            in_git(doctor, git, service, managed, &on_disk, notes);
        }
    }
}

fn files(
    doctor: &Doctor<'_>,
    service: &Service,
    managed: &Managed,
    on_disk: &OnDisk,
    notes: &mut Notes<'_>,
) {
    let folder = relative(doctor.root(), &managed.migrations);
    let finding = |check| Finding::new(check).of(service.name.as_str());
    for oddity in &on_disk.oddities {
        let check = match oddity.kind {
            OddityKind::WithoutScript => Check::MigrationWithoutScript,
            OddityKind::NotUtf8 => Check::MigrationNotUtf8,
            OddityKind::ByteOrderMark => Check::MigrationByteOrderMark,
            OddityKind::Empty => Check::MigrationEmpty,
            OddityKind::StraySql => Check::MigrationStraySql,
            OddityKind::DuplicateTimestamp => Check::MigrationTimestampTwice,
        };
        notes.add(finding(check).in_file(&folder.join(&oddity.path)));
    }
    match &on_disk.lock_file {
        None if !on_disk.migrations.is_empty() => {
            let file = folder.join("migration_lock.toml");
            let finding = finding(Check::LockFileMissing).in_file(&file);
            notes.add(finding.fact("count", on_disk.migrations.len()));
        }
        Some(LockFile::OtherProvider(found)) => {
            let file = folder.join("migration_lock.toml");
            notes.add(finding(Check::LockFileWrong).in_file(&file).fact("found", found));
        }
        _ => {}
    }
    let windows: Vec<&Migration> = on_disk
        .migrations
        .iter()
        .filter(|it| it.script.as_ref().is_some_and(|script| script.text().contains("\r\n")))
        .collect();
    if let Some(first) = windows.first() {
        let file = folder.join(first.name.as_str()).join("migration.sql");
        let finding = finding(Check::MigrationCarriageReturns).in_file(&file);
        notes.add(finding.fact("count", format!("{}/{}", windows.len(), on_disk.migrations.len())));
    }
}

/// What stands in the scripts that a reader of the history has to know: one finding for each kind, at the first place.
fn scripts(
    doctor: &Doctor<'_>,
    service: &Service,
    managed: &Managed,
    on_disk: &OnDisk,
    notes: &mut Notes<'_>,
) {
    let folder = relative(doctor.root(), &managed.migrations);
    // For each kind the first finding, by file and line, how many scripts have such a statement, and how many there
    // are of these.
    let mut tallies =
        [Check::MigrationOwnTransaction, Check::MigrationRunsCode, Check::MigrationAddsLabel]
            .map(|check| (check, None, 0, 0));
    for migration in &on_disk.migrations {
        let Some(script) = &migration.script else { continue };
        let text = script.text();
        let cut = Script::parse(text);
        let assessed = assess(text, &cut);
        for (check, first, files, statements) in &mut tallies {
            let is_it = |index: usize| match check {
                Check::MigrationOwnTransaction => {
                    !matches!(cut.statements[index].runs, Runs::Anywhere | Runs::Alone(_))
                }
                Check::MigrationRunsCode => holds_body(cut.statement_text(text, index)),
                _ => assessed[index].acts.iter().any(|it| it.action.verb == Verb::AddLabel),
            };
            let found: Vec<usize> = (0..cut.statements.len()).filter(|it| is_it(*it)).collect();
            let Some(at) = found.first() else { continue };
            *files += 1;
            *statements += found.len();
            first.get_or_insert_with(|| {
                let file = folder.join(migration.name.as_str()).join("migration.sql");
                let line = line_at(text, cut.statements[*at].range.start);
                Finding::new(*check).of(service.name.as_str()).in_line(&file, line)
            });
        }
    }
    for (_, first, files, statements) in tallies {
        if let Some(finding) = first {
            let of = format!("{files}/{}", on_disk.migrations.len());
            notes.add(finding.fact("count", of).fact("statements", statements));
        }
    }
}

/// Whether a statement holds a text between dollars, which is how code is written: `DO $$ … $$`, `AS $body$ … $body$`.
fn holds_body(statement: &str) -> bool {
    let is_tag = |it: char| it.is_alphanumeric() || it == '_';
    statement
        .split_once('$')
        .is_some_and(|(_, rest)| rest.trim_start_matches(is_tag).starts_with('$'))
}

/// What the history makes, by its text: whether it changes what it never made, and lacks what the schema has.
fn history(
    doctor: &Doctor<'_>,
    service: &Service,
    managed: &Managed,
    on_disk: &OnDisk,
    notes: &mut Notes<'_>,
) {
    let name = service.name.as_str();
    let wanted = wanted(managed, doctor.root(), managed.major()).ok();
    if on_disk.migrations.is_empty() {
        let models = wanted.as_ref().map_or(0, |it| it.schema.tables.len());
        if models > 0 {
            let finding = Finding::new(Check::SchemaWithoutMigrations).of(name);
            let finding = finding.in_file(&relative(doctor.root(), &managed.schema));
            notes.add(finding.fact("tables", models).run(format!("radoub baseline {name}")));
        }
        return;
    }
    let home = managed.url.as_ref().map_or("public", |url| url.schema());
    let read = Tables::read(&on_disk.migrations, home, &managed.schemas);
    if let Some(unknown) = read.unknown {
        let folder = relative(doctor.root(), &managed.migrations);
        let file = folder.join(&unknown.migration).join("migration.sql");
        let finding = Finding::new(Check::HistoryTouchesUnknownTable).of(name);
        let finding = finding.in_line(&file, unknown.line).fact("table", unknown.table);
        notes.add(finding.run(format!("radoub drift {name}")));
    }
    if let Some(wanted) = wanted {
        let lacking: Vec<&str> = wanted
            .schema
            .tables
            .iter()
            .map(|it| it.name.name.as_str())
            .filter(|it| {
                !read.known.contains(*it) && !read.code.iter().any(|code| code.contains(*it))
            })
            .collect();
        if !lacking.is_empty() {
            let more = if lacking.len() > MOST_NAMES { ", …" } else { "" };
            let names = lacking[..lacking.len().min(MOST_NAMES)].join(", ") + more;
            let finding = Finding::new(Check::ModelWithoutMigration).of(name);
            let finding = finding.in_file(&relative(doctor.root(), &managed.schema));
            let finding = finding.fact("count", lacking.len()).fact("tables", names);
            notes.add(finding.run(format!("radoub drift {name}")));
        }
    }
}

/// Tables by what the scripts of a history say.
struct Tables {
    /// Those that are there at its end.
    known: BTreeSet<String>,
    /// The first that is changed and was never made.
    unknown: Option<Unknown>,
    /// Statements that run code of their own, where a table may be made without being seen.
    code: Vec<String>,
}

struct Unknown {
    table: String,
    migration: String,
    line: usize,
}

impl Tables {
    fn read(migrations: &[Migration], home: &str, schemas: &[String]) -> Self {
        let mut read = Self { known: BTreeSet::new(), unknown: None, code: Vec::new() };
        let ours = |name: &QualifiedName| {
            name.schema
                .as_deref()
                .is_none_or(|it| it == home || schemas.iter().any(|known| known == it))
        };
        for migration in migrations {
            let Some(script) = &migration.script else { continue };
            let text = script.text();
            let cut = Script::parse(text);
            for (index, assessment) in assess(text, &cut).into_iter().enumerate() {
                let statement = cut.statement_text(text, index);
                let guarded = || statement.to_ascii_uppercase().contains("IF EXISTS");
                for act in &assessment.acts {
                    let verb = act.action.verb;
                    if matches!(verb, Verb::RunCode | Verb::Other | Verb::CreateObject) {
                        read.code.push(statement.to_owned());
                    }
                    if verb == Verb::CreateTable {
                        read.known.extend(act.makes.as_ref().map(|it| it.name.clone()));
                        continue;
                    }
                    let changes = matches!(
                        verb,
                        Verb::AlterTable
                            | Verb::AddColumn
                            | Verb::DropColumn
                            | Verb::RenameColumn
                            | Verb::ChangeType
                            | Verb::SetNotNull
                            | Verb::DropNotNull
                            | Verb::SetDefault
                            | Verb::DropDefault
                            | Verb::AlterColumn
                            | Verb::AddPrimaryKey
                            | Verb::AddForeignKey
                            | Verb::AddUnique
                            | Verb::AddCheck
                            | Verb::AddExclusion
                            | Verb::CreateIndex
                            | Verb::CreateUniqueIndex
                            | Verb::RenameTable
                            | Verb::DropTable
                            | Verb::InsertRows
                            | Verb::UpdateRows
                            | Verb::DeleteRows
                            | Verb::Truncate
                    );
                    for hold in &act.holds {
                        let On::Table(table) = &hold.on else { continue };
                        let seen = read.known.contains(&table.name)
                            || table.name == radoub_postgres::ledger::NAME
                            || read.code.iter().any(|code| code.contains(&table.name));
                        if changes && !seen && ours(table) && !guarded() && read.unknown.is_none() {
                            let start = cut.statements.get(index).map_or(0, |it| it.range.start);
                            read.unknown = Some(Unknown {
                                table: table.name.clone(),
                                migration: migration.name.to_string(),
                                line: line_at(text, start),
                            });
                        }
                    }
                    match verb {
                        Verb::DropTable => drop(read.known.remove(&act.action.name)),
                        Verb::RenameTable => {
                            read.known.remove(&act.action.name);
                            read.known.insert(act.action.to.clone());
                        }
                        _ => {}
                    }
                }
            }
        }
        read
    }
}

fn in_git(
    doctor: &Doctor<'_>,
    git: &Git<'_>,
    service: &Service,
    managed: &Managed,
    on_disk: &OnDisk,
    notes: &mut Notes<'_>,
) {
    let name = service.name.as_str();
    let scripts: Vec<PathBuf> = on_disk
        .migrations
        .iter()
        .filter(|it| it.script.is_some())
        .map(|it| managed.migrations.join(it.name.as_str()).join("migration.sql"))
        .collect();
    let Some(last) = scripts.last() else { return };
    let shown = relative(doctor.root(), &managed.migrations);
    // What is tracked in spite of a rule goes along all the same.
    let ignored = git.ignored(std::slice::from_ref(last));
    if !ignored.is_empty() && git.tracked(&ignored).is_empty() {
        notes.add(Finding::new(Check::MigrationsIgnored).of(name).in_file(&shown));
        return;
    }
    let changed = git.changed(&managed.migrations);
    if let Some(first) = changed.first() {
        let finding = Finding::new(Check::MigrationsUncommitted).of(name).in_file(&shown);
        let command = format!("git add {}", shown.display());
        notes.add(finding.fact("count", changed.len()).fact("file", first).run(command));
    }
}

/// Runs every history on an empty database, and compares what it makes with the schema.
pub(super) async fn replay(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    let wants = |check| doctor.selection.wants(check);
    if !wants(Check::HistoryNotReplayable) && !wants(Check::HistoryDiffersFromSchema) {
        return;
    }
    let Some(workshop) = doctor.workshop else {
        let has_history = |managed: &Managed| {
            read_migrations(&managed.migrations).is_ok_and(|it| !it.migrations.is_empty())
        };
        if doctor.managed().any(|(_, managed)| has_history(managed)) {
            notes.unexamined("unexamined-deep", None, "radoub doctor --deep");
        }
        return;
    };
    let services: Vec<(&Service, &Managed)> = doctor.managed().collect();
    let found = lanes::each(
        &services,
        doctor.look.lanes,
        |(_, managed)| managed.url.as_ref().ok().map(|url| url.server_key().to_string()),
        |index| one(doctor, workshop, services[index].0, services[index].1),
        |_, _| {},
    )
    .await;
    for ((service, _), found) in services.iter().zip(found) {
        match found {
            Ok(Some(finding)) => notes.add(finding),
            Ok(None) => {}
            Err(reason) => {
                notes.unexamined("unexamined-replay", Some(service.name.as_str()), reason);
            }
        }
    }
}

async fn one(
    doctor: &Doctor<'_>,
    workshop: &crate::scratch::Workshop,
    service: &Service,
    managed: &Managed,
) -> Result<Option<Finding>, String> {
    let name = service.name.as_str();
    let on_disk = read_migrations(&managed.migrations).map_err(|error| error.to_string())?;
    if on_disk.migrations.is_empty() {
        return Ok(None);
    }
    let Ok(wanted) = wanted(managed, doctor.root(), managed.major()) else { return Ok(None) };
    let replay = Replay::whole(managed, &on_disk.migrations, wanted.scope.clone());
    match workshop.replay(&replay, &mut |_| {}).await {
        Ok(replayed) => {
            let pair =
                pairs::with_wanted(&replayed.end().schema, &wanted.schema, None, &wanted.terms);
            if pair.agrees() {
                return Ok(None);
            }
            let finding = Finding::new(Check::HistoryDiffersFromSchema).of(name);
            let finding = finding.in_file(&relative(doctor.root(), &managed.schema));
            Ok(Some(
                finding.fact("statements", pair.steps.len()).run(format!("radoub drift {name}")),
            ))
        }
        Err(stop) => {
            let said =
                stop.failure.server.as_ref().map(|it| format!("{} {}", it.sqlstate, it.message));
            let Some(migration) = &stop.migration else {
                return Err(said.unwrap_or_else(|| stop.failure.code.as_str().to_owned()));
            };
            let folder = relative(doctor.root(), &managed.migrations);
            let file = folder.join(migration.as_str()).join("migration.sql");
            let line = stop
                .failure
                .server
                .as_ref()
                .and_then(|it| it.place.as_ref())
                .map_or(1, |it| it.line);
            let finding = Finding::new(Check::HistoryNotReplayable).of(name).in_line(&file, line);
            let reason = said.unwrap_or_else(|| stop.failure.code.as_str().to_owned());
            Ok(Some(finding.fact("reason", reason).run(format!("radoub drift {name}"))))
        }
    }
}
