//! Scratch databases: made, used, removed, and swept when their maker is gone.

use std::collections::BTreeSet;
use std::sync::Arc;

use radoub_postgres::database::Database;
use radoub_postgres::scratch::{Keeper, PREFIX, Scratch, ScratchError, Shadow, ShadowError};
use radoub_postgres::url::DatabaseUrl;
use radoub_testing::postgres::{Cluster, Options};

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
    // Nobody of ours stays connected either.
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'radoub'";
    assert_eq!(cluster.psql("postgres", sql), "0");
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
            Shadow::take(&shadow, &settings(), None, &[], patience).await
        };
        let first = take(0).await.unwrap();
        let error = take(100).await.unwrap_err();
        assert!(matches!(error, ShadowError::Busy { .. }), "{error:?}");
        let (second, ()) = tokio::join!(take(20_000), first.release());
        second.unwrap().release().await;
    });
}
