//! `radoub doctor`: the binary says what is wrong, explains logs in the words of the guide, and mends what it may.

use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::postgres::Cluster;

use super::{radoub, texts};

const FIRST: &str = "20260101000000_init";
const CREATE: &str = "CREATE TABLE \"Thing\" (\"id\" INTEGER NOT NULL, CONSTRAINT \"Thing_pkey\" PRIMARY KEY (\"id\"));\n";
const ADD: &str = "ALTER TABLE \"Thing\" ADD COLUMN \"name\" TEXT NOT NULL;\n";

fn ships() -> Fleet<'static> {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(
        Member::new("ships").migration(FIRST, CREATE).migration("20260212000000_add_name", ADD),
    );
    fleet
}

/// The names of the checks that found something.
fn checks(document: &serde_json::Value) -> Vec<String> {
    let findings = document["findings"].as_array().expect("findings");
    findings.iter().map(|it| it["check"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn findings_are_told_with_cause_consequence_and_remedy() {
    let fleet = ships();
    let arguments = ["doctor", "--only", "migrations-pending,start"];
    let answer = radoub(fleet.path(), &arguments).run();
    assert_eq!(answer.code, Some(1), "{}", answer.stderr);
    for part in [
        "Problem · Migrations wait to be applied (migrations-pending)",
        "ships  services/ships/prisma/migrations  count 2, migration 20260101000000_init, 20260212000000_add_name",
        "why  Code was deployed and its migrations were not.",
        "so   Queries of the new code fail.",
        "→    Apply them.",
        "radoub apply --only ships",
        "1 problem, 0 pieces of advice",
    ] {
        assert!(answer.stdout.contains(part), "{part}\n{}", answer.stdout);
    }
    let last = answer.stdout.lines().last();
    assert_eq!(last, Some("Next: radoub apply --only ships"));

    let french = radoub(fleet.path(), &arguments).env("RADOUB_LANG", "fr").run();
    assert!(
        french.stdout.contains("Des migrations attendent d'être appliquées"),
        "{}",
        french.stdout
    );
    assert_eq!(french.stdout.lines().last(), Some("Ensuite : radoub apply --only ships"));
}

#[test]
fn the_same_is_said_to_machines() {
    let fleet = ships();
    let answer =
        radoub(fleet.path(), &["doctor", "--json", "--no-containers", "--only", "migrations"])
            .run();
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!(document["version"], 1);
    assert_eq!(document["exitCode"], 1);
    assert_eq!(checks(&document), ["migrations-pending"]);
    assert_eq!(document["next"], "radoub apply --only ships");
    let first = &document["findings"][0];
    assert_eq!(first["facts"]["count"], "2");
    for part in ["title", "cause", "consequence", "remedy"] {
        assert!(first[part].as_str().is_some_and(|it| !it.is_empty()), "{first:#}");
    }
}

#[test]
fn checks_are_chosen_by_name_and_listed() {
    let fleet = ships();
    let answer =
        radoub(fleet.path(), &["doctor", "--only", "migrations", "--except", "migrations-pending"])
            .run();
    assert_eq!(answer.code, Some(0), "{}", answer.stdout);
    assert!(
        answer.stdout.contains("\nNothing is wrong that radoub looks for"),
        "{}",
        answer.stdout
    );

    let answer = radoub(fleet.path(), &["doctor", "--only", "nonsense"]).run();
    assert_eq!(answer.code, Some(2));
    assert!(answer.stderr.contains("nonsense is no check and no area"), "{}", answer.stderr);

    let answer = radoub(fleet.path(), &["doctor", "--list", "--json"]).run();
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert!(document["checks"].as_array().expect("checks").len() > 60);
    let answer = radoub(fleet.path(), &["doctor", "--list"]).run();
    assert!(answer.stdout.contains("start-pushes-with-loss"), "{}", answer.stdout);
}

#[test]
fn what_cannot_be_looked_at_is_said() {
    let fleet = ships();
    // No engine answers in an environment without one, and nothing of the source is there.
    let answer = radoub(fleet.path(), &["doctor", "--json"])
        .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .run();
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert!(checks(&document).contains(&"docker-unreachable".to_owned()));
    let unexamined = document["unexamined"].as_array().expect("what was not looked at");
    let what: Vec<&str> =
        unexamined.iter().map(|it| it["what"].as_str().expect("a name")).collect();
    assert_eq!(what, ["source", "deep", "containers"]);
    assert!(texts(&serde_json::json!(what)).len() == 3);
    // With the command that looks at it, and not when it was looked at.
    let answer = radoub(fleet.path(), &["doctor", "--only", "migrations"]).run();
    let told =
        "  the replay of the histories, and whether they end at the schema (radoub doctor --deep)";
    assert!(answer.stdout.contains(&format!("Not looked at:\n{told}\n")), "{}", answer.stdout);
    let answer = radoub(fleet.path(), &["doctor", "--only", "migrations", "--deep"]).run();
    assert!(!answer.stdout.contains("--deep"), "{}", answer.stdout);
}

#[test]
fn the_messages_of_the_guide_are_explained() {
    let fleet = ships();
    let log = "ships-1  | PrismaClientKnownRequestError: \nships-1  | The column 'Thing.name' does not exist\n";
    let answer = radoub(fleet.path(), &["doctor", "--explain", "-"]).input(log).run();
    assert_eq!(answer.code, Some(1), "{}", answer.stderr);
    assert!(
        answer.stdout.contains("20260212000000_add_name of ships brings it and waits (services/ships/prisma/migrations/20260212000000_add_name/migration.sql:1)"),
        "{}",
        answer.stdout
    );
    assert_eq!(answer.stdout.lines().last(), Some("Next: radoub apply --only ships"));

    // From a file, as PowerShell writes it.
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend("Migration already applied\r\n".encode_utf16().flat_map(u16::to_le_bytes));
    fleet.write("log.txt", utf16);
    for (log, title) in [
        ("log.txt", "P3008 The migration is recorded as applied already"),
        ("Database does not exist", "P1003 The database does not exist"),
        ("Cannot connect to database", "P1001 The database server does not answer"),
    ] {
        let answer = radoub(fleet.path(), &["doctor", "--explain", log]).run();
        assert_eq!(answer.stdout.lines().next(), Some(title), "{log}");
    }
    let answer = radoub(fleet.path(), &["doctor", "--explain", "all is well"]).run();
    assert_eq!(answer.code, Some(0));
    assert!(answer.stdout.starts_with("Nothing in 1 line is a symptom"), "{}", answer.stdout);

    let answer =
        radoub(fleet.path(), &["doctor", "--explain", "-", "--json"]).input(log_of_lock()).run();
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!(document["explanations"][0]["kind"], "locked");
}

fn log_of_lock() -> &'static str {
    "Error: P1002\n\nThe database server at `postgres:5432` was reached but timed out.\n\nContext: Timed out trying to acquire a \
     postgres advisory lock (SELECT pg_advisory_lock(72707369)). Timeout: 10000ms.\n"
}

#[test]
fn a_database_that_is_not_there_is_created_and_brought_up_to_date() {
    let fleet = ships();
    let name = fleet.database("ships").name().to_owned();
    Cluster::shared().psql("postgres", &format!("DROP DATABASE \"{name}\""));

    // Nobody can be asked here.
    let answer = radoub(fleet.path(), &["doctor", "--fix"]).run();
    assert_eq!(answer.code, Some(1), "{}", answer.stderr);
    assert!(answer.stderr.contains(&format!("Create {name} on ")), "{}", answer.stderr);
    assert!(answer.stderr.contains("add --yes"), "{}", answer.stderr);

    let answer = radoub(fleet.path(), &["doctor", "--fix", "--yes"]).run();
    assert_eq!(answer.code, Some(0), "{}\n{}", answer.stdout, answer.stderr);
    let owner =
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()";
    assert_eq!(fleet.database("ships").psql(owner), "captain");
    let columns = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'Thing'";
    assert_eq!(fleet.database("ships").psql(columns), "2");

    let answer = radoub(fleet.path(), &["doctor", "--fix", "--yes"]).run();
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert!(answer.stderr.contains("Nothing to mend"), "{}", answer.stderr);
}

#[test]
fn a_database_without_any_migration_is_created_and_its_first_one_is_next() {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("ships"));
    let name = fleet.database("ships").name().to_owned();
    Cluster::shared().psql("postgres", &format!("DROP DATABASE \"{name}\""));

    let answer = radoub(fleet.path(), &["doctor", "--fix", "--yes"]).run();
    assert_eq!(answer.code, Some(1), "{}\n{}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("DATABASE CREATED; NO MIGRATION TO APPLY"), "{}", answer.stdout);
    assert!(!answer.stdout.contains("ALL PENDING MIGRATIONS ARE APPLIED"), "{}", answer.stdout);
    let next = Some("Next: radoub new init --service ships");
    assert_eq!(answer.stdout.lines().last(), next, "{}", answer.stdout);
    let answer = radoub(fleet.path(), &["check"]).run();
    assert!(answer.stdout.contains("radoub new init --service ships"), "{}", answer.stdout);

    // Nothing is left to create, and the same comes next; in French nothing is not one.
    let french = ["--lang", "fr", "doctor", "--fix", "--yes"];
    let answer = radoub(fleet.path(), &french).run();
    assert_eq!(answer.code, Some(1), "{}\n{}", answer.stdout, answer.stderr);
    let next = Some("Ensuite : radoub new init --service ships");
    assert_eq!(answer.stdout.lines().last(), next, "{}", answer.stdout);
    Cluster::shared().psql("postgres", &format!("DROP DATABASE \"{name}\""));
    let answer = radoub(fleet.path(), &french).run();
    assert!(answer.stdout.contains("ships : base créée"), "{}", answer.stdout);
    assert!(answer.stdout.contains("0 migration appliquée"), "{}", answer.stdout);
    let answer = radoub(fleet.path(), &["--lang", "fr", "check", "--help"]).run();
    assert!(answer.stdout.contains("\nOptions :\n"), "{}", answer.stdout);
}

#[test]
fn a_server_that_is_not_of_the_project_is_not_started() {
    let fleet = ships();
    fleet.write(
        "docker-compose.yml",
        "services:\n  ships:\n    build: ./services/ships\n    environment:\n      DATABASE_URL: postgresql://u:p@127.0.0.1:9/x\n",
    );
    let answer = radoub(fleet.path(), &["doctor", "--fix", "--yes"]).run();
    assert_ne!(answer.code, Some(0));
    assert!(
        answer.stderr.contains("127.0.0.1:9 is not of this Compose project"),
        "{}",
        answer.stderr
    );
}
