//! The demo's ground on a real server of this system: made, looked at, taken away.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeMap;
use std::path::Path;

use radoub_engine::demo::{Demo, DemoServer, Keep, PrepareError, behind, prepare};
use radoub_engine::fleet::discover::{Settings, config_file, discover};
use radoub_engine::fleet::docker::NoContainers;
use radoub_engine::fleet::{Fleet, Prisma};
use radoub_engine::lanes::Lanes;
use radoub_engine::observe::{Look, Observed, observe};
use radoub_engine::state::State;

/// The fleet as commands find it.
#[track_caller]
fn fleet(folder: &Path) -> Fleet {
    discover(&Settings {
        root: folder,
        compose_files: &[],
        env_files: &[],
        profiles: &[],
        project_name: None,
        environment: &BTreeMap::new(),
        config_file: config_file(folder).as_deref(),
        containers: &NoContainers,
    })
    .unwrap()
}

/// What a look at the whole fleet says.
async fn look(demo: &Demo) -> Vec<Observed> {
    let lanes = Lanes::default();
    let per_server = demo.connections_per_server().unwrap_or(lanes.per_server);
    let look = Look { lanes: Lanes { per_server, ..lanes }, ..Look::default() };
    observe(&fleet(&demo.fleet()), &look, |_, _| {}).await
}

/// Prepares the demo and compares it with the guide.
async fn is_the_guides_problem_1(server: DemoServer) {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("demo");
    let demo = prepare(&folder, server, &[]).await.unwrap();
    let services = fleet(&demo.fleet()).services;
    let managed = services.iter().filter(|it| matches!(it.prisma, Prisma::Managed(_))).count();
    assert_eq!((services.len(), managed), (12, 11));

    let mut pending = Vec::new();
    for one in look(&demo).await {
        match one.state {
            State::Pending => {
                let names = one.history.unwrap().pending;
                pending.extend(names.into_iter().map(|name| (one.service.clone(), name)));
            }
            State::UpToDate | State::NotApplicable => {}
            other => panic!("{}: {other:?}, {:?}", one.service, one.problem),
        }
    }
    assert_eq!(pending, behind());

    demo.end(Keep::Nothing).await.unwrap();
    assert!(!folder.exists());
}

#[tokio::test]
async fn the_fleet_on_the_systems_server_is_behind_as_in_the_guide() {
    is_the_guides_problem_1(DemoServer::Local).await;
}

#[cfg(feature = "embedded")]
#[tokio::test]
async fn the_fleet_on_the_embedded_server_is_behind_as_in_the_guide() {
    is_the_guides_problem_1(DemoServer::Embedded).await;
}

#[tokio::test]
async fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine"), "x").unwrap();
    let refused = prepare(folder.path(), DemoServer::Local, &[]).await;
    assert!(matches!(refused, Err(PrepareError::FolderInUse { .. })));
    assert!(folder.path().join("mine").exists());
}

#[tokio::test]
async fn a_demo_that_is_dropped_leaves_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("demo");
    let demo = prepare(&folder, DemoServer::Local, &[]).await.unwrap();
    let log = std::fs::read_to_string(folder.join("postgres/server.log")).unwrap();
    assert!(log.contains("ready to accept connections"), "{log}");
    drop(demo);
    assert!(!folder.exists());
}
