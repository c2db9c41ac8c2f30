//! Counting rows and values for what a change would lose.

use std::collections::BTreeSet;
use std::time::Duration;

use radoub_schema::name::ObjectName;
use radoub_schema::warning::{Count, Warning};
use radoub_testing::postgres::{Cluster, Database};

use crate::ground::{connect, run};

/// What is asked in these tests: rows and values of a table whose name needs its quotes.
fn asked(namespace: Option<&str>) -> [Count; 3] {
    let name = "Sh\"ip";
    let table = match namespace {
        Some(namespace) => ObjectName::in_namespace(namespace, name),
        None => ObjectName::bare(name),
    };
    [
        Count::Rows(table.clone()),
        Count::Values(table.clone(), "Flag".into()),
        Count::Values(table, "id".into()),
    ]
}

/// The counts, in the order of the questions; `None` for what was not counted.
fn count(database: &Database<'_>, asked: &[Count], patience: Duration) -> Vec<Option<u64>> {
    run(async {
        let mut connection = connect(&database.url()).await;
        let set: BTreeSet<Count> = asked.iter().cloned().collect();
        let counts = connection.count(&set, patience).await.unwrap();
        connection.close().await;
        asked.iter().map(|count| counts.get(count).copied()).collect()
    })
}

const SHIP: &str = r#"CREATE TABLE "Sh""ip" (id int PRIMARY KEY, "Flag" text);
    INSERT INTO "Sh""ip" VALUES (1, 'FR'), (2, NULL), (3, NULL)"#;

#[test]
fn rows_and_values_are_counted_with_one_query_a_table() {
    let database = Cluster::shared().database("count");
    database.psql(SHIP);
    let patience = Duration::from_secs(20);
    assert_eq!(count(&database, &asked(None), patience), [Some(3), Some(1), Some(3)]);
    assert_eq!(count(&database, &asked(Some("public")), patience), [Some(3), Some(1), Some(3)]);
    assert_eq!(count(&database, &[], patience), []);
}

#[test]
fn what_cannot_be_counted_is_left_out_and_then_said_without_counts() {
    let database = Cluster::shared().database("count");
    database.psql(SHIP);
    let patience = Duration::from_secs(20);
    assert_eq!(count(&database, &asked(Some("nowhere")), patience), [None, None, None]);
    // A view stands in for a table that takes too long to count.
    database.psql(
        "ALTER TABLE \"Sh\"\"ip\" RENAME TO slow; \
         CREATE VIEW \"Sh\"\"ip\" AS SELECT id, \"Flag\" FROM slow, pg_sleep(60)",
    );
    let patience = Duration::from_millis(200);
    assert_eq!(count(&database, &asked(None), patience), [None, None, None]);
    let warning = Warning::DropTable { table: ObjectName::bare("Ship") };
    let unknown = std::collections::BTreeMap::default();
    assert_eq!(warning.counted(&unknown), Some(warning.to_string()));
    let empty = warning.counts().into_iter().map(|count| (count, 0)).collect();
    assert_eq!(warning.counted(&empty), None);
}
