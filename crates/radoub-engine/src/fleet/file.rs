//! `radoub.toml`: what discovery cannot know or gets wrong, said by a person.
//!
//! Everything in it is optional; an empty file changes nothing. It is read here, and applied in
//! [`super::discover`].

mod backup;
mod health;
mod notify;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

pub(crate) use backup::{BackupSection, StoreSection, ViaWord};
pub(crate) use health::HealthSection;
pub(crate) use notify::{KindWord, MomentWord, NotifySection, SmtpTlsWord};

use super::place::{Place, excerpt};
use super::waves::Circle;
use crate::hazard::Hazard;
use crate::rebuild::Rebuild;
use crate::scratch::Forced;
use crate::secret::Secret;

/// Name of the file.
pub const FILE_NAME: &str = "radoub.toml";

/// The version of the format that this radoub reads.
pub const VERSION: i64 = 1;

/// Settings of a fleet (radoub.toml).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "radoub.toml")]
pub struct FleetFile {
    /// Version of this format; 1.
    #[schemars(with = "Option<i64>", range(min = 1, max = 1))]
    pub(crate) version: Option<Spanned<i64>>,
    /// The fleet as a whole.
    pub(crate) fleet: FleetSection,
    /// Backups: where they are kept, for how long, for whom they are encrypted.
    pub(crate) backup: BackupSection,
    /// The journals of the runs.
    pub(crate) journal: JournalSection,
    /// What is looked at before and after a run.
    pub(crate) verify: VerifySection,
    /// Who is told of runs, an entry each.
    #[schemars(with = "Vec<NotifySection>")]
    pub(crate) notify: Vec<Spanned<NotifySection>>,
    /// Groups of services, by name: `core = ["auth-service", "hr-service"]`.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub(crate) groups: BTreeMap<String, Vec<Spanned<String>>>,
    /// Services, by name. The name of a service that was found changes it; any other adds one and
    /// needs `dir`, `schema` or `compose_service`.
    #[schemars(with = "BTreeMap<String, ServiceSection>")]
    pub(crate) service: BTreeMap<Spanned<String>, ServiceSection>,
}

/// The fleet as a whole.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FleetSection {
    /// Name of the fleet; the Compose project or the folder otherwise.
    pub(crate) name: Option<String>,
    /// Compose files, in the order of merging, relative to this file; found by name otherwise.
    pub(crate) compose: Vec<String>,
    /// Compose profiles to switch on.
    pub(crate) profiles: Vec<String>,
    /// Services to leave out.
    #[schemars(with = "Vec<String>")]
    pub(crate) exclude: Vec<Spanned<String>>,
    /// Services in the order of showing and working; those not named follow.
    #[schemars(with = "Vec<String>")]
    pub(crate) order: Vec<Spanned<String>>,
    /// How many services are worked on at once.
    #[schemars(range(min = 1))]
    pub(crate) jobs: Option<usize>,
    /// How many connections one database server gets at once.
    #[schemars(range(min = 1))]
    pub(crate) connections_per_server: Option<usize>,
    /// How many services may fail before nothing more is begun; without it a wave is brought to its
    /// end, and the next one begun only when none has failed.
    pub(crate) max_failures: Option<usize>,
    /// Hazards that are agreed to for all services, as with `--allow`.
    #[schemars(with = "Vec<String>")]
    pub(crate) allow: Vec<Spanned<String>>,
    /// Where scratch databases lie: on the service's own `server`, on a temporary `local` one made with the
    /// programs of this system, or in the `embedded` one. The first that there is otherwise, after the
    /// configured shadow database.
    pub(crate) scratch: Option<Forced>,
}

/// The journals of the runs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct JournalSection {
    /// Folder that they are kept in, relative to this file; `.radoub` beside it otherwise.
    pub(crate) dir: Option<String>,
}

