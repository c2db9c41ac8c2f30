//! Answers that get lost on the way: what was committed counts, what was not does not.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use radoub_postgres::apply::{AppliedOutcome, ApplyError, ApplySettings, Remains};
use radoub_postgres::url::DatabaseUrl;
use radoub_testing::Cluster;

use crate::ground::{applied, ledger, lock, migration, run};

/// A wire between client and server that breaks when the server first says that it has committed:
/// the answer itself never arrives.
struct Wire {
    port: u16,
    is_whole: Arc<AtomicBool>,
}

impl Wire {
    fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_whole = Arc::new(AtomicBool::new(true));
        let seen = is_whole.clone();
        // Ends with the test's process.
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
                let (to, from) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                std::thread::spawn(move || carry(from, to, |_| false));
                let seen = seen.clone();
                std::thread::spawn(move || {
                    carry(server, client, |bytes| {
                        let says = bytes.windows(7).any(|it| it == b"COMMIT\0");
                        says && seen.swap(false, Ordering::SeqCst)
                    });
                });
            }
        });
        Self { port, is_whole }
    }
}

/// Carries bytes until there are none, or `breaks` says to break off before these.
fn carry(mut from: TcpStream, mut to: TcpStream, breaks: impl Fn(&[u8]) -> bool) {
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if breaks(&buffer[..length]) || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// Applies a script through a wire that breaks at the first COMMIT of a script.
#[track_caller]
fn apply_and_break(cluster: &Cluster, url: &str, text: &str) -> Result<AppliedOutcome, ApplyError> {
    let wire = Wire::to(cluster.port());
    let through = DatabaseUrl::parse(url).unwrap().with_endpoint("127.0.0.1", wire.port);
    let outcome = run(async {
        let mut locked = lock(through.reveal()).await;
        locked.apply(&migration("1", text), &ApplySettings::default(), &mut |_| {}).await
    });
    assert!(!wire.is_whole.load(Ordering::SeqCst), "the wire did not break");
    outcome
}

#[test]
fn a_commit_whose_answer_is_lost_is_found_and_counts() {
    let cluster = Cluster::shared();
    for text in ["CREATE TABLE a ()", "BEGIN; CREATE TABLE a (); COMMIT;"] {
        let database = cluster.database("cut");
        let outcome = apply_and_break(cluster, &database.url(), text);
        assert!(matches!(outcome, Ok(AppliedOutcome::Applied(_))), "{text}: {outcome:?}");
        assert_eq!(ledger(&database), ["1 1 finished"]);
        assert_eq!(database.psql("SELECT to_regclass('a') IS NOT NULL").trim(), "t");
    }
}

#[test]
fn a_piece_whose_answer_is_lost_is_not_run_again() {
    let cluster = Cluster::shared();
    let database = cluster.database("cut");
    let text = "CREATE TABLE a (); COMMIT; CREATE TABLE b (); COMMIT; VACUUM";
    let outcome = apply_and_break(cluster, &database.url(), text);
    let Err(ApplyError::Lost { remains, .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(remains, Remains::Statements { committed: 2, of: 5 });
    assert_eq!(applied(&database.url(), "1", text).resumed_after, 2);
    assert_eq!(ledger(&database), ["1 1 finished"]);
}

#[test]
fn a_last_piece_whose_answer_is_lost_finishes_the_migration() {
    let cluster = Cluster::shared();
    let database = cluster.database("cut");
    let outcome = apply_and_break(cluster, &database.url(), "VACUUM; CREATE TABLE b (); COMMIT");
    assert!(matches!(outcome, Ok(AppliedOutcome::Applied(_))), "{outcome:?}");
    assert_eq!(ledger(&database), ["1 1 finished"]);
}
