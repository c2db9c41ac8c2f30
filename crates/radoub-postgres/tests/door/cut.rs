//! Answers that get lost on the way: what was committed counts, what was not does not.

use radoub_postgres::apply::{AppliedOutcome, ApplyError, ApplySettings, Remains};
use radoub_postgres::url::DatabaseUrl;
use radoub_testing::Cluster;
use radoub_testing::network::Wire;

use crate::ground::{applied, ledger, lock, migration, run};

/// Applies a script through a wire that breaks at the first COMMIT of a script.
#[track_caller]
fn apply_and_break(cluster: &Cluster, url: &str, text: &str) -> Result<AppliedOutcome, ApplyError> {
    let wire = Wire::breaking(cluster.port(), "");
    let through = DatabaseUrl::parse(url).unwrap().with_endpoint("127.0.0.1", wire.port());
    let outcome = run(async {
        let mut locked = lock(through.reveal()).await;
        locked.apply(&migration("1", text), &ApplySettings::default(), &mut |_| {}).await
    });
    assert!(wire.has_lost_it(), "the wire did not break");
    outcome
}

#[test]
fn fault_14_a_commit_whose_answer_is_lost_is_found_and_counts() {
    let cluster = Cluster::shared();
    for text in ["CREATE TABLE a ()", "BEGIN; CREATE TABLE a (); COMMIT;"] {
        let database = cluster.database("cut");
        let outcome = apply_and_break(cluster, &database.url(), text);
        assert!(matches!(outcome, Ok(AppliedOutcome::Applied(_))), "{text}: {outcome:?}");
        assert_eq!(ledger(&database), ["1 1 finished"]);
        assert_eq!(database.psql("SELECT to_regclass('a') IS NOT NULL").trim(), "t");
    }
}

#[test]
fn fault_14_a_piece_whose_answer_is_lost_is_not_run_again() {
    let cluster = Cluster::shared();
    let database = cluster.database("cut");
    let text = "CREATE TABLE a (); COMMIT; CREATE TABLE b (); COMMIT; VACUUM";
    let outcome = apply_and_break(cluster, &database.url(), text);
    let Err(ApplyError::Lost { remains, .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(remains, Remains::Statements { committed: 2, of: 5 });
    assert_eq!(applied(&database.url(), "1", text).resumed_after, 2);
    assert_eq!(ledger(&database), ["1 1 finished"]);
}

#[test]
fn fault_14_a_last_piece_whose_answer_is_lost_finishes_the_migration() {
    let cluster = Cluster::shared();
    let database = cluster.database("cut");
    let outcome = apply_and_break(cluster, &database.url(), "VACUUM; CREATE TABLE b (); COMMIT");
    assert!(matches!(outcome, Ok(AppliedOutcome::Applied(_))), "{outcome:?}");
    assert_eq!(ledger(&database), ["1 1 finished"]);
}
