//! How near radoub is to the real Prisma engine: a table of suites, each with what passed of how many,
//! held by the numbers recorded in `conformance.toml`.
//!
//! A suite compares; what is compared and how belongs to its own file below `conformance/`.

mod asked;
mod history;
mod lanes;
mod live;
mod phantom;
mod pull;
mod replay;
mod scratch;
pub(crate) mod sql;
mod truth;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use radoub_testing::Cluster;
use radoub_testing::postgres::Binaries;
use radoub_testing::replay::weight;
use radoub_testing::shared::shared_or_say;
use serde::{Deserialize, Serialize};

use crate::generated::binary_or;
use crate::matrix;
use crate::steps::{Failure, root};

/// Which suites to run, and how thoroughly.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct ConformanceArguments {
    /// Every case, not only the share of them that a change is checked with
    #[arg(long)]
    pub(crate) all: bool,
    /// Record what was reached, so that it is held from now on (implies --all)
    #[arg(long)]
    record: bool,
    /// Print every difference, not only the first ones
    #[arg(long)]
    verbose: bool,
    /// A radoub that is built already
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// The suites that ask a server, on PostgreSQL 13 to 18 from npm packages
    #[arg(long, conflicts_with = "record")]
    matrix: bool,
    /// With --matrix: only these major versions
    #[arg(long, value_delimiter = ',', requires = "matrix")]
    versions: Vec<u32>,
    /// Suites to run (default: all)
    suites: Vec<String>,
}

/// What a suite works with.
pub(crate) struct Ground {
    /// The material beside the repository.
    pub(crate) shared: PathBuf,
    /// The command, built.
    pub(crate) binary: PathBuf,
    /// A server for databases of its own.
    pub(crate) cluster: Cluster,
    /// The seed of the share that is looked at; `None` for every case.
    pub(crate) seed: Option<u64>,
}

impl Ground {
    /// Starts the server and builds the command.
    fn of(shared: &Path, seed: Option<u64>, given: Option<&Path>) -> Result<Self, Failure> {
        let cluster = Cluster::try_with(Cluster::shared_options())
            .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
        Ok(Self { shared: shared.to_owned(), binary: binary_or(given)?, cluster, seed })
    }
}

/// What a suite with a server works with.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    /// The material beside the repository.
    pub(crate) shared: &'a Path,
    /// The server.
    pub(crate) cluster: &'a Cluster,
    /// The seed of the share that is looked at; `None` for every case.
    seed: Option<u64>,
}

impl Field<'_> {
    /// Whether only a share of the cases is looked at.
    pub(crate) fn is_share(&self) -> bool {
        self.seed.is_some()
    }

    /// The cases to look at: all of them, or so many that the seed picks by their names.
    pub(crate) fn share<C>(
        &self,
        cases: Vec<C>,
        count: usize,
        name: impl Fn(&C) -> &str,
    ) -> Vec<C> {
        let Some(seed) = self.seed else { return cases };
        let mut picked: Vec<(u64, C)> =
            cases.into_iter().map(|case| (weight(name(&case), seed), case)).collect();
        picked.sort_by_key(|(weight, _)| *weight);
        picked.into_iter().take(count).map(|(_, case)| case).collect()
    }
}

/// `RADOUB_SEED`, so that a CI can look at another share every day; the same share every time without it.
fn seed() -> Result<u64, Failure> {
    match std::env::var("RADOUB_SEED") {
        Ok(text) => {
            text.parse().map_err(|_| Failure::Told(format!("RADOUB_SEED is no number: {text}")))
        }
        Err(_) => Ok(1),
    }
}

/// One kind of comparison.
struct Suite {
    name: &'static str,
    about: &'static str,
    run: Run,
}

