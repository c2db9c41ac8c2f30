//! `radoub prisma migrate diff` beside the real engine, for every kind of side: empty, file, database, history; as
//! a script and as a summary; 6 and 7.

use std::fs;
use std::path::{Path, PathBuf};

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::oracle::Oracle;
use radoub_testing::postgres::{Auth, Options};
use radoub_testing::secret::PLANTED;
use radoub_testing::shared::shared_or_say;
use serde_json::{Value, json};

use crate::radoub;

const OLD: &str = "model Ship {\n  id     Int     @id @default(autoincrement())\n  name   String  @unique\n  flag   String?\n  port   Port    @relation(fields: [portId], references: [id])\n  portId Int\n  kind   Kind    @default(TUG)\n}\n\nmodel Port {\n  id    Int    @id\n  ships Ship[]\n}\n\nenum Kind {\n  TUG\n  CARGO\n}\n";

const NEW: &str = "model Ship {\n  id     BigInt  @id @default(autoincrement())\n  name   String  @db.VarChar(80)\n  ports  Port[]\n  kind   Kind    @default(TUG)\n  seen   DateTime @default(now())\n\n  @@index([name, kind(sort: Desc)])\n}\n\nmodel Port {\n  id    Int    @id\n  code  String?\n  ships Ship[]\n}\n\nenum Kind {\n  TUG\n  FERRY\n}\n";

/// A server that asks for no password, so that a URL can stand on a command line.
fn server() -> Cluster {
    Cluster::with(Options { auth: Auth::Trust, ..Options::default() })
}

/// A URL without its password.
fn bare(url: &str) -> String {
    url.replace(&format!(":{PLANTED}@"), "@")
}

/// How a side is named to radoub, and what it is to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Empty,
    Old,
    New,
    Database,
    History,
}

use Side::{Database, Empty, History, New, Old};

/// Every pair that the engine can be asked for: it reaches one database at a time.
const PAIRS: &[(Side, Side)] = &[
    (Empty, New),
    (New, Empty),
    (Old, New),
    (New, Old),
    (Database, New),
    (New, Database),
    (Database, Empty),
    (Empty, Database),
    (History, New),
    (New, History),
    (History, Empty),
    (Empty, History),
    (Old, Old),
];

struct Ground<'cluster> {
    fleet: Fleet<'cluster>,
    old: PathBuf,
    new: PathBuf,
    major: u8,
}

impl<'cluster> Ground<'cluster> {
    fn new(cluster: &'cluster Cluster, major: u8) -> Self {
        let url = if major < 7 { "  url      = env(\"DATABASE_URL\")\n" } else { "" };
        let head = format!("datasource db {{\n  provider = \"postgresql\"\n{url}}}\n\n");
        let mut fleet = Fleet::on(cluster);
        let version = if major < 7 { "6.19.0" } else { "7.10.1" };
        let member = Member::new("ships")
            .prisma(version)
            .file("schema.prisma", format!("{head}{NEW}"))
            .file("old.prisma", format!("{head}{OLD}"))
            .migration("20240101000000_init", "CREATE TABLE \"Port\" (\"id\" INTEGER NOT NULL, CONSTRAINT \"Port_pkey\" PRIMARY KEY (\"id\"));\n")
            .migration("20240102000000_next", "CREATE TYPE \"Kind\" AS ENUM ('TUG');\nCREATE TABLE left_over (a int, b text);\n");
        fleet.add(member);
        let folder = fleet.path().join("services/ships");
        if major >= 7 {
            let config = "export default {\n  schema: 'prisma/schema.prisma',\n  datasource: { url: process.env.DATABASE_URL },\n}\n";
            fs::write(folder.join("prisma.config.ts"), config).expect("a config file");
        }
        fleet.database("ships").psql(
            "CREATE TYPE \"Kind\" AS ENUM ('TUG', 'CARGO'); \
             CREATE TABLE \"Ship\" (id serial PRIMARY KEY, name text NOT NULL, kind \"Kind\" DEFAULT 'TUG', gone int); \
             CREATE UNIQUE INDEX \"Ship_name_key\" ON \"Ship\" (name); \
             CREATE TABLE extra (a int REFERENCES \"Ship\" (id), b numeric(5,2)[]);",
        );
        let (old, new) = (folder.join("prisma/old.prisma"), folder.join("prisma/schema.prisma"));
        Self { fleet, old, new, major }
    }

