//! What of Prisma lies in the folder of a package: schema, migrations, configuration, release.
//!
//! Follows Prisma's own lookup (Prisma facts 1.1 to 1.3) and says where each thing was found.
//! Where the database is, is left to [`super::source`]. The texts that are kept may hold a literal
//! URL, so nothing that holds them has `Debug`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use radoub_prisma::config::{self, Config, Expression};
use radoub_prisma::configuration::{Configuration, configuration, lacks_url};
use radoub_prisma::diagnostic::{Severity, SourceFile};
use radoub_prisma::package::{self, LOCK_FILES, Locks, Package};
use radoub_prisma::version::PrismaMajor;

use super::place::{Place, joined, relative};
use super::{Fact, Origin, PrismaVersion, Warning};

/// How far above a package its lock file is looked for, its own folder counted.
const MOST_FOLDERS_UP: usize = 8;

/// What the settings of radoub say about a package; it counts before everything else.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given {
    /// Schema file or folder, absolute, and where that is written.
    pub(crate) schema: Option<(PathBuf, Option<Place>)>,
    /// Migrations folder, absolute.
    pub(crate) migrations: Option<(PathBuf, Option<Place>)>,
    /// Configuration file, absolute: the only one that counts then.
    pub(crate) config: Option<PathBuf>,
    /// Release of Prisma.
    pub(crate) prisma_version: Option<(String, Option<Place>)>,
}

/// What was found in a folder.
pub(crate) struct Found {
    pub(crate) folder: PathBuf,
    pub(crate) package: Option<(PathBuf, Package)>,
    pub(crate) config: Option<ConfigFile>,
    pub(crate) schema: Option<Schema>,
    pub(crate) version: Option<PrismaVersion>,
    /// Whether the schema has a datasource without `url`, which 7 alone accepts.
    pub(crate) lacks_url: bool,
    pub(crate) origins: Vec<Origin>,
    pub(crate) warnings: Vec<Warning>,
}

impl Found {
    fn nothing(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            package: None,
            config: None,
            schema: None,
            version: None,
            lacks_url: false,
            origins: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// A configuration file.
pub(crate) struct ConfigFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) config: Config,
}

/// A schema, and what its configuration blocks say.
pub(crate) struct Schema {
    /// File or folder, absolute.
    pub(crate) path: PathBuf,
    /// Migrations folder, absolute; need not exist.
    pub(crate) migrations: PathBuf,
    pub(crate) files: Vec<SourceFile>,
    pub(crate) configuration: Configuration,
    /// True when the migrations folder is laid out by Prisma 8.
    pub(crate) next: bool,
}

type KnownLocks = BTreeMap<(PathBuf, String), Option<Rc<Locks>>>;

/// Looks into folders; remembers lock files, which many packages share.
pub(crate) struct Surveyor<'a> {
    root: &'a Path,
    lookup: &'a dyn Lookup,
    /// By lock file and name of the package; `None` for a file that is not there.
    locks: RefCell<KnownLocks>,
    lock_texts: RefCell<BTreeMap<PathBuf, Option<Rc<String>>>>,
}

/// Variables that a configuration file may ask for.
pub(crate) trait Lookup {
    /// The value of a variable.
    fn variable(&self, name: &str) -> Option<String>;
}

impl Lookup for BTreeMap<String, String> {
    fn variable(&self, name: &str) -> Option<String> {
        self.get(name).cloned()
    }
}

impl<'a> Surveyor<'a> {
    pub(crate) fn new(root: &'a Path, lookup: &'a dyn Lookup) -> Self {
        Self { root, lookup, locks: RefCell::default(), lock_texts: RefCell::default() }
    }

    /// The package of one folder and the release that it names; nothing else is looked at.
    pub(crate) fn package(&self, folder: &Path) -> Found {
        let mut found = Found::nothing(folder);
        if folder.join("package.json").is_file() {
            self.read_package(&mut found);
        }
        self.find_version(&Given::default(), &mut found);
        found
    }

