//! Repairs: schema.prisma, history and database brought together without touching a row.
//!
//! A repair is decided from what [`crate::drift`] found ([`adopt`], [`baseline`], [`squash`]), tried on
//! a scratch database ([`proof`]) and only then carried out ([`act`]): migrations are written,
//! schema.prisma follows the database where that wins ([`follow`]), a replaced history is put aside (`archive`), and the ledger is corrected. No statement of a migration is run
//! on the live database.

pub mod act;
pub mod adopt;
pub(crate) mod archive;
pub mod baseline;
mod case;
pub mod failed;
pub mod follow;
pub mod new;
pub mod proof;
pub mod squash;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use radoub_postgres::correct::Correction;
use radoub_prisma::migrations::order;
use radoub_schema::carry;
use radoub_schema::down::Down;
use radoub_schema::migration::{Applied, Migration, MigrationName, MigrationScript};
use radoub_schema::model::SqlSchema;
use radoub_schema::model::unmanaged::{Carry, Unmanaged, UnmanagedObject};
use radoub_schema::render::render;
use radoub_schema::script::{RowChange, Script, Verb as RowVerb};
use radoub_schema::step::Step;
use radoub_schema::warning::{Warning, header, warnings};

use crate::drift::{Drift, Trial};
use crate::failure::{Failure, FailureCode};
use crate::migration_folder;
use crate::source::OnDisk;

/// Which repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// The database is right: the history follows it.
    Adopt,
    /// One first migration makes the whole database.
    Baseline,
    /// The first migrations become one.
    Squash,
    /// schema.prisma was edited: the history follows it.
    New,
}

impl Verb {
    /// The name on the command line, in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Adopt => "adopt",
            Self::Baseline => "baseline",
            Self::Squash => "squash",
            Self::New => "new",
        }
    }
}

/// Which side is right when database and schema.prisma disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wins {
    /// The database: schema.prisma is to follow it.
    Live,
    /// schema.prisma: the database is to follow it, by a migration that waits for `apply`.
    Schema,
}

impl Wins {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Live, Self::Schema];

    /// The name on the command line and in `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Schema => "schema",
        }
    }
}

/// Something that a repair does only when it was agreed to by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Oddity {
    /// The file of an applied migration has changed, and stays as it is now.
    Edited,
    /// The ledger has migrations that the folder lacks, and forgets them.
    Missing,
    /// Migrations that are replaced fill tables, and what replaces them does not.
    Rows,
}

impl Oddity {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Edited, Self::Missing, Self::Rows];

    /// The name to agree to, `--allow NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Missing => "missing",
            Self::Rows => "rows",
        }
    }
}

/// What a person agreed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// Who is right.
    pub wins: Option<Wins>,
    /// Whether what Prisma does not see is written into the history.
    pub carry: bool,
    /// Oddities agreed to.
    pub oddities: BTreeSet<Oddity>,
    /// What to call the migration.
    pub name: Option<String>,
}

/// A repair of one service, decided and not carried out.
#[derive(Debug, Clone)]
pub struct RepairPlan {
    /// Which.
    pub verb: Verb,
    /// Migrations that are written, in the order in which they run.
    pub drafts: Vec<Drafted>,
    /// Migrations that leave the history, in the order in which they ran.
    pub aside: Vec<MigrationName>,
    /// Where they, and the rows of the ledger, are kept.
    pub archive: PathBuf,
    /// Migrations of the folder that are recorded as applied without being run.
    pub recorded: Vec<MigrationName>,
    /// Names whose rows leave the ledger; the archive keeps them.
    pub removed: Vec<MigrationName>,
    /// Names whose failed rows are marked as rolled back.
    pub retired: Vec<MigrationName>,
    /// Names whose rows get the checksum that their file has now.
    pub restamped: Vec<MigrationName>,
    /// Whether `migration_lock.toml` is missing, and written.
    pub lock_file: bool,
    /// schema.prisma after the database.
    pub schema: Option<Box<follow::Followed>>,
    /// What a person should know before agreeing.
    pub remarks: Vec<Remark>,
    /// What becomes of the ledger, but for what is recorded and written.
    pub(crate) correction: Correction,
    /// What the new history has to make.
    pub(crate) goal: Goal,
}

/// What a new history has to make of an empty database for a repair to be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Goal {
    /// States that it has to come through.
    pub(crate) checkpoints: Vec<Checkpoint>,
    /// Whether it has to end at schema.prisma.
    pub(crate) ends_at_schema: bool,
}

