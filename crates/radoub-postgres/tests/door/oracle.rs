//! The real Prisma engine beside the door: the same rows, and each goes on where the other stopped.

use std::fs;
use std::path::Path;

use radoub_postgres::apply::{AppliedOutcome, ApplySettings};
use radoub_testing::Cluster;
use radoub_testing::oracle::{self, Oracle, Place, Row};
use radoub_testing::shared::shared_or_say;

use crate::ground::{applied, apply_with, chain, failed, lock, migration, run, wait_for};

const SCHEMA: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url = \"postgresql://localhost\"\n}\n";

/// A project with these migrations.
fn project(migrations: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("schema.prisma"), SCHEMA).unwrap();
    let root = folder.path().join("migrations");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("migration_lock.toml"), "provider = \"postgresql\"\n").unwrap();
    for (name, text) in migrations {
        fs::create_dir(root.join(name)).unwrap();
        fs::write(root.join(name).join("migration.sql"), text).unwrap();
    }
    folder
}

/// Asks the engine about this project and database.
fn at<T>(folder: &Path, url: &str, ask: impl FnOnce(Place<'_>) -> T) -> T {
    let (migrations, schema) = (folder.join("migrations"), folder.join("schema.prisma"));
    ask(Place { url, migrations: &migrations, schema: &schema })
}

/// The engine, or `None` when the material is not there (which is said).
fn engine() -> Option<Oracle> {
    Some(Oracle::of(&shared_or_say("the comparison with the real engine")?))
}

/// Rows without their logs, which the WebAssembly engine words otherwise than the native one.
fn without_logs(rows: Vec<Row>) -> Vec<Row> {
    let without = |row: Row| Row { logs: row.logs.map(|_| String::new()), ..row };
    rows.into_iter().map(without).collect()
}

const HISTORY: &[(&str, &str)] = &[
    ("20240101000000_init", "-- CreateTable\nCREATE TABLE \"a\" (\"id\" INTEGER);\n"),
    ("20240102000000_crlf", "CREATE TABLE \"b\" (\"id\" INTEGER);\r\nCREATE TABLE \"c\" ();\r\n"),
    ("20240103000000_index", "CREATE INDEX CONCURRENTLY \"i\" ON \"a\" (\"id\");\n"),
    (
        "20240104000000_wrapped",
        "BEGIN;\nALTER TABLE \"a\" ADD COLUMN \"x\" TEXT DEFAULT 'é';\nCOMMIT;\n",
    ),
    ("20240105000000_empty", ""),
];

#[test]
fn rows_and_catalog_are_those_of_the_engine() {
    let Some(engine) = engine() else { return };
    let cluster = Cluster::shared();
    let (theirs, ours) = (cluster.database("theirs"), cluster.database("ours"));
    let folder = project(HISTORY);
    at(folder.path(), &theirs.url(), |place| engine.deploy(place)).unwrap();
    for (name, text) in HISTORY {
        applied(&ours.url(), name, text);
    }
    assert_eq!(oracle::ledger(cluster, ours.name()), oracle::ledger(cluster, theirs.name()));
    let dump = |name: &str| cluster.dump_schema(name);
    assert_eq!(dump(ours.name()), dump(theirs.name()));
    let verdict = at(folder.path(), &ours.url(), |place| engine.diagnose(place)).unwrap();
    assert!(verdict.history.is_none() && verdict.edited_migration_names.is_empty(), "{verdict:?}");
}

#[test]
fn each_goes_on_where_the_other_stopped() {
    let Some(engine) = engine() else { return };
    let cluster = Cluster::shared();
    let database = cluster.database("turns");
    let url = database.url();
    for (index, (name, text)) in HISTORY.iter().enumerate() {
        if index % 2 == 0 {
            applied(&url, name, text);
        } else {
            let folder = project(&HISTORY[..=index]);
            let done = at(folder.path(), &url, |place| engine.deploy(place)).unwrap();
            assert_eq!(done, [*name]);
        }
    }
    let rows = oracle::ledger(cluster, database.name());
    assert!(rows.iter().all(|row| row.finished && row.steps == 1), "{rows:?}");
}

#[test]
fn the_engine_simply_retries_what_failed_whole() {
    let Some(engine) = engine() else { return };
    let cluster = Cluster::shared();
    let database = cluster.database("retried");
    let url = database.url();
    failed(&url, "1_bad", "CREATE TABLE a (); SELECT nope");
    let folder = project(&[("1_bad", "CREATE TABLE a ();")]);
    let done = at(folder.path(), &url, |place| engine.deploy(place)).unwrap();
    assert_eq!(done, ["1_bad"]);
}

#[test]
fn the_engine_leaves_a_script_alone_that_came_half_way() {
    let Some(engine) = engine() else { return };
    let cluster = Cluster::shared();
    let database = cluster.database("halfway");
    let url = database.url();
    failed(&url, "1_half", "CREATE TABLE a (); COMMIT; SELECT nope; COMMIT; VACUUM");
    let folder = project(&[("1_half", "CREATE TABLE a (); COMMIT; SELECT nope; COMMIT; VACUUM")]);
    let refusal = at(folder.path(), &url, |place| engine.deploy(place)).unwrap_err();
    assert_eq!(refusal.code.as_deref(), Some("P3009"));
    let verdict = at(folder.path(), &url, |place| engine.diagnose(place)).unwrap();
    assert_eq!(verdict.failed_migration_names, ["1_half"]);
    // And its resolve can mark it.
    at(folder.path(), &url, |place| engine.resolve_rolled_back(place, "1_half")).unwrap();
}

#[test]
fn marks_are_those_of_the_engine() {
    let Some(engine) = engine() else { return };
    let cluster = Cluster::shared();
    let (theirs, ours) = (cluster.database("theirs"), cluster.database("ours"));
    let folder = project(&[("1", "CREATE TABLE x ();"), ("2", "CREATE TABLE y ();")]);
    for database in [&theirs, &ours] {
        database.psql("CREATE TABLE full_already ()");
    }
    let url = theirs.url();
    let place =
        |ask: &dyn Fn(Place<'_>) -> Result<(), oracle::Refusal>| at(folder.path(), &url, ask);
    let fail_second = "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) \
                       VALUES ('a', 'c', '2', now()), ('b', 'c', '2', now())";

    place(&|it| engine.resolve_applied(it, "1")).unwrap();
    theirs.psql(fail_second);
    place(&|it| engine.resolve_applied(it, "2")).unwrap();
    run(async {
        let mut locked = lock(&ours.url()).await;
        locked.mark_applied(&migration("1", "CREATE TABLE x ();"), &mut |_| {}).await.unwrap();
        ours.psql(fail_second);
        locked.mark_applied(&migration("2", "CREATE TABLE y ();"), &mut |_| {}).await.unwrap();
        locked.release().await.unwrap();
    });
    assert_eq!(
        without_logs(oracle::ledger(cluster, ours.name())),
        without_logs(oracle::ledger(cluster, theirs.name()))
    );

    // The refusals, and what happens to a name with nothing but rolled-back rows.
    theirs.psql("INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, rolled_back_at) VALUES ('z', 'c', '3', now(), now())");
    for name in ["1", "2", "3", "nope"] {
        let theirs_says = place(&|it| engine.resolve_rolled_back(it, name)).map_err(|it| it.code);
        let ours_says = run(async {
            let mut locked = lock(&url).await;
            let said = locked.mark_rolled_back(&name.into()).await;
            locked.release().await.unwrap();
            said.map(drop).map_err(|it| it.prisma_code().map(str::to_owned))
        });
        assert_eq!(ours_says, theirs_says, "{name}");
    }
}

#[test]
fn fault_12_the_engine_started_in_the_middle_of_a_concurrent_build_does_no_harm() {
    let Some(engine) = engine() else { return };
    let cluster = Cluster::shared();
    let database = cluster.database("race");
    let url = database.url();
    database.psql("CREATE SCHEMA s; CREATE TABLE s.t (id int); INSERT INTO s.t SELECT generate_series(1, 300000)");
    let history = [
        (
            "1",
            "CREATE INDEX CONCURRENTLY i ON s.t (id);\nCREATE INDEX CONCURRENTLY j ON s.t (id);\nCREATE TABLE a ();",
        ),
        ("2", "CREATE TABLE b ();"),
    ];
    // The first migration is not one that the engine could run: it must not get the chance to.
    let folder = project(&history);
    let outcome = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| {
            // As soon as the build has begun.
            wait_for(
                &database,
                "SELECT EXISTS (SELECT FROM pg_index WHERE indrelid = 's.t'::regclass)",
            );
            at(folder.path(), &url, |place| engine.deploy(place))
        });
        for (name, text) in history {
            let (outcome, _) = run(apply_with(&url, name, text, &ApplySettings::default()));
            match outcome {
                Ok(AppliedOutcome::Applied(_) | AppliedOutcome::AlreadyApplied) => {}
                Err(error) => panic!("{name}: {}", chain(&error)),
            }
        }
        theirs.join().unwrap()
    });
    // It came while the first one was unfinished, or afterwards.
    match outcome {
        Ok(_) => {}
        Err(refusal) => assert_eq!(refusal.code.as_deref(), Some("P3009"), "{refusal}"),
    }
    let rows = oracle::ledger(cluster, database.name());
    assert_eq!(rows.iter().filter(|row| row.finished).count(), 2, "{rows:?}");
    let valid = "SELECT bool_and(indisvalid) AND count(*) = 2 FROM pg_index WHERE indrelid = 's.t'::regclass";
    assert_eq!(database.psql(valid).trim(), "t");
}
