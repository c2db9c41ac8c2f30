//! Scripts that cannot be one transaction: exact progress, resumed where they stopped.

use std::time::Duration;

use radoub_postgres::apply::{AppliedOutcome, ApplyError, ApplyEvent, ApplySettings, Remains};
use radoub_postgres::stop::{Stop, stop};
use radoub_testing::postgres::{Cluster, Database, Options};

use crate::ground::{
    Client, applied, apply, apply_with, chain, failed, ledger, lock, migration, run, until_running,
    wait_for,
};

const TABLE: &str =
    "CREATE SCHEMA s; CREATE TABLE s.t (id int); INSERT INTO s.t SELECT generate_series(1, 1000)";

/// A database with a table that can be indexed, in a schema that does not count as full.
fn prepared<'a>(cluster: &'a Cluster, hint: &str) -> Database<'a> {
    let database = cluster.database(hint);
    database.psql(TABLE);
    database
}

#[track_caller]
fn is_true(database: &Database<'_>, sql: &str) {
    assert_eq!(database.psql(sql).trim(), "t", "{sql}");
}

/// Whether an index of this name is there and valid.
fn valid(index: &str) -> String {
    format!(
        "SELECT COALESCE((SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('{index}')), false)"
    )
}

#[test]
fn fault_43_concurrent_statements_run_among_others() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "among");
    let ran = applied(
        &database.url(),
        "1",
        "CREATE TABLE a ();\nCREATE INDEX CONCURRENTLY i ON s.t (id);\nCREATE TABLE b ();\n\
         DROP INDEX CONCURRENTLY s.i;\nCREATE UNIQUE INDEX CONCURRENTLY j ON s.t (id);\nVACUUM s.t;",
    );
    assert!(!ran.atomic && ran.statements == 6 && ran.resumed_after == 0);
    assert_eq!(ledger(&database), ["1 1 finished"]);
    is_true(&database, &valid("s.j"));
    is_true(&database, "SELECT to_regclass('s.i') IS NULL AND to_regclass('b') IS NOT NULL");
}

#[test]
fn fault_44_transactions_of_the_file_are_honoured() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "own");
    let text = "BEGIN; CREATE TABLE a (); COMMIT; BEGIN; CREATE TABLE b (); SELECT nope; COMMIT;";
    let failure = failed(&database.url(), "1", text);
    assert_eq!(failure.remains, Remains::Statements { committed: 3, of: 7 });
    assert_eq!(failure.statement, Some(5));
    assert_eq!(failure.place.map(|it| it.offset), text.find("nope"));
    is_true(&database, "SELECT to_regclass('a') IS NOT NULL AND to_regclass('b') IS NULL");
    let rows = ledger(&database);
    assert_eq!(rows, ["1 3 [radoub 1: 7 statements, one after the other]"]);
    let logs = database.psql("SELECT logs FROM _prisma_migrations");
    assert!(logs.contains("A migration failed to apply."), "{logs}");
    assert!(logs.trim_end().ends_with("3 of 7 statements are committed and stay."), "{logs}");
}

#[test]
fn fault_45_a_changed_script_is_not_resumed_and_the_same_one_is() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "resume");
    let text = "BEGIN; CREATE TABLE a (); COMMIT; SET search_path = s; CREATE TABLE b (); COMMIT; CREATE TABLE c AS SELECT 1 / count(*) FROM public.switch; VACUUM";
    database.psql("CREATE TABLE s.helper ()");
    let failure = failed(&database.url(), "1", text);
    assert_eq!(failure.remains, Remains::Statements { committed: 6, of: 8 });

    let error =
        apply(&database.url(), "1", "BEGIN; CREATE TABLE a (); COMMIT; SELECT 1").unwrap_err();
    assert!(matches!(error, ApplyError::ChangedSinceStart { .. }), "{error:?}");
    let error = apply(&database.url(), "2", "SELECT 1").unwrap_err();
    assert!(matches!(error, ApplyError::FailedRows(_)), "{error:?}");

    database.psql("CREATE TABLE public.switch AS SELECT 1");
    let ran = applied(&database.url(), "1", text);
    assert_eq!((ran.resumed_after, ran.atomic), (6, false));
    assert_eq!(ledger(&database), ["1 1 finished"]);
    // The search path that the committed part had set was there again.
    is_true(&database, "SELECT to_regclass('s.c') IS NOT NULL AND to_regclass('s.b') IS NOT NULL");
}

