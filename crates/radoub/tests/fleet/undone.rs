//! The founding fleet, filled: a wave that fails stops the run, and the set of backups that the run took brings
//! every database back to the byte.

use radoub_testing::Cluster;
use radoub_testing::oracle::Oracle;
use radoub_testing::shared::{leave_out, shared_or_say};

use crate::founding::{Stack, TWELVE, start};
use crate::service;

/// The services that get a migration, in the order of their waves.
const WORKED_ON: [&str; 5] =
    ["auth-service", "customer-service", "hr-service", "inventory-service", "project-service"];

/// The third of them fails half-way; a statement before it has run by then.
fn script(at: usize) -> &'static str {
    match at {
        2 => "CREATE TABLE \"half\" (id int);\nSELECT 1 / 0;\n",
        _ => "CREATE TABLE \"whole\" (id int);\nINSERT INTO \"whole\" VALUES (1);\n",
    }
}

#[test]
fn a_fleet_whose_third_wave_fails_is_rolled_back_to_the_byte() {
    let Some(shared) = shared_or_say("the founding fleet") else { return };
    let cluster = Cluster::start();
    if cluster.binaries().fitting_client("pg_dump").is_none() {
        return leave_out(format_args!("no pg_dump for PostgreSQL {}", cluster.version()));
    }
    let stack = Stack::of(&shared);
    stack.publish(cluster.port());
    start(&stack, &cluster, &Oracle::of(&shared));
    let database = |name: &str| {
        let found = TWELVE.iter().find(|(service, _)| *service == name);
        found.expect("a service of the fleet").1
    };
    for name in WORKED_ON {
        cluster.psql(database(name), include_str!("more.sql"));
    }
    stack.call(&["adopt", "--all", "--yes", "--allow", "rows"]).run().expect(0);

    let mut waves = String::new();
    for (at, name) in WORKED_ON.iter().enumerate() {
        waves += &format!("[service.{name}]\nwave = {}\n\n", at + 1);
        let folder = stack.migrations(name).join("20991231000000_undone");
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("migration.sql"), script(at)).expect("a file");
    }
    std::fs::write(stack.root().join("radoub.toml"), waves).expect("a file");
    let dumps = || -> Vec<String> {
        TWELVE.iter().map(|(_, database)| cluster.dump(database).expect("a dump")).collect()
    };
    let before = dumps();

    let plan = stack.call(&["plan", "--json"]).env("RADOUB_NO_BACKUP", "0").run().expect(1).json();
    for name in WORKED_ON {
        assert_eq!(service(&plan, name)["choice"], "apply", "{plan:#}");
    }
    let applied = stack.call(&["apply", "--json"]).env("RADOUB_NO_BACKUP", "0").run();
    let applied = applied.expect(1).json();
    let outcomes = WORKED_ON.map(|name| service(&applied, name)["outcome"].clone());
    assert_eq!(outcomes, ["applied", "applied", "failed", "held-back", "held-back"], "{applied:#}");
    let changed: Vec<&str> = TWELVE
        .iter()
        .zip(before.iter().zip(dumps()))
        .filter(|(_, (before, after))| *before != after)
        .map(|((name, _), _)| *name)
        .collect();
    // Of the third only the ledger has changed: the failed migration is in it.
    assert_eq!(changed, ["auth-service", "customer-service", "hr-service"]);
    let half = "SELECT to_regclass('half') IS NULL";
    assert_eq!(cluster.psql(database("hr-service"), half), "t");

    let back = ["rollback", "auth-service", "--rung", "set", "--yes"];
    stack.call(&back).run().expect(0);
    for ((name, _), (before, after)) in TWELVE.iter().zip(before.iter().zip(dumps())) {
        assert!(*before == after, "{name} is not what it was");
    }
}
