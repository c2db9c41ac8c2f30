//! Whole histories on an empty database, and where they stop.

use radoub_postgres::replay::ReplayError;
use radoub_schema::migration::Migration;
use radoub_testing::postgres::{Cluster, Database};

use crate::ground::{connect, migration, run};

fn history(scripts: &[&str]) -> Vec<Migration> {
    let numbered = scripts.iter().enumerate();
    numbered.map(|(at, text)| migration(&format!("{at}"), text)).collect()
}

/// Replays on this database with this `schema` parameter; how many ran, and how it ended.
#[track_caller]
fn replay_in(
    database: &Database<'_>,
    schema: &str,
    scripts: &[&str],
) -> (usize, Result<(), ReplayError>) {
    run(async {
        let url = format!("{}?schema={schema}", database.url());
        let mut connection = connect(&url).await;
        connection.prepare_schema().await.unwrap();
        let mut ran = 0;
        let ended = connection.replay(&history(scripts), &mut |count| ran = count).await;
        connection.close().await;
        (ran, ended)
    })
}

#[track_caller]
fn replays(scripts: &[&str]) -> Database<'static> {
    let database = Cluster::shared().database("replay");
    let (ran, ended) = replay_in(&database, "public", scripts);
    ended.unwrap();
    assert_eq!(ran, scripts.len());
    database
}

#[test]
fn scripts_run_whole_and_nothing_is_recorded() {
    let database = replays(&[
        "CREATE TYPE m AS ENUM ('a');",
        "",
        "-- nothing but a comment",
        "ALTER TYPE m ADD VALUE 'b'; CREATE TABLE t (m m);",
        "INSERT INTO t VALUES ('b'); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;",
        "CREATE INDEX CONCURRENTLY i ON t (m)",
    ]);
    assert_eq!(database.psql("SELECT m FROM t"), "b");
    assert_eq!(database.psql("SELECT to_regclass('_prisma_migrations') IS NULL"), "t");
}

#[test]
fn a_refusal_names_migration_state_and_place() {
    let database = Cluster::shared().database("replay");
    let scripts = ["CREATE TABLE t (id int);", "SELECT 'é';\nSELECT * FROM \"nope\";", "SELECT 1"];
    let (ran, ended) = replay_in(&database, "public", &scripts);
    assert_eq!(ran, 1);
    let error = ended.unwrap_err();
    assert_eq!(error.prisma_code(), "P3006");
    let ReplayError::Refused(stop) = error else { panic!("{error:?}") };
    let place = stop.place.unwrap();
    assert_eq!((stop.migration.as_str(), place.line, place.column), ("1", 2, 15));
    assert_eq!(stop.error.sqlstate, "42P01");
    // It is not the end of the session: what ran before is there, what failed is not.
    assert_eq!(database.psql("SELECT count(*) FROM t"), "0");
}

#[test]
fn what_a_script_does_to_its_session_ends_with_it() {
    let database = replays(&[
        "SELECT pg_catalog.set_config('search_path', '', false); SET statement_timeout = 1; SET ROLE pg_monitor;",
        "CREATE TABLE t (id int); SELECT pg_sleep(0.01);",
        "CREATE TEMPORARY TABLE t (id int, shadow int); PREPARE p AS SELECT 1;",
        "ALTER TABLE t ADD COLUMN more int; PREPARE p AS SELECT 2;",
    ]);
    let columns = "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute \
                   WHERE attrelid = 'public.t'::regclass AND attnum > 0";
    assert_eq!(database.psql(columns), "id,more");
}

#[test]
fn a_transaction_that_is_never_committed_is_part_of_the_end_state() {
    let database = replays(&["BEGIN; CREATE TABLE a (id int);", "CREATE TABLE b (id int);"]);
    let both = "SELECT to_regclass('a') IS NOT NULL AND to_regclass('b') IS NOT NULL";
    assert_eq!(database.psql(both), "t");
}

#[test]
fn the_schema_of_the_url_is_made_and_everything_unqualified_lands_there() {
    let database = Cluster::shared().database("replay");
    let (_, ended) = replay_in(&database, "se%22lect", &["CREATE TABLE \"Order\" (id int)"]);
    ended.unwrap();
    assert_eq!(database.psql("SELECT count(*) FROM \"se\"\"lect\".\"Order\""), "0");
}

#[test]
fn what_cannot_be_sent_is_named_with_its_place() {
    let database = Cluster::shared().database("replay");
    let (_, ended) = replay_in(&database, "public", &["SELECT 1;\nSELECT '\0'"]);
    let error = ended.unwrap_err();
    assert!(
        matches!(&error, ReplayError::Nul { place, .. } if (place.line, place.column) == (2, 9)),
        "{error:?}"
    );
    let copying = ["CREATE TABLE t (id int);\nCOPY t FROM stdin"];
    let (_, ended) = replay_in(&database, "public", &copying);
    let error = ended.unwrap_err();
    assert!(matches!(&error, ReplayError::Copies { place, .. } if place.line == 2), "{error:?}");
    let missing = Migration { name: "gone".into(), script: None };
    let ended = run(async {
        let mut connection = connect(&database.url()).await;
        connection.replay(&[missing], &mut |_| {}).await
    });
    let error = ended.unwrap_err();
    assert_eq!((error.prisma_code(), error.migration().unwrap().as_str()), ("P3015", "gone"));
}