/// What is looked at before and after a run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VerifySection {
    /// How many seconds a service has to become well, after its restart or when `radoub verify` looks at it; 60
    /// otherwise. `--health-timeout` and `--wait` say it for once.
    pub(crate) health_seconds: Option<u32>,
    /// How many seconds a service that was restarted has to stay well before it is looked at a second time; 5
    /// otherwise, 0 for one look. `--quiet-period` and `--quiet` say it for once; `radoub verify` looks once
    /// unless it is told otherwise.
    pub(crate) quiet_seconds: Option<u32>,
    /// For how many seconds the tables of one service may be counted and summed up, before its migrations and
    /// behind them; 30 otherwise, 0 counts none. Small tables go first, and what is left out is told.
    pub(crate) census_seconds: Option<u32>,
    /// How many rows of each table are remembered, to be shown beside what they are now when the table differs;
    /// 6 otherwise, 0 remembers none. Columns whose names look secret are never read out.
    pub(crate) samples: Option<u16>,
}

/// One service.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceSection {
    /// Another name for it.
    pub(crate) rename: Option<String>,
    /// Service of the Compose file that it is; its own name otherwise. Two sections may name the
    /// same one, for two schemas of one package.
    #[schemars(with = "Option<String>")]
    pub(crate) compose_service: Option<Spanned<String>>,
    /// Folder of its package, relative to this file.
    #[schemars(with = "Option<String>")]
    pub(crate) dir: Option<Spanned<String>>,
    /// Schema file or folder, relative to `dir` (to this file without one).
    #[schemars(with = "Option<String>")]
    pub(crate) schema: Option<Spanned<String>>,
    /// Migrations folder, relative like `schema`.
    #[schemars(with = "Option<String>")]
    pub(crate) migrations: Option<Spanned<String>>,
    /// Group that it belongs to.
    pub(crate) group: Option<String>,
    /// Services that must be done before it.
    #[schemars(with = "Vec<String>")]
    pub(crate) after: Vec<Spanned<String>>,
    /// Wave in which it is worked on; lower ones come first.
    pub(crate) wave: Option<u32>,
    /// True lets it go before all others, to show whether all is well.
    pub(crate) canary: bool,
    /// Hazards that are agreed to for this service, as with `--allow`.
    #[schemars(with = "Vec<String>")]
    pub(crate) allow: Vec<Spanned<String>>,
    /// True leaves it out.
    pub(crate) exclude: bool,
    /// Its database URL. Better kept elsewhere: see `url_env`, `url_file`, `url_command`.
    #[schemars(with = "Option<String>")]
    pub(crate) url: Option<Spanned<Secret>>,
    /// Variable that holds its database URL, looked up where its own variables are.
    #[schemars(with = "Option<String>")]
    pub(crate) url_env: Option<Spanned<String>>,
    /// File that holds its database URL, relative to this file.
    #[schemars(with = "Option<String>")]
    pub(crate) url_file: Option<Spanned<String>>,
    /// Program and arguments that print its database URL within ten seconds; no shell is involved.
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) url_command: Option<Spanned<Vec<String>>>,
    /// Its shadow database.
    #[schemars(with = "Option<String>")]
    pub(crate) shadow_url: Option<Spanned<Secret>>,
    /// Variable that holds the URL of its shadow database.
    #[schemars(with = "Option<String>")]
    pub(crate) shadow_url_env: Option<Spanned<String>>,
    /// Its health route: a path (`/api/health`) on its published port, or a whole address; found by itself
    /// when it is `/health` or `/api/health`. Or a table that also says what it has to answer:
    /// `{ path = "/ready", status = 204, within_ms = 500 }`.
    #[serde(deserialize_with = "health::either")]
    #[schemars(with = "Option<health::HealthForm>")]
    pub(crate) health: Option<HealthSection>,
    /// What must hold of its data, by name: a query that gives no row when all is well, or one row with the
    /// single value true. `radoub verify` asks it, and so does a run behind the migrations.
    #[schemars(with = "BTreeMap<String, String>")]
    pub(crate) checks: BTreeMap<Spanned<String>, String>,
    /// Release of Prisma whose behaviour to follow: `5.14.0`.
    #[schemars(with = "Option<String>")]
    pub(crate) prisma_version: Option<Spanned<String>>,
    /// Program and arguments that generate its client, run in its folder after `radoub new`; no shell is
    /// involved.
    #[schemars(length(min = 1))]
    pub(crate) generate: Option<Vec<String>>,
    /// Program and arguments that restart it, run in its folder by `radoub apply` behind its migrations, by
    /// `radoub restart` and by `radoub new`; no shell is involved. It goes before a restart of containers, and
    /// none need be there. What it starts has to outlive it, and to leave its output.
    #[schemars(length(min = 1))]
    pub(crate) restart: Option<Vec<String>>,
    /// Whether its image is built anew before it is restarted, where Compose builds it: `true`, `false`, or else
    /// `"auto"`, when the image is older than its schema or migrations. A build that fails stops the work on the
    /// service before anything is changed; with `"auto"` it is told, and the image that is there is started.
    pub(crate) rebuild: Option<RebuildWord>,
    /// Program and arguments that print its log since its last start and end, run in its folder; no shell is
    /// involved. For `radoub logs`, and for errors that are new behind a restart. It goes before what its
    /// containers print. A line may begin with its time, as RFC 3339 has it.
    #[schemars(length(min = 1))]
    pub(crate) logs: Option<Vec<String>>,
}

