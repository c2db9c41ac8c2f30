//! `plan` shows what `apply` would do; saved, it is taken only as long as nothing has moved, and what
//! moved is named.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::postgres::Options;
use serde_json::Value;

use crate::{radoub, service};

const INIT: &str = "20240101000000_init";
const NEXT: &str = "20240102000000_add_role";
/// A table with rows.
const FILLED: &str = "CREATE TABLE orders (id int PRIMARY KEY, note text);\n\
                      INSERT INTO orders SELECT n, 'note' FROM generate_series(1, 500) n;\n";

fn member(name: &str) -> Member {
    Member::new(name).migration(INIT, FILLED)
}

fn script(service: &str, migration: &str) -> String {
    format!("services/{service}/prisma/migrations/{migration}/migration.sql")
}

/// A service with data in it, and a migration that waits.
fn waiting<'cluster>(cluster: &'cluster Cluster, text: &str) -> Fleet<'cluster> {
    let mut fleet = Fleet::on(cluster);
    fleet.add(member("orders"));
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet.write(&script("orders", NEXT), text);
    fleet
}

/// `apply --plan` refuses, names exactly this, and changes nothing; both views say the same.
#[track_caller]
fn refused(fleet: &Fleet<'_>, what: &[&str], words: &[&str]) {
    let document = radoub(fleet.path(), &["apply", "--plan", "plan.json", "--json"]).run();
    let document = document.expect(1).json();
    let moved = document["moved"][0]["moved"].as_array().expect("what moved");
    let found: Vec<&str> = moved.iter().map(|it| it["what"].as_str().expect("a word")).collect();
    assert_eq!(found, what, "{document:#}");
    let answer = radoub(fleet.path(), &["apply", "--plan", "plan.json"]).run().expect(1);
    for word in words {
        assert!(answer.stderr.contains(word), "`{word}` is not said:\n{}", answer.text());
    }
    let database = fleet.database("orders");
    let columns = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'role'";
    assert_eq!(database.psql(columns), "0", "nothing is changed");
}

#[test]
fn a_plan_says_how_each_statement_runs_what_it_locks_and_what_it_risks() {
    let cluster = Cluster::shared();
    let fleet = waiting(
        cluster,
        "ALTER TABLE orders ADD COLUMN role text;\nALTER TABLE orders DROP COLUMN note;\n\
         CREATE INDEX CONCURRENTLY orders_role ON orders (role);\n",
    );
    let before = cluster.catalog(fleet.database("orders").name());
    let document = radoub(fleet.path(), &["plan", "--json"]).run().expect(1).json();
    let orders = service(&document, "orders");
    assert_eq!(
        (&orders["choice"], &orders["problem"]["code"]),
        (&"refuse".into(), &"delete-data".into())
    );
    let migration = &orders["migrations"][0];
    assert_eq!(migration["course"], "stepwise");
    let shown: Vec<String> = migration["statements"]
        .as_array()
        .expect("statements")
        .iter()
        .map(|it| {
            let act = &it["acts"][0];
            let risks = act["risks"].as_array().map_or(0, std::vec::Vec::len);
            format!(
                "{} {} {} {} {risks}",
                it["line"], it["runs"], act["verb"], act["locks"][0]["mode"]
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#"1 "in-part" "add-column" "ACCESS EXCLUSIVE" 0"#,
            r#"2 "in-part" "drop-column" "ACCESS EXCLUSIVE" 2"#,
            r#"3 "alone" "create-index" "SHARE UPDATE EXCLUSIVE" 0"#,
        ]
    );
    for call in [&["plan"][..], &["plan", "--markdown"], &["plan", "--lang", "fr", "--sql"]] {
        let answer = radoub(fleet.path(), call).run().expect(1);
        for word in ["orders", NEXT, "ACCESS EXCLUSIVE", "--allow delete-data", "CONCURRENTLY"] {
            assert!(answer.stdout.contains(word), "`{word}` is not said:\n{}", answer.text());
        }
    }
    assert_eq!(cluster.catalog(fleet.database("orders").name()), before, "a plan changes nothing");
    assert!(!fleet.path().join(".radoub/runs").join("plan").exists());
}

#[test]
fn what_deletes_data_is_agreed_to_by_name_on_the_line_or_in_the_file() {
    let cluster = Cluster::shared();
    let fleet = waiting(cluster, "ALTER TABLE orders DROP COLUMN note;\n");
    let document = radoub(fleet.path(), &["apply", "--json"]).run().expect(1).json();
    assert_eq!(service(&document, "orders")["problem"]["code"], "delete-data", "{document:#}");
    let has_note = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'note'";
    assert_eq!(fleet.database("orders").psql(has_note), "1");
    let answer = radoub(fleet.path(), &["apply", "--allow", "delete-everything"]).run().expect(2);
    assert!(answer.stderr.contains("delete-data"), "{}", answer.text());

    fleet.write("radoub.toml", "[service.orders]\nallow = [\"delete-date\"]\n");
    let answer = radoub(fleet.path(), &["apply"]).run().expect(2);
    assert!(answer.stderr.contains("delete-data"), "it is suggested:\n{}", answer.text());
    fleet.write("radoub.toml", "[service.orders]\nallow = [\"delete-data\"]\n");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    assert_eq!(fleet.database("orders").psql(has_note), "0");
}

#[test]
fn what_is_empty_or_new_is_deleted_without_asking() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("orders")
            .migration(INIT, "CREATE TABLE a (id int, note text);\nCREATE TABLE b (id int);\n")
            .migration(NEXT, "DROP TABLE b;\nALTER TABLE a DROP COLUMN note;\n"),
    );
    radoub(fleet.path(), &["apply"]).run().expect(0);
}

