//! Scripts that are one transaction: all or nothing, and the session is clean behind them.

use std::time::Duration;

use radoub_postgres::apply::{
    AppliedOutcome, ApplyError, ApplyEvent, ApplySettings, ReadyError, Remains,
};
use radoub_postgres::failure::Place;
use radoub_postgres::stop::{Stop, stop};
use radoub_testing::postgres::{Cluster, Options};

use crate::ground::{
    Client, applied, apply, apply_with, chain, failed, ledger, lock, migration, run, until_running,
    wait_for,
};

#[test]
fn a_first_migration_makes_the_ledger_that_prisma_makes() {
    let cluster = Cluster::shared();
    let database = cluster.database("first");
    let ran = applied(&database.url(), "1_init", "CREATE TABLE t (id int);\nCREATE TABLE u ();");
    assert!(ran.atomic && ran.statements == 2 && ran.attempts == 1);
    assert_eq!(ledger(&database), ["1_init 1 finished"]);
    let columns = database.psql(
        "SELECT string_agg(column_name || ':' || data_type || ':' || is_nullable || ':' || \
         COALESCE(column_default, '-') || ':' || COALESCE(character_maximum_length, 0), E'\\n' \
         ORDER BY ordinal_position) FROM information_schema.columns \
         WHERE table_name = '_prisma_migrations'",
    );
    assert_eq!(
        columns.trim(),
        "id:character varying:NO:-:36\nchecksum:character varying:NO:-:64\n\
         finished_at:timestamp with time zone:YES:-:0\nmigration_name:character varying:NO:-:255\n\
         logs:text:YES:-:0\nrolled_back_at:timestamp with time zone:YES:-:0\n\
         started_at:timestamp with time zone:NO:now():0\napplied_steps_count:integer:NO:0:0"
    );
    assert_eq!(database.psql("SELECT length(checksum) FROM _prisma_migrations").trim(), "64");
}

#[test]
fn a_finished_migration_is_not_run_again() {
    let cluster = Cluster::shared();
    let database = cluster.database("again");
    applied(&database.url(), "1", "CREATE TABLE t ()");
    let again = apply(&database.url(), "1", "CREATE TABLE t ()").unwrap();
    assert_eq!(again, AppliedOutcome::AlreadyApplied);
    assert_eq!(ledger(&database), ["1 1 finished"]);
}

#[test]
fn fault_41_a_failure_changes_nothing_and_is_written_down() {
    let cluster = Cluster::shared();
    let database = cluster.database("failure");
    let text = "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\nSELECT 'é', * FROM nope;\n";
    let failure = failed(&database.url(), "1", text);
    assert_eq!(failure.error.sqlstate, "42P01");
    assert_eq!(
        failure.place,
        Some(Place { offset: text.find("nope").unwrap(), line: 3, column: 20 })
    );
    assert_eq!((failure.statement, failure.statements), (Some(2), 3));
    assert_eq!(failure.remains, Remains::Nothing);
    assert!(failure.unrecorded.is_none());
    assert_eq!(database.psql("SELECT to_regclass('t') IS NULL").trim(), "t");
    let rows = ledger(&database);
    assert_eq!(rows.len(), 1);
    assert!(rows[0].starts_with("1 0 rolled back [A migration failed to apply."), "{rows:?}");
    let logs = database.psql("SELECT logs FROM _prisma_migrations");
    assert!(logs.contains("Migration name: 1\n\nDatabase error code: 42P01\n\nDatabase error:\nERROR: relation \"nope\" does not exist\n\nPosition:\n  0\n  1 CREATE TABLE t (id int);\n  2 INSERT INTO t VALUES (1);\n  3 SELECT 'é', * FROM nope;\n\nDbError { severity: \"ERROR\""), "{logs}");
    // And it can simply be tried again.
    applied(&database.url(), "1", "CREATE TABLE t (id int)");
    assert_eq!(ledger(&database)[1], "1 1 finished");
}

#[test]
fn an_error_without_position_names_its_statement() {
    let cluster = Cluster::shared();
    let database = cluster.database("unplaced");
    let text = "CREATE TABLE t (id int NOT NULL); INSERT INTO t VALUES (1); INSERT INTO t VALUES (NULL); SELECT 1";
    let failure = failed(&database.url(), "1", text);
    assert_eq!(
        (failure.error.sqlstate.as_str(), failure.statement, failure.place),
        ("23502", Some(2), None)
    );
}

