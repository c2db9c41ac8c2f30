//! The suite `asked`: migrations between databases and schemas that no material holds, with the real engine
//! asked at once: every golden case and every pair of the corpus the other way round.

use std::path::{Path, PathBuf};

use radoub_prisma::version::PrismaMajor;
use serde_json::json;

use super::lanes::{Lane, in_lanes};
use super::live::{cases, facts, same_as_one, written};
use super::sql::{Early, folders, name, pair, pair_side, projects, sources, wanted};
use super::{Field, Score};
use crate::steps::Failure;

/// How many a change is checked with.
const SHARE: usize = 60;

/// A way back.
struct Back {
    id: String,
    from: PathBuf,
    to: PathBuf,
    major: PrismaMajor,
    setup: String,
}

/// The file that `migrate dev` writes for each way back.
pub(super) fn asked(field: &Field<'_>) -> Result<Score, Failure> {
    let mut ways = Vec::new();
    for (case, major) in cases(field.shared, "from.prisma")? {
        let facts = facts(&case.folder, major).map_err(Failure::Told)?;
        // SQL that comes before is not part of a history that the engine could be told.
        if !case.has_external() && facts.setup.is_empty() {
            ways.push(Back {
                id: format!("{}/{major}", name(&case.folder)),
                from: case.folder.join("to.prisma"),
                to: case.folder.join("from.prisma"),
                major,
                setup: facts.setup,
            });
        }
    }
    for project in projects(field.shared)? {
        let pairs = project.expected.join("pairs");
        if !pairs.is_dir() {
            continue;
        }
        for folder in folders(&pairs)? {
            if folder.join("migration.sql").is_file() {
                let (_, _, major) = pair(&folder).map_err(Failure::Told)?;
                ways.push(Back {
                    id: format!("{}/{}", project.id, name(&folder)),
                    from: pair_side(&folder, "to"),
                    to: pair_side(&folder, "from"),
                    major,
                    setup: String::new(),
                });
            }
        }
    }
    let ways = field.share(ways, SHARE, |way| &way.id);
    in_lanes(field.cluster, ways, |lane, way| {
        let outcome = compared(lane, field.shared, &way);
        vec![(way.id, outcome)]
    })
}

fn compared(lane: &mut Lane<'_>, shared: &Path, way: &Back) -> Result<(), Early> {
    let from = files(&way.from, way.major).map_err(Some)?;
    let to = files(&way.to, way.major).map_err(Some)?;
    if to.as_array().is_none_or(Vec::is_empty) || from.as_array().is_none_or(Vec::is_empty) {
        // Nothing is no schema that a migration could be asked for.
        return Err(None);
    }
    let question = json!({
        "verb": "migration-script",
        "from": from,
        "to": to,
        "url": lane.admin_url(),
        "engine": way.major.number(),
    });
    // A history that does not run leaves nothing to compare with.
    let Ok(theirs) = lane.oracle(shared).ask(&question) else { return Err(None) };
    lane.run(&way.setup).map_err(Some)?;
    let from = wanted(&way.from, way.major).map_err(Some)?;
    let to = wanted(&way.to, way.major).map_err(Some)?;
    let ours = written(lane, &from.schema, &to, way.major).map_err(Some)?;
    same_as_one(&[theirs.as_str().unwrap_or_default().to_owned()], &ours).map_err(Some)
}

/// The files of a schema as the oracle takes them.
pub(super) fn files(schema: &Path, major: PrismaMajor) -> Result<serde_json::Value, String> {
    let mut files = Vec::new();
    for file in sources(schema)? {
        if file.text.trim().is_empty() {
            continue;
        }
        // Version 6 does not look up variables in this build, version 7 takes no URL; the oracle takes it out.
        let text = match major {
            PrismaMajor::Seven => file.text,
            _ => file
                .text
                .lines()
                .map(|line| {
                    let (key, rest) = line.split_once('=').unwrap_or((line, ""));
                    let is_url = ["url", "directUrl", "shadowDatabaseUrl"].contains(&key.trim());
                    if is_url && rest.contains("env(") {
                        format!("{key}= \"postgresql://localhost/db\"\n")
                    } else {
                        format!("{line}\n")
                    }
                })
                .collect(),
        };
        files.push(json!({ "path": file.path, "content": text }));
    }
    Ok(files.into())
}
