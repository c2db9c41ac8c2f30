//! Scripts that are run for their own sake.

use radoub_postgres::execute::ExecuteError;
use radoub_testing::postgres::{Cluster, Database};

use crate::ground::{connect, run};

/// Runs scripts one after the other on one connection; what became of each, with the line where it is known.
fn execute(database: &Database<'_>, scripts: &[&str]) -> Vec<String> {
    run(async {
        let mut connection = connect(&database.url()).await;
        let mut told = Vec::new();
        for script in scripts {
            told.push(match connection.execute_script(script).await {
                Ok(()) => "done".to_owned(),
                Err(ExecuteError::Refused { error, place }) => {
                    format!("{} {}", error.sqlstate, place.map_or(0, |place| place.line))
                }
                Err(error) => error.to_string(),
            });
        }
        connection.close().await;
        told
    })
}

#[test]
fn a_script_is_done_whole_or_refused_with_its_line() {
    let database = Cluster::shared().database("execute");
    let told = execute(
        &database,
        &[
            "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);",
            "INSERT INTO a VALUES (2);\n\nSELECT nothing;",
            // A transaction of its own that failed is not left open.
            "BEGIN;\nINSERT INTO a VALUES (3);\nSELECT nothing;\nCOMMIT;",
            "INSERT INTO a VALUES (4)",
            "",
        ],
    );
    assert_eq!(told, ["done", "42703 3", "42703 3", "done", "done"]);
    assert_eq!(database.psql("SELECT string_agg(id::text, ',' ORDER BY id) FROM a"), "1,4");
}

#[test]
fn a_script_that_would_lose_its_work_or_needs_psql_is_refused_before_anything_runs() {
    let database = Cluster::shared().database("execute");
    let told = execute(
        &database,
        &[
            "CREATE TABLE a (id int);\nBEGIN;\nCREATE TABLE b (id int);",
            "CREATE TABLE a (id int);\n\nCOPY public.a (id) FROM STDIN;\n1\n\\.\n",
            "CREATE TABLE a (id int);\nCOPY (SELECT 1) TO STDOUT;",
            "CREATE TABLE a (id int);\0",
        ],
    );
    assert_eq!(
        told,
        [
            "the transaction that line 2 opens is never committed",
            "the COPY in line 3 needs psql, which sends the rows along",
            "the COPY in line 2 needs psql, which sends the rows along",
            "the script holds a NUL character in line 1",
        ]
    );
    assert_eq!(database.psql("SELECT to_regclass('a') IS NULL"), "t");
}
