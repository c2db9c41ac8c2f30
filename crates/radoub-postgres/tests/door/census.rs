//! What a census tells apart: each change of one value, one row or one order, in every type, and nothing else.

use std::collections::BTreeMap;
use std::time::Duration;

use radoub_postgres::census::{Census, CensusRequest, Counted, Known, LeftOutBecause};
use radoub_schema::name::{Ident, ObjectName};
use radoub_testing::postgres::{Cluster, Database};

use crate::ground::{chain, connect, run};

/// What a census is to know and may take.
#[derive(Default)]
struct Asked {
    known: BTreeMap<ObjectName, Known>,
    budget: Option<Duration>,
}

/// The one place that calls the code under test.
#[track_caller]
fn census(database: &Database<'_>, asked: &Asked) -> Census {
    run(async {
        let namespaces = [Ident::new("public")];
        let request = CensusRequest {
            namespaces: &namespaces,
            except: &["_prisma_migrations"],
            known: &asked.known,
            budget: asked.budget.unwrap_or(Duration::from_mins(1)),
            samples: 3,
            is_hidden: |name| name == "secret",
        };
        let session = connect(&database.url()).await;
        let counted = session.census(&request, |_| {}).await;
        counted.unwrap_or_else(|error| panic!("{}", chain(&error)))
    })
}

#[track_caller]
fn table<'a>(census: &'a Census, name: &str) -> &'a Counted {
    let found = census.tables.iter().find(|it| it.name.name.as_str() == name);
    found.unwrap_or_else(|| panic!("{name} was not counted: {census:?}"))
}

/// In what two counts of a table differ: `rows`, `keys`, names of columns.
fn differences(before: &Counted, after: &Counted) -> Vec<String> {
    let mut found = Vec::new();
    if before.rows != after.rows {
        found.push("rows".to_owned());
    }
    if before.identity != after.identity {
        found.push("keys".to_owned());
    }
    for column in &before.columns {
        let other = after.columns.iter().find(|it| it.column == column.column);
        if other.is_none_or(|other| other.sum != column.sum) {
            found.push(column.column.as_str().to_owned());
        }
    }
    found
}

/// A value of each type, and another one.
const TYPES: &[(&str, &str, &str)] = &[
    ("smallint", "1", "2"),
    ("int", "1", "-1"),
    ("bigint", "9007199254740993", "9007199254740992"),
    ("boolean", "true", "false"),
    ("real", "1.5", "1.25"),
    ("double precision", "1.5", "'NaN'"),
    ("numeric(12,2)", "10.10", "10.11"),
    ("money", "'1.00'", "'1.01'"),
    ("text", "'a'", "'b'"),
    ("varchar(9)", "''", "' '"),
    ("char(3)", "'a'", "'b'"),
    ("uuid", "'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0000-000000000002'"),
    ("date", "'infinity'", "'2024-01-01'"),
    ("time", "'10:00'", "'10:01'"),
    ("timestamp(3)", "'2024-01-01 10:00'", "'2024-01-01 10:00:00.001'"),
    ("timestamptz", "'2024-01-01 10:00+00'", "'-infinity'"),
    ("interval", "'1 day'", "'24 hours'"),
    ("json", "'{\"a\":1}'", "'{\"a\": 1}'"),
    ("jsonb", "'{\"a\":1}'", "'{\"a\":2}'"),
    ("bytea", "'\\x00'", "'\\x01'"),
    ("int[]", "'{1,2}'", "'{2,1}'"),
    ("inet", "'10.0.0.1'", "'10.0.0.1/8'"),
    ("bit(2)", "B'01'", "B'10'"),
    ("xml", "'<a/>'", "'<b/>'"),
    ("tsvector", "'a b'", "'a c'"),
    ("mood", "'LOW'", "'HIGH'"),
    ("small_number", "1", "2"),
];

#[test]
fn one_changed_value_is_seen_in_every_type_and_a_value_that_stays_is_not() {
    let cluster = Cluster::shared();
    let database = cluster.database("census_types");
    let names = (0..TYPES.len()).map(|at| format!("c{at}"));
    let columns: Vec<String> =
        names.zip(TYPES).map(|(name, (form, ..))| format!("{name} {form}")).collect();
    let first: Vec<&str> = TYPES.iter().map(|(_, first, _)| *first).collect();
    let nulls = vec!["NULL"; TYPES.len()];
    database.psql(&format!(
        "CREATE TYPE mood AS ENUM ('LOW', 'HIGH'); CREATE DOMAIN small_number AS int;
         CREATE TABLE everything (id int PRIMARY KEY, {});
         INSERT INTO everything VALUES (1, {}), (2, {});
         CREATE TABLE _prisma_migrations (id text)",
        columns.join(", "),
        first.join(", "),
        nulls.join(", "),
    ));
    let all = Asked::default();
    let before = census(&database, &all);
    assert_eq!(before.tables.len(), 1, "the ledger is no table of the service: {before:?}");
    let before = table(&before, "everything").clone();
    assert_eq!(differences(&before, table(&census(&database, &all), "everything")), [""; 0]);
    for (at, (form, first, second)) in TYPES.iter().enumerate() {
        for (id, was, is) in [(1, *first, *second), (1, *first, "NULL"), (2, "NULL", *second)] {
            database.psql(&format!("UPDATE everything SET c{at} = {is} WHERE id = {id}"));
            let after = census(&database, &all);
            let found = differences(&before, table(&after, "everything"));
            assert_eq!(found, [format!("c{at}")], "{form}: {was} became {is}");
            database.psql(&format!("UPDATE everything SET c{at} = {was} WHERE id = {id}"));
        }
    }
    assert_eq!(differences(&before, table(&census(&database, &all), "everything")), [""; 0]);
}

