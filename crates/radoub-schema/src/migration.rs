//! Migrations on disk, migrations in the ledger, and what the two say together.
//!
//! The folder is read by the engine, the ledger (`_prisma_migrations`) by the door to the
//! database; both become the values below, and [`compare`] knows neither spring.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

/// The name of a migration: the name of its folder, `20240101000000_init` by habit.
///
/// Any folder name is a migration name for Prisma (Prisma facts 2.1), so nothing is refused here.
/// The order of two names is *not* the order in which they run: see
/// `radoub_prisma::migrations::order`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MigrationName(String);

impl MigrationName {
    /// Takes the folder's name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MigrationName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

impl fmt::Debug for MigrationName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl From<&str> for MigrationName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// The text of a `migration.sql`, decoded as Prisma decodes it.
///
/// Invalid UTF-8 becomes U+FFFD and a byte order mark stays in the text (Prisma facts 2.5); both
/// are remembered, because PostgreSQL will refuse or misread what Prisma lets through.
#[derive(Clone, PartialEq, Eq)]
pub struct MigrationScript {
    text: String,
    was_valid_utf8: bool,
}

impl MigrationScript {
    /// Decodes the bytes of the file; never fails.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self { text: text.to_owned(), was_valid_utf8: true },
            Err(_) => {
                Self { text: String::from_utf8_lossy(bytes).into_owned(), was_valid_utf8: false }
            }
        }
    }

    /// The decoded text, byte for byte what is sent to the server.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// False when the file held bytes that are not UTF-8.
    pub fn was_valid_utf8(&self) -> bool {
        self.was_valid_utf8
    }

    /// True when the file starts with a byte order mark, which PostgreSQL rejects (42601).
    pub fn has_byte_order_mark(&self) -> bool {
        self.text.starts_with('\u{feff}')
    }

    /// The checksum that Prisma would write for this file.
    pub fn checksum(&self) -> Checksum {
        Checksum::of(&self.text)
    }

    /// Whether a checksum stored in the ledger belongs to this file.
    ///
    /// True when it equals the sum of the text as it is, with every CRLF turned into LF, or with
    /// every LF turned into CRLF; old rows without zero padding are compared in that form
    /// (Prisma facts 2.5).
    pub fn matches(&self, stored: &str) -> bool {
        let lf = || self.text.replace("\r\n", "\n");
        Checksum::of(&self.text).equals(stored)
            || Checksum::of(&lf()).equals(stored)
            || Checksum::of(&lf().replace('\n', "\r\n")).equals(stored)
    }
}

impl fmt::Debug for MigrationScript {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "MigrationScript({} bytes, {})", self.text.len(), self.checksum())
    }
}

/// The SHA-256 of a script's text. `Display` gives the 64 lower-case hexadecimal digits of the
/// ledger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum([u8; 32]);

impl Checksum {
    /// The sum of this text, as UTF-8.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Reads 64 hexadecimal digits; `None` when it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Compares with a stored value, in the padded form or, when that is shorter than 64 digits,
    /// in the unpadded form that very old releases wrote.
    fn equals(&self, stored: &str) -> bool {
        if stored.len() == 64 {
            return self.to_string() == stored;
        }
        let mut unpadded = String::with_capacity(64);
        for byte in self.0 {
            // Writing into a String cannot fail.
            let _ = write!(unpadded, "{byte:x}");
        }
        unpadded == stored
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// One folder of `prisma/migrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The folder's name.
    pub name: MigrationName,
    /// The decoded `migration.sql`; `None` when the folder has none (P3015).
    pub script: Option<MigrationScript>,
}

/// One row of `_prisma_migrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// UUID made by the client that ran the migration.
    pub id: String,
    /// Stored checksum, as it is (64 hexadecimal digits, fewer in very old rows).
    pub checksum: String,
    /// Name of the migration.
    pub name: MigrationName,
    /// When the script had succeeded, by the clock of the client; `None` when it has not.
    pub finished_at: Option<SystemTime>,
    /// When somebody marked the row as rolled back.
    pub rolled_back_at: Option<SystemTime>,
    /// When the row was inserted, by the clock of the client.
    pub started_at: SystemTime,
    /// Error text of a failed run; empty string on rows of `resolve --applied`.
    pub logs: Option<String>,
    /// 1 after success; NULL in rows edited by hand is read as 0 (prisma/prisma#23425). In a row
    /// that radoub left unfinished: how many statements of the script are committed.
    pub applied_steps_count: i32,
}

