//! The commands of the drop-in that read schema files and no database: `validate`, `format`,
//! `migrate diff`. Real binary, real files, no server.
//!
//! Words, streams and exit codes are those of the real CLI 6.19 (measured).

use radoub_testing::command::{Answer, Call};
use radoub_testing::fleet::temporary;
use radoub_testing::secret::PLANTED;

const HEAD: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n\n";
const HEAD_OF_SEVEN: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\n";
const MODEL: &str = "model Ship {\n  id   Int    @id\n  name String\n}\n";
const SCRIPT: &str = "-- CreateTable\nCREATE TABLE \"Ship\" (\n    \"id\" INTEGER NOT NULL,\n    \
     \"name\" TEXT NOT NULL,\n\n    CONSTRAINT \"Ship_pkey\" PRIMARY KEY (\"id\")\n);\n";

/// A folder with these files, in which the binary is called.
struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = temporary();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        Self(folder)
    }

    fn call(&self, line: &str) -> Call {
        Call::of(env!("CARGO_BIN_EXE_radoub"))
            .dir(self.0.path())
            .env("RADOUB_LANG", "en")
            .env("DATABASE_URL", "postgresql://u@localhost/d")
            .args(["prisma"])
            .args(line.split_whitespace())
    }

    #[track_caller]
    fn run(&self, line: &str) -> Answer {
        self.call(line).run()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("a file")
    }
}

/// `prisma LINE` in a folder with these files: exit code, standard output, standard error.
#[track_caller]
fn says(files: &[(&str, &str)], line: &str, code: i32, stdout: &str, stderr: &str) {
    let answer = Folder::with(files).run(line).expect(code);
    assert_eq!(answer.stdout, stdout, "{}", answer.text());
    assert_eq!(answer.stderr, stderr, "{}", answer.text());
}

/// A schema of 6 with this text behind its datasource, where Prisma looks for it.
fn schema(text: &str) -> Folder {
    Folder::with(&[("prisma/schema.prisma", &format!("{HEAD}{text}"))])
}

#[test]
fn a_right_schema_is_valid() {
    says(
        &[("prisma/schema.prisma", &format!("{HEAD}{MODEL}"))],
        "validate",
        0,
        "Prisma schema loaded from prisma/schema.prisma\n\
         The schema at prisma/schema.prisma is valid 🚀\n",
        "",
    );
}

#[test]
fn seven_keeps_standard_output_for_the_result() {
    says(
        &[("schema.prisma", &format!("{HEAD_OF_SEVEN}{MODEL}"))],
        "validate",
        0,
        "The schema at schema.prisma is valid 🚀\n",
        "Prisma schema loaded from schema.prisma.\n",
    );
}

#[test]
fn every_mistake_is_told_at_once_with_line_caret_and_remedy() {
    says(
        &[("schema.prisma", &format!("{HEAD}model Ship {{\n\tid Int @foo\n  name  Strin\n}}\n"))],
        "validate",
        1,
        "Prisma schema loaded from schema.prisma\n",
        "Error: Prisma schema validation - (validate)\nError code: P1012\n\
         error: there is no attribute `@foo` here\n  -->  schema.prisma:7:9\n   | \n \
         6 | model Ship {\n 7 | \tid Int @foo\n   | \t       ^^^^\n\
         error: there is no type, model or enum `Strin`\n  -->  schema.prisma:8:9\n   | \n \
         7 | \tid Int @foo\n 8 |   name  Strin\n   |         ^^^^^\n   \
         = help: did you mean `String`?\n\n\
         Validation Error Count: 2\n[Context: validate]\n\nradoub 0.1.0\n",
    );
}

#[test]
fn mistakes_of_a_folder_name_their_file() {
    let folder = Folder::with(&[
        ("db/a.prisma", HEAD),
        ("db/more/b.prisma", "model B {\n  id Int @id @id\n  c C\n}\n"),
        ("db/more/c.prisma", "enum C {\n}\n"),
    ]);
    let answer = folder.run("validate --schema db").expect(1);
    assert!(answer.stderr.contains("-->  db/more/"), "{}", answer.text());
    assert!(!answer.stderr.contains(" db/a.prisma"), "{}", answer.text());
}

