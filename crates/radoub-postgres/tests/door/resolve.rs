//! Marking by hand, as `prisma migrate resolve` does.

use radoub_postgres::resolve::ResolveError;
use radoub_schema::migration::{Migration, MigrationName};
use radoub_testing::postgres::Cluster;

use crate::ground::{applied, failed, ledger, lock, migration, run};

#[track_caller]
fn mark_applied(url: &str, name: &str) -> Result<(), ResolveError> {
    run(async {
        let mut locked = lock(url).await;
        let marked = locked.mark_applied(&migration(name, "SELECT 1"), &mut |_| {}).await;
        locked.release().await.unwrap();
        marked
    })
}

#[track_caller]
fn mark_rolled_back(url: &str, name: &str) -> Result<u64, ResolveError> {
    run(async {
        let mut locked = lock(url).await;
        let marked = locked.mark_rolled_back(&MigrationName::new(name)).await;
        locked.release().await.unwrap();
        marked
    })
}

#[test]
fn a_full_database_is_baselined() {
    let cluster = Cluster::shared();
    let database = cluster.database("baseline");
    database.psql("CREATE TABLE old ()");
    mark_applied(&database.url(), "1").unwrap();
    assert_eq!(ledger(&database), ["1 0 finished []"]);
    let error = mark_applied(&database.url(), "1").unwrap_err();
    assert_eq!(error.prisma_code(), Some("P3008"));
}

#[test]
fn marking_as_applied_rolls_the_failed_rows_back() {
    let cluster = Cluster::shared();
    let database = cluster.database("failedrows");
    applied(&database.url(), "0", "SELECT 1");
    database.psql("INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES ('x', 'y', '1', '2020-01-01'), ('z', 'y', '1', '2020-01-02')");
    mark_applied(&database.url(), "1").unwrap();
    assert_eq!(
        ledger(&database),
        ["1 0 rolled back", "1 0 rolled back", "0 1 finished", "1 0 finished []"]
    );
}

#[test]
fn a_folder_without_script_cannot_be_marked() {
    let cluster = Cluster::shared();
    let database = cluster.database("scriptless");
    let error = run(async {
        let mut locked = lock(&database.url()).await;
        let folder = Migration { name: "1".into(), script: None };
        locked.mark_applied(&folder, &mut |_| {}).await.unwrap_err()
    });
    assert_eq!(error.prisma_code(), Some("P3017"));
}

#[test]
fn only_failed_rows_are_rolled_back() {
    let cluster = Cluster::shared();
    let database = cluster.database("back");
    let url = database.url();
    let code = |name: &str| mark_rolled_back(&url, name).unwrap_err().prisma_code();
    // No ledger yet, and none is made.
    assert_eq!(code("1"), Some("P3011"));
    assert_eq!(database.psql("SELECT to_regclass('_prisma_migrations') IS NULL").trim(), "t");
    applied(&url, "1", "SELECT 1");
    assert_eq!(code("1"), Some("P3012"));
    assert_eq!(code("2"), Some("P3011"));
    database.psql("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '2'), ('z', 'y', '2')");
    assert_eq!(mark_rolled_back(&url, "2").unwrap(), 2);
    applied(&url, "2", "SELECT 1");
    assert_eq!(mark_rolled_back(&url, "2").unwrap(), 0);
}

#[test]
fn a_script_that_came_half_way_can_be_marked_either_way() {
    let cluster = Cluster::shared();
    let database = cluster.database("half");
    let url = database.url();
    let text = "CREATE TABLE a (); COMMIT; SELECT nope; COMMIT; VACUUM";
    failed(&url, "1", text);
    assert_eq!(mark_rolled_back(&url, "1").unwrap(), 1);
    database.psql("DROP TABLE a");
    failed(&url, "1", text);
    mark_applied(&url, "1").unwrap();
    assert_eq!(ledger(&database).last().map(String::as_str), Some("1 0 finished []"));
}
