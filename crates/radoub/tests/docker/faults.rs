//! The fault matrix, part G: services. Each test is a row, named by its number.

use std::time::Duration;

use radoub_testing::docker::POSTGRES_PASSWORD;

use crate::ground::{Asking, Ground, line, service_program};

const SERVICES: [Asking; 3] = [
    Asking { name: "auth-service", table: "audit_logs", column: "level", health: "real" },
    Asking { name: "stock-service", table: "articles", column: "shelf", health: "constant" },
    Asking { name: "late-service", table: "reports", column: "period", health: "real" },
];

/// An apply that gives services little time.
const IMPATIENT: [&str; 6] = ["apply", "--json", "--health-timeout", "3", "--quiet-period", "0.5"];

/// The last of them is in a wave of its own.
const WAVES: &str = "[service.late-service]\nafter = [\"auth-service\", \"stock-service\"]\n";

/// All three run, and are up to date.
fn ground() -> Ground {
    ground_after(|_| {})
}

/// The same, prepared before its services start.
fn ground_after(prepare: impl FnOnce(&Ground)) -> Ground {
    let ground = Ground::new(&SERVICES);
    ground.write("radoub.toml", WAVES);
    prepare(&ground);
    ground.radoub(&["apply", "--no-backup"]).expect(0);
    ground.start();
    for Asking { name, .. } in SERVICES {
        ground.wait_for(name, "the database answers");
    }
    ground
}

/// Adds a migration to a service.
fn add(ground: &Ground, service: &str, script: &str) {
    let path = format!("{service}/prisma/migrations/20260301000000_third/migration.sql");
    ground.write(&path, script);
}

#[test]
fn fault_53_a_service_that_its_migration_breaks_stops_the_wave_and_the_way_back_is_offered() {
    let ground = ground();
    // The service still asks for the column; its own health route says so.
    add(&ground, "auth-service", "ALTER TABLE audit_logs RENAME COLUMN level TO severity;\n");
    add(&ground, "late-service", "CREATE TABLE later (id int);\n");
    let document = ground.radoub(&IMPATIENT).expect(1).json();
    let auth = line(&document, "auth-service");
    assert_eq!(auth["outcome"], "failed", "{document:#}");
    assert_eq!(auth["applied"].as_array().map(Vec::len), Some(1), "{document:#}");
    assert_eq!(auth["problem"]["code"], "route-refuses", "{document:#}");
    let remedy = auth["remedy"].as_str().expect("a remedy");
    assert!(remedy.contains("radoub rollback auth-service"), "{document:#}");
    // Not only the first thing, and what the service itself said last.
    let found = &auth["found"];
    let problems = found["problems"].as_array().expect("problems");
    let codes: Vec<&str> = problems.iter().filter_map(|it| it["code"].as_str()).collect();
    // Its errors are no new ones when it asked between the migration and the restart already.
    assert_eq!(codes[..2], ["route-refuses", "table-unreadable"], "{document:#}");
    let lines = found["logs"][0]["lines"].as_array().expect("lines");
    assert!((1..=10).contains(&lines.len()), "{found:#}");
    assert!(
        lines.last().unwrap().to_string().contains("PrismaClientKnownRequestError"),
        "{found:#}"
    );
    assert_eq!(line(&document, "late-service")["heldBack"], "failures", "{document:#}");
    assert_eq!(ground.psql("late-service", "SELECT to_regclass('later') IS NULL"), "t");
    let ladder = ground.radoub(&["rollback", "auth-service"]);
    assert!(ladder.stdout.contains("20260301000000_third"), "{}", ladder.text());

    // The way back: the backup that was taken before.
    let backup = auth["backup"].as_str().expect("a backup");
    let force = ["restore", "auth-service", backup, "--yes", "--force"];
    ground.radoub(&force).expect(0);
    assert_eq!(ground.psql("auth-service", "SELECT count(level) FROM audit_logs"), "0");
}

