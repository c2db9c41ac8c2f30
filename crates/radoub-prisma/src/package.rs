//! `package.json` and lock files: where the schema is, and which Prisma release a service uses.
//!
//! A lock file has megabytes of which one line matters, so it is searched and not parsed. Which
//! lock file belongs to which package is left to the caller.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What a `package.json` says that Prisma or discovery asks about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Package {
    /// `name`.
    pub name: Option<String>,
    /// `prisma.schema`: file or folder, relative to this file (Prisma facts 1.1).
    pub schema: Option<String>,
    /// `--schema` of the first script that calls Prisma with one, relative to this file.
    pub script_schema: Option<String>,
    /// `prisma.seed`: the command of `db seed`, up to release 6.
    pub seed: Option<String>,
    /// All dependencies, those of development included, with the range as written.
    pub dependencies: BTreeMap<String, String>,
    /// True for the root of a workspace.
    pub workspaces: bool,
}

/// Why a `package.json` cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct PackageError {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Raw {
    name: serde_json::Value,
    prisma: serde_json::Value,
    scripts: serde_json::Value,
    dependencies: serde_json::Value,
    dev_dependencies: serde_json::Value,
    peer_dependencies: serde_json::Value,
    optional_dependencies: serde_json::Value,
    workspaces: serde_json::Value,
}

/// Reads a `package.json`; keys of an unexpected shape count as absent.
///
/// # Errors
///
/// [`PackageError`] when it is not JSON.
pub fn package(text: &str) -> Result<Package, PackageError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let raw: Raw = serde_json::from_str(text).map_err(|error| PackageError {
        line: error.line(),
        column: error.column(),
        problem: without_place(&error.to_string()),
    })?;
    let mut dependencies = BTreeMap::new();
    let groups = [
        &raw.dependencies,
        &raw.dev_dependencies,
        &raw.optional_dependencies,
        &raw.peer_dependencies,
    ];
    for (name, range) in groups.into_iter().filter_map(serde_json::Value::as_object).flatten() {
        if let Some(range) = range.as_str() {
            dependencies.entry(name.clone()).or_insert_with(|| range.to_owned());
        }
    }
    let scripts = raw.scripts.as_object().into_iter().flatten();
    let script_schema = scripts.filter_map(|(_, script)| script.as_str()).find_map(schema_argument);
    Ok(Package {
        name: raw.name.as_str().map(str::to_owned),
        schema: raw.prisma.get("schema").and_then(|schema| schema.as_str()).map(str::to_owned),
        script_schema,
        seed: raw.prisma.get("seed").and_then(|seed| seed.as_str()).map(str::to_owned),
        dependencies,
        workspaces: !raw.workspaces.is_null(),
    })
}

fn without_place(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

/// The value of `--schema` in a command that calls Prisma.
fn schema_argument(script: &str) -> Option<String> {
    let mut words =
        script.split_whitespace().skip_while(|word| !matches!(*word, "prisma" | "prisma7"));
    words.next()?;
    while let Some(word) = words.next() {
        if matches!(word, "&&" | "||" | ";" | "|") {
            return schema_argument(&words.collect::<Vec<_>>().join(" "));
        }
        let value = match word.strip_prefix("--schema") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(value) = value {
            let value = value.trim_matches(['"', '\'']);
            return (!value.is_empty() && !value.contains('$')).then(|| value.to_owned());
        }
    }
    None
}

impl Package {
    /// The package that brings Prisma's command or, failing that, its client, with its range:
    /// `prisma`, the two names of Prisma 7 beside Prisma 8, `@prisma/client`.
    pub fn prisma(&self) -> Option<(&str, &str)> {
        ["prisma", "prisma7", "@prisma/prisma7", "@prisma/client"]
            .into_iter()
            .find_map(|name| self.dependencies.get(name).map(|range| (name, range.as_str())))
    }
}

/// The program that writes a lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockKind {
    /// `package-lock.json`, `npm-shrinkwrap.json`; versions 1 to 3.
    Npm,
    /// `pnpm-lock.yaml`; versions 5 to 9.
    Pnpm,
    /// `yarn.lock`; classic and berry.
    Yarn,
    /// `bun.lock`, the text form.
    Bun,
}

/// Names of lock files, in the order of looking.
pub const LOCK_FILES: [(&str, LockKind); 5] = [
    ("package-lock.json", LockKind::Npm),
    ("pnpm-lock.yaml", LockKind::Pnpm),
    ("yarn.lock", LockKind::Yarn),
    ("bun.lock", LockKind::Bun),
    ("npm-shrinkwrap.json", LockKind::Npm),
];