    fn url(&self) -> String {
        bare(&self.fleet.database("ships").url())
    }

    /// What radoub is called with for a side.
    fn flags(&self, which: &str, side: Side) -> Vec<String> {
        let old_names = self.major < 7;
        let path = |path: &Path| path.display().to_string();
        let named = |flag: &str, value: String| vec![format!("--{which}-{flag}"), value];
        let file = if old_names { "schema-datamodel" } else { "schema" };
        match side {
            Empty => vec![format!("--{which}-empty")],
            Old => named(file, path(&self.old)),
            New => named(file, path(&self.new)),
            Database if old_names => named("url", self.url()),
            Database => vec![format!("--{which}-config-datasource")],
            History => named("migrations", path(&self.fleet.migrations("ships"))),
        }
    }

    fn ours(&self, from: Side, to: Side, script: bool) -> String {
        let mut arguments: Vec<String> = ["prisma", "migrate", "diff"].map(str::to_owned).to_vec();
        arguments.extend(self.flags("from", from));
        arguments.extend(self.flags("to", to));
        arguments.extend(script.then(|| "--script".to_owned()));
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let folder = self.fleet.path().join("services/ships");
        let answer = radoub(folder, &words).env("DATABASE_URL", self.url()).run().expect(0);
        // The CLI's printing adds a line end.
        answer.stdout.strip_suffix('\n').unwrap_or(&answer.stdout).to_owned()
    }

    fn theirs(&self, oracle: &Oracle, shadow: &str, from: Side, to: Side, script: bool) -> String {
        let file = |side| match side {
            Old => Some(&self.old),
            New => Some(&self.new),
            _ => None,
        };
        let mut request = match (from, to) {
            (Old | New, Old | New) => {
                json!({ "verb": "diff-schemas", "from": file(from), "to": file(to) })
            }
            (Empty, Old | New) => json!({ "verb": "diff-empty", "schema": file(to) }),
            (Old | New, Empty) => {
                json!({ "verb": "diff-empty", "schema": file(from), "reverse": true })
            }
            (Database, other) | (other, Database) => {
                let reverse = to == Database;
                json!({ "verb": "diff-url", "url": self.url(), "schema": file(other), "reverse": reverse })
            }
            (History, other) | (other, History) => json!({
                "verb": "diff-migrations",
                "migrations": self.fleet.migrations("ships"),
                "url": self.url(),
                "shadowUrl": shadow,
                "schema": file(other),
                "reverse": to == History,
            }),
            (Empty, Empty) => unreachable!("not among the pairs"),
        };
        if let Value::Object(request) = &mut request {
            request.insert("engine".to_owned(), json!(self.major));
            request.insert("summary".to_owned(), json!(!script));
            request.retain(|_, value| !value.is_null());
        }
        let answer = oracle.ask(&request).unwrap_or_else(|it| panic!("{from:?} {to:?}: {it}"));
        answer.as_str().unwrap_or_else(|| panic!("no text: {answer}")).to_owned()
    }
}

/// Compares both tools for all pairs.
#[track_caller]
fn alike(major: u8) {
    let Some(shared) = shared_or_say("migrate diff beside the real engine") else { return };
    let cluster = &server();
    let oracle = Oracle::of(&shared);
    let ground = Ground::new(cluster, major);
    let shadow = cluster.database("shadow");
    for (from, to) in PAIRS {
        for script in [true, false] {
            let expected = ground.theirs(&oracle, &bare(&shadow.url()), *from, *to, script);
            let found = ground.ours(*from, *to, script);
            assert_eq!(found, expected, "{major}: {from:?} to {to:?}, script {script}");
        }
    }
}

