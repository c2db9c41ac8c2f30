//! `radoub demo`, the first command of the README, as a newcomer calls it.

use radoub_testing::command::Answer;

use crate::radoub;

fn demo(server: &str) -> Answer {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The search path has to be there for the programs of a local server.
    radoub(folder.path(), &["demo", "--server", server]).with_path().run()
}

#[track_caller]
fn ends_well(answer: Answer) {
    let answer = answer.expect(0);
    for word in [
        "2 SERVICES OUT OF 11",
        "ALL PENDING MIGRATIONS ARE APPLIED",
        "ALL MIGRATIONS ARE UP TO DATE",
    ] {
        assert!(answer.stdout.contains(word), "`{word}` is not said:\n{}", answer.text());
    }
}

#[test]
fn the_demo_mends_its_fleet_on_a_local_server() {
    ends_well(demo("local"));
}

#[test]
fn the_demo_mends_its_fleet_on_the_embedded_server() {
    let answer = demo("embedded");
    if answer.stderr.contains("was built without the embedded PostgreSQL") {
        println!("left out: this radoub has no embedded PostgreSQL");
        return;
    }
    ends_well(answer);
}
