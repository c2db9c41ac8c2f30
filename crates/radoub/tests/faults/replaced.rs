//! Rows 26 and 27: the server is another one than it was.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::postgres::Options;

use crate::{line, radoub, script};

#[test]
fn fault_27_a_run_is_not_resumed_on_a_copy_of_its_server() {
    let cluster = Cluster::with(Options::default());
    let mut fleet = Fleet::on(&cluster);
    fleet.add(
        Member::new("orders")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\n")
            .migration("20240102000000_fails", "SELECT 1 / 0;\n"),
    );
    radoub(fleet.path(), &["apply"]).run().expect(1);
    let copy = cluster.replaced();
    let document = radoub(fleet.path(), &["resume", "--json"]).run().expect(1).json();
    let orders = line(&document, "orders");
    assert_eq!(orders["problem"]["code"], "server-replaced", "{document:#}");
    assert_eq!(copy.psql(fleet.database("orders").name(), "SELECT count(*) FROM a"), "0");
}

#[test]
fn a_script_that_was_mended_is_another_plan() {
    let cluster = Cluster::shared();
    let mut fleet = Fleet::on(cluster);
    fleet.add(
        Member::new("orders")
            .migration("20240101000000_init", "CREATE TABLE a (id int);\n")
            .migration("20240102000000_fails", "SELECT 1 / 0;\n"),
    );
    radoub(fleet.path(), &["apply"]).run().expect(1);
    fleet.write(&script("orders", "20240102000000_fails"), "SELECT 1;\n");
    let document = radoub(fleet.path(), &["resume", "--json"]).run().expect(1).json();
    assert_eq!(line(&document, "orders")["problem"]["code"], "script-changed", "{document:#}");
    radoub(fleet.path(), &["apply"]).run().expect(0);
}
