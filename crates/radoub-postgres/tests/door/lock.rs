//! The migration lock: taken by asking again, named when somebody else has it, gone when we are.

use std::time::{Duration, Instant};

use radoub_postgres::lock::{LockError, LockSettings};
use radoub_postgres::look::ReadOnly;
use radoub_postgres::session::Session;
use radoub_testing::postgres::{Cluster, Database, Options};

use crate::ground::{Client, connect, lock, run, wait_for};

const HOLD: &[&str] = &["SELECT pg_advisory_lock(72707369)", "SELECT pg_sleep(60)"];
const HELD: &str = "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                    WHERE d.datname = current_database() AND locktype = 'advisory' AND granted)";

/// Tries to take the lock; gives back the error, and how many holders were told of while waiting.
#[track_caller]
fn refused(url: &str, patience: Duration) -> (LockError, usize) {
    run(async {
        let settings = LockSettings { patience, advisory: true };
        let mut told = 0;
        let error = connect(url).await.lock(&settings, &mut |_| told += 1).await;
        (error.expect_err("the lock was had"), told)
    })
}

fn prisma_holds(cluster: &Cluster, database: &Database<'_>) -> Client {
    let url = format!("{}?application_name=prisma", database.url());
    let holder = Client::start(cluster, &url, HOLD);
    wait_for(database, HELD);
    holder
}

#[test]
fn fault_12_a_lock_that_prisma_holds_is_waited_for_and_its_holder_named() {
    let cluster = Cluster::shared();
    let database = cluster.database("held");
    let _holder = prisma_holds(cluster, &database);
    let started = Instant::now();
    let (error, told) = refused(&database.url(), Duration::from_millis(500));
    let LockError::Held { holder: Some(holder), waited } = error else { panic!("{error:?}") };
    assert_eq!(holder.application.as_deref(), Some("prisma"));
    assert!(holder.since().is_some() && waited >= Duration::from_millis(500));
    assert_eq!(told, 1, "one holder is told of once");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_single_try_does_not_wait() {
    let cluster = Cluster::shared();
    let database = cluster.database("one");
    let _holder = prisma_holds(cluster, &database);
    let (error, _) = refused(&database.url(), Duration::ZERO);
    assert!(matches!(error, LockError::Held { .. }), "{error:?}");
}

#[test]
fn a_radoub_at_work_counts_as_a_holder() {
    let cluster = Cluster::shared();
    let database = cluster.database("work");
    let sql = ["SELECT pg_advisory_lock(72707369, 1)", "SELECT pg_sleep(60)"];
    let _worker = Client::start(cluster, &database.url(), &sql);
    wait_for(&database, HELD);
    let (error, _) = refused(&database.url(), Duration::from_millis(300));
    assert!(matches!(error, LockError::Held { holder: Some(_), .. }), "{error:?}");
    // What was taken to look is given back.
    let free = "SELECT pg_try_advisory_lock(72707369)";
    assert_eq!(database.psql(free).trim(), "t");
}

#[test]
fn waiting_for_the_lock_never_queues_for_it() {
    let cluster = Cluster::shared();
    let database = cluster.database("queue");
    let _holder = prisma_holds(cluster, &database);
    run(async {
        let settings = LockSettings { patience: Duration::from_millis(800), advisory: true };
        let url = database.url();
        let waiting = connect(&url).await;
        let mut on_wait = |_: &Session| {};
        let work = waiting.lock(&settings, &mut on_wait);
        let look = async {
            let mut it = connect(&url).await;
            let mut most = 0;
            for _ in 0..10 {
                most = most.max(it.look(&[]).await.unwrap().lock.waiting.len());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            most
        };
        let (error, most) = tokio::join!(work, look);
        assert!(error.is_err());
        assert_eq!(most, 0, "somebody stood in the queue");
    });
}

#[test]
fn a_released_lock_is_free_and_a_dropped_one_soon_is() {
    let cluster = Cluster::shared();
    let database = cluster.database("free");
    let url = database.url();
    run(async { lock(&url).await.release().await.unwrap() });
    assert_eq!(database.psql("SELECT pg_try_advisory_lock(72707369)").trim(), "t");
    run(async { drop(lock(&url).await) });
    wait_for(&database, &format!("SELECT NOT ({})", HELD.trim_start_matches("SELECT ")));
}

#[test]
fn without_advisory_locks_nobody_is_waited_for() {
    let cluster = Cluster::shared();
    let database = cluster.database("disabled");
    let _holder = prisma_holds(cluster, &database);
    run(async {
        let settings = LockSettings { patience: Duration::ZERO, advisory: false };
        let locked = connect(&database.url()).await.lock(&settings, &mut |_| {}).await.unwrap();
        locked.release().await.unwrap();
    });
}

#[test]
fn fault_26_a_read_only_database_is_refused_before_anything() {
    let cluster = Cluster::shared();
    let database = cluster.database("writeless");
    let name = database.name();
    database.psql(&format!("ALTER DATABASE \"{name}\" SET default_transaction_read_only = on"));
    let (error, _) = refused(&database.url(), Duration::ZERO);
    assert!(matches!(error, LockError::ReadOnly { why: ReadOnly::Setting }), "{error:?}");
}

#[test]
fn the_server_is_asked_to_notice_when_we_are_gone() {
    let cluster = Cluster::with(Options::default());
    if cluster.version().major < 14 {
        return;
    }
    let url = cluster.admin_url();
    run(async {
        let locked = lock(&url).await;
        // Killed in the middle of a long statement: no good-bye, only the end of the socket.
        let settings = radoub_postgres::apply::ApplySettings::default();
        let slow = crate::ground::migration("1", "SELECT pg_sleep(100)");
        let work = tokio::time::timeout(Duration::from_millis(800), async move {
            let mut locked = locked;
            locked.apply(&slow, &settings, &mut |_| {}).await.map(|_| ())
        });
        assert!(work.await.is_err(), "it was still asleep");
    });
    let started = Instant::now();
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(100)%' AND pid <> pg_backend_pid()";
    while cluster.psql("postgres", busy).trim() != "0" {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "the session outlived us by ten seconds"
        );
        std::thread::yield_now();
    }
}

#[test]
fn settings_of_the_url_reach_the_session() {
    let cluster = Cluster::shared();
    let database = cluster.database("options");
    let url = format!("{}?options=-c+work_mem%3D7MB&connect_timeout=7", database.url());
    run(async {
        let mut locked = lock(&url).await;
        let script = crate::ground::migration(
            "1",
            "CREATE TABLE seen AS SELECT current_setting('work_mem') AS it, current_setting('application_name') AS name",
        );
        locked
            .apply(&script, &radoub_postgres::apply::ApplySettings::default(), &mut |_| {})
            .await
            .unwrap();
        locked.release().await.unwrap();
    });
    assert_eq!(database.psql("SELECT it, name FROM seen").trim(), "7MB|radoub");
}
