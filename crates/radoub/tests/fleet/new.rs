//! `new`: from an edited schema.prisma to an applied migration, as `migrate dev` writes it.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member, migrations_in};
use radoub_testing::oracle::{Oracle, Place};
use radoub_testing::shared::shared_or_say;
use serde_json::{Value, json};

use crate::adopt::{schema, the_engine_agrees};
use crate::radoub;

const SHIP: &str = "model Ship {\n  id   Int    @id\n  name String\n}\n";
const EDITED: &str = "model Ship {\n  id   Int    @id\n  name String @unique\n  flag String?\n}\n\nmodel Port {\n  id Int @id\n}\n";

fn fleet(models: &str) -> Fleet<'static> {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("ships").file("schema.prisma", schema(models)));
    fleet
}

#[track_caller]
fn new(fleet: &Fleet<'_>, arguments: &[&str], code: i32) -> Value {
    let arguments = [&["new"], arguments, &["--service", "ships", "--json"]].concat();
    radoub(fleet.path(), &arguments).with_path().run().expect(code).json()
}

fn edit(fleet: &Fleet<'_>, models: &str) {
    fleet.write("services/ships/prisma/schema.prisma", schema(models));
}

#[test]
fn an_edited_schema_becomes_a_migration_as_migrate_dev_writes_it() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let oracle = Oracle::of(&shared);
    let fleet = fleet(SHIP);
    let told = new(&fleet, &["init"], 0);
    assert_eq!(told["applied"]["outcome"], "applied", "{told:#}");
    edit(&fleet, EDITED);
    fleet.write(
        "radoub.toml",
        "[service.ships]\ngenerate = [\"sh\", \"-c\", \"echo made > client.txt\"]\nrestart = [\"sh\", \"-c\", \"echo postgresql://u:secret@h/d; exit 4\"]\n",
    );

    let (url, migrations, path) =
        (fleet.database("ships").url(), fleet.migrations("ships"), fleet.schema("ships"));
    let expected = oracle
        .ask(&json!({ "verb": "create-migration", "url": url, "migrations": migrations, "schema": path, "name": "more" }))
        .expect("the engine's migration");
    // What may fail on rows that are there is not applied without a yes.
    let refused = new(&fleet, &["more"], 1);
    assert_eq!(refused["done"], false, "{refused:#}");
    let told = new(&fleet, &["more", "--yes"], 1);
    let script = told["plan"]["writes"][0]["script"].as_str().expect("a script");
    let theirs = expected["migrationScript"].as_str().or_else(|| expected["script"].as_str());
    assert_eq!(Some(script.trim_end()), theirs.map(str::trim_end), "{expected:#}");
    assert_eq!(told["applied"]["outcome"], "applied", "{told:#}");
    let client = std::fs::read_to_string(fleet.path().join("services/ships/client.txt"));
    assert_eq!(client.expect("the client"), "made\n");
    assert_eq!(told["errands"][1]["said"][0], "postgresql://…@h/d", "{told:#}");

    let shadow = Cluster::shared().database("shadow");
    the_engine_agrees(
        &oracle,
        "ships",
        Place { url: &url, migrations: &migrations, schema: &path },
        &shadow.url(),
    );
    let names = migrations_in(&migrations);
    let back =
        std::fs::read_to_string(migrations.join(&names[1]).join("down.sql")).expect("a way back");
    for loss in [
        "You are about to drop the `Port` table.",
        "You are about to drop the column `flag` on the `Ship` table.",
    ] {
        assert!(back.contains(loss), "{back}");
    }
    fleet.database("ships").psql(&back);
    let drift = radoub(fleet.path(), &["drift", "--json"]).run().expect(1).json();
    assert_eq!(crate::service(&drift, "ships")["cause"], "edited-by-hand", "the way back was gone");
}

