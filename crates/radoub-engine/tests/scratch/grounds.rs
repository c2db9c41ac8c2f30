//! Which ground is taken, and why not another.

use std::collections::BTreeSet;

use radoub_engine::failure::FailureCode;
use radoub_engine::fleet::UrlProblem;
use radoub_engine::scratch::{Forced, Ground};
use radoub_testing::postgres::{Cluster, Options};

use crate::ground::{databases, entries, managed, replay, run, tables, workshop};

const SCRIPTS: [&str; 2] = ["CREATE TABLE a (id int)", "CREATE TABLE b (id int)"];

#[test]
fn the_services_own_server_comes_first_and_keeps_nothing() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        // The database of the service need not exist for that.
        let service = managed(&cluster.url("not there"));
        let replayed = replay(&workshop, &service, &SCRIPTS).await.unwrap();
        assert_eq!(tables(&replayed), ["a", "b"]);
        let chosen = &replayed.chosen;
        assert_eq!((chosen.ground, chosen.major), (Ground::Server, cluster.version().major));
        assert_eq!((chosen.other_major(), chosen.passed.len()), (None, 0));
        // One that is as new waits for the next who needs one.
        assert_eq!(databases(&cluster).len(), 1);
        workshop.close().await.unwrap();
    });
    assert_eq!(databases(&cluster), BTreeSet::new());
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'radoub%'";
    // A session is gone from the statistics a moment after its connection.
    while cluster.psql("postgres", sessions) != "0" {}
    assert_eq!(entries(folder.path()), 0);
}

#[test]
fn a_role_without_the_right_falls_through_to_a_server_of_our_own() {
    let cluster = Cluster::start();
    cluster.psql("postgres", "CREATE ROLE \"deck hand\" LOGIN PASSWORD 'x'");
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = managed(&cluster.url_as("deck hand", "x", "erp"));
        // The role of the service is there too, for scripts that name it.
        let scripts = ["CREATE TABLE a (id int); ALTER TABLE a OWNER TO \"deck hand\""];
        let replayed = replay(&workshop, &service, &scripts).await.unwrap();
        assert_eq!(tables(&replayed), ["a"]);
        assert_eq!(replayed.chosen.ground, Ground::Local);
        let passed = &replayed.chosen.passed[0];
        assert_eq!(
            (passed.ground, passed.failure.code),
            (Ground::Server, FailureCode::ScratchDenied)
        );
        assert_eq!(passed.failure.value("user"), Some("deck hand"));
        assert_eq!(replayed.chosen.service_major, Some(cluster.version().major));
        assert!(entries(folder.path()) > 0);
        workshop.close().await.unwrap();
    });
    assert_eq!(entries(folder.path()), 0);
}

#[test]
fn a_server_that_is_down_or_unknown_does_not_keep_us_from_replaying() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let replayed = replay(&workshop, &managed("postgresql://u@127.0.0.1:1/x"), &SCRIPTS).await;
        let passed = &replayed.unwrap().chosen.passed[0].failure;
        assert_eq!(passed.code, FailureCode::ConnectionRefused);
        let mut service = managed("postgresql://u@127.0.0.1:1/x");
        service.url = Err(UrlProblem::NotSet { variable: Some("DATABASE_URL".to_owned()) });
        let replayed = replay(&workshop, &service, &SCRIPTS).await.unwrap();
        assert_eq!(replayed.chosen.passed[0].failure.code, FailureCode::UrlNotSet);
        // One server for both.
        assert_eq!(entries(folder.path()), 2);
        workshop.close().await.unwrap();
    });
}

#[test]
fn a_read_only_server_is_passed_over() {
    let cluster = Cluster::with(Options::default().setting("default_transaction_read_only", "on"));
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let replayed = replay(&workshop, &managed(&cluster.url("x")), &SCRIPTS).await.unwrap();
        assert_eq!(replayed.chosen.passed[0].failure.code, FailureCode::ReadOnly);
        drop(workshop);
    });
    // Dropped without a word, it leaves nothing of its own either.
    assert_eq!(entries(folder.path()), 0);
}

#[test]
fn what_is_insisted_on_is_the_only_ground() {
    let cluster = Cluster::start();
    cluster.psql("postgres", "CREATE ROLE deckhand LOGIN PASSWORD 'x'");
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let insisted = workshop(folder.path(), Some(Forced::Server));
        let service = managed(&cluster.url_as("deckhand", "x", "erp"));
        let stop = replay(&insisted, &service, &SCRIPTS).await.unwrap_err();
        assert_eq!(stop.failure.code, FailureCode::ScratchDenied);
        assert!(stop.passed.is_empty() && stop.chosen.is_none());
        insisted.close().await.unwrap();

        let insisted = workshop(folder.path(), Some(Forced::Local));
        let service = managed(&cluster.url("erp"));
        let replayed = replay(&insisted, &service, &SCRIPTS).await.unwrap();
        assert_eq!((replayed.chosen.ground, replayed.chosen.passed.len()), (Ground::Local, 0));
        insisted.close().await.unwrap();
    });
    assert_eq!(databases(&cluster), BTreeSet::new());
}

