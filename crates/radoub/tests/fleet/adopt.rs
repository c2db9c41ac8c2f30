//! Adopting: on the founding fleet as its entrypoint leaves it, and case by case. The real engine has to agree that
//! everything is in order afterwards, and no row may have changed.

use std::collections::BTreeMap;
use std::path::Path;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member, migrations_in};
use radoub_testing::oracle::{Oracle, Place, ledger};
use radoub_testing::shared::shared_or_say;
use serde_json::{Value, json};

use crate::founding::{Stack, TWELVE, start};
use crate::{radoub, service, texts};

/// Every row of every table, but the ledger: count and checksum, by table.
pub(crate) fn rows(cluster: &Cluster, database: &str) -> BTreeMap<String, String> {
    let tables = cluster.psql(
        database,
        "SELECT c.oid::regclass FROM pg_class c WHERE c.relkind = 'r' AND c.relname <> '_prisma_migrations' \
         AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) ORDER BY 1",
    );
    let sum = |table: &str| {
        let sql = format!(
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t"
        );
        (table.to_owned(), cluster.psql(database, &sql))
    };
    tables.lines().map(sum).collect()
}

/// The catalog of a database without the ledger, which a repair may make.
fn catalog(cluster: &Cluster, database: &str) -> String {
    let lines = cluster.inventory(database);
    lines.lines().filter(|it| !it.contains("_prisma_migrations")).collect::<Vec<_>>().join("\n")
}

/// What the real engine says when nothing is wrong: status, `migrate dev`, deploy, live database and history against
/// schema.prisma. `shadow` is a database that it may empty.
#[track_caller]
pub(crate) fn the_engine_agrees(oracle: &Oracle, name: &str, place: Place<'_>, shadow: &str) {
    let ask = |verb: &str, more: Value| {
        let mut request = json!({
            "verb": verb, "url": place.url, "schema": place.schema, "migrations": place.migrations,
        });
        if let (Value::Object(request), Value::Object(more)) = (&mut request, more) {
            request.extend(more);
        }
        oracle.ask(&request).unwrap_or_else(|refusal| panic!("{verb} of {name}: {refusal}"))
    };
    let diagnosis = oracle.diagnose(place).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    assert_eq!(diagnosis.history, None, "{name}");
    assert_eq!(diagnosis.edited_migration_names, [""; 0], "{name}");
    assert_eq!(diagnosis.failed_migration_names, [""; 0], "{name}");
    let dev = ask("dev-diagnostic", json!({}));
    assert_eq!(dev["action"]["tag"], "createMigration", "{name}: {dev}");
    assert_eq!(oracle.deploy(place), Ok(Vec::new()), "{name}");
    let nothing = "-- This is an empty migration.";
    for (verb, more) in
        [("diff-url", json!({})), ("diff-migrations", json!({ "shadowUrl": shadow }))]
    {
        let script = ask(verb, more);
        assert_eq!(script.as_str().unwrap_or_default().trim(), nothing, "{verb} of {name}");
    }
}