/// Services that no longer come back, each in its own way, and one whose log nobody can read.
const BROKEN: [Asking; 5] = [
    Asking { name: "exits-service", table: "a", column: "b", health: "none" },
    Asking { name: "loops-service", table: "a", column: "b", health: "none" },
    Asking { name: "dies-service", table: "a", column: "b", health: "none" },
    Asking { name: "unwell-service", table: "a", column: "b", health: "none" },
    Asking { name: "mute-service", table: "a", column: "b", health: "none" },
];

/// All of them start by a script that Compose mounts, so that a test can break them.
fn breakable() -> Ground {
    let ground = Ground::new(&BROKEN);
    let mut over = "version: \"3.8\"\nservices:\n".to_owned();
    for Asking { name, .. } in BROKEN {
        start_by(&ground, name, &format!("exec {}", service_program().display()));
        ground.write(&format!("{name}/health.sh"), "exit 0\n");
        over += &format!(
            "  {name}:\n    entrypoint: [\"sh\", \"/start.sh\"]\n    volumes:\n      \
             - \"./{name}/start.sh:/start.sh:ro\"\n      - \"./{name}/health.sh:/health.sh:ro\"\n"
        );
        over += match name {
            "loops-service" => "    restart: always\n",
            "unwell-service" => {
                "    healthcheck:\n      test: [\"CMD\", \"sh\", \"/health.sh\"]\n      interval: 200ms\n      retries: 2\n"
            }
            "mute-service" => "    logging:\n      driver: none\n",
            _ => "",
        };
    }
    ground.write("docker-compose.override.yml", &over);
    ground.radoub(&["apply", "--no-backup"]).expect(0);
    ground.start();
    for Asking { name, .. } in BROKEN.iter().filter(|it| it.name != "mute-service") {
        ground.wait_for(name, "the database answers");
    }
    ground
}

/// What a service does at its next start.
fn start_by(ground: &Ground, service: &str, commands: &str) {
    ground.write(&format!("{service}/start.sh"), &format!("{commands}\n"));
}

#[test]
fn fault_53_a_service_that_does_not_come_back_is_told_with_the_last_lines_of_its_log() {
    let ground = breakable();
    for Asking { name, .. } in BROKEN {
        add(&ground, name, "CREATE TABLE more (id int);\n");
    }
    let secrets = "echo \"cannot use $DATABASE_URL\"; echo 'token=pl4nted, gone'";
    start_by(&ground, "exits-service", &format!("{secrets}; exit 3"));
    start_by(&ground, "loops-service", "echo 'once more'; exit 1");
    // Well at the first look; the second one is after the quiet period.
    start_by(&ground, "dies-service", "echo 'I start'; sleep 1.5; echo 'here I end'; exit 4");
    ground.write("unwell-service/health.sh", "exit 1\n");
    let times = ["--health-timeout", "3", "--quiet-period", "3"];
    let arguments: Vec<&str> =
        ["apply", "--json", "--no-backup"].into_iter().chain(times).collect();
    let document = ground.radoub(&arguments).expect(1).json();

    let told = |service: &str| {
        let line = line(&document, service);
        let applied = line["applied"].as_array().map(Vec::len);
        assert_eq!((&line["outcome"], applied), (&"failed".into(), Some(1)), "{line:#}");
        assert_eq!(line["verdict"], "fail", "{line:#}");
        let lines = line["found"]["logs"][0]["lines"].as_array().expect("a log");
        let lines: Vec<String> =
            lines.iter().map(|it| it.as_str().expect("a line").to_owned()).collect();
        (line["problem"]["code"].as_str().expect("a code").to_owned(), lines)
    };
    let (code, lines) = told("exits-service");
    assert_eq!(code, "service-down");
    let masked = "cannot use postgresql://…@postgres:5432/parabellum_exits";
    assert_eq!(lines[lines.len() - 2..], [masked, "token=…, gone"]);
    let (code, lines) = told("loops-service");
    assert_eq!(
        (code.as_str(), lines.last().map(String::as_str)),
        ("service-loops", Some("once more"))
    );
    let (code, lines) = told("dies-service");
    assert_eq!(
        (code.as_str(), lines.last().map(String::as_str)),
        ("service-down", Some("here I end"))
    );
    let problem = &line(&document, "dies-service")["problem"]["message"];
    assert!(problem.to_string().contains("ended with 4"), "{problem}");
    assert_eq!(told("unwell-service").0, "service-unwell");

    // A log that cannot be read says nothing of errors.
    let mute = line(&document, "mute-service");
    assert_eq!((&mute["outcome"], &mute["verdict"]), (&"applied".into(), &"inconclusive".into()));
    assert_eq!(mute["found"]["problems"][0]["code"], "log-unread", "{mute:#}");
    let alone = ground.radoub(&["verify", "mute-service", "--json"]).expect(1).json();
    let mute = line(&alone, "mute-service");
    assert_eq!(
        (&mute["verdict"], &mute["logProblem"]["code"]),
        (&"inconclusive".into(), &"log-unread".into())
    );
    assert_eq!(alone["checklist"][0]["done"], false, "{alone:#}");
    assert_eq!(alone["next"], "radoub logs mute-service", "{alone:#}");

    // In every form, and without what is secret.
    for form in ["text", "json", "markdown", "html", "junit"] {
        let told = ground.radoub(&["show", "last", "--format", form]).expect(0).text();
        for part in ["here I end", "could not be read, so errors in it are not known"] {
            // JUnit has the cases that failed, and no more.
            assert!(
                told.contains(part) || (form == "junit" && part != "here I end"),
                "{form}: {told}"
            );
        }
        for secret in ["pl4nted", POSTGRES_PASSWORD] {
            assert!(!told.contains(secret), "{form}: {told}");
        }
    }
    let text = ground.radoub(&["show", "last"]).text();
    assert!(text.contains("the last lines of the log of"), "{text}");
    assert!(text.contains("radoub rollback dies-service"), "{text}");
}

