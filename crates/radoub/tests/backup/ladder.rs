//! The ladder of `radoub rollback`: each rung, with the data compared.

use radoub_testing::Cluster;
use radoub_testing::fleet::Fleet;
use radoub_testing::oracle::{Oracle, Place};
use radoub_testing::shared::shared_or_say;

use crate::{dump, fill, member, radoub, server, strangers};

pub(crate) const CHANGE: &str = "20240201000000_change";

/// Two services with rows and a set of verified backups; then `orders` gets one more migration and some rows.
pub(crate) fn changed<'cluster>(
    cluster: &'cluster Cluster,
    script: &str,
    down: Option<&str>,
) -> (Fleet<'cluster>, String) {
    let mut fleet = Fleet::on(cluster);
    for name in ["orders", "stock"] {
        fleet.add(member(name));
        fill(&fleet, name);
    }
    radoub(fleet.path(), &["backup", "--set", "before"]).run().expect(0);
    let before = dump(&fleet, cluster, "orders");
    let folder = format!("services/orders/prisma/migrations/{CHANGE}");
    fleet.write(&format!("{folder}/migration.sql"), script);
    if let Some(down) = down {
        fleet.write(&format!("{folder}/down.sql"), down);
    }
    radoub(fleet.path(), &["apply", "--allow", "delete-data"]).run();
    (fleet, before)
}

