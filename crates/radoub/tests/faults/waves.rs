//! Waves: their order, and that a failure reaches no other wave (I4).

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};

use crate::{facts, journals, line, radoub, script};

/// Services that each create a table; `bad` fails.
fn fleet<'cluster>(cluster: &'cluster Cluster, names: &[&str], bad: &[&str]) -> Fleet<'cluster> {
    let mut fleet = Fleet::on(cluster);
    for name in names {
        let text =
            if bad.contains(name) { "SELECT 1 / 0;\n" } else { "CREATE TABLE a (id int);\n" };
        fleet.add(Member::new(name).migration("20240101000000_init", text));
    }
    fleet
}

/// The services of a fleet that have their table.
fn touched(fleet: &Fleet<'_>) -> Vec<String> {
    let names = fleet.names().into_iter();
    let there = "SELECT to_regclass('a') IS NOT NULL";
    names.filter(|name| fleet.database(name).psql(there) == "t").map(str::to_owned).collect()
}

#[test]
fn services_are_worked_on_in_waves_and_a_failed_wave_is_the_last() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, &["auth", "billing", "crm", "docs"], &["billing"]);
    fleet.write(
        "radoub.toml",
        "[service.auth]\ncanary = true\n[service.crm]\nafter = [\"billing\"]\n[service.docs]\nwave = 7\n",
    );
    let document = radoub(fleet.path(), &["apply", "--json"]).run().expect(1).json();
    let waves: Vec<_> = ["auth", "billing", "crm", "docs"]
        .iter()
        .map(|name| line(&document, name)["wave"].as_u64().unwrap())
        .collect();
    assert_eq!(waves, [1, 2, 3, 4], "{document:#}");
    assert_eq!(line(&document, "crm")["heldBack"], "failures", "{document:#}");
    assert_eq!(touched(&fleet), ["auth"]);
    let (_, lines) = journals(&fleet).pop().expect("a journal");
    let told = facts(&lines);
    assert_eq!(told.iter().filter(|it| *it == "wave-started").count(), 2, "{told:?}");

    // Mended, the rest follows; what is applied stays.
    fleet.write(&script("billing", "20240101000000_init"), "CREATE TABLE a (id int);\n");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    assert_eq!(touched(&fleet).len(), 4);
}

#[test]
fn compose_says_what_depends_on_what() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, &["auth", "billing"], &[]);
    let compose = std::fs::read_to_string(fleet.path().join("docker-compose.yml")).unwrap();
    let (head, tail) = compose.split_once("  billing:").unwrap();
    let head = head.replace("depends_on:\n      - postgres\n", "depends_on:\n      - billing\n");
    fleet.write("docker-compose.yml", format!("{head}  billing:{tail}"));
    let document = radoub(fleet.path(), &["plan", "--json"]).run().expect(1).json();
    assert_eq!(
        (&line(&document, "billing")["wave"], &line(&document, "auth")["wave"]),
        (&1.into(), &2.into())
    );
    let answer = radoub(fleet.path(), &["apply"]).run().expect(0);
    let (first, second) =
        (answer.stdout.find("wave 1 of 2: billing"), answer.stdout.find("wave 2 of 2: auth"));
    assert!(first.is_some() && first < second, "{}", answer.text());
}

#[test]
fn a_failing_canary_stops_the_fleet_with_no_other_database_touched() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, &["auth", "billing", "crm"], &["crm"]);
    fleet.write("radoub.toml", "[service.crm]\ncanary = true\n");
    radoub(fleet.path(), &["apply"]).run().expect(1);
    assert_eq!(touched(&fleet), [""; 0]);
}

#[test]
fn failures_are_tolerated_up_to_the_number_that_is_allowed() {
    let cluster = Cluster::shared();
    let names = ["auth", "billing", "crm", "docs"];
    let waves = "[service.auth]\nwave = 1\n[service.billing]\nwave = 2\n[service.crm]\nwave = 3\n[service.docs]\nwave = 4\n";
    let one = fleet(cluster, &names, &["auth", "crm"]);
    one.write("radoub.toml", waves);
    radoub(one.path(), &["apply", "--max-failures", "1"]).run().expect(1);
    assert_eq!(touched(&one), ["billing"]);
    // The same in the file.
    let other = fleet(cluster, &names, &["auth", "crm"]);
    other.write("radoub.toml", format!("[fleet]\nmax_failures = 2\n{waves}"));
    radoub(other.path(), &["apply"]).run().expect(1);
    assert_eq!(touched(&other), ["billing", "docs"]);
}

#[test]
fn services_and_migrations_are_narrowed_by_name() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, &["auth", "billing", "crm"], &[]);
    for name in fleet.names() {
        fleet.write(&script(name, "20240202000000_later"), "CREATE TABLE b (id int);\n");
    }
    radoub(
        fleet.path(),
        &[
            "apply",
            "--only",
            "auth,billing",
            "--except",
            "billing",
            "--until",
            "20240101000000_init",
        ],
    )
    .run()
    .expect(0);
    assert_eq!(touched(&fleet), ["auth"]);
    assert_eq!(fleet.database("auth").psql("SELECT to_regclass('b') IS NULL"), "t");
    radoub(fleet.path(), &["apply", "--except", "auth", "--until", "202401"]).run().expect(0);
    assert_eq!(touched(&fleet).len(), 3);
    assert_eq!(fleet.database("crm").psql("SELECT to_regclass('b') IS NULL"), "t");
    let answer = radoub(fleet.path(), &["apply", "--until", "nothing_like_it"]).run().expect(2);
    assert!(answer.stderr.contains("nothing_like_it"), "{}", answer.text());
    radoub(fleet.path(), &["apply"]).run().expect(0);
}

#[test]
fn services_that_wait_for_each_other_are_told() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, &["auth", "billing"], &[]);
    fleet.write(
        "radoub.toml",
        "[service.auth]\nafter = [\"billing\"]\n[service.billing]\nafter = [\"auth\"]\n",
    );
    let answer = radoub(fleet.path(), &["apply"]).run().expect(2);
    assert!(answer.stderr.contains("radoub.toml:2"), "{}", answer.text());
    assert!(answer.stderr.contains("auth → billing"), "{}", answer.text());
    assert_eq!(touched(&fleet), [""; 0]);
}
