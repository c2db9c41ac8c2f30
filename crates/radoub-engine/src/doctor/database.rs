//! Databases, asked: their states, what the client will read, and what the catalogs say of them.

use radoub_postgres::checkup::{Checkup, CheckupScope, Oddness};
use radoub_postgres::integrity::SequenceBehind;
use radoub_schema::name::Ident;
use radoub_schema::script::Script;

use super::containers;
use super::{Area, Check, Doctor, Finding, Notes};
use crate::failure::{Failure, FailureCode};
use crate::fleet::place::relative;
use crate::fleet::{Managed, Service, UrlProblem};
use crate::gate::{self, Gate, GateSettings};
use crate::lanes;
use crate::observe::{DeadServers, Observed, visit};
use crate::runtime::{Runtime, RuntimeError};
use crate::state::State;
use crate::translate;

/// What was seen of one service's database.
pub(super) struct Seen<'a> {
    pub(super) service: &'a Service,
    pub(super) managed: &'a Managed,
    pub(super) observed: Observed,
    /// What the catalogs say; `None` when the database did not answer.
    pub(super) checkup: Option<Checkup>,
    late: Vec<SequenceBehind>,
    gate: Option<Gate>,
    /// Why the catalogs were not read.
    refused: Option<Failure>,
}

/// Asks every database, and notes what is about a single one of them.
pub(super) async fn see<'a>(doctor: &'a Doctor<'_>, notes: &mut Notes<'_>) -> Vec<Seen<'a>> {
    let services: Vec<(&Service, &Managed)> = doctor.managed().collect();
    let dead = DeadServers::default();
    let seen = lanes::each(
        &services,
        doctor.look.lanes,
        |(_, managed)| managed.url.as_ref().ok().map(|url| url.server_key().to_string()),
        |index| one(doctor, services[index].0, services[index].1, &dead),
        |_, _| {},
    )
    .await;
    if let Err(error) = &doctor.runtime
        && notes.wants_area(&[Area::Containers, Area::Health])
    {
        notes.unexamined("unexamined-containers", None, error.to_string());
    }
    for it in &seen {
        let name = it.service.name.as_str();
        state(doctor, it, notes);
        if let Some(gate) = &it.gate {
            containers::examine(name, gate, &containers::way_out(&it.observed), notes);
        }
        if let Some(failure) = &it.refused {
            notes.unexamined("unexamined-catalog", Some(name), said(failure));
        }
        if let Some(checkup) = &it.checkup {
            facts(doctor, it, checkup, notes);
        }
        for late in &it.late {
            let finding = Finding::new(Check::SequenceBehind).of(name);
            let finding = finding.fact("sequence", &late.sequence).fact("next", late.next);
            let place = format!("{}.{}", late.table, late.column);
            notes.add(finding.fact("column", place).fact("most", late.largest));
        }
    }
    seen
}

async fn one<'a>(
    doctor: &Doctor<'_>,
    service: &'a Service,
    managed: &'a Managed,
    dead: &DeadServers,
) -> Seen<'a> {
    let (observed, database) = visit(service, &doctor.look, dead).await;
    let mut seen = Seen {
        service,
        managed,
        observed,
        checkup: None,
        late: Vec::new(),
        gate: None,
        refused: None,
    };
    let Some(mut database) = database else {
        seen.gate = of_containers(doctor, service).await;
        return seen;
    };
    let scope =
        CheckupScope { namespaces: namespaces(managed), extensions: extensions(&seen.observed) };
    match database.checkup(&scope).await {
        Ok(checkup) => {
            seen.checkup = Some(checkup);
            if doctor.selection.wants(Check::SequenceBehind) {
                // A sequence or table that the role may not read is no reason to say nothing else.
                match database.sequences_behind(&scope.namespaces).await {
                    Ok(late) => seen.late = late,
                    Err(radoub_postgres::integrity::IntegrityError::Query(error)) => {
                        seen.refused = Some(translate::query_failure(database.url(), &error));
                    }
                }
            }
        }
        Err(error) => seen.refused = Some(translate::query_failure(database.url(), &error)),
    }
    database.close().await;
    let asked = [Area::Database, Area::Containers, Area::Health];
    if doctor.selection.wants_any(|check| asked.contains(&check.area())) {
        seen.gate = Some(look(doctor, service).await);
    }
    seen
}

/// A single look at containers, health route and tables.
async fn look(doctor: &Doctor<'_>, service: &Service) -> Gate {
    let settings = GateSettings {
        look: doctor.look,
        patience: std::time::Duration::ZERO,
        quiet: std::time::Duration::ZERO,
        ..GateSettings::default()
    };
    // An engine that does not answer is told once.
    let engine = doctor.runtime.ok().flatten();
    let runtime = Runtime::of(service, Ok::<_, &RuntimeError>(engine));
    gate::gate(service, runtime, doctor.root(), &settings).await
}

async fn of_containers(doctor: &Doctor<'_>, service: &Service) -> Option<Gate> {
    match doctor.runtime {
        Ok(Some(_)) => Some(look(doctor, service).await),
        _ => None,
    }
}