#[test]
fn a_syntax_error_names_its_statement_though_nothing_ran() {
    let cluster = Cluster::shared();
    let database = cluster.database("syntax");
    let failure = failed(&database.url(), "1", "SELECT 1; SELECT 2; SELEC 3;");
    assert_eq!((failure.error.sqlstate.as_str(), failure.statement), ("42601", Some(2)));
}

/// Scripts that must run, and what must be true afterwards.
#[test]
fn fault_46_odd_scripts_run() {
    let cluster = Cluster::shared();
    for (name, text, truth) in [
        ("empty", "", "SELECT true"),
        ("comments", "-- nothing\n/* at all */\n;;", "SELECT true"),
        (
            "crlf",
            "CREATE TABLE a ();\r\nCREATE TABLE b ();\r\n",
            "SELECT to_regclass('b') IS NOT NULL",
        ),
        (
            "body",
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; SELECT 1;",
            "SELECT f() = 1",
        ),
        (
            "isolation",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; CREATE TABLE a ()",
            "SELECT to_regclass('a') IS NOT NULL",
        ),
        ("wrapped", "BEGIN;\nCREATE TABLE a ();\nCOMMIT;", "SELECT to_regclass('a') IS NOT NULL"),
        (
            "wrapped serializable",
            "BEGIN ISOLATION LEVEL SERIALIZABLE; CREATE TABLE a (); END",
            "SELECT to_regclass('a') IS NOT NULL",
        ),
        (
            "rows",
            "SELECT * FROM generate_series(1, 10000); CREATE TABLE a ()",
            "SELECT to_regclass('a') IS NOT NULL",
        ),
        (
            "savepoints",
            "SAVEPOINT s; CREATE TABLE a (); ROLLBACK TO s; CREATE TABLE b ();",
            "SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NOT NULL",
        ),
        (
            "own ledger",
            "DELETE FROM _prisma_migrations; CREATE TABLE a ()",
            "SELECT to_regclass('a') IS NOT NULL",
        ),
        (
            "unlock",
            "SELECT pg_advisory_unlock_all(); CREATE TABLE a ()",
            "SELECT to_regclass('a') IS NOT NULL",
        ),
        (
            "deferred",
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (1); INSERT INTO p VALUES (1);",
            "SELECT count(*) = 1 FROM c",
        ),
    ] {
        let database = cluster.database("odd");
        let ran = applied(&database.url(), name, text);
        assert!(ran.atomic, "{name}");
        assert_eq!(database.psql(truth).trim(), "t", "{name}");
        assert_eq!(ledger(&database), [format!("{name} 1 finished")]);
    }
}

