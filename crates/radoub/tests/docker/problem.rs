//! The guide's “Problème 1” on a real engine, with its eleven services: two miss a column and say so, until the
//! migrations are applied and just those two restarted; and a health route that answers a constant convinces nobody.

use crate::ground::{Asking, Ground, line};

const fn asking(
    name: &'static str,
    table: &'static str,
    column: &'static str,
    health: &'static str,
) -> Asking {
    Asking { name, table, column, health }
}

/// The services of the guide's table that have a database under Prisma.
const SERVICES: [Asking; 11] = [
    asking("auth-service", "audit_logs", "level", "real"),
    asking("technical-service", "interventions_techniciens", "role", "constant"),
    asking("customer-service", "clients", "name", "real"),
    asking("hr-service", "employees", "phone", "real"),
    asking("billing-service", "invoices", "due", "real"),
    asking("commercial-service", "quotes", "stage", "real"),
    asking("communication-service", "messages", "thread", "real"),
    asking("inventory-service", "articles", "shelf", "real"),
    asking("procurement-service", "orders", "supplier", "real"),
    asking("project-service", "projects", "phase", "real"),
    asking("analytics-service", "reports", "period", "real"),
];

/// The services whose second migration nobody applied.
const BEHIND: [&str; 2] = ["auth-service", "technical-service"];

