//! What a temporary cluster promises.

use std::time::Instant;

use radoub_testing::postgres::{Auth, Options, PoolMode, Pooler, ask};
use radoub_testing::{Cluster, secret, shared};

#[test]
fn a_cluster_starts_answers_and_leaves_nothing() {
    let began = Instant::now();
    let cluster = Cluster::start();
    eprintln!("started in {:?}", began.elapsed());
    assert_eq!(cluster.psql("postgres", "SELECT 1 + 1, NULL, 'x'"), "2||x");
    let folder = cluster.socket_folder().expect("it is ours");
    assert!(folder.is_dir());
    drop(cluster);
    assert!(!folder.exists(), "{} is still there", folder.display());
}

#[test]
fn a_killed_server_comes_back_with_its_data() {
    let cluster = Cluster::with(Options::default().setting("synchronous_commit", "on"));
    cluster.create_database("Ledger 1");
    cluster.psql("Ledger 1", "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)");
    cluster.kill();
    assert!(cluster.query("Ledger 1", "SELECT 1").is_err());
    cluster.restart();
    assert_eq!(cluster.psql("Ledger 1", "SELECT n FROM kept"), "7");
}

#[test]
fn a_wrong_password_is_refused_unless_everybody_is_trusted() {
    for (auth, refused) in [(Auth::Password, true), (Auth::Trust, false)] {
        let cluster = Cluster::with(Options::default().auth(auth));
        let url = cluster.url_as("captain", "wrong", "postgres");
        let answer = std::process::Command::new(cluster.binaries().client("psql").expect("psql"))
            .args([url.as_str(), "-c", "SELECT 1"])
            .output()
            .expect("psql runs");
        assert_eq!(!answer.status.success(), refused, "{auth:?}");
    }
}

#[test]
fn databases_of_the_shared_cluster_go_with_their_test() {
    let cluster = Cluster::shared();
    let database = cluster.database("own");
    database.psql("CREATE TABLE a (b int)");
    assert!(cluster.inventory(database.name()).contains("relation a kind r"));
    let name = database.name().to_owned();
    drop(database);
    assert_eq!(
        cluster.psql(
            "postgres",
            &format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'")
        ),
        "0"
    );
}

#[test]
fn the_inventory_tells_catalogs_apart_and_alike_ones_not() {
    let cluster = Cluster::shared();
    let script = "CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('a', 'b'); \
                  CREATE TABLE \"Thing\" (id serial PRIMARY KEY, name citext NOT NULL DEFAULT 'x', m mood); \
                  CREATE INDEX ON \"Thing\" (name); CREATE VIEW v AS SELECT id FROM \"Thing\"; \
                  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                  COMMENT ON TABLE \"Thing\" IS 'a thing'";
    let (one, other) = (cluster.database("one"), cluster.database("other"));
    one.psql(script);
    other.psql("CREATE TABLE gone (a int); DROP TABLE gone");
    other.psql(script);
    assert_eq!(cluster.inventory(one.name()), cluster.inventory(other.name()));
    other.psql("ALTER TYPE mood ADD VALUE 'c'");
    assert_ne!(cluster.inventory(one.name()), cluster.inventory(other.name()));
}

#[test]
fn a_pooler_in_transaction_mode_answers_and_ends() {
    let cluster = Cluster::shared();
    let Some(pooler) = Pooler::before(cluster, PoolMode::Transaction) else {
        assert!(!shared::required(), "PgBouncer is not installed");
        eprintln!("LEFT OUT: PgBouncer, which is not installed");
        return;
    };
    let rows = ask(&pooler.url("postgres"), "SELECT 7").expect("an answer");
    assert_eq!(rows, [[Some("7".to_owned())]]);
    let port = pooler.port();
    drop(pooler);
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
#[should_panic(expected = "stderr holds a planted password, after: url=")]
fn a_planted_password_is_noticed() {
    secret::assert_silent("stderr", &format!("url={}", secret::PLANTED));
}
