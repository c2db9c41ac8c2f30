//! The founding user's real stack: what is found in it without configuration, and what `check` says of it
//! in the state that its own start scripts leave behind.

use std::path::{Path, PathBuf};

use radoub_testing::command::Call;
use radoub_testing::fleet::copy_of;
use radoub_testing::oracle::{Oracle, Place};
use radoub_testing::postgres::{Cluster, SUPERUSER};
use radoub_testing::secret::PLANTED;
use radoub_testing::shared::shared_or_say;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{radoub, service, texts};

/// Compose service and database of each of the twelve, as `fleet.json` has them.
pub(crate) const TWELVE: &[(&str, &str)] = &[
    ("analytics-service", "parabellum_Analytics"),
    ("auth-service", "parabellum_auth"),
    ("billing-service", "parabellum_billing"),
    ("commercial-service", "parabellum_commercial"),
    ("communication-service", "parabellum_communication"),
    ("customer-service", "parabellum_customers"),
    ("hr-service", "parabellum_hr"),
    ("inventory-service", "parabellum_inventory"),
    ("notification-service", "parabellum_notification"),
    ("procurement-service", "parabellum_procurement"),
    ("project-service", "parabellum_projects"),
    ("technical-service", "parabellum_technical"),
];

/// A copy of the stack, and a call with the variables that its Compose file insists on.
pub(crate) struct Stack {
    folder: TempDir,
}

