//! The configured shadow database: emptied, used, and never mistaken.

use radoub_engine::failure::FailureCode;
use radoub_engine::fleet::{DatabaseUrl, Managed, ServiceName};
use radoub_engine::scratch::{Forced, Ground};
use radoub_testing::postgres::Cluster;

use crate::ground::{databases, managed, replay, run, tables, workshop, workshop_in};

/// A service whose shadow database is this one.
fn shadowed(url: &str, shadow: &str) -> Managed {
    let mut service = managed(url);
    service.shadow_url = Some(DatabaseUrl::parse(shadow).unwrap());
    service
}

#[test]
fn it_is_emptied_and_used_and_kept() {
    let cluster = Cluster::start();
    cluster.create_database("erp");
    cluster.create_database("shadow");
    cluster.psql("shadow", "CREATE TABLE old (id int)");
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = shadowed(&cluster.url("erp"), &cluster.url("shadow"));
        let replayed = replay(&workshop, &service, &["CREATE TABLE a (id int)"]).await.unwrap();
        assert_eq!(
            (replayed.chosen.ground, tables(&replayed)),
            (Ground::Shadow, vec!["a".to_owned()])
        );
        // Two services that share it take turns.
        let other = shadowed(&cluster.url("erp"), &cluster.url("shadow"));
        let (one, two) = tokio::join!(
            replay(&workshop, &service, &["CREATE TABLE one (id int); SELECT pg_sleep(0.05)"]),
            replay(&workshop, &other, &["CREATE TABLE two (id int); SELECT pg_sleep(0.05)"]),
        );
        assert_eq!(
            (tables(&one.unwrap()), tables(&two.unwrap())),
            (vec!["one".to_owned()], vec!["two".to_owned()])
        );
        workshop.close().await.unwrap();
    });
    assert_eq!(databases(&cluster).into_iter().collect::<Vec<_>>(), ["erp", "shadow"]);
}

#[test]
fn the_services_own_database_is_refused_however_it_is_written() {
    let cluster = Cluster::start();
    cluster.create_database("erp");
    cluster.psql("erp", "CREATE TABLE precious (id int)");
    let folder = tempfile::tempdir().unwrap();
    let url = cluster.url("erp");
    let written = [
        url.clone(),
        format!("{url}?schema=public&application_name=x"),
        url.replace("127.0.0.1", "localhost"),
        url.replace("127.0.0.1", "127.0.0.2"),
    ];
    run(async {
        let workshop = workshop(folder.path(), None);
        for shadow in &written {
            let service = shadowed(&url, shadow);
            let stop = replay(&workshop, &service, &["SELECT 1"]).await.unwrap_err();
            // Another address of this machine may not be listened at.
            let codes = [FailureCode::ShadowIsUrl, FailureCode::ShadowUnusable];
            assert!(codes.contains(&stop.failure.code), "{}", stop.failure);
            assert!(!shadow.contains("localhost") || stop.failure.code == FailureCode::ShadowIsUrl);
        }
        // Insisting on another ground is a way out.
        let insisted = crate::ground::workshop(folder.path(), Some(Forced::Server));
        replay(&insisted, &shadowed(&url, &url), &["SELECT 1"]).await.unwrap();
        insisted.close().await.unwrap();
        workshop.close().await.unwrap();
    });
    assert_eq!(cluster.psql("erp", "SELECT count(*) FROM precious"), "0");
}

#[test]
fn a_database_with_applied_migrations_is_nobodys_shadow() {
    let cluster = Cluster::start();
    cluster.create_database("erp");
    cluster.create_database("other");
    cluster.psql("other", "CREATE SCHEMA s; CREATE TABLE s._prisma_migrations (id text)");
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = shadowed(&cluster.url("erp"), &cluster.url("other"));
        // A history may make the table itself; what counts is rows.
        replay(&workshop, &service, &["SELECT 1"]).await.unwrap();
        cluster.psql(
            "other",
            "INSERT INTO s._prisma_migrations VALUES ('x'); CREATE TABLE precious (id int)",
        );
        let stop = replay(&workshop, &service, &["SELECT 2"]).await.unwrap_err();
        assert_eq!(stop.failure.code, FailureCode::ShadowInUse);
        assert_eq!(stop.failure.value("namespace"), Some("s"));
        workshop.close().await.unwrap();
    });
    assert_eq!(cluster.psql("other", "SELECT count(*) FROM precious"), "0");
}