#[test]
fn a_large_table_is_not_locked_or_written_anew_without_asking() {
    let cluster = Cluster::shared();
    let fleet = waiting(cluster, "CREATE INDEX orders_note ON orders (note);\n");
    // 110 MB, most of it in one column that is not compressed.
    fleet.database("orders").psql(
        "ALTER TABLE orders ALTER note SET STORAGE EXTERNAL; \
         UPDATE orders SET note = repeat(md5(id::text), 7000)",
    );
    let document = radoub(fleet.path(), &["apply", "--json"]).run().expect(1).json();
    assert_eq!(service(&document, "orders")["problem"]["code"], "long-lock", "{document:#}");
    fleet.write(&script("orders", NEXT), "ALTER TABLE orders ALTER id TYPE bigint;\n");
    let answer = radoub(fleet.path(), &["apply", "--json"]).run().expect(1);
    let document = answer.json();
    assert_eq!(service(&document, "orders")["problem"]["code"], "rewrite-table", "{document:#}");
    radoub(fleet.path(), &["apply", "--allow", "rewrite-table,long-lock"]).run().expect(0);
}

#[test]
fn a_plan_is_applied_as_long_as_nothing_moves() {
    let cluster = Cluster::shared();
    let fleet = waiting(cluster, "ALTER TABLE orders ADD COLUMN role text;\n");
    radoub(fleet.path(), &["plan", "-o", "plan.json"]).run().expect(1);
    radoub(fleet.path(), &["apply", "--plan", "plan.json"]).run().expect(0);
    radoub(fleet.path(), &["check"]).run().expect(0);
    // Applied once it is another state, and the plan says nothing about that.
    refused_after(&fleet);
}

#[track_caller]
fn refused_after(fleet: &Fleet<'_>) {
    let answer = radoub(fleet.path(), &["apply", "--plan", "plan.json", "--json"]).run().expect(1);
    let document = answer.json();
    assert_eq!(document["moved"][0]["moved"][0]["what"], "row-added", "{document:#}");
}

#[test]
fn fault_45_a_file_that_was_edited_since_is_named() {
    let fleet = waiting(Cluster::shared(), "ALTER TABLE orders ADD COLUMN role text;\n");
    radoub(fleet.path(), &["plan", "-o", "plan.json"]).run().expect(1);
    fleet.write(&script("orders", NEXT), "ALTER TABLE orders ADD COLUMN role int;\n");
    refused(&fleet, &["file-edited"], &["orders", NEXT, "edited"]);
    // A migration that came is named too.
    fleet.write(&script("orders", NEXT), "ALTER TABLE orders ADD COLUMN role text;\n");
    fleet.write(&script("orders", "20240103000000_more"), "SELECT 1;\n");
    refused(&fleet, &["file-added"], &["20240103000000_more"]);
}

#[test]
fn a_row_that_came_to_the_ledger_since_is_named() {
    let fleet = waiting(Cluster::shared(), "ALTER TABLE orders ADD COLUMN role text;\n");
    radoub(fleet.path(), &["plan", "-o", "plan.json"]).run().expect(1);
    fleet.database("orders").psql(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) \
         VALUES ('by-hand', 'x', '20231231000000_by_hand', now())",
    );
    refused(&fleet, &["row-added"], &["20231231000000_by_hand", "applied"]);
}

#[test]
fn a_column_that_was_added_by_hand_since_is_named() {
    let fleet = waiting(Cluster::shared(), "ALTER TABLE orders ADD COLUMN role text;\n");
    radoub(fleet.path(), &["plan", "-o", "plan.json"]).run().expect(1);
    fleet.database("orders").psql("ALTER TABLE orders ADD COLUMN by_hand int");
    refused(&fleet, &["schema-added"], &["column public.orders.by_hand"]);
    fleet.database("orders").psql("ALTER TABLE orders DROP COLUMN by_hand, DROP COLUMN note");
    refused(&fleet, &["schema-removed"], &["column public.orders.note"]);
}