    /// Looks into one folder. What cannot be read is a warning, never the end.
    pub(crate) fn survey(&self, folder: &Path, given: &Given) -> Found {
        let mut found = Found::nothing(folder);
        let names = names_in(folder);
        if names.iter().any(|name| name == "package.json") {
            self.read_package(&mut found);
        }
        self.read_config(&names, given, &mut found);
        self.find_version(given, &mut found);
        self.find_schema(&names, given, &mut found);
        found
    }

    fn read_package(&self, found: &mut Found) {
        let path = found.folder.join("package.json");
        match read(&path) {
            Ok(text) => match package::package(&text) {
                Ok(package) => found.package = Some((path, package)),
                Err(error) => found.warnings.push(Warning {
                    key: "warning-package-unreadable",
                    file: Some(relative(self.root, &path)),
                    values: vec![("line", error.line.to_string()), ("problem", error.problem)],
                }),
            },
            Err(problem) => found.warnings.push(self.unreadable(&path, problem)),
        }
    }

    fn read_config(&self, names: &[String], given: &Given, found: &mut Found) {
        let hidden = if names.iter().any(|name| name == ".config") {
            names_in(&found.folder.join(".config"))
        } else {
            Vec::new()
        };
        let exists = |stem: &str, extension: &str| {
            let name = format!("{stem}.{extension}");
            match name.strip_prefix(".config/") {
                Some(name) => hidden.iter().any(|known| known == name),
                None => names.contains(&name),
            }
        };
        let file = config::STEMS.iter().find_map(|stem| {
            let extension = config::EXTENSIONS.iter().find(|extension| exists(stem, extension))?;
            Some(format!("{stem}.{extension}"))
        });
        let path = given.config.clone().or_else(|| Some(found.folder.join(file?)));
        let Some(path) = path else { return };
        match read(&path) {
            Ok(text) => {
                let (config, diagnostics) = config::config(&text);
                for diagnostic in diagnostics {
                    let place =
                        Place::at_offset(&relative(self.root, &path), &text, diagnostic.span.start);
                    found.warnings.push(Warning {
                        key: "warning-config-not-static",
                        file: Some(place.file),
                        values: vec![
                            ("line", place.line.to_string()),
                            ("problem", diagnostic.message),
                        ],
                    });
                }
                found.config = Some(ConfigFile { path, text, config });
            }
            Err(problem) => found.warnings.push(self.unreadable(&path, problem)),
        }
    }

    /// The release: given, pinned by a lock file here or above, or as `package.json` has it.
    fn find_version(&self, given: &Given, found: &mut Found) {
        if let Some((text, place)) = &given.prisma_version {
            found.version = Some(version(text, true));
            found.origins.extend(
                place.clone().map(|place| origin_at(Fact::PrismaVersion, place, "prisma_version")),
            );
            return;
        }
        let Some((file, package)) = &found.package else { return };
        let Some((name, range)) = package.prisma() else { return };
        let in_package = || Origin {
            fact: Fact::PrismaVersion,
            file: relative(self.root, file),
            line: None,
            key: Some(name.to_owned()),
        };
        // One exact version is what gets installed, whatever a shared lock file has for others.
        let exact = range.trim_start_matches(['=', 'v']);
        if is_exact(exact) {
            found.version = Some(version(exact, true));
            found.origins.push(in_package());
            return;
        }
        for folder in found.folder.ancestors().take(MOST_FOLDERS_UP) {
            for (lock, kind) in LOCK_FILES {
                let path = folder.join(lock);
                let Some(locks) = self.locks(&path, kind, name) else { continue };
                let within = found.folder.strip_prefix(folder).unwrap_or(Path::new(""));
                let within: Vec<_> =
                    within.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                if let Some(locked) = locks.of(&within.join("/"), range) {
                    found.version = Some(version(&locked.version, true));
                    found.origins.push(Origin {
                        fact: Fact::PrismaVersion,
                        file: relative(self.root, &path),
                        line: Some(locked.line),
                        key: Some(name.to_owned()),
                    });
                    return;
                }
            }
            // Above the repository lies somebody else's.
            if folder.join(".git").exists() {
                break;
            }
        }
        found.version = Some(version(range, false));
        found.origins.push(in_package());
    }