#[test]
fn a_failure_before_anything_is_committed_changes_nothing() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "early");
    for text in [
        "CREATE TABLE a (); SELECT nope; CREATE INDEX CONCURRENTLY i ON s.t (id)",
        "CREATE INDEX CONCURRENTLY i ON s.nope (id); CREATE TABLE a ()",
        "VACUUM nope; CREATE TABLE a ()",
        "DROP INDEX CONCURRENTLY nope; CREATE TABLE a ()",
    ] {
        let failure = failed(&database.url(), "1", text);
        assert_eq!(failure.remains, Remains::Nothing, "{text}");
        is_true(
            &database,
            "SELECT to_regclass('a') IS NULL AND bool_and(rolled_back_at IS NOT NULL AND logs LIKE 'A migration%') FROM _prisma_migrations",
        );
    }
    applied(&database.url(), "1", "CREATE TABLE a (); VACUUM");
}

#[test]
fn fault_04_a_failed_concurrent_build_leaves_no_invalid_index() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "duplicate");
    database.psql("INSERT INTO s.t VALUES (1)");
    let text = "CREATE UNIQUE INDEX CONCURRENTLY u ON s.t (id); CREATE TABLE a ()";
    let failure = failed(&database.url(), "1", text);
    assert_eq!((failure.error.sqlstate.as_str(), failure.remains), ("23505", Remains::Nothing));
    is_true(&database, "SELECT to_regclass('s.u') IS NULL");
    // An index that was there before is not ours to drop.
    database.psql("CREATE INDEX u ON s.t (id)");
    let failure = failed(&database.url(), "1", text);
    assert_eq!(failure.error.sqlstate, "42P07");
    is_true(&database, &valid("s.u"));
}

#[test]
fn fault_44_a_rollback_of_the_file_leaves_nothing_of_its_part() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "rollback");
    applied(&database.url(), "1", "CREATE TABLE a (); ROLLBACK; CREATE TABLE b ();");
    applied(&database.url(), "2", "CREATE TABLE c (); ROLLBACK;");
    applied(&database.url(), "3", "BEGIN; CREATE TABLE d (); ROLLBACK;");
    is_true(
        &database,
        "SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NOT NULL AND to_regclass('c') IS NULL AND to_regclass('d') IS NULL",
    );
    assert_eq!(ledger(&database), ["1 1 finished", "2 1 finished", "3 1 finished"]);
}

#[test]
fn fault_44_chains_and_stray_ends_run() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "chains");
    applied(
        &database.url(),
        "1",
        "COMMIT; CREATE TABLE a (); COMMIT; COMMIT; BEGIN; CREATE TABLE b (); COMMIT AND CHAIN; CREATE TABLE c (); COMMIT; VACUUM; BEGIN",
    );
    is_true(&database, "SELECT count(*) = 3 FROM pg_class WHERE relname IN ('a', 'b', 'c')");
    assert_eq!(ledger(&database), ["1 1 finished"]);
}

#[test]
fn a_role_and_a_search_path_last_for_the_file_and_do_not_touch_the_ledger() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "roles");
    database.psql("DROP ROLE IF EXISTS bosun");
    database
        .psql("CREATE ROLE bosun; GRANT ALL ON SCHEMA s TO bosun; ALTER TABLE s.t OWNER TO bosun");
    let text = "SET ROLE bosun; SET search_path = s; CREATE TABLE mine (); CREATE INDEX CONCURRENTLY i ON t (id); BEGIN; CREATE TABLE mine2 (); COMMIT; VACUUM t;";
    applied(&database.url(), "1", text);
    is_true(
        &database,
        "SELECT count(*) = 2 FROM pg_tables WHERE schemaname = 's' AND tableowner = 'bosun' AND tablename LIKE 'mine%'",
    );
    applied(&database.url(), "2", "CREATE TABLE who AS SELECT current_user::text AS name");
    assert_eq!(database.psql("SELECT name FROM who").trim(), "captain");
    database.psql("DROP OWNED BY bosun; DROP ROLE bosun");
}

