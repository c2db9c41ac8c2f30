//! What is told of runs afterwards: `history`, `show` and the reports, in both languages and every form.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use serde_json::Value;

use crate::{radoub, service};

const ROLE: &str = "20260212182206_add_role_to_intervention_technicien";
const AUDIT: &str = "20260212000000_auditlog_level_oldvalue_service_image";

/// The two services of the guide's section, with their tables and rows, before its two migrations.
fn guide(cluster: &Cluster) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    let table = |name: &str| {
        format!(
            "CREATE TABLE \"{name}\" (id int PRIMARY KEY);\nINSERT INTO \"{name}\" VALUES (1);\n"
        )
    };
    fleet.add(
        Member::new("technical-service")
            .migration("20260101000000_init", table("interventions_techniciens")),
    );
    fleet.add(Member::new("auth-service").migration("20260101000000_init", table("audit_logs")));
    radoub(fleet.path(), &["apply", "--until", "20260101"]).run().expect(0);
    std::fs::remove_dir_all(fleet.path().join(".radoub")).expect("the journal of the beginning");
    fleet.write(
        &format!("services/technical-service/prisma/migrations/{ROLE}/migration.sql"),
        "-- Impact: Permet assigner rôle (Principal/Assistant) aux techniciens\n-- AlterTable\n\
         ALTER TABLE \"interventions_techniciens\" ADD COLUMN \"role\" TEXT;\n",
    );
    fleet.write(
        &format!("services/auth-service/prisma/migrations/{AUDIT}/migration.sql"),
        "-- Ajout colonnes `level`, `old_value`, `new_value` à table `audit_logs`\n\
         ALTER TABLE \"audit_logs\" ADD COLUMN \"level\" TEXT, ADD COLUMN \"old_value\" JSONB, ADD COLUMN \"new_value\" JSONB;\n",
    );
    fleet
}

#[test]
fn history_writes_the_section_of_the_guide() {
    let fleet = guide(Cluster::shared());
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let answer = radoub(fleet.path(), &["history", "--markdown", "--lang", "fr"]).run().expect(0);
    let day = answer.stdout.lines().find_map(|line| line.strip_prefix("### ")).expect("a day");
    assert_eq!(
        answer.stdout.replace(day, "2026-02-12"),
        format!(
            "## 📝 Migrations Appliquées Récemment\n\n### 2026-02-12\n\n\
             **auth-service**\n\
             - Migration: `{AUDIT}`\n\
             - Description: Ajout colonnes `level`, `old_value`, `new_value` à table `audit_logs`\n\
             - Impact: aucun sur ce qui tourne\n\
             - Status: ✅ Appliquée\n\n\
             **technical-service**\n\
             - Migration: `{ROLE}`\n\
             - Description: Ajout colonne `role` à table `interventions_techniciens`\n\
             - Impact: Permet assigner rôle (Principal/Assistant) aux techniciens\n\
             - Status: ✅ Appliquée\n"
        )
    );
    // One service only, and English.
    let answer = radoub(fleet.path(), &["history", "auth-service", "--markdown"]).run().expect(0);
    assert!(!answer.stdout.contains("technical-service"), "{}", answer.text());
    assert!(answer.stdout.contains("✅ Applied"), "{}", answer.text());
}

