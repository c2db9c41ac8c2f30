//! What we say about transactions against what a real server does: everything that we run alone is
//! refused in a transaction block, and nothing that we put into one is.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::path::Path;

use radoub_schema::script::{Course, Runs, Script};
use radoub_testing::postgres::{Cluster, Database, QueryError};
use radoub_testing::shared::shared_or_say;

/// SQLSTATE of a statement that cannot run inside a transaction block.
const ACTIVE_TRANSACTION: &str = "25001";
/// SQLSTATE of a `COMMIT` in a block or procedure that was called inside a transaction block.
const INVALID_TERMINATION: &str = "2D000";

/// The SQLSTATE with which a server refuses these statements in one transaction, if it does.
#[track_caller]
fn refusal(database: &Database<'_>, text: &str) -> Option<String> {
    match database.query(&format!("BEGIN;\n{text}\n;ROLLBACK")) {
        Ok(_) => None,
        Err(QueryError::Server { sqlstate: Some(code), .. }) => Some(code),
        Err(error) => panic!("{text:?}: {error}"),
    }
}

/// A database with one of everything that the statements below name.
fn furnished(cluster: &Cluster) -> Database<'_> {
    let database = cluster.database("refusals");
    database.psql(
        "CREATE TABLE t (a int PRIMARY KEY);
         CREATE INDEX i ON t (a);
         CREATE TABLE p (a int) PARTITION BY RANGE (a);
         CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
         CREATE MATERIALIZED VIEW v AS SELECT a FROM t;
         CREATE UNIQUE INDEX ON v (a);
         CREATE TYPE e AS ENUM ('a');
         CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
         CREATE SUBSCRIPTION here CONNECTION 'dbname=x' PUBLICATION x WITH (connect = false)",
    );
    database.psql("ALTER SUBSCRIPTION here ENABLE");
    database
}

#[test]
fn what_runs_alone_is_refused_in_a_transaction() {
    let cluster = Cluster::start();
    let database = furnished(&cluster);
    let name = database.name();
    let major = cluster.version().major;
    for (since, code, text) in [
        (13, ACTIVE_TRANSACTION, "CREATE INDEX CONCURRENTLY ON t (a)"),
        (
            13,
            ACTIVE_TRANSACTION,
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS j ON ONLY public.t (a)",
        ),
        (13, ACTIVE_TRANSACTION, "DROP INDEX CONCURRENTLY i"),
        (13, ACTIVE_TRANSACTION, "REINDEX INDEX CONCURRENTLY i"),
        (14, ACTIVE_TRANSACTION, "REINDEX (VERBOSE, CONCURRENTLY) TABLE t"),
        (13, ACTIVE_TRANSACTION, "REINDEX SCHEMA public"),
        (13, ACTIVE_TRANSACTION, &format!("REINDEX DATABASE \"{name}\"")),
        (13, ACTIVE_TRANSACTION, &format!("REINDEX SYSTEM \"{name}\"")),
        (13, ACTIVE_TRANSACTION, "VACUUM"),
        (13, ACTIVE_TRANSACTION, "VACUUM (ANALYZE) t"),
        (13, ACTIVE_TRANSACTION, "CLUSTER"),
        (13, ACTIVE_TRANSACTION, "CLUSTER VERBOSE"),
        (13, ACTIVE_TRANSACTION, "ALTER SYSTEM SET work_mem = '5MB'"),
        (13, ACTIVE_TRANSACTION, "ALTER SYSTEM RESET ALL"),
        (13, ACTIVE_TRANSACTION, "CREATE DATABASE other"),
        (13, ACTIVE_TRANSACTION, "DROP DATABASE other"),
        (13, ACTIVE_TRANSACTION, "CREATE TABLESPACE other LOCATION '/nowhere'"),
        (13, ACTIVE_TRANSACTION, "DROP TABLESPACE other"),
        (13, ACTIVE_TRANSACTION, &format!("ALTER DATABASE \"{name}\" SET TABLESPACE pg_default")),
        (14, ACTIVE_TRANSACTION, "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY"),
        (13, ACTIVE_TRANSACTION, "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION x"),
        (13, ACTIVE_TRANSACTION, "ALTER SUBSCRIPTION here REFRESH PUBLICATION"),
        (13, ACTIVE_TRANSACTION, "ALTER SUBSCRIPTION here SET PUBLICATION y"),
        (
            14,
            ACTIVE_TRANSACTION,
            "ALTER SUBSCRIPTION here ADD PUBLICATION y WITH (copy_data = false)",
        ),
        (13, ACTIVE_TRANSACTION, "DROP SUBSCRIPTION here"),
        (13, ACTIVE_TRANSACTION, "DISCARD ALL"),
        (13, ACTIVE_TRANSACTION, "COMMIT PREPARED 'x'"),
        (13, ACTIVE_TRANSACTION, "ROLLBACK PREPARED 'x'"),
        (13, INVALID_TERMINATION, "DO $$ BEGIN COMMIT; END $$"),
        (
            13,
            INVALID_TERMINATION,
            "DO 'BEGIN PERFORM ''a''; IF true THEN ROLLBACK AND CHAIN; END IF; END'",
        ),
        (13, INVALID_TERMINATION, "CALL commits()"),
    ] {
        if major < since {
            continue;
        }
        let script = Script::parse(text);
        assert!(matches!(script.statements[0].runs, Runs::Alone(_)), "{text:?}");
        assert_eq!(refusal(&database, text).as_deref(), Some(code), "{text:?}");
    }
    // The worker of an enabled subscription would keep the database from being dropped.
    database.psql("ALTER SUBSCRIPTION here DISABLE");
    database.psql("ALTER SUBSCRIPTION here SET (slot_name = NONE)");
    database.psql("DROP SUBSCRIPTION here");
}

