//! Ways back in the journal: what `history` and `show` tell of them, and `resume` after a kill.

use radoub_testing::fleet::Fleet;

use crate::ladder::{CHANGE, changed, without_ledger};
use crate::{dump, radoub, server};

fn runs(fleet: &Fleet<'_>) -> Vec<serde_json::Value> {
    let document = radoub(fleet.path(), &["history", "--json"]).run().expect(0).json();
    document["runs"].as_array().expect("a list").clone()
}

#[test]
fn a_way_back_is_a_run_that_history_and_show_tell() {
    let Some(cluster) = server() else { return };
    let (fleet, _) = changed(
        &cluster,
        "ALTER TABLE \"Order\" ADD COLUMN role text;\n",
        Some("ALTER TABLE \"Order\" DROP COLUMN role;\n"),
    );
    let down = ["rollback", "orders", "--rung", "down", "--yes", "--json"];
    let document = radoub(fleet.path(), &down).run().expect(0).json();
    radoub(fleet.path(), &["restore", "stock", "--yes"]).run().expect(0);

    let runs = runs(&fleet);
    let told: Vec<(&str, &str)> = runs
        .iter()
        .map(|run| (run["command"].as_str().unwrap(), run["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(told[..3], [("restore", "done"), ("rollback", "done"), ("apply", "done")]);
    assert_eq!(runs[1]["run"], document["run"]);
    assert_eq!(runs[1]["migrations"][0]["migration"], CHANGE);
    assert_eq!(runs[1]["migrations"][0]["status"], "undone");
    assert_eq!(runs[0]["restores"][0]["service"], "stock");
    let aside = runs[0]["restores"][0]["aside"].as_str().unwrap().to_owned();

    let table = radoub(fleet.path(), &["history"]).run().expect(0);
    for word in ["COMMAND", "rollback", "restore", "−1"] {
        assert!(table.stdout.contains(word), "`{word}` is not said:\n{}", table.text());
    }
    let french = ["history", "--markdown", "--lang", "fr"];
    let markdown = radoub(fleet.path(), &french).run().expect(0);
    for word in ["- Status: ✅ Appliquée", "- Status: ↩️ Annulée", "↩️ Restauré depuis stock_"]
    {
        assert!(markdown.stdout.contains(word), "`{word}` is not said:\n{}", markdown.text());
    }
    let run = document["run"].as_str().unwrap();
    let shown = radoub(fleet.path(), &["show", run]).run().expect(0);
    assert!(shown.stdout.contains("1 migration taken back"), "{}", shown.text());
    for format in ["text", "json", "junit", "markdown", "html"] {
        let shown = radoub(fleet.path(), &["show", "last", "--format", format]).run().expect(0);
        let is_said = shown.stdout.replace("\\_", "_").contains(&aside);
        assert!(is_said || format == "junit", "{format}: {}", shown.text());
    }
    let asked = radoub(fleet.path(), &["history", "orders", "--json"]).run().expect(0).json();
    assert_eq!(asked["runs"][0]["command"], "rollback", "{asked:#}");
}

/// While somebody is connected, a restore waits with its new database filled: there it is killed.
#[test]
fn a_restore_that_was_killed_is_gone_on_with_by_resume() {
    let Some(cluster) = server() else { return };
    let (fleet, before) = changed(&cluster, "DROP TABLE child;\n", None);
    let database = fleet.database("orders");
    std::thread::scope(|scope| {
        let guest = scope.spawn(|| database.query("SELECT pg_sleep(600)"));
        let restore = ["rollback", "orders", "--rung", "restore", "--yes"];
        let mut running = radoub(fleet.path(), &restore).start();
        running.wait_for("waiting until nobody is connected");
        let second = radoub(fleet.path(), &restore).run().expect(1);
        assert!(second.stderr.contains("working on orders"), "{}", second.text());
        running.kill();
        let newest = &runs(&fleet)[0];
        assert_eq!((&newest["outcome"], &newest["resumable"]), (&().into(), &true.into()));
        // Nobody is asked behind a pipe, and nothing is done unasked.
        radoub(fleet.path(), &["resume"]).run().expect(1);
        let answer = radoub(fleet.path(), &["resume", "--yes", "--wait", "1"]).run().expect(1);
        assert!(answer.stdout.contains("--disconnect"), "{}", answer.text());
        let answer = radoub(fleet.path(), &["resume", "--yes", "--disconnect"]).run().expect(0);
        assert!(
            answer.stdout.contains("found what an earlier restore had filled"),
            "{}",
            answer.text()
        );
        assert!(guest.join().expect("no panic").is_err(), "the guest was asked to leave");
    });
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
    let newest = &runs(&fleet)[0];
    assert_eq!((&newest["outcome"], &newest["resumed"]), (&"done".into(), &2.into()));
    assert_eq!(newest["restores"].as_array().map(Vec::len), Some(1), "{newest:#}");
    let answer = radoub(fleet.path(), &["resume", "--yes"]).run().expect(0);
    assert!(answer.stdout.contains("No run waits"), "{}", answer.text());
}

/// The first of two is taken back; the second hangs, and is killed.
#[test]
fn a_way_down_that_was_killed_is_gone_on_with_by_resume() {
    let Some(cluster) = server() else { return };
    let (fleet, before) =
        changed(&cluster, "CREATE TABLE extra (id int);\n", Some("DROP TABLE extra;\n"));
    let folder = "services/orders/prisma/migrations/20240202000000_more";
    fleet.write(&format!("{folder}/migration.sql"), "CREATE TABLE more (id int);\n");
    fleet.write(&format!("{folder}/down.sql"), "DROP TABLE more;\n");
    radoub(fleet.path(), &["apply", "orders"]).run().expect(0);
    let database = fleet.database("orders");
    std::thread::scope(|scope| {
        let guest = scope
            .spawn(|| database.query("BEGIN; SELECT FROM extra; SELECT pg_sleep(600); COMMIT"));
        let held = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'extra'::regclass)";
        while database.psql(held) != "t" {
            std::thread::yield_now();
        }
        let down = ["rollback", "orders", "--rung", "down", "--to", "20240101000000_init"];
        let mut running = radoub(fleet.path(), &[&down[..], &["--yes"]].concat()).start();
        running.wait_for("20240202000000_more is taken back in");
        running.kill();
        cluster.psql(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^BEGIN.*pg_sleep'",
        );
        assert!(guest.join().expect("no panic").is_err());
    });
    let answer = radoub(fleet.path(), &["resume", "--yes"]).run().expect(0);
    assert!(answer.stdout.contains(&format!("{CHANGE} is taken back in")), "{}", answer.text());
    assert_eq!(without_ledger(&dump(&fleet, &cluster, "orders")), without_ledger(&before));
    let newest = &runs(&fleet)[0];
    let works = newest["migrations"].as_array().expect("a list");
    let undone = works.iter().filter(|it| it["status"] == "undone").count();
    assert_eq!((undone, &newest["outcome"]), (2, &"done".into()), "{newest:#}");
    let shown = radoub(fleet.path(), &["show"]).run().expect(0);
    assert!(shown.stdout.contains("2 migrations taken back"), "{}", shown.text());
}
