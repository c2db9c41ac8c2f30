//! A sound fleet of one service, and how it is changed and examined.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use radoub_engine::doctor::{Area, Check, Doctor, Examined, Selection, Thresholds, examine};
use radoub_engine::fleet::discover::{Inventory, Settings, inventory_with_gaps};
use radoub_engine::fleet::docker::NoContainers;
use radoub_engine::observe::Look;
use radoub_engine::runtime::RuntimeError;
use radoub_engine::scratch::Workshop;
use radoub_testing::fleet::{LOCK_FILE, temporary};

/// The password of the sound fleet.
pub(crate) const PASSWORD: &str = "pl4nted-and-long";

pub(crate) const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n\n\
                                 model Thing {\n  id   Int    @id @default(autoincrement())\n  name String\n}\n";

pub(crate) const MIGRATION: &str = "CREATE TABLE \"Thing\" (\n    \"id\" SERIAL NOT NULL,\n    \"name\" TEXT NOT NULL,\n\n    \
                                    CONSTRAINT \"Thing_pkey\" PRIMARY KEY (\"id\")\n);\n";

pub(crate) const COMPOSE: &str = "services:
  postgres:
    image: postgres:15.14-alpine
    restart: unless-stopped
    environment:
      POSTGRES_USER: keeper
      POSTGRES_PASSWORD: ${DB_PASSWORD:?}
    ports:
      - \"127.0.0.1:@PORT@:5432\"
    volumes:
      - data:/var/lib/postgresql/data
    healthcheck:
      test: [\"CMD\", \"pg_isready\"]
  shop:
    build: ./shop
    restart: unless-stopped
    environment:
      DATABASE_URL: postgresql://keeper:${DB_PASSWORD:?}@postgres:5432/@DATABASE@
    depends_on:
      postgres:
        condition: service_healthy
    healthcheck:
      test: [\"CMD\", \"wget\", \"-q\", \"http://localhost:3000/health\"]
volumes:
  data:
";

pub(crate) const DOCKERFILE: &str = "FROM node:20.18-alpine\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci && npx prisma generate\nCOPY . .\n\
                                     CMD [\"node\", \"server.js\"]\n";

pub(crate) const PACKAGE: &str = "{\n  \"name\": \"shop\",\n  \"dependencies\": { \"@prisma/client\": \"6.19.0\" },\n  \
                                  \"devDependencies\": { \"prisma\": \"6.19.0\" }\n}\n";

const SERVER: &str = "app.get('/health', async (req, res) => {\n  await prisma.$queryRaw`SELECT 1`;\n  res.json({ ok: true });\n});\n";

/// The one migration of the sound fleet.
pub(crate) const FIRST: &str = "20240101000000_init";

/// A fleet in a folder of its own.
pub(crate) struct Ground {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) port: u16,
    pub(crate) database: String,
}

impl Ground {
    /// The sound one, whose server is on this port.
    pub(crate) fn sound(port: u16, database: &str) -> Self {
        let ground = Self { folder: temporary(), port, database: database.to_owned() };
        for (path, text) in [
            ("docker-compose.yml", COMPOSE),
            (".env", &*format!("DB_PASSWORD={PASSWORD}\n")),
            ("shop/Dockerfile", DOCKERFILE),
            ("shop/package.json", PACKAGE),
            ("shop/package-lock.json", "{}"),
            ("shop/server.js", SERVER),
            ("shop/prisma/schema.prisma", SCHEMA),
            ("shop/prisma/migrations/migration_lock.toml", LOCK_FILE),
            (&*format!("shop/prisma/migrations/{FIRST}/migration.sql"), MIGRATION),
        ] {
            ground.write(path, text.as_bytes());
        }
        ground
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, `@PORT@` and `@DATABASE@` replaced.
    pub(crate) fn write(&self, path: &str, content: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = match std::str::from_utf8(content) {
            Ok(text) => text
                .replace("@PORT@", &self.port.to_string())
                .replace("@DATABASE@", &self.database)
                .into_bytes(),
            Err(_) => content.to_vec(),
        };
        std::fs::write(path, text).unwrap();
    }

    /// Changes a text in a file.
    #[track_caller]
    pub(crate) fn change(&self, path: &str, from: &str, to: &str) {
        let file = self.path().join(path);
        let text = std::fs::read_to_string(&file).unwrap();
        let from =
            from.replace("@PORT@", &self.port.to_string()).replace("@DATABASE@", &self.database);
        assert!(text.contains(&from), "{path} does not hold {from}");
        self.write(path, text.replace(&from, to).as_bytes());
    }

    pub(crate) fn remove(&self, path: &str) {
        let path = self.path().join(path);
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }

    pub(crate) fn inventory(&self, environment: &BTreeMap<String, String>) -> Inventory {
        found(self.path(), environment)
    }

    /// Examines it, databases and machine left out.
    pub(crate) fn files(&self) -> Examined {
        let except = [Area::Database, Area::Server, Area::Containers, Area::Environment];
        let selection = Selection {
            only: Vec::new(),
            except: except.iter().map(|it| it.as_str().to_owned()).collect(),
        };
        run(self.examine(&Asked { selection, ..Asked::default() }))
    }

    pub(crate) async fn examine(&self, asked: &Asked<'_>) -> Examined {
        let inventory = self.inventory(&asked.environment);
        let state_folder =
            asked.state_folder.clone().unwrap_or_else(|| self.path().join(".radoub"));
        examine_with(&inventory, &state_folder, asked).await
    }
}

/// The fleet of a folder.
#[track_caller]
pub(crate) fn found(root: &Path, environment: &BTreeMap<String, String>) -> Inventory {
    let settings = Settings {
        root,
        compose_files: &[],
        env_files: &[],
        profiles: &[],
        project_name: None,
        environment,
        config_file: None,
        containers: &NoContainers,
    };
    inventory_with_gaps(&settings).unwrap_or_else(|error| panic!("{error}"))
}

/// With what an examination is done.
#[derive(Default)]
pub(crate) struct Asked<'a> {
    pub(crate) selection: Selection,
    pub(crate) thresholds: Thresholds,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) search: Vec<PathBuf>,
    pub(crate) state_folder: Option<PathBuf>,
    pub(crate) engine: Option<&'a RuntimeError>,
    pub(crate) workshop: Option<&'a Workshop>,
}

pub(crate) async fn examine_with(
    inventory: &Inventory,
    state_folder: &Path,
    asked: &Asked<'_>,
) -> Examined {
    let doctor = Doctor {
        inventory,
        fleet: &inventory.fleet,
        environment: &asked.environment,
        search: &asked.search,
        state_folder,
        runtime: match asked.engine {
            Some(error) => Err(error),
            None => Ok(None),
        },
        look: Look::default(),
        workshop: asked.workshop,
        selection: &asked.selection,
        thresholds: asked.thresholds,
    };
    examine(&doctor).await
}

/// The names of the checks that found something, once each.
pub(crate) fn names(examined: &Examined) -> BTreeSet<&'static str> {
    examined.findings.iter().map(|it| it.check.as_str()).collect()
}

/// That exactly these are found.
#[track_caller]
pub(crate) fn assert_found(examined: &Examined, what: &str, expected: &[Check]) {
    let expected: BTreeSet<&str> = expected.iter().map(|it| it.as_str()).collect();
    assert_eq!(names(examined), expected, "{what}: {:#?}", examined.findings);
}

/// Runs a future to its end on this thread.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}
