//! Histories of the corpus, applied by the real engine and by radoub: same catalog, same ledger, and where
//! one fails, the same failure.
//!
//! A share of them, long ones left out; `cargo xtask conformance --all replay` does all.

use std::path::Path;

use radoub_testing::Cluster;
use radoub_testing::oracle::Oracle;
use radoub_testing::replay::{cases, compare, share};
use radoub_testing::shared::shared_or_say;

/// Replays the cases and collects what differs.
fn differences(
    pick: impl FnOnce(Vec<radoub_testing::replay::Case>) -> Vec<radoub_testing::replay::Case>,
) -> Vec<String> {
    let Some(shared) = shared_or_say("replaying the corpus") else { return Vec::new() };
    let oracle = Oracle::of(&shared);
    let binary = Path::new(env!("CARGO_BIN_EXE_radoub"));
    let mut told = Vec::new();
    for case in pick(cases(&shared)) {
        if let Err(difference) = compare(Cluster::shared(), &oracle, binary, &case) {
            told.push(format!("{}: {difference}", case.id));
        }
    }
    told
}

#[test]
fn a_share_of_the_corpus_replays_alike() {
    assert_eq!(differences(|cases| share(cases, 6, 7)), [""; 0]);
}

#[test]
fn histories_that_fail_fail_alike() {
    // Two of the founding fleet (42P01), two that want an extension this server lacks (0A000).
    let failing = [
        "parabellum-erp/billing-service",
        "parabellum-erp/commercial-service",
        "SocialGouv__recosante",
        "prisma__prisma-examples",
    ];
    let told = differences(|cases| {
        cases.into_iter().filter(|case| failing.contains(&case.id.as_str())).collect()
    });
    assert_eq!(told, [""; 0]);
}
