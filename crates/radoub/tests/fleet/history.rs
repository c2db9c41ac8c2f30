//! Files that are not as they should be: edited, missing, duplicated, empty, of another encoding, cut off.
//! Each has its own clear error, and nothing is changed before somebody says so.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, LOCK_FILE, Member};
use radoub_testing::oracle::ledger;

use crate::radoub;

const INIT: &str = "20240101000000_init";
const NEXT: &str = "20240102000000_next";

/// A service with one applied migration.
fn applied() -> Fleet<'static> {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("orders").migration(INIT, "CREATE TABLE a (id int);\n"));
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet
}

fn script(migration: &str) -> String {
    format!("services/orders/prisma/migrations/{migration}/migration.sql")
}

/// `apply` refuses with this code, says these words, and leaves catalog and ledger as they were.
#[track_caller]
fn refused(fleet: &Fleet<'_>, code: &str, exit: i32, words: &[&str]) {
    let cluster = Cluster::shared();
    let database = fleet.database("orders").name();
    let before = (cluster.catalog(database), ledger(cluster, database));
    let document = radoub(fleet.path(), &["apply", "--json"]).run().expect(exit).json();
    let service = &document["services"][0];
    assert_eq!(service["problem"]["code"], code, "{document:#}");
    let answer = radoub(fleet.path(), &["apply", "--plain"]).run().expect(exit);
    for word in words {
        assert!(answer.stdout.contains(word), "`{word}` is not said:\n{}", answer.text());
    }
    assert_eq!(
        (cluster.catalog(database), ledger(cluster, database)),
        before,
        "something was changed"
    );
}

#[test]
fn fault_45_an_edited_migration_stops_the_next_one() {
    let fleet = applied();
    fleet.write(&script(INIT), "CREATE TABLE a (id bigint);\n");
    let document = radoub(fleet.path(), &["check", "--json"]).run().expect(1).json();
    assert_eq!(document["services"][0]["state"], "edited", "{document:#}");
    fleet.write(&script(NEXT), "CREATE TABLE b (id int);\n");
    refused(&fleet, "edited", 1, &[INIT]);
}

#[test]
fn fault_45_line_ends_of_windows_are_no_edit() {
    let fleet = applied();
    fleet.write(&script(INIT), "CREATE TABLE a (id int);\r\n");
    radoub(fleet.path(), &["check"]).run().expect(0);
}

#[test]
fn fault_45_a_missing_migration_stops_the_next_one() {
    let fleet = applied();
    std::fs::remove_dir_all(fleet.migrations("orders").join(INIT)).expect("it is there");
    fleet.write(&script(NEXT), "CREATE TABLE b (id int);\n");
    let document = radoub(fleet.path(), &["check", "--json"]).run().expect(1).json();
    assert_eq!(document["services"][0]["state"], "diverged", "{document:#}");
    refused(&fleet, "missing", 1, &[INIT]);
}

#[test]
fn fault_45_a_migration_that_repeats_another_is_asked_about() {
    let fleet = applied();
    fleet.write(&script(NEXT), "CREATE TABLE a (id int);\n");
    refused(&fleet, "duplicated", 1, &[NEXT]);
}

#[test]
fn fault_46_bytes_that_are_not_utf8_are_asked_about() {
    let fleet = applied();
    fleet.write(&script(NEXT), b"CREATE TABLE b (name text DEFAULT '\xe9t\xe9');\n");
    refused(&fleet, "not-utf8", 1, &[NEXT]);
}

#[test]
fn fault_46_a_byte_order_mark_is_asked_about() {
    let fleet = applied();
    fleet.write(&script(NEXT), "\u{feff}CREATE TABLE b (id int);\n");
    refused(&fleet, "byte-order-mark", 1, &[NEXT]);
}

#[test]
fn fault_46_an_empty_file_is_asked_about() {
    let fleet = applied();
    fleet.write(&script(NEXT), "");
    refused(&fleet, "empty-file", 1, &[NEXT]);
}

#[test]
fn fault_46_an_unterminated_dollar_quote_is_asked_about() {
    let fleet = applied();
    fleet.write(&script(NEXT), "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1;\n");
    refused(&fleet, "unterminated", 1, &[NEXT]);
}

#[test]
fn a_lock_file_of_another_provider_is_refused() {
    let fleet = applied();
    fleet.write(&script(NEXT), "CREATE TABLE b (id int);\n");
    fleet.write(
        "services/orders/prisma/migrations/migration_lock.toml",
        LOCK_FILE.replace("postgresql", "mysql"),
    );
    refused(&fleet, "other-provider", 2, &["mysql"]);
}

#[test]
fn a_folder_without_a_script_is_refused() {
    let fleet = applied();
    std::fs::create_dir_all(fleet.migrations("orders").join(NEXT)).expect("a folder");
    refused(&fleet, "script-missing", 1, &[NEXT]);
}

#[test]
fn fault_41_a_script_that_fails_changes_nothing_shows_its_line_and_can_be_retried() {
    let fleet = applied();
    let database = fleet.database("orders");
    fleet.write(
        &script(NEXT),
        "CREATE TABLE b (id int);\n-- été\nINSERT INTO b (nowhere) VALUES (1);\n",
    );
    let answer = radoub(fleet.path(), &["apply", "--plain"]).run().expect(1);
    for word in [NEXT, "42703", "3 | INSERT INTO b (nowhere) VALUES (1);", "  |                ^"] {
        assert!(answer.stdout.contains(word), "`{word}` is not said:\n{}", answer.text());
    }
    assert_eq!(database.psql("SELECT to_regclass('b') IS NULL"), "t");
    fleet.write(&script(NEXT), "CREATE TABLE b (id int);\n");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    assert_eq!(database.psql("SELECT to_regclass('b') IS NOT NULL"), "t");
}
