//! The oracle and the fleets, tried together.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::oracle::{Cli, History, Oracle, Place, ledger};
use radoub_testing::shared::shared_or_say;

#[test]
fn the_real_engine_sees_what_is_pending_and_deploys_it() {
    let Some(shared) = shared_or_say("the oracle's own test") else { return };
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("orders")
            .migration(
                "20240101000000_init",
                "CREATE TABLE \"Thing\" (id int PRIMARY KEY, name text NOT NULL);\n",
            )
            .migration("20240102000000_more", "CREATE TABLE more (id int PRIMARY KEY);\n"),
    );
    let url = fleet.database("orders").url();
    let (migrations, schema) = (fleet.migrations("orders"), fleet.schema("orders"));
    let place = Place { url: &url, migrations: &migrations, schema: &schema };
    let oracle = Oracle::of(&shared);

    let withheld = fleet.withhold("orders", 1);
    assert_eq!(oracle.deploy(place), Ok(vec!["20240101000000_init".to_owned()]));
    withheld.give_back();
    let diagnosis = oracle.diagnose(place).expect("a diagnosis");
    assert_eq!(
        diagnosis.history,
        Some(History::DatabaseIsBehind {
            unapplied_migration_names: vec!["20240102000000_more".to_owned()]
        })
    );

    let cli = Cli::of(&shared, place);
    let status = cli.call(&["migrate", "status"]).output().expect("the CLI runs");
    assert_eq!(status.status.code(), Some(1));
    let said = String::from_utf8_lossy(&status.stdout);
    assert!(said.contains("20240102000000_more"), "{said}");

    assert_eq!(oracle.deploy(place), Ok(vec!["20240102000000_more".to_owned()]));
    let rows = ledger(cluster, fleet.database("orders").name());
    assert_eq!(
        rows.iter().map(|row| (row.name.as_str(), row.finished, row.steps)).collect::<Vec<_>>(),
        [("20240101000000_init", true, 1), ("20240102000000_more", true, 1)]
    );
}

#[test]
fn a_script_that_fails_is_refused_with_the_words_of_the_server() {
    let Some(shared) = shared_or_say("the oracle's own test") else { return };
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("billing")
            .migration("20240101000000_init", "ALTER TABLE nowhere ADD COLUMN a int;\n"),
    );
    let url = fleet.database("billing").url();
    let (migrations, schema) = (fleet.migrations("billing"), fleet.schema("billing"));
    let place = Place { url: &url, migrations: &migrations, schema: &schema };
    let refusal = Oracle::of(&shared).deploy(place).expect_err("it cannot work");
    assert_eq!(refusal.code.as_deref(), Some("P3018"));
    assert_eq!(refusal.database.and_then(|error| error.sqlstate).as_deref(), Some("42P01"));
}
