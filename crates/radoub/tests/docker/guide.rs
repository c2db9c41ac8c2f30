//! The guide, rewritten (`docs/guide`): both languages show the same commands under the guide's own headings, and
//! each of them is run here, in the order of the guide, and says what the guide says it does.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use radoub_testing::command::Answer;
use radoub_testing::shared::{root, shared_or_say};

use crate::ground::{Asking, Ground, SECOND};

const SERVICES: [Asking; 3] = [
    Asking { name: "auth-service", table: "audit_logs", column: "level", health: "real" },
    Asking {
        name: "technical-service",
        table: "interventions_techniciens",
        column: "role",
        health: "real",
    },
    Asking { name: "customer-service", table: "clients", column: "name", health: "real" },
];

/// The migration of the guide's section “Rollback”, failed in `customer-service`.
const FAILED: &str = "20260401000000_add_rating";

/// A migration of `technical-service` behind everything that a command of today writes.
const LATER: &str = "20990101000000_add_rating";

/// A command of the guide.
struct Row {
    command: &'static str,
    /// What has happened before somebody reads that line of the guide.
    before: fn(&Ground),
    code: i32,
    /// What its output has.
    words: &'static [&'static str],
}

const fn row(command: &'static str, code: i32, words: &'static [&'static str]) -> Row {
    Row { command, before: |_| {}, code, words }
}

impl Row {
    const fn after(self, before: fn(&Ground)) -> Self {
        Self { before, ..self }
    }
}

/// The commands, in the order of the guide.
const ROWS: &[Row] = &[
    // Problème 1
    row(
        "radoub logs --errors | radoub doctor --explain -",
        1,
        &["brings it", "Next: radoub apply --only"],
    )
    .after(two_are_behind),
    row("radoub check", 1, &[SECOND, "radoub apply"]),
    row("radoub apply", 0, &["auth-service", "technical-service"]),
    // Scripts
    row("radoub check", 0, &["customer-service", "Up to date"]),
    row("radoub apply", 0, &["auth-service", "customer-service"]).after(two_more_wait),
    // Services
    row("radoub services", 0, &["parabellum_technical", "docker-compose.yml:"]),
    row("radoub services --markdown", 0, &["| technical-service | parabellum_technical |"]),
    // Développement
    row("radoub new add_notes --service technical-service", 0, &["_add_notes"]).after(|ground| {
        edit(ground, "technical-service", &["notes"]);
    }),
    row("radoub restart technical-service", 0, &["technical-service restarted"]),
    row("radoub verify technical-service", 0, &["technical-service"]),
    // Production
    row("radoub backup", 0, &["auth-service", "technical-service", "customer-service"]),
    row("radoub plan -o plan.json", 1, &[LATER, "before: a backup", "it is restarted"])
        .after(later_waits),
    row("radoub apply --plan plan.json", 0, &["technical-service", LATER]),
    row("radoub logs technical-service --tail 50", 0, &["the database answers"]),
    row("radoub verify technical-service", 0, &["technical-service"]),
    // Rollback, 1
    row("radoub check customer-service", 1, &[FAILED, "failed"]).after(one_has_failed),
    row(
        "radoub resolve customer-service --rolled-back 20260401000000_add_rating",
        0,
        &[FAILED, "customer-service"],
    ),
    row("radoub restore customer-service --disconnect --yes", 0, &["customer-service"])
        .after(|ground| forget(ground, "customer-service", FAILED)),
    // Rollback, 2
    row(
        "radoub rollback technical-service",
        1,
        &[
            LATER,
            "git revert HEAD",
            "docker compose build technical-service",
            "docker compose up -d technical-service",
            "radoub rollback technical-service --rung restore",
        ],
    ),
    row(
        "radoub rollback technical-service --rung restore --disconnect --yes",
        0,
        &["technical-service"],
    )
    .after(|ground| forget(ground, "technical-service", LATER)),
    row("radoub restart technical-service", 0, &["technical-service restarted"]),
    // Tests
    row("radoub verify --markdown", 0, &["- [x] ", "- [ ] "]).after(|ground| {
        // Its sessions were ended for the restore, and it has said so.
        ground.radoub(&["restart", "customer-service"]).expect(0);
    }),
    row("radoub logs technical-service --tail 100 --errors", 0, &["PrismaClientKnownRequestError"]),
    row("radoub verify technical-service", 0, &["/health answered 200 in"]),
    row("radoub verify --remember", 0, &["auth-service", "customer-service", "remembered: "]),
    row("radoub verify --since last", 0, &["technical-service", "same keys, same values"]),
    // Récemment
    row("radoub history --markdown", 0, &["## 📝", "**technical-service**", SECOND, "Status"]),
    row("radoub history technical-service", 0, &["RUN", "MIGRATIONS"]),
    // “Migration already applied”
    row("radoub drift technical-service", 1, &["urgent", "radoub adopt technical-service"])
        .after(technical_was_pushed),
    row("radoub adopt technical-service --yes", 0, &["technical-service"]),
    row(
        "radoub new start_over --service technical-service --reset parabellum_technical --yes",
        0,
        &["parabellum_technical", "_start_over"],
    )
    .after(|ground| {
        edit(ground, "technical-service", &["notes", "urgent", "spare"]);
    }),
    // “Database does not exist”
    row("radoub doctor --fix --yes", 0, &["customer-service"]).after(drop_customers),
    row("radoub apply customer-service --create-database", 0, &["customer-service"])
        .after(drop_customers),
    // “Cannot connect to database”
    row("radoub check", 2, &["postgres"]).after(|ground| ground.compose(&["stop", "postgres"])),
    row("radoub doctor --fix --yes", 0, &["postgres takes connections after"]),
    row("radoub apply", 0, &["auth-service"]),
    // Bonnes pratiques
    row("radoub apply", 0, &["auth-service"]),
    row("radoub backup", 0, &["technical-service"]),
    row("radoub drift --replay", 0, &["technical-service"]),
    row("radoub history --markdown", 0, &["**customer-service**"]),
    row("radoub plan", 1, &[LATER, "technical-service"]).after(later_waits),
    row("radoub verify", 0, &["/health answered 200 in"]).after(|ground| {
        // All have told of the server that was stopped.
        for service in SERVICES {
            ground.radoub(&["restart", service.name, "--quiet", "0.5"]).expect(0);
        }
    }),
    row(
        "radoub rollback technical-service",
        1,
        &["radoub rollback technical-service --rung restore"],
    ),
    row("radoub plan --markdown", 1, &["| technical-service |", LATER]),
    row("radoub verify", 0, &["technical-service"]),
    // Support
    row("radoub doctor", 1, &["Next: "]),
];

/// Two of three were deployed with a migration that nobody applied.
fn two_are_behind(ground: &Ground) {
    ground.apply_all_but_the_second_of(&["auth-service", "technical-service"]);
    ground.start();
    ground.wait_for("auth-service", "column t.level does not exist");
    ground.wait_for("technical-service", "column t.role does not exist");
    ground.wait_for("customer-service", "the database answers");
}

fn two_more_wait(ground: &Ground) {
    for service in ["auth-service", "customer-service"] {
        let table = edit(ground, service, &["note"]);
        let path = format!("{service}/prisma/migrations/20260301000000_note/migration.sql");
        ground.write(&path, &format!("ALTER TABLE {table} ADD COLUMN note TEXT;\n"));
    }
}

fn later_waits(ground: &Ground) {
    let path = format!("technical-service/prisma/migrations/{LATER}/migration.sql");
    ground.write(&path, "ALTER TABLE interventions_techniciens ADD COLUMN rating INTEGER;\n");
}

/// The row that `prisma migrate deploy` leaves when a script fails.
fn one_has_failed(ground: &Ground) {
    let path = format!("customer-service/prisma/migrations/{FAILED}/migration.sql");
    ground.write(&path, "ALTER TABLE client ADD COLUMN rating INTEGER;\n");
    let row = format!(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, started_at, applied_steps_count) \
         VALUES (gen_random_uuid()::text, repeat('0', 64), '{FAILED}', 'relation \"client\" does not exist', now(), 0)"
    );
    ground.psql("customer-service", &row);
}

