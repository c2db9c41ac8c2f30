//! The embedded server seen over the wire, as everybody else sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::time::{Duration, Instant};

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
    let at = Instant::now();
    let server = Embedded::start(folder.path()).unwrap();
    println!("start {:?}", at.elapsed());
    assert!(ask(&server.url("postgres"), "SELECT version()")[0].starts_with("PostgreSQL 1"));
    for name in ["one", "two", "three"] {
        let at = Instant::now();
        ask(&server.url("postgres"), &format!("CREATE DATABASE {name}"));
        println!("create {:?}", at.elapsed());
        let at = Instant::now();
        ask(
            &server.url(name),
            "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (id SERIAL PRIMARY KEY, m m); INSERT INTO t (m) VALUES ('a')",
        );
        println!("fill {:?}", at.elapsed());
    }
    assert_eq!(ask(&server.url("two"), "SELECT count(*) FROM t"), ["1"]);
    // Prisma's lock, and a concurrent index.
    assert_eq!(ask(&server.url("two"), "SELECT pg_try_advisory_lock(72707369)"), ["t"]);
    ask(&server.url("two"), "CREATE INDEX CONCURRENTLY i ON t (m)");
    server.stop().unwrap();

    let again = Embedded::start(folder.path()).unwrap();
    assert_eq!(ask(&again.url("two"), "SELECT count(*) FROM t"), ["1"]);
    let started = Instant::now();
    drop(again);
    assert!(started.elapsed() < Duration::from_secs(20));
}
