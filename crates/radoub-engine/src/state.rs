//! The states a service's database can be in, and the one thing to do about each.
//!
//! Pure: what was read and what was looked at go in, a verdict comes out. The order in which the
//! states are tried is the order in which an operator must deal with them.

use radoub_prisma::migrations::LockFile;
use radoub_schema::migration::{History, HistoryState, MigrationName};

use crate::source::{OddityKind, OnDisk};

/// What is to be said first about one service's database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Every migration on disk is applied, nothing else is in the ledger.
    UpToDate,
    /// Migrations on disk wait to be applied.
    Pending,
    /// A migration is started and unfinished while somebody holds the migration lock.
    InProgress,
    /// A migration failed; Prisma refuses to deploy before it is resolved (P3009).
    Failed,
    /// An applied migration's file has changed since.
    Edited,
    /// Migrations are pending, and the ledger has some that the folder lacks.
    Diverged,
    /// The ledger has migrations that the folder lacks.
    Behind,
    /// The database has tables and no ledger: pushed, restored or made by hand (P3005).
    NotManaged,
    /// There is no migration on disk and none in the ledger.
    NoMigrations,
    /// The server answers, the database is not there (P1003).
    DatabaseMissing,
    /// The server cannot be reached, or lets nobody in.
    Unreachable,
    /// The service's own files or settings are wrong.
    Invalid,
    /// Nothing to do with Prisma Migrate on PostgreSQL.
    NotApplicable,
}

impl State {
    /// All states, in the order of the reference.
    pub const ALL: [Self; 13] = [
        Self::UpToDate,
        Self::Pending,
        Self::InProgress,
        Self::Failed,
        Self::Edited,
        Self::Diverged,
        Self::Behind,
        Self::NotManaged,
        Self::NoMigrations,
        Self::DatabaseMissing,
        Self::Unreachable,
        Self::Invalid,
        Self::NotApplicable,
    ];

    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpToDate => "up-to-date",
            Self::Pending => "pending",
            Self::InProgress => "in-progress",
            Self::Failed => "failed",
            Self::Edited => "edited",
            Self::Diverged => "diverged",
            Self::Behind => "behind",
            Self::NotManaged => "not-managed",
            Self::NoMigrations => "no-migrations",
            Self::DatabaseMissing => "database-missing",
            Self::Unreachable => "unreachable",
            Self::Invalid => "invalid",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// What the state means for the caller of a script.
    pub fn weight(self) -> Weight {
        match self {
            Self::UpToDate | Self::NotApplicable => Weight::InOrder,
            Self::Unreachable | Self::Invalid => Weight::NoAnswer,
            _ => Weight::NeedsWork,
        }
    }
}

/// How a state counts in the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Nothing to do: 0.
    InOrder,
    /// Something needs a person or an `apply`: 1.
    NeedsWork,
    /// radoub could not do its work here: 2.
    NoAnswer,
}

/// The one command or act that mends a state; the command line puts it into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// `radoub apply S`.
    Apply,
    /// Mend the script that failed without changing anything, then `radoub apply S`.
    MendScript(MigrationName),
    /// `radoub apply S --create-database`.
    CreateDatabase,
    /// `radoub resolve S`, which looks what became of the migration.
    ResolveFailed(MigrationName),
    /// `radoub adopt S`: the database holds what no ledger knows of.
    Adopt,
    /// Put the file back as it was when it was applied, and write a new migration.
    RestoreFile(MigrationName),
    /// The same, or `radoub adopt S --allow edited`, where nothing waits for it.
    RestoreOrAllow(MigrationName),
    /// Fetch the migrations that the folder lacks.
    FetchFiles(MigrationName),
    /// Put back the missing `migration.sql`, or delete the folder.
    RestoreScript(MigrationName),
    /// Wait for whoever is migrating.
    Wait,
    /// `radoub new init --service S`.
    FirstMigration,
    /// Start the server, or mend its address or the password.
    MendConnection,
    /// Mend the file or the setting that the problem names.
    MendSettings,
    /// Mend `migration_lock.toml`.
    MendLockFile,
    /// Give each service a database or a schema of its own.
    PartDatabases,
}

/// What was seen of a database, as far as the verdict needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// A table that counts against an empty schema (Prisma facts 8).
    pub has_tables: bool,
    /// Somebody holds the migration lock.
    pub lock_is_held: bool,
    /// The first failed row was left by radoub and can be carried on by `apply`.
    pub failed_can_resume: bool,
}