/// A state on the way of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// How many migrations come after it.
    pub(crate) before_the_end: usize,
    /// What Prisma compares, as a database shows it.
    pub(crate) schema: SqlSchema,
    /// What else must be there.
    pub(crate) unmanaged: Unmanaged,
}

/// A migration that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The folder's name.
    pub name: MigrationName,
    /// The text of `migration.sql`.
    pub script: String,
    /// The text of `down.sql`.
    pub way_back: Option<Down>,
    /// Whether the live database contains it already; one that it does not contain waits for `apply`.
    pub applied: bool,
    /// What it would lose, and what may stop it, on tables with rows.
    pub losses: Vec<Warning>,
}

impl Drafted {
    /// As the folder will show it.
    pub(crate) fn migration(&self) -> Migration {
        let script = MigrationScript::from_bytes(self.script.as_bytes());
        Migration { name: self.name.clone(), script: Some(script) }
    }
}

/// What a person should know before agreeing to a repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// The history does not make them and will not: an empty database would lack them.
    NotCarried(Vec<UnmanagedObject>),
    /// They are written into the history.
    Carried(Vec<UnmanagedObject>),
    /// No script of ours can write them.
    ByHand(Vec<UnmanagedObject>),
    /// They are written, and came out in another form on the scratch database.
    NotReproduced(Vec<UnmanagedObject>),
    /// A migration is recorded as applied, and what it does to rows is not done.
    RowsSkipped(MigrationName, Vec<RowChange>),
    /// A migration leaves the history, and new databases do not get its rows.
    RowsForgotten(MigrationName, Vec<RowChange>),
    /// schema.prisma does not describe the database afterwards.
    SchemaBehind,
    /// A migration waits for `apply`.
    Waits(MigrationName),
    /// The way back was tried and did not lead back, so it is left out.
    NoWayBack(MigrationName),
}

impl RepairPlan {
    /// Whether there is nothing to do.
    pub fn is_nothing(&self) -> bool {
        !self.lock_file
            && self.schema.is_none()
            && self.drafts.is_empty()
            && self.aside.is_empty()
            && self.recorded.is_empty()
            && self.correction.is_empty()
    }

    /// The history as it will lie in the folder, drafts included, in the order in which it runs.
    pub(crate) fn history(&self, on_disk: &OnDisk) -> Vec<Migration> {
        let stays = |it: &&Migration| !self.aside.contains(&it.name);
        let mut history: Vec<Migration> =
            on_disk.migrations.iter().filter(stays).cloned().collect();
        history.extend(self.drafts.iter().map(Drafted::migration));
        history.sort_by(|a, b| order(&a.name, &b.name));
        history
    }
}

/// The migration that these steps make, with its warnings, and with what is carried.
pub(crate) fn script(drift: &Drift, steps: &[Step], carried: &Unmanaged) -> String {
    let managed = render(steps, drift.terms().dialect);
    let text = carry::script(&managed, steps.is_empty(), carried);
    header(&warnings(steps)) + &text
}

/// A name for a migration that comes after all others: made of the time now, or of the last name
/// where that lies in the future or is no time at all.
pub(crate) fn name_after(
    given: &str,
    now: SystemTime,
    last: Option<&MigrationName>,
) -> Result<MigrationName, Failure> {
    let unnamed = |_| Failure::new(FailureCode::Server, vec![("reason", "the clock".to_owned())]);
    let name = migration_folder::name(given, now).map_err(unnamed)?;
    let Some(last) = last.filter(|last| order(&name, last).is_le()) else { return Ok(name) };
    let digits = last.as_str().get(..14).filter(|it| it.bytes().all(|it| it.is_ascii_digit()));
    let later = digits.and_then(|digits| {
        let format = "%Y%m%d%H%M%S";
        let time = jiff::civil::DateTime::strptime(format, digits).ok()?;
        let time = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        SystemTime::from(time).checked_add(Duration::from_secs(1))
    });
    if let Some(later) = later
        && let Ok(name) = migration_folder::name(given, later)
        && order(&name, last).is_gt()
    {
        return Ok(name);
    }
    let slug = name.as_str().get(15..).unwrap_or("next");
    Ok(MigrationName::new(format!("{last}_{slug}")))
}

/// The statements of a migration that change rows.
pub(crate) fn row_changes(migration: &Migration) -> Vec<RowChange> {
    let Some(script) = &migration.script else { return Vec::new() };
    Script::parse(script.text()).row_changes(script.text())
}

