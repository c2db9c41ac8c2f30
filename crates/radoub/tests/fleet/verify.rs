//! `verify` and the look behind the migrations of a run: damage is found, the work of migrations and of those who
//! use a database is not called so.

use std::path::Path;
use std::time::Duration;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::load::Load;
use radoub_testing::route::Route;
use serde_json::{Value, json};

use crate::{radoub, service, texts};

const SCHEMA: &str = r#"datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model Customer {
  id           Int     @id @default(autoincrement())
  name         String
  passwordHash String
  orders       Order[]
}

model Order {
  id         Int      @id @default(autoincrement())
  total      Int
  note       String?
  customerId Int
  customer   Customer @relation(fields: [customerId], references: [id])
}

model Note {
  id   String @id
  text String
}
"#;

const INIT: &str = r#"CREATE TABLE "Customer" ("id" SERIAL PRIMARY KEY, "name" TEXT NOT NULL, "passwordHash" TEXT NOT NULL);
CREATE TABLE "Order" ("id" SERIAL PRIMARY KEY, "total" INTEGER NOT NULL, "note" TEXT, "customerId" INTEGER NOT NULL);
CREATE TABLE "Note" ("id" TEXT PRIMARY KEY, "text" TEXT NOT NULL);
ALTER TABLE "Order" ADD CONSTRAINT "Order_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "Customer" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
"#;

const ROWS: &str = r#"INSERT INTO "Customer" ("name", "passwordHash") SELECT 'customer ' || n, 'pl4nted' || n FROM generate_series(1, 20) n;
INSERT INTO "Order" ("total", "note", "customerId") SELECT n * 10, 'note ' || n, 1 + n % 20 FROM generate_series(1, 100) n;
INSERT INTO "Note" SELECT 'n' || n, 'text ' || n FROM generate_series(1, 30) n;"#;

/// A shop at its schema, with rows.
fn shop(cluster: &Cluster) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    let member = Member::new("shop").file("schema.prisma", SCHEMA);
    fleet.add(member.migration("20240101000000_init", INIT));
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet.database("shop").psql(ROWS);
    fleet
}

/// `verify` of databases alone, as JSON.
#[track_caller]
fn verify(fleet: &Fleet<'_>, more: &[&str], code: i32) -> Value {
    let arguments = ["verify", "--no-containers", "--json"].iter().chain(more);
    let arguments: Vec<&str> = arguments.copied().collect();
    radoub(fleet.path(), &arguments).run().expect(code).json()
}

/// `table change cause` of each difference that a service shows.
#[track_caller]
fn differences(service: &Value) -> Vec<String> {
    let found = service["compared"]["differences"].as_array();
    let found = found.unwrap_or_else(|| panic!("nothing was compared: {service:#}"));
    let one = |it: &Value| {
        let change = &it["change"];
        let more = match change["kind"].as_str().expect("a kind") {
            "changed" => texts(&change["columns"]).join("+"),
            "replaced" => String::new(),
            _ => change["rows"].to_string(),
        };
        format!(
            "{} {} {more} {}",
            it["table"].as_str().expect("a table"),
            change["kind"].as_str().expect("a kind"),
            it["cause"]["by"].as_str().expect("a cause")
        )
    };
    found.iter().map(one).collect()
}

/// Lets psql and whoever was killed leave the database: those who are there may have written.
#[track_caller]
fn alone(cluster: &Cluster, fleet: &Fleet<'_>) {
    let name = fleet.database("shop").name();
    let question = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'");
    while cluster.psql("postgres", &question) != "0" {}
}

