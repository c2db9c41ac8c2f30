//! Services without containers: `restart` and `logs` of `radoub.toml` do what the engine does elsewhere; and what is
//! asked of a database when nothing is restarted.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::command::Call;
use radoub_testing::fleet::{Fleet, Member};
use serde_json::Value;

use crate::service;

const INIT: &str = "CREATE TABLE \"Thing\" (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";

const COMMANDS: &str = "[service.ships]\nrestart = [\"/bin/sh\", \"restart.sh\"]\n\
                        logs = [\"/bin/sh\", \"-c\", \"cat service.log\"]\n";

/// Two services; `ships` is restarted by a script of its own, which does what `script` says.
fn fleet(script: &str) -> Fleet<'static> {
    let mut fleet = Fleet::on(Cluster::shared());
    for name in ["ports", "ships"] {
        fleet.add(Member::new(name).migration("20240101000000_init", INIT));
    }
    fleet.write("radoub.toml", COMMANDS);
    fleet.write("services/ships/restart.sh", format!("echo restarted >> marker\n{script}\n"));
    fleet.write(
        "services/ships/service.log",
        "2024-01-01T08:00:00Z listening\nError: user 17 is not there\n",
    );
    fleet
}

/// The command where no engine answers.
fn radoub(fleet: &Fleet<'_>, arguments: &[&str]) -> Call {
    let call = crate::radoub(fleet.path(), arguments).with_path();
    call.env("DOCKER_HOST", "unix:///nowhere/docker.sock")
}

#[track_caller]
fn apply(fleet: &Fleet<'_>, more: &[&str], code: i32) -> Value {
    let arguments = [&["apply", "--json", "--quiet-period", "1"], more].concat();
    radoub(fleet, &arguments).run().expect(code).json()
}

/// How often the script ran.
fn restarts(fleet: &Fleet<'_>) -> usize {
    fs::read_to_string(marker(fleet)).map_or(0, |text| text.lines().count())
}

fn marker(fleet: &Fleet<'_>) -> PathBuf {
    fleet.path().join("services/ships/marker")
}

#[test]
fn a_service_with_commands_is_restarted_behind_its_migration_and_looked_at() {
    let fleet = fleet("echo 'Error: user 204 is not there' >> service.log; sleep 60 &");
    let planned = radoub(&fleet, &["plan"]).run().expect(1);
    assert!(planned.stdout.contains("behind: it is restarted"), "{}", planned.text());
    assert!(planned.stdout.contains("its tables are asked"), "{}", planned.text());

    let begun = Instant::now();
    let document = apply(&fleet, &[], 0);
    // What the script leaves behind in the background is not waited for.
    assert!(begun.elapsed() < Duration::from_secs(50), "{:?}", begun.elapsed());
    assert_eq!(restarts(&fleet), 1);
    let ships = service(&document, "ships");
    assert_eq!((&ships["outcome"], &ships["verdict"]), (&"applied".into(), &"pass".into()));
    let away = ["downtimeMilliseconds", "wellAfterMilliseconds"].map(|key| ships[key].as_f64());
    assert!(away[0].is_some() && away[0] <= away[1], "{document:#}");
    let markdown = radoub(&fleet, &["show", "--format", "markdown"]).run().expect(0);
    let told = markdown.stdout.lines().find(|it| it.starts_with("- ships: restarted in"));
    assert!(told.is_some_and(|it| it.contains("well again")), "{}", markdown.text());
    // The other one has neither containers nor commands: its tables were asked all the same.
    let ports = service(&document, "ports");
    assert_eq!((&ports["outcome"], &ports["verdict"]), (&"applied".into(), &"pass".into()));
    assert!(ports["downtimeMilliseconds"].is_null(), "{document:#}");

    // Nothing to apply, nothing to restart; by hand it is.
    apply(&fleet, &[], 0);
    assert_eq!(restarts(&fleet), 1);
    let document =
        radoub(&fleet, &["restart", "ships", "--quiet", "1", "--json"]).run().expect(0).json();
    assert_eq!(document["services"][0]["verdict"], "pass", "{document:#}");
    assert_eq!(restarts(&fleet), 2);
    let refused = radoub(&fleet, &["restart", "ports"]).run().expect(2);
    assert!(refused.text().contains("/nowhere/docker.sock"), "{}", refused.text());
}

