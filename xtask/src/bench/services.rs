//! The files of the services that are measured: schema, history, Compose file; and dbmate, to measure beside.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use radoub_testing::fleet::{LOCK_FILE, temporary};
use radoub_testing::postgres::SUPERUSER;
use radoub_testing::secret::PLANTED;
use tempfile::TempDir;

use crate::ground::npm;
use crate::steps::{Failure, run};

/// Migrations in the history of every service.
pub(super) const HISTORY: usize = 10;

/// The history of every service: a migrations folder.
pub(super) fn history() -> Result<TempDir, Failure> {
    let folder = temporary();
    write(&folder.path().join("migration_lock.toml"), LOCK_FILE)?;
    for at in 0..HISTORY {
        write(&folder.path().join(format!("{}_step/migration.sql", stamp(at))), &script(at))?;
    }
    Ok(folder)
}

pub(super) fn stamp(at: usize) -> String {
    format!("2024010{}{at:06}", 1 + at / 1_000_000)
}

pub(super) fn script(at: usize) -> String {
    format!(
        "CREATE TABLE step_{at} (id serial PRIMARY KEY, name text NOT NULL, made timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);\n\
         CREATE INDEX step_{at}_name_idx ON step_{at} (name);\n"
    )
}

pub(super) fn write_service(root: &Path, service: &str, history: &Path) -> Result<(), Failure> {
    let folder = root.join("services").join(service);
    radoub_testing::fleet::copy(history, &folder.join("prisma/migrations"));
    write(&folder.join("prisma/schema.prisma"), radoub_testing::fleet::SMALL_SCHEMA)?;
    write(
        &folder.join("package.json"),
        &format!(
            "{{ \"name\": \"{service}\", \"devDependencies\": {{ \"prisma\": \"6.19.0\" }} }}\n"
        ),
    )
}

pub(super) fn write_compose(
    root: &Path,
    port: u16,
    services: &[(String, String)],
) -> Result<(), Failure> {
    let mut text = format!(
        "services:\n  postgres:\n    image: postgres:15\n    ports:\n      - \"127.0.0.1:{port}:5432\"\n"
    );
    for (service, database) in services {
        let _ = write!(
            text,
            "  {service}:\n    build: ./services/{service}\n    environment:\n      DATABASE_URL: postgresql://{SUPERUSER}:${{DB_PASSWORD}}@postgres:5432/{database}\n"
        );
    }
    write(&root.join("docker-compose.yml"), &text)?;
    write(&root.join(".env"), &format!("DB_PASSWORD={PLANTED}\n"))
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    }
    fs::write(path, text).map_err(Failure::file(path))
}

/// dbmate from npm, fetched now if this machine does not have it; `None`, and said so, where that does not work.
pub(super) fn dbmate() -> Option<PathBuf> {
    let folder = std::env::temp_dir().join("radoub-dbmate");
    // The program itself: the script that npm puts before it starts Node first, which would be unfair.
    let program = || {
        let packages = folder.join("node_modules/@dbmate").read_dir().ok()?;
        let mut programs =
            packages.filter_map(Result::ok).map(|package| package.path().join("bin/dbmate"));
        programs.find(|program| program.is_file())
    };
    if let Some(program) = program() {
        return Some(program);
    }
    let fetched = write(&folder.join("package.json"), "{\"private\": true}\n").and_then(|()| {
        run(Command::new(npm())
            .args(["install", "--no-audit", "--no-fund", "dbmate@2"])
            .current_dir(&folder))
    });
    if let Err(failure) = fetched {
        println!("LEFT OUT: dbmate ({failure})");
        return None;
    }
    program()
}