/// A dump without the rows of the ledger.
pub(crate) fn without_ledger(dump: &str) -> String {
    let mut inside = false;
    let lines = dump.lines().filter(|line| {
        inside |= line.starts_with("COPY public._prisma_migrations");
        let keep = !inside;
        inside &= *line != "\\.";
        keep
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn the_ladder_names_every_rung_with_its_cost() {
    let Some(cluster) = server() else { return };
    let (fleet, _) = changed(
        &cluster,
        "ALTER TABLE \"Order\" ADD COLUMN role text;\nUPDATE \"Order\" SET role = 'R' WHERE id <= 30;\n",
        Some("ALTER TABLE \"Order\" DROP COLUMN role;\n"),
    );
    fleet.database("orders").psql("INSERT INTO parent VALUES (5)");
    let answer = radoub(fleet.path(), &["rollback", "orders"]).run().expect(1);
    for word in [
        "to undo: 20240201000000_change",
        "nothing committed: no, 1 migration is applied",
        "lost: 30 values of Order.role",
        "--rung down --to 20240101000000_init --allow-delete-data",
        "3. ✅ code only",
        "docker compose up -d orders",
        "restore this service from orders_",
        "--rung restore",
        "restore the whole set before: orders, stock",
    ] {
        assert!(answer.stdout.contains(word), "`{word}` is not said:\n{}", answer.text());
    }
    let document = radoub(fleet.path(), &["rollback", "orders", "--json"]).run().expect(1).json();
    assert_eq!(document["undo"][0], CHANGE, "{document:#}");
    assert_eq!(document["down"]["losses"][0]["count"], 30);
    assert_eq!(document["code"]["compatible"], true);
    let french = radoub(fleet.path(), &["rollback", "orders", "--lang", "fr"]).run().expect(1);
    assert!(french.stdout.contains("perdu : 30 valeurs de Order.role"), "{}", french.text());
}

#[test]
fn nothing_committed_is_said_of_a_script_that_failed_whole() {
    let Some(cluster) = server() else { return };
    let (fleet, before) =
        changed(&cluster, "CREATE TABLE x (id int);\nSELECT * FROM nowhere;\n", None);
    let answer = radoub(fleet.path(), &["rollback", "orders"]).run().expect(0);
    assert!(answer.stdout.contains("nothing of it was committed"), "{}", answer.text());
    assert_eq!(without_ledger(&dump(&fleet, &cluster, "orders")), without_ledger(&before));
    // The others of its run may have to go back with it.
    let set = "restore the whole set before: orders, stock";
    assert!(answer.stdout.contains(set), "{}", answer.text());
    let stock = dump(&fleet, &cluster, "stock");
    fleet.database("stock").psql("DELETE FROM child");
    radoub(fleet.path(), &["rollback", "orders", "--rung", "set", "--yes"]).run().expect(0);
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
    assert_eq!(dump(&fleet, &cluster, "stock"), stock);
}

#[test]
fn down_takes_the_migration_back_with_its_row_and_prisma_agrees() {
    let Some(shared) = shared_or_say("the real engine on a migration taken back") else {
        return;
    };
    let Some(cluster) = server() else { return };
    let (fleet, before) = changed(
        &cluster,
        "ALTER TABLE \"Order\" ADD COLUMN role text;\nCREATE TABLE extra (id int);\nINSERT INTO extra VALUES (1), (2);\n",
        Some("DROP TABLE extra;\nALTER TABLE \"Order\" DROP COLUMN role;\n"),
    );
    let after = dump(&fleet, &cluster, "orders");
    let down = ["rollback", "orders", "--rung", "down"];
    let answer = radoub(fleet.path(), &down).run().expect(1);
    assert!(answer.stdout.contains("lost: 2 rows of extra"), "{}", answer.text());
    radoub(fleet.path(), &[&down[..], &["--yes"]].concat()).run().expect(1);
    assert_eq!(dump(&fleet, &cluster, "orders"), after, "a loss is agreed to by its name");

    radoub(fleet.path(), &[&down[..], &["--yes", "--allow-delete-data"]].concat()).run().expect(0);
    assert_eq!(without_ledger(&dump(&fleet, &cluster, "orders")), without_ledger(&before));
    let rows = fleet.database("orders").psql(
        "SELECT migration_name, finished_at IS NOT NULL, rolled_back_at IS NOT NULL FROM _prisma_migrations ORDER BY 1",
    );
    assert_eq!(rows, "20240101000000_init|t|f\n20240201000000_change|t|t");
    let (url, migrations, schema) =
        (fleet.database("orders").url(), fleet.migrations("orders"), fleet.schema("orders"));
    let place = Place { url: &url, migrations: &migrations, schema: &schema };
    // 6.19's `status` overlooks a name that has rolled-back rows only; its `deploy` does not.
    let document = radoub(fleet.path(), &["check", "orders", "--json"]).run().expect(1).json();
    assert_eq!(document["services"][0]["history"]["pending"][0], CHANGE, "{document:#}");
    assert_eq!(Oracle::of(&shared).deploy(place), Ok(vec![CHANGE.to_owned()]));
    assert_eq!(
        without_ledger(&dump(&fleet, &cluster, "orders")),
        without_ledger(&after),
        "it can be applied again"
    );
}

#[test]
fn a_down_that_fails_changes_nothing() {
    let Some(cluster) = server() else { return };
    let (fleet, _) = changed(
        &cluster,
        "CREATE TABLE extra (id int);\n",
        Some("DROP TABLE extra;\nDROP TABLE nowhere;\n"),
    );
    let after = dump(&fleet, &cluster, "orders");
    let answer = radoub(
        fleet.path(),
        &["rollback", "orders", "--rung", "down", "--yes", "--allow-delete-data"],
    );
    let answer = answer.run().expect(1);
    assert!(answer.text().contains("nowhere"), "{}", answer.text());
    assert_eq!(dump(&fleet, &cluster, "orders"), after);
}

#[cfg(unix)]
#[test]
fn fault_07_a_way_down_asked_to_stop_ends_the_one_at_work_and_asked_twice_undoes_it() {
    let Some(cluster) = server() else { return };
    let (fleet, _) = changed(
        &cluster,
        "CREATE TABLE extra (id int);\n",
        Some("DROP TABLE extra;\nSELECT pg_sleep(4);\n"),
    );
    let folder = "services/orders/prisma/migrations/20240202000000_slow";
    fleet.write(&format!("{folder}/migration.sql"), "CREATE TABLE slow (id int);\n");
    fleet.write(&format!("{folder}/down.sql"), "DROP TABLE slow;\nSELECT pg_sleep(4);\n");
    radoub(fleet.path(), &["apply", "orders"]).run().expect(0);
    let database = fleet.database("orders");
    let tables =
        || database.psql("SELECT concat_ws(' ', to_regclass('extra'), to_regclass('slow'))");
    let asleep = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')";
    for (times, left) in [(2, "extra slow"), (1, "extra")] {
        let down = ["rollback", "orders", "--rung", "down", "--yes", "--allow-delete-data"];
        let mut running = radoub(fleet.path(), &down).start();
        while cluster.psql("postgres", asleep) != "t" {
            assert!(!running.ended(), "it ended before it was asked to stop");
        }
        for _ in 0..times {
            let sent = std::process::Command::new("kill")
                .args(["-TERM", &running.pid().to_string()])
                .status();
            assert!(sent.is_ok_and(|status| status.success()));
            // Two signals at once are one.
            std::thread::park_timeout(std::time::Duration::from_millis(200));
        }
        let answer = running.wait().expect(1);
        assert!(answer.stderr.contains("stopped before"), "{}", answer.text());
        while cluster.psql("postgres", asleep) == "t" {
            std::thread::yield_now();
        }
        assert_eq!(tables(), left, "asked {times} times");
    }
    let down = ["rollback", "orders", "--rung", "down", "--yes", "--allow-delete-data"];
    radoub(fleet.path(), &down).run().expect(0);
    assert_eq!(tables(), "");
}

#[test]
fn code_that_would_stumble_is_named() {
    let Some(cluster) = server() else { return };
    let (fleet, _) =
        changed(&cluster, "ALTER TABLE \"Order\" RENAME COLUMN note TO remark;\n", None);
    let answer = radoub(fleet.path(), &["rollback", "orders"]).run().expect(1);
    for word in ["3. – code only", "rename-column Order.note", "down.sql: missing"] {
        assert!(answer.stdout.contains(word), "`{word}` is not said:\n{}", answer.text());
    }
    radoub(fleet.path(), &["rollback", "orders", "--rung", "down", "--yes"]).run().expect(2);
}

#[test]
fn a_service_is_restored_to_the_time_before_ledger_included() {
    let Some(cluster) = server() else { return };
    let (fleet, before) =
        changed(&cluster, "DROP TABLE child;\nALTER TABLE \"Order\" DROP COLUMN note;\n", None);
    let stock = dump(&fleet, &cluster, "stock");
    assert_ne!(dump(&fleet, &cluster, "orders"), before);
    radoub(fleet.path(), &["rollback", "orders", "--rung", "restore", "--yes"]).run().expect(0);
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
    assert_eq!(dump(&fleet, &cluster, "stock"), stock);
    assert_eq!(strangers(&cluster), "");
}

#[test]
fn a_set_is_restored_at_once_or_not_at_all() {
    let Some(cluster) = server() else { return };
    let (fleet, before) = changed(&cluster, "DROP TABLE child;\n", None);
    let stock_before = dump(&fleet, &cluster, "stock");
    fleet.database("stock").psql("DELETE FROM child");
    let (orders, stock) = (dump(&fleet, &cluster, "orders"), dump(&fleet, &cluster, "stock"));
    let set = ["rollback", "orders", "--rung", "set", "--yes", "--wait", "1"];
    // Somebody in the second keeps the first as it was.
    std::thread::scope(|scope| {
        let database = fleet.database("stock");
        let guest = scope.spawn(|| database.query("SELECT pg_sleep(600)"));
        let asleep = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'";
        while cluster.psql("postgres", asleep) == "0" {
            std::thread::yield_now();
        }
        let answer = radoub(fleet.path(), &set).run().expect(1);
        assert!(answer.stdout.contains("orders is as it was"), "{}", answer.text());
        cluster.psql(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'",
        );
        assert!(guest.join().expect("no panic").is_err());
    });
    assert_eq!(
        (dump(&fleet, &cluster, "orders"), dump(&fleet, &cluster, "stock")),
        (orders, stock)
    );
    radoub(fleet.path(), &set).run().expect(0);
    assert_eq!(
        (dump(&fleet, &cluster, "orders"), dump(&fleet, &cluster, "stock")),
        (before, stock_before)
    );
    assert_eq!(strangers(&cluster), "");
}

/// Whoever does not know whether a way back came to its end asks for it again.
#[test]
fn a_way_back_that_is_asked_for_again_undoes_nothing_more() {
    let Some(cluster) = server() else { return };
    let (fleet, _) = changed(
        &cluster,
        "ALTER TABLE \"Order\" ADD COLUMN role text;\n",
        Some("ALTER TABLE \"Order\" DROP COLUMN role;\n"),
    );
    // A second change, with a backup between the two: there would be more to undo.
    radoub(fleet.path(), &["backup", "--set", "between"]).run().expect(0);
    let between = dump(&fleet, &cluster, "orders");
    let folder = "services/orders/prisma/migrations/20240202000000_extra";
    fleet.write(&format!("{folder}/migration.sql"), "CREATE TABLE extra (id int);\n");
    fleet.write(&format!("{folder}/down.sql"), "DROP TABLE extra;\n");
    for rung in ["down", "restore", "set"] {
        radoub(fleet.path(), &["apply", "orders"]).run().expect(0);
        let ladder = radoub(fleet.path(), &["rollback", "orders"]).run().expect(1);
        let named = format!("radoub rollback orders --rung {rung} --to {CHANGE}");
        assert!(ladder.stdout.contains(&named), "`{named}` is not said:\n{}", ladder.text());
        let bare = ["rollback", "orders", "--rung", rung, "--yes"];
        radoub(fleet.path(), &bare).run().expect(0);
        let after = dump(&fleet, &cluster, "orders");
        assert_eq!(without_ledger(&after), without_ledger(&between), "{rung}");
        for again in [&bare[..], &[&bare[..], &["--to", CHANGE]].concat()] {
            let answer = radoub(fleet.path(), again).run().expect(0);
            assert!(answer.stdout.contains("nothing was applied"), "{}", answer.text());
            assert_eq!(dump(&fleet, &cluster, "orders"), after, "{rung}");
        }
    }
    // Further back goes only who says how far.
    let further = ["rollback", "orders", "--rung", "down", "--to", "20240101000000_init", "--yes"];
    let document =
        radoub(fleet.path(), &[&further[..], &["--json"]].concat()).run().expect(0).json();
    assert_eq!(document["undone"], serde_json::json!([CHANGE]), "{document:#}");
}

#[test]
fn the_rest_of_a_set_is_restored_where_one_service_was_restored_before() {
    let Some(cluster) = server() else { return };
    let (fleet, before) = changed(&cluster, "DROP TABLE child;\n", None);
    let stock_before = dump(&fleet, &cluster, "stock");
    fleet.database("stock").psql("DELETE FROM child");
    radoub(fleet.path(), &["rollback", "orders", "--rung", "restore", "--yes"]).run().expect(0);
    let ladder = radoub(fleet.path(), &["rollback", "orders"]).run().expect(0);
    assert!(ladder.stdout.contains("not restored yet: stock"), "{}", ladder.text());
    // What is restored already keeps what was written to it since.
    fleet.database("orders").psql("INSERT INTO parent VALUES (77)");
    let orders = dump(&fleet, &cluster, "orders");
    assert_ne!(orders, before);
    for _ in 0..2 {
        radoub(fleet.path(), &["rollback", "orders", "--rung", "set", "--yes"]).run().expect(0);
        assert_eq!(dump(&fleet, &cluster, "stock"), stock_before);
        assert_eq!(dump(&fleet, &cluster, "orders"), orders);
    }
}

/// The guide's method 1, with radoub's words for both of its steps.
#[test]
fn the_guides_first_method_resolves_and_restores() {
    let Some(cluster) = server() else { return };
    // Half a script stays behind, as Prisma itself would leave it: a statement that no transaction holds.
    let (fleet, before) = changed(
        &cluster,
        "CREATE TABLE x (id int);\nCREATE INDEX CONCURRENTLY i ON x (id);\nSELECT * FROM nowhere;\n",
        None,
    );
    radoub(fleet.path(), &["check", "orders"]).run().expect(1);
    radoub(fleet.path(), &["resolve", "orders", "--rolled-back", CHANGE]).run().expect(0);
    radoub(fleet.path(), &["restore", "orders", "--yes"]).run().expect(0);
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
}
