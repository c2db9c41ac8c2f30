//! `cargo xtask kills`: `kill -9` at many random instants of an apply, on a server of its own.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use radoub_testing::Cluster;
use radoub_testing::kills::{Experiment, History, instants};

use crate::generated::binary_or;
use crate::steps::Failure;

/// How often to kill.
#[derive(Debug, clap::Args)]
pub(crate) struct KillsArguments {
    /// How many times
    #[arg(long, default_value_t = 200)]
    count: usize,
    /// The instants are the same for the same number
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A radoub that is built already
    #[arg(long, value_name = "PATH")]
    binary: Option<std::path::PathBuf>,
}

/// Kills, looks, carries on, compares; tells every instant after which something was wrong.
pub(crate) fn kills(arguments: &KillsArguments) -> Result<(), Failure> {
    let binary = binary_or(arguments.binary.as_deref())?;
    let cluster = Cluster::try_with(Cluster::shared_options())
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    let experiment = Experiment::prepare(&cluster, &binary, History::Mixed);
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
    let wrong = wrong.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("{} kills, {wrong} with consequences", arguments.count);
    if wrong == 0 {
        Ok(())
    } else {
        Err(Failure::Told("a run that was killed was not gone on with".to_owned()))
    }
}