/// When an image is built anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum RebuildWord {
    /// Always, or never.
    Said(bool),
    /// When it is old.
    Guessed(AutoWord),
}

/// The word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AutoWord {
    /// When it is old.
    Auto,
}

impl From<RebuildWord> for Rebuild {
    fn from(word: RebuildWord) -> Self {
        match word {
            RebuildWord::Said(true) => Self::Always,
            RebuildWord::Said(false) => Self::Never,
            RebuildWord::Guessed(AutoWord::Auto) => Self::Auto,
        }
    }
}

/// Why `radoub.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FleetFileError {
    /// It cannot be read.
    #[error("cannot read {}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not TOML, or has a key or value that is not known.
    #[error("{place}: {problem}{}", did_you_mean(suggestion.as_deref()))]
    Malformed {
        /// Where.
        place: Place,
        /// What is wrong.
        problem: String,
        /// The line, secrets masked.
        excerpt: String,
        /// The known key that looks most like the one that is not.
        suggestion: Option<String>,
    },
    /// It names a service that there is not.
    #[error("{place}: there is no service {name}{}", did_you_mean(suggestion.as_deref()))]
    UnknownService {
        /// Where.
        place: Place,
        /// The name.
        name: String,
        /// The service whose name looks most like it.
        suggestion: Option<String>,
    },
    /// It agrees to something that there is not.
    #[error("{place}: there is no hazard {name}{}", did_you_mean(suggestion.as_deref()))]
    UnknownHazard {
        /// Where.
        place: Place,
        /// The name.
        name: String,
        /// The hazard whose name looks most like it.
        suggestion: Option<String>,
    },
    /// What it says about the order cannot be.
    #[error("{place}: these wait for each other: {}", chain.join(", "))]
    Circle {
        /// Where the first of them says what it waits for.
        place: Place,
        /// The services, each waiting for the next and the last for the first.
        chain: Vec<String>,
    },
    /// It is of a later format.
    #[error(
        "{place}: version {found} of this file is not known; this radoub reads version {VERSION}"
    )]
    Version {
        /// Where.
        place: Place,
        /// What it says.
        found: i64,
    },
    /// Two keys that exclude each other.
    #[error("{place}: {service} has both {first} and {second}; give one of them")]
    Both {
        /// Where the second stands.
        place: Place,
        /// The service.
        service: String,
        /// One key.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// An entry that lacks something.
    #[error("{place}: {entry} lacks {key}")]
    Lacks {
        /// Where the entry stands.
        place: Place,
        /// The entry, `[[notify]] slack`.
        entry: String,
        /// The key, or the keys of which one is needed.
        key: &'static str,
    },
    /// A key whose value cannot be used in its entry. Never repeats the value, which may be a secret.
    #[error("{place}: {key} of {entry} cannot be used")]
    Unfit {
        /// Where the entry stands.
        place: Place,
        /// The entry.
        entry: String,
        /// The key.
        key: &'static str,
        /// Why not, as a key of the locale files behind `discover-toml-unfit-`.
        why: &'static str,
    },
    /// Two services of one name.
    #[error("{place}: another service is already called {name}")]
    NameTaken {
        /// Where.
        place: Place,
        /// The name.
        name: String,
    },
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}

/// A file that was read, with its text for places.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) file: FleetFile,
    /// As shown.
    pub(crate) path: PathBuf,
    /// Folder that its paths start from, absolute.
    pub(crate) folder: PathBuf,
    text: String,
}

