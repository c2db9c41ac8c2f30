//! Rows 36 to 40: others hold the tables that a migration needs.

use std::process::Child;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};

use crate::{line, radoub, script, wait_until};

/// A session that holds something; it ends with the value.
struct Holder(std::thread::JoinHandle<()>);

impl Holder {
    /// Runs `sql` on a session of its own, called `holder`, and keeps it open for so long.
    fn start(fleet: &Fleet<'_>, service: &str, sql: &str, seconds: f64) -> Self {
        let separator = if fleet.database(service).url().contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}application_name=holder", fleet.database(service).url());
        let sql = format!("BEGIN; {sql}; SELECT pg_sleep({seconds}); COMMIT");
        Self(std::thread::spawn(move || {
            // A session that is ended for the test's sake says so, and that is its business.
            let _ = radoub_testing::postgres::ask(&url, &sql);
        }))
    }

    fn end(self) {
        self.0.join().expect("the holder ends");
    }
}

const HELD: &str = "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
                    WHERE a.application_name = 'holder' AND l.relation = 'busy'::regclass AND l.granted)";

/// A service with a table, and a migration that changes it.
fn fleet(cluster: &Cluster) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    fleet.add(Member::new("orders").migration(
        "20240101000000_init",
        "CREATE TABLE busy (id int PRIMARY KEY);\nINSERT INTO busy SELECT generate_series(1, 100);\nCREATE TABLE other (id int);\n",
    ));
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet
}

#[test]
fn fault_36_a_long_select_is_waited_for_in_short_tries_and_nobody_queues_behind_us_for_longer() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    fleet.write(&script("orders", "20240102000000_more"), "ALTER TABLE busy ADD COLUMN x int;\n");
    let holder = Holder::start(&fleet, "orders", "SELECT count(*) FROM busy", 4.0);
    wait_until(&fleet, "orders", HELD);
    let running = radoub(fleet.path(), &["apply", "--lock-timeout", "0.5"]).start();
    // The application reads and writes the same table all the while.
    let (mut slowest, mut reads) = (Duration::ZERO, 0);
    let done = "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'busy'::regclass AND attname = 'x')";
    let deadline = Instant::now() + Duration::from_secs(30);
    while fleet.database("orders").psql(done) != "t" {
        let asked = Instant::now();
        fleet
            .database("orders")
            .psql("SELECT count(*) FROM busy; UPDATE busy SET id = id WHERE id = 1");
        slowest = slowest.max(asked.elapsed());
        reads += 1;
        assert!(Instant::now() < deadline, "it is never applied");
    }
    let answer = running.wait().expect(0);
    assert!(answer.stdout.contains("holder"), "who is in the way is said:\n{}", answer.text());
    assert!(reads > 3, "only {reads} reads");
    // Half a second in the queue behind us at most, and what a busy machine takes for a connection.
    assert!(slowest < Duration::from_millis(1500), "a query of the application took {slowest:?}");
    holder.end();
}

#[test]
fn fault_37_an_idle_transaction_is_named_with_its_age_and_left_alone() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    fleet.write(&script("orders", "20240102000000_more"), "ALTER TABLE busy ADD COLUMN x int;\n");
    let idle = Idle::start(cluster, fleet.database("orders").name());
    wait_until(
        &fleet,
        "orders",
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database())",
    );
    let answer =
        radoub(fleet.path(), &["apply", "--lock-timeout", "0.2", "--lock-budget", "1", "--json"])
            .run();
    let document = answer.expect(1).json();
    let problem = &line(&document, "orders")["problem"];
    assert_eq!(problem["code"], "lock-timeout", "{document:#}");
    let message = problem["message"].as_str().unwrap();
    assert!(message.contains("idle in transaction"), "{message}");
    drop(idle);
    radoub(fleet.path(), &["resume"]).run().expect(0);
}

/// A session that has read a table and forgotten to end its transaction.
struct Idle(Child);