#[cfg(not(feature = "embedded"))]
#[test]
fn without_any_ground_each_one_is_named_with_what_is_against_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    run(async {
        // A temporary folder that cannot be used stands for a system without programs.
        let workshop = workshop(&folder.path().join("file"), None);
        let stop = replay(&workshop, &managed("postgresql://u@127.0.0.1:1/x"), &SCRIPTS).await;
        let stop = stop.unwrap_err();
        assert_eq!(stop.failure.code, FailureCode::NoScratch);
        let passed: Vec<_> = stop.passed.iter().map(|it| (it.ground, it.failure.code)).collect();
        assert_eq!(
            passed,
            [
                (Ground::Server, FailureCode::ConnectionRefused),
                (Ground::Local, FailureCode::LocalFailed),
                (Ground::Embedded, FailureCode::EmbeddedMissing),
            ]
        );
    });
}

#[cfg(feature = "embedded")]
#[test]
fn the_embedded_server_takes_many_services_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), Some(Forced::Embedded));
        let service = managed("postgresql://u@127.0.0.1:1/x?schema=own");
        let scripts = [
            "CREATE TABLE a (id int)",
            "CREATE TABLE b (id serial PRIMARY KEY)",
            "SELECT 1",
            "SELECT 2",
        ];
        let (one, two, three) = tokio::join!(
            replay(&workshop, &service, &scripts[..2]),
            replay(&workshop, &service, &scripts[..3]),
            replay(&workshop, &service, &scripts[..4]),
        );
        for replayed in [one, two, three] {
            let replayed = replayed.unwrap();
            assert_eq!((replayed.chosen.ground, replayed.chosen.major), (Ground::Embedded, 17));
            assert_eq!(tables(&replayed), Vec::<String>::new());
        }
        workshop.close().await.unwrap();
    });
    assert_eq!(entries(folder.path()), 0);
}

#[test]
fn tables_of_the_template_are_told() {
    let cluster = Cluster::start();
    cluster.psql("template1", "CREATE TABLE inherited (id int); CREATE EXTENSION citext");
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let replayed = replay(&workshop, &managed(&cluster.url("x")), &SCRIPTS).await.unwrap();
        assert_eq!(replayed.chosen.template_tables, ["public.inherited"]);
        workshop.close().await.unwrap();
    });
}

#[test]
fn a_script_that_reaches_outside_its_database_is_kept_away_from_the_services_server() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let scripts = ["CREATE TABLE a (id int);\nCREATE ROLE reader;\nGRANT SELECT ON a TO reader;"];
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = managed(&cluster.url("erp"));
        let replayed = replay(&workshop, &service, &scripts).await.unwrap();
        assert_eq!(replayed.chosen.ground, Ground::Local);
        let failure = &replayed.chosen.passed[0].failure;
        assert_eq!(failure.code, FailureCode::ReachesOutside);
        let values = ["migration", "line", "statement"].map(|it| failure.value(it).unwrap());
        assert_eq!(values, ["0", "2", "CREATE ROLE"]);
        // Another history makes the same role, at the same time: it does not stumble over the first one's.
        let (one, two) = tokio::join!(
            replay(&workshop, &service, &["CREATE ROLE reader", "SELECT 1"]),
            replay(&workshop, &service, &["CREATE ROLE reader", "SELECT 2"]),
        );
        one.unwrap();
        two.unwrap();
        workshop.close().await.unwrap();
    });
    assert_eq!(
        cluster.psql("postgres", "SELECT count(*) FROM pg_roles WHERE rolname = 'reader'"),
        "0"
    );
}

#[test]
fn what_the_role_may_not_do_on_its_server_is_tried_on_ours() {
    let cluster = Cluster::start();
    cluster.psql("postgres", "CREATE ROLE bosun LOGIN CREATEDB PASSWORD 'x'");
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let workshop = workshop(folder.path(), None);
        let service = managed(&cluster.url_as("bosun", "x", "erp"));
        // An extension that only a superuser may create.
        let scripts = ["CREATE EXTENSION file_fdw; CREATE TABLE a (id int)"];
        let replayed = replay(&workshop, &service, &scripts).await.unwrap();
        assert_eq!(replayed.chosen.ground, Ground::Local);
        let passed = &replayed.chosen.passed[0];
        assert_eq!(passed.failure.code, FailureCode::ReplayFailed);
        assert_eq!(passed.failure.server.as_ref().unwrap().sqlstate, "42501");
        workshop.close().await.unwrap();
    });
    assert_eq!(databases(&cluster), BTreeSet::new());
}
