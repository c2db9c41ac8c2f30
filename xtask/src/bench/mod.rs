//! How fast radoub is beside the tools it stands next to, measured in one run on one machine.
//!
//! Each bench is one file; this one has what they share: medians and peak memory.

mod backup;
mod drift;
mod engine;
mod fleet;
mod introspect;
mod load;
mod replay;
mod run;
mod services;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::generated::target;
use crate::sheet::{Sheet, shown};
use crate::steps::{self, Failure, cargo, line};

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct BenchArguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Debug, clap::Subcommand)]
enum Bench {
    /// The three sides of the founding fleet, beside the real engine asked the same
    Drift(drift::DriftArguments),
    /// A backup with proof, beside bare pg_dump and pg_restore, and its memory
    Backup(backup::BackupArguments),
    /// Schema, database and history to SQL, beside the real schema engine, and the growth with the size
    Engine(engine::EngineArguments),
    /// `check` and `apply` of whole fleets, beside the Prisma CLI, dbmate and psql
    Fleet(fleet::FleetArguments),
    /// `apply` of twelve services beside psql, a backup with proof beside pg_dump and pg_restore
    Run(run::RunArguments),
    /// What fifty clients wait for while a migration changes the tables that they use
    Load(load::LoadArguments),
}

/// Runs one bench.
pub(crate) fn bench(arguments: &BenchArguments) -> Result<(), Failure> {
    match &arguments.bench {
        Bench::Drift(arguments) => drift::drift(arguments),
        Bench::Backup(arguments) => backup::backup(arguments),
        Bench::Engine(arguments) => engine::engine(arguments),
        Bench::Fleet(arguments) => fleet::fleet(arguments),
        Bench::Load(arguments) => load::load(arguments),
        Bench::Run(arguments) => run::run(arguments),
    }
}

/// One call of a program, measured.
#[derive(Debug, Clone, Copy)]
struct Measure {
    /// From its start to its end.
    duration: Duration,
    /// The most memory it held (`VmHWM`), in bytes; 0 where `/proc` does not say.
    memory: u64,
    /// Its exit code; -1 when a signal ended it.
    code: i32,
}

/// Runs a program once, its output thrown away.
fn measure(command: &mut Command) -> Result<Measure, Failure> {
    let line = line(command);
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| Failure::Start { line: line.clone(), source })?;
    let status_file = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut memory = 0;
    let status = loop {
        // The last look before the end sees the peak: the kernel keeps it.
        memory = peak(&status_file).max(memory);
        match child.try_wait().map_err(|source| Failure::Start { line: line.clone(), source })? {
            Some(status) => break status,
            None => pause(),
        }
    };
    Ok(Measure { duration: began.elapsed(), memory, code: status.code().unwrap_or(-1) })
}

/// Runs a program to its end without looking at it meanwhile: many that are looked at at once hold each other up.
fn succeed(command: &mut Command) -> Result<(), Failure> {
    let line = line(command);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status =
        command.status().map_err(|source| Failure::Start { line: line.clone(), source })?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Told(format!("`{line}` ended with {status}")))
    }
}

fn peak(status_file: &PathBuf) -> u64 {
    let text = fs::read_to_string(status_file).unwrap_or_default();
    let kilobytes = text
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch without a runtime; half a millisecond is finer than what is measured"
)]
fn pause() {
    std::thread::sleep(Duration::from_micros(500));
}

/// The value in the middle.
fn median(mut values: Vec<Duration>) -> Duration {
    values.sort();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Builds the slim command (without the embedded server) as it is released, and gives its path.
fn release() -> Result<PathBuf, Failure> {
    steps::run(&mut cargo(&[
        "build",
        "--release",
        "--package",
        "radoub",
        "--no-default-features",
    ]))?;
    Ok(target().join("release").join(format!("radoub{}", std::env::consts::EXE_SUFFIX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_value_in_the_middle() {
        let values = [3, 1, 2].map(Duration::from_millis).to_vec();
        assert_eq!(median(values), Duration::from_millis(2));
    }

    #[test]
    fn the_peak_of_a_program_is_seen() {
        let measure = measure(&mut Command::new("true")).expect("it runs");
        assert_eq!(measure.code, 0);
    }
}