#[test]
fn the_founding_fleet_is_adopted_without_touching_a_row() {
    let Some(shared) = shared_or_say("the founding fleet") else { return };
    let cluster = Cluster::start();
    let stack = Stack::of(&shared);
    stack.publish(cluster.port());
    let oracle = Oracle::of(&shared);
    start(&stack, &cluster, &oracle);
    for (_, database) in TWELVE {
        cluster.psql(database, include_str!("seed.sql"));
    }
    let before: Vec<_> = TWELVE.iter().map(|(_, database)| rows(&cluster, database)).collect();
    let catalogs: Vec<_> = TWELVE.iter().map(|(_, it)| catalog(&cluster, it)).collect();
    let count = |tables: &BTreeMap<String, String>| {
        tables.values().filter(|it| it.starts_with("3 ")).count()
    };
    assert_eq!(
        before.iter().map(count).sum::<usize>(),
        before.iter().map(BTreeMap::len).sum::<usize>()
    );

    // Shown first, and nothing done.
    let call = ["adopt", "--all", "--dry-run", "--allow", "rows", "--json"];
    let shown = stack.call(&call).run().expect(1).json();
    for (name, _) in TWELVE {
        assert_eq!(service(&shown, name)["problem"], Value::Null, "{shown:#}");
        assert_eq!(service(&shown, name)["done"], false);
    }
    assert_eq!(service(&shown, "auth-service")["plan"]["nothing"], true);
    stack.call(&["adopt", "--all"]).run().expect(1);
    assert_eq!(migrations_in(&stack.migrations("billing-service")).len(), 21);

    // A migration of a history that is replaced fills a table: that is agreed to by name.
    let told = stack.call(&["adopt", "billing-service", "--yes", "--json"]).run().expect(1).json();
    let problem = &service(&told, "billing-service")["problem"];
    assert_eq!(problem["code"], "needs-consent", "{told:#}");
    let call = ["adopt", "--all", "--yes", "--allow", "rows", "--json"];
    let done = stack.call(&call).run().expect(0).json();
    let shadow = cluster.database("shadow");
    let shadow = shadow.url();
    for (at, (name, database)) in TWELVE.iter().enumerate() {
        assert_eq!(service(&done, name)["problem"], Value::Null, "{done:#}");
        let url = format!("{}?schema=public", cluster.url(database));
        let (schema, migrations) = (stack.schema(name), stack.migrations(name));
        let place = Place { url: &url, migrations: &migrations, schema: &schema };
        the_engine_agrees(&oracle, name, place, &shadow);
        assert_eq!(rows(&cluster, database), before[at], "{name}");
        assert_eq!(catalog(&cluster, database), catalogs[at], "{name}");
    }

    // The histories replay and end where they should, and each new step leads back.
    let drift = stack.call(&["drift", "--replay", "--json"]).run().expect(0).json();
    for (name, _) in TWELVE {
        let one = service(&drift, name);
        assert_eq!(one["cause"], "in-order", "{one:#}");
        assert_eq!(one["replay"]["outcome"], "ends", "{one:#}");
    }
    assert_eq!(drift["summary"]["endAtSchema"], 12);
    assert_eq!(drift["summary"]["withoutLockFile"], 0);
    let technical = migrations_in(&stack.migrations("technical-service"));
    let adopted = stack.migrations("technical-service").join(technical.last().expect("one"));
    let back = std::fs::read_to_string(adopted.join("down.sql")).expect("a way back");
    assert!(back.contains("You are about to drop the `ordres_mission` table."), "{back}");

    // What was replaced is kept: folders, and rows.
    let billing = stack.migrations("billing-service");
    let kept: Vec<_> = std::fs::read_dir(billing.parent().expect("prisma"))
        .expect("prisma")
        .map(|it| it.expect("an entry").path())
        .filter(|it| it.to_string_lossy().contains("migrations.before-"))
        .collect();
    let [kept] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(migrations_in(kept).len(), 21);
    let rows = std::fs::read_to_string(kept.join("_prisma_migrations.jsonl")).expect("rows");
    assert_eq!(rows.lines().count(), 10, "{rows}");
    assert_eq!(ledger(&cluster, "parabellum_billing").len(), 1);

    // And once is enough.
    let again = stack.call(&["adopt", "--all", "--yes", "--json"]).run().expect(0).json();
    for (name, _) in TWELVE {
        assert_eq!(service(&again, name)["plan"]["nothing"], true, "{name}");
    }
}

const HEAD: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n\n";

/// A schema with these models.
pub(crate) fn schema(models: &str) -> String {
    format!("{HEAD}{models}")
}

const SHIP: &str = "model Ship {\n  id   Int    @id\n  name String\n}\n";
const SHIP_SQL: &str = "CREATE TABLE \"Ship\" (\n    \"id\" INTEGER NOT NULL,\n    \"name\" TEXT NOT NULL,\n\n    \
                        CONSTRAINT \"Ship_pkey\" PRIMARY KEY (\"id\")\n);\n";

/// What `radoub VERB service … --json` plans and does.
#[track_caller]
fn adopt(fleet: &Fleet<'_>, arguments: &[&str], code: i32) -> Value {
    let arguments = [&["adopt", "ships", "--json"], arguments].concat();
    let answer = radoub(fleet.path(), &arguments).run().expect(code);
    service(&answer.json(), "ships").clone()
}

#[track_caller]
fn engine_agrees(fleet: &Fleet<'_>, shared: &Path) {
    let oracle = Oracle::of(shared);
    let shadow = Cluster::shared().database("shadow");
    let (url, migrations, schema) =
        (fleet.database("ships").url(), fleet.migrations("ships"), fleet.schema("ships"));
    let place = Place { url: &url, migrations: &migrations, schema: &schema };
    the_engine_agrees(&oracle, "ships", place, &shadow.url());
}

