//! `kill -9` in the middle of an apply: the next `check` tells the truth, the next `apply` ends where an
//! undisturbed one does.
//!
//! A few instants here; `cargo xtask kills` takes two hundred.

use std::path::Path;

use radoub_testing::Cluster;
use radoub_testing::kills::{Experiment, instants};

#[test]
fn an_apply_killed_at_random_instants_is_carried_on() {
    let experiment =
        Experiment::prepare(Cluster::shared(), Path::new(env!("CARGO_BIN_EXE_radoub")));
    let told: Vec<String> = instants(8, 42)
        .into_iter()
        .filter_map(|instant| {
            experiment.kill_at(instant).err().map(|told| format!("at {instant:.3}: {told}"))
        })
        .collect();
    assert_eq!(told, [""; 0]);
}
