//! `pg_dump` inside the server's container, on a real Docker engine: no client programs on this machine at all.

use std::path::Path;
use std::thread;
use std::time::Duration;

use radoub_testing::command::Call;
use radoub_testing::docker::{Engine, Image, POSTGRES_PASSWORD, POSTGRES_USER};
use radoub_testing::fleet::{LOCK_FILE, SMALL_SCHEMA, temporary};

const POSTGRES: &str = "radoub-test/postgres:1";

fn compose() -> String {
    format!(
        "version: \"3.8\"\nservices:\n  postgres:\n    image: {POSTGRES}\n    environment:\n      POSTGRES_DB: shop\n    \
         healthcheck:\n      test: [\"CMD\", \"pg_isready\", \"--host=127.0.0.1\", \"--dbname=shop\"]\n      \
         interval: 200ms\n      retries: 300\n  orders:\n    build: ./orders\n    environment:\n      \
         DATABASE_URL: postgresql://{POSTGRES_USER}:{POSTGRES_PASSWORD}@postgres:5432/shop\n"
    )
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

#[test]
fn fault_28_without_a_fitting_pg_dump_the_one_in_the_container_is_used() {
    let engine = Engine::start().unwrap_or_else(|error| panic!("{error}"));
    engine.import(&Image::postgres(POSTGRES));
    let folder = temporary();
    let folder = folder.path();
    write(folder, "docker-compose.yml", &compose());
    write(folder, "orders/prisma/schema.prisma", SMALL_SCHEMA);
    write(folder, "orders/prisma/migrations/migration_lock.toml", LOCK_FILE);
    let script = "CREATE TABLE \"Thing\" (\"id\" INTEGER PRIMARY KEY, \"name\" TEXT NOT NULL);\n\
                  INSERT INTO \"Thing\" SELECT n, sha512(n::text::bytea)::text FROM generate_series(1, 40000) n;\n";
    write(folder, "orders/prisma/migrations/20240101000000_init/migration.sql", script);
    // A folder without programs: this machine has none, as far as radoub is told.
    write(folder, "radoub.toml", "[backup]\nprograms = \"none\"\n");
    let project = format!("radoub-backup-{}", std::process::id());
    engine.compose(folder, &project, &["up", "--detach", "postgres"]);
    engine.wait_for_health(&project, &["postgres"]);
    let environment = engine.environment();
    let radoub = |arguments: &[&str]| {
        let call = Call::of(env!("CARGO_BIN_EXE_radoub")).dir(folder).with_path();
        let call = call.env("RADOUB_LANG", "en").args(["--project-name", &project]).args(arguments);
        environment.iter().fold(call, |call, (name, value)| call.env(name, value))
    };
    let psql = |sql: &str| {
        let id = engine.container(&project, "postgres");
        let password = format!("PGPASSWORD={POSTGRES_PASSWORD}");
        let arguments = [
            "exec",
            "--env",
            &password,
            &id,
            "psql",
            "-h",
            "127.0.0.1",
            "-U",
            POSTGRES_USER,
            "-d",
            "shop",
            "-Atc",
            sql,
        ];
        engine.docker(&arguments).trim().to_owned()
    };
    radoub(&["apply"]).run().expect(0);

    let undisturbed = radoub(&["backup", "--json"]).run().expect(0);
    let document = undisturbed.json();
    let backup = &document["services"][0]["backup"];
    assert_eq!(
        (&backup["verified"], &backup["rows"]),
        (&true.into(), &40001.into()),
        "{document:#}"
    );
    let manifest = format!("{}/manifest.json", backup["folder"].as_str().expect("a folder"));
    let manifest = std::fs::read_to_string(manifest).expect("a manifest");
    assert!(manifest.contains("\"place\": \"container postgres\""), "{manifest}");

    psql("DELETE FROM \"Thing\" WHERE id > 10");
    radoub(&["restore", "orders", "--yes"]).run().expect(0);
    assert_eq!(psql("SELECT count(*) FROM \"Thing\""), "40000");

    // A client that is killed leaves its pg_dump alone in the container; the next backup ends what is left of it.
    for part in [0.3, 0.5] {
        let mut running = radoub(&["backup"]).start();
        pause(undisturbed.duration.mul_f64(part));
        running.kill();
        running.wait();
    }
    radoub(&["backup"]).run().expect(0);
    let left = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'orders\\_%' OR datname LIKE 'radoub\\_%'";
    assert_eq!(psql(left), "0");
}

#[expect(clippy::disallowed_methods, reason = "a test without a runtime that waits for an instant")]
fn pause(duration: Duration) {
    thread::sleep(duration);
}
