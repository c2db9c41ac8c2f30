//! Row 20: those who are to be told of a run are slow, down, or refuse.

use std::time::Duration;

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::inbox::{Hook, MailServer};
use radoub_testing::network::{Deaf, closed_port};
use radoub_testing::secret::{MARK, assert_silent};

use crate::{journals, radoub};

/// How long a run may take longer than one that nobody is told of: the grace of five seconds, and what a busy
/// machine needs.
const GRACE: Duration = Duration::from_secs(8);

/// One service that works, and one that fails when it should.
fn fleet(cluster: &Cluster, fails: bool) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    let text = if fails { "SELECT 1 / 0;\n" } else { "CREATE TABLE b (id int);\n" };
    fleet.add(Member::new("orders").migration("20240101000000_init", "CREATE TABLE a (id int);\n"));
    fleet.add(Member::new("stock").migration("20240101000000_init", text));
    fleet
}

/// An entry whose address holds a planted secret.
fn entry(kind: &str, host: &str) -> String {
    format!(
        "[[notify]]\nkind = \"{kind}\"\non = [\"start\", \"gate\", \"result\"]\nurl = \"http://user:{MARK}@{host}/{MARK}/hook\"\n"
    )
}

fn mail(port: u16) -> String {
    format!(
        "[[notify]]\nkind = \"email\"\non = [\"start\", \"gate\", \"result\"]\nhost = \"127.0.0.1\"\nport = {port}\nfrom = \"radoub@example.org\"\nto = [\"ops@example.org\"]\n\
         user = \"radoub\"\npassword_env = \"MAIL_PASSWORD\"\n"
    )
}

#[test]
fn fault_20_readers_that_are_slow_down_or_wrong_change_neither_outcome_nor_code_nor_duration() {
    let cluster = Cluster::shared();
    for (fails, code) in [(false, 0), (true, 1)] {
        let (slow, wrong, gone) = (Deaf::start(), Hook::answering(&[500]), Hook::answering(&[404]));
        let refusing = MailServer::answering("550 5.7.1 not here, radoub pl4nted");
        let told = fleet(cluster, fails);
        let text = [
            entry("webhook", &format!("127.0.0.1:{}", slow.port())),
            entry("slack", &format!("127.0.0.1:{}", closed_port())),
            entry("teams", &wrong.host()),
            entry("webhook", &gone.host()),
            mail(slow.port()),
            mail(refusing.port()),
        ];
        told.write("radoub.toml", text.concat());
        let silent = fleet(cluster, fails);
        let plain = radoub(silent.path(), &["apply", "--json"]).run().expect(code);
        let call = radoub(told.path(), &["apply", "--json"]);
        let answer = call.env("MAIL_PASSWORD", format!("{MARK}-mail")).run().expect(code);
        assert!(
            answer.duration < plain.duration + GRACE,
            "{:?} instead of {:?}",
            answer.duration,
            plain.duration
        );
        let outcomes = |document: serde_json::Value| {
            let services = document["services"].as_array().expect("services").clone();
            let outcome = |it: &serde_json::Value| (it["service"].clone(), it["outcome"].clone());
            services.iter().map(outcome).collect::<Vec<_>>()
        };
        assert_eq!(outcomes(answer.json()), outcomes(plain.json()));
        assert_eq!(told.database("orders").psql("SELECT to_regclass('a') IS NOT NULL"), "t");
        let undelivered = [
            format!("webhook (127.0.0.1:{}) (result): no answer in time", slow.port()),
            "(result): Connection refused".to_owned(),
            format!("teams ({}) (result): refused with 500", wrong.host()),
            format!("webhook ({}) (result): refused with 404", gone.host()),
            format!("email (127.0.0.1:{}) (result): no answer in time", slow.port()),
            format!("email (127.0.0.1:{}) (result): refused with 550", refusing.port()),
        ];
        for said in undelivered {
            assert!(answer.stderr.contains(&said), "`{said}` is not said:\n{}", answer.text());
        }
        // What is refused for good is not sent again; what may be better later is.
        assert_eq!(gone.posts().len(), refusing.messages().len());
        assert_eq!(wrong.posts().len(), 3 * gone.posts().len());
        for (path, lines) in journals(&told) {
            assert_silent(&path.display().to_string(), &lines.join("\n"));
        }
    }
}

#[test]
fn fault_20_a_reader_that_is_wrong_once_is_told_at_the_next_try() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, false);
    let (hook, post) = (Hook::answering(&[500, 200]), "[[notify]]\nkind = \"webhook\"\n");
    fleet.write("radoub.toml", format!("{post}url_env = \"HOOK\"\n"));
    let call = radoub(fleet.path(), &["apply"]);
    let answer = call.env("HOOK", hook.url(&format!("/{MARK}"))).run().expect(0);
    assert!(!answer.stderr.contains("Not told"), "{}", answer.text());
    let statuses: Vec<u16> = hook.posts().iter().map(|post| post.status).collect();
    assert_eq!(statuses, [500, 200]);
    assert_eq!(hook.posts()[0].body, hook.posts()[1].body);
}

#[test]
fn fault_20_a_program_that_never_prints_an_address_keeps_nobody_waiting() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, false);
    let entry = "[[notify]]\nkind = \"slack\"\nurl_command = [\"sleep\", \"60\"]\n";
    fleet.write("radoub.toml", entry);
    let answer = radoub(fleet.path(), &["apply"]).with_path().run().expect(0);
    assert!(answer.duration < GRACE, "{:?}", answer.duration);
    assert!(answer.stderr.contains("Not told to slack (result)"), "{}", answer.text());
}

#[cfg(unix)]
#[test]
fn fault_20_whoever_has_enough_of_waiting_for_a_slow_reader_presses_ctrl_c() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, false);
    let slow = Deaf::start();
    fleet.write("radoub.toml", entry("slack", &format!("127.0.0.1:{}", slow.port())));
    let mut running = radoub(fleet.path(), &["apply"]).start();
    running.wait_for("telling the others");
    let sent =
        std::process::Command::new("kill").args(["-s", "INT", &running.pid().to_string()]).status();
    assert!(sent.expect("the program kill").success());
    let answer = running.wait().expect(0);
    assert!(answer.stderr.contains("Not told to slack"), "{}", answer.text());
    assert_eq!(fleet.database("stock").psql("SELECT to_regclass('b') IS NOT NULL"), "t");
}