/// The verdict on a database that answered.
pub fn verdict(on_disk: &OnDisk, history: &History, seen: Seen) -> (State, Option<Remedy>) {
    if matches!(on_disk.lock_file, Some(LockFile::OtherProvider(_))) {
        return (State::Invalid, Some(Remedy::MendLockFile));
    }
    if let Some(failed) = history.failed.first() {
        if seen.lock_is_held {
            return (State::InProgress, Some(Remedy::Wait));
        }
        let remedy = if seen.failed_can_resume {
            Remedy::Apply
        } else {
            Remedy::ResolveFailed(failed.name.clone())
        };
        return (State::Failed, Some(remedy));
    }
    if !history.has_ledger && seen.has_tables {
        return (State::NotManaged, Some(Remedy::Adopt));
    }
    if history.on_disk == 0 && history.missing.is_empty() {
        return (State::NoMigrations, Some(Remedy::FirstMigration));
    }
    let changed = edited(history).next();
    match (history.state(), changed) {
        (HistoryState::Diverged, _) => {
            (State::Diverged, history.missing.first().cloned().map(Remedy::FetchFiles))
        }
        (HistoryState::DatabaseIsBehind, _) => {
            let gap = on_disk.oddities.iter().find(|it| it.kind == OddityKind::WithoutScript);
            let gap = gap.map(|it| MigrationName::new(it.path.to_string_lossy()));
            let stops = gap.filter(|name| history.pending.contains(name));
            let broken = stops.map(Remedy::RestoreScript).or_else(|| unmended(on_disk, history));
            // Nothing is applied behind a file that has changed.
            let broken = broken.or_else(|| changed.cloned().map(Remedy::RestoreFile));
            (State::Pending, Some(broken.unwrap_or(Remedy::Apply)))
        }
        (_, Some(name)) => (State::Edited, Some(Remedy::RestoreOrAllow(name.clone()))),
        (HistoryState::MigrationsDirectoryIsBehind, None) => {
            (State::Behind, history.missing.first().cloned().map(Remedy::FetchFiles))
        }
        (HistoryState::InSync, None) => (State::UpToDate, None),
    }
}

/// The first pending migration, when it failed before, for another reason than locks, and its
/// file is still the same: applying it again would fail again.
fn unmended(on_disk: &OnDisk, history: &History) -> Option<Remedy> {
    let first = history.pending.first()?;
    let row = history.last_failures.iter().find(|row| row.name == *first)?;
    let migration = on_disk.migrations.iter().find(|it| it.name == *first)?;
    let same = migration.script.as_ref()?.checksum().to_string() == row.checksum;
    let logs = row.logs.as_deref().unwrap_or_default();
    let of_locks = ["55P03", "40P01", "57014"].iter().any(|code| logs.contains(code));
    (same && !of_locks).then(|| Remedy::MendScript(first.clone()))
}

/// Applied migrations whose file has changed: Prisma also counts pending ones whose rolled-back
/// row had another checksum, which is how a failed migration is meant to be mended.
pub fn edited(history: &History) -> impl Iterator<Item = &MigrationName> {
    history.edited.iter().filter(|name| !history.pending.contains(name))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use radoub_schema::migration::{Applied, Migration, MigrationScript, compare};

    use super::*;

    fn disk(names: &[&str]) -> OnDisk {
        let migrations = names
            .iter()
            .map(|name| Migration {
                name: MigrationName::new(*name),
                script: Some(MigrationScript::from_bytes(name.as_bytes())),
            })
            .collect();
        OnDisk { exists: true, migrations, ..OnDisk::default() }
    }

    /// `name`, `name!` failed, `name~` rolled back, `name*` applied with another text.
    fn rows(rows: &[&str]) -> Vec<Applied> {
        let at = |n: usize| SystemTime::UNIX_EPOCH + Duration::from_secs(n as u64);
        rows.iter()
            .enumerate()
            .map(|(n, row)| {
                let name = row.trim_end_matches(['!', '~', '*']);
                let text = if row.ends_with('*') { "other" } else { name };
                Applied {
                    id: n.to_string(),
                    checksum: MigrationScript::from_bytes(text.as_bytes()).checksum().to_string(),
                    name: MigrationName::new(name),
                    finished_at: (!row.ends_with(['!', '~'])).then(|| at(n)),
                    rolled_back_at: row.ends_with('~').then(|| at(n)),
                    started_at: at(n),
                    logs: None,
                    applied_steps_count: 0,
                }
            })
            .collect()
    }

    #[track_caller]
    fn state(on_disk: &[&str], ledger: Option<&[&str]>, seen: Seen) -> State {
        let on_disk = disk(on_disk);
        let ledger = ledger.map(rows);
        verdict(&on_disk, &compare(&on_disk.migrations, ledger.as_deref()), seen).0
    }

    #[test]
    fn each_mixture_of_files_and_rows_has_its_state() {
        let none = Seen::default();
        let tables = Seen { has_tables: true, ..none };
        let held = Seen { lock_is_held: true, ..none };
        for (on_disk, ledger, seen, expected) in [
            (&["a", "b"][..], Some(&["a", "b"][..]), none, State::UpToDate),
            (&["a", "b"], Some(&["a"]), none, State::Pending),
            (&["a", "b"], None, none, State::Pending),
            (&["a", "b"], None, tables, State::NotManaged),
            (&[], None, tables, State::NotManaged),
            (&[], None, none, State::NoMigrations),
            (&[], Some(&[]), tables, State::NoMigrations),
            (&["a", "b"], Some(&["a", "b!"]), none, State::Failed),
            (&["a", "b"], Some(&["a", "b!"]), held, State::InProgress),
            (&["a", "b"], Some(&["a", "b~"]), none, State::Pending),
            (&["a", "b"], Some(&["a", "b~", "b"]), none, State::UpToDate),
            (&["a", "b"], Some(&["a*", "b"]), none, State::Edited),
            (&["a", "b"], Some(&["a", "b*"]), none, State::Edited),
            (&["a"], Some(&["a", "b"]), none, State::Behind),
            (&["a", "c"], Some(&["a", "b"]), none, State::Diverged),
            (&[], Some(&["a"]), none, State::Behind),
        ] {
            assert_eq!(state(on_disk, ledger, seen), expected, "{on_disk:?} {ledger:?} {seen:?}");
        }
    }
}
