//! Backup, proof, restore: there and back again.

use radoub_testing::secret::assert_silent;

use crate::{dump, only, orders, radoub, server, strangers, take};

#[test]
fn a_backup_is_proven_while_it_is_written_and_leaves_nothing_behind() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    let answer = radoub(fleet.path(), &["backup", "--json"]).run().expect(0);
    let backup = only(&answer);
    assert_eq!(backup["verified"], true, "{backup:#}");
    // 500 orders, 200 items, 366 events, 2 of the family, 1 row of the ledger.
    assert_eq!(backup["rows"], 500 + 200 + 366 + 2 + 1, "{backup:#}");
    assert_eq!(strangers(&cluster), "");
    let folder = backup["folder"].as_str().expect("a folder");
    let manifest = std::fs::read_to_string(format!("{folder}/manifest.json")).expect("a manifest");
    assert_silent("the manifest", &manifest);
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["format"], 1);
    assert_eq!(manifest["ledger"][0]["migration"], "20240101000000_init", "{manifest:#}");
    assert_eq!(manifest["ledger"][0]["state"], "applied");
    let data = std::fs::read(format!("{folder}/data.dump.zst")).expect("data");
    assert_eq!(data.len() as u64, backup["bytes"].as_u64().expect("bytes"));
    let others: Vec<_> = std::fs::read_dir(fleet.path().join(".radoub/backups"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert_eq!(others, [".gitignore"]);
}

#[test]
fn a_restored_database_is_equal_byte_for_byte_and_the_old_one_stays_aside() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    let database = fleet.database("orders");
    let name = database.name();
    database.psql(&format!(
        "ALTER DATABASE \"{name}\" SET work_mem = '7MB'; CREATE ROLE reader; \
         REVOKE ALL ON DATABASE \"{name}\" FROM PUBLIC; GRANT CONNECT ON DATABASE \"{name}\" TO reader; \
         COMMENT ON DATABASE \"{name}\" IS 'the orders'"
    ));
    let facts = format!(
        "SELECT datacl, datconnlimit, shobj_description(oid, 'pg_database'), \
         (SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = d.oid) \
         FROM pg_database d WHERE datname = '{name}'"
    );
    let (before, facts_before) =
        (dump(&fleet, &cluster, "orders"), cluster.psql("postgres", &facts));
    let id = take(&fleet);
    database.psql(
        "DELETE FROM \"Order\" WHERE id <= 100; INSERT INTO parent VALUES (7); DROP TABLE event; \
         CREATE TABLE late (id int); INSERT INTO late VALUES (1)",
    );
    let after = dump(&fleet, &cluster, "orders");

    let told = radoub(fleet.path(), &["restore", "orders", &id, "--dry-run"]).run().expect(0);
    for word in [
        "Order: 400 rows now, 500 in the backup",
        "late: 1 row, and the backup has no such table",
        "event_2026: gone now, 182 rows come back",
    ] {
        assert!(told.stdout.contains(word), "`{word}` is not said:\n{}", told.text());
    }
    let answer = radoub(fleet.path(), &["restore", "orders", &id]).run().expect(1);
    assert!(answer.stderr.contains("--yes"), "{}", answer.text());
    assert_eq!(dump(&fleet, &cluster, "orders"), after, "nothing is done without consent");

    let answer =
        radoub(fleet.path(), &["restore", "orders", &id, "--yes", "--json"]).run().expect(0);
    let document = answer.json();
    let aside = document["services"][0]["aside"].as_str().expect("a name").to_owned();
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
    assert_eq!(cluster.psql("postgres", &facts), facts_before);
    assert_eq!(
        cluster.dump(&aside).expect("a pg_dump that fits"),
        after,
        "the replaced one is whole"
    );
    assert_eq!(strangers(&cluster), "");
    radoub(fleet.path(), &["check"]).run().expect(0);

    let again = radoub(fleet.path(), &["restore", "orders", &id, "--yes"]).run().expect(0);
    assert!(again.stdout.contains("restored from"), "{}", again.text());

    let pruned = radoub(fleet.path(), &["backup", "prune", "--replaced"]).run().expect(0);
    assert!(pruned.stdout.contains(&aside), "{}", pruned.text());
    radoub(fleet.path(), &["backup", "prune", "--replaced", "--yes"]).run().expect(0);
    let left = format!("SELECT count(*) FROM pg_database WHERE datname = '{aside}'");
    assert_eq!(cluster.psql("postgres", &left), "0");
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
}