/// Kills the worker while it runs the statement that contains `during`.
async fn killed_during(url: &str, text: &str, database: &Database<'_>, during: &str) -> ApplyError {
    let settings = ApplySettings::default();
    let work = apply_with(url, "1", text, &settings);
    let hand = async {
        let sql = format!(
            "SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity \
             WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() \
             AND query LIKE '%{during}%'"
        );
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if tokio::task::block_in_place(|| database.psql(&sql)).trim() == "t" {
                break;
            }
        }
    };
    let ((outcome, _), ()) = tokio::join!(work, hand);
    outcome.expect_err("the worker was killed")
}

#[test]
fn fault_03_a_worker_that_dies_in_a_transaction_is_resumed_before_it() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "dies");
    database.psql("CREATE TABLE s.naps AS SELECT 60.0 AS length");
    let text = "CREATE TABLE a (); COMMIT; CREATE TABLE b (); SELECT pg_sleep(length) FROM s.naps; COMMIT; VACUUM;";
    let error = run(killed_during(&database.url(), text, &database, "FROM s.naps"));
    let ApplyError::Lost { remains, .. } = error else { panic!("{}", chain(&error)) };
    assert_eq!(remains, Remains::Statements { committed: 2, of: 6 });
    is_true(&database, "SELECT to_regclass('a') IS NOT NULL AND to_regclass('b') IS NULL");
    database.psql("UPDATE s.naps SET length = 0");
    assert_eq!(applied(&database.url(), "1", text).resumed_after, 2);
    assert_eq!(ledger(&database), ["1 1 finished"]);
}

#[test]
fn fault_04_a_worker_that_dies_in_a_concurrent_build_leaves_an_index_that_is_built_anew() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "build");
    let url = database.url();
    // An old snapshot makes the build wait.
    let reader = Client::start(
        cluster,
        &url,
        &["BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM s.t; SELECT pg_sleep(60)"],
    );
    wait_for(
        &database,
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND datname = current_database())",
    );
    let text = "CREATE TABLE a (); CREATE INDEX CONCURRENTLY ON s.t (id); CREATE TABLE b ();";
    let error = run(killed_during(&url, text, &database, "CREATE INDEX CONCURRENTLY"));
    let ApplyError::Lost { remains, .. } = error else { panic!("{}", chain(&error)) };
    assert_eq!(remains, Remains::Statements { committed: 1, of: 3 });
    is_true(
        &database,
        "SELECT count(*) = 1 FROM pg_index WHERE indrelid = 's.t'::regclass AND NOT indisvalid",
    );
    // Killing psql is not enough: its session sleeps on.
    database.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' \
         AND pid <> pg_backend_pid() AND datname = current_database()",
    );
    drop(reader);
    let (outcome, events) = run(apply_with(&url, "1", text, &ApplySettings::default()));
    let Ok(AppliedOutcome::Applied(ran)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(ran.resumed_after, 1);
    assert!(events.iter().any(|it| matches!(it, ApplyEvent::IndexDropped { .. })), "{events:?}");
    is_true(
        &database,
        "SELECT count(*) = 1 AND bool_and(indisvalid) FROM pg_index WHERE indrelid = 's.t'::regclass",
    );
}

/// Puts the row back to "statement k was started, and nobody saw its end".
fn forget_the_end(database: &Database<'_>, statement: usize, indexes: &str) {
    database.psql(&format!(
        "UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = {statement}, \
         logs = 'radoub 1: 2 statements, one after the other' || E'\\nstarted {statement}, indexes before:{indexes}'"
    ));
}

