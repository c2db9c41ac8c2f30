//! The tasks of this project: what a person, the CI and a release do with it, each as one word.
//!
//! Tasks drive the workspace from outside, as a person at a terminal would; no crate of the product is
//! used here.

#![expect(clippy::print_stdout, reason = "a task talks to the person who started it")]

mod bench;
mod conformance;
mod e2e;
mod faults;
mod fuzz;
mod generated;
mod ground;
mod kills;
mod licences;
mod matrix;
mod sheet;
mod steps;
mod tests;
mod walls;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The tasks of this project
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Set up what tests need, then check the format, the lints, the tests, the documentation and the walls
    Test(tests::TestArguments),
    /// Measure radoub beside the tools it stands next to
    Bench(bench::BenchArguments),
    /// Compare radoub with the real Prisma engine, suite by suite, and hold what was reached
    Conformance(conformance::ConformanceArguments),
    /// Run the tests beside a real Docker engine alone: “Problème 1”, the guide, the faults of services
    E2e(e2e::E2eArguments),
    /// Show the fault matrix with its marks, from the names of the tests
    Faults(faults::FaultsArguments),
    /// Feed random and mangled schemas to the reader of schemas, by the clock
    Fuzz(fuzz::FuzzArguments),
    /// Write the generated documentation anew, or check that it is fresh
    Gen(generated::GenArguments),
    /// Kill an apply, a backup, a restore or a rollback at random instants, and look whether the next one carries on
    Kills(kills::KillsArguments),
    /// Check licences, banned crates and sources of all dependencies against deny.toml
    Licences,
    /// Check that each crate knows only what ARCHITECTURE.md lets it know
    Walls,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.task {
        Task::Test(arguments) => tests::test(&arguments),
        Task::Bench(arguments) => bench::bench(&arguments),
        Task::Conformance(arguments) => conformance::conformance(&arguments),
        Task::E2e(arguments) => e2e::e2e(&arguments),
        Task::Faults(arguments) => faults::faults(&arguments),
        Task::Fuzz(arguments) => fuzz::fuzz(&arguments),
        Task::Gen(arguments) => generated::generate(&arguments),
        Task::Kills(arguments) => kills::kills(&arguments),
        Task::Licences => licences::licences(),
        Task::Walls => walls::walls(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\n{failure}");
            let mut source = std::error::Error::source(&failure);
            while let Some(cause) = source {
                println!("  because {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}
