//! What is found in files alone.

use std::process::Command;

use radoub_engine::doctor::Check;

use super::ground::{DOCKERFILE, FIRST, Ground, MIGRATION, PASSWORD, SCHEMA, assert_found};

/// A fleet in which something is wrong.
pub(crate) struct Case {
    /// What is to be found.
    pub(crate) check: Check,
    /// What cannot but be found with it.
    with: &'static [Check],
    /// How the sound fleet is changed.
    change: fn(&Ground),
}

const fn case(check: Check, change: fn(&Ground)) -> Case {
    Case { check, with: &[], change }
}

const fn case_with(check: Check, with: &'static [Check], change: fn(&Ground)) -> Case {
    Case { check, with, change }
}

/// Lets the service start by this script.
fn start(ground: &Ground, script: &str) {
    ground.write(
        "shop/start.sh",
        format!("#!/bin/sh\nset -e\n{script}\nexec node server.js\n").as_bytes(),
    );
    ground.change("shop/Dockerfile", "CMD [\"node\", \"server.js\"]", "CMD [\"sh\", \"start.sh\"]");
}

fn second(ground: &Ground, name: &str, script: &[u8]) {
    ground.write(&format!("shop/prisma/migrations/{name}/migration.sql"), script);
}

/// A second service on the same files as the first.
fn twin(ground: &Ground, database: &str) {
    for path in
        ["Dockerfile", "package.json", "package-lock.json", "server.js", "prisma/schema.prisma"]
    {
        let text = std::fs::read(ground.path().join("shop").join(path)).unwrap();
        ground.write(&format!("twin/{path}"), &text);
    }
    let lock =
        std::fs::read(ground.path().join("shop/prisma/migrations/migration_lock.toml")).unwrap();
    ground.write("twin/prisma/migrations/migration_lock.toml", &lock);
    ground.write(&format!("twin/prisma/migrations/{FIRST}/migration.sql"), MIGRATION.as_bytes());
    let service = format!(
        "  twin:\n    build: ./twin\n    restart: unless-stopped\n    environment:\n      DATABASE_URL: postgresql://keeper:${{DB_PASSWORD:?}}@postgres:5432/{database}\n    \
         depends_on:\n      postgres:\n        condition: service_healthy\n    healthcheck:\n      test: [\"CMD\", \"true\"]\nvolumes:\n"
    );
    ground.change("docker-compose.yml", "volumes:\n  data:", &format!("{service}  data:"));
}

const COMPOSE: &str = "docker-compose.yml";