/// A version in a lock file, and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// `5.14.0`.
    pub version: String,
    /// Line of the lock file, from 1.
    pub line: usize,
}

/// The versions that one lock file pins for one package.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Locks {
    /// By folder of the package that asks, relative to the lock file; for bun its last part.
    by_folder: BTreeMap<String, Locked>,
    /// By range asked for.
    by_range: BTreeMap<String, Locked>,
    /// For everybody else.
    shared: Option<Locked>,
}

impl Locks {
    /// The version for the package in `folder` (relative to the lock file, `/` between parts, empty
    /// for its own folder) that asks for `range`. `None` when the lock file does not say.
    pub fn of(&self, folder: &str, range: &str) -> Option<&Locked> {
        let last = folder.rsplit('/').next().unwrap_or_default();
        self.by_range
            .get(range)
            .or_else(|| self.by_folder.get(folder))
            .or_else(|| {
                self.by_folder.get(last).filter(|_| self.by_range.is_empty() && folder != last)
            })
            .or(self.shared.as_ref())
    }
}

/// Searches a lock file for what it pins for package `name`.
///
/// Cost: one search through the text, no parse.
pub fn locks(kind: LockKind, text: &str, name: &str) -> Locks {
    let mut finds = Finds { text, locks: Locks::default(), counted: (0, 1) };
    match kind {
        LockKind::Npm => finds.npm(name),
        LockKind::Pnpm => finds.pnpm(name),
        LockKind::Yarn => finds.yarn(name),
        LockKind::Bun => finds.bun(name),
    }
    finds.locks
}

struct Finds<'a> {
    text: &'a str,
    locks: Locks,
    /// Offset and line of the last find; lines are counted once.
    counted: (usize, usize),
}

impl<'a> Finds<'a> {
    /// `version` at `at`, unless it is no version (a link, a path).
    fn locked(&mut self, at: usize, version: &str) -> Option<Locked> {
        if !version.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let (from, line) = self.counted;
        let line = match self.text.get(from..at) {
            Some(between) => line + between.matches('\n').count(),
            None => self.text[..at].matches('\n').count() + 1,
        };
        self.counted = (at, line);
        Some(Locked { version: version.to_owned(), line })
    }

    /// `"…/node_modules/prisma": { "version": "…" }`; in version 1 `"prisma": { "version": "…" }`.
    fn npm(&mut self, name: &str) {
        let text = self.text;
        let tail = format!("node_modules/{name}\"");
        for (at, _) in text.match_indices(tail.as_str()) {
            let Some(quote) = text[..at].rfind('"') else { continue };
            let folder = text[quote + 1..at].trim_end_matches('/');
            let Some(version) = version_of_object(&text[at + tail.len()..]) else { continue };
            let Some(locked) = self.locked(at, version) else { continue };
            if folder.is_empty() {
                self.locks.shared = Some(locked);
            } else {
                self.locks.by_folder.insert(folder.to_owned(), locked);
            }
        }
        if self.locks.shared.is_some() {
            return;
        }
        let key = format!("\"{name}\"");
        for (at, _) in text.match_indices(key.as_str()) {
            // A string here is a range in a list of dependencies.
            let Some(version) = version_of_object(&text[at + key.len()..]) else { continue };
            self.locks.shared = self.locked(at, version);
            return;
        }
    }