/// What `git revert` does to the folder of a migration.
fn forget(ground: &Ground, service: &str, migration: &str) {
    fs::remove_dir_all(ground.migration(service, migration)).expect("a folder that goes");
}

/// Gives the model of a service these fields besides its own; its table is given back.
fn edit(ground: &Ground, service: &str, fields: &[&str]) -> &'static str {
    let found = SERVICES.iter().find(|it| it.name == service);
    let Asking { table, column, .. } = found.expect("a service of this ground");
    let more = fields.iter().fold(String::new(), |mut text, field| {
        let _ = writeln!(text, "  {field} String?");
        text
    });
    let schema = format!(
        "datasource db {{\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}}\n\n\
         model {table} {{\n  id Int @id\n  {column} String?\n{more}}}\n"
    );
    ground.write(&format!("{service}/prisma/schema.prisma"), &schema);
    table
}

/// What `prisma db push` leaves: schema and database agree, and no migration says so.
fn technical_was_pushed(ground: &Ground) {
    let table = edit(ground, "technical-service", &["notes", "urgent"]);
    ground.psql("technical-service", &format!("ALTER TABLE {table} ADD COLUMN urgent TEXT"));
}

fn drop_customers(ground: &Ground) {
    ground.psql("auth-service", "DROP DATABASE parabellum_customer WITH (FORCE)");
}