#[test]
fn a_run_is_shown_from_its_journal_as_it_was_told_when_it_ended() {
    let fleet = guide(Cluster::shared());
    fleet.write(
        "services/auth-service/prisma/migrations/20260213000000_fails/migration.sql",
        "SELECT 1 / 0;\n",
    );
    let files = [
        "--report", "r.json", "--report", "r.md", "--report", "r.html", "--report", "r.xml",
        "--report", "r.txt",
    ];
    let then =
        radoub(fleet.path(), &[&["apply", "--json"], &files[..]].concat()).run().expect(1).json();
    let now = radoub(fleet.path(), &["show", "--json"]).run().expect(0).json();
    for name in ["auth-service", "technical-service"] {
        let (then, now) = (service(&then, name), service(&now, name));
        for key in [
            "outcome",
            "planned",
            "before",
            "after",
            "failedMigration",
            "problem",
            "remedy",
            "wave",
        ] {
            assert_eq!(then[key], now[key], "{name}: {key}");
        }
        let names = |line: &Value| -> Vec<Value> {
            line["applied"].as_array().unwrap().iter().map(|it| it["migration"].clone()).collect()
        };
        assert_eq!(names(then), names(now));
    }
    assert_eq!((&then["run"], &then["outcome"]), (&now["run"], &now["outcome"]));

    // The files say the same in their own ways; the journal is gone on with, not written anew.
    let read = |name: &str| std::fs::read_to_string(fleet.path().join(name)).unwrap();
    let run = then["run"].as_str().unwrap();
    for name in ["r.json", "r.md", "r.html", "r.xml", "r.txt"] {
        let text = read(name);
        assert!(text.contains(run), "{name}");
        assert!(
            text.contains("20260213000000_fails") && text.contains("division by zero"),
            "{name}"
        );
    }
    let page = read("r.html");
    assert!(!page.contains("<script") && !page.contains("http"), "the page needs no other file");
    assert!(page.contains("ALTER TABLE &quot;audit_logs&quot;"));
    let xml = read("r.xml");
    assert!(xml.contains(r#"tests="3""#) && xml.contains(r#"failures="1""#), "{xml}");
    for (format, word) in [
        ("junit", "<testsuites"),
        ("markdown", "# Report"),
        ("html", "<!DOCTYPE"),
        ("text", "Run:"),
    ] {
        let answer = radoub(fleet.path(), &["show", run, "--format", format]).run().expect(0);
        assert!(answer.stdout.contains(word), "{}", answer.text());
    }
    let french = radoub(fleet.path(), &["show", "last", "--format", "markdown", "--lang", "fr"])
        .run()
        .expect(0);
    assert!(french.stdout.contains("# Rapport d'une exécution"), "{}", french.text());
    radoub(fleet.path(), &["show", "nothing-like-it"]).run().expect(2);
    radoub(fleet.path(), &["apply", "--report", "r.pdf"]).run().expect(2);
}

#[test]
fn runs_are_listed_with_who_when_and_what_came_of_them() {
    let fleet = guide(Cluster::shared());
    let answer = radoub(fleet.path(), &["history"]).run().expect(0);
    assert!(answer.stdout.contains("No run is in the journal yet"), "{}", answer.text());
    radoub(fleet.path(), &["apply", "auth-service"]).env("USER", "alice").run().expect(0);
    fleet.write(
        "services/technical-service/prisma/migrations/20260213000000_fails/migration.sql",
        "SELECT 1 / 0;\n",
    );
    radoub(fleet.path(), &["apply"]).env("USER", "bob").run().expect(1);

    let document = radoub(fleet.path(), &["history", "--json"]).run().expect(0).json();
    let runs = document["runs"].as_array().unwrap();
    let shown: Vec<(&str, &str, bool)> = runs
        .iter()
        .map(|run| {
            (
                run["by"]["user"].as_str().unwrap(),
                run["outcome"].as_str().unwrap(),
                run["resumable"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(shown, [("bob", "failed", true), ("alice", "done", false)]);
    assert_eq!(runs[0]["migrations"][1]["status"], "failed");
    assert_eq!(runs[0]["followsPrevious"], true);
    let answer = radoub(fleet.path(), &["history", "--last", "1", "--lang", "fr"]).run().expect(0);
    assert!(answer.stdout.contains("bob") && !answer.stdout.contains("alice"), "{}", answer.text());
    assert!(answer.stdout.contains("1 service en échec"), "{}", answer.text());
}

#[test]
fn what_a_script_took_before_is_expected_of_it_elsewhere() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    for name in ["tenant-a", "tenant-b"] {
        fleet.add(Member::new(name).migration("20260101000000_init", "SELECT pg_sleep(0.3);\n"));
    }
    radoub(fleet.path(), &["apply", "tenant-a"]).run().expect(0);
    let document = radoub(fleet.path(), &["plan", "--json"]).run().expect(1).json();
    let expected = &service(&document, "tenant-b")["migrations"][0]["expected"];
    assert_eq!(expected["seenBefore"], true, "{document:#}");
    assert!(expected["milliseconds"].as_u64().unwrap() >= 300, "{expected}");
    let answer = radoub(fleet.path(), &["plan"]).run().expect(1);
    assert!(answer.stdout.contains("before"), "{}", answer.text());
}
