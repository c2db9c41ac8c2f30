//! Rows 6 and 50: the journal is torn by a crash, changed by somebody, or has no room.

use std::fs;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};

use crate::{facts, journals, radoub};

/// A fleet whose one run has two migrations.
fn fleet(cluster: &Cluster) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("orders")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\n")
            .migration("20240102000000_more", "CREATE INDEX CONCURRENTLY i ON a (id);\n"),
    );
    fleet
}

#[test]
fn every_deed_is_in_the_journal_before_it_is_done_and_afterwards() {
    let fleet = fleet(Cluster::shared());
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let (_, lines) = journals(&fleet).pop().expect("a journal");
    assert_eq!(
        facts(&lines),
        [
            "run-started",
            "wave-started",
            "service-started",
            "migration-starting",
            "migration-applied",
            "migration-starting",
            "statements-starting",
            "statements-committed",
            "migration-applied",
            "verifying",
            "doubted",
            "verified",
            "service-ended",
            "wave-ended",
            "run-ended"
        ]
    );
    assert_eq!(fs::read_to_string(fleet.path().join(".radoub/.gitignore")).unwrap(), "*\n");
    // Nothing to do is no run.
    radoub(fleet.path(), &["apply"]).run().expect(0);
    assert_eq!(journals(&fleet).len(), 1);
}

#[test]
fn fault_06_a_journal_torn_anywhere_is_cut_and_the_run_gone_on_with() {
    let fleet = fleet(Cluster::shared());
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let (path, lines) = journals(&fleet).pop().expect("a journal");
    // As a crash may leave it: whole records, part of the next, and the room behind them.
    for whole in [1, 3, 5, lines.len() - 1] {
        for part in [1, lines[whole].len() / 2, lines[whole].len() - 1] {
            for room in ["", "\n\n\n", "\0\0\0\0"] {
                let mut text: String =
                    lines[..whole].iter().flat_map(|it| [it.as_str(), "\n"]).collect();
                text.push_str(lines[whole].get(..part).unwrap());
                text.push_str(room);
                fs::write(&path, &text).unwrap();
                let answer = radoub(fleet.path(), &["show"]).run().expect(0);
                assert!(answer.stderr.contains("torn by a crash"), "{}", answer.text());
                radoub(fleet.path(), &["resume"]).run().expect(0);
                let (_, mended) = journals(&fleet).pop().expect("a journal");
                assert_eq!(mended[..whole], lines[..whole], "earlier records are as they were");
                let told = facts(&mended);
                assert_eq!(told[whole], "run-resumed", "{told:?}");
                assert_eq!(told.last().map(String::as_str), Some("run-ended"), "{told:?}");
                let document =
                    radoub(fleet.path(), &["show", "--format", "json"]).run().expect(0).json();
                assert_eq!(document["outcome"], "done", "{document:#}");
            }
        }
    }
}

#[test]
fn fault_06_a_record_that_somebody_changed_is_named_and_nothing_is_built_on_it() {
    let fleet = fleet(Cluster::shared());
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let (path, lines) = journals(&fleet).pop().expect("a journal");
    let forged: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| match at {
            4 => line.replace("20240101000000_init", "20240101000000_nice"),
            _ => line.clone(),
        })
        .collect();
    fs::write(&path, forged.join("\n") + "\n").unwrap();
    let answer = radoub(fleet.path(), &["show"]).run().expect(2);
    assert!(answer.stderr.contains("line 5"), "{}", answer.text());
    let answer = radoub(fleet.path(), &["history"]).run().expect(1);
    assert!(answer.stdout.contains("unreadable"), "{}", answer.text());
    radoub(fleet.path(), &["resume"]).run().expect(2);
    // The plan beside it is bound to it too.
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let plan = path.with_file_name("plan.json");
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text.replace("\"wave\": 1", "\"wave\": 2")).unwrap();
    let answer = radoub(fleet.path(), &["show"]).run().expect(2);
    assert!(answer.stderr.contains("not the plan"), "{}", answer.text());
}

