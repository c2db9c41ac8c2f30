//! No change without a way back: what `apply` does about backups before it begins.

use serde_json::Value;

use radoub_testing::fleet::Fleet;

use crate::{dump, orders, radoub, server, strangers};

/// A second migration for the filled service.
const MORE: &str = "ALTER TABLE \"Order\" ADD COLUMN place text;\n";

/// The service with a migration to apply.
fn behind(fleet: &Fleet<'_>) {
    let folder = fleet.migrations("orders").join("20240201000000_more");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("migration.sql"), MORE).expect("a file");
}

/// `apply` as a person calls it: with a backup.
fn apply(fleet: &Fleet<'_>, arguments: &[&str]) -> radoub_testing::command::Answer {
    let arguments: Vec<&str> = ["apply"].into_iter().chain(arguments.iter().copied()).collect();
    radoub(fleet.path(), &arguments).env("RADOUB_NO_BACKUP", "0").run()
}

fn backups(fleet: &Fleet<'_>) -> Vec<Value> {
    let document = radoub(fleet.path(), &["backups", "--json"]).run().expect(0).json();
    document["backups"].as_array().expect("backups").clone()
}

#[test]
fn a_database_is_backed_up_and_proven_before_it_is_changed_and_comes_back_whole() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    behind(&fleet);
    let before = dump(&fleet, &cluster, "orders");
    let plan = radoub(fleet.path(), &["plan"]).env("RADOUB_NO_BACKUP", "0").run().expect(1);
    assert!(plan.stdout.contains("before: a backup, read back"), "{}", plan.text());
    assert_eq!(backups(&fleet).len(), 0, "a plan changes nothing");

    let document = apply(&fleet, &["--json"]).expect(0).json();
    let line = &document["services"][0];
    assert_eq!(line["outcome"], "applied", "{document:#}");
    let kept = backups(&fleet);
    assert_eq!(kept.len(), 1, "{kept:#?}");
    assert_eq!(kept[0]["id"], line["backup"], "{document:#}");
    assert_eq!(kept[0]["verified"], true, "{kept:#?}");
    assert_eq!(strangers(&cluster), "");

    let id = line["backup"].as_str().expect("a name");
    radoub(fleet.path(), &["restore", "orders", id, "--yes"]).run().expect(0);
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
}

#[test]
fn nothing_is_changed_when_no_backup_can_be_made_unless_that_is_named() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    behind(&fleet);
    let nowhere = fleet.path().join("empty");
    std::fs::create_dir(&nowhere).expect("a folder");
    fleet.write("radoub.toml", "[backup]\nprograms = \"empty\"\nvia = \"host\"\n");
    let before = dump(&fleet, &cluster, "orders");
    let answer = apply(&fleet, &["--json"]);
    let document = answer.expect(2).json();
    let line = &document["services"][0];
    assert_eq!(line["outcome"], "failed", "{document:#}");
    assert_eq!(line["problem"]["code"], "pg-dump-missing", "{document:#}");
    assert_eq!(line["applied"].as_array().map(Vec::len), Some(0), "{document:#}");
    assert_eq!(dump(&fleet, &cluster, "orders"), before);

    let document = apply(&fleet, &["--no-backup", "--json"]).expect(0).json();
    assert_eq!(document["services"][0]["backup"], Value::Null, "{document:#}");
    assert_eq!(backups(&fleet).len(), 0);
}

#[test]
fn a_saved_plan_takes_a_backup_that_is_younger_than_it_and_no_older_one() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    behind(&fleet);
    radoub(fleet.path(), &["backup"]).run().expect(0);
    radoub(fleet.path(), &["plan", "-o", "plan.json"]).run().expect(1);
    let document = apply(&fleet, &["--plan", "plan.json", "--json"]).expect(0).json();
    assert_eq!(backups(&fleet).len(), 2, "the one before the plan is too old");
    let used = document["services"][0]["backup"].as_str().expect("a name").to_owned();
    assert_eq!(backups(&fleet).iter().filter(|it| it["id"] == used.as_str()).count(), 1);

    let folder = fleet.migrations("orders").join("20240301000000_third");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("migration.sql"), "CREATE TABLE third (id int);\n").expect("a file");
    radoub(fleet.path(), &["plan", "-o", "plan.json"]).run().expect(1);
    radoub(fleet.path(), &["backup"]).run().expect(0);
    let newest = backups(&fleet).iter().map(|it| it["id"].to_string()).max();
    let document = apply(&fleet, &["--plan", "plan.json", "--json"]).expect(0).json();
    assert_eq!(backups(&fleet).len(), 3, "the one behind the plan will do");
    assert_eq!(Some(document["services"][0]["backup"].to_string()), newest, "{document:#}");
}

#[test]
fn an_empty_database_and_an_up_to_date_one_need_none() {
    let Some(cluster) = server() else { return };
    let mut fleet = Fleet::on(&cluster);
    fleet.add(crate::member("orders"));
    let document = apply(&fleet, &["--json"]).expect(0).json();
    assert_eq!(document["services"][0]["backup"], Value::Null, "{document:#}");
    apply(&fleet, &[]).expect(0);
    assert_eq!(backups(&fleet).len(), 0);
}