/// The script of the last migration of a service.
fn last_script(fleet: &Fleet<'_>) -> String {
    let names = migrations_in(&fleet.migrations("ships"));
    let last = fleet.migrations("ships").join(names.last().expect("a migration"));
    std::fs::read_to_string(last.join("migration.sql")).expect("a script")
}

#[test]
fn a_database_and_a_schema_that_disagree_need_a_winner() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let wanted = schema("model Ship {\n  id   Int    @id\n  name String\n  flag String?\n}\n");
    let member = || {
        Member::new("ships")
            .file("schema.prisma", wanted.as_str())
            .migration("20240101000000_init", SHIP_SQL)
    };
    let undecided = |fleet: &Fleet<'_>| {
        fleet.database("ships").psql("ALTER TABLE \"Ship\" ADD COLUMN tonnage INTEGER");
        let told = adopt(fleet, &["--yes"], 1);
        assert_eq!(told["problem"]["code"], "disagree", "{told:#}");
        assert!(told["remedy"].as_str().is_some_and(|it| it.contains("--wins live")), "{told:#}");
        assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 1);
    };

    // schema.prisma wins: what the database has is adopted, and a second migration waits.
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(member());
    radoub(fleet.path(), &["apply"]).run().expect(0);
    undecided(&fleet);
    let told = adopt(&fleet, &["--wins", "schema", "--yes"], 0);
    let writes = told["plan"]["writes"].as_array().expect("writes");
    assert_eq!(writes.len(), 2, "{told:#}");
    assert_eq!((&writes[0]["applied"], &writes[1]["applied"]), (&json!(true), &json!(false)));
    assert_eq!(
        fleet
            .database("ships")
            .psql("SELECT count(*) FROM information_schema.columns WHERE table_name = 'Ship'"),
        "3",
        "nothing was run on the database"
    );
    let pending = radoub(fleet.path(), &["drift", "--json"]).run().expect(1).json();
    assert_eq!(service(&pending, "ships")["cause"], "pending");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    engine_agrees(&fleet, &shared);

    // The database wins: schema.prisma follows it.
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(member());
    radoub(fleet.path(), &["apply"]).run().expect(0);
    undecided(&fleet);
    let told = adopt(&fleet, &["--wins", "live", "--yes"], 0);
    let path = told["plan"]["schema"]["files"][0]["path"].as_str().expect("a file");
    assert!(path.ends_with("schema.prisma"), "{told:#}");
    assert!(last_script(&fleet).contains("ADD COLUMN     \"tonnage\" INTEGER"));
    radoub(fleet.path(), &["drift"]).run().expect(0);
    engine_agrees(&fleet, &shared);
}

#[test]
fn what_prisma_does_not_see_is_carried_when_asked_and_named_when_not() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let extras = "CREATE VIEW named AS SELECT name FROM \"Ship\";\
                  ALTER TABLE \"Ship\" ADD CONSTRAINT named_well CHECK (name <> '');\
                  CREATE INDEX short_names ON \"Ship\" (name) WHERE length(name) < 4;\
                  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\
                  CREATE TRIGGER touched BEFORE UPDATE ON \"Ship\" FOR EACH ROW EXECUTE FUNCTION touch();\
                  COMMENT ON TABLE \"Ship\" IS 'hulls; and masts'";
    let pushed = || {
        let mut fleet = Fleet::on(Cluster::shared());
        fleet.add(Member::new("ships").file("schema.prisma", schema(SHIP)));
        fleet.database("ships").psql(&format!("{SHIP_SQL}; {extras}"));
        fleet
    };
    let kinds = |told: &Value| -> Vec<String> {
        let remarks = told["plan"]["remarks"].as_array().expect("remarks");
        remarks.iter().map(|it| it["kind"].as_str().expect("a kind").to_owned()).collect()
    };

    let fleet = pushed();
    let told = adopt(&fleet, &["--yes"], 0);
    assert_eq!(kinds(&told), ["not-carried"], "{told:#}");
    let text = told["plan"]["remarks"][0]["text"].as_str().expect("a text");
    for name in [
        "view named",
        "check named_well on Ship",
        "partial index short_names",
        "trigger touched on Ship",
        "touch()",
    ] {
        assert!(text.contains(name), "{name}: {text}");
    }
    engine_agrees(&fleet, &shared);

    let fleet = pushed();
    let told = adopt(&fleet, &["--carry", "--yes"], 0);
    assert_eq!(kinds(&told), ["carried"], "{told:#}");
    engine_agrees(&fleet, &shared);
    // The history makes the same database, to the letter.
    let fresh = Cluster::shared().database("fresh");
    fresh.psql(&last_script(&fleet));
    assert_eq!(
        catalog(Cluster::shared(), fresh.name()),
        catalog(Cluster::shared(), fleet.database("ships").name())
    );
}