#[test]
fn what_runs_anywhere_is_not_refused_in_a_transaction() {
    let cluster = Cluster::start();
    let database = furnished(&cluster);
    for text in [
        "REINDEX TABLE t",
        "REINDEX (CONCURRENTLY false) INDEX i",
        "CLUSTER t USING i",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "ALTER TYPE e ADD VALUE 'b'",
        "ALTER TABLE p DETACH PARTITION p1",
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION x WITH (connect = false)",
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION x WITH (create_slot = false, slot_name = NONE, enabled = false, connect = false)",
        "ALTER SUBSCRIPTION here SET PUBLICATION y WITH (refresh = false)",
        "ALTER SUBSCRIPTION here DISABLE",
        "DISCARD TEMP",
        "ANALYZE",
        "SAVEPOINT a; ROLLBACK TO a",
        "DO $$ BEGIN PERFORM 'COMMIT;'; END $$",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$",
    ] {
        assert_eq!(Script::parse(text).course(), Course::Atomic, "{text:?}");
        assert_eq!(refusal(&database, text), None, "{text:?}");
    }
    database.psql("ALTER SUBSCRIPTION here DISABLE");
    database.psql("ALTER SUBSCRIPTION here SET (slot_name = NONE)");
    database.psql("DROP SUBSCRIPTION here");
}

/// Replays one history as its courses say; the scripts that a transaction was refused for.
///
/// A script that fails for another reason (a missing extension, an edited file) ends the replay of
/// its history, as it ends Prisma's.
fn refused_scripts(cluster: &Cluster, migrations: &Path) -> Vec<String> {
    let mut scripts: Vec<_> = fs::read_dir(migrations)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("migration.sql"))
        .filter(|path| path.is_file())
        .collect();
    scripts.sort();
    let database = cluster.database("replay");
    let mut refused = Vec::new();
    for path in scripts {
        let text = fs::read_to_string(&path).unwrap();
        let script = Script::parse(&text);
        let sent = match script.course() {
            Course::Atomic => database.query(&format!("BEGIN;\n{text}\n;COMMIT")).err(),
            Course::Stepwise { .. }
                if script.statements.iter().any(|it| matches!(it.runs, Runs::Alone(_))) =>
            {
                let mut texts =
                    (0..script.statements.len()).map(|index| script.statement_text(&text, index));
                texts.find_map(|statement| database.query(statement).err())
            }
            Course::Stepwise { .. } => database.query(&text).err(),
        };
        if let Some(QueryError::Server { sqlstate: Some(code), message }) = sent {
            if [ACTIVE_TRANSACTION, INVALID_TERMINATION].contains(&code.as_str()) {
                refused.push(format!("{}: {code} {message}", path.display()));
            }
            break;
        }
    }
    refused
}

#[test]
fn no_real_history_is_refused_its_course() {
    let Some(shared) = shared_or_say("replaying the corpus in its courses") else { return };
    let cluster = Cluster::start();
    let mut histories = 0;
    let mut refused = Vec::new();
    for project in fs::read_dir(shared.join("corpus")).unwrap() {
        let migrations = project.unwrap().path().join("migrations");
        if migrations.is_dir() {
            histories += 1;
            refused.extend(refused_scripts(&cluster, &migrations));
        }
    }
    assert!(histories > 40, "only {histories} histories");
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
