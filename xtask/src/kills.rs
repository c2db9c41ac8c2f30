//! `cargo xtask kills`: `kill -9` at many random instants of an apply, a backup, a restore or a rollback, on a server of
//! its own, and whether what comes next carries on.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::kills::{Experiment, History, Ladder, Rung, Victim, WayBack, instants};

use crate::generated::binary_or;
use crate::sheet::{Sheet, shown};
use crate::steps::Failure;

/// How often to kill.
#[derive(Debug, clap::Args)]
pub(crate) struct KillsArguments {
    /// How many times, over all that is killed
    #[arg(long, default_value_t = 200)]
    count: usize,
    /// What is killed
    #[arg(long, value_enum, default_value_t = What::Apply)]
    what: What,
    /// The instants are the same for the same number
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A radoub that is built already
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Apply,
    Backup,
    Restore,
    /// The rungs of the ladder that change something: `down.sql`, one service, a set
    Rollback,
    /// Each of them, in equal parts
    All,
}

impl What {
    fn parts(self) -> &'static [Part] {
        match self {
            Self::Apply => &[Part::Apply],
            Self::Backup => &[Part::Backup],
            Self::Restore => &[Part::Restore],
            Self::Rollback => &[Part::Rollback],
            Self::All => &[Part::Apply, Part::Backup, Part::Restore, Part::Rollback],
        }
    }
}

/// What is killed in one experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Apply,
    Backup,
    Restore,
    Rollback,
}

impl Part {
    fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::Rollback => "rollback",
        }
    }

    fn prepare<'cluster>(self, cluster: &'cluster Cluster, binary: &Path) -> Ground<'cluster> {
        let way_back = |victim| Ground::WayBack(WayBack::prepare(cluster, binary), victim);
        match self {
            Self::Apply => Ground::Apply(Experiment::prepare(cluster, binary, History::Mixed)),
            Self::Backup => way_back(Victim::Backup),
            Self::Restore => way_back(Victim::Restore),
            Self::Rollback => Ground::Rollback(Ladder::prepare(cluster, binary)),
        }
    }
}

/// The experiment, prepared.
enum Ground<'cluster> {
    Apply(Experiment<'cluster>),
    WayBack(WayBack<'cluster>, Victim),
    Rollback(Ladder<'cluster>),
}

impl Ground<'_> {
    /// `at` counts the kills: the rungs of the ladder take turns.
    fn kill_at(&self, at: usize, instant: f64) -> Result<(), String> {
        match self {
            Self::Apply(experiment) => experiment.kill_at(instant),
            Self::WayBack(experiment, victim) => experiment.kill_at(*victim, instant),
            Self::Rollback(ladder) => ladder.kill_at(Rung::ALL[at % Rung::ALL.len()], instant),
        }
    }

    /// What is to be true once all are done.
    fn ends(&self) -> Result<(), String> {
        match self {
            Self::Apply(_) => Ok(()),
            Self::WayBack(experiment, _) => experiment.swept(),
            Self::Rollback(ladder) => ladder.swept(),
        }
    }
}

/// What came of the kills of one part.
struct Toll {
    part: Part,
    kills: usize,
    wrong: usize,
    took: Duration,
}

/// Kills, looks, carries on, compares; tells every instant after which something was wrong.
pub(crate) fn kills(arguments: &KillsArguments) -> Result<(), Failure> {
    let binary = binary_or(arguments.binary.as_deref())?;
    let cluster = Cluster::try_with(Cluster::shared_options())
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    let parts = arguments.what.parts();
    let mut tolls = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        // What does not divide goes to the first ones.
        let count = arguments.count / parts.len() + usize::from(at < arguments.count % parts.len());
        let began = Instant::now();
        println!("{}: an undisturbed one, to compare with", part.as_str());
        let ground = part.prepare(&cluster, &binary);
        let wrong = kill_all(*part, &ground, instants(count, arguments.seed));
        tolls.push(Toll { part: *part, kills: count, wrong, took: began.elapsed() });
    }
    println!("\n{}", table(&tolls));
    if tolls.iter().all(|toll| toll.wrong == 0) {
        Ok(())
    } else {
        Err(Failure::Told("something that was killed was not carried on".to_owned()))
    }
}

/// Kills as many at a time as the machine has processors; gives how many had consequences.
fn kill_all(part: Part, ground: &Ground<'_>, instants: Vec<f64>) -> usize {
    let (count, began) = (instants.len(), Instant::now());
    let waiting = Mutex::new(instants.into_iter().enumerate());
    let progress = Mutex::new(Progress { done: 0, wrong: 0, said: began });
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((at, instant)) = next else { return };
                    let looked = ground.kill_at(at, instant);
                    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
                    progress.done += 1;
                    if let Err(told) = looked {
                        progress.wrong += 1;
                        println!("{}: killed at {instant:.3} of it: {told}", part.as_str());
                    }
                    if progress.said.elapsed() >= PACE || progress.done == count {
                        progress.said = Instant::now();
                        println!("{}: {}", part.as_str(), progress.text(count, began));
                    }
                }
            });
        }
    });
    let mut wrong = progress.into_inner().unwrap_or_else(PoisonError::into_inner).wrong;
    if let Err(told) = ground.ends() {
        println!("{}: at the end: {told}", part.as_str());
        wrong += 1;
    }
    wrong
}

/// How often progress is told.
const PACE: Duration = Duration::from_secs(10);

struct Progress {
    done: usize,
    wrong: usize,
    said: Instant,
}

impl Progress {
    fn text(&self, count: usize, began: Instant) -> String {
        let mut text = format!("{} of {count} kills", self.done);
        if self.wrong > 0 {
            let _ = write!(text, ", {} with consequences", self.wrong);
        }
        let _ = write!(text, ", {}", shown(began.elapsed()));
        text
    }
}

fn table(tolls: &[Toll]) -> String {
    let mut sheet = Sheet::new(&["killed", "kills", "with consequences", "took"]);
    let mut row = |name: &str, kills: usize, wrong: usize, took: Duration| {
        sheet.row(&[name.to_owned(), kills.to_string(), wrong.to_string(), shown(took)]);
    };
    for toll in tolls {
        row(toll.part.as_str(), toll.kills, toll.wrong, toll.took);
    }
    if tolls.len() > 1 {
        let (kills, wrong) = (tolls.iter().map(|it| it.kills), tolls.iter().map(|it| it.wrong));
        row("all", kills.sum(), wrong.sum(), tolls.iter().map(|it| it.took).sum());
    }
    sheet.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_ends_with_the_sum_of_its_parts() {
        let toll = |part, kills| Toll { part, kills, wrong: 0, took: Duration::from_secs(2) };
        assert_eq!(
            table(&[toll(Part::Apply, 2), toll(Part::Rollback, 1)]),
            "killed    kills  with consequences    took\n\
             apply         2                  0  2.00 s\n\
             rollback      1                  0  2.00 s\n\
             all           3                  0  4.00 s\n"
        );
    }
}