#[test]
fn a_failed_and_a_pending_migration_that_a_push_made_are_recorded() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let mut fleet = Fleet::on(Cluster::shared());
    let wanted = schema(
        "model Ship {\n  id   Int    @id\n  name String\n  flag String?\n  port String?\n}\n",
    );
    fleet.add(
        Member::new("ships")
            .file("schema.prisma", wanted)
            .migration("20240101000000_init", SHIP_SQL)
            .migration("20240102000000_flag", "ALTER TABLE \"Ship\" ADD COLUMN \"flag\" TEXT;\nUPDATE \"Ship\" SET \"flag\" = 'x';\n")
            .migration("20240103000000_port", "ALTER TABLE \"Ship\" ADD COLUMN \"port\" TEXT;\n"),
    );
    let database = fleet.database("ships");
    database.psql(&format!("{SHIP_SQL}; ALTER TABLE \"Ship\" ADD COLUMN flag TEXT"));
    radoub(fleet.path(), &["resolve", "ships", "--applied", "20240101000000_init"]).run().expect(0);
    // The second fails, because the column is there; then somebody pushes the rest.
    radoub(
        fleet.path(),
        &["prisma", "migrate", "deploy", "--schema", "services/ships/prisma/schema.prisma"],
    )
    .env("DATABASE_URL", database.url())
    .run()
    .expect(1);
    database.psql("UPDATE _prisma_migrations SET rolled_back_at = NULL WHERE finished_at IS NULL");
    database.psql("ALTER TABLE \"Ship\" ADD COLUMN port TEXT");

    let told = adopt(&fleet, &["--yes"], 0);
    assert_eq!(texts(&told["plan"]["recorded"]), ["20240102000000_flag", "20240103000000_port"]);
    assert_eq!(texts(&told["plan"]["retired"]), ["20240102000000_flag"]);
    assert_eq!(told["plan"]["remarks"][0]["kind"], "rows-skipped", "{told:#}");
    assert_eq!(told["plan"]["writes"], json!([]));
    engine_agrees(&fleet, &shared);
}

#[test]
fn an_edited_file_and_a_lost_one_need_their_name() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(
        Member::new("ships")
            .file("schema.prisma", schema(SHIP))
            .migration("20240101000000_init", SHIP_SQL),
    );
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let script = fleet.migrations("ships").join("20240101000000_init/migration.sql");
    std::fs::write(&script, format!("-- another comment\n{SHIP_SQL}")).expect("a file");
    fleet.database("ships").psql(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) \
         VALUES ('gone', 'x', '20240102000000_gone', now(), now(), 1)",
    );
    let told = adopt(&fleet, &["--yes"], 1);
    assert_eq!(told["problem"]["code"], "needs-consent", "{told:#}");
    adopt(&fleet, &["--yes", "--allow", "edited"], 1);
    let told = adopt(&fleet, &["--yes", "--allow", "edited,missing"], 0);
    assert_eq!(texts(&told["plan"]["restamped"]), ["20240101000000_init"]);
    assert_eq!(texts(&told["plan"]["removed"]), ["20240102000000_gone"]);
    engine_agrees(&fleet, &shared);
}