pub(crate) const CASES: &[Case] = &[
    case(Check::StartResets, |it| start(it, "npx prisma migrate reset --force")),
    case(Check::StartPushesWithLoss, |it| start(it, "npx prisma db push --accept-data-loss")),
    case(Check::StartDevelops, |it| start(it, "npx prisma migrate dev")),
    case(Check::StartPushes, |it| start(it, "npx prisma db push")),
    case_with(Check::StartIgnoresFailure, &[Check::StartMigrates], |it| {
        start(it, "npx prisma migrate deploy || true");
    }),
    case_with(Check::StartDownloadsPrisma, &[Check::StartMigrates], |it| {
        start(it, "npx prisma migrate deploy");
        it.change("shop/package.json", ",\n  \"devDependencies\": { \"prisma\": \"6.19.0\" }", "");
    }),
    case(Check::StartMigrates, |it| start(it, "npx prisma migrate deploy")),
    case(Check::StartGenerates, |it| start(it, "npx prisma generate")),
    case(Check::StartSeeds, |it| start(it, "npx prisma db seed")),
    case(Check::HistoryTouchesUnknownTable, |it| {
        second(
            it,
            "20240201000000_more",
            b"SELECT 1;\nALTER TABLE \"Elsewhere\" ADD COLUMN \"x\" TEXT;\n",
        );
    }),
    case(Check::MigrationWithoutScript, |it| {
        it.write("shop/prisma/migrations/20240201000000_more/notes.md", b"");
    }),
    case(Check::MigrationByteOrderMark, |it| {
        second(it, "20240201000000_more", b"\xef\xbb\xbfSELECT 1;\n");
    }),
    case(Check::MigrationNotUtf8, |it| second(it, "20240201000000_more", b"SELECT '\xe9';\n")),
    case(Check::MigrationEmpty, |it| second(it, "20240201000000_more", b" \n")),
    case(Check::MigrationTimestampTwice, |it| second(it, "20240101000000_more", b"SELECT 1;\n")),
    case(Check::MigrationOwnTransaction, |it| {
        second(it, "20240201000000_more", b"BEGIN;\nSELECT 1;\nCOMMIT;\n");
    }),
    case(Check::MigrationRunsCode, |it| {
        second(it, "20240201000000_more", b"DO $body$\nBEGIN\n  PERFORM 1;\nEND $body$;\n");
    }),
    case(Check::MigrationAddsLabel, |it| {
        let script = b"CREATE TYPE \"Size\" AS ENUM ('S');\nALTER TYPE \"Size\" ADD VALUE 'M';\n";
        second(it, "20240201000000_more", script);
    }),
    case(Check::MigrationCarriageReturns, |it| second(it, "20240201000000_more", b"SELECT 1;\r\n")),
    case(Check::MigrationStraySql, |it| {
        it.write("shop/prisma/migrations/by_hand.sql", b"SELECT 1;\n");
    }),
    case(Check::LockFileMissing, |it| it.remove("shop/prisma/migrations/migration_lock.toml")),
    case(Check::LockFileWrong, |it| {
        it.write("shop/prisma/migrations/migration_lock.toml", b"provider = \"mysql\"\n");
    }),
    case(Check::SchemaWithoutMigrations, |it| it.remove("shop/prisma/migrations")),
    case(Check::ModelWithoutMigration, |it| {
        it.write(
            "shop/prisma/schema.prisma",
            format!("{SCHEMA}model Other {{\n  id Int @id\n}}\n").as_bytes(),
        );
    }),
    case(Check::SchemaRefused, |it| it.change("shop/prisma/schema.prisma", "String", "Strin")),
    case(Check::SchemaExtraFile, |it| {
        it.write("shop/prisma/more.prisma", b"model Other {\n  id Int @id\n}\n");
    }),
    case(Check::ConfigMisplaced, |it| {
        it.write("shop/prisma/prisma.config.js", b"module.exports = {}\n");
    }),
    case(Check::ShadowIsMain, |it| {
        it.change(
            "shop/prisma/schema.prisma",
            "env(\"DATABASE_URL\")",
            "env(\"DATABASE_URL\")\n  shadowDatabaseUrl = env(\"SHADOW_URL\")",
        );
        it.change(
            COMPOSE,
            "      DATABASE_URL:",
            "      SHADOW_URL: postgresql://keeper:${DB_PASSWORD:?}@postgres:5432/@DATABASE@\n      DATABASE_URL:",
        );
    }),
    case(Check::PrismaRangeOpen, |it| {
        it.change("shop/package.json", "\"prisma\": \"6.19.0\"", "\"prisma\": \"latest\"");
    }),
    case(Check::PrismaUnpinned, |it| {
        it.change("shop/package.json", "\"prisma\": \"6.19.0\"", "\"prisma\": \"^6.19.0\"");
    }),
    case(Check::PackageLockMissing, |it| it.remove("shop/package-lock.json")),
    case(Check::PrismaVersionsDiffer, |it| {
        it.change(
            "shop/package.json",
            "\"@prisma/client\": \"6.19.0\"",
            "\"@prisma/client\": \"6.10.0\"",
        );
    }),
    case(Check::DatabaseShared, |it| twin(it, "@DATABASE@")),
    case(Check::AddressUnknown, |it| {
        it.change(
            COMPOSE,
            "DATABASE_URL: postgresql://keeper:${DB_PASSWORD:?}@postgres:5432/@DATABASE@",
            "OTHER: x",
        );
    }),
    case(Check::PortNotPublished, |it| {
        it.change(COMPOSE, "    ports:\n      - \"127.0.0.1:@PORT@:5432\"\n", "");
    }),
    case(Check::SslmodeOff, |it| {
        it.change(
            COMPOSE,
            "@postgres:5432/@DATABASE@",
            "@db.example.org:5432/shop?sslmode=disable",
        );
    }),
    case(Check::SchemaHoldsPassword, |it| {
        it.change(
            "shop/prisma/schema.prisma",
            "env(\"DATABASE_URL\")",
            &format!("\"postgresql://keeper:{PASSWORD}@postgres:5432/shop\""),
        );
    }),
    case(Check::SecretInCompose, |it| {
        it.change(
            COMPOSE,
            "POSTGRES_PASSWORD: ${DB_PASSWORD:?}",
            &format!("POSTGRES_PASSWORD: {PASSWORD}"),
        );
    }),
    case(Check::SecretDefaultInCompose, |it| {
        it.change(
            COMPOSE,
            "POSTGRES_PASSWORD: ${DB_PASSWORD:?}",
            &format!("POSTGRES_PASSWORD: ${{DB_PASSWORD:-{PASSWORD}}}"),
        );
    }),
    case(Check::SecretInDockerfile, |it| {
        it.change(
            "shop/Dockerfile",
            "WORKDIR /app",
            &format!("ENV JWT_SECRET={PASSWORD}\nWORKDIR /app"),
        );
    }),
    case(Check::PasswordWeak, |it| it.write(".env", b"DB_PASSWORD=postgres\n")),
    case(Check::DatabaseWithoutVolume, |it| {
        it.change(COMPOSE, "    volumes:\n      - data:/var/lib/postgresql/data\n", "");
    }),
    case(Check::VolumeMisplaced, |it| {
        it.change(COMPOSE, "data:/var/lib/postgresql/data", "data:/var/lib/postgresql");
    }),
    case(Check::DatabasePortOpen, |it| it.change(COMPOSE, "127.0.0.1:@PORT@:5432", "@PORT@:5432")),
    case(Check::HealthcheckMissing, |it| {
        it.change(COMPOSE, "    healthcheck:\n      test: [\"CMD\", \"wget\", \"-q\", \"http://localhost:3000/health\"]\n", "");
    }),
    case(Check::HealthcheckMissingServer, |it| {
        it.change(COMPOSE, "    healthcheck:\n      test: [\"CMD\", \"pg_isready\"]\n", "");
    }),
    case(Check::DependsWithoutHealth, |it| {
        it.change(COMPOSE, "condition: service_healthy", "condition: service_started");
    }),
    case(Check::RestartPolicyMissing, |it| {
        it.change(
            COMPOSE,
            "    build: ./shop\n    restart: unless-stopped\n",
            "    build: ./shop\n",
        );
    }),
    case(Check::ContainerNameTwice, |it| {
        it.change(COMPOSE, "  shop:\n", "  shop:\n    container_name: one\n");
        it.change(
            COMPOSE,
            "  postgres:\n    image",
            "  postgres:\n    container_name: one\n    image",
        );
    }),
    case(Check::PortPublishedTwice, |it| {
        it.change(
            COMPOSE,
            "    build: ./shop\n",
            "    build: ./shop\n    ports: [\"@PORT@:3000\"]\n",
        );
    }),
    case(Check::ImageUnpinned, |it| {
        it.change(COMPOSE, "  shop:\n", "  cache:\n    image: redis:latest\n  shop:\n");
    }),
    case(Check::VariableRequiredMissing, |it| it.remove(".env")),
    case(Check::VariableUnset, |it| {
        it.change(COMPOSE, "      DATABASE_URL", "      COLOUR: ${COLOUR}\n      DATABASE_URL");
    }),
    case(Check::EnvFileMissing, |it| {
        it.change(
            COMPOSE,
            "    build: ./shop\n",
            "    build: ./shop\n    env_file: ./shop/missing.env\n",
        );
    }),
    case(Check::ComposeFilesPassedOver, |it| it.write("docker-compose.yaml", b"services: {}\n")),
    case(Check::BaseImageUnpinned, |it| {
        it.change("shop/Dockerfile", "node:20.18-alpine", "node:alpine");
    }),
    case(Check::InstallUnlocked, |it| {
        it.change("shop/Dockerfile", "npm ci", "npm install --omit=dev");
    }),
    case(Check::EngineMirror, |it| {
        it.change(
            "shop/Dockerfile",
            "WORKDIR /app",
            "ENV PRISMA_ENGINES_MIRROR=https://mirror.example.org/prisma\nWORKDIR /app",
        );
    }),
    case(Check::EngineChecksumOff, |it| {
        it.change(
            "shop/Dockerfile",
            "WORKDIR /app",
            "ENV PRISMA_ENGINES_CHECKSUM_IGNORE_MISSING=1\nWORKDIR /app",
        );
    }),
    case(Check::GenerateFailureIgnored, |it| {
        it.change(
            "shop/Dockerfile",
            "npx prisma generate",
            "(npx prisma generate || echo \"will retry at runtime\")",
        );
    }),
    case(Check::ScriptByteOrderMark, |it| {
        it.write("init.sh", b"\xef\xbb\xbf#!/bin/sh\necho ready\n");
        it.change(
            COMPOSE,
            "      - data:",
            "      - ./init.sh:/docker-entrypoint-initdb.d/init.sh\n      - data:",
        );
    }),
    case(Check::ScriptCarriageReturns, |it| {
        it.write("init.sh", b"#!/bin/sh\r\necho ready\r\n");
        it.change(
            COMPOSE,
            "      - data:",
            "      - ./init.sh:/docker-entrypoint-initdb.d/init.sh\n      - data:",
        );
    }),
    case(Check::HealthRouteConstant, |it| {
        it.write(
            "shop/server.js",
            b"app.get('/health', (req, res) => res.json({ status: 'ok' }));\n",
        );
    }),
    case(Check::HealthRouteMissing, |it| it.write("shop/server.js", b"app.listen(3000);\n")),
];