impl Loaded {
    /// The hazards of these names.
    pub(crate) fn hazards(
        &self,
        names: &[Spanned<String>],
    ) -> Result<BTreeSet<Hazard>, FleetFileError> {
        let known = |name: &Spanned<String>| {
            Hazard::named(name.get_ref()).ok_or_else(|| FleetFileError::UnknownHazard {
                place: self.place(name),
                name: name.get_ref().clone(),
                suggestion: closest(name.get_ref(), Hazard::ALL.iter().map(|it| it.as_str())),
            })
        };
        names.iter().map(known).collect()
    }

    /// The error of an order that cannot be; its place is that of the first service's section.
    pub(crate) fn circle(&self, circle: &Circle) -> FleetFileError {
        let chain: Vec<String> = circle.0.iter().map(ToString::to_string).collect();
        let section = self.file.service.iter().find(|(name, section)| {
            let shown = section.rename.as_ref().unwrap_or(name.get_ref());
            chain.first() == Some(shown)
        });
        let place = match section {
            Some((name, section)) => match section.after.first() {
                Some(after) => self.place(after),
                None => self.place(name),
            },
            None => Place { file: self.path.clone(), line: 1, column: 1 },
        };
        FleetFileError::Circle { place, chain }
    }

    /// The place of something that was read.
    pub(crate) fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        Place::at_offset(&self.path, &self.text, spanned.span().start)
    }
}

/// Reads `path`, shown as `shown`.
///
/// # Errors
///
/// [`FleetFileError`], the first thing that is wrong.
pub(crate) fn load(path: &Path, shown: &Path) -> Result<Loaded, FleetFileError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| FleetFileError::Unreadable { file: shown.to_path_buf(), source })?;
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    parse(&text, shown, folder)
}

fn parse(text: &str, shown: &Path, folder: PathBuf) -> Result<Loaded, FleetFileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
    let file: FleetFile = toml::from_str(&text).map_err(|error| {
        let place = Place::at_offset(shown, &text, error.span().map_or(0, |span| span.start));
        let problem = error.message().lines().next().unwrap_or_default().to_owned();
        FleetFileError::Malformed {
            excerpt: excerpt(&text, place.line),
            suggestion: known_key(&problem),
            problem: without_values(&problem),
            place,
        }
    })?;
    let loaded = Loaded { file, path: shown.to_path_buf(), folder, text };
    if let Some(version) = &loaded.file.version
        && *version.get_ref() != VERSION
    {
        return Err(FleetFileError::Version {
            place: loaded.place(version),
            found: *version.get_ref(),
        });
    }
    for (name, section) in &loaded.file.service {
        let given = [
            ("url", section.url.as_ref().map(|url| loaded.place(url))),
            ("url_env", section.url_env.as_ref().map(|url| loaded.place(url))),
            ("url_file", section.url_file.as_ref().map(|url| loaded.place(url))),
            ("url_command", section.url_command.as_ref().map(|url| loaded.place(url))),
        ];
        let mut given = given.into_iter().filter_map(|(key, place)| Some((key, place?)));
        if let (Some((first, _)), Some((second, place))) = (given.next(), given.next()) {
            return Err(FleetFileError::Both {
                place,
                service: name.get_ref().clone(),
                first,
                second,
            });
        }
    }
    Ok(loaded)
}

/// `invalid type: string "postgres://…", expected …` without the string, which may be a secret.
fn without_values(problem: &str) -> String {
    match (problem.find('"'), problem.rfind('"')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}…{}", &problem[..start], &problem[end + 1..])
        }
        _ => problem.to_owned(),
    }
}

/// The key closest to the unknown one of a message "unknown field `x`, expected one of `a`, `b`".
fn known_key(problem: &str) -> Option<String> {
    let mut names = problem.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    closest(unknown, names)
}

/// The name that differs least from `wanted`, when it does not differ much.
pub(crate) fn closest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let most = (wanted.chars().count() / 3).max(2);
    names
        .map(|name| (distance(wanted, name), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name.to_owned())
}

/// Letters to add, drop or change to get from one word to another.
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (at, left) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, right) in two.iter().enumerate() {
            let change = diagonal + usize::from(left != *right);
            diagonal = row[to + 1];
            row[to + 1] = change.min(row[to] + 1).min(diagonal + 1);
        }
    }
    row[two.len()]
}

/// The JSON Schema of `radoub.toml`, from the types that read it.
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(FleetFile);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}