#[test]
fn a_second_database_of_the_same_service_follows_the_new_history() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let broken = "ALTER TABLE \"Nowhere\" ADD COLUMN x INTEGER;\n";
    let member = || {
        Member::new("ships")
            .file("schema.prisma", schema(SHIP))
            .migration("20240101000000_init", SHIP_SQL)
            .migration("20240102000000_broken", broken)
    };
    // Production and staging: the same files, the same push, each with its own ledger.
    let (mut production, mut staging) =
        (Fleet::on(Cluster::shared()), Fleet::on(Cluster::shared()));
    for fleet in [&mut production, &mut staging] {
        fleet.add(member());
        fleet.database("ships").psql(SHIP_SQL);
        for name in ["20240101000000_init", "20240102000000_broken"] {
            radoub(fleet.path(), &["resolve", "ships", "--applied", name]).run().expect(0);
        }
    }
    let told = adopt(&production, &["--yes"], 0);
    assert_eq!(texts(&told["plan"]["aside"]), ["20240101000000_init", "20240102000000_broken"]);
    engine_agrees(&production, &shared);

    // What was written is committed and pulled: baseline and archive.
    let (from, to) = (production.migrations("ships"), staging.migrations("ships"));
    std::fs::remove_dir_all(&to).expect("the old history");
    for entry in std::fs::read_dir(from.parent().expect("prisma")).expect("prisma") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.starts_with("migrations") {
            radoub_testing::fleet::copy(&path, &to.with_file_name(name));
        }
    }
    let told = adopt(&staging, &["--yes"], 0);
    assert_eq!(told["plan"]["recorded"].as_array().map(Vec::len), Some(1), "{told:#}");
    assert_eq!(texts(&told["plan"]["removed"]).len(), 2, "{told:#}");
    engine_agrees(&staging, &shared);
}

#[test]
fn nothing_is_done_when_something_moves_in_between() {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("ships").file("schema.prisma", schema(SHIP)));
    fleet.database("ships").psql(SHIP_SQL);
    // Somebody holds the migration lock: no repair begins.
    let url = fleet.database("ships").url();
    let holder = std::thread::spawn(move || {
        radoub_testing::postgres::ask(&url, "SELECT pg_advisory_lock(72707369); SELECT pg_sleep(3)")
    });
    while fleet.database("ships").psql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 72707369 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == "0" {}
    let told = adopt(&fleet, &["--yes", "--wait", "1"], 1);
    assert_eq!(told["problem"]["code"], "lock-held", "{told:#}");
    assert_eq!(migrations_in(&fleet.migrations("ships")), [""; 0]);
    drop(holder.join());
}

#[test]
fn names_of_every_kind_survive() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let long = "n".repeat(63);
    let models = format!(
        "model User {{\n  id Int @id\n  group String @map(\"group\")\n  orders Order[]\n  @@map(\"user\")\n}}\n\n\
         model Order {{\n  id Int @id\n  userId Int @map(\"Ünï çödé\")\n  user User @relation(fields: [userId], references: [id])\n  kind Kind @default(A)\n  @@map(\"order table\")\n}}\n\n\
         model Long {{\n  id Int @id\n  {long} String?\n  @@index([{long}])\n  @@map(\"{long}\")\n}}\n\n\
         enum Kind {{\n  A\n  B @map(\"it's b\")\n  @@map(\"select\")\n}}\n"
    );
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("ships").file("schema.prisma", schema(&models)));
    // The real engine does not double the quote of a label, so the database is made by hand.
    let shown = radoub(fleet.path(), &["drift", "ships", "--sql"]).run().expect(1).stdout;
    assert!(shown.contains("'it''s b'"), "{shown}");
    fleet.database("ships").psql(&shown);
    let before = catalog(Cluster::shared(), fleet.database("ships").name());
    let told = adopt(&fleet, &["--yes"], 0);
    assert_eq!(told["done"], true, "{told:#}");
    assert_eq!(catalog(Cluster::shared(), fleet.database("ships").name()), before);
    engine_agrees(&fleet, &shared);
    let fresh = Cluster::shared().database("fresh");
    fresh.psql(&last_script(&fleet));
    assert_eq!(catalog(Cluster::shared(), fresh.name()), before);
}

