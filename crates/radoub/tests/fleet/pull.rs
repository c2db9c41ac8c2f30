//! `prisma db pull`: a database becomes the schema, and nothing is written unless all of it is right.
//!
//! The texts are those of `cases/pull`, which the real engine made (`cargo xtask conformance
//! case-pull` asks it again).

use std::fs;
use std::path::Path;

use radoub_testing::Cluster;
use radoub_testing::case::Pull;
use radoub_testing::command::{Answer, Call};
use radoub_testing::fleet::temporary;
use radoub_testing::postgres::Database;
use radoub_testing::secret::planted;

use crate::radoub;

const HEAD: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n";

/// A project with these files and a database of its own.
struct Project {
    folder: tempfile::TempDir,
    database: Database<'static>,
}

impl Project {
    fn with(sql: &str, files: &[(&str, &str)]) -> Self {
        let database = Cluster::shared().database("pull");
        database.psql(sql);
        let folder = temporary();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Self { folder, database }
    }

    /// A project with a schema where Prisma looks for it.
    fn of(sql: &str, models: &str) -> Self {
        Self::with(sql, &[("schema.prisma", &format!("{HEAD}{models}"))])
    }

    fn call(&self, line: &str) -> Call {
        radoub(self.folder.path(), &["prisma", "db", "pull"])
            .args(line.split_whitespace())
            .env("DATABASE_URL", self.database.url())
    }

    #[track_caller]
    fn run(&self, line: &str) -> Answer {
        self.call(line).run()
    }

    #[track_caller]
    fn read(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Every file below the folder, by name.
    fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        gather(self.folder.path(), self.folder.path(), &mut names);
        names.sort();
        names
    }
}

fn gather(root: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(root, &path, names);
        } else {
            let name = path.strip_prefix(root).expect("a file below the folder");
            names.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
}

/// What is told, as comments beside a printed schema.
fn commented(told: &str) -> String {
    match told {
        "" => String::new(),
        told => format!("\n// {}\n", told.replace('\n', "\n// ")),
    }
}

#[test]
fn every_case_gives_its_text() {
    for case in Pull::all() {
        let project = Project::with(&case.database, &[("schema.prisma", &case.before)]);
        let major = case.major.to_string();
        let answer = project.call("--print").env("RADOUB_PRISMA", &major);
        let answer = if case.major < 7 {
            answer.run().expect(0)
        } else {
            // 7 takes no URL from the schema.
            let config = "import { defineConfig, env } from 'prisma/config'\n\
                          export default defineConfig({ datasource: { url: env('DATABASE_URL') } })\n";
            fs::write(project.folder.path().join("prisma.config.ts"), config).expect("a file");
            answer.run().expect(0)
        };
        assert_eq!(answer.stdout, format!("{}\n\n", case.pulled), "{}", case.id);
        let told = commented(&case.told);
        assert!(answer.stderr.ends_with(&told), "{}: {}", case.id, answer.text());
        let said = answer.stderr.strip_suffix(&told).unwrap_or_default();
        assert!(!said.contains("WARNING"), "{}: {}", case.id, answer.text());
    }
}

#[test]
fn what_was_pulled_is_pulled_again() {
    for case in Pull::all().into_iter().filter(|case| case.major < 7) {
        let project = Project::with(&case.database, &[("schema.prisma", &case.before)]);
        project.run("").expect(0);
        assert_eq!(project.read("schema.prisma"), case.pulled, "{}", case.id);
        project.run("").expect(0);
        assert_eq!(project.read("schema.prisma"), case.again, "{}", case.id);
    }
}

