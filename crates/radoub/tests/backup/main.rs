//! Backups and restores with the real binary on real servers: what is kept is proven, what is restored is equal
//! byte for byte, and every way it can go wrong is a fault of the matrix with its number.

mod apply;
mod container;
mod faults;
mod keys;
mod ladder;
mod round;
mod told;

use std::path::Path;

use serde_json::Value;

use radoub_testing::Cluster;
use radoub_testing::command::{Answer, Call};
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::shared::leave_out;

/// The binary under test, English and without a terminal, in `folder`.
fn radoub(folder: impl AsRef<Path>, arguments: &[&str]) -> Call {
    Call::of(env!("CARGO_BIN_EXE_radoub")).dir(folder).env("RADOUB_LANG", "en").args(arguments)
}

/// A server of the test's own; `None`, with a word, on one that is newer than every `pg_dump` here (what radoub
/// says then is fault 28).
fn server() -> Option<Cluster> {
    let cluster = Cluster::start();
    if cluster.binaries().fitting_client("pg_dump").is_some() {
        return Some(cluster);
    }
    leave_out(format_args!("no pg_dump for PostgreSQL {} on this machine", cluster.version()));
    None
}

/// A fleet of one service, `orders`, with tables of several kinds and some rows, its migrations applied.
fn orders(cluster: &Cluster) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    fleet.add(member("orders"));
    fill(&fleet, "orders");
    fleet
}

fn member(name: &str) -> Member {
    Member::new(name).migration("20240101000000_init", SCHEMA)
}

/// Tables of several kinds: quoted names, another namespace, partitions, inheritance, generated columns, a
/// sequence, an enum, a view, a trigger, a large object's table, a row level policy.
const SCHEMA: &str = r#"
CREATE TYPE "Mood" AS ENUM ('CALM', 'HUNGRY');
CREATE TABLE "Order" (id serial PRIMARY KEY, note text, mood "Mood" NOT NULL DEFAULT 'CALM', "total" numeric(10,2), twice numeric GENERATED ALWAYS AS ("total" * 2) STORED);
CREATE INDEX "Order_note_idx" ON "Order" (lower(note));
CREATE SCHEMA "Stock";
CREATE TABLE "Stock"."it""em" (id int PRIMARY KEY, "order" int REFERENCES "Order"(id) ON DELETE CASCADE);
CREATE TABLE event (at date NOT NULL, what jsonb) PARTITION BY RANGE (at);
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE parent (id int);
CREATE TABLE child (more int) INHERITS (parent);
CREATE VIEW dear AS SELECT id FROM "Order" WHERE total > 10;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := coalesce(NEW.note, 'none'); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT ON "Order" FOR EACH ROW EXECUTE FUNCTION touched();
"#;

/// Applies the migrations of a service and puts rows into its tables.
#[track_caller]
fn fill(fleet: &Fleet<'_>, service: &str) {
    radoub(fleet.path(), &["apply", service]).run().expect(0);
    fleet.database(service).psql(
        r#"INSERT INTO "Order" (note, mood, total) SELECT 'é''"\ ' || n, (ARRAY['CALM', 'HUNGRY']::"Mood"[])[n % 2 + 1], n FROM generate_series(1, 500) n;
        INSERT INTO "Stock"."it""em" SELECT n, n FROM generate_series(1, 200) n;
        INSERT INTO event SELECT '2025-07-01'::date + n, jsonb_build_object('n', n) FROM generate_series(0, 365) n;
        INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);"#,
    );
}

/// Everything in the database of a service, as a text that is equal for equal contents.
#[track_caller]
fn dump(fleet: &Fleet<'_>, cluster: &Cluster, service: &str) -> String {
    cluster
        .dump(fleet.database(service).name())
        .expect("a pg_dump that fits, or the test ended before")
}

/// The one backup that `backup --json` tells of.
#[track_caller]
fn only(answer: &Answer) -> Value {
    let document = answer.json();
    let services = document["services"].as_array().expect("services");
    assert_eq!(services.len(), 1, "{document:#}");
    services[0]["backup"].clone()
}

/// Takes a verified backup and gives its name.
#[track_caller]
fn take(fleet: &Fleet<'_>) -> String {
    let answer = radoub(fleet.path(), &["backup", "--json"]).run().expect(0);
    only(&answer)["id"].as_str().expect("a name").to_owned()
}

/// The databases of a cluster that are no server's own and that a test did not make itself.
fn strangers(cluster: &Cluster) -> String {
    cluster.psql(
        "postgres",
        "SELECT coalesce(string_agg(datname, ', ' ORDER BY datname), '') FROM pg_database \
         WHERE datname LIKE 'radoub\\_%'",
    )
}