#[test]
fn without_a_scratch_database_nothing_is_believed_and_nothing_done() {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(
        Member::new("ships")
            .file("schema.prisma", schema(SHIP))
            .migration("20240101000000_init", SHIP_SQL),
    );
    let cluster = Cluster::shared();
    let database = fleet.database("ships");
    let role = format!("deckhand_{}", database.name());
    cluster.psql("postgres", &format!("CREATE ROLE \"{role}\" LOGIN PASSWORD 'pl4nted'"));
    database.psql(&format!("GRANT ALL ON SCHEMA public TO \"{role}\"; {SHIP_SQL}; ALTER TABLE \"Ship\" OWNER TO \"{role}\""));
    fleet.write("url.txt", cluster.url_as(&role, "pl4nted", database.name()));
    fleet.write("radoub.toml", "[service.ships]\nurl_file = \"url.txt\"\n");
    let told =
        radoub(fleet.path(), &["drift", "--scratch", "server", "--json"]).run().expect(2).json();
    assert_eq!(service(&told, "ships")["cause"], "not-comparable", "{told:#}");
    assert_eq!(service(&told, "ships")["replay"]["problem"]["code"], "scratch-denied");
    let told = adopt(&fleet, &["--scratch", "server", "--yes"], 2);
    assert_eq!(told["problem"]["code"], "scratch-denied", "{told:#}");
    assert_eq!(ledger(cluster, database.name()).len(), 0);
    // Elsewhere it works, for the same role.
    let told = radoub(fleet.path(), &["adopt", "ships", "--scratch", "local", "--yes", "--json"])
        .with_path()
        .run();
    assert_eq!(service(&told.expect(0).json(), "ships")["done"], true);
    assert_eq!(ledger(cluster, database.name()).len(), 1);
    drop(fleet);
    cluster.psql("postgres", &format!("DROP ROLE \"{role}\""));
}

#[test]
fn an_extension_that_the_scratch_server_lacks_is_no_broken_history() {
    let mut fleet = Fleet::on(Cluster::shared());
    let script = format!("CREATE EXTENSION no_such_extension;\n{SHIP_SQL}");
    fleet.add(
        Member::new("ships")
            .file("schema.prisma", schema(SHIP))
            .migration("20240101000000_init", script),
    );
    fleet.database("ships").psql(SHIP_SQL);
    let told = radoub(fleet.path(), &["drift", "--json"]).run().expect(2).json();
    assert_eq!(service(&told, "ships")["cause"], "not-comparable", "{told:#}");
    let told = adopt(&fleet, &["--yes"], 2);
    assert_eq!(told["problem"]["code"], "extension-missing", "{told:#}");
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 1);
}

const CREW: &str = "20240102000000_crew";

/// A service whose first migration is applied, with more that wait.
fn waiting(models: &str, script: &str) -> Fleet<'static> {
    let mut fleet = Fleet::on(Cluster::shared());
    let member = Member::new("ships")
        .file("schema.prisma", schema(models))
        .migration("20240101000000_init", SHIP_SQL);
    fleet.add(member);
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet.write(&format!("services/ships/prisma/migrations/{CREW}/migration.sql"), script);
    fleet
}

/// Cause and remedy, as `drift` and as `check --deep` tell them; they have to tell the same.
#[track_caller]
fn verdict(fleet: &Fleet<'_>) -> (String, String) {
    let ask = |call: &[&str]| {
        service(&radoub(fleet.path(), call).run().expect(1).json(), "ships").clone()
    };
    let drift = ask(&["drift", "--json"]);
    let deep = ask(&["check", "--deep", "--json"]);
    for key in ["cause", "repair"] {
        assert_eq!(deep["drift"][key], drift[key], "{deep:#}");
    }
    let text = |key: &str| drift[key].as_str().unwrap_or_default().to_owned();
    (text("cause"), text("repair"))
}

#[test]
fn a_failed_migration_of_which_nothing_is_left_is_resolved_and_not_adopted() {
    let fleet =
        waiting(SHIP, "ALTER TABLE \"Ship\" ADD COLUMN \"z\" TEXT, ADD COLUMN \"w\" TEXT;\n");
    fleet.database("ships").psql(&format!(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, started_at, applied_steps_count) \
         VALUES ('failed', 'x', '{CREW}', 'a deadlock', now(), 0)"
    ));
    assert_eq!(verdict(&fleet), ("failed".to_owned(), "radoub resolve ships".to_owned()));
    let told = adopt(&fleet, &["--yes"], 1);
    assert_eq!(told["problem"]["code"], "other-remedy", "{told:#}");
    assert_eq!(told["remedy"], "radoub resolve ships", "{told:#}");
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 2);
    radoub(fleet.path(), &["resolve", "ships", "--yes"]).run().expect(0);
    let row = "SELECT rolled_back_at IS NOT NULL FROM _prisma_migrations WHERE id = 'failed'";
    assert_eq!(fleet.database("ships").psql(row), "t");
}

