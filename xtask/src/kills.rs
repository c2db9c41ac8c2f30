//! `cargo xtask kills`: `kill -9` at many random instants of an apply, a backup or a restore, on a server of its own.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use radoub_testing::Cluster;
use radoub_testing::kills::{Experiment, History, Victim, WayBack, instants};

use crate::generated::binary_or;
use crate::steps::Failure;

/// How often to kill.
#[derive(Debug, clap::Args)]
pub(crate) struct KillsArguments {
    /// How many times
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
    binary: Option<std::path::PathBuf>,
}

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Apply,
    Backup,
    Restore,
}

/// The experiment, prepared.
enum Ground<'cluster> {
    Apply(Experiment<'cluster>),
    WayBack(WayBack<'cluster>, Victim),
}

impl Ground<'_> {
    fn kill_at(&self, instant: f64) -> Result<(), String> {
        match self {
            Self::Apply(experiment) => experiment.kill_at(instant),
            Self::WayBack(experiment, victim) => experiment.kill_at(*victim, instant),
        }
    }

    /// What is to be true once all are done.
    fn ends(&self) -> Result<(), String> {
        match self {
            Self::Apply(_) => Ok(()),
            Self::WayBack(experiment, _) => experiment.swept(),
        }
    }
}

/// Kills, looks, carries on, compares; tells every instant after which something was wrong.
pub(crate) fn kills(arguments: &KillsArguments) -> Result<(), Failure> {
    let binary = binary_or(arguments.binary.as_deref())?;
    let cluster = Cluster::try_with(Cluster::shared_options())
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    let experiment = match arguments.what {
        What::Apply => Ground::Apply(Experiment::prepare(&cluster, &binary, History::Mixed)),
        What::Backup => Ground::WayBack(WayBack::prepare(&cluster, &binary), Victim::Backup),
        What::Restore => Ground::WayBack(WayBack::prepare(&cluster, &binary), Victim::Restore),
    };
    let waiting = Mutex::new(instants(arguments.count, arguments.seed));
    let wrong = Mutex::new(0_usize);
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let instant = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let Some(instant) = instant else { return };
                    if let Err(told) = experiment.kill_at(instant) {
                        println!("killed at {instant:.3} of the run: {told}");
                        *wrong.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Err(told) = experiment.ends() {
        println!("at the end: {told}");
        wrong += 1;
    }
    println!("{} kills, {wrong} with consequences", arguments.count);
    if wrong == 0 {
        Ok(())
    } else {
        Err(Failure::Told("something that was killed was not carried on".to_owned()))
    }
}
