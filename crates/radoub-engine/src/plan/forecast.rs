//! What each migration of a plan will do, statement by statement, on this very database: locks, work
//! and risks as the text says them, weighed with the sizes of the tables.
//!
//! Plain values that a plan file keeps and every view shows. Pure: sizes come with the observation,
//! earlier durations with the request.

use radoub_postgres::survey::{Surveyed, Table};
use radoub_schema::hazard::{
    Act, Assessment, On, Risk, TypeChange, Verb, Work, assess, type_change,
};
use radoub_schema::migration::Migration;
use radoub_schema::script::{Course, QualifiedName, Runs, Script, masked, remarks};
use serde::{Deserialize, Serialize};

use super::Experience;
use super::presence::Presence;
use crate::fleet::place::line_at;
use crate::hazard::Hazard;
use crate::journal::fact::CourseWord;

/// From how many bytes on writing a table anew must be agreed to: it takes as much room again, and
/// its readers wait for some seconds.
pub const LARGE_TABLE: u64 = 100 * 1024 * 1024;

/// From how many milliseconds on a lock that keeps others out must be agreed to: as long as a
/// statement of ours waits for a lock of theirs.
pub const LONG_LOCK: u64 = 2_000;

/// Bytes that a modest server reads, sorts into an index and writes anew in a millisecond: a table
/// scan, an index build, a rewrite. On the slow side of what is seen on two cores and one disk, so
/// that a guess is rather too long than too short.
const SCANNED: u64 = 250_000;
const INDEXED: u64 = 40_000;
const REWRITTEN: u64 = 50_000;

/// What one migration will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// Its name.
    pub migration: String,
    /// The checksum of its script.
    pub checksum: String,
    /// Whole or stepwise.
    pub course: CourseWord,
    /// What its author says it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What its author says it changes for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// Its statements, in order.
    pub statements: Vec<StatementForecast>,
    /// What of it must be agreed to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<HazardForecast>,
    /// How long it will take, in milliseconds; `None` when nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
}

/// How long something will take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    /// In milliseconds.
    pub milliseconds: u64,
    /// Whether the same script has run before and took that long; else it is guessed from sizes.
    pub seen_before: bool,
}

/// What one statement will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementForecast {
    /// Its number, from 1.
    pub number: usize,
    /// The line that it starts in, from 1.
    pub line: usize,
    /// Its text, passwords masked.
    pub sql: String,
    /// How it runs.
    pub runs: RunsWord,
    /// What it does.
    pub acts: Vec<ActForecast>,
    /// The tables that it works on and that are there already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Touched>,
    /// Milliseconds, guessed from the sizes; 0 when only the catalog is written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub milliseconds: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// How a statement runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunsWord {
    /// In the one transaction of its script.
    InTransaction,
    /// In a transaction of its own, or one that the script opens.
    InPart,
    /// Outside of transactions.
    Alone,
    /// It is a transaction command.
    Boundary,
}

/// One act of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActForecast {
    /// What: a word of [`Verb`].
    pub verb: String,
    /// The object.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The table that it belongs to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub table: String,
    /// The new name or type.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// The locks on tables that are there already, in PostgreSQL's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<LockForecast>,
    /// How its time grows: a word of [`Work`].
    pub work: String,
    /// What may go wrong, or be lost: words of [`Risk`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<String>,
}

/// A lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockForecast {
    /// The table; empty for those that only the catalog knows.
    pub on: String,
    /// The lock, `ACCESS EXCLUSIVE`.
    pub mode: String,
}

/// A table that a statement works on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Its name, with its schema where that is not the URL's.
    pub table: String,
    /// About how many rows; `None` when it was never analyzed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Bytes with indexes.
    pub bytes: u64,
}

/// A hazard of a migration, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HazardForecast {
    /// Its name, `--allow NAME`.
    pub hazard: String,
    /// Number of the statement, from 1.
    pub statement: usize,
    /// The table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Touched>,
    /// For how many milliseconds others wait, when that is the hazard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u64>,
}

/// What a survey has to look for.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Tables, indexes and types that are touched or made.
    pub(crate) objects: Vec<String>,
    /// Extensions that are created.
    pub(crate) extensions: Vec<String>,
}

