//! The suite `phantom`: a schema that was just made shows no drift.
//!
//! Each schema of the golden cases and of the corpus is made twice on an empty database, by the real engine's
//! script and by radoub's own, and the database is compared with the schema: nothing may be different. Where the
//! real engine itself sees something, the exact comparison has to see the same, and the sound one still nothing.

use std::path::{Path, PathBuf};

use radoub_postgres::introspect::Scope;
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::render::{Fidelity, render};
use serde_json::json;

use super::asked::files;
use super::lanes::{Lane, in_lanes, text_of};
use super::live::{facts, scope};
use super::sql::{
    Project, Wanted, dialect, folders, name, names_url, pair_side, projects, sources, terms, wanted,
};
use super::truth::{script, sound};
use super::{Field, Score};
use crate::steps::Failure;

/// A schema to make.
struct Subject {
    id: String,
    schema: PathBuf,
    major: PrismaMajor,
    /// What the database needs before.
    setup: String,
    /// Whether the schema does not run on a stock server.
    excused: bool,
}

/// How many schemas a change is checked with.
const SHARE: usize = 150;

/// Makes each schema and looks for drift.
pub(super) fn phantom(field: &Field<'_>) -> Result<Score, Failure> {
    in_lanes(
        field.cluster,
        field.share(subjects(field.shared)?, SHARE, |it| &it.id),
        |lane, subject| {
            let outcome = looked_at(lane, field.shared, &subject);
            let outcome = outcome.map_err(|error| (!subject.excused).then_some(error));
            vec![(subject.id, outcome)]
        },
    )
}

fn subjects(shared: &Path) -> Result<Vec<Subject>, Failure> {
    let mut subjects = Vec::new();
    for folder in folders(&shared.join("golden"))? {
        for side in ["from", "to"] {
            let schema = folder.join(format!("{side}.prisma"));
            let text = text_of(&schema).unwrap_or_default();
            if text.trim().is_empty() || !folder.join("from.prisma").is_file() {
                continue;
            }
            for major in [PrismaMajor::Six, PrismaMajor::Seven] {
                let facts = facts(&folder, major).map_err(Failure::Told)?;
                // What others look after is missing here.
                let excused = facts.result.as_deref() == Some("not-run");
                if facts.result.is_some() {
                    subjects.push(Subject {
                        id: format!("{}/{side}/{major}", name(&folder)),
                        schema: schema.clone(),
                        major,
                        setup: facts.setup,
                        excused,
                    });
                }
            }
        }
    }
    for Project { id, schema, expected, .. } in projects(shared)? {
        if expected.join("error.json").is_file() {
            continue;
        }
        let excused = expected.join("from-empty-error.json").is_file();
        let major = major_of(&schema).map_err(Failure::Told)?;
        subjects.push(Subject { id: id.clone(), schema, major, setup: String::new(), excused });
        let pairs = expected.join("pairs");
        if pairs.is_dir() {
            for folder in folders(&pairs)? {
                for side in ["from", "to"] {
                    let schema = pair_side(&folder, side);
                    subjects.push(Subject {
                        id: format!("{id}/{}/{side}", name(&folder)),
                        major: major_of(&schema).map_err(Failure::Told)?,
                        schema,
                        setup: String::new(),
                        excused,
                    });
                }
            }
        }
    }
    Ok(subjects)
}

fn major_of(schema: &Path) -> Result<PrismaMajor, String> {
    let has_url = sources(schema)?.iter().any(names_url);
    Ok(if has_url { PrismaMajor::Six } else { PrismaMajor::Seven })
}

fn looked_at(lane: &mut Lane<'_>, shared: &Path, subject: &Subject) -> Result<(), String> {
    let major = subject.major;
    let wanted = wanted(&subject.schema, major)?;
    let exact = Terms { partial_indexes: wanted.partial_indexes, ..terms(major) };
    let own = Terms { partial_indexes: wanted.partial_indexes, ..sound(major) };
    let nothing = SqlSchema::empty();
    // The real script is the one of the exact terms, which other suites compare with the engine's; some of
    // them do not run, and then there is only ours.
    let real = render(&steps(&nothing, &wanted.schema, &exact), dialect(major));
    let ours = script(&nothing, &wanted.schema, &own);
    let mut made = 0;
    for (maker, text) in [("the engine", &real), ("radoub", &ours)] {
        lane.empty();
        lane.run(&subject.setup).map_err(|error| format!("setup: {error}"))?;
        match lane.run(text) {
            Ok(()) => made += 1,
            Err(error) if maker == "radoub" => return Err(format!("made by {maker}: {error}")),
            Err(_) => continue,
        }
        no_drift(lane, shared, subject, &wanted, &exact, &own)
            .map_err(|error| format!("made by {maker}: {error}"))?;
    }
    if made == 0 { Err("was not made".to_owned()) } else { Ok(()) }
}

fn no_drift(
    lane: &mut Lane<'_>,
    shared: &Path,
    subject: &Subject,
    wanted: &Wanted,
    exact: &Terms,
    own: &Terms,
) -> Result<(), String> {
    let scope = scope(wanted, subject.major, true);
    let like_prisma = lane.introspect(&scope)?.schema;
    let seen = script(&like_prisma, &wanted.schema, exact);
    if !seen.is_empty() {
        let told = ask(lane, shared, subject)?;
        if told.trim_end() != seen.trim_end() {
            return Err(format!("the engine sees {told:?}, we {seen:?}"));
        }
    }
    let scope = Scope { fidelity: Fidelity::Sound, ..scope };
    let found = lane.introspect(&scope)?.schema;
    let left = script(&found, &wanted.schema, own);
    if left.is_empty() { Ok(()) } else { Err(format!("drift: {left:?}")) }
}

/// What the real engine sees.
fn ask(lane: &mut Lane<'_>, shared: &Path, subject: &Subject) -> Result<String, String> {
    let question = json!({
        "verb": "diff-url",
        "url": lane.url(),
        "schema": files(&subject.schema, subject.major)?,
        "engine": subject.major.number(),
    });
    let answer =
        lane.oracle(shared).ask(&question).map_err(|error| format!("the engine: {error}"))?;
    Ok(answer.as_str().unwrap_or_default().to_owned())
}