#[test]
fn rows_that_are_there_are_counted_before_anything_is_written() {
    let fleet = fleet(SHIP);
    new(&fleet, &["init"], 0);
    let required = "model Ship {\n  id   Int    @id\n  name String\n  flag String\n}\n";
    edit(&fleet, required);
    fleet.database("ships").psql("INSERT INTO \"Ship\" VALUES (1, 'Belem')");
    let told = new(&fleet, &["flag", "--yes"], 1);
    assert_eq!(told["problem"]["code"], "unexecutable", "{told:#}");
    let message = told["problem"]["message"].as_str().expect("a message");
    assert!(message.contains("There are 1 rows in this table"), "{message}");
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 1);
    // On an empty table the same is nothing to ask about.
    fleet.database("ships").psql("DELETE FROM \"Ship\"");
    new(&fleet, &["flag"], 0);
    // What is dropped and empty neither.
    edit(&fleet, SHIP);
    new(&fleet, &["unflag"], 0);
}

#[test]
fn create_only_writes_and_applies_nothing() {
    let fleet = fleet(SHIP);
    new(&fleet, &["init", "--create-only"], 0);
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 1);
    assert_eq!(
        fleet.database("ships").psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
        "0"
    );
    // The one that waits is applied first.
    edit(&fleet, EDITED);
    let told = new(&fleet, &["more", "--yes"], 0);
    assert_eq!(told["plan"]["pending"].as_array().map(Vec::len), Some(1), "{told:#}");
    assert_eq!(told["applied"]["applied"].as_array().map(Vec::len), Some(2), "{told:#}");
    // Nothing to write is no failure, and writes nothing.
    let told = new(&fleet, &["nothing"], 0);
    assert_eq!(told["plan"]["nothing"], true);
    new(&fleet, &["empty", "--create-only"], 0);
    let names = migrations_in(&fleet.migrations("ships"));
    let script =
        std::fs::read_to_string(fleet.migrations("ships").join(&names[2]).join("migration.sql"));
    assert_eq!(script.expect("a script"), "-- This is an empty migration.");
}

#[test]
fn a_drifted_database_is_neither_migrated_nor_reset_unless_it_is_named() {
    let fleet = fleet(SHIP);
    new(&fleet, &["init"], 0);
    let database = fleet.database("ships");
    database.psql("ALTER TABLE \"Ship\" ADD COLUMN tonnage INTEGER; INSERT INTO \"Ship\" VALUES (1, 'Belem', 600)");
    edit(&fleet, EDITED);
    let told = new(&fleet, &["more", "--yes"], 1);
    assert_eq!(told["problem"]["code"], "other-remedy", "{told:#}");
    assert!(
        told["remedy"].as_str().is_some_and(|it| it.contains("radoub adopt ships")),
        "{told:#}"
    );
    let told = new(&fleet, &["more", "--yes", "--reset", "another"], 1);
    assert_eq!(told["problem"]["code"], "other-database", "{told:#}");
    assert_eq!(database.psql("SELECT count(*) FROM \"Ship\""), "1");
    let told = new(&fleet, &["more", "--reset", database.name()], 1);
    assert_eq!(told["done"], false, "a script has to say yes too");
    new(&fleet, &["more", "--yes", "--reset", database.name()], 0);
    assert_eq!(database.psql("SELECT count(*) FROM \"Ship\""), "0");
    radoub(fleet.path(), &["drift"]).run().expect(0);
}

#[test]
fn values_that_would_be_lost_are_agreed_to_by_name() {
    let fleet = fleet("model Ship {\n  id   Int    @id\n  name String\n  zip String?\n}\n");
    new(&fleet, &["init"], 0);
    edit(&fleet, SHIP);
    let database = fleet.database("ships");
    database.psql("INSERT INTO \"Ship\" VALUES (1, 'Belem', '44000')");
    let told = new(&fleet, &["unzip", "--yes"], 1);
    assert_eq!(told["problem"]["code"], "loses-values", "{told:#}");
    assert_eq!(told["done"], false, "{told:#}");
    let remedy = told["remedy"].as_str().expect("a remedy");
    assert!(remedy.contains("radoub new unzip --service ships --allow delete-data"), "{remedy}");
    assert!(remedy.contains("--create-only"), "{remedy}");
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 1);
    for (lang, words) in [
        ("en", "Values that rows hold would be lost"),
        ("fr", "Des valeurs présentes seraient perdues"),
    ] {
        let call = radoub(fleet.path(), &["new", "unzip", "--service", "ships", "-y"]);
        let told = call.env("RADOUB_LANG", lang).run().expect(1).text();
        for words in [words, "`zip`", "--allow delete-data"] {
            assert!(told.contains(words), "{words}\n{told}");
        }
    }
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 1);
    assert_eq!(database.psql("SELECT zip FROM \"Ship\""), "44000");
    let told = new(&fleet, &["unzip", "--yes", "--allow", "delete-data"], 0);
    assert_eq!(told["applied"]["outcome"], "applied", "{told:#}");
}