/// The names in these migrations.
pub(crate) fn names<'a>(migrations: impl IntoIterator<Item = &'a Migration>) -> Names {
    let mut names = Names::default();
    for migration in migrations {
        let Some(script) = &migration.script else { continue };
        let cut = Script::parse(script.text());
        names.extensions.extend(cut.extensions(script.text()));
        for act in assess(script.text(), &cut).into_iter().flat_map(|it| it.acts) {
            names.objects.extend(act.makes.map(|made| made.name));
            for hold in act.holds {
                match hold.on {
                    On::Table(name) | On::TableOfIndex(name) => names.objects.push(name.name),
                    On::Dependents => {}
                }
            }
        }
    }
    for list in [&mut names.objects, &mut names.extensions] {
        list.sort_unstable();
        list.dedup();
    }
    names
}

/// The tables of one database, as far as a plan asks.
pub(super) struct Sizes<'a> {
    /// The schema of names without one.
    pub(super) schema: &'a str,
    /// What was surveyed; `None` for a database that is not there yet.
    pub(super) surveyed: Option<&'a Surveyed>,
}

impl Sizes<'_> {
    fn table(&self, name: &QualifiedName) -> Option<&Table> {
        let schema = name.schema.as_deref().unwrap_or(self.schema);
        let tables = &self.surveyed?.tables;
        tables.iter().find(|it| it.name == name.name && it.schema == schema)
    }

    fn of(&self, on: &On) -> Option<&Table> {
        match on {
            On::Table(name) => self.table(name),
            On::TableOfIndex(index) => {
                let schema = index.schema.as_deref().unwrap_or(self.schema);
                let indexes = &self.surveyed?.indexes;
                let index =
                    indexes.iter().find(|it| it.name == index.name && it.schema == schema)?;
                let tables = &self.surveyed?.tables;
                tables.iter().find(|it| it.name == index.table && it.schema == index.table_schema)
            }
            On::Dependents => None,
        }
    }

    fn touched(&self, table: &Table) -> Touched {
        let name = if table.schema == self.schema {
            table.name.clone()
        } else {
            format!("{}.{}", table.schema, table.name)
        };
        Touched { table: name, rows: table.rows, bytes: table.bytes }
    }
}

/// What a migration will do on this database.
pub(super) fn forecast(
    migration: &Migration,
    sizes: &Sizes<'_>,
    presence: &mut Presence<'_>,
    experience: &Experience,
) -> Forecast {
    let (text, checksum) = match &migration.script {
        Some(script) => (script.text(), script.checksum().to_string()),
        None => ("", String::new()),
    };
    let script = Script::parse(text);
    let said = remarks(text);
    let assessments = assess(text, &script);
    let course = script.course();
    let mut statements = Vec::new();
    let mut hazards = Vec::new();
    let mut held: Vec<(usize, Touched)> = Vec::new();
    for (index, assessment) in assessments.iter().enumerate() {
        let statement = statement(text, &script, index, assessment, sizes);
        for act in &assessment.acts {
            if presence.conflicts(act) {
                hazards.push(HazardForecast {
                    hazard: Hazard::Drift.as_str().to_owned(),
                    statement: index + 1,
                    table: None,
                    milliseconds: None,
                });
            }
            let act = weighed(act, sizes);
            hazards.extend(hazards_of(&act, index, sizes));
            let blocking = act.holds.iter().filter(|hold| hold.mode.blocks_writes());
            for table in blocking.filter_map(|hold| sizes.of(&hold.on)).filter(|it| !it.is_empty) {
                let touched = sizes.touched(table);
                if !held.iter().any(|(_, known)| known.table == touched.table) {
                    held.push((index, touched));
                }
            }
        }
        statements.push(statement);
    }
    // A lock is kept until the transaction ends: with all that comes behind it in the script.
    for (index, table) in held {
        let end = if course == Course::Atomic { statements.len() } else { index + 1 };
        let milliseconds: u64 = statements[index..end].iter().map(|it| it.milliseconds).sum();
        if milliseconds >= LONG_LOCK {
            hazards.push(HazardForecast {
                hazard: Hazard::LongLock.as_str().to_owned(),
                statement: index + 1,
                table: Some(table),
                milliseconds: Some(milliseconds),
            });
        }
    }
    hazards.sort_by_key(|it| it.statement);
    let seen = experience.of(&checksum);
    let guessed: u64 = statements.iter().map(|it| it.milliseconds).sum();
    let is_guess_worth_telling = seen.is_none() && sizes.surveyed.is_some() && guessed > 0;
    Forecast {
        migration: migration.name.to_string(),
        checksum,
        course: course.into(),
        description: said.description.map(|it| masked(&it).into_owned()),
        impact: said.impact.map(|it| masked(&it).into_owned()),
        statements,
        hazards,
        expected: seen
            .map(|milliseconds| Expected { milliseconds, seen_before: true })
            .or(is_guess_worth_telling
                .then_some(Expected { milliseconds: guessed, seen_before: false })),
    }
}

