//! What introspection reads, and at what cost.

use std::collections::BTreeMap;

use radoub_postgres::introspect::{Introspected, Problem, Scope};
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::model::{Arity, ColumnDefault, ColumnType, Literal, SqlSchema};
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::render::{Dialect, render, unmanaged};
use radoub_testing::postgres::{self, Cluster, Options};

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

/// Everything that there is to read.
fn all() -> Scope {
    Scope { views: true, unmanaged: true, ..public() }
}

/// The script that makes a database again, what Prisma does not see included.
fn script(read: &Introspected) -> String {
    let steps = steps(&SqlSchema::empty(), &read.schema, &Terms::default());
    let before = unmanaged::script(read.unmanaged.before());
    let after = unmanaged::script(read.unmanaged.after());
    before + &render(&steps, Dialect::default()) + &after
}

#[test]
fn what_prisma_does_not_see_is_made_again() {
    let cluster = Cluster::shared();
    let database = cluster.database("everything");
    database.psql(include_str!("everything.sql"));
    let read = introspect(&database, &all());
    assert_eq!(read.unmanaged.by_hand().count(), 0, "{:#?}", read.unmanaged);
    let again = cluster.database("again");
    again.psql(&script(&read));
    let read_again = introspect(&again, &all());
    assert_eq!(read.unmanaged, read_again.unmanaged);
    assert_eq!(read.views, read_again.views);
    assert_eq!(read.schema, read_again.schema);
}

#[test]
fn what_cannot_be_carried_is_told() {
    let cluster = Cluster::shared();
    let database = cluster.database("by_hand");
    database.psql(
        "CREATE SCHEMA other; CREATE TABLE other.t (x int PRIMARY KEY);
         CREATE TABLE a (id int PRIMARY KEY, t int REFERENCES other.t, k int NOT NULL);
         CREATE TABLE parts (id int, k int) PARTITION BY RANGE (k);
         CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
         CREATE FUNCTION of_a(who a) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
         CREATE TABLE b (id int PRIMARY KEY, x int DEFAULT of_a(NULL));
         CREATE COLLATION german (provider = icu, locale = 'de');",
    );
    let read = introspect(&database, &all());
    let told: Vec<_> =
        read.unmanaged.by_hand().map(|it| (it.kind, it.name.name.as_str())).collect();
    assert_eq!(
        told,
        [
            (UnmanagedKind::Collation, "german"),
            (UnmanagedKind::Function, "of_a(a)"),
            (UnmanagedKind::Partitioning, "parts"),
            (UnmanagedKind::Partition, "part"),
            (UnmanagedKind::ForeignKey, "a_t_fkey"),
        ]
    );
}

#[test]
fn the_number_of_queries_does_not_depend_on_the_number_of_tables() {
    let cluster = Cluster::with(Options::default().setting("log_statement", "all"));
    let queries = |tables: usize, scope: &Scope| {
        let database = cluster.database("counted");
        let script: String =
            (0..tables).map(|at| format!("CREATE TABLE t{at} (id serial PRIMARY KEY);")).collect();
        database.psql(&script);
        let before = cluster.log().len();
        introspect(&database, scope);
        cluster.log()[before..].lines().filter(|line| line.contains("execute <unnamed>")).count()
    };
    assert_eq!((queries(1, &public()), queries(60, &public())), (9, 9));
    let most = Scope { extensions: true, ..all() };
    assert_eq!((queries(1, &most), queries(60, &most)), (27, 27));
}

/// The types that PostgreSQL is born with are not read from the catalog, so they must be what it says; where there are
/// others, all are read.
#[test]
fn every_type_is_what_the_catalog_says() {
    let database = Cluster::shared().database("born");
    let vectors = "t.typname LIKE '%int2vector' OR t.typname LIKE '%oidvector'";
    for (namespace, those, at_least) in [
        ("born", format!("t.oid < 10000 AND NOT ({vectors})"), 140),
        (
            "others",
            format!(
                "t.oid >= 10000 AND t.typname ~ '^_?(yes_or_no|sql_identifier|pg_am)$' OR {vectors}"
            ),
            9,
        ),
    ] {
        let columns = database.psql(&format!(
            "SELECT format('%I %s', 'c' || t.oid, t.oid::regtype)
               FROM pg_type t
              WHERE t.oid < 16384
                AND t.typtype <> 'p'
                AND t.typnamespace <> 'pg_toast'::regnamespace
                AND t.typname NOT IN ('_record', '_cstring', 'pg_attribute', '_pg_attribute')
                AND ({those})"
        ));
        database.psql(&format!("CREATE SCHEMA {namespace}"));
        let columns: Vec<&str> = columns.lines().collect();
        // A row of nothing but nulls has room for so many.
        for (at, columns) in columns.chunks(500).enumerate() {
            database.psql(&format!("CREATE TABLE {namespace}.t{at} ({})", columns.join(",")));
        }
        let rows = database.psql(&format!(
            "SELECT concat_ws(' ', a.attname, b.typname, COALESCE(e.typname, b.typname),
                              b.typlen = -1 AND b.typelem <> 0)
               FROM pg_attribute a
               JOIN pg_class c ON c.oid = a.attrelid AND c.relnamespace = '{namespace}'::regnamespace
               JOIN pg_type t ON t.oid = a.atttypid
               JOIN pg_type b ON b.oid = COALESCE(NULLIF(t.typbasetype, 0), t.oid)
               LEFT JOIN pg_type e ON e.oid = b.typelem AND e.typarray = b.oid
              WHERE a.attnum > 0"
        ));
        let rows = rows.lines().map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            (words[0], (words[1], words[2], words[3] == "t"))
        });
        let wanted: BTreeMap<&str, (&str, &str, bool)> = rows.collect();
        let read = introspect(&database, &Scope::of([Ident::new(namespace)]));
        let found: Vec<_> = read.schema.tables.iter().flat_map(|it| &it.columns).collect();
        assert_eq!(found.len(), wanted.len());
        assert!(found.len() >= at_least, "{namespace}: {}", found.len());
        for column in found {
            let (outer, element, is_list) = wanted[column.name.as_str()];
            assert_eq!(column.arity == Arity::List, is_list, "{outer}: {column:?}");
            match &column.kind {
                ColumnType::Unsupported(name) => assert_eq!(name, outer, "{column:?}"),
                // Prisma has one name for it and `bpchar`.
                ColumnType::Native(_) if element == "char" => {}
                ColumnType::Native(native) => {
                    let same = format!("SELECT '{native}'::regtype = '{element}'::regtype");
                    assert_eq!(database.psql(&same), "t", "{column:?}");
                }
                ColumnType::Enum(name) => panic!("{outer} is no enum type {name}"),
            }
        }
    }
}

#[test]
fn the_search_path_of_the_role_does_not_matter() {
    let cluster = Cluster::shared();
    let database = cluster.database("path");
    database.psql(&format!(
        "CREATE SCHEMA elsewhere; CREATE TYPE mood AS ENUM ('calm'); CREATE TYPE elsewhere.mood AS ENUM ('calm');
         CREATE TABLE a (m mood DEFAULT 'calm', n text DEFAULT ('x' || 'y')::mood::text);
         ALTER DATABASE \"{}\" SET search_path = elsewhere",
        database.name()
    ));
    let read = introspect(&database, &public());
    assert_eq!(
        read.schema.tables[0].columns[1].default,
        Some(ColumnDefault::Expression(Some(
            "((('x'::text || 'y'::text))::mood)::text".to_owned()
        )))
    );
}
