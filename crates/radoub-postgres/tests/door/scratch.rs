//! Scratch databases: made, used, removed, and swept when their maker is gone.

use std::collections::BTreeSet;
use std::sync::Arc;

use radoub_postgres::database::Database;
use radoub_postgres::scratch::{Keeper, PREFIX, Scratch, ScratchError, Shadow, ShadowError};
use radoub_postgres::url::DatabaseUrl;
use radoub_testing::postgres::{Cluster, Options, ask};

use crate::ground::{connect, run, settings};

fn url(text: &str) -> DatabaseUrl {
    DatabaseUrl::parse(text).unwrap()
}

/// The scratch databases of a server.
fn scratches(cluster: &Cluster) -> BTreeSet<String> {
    let sql = format!("SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}%'");
    let text = cluster.psql("postgres", &sql);
    text.lines().map(str::to_owned).filter(|it| !it.is_empty()).collect()
}

async fn keeper(server: &str) -> Arc<Keeper> {
    Arc::new(Keeper::open(&url(server), &settings()).await.unwrap())
}

#[test]
fn a_scratch_database_is_there_until_it_is_dropped_whoever_uses_it() {
    let cluster = Cluster::start();
    let server = format!("{}?schema=own", cluster.url("postgres"));
    run(async {
        let scratch = Scratch::create(&url(&server), &settings()).await.unwrap();
        assert_eq!(scratch.url().schema(), "own");
        assert!(scratch.url().database().starts_with(PREFIX));
        assert_eq!(scratches(&cluster), BTreeSet::from([scratch.url().database().to_owned()]));
        let open = Database::connect(scratch.url(), &settings()).await.unwrap();
        scratch.drop().await.unwrap();
        drop(open);
    });
    assert_eq!(scratches(&cluster), BTreeSet::new());
    // Nobody of ours stays connected either; the server needs a moment to see that a connection is closed.
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'radoub'";
    while cluster.psql("postgres", sql) != "0" {
        std::thread::yield_now();
    }
}

#[test]
fn a_sweep_takes_what_the_dead_left_and_nothing_of_the_living() {
    let cluster = Cluster::start();
    let server = cluster.url("postgres");
    // Names that look alike, and are not ours.
    for name in ["radoub_scratch_", "radoub_scratch_0123456789abcdef", "radoub_scratchy"] {
        cluster.create_database(name);
    }
    let others = scratches(&cluster);
    run(async {
        let alive = keeper(&server).await;
        let kept = alive.create().await.unwrap();
        let dead = keeper(&server).await;
        let lost = dead.create().await.unwrap().url().database().to_owned();
        drop(dead);
        // The server needs a moment to see that the connection is closed.
        let later = keeper(&server).await;
        let mut dropped = Vec::new();
        while dropped.is_empty() {
            let swept = later.sweep().await.unwrap();
            assert!(swept.kept.is_empty(), "{:?}", swept.kept);
            dropped = swept.dropped;
        }
        assert_eq!(dropped, [lost]);
        let living = BTreeSet::from([kept.url().database().to_owned()]);
        assert_eq!(scratches(&cluster), &others | &living);
        kept.drop().await.unwrap();
        // What was forgotten goes with the keeper.
        let forgotten = alive.create().await.unwrap();
        drop(forgotten);
        alive.close().await.unwrap();
        later.close().await.unwrap();
    });
    assert_eq!(scratches(&cluster), others);
}

#[test]
fn a_role_without_the_right_is_told_so_before_anything_is_tried() {
    let cluster = Cluster::start();
    cluster.psql("postgres", "CREATE ROLE deckhand LOGIN PASSWORD 'x'");
    let server = cluster.url_as("deckhand", "x", "postgres");
    let error = run(Keeper::open(&url(&server), &settings())).unwrap_err();
    assert!(matches!(&error, ScratchError::Denied { role, .. } if role == "deckhand"), "{error:?}");
    assert_eq!(error.prisma_code(), "P3014");
}