/// What a suite needs.
#[derive(Clone, Copy)]
enum Run {
    /// The material beside the repository, nothing else.
    Files(fn(&Path) -> Result<Score, Failure>),
    /// The material and a server.
    Cluster(fn(&Field<'_>) -> Result<Score, Failure>),
    /// A server and the command.
    Server(fn(&Ground) -> Result<Score, Failure>),
}

/// What came of a suite.
#[derive(Debug, Default)]
pub(crate) struct Score {
    /// Cases that agreed.
    pub(crate) passed: Vec<String>,
    /// Cases that did not, and in what.
    pub(crate) differences: BTreeMap<String, String>,
}

/// `conformance.toml`: the cases of each suite that are known to differ, and how many there are in all.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Record {
    #[serde(flatten)]
    suites: BTreeMap<String, Reached>,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
struct Reached {
    passed: usize,
    total: usize,
    /// Cases that may differ; every other one has to agree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    differing: Vec<String>,
}

const SUITES: &[Suite] = &[
    Suite {
        name: "golden-diff",
        about: "SQL from schema to schema, golden cases, 6 and 7",
        run: Run::Files(sql::golden_diff),
    },
    Suite {
        name: "golden-reverse",
        about: "the same the other way round",
        run: Run::Files(sql::golden_reverse),
    },
    Suite {
        name: "golden-summary",
        about: "the same changes for people",
        run: Run::Files(sql::golden_summary),
    },
    Suite {
        name: "golden-warnings",
        about: "the warnings at the head of the same changes",
        run: Run::Files(sql::golden_warnings),
    },
    Suite {
        name: "golden-live",
        about: "SQL from a database to a schema and back, and its summary, 6 and 7",
        run: Run::Cluster(live::golden_live),
    },
    Suite {
        name: "golden-migration",
        about: "the file that `migrate dev` writes, from a database at the schema before, 6 and 7",
        run: Run::Cluster(live::golden_migration),
    },
    Suite {
        name: "corpus-from-empty",
        about: "SQL from nothing to each schema of the corpus and the fleets, 6 and 7; refusals too",
        run: Run::Files(sql::corpus_from_empty),
    },
    Suite {
        name: "corpus-pairs",
        about: "SQL between two versions of a schema, both ways, and its summary",
        run: Run::Files(sql::corpus_pairs),
    },
    Suite {
        name: "corpus-live",
        about: "histories replayed: live to empty, empty to live, history to schema",
        run: Run::Cluster(history::corpus_live),
    },
    Suite {
        name: "corpus-migration",
        about: "the file that `migrate dev` writes between two versions of a schema",
        run: Run::Cluster(history::corpus_migration),
    },
    Suite {
        name: "corpus-runs",
        about: "the same scripts, sound, on a real server: they run wherever the real ones do",
        run: Run::Cluster(truth::corpus_runs),
    },
    Suite {
        name: "truth",
        about: "to each schema and back on a real server: nothing is left to do",
        run: Run::Cluster(truth::truth),
    },
    Suite {
        name: "phantom",
        about: "a schema that was just made, by the engine or by us, shows no drift",
        run: Run::Cluster(phantom::phantom),
    },
    Suite {
        name: "asked",
        about: "golden and corpus pairs the other way round, the real engine asked",
        run: Run::Cluster(asked::asked),
    },
    Suite {
        name: "case-pull",
        about: "databases of cases/pull as schemas, the real engine asked",
        run: Run::Cluster(pull::cases),
    },
    Suite {
        name: "golden-pull",
        about: "databases of the golden cases as schemas, from nothing and from their own",
        run: Run::Cluster(pull::golden),
    },
    Suite {
        name: "corpus-pull",
        about: "databases of the corpus and the fleets as schemas, the same way",
        run: Run::Cluster(pull::corpus),
    },
    Suite {
        name: "replay",
        about: "histories of the corpus and of the founding fleet: same catalog, same ledger, same failure",
        run: Run::Server(replay::replay),
    },
    Suite {
        name: "scratch-replay",
        about: "the same histories on scratch databases, in one run: where each stops, what each makes",
        run: Run::Server(scratch::scratch_replay),
    },
];

/// Runs the suites and compares with what is recorded.
pub(crate) fn conformance(arguments: &ConformanceArguments) -> Result<(), Failure> {
    for name in &arguments.suites {
        if !SUITES.iter().any(|suite| suite.name == name) {
            let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
            return Err(Failure::Told(format!("no suite {name}; there are: {}", known.join(", "))));
        }
    }
    let Some(shared) = shared_or_say("conformance with the real engine") else { return Ok(()) };
    if arguments.matrix {
        return matrix::on_each(&arguments.versions, |programs| {
            let mut options = Cluster::shared_options();
            options.binaries = Some(
                Binaries::in_folder(programs).map_err(|error| Failure::Told(error.to_string()))?,
            );
            let cluster = Cluster::try_with(options)
                .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
            run(arguments, &shared, Some(&cluster))
        });
    }
    run(arguments, &shared, None)
}

/// Runs the suites, those that ask a server on `cluster`; with one only those.
fn run(
    arguments: &ConformanceArguments,
    shared: &Path,
    cluster: Option<&Cluster>,
) -> Result<(), Failure> {
    let all = arguments.all || arguments.record;
    let seed = if all { None } else { Some(seed()?) };
    let mut ground = None;
    let path = root().join("conformance.toml");
    let mut record = read(&path)?;
    let mut worse = Vec::new();
    println!("{:<18} {:>7} {:>7}", "suite", "passed", "of");
    for suite in SUITES {
        if !arguments.suites.is_empty() && !arguments.suites.iter().any(|name| name == suite.name) {
            continue;
        }
        let score = match (suite.run, &ground) {
            (Run::Cluster(run), _) => {
                let cluster = cluster.unwrap_or_else(|| Cluster::shared());
                run(&Field { shared, cluster, seed })?
            }
            _ if cluster.is_some() => continue,
            (Run::Files(run), _) => run(shared)?,
            (Run::Server(run), Some(ground)) => run(ground)?,
            (Run::Server(run), None) => {
                run(ground.insert(Ground::of(shared, seed, arguments.binary.as_deref())?))?
            }
        };
        let total = score.passed.len() + score.differences.len();
        println!("{:<18} {:>7} {total:>7}  {}", suite.name, score.passed.len(), suite.about);
        let known = record.suites.get(suite.name);
        let shown = if arguments.verbose { usize::MAX } else { 5 };
        for (case, difference) in score.differences.iter().take(shown) {
            println!("  {case}: {difference}");
        }
        if arguments.record {
            let differing = score.differences.keys().cloned().collect();
            record.suites.insert(
                suite.name.to_owned(),
                Reached { passed: score.passed.len(), total, differing },
            );
            continue;
        }
        let held = |case: &&String| known.is_none_or(|known| !known.differing.contains(case));
        worse.extend(
            score.differences.keys().filter(held).map(|case| format!("{}/{case}", suite.name)),
        );
        if all && known.is_some_and(|known| score.passed.len() < known.passed) {
            worse.push(format!(
                "{}: fewer than the {} recorded",
                suite.name,
                known.map_or(0, |known| known.passed)
            ));
        }
    }
    if arguments.record {
        let text = toml::to_string(&record)
            .map_err(|error| Failure::Told(format!("{}: {error}", path.display())))?;
        let text = format!(
            "# What `cargo xtask conformance --record` reached; a change may not fall below it.\n\n{text}"
        );
        fs::write(&path, text).map_err(Failure::file(&path))?;
        println!("recorded in conformance.toml");
    }
    if worse.is_empty() {
        Ok(())
    } else {
        Err(Failure::Told(format!("worse than recorded: {}", worse.join(", "))))
    }
}

fn read(path: &Path) -> Result<Record, Failure> {
    if !path.is_file() {
        return Ok(Record::default());
    }
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    toml::from_str(&text).map_err(|error| Failure::Told(format!("{}: {error}", path.display())))
}
