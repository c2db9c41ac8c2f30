//! Rows 23, 25, 29 and 48: the server restarts between waves, has no connection left, lacks an
//! extension, or holds what the history does not say.

use std::time::Duration;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::postgres::Options;

use crate::{facts, journals, line, radoub, script, wait_until};

#[test]
fn fault_23_a_server_that_restarts_between_waves_is_waited_for() {
    let cluster = Cluster::with(Options::default().setting("synchronous_commit", "on"));
    let mut fleet = Fleet::on(&cluster);
    fleet.add(Member::new("auth").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    fleet
        .add(Member::new("billing").migration("20240101000000_init", "CREATE TABLE b (id int);\n"));
    fleet.write("radoub.toml", "[service.billing]\nafter = [\"auth\"]\n");
    let heard = |fact: &str| {
        let runs = fleet.path().join(".radoub/runs").read_dir();
        let is_there = |run: std::fs::DirEntry| run.path().join("journal.jsonl").is_file();
        let has_begun = runs.is_ok_and(|runs| runs.flatten().any(is_there));
        has_begun
            && journals(&fleet)
                .pop()
                .is_some_and(|(_, lines)| facts(&lines).iter().any(|it| it == fact))
    };
    let wait_for = |fact: &str| {
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        while !heard(fact) {
            assert!(std::time::Instant::now() < deadline, "{fact} is not heard of");
        }
    };
    let document = std::thread::scope(|scope| {
        // The second wave waits for somebody else's lock, so that it has begun nothing when the server goes away.
        let billing = fleet.database("billing");
        let holder =
            scope.spawn(|| billing.query("SELECT pg_advisory_lock(72707369), pg_sleep(60)"));
        let held = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted)";
        wait_until(&fleet, "billing", held);
        let running = radoub(fleet.path(), &["apply", "--wait", "60", "--json"]).start();
        wait_for("waiting-for-lock");
        cluster.stop();
        assert!(holder.join().expect("no panic").is_err(), "its session went with the server");
        wait_for("waiting-for-server");
        cluster.restart();
        running.wait().expect(0).json()
    });
    assert_eq!(line(&document, "billing")["outcome"], "applied", "{document:#}");
    assert_eq!(fleet.database("billing").psql("SELECT to_regclass('b') IS NOT NULL"), "t");
}

#[test]
fn fault_25_a_server_without_a_free_connection_is_tried_again() {
    let cluster = Cluster::with(
        Options::default()
            .setting("max_connections", 7)
            .setting("superuser_reserved_connections", 0),
    );
    let mut fleet = Fleet::on(&cluster);
    fleet.add(Member::new("orders").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    fleet.add(Member::new("billing").migration("20240101000000_init", "SELECT pg_sleep(1.5);\n"));
    fleet.write("radoub.toml", "[service.orders]\nafter = [\"billing\"]\n");
    let running = radoub(fleet.path(), &["apply", "--wait", "60", "--json"]).start();
    let asleep = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')";
    wait_until(&fleet, "billing", asleep);
    // The application takes every connection that is left, and keeps them for a while.
    let url = fleet.database("orders").url();
    let load: Vec<_> = (0..12)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || {
                while radoub_testing::postgres::ask(&url, "SELECT pg_sleep(4)").is_err() {}
            })
        })
        .collect();
    let document = running.wait().expect(0).json();
    assert_eq!(line(&document, "orders")["outcome"], "applied", "{document:#}");
    for one in load {
        one.join().expect("the load ends");
    }
}

#[test]
fn fault_29_an_extension_that_the_server_does_not_have_is_told_before_anything() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("orders")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\n")
            .migration(
                "20240102000000_ext",
                "CREATE EXTENSION IF NOT EXISTS \"no_such_extension\";\n",
            ),
    );
    fleet.add(Member::new("later").migration("20240101000000_init", "CREATE TABLE b (id int);\n"));
    fleet.write("radoub.toml", "[service.later]\nafter = [\"orders\"]\n");
    let document = radoub(fleet.path(), &["apply", "--json"]).run().expect(1).json();
    assert_eq!(
        line(&document, "orders")["problem"]["code"],
        "extension-unavailable",
        "{document:#}"
    );
    assert_eq!(fleet.database("orders").psql("SELECT to_regclass('a') IS NULL"), "t");
    // Nothing of a later wave is begun either.
    assert_eq!(fleet.database("later").psql("SELECT to_regclass('b') IS NULL"), "t");
}

#[test]
fn fault_48_what_drift_makes_impossible_is_told_when_planning() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(Member::new("orders").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    radoub(fleet.path(), &["apply"]).run().expect(0);
    // Somebody has pushed what the migration brings.
    fleet.database("orders").psql("ALTER TABLE a ADD COLUMN role text");
    fleet.write(
        &script("orders", "20240102000000_role"),
        "CREATE TABLE b (id int);\nALTER TABLE a ADD COLUMN role text;\n",
    );
    let document = radoub(fleet.path(), &["plan", "--json"]).run().expect(1).json();
    let problem = &line(&document, "orders")["problem"];
    assert_eq!(problem["code"], "already-there", "{document:#}");
    let answer = radoub(fleet.path(), &["apply"]).run().expect(1);
    for word in ["line 2", "ADD COLUMN role", "radoub resolve orders --applied 20240102000000_role"]
    {
        assert!(answer.stdout.contains(word), "`{word}` is not said:\n{}", answer.text());
    }
    assert_eq!(fleet.database("orders").psql("SELECT to_regclass('b') IS NULL"), "t");
    assert_eq!(
        fleet.database("orders").psql("SELECT count(*) FROM _prisma_migrations"),
        "1",
        "no failed row stands in anybody's way"
    );
}
