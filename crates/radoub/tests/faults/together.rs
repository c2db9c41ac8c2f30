//! Row 11: two operators start together.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};

use crate::{radoub, wait_until};

const ASLEEP: &str = "SELECT EXISTS (SELECT FROM pg_stat_activity \
                      WHERE wait_event = 'PgSleep' AND datname = current_database())";

fn fleet(cluster: &Cluster) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("orders")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\nSELECT pg_sleep(3);\n"),
    );
    fleet
        .add(Member::new("billing").migration("20240101000000_init", "CREATE TABLE b (id int);\n"));
    fleet
}

#[test]
fn fault_11_of_two_operators_one_runs_and_the_other_says_who_since_when_and_where() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    let first = radoub(fleet.path(), &["apply", "orders"]).env("USER", "alice").start();
    wait_until(&fleet, "orders", ASLEEP);
    let answer =
        radoub(fleet.path(), &["apply", "--wait", "0.2"]).env("USER", "bob").run().expect(1);
    for word in ["alice", "orders", "since", &first.pid().to_string()] {
        assert!(answer.stderr.contains(word), "`{word}` is not said:\n{}", answer.text());
    }
    let document =
        radoub(fleet.path(), &["apply", "--json", "--wait", "0.2"]).run().expect(1).json();
    assert_eq!(document["atWork"]["user"], "alice", "{document:#}");
    radoub(fleet.path(), &["resume"]).run().expect(1);
    let answer = radoub(fleet.path(), &["history"]).run().expect(0);
    assert!(answer.stdout.contains("running"), "{}", answer.text());

    // Other services are free, and whoever is patient gets its turn.
    radoub(fleet.path(), &["apply", "billing"]).run().expect(0);
    let answer = radoub(fleet.path(), &["apply", "--wait", "30"]).run().expect(0);
    first.wait().expect(0);
    assert!(answer.stdout.contains("NOTHING TO APPLY"), "{}", answer.text());
}

#[test]
fn fault_11_operators_that_start_in_the_same_moment_apply_each_migration_once() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    let all: Vec<_> =
        (0..4).map(|_| radoub(fleet.path(), &["apply", "--wait", "30"]).start()).collect();
    for one in all {
        one.wait().expect(0);
    }
    for service in ["orders", "billing"] {
        let rows = fleet.database(service).psql("SELECT count(*) FROM _prisma_migrations");
        assert_eq!(rows, "1", "{service}");
    }
    let active = fleet.path().join(".radoub/active");
    let left: Vec<_> = active.read_dir().unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["guard"]);
}