/// Checks that ask Git; planted below.
pub(crate) const GIT: [Check; 4] = [
    Check::EnvFileTracked,
    Check::EnvFileNotIgnored,
    Check::MigrationsIgnored,
    Check::MigrationsUncommitted,
];

#[test]
fn nothing_is_found_in_a_sound_fleet() {
    let ground = Ground::sound(15432, "shop");
    let examined = ground.files();
    assert_found(&examined, "the sound fleet", &[]);
    let unexamined: Vec<&str> = examined.unexamined.iter().map(|it| it.what).collect();
    assert_eq!(unexamined, ["unexamined-deep"], "the sound fleet");
}

#[test]
fn exactly_what_is_planted_is_found() {
    for case in CASES {
        let ground = Ground::sound(15432, "shop");
        (case.change)(&ground);
        let expected = [&[case.check], case.with].concat();
        let examined = ground.files();
        assert_found(&examined, case.check.as_str(), &expected);
        let silent = format!("{examined:?}");
        assert!(!silent.contains(PASSWORD), "{} tells a secret", case.check.as_str());
    }
}

#[test]
fn two_services_with_databases_of_their_own_are_sound() {
    let ground = Ground::sound(15432, "shop");
    twin(&ground, "twin");
    assert_found(&ground.files(), "two services", &[]);
}