impl Stack {
    pub(crate) fn of(shared: &Path) -> Self {
        Self { folder: copy_of(&shared.join("fleets/parabellum-erp/tree")) }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    pub(crate) fn call(&self, arguments: &[&str]) -> Call {
        radoub(self.root(), arguments).envs([
            ("DB_USER", SUPERUSER),
            ("DB_PASSWORD", PLANTED),
            ("REDIS_PASSWORD", PLANTED),
            ("MINIO_ROOT_PASSWORD", PLANTED),
        ])
    }

    /// The same stack on another port than the one it publishes, so that tests can run side by side.
    pub(crate) fn publish(&self, port: u16) {
        let file = self.root().join("docker-compose.yml");
        let text = std::fs::read_to_string(&file).expect("the Compose file");
        let published = text.replace("127.0.0.1:15432:5432", &format!("127.0.0.1:{port}:5432"));
        assert_ne!(published, text, "the stack publishes its server on 15432");
        std::fs::write(&file, published).expect("the Compose file");
    }

    pub(crate) fn schema(&self, name: &str) -> PathBuf {
        self.root().join("services").join(name).join("prisma/schema.prisma")
    }

    pub(crate) fn migrations(&self, name: &str) -> PathBuf {
        self.root().join("services").join(name).join("prisma/migrations")
    }
}

#[test]
fn a_fresh_clone_without_its_variables_is_looked_at_and_nothing_is_done_to_it() {
    let Some(shared) = shared_or_say("the founding fleet") else { return };
    let stack = Stack::of(&shared);
    let root = stack.root();

    let answer = radoub(&root, &["doctor", "--json", "--no-containers"]).run().expect(1);
    let document = answer.json();
    let missing = |it: &&Value| it["check"] == "variable-required-missing";
    let findings = document["findings"].as_array().expect("findings");
    let variables: Vec<&str> =
        findings.iter().filter(missing).filter_map(|it| it["facts"]["variable"].as_str()).collect();
    assert_eq!(variables, ["DB_PASSWORD", "MINIO_ROOT_PASSWORD", "REDIS_PASSWORD"]);
    assert!(findings.len() > 50, "{}", findings.len());
    let unexamined = document["unexamined"].as_array().expect("what was not looked at");
    let addresses = unexamined.iter().filter(|it| it["what"] == "address").count();
    assert_eq!(addresses, TWELVE.len());
    let answer = radoub(&root, &["doctor", "--no-containers"]).run().expect(1);
    let last = answer.stdout.lines().last();
    assert_eq!(last, Some("Next: .env, then radoub doctor --only variable-required-missing"));

    let answer = radoub(&root, &["services", "--json"]).run().expect(0);
    let services = answer.json()["services"].as_array().expect("services").len();
    assert_eq!(services, TWELVE.len() + 2);
    let answer = radoub(&root, &["services"]).run().expect(0);
    let told = "DB_PASSWORD is required and set nowhere: docker-compose.yml:10:26 (and other places, 14 in all) asks for it; set it in .env";
    assert!(format!("{}{}", answer.stdout, answer.stderr).contains(told), "{}", answer.stderr);

    let log = "The column 'interventions_techniciens.role' does not exist";
    let answer = radoub(&root, &["doctor", "--explain", log]).run().expect(1);
    let brings =
        "20260212182206_add_role_to_intervention_technicien of technical-service brings it";
    assert!(answer.stdout.contains(brings), "{}", answer.stdout);

    for refused in [&["check"][..], &["apply"], &["doctor", "--fix", "--yes"]] {
        let answer = radoub(&root, refused).run().expect(2);
        assert!(answer.stderr.contains("DB_PASSWORD is not set"), "{}", answer.stderr);
    }
}

#[test]
fn all_twelve_services_are_found_with_their_databases() {
    let Some(shared) = shared_or_say("the founding fleet") else { return };
    let stack = Stack::of(&shared);
    let answer = stack.call(&["services", "--json"]).run().expect(0);
    let document = answer.json();
    let services = document["services"].as_array().expect("services");
    let mut found: Vec<(String, String)> = services
        .iter()
        .filter_map(|service| {
            let database = service["prisma"]["database"].as_str()?;
            Some((service["service"].as_str()?.to_owned(), database.to_owned()))
        })
        .collect();
    found.sort();
    let expected: Vec<(String, String)> = TWELVE
        .iter()
        .map(|(name, database)| ((*name).to_owned(), (*database).to_owned()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn the_gateway_and_the_infrastructure_are_not_mistaken_for_prisma_services() {
    let Some(shared) = shared_or_say("the founding fleet") else { return };
    let stack = Stack::of(&shared);
    let document = stack.call(&["services", "--json"]).run().expect(0).json();
    let services = document["services"].as_array().expect("services");
    for outsider in [
        "api-gateway",
        "frontend",
        "postgres",
        "postgres-bootstrap",
        "redis",
        "minio",
        "minio-init",
        "nginx",
    ] {
        let managed = services
            .iter()
            .any(|service| service["service"] == outsider && service["applicable"] == true);
        assert!(!managed, "{outsider} has no schema of Prisma");
    }
}

#[test]
fn a_variable_that_compose_insists_on_is_asked_for_by_name() {
    let Some(shared) = shared_or_say("the founding fleet") else { return };
    let stack = Stack::of(&shared);
    let answer = radoub(stack.root(), &["check"]).run().expect(2);
    assert!(answer.stderr.contains("DB_PASSWORD"), "{}", answer.text());
}

/// Brings every service's database up the way its start script does: `start.json`.
pub(crate) fn start(stack: &Stack, cluster: &Cluster, oracle: &Oracle) {
    for (name, database) in TWELVE {
        cluster.create_database(database);
        let url = format!("{}?schema=public", cluster.url(database));
        let (schema, migrations) = (stack.schema(name), stack.migrations(name));
        let place = Place { url: &url, migrations: &migrations, schema: &schema };
        let has_migrations = !radoub_testing::fleet::migrations_in(&migrations).is_empty();
        if has_migrations {
            // A failure is only printed; what follows happens all the same.
            let _ = oracle.deploy(place);
        }
        if *name != "auth-service" {
            oracle
                .push(place, true)
                .unwrap_or_else(|refusal| panic!("db push of {name}: {refusal}"));
        }
    }
}

#[test]
fn check_says_of_every_service_what_the_real_engine_says() {
    let Some(shared) = shared_or_say("the founding fleet") else { return };
    let cluster = Cluster::start();
    let stack = Stack::of(&shared);
    stack.publish(cluster.port());
    let oracle = Oracle::of(&shared);
    start(&stack, &cluster, &oracle);

    let document = stack.call(&["check", "--json"]).run().expect(1).json();
    let mut told = Vec::new();
    for (name, database) in TWELVE {
        let url = format!("{}?schema=public", cluster.url(database));
        let (schema, migrations) = (stack.schema(name), stack.migrations(name));
        let diagnosis = oracle
            .ask(&json!({ "verb": "diagnose", "url": url, "schema": schema, "migrations": migrations }))
            .unwrap_or_else(|refusal| panic!("diagnosis of {name}: {refusal}"));
        let ours = &service(&document, name)["history"];
        let expected = json!({
            "pending": diagnosis["history"].get("unappliedMigrationNames").unwrap_or(&json!([])),
            "missing": diagnosis["history"].get("unpersistedMigrationNames").unwrap_or(&json!([])),
            "failed": diagnosis["failedMigrationNames"],
            "edited": diagnosis["editedMigrationNames"],
            "hasLedger": diagnosis["hasMigrationsTable"],
        });
        let failed: Vec<&Value> = ours["failed"]
            .as_array()
            .expect("failed")
            .iter()
            .map(|row| &row["migration"])
            .collect();
        let found = json!({
            "pending": ours["pending"],
            "missing": ours["missing"],
            "failed": failed,
            "edited": ours["edited"],
            "hasLedger": ours["hasLedger"],
        });
        if expected != found {
            told.push(format!("{name}: the engine says {expected}, radoub {found}"));
        }
    }
    assert_eq!(told, [""; 0]);
}

#[test]
fn failed_migrations_are_shown_with_the_words_of_the_server() {
    let Some(shared) = shared_or_say("the founding fleet") else { return };
    let cluster = Cluster::start();
    let stack = Stack::of(&shared);
    stack.publish(cluster.port());
    start(&stack, &cluster, &Oracle::of(&shared));

    let answer = stack.call(&["check", "--plain"]).run().expect(1);
    let document = stack.call(&["check", "--json"]).run().expect(1).json();
    for name in ["billing-service", "commercial-service"] {
        let service = service(&document, name);
        assert_eq!(service["state"], "failed", "{service:#}");
        let failed = service["history"]["failed"][0]["migration"].as_str().expect("a migration");
        let part = answer.stdout.split(name).nth(1).unwrap_or_default();
        let part = part.split("-service").next().unwrap_or_default();
        assert!(part.contains(failed), "{name}: {failed} is not named:\n{}", answer.text());
        assert!(
            // What the engine that failed left in the ledger; the native one says "does not exist".
            part.contains("No such table"),
            "{name}: no error of the server:\n{}",
            answer.text()
        );
    }
    assert_eq!(texts(&service(&document, "billing-service")["history"]["missing"]), [""; 0]);
}