pub(super) fn namespaces(managed: &Managed) -> Vec<Ident> {
    match managed.schemas.as_slice() {
        [] => vec![Ident::new(managed.url.as_ref().map_or("public", |url| url.schema()))],
        schemas => schemas.iter().map(Ident::new).collect(),
    }
}

fn extensions(observed: &Observed) -> Vec<String> {
    let scripts = observed.on_disk.migrations.iter().filter_map(|it| it.script.as_ref());
    let mut names: Vec<String> =
        scripts.flat_map(|it| Script::parse(it.text()).extensions(it.text())).collect();
    names.sort();
    names.dedup();
    names
}

/// What somebody said who refused.
fn said(failure: &Failure) -> String {
    if let Some(server) = &failure.server {
        format!("{} {}", server.sqlstate, server.message)
    } else {
        let reason = failure.values.iter().find(|it| matches!(it.0, "reason" | "message"));
        reason.map_or_else(|| failure.code.as_str().to_owned(), |it| it.1.clone())
    }
}

/// The state of a database, as `check` has it.
fn state(doctor: &Doctor<'_>, seen: &Seen<'_>, notes: &mut Notes<'_>) {
    let name = seen.service.name.as_str();
    let finding = |check| Finding::new(check).of(name);
    let url = seen.managed.url.as_ref().ok();
    if let Err(UrlProblem::Lacks { missing }) = &seen.managed.url {
        notes.unexamined("unexamined-address", Some(name), missing.as_str());
        return;
    }
    if let Some(problem) = &seen.observed.problem
        && let Some(url) = url
    {
        let with = |check| finding(check).fact("server", url.server());
        match problem.code {
            FailureCode::DatabaseMissing => {
                let finding = with(Check::DatabaseMissing).fact("database", url.database());
                notes.add(finding.run(format!("radoub doctor --fix {name}")));
                return;
            }
            FailureCode::AuthenticationFailed | FailureCode::AccessDenied => {
                let finding = with(Check::LoginRefused).fact("database", url.database());
                notes.add(finding.fact("role", url.user()));
                return;
            }
            _ if seen.observed.state == State::Unreachable => {
                // One server is one finding for all who need it.
                let is_ours = doctor.inventory.server_of(seen.service).is_some();
                let command = if is_ours { "radoub doctor --fix" } else { "radoub check" };
                let finding = with(Check::ServerUnreachable).run(command);
                notes.add(match &problem.server {
                    Some(said) => {
                        finding.fact("reason", format!("{} {}", said.sqlstate, said.message))
                    }
                    None => finding,
                });
                return;
            }
            _ => {}
        }
    }
    let folder = relative(doctor.root(), &seen.managed.migrations);
    let Some(history) = &seen.observed.history else { return };
    let names = |all: &[radoub_schema::migration::MigrationName]| {
        let shown: Vec<&str> =
            all.iter().take(3).map(radoub_schema::migration::MigrationName::as_str).collect();
        shown.join(", ") + if all.len() > 3 { ", …" } else { "" }
    };
    for row in &history.failed {
        let finding = finding(Check::MigrationFailed).in_file(&folder.join(row.name.as_str()));
        notes.add(finding.fact("migration", &row.name).run(format!("radoub resolve {name}")));
    }
    if !history.edited.is_empty() {
        let finding = finding(Check::MigrationEdited).in_file(&folder);
        notes.add(
            finding.fact("migration", names(&history.edited)).run(format!("radoub drift {name}")),
        );
    }
    for row in seen.observed.ledger.iter().flatten().filter(|it| it.rolled_back_at.is_some()) {
        let again = seen.observed.ledger.iter().flatten();
        if !again.clone().any(|it| it.name == row.name && it.is_standing()) {
            notes.add(finding(Check::MigrationRolledBack).fact("migration", &row.name));
        }
    }
    match seen.observed.state {
        State::Pending => {
            let finding = finding(Check::MigrationsPending).in_file(&folder);
            let finding = finding
                .fact("count", history.pending.len())
                .fact("migration", names(&history.pending));
            notes.add(finding.run(format!("radoub apply --only {name}")));
        }
        State::Behind => {
            let finding = finding(Check::HistoryBehind).in_file(&folder);
            notes.add(
                finding
                    .fact("migration", names(&history.missing))
                    .run(format!("radoub drift {name}")),
            );
        }
        State::Diverged => {
            let finding = finding(Check::HistoryDiverged).in_file(&folder);
            notes.add(
                finding
                    .fact("migration", names(&history.missing))
                    .run(format!("radoub drift {name}")),
            );
        }
        State::NotManaged => {
            let count = seen.observed.database.as_ref().map_or(0, |it| it.tables.len());
            let finding = finding(Check::DatabaseNotManaged).fact("tables", count);
            notes.add(finding.run(format!("radoub drift {name}")));
        }
        _ => {}
    }
    if let Some(lock) = &seen.observed.lock {
        let finding = finding(Check::LockHeld).fact("pid", lock.pid);
        notes.add(finding.fact("application", &lock.application));
    }
}

