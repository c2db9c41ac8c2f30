//! Several rows of the ledger corrected at once, or none.

use radoub_postgres::correct::{CorrectError, Correction};
use radoub_schema::migration::{Applied, Checksum};
use radoub_testing::postgres::{Cluster, Database};

use crate::ground::{applied, connect, ledger, lock, migration, run};

/// How a correction ends.
#[derive(Clone, Copy)]
enum End {
    Commits,
    IsAbandoned,
    IsDropped,
}

/// The rows of the ledger, as a look shows them.
fn rows(url: &str) -> Option<Vec<Applied>> {
    run(async { connect(url).await.look(&[]).await.expect("a look").ledger })
}

#[track_caller]
fn correct(
    database: &Database<'_>,
    correction: &Correction,
    seen: Option<&[Applied]>,
    end: End,
) -> Result<(), CorrectError> {
    run(async {
        let mut locked = lock(&database.url()).await;
        let correcting = locked.correct(correction, seen, &mut |_| {}).await?;
        match end {
            End::Commits => correcting.commit().await.expect("a commit"),
            End::IsAbandoned => correcting.abandon().await.expect("a rollback"),
            End::IsDropped => {}
        }
        Ok(())
    })
}

/// A database with two applied migrations and one that failed.
fn three_rows() -> Database<'static> {
    let database = Cluster::shared().database("corrected");
    applied(&database.url(), "1", "CREATE TABLE a ()");
    applied(&database.url(), "2", "CREATE TABLE b ()");
    database.psql("INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, logs) VALUES ('x', 'y', '3', now() + interval '1 s', 'it failed')");
    database
}

/// The second row goes, the third is retired, the first gets another checksum; two are new.
fn correction(rows: &[Applied]) -> Correction {
    Correction {
        removed: vec![rows[1].id.clone()],
        retired: vec![rows[2].id.clone()],
        checksums: vec![(rows[0].id.clone(), Checksum::of("SELECT 5"))],
        applied: vec![migration("4", "SELECT 4"), migration("0", "SELECT 0")],
    }
}

#[test]
fn rows_are_removed_retired_mended_and_recorded_in_one_go() {
    let database = three_rows();
    let before = rows(&database.url()).expect("a ledger");
    correct(&database, &correction(&before), Some(&before), End::Commits).expect("a correction");
    assert_eq!(
        ledger(&database),
        ["1 1 finished", "4 0 finished []", "0 0 finished []", "3 0 rolled back [it failed]",]
    );
    let sum = database.psql("SELECT checksum FROM _prisma_migrations WHERE migration_name = '1'");
    assert_eq!(sum, Checksum::of("SELECT 5").to_string());
}

#[test]
fn a_correction_that_is_not_committed_leaves_nothing() {
    let database = three_rows();
    let before = rows(&database.url()).expect("a ledger");
    for end in [End::IsAbandoned, End::IsDropped] {
        correct(&database, &correction(&before), Some(&before), end).expect("a correction");
        assert_eq!(rows(&database.url()).as_ref(), Some(&before));
    }
}

#[test]
fn a_ledger_that_has_moved_is_not_corrected() {
    let database = three_rows();
    let before = rows(&database.url()).expect("a ledger");
    database.psql("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = 'x'");
    let error = correct(&database, &correction(&before), Some(&before), End::Commits).unwrap_err();
    assert!(matches!(error, CorrectError::Moved), "{error}");
    let error = correct(&database, &Correction::default(), None, End::Commits).unwrap_err();
    assert!(matches!(error, CorrectError::Moved), "{error}");
    assert_eq!(ledger(&database)[0], "1 1 finished");
}

#[test]
fn a_full_database_without_ledger_gets_one() {
    let database = Cluster::shared().database("corrected");
    database.psql("CREATE TABLE old ()");
    let correction =
        Correction { applied: vec![migration("1", "SELECT 1")], ..Correction::default() };
    correct(&database, &correction, None, End::Commits).expect("a correction");
    assert_eq!(ledger(&database), ["1 0 finished []"]);
}
