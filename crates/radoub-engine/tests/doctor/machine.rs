//! What is found of the machine that radoub runs on: a machine made of planted programs and folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use radoub_engine::doctor::{Area, Check, Selection, Thresholds};
use radoub_engine::runtime::Docker;
use radoub_testing::postgres::Cluster;

use super::databases::Shop;
use super::ground::{Asked, assert_found, run};

pub(crate) const CASES: [Check; 8] = [
    Check::DockerUnreachable,
    Check::ComposeCommandMissing,
    Check::PgDumpMissing,
    Check::PgDumpOlder,
    Check::ClockSkew,
    Check::DiskSpaceShort,
    Check::StateFolderReadonly,
    Check::ProxyWithoutExceptions,
];

/// Puts a program that says this into a folder.
fn program(folder: &Path, name: &str, says: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\necho '{says}'\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A machine with all that is needed.
fn sound(bin: &Path) -> Asked<'static> {
    program(bin, "docker-compose", "ok");
    program(bin, "pg_dump", "pg_dump (PostgreSQL) 99.1");
    let path = format!("{}:/usr/bin:/bin", bin.display());
    Asked {
        selection: Selection {
            only: vec![Area::Environment.as_str().to_owned()],
            except: Vec::new(),
        },
        environment: BTreeMap::from([("PATH".to_owned(), path)]),
        search: vec![bin.to_path_buf()],
        ..Asked::default()
    }
}

#[cfg(target_os = "linux")]
#[test]
fn each_lack_of_a_machine_is_found() {
    let shop = Shop::on(Cluster::shared());
    let bin = radoub_testing::fleet::temporary();
    let examined = |asked: &Asked<'_>| run(shop.ground.examine(asked));
    assert_found(&examined(&sound(bin.path())), "a sound machine", &[]);

    let away = run(Docker::connect("unix:///nowhere/docker.sock", "x", Duration::from_secs(5)));
    let away = away.unwrap_err();
    let asked = Asked { engine: Some(&away), ..sound(bin.path()) };
    assert_found(&examined(&asked), "no engine", &[Check::DockerUnreachable]);

    let empty = radoub_testing::fleet::temporary();
    let path = empty.path().display().to_string();
    let asked =
        Asked { environment: BTreeMap::from([("PATH".to_owned(), path)]), ..sound(bin.path()) };
    assert_found(&examined(&asked), "no Compose", &[Check::ComposeCommandMissing]);

    let asked = Asked { search: vec![empty.path().to_path_buf()], ..sound(bin.path()) };
    assert_found(&examined(&asked), "no pg_dump", &[Check::PgDumpMissing]);

    let old = radoub_testing::fleet::temporary();
    program(old.path(), "pg_dump", "pg_dump (PostgreSQL) 9.6.24");
    let asked = Asked { search: vec![old.path().to_path_buf()], ..sound(bin.path()) };
    assert_found(&examined(&asked), "an old pg_dump", &[Check::PgDumpOlder]);

    let thresholds = Thresholds { clock: Duration::ZERO, ..Thresholds::default() };
    let asked = Asked { thresholds, ..sound(bin.path()) };
    assert_found(&examined(&asked), "clocks", &[Check::ClockSkew]);

    let thresholds = Thresholds { backup: 1e12, ..Thresholds::default() };
    let asked = Asked { thresholds, ..sound(bin.path()) };
    assert_found(&examined(&asked), "a full disk", &[Check::DiskSpaceShort]);

    // Where nobody can write, whoever asks. Its disk has no room either.
    let asked = Asked { state_folder: Some(PathBuf::from("/proc/radoub")), ..sound(bin.path()) };
    let found = examined(&asked);
    assert!(
        found.findings.iter().any(|it| it.check == Check::StateFolderReadonly),
        "{:#?}",
        found.findings
    );

    let mut asked = sound(bin.path());
    asked.environment.insert("HTTPS_PROXY".to_owned(), "http://proxy:3128".to_owned());
    assert_found(&examined(&asked), "a proxy", &[Check::ProxyWithoutExceptions]);
    asked.environment.insert("NO_PROXY".to_owned(), "localhost,127.0.0.1".to_owned());
    assert_found(&examined(&asked), "a proxy with exceptions", &[]);
}