    fn locks(&self, path: &Path, kind: package::LockKind, name: &str) -> Option<Rc<Locks>> {
        let key = (path.to_path_buf(), name.to_owned());
        if let Some(known) = self.locks.borrow().get(&key) {
            return known.clone();
        }
        let text = self
            .lock_texts
            .borrow_mut()
            .entry(path.to_path_buf())
            // A lock file that is absent or unreadable pins nothing.
            .or_insert_with(|| std::fs::read_to_string(path).ok().map(Rc::new))
            .clone();
        let locks = text.map(|text| Rc::new(package::locks(kind, &text, name)));
        self.locks.borrow_mut().insert(key, locks.clone());
        locks
    }

    fn find_schema(&self, names: &[String], given: &Given, found: &mut Found) {
        let Some((path, origin)) = self.schema_path(names, given, found) else { return };
        found.origins.push(origin);
        let is_folder = path.is_dir();
        let (files, problems) = read_schema(&path);
        for (file, problem) in problems {
            found.warnings.push(self.unreadable(&file, problem));
        }
        let shown: Vec<SourceFile> = files
            .iter()
            .map(|file| SourceFile {
                path: relative(self.root, &file.path),
                text: file.text.clone(),
            })
            .collect();
        found.lacks_url = lacks_url(&shown);
        let (configuration, diagnostics) = configuration(&shown, major(found));
        if let Some(diagnostic) = diagnostics.iter().find(|one| one.severity == Severity::Error)
            && let Some(file) = shown.get(diagnostic.file)
        {
            let place = Place::at_offset(&file.path, &file.text, diagnostic.span.start);
            found.warnings.push(Warning {
                key: "warning-schema-mistake",
                file: Some(place.file),
                values: vec![
                    ("line", place.line.to_string()),
                    ("problem", diagnostic.message.clone()),
                ],
            });
        }
        if !is_folder {
            self.note_extra_files(&path, found);
        }
        let migrations =
            self.migrations_path(&path, is_folder, &files, &configuration, given, found);
        let next = self.note_migrations(&migrations, found);
        found.schema = Some(Schema { path, migrations, files: shown, configuration, next });
    }

    /// Prisma's lookup, and two places where it would have to be told: `--schema` of a script, and
    /// the folder `prisma/schema`.
    fn schema_path(
        &self,
        names: &[String],
        given: &Given,
        found: &mut Found,
    ) -> Option<(PathBuf, Origin)> {
        if let Some((path, place)) = &given.schema {
            let origin = match place {
                Some(place) => origin_at(Fact::Schema, place.clone(), "schema"),
                None => self.origin(Fact::Schema, path),
            };
            return Some((path.clone(), origin));
        }
        if let Some(ConfigFile { path: file, text, config }) = &found.config
            && let Some(value) = &config.schema
        {
            let place = Place::at_offset(&relative(self.root, file), text, value.span.start);
            match self.path_of(&value.expression, file) {
                Ok(path) => return Some((path, origin_at(Fact::Schema, place, "schema"))),
                Err(variable) => found.warnings.push(unset_in_config(&place, variable)),
            }
        }
        let package = found.package.as_ref();
        if let Some((file, package)) = package
            && let Some(schema) = &package.schema
        {
            let origin = Origin {
                fact: Fact::Schema,
                file: relative(self.root, file),
                line: None,
                key: Some("prisma.schema".to_owned()),
            };
            return Some((joined(&found.folder, schema), origin));
        }
        let mut places = Vec::new();
        if names.iter().any(|name| name == "schema.prisma") {
            places.push(found.folder.join("schema.prisma"));
        }
        if names.iter().any(|name| name == "prisma") {
            places.push(found.folder.join("prisma").join("schema.prisma"));
        }
        if let Some(path) = places.into_iter().find(|path| path.is_file()) {
            let origin = self.origin(Fact::Schema, &path);
            return Some((path, origin));
        }
        if let Some((file, package)) = package
            && let Some(schema) = &package.script_schema
        {
            let path = joined(&found.folder, schema);
            // A script may run elsewhere; what is not there was not meant.
            if path.exists() {
                let origin = Origin {
                    fact: Fact::Schema,
                    file: relative(self.root, file),
                    line: None,
                    key: Some("scripts".to_owned()),
                };
                return Some((path, origin));
            }
        }
        let folder = found.folder.join("prisma").join("schema");
        let holds_schema = || names_in(&folder).iter().any(|name| name.ends_with(".prisma"));
        if names.iter().any(|name| name == "prisma") && holds_schema() {
            found.warnings.push(Warning {
                key: "warning-schema-folder-unnamed",
                file: Some(relative(self.root, &folder)),
                values: Vec::new(),
            });
            let origin = self.origin(Fact::Schema, &folder);
            return Some((folder, origin));
        }
        None
    }

