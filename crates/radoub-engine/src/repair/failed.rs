//! What became of a failed migration: looked up in the database, statement by statement.
//!
//! What each statement does is learnt on a scratch database, from the state before it and the state
//! after it; whether that is to be seen in the live database decides. Nothing is changed here: the
//! mark is made by [`crate::resolve`].

use std::sync::Arc;

use radoub_postgres::introspect::Introspected;
use radoub_schema::carry;
use radoub_schema::effect::{Effect, effect_of};
use radoub_schema::migration::{Applied, Migration, MigrationName, MigrationScript};
use radoub_schema::model::unmanaged::Unmanaged;
use radoub_schema::render::render;
use radoub_schema::script::{RowChange, Runs, Script};
use radoub_schema::warning::{header, warnings};

use super::ready;
use crate::drift::route::bare;
use crate::drift::{Drift, pairs};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Managed;
use crate::fleet::place::line_at;
use crate::resolve::Mark;
use crate::scratch::{Replay, Workshop};
use crate::state::Remedy;

/// A failed migration, examined.
#[derive(Debug, Clone)]
pub struct Examined {
    /// Its name.
    pub migration: MigrationName,
    /// Its row.
    pub row: Applied,
    /// Its statements, in order; those that only begin or end transactions are left out.
    pub statements: Vec<Finding>,
    /// What follows.
    pub answer: Answer,
}

/// One statement, and what is to be seen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its line in the script, from 1.
    pub line: usize,
    /// Its first line.
    pub head: String,
    /// How much of it is in the database; `None` when it leaves no trace in a catalog, or does not
    /// run on a scratch database either.
    pub effect: Option<Effect>,
    /// What it does to rows.
    pub rows: Option<RowChange>,
    /// Whether it runs on a scratch database.
    pub runs: bool,
}

/// What follows from the findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing of it is there: it can be marked as rolled back, and tried again.
    RolledBack,
    /// All of it is there: it can be marked as applied.
    Applied,
    /// All that can be seen is there, and what it does to rows cannot be seen.
    RowsUnknown,
    /// Part of it is there. What is there can be undone by this script, which is empty when that
    /// cannot be said in SQL of ours.
    Half {
        /// SQL that takes back what is there.
        undo: String,
    },
    /// It cannot be told: its file is gone, or what came before does not run on an empty database.
    Unknown,
}

impl Answer {
    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::RolledBack => "rolled-back",
            Self::Applied => "applied",
            Self::RowsUnknown => "rows-unknown",
            Self::Half { .. } => "half",
            Self::Unknown => "unknown",
        }
    }

    /// The mark that can be made without anybody looking further.
    pub fn mark(&self) -> Option<Mark> {
        match self {
            Self::RolledBack => Some(Mark::RolledBack),
            Self::Applied => Some(Mark::Applied),
            _ => None,
        }
    }
}

/// Examines every failed migration of a service; none when none failed. The drift must have been
/// surveyed with what Prisma does not see.
///
/// # Errors
///
/// Why nothing can be looked up, or that `apply` carries the migration on by itself.
pub async fn examine(
    workshop: &Workshop,
    managed: &Managed,
    drift: &Drift,
) -> Result<Vec<Examined>, Failure> {
    let failed = drift.observed.history.as_ref().map(|it| it.failed.clone()).unwrap_or_default();
    if failed.is_empty() {
        return Ok(Vec::new());
    }
    ready(drift)?;
    if matches!(drift.observed.remedy, Some(Remedy::Apply | Remedy::Wait)) {
        let values = vec![("migration", failed[0].name.to_string())];
        return Err(Failure::new(FailureCode::CarriesOn, values));
    }
    let mut examined: Vec<Examined> = Vec::new();
    for row in failed {
        // Two failed rows of one name are one failed migration.
        if !examined.iter().any(|it| it.migration == row.name) {
            examined.push(one(workshop, managed, drift, row).await);
        }
    }
    Ok(examined)
}

async fn one(workshop: &Workshop, managed: &Managed, drift: &Drift, row: Applied) -> Examined {
    let migration = row.name.clone();
    let on_disk = &drift.observed.on_disk.migrations;
    let script = on_disk.iter().find(|it| it.name == migration).and_then(|it| it.script.as_ref());
    let mut statements = script.map(|script| cut(script.text())).unwrap_or_default();
    let answer = match (script, &drift.live) {
        (Some(script), Some(live)) => {
            let before = applied_before(drift, &row);
            judge(workshop, managed, drift, live, &before, script.text(), &mut statements).await
        }
        _ => Answer::Unknown,
    };
    Examined { migration, row, statements, answer }
}

/// The applied migrations, in the order in which they run.
fn applied_before(drift: &Drift, failed: &Applied) -> Vec<Migration> {
    let rows = drift.observed.ledger.as_deref().unwrap_or_default();
    let finished = |name: &MigrationName| {
        rows.iter().any(|row| row.name == *name && row.is_standing() && row.finished_at.is_some())
    };
    let on_disk = drift.observed.on_disk.migrations.iter();
    on_disk.filter(|it| it.name != failed.name && finished(&it.name)).cloned().collect()
}

