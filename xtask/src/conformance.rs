//! How near radoub is to the real Prisma engine: a table of suites, each with what passed of how many,
//! held by the numbers recorded in `conformance.toml`.
//!
//! A suite compares; what is compared and how belongs to its own file below `conformance/`.

mod history;
mod lanes;
mod live;
mod replay;
pub(crate) mod sql;
mod truth;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use radoub_testing::Cluster;
use radoub_testing::shared::shared_or_say;
use serde::{Deserialize, Serialize};

use crate::generated::binary_or;
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
    /// Whether every case is wanted.
    pub(crate) all: bool,
}

impl Ground {
    /// Starts the server and builds the command.
    fn of(shared: &Path, all: bool, given: Option<&Path>) -> Result<Self, Failure> {
        let cluster = Cluster::try_with(Cluster::shared_options())
            .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
        Ok(Self { shared: shared.to_owned(), binary: binary_or(given)?, cluster, all })
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
    Cluster(fn(&Path, &Cluster) -> Result<Score, Failure>),
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
        name: "replay",
        about: "histories of the corpus and of the founding fleet: same catalog, same ledger, same failure",
        run: Run::Server(replay::replay),
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
    let all = arguments.all || arguments.record;
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
            (Run::Files(run), _) => run(&shared)?,
            (Run::Cluster(run), _) => run(&shared, Cluster::shared())?,
            (Run::Server(run), Some(ground)) => run(ground)?,
            (Run::Server(run), None) => {
                run(ground.insert(Ground::of(&shared, all, arguments.binary.as_deref())?))?
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