#[test]
fn a_migration_that_runs_code_is_given_the_benefit_of_the_doubt() {
    let ground = Ground::sound(15432, "shop");
    let script = b"DO $$ BEGIN EXECUTE 'CREATE TABLE \"Elsewhere\" ()'; END $$;\nALTER TABLE \"Elsewhere\" ADD COLUMN \"x\" TEXT;\n\
                   ALTER TABLE IF EXISTS \"Nowhere\" ADD COLUMN \"x\" TEXT;\nALTER TABLE auth.users ADD COLUMN \"x\" TEXT;\n";
    second(&ground, "20240201000000_more", script);
    assert_found(&ground.files(), "code", &[Check::MigrationRunsCode]);
}

#[test]
fn each_place_of_a_dockerfile_is_told_by_its_line() {
    let ground = Ground::sound(15432, "shop");
    ground.write(
        "shop/Dockerfile",
        format!(
            "# what it is\n{}",
            DOCKERFILE.replace(
                "RUN npm ci && npx prisma generate",
                "RUN npm ci \\\n    && npx prisma generate || true"
            )
        )
        .as_bytes(),
    );
    let examined = ground.files();
    let places: Vec<_> = examined.findings.iter().map(|it| (it.check.as_str(), it.line)).collect();
    assert_eq!(places, [("generate-failure-ignored", Some(6))]);
}

fn git(ground: &Ground, arguments: &[&str]) {
    let done = Command::new("git")
        .arg("-C")
        .arg(ground.path())
        .args(["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A sound fleet in Git, everything committed.
fn committed(ignored: &str) -> Ground {
    let ground = Ground::sound(15432, "shop");
    ground.write(".gitignore", ignored.as_bytes());
    git(&ground, &["init", "-q"]);
    git(&ground, &["add", "."]);
    git(&ground, &["commit", "-qm", "all of it"]);
    ground
}

#[test]
fn what_git_knows_is_found() {
    assert_found(&committed(".env\n").files(), "committed", &[]);

    assert_found(&committed("").files(), "tracked", &[Check::EnvFileTracked]);

    let ground = committed(".env\n");
    ground.write(".env.production", b"DB_PASSWORD=pl4nted-and-longer\n");
    assert_found(&ground.files(), "not ignored", &[Check::EnvFileNotIgnored]);

    assert_found(&committed(".env\nmigrations/\n").files(), "ignored", &[Check::MigrationsIgnored]);

    let ground = committed(".env\n");
    second(&ground, "20240201000000_more", b"SELECT 1;\n");
    assert_found(&ground.files(), "uncommitted", &[Check::MigrationsUncommitted]);
}
