//! What `apply` asks before it begins: a way back for each database, made when there is none that holds.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use radoub_engine::backup::Request;
use radoub_engine::backup::ensure::{Desk, Proof, ensure};
use radoub_engine::fleet::discover::{Settings, discover};
use radoub_engine::fleet::docker::NoContainers;
use radoub_engine::fleet::{Fleet, ServiceName};
use radoub_engine::observe::Look;
use radoub_engine::run::stop;
use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet as Ground, Member};
use radoub_testing::shared::leave_out;

fn discovered(folder: &Path) -> Fleet {
    discover(&Settings {
        root: folder,
        compose_files: &[],
        env_files: &[],
        profiles: &[],
        project_name: None,
        environment: &BTreeMap::new(),
        config_file: None,
        containers: &NoContainers,
    })
    .unwrap()
}

/// What is asked; the environment is empty, and goes with the test process.
fn request() -> Request<'static> {
    let environment = Box::leak(Box::default());
    Request { look: Look::default(), environment, set: Some("run-1"), prove: true }
}

fn ground(cluster: &Cluster) -> Ground<'_> {
    let mut ground = Ground::on(cluster);
    for name in ["orders", "stock"] {
        ground.add(Member::new(name));
        ground.database(name).psql("CREATE TABLE t AS SELECT * FROM generate_series(1, 100) n");
    }
    ground
}

async fn proofs(fleet: &Fleet, since: Timestamp) -> Vec<Proof> {
    let (_hand, signal) = stop();
    let proofs = ensure(fleet, since, &request(), signal, |_| {}).await.unwrap();
    proofs.into_iter().map(|(_, proof)| proof.unwrap()).collect()
}

fn names(proofs: &[Proof]) -> Vec<&str> {
    proofs.iter().map(Proof::backup).collect()
}

#[tokio::test]
async fn a_proof_is_made_once_and_holds_until_its_bytes_or_its_time_have_passed() {
    let cluster = Cluster::start();
    if cluster.binaries().fitting_client("pg_dump").is_none() {
        leave_out(format_args!("no pg_dump for PostgreSQL {} on this machine", cluster.version()));
        return;
    }
    let ground = ground(&cluster);
    let fleet = discovered(ground.path());
    let before = Timestamp::now();
    let first = proofs(&fleet, before).await;
    assert_eq!(first.len(), 2);
    assert!(first.iter().all(|proof| proof.set() == "run-1" && proof.at() > before));

    let again = proofs(&fleet, before).await;
    assert_eq!(names(&again), names(&first), "what is there and holds is used");

    // A byte that has changed since is no way back.
    let data = ground.path().join(".radoub/backups").join(first[0].backup()).join("data.dump.zst");
    let mut bytes = std::fs::read(&data).unwrap();
    bytes[20] ^= 1;
    std::fs::write(&data, bytes).unwrap();
    let mended = proofs(&fleet, before).await;
    assert_ne!(names(&mended)[0], names(&first)[0]);
    assert_eq!(names(&mended)[1], names(&first)[1]);

    // A plan that is younger than the backups asks for new ones.
    let later = proofs(&fleet, Timestamp::now()).await;
    assert!(names(&later).iter().all(|name| !names(&mended).contains(name)));
}

#[tokio::test]
async fn a_database_of_two_services_is_backed_up_once() {
    let cluster = Cluster::start();
    if cluster.binaries().fitting_client("pg_dump").is_none() {
        leave_out(format_args!("no pg_dump for PostgreSQL {} on this machine", cluster.version()));
        return;
    }
    let ground = ground(&cluster);
    let compose = std::fs::read_to_string(ground.path().join("docker-compose.yml")).unwrap();
    let (orders, stock) = (ground.database("orders").name(), ground.database("stock").name());
    ground.write("docker-compose.yml", compose.replace(stock, orders));
    let fleet = discovered(ground.path());
    let desk = Desk::open(&fleet, &request()).await.unwrap();
    let (_hand, signal) = stop();
    let since = Timestamp::UNIX_EPOCH;
    let of = async |name: &str| {
        desk.ensure(&ServiceName::new(name), since, &signal, |_| {}).await.unwrap()
    };
    let (one, two) = tokio::join!(of("orders"), of("stock"));
    assert_eq!(one.backup(), two.backup());
    assert_eq!((one.service().as_str(), two.service().as_str()), ("orders", "stock"));
}
