//! No planted password in any output or process list, over every command; and none in the server's log or in the
//! environment that the binary hands to others.
//!
//! The runner of the binary searches every run of every test; what is here goes through all commands.

use radoub_testing::Cluster;
use radoub_testing::escape::encoded;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::postgres::Options;
use radoub_testing::secret::{PLANTED, assert_silent, planted};

use crate::radoub;

/// Every command, in its views.
const CALLS: &[&[&str]] = &[
    &["services"],
    &["services", "--json"],
    &["check"],
    &["check", "--json"],
    &["check", "--plain", "--lang", "fr"],
    &["plan", "--sql"],
    &["plan", "--markdown", "-o", "plan.json"],
    &["apply"],
    &[
        "apply", "--json", "--report", "r.html", "--report", "r.md", "--report", "r.xml",
        "--report", "r.json",
    ],
    &["apply", "--plan", "plan.json"],
    &["resume"],
    &["history", "--markdown"],
    &["history", "--json"],
    &["show"],
    &["show", "--format", "html"],
    &["resolve", "orders", "--applied", "20240102000000_fails"],
    &["resolve", "orders", "--rolled-back", "20240102000000_fails"],
    &["backup"],
    &["backup", "--json", "--no-verify"],
    &["backups"],
    &["backups", "--json"],
    &["restore", "orders", "--yes"],
    &["restore", "orders", "--dry-run", "--json"],
    &["rollback", "orders"],
    &["rollback", "orders", "--json"],
    &["backup", "prune", "--replaced", "--yes"],
    &["notify"],
    &["notify", "--json"],
    &["init"],
    &["init", "--json"],
    &["--help"],
    &["--version"],
];

#[test]
fn no_command_tells_a_password() {
    let cluster = Cluster::with(
        Options::default().setting("log_min_messages", "debug1").setting("log_connections", "on"),
    );
    let mut fleet = Fleet::on(&cluster);
    // The failing script holds a password, too: the server's message does not quote it, and neither does radoub.
    let script =
        format!("CREATE TABLE b (id int);\nALTER ROLE nobody_here PASSWORD '{PLANTED}';\n");
    fleet.add(
        Member::new("orders")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\n")
            .migration("20240102000000_fails", script),
    );
    for call in CALLS {
        radoub(fleet.path(), call).run();
    }
    let kept = kept(fleet.path());
    assert!(kept.iter().any(|(name, _)| name.ends_with("journal.jsonl")), "there is a journal");
    for (name, text) in &kept {
        assert_silent(name, text);
    }
    for wrong in ["wrong", "p@ss:word/?#%"] {
        let encoded = encoded(&planted(wrong));
        fleet.write(".env", format!("DB_USER=captain\nDB_PASSWORD={encoded}\n"));
        for call in CALLS {
            let answer = radoub(fleet.path(), call).run();
            assert!(
                !answer.text().contains(&encoded),
                "the encoded password is told:\n{}",
                answer.line
            );
        }
    }
    let log: String = cluster.log().lines().filter(|line| !line.contains("STATEMENT:")).collect();
    // The script itself is the operator's: the server logs the statement that failed.
    let log = log.replace(&format!("ALTER ROLE nobody_here PASSWORD '{PLANTED}'"), "");
    assert_silent("the server's log", &log);
}

#[test]
fn the_drop_in_tells_no_password() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(Member::new("orders").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    let folder = fleet.path().join("services/orders");
    let good = fleet.database("orders").url();
    let wrong = cluster.url_as("captain", &planted("wrong"), fleet.database("orders").name());
    for url in [good, wrong] {
        for call in [
            &["prisma", "migrate", "status"][..],
            &["prisma", "migrate", "deploy"],
            &["prisma", "migrate", "resolve", "--applied", "20240101000000_init"],
        ] {
            radoub(&folder, call).env("DATABASE_URL", &url).run();
        }
    }
}

/// Everything that radoub leaves behind in a fleet: journals, plans, reports.
fn kept(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut folders = vec![folder.join(".radoub")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a folder").filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                // Backups are not text.
                let bytes = std::fs::read(&path).expect("a file");
                let text = String::from_utf8_lossy(&bytes).into_owned();
                found.push((path.display().to_string(), text));
            }
        }
    }
    for name in ["plan.json", "r.html", "r.md", "r.xml", "r.json"] {
        let text = std::fs::read_to_string(folder.join(name)).expect("a report");
        found.push((name.to_owned(), text));
    }
    found
}