#[test]
fn six_is_followed_from_every_side_to_every_other() {
    alike(6);
}

#[test]
fn seven_is_followed_from_every_side_to_every_other() {
    alike(7);
}

#[test]
fn an_index_with_a_condition_stands_for_one_without_as_in_seven() {
    let Some(shared) = shared_or_say("partial indexes beside the real engine") else { return };
    let cluster = &server();
    let (oracle, ground) = (Oracle::of(&shared), Ground::new(cluster, 7));
    let shadow = cluster.database("shadow");
    let indexes = [
        "CREATE UNIQUE INDEX \"Ship_name_key\" ON \"Ship\" (name) WHERE gone IS NULL",
        "CREATE UNIQUE INDEX other ON \"Ship\" (name) WHERE gone IS NULL",
        "CREATE INDEX other ON \"Ship\" (name) WHERE gone IS NULL",
        "CREATE INDEX other ON \"Ship\" (name, kind DESC) WHERE gone IS NULL; CREATE INDEX twin ON \"Ship\" (name, kind DESC)",
    ];
    for index in indexes {
        let database = ground.fleet.database("ships");
        database.psql("DROP INDEX IF EXISTS \"Ship_name_key\", other, twin");
        database.psql(index);
        for (from, to) in [(Database, Old), (Old, Database), (Database, New), (New, Database)] {
            let expected = ground.theirs(&oracle, &bare(&shadow.url()), from, to, true);
            assert_eq!(ground.ours(from, to, true), expected, "{index}: {from:?} to {to:?}");
        }
    }
}

#[test]
fn two_databases_and_two_histories_can_be_compared_too() {
    let cluster = &server();
    let ground = Ground::new(cluster, 6);
    let other = cluster.database("other");
    other.psql("CREATE TABLE extra (a int, b numeric(5,2)[])");
    let folder = ground.fleet.path().join("services/ships");
    let (url, other_url) = (ground.url(), bare(&other.url()));
    let words =
        ["prisma", "migrate", "diff", "--from-url", &other_url, "--to-url", &url, "--exit-code"];
    let answer = radoub(&folder, &words).run().expect(2);
    assert_eq!(
        answer.stdout,
        "\n[+] Added enums\n  - Kind\n\n[+] Added tables\n  - Ship\n\n[*] Changed the `Ship` table\n  \
         [+] Added unique index on columns (name)\n\n[*] Changed the `extra` table\n  \
         [+] Added foreign key on columns (a)\n\n"
    );
    let migrations = ground.fleet.migrations("ships").display().to_string();
    let words = [
        "prisma",
        "migrate",
        "diff",
        "--from-migrations",
        &migrations,
        "--to-migrations",
        &migrations,
        "--exit-code",
    ];
    let answer = radoub(&folder, &words).env("DATABASE_URL", url).run().expect(0);
    assert_eq!(answer.stdout, "No difference detected.\n\n");
}

#[test]
fn what_seven_removed_is_refused_in_its_words() {
    let cluster = Cluster::shared();
    let ground = Ground::new(cluster, 7);
    let folder = ground.fleet.path().join("services/ships");
    let refusals = [
        (
            vec!["--from-url", "postgresql://x", "--to-empty"],
            "`--from-url` was removed. Please use `--[from/to]-config-datasource` in combination with a Prisma config file that contains the appropriate datasource instead.",
        ),
        (
            vec!["--from-empty", "--to-schema-datamodel", "prisma/schema.prisma"],
            "`--to-schema-datamodel` was removed. Please use `--[from/to]-schema` instead.",
        ),
        (
            vec!["--from-empty", "--to-empty", "--shadow-database-url", "postgresql://x"],
            "unknown or unexpected option: --shadow-database-url",
        ),
    ];
    for (flags, words) in refusals {
        let arguments = [&["prisma", "migrate", "diff"][..], &flags].concat();
        let answer = radoub(&folder, &arguments).env("DATABASE_URL", ground.url()).run().expect(1);
        assert!(answer.stderr.contains(words), "{}", answer.text());
    }
}