/// The statements of a script that do something.
fn cut(text: &str) -> Vec<Finding> {
    let script = Script::parse(text);
    let rows = script.row_changes(text);
    let of = |statement: &radoub_schema::script::Statement| {
        let line = line_at(text, statement.range.start);
        let head = text[statement.range.clone()].lines().next().unwrap_or_default();
        Finding {
            line,
            head: head.trim_end().to_owned(),
            effect: None,
            rows: rows.iter().find(|it| it.line == line).cloned(),
            runs: false,
        }
    };
    script.statements.iter().filter(|it| acts(&it.runs)).map(of).collect()
}

/// Whether a statement is more than a mark of a transaction.
fn acts(runs: &Runs) -> bool {
    !matches!(runs, Runs::Begins | Runs::Commits | Runs::RollsBack)
}

async fn judge(
    workshop: &Workshop,
    managed: &Managed,
    drift: &Drift,
    live: &Introspected,
    before: &[Migration],
    text: &str,
    findings: &mut [Finding],
) -> Answer {
    let script = Script::parse(text);
    let acting = script.statements.iter().filter(|it| acts(&it.runs));
    let single = acting.enumerate().map(|(at, statement)| Migration {
        name: MigrationName::new(format!("statement {}", at + 1)),
        script: Some(MigrationScript::from_bytes(text[statement.range.clone()].as_bytes())),
    });
    let migrations: Vec<Migration> = before.iter().cloned().chain(single).collect();
    let replay = Replay {
        managed,
        migrations: &migrations,
        after: (before.len()..=migrations.len()).collect(),
        scope: drift.scope(managed, true),
    };
    let states = match workshop.replay(&replay, &mut |_| {}).await {
        Ok(replayed) => replayed.states,
        // Where a statement stops on the scratch database, those before it are known all the same.
        Err(stop) => stop.states,
    };
    let states: Vec<Arc<Introspected>> = states.into_iter().map(|(_, state)| state).collect();
    let Some(first) = states.first() else { return Answer::Unknown };
    let terms = drift.terms();
    for (finding, pair) in findings.iter_mut().zip(states.windows(2)) {
        let steps = pairs::between(&pair[0].schema, &pair[1].schema, &terms);
        let seen = effect_of(&steps, &live.schema, &terms);
        let unseen = of_unmanaged(&pair[0].unmanaged, &pair[1].unmanaged, &live.unmanaged);
        finding.runs = true;
        finding.effect = match (seen, unseen) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (one, other) => one.or(other),
        };
    }
    let effects: Vec<Effect> = findings.iter().filter_map(|it| it.effect).collect();
    let all = |wanted: Effect| effects.iter().all(|it| *it == wanted);
    let changes_rows = findings.iter().any(|it| it.rows.is_some());
    let is_as_before = pairs::between(&first.schema, &live.schema, &terms).is_empty();
    match effects.is_empty() {
        // Nothing that it does could be seen; at least nothing else is different either.
        true if changes_rows || !is_as_before => Answer::Unknown,
        true => Answer::RolledBack,
        false if all(Effect::Absent) => Answer::RolledBack,
        false if all(Effect::Present) && findings.iter().all(|it| it.runs) => {
            if changes_rows {
                Answer::RowsUnknown
            } else {
                Answer::Applied
            }
        }
        false => Answer::Half { undo: undo(drift, &states, findings) },
    }
}

/// Whether what Prisma does not see and a statement makes or drops is there, or gone.
fn of_unmanaged(before: &Unmanaged, after: &Unmanaged, live: &Unmanaged) -> Option<Effect> {
    let comes = carry::lost(after, before);
    let goes = carry::lost(before, after);
    let made = comes.objects.iter().map(|it| match live.objects.contains(it) {
        true => Effect::Present,
        false
            if live.objects.iter().any(|other| {
                (other.kind, &other.name, &other.table) == (it.kind, &it.name, &it.table)
            }) =>
        {
            Effect::Unlike
        }
        false => Effect::Absent,
    });
    // What comes in another form has gone in its old one.
    let dropped = goes
        .objects
        .iter()
        .filter(|it| !comes.objects.iter().any(|new| new.kind == it.kind && new.name == it.name))
        .map(|it| if live.objects.contains(it) { Effect::Absent } else { Effect::Present });
    made.chain(dropped).reduce(Effect::and)
}

/// SQL that takes back the first statements, when it is the first ones that are there; empty
/// otherwise.
fn undo(drift: &Drift, states: &[Arc<Introspected>], findings: &[Finding]) -> String {
    let is_there = |it: &&Finding| it.runs && it.effect.is_none_or(|it| it == Effect::Present);
    let there = findings.iter().take_while(is_there).count();
    let rest = &findings[there..];
    if rest.iter().any(|it| it.effect.is_some_and(|it| it != Effect::Absent)) {
        return String::new();
    }
    let (Some(start), Some(end)) = (states.first(), states.get(there)) else {
        return String::new();
    };
    let terms = drift.terms();
    let start = bare(&start.schema, &terms.default_namespace);
    let steps = radoub_schema::diff::steps(&end.schema, &start, &terms);
    if steps.is_empty() {
        return String::new();
    }
    header(&warnings(&steps)) + &render(&steps, terms.dialect)
}
