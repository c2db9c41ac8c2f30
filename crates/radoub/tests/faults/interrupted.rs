//! Row 7: a person or the system asks the run to stop, once and twice.

use std::process::Command;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::command::Running;
use radoub_testing::fleet::{Fleet, Member};

use crate::{facts, journals, line, radoub, wait_until};

/// Sends a signal by name.
#[track_caller]
fn signal(running: &Running, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &running.pid().to_string()]).status();
    assert!(sent.expect("the program kill").success());
}

/// Two services in two waves; the first takes a moment.
fn fleet(cluster: &Cluster) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("auth")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\nSELECT pg_sleep(1.5);\n")
            .migration("20240102000000_more", "CREATE TABLE b (id int);\n"),
    );
    fleet
        .add(Member::new("billing").migration("20240101000000_init", "CREATE TABLE c (id int);\n"));
    fleet.write("radoub.toml", "[service.billing]\nafter = [\"auth\"]\n");
    fleet
}

const ASLEEP: &str = "SELECT EXISTS (SELECT FROM pg_stat_activity \
                      WHERE wait_event = 'PgSleep' AND datname = current_database())";

#[test]
fn fault_07_asked_once_a_run_stops_at_the_next_safe_point_says_where_and_is_resumed() {
    for name in ["INT", "TERM", "HUP"] {
        let cluster = Cluster::shared();
        let fleet = fleet(cluster);
        let running = radoub(fleet.path(), &["apply", "--json"]).start();
        wait_until(&fleet, "auth", ASLEEP);
        signal(&running, name);
        let answer = running.wait().expect(1);
        assert!(answer.stderr.contains("Stopping at the next safe point"), "{}", answer.text());
        let document = answer.json();
        // What ran came to its end; what had not begun did not.
        let auth = line(&document, "auth");
        assert_eq!(auth["applied"][0]["migration"], "20240101000000_init", "{document:#}");
        assert_eq!(auth["problem"]["code"], "interrupted", "{document:#}");
        assert!(auth["problem"]["message"].to_string().contains("20240102000000_more"));
        assert_eq!(auth["remedy"], "radoub resume", "{document:#}");
        assert_eq!(line(&document, "billing")["heldBack"], "stopped", "{document:#}");
        assert_eq!(document["outcome"], "stopped");
        let (_, lines) = journals(&fleet).pop().expect("a journal");
        let told = facts(&lines);
        assert!(told.contains(&"stop-asked".to_owned()), "{told:?}");
        assert_eq!(told.last().map(String::as_str), Some("run-ended"));

        radoub(fleet.path(), &["resume"]).run().expect(0);
        radoub(fleet.path(), &["check"]).run().expect(0);
        assert_eq!(fleet.database("billing").psql("SELECT to_regclass('c') IS NOT NULL"), "t");
        let document = radoub(fleet.path(), &["show", "--format", "json"]).run().expect(0).json();
        assert_eq!(document["outcome"], "done", "{document:#}");
    }
}

#[test]
fn fault_07_the_drop_in_asked_once_ends_its_statement_and_begins_no_other() {
    let cluster = Cluster::shared();
    for name in ["INT", "TERM"] {
        let fleet = fleet(cluster);
        let url = fleet.database("auth").url();
        let service = fleet.path().join("services/auth");
        let deploy = radoub(&service, &["prisma", "migrate", "deploy"]).env("DATABASE_URL", url);
        let running = deploy.start();
        wait_until(&fleet, "auth", ASLEEP);
        signal(&running, name);
        let answer = running.wait().expect(1);
        assert!(answer.text().contains("20240102000000_more"), "{}", answer.text());
        let rows = "SELECT string_agg(migration_name || ' ' || (finished_at IS NOT NULL), ',') FROM _prisma_migrations";
        assert_eq!(fleet.database("auth").psql(rows), "20240101000000_init true", "{name}");
    }
}

#[test]
fn fault_07_asked_twice_the_statement_is_cancelled_on_the_server_and_undone() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("auth")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\nSELECT pg_sleep(60);\n"),
    );
    let running = radoub(fleet.path(), &["apply", "--json"]).start();
    wait_until(&fleet, "auth", ASLEEP);
    let asked = Instant::now();
    signal(&running, "INT");
    // The first one lets the statement run: it is told before the second comes.
    let stopping = "SELECT true";
    wait_until(&fleet, "auth", stopping);
    while asked.elapsed() < Duration::from_millis(300) {
        std::thread::yield_now();
    }
    signal(&running, "INT");
    let answer = running.wait().expect(1);
    assert!(answer.duration < Duration::from_secs(30), "{:?}", answer.duration);
    assert!(answer.stderr.contains("Cancelling on the server"), "{}", answer.text());
    assert_eq!(fleet.database("auth").psql("SELECT to_regclass('a') IS NULL"), "t");
    assert_eq!(fleet.database("auth").psql(ASLEEP), "f", "nothing runs on");
    let document = answer.json();
    assert_eq!(line(&document, "auth")["problem"]["code"], "interrupted", "{document:#}");
}

#[test]
fn fault_13_a_machine_that_slept_finds_its_connection_dead_and_looks_before_it_decides() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("auth")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\nSELECT pg_sleep(2);\n")
            .migration("20240102000000_more", "CREATE TABLE b (id int);\n"),
    );
    let running = radoub(fleet.path(), &["apply", "--json"]).start();
    wait_until(&fleet, "auth", ASLEEP);
    signal(&running, "STOP");
    // While it sleeps the server gives it up, as it would after a night of silence.
    let sessions = "SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'radoub'";
    assert_eq!(fleet.database("auth").psql(sessions), "t");
    signal(&running, "CONT");
    let document = running.wait().expect(2).json();
    let auth = line(&document, "auth");
    assert_eq!(auth["problem"]["code"], "connection-lost", "{document:#}");
    assert_eq!(fleet.database("auth").psql("SELECT to_regclass('a') IS NULL"), "t");
    let (_, lines) = journals(&fleet).pop().expect("a journal");
    assert!(facts(&lines).contains(&"reconnecting".to_owned()));
    radoub(fleet.path(), &["resume"]).run().expect(0);
    radoub(fleet.path(), &["check"]).run().expect(0);
}
