//! One history, applied twice: by the real engine and by radoub, on two databases that have to end up
//! alike.
//!
//! Histories that fail have to fail at the same migration with the same SQLSTATE, and leave the same
//! catalog behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Cluster;
use crate::command::Call;
use crate::fleet::{Fleet, Member, migrations_in};
use crate::oracle::{Oracle, Place, Row, ledger};

/// A history of the corpus or of a real fleet.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its folder in the corpus, or `fleet/service`.
    pub id: String,
    /// Schema file, or folder of them.
    pub schema: PathBuf,
    /// Migrations folder.
    pub migrations: PathBuf,
    /// How many migrations it has.
    pub size: usize,
}

/// Every history of `shared` that has a migration, by id.
#[track_caller]
pub fn cases(shared: &Path) -> Vec<Case> {
    let mut found = Vec::new();
    for project in folders(&shared.join("corpus")) {
        let id = name_of(&project);
        found.push(Case {
            id,
            schema: project.join("schema"),
            migrations: project.join("migrations"),
            size: migrations_in(&project.join("migrations")).len(),
        });
    }
    for fleet in folders(&shared.join("fleets")) {
        for service in folders(&fleet.join("tree/services")) {
            let migrations = service.join("prisma/migrations");
            found.push(Case {
                id: format!("{}/{}", name_of(&fleet), name_of(&service)),
                schema: service.join("prisma/schema.prisma"),
                size: migrations_in(&migrations).len(),
                migrations,
            });
        }
    }
    found.retain(|case| case.size > 0);
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

/// A share of the cases that a seed picks, for runs that have to be short: long histories are left out, since a long
/// one costs as much as all short ones.
pub fn share(cases: Vec<Case>, count: usize, seed: u64) -> Vec<Case> {
    let mut picked: Vec<(u64, Case)> = cases
        .into_iter()
        .filter(|case| case.size <= 60)
        .map(|case| (weight(&case.id, seed), case))
        .collect();
    picked.sort_by_key(|(weight, _)| *weight);
    picked.into_iter().take(count).map(|(_, case)| case).collect()
}

/// A number that depends on the id and the seed alone (FNV-1a).
pub fn weight(id: &str, seed: u64) -> u64 {
    id.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Applies one history by both and compares.
///
/// # Errors
///
/// A sentence that says in what they differ.
#[track_caller]
pub fn compare(
    cluster: &Cluster,
    oracle: &Oracle,
    binary: &Path,
    case: &Case,
) -> Result<(), String> {
    let theirs = cluster.database("theirs");
    let url = theirs.url();
    let place = Place { url: &url, migrations: &case.migrations, schema: &case.schema };
    let deployed = oracle.deploy(place);

    let mut fleet = Fleet::on(cluster);
    fleet.add(Member::of_files(&case.schema, &case.migrations, "service"));
    let ours = fleet.database("service");
    let (mut named, url) = (variables(&case.schema), ours.url());
    if named.is_empty() {
        // A schema without an address is one of 7, whose address is in this file.
        let config = "export default {\n  datasource: { url: process.env.DATABASE_URL },\n}\n";
        fleet.write("prisma.config.ts", config);
        named.insert("DATABASE_URL".to_owned());
    }
    // The drop-in, which asks about nothing that Prisma does not ask about and refuses nothing beforehand.
    let call = Call::of(binary)
        .args(["prisma", "migrate", "deploy", "--schema"])
        .args([fleet.schema("service")]);
    let answer = call
        .envs(named.iter().map(|name| (name.as_str(), url.as_str())))
        .dir(fleet.path())
        .patience(std::time::Duration::from_mins(10))
        .run();

    let (expected, found) = (ledger(cluster, theirs.name()), ledger(cluster, ours.name()));
    match deployed {
        Ok(_) => {
            if answer.code != Some(0) {
                return Err(format!("the engine deploys it, radoub does not:\n{}", answer.text()));
            }
            same_rows(&expected, &found)?;
        }
        Err(refusal) => {
            if answer.code == Some(0) {
                return Err(format!("the engine refuses it ({refusal}), radoub applies it"));
            }
            let sqlstate = refusal.database.and_then(|error| error.sqlstate).unwrap_or_default();
            same_failure(&expected, &found, &sqlstate)?;
        }
    }
    same_catalog(&cluster.catalog(theirs.name()), &cluster.catalog(ours.name()))
}

/// The variables that a schema names, `env("NAME")`.
fn variables(schema: &Path) -> BTreeSet<String> {
    let files: Vec<PathBuf> = match schema.read_dir() {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => vec![schema.to_path_buf()],
    };
    let mut names = BTreeSet::new();
    for file in files {
        // A folder below holds no datasource.
        let text = fs::read_to_string(file).unwrap_or_default();
        let found = text.split("env(\"").skip(1).filter_map(|rest| rest.split('"').next());
        names.extend(found.map(str::to_owned));
    }
    names
}

/// Whether two ledgers differ in nothing but ids, times and the words of failures.
///
/// # Errors
///
/// The first difference.
pub fn same_rows(expected: &[Row], found: &[Row]) -> Result<(), String> {
    let bare = |row: &Row| Row { logs: row.logs.as_ref().map(|_| String::new()), ..row.clone() };
    for (at, (expected, found)) in expected.iter().zip(found).enumerate() {
        let (expected, found) = (bare(expected), bare(found));
        if expected != found {
            return Err(format!(
                "row {at} of the ledger: the engine wrote {expected:?}, radoub {found:?}"
            ));
        }
    }
    if expected.len() == found.len() {
        return Ok(());
    }
    Err(format!("the engine wrote {} rows to the ledger, radoub {}", expected.len(), found.len()))
}

/// Whether both ledgers end with the same failure. Radoub may mark its row as rolled back, since the script changed
/// nothing.
fn same_failure(expected: &[Row], found: &[Row], sqlstate: &str) -> Result<(), String> {
    let (Some((theirs, before)), Some((ours, our_before))) =
        (expected.split_last(), found.split_last())
    else {
        return Err(format!("the engine recorded {} rows, radoub {}", expected.len(), found.len()));
    };
    same_rows(before, our_before)?;
    if theirs.name != ours.name {
        return Err(format!("the engine fails at {}, radoub at {}", theirs.name, ours.name));
    }
    if ours.finished {
        return Err(format!("radoub recorded {} as finished", ours.name));
    }
    let logs = ours.logs.clone().unwrap_or_default();
    if logs.contains(sqlstate) {
        Ok(())
    } else {
        Err(format!("the server said {sqlstate}, radoub recorded: {logs}"))
    }
}

/// Whether two catalogs are the same text.
///
/// # Errors
///
/// The first line that differs, in both.
pub fn same_catalog(expected: &str, found: &str) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let mut lines = expected.lines().zip(found.lines()).enumerate();
    let Some((at, (theirs, ours))) = lines.find(|(_, (theirs, ours))| theirs != ours) else {
        return Err("one catalog is longer than the other".to_owned());
    };
    Err(format!("line {at} of the catalog: the engine leaves {theirs:?}, radoub {ours:?}"))
}

#[track_caller]
fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(parent).unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