fn statement(
    text: &str,
    script: &Script,
    index: usize,
    assessment: &Assessment,
    sizes: &Sizes<'_>,
) -> StatementForecast {
    let statement = &script.statements[index];
    let runs = match (&statement.runs, script.course()) {
        (Runs::Anywhere, Course::Atomic) => RunsWord::InTransaction,
        (Runs::Anywhere, Course::Stepwise { .. }) => RunsWord::InPart,
        (Runs::Alone(_), _) => RunsWord::Alone,
        (Runs::Begins | Runs::Commits | Runs::RollsBack, _) => RunsWord::Boundary,
    };
    let acts: Vec<Act> = assessment.acts.iter().map(|act| weighed(act, sizes)).collect();
    let mut tables: Vec<Touched> = Vec::new();
    for hold in acts.iter().flat_map(|act| &act.holds) {
        if let Some(table) = sizes.of(&hold.on) {
            let touched = sizes.touched(table);
            if !tables.contains(&touched) {
                tables.push(touched);
            }
        }
    }
    StatementForecast {
        number: index + 1,
        line: line_at(text, statement.range.start),
        sql: masked(script.statement_text(text, index)).into_owned(),
        runs,
        milliseconds: acts.iter().map(|act| guess(act, sizes)).sum(),
        acts: acts.iter().map(|act| shown(act, sizes)).collect(),
        tables,
    }
}

/// The act with what the sizes and types of its tables make of it: what is not there cannot be lost,
/// and what is empty takes no time.
fn weighed(act: &Act, sizes: &Sizes<'_>) -> Act {
    let mut act = act.clone();
    let table = act.holds.first().and_then(|hold| sizes.of(&hold.on));
    if act.action.verb == Verb::ChangeType
        && let Some(table) = table
        && let Some((_, from)) = table.columns.iter().find(|(name, _)| *name == act.action.name)
        && type_change(from, &act.action.to) == TypeChange::Catalog
    {
        act.work = Work::Catalog;
        act.risks
            .retain(|risk| !matches!(risk, Risk::RewritesTable | Risk::LongLock | Risk::MayFail));
    }
    let reaches_beyond = act.holds.iter().any(|hold| hold.on == On::Dependents)
        && !matches!(act.action.verb, Verb::DropTable | Verb::DropConstraint);
    let holds_rows = table.is_some_and(|table| !table.is_empty) || reaches_beyond;
    if !holds_rows {
        let needs_rows = [Risk::DeletesData, Risk::RewritesTable, Risk::LongLock, Risk::MayFail];
        act.risks.retain(|risk| !needs_rows.contains(risk));
    }
    if table.is_none() {
        // Made by this very script, or by one before it: nobody uses it yet.
        act.risks.retain(|risk| *risk != Risk::BreaksCode || reaches_beyond);
    }
    act
}

fn hazards_of(act: &Act, index: usize, sizes: &Sizes<'_>) -> Vec<HazardForecast> {
    let table = act.holds.first().and_then(|hold| sizes.of(&hold.on));
    let is_large = table.is_some_and(|table| table.bytes >= LARGE_TABLE);
    let found =
        act.risks.iter().filter_map(|risk| Hazard::of(*risk)).filter(|hazard| match hazard {
            Hazard::RewriteTable => is_large,
            // Told once per table, with all that the lock is kept for.
            Hazard::LongLock => false,
            _ => true,
        });
    found
        .map(|hazard| HazardForecast {
            hazard: hazard.as_str().to_owned(),
            statement: index + 1,
            table: table.map(|table| sizes.touched(table)),
            milliseconds: None,
        })
        .collect()
}

