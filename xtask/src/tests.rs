//! `cargo xtask test`: everything that has to hold before a change is merged, in one call.

use radoub_testing::Cluster;

use crate::steps::{Failure, Steps, cargo, run, runs};
use crate::{conformance, generated, ground, licences, matrix, walls};

/// How to test.
#[derive(Debug, clap::Args)]
pub(crate) struct TestArguments {
    /// Run the database tests on PostgreSQL 13 to 18, from npm packages, instead of everything once
    #[arg(long)]
    matrix: bool,
    /// With --matrix: only these major versions
    #[arg(long, value_delimiter = ',', requires = "matrix")]
    versions: Vec<u32>,
    /// Only the tests, neither lints nor documentation
    #[arg(long)]
    tests_only: bool,
    /// Names of tests to run
    #[arg(last = true)]
    filter: Vec<String>,
}

/// Sets up and checks everything; goes on after a failure and tells all of them at the end.
pub(crate) fn test(arguments: &TestArguments) -> Result<(), Failure> {
    println!("== what the tests need");
    ground::set_up()?;
    if arguments.matrix {
        return matrix::matrix(&arguments.versions, &arguments.filter);
    }
    let mut steps = Steps::default();
    let everything = !arguments.tests_only && arguments.filter.is_empty();
    if everything {
        steps.take("format", || run(&mut cargo(&["fmt", "--all", "--check"])));
        steps.take("walls", walls::walls);
        steps.take("licences and sources", licences::licences);
        steps.take("lints", || {
            run(&mut cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--quiet",
                "--",
                "-D",
                "warnings",
            ]))
        });
    }
    steps.take("tests", || tests_of(&["--workspace"], &arguments.filter, &[]));
    if everything {
        steps.take("documentation", || {
            run(cargo(&["doc", "--workspace", "--no-deps", "--quiet", "--document-private-items"])
                .env("RUSTDOCFLAGS", "-D warnings"))
        });
        steps.take("generated documentation is fresh", || {
            generated::generate(&generated::GenArguments { check: true, ..Default::default() })
        });
        steps.take("conformance", || {
            conformance::conformance(&conformance::ConformanceArguments::default())
        });
    }
    steps.end()
}

/// Runs tests of the packages that `scope` names on one server for all, by nextest where it is installed.
pub(crate) fn tests_of(
    scope: &[&str],
    filter: &[String],
    variables: &[(&str, &str)],
) -> Result<(), Failure> {
    let mut options = Cluster::shared_options();
    if let Some((_, folder)) = variables.iter().find(|(name, _)| *name == "RADOUB_TEST_PG_BIN") {
        let binaries = radoub_testing::postgres::Binaries::in_folder(folder.into())
            .map_err(|error| Failure::Told(error.to_string()))?;
        options.binaries = Some(binaries);
    }
    let cluster = Cluster::try_with(options)
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    println!("PostgreSQL {} on port {}, for all tests", cluster.version(), cluster.port());
    let port = cluster.port().to_string();
    let nextest = runs("cargo", &["nextest", "--version"]);
    let words: &[&str] = if nextest {
        &[
            "nextest",
            "run",
            "--no-fail-fast",
            "--status-level",
            "slow",
            "--final-status-level",
            "slow",
        ]
    } else {
        &["test", "--no-fail-fast"]
    };
    let mut command = cargo(words);
    command.args(scope);
    if !filter.is_empty() {
        command.arg("--").args(filter);
    }
    command.env("RADOUB_TEST_SERVER", &port).envs(variables.iter().copied());
    let outcome = run(&mut command);
    if nextest && filter.is_empty() {
        // Examples in the documentation, which nextest leaves out.
        let doc =
            run(cargo(&["test", "--doc", "--quiet"]).args(scope).env("RADOUB_TEST_SERVER", &port));
        return outcome.and(doc);
    }
    outcome
}