#[test]
fn a_schema_is_written_and_its_words_are_those_of_prisma() {
    let project = Project::of(
        "CREATE TABLE ship (id int PRIMARY KEY)",
        "model Ship {\n  id Int @id\n  @@map(\"ship\")\n}\n",
    );
    let answer = project.run("").expect(0);
    assert_eq!(
        project.read("schema.prisma"),
        format!("{HEAD}\nmodel Ship {{\n  id Int @id\n\n  @@map(\"ship\")\n}}\n")
    );
    let took = answer.stdout.rsplit(" in ").next().and_then(|rest| rest.split("ms").next());
    let took = took.expect("how long it took").to_owned();
    let (said, after) = answer.stdout.split_once("- Introspecting").expect("what is done");
    assert!(
        said.starts_with("Prisma schema loaded from schema.prisma\nDatasource \"db\": "),
        "{said}"
    );
    assert_eq!(
        after,
        format!(
            " based on datasource defined in schema.prisma\n\
             ✔ Introspected 1 model and wrote it into schema.prisma in {took}ms\n      \n\
             *** WARNING ***\n\n\
             These models were enriched with `@@map` information taken from the previous Prisma schema:\n  \
             - \"Ship\"\n\n\
             Run prisma generate to generate Prisma Client.\n\n"
        )
    );
    assert_eq!(project.files(), ["schema.prisma"]);
}

#[test]
fn line_ends_of_windows_stay() {
    let text = format!("{HEAD}model ship {{\n  id Int @id\n}}\n").replace('\n', "\r\n");
    let project = Project::with(
        "CREATE TABLE ship (id int PRIMARY KEY, name text)",
        &[("schema.prisma", &text)],
    );
    project.run("").expect(0);
    let pulled = project.read("schema.prisma");
    assert!(pulled.contains("  name String?\r\n"), "{pulled:?}");
    assert_eq!(pulled.matches('\n').count(), pulled.matches("\r\n").count());
}

#[test]
fn printing_writes_nothing() {
    let project = Project::of("CREATE TABLE ship (id int PRIMARY KEY)", "");
    let answer = project.run("--print").expect(0);
    assert_eq!(answer.stdout, format!("{HEAD}\nmodel ship {{\n  id Int @id\n}}\n\n\n"));
    assert_eq!(answer.stderr, "");
    assert_eq!(project.read("schema.prisma"), HEAD);
}

const FOLDER: [(&str, &str); 4] = [
    ("prisma/base.prisma", HEAD),
    ("prisma/models/ship.prisma", "// plain\nmodel Ship {\n  id Int @id\n  @@map(\"ship\")\n}\n"),
    ("prisma/models/gone.prisma", "model Gone {\n  id Int @id\n}\n"),
    ("prisma/readme.md", "not a schema"),
];
const TWO: &str = "CREATE TABLE ship (id int PRIMARY KEY); CREATE TABLE port (id int PRIMARY KEY)";

#[test]
fn a_folder_keeps_its_files_and_new_models_get_one() {
    let project = Project::with(TWO, &FOLDER);
    project.run("--schema prisma").expect(0);
    let names = [
        "prisma/base.prisma",
        "prisma/introspected.prisma",
        "prisma/models/gone.prisma",
        "prisma/models/ship.prisma",
        "prisma/readme.md",
    ];
    assert_eq!(project.files(), names);
    assert_eq!(project.read("prisma/base.prisma"), HEAD);
    assert_eq!(project.read("prisma/introspected.prisma"), "model port {\n  id Int @id\n}\n");
    assert_eq!(project.read("prisma/models/gone.prisma"), "\n");
    let ship = project.read("prisma/models/ship.prisma");
    assert_eq!(ship, "model Ship {\n  id Int @id\n\n  @@map(\"ship\")\n}\n");
}

#[test]
fn by_force_a_folder_becomes_one_file() {
    let project = Project::with(TWO, &FOLDER);
    project.run("--schema prisma --force").expect(0);
    assert_eq!(project.files(), ["prisma/introspected.prisma", "prisma/readme.md"]);
    assert_eq!(
        project.read("prisma/introspected.prisma"),
        format!("{HEAD}\nmodel port {{\n  id Int @id\n}}\n\nmodel ship {{\n  id Int @id\n}}\n")
    );
}

