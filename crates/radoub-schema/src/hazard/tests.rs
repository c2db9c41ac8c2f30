//! Which risks statements carry, and what is said of them, one case a line. Locks and rewrites are
//! compared with a real server in `tests/locks.rs`.

use super::{Assessment, assess};
use crate::script::Script;

fn assessed(text: &str) -> Vec<Assessment> {
    assess(text, &Script::parse(text))
}

/// The acts and risks of a statement, in one line.
#[track_caller]
fn says(text: &str, expected: &str) {
    let shown: Vec<String> = assessed(text)
        .iter()
        .flat_map(|it| &it.acts)
        .map(|act| {
            let action = &act.action;
            let parts = [action.verb.as_str(), &action.name, &action.table, &action.to];
            let named: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
            let risks: Vec<&str> = act.risks.iter().map(|it| it.as_str()).collect();
            format!("{} [{}]", named.join(" "), risks.join(" "))
        })
        .collect();
    assert_eq!(shown.join("; "), expected, "of {text:?}");
}

#[test]
fn what_deletes_data_says_so() {
    says(
        "DROP TABLE a, b",
        "drop-table a a [delete-data break-code]; drop-table b b [delete-data break-code]",
    );
    says(
        "ALTER TABLE a DROP COLUMN x, DROP y",
        "drop-column x a [delete-data break-code]; drop-column y a [delete-data break-code]",
    );
    says("DELETE FROM a", "delete-rows a a [delete-data]");
    says("TRUNCATE a", "truncate a a [delete-data]");
    says("DROP SCHEMA s CASCADE", "drop-object s SCHEMA [delete-data break-code]");
    says("DROP SCHEMA s", "drop-object s SCHEMA [break-code]");
    says("DROP TYPE t", "drop-type t [break-code]");
    says(
        "WITH x AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM x",
        "delete-rows a a [delete-data]",
    );
}

#[test]
fn what_holds_others_up_for_long_says_so() {
    says("CREATE INDEX i ON a (x)", "create-index i a [long-lock]");
    says("CREATE INDEX CONCURRENTLY i ON a (x)", "create-index i a []");
    says(
        "ALTER TABLE a ALTER x TYPE bigint",
        "change-type x a bigint [rewrite-table long-lock break-code may-fail]",
    );
    says("ALTER TABLE a ALTER x SET NOT NULL", "set-not-null x a [long-lock may-fail]");
    says(
        "ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b",
        "add-foreign-key a b [long-lock may-fail]",
    );
    says("ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b NOT VALID", "add-foreign-key a b []");
    says("ALTER TABLE a VALIDATE CONSTRAINT c", "validate-constraint c a [may-fail]");
    says("VACUUM FULL a", "maintain VACUUM a [rewrite-table long-lock]");
    says("VACUUM (FULL, ANALYZE) a", "maintain VACUUM a [rewrite-table long-lock]");
}

#[test]
fn additions_are_harmless() {
    says("ALTER TABLE \"Users\" ADD COLUMN \"role\" TEXT", "add-column role Users []");
    says("ALTER TABLE a ADD x int NOT NULL", "add-column x a [may-fail]");
    says("CREATE TABLE a (x int)", "create-table a a []");
    says("CREATE TYPE e AS ENUM ('a')", "create-type e []");
    says("ALTER TYPE e ADD VALUE IF NOT EXISTS 'b'", "add-label b e []");
    says("SET lock_timeout = '1s'", "session []");
    says("CREATE EXTENSION IF NOT EXISTS pgcrypto", "create-object pgcrypto EXTENSION []");
}

#[test]
fn code_of_the_database_may_do_anything() {
    says("DO $$ BEGIN END $$", "run-code [unforeseeable]");
    says("CALL tidy()", "run-code [unforeseeable]");
    says("SELECT tidy()", "run-code tidy [unforeseeable]");
    says("SELECT 1", "run-code []");
    says("SELECT setval('s', 1)", "session []");
    says("gibberish", "other gibberish []");
}
