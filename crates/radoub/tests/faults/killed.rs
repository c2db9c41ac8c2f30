//! Rows 1 to 4 and 22: `kill -9` of radoub and of the server. A few instants here; `cargo xtask kills`
//! takes two hundred.

use std::path::Path;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::kills::{Experiment, History, instants};
use radoub_testing::network::Wire;
use radoub_testing::postgres::Options;
use radoub_testing::replay::{same_catalog, same_rows};

use crate::{line, radoub, wait_until};

#[track_caller]
fn killed(history: History, count: usize, seed: u64) {
    let experiment =
        Experiment::prepare(Cluster::shared(), Path::new(env!("CARGO_BIN_EXE_radoub")), history);
    let told: Vec<String> = instants(count, seed)
        .into_iter()
        .filter_map(|instant| {
            experiment.kill_at(instant).err().map(|told| format!("at {instant:.3}: {told}"))
        })
        .collect();
    assert_eq!(told, [""; 0]);
}

#[test]
fn fault_01_a_run_killed_within_transactions_is_resumed() {
    killed(History::Transactions, 5, 42);
}

#[test]
fn fault_03_a_run_killed_within_a_script_in_pieces_is_resumed() {
    killed(History::Pieces, 5, 43);
}

#[test]
fn fault_04_a_run_killed_while_indexes_are_built_is_resumed_and_leaves_no_invalid_one() {
    killed(History::Concurrently, 5, 44);
}

#[test]
fn fault_02_a_run_killed_between_the_commit_and_its_answer_is_not_applied_twice() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("orders")
            .migration(
                "20240101000000_init",
                "CREATE TABLE a (id serial);\nINSERT INTO a DEFAULT VALUES;\n",
            )
            .migration("20240102000000_more", "INSERT INTO a DEFAULT VALUES;\n"),
    );
    let direct = std::fs::read_to_string(fleet.path().join("docker-compose.yml")).unwrap();
    let wire = Wire::silent(cluster.port(), "INSERT INTO");
    let (from, to) = (format!(":{}:5432", cluster.port()), format!(":{}:5432", wire.port()));
    fleet.write("docker-compose.yml", direct.replace(&from, &to));
    let mut running = radoub(fleet.path(), &["apply"]).start();
    while !wire.has_lost_it() {
        assert!(!running.ended(), "it ended before its answer was lost");
    }
    running.kill();
    running.wait();

    // Committed, and nobody was told.
    assert_eq!(fleet.database("orders").psql("SELECT count(*) FROM a"), "1");
    fleet.write("docker-compose.yml", direct);
    let check = radoub(fleet.path(), &["check", "--json"]).run().expect(1).json();
    let pending = &check["services"][0]["history"]["pending"];
    assert_eq!(pending, &serde_json::json!(["20240102000000_more"]), "{check:#}");
    radoub(fleet.path(), &["resume", "--wait", "30"]).run().expect(0);
    assert_eq!(fleet.database("orders").psql("SELECT count(*) FROM a"), "2");
    radoub(fleet.path(), &["resume"]).run().expect(0);
    assert_eq!(fleet.database("orders").psql("SELECT count(*) FROM a"), "2");
}

#[test]
fn fault_22_a_server_killed_in_the_middle_is_looked_at_and_the_run_resumed() {
    let member = || {
        Member::new("orders")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\n")
            .migration(
                "20240102000000_long",
                "ALTER TABLE a ADD COLUMN b int;\nSELECT pg_sleep(3);\n",
            )
            .migration("20240103000000_last", "CREATE TABLE c (id int);\n")
    };
    let durable = || Options::default().setting("synchronous_commit", "on");
    let cluster = Cluster::with(durable());
    let mut fleet = Fleet::on(&cluster);
    fleet.add(member());
    let running = radoub(fleet.path(), &["apply", "--json", "--timeout", "5"]).start();
    let asleep = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')";
    wait_until(&fleet, "orders", asleep);
    cluster.kill();
    let answer = running.wait();
    let document = answer.json();
    let orders = line(&document, "orders");
    assert_eq!(orders["outcome"], "failed", "{document:#}");
    assert_eq!(orders["after"], "20240101000000_init", "{document:#}");
    assert_eq!(document["resumable"], true, "{document:#}");

    cluster.restart();
    let missing = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'b'";
    assert_eq!(fleet.database("orders").psql(missing), "0", "the server took it back");
    radoub(fleet.path(), &["resume"]).run().expect(0);

    let undisturbed = Cluster::with(durable());
    let mut alone = Fleet::on(&undisturbed);
    alone.add(member());
    radoub(alone.path(), &["apply"]).run().expect(0);
    let catalog =
        |fleet: &Fleet<'_>, cluster: &Cluster| cluster.catalog(fleet.database("orders").name());
    same_catalog(&catalog(&alone, &undisturbed), &catalog(&fleet, &cluster)).unwrap();
    let finished = |fleet: &Fleet<'_>, cluster: &Cluster| {
        let rows = radoub_testing::oracle::ledger(cluster, fleet.database("orders").name());
        rows.into_iter().filter(|row| row.finished).collect::<Vec<_>>()
    };
    same_rows(&finished(&alone, &undisturbed), &finished(&fleet, &cluster)).unwrap();
}
