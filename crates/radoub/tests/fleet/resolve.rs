//! Failed migrations: what became of them is looked up in the database, and only what is sure is marked.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::oracle::ledger;
use serde_json::Value;

use crate::adopt::schema;
use crate::{radoub, service};

const WANTED: &str =
    "model Ship {\n  id   Int    @id\n  name String\n  flag String?\n  port String?\n}\n";
const INIT: &str = "CREATE TABLE \"Ship\" (\"id\" INTEGER NOT NULL, \"name\" TEXT NOT NULL, CONSTRAINT \"Ship_pkey\" PRIMARY KEY (\"id\"));\n";
const TWO: &str = "ALTER TABLE \"Ship\" ADD COLUMN \"flag\" TEXT;\nALTER TABLE \"Ship\" ADD COLUMN \"port\" TEXT;\n";

/// A service whose second migration has failed, and whose database then looks as `found` makes it.
fn failed(script: &str, found: &str) -> Fleet<'static> {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(
        Member::new("ships")
            .file("schema.prisma", schema(WANTED))
            .migration("20240101000000_init", INIT),
    );
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet.write("services/ships/prisma/migrations/20240102000000_two/migration.sql", script);
    fleet.database("ships").psql(&format!(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, logs) VALUES \
         ('f', encode(sha256(convert_to($${script}$$, 'UTF8')), 'hex'), '20240102000000_two', now(), 'it failed')"
    ));
    if !found.is_empty() {
        fleet.database("ships").psql(found);
    }
    fleet
}

/// What `resolve` makes of it: the answer, and the effect of each statement.
#[track_caller]
fn resolve(fleet: &Fleet<'_>, arguments: &[&str], code: i32) -> (String, Vec<Value>) {
    let arguments = [&["resolve", "ships", "--json"], arguments].concat();
    let document = radoub(fleet.path(), &arguments).run().expect(code).json();
    let one = &document["migrations"][0];
    let answer = one["answer"].as_str().unwrap_or_else(|| panic!("{document:#}")).to_owned();
    let statements = one["statements"].as_array().expect("statements");
    (answer, statements.iter().map(|it| it["effect"].clone()).collect())
}

#[test]
fn what_left_nothing_behind_is_rolled_back_and_can_be_tried_again() {
    let fleet = failed(TWO, "");
    assert_eq!(
        resolve(&fleet, &["--dry-run"], 1),
        ("rolled-back".to_owned(), vec!["absent".into(), "absent".into()])
    );
    let check = radoub(fleet.path(), &["check", "--json"]).run().expect(1).json();
    assert_eq!(service(&check, "ships")["state"], "failed", "nothing was done");
    resolve(&fleet, &["--yes"], 0);
    radoub(fleet.path(), &["apply"]).run().expect(0);
    assert_eq!(ledger(Cluster::shared(), fleet.database("ships").name()).len(), 3);
}

#[test]
fn what_is_all_there_is_recorded_as_applied() {
    let fleet = failed(TWO, TWO);
    assert_eq!(
        resolve(&fleet, &["--yes"], 0),
        ("applied".to_owned(), vec!["present".into(), "present".into()])
    );
    radoub(fleet.path(), &["drift"]).run().expect(0);
}

#[test]
fn a_half_is_shown_with_what_undoes_it() {
    let fleet = failed(TWO, "ALTER TABLE \"Ship\" ADD COLUMN \"flag\" TEXT");
    let (answer, effects) = resolve(&fleet, &["--yes"], 1);
    assert_eq!((answer.as_str(), effects), ("half", vec!["present".into(), "absent".into()]));
    let told = radoub(fleet.path(), &["resolve", "ships"]).run().expect(1).stdout;
    assert!(told.contains("| ALTER TABLE \"Ship\" DROP COLUMN \"flag\";"), "{told}");
    // Undone by hand, it is as if nothing had been.
    fleet.database("ships").psql("ALTER TABLE \"Ship\" DROP COLUMN \"flag\"");
    assert_eq!(resolve(&fleet, &["--yes"], 0).0, "rolled-back");
}

#[test]
fn rows_and_what_prisma_does_not_see_count_too() {
    let script = "CREATE VIEW named AS SELECT name FROM \"Ship\";\nUPDATE \"Ship\" SET name = upper(name);\n";
    let fleet = failed(script, "CREATE VIEW named AS SELECT name FROM \"Ship\"");
    let (answer, effects) = resolve(&fleet, &["--yes"], 1);
    assert_eq!((answer.as_str(), effects), ("rows-unknown", vec!["present".into(), Value::Null]));
    let fleet = failed(script, "CREATE VIEW named AS SELECT id FROM \"Ship\"");
    assert_eq!(resolve(&fleet, &["--yes"], 1).1[0], "unlike");
    let fleet = failed(script, "");
    assert_eq!(resolve(&fleet, &["--yes"], 0).0, "rolled-back");
}

#[test]
fn a_service_without_a_failed_migration_has_nothing_to_resolve() {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("ships").migration("20240101000000_init", "SELECT 1;\n"));
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let told = radoub(fleet.path(), &["resolve", "ships"]).run().expect(0).stdout;
    assert!(told.contains("No migration of ships failed"), "{told}");
}