#[test]
fn planted_damage_is_found_by_verify_and_named() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    let database = fleet.database("shop");
    let never = radoub(fleet.path(), &["verify", "--no-containers", "--since", "last"]).run();
    assert!(never.expect(2).text().contains("radoub verify --remember"));
    alone(cluster, &fleet);
    let remembered = verify(&fleet, &["--remember"], 0);
    assert_eq!(service(&remembered, "shop")["remembered"]["rows"], 150, "{remembered:#}");
    let file = remembered["memory"].as_str().unwrap().to_owned();
    assert!(!std::fs::read_to_string(&file).unwrap().contains("pl4nted"), "secrets are not kept");
    let same = verify(&fleet, &["--since", "last"], 0);
    assert_eq!(differences(service(&same, "shop")), [""; 0]);

    // Each damage, how it is mended, and what is said of it.
    let damages = [
        (
            r#"DELETE FROM "Order" WHERE id = 33"#,
            r#"INSERT INTO "Order" VALUES (33, 330, 'note 33', 14)"#,
            r#""public"."Order" lost 1 nobody"#,
        ),
        (
            r#"UPDATE "Order" SET total = 331 WHERE id = 33"#,
            r#"UPDATE "Order" SET total = 330 WHERE id = 33"#,
            r#""public"."Order" changed total nobody"#,
        ),
        (
            r#"UPDATE "Order" SET total = CASE id WHEN 1 THEN 20 ELSE 10 END WHERE id IN (1, 2)"#,
            r#"UPDATE "Order" SET total = id * 10 WHERE id IN (1, 2)"#,
            r#""public"."Order" changed total nobody"#,
        ),
        (
            r#"UPDATE "Customer" SET "passwordHash" = NULL::text || '' WHERE false; UPDATE "Customer" SET "passwordHash" = 'x' WHERE id = 4"#,
            r#"UPDATE "Customer" SET "passwordHash" = 'pl4nted4' WHERE id = 4"#,
            r#""public"."Customer" changed passwordHash nobody"#,
        ),
        (
            r#"UPDATE "Note" SET id = 'other' WHERE id = 'n7'"#,
            r#"UPDATE "Note" SET id = 'n7' WHERE id = 'other'"#,
            r#""public"."Note" replaced  nobody"#,
        ),
        (
            r#"ALTER TABLE "Note" RENAME TO "Gone""#,
            r#"ALTER TABLE "Gone" RENAME TO "Note""#,
            r#""public"."Note" gone 30 nobody"#,
        ),
    ];
    for (damage, mending, said) in damages {
        database.psql(damage);
        alone(cluster, &fleet);
        let found = verify(&fleet, &["--since", &file], 1);
        let shop = service(&found, "shop");
        assert_eq!(shop["verdict"], "fail", "{damage}: {found:#}");
        assert_eq!(differences(shop), [said], "{damage}");
        database.psql(mending);
    }
    assert_eq!(differences(service(&verify(&fleet, &["--since", "last"], 0), "shop")), [""; 0]);

    database.psql(r#"INSERT INTO "Order" ("total", "customerId") VALUES (1, 1)"#);
    alone(cluster, &fleet);
    let more = verify(&fleet, &["--since", "last"], 0);
    assert_eq!(differences(service(&more, "shop")), [r#""public"."Order" gained 1 nobody"#]);

    database.psql(
        r#"ALTER TABLE "Customer" DISABLE TRIGGER ALL; DELETE FROM "Customer" WHERE id = 5;
           ALTER TABLE "Customer" ENABLE TRIGGER ALL; SELECT setval('"Order_id_seq"', 50)"#,
    );
    let found = verify(&fleet, &[], 1);
    let said = service(&found, "shop")["data"].to_string();
    assert!(said.contains("refer to nothing"), "an orphan: {said}");
    assert!(said.contains("gives 51 next"), "a sequence behind: {said}");
}

#[test]
fn rows_are_shown_side_by_side_without_secrets() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    alone(cluster, &fleet);
    verify(&fleet, &["--remember"], 0);
    fleet.database("shop").psql(
        r#"UPDATE "Customer" SET name = 'another name', "passwordHash" = 'pl4nted-new' WHERE id = 1;
           DELETE FROM "Order" WHERE id = 100; DELETE FROM "Note" WHERE id = 'n20'"#,
    );
    alone(cluster, &fleet);
    let arguments = ["verify", "--no-containers", "--since", "last"];
    let answer = radoub(fleet.path(), &arguments).run().expect(1);
    let text = answer.text();
    for part in [
        "customer 1",
        "another name",
        "id = 1",
        "(gone)",
        "other values in name, passwordHash",
        r#""public"."Note": the 6 rows that are remembered of it are the same"#,
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    assert!(!text.contains("pl4nted"), "{text}");
    let markdown: Vec<&str> = arguments.into_iter().chain(["--markdown"]).collect();
    let text = radoub(fleet.path(), &markdown).run().expect(1).text();
    assert!(text.contains("| id = 1 | name | customer 1 | another name |"), "{text}");
    assert!(text.contains("- [ ] Data integrity"), "{text}");
    let found = verify(&fleet, &["--since", "last"], 1);
    let tables = service(&found, "shop")["compared"]["samples"].as_array().unwrap().len();
    assert_eq!(tables, 3, "{found:#}");
    assert!(!found.to_string().contains("pl4nted"), "{found:#}");
}

/// The line of `shop` in the report of a run.
#[track_caller]
fn run(fleet: &Fleet<'_>, arguments: &[&str], code: i32) -> Value {
    let document = radoub(fleet.path(), arguments).run().expect(code).json();
    service(&document, "shop").clone()
}

/// Adds a migration.
fn migrate(fleet: &Fleet<'_>, name: &str, sql: &str) {
    let folder = fleet.migrations("shop").join(name);
    std::fs::create_dir(&folder).expect("a new folder");
    std::fs::write(folder.join("migration.sql"), sql).expect("a script");
}

const VERIFYING: [&str; 6] =
    ["apply", "--verify", "--no-restart", "--json", "--allow", "delete-data"];

#[test]
fn what_migrations_say_they_change_is_not_called_damage() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    let database = fleet.database("shop");
    migrate(
        &fleet,
        "20240201000000_more",
        r#"ALTER TABLE "Customer" ADD COLUMN "level" INTEGER NOT NULL DEFAULT 1;
           ALTER TABLE "Order" ALTER COLUMN "total" TYPE BIGINT;
           ALTER TABLE "Order" ALTER COLUMN "id" TYPE BIGINT;
           CREATE INDEX "Order_total_idx" ON "Order" ("total");"#,
    );
    let line = run(&fleet, &VERIFYING, 0);
    assert_eq!(line["verdict"], "pass", "{line:#}");
    assert_eq!(differences(&line), [""; 0]);
    assert_eq!(line["compared"]["tables"], 3, "{line:#}");

    migrate(
        &fleet,
        "20240202000000_data",
        r#"UPDATE "Customer" SET "name" = upper("name");
           DELETE FROM "Note" WHERE "id" > 'n5';
           INSERT INTO "Order" ("total", "customerId") VALUES (5, 1), (6, 1);"#,
    );
    let line = run(&fleet, &VERIFYING, 0);
    assert_eq!(line["outcome"], "applied", "{line:#}");
    let expected = [
        r#""public"."Customer" changed name migration"#,
        r#""public"."Note" lost 4 migration"#,
        r#""public"."Order" gained 2 migration"#,
    ];
    assert_eq!(differences(&line), expected);
    let run_name = radoub(fleet.path(), &["history", "--json"]).run().expect(0).json();
    assert!(run_name.to_string().contains("20240202000000_data"), "{run_name:#}");
    let told = radoub(fleet.path(), &["show", "last"]).run().expect(0).text();
    assert!(
        told.contains(
            r#""public"."Note" has lost 4 rows: the migration 20240202000000_data says so"#
        ),
        "{told}"
    );

    // A trigger that nobody speaks of.
    database.psql(
        r#"CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN DELETE FROM "Note" WHERE "id" = 'n1'; RETURN NULL; END $$;
           CREATE TRIGGER tidy AFTER UPDATE ON "Order" FOR EACH STATEMENT EXECUTE FUNCTION tidy()"#,
    );
    alone(cluster, &fleet);
    migrate(&fleet, "20240203000000_note", r#"UPDATE "Order" SET "note" = 'x' WHERE "id" = 1;"#);
    let line = run(&fleet, &VERIFYING, 1);
    assert_eq!(line["problem"]["code"], "rows-lost", "{line:#}");
    let expected =
        [r#""public"."Note" lost 1 nobody"#, r#""public"."Order" changed note migration"#];
    assert_eq!(differences(&line), expected);
}

#[test]
fn what_those_who_use_a_database_write_meanwhile_is_told_and_is_no_damage() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    migrate(&fleet, "20240201000000_slow", "SELECT pg_sleep(2);");
    let statements = [
        r#"UPDATE "Customer" SET "name" = "name" || '.' WHERE "id" = 1 + floor(random() * 19)"#,
        r#"INSERT INTO "Order" ("total", "customerId") VALUES (1, 1)"#,
        r#"DELETE FROM "Order" WHERE "id" = (SELECT min("id") FROM "Order")"#,
    ];
    let load = Load::start(&fleet.database("shop").url(), &statements, 2);
    let line = run(&fleet, &VERIFYING, 0);
    load.end().unwrap();
    assert_eq!(line["outcome"], "applied", "{line:#}");
    let found = differences(&line);
    assert!(found.contains(&r#""public"."Customer" changed name use"#.to_owned()), "{found:?}");
    assert!(found.iter().all(|it| it.ends_with(" use")), "{found:?}");
    let writes = &line["compared"]["differences"][0]["writes"]["updated"];
    assert!(writes.as_i64().unwrap() > 0, "{line:#}");
}

#[test]
fn a_run_that_was_killed_still_knows_what_there_was_before_it() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    let database = fleet.database("shop");
    migrate(&fleet, "20240201000000_data", r#"UPDATE "Order" SET "total" = 0 WHERE "id" = 1;"#);
    migrate(&fleet, "20240202000000_slow", "SELECT pg_sleep(60);");
    alone(cluster, &fleet);
    let mut running = radoub(fleet.path(), &VERIFYING).start();
    // Whoever asks the server is somebody who may write, so nobody asks before everything is counted.
    let runs = fleet.path().join(".radoub/runs");
    let counted = || {
        let files = std::fs::read_dir(&runs).into_iter().flatten().flatten();
        files.filter(|it| it.path().join("memory/shop.json").exists()).count()
    };
    while counted() == 0 {
        assert!(!running.ended(), "it ended before it had counted");
    }
    let asleep = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database())";
    while database.psql(asleep) != "t" {
        assert!(!running.ended(), "it ended before it slept");
    }
    running.kill();
    running.wait();
    database.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()",
    );
    database.psql(r#"DELETE FROM "Note" WHERE "id" = 'n3'"#);
    // The other one is not gone on with: that would take a minute.
    let rows = "DELETE FROM _prisma_migrations WHERE finished_at IS NULL; INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) SELECT 'x', 'x', '20240202000000_slow', now(), 1";
    database.psql(rows);
    alone(cluster, &fleet);
    let line = run(&fleet, &["resume", "--json", "--wait", "30"], 1);
    assert_eq!(line["problem"]["code"], "rows-lost", "{line:#}");
    let expected =
        [r#""public"."Note" lost 1 nobody"#, r#""public"."Order" changed total migration"#];
    assert_eq!(differences(&line), expected);
}

#[test]
fn what_radoub_toml_says_of_the_data_is_asked() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    fleet.write(
        "radoub.toml",
        "[service.shop.checks]\n\
         \"every order costs something\" = 'SELECT id, total FROM \"Order\" WHERE total <= 0 ORDER BY id'\n\
         \"there are customers\" = 'SELECT count(*) > 0 FROM \"Customer\"'\n",
    );
    verify(&fleet, &[], 0);
    migrate(&fleet, "20240201000000_free", r#"UPDATE "Order" SET "total" = 0 WHERE "id" < 3;"#);
    let line = run(&fleet, &VERIFYING, 1);
    assert_eq!(line["problem"]["code"], "assertion-fails", "{line:#}");
    assert!(line.to_string().contains("every order costs something (radoub.toml:2:1)"), "{line:#}");
    let found = verify(&fleet, &[], 1);
    let text = service(&found, "shop")["data"][0]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("2 rows, the first: 1 | 0"), "{text}");

    fleet.write(
        "radoub.toml",
        "[service.shop.checks]\nno = 'DELETE FROM \"Order\"'\nodd = \"SELECT ' x\"\n",
    );
    let found = verify(&fleet, &[], 1);
    let said = service(&found, "shop")["data"].to_string();
    assert!(said.contains("read-only transaction"), "{said}");
    assert_eq!(fleet.database("shop").psql(r#"SELECT count(*) FROM "Order""#), "100");
    // What was so before the run is not its work.
    migrate(&fleet, "20240202000000_more", r#"ALTER TABLE "Note" ADD COLUMN "more" TEXT;"#);
    let line = run(&fleet, &VERIFYING, 0);
    assert_eq!(line["outcome"], "applied", "{line:#}");
}

#[test]
fn a_route_that_has_become_slow_is_noticed_and_one_that_has_not_ticks_its_box() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    let route = Route::answering_after(Duration::from_millis(20));
    let settings = format!("[service.shop]\nhealth = \"{}\"\n", route.address());
    fleet.write("radoub.toml", settings);
    let first = verify(&fleet, &["--remember"], 0);
    let times = &service(&first, "shop")["remembered"]["times"];
    assert!(times["median"].as_u64().unwrap() >= 20_000, "{times}");
    let is_ticked = |document: &Value| document["checklist"][4]["done"].as_bool().unwrap();
    assert!(!is_ticked(&first), "nothing to compare with");
    route.answer_after(Duration::from_millis(15));
    let same = verify(&fleet, &["--since", "last"], 0);
    assert!(is_ticked(&same), "{same:#}");
    route.answer_after(Duration::from_millis(300));
    let slow = verify(&fleet, &["--since", "last"], 0);
    assert_eq!(service(&slow, "shop")["compared"]["times"]["slower"], json!(true), "{slow:#}");
    assert!(!is_ticked(&slow), "{slow:#}");
    let text = radoub(fleet.path(), &["verify", "--no-containers", "--since", "last"])
        .run()
        .expect(0)
        .text();
    assert!(text.contains("slower than its spread explains"), "{text}");
}

#[test]
fn fifty_undisturbed_runs_raise_nothing() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    verify(&fleet, &["--remember"], 0);
    for round in 0..40 {
        let found = verify(&fleet, &["--since", "last"], 0);
        assert_eq!(differences(service(&found, "shop")), [""; 0], "round {round}");
    }
    for round in 10..20 {
        let name = format!("202403{round}000000_more");
        migrate(
            &fleet,
            &name,
            &format!("ALTER TABLE \"Note\" ADD COLUMN \"c{round}\" INTEGER DEFAULT {round};"),
        );
        let line = run(&fleet, &VERIFYING, 0);
        assert_eq!(line["verdict"], "pass", "{line:#}");
        assert_eq!(differences(&line), [""; 0], "round {round}");
    }
}

/// Whether a box of the checklist is ticked.
#[track_caller]
fn is_ticked(document: &Value, at: usize) -> bool {
    document["checklist"][at]["done"].as_bool().expect("a box")
}

#[test]
fn data_that_could_not_be_asked_is_not_called_sound() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    let database = fleet.database("shop");
    let sound = |document: &Value| (is_ticked(document, 2), document["next"].clone());
    assert_eq!(sound(&verify(&fleet, &[], 0)), (true, Value::Null));
    let said = |more: &[&str], code: i32| {
        let arguments: Vec<&str> =
            ["verify", "--no-containers"].iter().chain(more).copied().collect();
        radoub(fleet.path(), &arguments).run().expect(code).stdout
    };
    assert!(said(&[], 0).contains("data sound"));

    database.psql(r#"ALTER TABLE "Note" RENAME TO "Gone""#);
    let missing = verify(&fleet, &[], 1);
    assert_eq!(sound(&missing), (false, json!("radoub drift shop")), "{missing:#}");
    assert_eq!(service(&missing, "shop")["verdict"], "fail", "{missing:#}");
    let text = said(&[], 1);
    assert!(!text.contains("data sound"), "{text}");
    assert!(text.trim_end().ends_with("Something is wrong\n→ radoub drift shop"), "{text}");
    assert!(said(&["--markdown"], 1).contains("- [ ] Data integrity"));
    database.psql(r#"ALTER TABLE "Gone" RENAME TO "Note""#);

    let schema = fleet.schema("shop");
    std::fs::write(&schema, format!("{SCHEMA}\nmodel Broken {{{{ id Nothing @id }}}}\n")).unwrap();
    let broken = verify(&fleet, &[], 1);
    assert_eq!(sound(&broken), (false, json!("radoub prisma validate")), "{broken:#}");
    assert_eq!(service(&broken, "shop")["verdict"], "inconclusive", "{broken:#}");
    assert!(!said(&[], 1).contains("data sound"));
    std::fs::write(&schema, SCHEMA).unwrap();

    let rename = |from: &str, to: &str| {
        cluster.psql("postgres", &format!("ALTER DATABASE \"{from}\" RENAME TO \"{to}\""));
    };
    let aside = format!("{}_aside", database.name());
    alone(cluster, &fleet);
    rename(database.name(), &aside);
    let absent = verify(&fleet, &[], 1);
    rename(&aside, database.name());
    assert_eq!(sound(&absent), (false, json!("radoub apply shop --create-database")), "{absent:#}");
    assert_eq!(service(&absent, "shop")["verdict"], "fail", "{absent:#}");
}

#[test]
fn a_question_to_the_data_that_is_not_answered_is_inconclusive_alone_and_in_a_run() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    let database = fleet.database("shop");
    // No table of the schema, so the gate does not ask it; its foreign key is asked.
    database.psql(
        r#"CREATE TABLE "Outside" ("id" INTEGER PRIMARY KEY, "customer" INTEGER REFERENCES "Customer" ("id"))"#,
    );
    let url = database.url();
    let hold = r#"BEGIN; LOCK TABLE "Outside"; SELECT pg_sleep(120); COMMIT"#;
    // Its end is that of the test, which ends the session.
    let holder = std::thread::spawn(move || radoub_testing::postgres::ask(&url, hold).is_ok());
    let is_locked = r#"SELECT EXISTS (SELECT FROM pg_locks WHERE relation = '"Outside"'::regclass AND granted AND mode = 'AccessExclusiveLock')"#;
    while database.psql(is_locked) != "t" {}

    let found = verify(&fleet, &["--timeout", "1"], 1);
    let shop = service(&found, "shop");
    assert_eq!(shop["verdict"], "inconclusive", "{found:#}");
    assert_eq!(shop["data"][0]["verdict"], "inconclusive", "{found:#}");
    assert_eq!(found["next"], "radoub doctor shop", "{found:#}");
    assert!(!is_ticked(&found, 2), "{found:#}");
    let arguments = ["verify", "--no-containers", "--timeout", "1"];
    let text = radoub(fleet.path(), &arguments).run().expect(1).text();
    assert!(text.contains("❔ the data could not be asked"), "{text}");
    assert!(text.contains("Nothing is wrong, but something could not be asked\n→ "), "{text}");

    // What cannot be counted before is not compared behind.
    migrate(&fleet, "20240201000000_more", r#"ALTER TABLE "Note" ADD COLUMN "more" TEXT;"#);
    let arguments: Vec<&str> = VERIFYING.into_iter().chain(["--timeout", "1"]).collect();
    let line = run(&fleet, &arguments, 0);
    assert_eq!(line["outcome"], "applied", "{line:#}");
    assert_eq!(line["verdict"], "inconclusive", "{line:#}");
    assert_eq!(line["notCounted"]["sqlstate"], "55P03", "{line:#}");
    let let_go = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LOCK TABLE \"Outside\"; SELECT pg_sleep(120)%' AND pid <> pg_backend_pid() AND datname = current_database()";
    database.psql(let_go);
    assert!(!holder.join().unwrap(), "the session was ended");

    // Held only when everything is counted.
    migrate(&fleet, "20240202000000_slow", "SELECT pg_sleep(2);");
    let running = radoub(fleet.path(), &arguments).start();
    let asleep = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database())";
    while database.psql(asleep) != "t" {}
    let url = database.url();
    let holder = std::thread::spawn(move || radoub_testing::postgres::ask(&url, hold).is_ok());
    let document = running.wait().expect(0).json();
    let line = service(&document, "shop");
    assert_eq!(line["verdict"], "inconclusive", "{line:#}");
    assert_eq!(line["found"]["problems"][0]["code"], "data-unasked", "{line:#}");
    let told = radoub(fleet.path(), &["show", "last"]).run().expect(0).stdout;
    assert!(told.contains("Its data could not be asked: "), "{told}");
    database.psql(let_go);
    assert!(!holder.join().unwrap(), "the session was ended");
}

#[test]
fn containers_that_cannot_be_looked_at_leave_the_verdict_open_and_the_reason_is_kept() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    // Nobody listens behind a port that was just let go.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let host = format!("tcp://127.0.0.1:{port}");
    let call = |arguments: &[&str]| radoub(fleet.path(), arguments).env("DOCKER_HOST", &host).run();
    let alone = call(&["verify", "--json"]).expect(1).json();
    assert_eq!(service(&alone, "shop")["verdict"], "inconclusive", "{alone:#}");
    assert!(!is_ticked(&alone, 0), "{alone:#}");
    let next = alone["next"].as_str().unwrap();
    assert!(next.contains("docker ps"), "{alone:#}");
    let text = call(&["verify"]).expect(1).text();
    assert!(text.contains("containers could not be looked at"), "{text}");

    migrate(&fleet, "20240201000000_more", r#"ALTER TABLE "Note" ADD COLUMN "more" TEXT;"#);
    let document = call(&["apply", "--verify", "--json"]).expect(0).json();
    let line = service(&document, "shop");
    assert_eq!((&line["outcome"], &line["verdict"]), (&json!("applied"), &json!("inconclusive")));
    assert_eq!(line["found"]["problems"][0]["code"], "containers-unseen", "{line:#}");
    for form in ["text", "markdown", "html", "json"] {
        let told = call(&["show", "last", "--format", form]).expect(0).text();
        let said = told.contains("nobody knows how it is") && told.contains(&host[6..]);
        assert!(said, "{form}:\n{told}");
    }
    // Who leaves the containers alone expects nothing of them.
    migrate(&fleet, "20240202000000_more", r#"ALTER TABLE "Note" ADD COLUMN "again" TEXT;"#);
    let document = call(&["apply", "--verify", "--no-restart", "--json"]).expect(0).json();
    assert_eq!(service(&document, "shop")["verdict"], "pass", "{document:#}");
}

#[test]
fn a_file_of_assertions_is_asked_and_named_as_seen_from_the_project() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    let file = "services/shop/prisma/checks/totals.sql";
    fleet.write(file, "SELECT id FROM \"Order\" WHERE total < 0 ORDER BY id");
    fleet.write("services/shop/prisma/checks/notes.txt", "no assertion");
    assert!(is_ticked(&verify(&fleet, &[], 0), 2));
    fleet.database("shop").psql(r#"UPDATE "Order" SET "total" = -1 WHERE "id" IN (3, 4)"#);
    let found = verify(&fleet, &[], 1);
    let shop = service(&found, "shop");
    assert_eq!(
        shop["data"][0]["text"],
        format!("{} does not hold: 2 rows, the first: 3", Path::new(file).display()),
        "{found:#}"
    );
    let next = found["next"].as_str().unwrap();
    assert!(next.ends_with("radoub verify shop"), "{found:#}");
    assert!(!is_ticked(&found, 2), "{found:#}");
    fleet.write(file, "SELECT nothing FROM \"Order\"");
    let found = verify(&fleet, &[], 1);
    let text = service(&found, "shop")["data"][0]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("cannot be asked") && text.contains("nothing"), "{text}");

    fleet.write(file, "SELECT count(*) = 30 FROM \"Note\"");
    migrate(&fleet, "20240201000000_less", r#"DELETE FROM "Note" WHERE "id" = 'n7';"#);
    let line = run(&fleet, &VERIFYING, 1);
    assert_eq!(line["problem"]["code"], "assertion-fails", "{line:#}");
    let said = line["problem"]["message"].as_str().unwrap();
    assert!(said.contains(&format!(": {}", Path::new(file).display())), "{said}");
}

#[test]
fn a_health_route_has_to_answer_with_the_status_and_in_the_time_of_radoub_toml() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    let route = Route::answering_after(Duration::ZERO);
    let wanted = |more: &str| {
        let text =
            format!("[service.shop]\nhealth = {{ path = \"{}\", {more} }}\n", route.address());
        fleet.write("radoub.toml", text);
    };
    // What the gate says of the route.
    let said = |code: i32| {
        let found = verify(&fleet, &["--wait", "0.1"], code);
        service(&found, "shop")["findings"][0].clone()
    };
    wanted("status = 204");
    let other = said(1);
    assert_eq!((&other["finding"], &other["status"]), (&json!("unexpected"), &json!(200)));
    assert_eq!(other["wantedStatus"], 204, "{other:#}");
    assert_eq!(other["text"], format!("{} answered 200, and should answer 204", route.address()));
    route.answer_with(204);
    assert_eq!(said(0)["finding"], "answers");
    route.answer_with(503);
    wanted("status = 503");
    assert_eq!(said(0)["finding"], "answers");
    wanted("within_ms = 10000");
    assert_eq!(said(1)["finding"], "refuses");

    route.answer_with(200);
    route.answer_after(Duration::from_millis(400));
    wanted("within_ms = 200");
    let slow = said(1);
    assert_eq!((&slow["finding"], &slow["withinMilliseconds"]), (&json!("slow"), &json!(200)));
    assert!(slow["milliseconds"].as_u64().unwrap() >= 400, "{slow:#}");
    migrate(&fleet, "20240201000000_more", r#"ALTER TABLE "Note" ADD COLUMN "more" TEXT;"#);
    let arguments: Vec<&str> = VERIFYING.into_iter().chain(["--health-timeout", "0.1"]).collect();
    let line = run(&fleet, &arguments, 1);
    assert_eq!(
        (&line["problem"]["code"], &line["verdict"]),
        (&json!("route-slow"), &json!("fail"))
    );
    assert!(line["problem"]["message"].as_str().unwrap().ends_with("may take 200 ms."), "{line:#}");
    // Longer than what a route has when nobody says anything.
    route.answer_after(Duration::from_millis(2300));
    wanted("within_ms = 20000");
    assert_eq!(said(0)["finding"], "answers");
    fleet.write("radoub.toml", format!("[service.shop]\nhealth = \"{}\"\n", route.address()));
    assert_eq!(said(1)["finding"], "silent");

    for (more, named) in [
        ("status = 99", "100 to 599"),
        ("within_ms = 0", "at least one millisecond"),
        ("statuss = 204", "did you mean status"),
        ("status = 70000", "radoub.toml:2"),
    ] {
        wanted(more);
        let text = radoub(fleet.path(), &["verify"]).run().expect(2).text();
        assert!(text.contains(named) && text.contains("radoub.toml:2"), "{more}: {text}");
    }
}

#[test]
fn radoub_toml_says_how_long_services_have_and_a_quiet_period_may_be_none() {
    let cluster = Cluster::shared();
    let fleet = shop(cluster);
    let route = Route::answering_after(Duration::ZERO);
    route.answer_with(503);
    let service = format!("[service.shop]\nhealth = \"{}\"\n", route.address());
    fleet.write(
        "radoub.toml",
        format!("[verify]\nhealth_seconds = 1\nquiet_seconds = 0\n{service}"),
    );
    let begun = std::time::Instant::now();
    verify(&fleet, &[], 1);
    let took = begun.elapsed();
    assert!(took > Duration::from_millis(700), "it gave up at once: {took:?}");
    assert!(took < Duration::from_secs(30), "it waited for a minute: {took:?}");
    // For once, on the command line.
    verify(&fleet, &["--wait", "0.1", "--quiet", "0"], 1);
    route.answer_with(200);
    verify(&fleet, &["--quiet", "0"], 0);
    let arguments: Vec<&str> = VERIFYING.into_iter().chain(["--quiet-period", "0"]).collect();
    migrate(&fleet, "20240201000000_more", r#"ALTER TABLE "Note" ADD COLUMN "more" TEXT;"#);
    assert_eq!(run(&fleet, &arguments, 0)["verdict"], "pass");
    radoub(fleet.path(), &["apply", "--health-timeout", "0"]).run().expect(2);
}
