//! A Compose project like the guide's: one server, services that ask its databases through a real driver.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use radoub_testing::command::{Answer, Call};
use radoub_testing::docker::{Engine, Image, POSTGRES_PASSWORD, POSTGRES_USER};
use radoub_testing::fleet::{LOCK_FILE, temporary};
use radoub_testing::postgres::Binaries;

const POSTGRES: &str = "radoub-test/postgres:1";
const SERVICE: &str = "radoub-test/asking-service:1";

/// The name of the second migration of every service.
pub(crate) const SECOND: &str = "20260212000000_add_column";

/// A service that asks one column of one table again and again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking {
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    /// The column that the second migration brings.
    pub(crate) column: &'static str,
    /// How its health route behaves: `real`, `constant`, `none`.
    pub(crate) health: &'static str,
}

/// The name of the database of a service, after the guide's table.
pub(crate) fn database_of(service: &str) -> String {
    format!("parabellum_{}", service.trim_end_matches("-service"))
}

/// The program that every service runs, under the same path on this machine and in its image.
pub(crate) fn service_program() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_radoub")).with_file_name("radoub-test-service")
}

/// The project, and the engine that runs it.
pub(crate) struct Ground {
    pub(crate) engine: Engine,
    pub(crate) project: String,
    services: Vec<Asking>,
    folder: tempfile::TempDir,
}

impl Ground {
    /// The server is up and well; the services are written and not started.
    #[track_caller]
    pub(crate) fn new(services: &[Asking]) -> Self {
        let engine = Engine::start().unwrap_or_else(|error| panic!("{error}"));
        engine.import(&Image::postgres(POSTGRES));
        let program = service_program();
        assert!(
            program.is_file(),
            "{} is built with all tests: cargo xtask test",
            program.display()
        );
        let start = format!("CMD [{:?}]", program.display().to_string());
        engine.import(&Image::new(SERVICE).program(&program).change(&start));
        let folder = temporary();
        std::fs::write(folder.path().join("docker-compose.yml"), compose(services))
            .expect("a file");
        for service in services {
            write_service(&folder.path().join(service.name).join("prisma"), service);
        }
        let project = format!("radoub-ground-{}", std::process::id());
        let ground = Self { engine, folder, project, services: services.to_vec() };
        ground.compose(&["up", "--detach", "postgres"]);
        ground.engine.wait_for_health(&ground.project, &["postgres"]);
        ground
    }

    /// The command, in English, with backups before an `apply` as a person has them.
    #[track_caller]
    pub(crate) fn radoub(&self, arguments: &[&str]) -> Answer {
        self.call(arguments).run()
    }

    /// A call of the command that is not run yet.
    pub(crate) fn call(&self, arguments: &[&str]) -> Call {
        let call = Call::of(env!("CARGO_BIN_EXE_radoub")).dir(self.folder.path()).with_path();
        let call =
            call.env("RADOUB_LANG", "en").args(["--project-name", &self.project]).args(arguments);
        let call = call.env("RADOUB_NO_BACKUP", "0");
        let environment = self.engine.environment();
        environment.iter().fold(call, |call, (name, value)| call.env(name, value))
    }

    #[track_caller]
    pub(crate) fn compose(&self, arguments: &[&str]) {
        self.engine.compose(self.folder.path(), &self.project, arguments);
    }

    /// Starts the services.
    #[track_caller]
    pub(crate) fn start(&self) {
        let mut words = vec!["up", "--detach", "--no-build"];
        words.extend(self.services.iter().map(|it| it.name));
        self.compose(&words);
    }

    /// When the container of a service was started last, as the engine says.
    #[track_caller]
    pub(crate) fn started(&self, service: &str) -> String {
        let id = self.engine.container(&self.project, service);
        self.engine.docker(&["inspect", "--format", "{{.State.StartedAt}}", &id])
    }

