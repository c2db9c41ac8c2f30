//! What a probe finds, and what it does not touch.

use radoub_postgres::probe::Unreadable;
use radoub_schema::model::SqlSchema;
use radoub_schema::name::Ident;
use radoub_testing::postgres::{self, Cluster};

use crate::ground::{chain, connect, run};

/// The one place that calls the code under test: a database that is as `now`, for a client made of `wanted`.
#[track_caller]
fn probed(
    database: &postgres::Database<'_>,
    wanted: &SqlSchema,
) -> Vec<(String, Vec<Ident>, String)> {
    let told = |it: Unreadable| (it.table.to_string(), it.columns, it.said.sqlstate);
    run(async {
        let mut database = connect(&database.url()).await;
        let found = database.probe(wanted).await;
        database.close().await;
        found.unwrap_or_else(|error| panic!("{}", chain(&error))).into_iter().map(told).collect()
    })
}

#[track_caller]
fn schema_of(database: &postgres::Database<'_>) -> SqlSchema {
    run(async {
        let mut database = connect(&database.url()).await;
        let scope = radoub_postgres::introspect::Scope::of([Ident::new("public")]);
        let read = database.introspect(&scope).await;
        database.close().await;
        read.unwrap_or_else(|error| panic!("{}", chain(&error))).schema
    })
}

#[test]
fn a_probe_names_the_tables_and_columns_that_are_not_there() {
    let cluster = Cluster::shared();
    let database = cluster.database("probe");
    database.psql(
        "CREATE TABLE interventions_techniciens (id int PRIMARY KEY, role text, \"Note\" text);
         CREATE TABLE audit_logs (id int PRIMARY KEY);
         CREATE TABLE sound (id int PRIMARY KEY, \"order\" int);",
    );
    let wanted = schema_of(&database);
    assert_eq!(probed(&database, &wanted), []);
    database.psql(
        "ALTER TABLE interventions_techniciens DROP COLUMN role, DROP COLUMN \"Note\"; DROP TABLE audit_logs;",
    );
    assert_eq!(
        probed(&database, &wanted),
        [
            ("\"public\".\"audit_logs\"".to_owned(), vec![], "42P01".to_owned()),
            (
                "\"public\".\"interventions_techniciens\"".to_owned(),
                vec![Ident::new("role"), Ident::new("Note")],
                "42703".to_owned()
            ),
        ]
    );
}

#[test]
fn a_probe_sees_what_the_role_may_not_read() {
    let cluster = Cluster::shared();
    let database = cluster.database("rights");
    database.psql("CREATE TABLE closed (id int PRIMARY KEY);");
    let wanted = schema_of(&database);
    let role = format!("{}_reader", database.name());
    database.psql(&format!("CREATE ROLE \"{role}\" LOGIN PASSWORD 'x'"));
    let found = run(async {
        let url = cluster.url_as(&role, "x", database.name());
        let mut session = connect(&url).await;
        let found = session.probe(&wanted).await;
        session.close().await;
        found.unwrap_or_else(|error| panic!("{}", chain(&error)))
    });
    database.psql(&format!("DROP ROLE \"{role}\""));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].columns.len(), found[0].said.sqlstate.as_str()), (0, "42501"));
}