    fn path_of(&self, expression: &Expression, file: &Path) -> Result<PathBuf, String> {
        let text = expression.resolve(&|name| self.lookup.variable(name))?;
        Ok(joined(file.parent().unwrap_or(self.root), &text))
    }

    /// `migrations.path`, else `migrations` beside the datasource (6) or the schema (7).
    fn migrations_path(
        &self,
        schema: &Path,
        is_folder: bool,
        files: &[SourceFile],
        configuration: &Configuration,
        given: &Given,
        found: &mut Found,
    ) -> PathBuf {
        if let Some((path, place)) = &given.migrations {
            found.origins.extend(
                place.clone().map(|place| origin_at(Fact::Migrations, place, "migrations")),
            );
            return path.clone();
        }
        if let Some(ConfigFile { path: file, text, config }) = &found.config
            && let Some(value) = &config.migrations
        {
            let place = Place::at_offset(&relative(self.root, file), text, value.span.start);
            match self.path_of(&value.expression, file) {
                Ok(path) => {
                    found.origins.push(origin_at(Fact::Migrations, place, "migrations.path"));
                    return path;
                }
                Err(variable) => found.warnings.push(unset_in_config(&place, variable)),
            }
        }
        let beside_datasource = configuration
            .datasource
            .as_ref()
            .filter(|_| major(found) < PrismaMajor::Seven)
            .and_then(|datasource| files.get(datasource.file))
            .and_then(|file| file.path.parent());
        let folder = match (is_folder, beside_datasource) {
            (true, Some(folder)) => folder,
            (true, None) => schema,
            (false, _) => schema.parent().unwrap_or(&found.folder),
        };
        let path = folder.join("migrations");
        found.origins.push(self.origin(Fact::Migrations, &path));
        path
    }

    /// Other `.prisma` files beside a schema that is one file are no part of it.
    fn note_extra_files(&self, schema: &Path, found: &mut Found) {
        let Some(folder) = schema.parent() else { return };
        for name in names_in(folder) {
            let path = folder.join(&name);
            if path != schema && path.extension() == Some(OsStr::new("prisma")) && path.is_file() {
                found.warnings.push(Warning {
                    key: "warning-schema-extra-file",
                    file: Some(relative(self.root, &path)),
                    values: vec![("schema", relative(self.root, schema).display().to_string())],
                });
            }
        }
    }

    /// Notes stray scripts and a missing lock file; true when the folder is one of Prisma 8.
    fn note_migrations(&self, migrations: &Path, found: &mut Found) -> bool {
        // No folder is an empty history; one that cannot be read is found out when it is read.
        let Ok(entries) = std::fs::read_dir(migrations) else { return false };
        let (mut folders, mut lock_file, mut next, mut stray) = (0_usize, false, false, Vec::new());
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    folders += 1;
                    let dated =
                        name.len() > 14 && name.as_bytes()[..14].iter().all(u8::is_ascii_digit);
                    next |= !dated && is_space_of_next(&entry.path());
                }
                _ if name == "migration_lock.toml" => lock_file = true,
                _ if name.to_ascii_lowercase().ends_with(".sql") => stray.push(entry.path()),
                _ => {}
            }
        }
        if next {
            return true;
        }
        stray.sort();
        for path in stray {
            found.warnings.push(Warning {
                key: "warning-migrations-stray-file",
                file: Some(relative(self.root, &path)),
                values: Vec::new(),
            });
        }
        if folders > 0 && !lock_file {
            found.warnings.push(Warning {
                key: "warning-lock-file-missing",
                file: Some(relative(self.root, &migrations.join("migration_lock.toml"))),
                values: vec![("migrations", folders.to_string())],
            });
        }
        false
    }

    fn origin(&self, fact: Fact, path: &Path) -> Origin {
        Origin { fact, file: relative(self.root, path), line: None, key: None }
    }

    fn unreadable(&self, path: &Path, problem: String) -> Warning {
        Warning {
            key: "warning-file-unreadable",
            file: Some(relative(self.root, path)),
            values: vec![("problem", problem)],
        }
    }
}

