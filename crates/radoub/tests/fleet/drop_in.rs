//! `radoub prisma migrate …` beside the real Prisma CLI: same decisive words, same exit code, same ledger.
//!
//! The CLI here is 6.19 with the WebAssembly engine, whose words for a failed script are not the native
//! engine's (see the oracle's README); those are compared by exit code and ledger only.

use std::fs;
use std::path::Path;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member, SMALL_SCHEMA};
use radoub_testing::oracle::{Cli, Place, Row, ledger};
use radoub_testing::replay::{same_catalog, same_rows};
use radoub_testing::shared::shared_or_say;

use crate::radoub;

const INIT: &str = "20240101000000_init";
const NEXT: &str = "20240102000000_next";

/// One step of a situation: what both tools are called with, after SQL and file changes that both see.
enum Step {
    /// `prisma …`.
    Call(&'static [&'static str]),
    /// The same, but the words are not compared.
    CodeOf(&'static [&'static str]),
    /// SQL on both databases.
    Sql(&'static str),
}

use Step::{Call, CodeOf, Sql};

/// Takes the same steps with both tools and compares words, codes, and what is left behind.
#[track_caller]
fn alike(member: &Member, steps: &[Step]) {
    let Some(shared) = shared_or_say("the drop-in beside the real CLI") else { return };
    let cluster = Cluster::shared();
    let (mut ours, mut theirs) = (Fleet::on(cluster), Fleet::on(cluster));
    ours.add(member.clone());
    theirs.add(member.clone());
    let (url, migrations, schema) =
        (theirs.database("orders").url(), theirs.migrations("orders"), theirs.schema("orders"));
    let cli = Cli::of(&shared, Place { url: &url, migrations: &migrations, schema: &schema });

    for (at, step) in steps.iter().enumerate() {
        let (arguments, words) = match step {
            Call(arguments) => (arguments, true),
            CodeOf(arguments) => (arguments, false),
            Sql(sql) => {
                ours.database("orders").psql(sql);
                theirs.database("orders").psql(sql);
                continue;
            }
        };
        let expected = cli.call(arguments).output().expect("the CLI runs");
        let mut call = vec!["prisma"];
        call.extend(*arguments);
        let folder = ours.path().join("services/orders");
        let found = radoub(&folder, &call).env("DATABASE_URL", ours.database("orders").url()).run();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let told = format!(
            "step {at}: the CLI says ({:?})\n{}{}\n{}",
            expected.status.code(),
            text(&expected.stdout),
            text(&expected.stderr),
            found.text()
        );
        assert_eq!(found.code, expected.status.code(), "{told}");
        if words {
            let names = [ours.database("orders").name(), theirs.database("orders").name()];
            assert_eq!(bare(&found.stdout, names), bare(&text(&expected.stdout), names), "{told}");
            assert_eq!(bare(&found.stderr, names), bare(&text(&expected.stderr), names), "{told}");
        }
    }
    let (ours, theirs) = (ours.database("orders").name(), theirs.database("orders").name());
    same_rows(&kept(cluster, theirs), &kept(cluster, ours)).unwrap_or_else(|told| panic!("{told}"));
    same_catalog(&cluster.catalog(theirs), &cluster.catalog(ours))
        .unwrap_or_else(|told| panic!("{told}"));
}

/// The ledger, without how far a script came whose row was given up: Prisma says 0 whatever was committed.
fn kept(cluster: &Cluster, database: &str) -> Vec<Row> {
    let rows = ledger(cluster, database).into_iter();
    rows.map(|row| if row.rolled_back { Row { steps: 0, ..row } } else { row }).collect()
}