#[test]
fn the_log_of_a_service_is_what_its_command_prints() {
    let fleet = fleet("");
    let document = radoub(&fleet, &["logs", "ships", "--json"]).run().expect(0).json();
    let printed = &document["containers"][0];
    assert_eq!(printed["command"], "/bin/sh -c cat service.log", "{document:#}");
    assert_eq!(printed["lines"][0]["at"], "2024-01-01T08:00:00Z", "{document:#}");
    assert_eq!(printed["lines"][0]["text"], "listening", "{document:#}");
    let errors = radoub(&fleet, &["logs", "ships", "--errors"]).run().expect(0);
    assert_eq!(errors.stdout.lines().count(), 1, "{}", errors.text());
    assert!(errors.stdout.contains("Error: user 17"), "{}", errors.text());

    // Followed, it is asked again and again, and only what has come to it is shown.
    let mut following = radoub(&fleet, &["logs", "ships", "--follow"]).start();
    following.wait_for("user 17");
    let log = fleet.path().join("services/ships/service.log");
    let text = fs::read_to_string(&log).expect("a log") + "a ship came in\n";
    fs::write(&log, text).expect("a log");
    following.wait_for("a ship came in");
    let pid = following.pid().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &pid]).status().expect("kill").success());
    let answer = following.wait().expect(0);
    assert_eq!(answer.stdout.matches("listening").count(), 1, "{}", answer.text());

    fleet.write(
        "radoub.toml",
        "[service.ships]\nlogs = [\"/bin/sh\", \"-c\", \"echo 'no such unit' >&2; exit 4\"]\n",
    );
    let refused = radoub(&fleet, &["logs", "ships"]).run().expect(2);
    assert!(refused.text().contains("no such unit"), "{}", refused.text());
}

#[test]
fn errors_that_are_new_behind_a_restart_end_the_work_and_older_ones_do_not() {
    let fleet = fleet(
        "echo 'PrismaClientKnownRequestError: The column `Thing.kind` does not exist' >> service.log",
    );
    let document = apply(&fleet, &[], 1);
    let ships = service(&document, "ships");
    assert_eq!(ships["problem"]["code"], "new-errors", "{document:#}");
    assert!(ships["problem"]["message"].to_string().contains("Thing.kind"), "{document:#}");
    assert_eq!(ships["applied"].as_array().map(Vec::len), Some(1), "{document:#}");

    // Alone, `verify` takes what the command prints for the log since the last start.
    let document = radoub(&fleet, &["verify", "ships", "--json"]).run().expect(1).json();
    assert_eq!(service(&document, "ships")["verdict"], "fail", "{document:#}");
    fleet.write("services/ships/service.log", "listening\n");
    let document = radoub(&fleet, &["verify", "ships", "--json"]).run().expect(0).json();
    assert_eq!(service(&document, "ships")["verdict"], "pass", "{document:#}");
}