#[test]
fn a_folder_is_printed_file_by_file() {
    let project = Project::with(TWO, &FOLDER);
    let answer = project.run("--schema prisma --print").expect(0);
    let heads: Vec<&str> = answer.stdout.lines().filter(|line| line.starts_with("// ")).collect();
    assert_eq!(
        heads,
        [
            "// prisma/base.prisma",
            "// prisma/introspected.prisma",
            "// prisma/models/gone.prisma",
            "// prisma/models/ship.prisma",
        ]
    );
    assert_eq!(project.files().len(), FOLDER.len());
}

#[test]
fn a_wrong_schema_is_told_and_stays() {
    let wrong = "model Ship {\n  id Nope @id\n}\n";
    let project = Project::of("CREATE TABLE ship (id int PRIMARY KEY)", wrong);
    let answer = project.run("").expect(1);
    assert!(
        answer.stderr.starts_with("Error: P1012\n\nerror: there is no type"),
        "{}",
        answer.text()
    );
    assert!(
        answer
            .stderr
            .contains("Introspection failed as your current Prisma schema file is invalid"),
        "{}",
        answer.text()
    );
    assert_eq!(project.read("schema.prisma"), format!("{HEAD}{wrong}"));
    project.run("--force").expect(0);
    assert_eq!(project.read("schema.prisma"), format!("{HEAD}\nmodel ship {{\n  id Int @id\n}}\n"));
}

#[test]
fn an_empty_database_is_told_and_the_schema_stays() {
    let model = "model Ship {\n  id Int @id\n}\n";
    let project = Project::of("SELECT", model);
    let answer = project.run("").expect(1);
    assert!(
        answer.stderr.starts_with("Error: \nP4001 The introspected database was empty:\n"),
        "{}",
        answer.text()
    );
    assert_eq!(project.read("schema.prisma"), format!("{HEAD}{model}"));
}

#[test]
fn a_key_that_leaves_the_namespaces_is_told_and_the_schema_stays() {
    let sql = "CREATE SCHEMA yard; CREATE TABLE yard.dock (id int PRIMARY KEY);
               CREATE TABLE ship (id int PRIMARY KEY, dock int REFERENCES yard.dock)";
    let project = Project::of(sql, "");
    let answer = project.run("").expect(1);
    assert!(
        answer.stderr.contains(
            "P4002\n\nThe schema of the introspected database was inconsistent: Cross schema \
             references are only allowed when the target schema is listed in the schemas property \
             of your datasource. `public.ship` points to `yard.dock` in constraint \
             `ship_dock_fkey`. Please add `yard` to your `schemas` property and run this command \
             again."
        ),
        "{}",
        answer.text()
    );
    assert_eq!(project.read("schema.prisma"), HEAD);
    project.run("--schemas public,yard").expect(0);
    let pulled = project.read("schema.prisma");
    assert!(pulled.contains("  schemas  = [\"public\", \"yard\"]\n"), "{pulled}");
    assert!(pulled.contains("  @@schema(\"yard\")\n"), "{pulled}");
}

#[test]
fn the_queries_of_views_are_files() {
    let schema = format!(
        "generator client {{\n  provider        = \"prisma-client-js\"\n  \
         previewFeatures = [\"views\"]\n}}\n\n{HEAD}"
    );
    let project = Project::with(
        "CREATE TABLE ship (id int PRIMARY KEY); CREATE VIEW fleet AS SELECT id, now() AS at FROM ship",
        &[("prisma/schema.prisma", &schema)],
    );
    project.run("").expect(0);
    // From 16 on the server does not name the table where it goes without saying.
    assert_eq!(
        project.read("prisma/views/public/fleet.sql").replace("ship.id", "id"),
        "SELECT\n  id,\n  NOW() AS at\nFROM\n  ship;"
    );
}

