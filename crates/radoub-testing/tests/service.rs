//! The service of the Docker tests is what it says it is; and, being tested here, it is built with all tests.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use radoub_testing::Cluster;

#[test]
fn the_service_of_the_docker_tests_complains_of_a_missing_column() {
    let cluster = Cluster::shared();
    let database = cluster.database("service");
    database.psql("CREATE TABLE audit_logs (id int)");
    let mut child = Command::new(env!("CARGO_BIN_EXE_radoub-test-service"))
        .env("DATABASE_URL", database.url())
        .env("QUERY", "SELECT a.level FROM audit_logs a")
        .env("PORT", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the service starts");
    let mut line = String::new();
    let errors = child.stderr.take().expect("its errors are piped");
    let read = BufReader::new(errors).read_line(&mut line);
    child.kill().expect("it can be ended");
    child.wait().expect("it ends");
    read.expect("it says something");
    assert_eq!(line.trim(), "PrismaClientKnownRequestError: ERROR: column a.level does not exist");
}