#[test]
fn what_waits_is_applied_before_a_change_by_hand_is_adopted() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let wanted = "model Ship {\n  id   Int    @id\n  name String\n  foo  String?\n}\n";
    let fleet = waiting(wanted, "ALTER TABLE \"Ship\" ADD COLUMN \"foo\" TEXT;\n");
    let database = fleet.database("ships");
    database.psql("ALTER TABLE \"Ship\" ADD COLUMN zip TEXT");
    let (cause, repair) = verdict(&fleet);
    assert_eq!(cause, "edited-by-hand");
    assert!(repair.starts_with("radoub apply ships"), "{repair}");
    // What waits is no difference.
    let told = radoub(fleet.path(), &["drift", "--plain"]).run().expect(1).stdout;
    assert!(told.contains("+ column zip") && !told.contains("foo"), "{told}");
    let told = adopt(&fleet, &["--wins", "live", "--yes"], 1);
    assert_eq!(told["problem"]["code"], "other-remedy", "{told:#}");
    assert_eq!(ledger(Cluster::shared(), database.name()).len(), 1);

    radoub(fleet.path(), &["apply"]).run().expect(0);
    let told = adopt(&fleet, &["--wins", "live", "--yes"], 0);
    assert_eq!(told["plan"]["recorded"], json!([]), "{told:#}");
    let script = last_script(&fleet);
    assert!(script.contains("\"zip\"") && !script.contains("foo"), "{script}");
    engine_agrees(&fleet, &shared);
}

#[test]
fn rows_that_wait_are_put_in_and_not_recorded_as_if_they_were() {
    let fleet = waiting(SHIP, "INSERT INTO \"Ship\" VALUES (1, 'Argo');\n");
    let (cause, repair) = verdict(&fleet);
    assert_eq!((cause.as_str(), repair.as_str()), ("pending", "radoub apply ships"));
    let told = adopt(&fleet, &["--yes"], 1);
    assert_eq!(told["problem"]["code"], "other-remedy", "{told:#}");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    assert_eq!(fleet.database("ships").psql("SELECT count(*) FROM \"Ship\""), "1");
}

#[test]
fn a_script_that_was_never_applied_is_mended_and_the_history_stays() {
    let fleet = waiting(
        SHIP,
        "INSERT INTO \"Ship\" VALUES (1, 'Argo');\nALTER TABLE \"Nowhere\" ADD x INTEGER;\n",
    );
    let (cause, repair) = verdict(&fleet);
    assert_eq!(cause, "broken-history");
    assert!(repair.contains(CREW), "{repair}");
    let told = adopt(&fleet, &["--yes"], 1);
    assert_eq!(told["problem"]["code"], "other-remedy", "{told:#}");
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 2);

    // A baseline is still to be had, by the names of what it gives up.
    let init = fleet.migrations("ships").join("20240101000000_init/migration.sql");
    std::fs::write(&init, format!("-- another comment\n{SHIP_SQL}")).expect("a file");
    let baseline = |allowed: &[&str], code: i32| {
        let call = [&["baseline", "ships", "--yes", "--json"], allowed].concat();
        service(&radoub(fleet.path(), &call).run().expect(code).json(), "ships").clone()
    };
    for allowed in [&[][..], &["--allow", "edited"], &["--allow", "rows"]] {
        let told = baseline(allowed, 1);
        assert_eq!(told["problem"]["code"], "needs-consent", "{told:#}");
    }
    assert_eq!(migrations_in(&fleet.migrations("ships")).len(), 2);
    let told = baseline(&["--allow", "edited,rows"], 0);
    assert_eq!(texts(&told["plan"]["aside"]), ["20240101000000_init", CREW], "{told:#}");
}

#[test]
fn sentences_agree_with_their_numbers_in_both_languages() {
    let fleet = waiting(SHIP, "ALTER TABLE \"Ship\" ADD COLUMN \"foo\" TEXT;\n");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet.database("ships").psql("ALTER TABLE \"Ship\" DROP COLUMN foo, ADD COLUMN zip TEXT");
    for (language, words) in
        [("en", "disagree about 1 object:"), ("fr", "se contredisent sur 1 objet")]
    {
        let call = ["--lang", language, "adopt", "ships", "--plain", "--yes"];
        let told = radoub(fleet.path(), &call).run().expect(1).text();
        assert!(told.contains(words), "{told}");
    }
    for (language, words) in [
        (
            "en",
            "1 of 1 service has migrations, 2 in all: 1 history runs on an empty database, 0 stop; 0 of 1 service are",
        ),
        ("fr", "1 service sur 1 a des migrations, 2 en tout"),
    ] {
        let call = ["--lang", language, "drift", "--replay", "--plain"];
        let told = radoub(fleet.path(), &call).run().expect(1).stdout;
        assert!(told.contains(words), "{told}");
    }
    let same = ["drift", "--sql", "--from", "live", "--to", "live"];
    let told = radoub(fleet.path(), &same).run().expect(2).stderr;
    assert!(
        told.contains("No side can be compared with itself") && told.contains("applied"),
        "{told}"
    );
}