impl Idle {
    #[track_caller]
    fn start(cluster: &Cluster, database: &str) -> Self {
        use std::io::Write as _;
        let psql = cluster.binaries().client("psql").expect("psql comes with the server");
        let mut child = std::process::Command::new(psql)
            .args(["-X", "-q", "-d", &cluster.url(database)])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("psql");
        let stdin = child.stdin.as_mut().expect("piped");
        stdin.write_all(b"BEGIN; SELECT count(*) FROM busy;\n").expect("psql reads");
        Self(child)
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn fault_38_a_deadlock_with_the_application_is_tried_again_whole() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    // We take `other`, then want `busy`; the application has `busy`, then wants `other`.
    fleet.write(
        &script("orders", "20240102000000_more"),
        "ALTER TABLE other ADD COLUMN x int;\nALTER TABLE busy ADD COLUMN x int;\n",
    );
    let url = fleet.database("orders").url();
    let application = std::thread::spawn(move || {
        let sql = "BEGIN; LOCK TABLE busy; \
                   DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE relation = 'other'::regclass) \
                   LOOP PERFORM pg_sleep(0.01); END LOOP; END $$; \
                   LOCK TABLE other; COMMIT";
        radoub_testing::postgres::ask(&url, sql).map(|_| ()).map_err(|error| error.to_string())
    });
    let busy = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'busy'::regclass AND mode = 'AccessExclusiveLock')";
    wait_until(&fleet, "orders", busy);
    // Longer than deadlock_timeout, so that the server finds the deadlock before we step back.
    let answer = radoub(fleet.path(), &["apply", "--lock-timeout", "8", "--json"]).run().expect(0);
    let document = answer.json();
    assert_eq!(line(&document, "orders")["outcome"], "applied", "{document:#}");
    // One of the two was chosen by the server; whichever it was, our file is applied whole, and once.
    let told = application.join().expect("the application ends");
    let retries = line(&document, "orders")["retries"].as_u64().unwrap();
    assert!(retries > 0 || told.is_err(), "there was no deadlock: {told:?} {document:#}");
    assert_eq!(
        fleet
            .database("orders")
            .psql("SELECT count(*) FROM information_schema.columns WHERE column_name = 'x'"),
        "2"
    );
}

#[test]
fn fault_40_a_statement_longer_than_its_limit_is_cancelled_and_undone() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("auth")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\n")
            .migration("20240102000000_slow", "CREATE TABLE b (id int);\nSELECT pg_sleep(60);\n"),
    );
    let apply = ["apply", "--json", "--statement-timeout", "0.3"];
    let answer = radoub(fleet.path(), &apply).run().expect(1);
    assert!(answer.duration < Duration::from_secs(30), "{:?}", answer.duration);
    let document = answer.json();
    let auth = line(&document, "auth");
    assert_eq!(auth["applied"][0]["migration"], "20240101000000_init", "{document:#}");
    assert_eq!(auth["failedMigration"], "20240102000000_slow", "{document:#}");
    assert!(auth["problem"].to_string().contains("statement timeout"), "{document:#}");
    assert_eq!(fleet.database("auth").psql("SELECT to_regclass('b') IS NULL"), "t");
    // It may be tried again at once, with more time.
    fleet.write(&script("auth", "20240102000000_slow"), "CREATE TABLE b (id int);\n");
    radoub(fleet.path(), &["apply"]).run().expect(0);
}

#[test]
fn fault_39_a_lock_budget_used_up_keeps_what_is_applied_and_stops_the_wave() {
    let cluster = Cluster::shared();
    let mut fleet = fleet(cluster);
    fleet.add(Member::new("later").migration("20240101000000_init", "CREATE TABLE l (id int);\n"));
    fleet.write("radoub.toml", "[service.later]\nafter = [\"orders\"]\n");
    for (at, text) in [
        (2, "CREATE TABLE second (id int);\n"),
        (3, "CREATE TABLE third (id int);\n"),
        (4, "CREATE TABLE fourth (id int);\nALTER TABLE busy ADD COLUMN x int;\n"),
        (5, "CREATE TABLE fifth (id int);\n"),
    ] {
        fleet.write(&script("orders", &format!("2024010{at}000000_step")), text);
    }
    let holder = Holder::start(&fleet, "orders", "LOCK TABLE busy IN ACCESS SHARE MODE", 6.0);
    wait_until(&fleet, "orders", HELD);
    let answer =
        radoub(fleet.path(), &["apply", "--lock-timeout", "0.2", "--lock-budget", "1", "--json"])
            .run();
    let document = answer.expect(1).json();
    let orders = line(&document, "orders");
    let applied: Vec<_> =
        orders["applied"].as_array().unwrap().iter().map(|it| &it["migration"]).collect();
    assert_eq!(applied, ["20240102000000_step", "20240103000000_step"], "{document:#}");
    assert_eq!(orders["failedMigration"], "20240104000000_step");
    assert_eq!(orders["problem"]["code"], "lock-timeout");
    assert_eq!(line(&document, "later")["heldBack"], "failures", "{document:#}");
    let there = |name: &str| {
        fleet.database("orders").psql(&format!("SELECT to_regclass('{name}') IS NOT NULL"))
    };
    assert_eq!([there("third"), there("fourth"), there("fifth")], ["t", "f", "f"]);
    assert_eq!(fleet.database("later").psql("SELECT to_regclass('l') IS NULL"), "t");
    holder.end();
    radoub(fleet.path(), &["resume"]).run().expect(0);
    radoub(fleet.path(), &["check"]).run().expect(0);
}
