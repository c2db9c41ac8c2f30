//! `cargo xtask e2e`: the program beside a real Docker engine: the guide's “Problème 1”, every command of
//! `docs/guide`, and the rows of the fault matrix that are about services.
//!
//! They are among the tests of `cargo xtask test` too; here they are run alone, without the embedded PostgreSQL,
//! which none of them needs and which takes minutes to build.

use radoub_testing::docker;

use crate::ground;
use crate::steps::{Failure, cargo, run, runs};

/// Which of them to run.
#[derive(Debug, clap::Args)]
pub(crate) struct E2eArguments {
    /// Names of tests to run
    #[arg(last = true)]
    filter: Vec<String>,
}

/// The packages of the tests and of the small service that they put into images.
const SCOPE: [&str; 5] =
    ["--package", "radoub", "--package", "radoub-testing", "--no-default-features"];

/// Sets up Docker, builds the service of the images, runs the tests.
pub(crate) fn e2e(arguments: &E2eArguments) -> Result<(), Failure> {
    println!("== what the tests need");
    ground::set_up()?;
    if !docker::installed() {
        return Err(Failure::Told("there is no Docker to test with".to_owned()));
    }
    run(cargo(&["build", "--bins"]).args(SCOPE))?;
    let mut command = if runs("cargo", &["nextest", "--version"]) {
        let mut command = cargo(&["nextest", "run", "--no-fail-fast"]);
        command.args(SCOPE).args(["--filterset", "binary(docker)"]);
        command
    } else {
        let mut command = cargo(&["test", "--no-fail-fast"]);
        command.args(SCOPE).args(["--test", "docker"]);
        command
    };
    if !arguments.filter.is_empty() {
        command.arg("--").args(&arguments.filter);
    }
    run(&mut command)
}
