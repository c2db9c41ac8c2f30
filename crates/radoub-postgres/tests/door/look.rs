//! What one look shows, and that it changes nothing.

use std::time::{Duration, Instant};

use radoub_postgres::ledger::LedgerError;
use radoub_postgres::look::{LookError, Looked, ReadOnly};
use radoub_testing::postgres::{Cluster, Options};

use crate::ground::{connect, run};

const LEDGER: &str = include_str!("../../src/ledger/create.sql");

/// The one place that calls the code under test.
#[track_caller]
fn look(url: &str) -> Result<Looked, LookError> {
    run(async {
        let mut database = connect(url).await;
        let looked = database.look(&[]).await;
        database.close().await;
        looked
    })
}

#[test]
fn an_empty_database_has_no_ledger_and_gets_none() {
    let cluster = Cluster::shared();
    let database = cluster.database("empty");
    let before = database.psql("SELECT txid_current(); SELECT count(*) FROM pg_class");
    let looked = look(&database.url()).unwrap();
    assert_eq!((&looked.ledger, looked.tables.count, looked.schema_exists), (&None, 0, true));
    assert!(looked.server.version_number >= 130_000);
    assert!(looked.server.system_identifier.is_some());
    assert_eq!(looked.role, "captain");
    assert!(looked.rights.create_in_schema && looked.rights.create_schema);
    assert!(looked.lock.holder.is_none());
    let after = database.psql("SELECT txid_current() - 1; SELECT count(*) FROM pg_class");
    assert_eq!(before.lines().last(), after.lines().last());
}

#[test]
fn a_missing_schema_is_seen_and_not_made() {
    let cluster = Cluster::shared();
    let database = cluster.database("schemaless");
    let looked = look(&format!("{}?schema=no%20such", database.url())).unwrap();
    assert!(!looked.schema_exists && looked.ledger.is_none());
    assert!(!database.psql("SELECT nspname FROM pg_namespace").contains("no such"));
}

#[test]
fn the_rows_of_the_ledger_come_in_order_and_tolerate_nulls() {
    let cluster = Cluster::shared();
    let database = cluster.database("rows");
    database.psql(LEDGER);
    database.psql(
        "ALTER TABLE _prisma_migrations ALTER applied_steps_count DROP NOT NULL;
         INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, logs, applied_steps_count, finished_at)
         VALUES ('b', 'cc', 'second', '2024-01-02 00:00:00+00', 'said', NULL, NULL),
                ('a', 'cc', 'first', '2024-01-01 00:00:00.000001+00', NULL, 1, now())",
    );
    let rows = look(&database.url()).unwrap().ledger.unwrap();
    let names: Vec<_> = rows.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["first", "second"]);
    assert_eq!((rows[1].applied_steps_count, rows[1].logs.as_deref()), (0, Some("said")));
    let since = rows[0].started_at.duration_since(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(since, Duration::from_micros(1_704_067_200_000_001));
}

#[test]
fn tables_that_stand_in_the_way_are_named() {
    let cluster = Cluster::shared();
    let database = cluster.database("foreign");
    database.psql("CREATE TABLE a(); CREATE TABLE spatial_ref_sys(); CREATE VIEW v AS SELECT 1; CREATE SCHEMA s; CREATE TABLE s.b()");
    let looked = look(&database.url()).unwrap();
    assert!(looked.is_foreign());
    assert_eq!((looked.tables.count, looked.tables.names), (1, vec!["a".to_owned()]));
    run(async {
        let mut it = connect(&database.url()).await;
        let looked = it.look(&["s".to_owned()]).await.unwrap();
        assert_eq!(looked.tables.names, ["a", "s.b"]);
    });
}

#[test]
fn what_is_no_ledger_is_refused_by_kind() {
    let cluster = Cluster::shared();
    let view = cluster.database("view");
    view.psql("CREATE VIEW _prisma_migrations AS SELECT 1");
    let error = look(&view.url()).unwrap_err();
    let LookError::Ledger(LedgerError::NoTable { kind }) = error else { panic!("{error:?}") };
    assert_eq!(kind, "v");

    let other = cluster.database("other");
    other.psql("CREATE TABLE _prisma_migrations (id int, migration_name text)");
    let error = look(&other.url()).unwrap_err();
    let LookError::Ledger(LedgerError::Columns { missing }) = error else { panic!("{error:?}") };
    assert_eq!(missing.len(), 6, "{missing:?}");
}

#[test]
fn a_role_without_rights_learns_which_it_lacks() {
    let cluster = Cluster::shared();
    let database = cluster.database("rightless");
    database.psql(LEDGER);
    database.psql("DROP ROLE IF EXISTS onlooker");
    database.psql(
        "CREATE ROLE onlooker LOGIN PASSWORD 'x'; REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    );
    let url = cluster.url_as("onlooker", "x", database.name());
    let error = look(&url).unwrap_err();
    assert!(matches!(error, LookError::Ledger(LedgerError::Unreadable)), "{error:?}");
    database.psql("GRANT SELECT ON _prisma_migrations TO onlooker");
    let looked = look(&url).unwrap();
    assert_eq!(looked.ledger, Some(vec![]));
    assert!(!looked.rights.write_ledger && !looked.rights.create_in_schema);
    database.psql("DROP OWNED BY onlooker; DROP ROLE onlooker");
}

#[test]
fn the_holder_of_the_lock_is_named() {
    let cluster = Cluster::shared();
    let database = cluster.database("locked");
    let holder = std::process::Command::new(cluster.binaries().client("psql").unwrap())
        .arg(format!("{}?application_name=somebody", database.url()))
        .args(["-qAt", "-c", "SELECT pg_advisory_lock(72707369)", "-c", "SELECT pg_sleep(60)"])
        .stdout(std::process::Stdio::null())
        .spawn();
    let mut holder = holder.unwrap();
    run(async {
        let mut it = connect(&database.url()).await;
        let deadline = Instant::now() + Duration::from_secs(20);
        let session = loop {
            if let Some(session) = it.look(&[]).await.unwrap().lock.holder {
                break session;
            }
            assert!(Instant::now() < deadline, "nobody holds the lock");
        };
        assert_eq!(session.application.as_deref(), Some("somebody"));
        assert_eq!(session.user.as_deref(), Some("captain"));
        assert!(session.since().is_some());
    });
    holder.kill().unwrap();
    holder.wait().unwrap();
}

#[test]
fn a_read_only_database_says_so() {
    let cluster = Cluster::shared();
    let database = cluster.database("readonly");
    database.psql(&format!(
        "ALTER DATABASE \"{}\" SET default_transaction_read_only = on",
        database.name()
    ));
    assert_eq!(look(&database.url()).unwrap().read_only, Some(ReadOnly::Setting));
}

#[test]
fn a_look_takes_few_round_trips() {
    let cluster = Cluster::with(Options::default().setting("log_statement", "all"));
    look(&cluster.admin_url()).unwrap();
    let started = Instant::now();
    let rounds: u32 = 20;
    for _ in 0..rounds {
        look(&cluster.admin_url()).unwrap();
    }
    println!("one look with its connection: {:?}", started.elapsed() / rounds);
}