/// Without what differs between two projects, and between the native engine and a driver adapter: the name of the
/// database, how it is reached, lines about configuration files, the adapter's warning. Blank lines are left out.
fn bare(text: &str, databases: [&str; 2]) -> String {
    const LEFT_OUT: &[&str] = &[
        // Said by the native engine only.
        "Applying migration `",
        "Loaded Prisma config from",
        "Prisma config detected",
        "Environment variables loaded from",
        "warn The configuration property `package.json#prisma`",
        "For more information, see: https://pris.ly/prisma-config",
        "WARNING: Your schema specifies the following datasource properties",
        "- url",
        "The values from your schema will NOT be used!",
        "We recommend you to remove those properties from your schema",
    ];
    let text =
        databases.into_iter().fold(text.to_owned(), |text, name| text.replace(name, "[DATABASE]"));
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let lines = lines.filter(|line| !LEFT_OUT.iter().any(|start| line.starts_with(start)));
    let lines = lines.map(|line| match line.strip_prefix("Datasource \"db\"") {
        Some(rest) => rest
            .split(" using driver adapter")
            .next()
            .unwrap_or(rest)
            .split(" at \"")
            .next()
            .unwrap_or(rest),
        None => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn two() -> Member {
    Member::new("orders")
        .migration(INIT, "CREATE TABLE \"Thing\" (id int PRIMARY KEY, name text NOT NULL);\n")
        .migration(NEXT, "CREATE TABLE more (id int);\n")
}

/// Fails after it has committed something, which leaves a failed row in both tools. A script that failed and changed nothing
/// is marked as rolled back by radoub at once, so that it can be tried again; Prisma wants a `resolve` first.
const FAILS: &str =
    "BEGIN;\nCREATE TABLE half (id int);\nCOMMIT;\nALTER TABLE nowhere ADD COLUMN a int;\n";

const STATUS: &[&str] = &["migrate", "status"];
const DEPLOY: &[&str] = &["migrate", "deploy"];

#[test]
fn pending_then_deployed_then_up_to_date() {
    alike(&two(), &[Call(STATUS), Call(DEPLOY), Call(STATUS), Call(DEPLOY)]);
}

#[test]
fn one_pending_is_said_in_the_singular() {
    let one = Member::new("orders").migration(INIT, "CREATE TABLE a (id int);\n");
    alike(&one, &[Call(STATUS), Call(DEPLOY), Call(STATUS)]);
}

#[test]
fn no_migration_at_all() {
    // The first deploy makes the ledger all the same.
    alike(&Member::new("orders"), &[Call(STATUS), Call(DEPLOY), Call(STATUS), Call(DEPLOY)]);
}

#[test]
fn a_reset_builds_the_database_anew() {
    const RESET: &[&str] = &["migrate", "reset", "--force", "--skip-generate"];
    alike(
        &two(),
        &[
            Call(&["migrate", "reset"]),
            Call(RESET),
            Sql("CREATE TABLE by_hand (id int); INSERT INTO \"Thing\" VALUES (1, 'x')"),
            Call(&["migrate", "reset", "-f", "--skip-generate", "--skip-seed"]),
            Call(STATUS),
        ],
    );
    alike(&Member::new("orders"), &[Call(RESET)]);
}

#[test]
fn a_database_that_is_not_empty_is_baselined() {
    alike(
        &two(),
        &[
            Sql("CREATE TABLE \"Thing\" (id int PRIMARY KEY, name text NOT NULL)"),
            Call(STATUS),
            CodeOf(DEPLOY),
            Call(&["migrate", "resolve", "--applied", INIT]),
            Call(STATUS),
            Call(DEPLOY),
            Call(STATUS),
        ],
    );
}

#[test]
fn a_failed_migration_is_resolved_as_applied() {
    let member = two().migration("20240103000000_fails", FAILS);
    alike(
        &member,
        &[
            CodeOf(DEPLOY),
            Call(STATUS),
            CodeOf(DEPLOY),
            Call(&["migrate", "resolve", "--applied", "20240103000000_fails"]),
            Call(STATUS),
        ],
    );
}

#[test]
fn a_failed_migration_is_resolved_as_rolled_back() {
    let member = two().migration("20240103000000_fails", FAILS);
    alike(
        &member,
        &[
            CodeOf(DEPLOY),
            Call(&["migrate", "resolve", "--rolled-back", "20240103000000_fails"]),
            // Not asked for its status here: 6.19 calls this up to date, 7 and radoub call it pending.
            Sql("DROP TABLE half; CREATE TABLE nowhere (id int)"),
            Call(DEPLOY),
            Call(STATUS),
        ],
    );
}

#[test]
fn what_cannot_be_resolved_is_refused_with_the_same_code() {
    alike(
        &two(),
        &[
            Call(DEPLOY),
            CodeOf(&["migrate", "resolve", "--applied", INIT]),
            CodeOf(&["migrate", "resolve", "--applied", "20990101000000_unknown"]),
            CodeOf(&["migrate", "resolve", "--rolled-back", INIT]),
            CodeOf(&["migrate", "resolve", "--rolled-back", "20990101000000_unknown"]),
            CodeOf(&["migrate", "resolve"]),
            CodeOf(&["migrate", "resolve", "--applied", INIT, "--rolled-back", INIT]),
        ],
    );
}

#[test]
fn rows_that_only_psql_could_send_are_refused_by_line() {
    let script = "CREATE TABLE a (id int);\nCOPY a (id) FROM stdin;\n1\n\\.\n";
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("orders").migration(INIT, script));
    let folder = fleet.path().join("services/orders");
    let database = fleet.database("orders");
    fs::write(folder.join("rows.sql"), script).expect("a script");
    let call = |arguments: &[&str]| {
        let call = radoub(&folder, arguments).env("DATABASE_URL", database.url());
        call.run().expect(1).stderr
    };
    let deployed = call(&["prisma", "migrate", "deploy"]);
    assert!(
        deployed.contains("Line 2 of 20240101000000_init/migration.sql copies rows"),
        "{deployed}"
    );
    let schema = ["--schema", "prisma/schema.prisma"];
    let executed =
        call(&[&["prisma", "db", "execute", "--file", "rows.sql"][..], &schema].concat());
    assert!(executed.contains("Line 2 of rows.sql copies rows"), "{executed}");
    assert!(ledger(Cluster::shared(), database.name()).is_empty());
}

#[test]
fn a_script_is_executed_whole_or_not_at_all() {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("orders"));
    let folder = fleet.path().join("services/orders");
    let database = fleet.database("orders");
    let schema = ["prisma", "db", "execute", "--stdin", "--schema", "prisma/schema.prisma"];
    let call = |script: &str| {
        radoub(&folder, &schema).env("DATABASE_URL", database.url()).input(script).run()
    };
    let answer = call("CREATE TABLE a (id int);\nINSERT INTO a SELECT nothing;\n").expect(1);
    assert_eq!(
        answer.stderr,
        "Error: ERROR: column \"nothing\" does not exist\n\nLine 2: INSERT INTO a SELECT nothing;\n\n"
    );
    let answer = call("CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\n").expect(0);
    assert_eq!(answer.stdout, "Script executed successfully.\n");
    assert_eq!(database.psql("SELECT count(*) FROM a"), "1");
    let answer = call("BEGIN;\nDELETE FROM a;\n").expect(1);
    assert!(
        answer.stderr.contains("line 1") && answer.stderr.contains("never committed"),
        "{}",
        answer.text()
    );
    assert_eq!(database.psql("SELECT count(*) FROM a"), "1");
}

/// A generator of a project: says its name, and leaves a file behind.
const GENERATOR: &str = "import readline from 'node:readline'\n\
import { writeFileSync } from 'node:fs'\n\
readline.createInterface({ input: process.stdin }).on('line', (line) => {\n\
  const asked = JSON.parse(line)\n\
  const answer = (result) => process.stderr.write(JSON.stringify({ jsonrpc: '2.0', result, id: asked.id }) + '\\n')\n\
  if (asked.method === 'getManifest') answer({ manifest: { prettyName: 'Witness', defaultOutput: 'witness' } })\n\
  if (asked.method === 'generate') { writeFileSync('witness', 'generated'); answer(null) }\n\
})\n";

#[cfg(unix)]
#[test]
fn generators_are_run_by_the_projects_own_cli_and_named_where_it_is_not_installed() {
    let Some(shared) = shared_or_say("the project's own CLI") else { return };
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    let schema =
        format!("{SMALL_SCHEMA}\ngenerator witness {{\n  provider = \"node generator.mjs\"\n}}\n");
    fleet.add(Member::new("orders").file("schema.prisma", schema));
    let folder = fleet.path().join("services/orders");
    fs::write(folder.join("generator.mjs"), GENERATOR).expect("a generator");
    let (url, migrations, schema) =
        (fleet.database("orders").url(), fleet.migrations("orders"), fleet.schema("orders"));
    let push = || radoub(&folder, &["prisma", "db", "push"]).with_path().env("DATABASE_URL", &url);

    let answer = push().run().expect(0);
    assert!(answer.stderr.contains("npx prisma generate"), "{}", answer.text());

    let cli = Cli::of(&shared, Place { url: &url, migrations: &migrations, schema: &schema });
    std::os::unix::fs::symlink(cli.path().join("node_modules"), folder.join("node_modules"))
        .expect("a link to the packages");
    let engine = cli.path().join("no-engine");
    let installed = || {
        push()
            .env("PRISMA_SCHEMA_ENGINE_BINARY", &engine)
            .env("PRISMA_QUERY_ENGINE_LIBRARY", &engine)
            .env("CHECKPOINT_DISABLE", "1")
    };
    let answer = installed().args(["--skip-generate"]).run().expect(0);
    assert!(!folder.join("witness").exists(), "{}", answer.text());
    let answer = installed().run().expect(0);
    assert!(folder.join("witness").exists(), "{}", answer.text());
}

#[test]
fn the_seed_runs_after_a_reset_and_by_itself() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(two());
    let folder = fleet.path().join("services/orders");
    let database = fleet.database("orders");
    let package = |seed: &str| {
        let text = format!(
            "{{ \"prisma\": {{ \"seed\": {seed:?} }}, \"devDependencies\": {{ \"prisma\": \"6.19.0\" }} }}"
        );
        fs::write(folder.join("package.json"), text).expect("a package");
    };
    let call = |arguments: &[&str]| {
        radoub(&folder, arguments).with_path().env("DATABASE_URL", database.url()).run()
    };
    let reset = ["prisma", "migrate", "reset", "-f"];
    package("echo seeded");
    let said = "Running seed command `echo seeded` ...\nseeded\n\n🌱  The seed command has been executed.\n";
    let answer = call(&reset).expect(0);
    assert!(answer.stdout.ends_with(said), "{}", answer.text());
    let answer = call(&["prisma", "db", "seed"]).expect(0);
    assert_eq!(answer.stdout, said);
    let answer = call(&["prisma", "db", "seed", "--", "two words"]).expect(0);
    assert!(answer.stdout.contains("seeded two words"), "{}", answer.text());
    package("exit 3");
    let answer = call(&reset).expect(1);
    assert!(
        answer.stderr.ends_with("Error: Command failed with exit code 3: exit 3\n"),
        "{}",
        answer.text()
    );
    let answer = call(&[&reset[..], &["--skip-seed"]].concat()).expect(0);
    assert!(!answer.stdout.contains("seed"), "{}", answer.text());
}

#[test]
fn a_binary_called_prisma_is_the_drop_in() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(two());
    let bin = radoub_testing::fleet::temporary();
    let prisma = bin.path().join(format!("prisma{}", std::env::consts::EXE_SUFFIX));
    std::fs::copy(Path::new(env!("CARGO_BIN_EXE_radoub")), &prisma).expect("a copy");
    let answer = radoub_testing::command::Call::of(&prisma)
        .args(["migrate", "deploy"])
        .dir(fleet.path().join("services/orders"))
        .env("DATABASE_URL", fleet.database("orders").url())
        .run()
        .expect(0);
    assert!(
        answer.stdout.contains("All migrations have been successfully applied."),
        "{}",
        answer.text()
    );
}