#[test]
fn a_variable_of_the_datasource_must_be_set_and_fit() {
    let cases = [
        (None, "Environment variable not found: DATABASE_URL."),
        (Some(""), "The environment variable `DATABASE_URL` resolved to an empty string."),
        (Some("mysql://h/d"), "must start with the protocol `postgresql://` or `postgres://`."),
    ];
    for (value, message) in cases {
        let folder = schema(MODEL);
        let call = Call::of(env!("CARGO_BIN_EXE_radoub")).dir(folder.0.path());
        let call = call.args(["prisma", "validate"]).envs(value.map(|it| ("DATABASE_URL", it)));
        let answer = call.run().expect(1);
        for part in [message, "[Context: getConfig]", "prisma/schema.prisma:3:14", "Count: 1"] {
            assert!(answer.stderr.contains(part), "{part}: {}", answer.text());
        }
        // Laying out asks for no variable.
        Call::of(env!("CARGO_BIN_EXE_radoub"))
            .dir(folder.0.path())
            .args(["prisma", "format", "--check"])
            .run()
            .expect(0);
    }
}

#[test]
fn an_env_file_gives_the_variable_and_is_named() {
    let folder = schema(MODEL);
    std::fs::write(folder.0.path().join(".env"), "DATABASE_URL=postgresql://h/d\n").expect("it");
    let call = Call::of(env!("CARGO_BIN_EXE_radoub")).dir(folder.0.path());
    let answer = call.args(["prisma", "validate"]).run().expect(0);
    assert_eq!(answer.stderr, "Environment variables loaded from .env\n");
}

#[test]
fn a_password_in_a_wrong_line_is_not_shown() {
    // The runner fails the test when it is.
    let text = format!(
        "datasource db {{\n  provider = \"postgresql\"\n  url = \"mysql://u:{PLANTED}@h/d\"\n}}\n"
    );
    let folder = Folder::with(&[("schema.prisma", &text)]);
    let answer = folder.run("validate").expect(1);
    assert!(answer.stderr.contains("mysql://…@h/d"), "{}", answer.text());
    folder.run("validate --prisma 7 --json").expect(1);
}

/// The release that `validate --json` follows in a folder with these files.
#[track_caller]
fn followed(files: &[(&str, &str)], line: &str) -> serde_json::Value {
    let folder = Folder::with(files);
    folder.run(&format!("validate --json {line}")).json()["major"].clone()
}

#[test]
fn the_release_is_that_of_the_package_or_of_who_says_otherwise() {
    let six = ("prisma/schema.prisma", &format!("{HEAD}{MODEL}")[..]);
    let seven = ("prisma/schema.prisma", &format!("{HEAD_OF_SEVEN}{MODEL}")[..]);
    let package = |range| format!("{{\"devDependencies\": {{\"prisma\": \"{range}\"}}}}");
    let (five, caret) = (package("5.22.0"), package("^6 || ^7"));
    let lock = r#"{"packages": {"node_modules/prisma": {"version": "7.1.0"}}}"#;
    let nested = ("services/a/prisma/schema.prisma", seven.1);
    let named = "--schema services/a/prisma/schema.prisma";
    let nested_package = ("services/a/package.json", &five[..]);
    assert_eq!(followed(&[six], ""), 6);
    assert_eq!(followed(&[seven], ""), 7);
    assert_eq!(followed(&[six, ("package.json", &five)], ""), 5);
    let locked = [six, ("package.json", &caret), ("package-lock.json", lock)];
    assert_eq!(followed(&locked, ""), 7);
    assert_eq!(followed(&[six, ("package.json", &five)], "--prisma 7"), 7);
    assert_eq!(followed(&[nested, nested_package], named), 5);
    let folder = Folder::with(&[seven]);
    let answer = folder.call("validate --json").env("RADOUB_PRISMA", "5").run();
    assert_eq!(answer.json()["major"], 5);
    assert_eq!(answer.json()["valid"], false, "5 wants a url");
}