#[test]
fn a_forgotten_migration_is_seen_applied_and_gone() {
    let ground = Ground::new(&SERVICES);
    // Nine are up to date; two were deployed with a migration that nobody applied.
    ground.apply_all_but_the_second_of(&BEHIND);
    ground.start();
    ground.wait_for("auth-service", "column t.level does not exist");
    ground.wait_for("technical-service", "column t.role does not exist");
    for service in SERVICES.iter().filter(|it| !BEHIND.contains(&it.name)) {
        ground.wait_for(service.name, "the database answers");
    }

    let document = ground.radoub(&["verify", "--json", "--wait", "20"]).expect(1).json();
    for Asking { name, .. } in SERVICES {
        let wanted = if BEHIND.contains(&name) { "fail" } else { "pass" };
        assert_eq!(line(&document, name)["verdict"], wanted, "{name}: {document:#}");
    }
    // Its health route says `ok`, and its tables say otherwise.
    let technical = line(&document, "technical-service")["findings"].as_array().expect("findings");
    let found: Vec<&str> = technical.iter().filter_map(|it| it["finding"].as_str()).collect();
    assert_eq!(found, ["runs", "answers", "unreadable"], "{document:#}");
    assert_eq!(technical[2]["columns"][0], "role");
    // Before it a service may have found its server not ready.
    let errors = line(&document, "auth-service")["newErrors"].as_array().expect("errors");
    assert!(errors.iter().any(|it| it["prismaCode"] == "P2022"), "{document:#}");

    // The doctor reads the same from the logs, and by looking.
    let logs = ground.radoub(&["logs", "--tail", "50"]).stdout;
    let explained = ground.call(&["doctor", "--explain", "-", "--json"]).input(logs).run();
    let document = explained.expect(1).json();
    let explanations = document["explanations"].as_array().expect("explanations");
    let commands: Vec<&str> = explanations.iter().filter_map(|it| it["command"].as_str()).collect();
    for name in BEHIND {
        let command = format!("radoub apply --only {name}");
        assert!(commands.contains(&command.as_str()), "{document:#}");
    }
    let document =
        ground.radoub(&["doctor", "--json", "--only", "health,database"]).expect(1).json();
    let found = |check: &str| -> Vec<&str> {
        let findings = document["findings"].as_array().expect("findings").iter();
        findings.filter(|it| it["check"] == check).filter_map(|it| it["service"].as_str()).collect()
    };
    assert_eq!(found("health-route-blind"), ["technical-service"], "{document:#}");
    assert_eq!(found("table-unreadable"), BEHIND, "{document:#}");
    // What waits is applied; that is what comes next, for both.
    assert_eq!(document["next"], "radoub apply --only auth-service", "{document:#}");
    for finding in document["findings"].as_array().expect("findings") {
        if finding["check"] == "table-unreadable" {
            let command =
                format!("radoub apply --only {}", finding["service"].as_str().expect("a name"));
            assert_eq!(finding["command"], command.as_str(), "{document:#}");
        }
    }

    let document = ground.radoub(&["check", "--json"]).expect(1).json();
    for Asking { name, .. } in SERVICES {
        let wanted = if BEHIND.contains(&name) { "pending" } else { "up-to-date" };
        assert_eq!(line(&document, name)["state"], wanted, "{name}: {document:#}");
    }
    let plan = ground.radoub(&["plan"]).expect(1);
    for words in ["before: a backup", "it is restarted", "are looked at"] {
        assert_eq!(plan.stdout.matches(words).count(), 2, "{words}: {}", plan.text());
    }

    let before = SERVICES.map(|it| ground.started(it.name));
    let document = ground.radoub(&["apply", "--json", "--quiet-period", "0.5"]).expect(0).json();
    for (at, Asking { name, .. }) in SERVICES.into_iter().enumerate() {
        let line = line(&document, name);
        let changed = BEHIND.contains(&name);
        assert_eq!(line["outcome"], if changed { "applied" } else { "nothing" }, "{document:#}");
        assert_eq!(line["backup"].is_string(), changed, "{document:#}");
        assert_eq!(line["downtimeMilliseconds"].is_number(), changed, "{document:#}");
        assert_eq!(line["verdict"] == "pass", changed, "{document:#}");
        let compared = &line["compared"];
        assert_eq!(compared["tables"].as_u64().is_some_and(|it| it > 0), changed, "{document:#}");
        assert_eq!(compared["differences"] == serde_json::json!([]), changed, "{document:#}");
        assert_eq!(ground.started(name) != before[at], changed, "just those two are restarted");
    }
    let backups = ground.radoub(&["backups", "--json"]).expect(0).json();
    assert_eq!(backups["backups"].as_array().map(Vec::len), Some(2), "{backups:#}");

    for name in BEHIND {
        ground.wait_for(name, "the database answers");
    }
    let document = ground.radoub(&["verify", "--json", "--wait", "20"]).expect(0).json();
    for Asking { name, .. } in SERVICES {
        assert_eq!(line(&document, name)["verdict"], "pass", "{name}: {document:#}");
    }
    let ticked: Vec<bool> = document["checklist"]
        .as_array()
        .expect("a checklist")
        .iter()
        .map(|it| it["done"].as_bool().expect("a box"))
        .collect();
    assert_eq!(ticked, [true, true, true, false, false], "{document:#}");
    let restarted = ground.radoub(&["restart", "customer-service", "--quiet", "0.5"]).expect(0);
    assert!(restarted.stdout.contains("customer-service restarted"), "{}", restarted.text());

    // “Cannot connect to database”: the server is started, whatever port it gets now, and waited for.
    ground.compose(&["stop", "postgres"]);
    let document = ground.radoub(&["doctor", "--json", "--only", "compose"]).expect(1).json();
    let findings = document["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|it| it["check"] == "port-not-published"), "{document:#}");
    let mended = ground.radoub(&["doctor", "--fix", "--yes"]).expect(0);
    assert!(mended.stderr.contains("postgres takes connections after"), "{}", mended.text());
    ground.radoub(&["check"]).expect(0);

    // “Database does not exist”: created, its migrations applied.
    ground.compose(&["stop", "customer-service"]);
    ground.psql("auth-service", "DROP DATABASE parabellum_customer WITH (FORCE)");
    ground.radoub(&["doctor", "--fix", "--yes", "customer-service"]).expect(0);
    ground.radoub(&["check"]).expect(0);
}
