//! The real PgBouncer in each of its modes: looking works through all, locking through one.

use radoub_postgres::lock::{LockError, LockSettings};
use radoub_postgres::pooler::PoolerError;
use radoub_testing::Cluster;
use radoub_testing::postgres::{PoolMode, Pooler};

use crate::ground::{chain, connect, run};

#[track_caller]
fn pooler(cluster: &Cluster, mode: PoolMode) -> Pooler {
    Pooler::before(cluster, mode)
        .expect("this test needs PgBouncer: `apt-get install pgbouncer`, or `cargo xtask test`")
}

/// Takes and releases the lock through this URL.
#[track_caller]
fn locks(url: &str) -> Result<(), LockError> {
    run(async {
        let locked = connect(url).await.lock(&LockSettings::default(), &mut |_| {}).await?;
        locked.release().await?;
        Ok(())
    })
}

#[test]
fn fault_19_a_pooler_that_spreads_statements_is_refused_the_lock() {
    let cluster = Cluster::shared();
    for mode in [PoolMode::Transaction, PoolMode::Statement] {
        let database = cluster.database("pooled");
        let pooler = pooler(cluster, mode);
        let error = locks(&pooler.url(database.name())).unwrap_err();
        assert!(
            matches!(error, LockError::Pooler(PoolerError::Detected)),
            "{mode:?}: {}",
            chain(&error)
        );
    }
}

#[test]
fn a_pooler_that_keeps_sessions_may_lock() {
    let cluster = Cluster::shared();
    let database = cluster.database("pooled");
    let pooler = pooler(cluster, PoolMode::Session);
    if let Err(error) = locks(&pooler.url(database.name())) {
        panic!("{}\n{}", chain(&error), pooler.log());
    }
}

#[test]
fn a_url_that_says_pgbouncer_is_believed() {
    let cluster = Cluster::shared();
    let database = cluster.database("declared");
    let error = locks(&format!("{}?pgbouncer=true", database.url())).unwrap_err();
    assert!(matches!(error, LockError::Pooler(PoolerError::Declared)), "{error:?}");
}

#[test]
fn looking_works_through_a_pooler() {
    let cluster = Cluster::shared();
    let database = cluster.database("looked");
    let pooler = pooler(cluster, PoolMode::Transaction);
    run(async {
        let mut it = connect(&pooler.url(database.name())).await;
        for _ in 0..3 {
            assert!(it.look(&[]).await.unwrap().ledger.is_none());
        }
    });
}