#[test]
fn a_schema_that_is_not_there_is_told() {
    says(
        &[],
        "validate --schema no.prisma",
        1,
        "",
        "Error: Could not load `--schema` from provided path `no.prisma`: file or directory not \
         found\n\n",
    );
    let answer = Folder::with(&[]).run("validate").expect(1);
    assert!(answer.stderr.starts_with("Error: Could not find Prisma Schema"), "{}", answer.text());
}

#[test]
fn a_schema_that_is_not_text_is_told_by_its_file() {
    let folder = Folder::with(&[]);
    std::fs::write(folder.0.path().join("schema.prisma"), b"model A { \xff }").expect("a file");
    let answer = folder.run("validate").expect(1);
    assert!(answer.stderr.contains("`schema.prisma` cannot be read"), "{}", answer.text());
}

#[test]
fn format_lays_out_once_and_for_all() {
    let text = format!("{HEAD}// a ship\nmodel Ship {{\n id Int @id\n   name String\n}}\n");
    let folder = Folder::with(&[("prisma/schema.prisma", &text)]);
    let answer = folder.run("format --check").expect(1);
    assert_eq!(
        answer.stderr,
        "! There are unformatted files. Run prisma format to format them.\n  \
         prisma/schema.prisma\n"
    );
    assert_eq!(folder.read("prisma/schema.prisma"), text, "a check writes nothing");
    let answer = folder.run("format").expect(0);
    assert!(answer.stdout.contains("Formatted prisma/schema.prisma in "), "{}", answer.text());
    assert_eq!(folder.read("prisma/schema.prisma"), format!("{HEAD}// a ship\n{MODEL}"));
    let answer = folder.run("format --check").expect(0);
    assert!(answer.stdout.ends_with("All files are formatted correctly!\n"), "{}", answer.text());
}

#[test]
fn format_leaves_a_wrong_schema_alone() {
    let text = format!("{HEAD}model Ship {{\n id Int @id\n   name Strin\n}}\n");
    let folder = Folder::with(&[("schema.prisma", &text)]);
    let answer = folder.run("format").expect(1);
    assert!(answer.stderr.contains("Validation Error Count: 1"), "{}", answer.text());
    assert_eq!(folder.read("schema.prisma"), text);
}

#[test]
fn a_difference_is_a_summary_or_a_script() {
    let text = format!("{HEAD}{MODEL}");
    let files = &[("schema.prisma", &text[..]), ("nothing.prisma", HEAD)];
    let line = "migrate diff --from-empty --to-schema-datamodel schema.prisma";
    says(files, line, 0, "\n[+] Added tables\n  - Ship\n\n", "");
    says(files, &format!("{line} --script"), 0, &format!("{SCRIPT}\n"), "");
    let back = "migrate diff --from-schema schema.prisma --to-schema nothing.prisma --script";
    says(files, back, 0, "-- DropTable\nDROP TABLE \"Ship\";\n\n", "");
    let same = "migrate diff --from-schema=schema.prisma --to-schema=schema.prisma";
    says(files, same, 0, "No difference detected.\n\n", "");
    let empty = format!("{same} --script --exit-code");
    says(files, &empty, 0, "-- This is an empty migration.\n\n", "");
}

#[test]
fn seven_creates_the_schema_first() {
    let text = format!("{HEAD_OF_SEVEN}{MODEL}");
    let expected =
        format!("-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS \"public\";\n\n{SCRIPT}\n");
    let line = "migrate diff --from-empty --to-schema schema.prisma --script";
    says(&[("schema.prisma", &text)], line, 0, &expected, "");
}