/// Scripts that must fail and leave nothing, and their SQLSTATE.
#[test]
fn fault_46_broken_scripts_change_nothing() {
    let cluster = Cluster::shared();
    for (name, text, sqlstate) in [
        ("bom", "\u{feff}CREATE TABLE a ();", "42601"),
        ("unterminated", "CREATE TABLE a (); DO $$ BEGIN", "42601"),
        (
            "enum",
            "CREATE TABLE a (); CREATE TYPE m AS ENUM ('x'); ALTER TYPE m ADD VALUE 'y'; CREATE TABLE t (m m DEFAULT 'z')",
            "22P02",
        ),
        (
            "deferred",
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE a (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO a VALUES (1);",
            "23503",
        ),
        ("wrapped", "BEGIN; CREATE TABLE a (); SELECT nope; COMMIT;", "42703"),
        ("copy", "CREATE TABLE a (x int); \\copy a FROM stdin", "42601"),
        ("do commit", "CREATE TABLE a (); DO $$ BEGIN EXECUTE 'COM' || 'MIT'; END $$", "0A000"),
        ("own role", "CREATE TABLE a (); SET ROLE nobody_at_all", "22023"),
    ] {
        let database = cluster.database("broken");
        let failure = failed(&database.url(), name, text);
        assert_eq!(failure.error.sqlstate, sqlstate, "{name}: {}", failure.error);
        assert_eq!(failure.remains, Remains::Nothing, "{name}");
        assert_eq!(database.psql("SELECT to_regclass('a') IS NULL").trim(), "t", "{name}");
        let rows = ledger(&database);
        assert!(rows.len() == 1 && rows[0].contains(" 0 rolled back [A migration"), "{rows:?}");
    }
}

#[test]
fn fault_42_a_new_enum_value_used_in_the_same_file_is_refused() {
    let cluster = Cluster::shared();
    let database = cluster.database("enum");
    applied(&database.url(), "1", "CREATE TYPE m AS ENUM ('x'); CREATE TABLE t (m m)");
    let failure =
        failed(&database.url(), "2", "ALTER TYPE m ADD VALUE 'y'; INSERT INTO t VALUES ('y')");
    assert_eq!((failure.error.sqlstate.as_str(), failure.statement), ("55P04", Some(1)));
}

#[test]
fn copy_from_stdin_is_refused_and_the_next_migration_runs() {
    let cluster = Cluster::shared();
    let database = cluster.database("copy");
    run(async {
        let mut locked = lock(&database.url()).await;
        let copy = migration("1", "CREATE TABLE a (x int); COPY a FROM stdin; SELECT 1");
        let settings = ApplySettings::default();
        let error = locked.apply(&copy, &settings, &mut |_| {}).await.unwrap_err();
        let ApplyError::Copies { place } = error else { panic!("{error:?}") };
        assert_eq!((place.line, place.column), (1, 25));
        let good = migration("1", "CREATE TABLE a ()");
        locked.apply(&good, &settings, &mut |_| {}).await.unwrap();
        locked.release().await.unwrap();
    });
    // What never began has no row.
    assert_eq!(ledger(&database), ["1 1 finished"]);
}

#[test]
fn a_begin_without_commit_is_refused_before_anything_runs() {
    let cluster = Cluster::shared();
    let database = cluster.database("begin");
    let error =
        apply(&database.url(), "1", "CREATE TABLE a ();\nBEGIN;\nCREATE TABLE b ();").unwrap_err();
    let ApplyError::NeverCommitted { place } = error else { panic!("{error:?}") };
    assert_eq!(place.line, 2);
    assert_eq!(database.psql("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace").trim(), "0");
}

#[test]
fn a_nul_is_refused_with_its_place() {
    let cluster = Cluster::shared();
    let database = cluster.database("nul");
    let error = apply(&database.url(), "1", "SELECT 1;\nSELECT '\0'").unwrap_err();
    assert!(matches!(error, ApplyError::Nul { place } if place.line == 2), "{error:?}");
}

#[test]
fn settings_of_a_script_do_not_reach_the_next_one() {
    let cluster = Cluster::shared();
    let database = cluster.database("leaks");
    database.psql("DROP ROLE IF EXISTS leaky");
    database.psql("CREATE ROLE leaky; CREATE SCHEMA other");
    run(async {
        let mut locked = lock(&database.url()).await;
        let scripts = [
            (
                "1",
                "SET search_path = other; SET ROLE leaky; SET lock_timeout = '1h'; SET statement_timeout = '1h'; SET client_min_messages = error; CREATE TEMP TABLE tmp (); LISTEN x;",
            ),
            (
                "2",
                "SELECT pg_catalog.set_config('search_path', '', false); SET SESSION AUTHORIZATION leaky; SET default_transaction_read_only = on; CREATE TEMP TABLE tmp ();",
            ),
            (
                "3",
                "CREATE TABLE here AS SELECT current_user::text AS who, current_setting('search_path') AS path, current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement, to_regclass('pg_temp.tmp') AS tmp",
            ),
        ];
        for (name, text) in scripts {
            let outcome =
                locked.apply(&migration(name, text), &ApplySettings::default(), &mut |_| {}).await;
            if let Err(error) = outcome {
                panic!("{name}: {}", chain(&error));
            }
        }
        locked.release().await.unwrap();
    });
    let seen = database.psql("SELECT who, path, lock, statement, tmp IS NULL FROM public.here");
    assert_eq!(seen.trim(), "captain|public|2s|0|t");
    assert_eq!(ledger(&database), ["1 1 finished", "2 1 finished", "3 1 finished"]);
    database.psql("DROP ROLE leaky");
}

#[test]
fn a_full_schema_is_refused_at_first_use() {
    let cluster = Cluster::shared();
    let database = cluster.database("full");
    database.psql("CREATE TABLE somebody_elses ()");
    let error = apply(&database.url(), "1", "SELECT 1").unwrap_err();
    let ApplyError::Ready(ReadyError::NotEmpty(tables)) = error else { panic!("{error:?}") };
    assert_eq!(tables.names, ["somebody_elses"]);
    assert_eq!(database.psql("SELECT to_regclass('_prisma_migrations') IS NULL").trim(), "t");
}

#[test]
fn a_missing_schema_is_made_with_its_ledger() {
    let cluster = Cluster::shared();
    let database = cluster.database("schema");
    let url = format!("{}?schema=My%20%22App%22", database.url());
    applied(&url, "1", "CREATE TABLE t ()");
    let where_ = database.psql("SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = '\"My \"\"App\"\"\"'::regnamespace");
    assert_eq!(where_.trim(), "_prisma_migrations,t");
}

#[test]
fn failed_rows_of_prisma_stop_everything() {
    let cluster = Cluster::shared();
    let database = cluster.database("p3009");
    applied(&database.url(), "1", "SELECT 1");
    database.psql(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '2')",
    );
    for name in ["2", "3"] {
        let error = apply(&database.url(), name, "CREATE TABLE t ()").unwrap_err();
        let ApplyError::FailedRows(rows) = error else { panic!("{error:?}") };
        assert_eq!(rows[0].name.as_str(), "2");
    }
}

