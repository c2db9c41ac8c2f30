//! The founding user's real stack: every fact that was found there by hand is found by the doctor.
//!
//! Its scripts, Dockerfiles and sources are not in the shared folder. What stands for them here is written for this
//! test from `start.json`, in several styles.

use std::collections::{BTreeMap, BTreeSet};

use radoub_engine::doctor::{Area, Check, Examined, Selection};
use radoub_testing::fleet::copy_of;
use radoub_testing::shared::shared_or_say;

use super::ground::{Asked, examine_with, found, run};

/// What ten services start through.
const SHARED: &str = "#!/bin/sh\nset -e\n\nif [ -d prisma/migrations ] && [ -n \"$(ls -d prisma/migrations/*/ 2>/dev/null)\" ]; then\n  \
    if npx prisma migrate deploy; then\n    echo applied\n  else\n    npx prisma db push --accept-data-loss --skip-generate\n  fi\nfi\n\
    npx prisma db push --accept-data-loss --skip-generate\n\nexec \"$@\"\n";

/// What hr does by itself.
const HR: &str = "#!/bin/sh\nif [ \"$NODE_ENV\" = \"production\" ]; then\n  sleep 5\n  npx prisma migrate deploy || echo \"not applied\"\n  \
    npx prisma db push --accept-data-loss --skip-generate\nfi\nexec node server.js\n";

/// What auth does by itself.
const AUTH: &str = "#!/bin/sh\nset -e\nuntil pg_isready -h postgres; do sleep 1; done\nnpx prisma generate || true\n\
    COUNT=$(psql \"$DATABASE_URL\" -tAc \"SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'\")\n\
    if [ \"$COUNT\" = \"0\" ]; then\n  npx prisma migrate deploy || psql \"$DATABASE_URL\" -f fallback.sql\n  npx prisma db seed\nfi\n\
    exec npm start\n";

/// A Dockerfile as all of them are: a mirror, no checksum, and a client that may not be generated.
fn dockerfile(end: &str) -> String {
    format!(
        "FROM node:20-alpine\nWORKDIR /app\nENV PRISMA_ENGINES_MIRROR=https://mirror.example.org/prisma\n\
         ENV PRISMA_ENGINES_CHECKSUM_IGNORE_MISSING=1\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n\
         RUN npx prisma generate || echo \"Prisma generate failed due to network issues, will retry at runtime\"\n{end}\n"
    )
}

const ROUTE: &str = "const app = require('express')();\napp.get('/health', (req, res) => {\n  res.status(200).json({ status: 'ok', at: new Date().toISOString() });\n});\n";

/// The fleet with what is not in the shared folder; `None` where that is absent.
fn fleet() -> Option<tempfile::TempDir> {
    let shared = shared_or_say("the doctor on the founding fleet")?;
    let copy = copy_of(&shared.join("fleets/parabellum-erp/tree"));
    let root = copy.path().join("tree");
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("scripts/service-entrypoint.sh", SHARED);
    write("scripts/postgres-bootstrap.sh", "#!/bin/sh\nset -e\necho ready\n");
    write("init-databases.sh", "\u{feff}#!/bin/bash\nset -e\n");
    let services = std::fs::read_dir(root.join("services")).unwrap();
    for entry in services {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let end = match name.as_str() {
            "auth-service" => {
                "COPY entrypoint.sh /usr/local/bin/\nENTRYPOINT [\"/usr/local/bin/entrypoint.sh\"]"
            }
            "hr-service" => "CMD [\"sh\", \"start.sh\"]",
            _ => "CMD [\"npm\", \"start\"]",
        };
        write(&format!("services/{name}/Dockerfile"), &dockerfile(end));
        if name == "hr-service" {
            write("services/hr-service/server.js", "require('express')().listen(4009);\n");
        } else {
            let route = if name == "auth-service" {
                ROUTE.replace("/health", "/api/health")
            } else {
                ROUTE.to_owned()
            };
            write(&format!("services/{name}/server.js"), &route);
        }
    }
    write("services/auth-service/entrypoint.sh", AUTH);
    write("services/hr-service/start.sh", HR);
    write("services/analytics-service/prisma/prisma.config.js", "module.exports = {};\n");
    Some(copy)
}

fn environment() -> BTreeMap<String, String> {
    let set = ["DB_PASSWORD", "REDIS_PASSWORD", "MINIO_ROOT_PASSWORD", "JWT_SECRET"];
    set.iter().map(|name| ((*name).to_owned(), "pl4nted-and-long".to_owned())).collect()
}

/// What is found in its files.
fn examined(root: &std::path::Path) -> Examined {
    examined_in(root, environment())
}