#[test]
fn fault_27_a_server_that_was_replaced_by_its_copy_since_is_named() {
    let cluster = Cluster::with(Options::default());
    let fleet = waiting(&cluster, "ALTER TABLE orders ADD COLUMN role text;\n");
    radoub(fleet.path(), &["plan", "-o", "plan.json"]).run().expect(1);
    fleet_is_refused(&fleet, &cluster.replaced(), "a copy in another folder");
}

/// `apply --plan` names the server, and the table is as it was.
#[track_caller]
fn fleet_is_refused(fleet: &Fleet<'_>, server: &Cluster, word: &str) {
    let document = radoub(fleet.path(), &["apply", "--plan", "plan.json", "--json"]).run();
    let document = document.expect(1).json();
    let moved = &document["moved"][0]["moved"][0];
    assert_eq!(moved["what"], "server", "{document:#}");
    assert!(moved["message"].to_string().contains(word), "{document:#}");
    let name = fleet.database("orders").name();
    let columns = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'role'";
    assert_eq!(server.psql(name, columns), "0");
}

#[test]
fn fault_27_a_server_that_was_brought_back_to_an_older_copy_since_is_named() {
    let cluster = Cluster::with(Options::default().setting("synchronous_commit", "on"));
    let fleet = waiting(&cluster, "ALTER TABLE orders ADD COLUMN role text;\n");
    cluster.rewound(|| {
        fleet.database("orders").psql("UPDATE orders SET note = 'other'");
        radoub(fleet.path(), &["plan", "-o", "plan.json"]).run().expect(1);
    });
    fleet_is_refused(&fleet, &cluster, "an older copy");
}

#[test]
fn one_approval_serves_every_database_in_the_same_state() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(member("tenant-a"));
    fleet.add(member("tenant-b"));
    fleet.add(member("tenant-c"));
    radoub(fleet.path(), &["apply"]).run().expect(0);
    for tenant in fleet.names() {
        let text = "ALTER TABLE orders ADD COLUMN role text;\n";
        fleet.write(&script(tenant, NEXT), text);
    }
    fleet.database("tenant-c").psql("ALTER TABLE orders ADD COLUMN by_hand int");
    let answer = radoub(fleet.path(), &["plan"]).run().expect(1);
    assert!(answer.stdout.contains("the same as for tenant-a"), "{}", answer.text());
    radoub(fleet.path(), &["plan", "tenant-a", "-o", "plan.json"]).run().expect(1);

    radoub(fleet.path(), &["apply", "tenant-b", "--plan", "plan.json"]).run().expect(0);
    let answer =
        radoub(fleet.path(), &["apply", "tenant-c", "--plan", "plan.json", "--json"]).run();
    let document = answer.expect(1).json();
    assert_eq!(document["moved"][0]["moved"][0]["what"], "not-planned", "{document:#}");
    radoub(fleet.path(), &["apply", "--plan", "plan.json"]).run().expect(0);
    let check = radoub(fleet.path(), &["check", "--json"]).run().expect(1).json();
    let states: Vec<&Value> =
        fleet.names().iter().map(|name| &service(&check, name)["state"]).collect();
    assert_eq!(states, ["up-to-date", "up-to-date", "pending"]);
}

#[test]
fn what_is_no_plan_is_refused_by_name() {
    let fleet = waiting(Cluster::shared(), "SELECT 1;\n");
    for (text, word) in [
        ("", "not a plan"),
        ("{}", "not a plan of radoub's"),
        ("{\"format\": \"radoub-plan\", \"version\": 9}", "version 9"),
    ] {
        fleet.write("plan.json", text);
        let answer = radoub(fleet.path(), &["apply", "--plan", "plan.json"]).run().expect(2);
        assert!(answer.stderr.contains(word), "{}", answer.text());
    }
    radoub(fleet.path(), &["apply", "--plan", "plan.json", "--until", "2024"]).run().expect(2);
}

#[test]
fn a_plan_file_holds_no_password() {
    let cluster = Cluster::shared();
    let text = format!(
        "-- Description: for PASSWORD '{0}'\nALTER ROLE captain PASSWORD '{0}';\n\
         DO $$ BEGIN PERFORM 'host=a password={0}'; END $$;\n",
        radoub_testing::secret::PLANTED
    );
    let fleet = waiting(cluster, &text);
    radoub(fleet.path(), &["plan", "-o", "plan.json", "--sql"]).run().expect(1);
    let plan = std::fs::read_to_string(fleet.path().join("plan.json")).unwrap();
    radoub_testing::secret::assert_silent("the plan file", &plan);
}
