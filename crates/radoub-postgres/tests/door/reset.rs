//! Emptying a database, with and without the right to drop its namespaces.

use radoub_postgres::reset::{Reset, ResetError};
use radoub_schema::name::Ident;
use radoub_testing::postgres::{Cluster, Database};

use crate::ground::{connect, run};

/// What is left in the namespaces `public`, `own`, `other`, a line each.
const LEFT: &str = "SELECT n.nspname || '.' || x.name FROM (
    SELECT relnamespace AS ns, relname AS name FROM pg_class UNION ALL
    SELECT pronamespace, proname FROM pg_proc UNION ALL
    SELECT typnamespace, typname FROM pg_type) x
    JOIN pg_namespace n ON n.oid = x.ns
    WHERE n.nspname IN ('public', 'own', 'other') ORDER BY 1";

const THINGS: &str = r#"
    CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN small AS int CHECK (VALUE < 9); CREATE TYPE pair AS (a int, b int);
    CREATE TYPE span AS RANGE (subtype = int); CREATE SEQUENCE free;
    CREATE TABLE "Or""der" (id serial PRIMARY KEY, m mood, s small); CREATE TABLE part (id int) PARTITION BY LIST (id);
    CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
    CREATE TABLE child (id int REFERENCES "Or""der"); CREATE VIEW v AS SELECT * FROM child;
    CREATE MATERIALIZED VIEW mv AS SELECT * FROM v; CREATE INDEX ON mv (id);
    CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE p(a int) LANGUAGE sql AS 'SELECT 1';
    CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
    CREATE TABLE _prisma_migrations (id text);
"#;

#[track_caller]
fn reset(url: &str, namespaces: &[&str]) -> Result<Reset, ResetError> {
    run(async {
        let mut connection = connect(url).await;
        let namespaces: Vec<Ident> = namespaces.iter().map(|it| Ident::new(*it)).collect();
        let outcome = connection.reset(&namespaces).await;
        connection.close().await;
        outcome
    })
}

fn filled(cluster: &'static Cluster) -> Database<'static> {
    let database = cluster.database("reset");
    database.psql(THINGS);
    database
}

#[test]
fn the_owner_drops_the_namespace_and_makes_it_anew() {
    let database = filled(Cluster::shared());
    assert_eq!(reset(&database.url(), &[]).unwrap(), Reset::Whole);
    assert_eq!(database.psql(LEFT), "");
    // Once more, now that there is nothing.
    assert_eq!(reset(&database.url(), &["public"]).unwrap(), Reset::Whole);
}

#[test]
fn only_the_namespaces_that_are_named_are_emptied_and_the_ledger_goes() {
    let database = filled(Cluster::shared());
    database.psql("CREATE SCHEMA own; CREATE TABLE own.t (id int)");
    assert_eq!(reset(&database.url(), &["own", "not there"]).unwrap(), Reset::Whole);
    let left = database.psql(LEFT);
    assert!(left.contains("public.child") && !left.contains("own.t"), "{left}");
    assert!(!left.contains("public._prisma_migrations"), "{left}");
    let spaces =
        "SELECT string_agg(nspname, ',') FROM pg_namespace WHERE nspname IN ('own', 'not there')";
    assert_eq!(database.psql(spaces), "own");
}

#[test]
fn a_role_that_does_not_own_the_namespace_drops_what_it_holds() {
    let cluster = Cluster::shared();
    let database = cluster.database("reset");
    let role = format!("{}_role", database.name());
    database.psql(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'x'; GRANT ALL ON SCHEMA public TO {role}; CREATE EXTENSION citext; \
         SET ROLE {role}; {THINGS}"
    ));
    let extension = database.psql("DROP EXTENSION citext; CREATE EXTENSION citext; SELECT count(*) FROM pg_depend WHERE deptype = 'e'");
    let url = cluster.url_as(&role, "x", database.name());
    let outcome = reset(&url, &[]).unwrap();
    assert!(matches!(outcome, Reset::Soft { .. }), "{outcome:?}");
    let left =
        database.psql("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace");
    assert_eq!(left, "");
    // The extension is whole.
    assert_eq!(database.psql("SELECT count(*) FROM pg_depend WHERE deptype = 'e'"), extension);
    // A table of somebody else is in the way of both.
    database.psql("CREATE TABLE \"the king's\" (id int)");
    let error = reset(&url, &[]).unwrap_err();
    let ResetError::Refused { statement, source, .. } = error else { panic!("{error:?}") };
    assert_eq!(statement, "DROP TABLE IF EXISTS \"public\".\"the king's\" CASCADE");
    assert_eq!(source.sqlstate(), Some("42501"));
    database.psql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}