/// The same with this environment.
fn examined_in(root: &std::path::Path, environment: BTreeMap<String, String>) -> Examined {
    let inventory = found(root, &environment);
    let except = [Area::Database, Area::Server, Area::Containers, Area::Environment];
    let except = except.iter().map(|it| it.as_str().to_owned()).collect();
    let selection = Selection { only: Vec::new(), except };
    let asked = Asked { selection, environment, ..Asked::default() };
    run(examine_with(&inventory, &root.join(".radoub"), &asked))
}

/// The services of which a check found something.
fn services(examined: &Examined, check: Check) -> BTreeSet<&str> {
    let found = examined.findings.iter().filter(|it| it.check == check);
    found.map(|it| it.service.as_deref().unwrap_or_default().trim_end_matches("-service")).collect()
}

#[track_caller]
fn assert_services(examined: &Examined, check: Check, expected: &str) {
    let expected: BTreeSet<&str> = expected.split_whitespace().collect();
    assert_eq!(services(examined, check), expected, "{}", check.as_str());
}

/// All that have a schema.
const TWELVE: &str = "analytics auth billing commercial communication customer hr inventory notification procurement project technical";
/// Those that start through the shared script.
const TEN: &str = "analytics billing commercial communication customer inventory notification procurement project technical";

#[test]
fn every_fact_of_the_founding_stack_is_found() {
    let Some(copy) = fleet() else { return };
    let root = copy.path().join("tree");
    let found = examined(&root);

    // The biggest danger first: a push that accepts losses, at every start but that of auth.
    let first = found.findings.first().unwrap();
    assert_eq!(first.check, Check::StartPushesWithLoss);
    assert_services(&found, Check::StartPushesWithLoss, &format!("{TEN} hr"));
    assert_services(&found, Check::StartMigrates, TWELVE);
    assert_services(&found, Check::StartIgnoresFailure, TWELVE);

    assert_services(&found, Check::SchemaWithoutMigrations, "hr notification");
    assert_services(&found, Check::HistoryTouchesUnknownTable, "billing commercial");
    assert_services(&found, Check::ModelWithoutMigration, "billing commercial customer technical");
    assert_services(&found, Check::LockFileMissing, "commercial project");
    assert_services(&found, Check::MigrationStraySql, "customer technical");
    assert_services(&found, Check::SchemaExtraFile, "customer");
    assert_services(&found, Check::ConfigMisplaced, "analytics");

    let windows: usize = found
        .findings
        .iter()
        .filter(|it| it.check == Check::MigrationCarriageReturns)
        .filter_map(|it| it.facts[0].1.split('/').next()?.parse::<usize>().ok())
        .sum();
    assert_eq!(windows, 39);
    // What stands in the scripts: files with it, and the statements.
    let told = |check| -> Vec<String> {
        let found = found.findings.iter().filter(|it| it.check == check);
        let one = |it: &radoub_engine::doctor::Finding| {
            let service = it.service.as_deref().unwrap_or_default().trim_end_matches("-service");
            let facts: Vec<&str> = it.facts.iter().map(|it| it.1.as_str()).collect();
            format!("{service} {} line {}", facts.join(" "), it.line.unwrap_or_default())
        };
        found.map(one).collect()
    };
    assert_eq!(told(Check::MigrationRunsCode), ["auth 1/9 1 line 7", "billing 3/21 5 line 42"]);
    assert_eq!(
        told(Check::MigrationAddsLabel),
        ["procurement 1/10 3 line 1", "customer 1/4 7 line 62", "billing 1/21 3 line 3"]
    );
    // Every `BEGIN` there opens the body of a `DO`, and no transaction.
    assert_eq!(told(Check::MigrationOwnTransaction), [""; 0]);
    let marked: Vec<_> =
        found.findings.iter().filter(|it| it.check == Check::ScriptByteOrderMark).collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0].file.as_deref(), Some(std::path::Path::new("init-databases.sh")));

    assert_services(&found, Check::HealthcheckMissing, TWELVE);
    assert_services(&found, Check::HealthRouteConstant, &TWELVE.replace(" hr", ""));
    assert_services(&found, Check::HealthRouteMissing, "hr");
    assert_services(&found, Check::HealthcheckMissingServer, "");

    // What only a replay would say is named as not looked at.
    let deep: Vec<_> = found.unexamined.iter().filter(|it| it.what == "unexamined-deep").collect();
    assert_eq!(deep.len(), 1);
    assert_eq!(deep[0].reason, "radoub doctor --deep");

    // Thirteen Dockerfiles, that of the gateway among them.
    for check in [Check::EngineMirror, Check::EngineChecksumOff, Check::GenerateFailureIgnored] {
        assert_services(&found, check, &format!("{TWELVE} api-gateway"));
    }
}