#[test]
fn a_role_that_may_create_databases_makes_them_and_leaves_those_of_others() {
    let cluster = Cluster::start();
    cluster.psql("postgres", "CREATE ROLE bosun LOGIN CREATEDB PASSWORD 'x'");
    let (root, bosun) = (cluster.url("postgres"), cluster.url_as("bosun", "x", "postgres"));
    run(async {
        let dead = keeper(&root).await;
        let lost = dead.create().await.unwrap().url().database().to_owned();
        drop(dead);
        let keeper = keeper(&bosun).await;
        let scratch = keeper.create().await.unwrap();
        let swept = keeper.sweep().await.unwrap();
        assert!(swept.dropped.is_empty() && swept.kept.is_empty(), "{swept:?}");
        assert!(scratches(&cluster).contains(&lost));
        scratch.drop().await.unwrap();
        keeper.close().await.unwrap();
    });
}

#[test]
fn a_read_only_server_and_one_without_the_database_postgres_are_told_apart() {
    let cluster = Cluster::with(Options::default().setting("default_transaction_read_only", "on"));
    let error = run(Keeper::open(&url(&cluster.url("postgres")), &settings())).unwrap_err();
    assert!(matches!(error, ScratchError::ReadOnly { .. }), "{error:?}");

    let cluster = Cluster::start();
    cluster.create_database("own");
    cluster.psql("own", "DROP DATABASE postgres");
    run(async {
        let scratch = Scratch::create(&url(&cluster.url("own")), &settings()).await.unwrap();
        connect(&cluster.url(scratch.url().database())).await.close().await;
        scratch.drop().await.unwrap();
    });
}

#[test]
fn a_busy_template_is_waited_for() {
    let cluster = Cluster::start();
    let server = cluster.url("postgres");
    run(async {
        let busy = connect(&cluster.url("template1")).await;
        let keeper = keeper(&server).await;
        let (scratch, ()) = tokio::join!(keeper.create(), async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            busy.close().await;
        });
        scratch.unwrap().drop().await.unwrap();
        keeper.close().await.unwrap();
    });
}

#[test]
fn a_server_for_one_connection_is_used_with_one() {
    let cluster = Cluster::start();
    let server = url(&cluster.url("postgres"));
    run(async {
        let keeper = Arc::new(Keeper::alone(&server, &settings()));
        let scratch = keeper.create().await.unwrap();
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'radoub'";
        assert_eq!(cluster.psql("postgres", sql), "0");
        scratch.drop().await.unwrap();
        keeper.close().await.unwrap();
    });
    assert_eq!(scratches(&cluster), BTreeSet::new());
}

#[test]
fn several_are_made_at_once_and_none_is_forgotten() {
    let cluster = Cluster::with(Options::default().setting("max_connections", 12));
    cluster.psql("postgres", "CREATE ROLE bosun LOGIN CREATEDB CONNECTION LIMIT 2 PASSWORD 'x'");
    run(async {
        // With connections to spare, and with two in all.
        for server in [cluster.url("postgres"), cluster.url_as("bosun", "x", "postgres")] {
            let keeper = keeper(&server).await;
            let (one, two, three, four) =
                tokio::join!(keeper.create(), keeper.create(), keeper.create(), keeper.create());
            let made = [one.unwrap(), two.unwrap(), three.unwrap(), four.unwrap()];
            let names: BTreeSet<String> =
                made.iter().map(|it| it.url().database().to_owned()).collect();
            assert_eq!(scratches(&cluster), names);
            let [one, two, three, four] = made;
            let (one, two) = tokio::join!(one.drop(), two.drop());
            one.and(two).unwrap();
            drop((three, four));
            keeper.close().await.unwrap();
            assert_eq!(scratches(&cluster), BTreeSet::new());
        }
    });
}

#[test]
fn a_shadow_database_serves_one_at_a_time() {
    let cluster = Cluster::start();
    cluster.create_database("shadow");
    let shadow = url(&cluster.url("shadow"));
    run(async {
        let take = async |patience| {
            let patience = std::time::Duration::from_millis(patience);
            Shadow::take(&shadow, &settings(), &[], &[], patience).await
        };
        let first = take(0).await.unwrap();
        let error = take(100).await.unwrap_err();
        assert!(matches!(error, ShadowError::Busy { .. }), "{error:?}");
        let (second, released) = tokio::join!(take(20_000), first.release());
        released.unwrap();
        second.unwrap().release().await.unwrap();
    });
}