#[test]
fn a_statement_whose_end_nobody_saw_is_looked_for() {
    let cluster = Cluster::shared();
    for (text, then) in [
        ("CREATE TABLE a (); CREATE INDEX CONCURRENTLY i ON s.t (id)", valid("s.i")),
        (
            "CREATE TABLE a (); DROP INDEX CONCURRENTLY s.old",
            "SELECT to_regclass('s.old') IS NULL".into(),
        ),
        ("CREATE TABLE a (); VACUUM s.t", "SELECT true".into()),
    ] {
        let database = prepared(cluster, "unseen");
        database.psql("CREATE INDEX old ON s.t (id)");
        let old = database.psql("SELECT 's.old'::regclass::oid");
        applied(&database.url(), "1", text);
        forget_the_end(&database, 1, &format!(" {}", old.trim()));
        let ran = applied(&database.url(), "1", text);
        assert_eq!(ran.resumed_after, 1, "{text}");
        is_true(&database, &then);
        assert_eq!(ledger(&database), ["1 1 finished"]);
    }
}

#[test]
fn a_statement_that_leaves_no_trace_is_not_guessed_about() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "unknowable");
    let text = "CREATE TABLE a (); CREATE DATABASE made_once";
    cluster.psql("postgres", "DROP DATABASE IF EXISTS made_once");
    applied(&database.url(), "1", text);
    forget_the_end(&database, 1, "");
    let error = apply(&database.url(), "1", text).unwrap_err();
    let ApplyError::Unknowable { statement, committed, .. } = error else { panic!("{error:?}") };
    assert_eq!((statement, committed), (1, 1));
    // A second look says the same: nothing was changed.
    assert!(matches!(apply(&database.url(), "1", text), Err(ApplyError::Unknowable { .. })));
    cluster.psql("postgres", "DROP DATABASE made_once");
}

#[test]
fn fault_12_somebody_who_queues_for_the_lock_and_a_concurrent_build_do_not_wait_for_each_other() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "aside");
    let url = database.url();
    // The build waits for the reader, so that there is time to queue.
    let reader = Client::start(
        cluster,
        &url,
        &["BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM s.t; SELECT pg_sleep(3)"],
    );
    wait_for(
        &database,
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid() AND datname = current_database())",
    );
    let settings = ApplySettings::default();
    let (outcome, events, waiter) = run(async {
        let work = apply_with(
            &url,
            "1",
            "CREATE INDEX CONCURRENTLY i ON s.t (id); CREATE TABLE a ()",
            &settings,
        );
        let hand = async {
            until_running("CREATE INDEX CONCURRENTLY i", |sql| database.psql(sql)).await;
            Client::start(cluster, &url, &["SELECT pg_advisory_lock(72707369)"])
        };
        let ((outcome, events), waiter) = tokio::join!(work, hand);
        (outcome, events, waiter)
    });
    assert!(matches!(outcome, Ok(AppliedOutcome::Applied(_))), "{outcome:?}");
    assert!(events.iter().any(|it| matches!(it, ApplyEvent::SteppedAside)), "{events:?}");
    assert!(waiter.wait(), "the one who queued was served");
    assert!(reader.wait());
    is_true(&database, &valid("s.i"));
    assert_eq!(ledger(&database), ["1 1 finished"]);
}

#[test]
fn fault_36_a_lock_in_the_way_of_a_piece_is_waited_for() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "piece");
    let url = database.url();
    let blocker = Client::start(
        cluster,
        &format!("{url}?application_name=blocker"),
        &["BEGIN; LOCK TABLE s.t; SELECT pg_sleep(2)"],
    );
    wait_for(&database, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 's.t'::regclass)");
    let settings =
        ApplySettings { lock_timeout: Duration::from_millis(300), ..ApplySettings::default() };
    let text = "CREATE TABLE a (); COMMIT; ALTER TABLE s.t ADD COLUMN x int; COMMIT; CREATE INDEX CONCURRENTLY i ON s.t (id)";
    let (outcome, events) = run(apply_with(&url, "1", text, &settings));
    assert!(matches!(outcome, Ok(AppliedOutcome::Applied(_))), "{outcome:?}");
    assert!(events.iter().any(|it| matches!(it, ApplyEvent::Retrying { .. })), "{events:?}");
    assert!(blocker.wait());
}