#[test]
fn a_fresh_clone_without_any_variable_is_looked_at_all_the_same() {
    let Some(copy) = fleet() else { return };
    let root = copy.path().join("tree");
    let with = examined(&root);
    let without = examined_in(&root, BTreeMap::new());
    let missing: Vec<String> = without
        .findings
        .iter()
        .filter(|it| it.check == Check::VariableRequiredMissing)
        .map(|it| {
            assert_eq!(it.file.as_deref(), Some(std::path::Path::new(".env")));
            it.facts
                .iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect::<Vec<_>>()
                .join(", ")
        })
        .collect();
    assert_eq!(
        missing,
        [
            "variable DB_PASSWORD, asked-at docker-compose.yml:10:26, note DB_PASSWORD is required",
            "variable MINIO_ROOT_PASSWORD, asked-at docker-compose.yml:73:9, note MINIO_ROOT_PASSWORD is required",
            "variable REDIS_PASSWORD, asked-at docker-compose.yml:55:27, note REDIS_PASSWORD is required",
        ]
    );
    // Everything else is found as with them, and nothing is made up of what is empty.
    let others = |examined: &Examined| {
        let variables = [Check::VariableRequiredMissing, Check::VariableUnset];
        let others = examined.findings.iter().filter(|it| !variables.contains(&it.check));
        others.cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&without), others(&with));
}

#[test]
fn no_alarm_is_false_on_the_founding_stack() {
    let Some(copy) = fleet() else { return };
    let root = copy.path().join("tree");
    let found = examined(&root);
    // What the stack does well is not complained of.
    for check in [
        Check::DependsWithoutHealth,
        Check::DatabasePortOpen,
        Check::DatabaseWithoutVolume,
        Check::VolumeMisplaced,
        Check::PrismaUnpinned,
        Check::PrismaRangeOpen,
        Check::PrismaVersionsDiffer,
        Check::SchemaRefused,
        Check::SchemaHoldsPassword,
        Check::SecretInCompose,
        Check::SecretInDockerfile,
        Check::StartDownloadsPrisma,
        Check::StartResets,
        Check::DatabaseShared,
        Check::AddressUnknown,
        Check::ShadowIsMain,
    ] {
        assert_services(&found, check, "");
    }
    // The first twenty kinds, and nothing that the stack's own facts do not bear out.
    let mut kinds: Vec<&str> = found.findings.iter().map(|it| it.check.as_str()).collect();
    kinds.dedup();
    kinds.truncate(20);
    let listed =
        std::fs::read_to_string(radoub_testing::shared::root().join("docs/doctor.md")).unwrap();
    for kind in kinds {
        assert!(listed.contains(&format!("`{kind}`")), "docs/doctor.md does not list {kind}");
    }
}

#[test]
fn what_replaying_says_of_the_founding_histories_is_found() {
    use radoub_engine::scratch::{Workshop, WorkshopSettings};
    use radoub_testing::postgres::Cluster;

    let Some(copy) = fleet() else { return };
    let root = copy.path().join("tree");
    let cluster = Cluster::shared();
    // Their server's address is that of the cluster; the databases need not be there.
    let compose = root.join("docker-compose.yml");
    let text = std::fs::read_to_string(&compose).unwrap();
    std::fs::write(
        &compose,
        text.replace("127.0.0.1:15432:5432", &format!("127.0.0.1:{}:5432", cluster.port())),
    )
    .unwrap();
    let mut environment = environment();
    environment.insert("DB_USER".to_owned(), radoub_testing::postgres::SUPERUSER.to_owned());
    environment.insert("DB_PASSWORD".to_owned(), radoub_testing::secret::PLANTED.to_owned());
    let inventory = found(&root, &environment);
    let found = run(async {
        let workshop = Workshop::new(WorkshopSettings {
            forced: None,
            timeout: None,
            per_server: 4,
            temporary: std::env::temp_dir(),
            search: Vec::new(),
            live: Vec::new(),
        });
        let only = [Check::HistoryNotReplayable, Check::HistoryDiffersFromSchema];
        let only = only.iter().map(|it| it.as_str().to_owned()).collect();
        let selection = Selection { only, except: Vec::new() };
        let asked = Asked { selection, environment, workshop: Some(&workshop), ..Asked::default() };
        let found = examine_with(&inventory, &root.join(".radoub"), &asked).await;
        workshop.close().await.unwrap();
        found
    });
    assert_services(&found, Check::HistoryNotReplayable, "billing commercial");
    assert_services(
        &found,
        Check::HistoryDiffersFromSchema,
        "communication customer procurement technical",
    );
    let statements = |service: &str| {
        let of = |it: &&radoub_engine::doctor::Finding| it.service.as_deref() == Some(service);
        found.findings.iter().find(of).map(|it| it.facts[0].1.clone())
    };
    assert_eq!(statements("communication-service").as_deref(), Some("1"));
    assert_eq!(statements("procurement-service").as_deref(), Some("5"));
}
