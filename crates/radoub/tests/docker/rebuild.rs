//! Images that are older than the schema are built anew before the restart, and others are not.

use std::time::SystemTime;

use radoub_testing::docker::POSTGRES_PASSWORD;
use serde_json::Value;

use crate::ground::{Asking, Ground, line};

const SERVICES: [Asking; 2] = [
    Asking { name: "auth-service", table: "audit_logs", column: "level", health: "real" },
    Asking { name: "stock-service", table: "articles", column: "shelf", health: "real" },
];

const OVER: &str = "version: \"3.8\"\nservices:\n  auth-service:\n    image: radoub-test/auth:built\n  \
                    stock-service:\n    image: radoub-test/stock:built\n";

const DOCKERFILE: &str = "FROM radoub-test/asking-service:1\nCOPY prisma /service/prisma\n";

/// Both services run in images that were built from what is there, and their databases are up to date.
fn ground() -> Ground {
    let ground = Ground::new(&SERVICES);
    ground.write("docker-compose.override.yml", OVER);
    for Asking { name, .. } in SERVICES {
        ground.write(&format!("{name}/Dockerfile"), DOCKERFILE);
    }
    ground.radoub(&["apply", "--no-backup"]).expect(0);
    ground.compose(&["build"]);
    ground.start();
    for Asking { name, .. } in SERVICES {
        ground.wait_for(name, "the database answers");
    }
    ground
}

/// Adds a migration, and the column to the schema where it is to be asked for.
fn add(ground: &Ground, service: &str, migration: &str, script: &str) {
    ground.write(&format!("{service}/prisma/migrations/{migration}/migration.sql"), script);
}

fn image(ground: &Ground, service: &str) -> String {
    let id = ground.engine.container(&ground.project, service);
    ground.engine.docker(&["inspect", "--format", "{{.Image}}", &id])
}

#[track_caller]
fn apply(ground: &Ground, more: &[&str], code: i32) -> Value {
    let arguments = [&["apply", "--no-backup", "--json", "--quiet-period", "1"], more].concat();
    ground.radoub(&arguments).expect(code).json()
}

#[test]
fn an_image_older_than_its_schema_is_built_anew_and_a_failed_build_changes_nothing() {
    let ground = ground();
    // What is newer than the image by the clock of the files.
    add(&ground, "auth-service", "20260301000000_third", "CREATE TABLE third (id int);\n");
    add(&ground, "stock-service", "20260301000000_third", "CREATE TABLE third (id int);\n");
    let old = ["schema.prisma", "migrations/migration_lock.toml"];
    let old = old.iter().map(|it| format!("stock-service/prisma/{it}"));
    let migrations = ["20260101000000_init", "20260212000000_add_column", "20260301000000_third"];
    let migrations =
        migrations.iter().map(|it| format!("stock-service/prisma/migrations/{it}/migration.sql"));
    for path in old.chain(migrations) {
        // Nothing of this one is newer than its image.
        let file =
            std::fs::File::options().write(true).open(ground.path().join(path)).expect("a file");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("a time");
    }
    let before =
        ["auth-service", "stock-service"].map(|it| (image(&ground, it), ground.started(it)));
    let planned = ground.radoub(&["plan", "--no-backup"]).expect(1);
    assert_eq!(planned.stdout.matches("is older than its schema").count(), 1, "{}", planned.text());

    let document = apply(&ground, &[], 0);
    let [auth, stock] = ["auth-service", "stock-service"].map(|it| line(&document, it));
    assert_eq!(
        (&auth["rebuilt"], &stock["rebuilt"]),
        (&true.into(), &false.into()),
        "{document:#}"
    );
    assert_eq!(
        (&auth["verdict"], &stock["verdict"]),
        (&"pass".into(), &"pass".into()),
        "{document:#}"
    );
    assert_ne!(image(&ground, "auth-service"), before[0].0);
    assert_eq!(image(&ground, "stock-service"), before[1].0);
    assert_ne!(ground.started("stock-service"), before[1].1);
    let id = ground.engine.container(&ground.project, "auth-service");
    let inside = ground.engine.docker(&["exec", &id, "ls", "/service/prisma/migrations"]);
    assert!(inside.contains("20260301000000_third"), "{inside}");

    // A build that somebody asks for has to work: else the database is as it was.
    ground.write("auth-service/Dockerfile", "FROM radoub-test/asking-service:1\nCOPY nowhere /\n");
    add(&ground, "auth-service", "20260401000000_fourth", "CREATE TABLE fourth (id int);\n");
    let document = apply(&ground, &["auth-service", "--rebuild"], 1);
    let auth = line(&document, "auth-service");
    assert_eq!(auth["problem"]["code"], "build-failed", "{document:#}");
    assert!(auth["problem"]["message"].to_string().contains("nowhere"), "{document:#}");
    assert_eq!(ground.psql("auth-service", "SELECT to_regclass('fourth') IS NULL"), "t");
    assert!(!document.to_string().contains(POSTGRES_PASSWORD), "{document:#}");

    // One that is only guessed to be due is told, and the image that is there is started.
    let document = apply(&ground, &["auth-service"], 0);
    let auth = line(&document, "auth-service");
    assert_eq!(
        (&auth["rebuilt"], &auth["outcome"]),
        (&false.into(), &"applied".into()),
        "{document:#}"
    );
    assert_eq!(auth["doubts"][0]["code"], "build-failed", "{document:#}");

    // By hand as well, and nothing where that is not wanted.
    let refused =
        ground.radoub(&["restart", "auth-service", "--rebuild", "--quiet", "1"]).expect(2);
    assert!(refused.text().contains("could not be built"), "{}", refused.text());
    ground.write("auth-service/Dockerfile", DOCKERFILE);
    for (flag, rebuilt) in [("--no-rebuild", false), ("--rebuild", true)] {
        let arguments = ["restart", "auth-service", flag, "--quiet", "1", "--json"];
        let document = ground.radoub(&arguments).expect(0).json();
        assert_eq!(document["services"][0]["rebuilt"], rebuilt, "{document:#}");
    }
}
