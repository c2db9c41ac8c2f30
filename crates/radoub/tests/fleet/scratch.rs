//! Scratch databases and servers of a radoub that is killed, interrupted or works beside another: nothing of the
//! dead stays, nothing of the living goes.

use std::collections::BTreeSet;
#[cfg(unix)]
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::command::{Call, Running};
#[cfg(unix)]
use radoub_testing::fleet::temporary;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::kills::instants;

use crate::radoub;

/// A fleet of a service that takes a minute to replay and one that takes no time.
fn fleet(cluster: &Cluster) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    let quick = Member::new("quick").migration("1_a", "CREATE TABLE a (id int);");
    fleet.add(quick.migration("2_b", "CREATE TABLE b (id int);"));
    let slow = Member::new("slow").migration("1_a", "CREATE TABLE a (id int);");
    fleet.add(slow.migration("2_b", "SELECT pg_sleep(60);"));
    fleet
}

/// The scratch databases of a server.
fn scratches(cluster: &Cluster) -> BTreeSet<String> {
    let sql = "SELECT datname FROM pg_database WHERE datname LIKE 'radoub%'";
    let text = cluster.psql("postgres", sql);
    text.lines().filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test without a runtime, waiting for another program under a deadline"
)]
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !holds() {
        assert!(Instant::now() < deadline, "not in a minute: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until no client called radoub is connected: a script that runs ends soon after its radoub, too (from
/// PostgreSQL 14 on).
#[track_caller]
fn until_noticed(cluster: &Cluster) {
    let running = if cluster.version().major < 14 { "AND query NOT LIKE '%pg_sleep%'" } else { "" };
    let sql = &format!(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'radoub%' {running}"
    );
    until("the server notices", || cluster.psql("postgres", sql) == "0");
}

fn replay(fleet: &Fleet<'_>, arguments: &[&str]) -> Call {
    radoub(fleet.path(), &["_replay", "--json"]).args(arguments).with_path()
}

/// Starts the slow replay and waits until its last script runs.
#[track_caller]
fn slow(cluster: &Cluster, fleet: &Fleet<'_>) -> Running {
    let running = replay(fleet, &["slow"]).start();
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'radoub%' AND query LIKE '%pg_sleep%'";
    until("the script runs", || cluster.psql("postgres", sql) == "1");
    running
}

#[test]
fn what_a_killed_radoub_left_goes_at_the_next_start_and_what_a_living_one_has_stays() {
    let cluster = Cluster::start();
    let fleet = fleet(&cluster);
    let mut killed = slow(&cluster, &fleet);
    let alive = scratches(&cluster);
    assert_eq!(alive.len(), 1);

    replay(&fleet, &["quick"]).run().expect(0);
    assert_eq!(scratches(&cluster), alive);

    killed.kill();
    killed.wait();
    until_noticed(&cluster);
    assert_eq!(scratches(&cluster), alive);
    replay(&fleet, &["quick"]).run().expect(0);
    assert_eq!(scratches(&cluster), BTreeSet::new());
}

#[test]
fn killed_at_any_instant_it_leaves_nothing_that_the_next_does_not_find() {
    let cluster = Cluster::start();
    let fleet = fleet(&cluster);
    let usual = replay(&fleet, &["quick"]).run().expect(0).duration;
    for instant in instants(12, 7) {
        let mut running = replay(&fleet, &["quick"]).start();
        let began = Instant::now();
        until("the instant", || began.elapsed() >= usual.mul_f64(instant));
        running.kill();
        running.wait();
        until_noticed(&cluster);
        replay(&fleet, &["quick"]).run().expect(0);
        assert_eq!(scratches(&cluster), BTreeSet::new(), "killed at {instant}");
    }
}

#[cfg(unix)]
#[test]
fn interrupted_it_leaves_nothing_at_once() {
    let cluster = Cluster::start();
    let fleet = fleet(&cluster);
    let running = slow(&cluster, &fleet);
    Call::of("/bin/kill").args(["-INT", &running.pid().to_string()]).run().expect(0);
    running.wait().expect(2);
    assert_eq!(scratches(&cluster), BTreeSet::new());
}

/// The process ids of the servers below a folder.
#[cfg(unix)]
fn servers(folder: &Path) -> Vec<String> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let files = entries.flatten().map(|it| it.path().join("postgres/data/postmaster.pid"));
    let texts = files.filter_map(|file| std::fs::read_to_string(file).ok());
    // The last line says that it takes connections.
    let ready = texts.filter(|text| text.contains("ready"));
    ready.filter_map(|text| text.lines().next().map(str::to_owned)).collect()
}

#[cfg(target_os = "linux")]
fn is_alive(pid: &str) -> bool {
    // One that nobody has collected yet is dead all the same.
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
    stat.is_ok_and(|stat| !stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" Z")))
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_of_our_own_that_lost_its_radoub_is_stopped_and_removed_by_the_next() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    let folder = temporary();
    let local = |service| {
        let call = replay(&fleet, &[service, "--scratch", "local"]);
        call.env("TMPDIR", folder.path())
    };
    let mut killed = local("slow").start();
    until("the server is ready", || servers(folder.path()).len() == 1);
    let lost = servers(folder.path()).remove(0);

    // Beside it another one comes and goes.
    local("quick").run().expect(0);
    assert_eq!(servers(folder.path()), [lost.as_str()]);
    assert!(is_alive(&lost));

    killed.kill();
    killed.wait();
    assert!(is_alive(&lost));
    local("quick").run().expect(0);
    // The last of it goes a moment after its pid file.
    until("the lost server is gone", || !is_alive(&lost));
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_server_of_our_own_goes_with_an_interrupted_radoub() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    let folder = temporary();
    let running =
        replay(&fleet, &["slow", "--scratch", "local"]).env("TMPDIR", folder.path()).start();
    until("the server is ready", || servers(folder.path()).len() == 1);
    Call::of("/bin/kill").args(["-INT", &running.pid().to_string()]).run().expect(0);
    running.wait().expect(2);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn the_ground_is_chosen_by_flag_variable_and_file_in_this_order() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    let ground = |call: Call| {
        let answer = call.run().expect(0).json();
        answer["rounds"][0]["services"][0]["replay"]["scratch"]["ground"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let quick = || replay(&fleet, &["quick"]);
    assert_eq!(ground(quick()), "server");
    fleet.write("radoub.toml", "[fleet]\nscratch = \"local\"\n");
    assert_eq!(ground(quick()), "local");
    assert_eq!(ground(quick().env("RADOUB_SCRATCH", "server")), "server");
    let flag = quick().env("RADOUB_SCRATCH", "server").args(["--scratch", "local"]);
    assert_eq!(ground(flag), "local");
    fleet.write("radoub.toml", "[fleet]\nscratch = \"elsewhere\"\n");
    let answer = quick().run().expect(2);
    assert!(answer.stderr.contains("radoub.toml:2"), "{}", answer.text());
}
