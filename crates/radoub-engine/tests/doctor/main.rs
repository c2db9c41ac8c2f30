//! The doctor on planted fleets: for every check one in which exactly that is wrong, and a sound one in which nothing
//! is.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod databases;
mod explain;
mod files;
mod founding;
mod ground;
mod machine;

use std::collections::BTreeSet;

use radoub_engine::doctor::Check;

/// Checks whose finding depends on containers; they are planted as values in `doctor/containers.rs`.
const CONTAINERS: [Check; 5] = [
    Check::ContainerOutOfMemory,
    Check::ContainerRestarting,
    Check::ContainerStopped,
    Check::ContainerUnhealthy,
    Check::HealthRouteBlind,
];

#[test]
fn every_check_has_a_fleet_in_which_it_is_found() {
    let planted: BTreeSet<Check> = files::CASES
        .iter()
        .map(|it| it.check)
        .chain(files::GIT)
        .chain(databases::CASES.iter().map(|it| it.check))
        .chain(databases::OTHERS)
        .chain(machine::CASES)
        .chain(CONTAINERS)
        .collect();
    let without: Vec<&str> =
        Check::ALL.iter().filter(|it| !planted.contains(it)).map(|it| it.as_str()).collect();
    assert!(without.is_empty(), "no test plants {without:?}");
}

#[test]
fn there_are_more_than_sixty_checks_and_no_name_is_given_twice() {
    let names: BTreeSet<&str> = Check::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(names.len(), Check::ALL.len());
    assert!(names.len() > 60, "{}", names.len());
}
