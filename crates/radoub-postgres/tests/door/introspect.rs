//! What introspection reads, and at what cost.

use radoub_postgres::introspect::{Introspected, Problem, Scope};
use radoub_schema::model::{Arity, ColumnDefault, Literal};
use radoub_schema::name::{Ident, ObjectName};
use radoub_testing::postgres::{self, Cluster};

use crate::ground::{chain, connect, run};

/// The one place that calls the code under test.
#[track_caller]
fn introspect(database: &postgres::Database<'_>, scope: &Scope) -> Introspected {
    run(async {
        let mut database = connect(&database.url()).await;
        let read = database.introspect(scope).await;
        database.close().await;
        read.unwrap_or_else(|error| panic!("{}", chain(&error)))
    })
}

fn public() -> Scope {
    Scope::of([Ident::new("public")])
}

#[test]
fn a_table_is_read_with_all_its_parts() {
    let cluster = Cluster::shared();
    let database = cluster.database("parts");
    database.psql(
        "CREATE TYPE \"Mood\" AS ENUM ('CALM', 'WILD');
         CREATE TABLE \"B\" (id serial PRIMARY KEY, gone int, moods \"Mood\"[] DEFAULT '{CALM}', n numeric(5,2) DEFAULT -1.5);
         ALTER TABLE \"B\" DROP COLUMN gone;
         CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES \"B\" ON DELETE CASCADE);
         CREATE INDEX i ON \"B\" (n DESC) INCLUDE (id);",
    );
    let read = introspect(&database, &public());
    let names: Vec<_> = read.schema.tables.iter().map(|it| it.name.to_string()).collect();
    assert_eq!(names, ["\"public\".\"B\"", "\"public\".\"a\""]);
    let table = &read.schema.tables[0];
    assert_eq!(table.columns.len(), 3);
    assert_eq!(
        table.columns[0].default,
        Some(ColumnDefault::Sequence(Some(Ident::new("B_id_seq"))))
    );
    assert_eq!(table.columns[1].arity, Arity::List);
    assert_eq!(
        table.columns[1].default,
        Some(ColumnDefault::Value(Literal::List(vec![Literal::Enum("CALM".into())])))
    );
    assert_eq!(
        table.columns[2].default,
        Some(ColumnDefault::Value(Literal::Decimal("-1.5".into())))
    );
    let columns: Vec<_> = table.indexes[0].columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(columns, ["n", "id"]);
    let key = &read.schema.tables[1].foreign_keys[0];
    assert_eq!(key.referenced_table, table.name);
    assert_eq!(key.referenced_columns, [Ident::new("id")]);
}

#[test]
fn a_key_that_leaves_the_scope_is_told_and_left_out() {
    let cluster = Cluster::shared();
    let database = cluster.database("leaving");
    database.psql(
        "CREATE SCHEMA other; CREATE TABLE other.t (x int PRIMARY KEY);
         CREATE TABLE a (id int PRIMARY KEY, t int REFERENCES other.t)",
    );
    let read = introspect(&database, &public());
    assert!(read.schema.tables[0].foreign_keys.is_empty());
    assert_eq!(
        read.problems,
        [Problem::LeavesScope {
            table: ObjectName::in_namespace("public", "a"),
            constraint: Ident::new("a_t_fkey"),
            target: ObjectName::in_namespace("other", "t"),
        }]
    );
}