#[test]
fn fault_07_stopping_between_pieces_says_how_far_it_came() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "stopped");
    let url = database.url();
    let text = "SELECT pg_sleep(3); COMMIT; CREATE TABLE a (); COMMIT; VACUUM s.t";
    run(async {
        let (switch, signal) = stop();
        let settings = ApplySettings { stop: signal, ..ApplySettings::default() };
        let work = apply_with(&url, "1", text, &settings);
        let hand = async {
            until_running("pg_sleep(3)", |sql| database.psql(sql)).await;
            switch.ask(Stop::AfterStatement);
        };
        let ((outcome, _), ()) = tokio::join!(work, hand);
        let remains = Remains::Statements { committed: 2, of: 5 };
        assert!(
            matches!(outcome, Err(ApplyError::Stopped { remains: it }) if it == remains),
            "{outcome:?}"
        );
    });
    is_true(&database, "SELECT to_regclass('a') IS NULL");
    assert_eq!(applied(&url, "1", text).resumed_after, 2);
}

#[test]
fn fault_11_two_appliers_at_once_apply_each_migration_once() {
    let cluster = Cluster::with(Options::default());
    cluster.create_database("both");
    let url = cluster.url("both");
    cluster.psql("both", TABLE);
    let migrations = [
        ("1", "CREATE TABLE a (); SELECT pg_sleep(0.3)"),
        ("2", "CREATE INDEX CONCURRENTLY i ON s.t (id); CREATE TABLE b ()"),
        ("3", "BEGIN; CREATE TABLE c (); COMMIT; VACUUM s.t"),
        ("4", "CREATE TABLE d ()"),
    ];
    let outcomes = run(async {
        let one = || async {
            let mut ran = 0;
            for (name, text) in migrations {
                let (outcome, _) = apply_with(&url, name, text, &ApplySettings::default()).await;
                match outcome {
                    Ok(AppliedOutcome::Applied(_)) => ran += 1,
                    Ok(AppliedOutcome::AlreadyApplied) => {}
                    Err(error) => panic!("{name}: {}", chain(&error)),
                }
            }
            ran
        };
        tokio::join!(one(), one(), one())
    });
    assert_eq!(outcomes.0 + outcomes.1 + outcomes.2, 4);
    assert_eq!(cluster.psql("both", "SELECT count(*) FROM _prisma_migrations").trim(), "4");
}

#[test]
fn fault_14_a_lost_keeper_of_the_lock_stops_the_script_at_the_next_piece() {
    let cluster = Cluster::shared();
    let database = prepared(cluster, "keeper");
    let url = database.url();
    let text = "CREATE TABLE a (); SELECT pg_sleep(3); COMMIT; CREATE TABLE b (); COMMIT; VACUUM";
    let error = run(async {
        let settings = ApplySettings::default();
        let work = apply_with_lost_keeper(&url, text, &settings);
        let hand = async {
            let keeper = "SELECT count(pg_terminate_backend(l.pid)) > 0 FROM pg_locks l \
                          WHERE locktype = 'advisory' AND objid = 72707369 AND l.database = \
                          (SELECT oid FROM pg_database WHERE datname = current_database())";
            until_running("pg_sleep(3)", |sql| database.psql(sql)).await;
            assert_eq!(tokio::task::block_in_place(|| database.psql(keeper)).trim(), "t");
        };
        let (outcome, ()) = tokio::join!(work, hand);
        outcome.expect_err("the keeper was killed")
    });
    let ApplyError::Lost { remains, .. } = error else { panic!("{}", chain(&error)) };
    assert_eq!(remains, Remains::Statements { committed: 3, of: 6 });
    is_true(&database, "SELECT to_regclass('a') IS NOT NULL AND to_regclass('b') IS NULL");
    assert_eq!(applied(&url, "1", text).resumed_after, 3);
}

/// Applies without giving the lock back politely: its session may be gone.
async fn apply_with_lost_keeper(
    url: &str,
    text: &str,
    settings: &ApplySettings,
) -> Result<AppliedOutcome, ApplyError> {
    let mut locked = lock(url).await;
    locked.apply(&migration("1", text), settings, &mut |_| {}).await
}