#[test]
fn the_exit_code_tells_a_difference_when_asked() {
    let folder = schema(MODEL);
    let line = "migrate diff --from-empty --to-schema prisma/schema.prisma --exit-code";
    folder.run(line).expect(2);
    folder.run(&format!("{line} --no-such-flag")).expect(1);
    folder.run(&line.replace("schema.prisma", "nope.prisma")).expect(1);
    let answer = folder.run(&format!("{line} --script -o out/all.sql")).expect(2);
    assert_eq!(answer.stdout, "\n");
    assert_eq!(folder.read("out/all.sql"), SCRIPT);
}

#[test]
fn one_from_and_one_to_are_wanted() {
    let cases = [
        (
            "migrate diff",
            "Error: \n0 `--from-...` parameter(s) provided. 1 must be provided.\n\
             0 `--to-...` parameter(s) provided. 1 must be provided.\n\n",
        ),
        (
            "migrate diff --from-empty --from-schema a --to-empty",
            "Error: \n2 `--from-...` parameter(s) provided. 1 must be provided.\n\n",
        ),
        (
            "migrate diff --from-empty --to-empty",
            "Error: Could not determine the connector to use for diffing.\n\n",
        ),
        (
            "migrate diff --from-empty --to-schema a.prisma",
            "Error: There is no datasource in the schema.\n\n",
        ),
    ];
    for (line, stderr) in cases {
        says(&[("a.prisma", MODEL)], line, 1, "", stderr);
    }
}

#[test]
fn both_wrong_sides_are_told() {
    let wrong = |name: &str| format!("{HEAD}model A {{\n  id {name} @id\n}}\n");
    let folder = Folder::with(&[("a.prisma", &wrong("X")), ("b.prisma", &wrong("Y"))]);
    let answer = folder.run("migrate diff --from-schema a.prisma --to-schema b.prisma").expect(1);
    assert!(answer.stderr.starts_with("Error: P1012\n\nerror: "), "{}", answer.text());
    for part in ["a.prisma:7:6", "b.prisma:7:6", "Validation Error Count: 2"] {
        assert!(answer.stderr.contains(part), "{}", answer.text());
    }
}

#[test]
fn every_command_has_a_twin_for_machines() {
    let folder = schema("model Ship {\n  id Int @id\n  name Strin\n}\n");
    let document = folder.run("validate --json").expect(1).json();
    assert_eq!(document["valid"], false);
    assert_eq!(document["errors"][0]["line"], 8);
    assert_eq!(document["errors"][0]["remedy"], "did you mean `String`?");
    let document = folder.run("format --check --json").expect(1).json();
    assert_eq!(document["changed"][0], "prisma/schema.prisma");
    assert_eq!(document["written"], false);
    let line = "migrate diff --from-empty --to-schema prisma/schema.prisma --json";
    let document = folder.run(line).expect(1).json();
    assert_eq!(document["errors"][0]["file"], "prisma/schema.prisma");
    let folder = schema(MODEL);
    let document = folder.run(line).expect(0).json();
    assert_eq!(document["empty"], false);
    assert_eq!(document["script"], SCRIPT);
}

#[test]
fn help_is_in_the_language_of_the_user() {
    for (line, french) in [
        ("validate --help", "Vérifier un schéma"),
        ("format --help", "Mettre en page"),
        ("migrate diff --help", "--to-schema-datamodel"),
    ] {
        let answer = Folder::with(&[]).run(&format!("{line} --lang fr")).expect(0);
        assert!(answer.stdout.contains(french), "{}", answer.text());
        assert!(!answer.stdout.contains("help-prisma"), "{}", answer.text());
    }
}

#[test]
fn a_folder_without_a_schema_file_is_no_valid_schema() {
    let files = [("empty/notes.txt", "nothing")];
    for line in ["validate --schema empty", "format --schema empty"] {
        let told = Folder::with(&files).run(line).expect(1).text();
        assert!(told.contains("Error: `empty` holds no .prisma file"), "{told}");
        assert!(!told.contains("valid 🚀"), "{told}");
    }
}
