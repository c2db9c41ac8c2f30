//! Wrong places, wrong files, wrong servers: each has its own clear error, and none of them stops the
//! other services from being looked at.

use std::time::Duration;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member, temporary};
use radoub_testing::network::{Deaf, closed_port};
use radoub_testing::postgres::{Options, PoolMode, Pooler};
use radoub_testing::secret::{PLANTED, planted};
use radoub_testing::shared::required;

use crate::{radoub, service};

/// The command fails as a whole: exit 2, and standard error says these words.
#[track_caller]
fn fails(files: &[(&str, &str)], words: &[&str]) {
    let folder = temporary();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let answer = radoub(folder.path(), &["check"]).run().expect(2);
    for word in words {
        assert!(answer.stderr.contains(word), "`{word}` is not said:\n{}", answer.text());
    }
    assert_eq!(answer.stdout, "", "an error is no data");
}

#[test]
fn a_folder_with_nothing_in_it_is_told() {
    fails(&[], &["compose", "schema.prisma"]);
}

#[test]
fn a_variable_that_is_not_set_is_named_with_its_message_and_line() {
    let compose = "services:\n  api:\n    build: .\n    environment:\n      DATABASE_URL: ${WHERE:?say where the database is}\n";
    fails(&[("compose.yml", compose)], &["WHERE", "say where the database is", "compose.yml", "5"]);
}

#[test]
fn malformed_yaml_is_told_with_its_line() {
    fails(&[("compose.yml", "services:\n  api: [\n")], &["compose.yml", "3"]);
}

#[test]
fn a_malformed_fleet_file_is_told_with_its_line() {
    fails(
        &[("compose.yml", "services: {}\n"), ("radoub.toml", "version = 1\nservices = [\n")],
        &["radoub.toml", "2"],
    );
}