/// The release whose rules count: the one found; where none is, 7 for a datasource without `url`,
/// else 6.
pub(crate) fn major(found: &Found) -> PrismaMajor {
    match found.version.as_ref().and_then(|version| version.major) {
        Some(..=5) => PrismaMajor::Five,
        Some(6) => PrismaMajor::Six,
        None if !found.lacks_url => PrismaMajor::Six,
        Some(_) | None => PrismaMajor::Seven,
    }
}

/// An origin with a place and a key.
pub(crate) fn origin_at(fact: Fact, place: Place, key: &str) -> Origin {
    Origin { fact, file: place.file, line: Some(place.line), key: Some(key.to_owned()) }
}

fn unset_in_config(place: &Place, variable: String) -> Warning {
    Warning {
        key: "warning-config-variable-unset",
        file: Some(place.file.clone()),
        values: vec![("line", place.line.to_string()), ("variable", variable)],
    }
}

/// `migrations/<space>/<time>_<slug>/` with the files of Prisma 8. Source: Prisma facts, head.
fn is_space_of_next(space: &Path) -> bool {
    if space.join("migration.sql").exists() {
        return false;
    }
    names_in(space).iter().any(|name| {
        let folder = space.join(name);
        folder.join("ops.json").exists() || folder.join("migration.json").exists()
    })
}

/// The version or range `text` with its numbers.
fn version(text: &str, pinned: bool) -> PrismaVersion {
    let digits = text.trim_start_matches(|first: char| !first.is_ascii_digit());
    let mut numbers = digits.split(['.', '-', ' ', '+']);
    let mut number = || numbers.next().and_then(|part| part.parse().ok());
    let major = number();
    let minor = major.and_then(|_| number());
    PrismaVersion { text: text.to_owned(), major, minor, pinned }
}

/// Three numbers, with or without a pre-release.
fn is_exact(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = core.split('.').collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Names in a folder, in byte order; none when it cannot be read.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

pub(crate) type Reading = (Vec<SourceFile>, Vec<(PathBuf, String)>);

/// The files of a schema: the file, or those of the folder; and what could not be read.
pub(crate) fn read_schema(path: &Path) -> Reading {
    if path.is_dir() { read_folder(path) } else { read_file(path) }
}

fn read_file(path: &Path) -> Reading {
    match read(path) {
        Ok(text) => (vec![SourceFile { path: path.to_path_buf(), text }], Vec::new()),
        Err(problem) => (Vec::new(), vec![(path.to_path_buf(), problem)]),
    }
}

/// All `.prisma` files below a folder, entries in byte order, links followed (Prisma facts 1.1).
fn read_folder(folder: &Path) -> Reading {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    let mut waiting = vec![(folder.to_path_buf(), 0_usize)];
    while let Some((path, depth)) = waiting.pop() {
        if path.is_dir() {
            // A link that leads up again would never end.
            if depth < 16 {
                let inside = names_in(&path).into_iter().rev();
                waiting.extend(inside.map(|name| (path.join(name), depth + 1)));
            }
        } else if path.extension() == Some(OsStr::new("prisma")) {
            let (more, wrong) = read_file(&path);
            files.extend(more);
            problems.extend(wrong);
        }
    }
    (files, problems)
}