    /// `importers` → folder → a group → name → `version`; before version 6 of the format at the top.
    fn pnpm(&mut self, name: &str) {
        let mut at = 0;
        // Keys that lead to the current line, by indentation.
        let mut way: Vec<(usize, &str)> = Vec::new();
        for line in self.text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let content = line.trim_end();
            let indent = content.len() - content.trim_start().len();
            let content = content.trim_start();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            // The packages come after the importers and are the megabytes.
            if indent == 0 && content.starts_with("packages:") && at > 0 && !way.is_empty() {
                break;
            }
            while way.last().is_some_and(|(depth, _)| *depth >= indent) {
                way.pop();
            }
            let Some((key, value)) = key_and_value(content) else { continue };
            let names: Vec<&str> = way.iter().map(|(_, key)| *key).collect();
            let is_group = |group: &str| group.ends_with("ependencies");
            let folder = match names.as_slice() {
                ["importers", folder, group, package] if is_group(group) => {
                    (*package == name && key == "version").then_some(*folder)
                }
                ["importers", folder, group] if is_group(group) => (key == name).then_some(*folder),
                [group, package] if is_group(group) => {
                    (*package == name && key == "version").then_some(".")
                }
                [group] if is_group(group) => (key == name).then_some("."),
                _ => None,
            };
            if let Some(folder) = folder.filter(|_| !value.is_empty()) {
                let version = value.trim_matches(['\'', '"']);
                let end = version.find(['(', '_']).unwrap_or(version.len());
                if let Some(locked) = self.locked(start, &version[..end]) {
                    let folder = if folder == "." { "" } else { folder };
                    self.locks.by_folder.insert(folder.to_owned(), locked);
                }
            }
            if value.is_empty() {
                way.push((indent, key));
            }
        }
    }

    /// A head that lists `prisma@range`, then a line `version`.
    fn yarn(&mut self, name: &str) {
        let head = format!("{name}@");
        let mut at = 0;
        let mut ranges: Vec<&'a str> = Vec::new();
        for line in self.text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let content = line.trim_end();
            if !line.starts_with([' ', '\t', '#', '\n', '\r']) {
                ranges.clear();
                // Most heads are of other packages.
                if content.contains(head.as_str()) {
                    let specifiers = content.trim_end_matches(':').split(',');
                    let ours = specifiers.filter_map(|one| {
                        let range = one.trim().trim_matches('"').strip_prefix(head.as_str())?;
                        Some(range.strip_prefix("npm:").unwrap_or(range))
                    });
                    ranges.extend(ours);
                }
                continue;
            }
            if ranges.is_empty() {
                continue;
            }
            if let Some(version) = content.trim_start().strip_prefix("version") {
                let version = version.trim_start_matches([':', ' ']).trim_matches('"');
                if let Some(locked) = self.locked(start, version) {
                    for range in ranges.drain(..) {
                        self.locks.by_range.insert(range.to_owned(), locked.clone());
                    }
                    self.locks.shared.get_or_insert(locked);
                }
            }
        }
    }

    /// `"prisma": ["prisma@5.14.0", …]`, or `"package/prisma"` for one that differs.
    fn bun(&mut self, name: &str) {
        let text = self.text;
        let tail = format!("{name}\"");
        for (at, _) in text.match_indices(tail.as_str()) {
            let Some(quote) = text[..at].rfind('"') else { continue };
            let folder = &text[quote + 1..at];
            if !(folder.is_empty() || folder.ends_with('/')) || folder == "@" {
                continue;
            }
            let item = || {
                let rest = text[at + tail.len()..].trim_start().strip_prefix(':')?.trim_start();
                let item = rest.strip_prefix('[')?.trim_start().strip_prefix('"')?;
                item[..item.find('"')?].strip_prefix(name)?.strip_prefix('@')
            };
            let Some(locked) = item().and_then(|version| self.locked(at, version)) else {
                continue;
            };
            if folder.is_empty() {
                self.locks.shared = Some(locked);
            } else {
                self.locks.by_folder.insert(folder.trim_end_matches('/').to_owned(), locked);
            }
        }
    }
}

/// `: { "version": "…"`, the version of the object that follows a key.
fn version_of_object(after_key: &str) -> Option<&str> {
    let body = after_key.trim_start().strip_prefix(':')?.trim_start().strip_prefix('{')?;
    let head = &body[..body.find(['{', '}'])?];
    let (_, value) = head.split_once("\"version\"")?;
    let value = value.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    value.split('"').next()
}

fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = match line.strip_prefix(['\'', '"']) {
        Some(quoted) => {
            let end = quoted.find(['\'', '"'])?;
            (&quoted[..end], quoted[end + 1..].strip_prefix(':')?)
        }
        None => line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?,
    };
    Some((key, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_file_is_read() {
        let text = "\u{feff}{\"name\":\"a\",\"prisma\":{\"schema\":\"db/s.prisma\"},\"workspaces\":[\"x\"],
            \"dependencies\":{\"@prisma/client\":\"^5.1.0\",\"w\":\"workspace:*\"},\"devDependencies\":{\"prisma\":\"5.14.0\"}}";
        let package = package(text).expect("a package");
        assert_eq!(package.name.as_deref(), Some("a"));
        assert_eq!(package.schema.as_deref(), Some("db/s.prisma"));
        assert_eq!(package.prisma(), Some(("prisma", "5.14.0")));
        assert!(package.workspaces);
    }

    #[test]
    fn a_broken_package_file_is_named_by_line() {
        let error = package("{\n \"name\": oops }").expect_err("no JSON");
        assert_eq!((error.line, error.column), (2, 10));
        assert_eq!(error.problem, "expected value");
    }

    #[test]
    fn the_schema_of_a_script_is_found() {
        let cases = [
            ("prisma migrate deploy --schema=./db/s.prisma", Some("./db/s.prisma")),
            ("npx prisma generate --schema db", Some("db")),
            ("prisma generate && node x", None),
            ("prisma generate && prisma migrate deploy --schema 'a/b'", Some("a/b")),
            ("tool --schema x", None),
            ("prisma db push --schema=$SCHEMA", None),
        ];
        for (script, schema) in cases {
            assert_eq!(schema_argument(script).as_deref(), schema, "{script}");
        }
    }

    #[test]
    fn every_lock_file_gives_its_version() {
        let npm3 = r#"{"packages": {"": {"dependencies": {"prisma": "^5"}},
            "node_modules/@prisma/client": {"version": "5.9.1", "hasInstallScript": true},
            "services/a/node_modules/prisma": {"version": "4.1.0"},
            "node_modules/prisma": {"version": "5.14.0", "dev": true}}}"#;
        let npm1 = r#"{"dependencies": {"x": {"version": "1.0.0", "requires": {"prisma": "^3"}}, "prisma": {"version": "3.2.1"}}}"#;
        let pnpm9 = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      prisma:\n        specifier: ^5\n        version: 5.14.0\n\n  services/a:\n    dependencies:\n      '@prisma/client':\n        specifier: ^6\n        version: 6.1.0(prisma@6.1.0)\n\npackages:\n\n  prisma@5.14.0: {}\n";
        let pnpm5 = "lockfileVersion: 5.4\n\nspecifiers:\n  prisma: ^4\n\ndevDependencies:\n  prisma: 4.9.0\n  '@prisma/client': 4.9.0_prisma@4.9.0\n\npackages:\n";
        let pnpm6 = "lockfileVersion: '6.0'\n\ndevDependencies:\n  prisma:\n    specifier: ^5\n    version: 5.1.1\n";
        let yarn1 = "# yarn lockfile v1\n\n\"@prisma/client@^5.0.0\":\n  version \"5.2.0\"\n\nprisma@^4.0.0:\n  version \"4.16.2\"\n\nprisma@^5.0.0, prisma@^5.1.0:\n  version \"5.2.0\"\n";
        let berry = "__metadata:\n  version: 8\n\n\"prisma@npm:^5.0.0\":\n  version: 5.22.0\n  resolution: \"prisma@npm:5.22.0\"\n";
        let bun = "{\n \"workspaces\": {\"\": {\"devDependencies\": {\"prisma\": \"^6\"}}},\n \"packages\": {\n  \"prisma\": [\"prisma@6.19.0\", \"\", {}],\n  \"a/prisma\": [\"prisma@5.0.0\", \"\"],\n }\n}";
        let cases = [
            (LockKind::Npm, npm3, "", "prisma", "^5", Some(("5.14.0", 4))),
            (LockKind::Npm, npm3, "services/a", "prisma", "^4", Some(("4.1.0", 3))),
            (LockKind::Npm, npm3, "services/b", "@prisma/client", "^5", Some(("5.9.1", 2))),
            (LockKind::Npm, npm3, "", "absent", "1", None),
            (LockKind::Npm, npm1, "", "prisma", "^3", Some(("3.2.1", 1))),
            (LockKind::Pnpm, pnpm9, "", "prisma", "^5", Some(("5.14.0", 9))),
            (LockKind::Pnpm, pnpm9, "services/a", "@prisma/client", "^6", Some(("6.1.0", 15))),
            (LockKind::Pnpm, pnpm9, "services/a", "prisma", "^6", None),
            (LockKind::Pnpm, pnpm5, "", "prisma", "^4", Some(("4.9.0", 7))),
            (LockKind::Pnpm, pnpm5, "", "@prisma/client", "^4", Some(("4.9.0", 8))),
            (LockKind::Pnpm, pnpm6, "", "prisma", "^5", Some(("5.1.1", 6))),
            (LockKind::Yarn, yarn1, "", "prisma", "^5.1.0", Some(("5.2.0", 10))),
            (LockKind::Yarn, yarn1, "", "prisma", "^9", Some(("4.16.2", 7))),
            (LockKind::Yarn, berry, "", "prisma", "^5.0.0", Some(("5.22.0", 5))),
            (LockKind::Bun, bun, "", "prisma", "^6", Some(("6.19.0", 4))),
            (LockKind::Bun, bun, "services/a", "prisma", "^5", Some(("5.0.0", 5))),
        ];
        for (kind, text, folder, name, range, expected) in cases {
            let locks = locks(kind, text, name);
            let found = locks.of(folder, range).map(|found| (found.version.as_str(), found.line));
            assert_eq!(found, expected, "{kind:?} {folder} {name}");
        }
    }
}
