//! Creating a missing database, when asked to.

use radoub_postgres::create::{CreateError, create_database};
use radoub_postgres::url::DatabaseUrl;
use radoub_testing::postgres::{Cluster, Options};

use crate::ground::{connect, run, settings};

#[track_caller]
fn create(url: &str) -> Result<(), CreateError> {
    run(create_database(&DatabaseUrl::parse(url).unwrap(), &settings()))
}

#[test]
fn fault_32_a_database_with_a_hostile_name_is_created_under_exactly_that_name() {
    let cluster = Cluster::shared();
    let name = "made \"a\"; DROP TABLE x; é";
    let quoted = name.replace('"', "\"\"");
    cluster.psql("postgres", &format!("DROP DATABASE IF EXISTS \"{quoted}\""));
    let url = cluster.url(name);
    create(&url).unwrap();
    run(async { connect(&url).await.close().await });
    let error = create(&url).unwrap_err();
    assert!(matches!(&error, CreateError::Exists(it) if it == name), "{error:?}");
    assert_eq!(error.prisma_code(), "P1009");
    cluster.psql("postgres", &format!("DROP DATABASE \"{quoted}\""));
}

#[test]
fn a_role_that_may_not_create_databases_is_told_so() {
    let cluster = Cluster::shared();
    cluster.psql("postgres", "DROP ROLE IF EXISTS landlubber");
    cluster.psql("postgres", "CREATE ROLE landlubber LOGIN PASSWORD 'x'");
    let error = create(&cluster.url_as("landlubber", "x", "never_made")).unwrap_err();
    assert!(matches!(error, CreateError::Denied { .. }), "{error:?}");
    cluster.psql("postgres", "DROP ROLE landlubber");
}

#[test]
fn without_the_database_postgres_template1_serves() {
    let cluster = Cluster::with(Options::default());
    cluster.psql("template1", "DROP DATABASE postgres");
    create(&cluster.url("made")).unwrap();
    run(async { connect(&cluster.url("made")).await.close().await });
}