#[test]
fn a_journal_whose_end_was_taken_away_is_noticed_by_the_next_one() {
    let fleet = fleet(Cluster::shared());
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet.write(&crate::script("orders", "20240103000000_last"), "CREATE TABLE c (id int);\n");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let all = journals(&fleet);
    let (path, lines) = &all[0];
    fs::write(path, lines[..lines.len() - 2].join("\n") + "\n").unwrap();
    let answer = radoub(fleet.path(), &["show"]).run().expect(0);
    assert!(answer.stderr.contains("was changed since"), "{}", answer.text());
}

#[test]
fn a_state_folder_that_cannot_be_written_stops_the_run_before_anything() {
    let fleet = fleet(Cluster::shared());
    fleet.write("occupied", "a file\n");
    let answer = radoub(fleet.path(), &["apply", "--state-dir", "occupied"]).run().expect(2);
    assert!(answer.stderr.contains("journal"), "{}", answer.text());
    assert_eq!(fleet.database("orders").psql("SELECT to_regclass('a') IS NULL"), "t");
    radoub(fleet.path(), &["apply", "--state-dir", "elsewhere"]).run().expect(0);
    assert!(fleet.path().join("elsewhere/runs").is_dir());
    assert!(!fleet.path().join(".radoub").exists());
}

/// Runs a script of the shell in which `$DIR` is a file system of one megabyte, on Linux.
#[cfg(target_os = "linux")]
#[track_caller]
fn on_a_small_disk(fleet: &Fleet<'_>, text: &str) -> radoub_testing::command::Answer {
    let script = format!(
        "set -u; export RADOUB_LANG=en; DIR={0}; mkdir -p $DIR; mount -t tmpfs -o size=1m tmpfs $DIR || exit 99\n\
         RADOUB={1}\n{text}",
        fleet.path().join("small").display(),
        env!("CARGO_BIN_EXE_radoub"),
    );
    radoub_testing::command::Call::of("/usr/bin/unshare")
        .args(["--mount", "--map-root-user", "/bin/sh", "-c", &script])
        .with_path()
        .dir(fleet.path())
        .run()
}

#[cfg(target_os = "linux")]
#[test]
fn fault_50_a_disk_that_fills_up_stops_the_run_before_the_next_deed_and_the_end_record_fits() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    let mut member = Member::new("orders");
    for at in 0..400 {
        member = member
            .migration(&format!("2024010100{at:04}_step"), format!("CREATE TABLE t{at} ();\n"));
    }
    fleet.add(member);
    // Room for the plan and the first records; none for the journal to grow.
    let answer = on_a_small_disk(
        &fleet,
        "$RADOUB apply --json --state-dir $DIR/state > apply.json & PID=$!\n\
         until ls $DIR/state/runs/*/journal.jsonl > /dev/null 2>&1; do :; done\n\
         cat /dev/zero > $DIR/filler 2> /dev/null\n\
         wait $PID; echo code $?\n\
         cat $DIR/state/runs/*/journal.jsonl\n\
         rm $DIR/filler\n\
         $RADOUB resume --state-dir $DIR/state; echo resumed $?\n",
    );
    assert!(answer.stdout.contains("code 2"), "{}", answer.text());
    let document = fs::read_to_string(fleet.path().join("apply.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["outcome"], "journal-failed", "{document:#}");
    assert!(answer.stdout.contains("\"outcome\":\"journal-failed\""), "the end is in the journal");
    // Before the room was gone, each deed was written down first; behind it, nothing was done.
    let begun = answer.stdout.matches("\"fact\":\"migration-starting\"").count();
    let applied = document["services"][0]["applied"].as_array().unwrap().len();
    assert!(applied < 400 && begun >= applied, "{applied} of {begun} begun");
    assert!(answer.stdout.contains("resumed 0"), "{}", answer.text());
    assert_eq!(
        fleet
            .database("orders")
            .psql("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL"),
        "400"
    );
}
