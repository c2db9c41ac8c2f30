//! The suite `corpus-runs`: the scripts that radoub itself would run, on a real server.
//!
//! The texts are compared elsewhere; here they only have to run, on empty tables.

use std::fs;
use std::path::Path;

use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::render::{Dialect, Edition, Fidelity, render};
use radoub_testing::Cluster;
use serde::Deserialize;

use super::Score;
use super::sql::{Project, folders, name, pair, projects, schema};
use crate::steps::Failure;

/// From nothing to each schema, and each pair of versions there and back.
///
/// Where the real script does not run on this server (an extension or a function is missing),
/// ours may fail too.
pub(super) fn corpus_runs(shared: &Path, cluster: &Cluster) -> Result<Score, Failure> {
    let mut score = Score::default();
    for Project { id, schema: path, expected, .. } in projects(shared)? {
        if expected.join("error.json").is_file() {
            continue;
        }
        let excused = expected.join("from-empty-error.json").is_file();
        let outcome = created(cluster, &path);
        score.note(id.clone(), outcome.map_err(|error| (!excused).then_some(error)));
        let pairs = expected.join("pairs");
        if !pairs.is_dir() {
            continue;
        }
        for folder in folders(&pairs)? {
            let excused = !applies(&folder);
            let outcome = there_and_back(cluster, &folder);
            let id = format!("{id}/{}", name(&folder));
            score.note(id, outcome.map_err(|error| (!excused).then_some(error)));
        }
    }
    Ok(score)
}

/// Whether the real engine's script of a pair ran.
fn applies(folder: &Path) -> bool {
    #[derive(Deserialize)]
    struct Facts {
        applies: bool,
    }
    let text = fs::read_to_string(folder.join("pair.json")).unwrap_or_default();
    serde_json::from_str(&text).is_ok_and(|facts: Facts| facts.applies)
}

fn created(cluster: &Cluster, path: &Path) -> Result<(), String> {
    // What 7 alone takes has no URL, and 7 takes everything else too.
    let wanted = schema(path, PrismaMajor::Six).or_else(|_| schema(path, PrismaMajor::Seven))?;
    run(cluster, &[script(&SqlSchema::empty(), &wanted, PrismaMajor::Six)])
}

fn there_and_back(cluster: &Cluster, folder: &Path) -> Result<(), String> {
    let (from, to, major) = pair(folder)?;
    let nothing = SqlSchema::empty();
    run(
        cluster,
        &[script(&nothing, &from, major), script(&from, &to, major), script(&to, &from, major)],
    )
}

/// The sound script from one schema to another; empty when there is nothing to do.
fn script(from: &SqlSchema, to: &SqlSchema, major: PrismaMajor) -> String {
    let dialect = Dialect { edition: Edition::from(major), fidelity: Fidelity::Sound };
    let steps = steps(from, to, &Terms { dialect, ..Terms::default() });
    if steps.is_empty() { String::new() } else { render(&steps, dialect) }
}

fn run(cluster: &Cluster, scripts: &[String]) -> Result<(), String> {
    let database = cluster.database("corpus");
    for (at, script) in scripts.iter().enumerate() {
        if !script.is_empty() {
            database
                .query(script)
                .map_err(|error| format!("script {} of {}: {error:?}", at + 1, scripts.len()))?;
        }
    }
    Ok(())
}
