//! How large tables are, and which server this is.

use radoub_postgres::survey::Surveyed;
use radoub_testing::postgres::Cluster;

use crate::ground::{connect, run};

/// The one place that calls the code under test.
#[track_caller]
fn survey(url: &str, names: &[&str]) -> Surveyed {
    run(async {
        let mut database = connect(url).await;
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let surveyed = database.survey(&names, &names).await.unwrap();
        database.close().await;
        surveyed
    })
}

#[test]
fn tables_are_found_in_every_schema_with_their_size_and_columns() {
    let database = Cluster::shared().database("survey");
    database.psql(
        "CREATE TABLE full_one (id int, name varchar(50));
         INSERT INTO full_one SELECT n, 'n' FROM generate_series(1, 1000) n;
         CREATE INDEX full_index ON full_one (id);
         CREATE TABLE empty_one (id int);
         CREATE SCHEMA other;
         CREATE TABLE other.full_one (id int);
         CREATE TABLE parts (id int) PARTITION BY RANGE (id);
         CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (9);
         INSERT INTO parts VALUES (1);
         ANALYZE full_one",
    );
    let surveyed = survey(&database.url(), &["full_one", "empty_one", "parts", "nowhere"]);
    let shown: Vec<String> = surveyed
        .tables
        .iter()
        .map(|it| format!("{}.{} empty: {}, rows: {:?}", it.schema, it.name, it.is_empty, it.rows))
        .collect();
    assert_eq!(
        shown,
        [
            "other.full_one empty: true, rows: None",
            "public.empty_one empty: true, rows: None",
            "public.full_one empty: false, rows: Some(1000)",
            "public.parts empty: false, rows: None",
        ]
    );
    let full = &surveyed.tables[2];
    assert_eq!(
        full.columns,
        [
            ("id".to_owned(), "integer".to_owned()),
            ("name".to_owned(), "character varying(50)".to_owned())
        ]
    );
    assert!(full.bytes >= 32 * 1024, "{} bytes with the index", full.bytes);
}

#[test]
fn an_index_speaks_for_its_table() {
    let database = Cluster::shared().database("survey_index");
    database.psql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
    let surveyed = survey(&database.url(), &["t_pkey"]);
    assert_eq!(
        (surveyed.indexes[0].name.as_str(), surveyed.indexes[0].table.as_str()),
        ("t_pkey", "t")
    );
    assert!(surveyed.tables.iter().any(|it| it.name == "t" && !it.is_empty));
}

#[test]
fn a_table_that_somebody_holds_is_not_waited_for() {
    let database = Cluster::shared().database("survey_held");
    database.psql("CREATE TABLE t (id int); INSERT INTO t VALUES (1); ANALYZE t");
    let url = database.url();
    let holder = std::thread::spawn(move || {
        let sql = "BEGIN; LOCK TABLE t; SELECT pg_sleep(3); COMMIT";
        radoub_testing::postgres::ask(&url, sql).is_ok()
    });
    let held = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 't'::regclass)";
    while database.psql(held) != "t" {}
    let begun = std::time::Instant::now();
    let surveyed = survey(&database.url(), &["t"]);
    assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!((surveyed.tables[0].rows, surveyed.tables[0].is_empty), (Some(1), false));
    assert!(holder.join().unwrap());
}

#[test]
fn a_server_says_which_one_it_is() {
    let database = Cluster::shared().database("survey_identity");
    let before = survey(&database.url(), &[]).identity;
    assert_eq!(before.timeline.as_deref(), Some("00000001"));
    assert!(before.data_directory.is_some());
    // The servers of the tests answer a commit before it is written, and the position is what is written.
    database.psql("SET synchronous_commit = on; CREATE TABLE t (id int)");
    let after = survey(&database.url(), &[]).identity;
    assert!(after.wal_position > before.wal_position);
    assert_eq!(after.timeline, before.timeline);
}