#[test]
fn a_database_with_rows_and_no_ledger_is_left_alone_and_another_ground_serves() {
    let cluster = Cluster::start();
    cluster.create_database("erp");
    cluster.create_database("other");
    cluster.psql(
        "other",
        "CREATE SCHEMA s; CREATE TABLE s.precious (x int); ALTER TABLE s.precious ENABLE ROW LEVEL SECURITY;
         INSERT INTO s.precious VALUES (1); CREATE TABLE beside (x int)",
    );
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = shadowed(&cluster.url("erp"), &cluster.url("other"));
        let replayed = replay(&workshop, &service, &["CREATE TABLE a (id int)"]).await.unwrap();
        assert_eq!((replayed.chosen.ground, tables(&replayed)), (Ground::Server, vec!["a".into()]));
        let [passed] = replayed.chosen.passed.as_slice() else { panic!("{:?}", replayed.chosen) };
        assert_eq!(
            (passed.ground, passed.failure.code),
            (Ground::Shadow, FailureCode::ShadowFilled)
        );
        assert_eq!(passed.failure.value("table"), Some("s.precious"));
        assert_eq!(workshop.spared(), std::slice::from_ref(&passed.failure));
        let scratch = workshop.scratch(&service).await.unwrap();
        assert_eq!((scratch.chosen.ground, scratch.chosen.passed.len()), (Ground::Server, 1));
        scratch.close().await.unwrap();
        workshop.close().await.unwrap();
    });
    let left = "SELECT (SELECT count(*) FROM s.precious) + (SELECT count(*) FROM beside)";
    assert_eq!(cluster.psql("other", left), "1");
}

#[test]
fn rows_that_migrations_insert_do_not_keep_it_from_being_used_again() {
    let cluster = Cluster::start();
    cluster.create_database("erp");
    cluster.create_database("shadow");
    let folder = tempfile::tempdir().unwrap();
    for script in ["INSERT INTO a VALUES (1)", "INSERT INTO a VALUES (2)"] {
        run(async {
            let workshop = workshop(folder.path(), None);
            let service = shadowed(&cluster.url("erp"), &cluster.url("shadow"));
            let history = ["CREATE TABLE a (id int)", script];
            let replayed = replay(&workshop, &service, &history).await.unwrap();
            assert_eq!((replayed.chosen.ground, replayed.chosen.passed.len()), (Ground::Shadow, 0));
            workshop.close().await.unwrap();
        });
    }
}

#[test]
fn no_database_of_the_fleet_is_a_shadow_however_it_is_written() {
    let cluster = Cluster::start();
    cluster.create_database("alpha");
    cluster.create_database("beta");
    // Empty tables too: nothing but the fleet tells that they are in use.
    cluster.psql("beta", "CREATE TABLE beta (id int)");
    let folder = tempfile::tempdir().unwrap();
    let (alpha, beta) = (cluster.url("alpha"), cluster.url("beta"));
    let live = [("alpha", &alpha), ("beta", &beta)];
    let live = live.map(|(name, url)| (ServiceName::new(name), DatabaseUrl::parse(url).unwrap()));
    run(async {
        let workshop = workshop_in(folder.path(), &live);
        for shadow in [beta.clone(), beta.replace("127.0.0.1", "localhost")] {
            let service = shadowed(&alpha, &shadow);
            let stop = replay(&workshop, &service, &["SELECT 1"]).await.unwrap_err();
            assert_eq!(stop.failure.code, FailureCode::ShadowOfFleet, "{}", stop.failure);
            assert_eq!(stop.failure.value("owner"), Some("beta"));
        }
        workshop.close().await.unwrap();
    });
    assert_eq!(cluster.psql("beta", "SELECT count(*) FROM beta"), "0");
}

#[test]
fn one_that_cannot_be_reached_is_told_with_the_reason_and_nothing_else_is_taken() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = shadowed(&cluster.url("postgres"), &cluster.url("shadow"));
        let stop = replay(&workshop, &service, &["SELECT 1"]).await.unwrap_err();
        assert_eq!(stop.failure.code, FailureCode::ShadowUnusable);
        let passed: Vec<_> = stop.passed.iter().map(|it| (it.ground, it.failure.code)).collect();
        assert_eq!(passed, [(Ground::Shadow, FailureCode::DatabaseMissing)]);
        workshop.close().await.unwrap();
    });
}

#[test]
fn a_role_that_owns_no_schema_empties_it_softly() {
    let cluster = Cluster::start();
    cluster.psql("postgres", "CREATE ROLE deckhand LOGIN PASSWORD 'x'");
    cluster.create_database("erp");
    cluster.create_database("shadow");
    cluster.psql(
        "shadow",
        "GRANT ALL ON SCHEMA public TO deckhand; SET ROLE deckhand; CREATE TABLE old (id int)",
    );
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let url = |name| cluster.url_as("deckhand", "x", name);
        let service = shadowed(&url("erp"), &url("shadow"));
        let replayed = replay(&workshop, &service, &["CREATE TABLE a (id int)"]).await.unwrap();
        assert_eq!(tables(&replayed), ["a"]);
        cluster.psql("shadow", "CREATE TABLE \"the king's\" (id int)");
        let stop = replay(&workshop, &service, &["CREATE TABLE b (id int)"]).await.unwrap_err();
        assert_eq!(
            (stop.failure.code, stop.failure.code.prisma_code()),
            (FailureCode::ResetFailed, Some("P3016"))
        );
        workshop.close().await.unwrap();
    });
}
