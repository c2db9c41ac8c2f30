//! The embedded server seen over the wire, as everybody else sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::time::Duration;

use radoub_embedded::Embedded;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// Sends a script on a connection of its own; the first column of its rows.
#[track_caller]
fn ask(url: &str, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        let conversation = async {
            let answer = client.simple_query(sql).await;
            drop(client);
            answer
        };
        let (answer, ended) = tokio::join!(conversation, connection);
        let answer = answer.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        ended.unwrap();
        let rows = answer.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        rows.collect()
    })
}

#[test]
fn it_serves_many_databases_one_after_the_other_and_remembers_them() {
    let folder = tempfile::tempdir().unwrap();
    let server = Embedded::start(folder.path()).unwrap();
    assert!(ask(&server.url("postgres"), "SELECT version()")[0].starts_with("PostgreSQL 1"));
    for name in ["one", "two", "three"] {
        ask(&server.url("postgres"), &format!("CREATE DATABASE {name}"));
        ask(
            &server.url(name),
            "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (id SERIAL PRIMARY KEY, m m); INSERT INTO t (m) VALUES ('a')",
        );
    }
    assert_eq!(ask(&server.url("two"), "SELECT count(*) FROM t"), ["1"]);
    // Prisma's lock, and a concurrent index.
    assert_eq!(ask(&server.url("two"), "SELECT pg_try_advisory_lock(72707369)"), ["t"]);
    ask(&server.url("two"), "CREATE INDEX CONCURRENTLY i ON t (m)");
    server.stop().unwrap();

    let again = Embedded::start(folder.path()).unwrap();
    assert_eq!(ask(&again.url("two"), "SELECT count(*) FROM t"), ["1"]);
}

#[test]
fn dropping_it_does_not_wait_for_connections_that_stay_open() {
    let folder = tempfile::tempdir().unwrap();
    let server = Embedded::start(folder.path()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let open = runtime.block_on(tokio_postgres::connect(&server.url("postgres"), NoTls)).unwrap();
    let (dropped, waiting) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(server);
        dropped.send(()).unwrap();
    });
    waiting.recv_timeout(Duration::from_mins(1)).unwrap();
    drop(open);
}
