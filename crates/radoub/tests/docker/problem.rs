//! The guide's “Problème 1” on a real engine: a service that misses a column says so, until the migration is applied
//! and the service restarted; and a health route that answers a constant convinces nobody.

use std::path::Path;
use std::time::{Duration, Instant};

use radoub_testing::command::{Answer, Call};
use radoub_testing::docker::{Engine, Image, POSTGRES_PASSWORD, POSTGRES_USER};
use radoub_testing::fleet::{LOCK_FILE, temporary};

const POSTGRES: &str = "radoub-test/postgres:1";
const SERVICE: &str = "radoub-test/asking-service:1";

/// The services: name, table, column that the second migration brings, how its health route behaves.
const SERVICES: [(&str, &str, &str, &str); 3] = [
    ("auth-service", "audit_logs", "level", "real"),
    ("technical-service", "interventions_techniciens", "role", "constant"),
    ("customer-service", "clients", "name", "real"),
];

/// The services whose second migration nobody applied.
const BEHIND: [&str; 2] = ["auth-service", "technical-service"];

/// A project of the three services on one server, and the engine that runs it.
struct Ground {
    engine: Engine,
    folder: tempfile::TempDir,
    project: String,
}

impl Ground {
    fn new() -> Self {
        let engine = Engine::start().unwrap_or_else(|error| panic!("{error}"));
        engine.import(&Image::postgres(POSTGRES));
        let service = Path::new(env!("CARGO_BIN_EXE_radoub")).with_file_name("radoub-test-service");
        assert!(
            service.is_file(),
            "{} is built with all tests: cargo xtask test",
            service.display()
        );
        let start = format!("CMD [{:?}]", service.display().to_string());
        engine.import(&Image::new(SERVICE).program(&service).change(&start));
        let folder = temporary();
        std::fs::write(folder.path().join("docker-compose.yml"), compose()).expect("a file");
        for (name, table, column, _) in SERVICES {
            write_service(&folder.path().join(name).join("prisma"), table, column);
        }
        let project = format!("radoub-problem-{}", std::process::id());
        let ground = Self { engine, folder, project };
        ground.engine.compose(
            ground.folder.path(),
            &ground.project,
            &["up", "--detach", "postgres"],
        );
        ground.engine.wait_for_health(&ground.project, &["postgres"]);
        ground
    }

    fn radoub(&self, arguments: &[&str]) -> Answer {
        let call = Call::of(env!("CARGO_BIN_EXE_radoub")).dir(self.folder.path()).with_path();
        let call =
            call.env("RADOUB_LANG", "en").args(["--project-name", &self.project]).args(arguments);
        let call = call.env("RADOUB_NO_BACKUP", "0");
        let environment = self.engine.environment();
        environment.iter().fold(call, |call, (name, value)| call.env(name, value)).run()
    }

    fn start(&self) {
        let mut words = vec!["up", "--detach", "--no-build"];
        words.extend(SERVICES.map(|(name, ..)| name));
        self.engine.compose(self.folder.path(), &self.project, &words);
    }

    /// Waits until the log of a service has a line with these words.
    fn wait_for(&self, service: &str, words: &str) {
        let began = Instant::now();
        loop {
            let answer = self.radoub(&["logs", service]);
            if answer.stdout.contains(words) {
                return;
            }
            assert!(began.elapsed() < Duration::from_mins(1), "{service}: {}", answer.text());
            std::thread::park_timeout(Duration::from_millis(100));
        }
    }

    /// The verdict on each service, and the whole document.
    fn verdicts(&self, exit: i32) -> (Vec<(String, String)>, serde_json::Value) {
        let document = self.radoub(&["verify", "--json", "--wait", "20"]).expect(exit).json();
        let text = |it: &serde_json::Value| it.as_str().expect("a text").to_owned();
        let services = document["services"].as_array().expect("services").iter();
        (services.map(|it| (text(&it["service"]), text(&it["verdict"]))).collect(), document)
    }
}

fn compose() -> String {
    let databases = SERVICES.map(|(name, ..)| name.replace('-', "_")).join(", ");
    let mut text = format!(
        "version: \"3.8\"\nservices:\n  postgres:\n    image: {POSTGRES}\n    environment:\n      \
         POSTGRES_MULTIPLE_DATABASES: \"{databases}\"\n    ports: [\"127.0.0.1::5432\"]\n    healthcheck:\n      \
         test: [\"CMD\", \"pg_isready\", \"--host=127.0.0.1\"]\n      interval: 200ms\n      retries: 300\n"
    );
    for (name, table, column, health) in SERVICES {
        let database = name.replace('-', "_");
        text += &format!(
            "  {name}:\n    image: {SERVICE}\n    build: ./{name}\n    depends_on: [postgres]\n    ports: [\"127.0.0.1::3000\"]\n    \
             environment:\n      HEALTH: {health}\n      QUERY: SELECT t.{column} FROM {table} t\n      \
             DATABASE_URL: postgresql://{POSTGRES_USER}:{POSTGRES_PASSWORD}@postgres:5432/{database}\n"
        );
    }
    text
}