#[test]
fn nothing_is_written_before_what_waits_is_applied() {
    let fleet = fleet(SHIP);
    new(&fleet, &["init"], 0);
    let database = fleet.database("ships");
    database.psql("INSERT INTO \"Ship\" VALUES (1, 'Belem'), (2, 'Belem')");
    edit(&fleet, "model Ship {\n  id   Int    @id\n  name String @unique\n}\n");
    new(&fleet, &["unique", "--create-only"], 0);
    edit(&fleet, "model Ship {\n  id   Int    @id\n  name String @unique\n  flag String\n}\n");
    // What waits fails on the rows: no folder of the new one.
    let told = new(&fleet, &["req", "--yes"], 1);
    assert_eq!(told["done"], false, "{told:#}");
    assert_eq!(told["applied"]["outcome"], "failed", "{told:#}");
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 2);
}

#[test]
fn rows_are_counted_once_what_waits_is_applied() {
    let fleet = fleet(SHIP);
    new(&fleet, &["init"], 0);
    let database = fleet.database("ships");
    database.psql("INSERT INTO \"Ship\" VALUES (1, 'Belem')");
    edit(&fleet, "model Ship {\n  id   Int    @id\n  name String @unique\n}\n");
    new(&fleet, &["unique", "--create-only"], 0);
    edit(&fleet, "model Ship {\n  id   Int    @id\n  name String @unique\n  flag String\n}\n");
    let told = new(&fleet, &["req", "--yes"], 1);
    assert_eq!(told["problem"]["code"], "unexecutable", "{told:#}");
    assert_eq!(told["applied"]["outcome"], "applied", "{told:#}");
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 2);
    // What can go on, goes on.
    edit(&fleet, "model Ship {\n  id   Int    @id\n  name String @unique\n  flag String?\n}\n");
    new(&fleet, &["opt", "--yes"], 0);
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 3);
}

#[test]
fn every_mistake_of_a_schema_is_shown_with_its_line() {
    let fleet = fleet("model Ship {\n  id   Int    @id\n  name Strin\n  flag Flagg\n}\n");
    for verb in [&["new", "x", "--service", "ships"][..], &["adopt", "ships"]] {
        for lang in ["en", "fr"] {
            let told = radoub(fleet.path(), verb).env("RADOUB_LANG", lang).run().text();
            for words in ["name Strin", "flag Flagg", "^^^^^"] {
                assert!(told.contains(words), "{words}\n{told}");
            }
        }
    }
}

#[test]
fn a_service_for_another_database_is_said_to_be_one() {
    let mut fleet = Fleet::on(Cluster::shared());
    let schema = "datasource db {\n  provider = \"mysql\"\n  url = \"mysql://u@h/d\"\n}\n\nmodel A {\n  id Int @id\n}\n";
    fleet.add(Member::new("ships").file("schema.prisma", schema));
    for (lang, words) in [("en", "its schema is for mysql"), ("fr", "mysql")] {
        let call = |arguments: &[&str]| radoub(fleet.path(), arguments).env("RADOUB_LANG", lang);
        let told = call(&["new", "x", "-y"]).run().expect(2).text();
        assert!(told.contains(words) && told.contains("N/A"), "{told}");
        let told = call(&["adopt", "ships"]).run().expect(0).text();
        assert!(told.contains(words) && told.contains("N/A"), "{told}");
    }
}