/// What is remarked of migrations that leave the history: on an empty database only rows that come
/// are missed.
pub(crate) fn forgotten_rows(aside: &[Migration]) -> Vec<Remark> {
    let inserts = |migration: &Migration| {
        let mut changes = row_changes(migration);
        changes.retain(|it| it.verb == RowVerb::Insert);
        (!changes.is_empty()).then(|| Remark::RowsForgotten(migration.name.clone(), changes))
    };
    aside.iter().filter_map(inserts).collect()
}

/// Rows that get lost with the migrations that make them are given up only by name.
pub(crate) fn rows_are_agreed(lost: &[MigrationName], consent: &Consent) -> Result<(), Failure> {
    if lost.is_empty() || consent.oddities.contains(&Oddity::Rows) {
        return Ok(());
    }
    let names: Vec<String> = lost.iter().map(ToString::to_string).collect();
    let values = vec![("odd", "rows".to_owned()), ("migrations", names.join(", "))];
    Err(Failure::new(FailureCode::NeedsConsent, values))
}

/// What is carried, and what is remarked of it.
pub(crate) fn unmanaged(lost: Unmanaged, carry: bool) -> (Unmanaged, Vec<Remark>) {
    let (by_hand, rest): (Vec<_>, Vec<_>) =
        lost.objects.into_iter().partition(|it| it.carry == Carry::ByHand);
    let mut remarks = Vec::new();
    let mut carried = Unmanaged::default();
    if !rest.is_empty() {
        if carry {
            carried.objects.clone_from(&rest);
            remarks.push(Remark::Carried(rest));
        } else {
            remarks.push(Remark::NotCarried(rest));
        }
    }
    if !by_hand.is_empty() {
        remarks.push(Remark::ByHand(by_hand));
    }
    (carried, remarks)
}

/// What stands in the way of every repair: no sides to go by, a shared database.
pub(crate) fn ready(drift: &Drift) -> Result<(), Failure> {
    if let Some(failure) = drift.observed.problem.as_ref().or(drift.problem.as_ref()) {
        return Err(failure.clone());
    }
    if let Err(refused) = &drift.wanted {
        return Err(refused.failure.clone());
    }
    if drift.live.is_none() {
        let values = vec![("service", drift.observed.service.to_string())];
        return Err(Failure::new(FailureCode::NotManagedHere, values));
    }
    if !drift.shared_with.is_empty() {
        let others: Vec<&str> =
            drift.shared_with.iter().map(super::fleet::ServiceName::as_str).collect();
        let values = vec![("others", others.join(", "))];
        return Err(Failure::new(FailureCode::SharedDatabase, values));
    }
    if let Some(holder) = &drift.observed.lock {
        let values = vec![
            ("pid", holder.pid.to_string()),
            ("application", holder.application.clone()),
            ("client", holder.client.clone().unwrap_or_else(|| "local".to_owned())),
        ];
        let mut failure = Failure::new(FailureCode::LockHeld, values);
        failure.since = holder.since;
        return Err(failure);
    }
    match &drift.trial {
        Trial::Unproven(unproven) => Err(unproven.failure.clone()),
        _ => Ok(()),
    }
}

/// The rows of the ledger that stand.
pub(crate) fn standing(drift: &Drift) -> Vec<&Applied> {
    let rows = drift.observed.ledger.as_deref().unwrap_or_default();
    rows.iter().filter(|row| row.is_standing()).collect()
}

/// The names of rows, each once, in the order of the rows.
pub(crate) fn names_of<'a>(rows: impl IntoIterator<Item = &'a Applied>) -> Vec<MigrationName> {
    let mut names: Vec<MigrationName> = Vec::new();
    for row in rows {
        if !names.contains(&row.name) {
            names.push(row.name.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_new_name_comes_after_all_others() {
        // 2024-01-02 12:00:05
        let now = UNIX_EPOCH + Duration::from_secs(1_704_196_805);
        for (last, expected) in [
            (None, "20240102120005_adopt"),
            (Some("20230101000000_init"), "20240102120005_adopt"),
            (Some("20240102120005_init"), "20240102120006_adopt"),
            (Some("20260421121000_x"), "20260421121001_adopt"),
            (Some("20241231235959_x"), "20250101000000_adopt"),
            (Some("99999999999999_x"), "99999999999999_x_adopt"),
            (Some("init"), "init_adopt"),
        ] {
            let last = last.map(MigrationName::new);
            let name = name_after("adopt", now, last.as_ref()).unwrap();
            assert_eq!(name.as_str(), expected);
            assert!(last.is_none_or(|last| order(&name, &last).is_gt()), "{expected}");
        }
    }
}
