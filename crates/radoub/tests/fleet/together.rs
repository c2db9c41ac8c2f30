//! Several at once on one database: two radoubs and one real `prisma migrate deploy`. Each migration is
//! applied once, and nobody waits for ever.

use std::collections::BTreeMap;
use std::process::Stdio;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::oracle::{Cli, Place, ledger};
use radoub_testing::shared::shared_or_say;

use crate::radoub;

/// Twelve migrations that each take a moment, and in the middle one that no transaction may hold.
fn member() -> Member {
    let mut member = Member::new("orders");
    for at in 0..12 {
        let script = match at {
            6 => "CREATE INDEX CONCURRENTLY step_5_name_idx ON step_5 (name);\n".to_owned(),
            _ => format!(
                "CREATE TABLE step_{at} (id serial PRIMARY KEY, name text);\nSELECT pg_sleep(0.02);\n"
            ),
        };
        member = member.migration(&format!("202401010000{at:02}_step"), script);
    }
    member
}

#[test]
fn fault_12_two_radoubs_and_a_real_deploy_apply_each_migration_once() {
    let Some(shared) = shared_or_say("the real CLI beside two radoubs") else { return };
    let cluster = Cluster::shared();
    let mut alone = Fleet::on(cluster);
    alone.add(member());
    radoub(alone.path(), &["apply"]).run().expect(0);

    let mut fleet = Fleet::on(cluster);
    fleet.add(member());
    let (url, migrations, schema) =
        (fleet.database("orders").url(), fleet.migrations("orders"), fleet.schema("orders"));
    let cli = Cli::of(&shared, Place { url: &url, migrations: &migrations, schema: &schema });

    let deploy = cli
        .call(&["migrate", "deploy"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node");
    let one = radoub(fleet.path(), &["apply", "--wait", "30"]).start();
    let other = radoub(fleet.path(), &["apply", "--wait", "30"]).start();
    let (one, other) = (one.wait(), other.wait());
    let deploy = deploy.wait_with_output().expect("node");
    let told = format!(
        "{}\n{}\ndeploy: {}",
        one.text(),
        other.text(),
        String::from_utf8_lossy(&deploy.stderr)
    );

    // The real CLI gives up after ten seconds of waiting (P1002), or meets the unfinished row of the index (P3009); radoub
    // finishes the work in every case.
    assert_eq!((one.code, other.code), (Some(0), Some(0)), "{told}");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let rows = ledger(cluster, fleet.database("orders").name());
    for row in &rows {
        assert!(row.finished && !row.rolled_back, "{row:?}\n{told}");
        *counts.entry(row.name.clone()).or_default() += 1;
    }
    assert_eq!(counts.len(), 12, "{told}");
    assert!(counts.values().all(|count| *count == 1), "{counts:?}\n{told}");
    assert_eq!(
        cluster.catalog(fleet.database("orders").name()),
        cluster.catalog(alone.database("orders").name()),
        "{told}"
    );
}

#[test]
fn whoever_waits_in_vain_says_who_holds_the_lock() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(Member::new("orders").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    // Prisma's lock, taken by hand; the connection holds it until it ends by itself.
    let url = fleet.database("orders").url();
    let holder = std::thread::spawn(move || {
        radoub_testing::postgres::ask(&url, "SELECT pg_advisory_lock(72707369); SELECT pg_sleep(4)")
    });
    let database = fleet.database("orders");
    while database.psql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 72707369 \
                         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == "0"
    {}
    let answer = radoub(fleet.path(), &["apply", "--wait", "1"]).run().expect(1);
    let pid = database.psql("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 72707369 \
                             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
    assert!(answer.stdout.contains(&pid), "the holder's pid {pid} is named:\n{}", answer.text());
    assert_eq!(database.psql("SELECT to_regclass('a') IS NULL"), "t");
    drop(holder.join());
}