/// What a new database looks like from within: how many rows each catalog has, and what may be done in its namespaces.
const LOOK: &str = "
    SELECT string_agg(c.relname || ' ' || (xpath('/row/n/text()', query_to_xml(
               format('SELECT count(*) AS n FROM pg_catalog.%I', c.relname), false, true, '')))[1]::text, E'\\n'
               ORDER BY c.relname)
           || (SELECT string_agg(concat_ws(' ', n.oid, n.nspname, n.nspowner, n.nspacl), E'\n' ORDER BY n.oid)
                 FROM pg_namespace n)
      FROM pg_class c
     WHERE c.relnamespace = 'pg_catalog'::regnamespace
       AND c.relkind = 'r'
       AND NOT c.relisshared
       AND c.relname NOT IN ('pg_statistic', 'pg_namespace')";

#[test]
fn one_that_is_given_back_is_as_new_or_gone() {
    let cluster = Cluster::shared();
    let plain = "CREATE TYPE mood AS ENUM ('calm'); CREATE DOMAIN tall AS int CHECK (VALUE > 180);
        CREATE TYPE pair AS (a int, b mood); CREATE TYPE span AS RANGE (SUBTYPE = int);
        CREATE TABLE a (id serial PRIMARY KEY, m mood DEFAULT 'calm', t tall, p pair, s span, big text);
        CREATE TABLE b (id int REFERENCES a, day date) PARTITION BY RANGE (day);
        CREATE TABLE b1 PARTITION OF b FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE VIEW v AS SELECT * FROM a; CREATE MATERIALIZED VIEW w AS SELECT * FROM v;
        CREATE SEQUENCE alone; CREATE SCHEMA \"El Se\"; CREATE TABLE \"El Se\".\"T t\" (id int);
        CREATE EXTENSION citext; CREATE TABLE \"Order\" (c citext);
        CREATE FUNCTION f(citext, mood) RETURNS mood LANGUAGE sql AS 'SELECT $2';
        CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE PROCEDURE h() LANGUAGE sql AS ''; CREATE AGGREGATE most(int) (SFUNC = int4larger, STYPE = int);
        CREATE TRIGGER g BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION g();
        CREATE INDEX i ON a (lower(big)) WHERE id > 7; INSERT INTO a (big) VALUES ('x');
        SET search_path = 'El Se';
        COMMENT ON TABLE public.a IS 'a table'; CREATE RULE r AS ON INSERT TO public.v DO INSTEAD NOTHING;";
    run(async {
        let keeper = keeper(&cluster.url("postgres")).await;
        let first = keeper.create().await.unwrap();
        let name = first.url().database().to_owned();
        let open = async |scratch: &Scratch| connect(scratch.url().reveal()).await;
        let born = cluster.psql(&name, LOOK);
        let used = open(&first).await;
        cluster.psql(&name, plain);
        first.give_back(used).await.unwrap();

        let second = keeper.create().await.unwrap();
        assert_eq!(second.url().database(), name);
        assert_eq!(cluster.psql(&name, LOOK), born);
        // What cannot be taken back keeps it from being used again.
        let (mut scratch, mut name) = (second, name);
        for odd in [
            "SELECT lo_create(0)",
            "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
            "CREATE PUBLICATION p",
            "CREATE CAST (bool AS date) WITH INOUT",
            "DROP SCHEMA public; CREATE SCHEMA public",
            "CREATE STATISTICS pg_catalog.s ON oid, relname FROM pg_class",
        ] {
            let used = open(&scratch).await;
            let made = ask(&cluster.url(&name), odd);
            scratch.give_back(used).await.unwrap();
            scratch = keeper.create().await.unwrap();
            let next = scratch.url().database().to_owned();
            assert_eq!(next == name, made.is_err(), "{odd}: {made:?}");
            name = next;
        }
        // The keeper takes away what nobody has asked for again.
        let used = open(&scratch).await;
        scratch.give_back(used).await.unwrap();
        keeper.close().await.unwrap();
    });
}
