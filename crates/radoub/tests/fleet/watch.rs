//! `check --watch`: a line for each change without a terminal, a page drawn again in its place with one, until
//! somebody asks it to stop.

use std::process::Command;

use radoub_testing::Cluster;
use radoub_testing::command::{Answer, Call, Running};
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::shared::leave_out;
use serde_json::Value;

use crate::radoub;

fn fleet(cluster: &Cluster) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    for name in ["orders", "stock"] {
        let text = "CREATE TABLE a (id int);\n";
        fleet.add(Member::new(name).migration("20240101000000_init", text));
    }
    fleet
}

/// Ends it as Ctrl-C does.
#[track_caller]
fn interrupt(running: Running) -> Answer {
    let sent = Command::new("kill").args(["-s", "INT", &running.pid().to_string()]).status();
    assert!(sent.expect("the program kill").success());
    running.wait()
}

#[test]
fn each_change_is_a_line_and_the_last_look_decides_the_exit_code() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    let mut watching = radoub(fleet.path(), &["check", "--watch", "0.1"]).start();
    watching.wait_for("stock: ");
    radoub(fleet.path(), &["apply", "orders"]).run().expect(0);
    watching.wait_for("pending migration → ✅ Up to date");
    let answer = interrupt(watching).expect(1);
    let lines: Vec<&str> =
        answer.stdout.lines().filter_map(|line| Some(line.split_once("  ")?.1)).collect();
    let pending = "⚠️ 1 pending migration";
    assert_eq!(lines[..2], [format!("orders: {pending}"), format!("stock: {pending}")]);
    // A look may fall between the table and its row.
    let last = lines.iter().rfind(|line| line.starts_with("orders")).expect("a line");
    assert!(last.ends_with("→ ✅ Up to date"), "{}", answer.text());
    assert_eq!(lines.iter().filter(|line| line.starts_with("stock")).count(), 1);

    radoub(fleet.path(), &["apply"]).run().expect(0);
    let mut watching = radoub(fleet.path(), &["check", "stock", "--watch"]).start();
    watching.wait_for("stock: ✅ Up to date");
    interrupt(watching).expect(0);
}

#[test]
fn with_json_each_change_is_a_document_on_a_line() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    let arguments = ["check", "--watch", "0.1", "--json", "orders"];
    let mut watching = radoub(fleet.path(), &arguments).start();
    watching.wait_for("\"state\":\"pending\"");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    watching.wait_for("\"state\":\"up-to-date\"");
    let answer = interrupt(watching).expect(0);
    let documents: Vec<Value> = answer
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    let (first, last) = (documents.first().expect("one"), documents.last().expect("one"));
    assert_eq!((&first["version"], &first["before"]), (&1.into(), &Value::Null));
    assert_eq!(last["service"], "orders");
    assert_eq!(last["after"]["state"], "up-to-date", "{last:#}");
    assert_ne!(last["before"]["state"], "up-to-date", "{last:#}");
}

#[test]
fn no_connection_stays_open_between_the_looks() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    let mut watching = radoub(fleet.path(), &["check", "--watch", "3600"]).start();
    watching.wait_for("stock: ");
    let open = "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()";
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while fleet.database("orders").psql(open) != "0" {
        assert!(std::time::Instant::now() < deadline, "a connection stays open");
    }
    interrupt(watching).expect(1);
}

/// The terminal is one that `script` of util-linux makes.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_the_page_is_drawn_again_in_its_place_and_marks_what_has_changed() {
    let script = std::path::Path::new("/usr/bin/script");
    if !script.is_file() {
        leave_out(format_args!("no {} on this machine", script.display()));
        return;
    }
    let cluster = Cluster::shared();
    let fleet = fleet(cluster);
    let line = format!("exec {} check --watch 0.2", env!("CARGO_BIN_EXE_radoub"));
    let mut watching = Call::of(script)
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .dir(fleet.path())
        .env("RADOUB_LANG", "en")
        .env("TERM", "xterm-256color")
        .env("SHELL", "/bin/sh")
        .start();
    watching.wait_for("1 pending migration");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    watching.wait_for("BEFORE");
    watching.wait_for("ALL MIGRATIONS ARE UP TO DATE");
    let children = format!("/proc/{0}/task/{0}/children", watching.pid());
    let children = std::fs::read_to_string(children).expect("the children of script");
    let child = children.split_whitespace().next().expect("radoub is the child of script");
    let sent = Command::new("kill").args(["-s", "INT", child]).status();
    assert!(sent.expect("the program kill").success());
    let answer = watching.wait().expect(0);
    let (drawn, last) = answer.stdout.rsplit_once("Last look: ").expect("the last look");
    // Nothing hides the cursor, what was drawn is cleared, and the last page stays without a mark of waiting.
    assert!(!answer.stdout.contains("\u{1b}[?25l"), "{}", answer.text());
    assert!(drawn.contains("again every 0.2 s"), "{}", answer.text());
    assert!(drawn.contains("\u{1b}[2K"), "{}", answer.text());
    assert!(last.contains("Up to date") && !last.contains("again every"), "{}", answer.text());
}