fn write_service(prisma: &Path, table: &str, column: &str) {
    let write = |path: &str, text: &str| {
        let path = prisma.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write(
        "schema.prisma",
        &format!(
            "datasource db {{\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}}\n\n\
             model {table} {{\n  id Int @id\n  {column} String?\n}}\n"
        ),
    );
    write("migrations/migration_lock.toml", LOCK_FILE);
    write(
        "migrations/20260101000000_init/migration.sql",
        &format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY);\n"),
    );
    let second = format!("ALTER TABLE {table} ADD COLUMN {column} TEXT;\n");
    write("migrations/20260212000000_add_column/migration.sql", &second);
}

#[test]
fn a_forgotten_migration_is_seen_applied_and_gone() {
    let ground = Ground::new();
    // The customers are up to date; the two others were deployed with a migration that nobody applied.
    let aside = ground.folder.path().join("aside");
    std::fs::create_dir(&aside).expect("a folder");
    let second = |name: &str| {
        ground.folder.path().join(name).join("prisma/migrations/20260212000000_add_column")
    };
    for name in BEHIND {
        std::fs::rename(second(name), aside.join(name)).expect("it moves");
    }
    ground.radoub(&["apply"]).expect(0);
    for name in BEHIND {
        std::fs::rename(aside.join(name), second(name)).expect("it moves back");
    }
    ground.start();
    ground.wait_for("auth-service", "column t.level does not exist");
    ground.wait_for("technical-service", "column t.role does not exist");
    ground.wait_for("customer-service", "the database answers");

    let (verdicts, document) = ground.verdicts(1);
    let verdict = |name: &str, verdict: &str| (name.to_owned(), verdict.to_owned());
    assert_eq!(
        verdicts,
        [
            verdict("auth-service", "fail"),
            // Its health route says `ok`, and its tables say otherwise.
            verdict("technical-service", "fail"),
            verdict("customer-service", "pass"),
        ],
        "{document:#}"
    );
    let technical = document["services"][1]["findings"].as_array().expect("findings");
    let found: Vec<&str> = technical.iter().filter_map(|it| it["finding"].as_str()).collect();
    assert_eq!(found, ["runs", "answers", "unreadable"], "{document:#}");
    assert_eq!(technical[2]["columns"][0], "role");
    assert_eq!(document["services"][0]["newErrors"][0]["prismaCode"], "P2022");

    ground.radoub(&["check"]).expect(1);
    let plan = ground.radoub(&["plan"]).expect(1);
    for words in ["before: a backup", "its containers are restarted", "are looked at"] {
        assert_eq!(plan.stdout.matches(words).count(), 2, "{words}: {}", plan.text());
    }
    let started = |service: &str| {
        let id = ground.engine.container(&ground.project, service);
        ground.engine.docker(&["inspect", "--format", "{{.State.StartedAt}}", &id])
    };
    let before = SERVICES.map(|(name, ..)| started(name));
    let document = ground.radoub(&["apply", "--json", "--quiet-period", "0.5"]).expect(0).json();
    for (at, (name, ..)) in SERVICES.into_iter().enumerate() {
        let line = &document["services"][at];
        let changed = BEHIND.contains(&name);
        assert_eq!(line["outcome"], if changed { "applied" } else { "nothing" }, "{document:#}");
        assert_eq!(line["backup"].is_string(), changed, "{document:#}");
        assert_eq!(line["downtimeMilliseconds"].is_number(), changed, "{document:#}");
        assert_eq!(line["verdict"] == "pass", changed, "{document:#}");
        assert_eq!(started(name) != before[at], changed, "just those two are restarted");
    }
    let backups = ground.radoub(&["backups", "--json"]).expect(0).json();
    assert_eq!(backups["backups"].as_array().map(Vec::len), Some(2), "{backups:#}");
    let restarted = ground.radoub(&["restart", "customer-service", "--quiet", "0.5"]).expect(0);
    assert!(restarted.stdout.contains("customer-service restarted"), "{}", restarted.text());

    ground.wait_for("auth-service", "the database answers");
    let (verdicts, document) = ground.verdicts(0);
    assert!(verdicts.iter().all(|(_, verdict)| verdict == "pass"), "{document:#}");
    let ticked: Vec<bool> = document["checklist"]
        .as_array()
        .expect("a checklist")
        .iter()
        .map(|it| it["done"].as_bool().expect("a box"))
        .collect();
    assert_eq!(ticked, [true, true, true, false, false], "{document:#}");
}
