//! What a history comes to, and where it stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use radoub_engine::failure::FailureCode;
use radoub_engine::scratch::Replay;
use radoub_testing::postgres::Cluster;

use crate::ground::{history, managed, replay, run, scope, tables, workshop};

#[test]
fn the_states_in_between_are_had_in_one_pass_and_remembered() {
    let cluster = Cluster::shared();
    let folder = tempfile::tempdir().unwrap();
    let migrations = history(&["CREATE TABLE a ()", "CREATE TABLE b ()", "DROP TABLE a"]);
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = managed(&cluster.url("x"));
        let mut wanted = Replay::whole(&service, &migrations, scope());
        wanted.after = vec![3, 0, 1, 1, 99];
        let ran = AtomicUsize::new(0);
        let mut count = |done: usize| assert_eq!(ran.fetch_add(1, Ordering::Relaxed) + 1, done);
        let replayed = workshop.replay(&wanted, &mut count).await.unwrap();
        let names = |state: &radoub_postgres::introspect::Introspected| -> Vec<String> {
            state.schema.tables.iter().map(|it| it.name.name.as_str().to_owned()).collect()
        };
        let states: Vec<_> = replayed.states.iter().map(|(at, it)| (*at, names(it))).collect();
        let expected: [(usize, Vec<String>); 3] =
            [(0, vec![]), (1, vec!["a".to_owned()]), (3, vec!["b".to_owned()])];
        assert_eq!(states, expected);
        assert_eq!((ran.load(Ordering::Relaxed), replayed.remembered), (3, false));

        // The same scripts under other names, and a prefix of them: nothing runs.
        let again = history(&["CREATE TABLE a ()"]);
        let again = Replay::whole(&service, &again, scope());
        let again = workshop.replay(&again, &mut |_| panic!("ran")).await.unwrap();
        assert!(again.remembered && Arc::ptr_eq(again.end(), &replayed.states[1].1));
        // Another schema is another question.
        let other = managed(&format!("{}?schema=other", cluster.url("x")));
        let other = replay(&workshop, &other, &["CREATE TABLE a ()"]).await.unwrap();
        assert!(!other.remembered && tables(&other).is_empty());
        workshop.close().await.unwrap();
    });
}

#[test]
fn services_with_one_history_replay_it_once() {
    let cluster = Cluster::shared();
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let (one, two) = (managed(&cluster.url("one")), managed(&cluster.url("two")));
        let scripts = ["CREATE TABLE a (); SELECT pg_sleep(0.1)"];
        let (one, two) =
            tokio::join!(replay(&workshop, &one, &scripts), replay(&workshop, &two, &scripts));
        assert_eq!([one.unwrap().remembered, two.unwrap().remembered], [false, true]);
        workshop.close().await.unwrap();
    });
}

#[test]
fn a_history_that_stops_says_where_and_what_it_had_reached() {
    let cluster = Cluster::shared();
    let folder = tempfile::tempdir().unwrap();
    let migrations = history(&["CREATE TABLE a ()", "SELECT 1;\n  SELECT * FROM nope", "SELECT 2"]);
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = managed(&cluster.url("x"));
        let mut wanted = Replay::whole(&service, &migrations, scope());
        wanted.after = vec![1, 3];
        let stop = workshop.replay(&wanted, &mut |_| {}).await.unwrap_err();
        assert_eq!(stop.failure.code, FailureCode::ReplayFailed);
        assert_eq!(stop.failure.code.prisma_code(), Some("P3006"));
        assert_eq!((stop.migration.unwrap().as_str(), stop.ran, stop.states.len()), ("1", 1, 1));
        let server = stop.failure.server.as_ref().unwrap();
        let place = server.place.as_ref().unwrap();
        assert_eq!(server.sqlstate, "42P01");
        assert_eq!(
            (place.line, place.column, place.text.as_str()),
            (2, 17, "  SELECT * FROM nope")
        );
        let file = stop.failure.value("file").unwrap();
        assert!(file.ends_with("1/migration.sql") || file.ends_with("1\\migration.sql"), "{file}");
        assert_eq!(
            stop.failure.value("prisma"),
            Some(
                "Migration `1` failed to apply cleanly to the shadow database. \nError code: P1014\nError:\nThe underlying table for model `nope` does not exist."
            )
        );
        workshop.close().await.unwrap();
    });
}

#[test]
fn an_extension_that_the_scratch_server_lacks_is_named() {
    let cluster = Cluster::shared();
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = managed(&cluster.url("x"));
        let scripts = ["CREATE EXTENSION citext;\nCREATE EXTENSION IF NOT EXISTS \"no-such\";"];
        let stop = replay(&workshop, &service, &scripts).await.unwrap_err();
        assert_eq!(stop.failure.code, FailureCode::ExtensionMissing);
        assert_eq!(stop.failure.value("extension"), Some("no-such"));
        workshop.close().await.unwrap();
    });
}

#[test]
fn the_text_for_shadow_databases_runs_first() {
    let cluster = Cluster::shared();
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let mut service = managed(&cluster.url("x"));
        service.shadow_init = Some("CREATE TABLE given (id int primary key);".to_owned());
        let scripts = ["CREATE TABLE a (id int REFERENCES given)"];
        let replayed = replay(&workshop, &service, &scripts).await.unwrap();
        assert_eq!(tables(&replayed), ["a", "given"]);
        service.shadow_init = Some("SELECT 1;\nCREATE TABEL x;".to_owned());
        let stop = replay(&workshop, &service, &scripts).await.unwrap_err();
        assert_eq!(
            (stop.failure.code, stop.migration.clone()),
            (FailureCode::ShadowInitFailed, None)
        );
        assert_eq!(stop.failure.server.as_ref().unwrap().place.as_ref().unwrap().line, 2);
        workshop.close().await.unwrap();
    });
}

#[test]
fn names_that_need_quoting_reserved_words_and_63_bytes_come_through() {
    let cluster = Cluster::shared();
    let folder = tempfile::tempdir().unwrap();
    let long = "é".repeat(31) + "x";
    let script = format!(
        "CREATE TABLE \"select\" (\"order\" int); CREATE TABLE \"{long}\" (id int); CREATE TABLE \"a \"\"b\"\" 'c'; --\" (id int)"
    );
    run(async {
        let workshop = workshop(folder.path(), None);
        // The schema of the service too.
        let mut service = managed(&format!("{}?schema=Ta%22ble%20%C3%A9", cluster.url("x")));
        service.schemas = vec!["Ta\"ble é".to_owned()];
        let migrations = history(&[&script]);
        let scope =
            radoub_postgres::introspect::Scope::of([radoub_schema::name::Ident::new("Ta\"ble é")]);
        let wanted = Replay::whole(&service, &migrations, scope);
        let replayed = workshop.replay(&wanted, &mut |_| {}).await.unwrap();
        assert_eq!(tables(&replayed), ["a \"b\" 'c'; --", "select", long.as_str()]);
        workshop.close().await.unwrap();
    });
}