/// Milliseconds that an act takes, from the size of its table.
fn guess(act: &Act, sizes: &Sizes<'_>) -> u64 {
    let table = act.holds.first().and_then(|hold| sizes.of(&hold.on));
    let bytes = table.map_or(0, |table| table.bytes);
    match act.work {
        Work::Catalog | Work::Unknown => 0,
        Work::Rows | Work::Scan => bytes / SCANNED,
        Work::IndexBuild => bytes / INDEXED,
        Work::Rewrite => bytes / REWRITTEN,
    }
}

fn shown(act: &Act, sizes: &Sizes<'_>) -> ActForecast {
    let lock = |hold: &radoub_schema::hazard::Hold| {
        let on = match sizes.of(&hold.on) {
            Some(table) => sizes.touched(table).table,
            None if hold.on == On::Dependents => String::new(),
            None => return None,
        };
        Some(LockForecast { on, mode: hold.mode.as_str().to_owned() })
    };
    ActForecast {
        verb: act.action.verb.as_str().to_owned(),
        name: act.action.name.clone(),
        table: act.action.table.clone(),
        to: act.action.to.clone(),
        locks: act.holds.iter().filter_map(lock).collect(),
        work: act.work.as_str().to_owned(),
        risks: act.risks.iter().map(|risk| risk.as_str().to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use radoub_schema::migration::{MigrationName, MigrationScript};

    use super::*;

    fn table(name: &str, megabytes: u64) -> Table {
        Table {
            schema: "public".to_owned(),
            name: name.to_owned(),
            rows: Some(megabytes * 10_000),
            is_empty: megabytes == 0,
            bytes: megabytes * 1024 * 1024,
            columns: vec![("name".to_owned(), "character varying(50)".to_owned())],
        }
    }

    /// The hazards of a script on a database with `small` (1 MB), `large` (1 GB) and `empty`.
    #[track_caller]
    fn asks(text: &str, expected: &[&str]) {
        let surveyed = Surveyed {
            tables: vec![table("empty", 0), table("large", 1024), table("small", 1)],
            ..Surveyed::default()
        };
        let sizes = Sizes { schema: "public", surveyed: Some(&surveyed) };
        let migration = Migration {
            name: MigrationName::new("m"),
            script: Some(MigrationScript::from_bytes(text.as_bytes())),
        };
        let mut presence = Presence::of("public", Some(&surveyed));
        let forecast = forecast(&migration, &sizes, &mut presence, &Experience::default());
        let shown: Vec<String> = forecast
            .hazards
            .iter()
            .map(|it| {
                let table = it.table.as_ref().map_or("-", |it| it.table.as_str());
                format!("{} {} {table}", it.statement, it.hazard)
            })
            .collect();
        assert_eq!(shown, expected, "of {text:?}");
    }

    #[test]
    fn data_is_only_lost_where_there_is_some() {
        asks("DROP TABLE small", &["1 delete-data small"]);
        asks("DROP TABLE empty", &[]);
        asks("DROP TABLE nowhere", &[]);
        asks("CREATE TABLE new (a int); ALTER TABLE new DROP COLUMN a", &[]);
        asks("ALTER TABLE small DROP COLUMN name", &["1 delete-data small"]);
        asks("DELETE FROM other.small", &[]);
        asks("DROP SCHEMA public CASCADE", &["1 delete-data -"]);
    }

    #[test]
    fn only_large_tables_make_others_wait() {
        asks("CREATE INDEX i ON small (name)", &[]);
        asks("CREATE INDEX i ON large (name)", &["1 long-lock large"]);
        asks("CREATE INDEX CONCURRENTLY i ON large (name)", &[]);
        asks("ALTER TABLE large ALTER name TYPE text", &[]);
        asks(
            "ALTER TABLE large ALTER name TYPE int USING 1",
            &["1 rewrite-table large", "1 long-lock large"],
        );
        asks("ALTER TABLE small ALTER name TYPE int USING 1", &[]);
        asks("ALTER TABLE large ADD COLUMN a int", &[]);
    }

    #[test]
    fn a_lock_is_kept_for_all_that_follows_in_its_transaction() {
        asks(
            "ALTER TABLE small ADD COLUMN a int; CREATE INDEX i ON large (name)",
            &["1 long-lock small", "2 long-lock large"],
        );
        asks(
            "CREATE INDEX i ON large (name); ALTER TABLE small ADD COLUMN a int",
            &["1 long-lock large"],
        );
    }
}
