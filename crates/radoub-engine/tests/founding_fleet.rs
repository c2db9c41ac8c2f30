//! Discovery on the founding user's real stack, which lies in the shared folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use radoub_engine::fleet::compose::ComposeError;
use radoub_engine::fleet::discover::{DiscoverError, Settings, discover};
use radoub_engine::fleet::docker::NoContainers;
use radoub_engine::fleet::{Fleet, NotApplicable, Prisma};

/// The fleet's folder; `None`, with a line that says so, where the shared folder is absent.
fn tree() -> Option<PathBuf> {
    let shared = radoub_testing::shared::shared_or_say("discovery of the founding fleet")?;
    shared.join("fleets/parabellum-erp/tree").canonicalize().ok()
}

fn found(root: &Path, environment: &[(&str, &str)]) -> Result<Fleet, DiscoverError> {
    let environment: BTreeMap<String, String> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    discover(&Settings {
        root,
        compose_files: &[],
        env_files: &[],
        profiles: &[],
        project_name: None,
        environment: &environment,
        config_file: None,
        containers: &NoContainers,
    })
}

const PASSWORDS: [(&str, &str); 3] =
    [("DB_PASSWORD", "pass:w@rd"), ("REDIS_PASSWORD", "r"), ("MINIO_ROOT_PASSWORD", "m")];

#[test]
fn all_twelve_services_are_found_with_their_databases() {
    let Some(root) = tree() else { return };
    let fleet = found(
        &root,
        &[("DB_PASSWORD", "secret"), ("REDIS_PASSWORD", "r"), ("MINIO_ROOT_PASSWORD", "m")],
    )
    .expect("a fleet");
    let lines: Vec<String> = fleet
        .services
        .iter()
        .map(|service| match &service.prisma {
            Prisma::Managed(managed) => {
                let url = managed.url.as_ref().expect("a URL");
                let version = managed.prisma_version.as_ref().expect("a version");
                format!(
                    "{} {}:{}/{} {}",
                    service.name,
                    url.host(),
                    url.port(),
                    url.database(),
                    version.text
                )
            }
            Prisma::NotApplicable(NotApplicable::NoSchema) => {
                format!("{} not applicable", service.name)
            }
            Prisma::NotApplicable(other) => format!("{} {other:?}", service.name),
        })
        .collect();
    let expected = [
        "frontend not applicable",
        "api-gateway not applicable",
        "auth-service 127.0.0.1:15432/parabellum_auth 5.14.0",
        "communication-service 127.0.0.1:15432/parabellum_communication 5.14.0",
        "technical-service 127.0.0.1:15432/parabellum_technical 5.14.0",
        "commercial-service 127.0.0.1:15432/parabellum_commercial 5.14.0",
        "inventory-service 127.0.0.1:15432/parabellum_inventory 5.14.0",
        "project-service 127.0.0.1:15432/parabellum_projects 5.14.0",
        "procurement-service 127.0.0.1:15432/parabellum_procurement 5.14.0",
        "customer-service 127.0.0.1:15432/parabellum_customers 5.14.0",
        "hr-service 127.0.0.1:15432/parabellum_hr 5.14.0",
        "billing-service 127.0.0.1:15432/parabellum_billing 5.14.0",
        "analytics-service 127.0.0.1:15432/parabellum_Analytics 5.14.0",
        "notification-service 127.0.0.1:15432/parabellum_notification 5.14.0",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn what_is_odd_about_a_service_is_told() {
    let Some(root) = tree() else { return };
    let fleet = found(&root, &PASSWORDS).unwrap_or_else(|error| panic!("{error}"));
    let told: Vec<String> = fleet
        .services
        .iter()
        .flat_map(|service| {
            service.warnings.iter().map(|warning| {
                let file =
                    warning.file.as_ref().and_then(|file| file.file_name()).unwrap_or_default();
                format!("{}: {} {}", service.name, warning.key, file.to_string_lossy())
            })
        })
        .collect();
    let expected = [
        "technical-service: warning-migrations-stray-file add_role_intervention_technicien.sql",
        "commercial-service: warning-lock-file-missing migration_lock.toml",
        "project-service: warning-lock-file-missing migration_lock.toml",
        "customer-service: warning-schema-extra-file schema_crm_extension.prisma",
        "customer-service: warning-migrations-stray-file crm_phase1_extends.sql",
    ];
    assert_eq!(told, expected);
}

#[test]
fn every_fact_says_where_it_comes_from() {
    let Some(root) = tree() else { return };
    let fleet = found(&root, &PASSWORDS).unwrap_or_else(|error| panic!("{error}"));
    let billing = fleet
        .services
        .iter()
        .find(|service| service.name.as_str() == "billing-service")
        .expect("billing");
    let origins: Vec<String> = billing
        .origins
        .iter()
        .map(|origin| {
            let line = origin.line.map(|line| format!(":{line}")).unwrap_or_default();
            let key = origin.key.as_deref().map(|key| format!(" {key}")).unwrap_or_default();
            format!("{:?} {}{line}{key}", origin.fact, origin.file.display())
        })
        .collect();
    let expected = [
        "Service docker-compose.yml:376 services.billing-service",
        "Schema services/billing-service/prisma/schema.prisma",
        "Migrations services/billing-service/prisma/migrations",
        "Url docker-compose.yml:385 DATABASE_URL",
        "Endpoint docker-compose.override.yml:4 ports",
        "PrismaVersion services/billing-service/package.json prisma",
    ];
    assert_eq!(origins, expected);
}

#[test]
fn all_missing_variables_come_in_one_error() {
    let Some(root) = tree() else { return };
    let Err(DiscoverError::Compose(ComposeError::Variables { missing, invalid })) =
        found(&root, &[])
    else {
        panic!("variables are missing");
    };
    assert!(invalid.is_empty());
    let lines: Vec<String> = missing
        .iter()
        .map(|variable| format!("{} {} {}", variable.places[0], variable.name, variable.message))
        .collect();
    let expected = [
        "docker-compose.yml:10:26 DB_PASSWORD DB_PASSWORD is required",
        "docker-compose.yml:55:27 REDIS_PASSWORD REDIS_PASSWORD is required",
        "docker-compose.yml:73:9 MINIO_ROOT_PASSWORD MINIO_ROOT_PASSWORD is required",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn the_fleet_is_found_in_milliseconds() {
    let Some(root) = tree() else { return };
    let started = std::time::Instant::now();
    found(&root, &PASSWORDS).unwrap_or_else(|error| panic!("{error}"));
    let took = started.elapsed();
    println!("{took:?}");
    // Unoptimised and beside other tests; a release build takes some milliseconds.
    assert!(took.as_millis() < 2000, "{took:?}");
}

#[test]
fn no_password_shows() {
    let Some(root) = tree() else { return };
    let fleet = found(
        &root,
        &[
            ("DB_PASSWORD", "hunter2"),
            ("REDIS_PASSWORD", "hunter2"),
            ("MINIO_ROOT_PASSWORD", "hunter2"),
        ],
    );
    assert!(!format!("{fleet:?}").contains("hunter2"));
}
