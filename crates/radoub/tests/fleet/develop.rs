//! `radoub prisma migrate dev` beside the real engine, through a sequence of edits of one schema: the same
//! decisions, the same files, the same ledger, the same database, after every edit.
//!
//! The engine is asked the questions that the CLI asks it, in the CLI's order (Prisma facts 6.6).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use radoub_testing::Cluster;
use radoub_testing::command::{Answer, Call};
use radoub_testing::fleet::{Fleet, LOCK_FILE, Member, migrations_in};
use radoub_testing::oracle::{Oracle, Place, Told, ledger};
use radoub_testing::replay::{same_catalog, same_rows};
use radoub_testing::shared::shared_or_say;

use crate::radoub;

/// One edit, and what `migrate dev` makes of it.
struct Edit {
    /// What happens before the call, on both sides.
    acts: &'static [Act],
    /// How `migrate dev` is called.
    call: Way,
    /// What both must decide.
    decision: Decision,
}

enum Act {
    /// Replaces texts of the schema.
    Schema(&'static [(&'static str, &'static str)]),
    /// Runs SQL on both databases.
    Sql(&'static str),
    /// Appends to the script of the migration of this number.
    Append(usize, &'static str),
    /// Puts another script in the place of the last one.
    Rewrite(&'static str),
    /// Takes the migration of this number away, or its script.
    Hide(usize),
    HideScript(usize),
    /// Adds a migration of this name.
    Add(&'static str, &'static str),
    /// Adds a migration that comes right after the last one.
    AddNext(&'static str),
    /// Writes the lock file.
    Lock(&'static str),
    /// Brings the folder back to what it was after the last edit that went through.
    Restore,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Without a terminal.
    Plain,
    /// The same with `--create-only`.
    CreateOnly,
    /// With a terminal at which somebody says yes, or no.
    Saying(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Decision {
    /// Nothing was to be done.
    InSync,
    /// What was pending was applied, and nothing was written.
    Applied,
    /// A migration was written and applied.
    Created,
    /// A migration was written.
    Written,
    /// The database must be reset.
    Reset,
    /// Data would be lost, and nobody said yes.
    Warned,
    /// Rows are in the way.
    Impossible,
    /// It was refused with this code.
    Refused(&'static str),
}

use Act::{Add, AddNext, Append, Hide, HideScript, Lock, Restore, Rewrite, Schema, Sql};
use Way::{CreateOnly, Plain, Saying};

const HEAD: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n\n";

const START: &str = "model Ship {\n  id   Int    @id @default(autoincrement())\n  name String\n  built Int?\n}\n//more\n";

const BERTH: &str = "model Berth {\n  id     String @id @default(uuid())\n  ship   Ship?  @relation(fields: [shipId], references: [id])\n  shipId Int?\n  depth  Decimal @db.Decimal(5, 2)\n\n  @@index([shipId, depth(sort: Desc)])\n}\n";

const PORT: &str = "model Port {\n  code  String @id @db.Char(5)\n  ships Ship[]\n}\nenum Kind {\n";

#[rustfmt::skip]
fn edits() -> Vec<(&'static str, Edit)> {
    let edit = |acts, call, decision| Edit { acts, call, decision };
    vec![
        ("the first model", edit(&[Schema(&[("//more\n", START)])], Plain, Decision::Created)),
        ("nothing", edit(&[], Plain, Decision::InSync)),
        ("an optional column", edit(&[Schema(&[("  built Int?\n", "  built Int?\n  flag  String? @db.VarChar(40)\n")])], Plain, Decision::Created)),
        ("an enum, and a column with a default of it", edit(&[Schema(&[
            ("//more\n", "enum Kind {\n  CARGO\n  TUG\n}\n//more\n"),
            ("  built Int?\n", "  built Int?\n  kind  Kind @default(CARGO)\n"),
        ])], Plain, Decision::Created)),
        ("a model with a foreign key and an index", edit(&[Schema(&[("//more\n", BERTH), ("  built Int?\n", "  built Int?\n  berths Berth[]\n")])], Plain, Decision::Created)),
        ("rows come", edit(&[Sql("INSERT INTO \"Ship\" (name, flag) VALUES ('Marie', 'FR'), ('Anna', NULL), ('Anna', 'DE'); INSERT INTO \"Berth\" VALUES ('a', 1, 3.5)")], Plain, Decision::InSync)),
        ("a unique index is warned of", edit(&[Schema(&[("  name String\n", "  name String @unique\n")])], Plain, Decision::Warned)),
        ("and cancelled by who sits there", edit(&[], Saying("n\n"), Decision::Warned)),
        ("and made once the duplicates are gone and somebody agrees", edit(&[Sql("UPDATE \"Ship\" SET name = 'Berta' WHERE id = 3")], Saying("y\n"), Decision::Created)),
        ("two more enum values", edit(&[Schema(&[("  TUG\n", "  TUG\n  FERRY\n  DREDGER\n")])], Plain, Decision::Created)),
        ("a default that uses one of them", edit(&[Schema(&[("@default(CARGO)", "@default(FERRY)")])], Plain, Decision::Created)),
        ("a required column without a default is impossible with rows", edit(&[Schema(&[("  built Int?\n", "  built Int?\n  tonnage Int\n")])], Plain, Decision::Impossible)),
        ("but can be written", edit(&[], CreateOnly, Decision::Written)),
        ("and mended by hand before it is applied", edit(&[Rewrite("ALTER TABLE \"Ship\" ADD COLUMN \"tonnage\" INTEGER NOT NULL DEFAULT 100;\n")], Plain, Decision::Created)),
        ("a wider type", edit(&[Schema(&[("  tonnage Int\n", "  tonnage BigInt\n")])], Plain, Decision::Created)),
        ("a narrower type is warned of", edit(&[Schema(&[("  tonnage BigInt\n", "  tonnage Int @db.SmallInt\n")])], Plain, Decision::Warned)),
        ("and done when somebody agrees", edit(&[], Saying("y\n"), Decision::Created)),
        ("a required column is impossible with nulls", edit(&[Schema(&[("  flag  String? @db.VarChar(40)", "  flag  String @db.VarChar(40)")])], Plain, Decision::Impossible)),
        ("and possible without", edit(&[Sql("UPDATE \"Ship\" SET flag = 'FR' WHERE flag IS NULL")], Plain, Decision::Created)),
        ("a table made by hand is drift", edit(&[Sql("CREATE TABLE by_hand (id int)")], Plain, Decision::Reset)),
        ("a column changed by hand is drift too", edit(&[Sql("DROP TABLE by_hand; ALTER TABLE \"Ship\" ALTER COLUMN built SET DEFAULT 1900")], Plain, Decision::Reset)),
        ("without them all is well", edit(&[Sql("ALTER TABLE \"Ship\" ALTER COLUMN built DROP DEFAULT")], Plain, Decision::InSync)),
        ("a view and a check made by hand are nobody's business", edit(&[Sql("CREATE VIEW fleet AS SELECT name FROM \"Ship\"; ALTER TABLE \"Ship\" ADD CONSTRAINT old CHECK (built > 0)")], Plain, Decision::InSync)),
        ("an applied migration that was edited", edit(&[Append(2, "-- a remark\n")], Plain, Decision::Reset)),
        ("one that was edited and drift", edit(&[Sql("CREATE TABLE by_hand (id int)")], Plain, Decision::Reset)),
        ("one that is missing", edit(&[Restore, Sql("DROP TABLE by_hand"), Hide(3)], Plain, Decision::Reset)),
        ("one that is missing, and another one that is new", edit(&[Add("20990101000000_new", "SELECT 1;\n")], Plain, Decision::Reset)),
        ("a new one that does not run", edit(&[Restore, Add("20990101000000_new", "SELECT nothing;\n")], Plain, Decision::Refused("P3006"))),
        ("one without its script", edit(&[Restore, HideScript(1)], Plain, Decision::Refused("P3015"))),
        ("a lock file of another provider", edit(&[Restore, Lock("provider = \"mysql\"\n")], Plain, Decision::Refused("P3019"))),
        ("a failed row", edit(&[Lock(LOCK_FILE), Sql("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('f', 'x', '20990101000000_failed')")], Plain, Decision::Reset)),
        ("that somebody took away", edit(&[Sql("DELETE FROM _prisma_migrations WHERE id = 'f'")], Plain, Decision::InSync)),
        ("one that was written by hand", edit(&[AddNext("CREATE INDEX \"Ship_built_idx\" ON \"Ship\"(\"built\");\n"), Schema(&[("  berths Berth[]\n", "  berths Berth[]\n\n  @@index([built])\n")])], Plain, Decision::Applied)),
        ("an index under another name", edit(&[Schema(&[("@@index([built])", "@@index([built], map: \"age\")")])], Plain, Decision::Created)),
        ("a relation of many to many", edit(&[Schema(&[("enum Kind {\n", PORT), ("  berths Berth[]\n", "  berths Berth[]\n  ports Port[]\n")])], Plain, Decision::Created)),
        ("an enum value goes", edit(&[Schema(&[("  DREDGER\n", "")])], Saying("y\n"), Decision::Created)),
        ("a column that is renamed is one that goes and one that comes", edit(&[Schema(&[("  flag  String @db", "  ensign String @default(\"-\") @db")])], Plain, Decision::Warned)),
        ("which somebody may want", edit(&[], Saying("y\n"), Decision::Created)),
        ("an empty migration to fill by hand", edit(&[], CreateOnly, Decision::Written)),
        ("a model with rows goes, after the empty one is applied", edit(&[Schema(&[(BERTH, ""), ("  berths Berth[]\n", "")])], Saying("y\n"), Decision::Created)),
    ]
}

/// One side: a fleet of one service.
struct Side<'cluster> {
    fleet: Fleet<'cluster>,
}

impl<'cluster> Side<'cluster> {
    fn new(cluster: &'cluster Cluster) -> Self {
        let mut fleet = Fleet::on(cluster);
        fleet.add(Member::new("ships").file("schema.prisma", format!("{HEAD}//more\n")));
        Self { fleet }
    }

    fn migrations(&self) -> PathBuf {
        self.fleet.migrations("ships")
    }

    fn folder(&self, number: usize) -> PathBuf {
        self.migrations().join(&migrations_in(&self.migrations())[number])
    }

    fn act(&self, act: &Act, kept: &[(String, Vec<u8>)]) {
        let script = |number| self.folder(number).join("migration.sql");
        match act {
            Schema(changes) => {
                let path = self.fleet.schema("ships");
                let mut text = fs::read_to_string(&path).expect("a schema");
                for (from, to) in *changes {
                    assert!(text.contains(from), "the schema has no {from:?}:\n{text}");
                    text = text.replacen(from, to, 1);
                }
                fs::write(path, text).expect("a schema");
            }
            Sql(sql) => {
                self.fleet.database("ships").psql(sql);
            }
            Append(number, text) => {
                let path = script(*number);
                let whole = fs::read_to_string(&path).expect("a script") + text;
                fs::write(path, whole).expect("a script");
            }
            Rewrite(text) => {
                let last = migrations_in(&self.migrations()).len() - 1;
                fs::write(script(last), text).expect("a script");
            }
            Hide(number) => fs::remove_dir_all(self.folder(*number)).expect("a migration"),
            HideScript(number) => fs::remove_file(script(*number)).expect("a script"),
            Add(name, text) => self.add(name, text),
            AddNext(text) => {
                let last = migrations_in(&self.migrations()).pop().expect("a migration");
                self.add(&format!("{last}_too"), text);
            }
            Lock(text) => {
                fs::write(self.migrations().join("migration_lock.toml"), text)
                    .expect("a lock file");
            }
            Restore => {
                for name in migrations_in(&self.migrations()) {
                    fs::remove_dir_all(self.migrations().join(name)).expect("a migration");
                }
                for (name, text) in kept {
                    self.add(name, text);
                }
            }
        }
    }

    fn add(&self, name: &str, text: impl AsRef<[u8]>) {
        let folder = self.migrations().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("migration.sql"), text).expect("a script");
    }

    /// The history: names and scripts, and the lock file.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let names = migrations_in(&self.migrations());
        names
            .into_iter()
            .map(|name| {
                let script = self.migrations().join(&name).join("migration.sql");
                (name, fs::read(script).unwrap_or_default())
            })
            .collect()
    }
}

/// Calls `radoub prisma migrate dev`.
fn ours(side: &Side<'_>, way: Way) -> Answer {
    let folder = side.fleet.path().join("services/ships");
    let arguments = ["prisma", "migrate", "dev", "--name", "next edit", "--skip-generate"];
    let url = side.fleet.database("ships").url();
    match way {
        Plain => radoub(folder, &arguments).env("DATABASE_URL", url).run(),
        CreateOnly => {
            let arguments = [&arguments[..], &["--create-only"]].concat();
            radoub(folder, &arguments).env("DATABASE_URL", url).run()
        }
        Saying(words) => {
            at_a_terminal(&folder, &arguments).env("DATABASE_URL", url).input(words).run()
        }
    }
}

/// The binary at a terminal of its own, which `script` of util-linux makes.
fn at_a_terminal(folder: &Path, arguments: &[&str]) -> Call {
    let words: Vec<String> = std::iter::once(env!("CARGO_BIN_EXE_radoub"))
        .chain(arguments.iter().copied())
        .map(|word| format!("'{word}'"))
        .collect();
    let words = words.join(" ");
    Call::of("script").with_path().dir(folder).env("RADOUB_LANG", "en").args([
        "--quiet",
        "--return",
        "--command",
        words.as_str(),
        "/dev/null",
    ])
}

/// What radoub decided, from its code and words.
fn decided(answer: &Answer, before: usize, after: usize) -> Decision {
    let said = |text: &str| answer.stdout.contains(text) || answer.stderr.contains(text);
    let refused =
        ["P3006", "P3015", "P3019"].into_iter().find(|code| said(&format!("Error: {code}\n")));
    if let Some(code) = refused {
        return Decision::Refused(code);
    }
    match answer.code {
        Some(0) if said("without applying it") => Decision::Written,
        Some(0) if said("created and applied") => Decision::Created,
        Some(0) if said("Already in sync") => Decision::InSync,
        Some(0) if after == before => Decision::Applied,
        Some(130) if said("We need to reset") => Decision::Reset,
        Some(130) if said("Migration cancelled.") => Decision::Warned,
        Some(1) if said("changes that cannot be executed") => Decision::Impossible,
        Some(1) if said("Warnings for the current datasource") => Decision::Warned,
        _ => panic!("undecided:\n{}", answer.text()),
    }
}

/// What the engine decides, step by step as the CLI asks it, with the sentences that the CLI would print. A new
/// migration gets the name that radoub gave its own.
fn theirs(
    oracle: &Oracle,
    side: &Side<'_>,
    way: Way,
    name: Option<&str>,
) -> (Decision, Vec<String>) {
    let (url, migrations, schema) =
        (side.fleet.database("ships").url(), side.migrations(), side.fleet.schema("ships"));
    let place = Place { url: &url, migrations: &migrations, schema: &schema };
    match oracle.dev_diagnostic(place) {
        Err(refusal) => {
            let code = refusal.code.as_deref().unwrap_or_default();
            let known = ["P3006", "P3015", "P3019"].into_iter().find(|it| *it == code);
            let known = known.unwrap_or_else(|| panic!("the engine refuses: {refusal}"));
            return (Decision::Refused(known), Vec::new());
        }
        Ok(Some(reason)) => return (Decision::Reset, vec![reason]),
        Ok(None) => {}
    }
    let applied = oracle.deploy(place).unwrap_or_else(|refusal| panic!("deploy: {refusal}"));
    let cost = oracle.evaluate_data_loss(place).unwrap_or_else(|refusal| panic!("{refusal}"));
    let only_written = way == CreateOnly;
    let steps = |it: &Told| format!("Step {} {}", it.step_index, it.message);
    let mut told: Vec<String> = cost.unexecutable_steps.iter().map(steps).collect();
    if !told.is_empty() && !only_written {
        return (Decision::Impossible, told);
    }
    told.extend(cost.warnings.iter().map(|it| it.message.clone()));
    if !cost.warnings.is_empty() && !matches!(way, Saying(words) if words.starts_with('y')) {
        return (Decision::Warned, told);
    }
    let script = oracle.create_migration(place, only_written);
    let Some(script) = script.unwrap_or_else(|refusal| panic!("create-migration: {refusal}"))
    else {
        let decision = if applied.is_empty() { Decision::InSync } else { Decision::Applied };
        return (decision, told);
    };
    let name = name.expect("radoub wrote a migration too");
    side.add(name, script);
    if only_written {
        return (Decision::Written, told);
    }
    oracle.deploy(place).unwrap_or_else(|refusal| panic!("deploy: {refusal}"));
    (Decision::Created, told)
}

#[test]
fn forty_edits_are_developed_as_the_real_engine_does() {
    let Some(shared) = shared_or_say("migrate dev beside the real engine") else { return };
    let cluster = Cluster::shared();
    let oracle = Oracle::of(&shared);
    let (left, right) = (Side::new(cluster), Side::new(cluster));
    let mut kept = Vec::new();
    let edits = edits();
    assert!(edits.len() >= 30, "the issue asks for thirty");
    for (number, (what, edit)) in edits.iter().enumerate() {
        for act in edit.acts {
            left.act(act, &kept);
            right.act(act, &kept);
        }
        let before: BTreeSet<String> = migrations_in(&left.migrations()).into_iter().collect();
        let answer = ours(&left, edit.call);
        let names = migrations_in(&left.migrations());
        let new: Vec<&String> = names.iter().filter(|name| !before.contains(*name)).collect();
        let name = new.first().map(|name| name.as_str());
        let (decision, sentences) = theirs(&oracle, &right, edit.call, name);
        let context = format!("edit {number}, {what}:\n{}", answer.text());

        assert_eq!(decision, edit.decision, "the engine, at {context}");
        let found = decided(&answer, before.len(), names.len());
        assert_eq!(found, edit.decision, "radoub, at {context}");
        let words = format!("{}{}", answer.stdout, answer.stderr).replace('\r', "");
        for sentence in sentences {
            assert!(words.contains(sentence.trim_end()), "not said: {sentence}\n{context}");
        }
        if let Some(name) = name {
            assert!(name.ends_with("_next_edit") && new.len() == 1, "{new:?}");
        }
        assert_eq!(text(&left.files()), text(&right.files()), "{context}");
        let (a, b) = (left.fleet.database("ships"), right.fleet.database("ships"));
        same_rows(&ledger(cluster, b.name()), &ledger(cluster, a.name()))
            .and_then(|()| same_catalog(&cluster.catalog(b.name()), &cluster.catalog(a.name())))
            .unwrap_or_else(|told| panic!("{told}\n{context}"));
        if matches!(
            decision,
            Decision::Created | Decision::InSync | Decision::Applied | Decision::Written
        ) {
            kept = left.files();
        }
    }
}

fn text(files: &[(String, Vec<u8>)]) -> Vec<String> {
    files
        .iter()
        .map(|(name, script)| format!("{name}\n{}", String::from_utf8_lossy(script)))
        .collect()
}