    /// Waits until the log of a service has a line with these words.
    #[track_caller]
    pub(crate) fn wait_for(&self, service: &str, words: &str) {
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

    /// The folder of a migration of a service.
    pub(crate) fn migration(&self, service: &str, name: &str) -> PathBuf {
        self.folder.path().join(service).join("prisma/migrations").join(name)
    }

    /// The folder of the project.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file below the project.
    #[track_caller]
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Brings all databases up to date but for the second migrations of these services, which nobody applied.
    #[track_caller]
    pub(crate) fn apply_all_but_the_second_of(&self, behind: &[&str]) {
        let aside = self.folder.path().join("aside");
        std::fs::create_dir_all(&aside).expect("a folder");
        for name in behind {
            std::fs::rename(self.migration(name, SECOND), aside.join(name)).expect("it moves");
        }
        self.radoub(&["apply", "--no-backup"]).expect(0);
        for name in behind {
            std::fs::rename(aside.join(name), self.migration(name, SECOND)).expect("it moves back");
        }
    }

    /// Where the server is just now: the engine gives it another port whenever it starts.
    #[track_caller]
    pub(crate) fn server(&self) -> Server {
        let id = self.engine.container(&self.project, "postgres");
        let published = self.engine.docker(&["port", &id, "5432/tcp"]);
        let port = published.trim().rsplit(':').next().expect("an address ends with its port");
        Server { port: port.to_owned() }
    }

    /// Asks the database of a service.
    #[track_caller]
    pub(crate) fn psql(&self, service: &str, sql: &str) -> String {
        self.server().psql(service, sql)
    }
}

/// The server of the project, asked past the engine.
pub(crate) struct Server {
    port: String,
}

impl Server {
    /// Asks the database of a service.
    #[track_caller]
    pub(crate) fn psql(&self, service: &str, sql: &str) -> String {
        let program = Binaries::find().ok().and_then(|it| it.client("psql"));
        let mut command = Command::new(program.expect("psql: cargo xtask test installs it"));
        command.args(["-X", "-h", "127.0.0.1", "-p", &self.port, "-U", POSTGRES_USER]);
        command.args(["-d", &database_of(service), "-v", "ON_ERROR_STOP=1", "-Atc", sql]);
        let output = command.env("PGPASSWORD", POSTGRES_PASSWORD).output().expect("psql runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{service}: {sql}: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// The line of a service in the document of `apply` or `verify`.
#[track_caller]
pub(crate) fn line<'a>(document: &'a Value, service: &str) -> &'a Value {
    let services = document["services"].as_array().expect("services");
    let found = services.iter().find(|it| it["service"] == service);
    found.unwrap_or_else(|| panic!("no line of {service}: {document:#}"))
}

fn compose(services: &[Asking]) -> String {
    let databases: Vec<String> = services.iter().map(|it| database_of(it.name)).collect();
    let mut text = format!(
        "version: \"3.8\"\nservices:\n  postgres:\n    image: {POSTGRES}\n    environment:\n      \
         POSTGRES_MULTIPLE_DATABASES: \"{}\"\n    ports: [\"127.0.0.1::5432\"]\n    healthcheck:\n      \
         test: [\"CMD\", \"pg_isready\", \"--host=127.0.0.1\"]\n      interval: 200ms\n      retries: 300\n",
        databases.join(", ")
    );
    for (Asking { name, table, column, health }, database) in services.iter().zip(databases) {
        text += &format!(
            "  {name}:\n    image: {SERVICE}\n    build: ./{name}\n    depends_on: [postgres]\n    ports: [\"127.0.0.1::3000\"]\n    \
             environment:\n      HEALTH: {health}\n      QUERY: SELECT t.{column} FROM {table} t\n      \
             DATABASE_URL: postgresql://{POSTGRES_USER}:{POSTGRES_PASSWORD}@postgres:5432/{database}\n"
        );
    }
    text
}

fn write_service(prisma: &Path, service: &Asking) {
    let Asking { table, column, .. } = service;
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
    write(&format!("migrations/{SECOND}/migration.sql"), &second);
}