#[test]
fn every_command_of_the_guide_does_what_the_guide_says() {
    let french = guide("fr");
    let commands = commands(&french);
    assert_eq!(commands, self::commands(&guide("en")), "both languages show the same commands");
    let rows: Vec<&str> = ROWS.iter().map(|row| row.command).collect();
    assert_eq!(commands, rows, "every command of the guide has its row here, in that order");

    let ground = Ground::new(&SERVICES);
    for Row { command, before, code, words } in ROWS {
        before(&ground);
        let answer = run(&ground, command).expect(*code);
        for word in *words {
            assert!(answer.text().contains(word), "no “{word}”: {}", answer.text());
        }
    }
}

#[test]
fn the_guide_in_french_has_every_heading_of_the_founding_one() {
    let Some(shared) = shared_or_say("the headings of the founding guide") else { return };
    let path = shared.join("seed/guide-maintenance-migrations-prisma.md");
    let founding = fs::read_to_string(path).expect("the founding guide");
    assert_eq!(headings(&guide("fr")), headings(&founding));
    let depth = |heading: &str| heading.chars().take_while(|it| *it == '#').count();
    let depths = |text: &str| headings(text).iter().map(|it| depth(it)).collect::<Vec<_>>();
    assert_eq!(depths(&guide("en")), depths(&founding));
}

/// Runs a line of the guide: commands with pipes between, as a shell would.
#[track_caller]
fn run(ground: &Ground, line: &str) -> Answer {
    let mut input: Option<String> = None;
    let mut commands = line.split(" | ").peekable();
    loop {
        let command = commands.next().expect("a line has a command");
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let call = ground.call(&words);
        let answer = match input.take() {
            Some(text) => call.input(text).run(),
            None => call.run(),
        };
        if commands.peek().is_none() {
            return answer;
        }
        input = Some(answer.expect(0).stdout);
    }
}

fn guide(language: &str) -> String {
    let path = root().join(Path::new("docs/guide").join(language).with_extension("md"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a text, each with whether it lies in a code block.
fn lines(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut in_code = false;
    text.lines().filter_map(move |line| {
        if line.starts_with("```") {
            in_code = !in_code;
            return None;
        }
        Some((line, in_code))
    })
}

fn headings(text: &str) -> Vec<&str> {
    lines(text).filter(|(line, in_code)| !in_code && line.starts_with('#')).map(|it| it.0).collect()
}

/// Every command that is shown: lines of code blocks, and what stands between backticks elsewhere.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (line, in_code) in lines(text) {
        let shown: Vec<&str> =
            if in_code { vec![line] } else { line.split('`').skip(1).step_by(2).collect() };
        let shown = shown.into_iter().filter(|it| it.starts_with("radoub "));
        found.extend(shown.map(|it| it.replace("\\|", "|")));
    }
    found
}
