//! Rows 41 to 44: what scripts hold, seen through the whole command: exit code, place, resume.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};

use crate::{facts, journals, line, radoub, script};

#[test]
fn fault_41_an_error_in_statement_k_undoes_the_file_and_names_its_place() {
    let cluster = Cluster::shared();
    // Prisma 7.4 and later would leave the first statement behind.
    for prisma in ["5.22.0", "6.19.0", "7.10.0"] {
        let mut fleet = Fleet::on(cluster);
        fleet.add(Member::new("orders").prisma(prisma).migration(
            "20240101000000_init",
            "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n  INSERT INTO a VALUES ('x');\n",
        ));
        let document = radoub(fleet.path(), &["apply", "--json"]).run().expect(1).json();
        let problem = &line(&document, "orders")["problem"];
        assert_eq!((&problem["sqlstate"], &problem["line"]), (&"22P02".into(), &3.into()));
        assert_eq!(
            fleet.database("orders").psql("SELECT to_regclass('a') IS NULL"),
            "t",
            "{prisma}"
        );
        let answer = radoub(fleet.path(), &["show"]).run().expect(0);
        assert!(answer.stdout.contains("3 |   INSERT INTO a VALUES ('x');"), "{}", answer.text());
    }
}

#[test]
fn fault_43_statements_that_run_alone_keep_their_order_and_are_in_the_journal() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(Member::new("orders").migration(
        "20240101000000_init",
        "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\nVACUUM a;\nCREATE TABLE b (id int);\n",
    ));
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let (_, lines) = journals(&fleet).pop().expect("a journal");
    let started: Vec<(u64, u64)> = lines
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|it| it["fact"] == "statements-starting")
        .map(|it| (it["first"].as_u64().unwrap(), it["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(started, [(1, 1), (2, 1), (3, 1), (4, 1)]);
    assert!(facts(&lines).iter().filter(|it| *it == "statements-committed").count() == 4);
}

#[test]
fn fault_44_boundaries_of_the_file_are_shown_in_the_plan_and_honoured() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(Member::new("orders").migration(
        "20240101000000_init",
        "BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id int);\nSELECT 1 / 0;\nCOMMIT;\n",
    ));
    let document = radoub(fleet.path(), &["plan", "--json"]).run().expect(1).json();
    let statements = document["services"][0]["migrations"][0]["statements"].as_array().unwrap();
    let runs: Vec<&str> = statements.iter().map(|it| it["runs"].as_str().unwrap()).collect();
    assert_eq!(runs[..3], ["boundary", "in-part", "boundary"]);

    let document = radoub(fleet.path(), &["apply", "--json"]).run().expect(1).json();
    let message = line(&document, "orders")["problem"]["message"].to_string();
    assert!(message.contains("3 of its 7 statements"), "{message}");
    let there = |name: &str| {
        fleet.database("orders").psql(&format!("SELECT to_regclass('{name}') IS NOT NULL"))
    };
    assert_eq!([there("a"), there("b")], ["t", "f"], "the first transaction of the file stays");
    // The same script goes on behind it; here it fails there again, and says the same.
    let document = radoub(fleet.path(), &["resume", "--json"]).run().expect(1).json();
    let message = line(&document, "orders")["problem"]["message"].to_string();
    assert!(message.contains("3 of its 7 statements"), "{message}");
    fleet.write(&script("orders", "20240101000000_init"), "CREATE TABLE a (id int);\n");
    radoub(fleet.path(), &["resume"]).run().expect(1);
}