/// What the catalogs say of a database.
fn facts(doctor: &Doctor<'_>, seen: &Seen<'_>, checkup: &Checkup, notes: &mut Notes<'_>) {
    let name = seen.service.name.as_str();
    let finding = |check| Finding::new(check).of(name);
    let limits = &doctor.thresholds;
    let database = &checkup.database;
    if database.superuser {
        notes.add(finding(Check::RoleSuperuser).fact("role", &database.role));
    }
    if !database.superuser && !database.creates_databases {
        let command = format!("ALTER ROLE {} CREATEDB;", Ident::new(database.role.as_str()));
        notes.add(
            finding(Check::RoleWithoutCreatedb).fact("role", &database.role).fact("sql", command),
        );
    }
    if !database.creates_tables {
        notes.add(finding(Check::RoleWithoutCreate).fact("role", &database.role));
    }
    if let Some(timeout) = database
        .statement_timeout
        .as_ref()
        .filter(|it| it.bytes().any(|byte| matches!(byte, b'1'..=b'9')))
    {
        let finding = finding(Check::RoleStatementTimeout).fact("role", &database.role);
        notes.add(finding.fact("timeout", timeout));
    }
    if database.encoding != "UTF8" {
        notes.add(finding(Check::EncodingNotUtf8).fact("encoding", &database.encoding));
    }
    if let Some((made, now)) = database.collation_versions.as_ref().filter(|it| it.0 != it.1) {
        let finding =
            finding(Check::CollationVersionChanged).fact("collation", &database.collation);
        let url = seen.managed.url.as_ref().ok();
        let sql = url.map(|url| {
            let name = Ident::new(url.database());
            format!("REINDEX DATABASE {name}; ALTER DATABASE {name} REFRESH COLLATION VERSION;")
        });
        notes.add(finding.fact("made", made).fact("now", now).fact("sql", sql.unwrap_or_default()));
    }
    if database.frozen_age > limits.frozen_age {
        notes.add(
            finding(Check::WraparoundNear)
                .fact("age", database.frozen_age)
                .fact("sql", "VACUUM FREEZE;"),
        );
    }
    for extension in &checkup.lacking_extensions {
        notes.add(finding(Check::ExtensionMissing).fact("extension", extension));
    }
    if checkup.hidden_pooler {
        notes.add(finding(Check::PoolerUndeclared));
    }
    for odd in &checkup.relations {
        let is_ledger = odd.table.name.as_str() == radoub_postgres::ledger::NAME;
        let (check, fact) = match odd.oddness {
            Oddness::InvalidIndex => (Check::IndexInvalid, "index"),
            Oddness::Unlogged => (Check::TableUnlogged, "table"),
            Oddness::WithoutKey => (Check::TableWithoutKey, "table"),
            Oddness::NotValid => (Check::ConstraintNotValid, "constraint"),
            Oddness::AutovacuumOff => (Check::TableAutovacuumOff, "table"),
        };
        if is_ledger {
            continue;
        }
        let sql = match odd.oddness {
            Oddness::InvalidIndex => {
                let namespace = odd.table.namespace.clone();
                let index = namespace
                    .map_or_else(|| odd.name.to_string(), |it| format!("{it}.{}", odd.name));
                format!("REINDEX INDEX CONCURRENTLY {index};")
            }
            Oddness::Unlogged => format!("ALTER TABLE {} SET LOGGED;", odd.table),
            Oddness::NotValid => {
                format!("ALTER TABLE {} VALIDATE CONSTRAINT {};", odd.table, odd.name)
            }
            Oddness::AutovacuumOff => {
                format!("ALTER TABLE {} RESET (autovacuum_enabled);", odd.table)
            }
            Oddness::WithoutKey => String::new(),
        };
        let mut finding = finding(check).fact(fact, odd.name.as_str());
        if fact != "table" {
            finding = finding.fact("table", odd.table.name.as_str());
        }
        notes.add(if sql.is_empty() { finding } else { finding.fact("sql", sql) });
    }
    for sequence in &checkup.sequences {
        let used = i128::from(sequence.last) * 100 / i128::from(sequence.most.max(1));
        if used >= i128::from(limits.sequence) {
            let finding = finding(Check::SequenceNearEnd).fact("sequence", &sequence.sequence);
            notes.add(finding.fact("used", format!("{used} %")).fact("most", sequence.most));
        }
    }
    for open in &checkup.transactions {
        let (check, since, limit) = if open.idle {
            (Check::TransactionIdle, open.in_state, limits.idle)
        } else {
            (Check::TransactionLong, open.age, limits.transaction)
        };
        if since >= limit {
            let finding =
                finding(check).fact("pid", open.pid).fact("application", &open.application);
            let finding = finding.fact("seconds", since.as_secs());
            notes.add(finding.fact("sql", format!("SELECT pg_terminate_backend({});", open.pid)));
        }
    }
    for (transaction, age) in &checkup.prepared {
        let finding = finding(Check::PreparedTransaction).fact("name", transaction);
        let sql = format!("ROLLBACK PREPARED '{}';", transaction.replace('\'', "''"));
        notes.add(finding.fact("seconds", age.as_secs()).fact("sql", sql));
    }
}