#[test]
fn fault_54_a_health_route_that_says_ok_over_a_broken_table_convinces_nobody() {
    let ground = ground();
    // The health route says `ok` whatever happens; the tables say otherwise.
    add(&ground, "stock-service", "ALTER TABLE articles RENAME COLUMN shelf TO place;\n");
    add(&ground, "late-service", "CREATE TABLE later (id int);\n");
    let document = ground.radoub(&IMPATIENT).expect(1).json();
    let stock = line(&document, "stock-service");
    assert_eq!(stock["problem"]["code"], "table-unreadable", "{document:#}");
    assert_eq!(line(&document, "late-service")["heldBack"], "failures", "{document:#}");
}

#[test]
fn fault_55_an_engine_that_stops_answering_costs_the_restart_and_no_data() {
    let ground = ground();
    add(&ground, "auth-service", "CREATE TABLE more (id int);\nSELECT pg_sleep(5);\n");
    // The engine is asked nothing while it is about to be held: a busy machine would miss the moment.
    let server = ground.server();
    let arguments = ["apply", "auth-service", "--no-backup", "--json", "--timeout", "2"];
    let running = ground.call(&arguments).start();
    let asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while server.psql("auth-service", asleep) == "0" {
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let held = ground.engine.hold();
    let document = running.wait().expect(1).json();
    drop(held);
    let auth = line(&document, "auth-service");
    assert_eq!(auth["problem"]["code"], "restart-failed", "{document:#}");
    // How it is, nobody knows; why, is said.
    assert_eq!(auth["verdict"], "inconclusive", "{document:#}");
    let problem = &auth["found"]["problems"][0];
    assert_eq!(problem["code"], "containers-unseen", "{document:#}");
    assert!(
        problem["message"].as_str().unwrap().contains("did not answer within 2 s"),
        "{problem:#}"
    );
    assert_eq!(auth["applied"].as_array().map(Vec::len), Some(1), "{document:#}");
    let applied = "SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL";
    assert_eq!(ground.psql("auth-service", applied), "3");

    // The engine is back: what is left is the restart.
    let before = ground.started("auth-service");
    let document = ground.radoub(&["resume", "--json"]).expect(0).json();
    let auth = line(&document, "auth-service");
    assert_eq!((&auth["outcome"], &auth["verdict"]), (&"applied".into(), &"pass".into()));
    assert_ne!(ground.started("auth-service"), before);
}

#[test]
fn fault_55_an_engine_that_stops_answering_behind_the_restart_leaves_the_verdict_open() {
    let ground = ground();
    add(&ground, "auth-service", "CREATE TABLE more (id int);\n");
    let arguments =
        ["apply", "auth-service", "--no-backup", "--timeout", "2", "--quiet-period", "4"];
    let mut running = ground.call(&arguments).start();
    // What it says when the service was restarted, whose first or second look is still to come.
    running.wait_for("looking whether it is well");
    let held = ground.engine.hold();
    let text = running.wait().expect(0).stdout;
    drop(held);
    let reason = "Its containers could not be looked at, so nobody knows how it is";
    assert!(text.contains(reason), "{text}");
    let document = ground.radoub(&["show", "last", "--format", "json"]).expect(0).json();
    let auth = line(&document, "auth-service");
    assert_eq!((&auth["outcome"], &auth["verdict"]), (&"applied".into(), &"inconclusive".into()));
    assert_eq!(auth["found"]["problems"][0]["code"], "containers-unseen", "{document:#}");
}

/// Makes `stock-service` push at every start, by a script that Compose mounts. The container has no `npx`, so the
/// push fails and the service runs all the same; what counts is what is written.
fn push_at_start(ground: &Ground) {
    let program = service_program();
    let script = format!(
        "#!/bin/sh\nnpx prisma db push --accept-data-loss || echo 'not pushed'\nexec {}\n",
        program.display()
    );
    ground.write("stock-service/start.sh", &script);
    let over = "version: \"3.8\"\nservices:\n  stock-service:\n    entrypoint: [\"sh\", \"/start.sh\"]\n    \
                volumes: [\"./stock-service/start.sh:/start.sh:ro\"]\n";
    ground.write("docker-compose.override.yml", over);
}

#[test]
fn fault_56_a_service_that_pushes_at_its_start_is_not_restarted_without_consent() {
    let ground = ground_after(push_at_start);
    add(&ground, "stock-service", "ALTER TABLE articles ADD COLUMN place TEXT;\n");
    let columns = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'articles'";
    let started = ground.started("stock-service");

    let document = ground.radoub(&["apply", "--json"]).expect(1).json();
    let stock = line(&document, "stock-service");
    assert_eq!(stock["outcome"], "refused", "{document:#}");
    assert_eq!(stock["problem"]["code"], "push-at-start", "{document:#}");
    let said = stock["problem"].to_string();
    assert!(said.contains("npx prisma db push --accept-data-loss"), "{document:#}");
    assert!(said.contains("stock-service/start.sh:2"), "{document:#}");
    let remedy = stock["remedy"].as_str().expect("a remedy");
    for way in ["radoub apply stock-service --allow push-at-start", "--no-restart"] {
        assert!(remedy.contains(way), "{document:#}");
    }
    assert_eq!(ground.psql("stock-service", columns), "2");
    assert_eq!(ground.started("stock-service"), started);

    // Without a restart nothing pushes.
    let arguments = ["apply", "--json", "--no-restart"];
    let document = ground.radoub(&arguments).expect(0).json();
    assert_eq!(line(&document, "stock-service")["outcome"], "applied", "{document:#}");
    assert_eq!(ground.psql("stock-service", columns), "3");
    assert_eq!(ground.started("stock-service"), started);

    // Agreed to by name: applied, restarted, looked at.
    let fourth = "stock-service/prisma/migrations/20260401000000_fourth/migration.sql";
    ground.write(fourth, "ALTER TABLE articles ADD COLUMN weight INTEGER;\n");
    let arguments = ["apply", "--json", "--allow", "push-at-start", "--quiet-period", "0.5"];
    let document = ground.radoub(&arguments).expect(0).json();
    let stock = line(&document, "stock-service");
    assert_eq!((&stock["outcome"], &stock["verdict"]), (&"applied".into(), &"pass".into()));
    assert_eq!(ground.psql("stock-service", columns), "4");
    assert_ne!(ground.started("stock-service"), started);
}