#[test]
fn a_database_that_is_away_changes_nothing() {
    let model = "model Ship {\n  id Int @id\n}\n";
    let project = Project::of("SELECT", model);
    let call = project.call("").env("DATABASE_URL", "postgresql://somebody@127.0.0.1:1/nowhere");
    let answer = call.run().expect(1);
    assert!(answer.stderr.starts_with("Error: P1001\n"), "{}", answer.text());
    assert_eq!(project.read("schema.prisma"), format!("{HEAD}{model}"));
}

/// A role that may connect and nothing else; gone with the value.
struct Guest(String);

impl Guest {
    fn of(project: &Project) -> Self {
        let role = format!("guest_of_{}", project.database.name().replace('-', "_"));
        let create = format!("CREATE ROLE {role} LOGIN PASSWORD '{}'", planted("guest"));
        Cluster::shared().psql("postgres", &create);
        Self(role)
    }

    fn url(&self, project: &Project) -> String {
        let url = project.database.url();
        let (_, place) = url.rsplit_once('@').expect("somebody at some place");
        format!("postgresql://{}:{}@{place}", self.0, planted("guest"))
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        Cluster::shared().psql("postgres", &format!("DROP ROLE {}", self.0));
    }
}

#[test]
fn tables_that_may_not_be_read_are_pulled_all_the_same() {
    let project = Project::of("CREATE TABLE ship (id int PRIMARY KEY)", "");
    let guest = Guest::of(&project);
    project.call("").env("DATABASE_URL", guest.url(&project)).run().expect(0);
    let pulled = project.read("schema.prisma");
    assert_eq!(pulled, format!("{HEAD}\nmodel ship {{\n  id Int @id\n}}\n"));
}

#[test]
fn a_catalog_that_may_not_be_read_is_told_and_the_schema_stays() {
    let sql = "CREATE TABLE ship (id int PRIMARY KEY); \
               REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC";
    let project = Project::of(sql, "");
    let guest = Guest::of(&project);
    let answer = project.call("").env("DATABASE_URL", guest.url(&project)).run().expect(1);
    assert!(answer.stderr.starts_with("Error: P1010\n\nUser `guest_of_"), "{}", answer.text());
    assert_eq!(project.read("schema.prisma"), HEAD);
}

#[test]
fn a_namespace_that_is_not_there_is_an_empty_database() {
    let project = Project::of("CREATE TABLE ship (id int PRIMARY KEY)", "");
    let answer = project.run("--schemas yard").expect(1);
    assert!(answer.stderr.starts_with("Error: \nP4001 "), "{}", answer.text());
    assert_eq!(project.read("schema.prisma"), HEAD);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let project =
        Project::with("CREATE TABLE ship (id int PRIMARY KEY)", &[("elsewhere/real.prisma", HEAD)]);
    let link = project.folder.path().join("schema.prisma");
    std::os::unix::fs::symlink("elsewhere/real.prisma", &link).expect("a link");
    project.run("").expect(0);
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
    assert!(project.read("elsewhere/real.prisma").contains("model ship"));
    assert_eq!(project.files(), ["elsewhere/real.prisma", "schema.prisma"]);
}

#[test]
fn json_has_the_files_and_what_is_told() {
    let project = Project::of("CREATE TABLE log (at timestamp(3))", "");
    let json = project.run("--print --json").expect(0).json();
    assert_eq!(json["version"], 1);
    assert_eq!(json["command"], "prisma db pull");
    assert_eq!(json["models"], 1);
    assert_eq!(json["written"], false);
    assert_eq!(json["files"][0]["path"], "schema.prisma");
    assert_eq!(json["files"][0]["changed"], true);
    assert!(json["files"][0]["text"].as_str().expect("a text").contains("@@ignore"));
    assert!(json["warnings"].as_str().expect("a text").contains("  - \"log\"\n"));
    assert_eq!(project.read("schema.prisma"), HEAD);
}
