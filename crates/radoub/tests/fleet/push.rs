//! `radoub prisma db push` beside the real engine: the same refusals in the same words, and the same database
//! where somebody agrees.

use radoub_testing::Cluster;
use radoub_testing::command::Answer;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::oracle::{Oracle, Place};
use radoub_testing::replay::same_catalog;
use radoub_testing::shared::shared_or_say;
use serde_json::Value;

use crate::radoub;

const HEAD: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n\n";

/// One change of a schema with rows in the tables.
struct Change {
    what: &'static str,
    from: &'static str,
    rows: &'static str,
    to: &'static str,
}

const SHIP: &str = "model Ship {\n  id Int @id\n  name String?\n  built Int\n  kind Kind @default(TUG)\n}\nenum Kind {\n  TUG\n  CARGO\n}\n";

#[rustfmt::skip]
const CHANGES: &[Change] = &[
    Change { what: "nothing", from: SHIP, rows: "", to: SHIP },
    Change { what: "a column goes that holds nothing", from: SHIP, rows: "INSERT INTO \"Ship\" VALUES (1, NULL, 1900)",
        to: "model Ship {\n  id Int @id\n  built Int\n  kind Kind @default(TUG)\n}\nenum Kind {\n  TUG\n  CARGO\n}\n" },
    Change { what: "a column goes that holds something", from: SHIP, rows: "INSERT INTO \"Ship\" VALUES (1, 'Anna', 1900), (2, NULL, 1901)",
        to: "model Ship {\n  id Int @id\n  built Int\n  kind Kind @default(TUG)\n}\nenum Kind {\n  TUG\n  CARGO\n}\n" },
    Change { what: "a table goes", from: SHIP, rows: "INSERT INTO \"Ship\" VALUES (1, 'Anna', 1900)", to: "model Port {\n  id Int @id\n}\n" },
    Change { what: "an empty table goes", from: SHIP, rows: "", to: "model Port {\n  id Int @id\n}\n" },
    Change { what: "required columns come, one that the client fills among them", from: SHIP, rows: "INSERT INTO \"Ship\" VALUES (1, 'Anna', 1900)",
        to: "model Ship {\n  id Int @id\n  name String?\n  built Int\n  key String @default(cuid())\n  seen DateTime @updatedAt\n  load Int\n  kind Kind @default(TUG)\n}\nenum Kind {\n  TUG\n  CARGO\n}\n" },
    Change { what: "a column becomes required, with nulls", from: SHIP, rows: "INSERT INTO \"Ship\" VALUES (1, NULL, 1900), (2, NULL, 1901)",
        to: "model Ship {\n  id Int @id\n  name String\n  built Int\n  kind Kind @default(TUG)\n}\nenum Kind {\n  TUG\n  CARGO\n}\n" },
    Change { what: "types that are cast, recreated, impossible", from: SHIP, rows: "INSERT INTO \"Ship\" VALUES (1, 'Anna', 1900)",
        to: "model Ship {\n  id Int @id\n  name String? @db.VarChar(3)\n  built DateTime\n  kind Kind @default(TUG)\n}\nenum Kind {\n  TUG\n  CARGO\n}\n" },
    Change { what: "a unique index, an enum value less, another key", from: SHIP, rows: "INSERT INTO \"Ship\" VALUES (1, 'Anna', 1900)",
        to: "model Ship {\n  id Int\n  name String? @unique\n  built Int\n  kind Kind @default(TUG)\n\n  @@id([id, built])\n}\nenum Kind {\n  TUG\n}\n" },
    Change { what: "an enum value and a default that uses it", from: SHIP, rows: "INSERT INTO \"Ship\" VALUES (1, 'Anna', 1900)",
        to: "model Ship {\n  id Int @id\n  name String?\n  built Int\n  kind Kind @default(FERRY)\n}\nenum Kind {\n  TUG\n  CARGO\n  FERRY\n}\n" },
    Change { what: "a scalar becomes a list", from: SHIP, rows: "INSERT INTO \"Ship\" VALUES (1, 'Anna', 1900)",
        to: "model Ship {\n  id Int @id\n  name String?\n  built Int\n  kind Kind[]\n}\nenum Kind {\n  TUG\n  CARGO\n}\n" },
];

/// Calls `radoub prisma db push`.
fn push(fleet: &Fleet<'_>, more: &[&str]) -> Answer {
    let arguments = [&["prisma", "db", "push", "--skip-generate"][..], more].concat();
    let folder = fleet.path().join("services/ships");
    radoub(folder, &arguments).env("DATABASE_URL", fleet.database("ships").url()).run()
}