/// Two services: `good` on the shared cluster, `bad` with this URL. `check` says this code of the bad one, and all is
/// well with the good one.
#[track_caller]
fn bad(url: &str, code: &str) -> Duration {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("good").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    fleet.add(Member::new("bad").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    let compose =
        std::fs::read_to_string(fleet.path().join("docker-compose.yml")).expect("a Compose file");
    let name = fleet.database("bad").name().to_owned();
    let own =
        format!("postgresql://${{DB_USER}}:${{DB_PASSWORD}}@postgres:5432/{name}?schema=public");
    assert!(compose.contains(&own), "{compose}");
    fleet.write("docker-compose.yml", compose.replace(&own, url));
    radoub(fleet.path(), &["apply", "good"]).run().expect(0);

    let answer = radoub(fleet.path(), &["check", "--json", "--timeout", "1"]).run();
    let document = answer.json();
    assert_eq!(service(&document, "good")["state"], "up-to-date", "{document:#}");
    assert_eq!(service(&document, "bad")["problem"]["code"], code, "{document:#}");
    // In words too: each failure has a sentence of its own, and nothing of the URL's secrets in it.
    let words = radoub(fleet.path(), &["check", "--plain", "--timeout", "1"]).run();
    assert_eq!(words.code, answer.code);
    let french =
        radoub(fleet.path(), &["check", "--plain", "--timeout", "1", "--lang", "fr"]).run();
    assert_ne!(words.stdout, french.stdout);
    let before = Cluster::shared().psql(&name, "SELECT to_regclass('a') IS NULL");
    radoub(fleet.path(), &["apply", "bad", "--timeout", "1"]).run();
    assert_eq!(
        Cluster::shared().psql(&name, "SELECT to_regclass('a') IS NULL"),
        before,
        "nothing is changed"
    );
    answer.duration
}

fn url(user: &str, password: &str, host: &str, database: &str) -> String {
    format!("postgresql://{user}:{password}@{host}/{database}")
}

#[test]
fn a_url_of_another_scheme_is_told() {
    bad(&format!("mysql://root:{PLANTED}@localhost:3306/a"), "url-invalid");
}

#[test]
fn a_url_without_sense_is_told() {
    bad(&format!("postgresql://u:{PLANTED}@localhost:port/a"), "url-invalid");
}

#[test]
fn a_wrong_password_is_told() {
    let host = format!("127.0.0.1:{}", Cluster::shared().port());
    bad(&url("captain", &planted("wrong"), &host, "postgres"), "authentication-failed");
}

#[test]
fn fault_17_an_unknown_host_is_told() {
    bad(&url("captain", PLANTED, "no-such-host.invalid:5432", "postgres"), "unknown-host");
}

#[test]
fn fault_17_a_closed_port_is_told() {
    bad(
        &url("captain", PLANTED, &format!("127.0.0.1:{}", closed_port()), "postgres"),
        "connection-refused",
    );
}

#[test]
fn fault_15_a_server_that_never_answers_is_given_up_at_its_deadline() {
    let deaf = Deaf::start();
    let took = bad(
        &url("captain", PLANTED, &format!("127.0.0.1:{}", deaf.port()), "postgres"),
        "connection-timed-out",
    );
    assert!(took < Duration::from_secs(4), "it took {took:?}");
}

#[test]
fn fault_31_a_missing_database_is_named_and_made_only_when_asked() {
    let host = format!("127.0.0.1:{}", Cluster::shared().port());
    bad(&url("captain", PLANTED, &host, "no_such_database"), "database-missing");
}

#[test]
fn fault_30_a_role_without_rights_is_told() {
    let cluster = Cluster::shared();
    let database = cluster.database("closed");
    let role = format!("guest_{}", std::process::id());
    cluster.psql("postgres", &format!("CREATE ROLE {role} LOGIN PASSWORD '{}'", planted("guest")));
    cluster
        .psql("postgres", &format!("REVOKE CONNECT ON DATABASE {} FROM PUBLIC", database.name()));
    let host = format!("127.0.0.1:{}", cluster.port());
    bad(&url(&role, &planted("guest"), &host, database.name()), "access-denied");
    cluster.psql("postgres", &format!("DROP ROLE {role}"));
}

#[test]
fn fault_19_a_pooler_in_transaction_mode_is_refused_for_what_locks() {
    let cluster = Cluster::shared();
    let Some(pooler) = Pooler::before(cluster, PoolMode::Transaction) else {
        assert!(!required(), "PgBouncer is not installed");
        eprintln!("LEFT OUT: PgBouncer, which is not installed");
        return;
    };
    let mut fleet = Fleet::on(cluster);
    fleet.add(Member::new("orders").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    let database = fleet.database("orders");
    let compose =
        std::fs::read_to_string(fleet.path().join("docker-compose.yml")).expect("a Compose file");
    let through =
        compose.replace(&format!(":{}:5432", cluster.port()), &format!(":{}:5432", pooler.port()));
    fleet.write("docker-compose.yml", through);

    let document = radoub(fleet.path(), &["check", "--json"]).run().expect(1).json();
    assert_eq!(
        service(&document, "orders")["state"],
        "pending",
        "a look needs no lock: {document:#}"
    );
    let document = radoub(fleet.path(), &["apply", "--json"]).run().expect(2).json();
    assert_eq!(service(&document, "orders")["problem"]["code"], "pooler", "{document:#}");
    assert_eq!(database.psql("SELECT to_regclass('a') IS NULL"), "t");
}

#[test]
fn fault_26_a_read_only_server_is_told_before_anything_is_tried() {
    let cluster = Cluster::with(Options::default());
    let mut fleet = Fleet::on(&cluster);
    fleet.add(Member::new("orders").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    cluster.psql("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
    cluster.psql("postgres", "SELECT pg_reload_conf()");
    let document = radoub(fleet.path(), &["apply", "--json"]).run().expect(1).json();
    assert_eq!(service(&document, "orders")["problem"]["code"], "read-only", "{document:#}");
    assert_eq!(fleet.database("orders").psql("SELECT to_regclass('a') IS NULL"), "t");
}