#[test]
fn a_database_that_wins_is_followed_by_schema_prisma_and_loses_nothing_afterwards() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let by_hand = "ALTER TABLE \"Ship\" ADD COLUMN zip TEXT; INSERT INTO \"Ship\" VALUES (1, 'Argo', 'here');\
                   CREATE TABLE keepme (id INTEGER PRIMARY KEY)";
    let commented = SHIP.replace("  name String", "  /// As painted on the bow.\n  name String");
    for verb in ["adopt", "baseline"] {
        let mut fleet = Fleet::on(Cluster::shared());
        let member = Member::new("ships")
            .file("schema.prisma", schema(&commented))
            .migration("20240101000000_init", SHIP_SQL);
        fleet.add(member);
        radoub(fleet.path(), &["apply"]).run().expect(0);
        let database = fleet.database("ships");
        database.psql(by_hand);
        let before = rows(Cluster::shared(), database.name());
        let old = std::fs::read_to_string(fleet.schema("ships")).expect("a schema");

        // Shown first, line by line, and nothing written.
        let call = [verb, "ships", "--wins", "live", "--plain"];
        let shown = radoub(fleet.path(), &call).run().expect(1).stdout;
        for words in
            ["rewrites ", "schema.prisma after the database", "+ zip  String?", "+ model keepme {"]
        {
            assert!(shown.contains(words), "{words}\n{shown}");
        }
        let call = ["--lang", "fr", verb, "ships", "--wins", "live", "--plain"];
        let shown = radoub(fleet.path(), &call).run().expect(1).stdout;
        assert!(shown.contains("schema.prisma d'après la base"), "{shown}");
        assert_eq!(std::fs::read_to_string(fleet.schema("ships")).expect("a schema"), old);

        let call = [verb, "ships", "--wins", "live", "--yes", "--json"];
        radoub(fleet.path(), &call).run().expect(0);
        let text = std::fs::read_to_string(fleet.schema("ships")).expect("a schema");
        assert!(text.contains("/// As painted on the bow.") && text.contains("zip"), "{text}");
        radoub(fleet.path(), &["check", "--deep"]).run().expect(0);
        engine_agrees(&fleet, &shared);
        radoub(fleet.path(), &["new", "oops", "--service", "ships", "--yes"]).run().expect(0);
        assert_eq!(rows(Cluster::shared(), database.name()), before, "{verb}");
    }
}

#[test]
fn a_schema_that_only_lacks_something_may_be_the_one_that_is_wrong() {
    let Some(shared) = shared_or_say("the real engine") else { return };
    let wanted = "model Ship {\n  id   Int    @id\n  name String\n  foo  String?\n}\n";
    let fleet = waiting(wanted, "ALTER TABLE \"Ship\" ADD COLUMN \"foo\" TEXT;\n");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet.write("services/ships/prisma/schema.prisma", schema(SHIP));
    let (cause, repair) = verdict(&fleet);
    assert_eq!(cause, "forgotten");
    let (keep, drop) = repair.split_once(" or ").expect("two ways");
    assert!(keep.starts_with("radoub adopt ships --wins live"), "{repair}");
    assert!(drop.starts_with("radoub new NAME --service ships"), "{repair}");
    let told = adopt(&fleet, &["--yes"], 1);
    assert_eq!(told["problem"]["code"], "other-remedy", "{told:#}");
    let told = adopt(&fleet, &["--wins", "live", "--yes"], 0);
    assert_eq!(told["plan"]["writes"], json!([]), "{told:#}");
    engine_agrees(&fleet, &shared);
    let text = std::fs::read_to_string(fleet.schema("ships")).expect("a schema");
    assert!(text.contains("foo"), "{text}");
}