#[test]
fn what_would_be_lost_or_is_impossible_is_refused_in_the_words_of_the_real_engine() {
    let Some(shared) = shared_or_say("db push beside the real engine") else { return };
    let cluster = Cluster::shared();
    let oracle = Oracle::of(&shared);
    for Change { what, from, rows, to } in CHANGES {
        let side = |schema: &str| {
            let mut fleet = Fleet::on(cluster);
            fleet.add(Member::new("ships").file("schema.prisma", format!("{HEAD}{schema}")));
            fleet
        };
        let (left, right) = (side(from), side(from));
        push(&left, &[]).expect(0);
        let (url, migrations, schema) =
            (right.database("ships").url(), right.migrations("ships"), right.schema("ships"));
        let place = Place { url: &url, migrations: &migrations, schema: &schema };
        oracle.push(place, true).unwrap_or_else(|refusal| panic!("{what}: {refusal}"));
        for fleet in [&left, &right] {
            if !rows.is_empty() {
                fleet.database("ships").psql(rows);
            }
            std::fs::write(fleet.schema("ships"), format!("{HEAD}{to}")).expect("a schema");
        }

        for force in [false, true] {
            let expected = oracle.push(place, force).unwrap_or_else(|it| panic!("{what}: {it}"));
            let answer = push(&left, if force { &["--accept-data-loss"] } else { &[] });
            let told =
                format!("{what}, force {force}: the engine says {expected:#}\n{}", answer.text());
            let list = |key: &str| -> Vec<String> {
                let list = expected[key].as_array().expect("a list");
                list.iter().map(|text: &Value| text.as_str().expect("a text").to_owned()).collect()
            };
            let (warnings, impossible) = (list("warnings"), list("unexecutable"));
            let refused = !impossible.is_empty() || (!warnings.is_empty() && !force);
            assert_eq!(answer.code, Some(i32::from(refused)), "{told}");
            let bullets = |text: &str| -> Vec<String> {
                text.lines()
                    .filter_map(|line| line.strip_prefix("  • "))
                    .map(str::to_owned)
                    .collect()
            };
            // What is impossible is said alone.
            let shown = if impossible.is_empty() { warnings } else { Vec::new() };
            assert_eq!(bullets(&answer.stdout), shown, "{told}");
            assert_eq!(bullets(&answer.stderr), impossible, "{told}");
            let steps = expected["executedSteps"].as_u64().expect("a number");
            assert_eq!(answer.stdout.contains("is now in sync"), steps > 0, "{told}");
            assert_eq!(answer.stdout.contains("already in sync"), steps == 0 && !refused, "{told}");
            same_catalog(
                &cluster.catalog(right.database("ships").name()),
                &cluster.catalog(left.database("ships").name()),
            )
            .unwrap_or_else(|it| panic!("{it}\n{told}"));
        }
    }
}

#[test]
fn a_push_that_the_server_refuses_changes_nothing() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(Member::new("ships").file("schema.prisma", format!("{HEAD}{SHIP}")));
    push(&fleet, &[]).expect(0);
    let database = fleet.database("ships");
    database.psql("INSERT INTO \"Ship\" VALUES (1, 'Anna', 1), (2, 'Anna', 2)");
    let before = cluster.catalog(database.name());
    let unique = SHIP.replace("name String?", "name String? @unique\n  flag String?");
    std::fs::write(fleet.schema("ships"), format!("{HEAD}{unique}")).expect("a schema");
    let answer = push(&fleet, &["--accept-data-loss"]).expect(1);
    assert!(
        answer.stderr.contains("Error: ERROR: could not create unique index"),
        "{}",
        answer.text()
    );
    assert_eq!(cluster.catalog(database.name()), before);
}

#[test]
fn a_forced_reset_empties_the_database_and_its_ledger_first() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    let member = Member::new("ships").file("schema.prisma", format!("{HEAD}{SHIP}"));
    fleet.add(member.migration("20240101000000_init", "CREATE TABLE other (id int);\n"));
    let folder = fleet.path().join("services/ships");
    let database = fleet.database("ships");
    radoub(folder, &["prisma", "migrate", "deploy"])
        .env("DATABASE_URL", database.url())
        .run()
        .expect(0);
    let answer = push(&fleet, &["--force-reset"]).expect(0);
    assert!(answer.stdout.contains("was successfully reset."), "{}", answer.text());
    let tables = "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    assert_eq!(database.psql(tables), "Ship");
}