#[test]
fn a_restart_that_fails_is_a_failed_restart_and_resume_makes_up_for_it() {
    let fleet = fleet("echo 'postgresql://u:secret@h/d: port taken' >&2; exit 3");
    let document = apply(&fleet, &[], 1);
    let ships = service(&document, "ships");
    assert_eq!(ships["problem"]["code"], "restart-failed", "{document:#}");
    let message = ships["problem"]["message"].as_str().expect("a message");
    for part in ["/bin/sh restart.sh", "exit status: 3", "…@h/d: port taken"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let remedy = ships["remedy"].as_str().expect("a remedy");
    assert!(remedy.contains("/bin/sh restart.sh") && remedy.contains("radoub resume"), "{remedy}");
    assert_eq!(ships["applied"].as_array().map(Vec::len), Some(1), "{document:#}");

    // The journal tells the same, in the reader's language.
    let told = radoub(&fleet, &["show"]).env("RADOUB_LANG", "fr").run();
    for part in ["n'a pas pu être redémarré", "a échoué (exit status: 3)", "port taken"] {
        assert!(told.text().contains(part), "{part}: {}", told.text());
    }

    fleet.write("services/ships/restart.sh", "echo restarted >> marker\n");
    let document =
        radoub(&fleet, &["resume", "--json", "--quiet-period", "1"]).run().expect(0).json();
    let ships = service(&document, "ships");
    assert_eq!((&ships["outcome"], &ships["verdict"]), (&"applied".into(), &"pass".into()));
    assert_eq!(restarts(&fleet), 2);
}

#[test]
fn a_restart_that_hangs_is_ended_by_the_second_request_to_stop() {
    let fleet = fleet("echo $$ > pid; exec sleep 600");
    let running = radoub(&fleet, &["apply", "--json"]).start();
    let pid = fleet.path().join("services/ships/pid");
    let hanging = loop {
        // A file that is there may not be written yet.
        match fs::read_to_string(&pid) {
            Ok(text) if text.ends_with('\n') => break text.trim().to_owned(),
            _ => std::thread::park_timeout(Duration::from_millis(20)),
        }
    };
    for _ in 0..2 {
        let own = running.pid().to_string();
        assert!(Command::new("kill").args(["-s", "INT", &own]).status().expect("kill").success());
        std::thread::park_timeout(Duration::from_millis(300));
    }
    let document = running.wait().expect(1).json();
    assert_eq!(service(&document, "ships")["problem"]["code"], "restart-failed", "{document:#}");
    let is_there =
        || Command::new("kill").args(["-0", &hanging]).output().is_ok_and(|it| it.status.success());
    let begun = Instant::now();
    while is_there() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the command goes on");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn tables_are_asked_though_nothing_is_restarted() {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("ships").migration("20240101000000_init", INIT));
    // Its schema has never been what its history makes: that is not the work of a run.
    fleet
        .add(Member::new("old").migration("20240101000000_init", "CREATE TABLE other (id int);\n"));
    let document = apply(&fleet, &[], 0);
    let old = service(&document, "old");
    assert_eq!((&old["outcome"], &old["verdict"]), (&"applied".into(), &"inconclusive".into()));
    assert_eq!(old["doubts"][0]["code"], "table-unreadable", "{document:#}");
    assert_eq!(service(&document, "ships")["doubts"], serde_json::json!([]), "{document:#}");

    // A migration that takes away what the client reads is.
    let rename = "ALTER TABLE \"Thing\" RENAME COLUMN name TO title;\n";
    fleet.write("services/ships/prisma/migrations/20240201000000_title/migration.sql", rename);
    let document = apply(&fleet, &[], 1);
    let ships = service(&document, "ships");
    assert_eq!(ships["problem"]["code"], "table-unreadable", "{document:#}");
    assert!(ships["problem"]["message"].to_string().contains("name"), "{document:#}");

    // Whoever wants no look gets none.
    let back = "ALTER TABLE \"Thing\" RENAME COLUMN title TO label;\n";
    fleet.write("services/ships/prisma/migrations/20240301000000_label/migration.sql", back);
    let document = apply(&fleet, &["--no-verify"], 0);
    assert!(service(&document, "ships")["verdict"].is_null(), "{document:#}");
}

/// What the Dockerfile of `ships` starts.
fn starts(fleet: &Fleet<'_>, command: &str) {
    let file = format!("FROM node:20\nCMD [\"sh\", \"-c\", \"{command} && exec node .\"]\n");
    fleet.write("services/ships/Dockerfile", file);
}

#[test]
fn a_service_that_goes_past_its_history_when_it_starts_is_not_restarted_by_hand_either() {
    let fleet = fleet("");
    for (command, is_refused) in [
        ("npx prisma db push --accept-data-loss", true),
        ("npx prisma db execute --file more.sql", true),
        ("npx prisma migrate resolve --applied 20240101000000_init", true),
        ("npx prisma migrate deploy && npx prisma db execute --file more.sql", true),
        ("npx prisma migrate resolve --rolled-back 20240101000000_init", false),
        ("npx prisma migrate deploy", false),
    ] {
        starts(&fleet, command);
        let before = restarts(&fleet);
        let arguments = ["restart", "ships", "--quiet", "1", "--json"];
        let answer = radoub(&fleet, &arguments).run();
        if !is_refused {
            // The database is not there yet, so the look fails; what counts is that it was restarted.
            assert_eq!(restarts(&fleet), before + 1, "{command}: {}", answer.text());
            continue;
        }
        let document = answer.expect(1).json();
        assert_eq!(restarts(&fleet), before, "{command}");
        let refused = &document["refused"][0];
        assert_eq!(refused["problem"]["code"], "push-at-start", "{document:#}");
        let remedy = refused["remedy"].as_str().expect("a remedy");
        assert!(remedy.ends_with("radoub restart ships --allow push-at-start"), "{remedy}");
        let allowed = [&arguments[..], &["--allow", "push-at-start"]].concat();
        radoub(&fleet, &allowed).run();
        assert_eq!(restarts(&fleet), before + 1, "{command}");
    }
    let refused = radoub(&fleet, &["restart", "ships"]).env("RADOUB_LANG", "fr");
    starts(&fleet, "npx prisma db push");
    assert!(refused.run().expect(1).text().contains("radoub restart ships --allow push-at-start"));
    // `apply` refuses what it did not know before, too.
    starts(&fleet, "npx prisma db execute --file more.sql");
    let document = apply(&fleet, &[], 1);
    assert_eq!(service(&document, "ships")["problem"]["code"], "push-at-start", "{document:#}");
}

#[test]
fn a_start_script_that_cannot_be_read_is_warned_of() {
    let fleet = fleet("");
    fleet.write(
        "services/ships/Dockerfile",
        "FROM node:20\nCMD [\"sh\", \"/elsewhere/start.sh\"]\n",
    );
    for arguments in [&["plan"][..], &["apply"], &["restart", "ships"]] {
        let answer = radoub(&fleet, arguments).run();
        assert!(answer.stderr.contains("ships runs /elsewhere/start.sh"), "{}", answer.text());
        assert!(answer.stderr.contains("services/ships/Dockerfile:2"), "{}", answer.text());
    }
}

#[test]
fn an_engine_that_is_not_there_is_told_in_the_language_of_the_user() {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("ships").migration("20240101000000_init", INIT));
    let away = "Aucun moteur de conteneurs ne répond à unix:///nowhere/docker.sock";
    for arguments in [&["logs"][..], &["restart", "ships"], &["verify"], &["apply"]] {
        let answer = radoub(&fleet, arguments).env("RADOUB_LANG", "fr").run();
        assert!(answer.text().contains(away), "{}", answer.text());
        assert!(!answer.text().contains("No container engine"), "{}", answer.text());
    }
    for (host, told) in [
        ("ssh://admin@erp", "n'est ni un socket, ni un tube nommé, ni une adresse TCP simple"),
        ("tcp://127.0.0.1:1", "Aucun moteur de conteneurs ne répond à tcp://127.0.0.1:1"),
    ] {
        let call = radoub(&fleet, &["logs"]).env("RADOUB_LANG", "fr").env("DOCKER_HOST", host);
        let answer = call.run().expect(2);
        assert!(answer.text().contains(told), "{}", answer.text());
    }
}