#[test]
fn fault_30_a_role_without_rights_is_told_before_anything_runs() {
    let cluster = Cluster::shared();
    let database = cluster.database("rights");
    database.psql("DROP ROLE IF EXISTS deckhand");
    database.psql(
        "CREATE ROLE deckhand LOGIN PASSWORD 'x'; REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    );
    let url = cluster.url_as("deckhand", "x", database.name());
    let error = apply(&url, "1", "SELECT 1").unwrap_err();
    assert!(matches!(error, ApplyError::Ready(ReadyError::MayNotCreate { .. })), "{error:?}");
    let error = apply(&format!("{url}?schema=new"), "1", "SELECT 1").unwrap_err();
    assert!(matches!(error, ApplyError::Ready(ReadyError::MayNotCreate { .. })), "{error:?}");
    applied(&database.url(), "1", "CREATE TABLE t ()");
    database.psql("GRANT SELECT ON _prisma_migrations TO deckhand");
    let error = apply(&url, "2", "SELECT 1").unwrap_err();
    assert!(matches!(error, ApplyError::Ready(ReadyError::MayNotWrite { .. })), "{error:?}");
    database.psql("GRANT INSERT, UPDATE ON _prisma_migrations TO deckhand");
    let failure = failed(&url, "2", "ALTER TABLE t ADD COLUMN x int");
    assert_eq!(failure.error.sqlstate, "42501");
    database.psql("DROP OWNED BY deckhand; DROP ROLE deckhand");
}

#[test]
fn fault_36_a_lock_that_comes_free_is_got_by_trying_again() {
    let cluster = Cluster::shared();
    let database = cluster.database("retry");
    database.psql("CREATE SCHEMA s; CREATE TABLE s.busy (id int)");
    let url = format!("{}?application_name=blocker", database.url());
    let blocker = Client::start(cluster, &url, &["BEGIN; LOCK TABLE s.busy; SELECT pg_sleep(2)"]);
    wait_for(&database, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 's.busy'::regclass)");
    let settings =
        ApplySettings { lock_timeout: Duration::from_millis(500), ..ApplySettings::default() };
    let (outcome, events) =
        run(apply_with(&database.url(), "1", "ALTER TABLE s.busy ADD COLUMN x int", &settings));
    let Ok(AppliedOutcome::Applied(ran)) = outcome else { panic!("{outcome:?}") };
    assert!(ran.attempts > 1);
    let named = |sessions: &[radoub_postgres::session::Session]| {
        sessions.iter().any(|it| it.application.as_deref() == Some("blocker"))
    };
    assert!(
        events.iter().any(|it| matches!(it, ApplyEvent::Waiting { blockers } if named(blockers))),
        "{events:?}"
    );
    assert!(
        events
            .iter()
            .any(|it| matches!(it, ApplyEvent::Retrying { blockers, .. } if named(blockers))),
        "{events:?}"
    );
    assert!(blocker.wait());
    assert_eq!(ledger(&database), ["1 1 finished"]);
}

#[test]
fn fault_37_a_lock_that_never_comes_free_names_its_holder() {
    let cluster = Cluster::shared();
    let database = cluster.database("blocked");
    database.psql("CREATE SCHEMA s; CREATE TABLE s.busy (id int)");
    let url = format!("{}?application_name=blocker", database.url());
    let _blocker = Client::start(cluster, &url, &["BEGIN; LOCK TABLE s.busy; SELECT pg_sleep(60)"]);
    wait_for(&database, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 's.busy'::regclass)");
    let settings = ApplySettings {
        lock_timeout: Duration::from_millis(300),
        patience: Duration::from_secs(1),
        ..ApplySettings::default()
    };
    let (outcome, _) = run(apply_with(
        &database.url(),
        "1",
        "CREATE TABLE t (); ALTER TABLE s.busy ADD COLUMN x int",
        &settings,
    ));
    let Err(ApplyError::Blocked(failure)) = outcome else { panic!("{outcome:?}") };
    assert_eq!((failure.error.sqlstate.as_str(), failure.remains), ("55P03", Remains::Nothing));
    assert_eq!(failure.statement, Some(1));
    assert_eq!(failure.blockers[0].application.as_deref(), Some("blocker"));
    assert_eq!(database.psql("SELECT to_regclass('t') IS NULL").trim(), "t");
}

#[test]
fn fault_07_stopping_now_cancels_the_statement_and_changes_nothing() {
    let cluster = Cluster::shared();
    let database = cluster.database("stop");
    run(async {
        let (switch, signal) = stop();
        let settings = ApplySettings { stop: signal, ..ApplySettings::default() };
        let url = database.url();
        let work = apply_with(&url, "1", "CREATE TABLE t (); SELECT pg_sleep(60)", &settings);
        let hand = async {
            until_running("pg_sleep(60)", |sql| database.psql(sql)).await;
            switch.ask(Stop::Now);
        };
        let ((outcome, _), ()) = tokio::join!(work, hand);
        assert!(
            matches!(outcome, Err(ApplyError::Stopped { remains: Remains::Nothing })),
            "{outcome:?}"
        );
    });
    assert_eq!(
        database
            .psql("SELECT to_regclass('t') IS NULL AND NOT EXISTS (SELECT FROM _prisma_migrations)")
            .trim(),
        "t"
    );
}

#[test]
fn fault_40_a_deadline_for_statements_is_kept() {
    let cluster = Cluster::shared();
    let database = cluster.database("deadline");
    let settings = ApplySettings {
        statement_deadline: Some(Duration::from_millis(300)),
        ..ApplySettings::default()
    };
    let (outcome, _) = run(apply_with(&database.url(), "1", "SELECT pg_sleep(60)", &settings));
    let Err(ApplyError::Failed(failure)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.error.sqlstate, "57014");
}

#[test]
fn fault_14_a_lost_connection_is_looked_into_and_nothing_is_left() {
    let cluster = Cluster::shared();
    let database = cluster.database("lost");
    let text = "CREATE TABLE t (); SELECT pg_terminate_backend(pg_backend_pid()); SELECT 1";
    let error = apply(&database.url(), "1", text).unwrap_err();
    let ApplyError::Lost { remains: Remains::Nothing, source } = error else { panic!("{error:?}") };
    assert_eq!(source.sqlstate(), Some("57P01"));
    assert_eq!(database.psql("SELECT to_regclass('t') IS NULL").trim(), "t");
    applied(&database.url(), "1", "CREATE TABLE t ()");
}

#[test]
fn fault_22_a_server_that_crashes_under_a_script_is_waited_for() {
    let cluster = Cluster::with(Options::default().setting("synchronous_commit", "on"));
    cluster.create_database("crash");
    let url = cluster.url("crash");
    run(async {
        let mut locked = lock(&url).await;
        let settings = ApplySettings::default();
        locked.apply(&migration("1", "CREATE TABLE t ()"), &settings, &mut |_| {}).await.unwrap();
        let slow = migration("2", "CREATE TABLE u (); SELECT pg_sleep(60)");
        let mut was_lost = false;
        let mut on_event = |event| was_lost |= matches!(event, ApplyEvent::Reconnecting);
        let work = locked.apply(&slow, &settings, &mut on_event);
        let hand = async {
            until_running("pg_sleep(60)", |sql| cluster.psql("crash", sql)).await;
            tokio::task::block_in_place(|| {
                cluster.kill();
                cluster.restart();
            });
        };
        let (outcome, ()) = tokio::join!(work, hand);
        assert!(
            matches!(outcome, Err(ApplyError::Lost { remains: Remains::Nothing, .. })),
            "{outcome:?}"
        );
        assert!(was_lost);
        let quick = migration("2", "CREATE TABLE u ()");
        locked.apply(&quick, &settings, &mut |_| {}).await.unwrap();
        locked.release().await.unwrap();
    });
    assert_eq!(cluster.psql("crash", "SELECT count(*) FROM _prisma_migrations").trim(), "2");
}
