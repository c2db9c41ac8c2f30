//! `cargo xtask fuzz`: random and mangled schemas for as long as is asked.
//!
//! What is tried and looked at is the matter of `radoub-prisma/tests/any_text.rs`, whose ordinary run
//! tries a few; this task gives it the corpus and the time.

use std::fs;
use std::path::PathBuf;

use radoub_testing::shared::shared;

use crate::steps::{Failure, cargo, root, run};

/// How long to look, and at what.
#[derive(Debug, clap::Args)]
pub(crate) struct FuzzArguments {
    /// For how long
    #[arg(long, value_name = "N", default_value_t = 10)]
    minutes: u64,
    /// A folder of schemas that are cut and shuffled (default: `../shared`, else `cases`)
    #[arg(long, value_name = "FOLDER")]
    seeds: Option<PathBuf>,
}

/// Tries texts until the time is over; fails at a panic, a hang or too much memory.
pub(crate) fn fuzz(arguments: &FuzzArguments) -> Result<(), Failure> {
    let seeds = arguments.seeds.clone().or_else(shared).unwrap_or_else(|| root().join("cases"));
    let current = root().join("target/fuzz.prisma");
    // With the checks of a development build, and as fast as they allow.
    let mut command = cargo(&["test", "--config", "profile.dev.opt-level=2"]);
    command
        .args(["-p", "radoub-prisma", "--test", "any_text", "by_the_clock", "--", "--nocapture"])
        .env("RADOUB_FUZZ_SECONDS", (arguments.minutes * 60).to_string())
        .env("RADOUB_FUZZ_SEEDS", seeds)
        .env("RADOUB_FUZZ_CURRENT", &current);
    if run(&mut command).is_err() {
        return Err(Failure::Told(format!("the last text is in {}", current.display())));
    }
    fs::remove_file(&current).map_err(Failure::file(&current))
}
