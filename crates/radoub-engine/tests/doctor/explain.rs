//! What logs say, explained with the files and databases of a fleet.

use radoub_engine::doctor::explain::{Kind, explain};
use radoub_engine::observe::Look;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::postgres::Cluster;

use super::ground::{found, run};

/// The guide's two services, each with a migration that nobody applied.
fn guide(cluster: &'static Cluster) -> Fleet<'static> {
    let mut fleet = Fleet::on(cluster);
    let member = |name: &str, table: &str, column: &str| {
        let schema = format!(
            "datasource db {{\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}}\nmodel {table} {{\n  id Int @id\n  {column} String?\n  unwritten String?\n}}\n"
        );
        Member::new(name)
            .file("schema.prisma", schema)
            .migration(
                "20260101000000_init",
                format!("CREATE TABLE \"{table}\" (\n  \"id\" INTEGER PRIMARY KEY\n);\n"),
            )
            .migration(
                &format!("20260212000000_add_{column}"),
                format!("-- what for\nALTER TABLE \"{table}\" ADD COLUMN \"{column}\" TEXT;\n"),
            )
    };
    fleet.add(member("auth-service", "audit_logs", "level"));
    fleet.add(member("technical-service", "interventions_techniciens", "role"));
    fleet
}

/// Kind, service, migrations and command of each explanation.
fn explained(fleet: &Fleet<'_>, text: &str) -> Vec<String> {
    let environment = std::collections::BTreeMap::new();
    let inventory = found(fleet.path(), &environment);
    let found = run(explain(&inventory.fleet, &Look::default(), text));
    found
        .iter()
        .map(|it| {
            let brings: Vec<String> = it
                .bringers
                .iter()
                .map(|it| {
                    format!("{}/{}:{} {}", it.service, it.migration, it.line, it.standing.as_str())
                })
                .collect();
            format!("{} [{}] {}", it.kind.as_str(), brings.join(", "), it.command)
        })
        .collect()
}

#[test]
fn the_first_problem_of_the_guide_leads_to_two_migrations() {
    let fleet = guide(Cluster::shared());
    let log = "PrismaClientKnownRequestError: \nThe column 'interventions_techniciens.role' does not exist\n\
               The column 'audit_logs.level' does not exist\n";
    assert_eq!(
        explained(&fleet, log),
        [
            "missing-column [technical-service/20260212000000_add_role:2 pending] radoub apply --only technical-service",
            "missing-column [auth-service/20260212000000_add_level:2 pending] radoub apply --only auth-service",
        ]
    );
}

#[test]
fn what_is_missing_is_told_apart() {
    let fleet = guide(Cluster::shared());
    let database = fleet.database("auth-service").name().to_owned();
    let missing = format!(
        "Error: P1003: Database `{database}` does not exist on the database server at `postgres:5432`."
    );
    for (log, expected) in [
        (
            "ERROR:  relation \"audit_logs\" does not exist",
            "missing-table [auth-service/20260101000000_init:1 pending] radoub apply --only auth-service",
        ),
        ("ERROR:  column \"nowhere\" does not exist", "unknown-to-fleet [] radoub check"),
        (
            "The column `audit_logs.unwritten` does not exist in the current database.",
            "unwritten [] radoub drift auth-service",
        ),
        (&missing, "missing-database [] radoub doctor --fix auth-service"),
    ] {
        assert_eq!(explained(&fleet, log), [expected], "{log}");
    }
    // Recorded as applied, and still not there.
    fleet.database("auth-service").psql(
        "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, \
         migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), \
         applied_steps_count INTEGER NOT NULL DEFAULT 0); \
         INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('1', '0', now(), '20260101000000_init'), \
         ('2', '0', now(), '20260212000000_add_level')",
    );
    let log =
        "auth-service-1  | The column `audit_logs.level` does not exist in the current database.";
    assert_eq!(
        explained(&fleet, log),
        ["gone-again [auth-service/20260212000000_add_level:2 applied] radoub drift auth-service"]
    );
}

#[test]
fn every_kind_of_message_is_known_by_its_words() {
    let fleet = guide(Cluster::shared());
    let name = "auth-service-1  | ";
    // As Prisma, PostgreSQL, Node and the guide say it.
    let cases = [
        (
            "Error: P1000\n\nAuthentication failed against database server, the provided database credentials for `x` are not valid.",
            Kind::Login,
        ),
        ("FATAL:  password authentication failed for user \"x\"", Kind::Login),
        ("Error: P1001\n\nCan't reach database server at `postgres:5432`", Kind::ServerAway),
        ("Cannot connect to database", Kind::ServerAway),
        ("Error: connect ECONNREFUSED 172.18.0.2:5432", Kind::ServerAway),
        ("FATAL:  the database system is starting up", Kind::Starting),
        (
            "Error: P1002\n\nThe database server at `postgres:5432` was reached but timed out.\n\nPlease try again.",
            Kind::TimedOut,
        ),
        (
            "Error: P1002\n\nThe database server was reached but timed out.\n\nContext: Timed out trying to acquire a postgres advisory lock (SELECT pg_advisory_lock(72707369)). Timeout: 10000ms.",
            Kind::Locked,
        ),
        ("ERROR:  deadlock detected", Kind::Locked),
        ("ERROR:  canceling statement due to lock timeout", Kind::Locked),
        ("Database does not exist", Kind::MissingDatabase),
        ("Error: P1010: User `x` was denied access on the database `y`", Kind::Denied),
        ("ERROR:  permission denied for table audit_logs", Kind::Denied),
        ("Error: P1011: Error opening a TLS connection: bad certificate", Kind::Tls),
        ("Error: Prisma schema validation - (get-config wasm)\nError code: P1012", Kind::Invalid),
        ("error: Environment variable not found: DATABASE_URL.", Kind::Invalid),
        ("Error: P1013: The provided database string is invalid.", Kind::Address),
        ("Error: P1017: Server has closed the connection.", Kind::ServerAway),
        ("Error: P2024", Kind::ConnectionsTaken),
        ("FATAL:  sorry, too many clients already", Kind::ConnectionsTaken),
        ("ERROR: prepared statement \"s0\" already exists", Kind::SharedSession),
        (
            "Drift detected: Your database schema is not in sync with your migration history.",
            Kind::Drift,
        ),
        ("Migration already applied", Kind::AlreadyApplied),
        (
            "Error: P3008\n\nThe migration `20260101000000_init` is already recorded as applied in the database.",
            Kind::AlreadyApplied,
        ),
        ("Error: P3005\n\nThe database schema is not empty.", Kind::NotEmpty),
        (
            "Error: P3006\n\nMigration `20260101000000_init` failed to apply cleanly to the shadow database.",
            Kind::ShadowFailed,
        ),
        (
            "Error: P3014\n\nPrisma Migrate could not create the shadow database.",
            Kind::ShadowDenied,
        ),
        (
            "Error: P3009\n\nmigrate found failed migrations in the target database",
            Kind::FailedMigrations,
        ),
        ("Error: P3018\n\nA migration failed to apply.", Kind::FailedMigrations),
        (
            "Error: P3015\n\nCould not find the migration file at migration.sql.",
            Kind::ScriptMissing,
        ),
        ("Error: P3017\n\nThe migration x could not be found.", Kind::UnknownMigration),
        (
            "Error: P3012\n\nMigration `x` cannot be rolled back because it is not in a failed state.",
            Kind::NotFailed,
        ),
        (
            "Error: P3019\n\nThe datasource provider `postgresql` specified in your schema does not match",
            Kind::OtherProvider,
        ),
        ("Error: P3000: Failed to create database", Kind::CannotCreate),
        ("Error: P3003\n\nThe format of migrations changed", Kind::OldPrisma),
        ("Error: P3002", Kind::OldMigrate),
        ("Error: P1009: Database `x` already exists", Kind::DatabaseThere),
        ("The `template1` database is a system database", Kind::SystemDatabase),
        (
            "Some of the requested preview features are not yet allowed in schema engine.",
            Kind::PreviewRefused,
        ),
        ("The name of the migration is too long.", Kind::NameTooLong),
        (
            "Migration `x` cannot be rolled back because it was never applied to the database.",
            Kind::NeverApplied,
        ),
        ("Datasource provider arrays are no longer supported in migrate.", Kind::ProviderList),
        ("The fallback method for database resets failed", Kind::ResetFailed),
        ("The automatic creation of shadow databases is disabled", Kind::ShadowDisabled),
        ("Foreign keys cannot be created on this database.", Kind::NoForeignKeys),
        (
            "Error: P3022\n\nDirect execution of DDL (Data Definition Language) SQL statements is disabled",
            Kind::NoDirectChanges,
        ),
        ("Error: Could not find the schema `prisma/schema.prisma`", Kind::SchemaNotFound),
        (
            "Error: Could not find Prisma Schema that is required for this command.",
            Kind::SchemaNotFound,
        ),
        (
            "PrismaClientInitializationError: Prisma Client could not locate the Query Engine for runtime \"linux-musl\".",
            Kind::EngineMissing,
        ),
        (
            "Error loading shared library libssl.so.1.1: No such file or directory",
            Kind::EngineMissing,
        ),
        (
            "Error: Failed to fetch the engine file at https://binaries.prisma.sh/x - 403 Forbidden",
            Kind::EngineDownload,
        ),
    ];
    let mut seen: Vec<Kind> = vec![
        Kind::MissingColumn,
        Kind::MissingTable,
        Kind::Unwritten,
        Kind::UnknownToFleet,
        Kind::GoneAgain,
    ];
    let environment = std::collections::BTreeMap::new();
    let inventory = found(fleet.path(), &environment);
    for (log, kind) in cases {
        let log: String = log.lines().map(|line| format!("{name}{line}\n")).collect();
        let found = run(explain(&inventory.fleet, &Look::default(), &log));
        let kinds: Vec<&str> = found.iter().map(|it| it.kind.as_str()).collect();
        assert_eq!(kinds, [kind.as_str()], "{log}");
        assert_eq!(found[0].service.as_deref(), Some("auth-service"), "{log}");
        assert!(found[0].command.starts_with("radoub "), "{log}");
        seen.push(kind);
    }
    let never: Vec<&str> =
        Kind::ALL.iter().filter(|it| !seen.contains(it)).map(|it| it.as_str()).collect();
    assert!(never.is_empty(), "no message of the kinds {never:?}");
}

#[test]
fn a_message_of_several_lines_is_one() {
    let fleet = guide(Cluster::shared());
    let environment = std::collections::BTreeMap::new();
    let inventory = found(fleet.path(), &environment);
    let message = "Error: P3005\n\nThe database schema is not empty.\n";
    for (log, times) in [(message.to_owned(), 1), (message.repeat(3), 3)] {
        let found = run(explain(&inventory.fleet, &Look::default(), &log));
        assert_eq!(found.iter().map(|it| it.times).collect::<Vec<_>>(), [times], "{log}");
    }
}

#[test]
fn what_is_well_is_not_explained() {
    let fleet = guide(Cluster::shared());
    let log = "auth-service-1  | listening on 3000\nauth-service-1  | Prisma schema loaded\nPOST /x 200\n\
               The column chart is ready\n";
    assert_eq!(explained(&fleet, log), [""; 0]);
    assert_eq!(explained(&fleet, ""), [""; 0]);
}
