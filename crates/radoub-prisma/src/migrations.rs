//! The migrations folder: the order of its names, its lock file, and folders of Prisma 8.
//!
//! The engine reads the folder; here are only the rules.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};
use std::sync::LazyLock;

use icu_collator::CollatorBorrowed;
use icu_collator::options::CollatorOptions;
use radoub_schema::migration::MigrationName;

/// The order in which Prisma runs two migrations: JavaScript's `localeCompare`, which is Unicode
/// collation in the root locale, not byte order (Prisma facts 2.1).
///
/// Names that collate as equal (`é` as one character or as two, invisible characters) run in the
/// order of the directory under Prisma; here they go by their bytes, so that the order is total.
/// Node's order differs from the root's where the machine's language has letters of its own
/// (Swedish `å`); no migration name of the corpus meets that.
pub fn order(a: &MigrationName, b: &MigrationName) -> Ordering {
    /// The data of CLDR's root, as Node has it.
    static ROOT: LazyLock<CollatorBorrowed<'static>> =
        LazyLock::new(|| CollatorBorrowed::new_root(CollatorOptions::default()));

    let (a, b) = (a.as_str(), b.as_str());
    match (plain_weights(a), plain_weights(b)) {
        (Some(a), Some(b)) => a.cmp(b),
        _ => ROOT.compare(a, b).then_with(|| a.cmp(b)),
    }
}

/// The weights of a name of digits, small letters and underscores, which is what Prisma itself
/// writes; `None` for any other name. Collation puts the underscore before the digits, and those
/// before the letters; nothing else differs from the bytes.
fn plain_weights(name: &str) -> Option<impl Iterator<Item = u8>> {
    let plain = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() || byte == b'_';
    let weight = |byte| if byte == b'_' { 0 } else { byte };
    name.bytes().all(plain).then(|| name.bytes().map(weight))
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
/// (Prisma facts 2.4). Without such a line the provider found is `<PROVIDER NOT FOUND>`.
pub fn lock_file(text: &str) -> LockFile {
    let line = text.lines().find(|line| line.starts_with("provider"));
    let found = match line {
        Some(line) => line.trim_start_matches("provider = ").trim_matches('"'),
        None => "<PROVIDER NOT FOUND>",
    };
    match found {
        "postgresql" => LockFile::Matches,
        other => LockFile::OtherProvider(other.to_owned()),
    }
}

/// The folders of a migrations folder that hold a history of Prisma 8, which is another system:
/// `<space>/<migration>/` with `migration.json` and `ops.json` (Prisma facts, head).
///
/// `files` are paths relative to the migrations folder, three levels deep at least; anything else
/// among them is ignored. The folders that come out are not migrations of Prisma Migrate.
pub fn prisma_next_spaces<'a>(files: impl IntoIterator<Item = &'a Path>) -> BTreeSet<String> {
    let mut parts: BTreeMap<(&str, &str), u8> = BTreeMap::new();
    for file in files {
        let mut names = file.components().map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        });
        let path = [names.next().flatten(), names.next().flatten(), names.next().flatten()];
        if let ([Some(space), Some(migration), Some(name)], None) = (path, names.next()) {
            let part = match name {
                "migration.json" => 1,
                "ops.json" => 2,
                _ => 0,
            };
            *parts.entry((space, migration)).or_default() |= part;
        }
    }
    let whole = parts.into_iter().filter(|(_, parts)| *parts == 3);
    whole.map(|((space, _), _)| space.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{LockFile, lock_file, prisma_next_spaces};

    /// What each text makes of the lock file; `None` is the right provider.
    #[track_caller]
    fn locks(cases: &[(&str, Option<&str>)]) {
        for (text, other) in cases {
            let expected = match other {
                Some(found) => LockFile::OtherProvider((*found).to_owned()),
                None => LockFile::Matches,
            };
            assert_eq!(lock_file(text), expected, "of {text:?}");
        }
    }

    // Each of these was handed to the real engine, which accepts the first list and finds what the
    // second says.
    #[test]
    fn a_lock_file_of_postgresql_is_accepted_in_many_shapes() {
        locks(&[
            ("# Please do not edit\n\nprovider = \"postgresql\"\n", None),
            ("# Please do not edit\r\nprovider = \"postgresql\"\r\n", None),
            ("provider = postgresql", None),
            ("provider = \"\"postgresql\"\"", None),
            ("provider = provider = \"postgresql\"", None),
            ("provider = \"postgresql\n\"", None),
            ("provider = \"postgresql\"\n\rprovider = \"x\"", None),
        ]);
    }

    #[test]
    fn any_other_lock_file_is_refused_by_what_it_says() {
        locks(&[
            ("provider = \"mysql\"\r\n", Some("mysql")),
            ("provider = \"postgres\"", Some("postgres")),
            ("provider = \"PostgreSQL\"", Some("PostgreSQL")),
            ("provider=\"postgresql\"", Some("provider=\"postgresql")),
            ("provider  = \"postgresql\"", Some("provider  = \"postgresql")),
            ("provider = 'postgresql'", Some("'postgresql'")),
            ("provider = \"postgresql\" # x", Some("postgresql\" # x")),
            ("provider = \"postgresql\" ", Some("postgresql\" ")),
            ("provider = \"postgresql\"\rx", Some("postgresql\"\rx")),
            ("provider = \"\"\"a\"b\"\"", Some("a\"b")),
            ("providers = \"x\"\nprovider = \"postgresql\"", Some("providers = \"x")),
            ("provider = \"sqlite\"\nprovider = \"postgresql\"", Some("sqlite")),
            ("provider", Some("provider")),
            ("provider = \"", Some("")),
            (" provider = \"postgresql\"", Some("<PROVIDER NOT FOUND>")),
            ("PROVIDER = \"postgresql\"", Some("<PROVIDER NOT FOUND>")),
            ("\u{feff}provider = \"postgresql\"", Some("<PROVIDER NOT FOUND>")),
            ("", Some("<PROVIDER NOT FOUND>")),
        ]);
    }

    /// The Prisma 8 folders among these files, joined by commas.
    fn spaces(files: &[&str]) -> String {
        let spaces = prisma_next_spaces(files.iter().map(Path::new));
        spaces.into_iter().collect::<Vec<_>>().join(",")
    }

    #[test]
    fn a_history_of_prisma_8_is_told_from_one_of_migrate() {
        let old =
            ["20240101000000_init/migration.sql", "20240101000000_init/down.sql", "README.md"];
        assert_eq!(spaces(&old), "");
        let new = [
            "app/20260101T0000_init/migration.ts",
            "app/20260101T0000_init/migration.json",
            "app/20260101T0000_init/ops.json",
        ];
        assert_eq!(spaces(&new), "app");
        assert_eq!(
            spaces(&["a/b/migration.json", "a/c/ops.json", "a/migration.json", "x/y/z/ops.json"]),
            ""
        );
    }
}