impl Applied {
    /// Neither finished nor rolled back: Prisma refuses to deploy while such a row exists (P3009).
    pub fn is_failed(&self) -> bool {
        self.finished_at.is_none() && self.rolled_back_at.is_none()
    }

    /// Counts as applied or failed, that is: is not marked as rolled back.
    pub fn is_standing(&self) -> bool {
        self.rolled_back_at.is_none()
    }
}

/// What disk and ledger say together about one database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// How many migrations are on disk.
    pub on_disk: usize,
    /// Whether the ledger table exists.
    pub has_ledger: bool,
    /// On disk without a standing row, in the order in which they run.
    pub pending: Vec<MigrationName>,
    /// Standing rows without `finished_at`, by `started_at`.
    pub failed: Vec<Applied>,
    /// Applied, but the file has changed since, in folder order.
    pub edited: Vec<MigrationName>,
    /// Finished rows whose folder is gone, by `started_at`.
    pub missing: Vec<MigrationName>,
    /// Folders without a `migration.sql`, in folder order.
    pub without_script: Vec<MigrationName>,
    /// The folder just before the first pending one; `None` when there is none.
    pub last_common: Option<MigrationName>,
    /// The newest failed try of a pending migration that changed nothing (rolled back, with
    /// logs), so that `check` can show why it is still pending.
    pub last_failures: Vec<Applied>,
}

/// The states of a history, in Prisma's words (Prisma facts 6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HistoryState {
    /// Nothing pending, nothing missing.
    InSync,
    /// Pending only.
    DatabaseIsBehind,
    /// Missing only.
    MigrationsDirectoryIsBehind,
    /// Both.
    Diverged,
}

impl History {
    /// Which of Prisma's four states this is; failed and edited ones do not count here.
    pub fn state(&self) -> HistoryState {
        match (self.pending.is_empty(), self.missing.is_empty()) {
            (true, true) => HistoryState::InSync,
            (false, true) => HistoryState::DatabaseIsBehind,
            (true, false) => HistoryState::MigrationsDirectoryIsBehind,
            (false, false) => HistoryState::Diverged,
        }
    }
}

/// Compares the migrations on disk (in the order in which they run) with the rows of the ledger
/// (in any order); `None` means that there is no ledger table.
///
/// Source: Prisma facts 3.3 and 6.1; the checksum is compared with the *first* row of a name by
/// `started_at`, even a rolled-back one (2.5).
pub fn compare(on_disk: &[Migration], ledger: Option<&[Applied]>) -> History {
    let mut rows: Vec<&Applied> = ledger.unwrap_or_default().iter().collect();
    rows.sort_by_key(|row| row.started_at);
    let mut by_name: BTreeMap<&MigrationName, Vec<&Applied>> = BTreeMap::new();
    for row in &rows {
        by_name.entry(&row.name).or_default().push(row);
    }

    let mut history = History {
        on_disk: on_disk.len(),
        has_ledger: ledger.is_some(),
        failed: rows.iter().filter(|row| row.is_failed()).map(|row| (*row).clone()).collect(),
        ..History::default()
    };
    for (index, migration) in on_disk.iter().enumerate() {
        let known = by_name.get(&migration.name).map_or(&[][..], Vec::as_slice);
        if !known.iter().any(|row| row.is_standing()) {
            if history.pending.is_empty() {
                history.last_common = index.checked_sub(1).map(|i| on_disk[i].name.clone());
            }
            history.pending.push(migration.name.clone());
            let told =
                known.iter().rev().find(|row| row.logs.as_ref().is_some_and(|l| !l.is_empty()));
            history.last_failures.extend(told.map(|row| (*row).clone()));
        }
        match (&migration.script, known.first()) {
            (None, _) => history.without_script.push(migration.name.clone()),
            (Some(script), Some(row)) if !script.matches(&row.checksum) => {
                history.edited.push(migration.name.clone());
            }
            _ => {}
        }
    }
    let mut known: BTreeSet<&MigrationName> = on_disk.iter().map(|it| &it.name).collect();
    for row in rows {
        let applied = row.is_standing() && row.finished_at.is_some();
        if applied && known.insert(&row.name) {
            history.missing.push(row.name.clone());
        }
    }
    history
}