#[test]
fn rows_that_go_come_or_swap_their_values_are_seen_whatever_the_key() {
    let cluster = Cluster::shared();
    let keys = [
        ("a int PRIMARY KEY, b int, c text", true),
        ("a int, b int, c text, PRIMARY KEY (b, a)", true),
        ("a int, b int, c text PRIMARY KEY", true),
        ("a int NOT NULL UNIQUE, b int, c text", true),
        ("a int UNIQUE, b int, c text", false),
        ("a int, b int, c text", false),
    ];
    for (columns, has_key) in keys {
        let database = cluster.database("census_rows");
        database.psql(&format!(
            "CREATE TABLE t ({columns}); INSERT INTO t SELECT n, n % 7, 'row ' || n FROM generate_series(1, 50) n"
        ));
        let all = Asked::default();
        let before = table(&census(&database, &all), "t").clone();
        assert_eq!((before.rows, before.key.is_empty()), (50, !has_key), "{columns}");
        let found = |sql: &str| {
            database.psql(sql);
            differences(&before, table(&census(&database, &all), "t"))
        };
        // Written anew in another order it is the same.
        assert_eq!(found("CREATE INDEX order_of ON t (b); CLUSTER t USING order_of"), [""; 0]);
        let swapped = found("UPDATE t SET b = CASE a WHEN 1 THEN 2 ELSE 1 END WHERE a IN (1, 2)");
        assert!(!swapped.is_empty(), "{columns}: two rows have swapped a value");
        assert_eq!(found("UPDATE t SET b = a % 7 WHERE a IN (1, 2)"), [""; 0]);
        let lost = found("DELETE FROM t WHERE a = 7");
        assert_eq!(lost[..2], ["rows", "keys"], "{columns}");
        let replaced = found("INSERT INTO t VALUES (70, 0, 'row 70')");
        assert_eq!(replaced[0], "keys", "{columns}");
    }
}

#[test]
fn rows_behind_the_largest_key_leave_the_sums_alone() {
    let cluster = Cluster::shared();
    let database = cluster.database("census_later");
    database.psql(
        "CREATE TABLE t (id serial PRIMARY KEY, name text, secret text);
         INSERT INTO t (name, secret) SELECT 'n' || n, 'pl4nted' FROM generate_series(1, 12) n",
    );
    let first = census(&database, &Asked::default());
    let before = table(&first, "t").clone();
    assert_eq!(before.upto, Some(12));
    let keys: Vec<&str> = before.samples.iter().map(|it| it.key[0].as_str()).collect();
    assert_eq!(keys, ["1", "2", "12"]);
    assert!(!format!("{first:?}").contains("pl4nted"), "a hidden column is never read out");
    let known = Known {
        key: before.key.clone(),
        upto: before.upto,
        samples: before.samples.iter().map(|it| it.key.clone()).collect(),
    };
    let asked = Asked { known: [(before.name.clone(), known)].into(), budget: None };
    database
        .psql("INSERT INTO t (name) VALUES ('later'), ('later still'); ALTER TABLE t ADD x int");
    let after = census(&database, &asked);
    let after = table(&after, "t");
    assert_eq!((after.rows, after.later), (12, 2));
    assert_eq!(differences(&before, after), [""; 0]);
    database.psql("UPDATE t SET name = 'other' WHERE id = 12; DELETE FROM t WHERE id = 2");
    let after = census(&database, &asked);
    let after = table(&after, "t");
    assert_eq!((after.rows, after.later), (11, 2));
    let shown: Vec<String> = after
        .samples
        .iter()
        .map(|it| format!("{} {}", it.key[0], it.values[1].1.as_deref().unwrap_or("NULL")))
        .collect();
    assert_eq!(shown, ["1 n1", "12 other"]);
}

#[test]
fn what_cannot_be_counted_is_told_and_stops_nothing() {
    let cluster = Cluster::shared();
    let database = cluster.database("census_left");
    database.psql(
        "CREATE TABLE large (id int PRIMARY KEY, t text);
         INSERT INTO large SELECT n, repeat('x', 900) FROM generate_series(1, 9000) n;
         CREATE TABLE small (id int PRIMARY KEY); INSERT INTO small VALUES (1);
         CREATE TABLE child (id int PRIMARY KEY, s int REFERENCES small ON DELETE CASCADE);",
    );
    let whole = census(&database, &Asked::default());
    assert_eq!(whole.left_out, []);
    assert_eq!(whole.cascades.len(), 1);
    assert!(whole.cascades[0].with_deleted && !whole.cascades[0].with_updated);
    let hurried = Asked { budget: Some(Duration::from_millis(1)), ..Asked::default() };
    let hurried = census(&database, &hurried);
    let left: Vec<_> =
        hurried.left_out.iter().map(|it| (it.name.name.as_str(), &it.because)).collect();
    assert!(left.contains(&("large", &LeftOutBecause::Budget)), "{left:?}");
}
