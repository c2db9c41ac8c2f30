//! Squashing and baselines: the same catalog from fewer files, and nothing lost that was there.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member, migrations_in};
use radoub_testing::oracle::{Oracle, Place, ledger};
use radoub_testing::shared::shared_or_say;
use serde_json::Value;

use crate::adopt::{schema, the_engine_agrees};
use crate::{radoub, service, texts};

const WANTED: &str =
    "model Ship {\n  id   Int    @id\n  name String\n  flag String?\n  port String?\n}\n";

/// Four migrations; the second makes what Prisma does not see, the third fills a table.
fn member() -> Member {
    Member::new("ships")
        .file("schema.prisma", schema(WANTED))
        .migration("20240101000000_init", "CREATE TABLE \"Ship\" (\"id\" INTEGER NOT NULL, \"name\" TEXT NOT NULL, CONSTRAINT \"Ship_pkey\" PRIMARY KEY (\"id\"));\n")
        .migration("20240102000000_view", "CREATE VIEW named AS SELECT name FROM \"Ship\";\nCREATE TABLE \"passing\" (id INTEGER);\n")
        .migration("20240103000000_flag", "DROP TABLE \"passing\";\nALTER TABLE \"Ship\" ADD COLUMN \"flag\" TEXT;\n")
        .migration("20240104000000_port", "ALTER TABLE \"Ship\" ADD COLUMN \"port\" TEXT;\n")
}

fn fleet(member: Member) -> Fleet<'static> {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(member);
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet.database("ships").psql("INSERT INTO \"Ship\" VALUES (1, 'Belem', 'FR', 'Nantes')");
    fleet
}

#[track_caller]
fn run(fleet: &Fleet<'_>, arguments: &[&str], code: i32) -> Value {
    let arguments = [arguments, &["--json"]].concat();
    service(&radoub(fleet.path(), &arguments).run().expect(code).json(), "ships").clone()
}

#[track_caller]
fn engine_agrees(fleet: &Fleet<'_>, oracle: &Oracle) {
    let shadow = Cluster::shared().database("shadow");
    let (url, migrations, schema) =
        (fleet.database("ships").url(), fleet.migrations("ships"), fleet.schema("ships"));
    let place = Place { url: &url, migrations: &migrations, schema: &schema };
    the_engine_agrees(oracle, "ships", place, &shadow.url());
}

/// A database that the history in the folder makes of nothing.
fn catalog_of_history(fleet: &Fleet<'_>) -> String {
    let fresh = Cluster::shared().database("fresh");
    for name in migrations_in(&fleet.migrations("ships")) {
        let script = fleet.migrations("ships").join(name).join("migration.sql");
        fresh.psql(&std::fs::read_to_string(script).expect("a script"));
    }
    Cluster::shared().inventory(fresh.name())
}

#[test]
fn the_first_migrations_become_one_that_makes_the_same() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let oracle = Oracle::of(&shared);
    let fleet = fleet(member());
    let before = catalog_of_history(&fleet);
    let until = "20240103000000_flag";

    let shown = run(&fleet, &["squash", "ships", "--until", until, "--dry-run"], 1);
    assert_eq!(texts(&shown["plan"]["aside"]).len(), 3, "{shown:#}");
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 4);

    let told = run(&fleet, &["squash", "ships", "--until", until, "--yes"], 0);
    assert_eq!(told["plan"]["remarks"][0]["kind"], "carried", "the view goes along: {told:#}");
    assert_eq!(migrations_in(&fleet.migrations("ships")), [until, "20240104000000_port"]);
    assert_eq!(catalog_of_history(&fleet), before);
    engine_agrees(&fleet, &oracle);
    let rows = ledger(Cluster::shared(), fleet.database("ships").name());
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(fleet.database("ships").psql("SELECT name FROM \"Ship\""), "Belem");
}

#[test]
fn other_databases_go_on_deploying_after_a_squash() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let oracle = Oracle::of(&shared);
    let (squashed, production) = (fleet(member()), fleet(member()));
    run(&squashed, &["squash", "ships", "--until", "20240103000000_flag", "--yes"], 0);
    // The new files reach production together with one more migration.
    let to = production.migrations("ships");
    std::fs::remove_dir_all(&to).expect("the old files");
    radoub_testing::fleet::copy(&squashed.migrations("ships"), &to);
    let more = to.join("20240105000000_more");
    std::fs::create_dir(&more).expect("a folder");
    std::fs::write(more.join("migration.sql"), "CREATE TABLE \"more\" (id INTEGER);\n")
        .expect("a file");
    let (url, schema) = (production.database("ships").url(), production.schema("ships"));
    let place = Place { url: &url, migrations: &to, schema: &schema };
    assert_eq!(oracle.deploy(place), Ok(vec!["20240105000000_more".to_owned()]));
}

#[test]
fn a_squash_that_would_lose_rows_or_has_nothing_to_do_is_refused() {
    let seeded = member().migration(
        "20240102500000_seed",
        "INSERT INTO \"Ship\" (id, name) VALUES (7, 'Hermione');\n",
    );
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(seeded);
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let told = run(&fleet, &["squash", "ships", "--until", "20240103000000_flag", "--yes"], 1);
    assert_eq!(told["problem"]["code"], "needs-consent", "{told:#}");
    let told = run(&fleet, &["squash", "ships", "--until", "20240101000000_init", "--yes"], 1);
    assert_eq!(told["problem"]["code"], "nothing-to-squash", "{told:#}");
    let told = run(&fleet, &["squash", "ships", "--until", "nowhere", "--yes"], 1);
    assert_eq!(told["problem"]["code"], "unknown-migration", "{told:#}");
    let told = run(
        &fleet,
        &["squash", "ships", "--until", "20240103000000_flag", "--allow", "rows", "--yes"],
        0,
    );
    let kinds: Vec<&Value> =
        told["plan"]["remarks"].as_array().expect("remarks").iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["rows-forgotten", "carried"]);

    // Not applied here: another command comes first.
    let script = fleet.migrations("ships").join("20240106000000_later");
    std::fs::create_dir(&script).expect("a folder");
    std::fs::write(script.join("migration.sql"), "SELECT 1;\n").expect("a file");
    let told = run(&fleet, &["squash", "ships", "--until", "20240106000000_later", "--yes"], 1);
    assert_eq!(told["problem"]["code"], "other-remedy", "{told:#}");
}

#[test]
fn a_baseline_replaces_any_history_and_carries_what_it_is_told_to() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let oracle = Oracle::of(&shared);
    let fleet = fleet(member());
    let before = catalog_of_history(&fleet);
    let told = run(&fleet, &["baseline", "ships", "--name", "start", "--carry", "--yes"], 0);
    assert_eq!(texts(&told["plan"]["aside"]).len(), 4, "{told:#}");
    let names = migrations_in(&fleet.migrations("ships"));
    assert!(matches!(names.as_slice(), [only] if only.ends_with("_start")), "{names:?}");
    assert_eq!(catalog_of_history(&fleet), before);
    engine_agrees(&fleet, &oracle);
}
