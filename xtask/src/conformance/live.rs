//! The suites in which one side is a database: golden cases that start from one, and the migrations that
//! `migrate dev` would write for all others.

use std::path::Path;

use radoub_postgres::introspect::{Problem, Scope};
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::name::Ident;
use radoub_schema::render::{Fidelity, render};
use radoub_schema::summary::summary;
use radoub_schema::warning::{header, warnings};
use serde::Deserialize;

use super::lanes::{Lane, in_lanes, text_of};
use super::sql::{
    Early, Golden, Wanted, compare_with, dialect, folders, name, same, terms, wanted,
};
use super::{Field, Score};
use crate::steps::Failure;

/// `expected.sql`, `adopt.sql` and `summary.txt` of every golden case that starts from a database.
pub(super) fn golden_live(field: &Field<'_>) -> Result<Score, Failure> {
    in_lanes(field.cluster, cases(field.shared, "setup.sql")?, |lane, (case, major)| {
        let id = format!("{}/{major}", name(&case.folder));
        vec![(id, live(lane, &case, major).map_err(Some))]
    })
}

/// `migration.sql` of every other one, warnings on top.
pub(super) fn golden_migration(field: &Field<'_>) -> Result<Score, Failure> {
    in_lanes(field.cluster, cases(field.shared, "from.prisma")?, |lane, (case, major)| {
        let id = format!("{}/{major}", name(&case.folder));
        vec![(id, migration(lane, &case, major))]
    })
}

/// The golden cases that have this file, for each engine that takes them.
pub(super) fn cases(shared: &Path, file: &str) -> Result<Vec<(Golden, PrismaMajor)>, Failure> {
    let mut cases = Vec::new();
    for folder in folders(&shared.join("golden"))? {
        if !folder.join(file).is_file() {
            continue;
        }
        let engines = Golden::read(folder.clone())?.engines;
        // One case is refused by both engines: it is still asked, as 6.
        let engines = if engines.is_empty() { vec![6] } else { engines };
        for engine in engines {
            if let Some(major) = PrismaMajor::from_number(engine) {
                cases.push((Golden::read(folder.clone())?, major));
            }
        }
    }
    Ok(cases)
}

fn live(lane: &mut Lane<'_>, case: &Golden, major: PrismaMajor) -> Result<(), String> {
    let folder = &case.folder;
    let setup = text_of(&folder.join("setup.sql")).unwrap_or_default();
    if !runs_on(&setup, lane.version()) {
        return Ok(());
    }
    lane.run(&setup)?;
    let wanted = wanted(&folder.join("to.prisma"), major)?;
    let found = lane.introspect(&scope(&wanted, major, true))?;
    if case.engines.is_empty() {
        let refused = matches!(found.problems[..], [Problem::LeavesScope { .. }]);
        return if refused { Ok(()) } else { Err("P4002 is not found out".to_owned()) };
    }
    let terms = Terms { partial_indexes: wanted.partial_indexes, ..case.terms(major) };
    let forward = steps(&found.schema, &wanted.schema, &terms);
    let back = steps(&wanted.schema, &found.schema, &terms);
    compare_with(&of_major(folder, "expected", "sql", major), &render(&forward, dialect(major)))?;
    compare_with(&of_major(folder, "adopt", "sql", major), &render(&back, dialect(major)))
        .map_err(|error| format!("adopt {error}"))?;
    if major == PrismaMajor::Six {
        let text = summary(&forward, dialect(major).edition);
        compare_with(&folder.join("summary.txt"), &text).map_err(|it| format!("summary {it}"))?;
    }
    Ok(())
}

/// Whether a script only asks for what this version of PostgreSQL has.
pub(super) fn runs_on(script: &str, version: u32) -> bool {
    const NEWS: [(&str, u32); 1] = [("NULLS NOT DISTINCT", 15)];
    NEWS.iter().all(|(words, since)| version >= *since || !script.contains(words))
}

fn of_major(folder: &Path, stem: &str, extension: &str, major: PrismaMajor) -> std::path::PathBuf {
    let newer = folder.join(format!("{stem}.v7.{extension}"));
    if major == PrismaMajor::Seven && newer.is_file() {
        return newer;
    }
    folder.join(format!("{stem}.{extension}"))
}

fn migration(lane: &mut Lane<'_>, case: &Golden, major: PrismaMajor) -> Result<(), Early> {
    let folder = &case.folder;
    let facts = facts(folder, major).map_err(Some)?;
    // Where the real engine wrote none there is nothing to compare with.
    if case.has_external() || facts.result.as_deref() == Some("not-run") {
        return Err(None);
    }
    lane.run(&facts.setup).map_err(Some)?;
    let from = wanted(&folder.join("from.prisma"), major).map_err(Some)?;
    let to = wanted(&folder.join("to.prisma"), major).map_err(Some)?;
    let ours = written(lane, &from.schema, &to, major).map_err(Some)?;
    let (older, newer) =
        (text_of(&folder.join("migration.sql")), text_of(&folder.join("migration.v7.sql")));
    let script = |major| text_of(&of_major(folder, "expected", "sql", major));
    let of_six = older.or_else(|| script(PrismaMajor::Six));
    // The file of 7 is missing when it is like that of 6, or like the script between two files.
    let candidates = match (major, newer) {
        (PrismaMajor::Seven, Some(newer)) => vec![newer],
        (PrismaMajor::Seven, None) => {
            of_six.into_iter().chain(script(PrismaMajor::Seven)).collect()
        }
        _ => of_six.into_iter().collect(),
    };
    same_as_one(&candidates, &ours).map_err(Some)
}

/// The migration that `migrate dev` writes for a history that makes `from`.
pub(super) fn written(
    lane: &mut Lane<'_>,
    from: &SqlSchema,
    to: &Wanted,
    major: PrismaMajor,
) -> Result<String, String> {
    let terms = terms(major);
    let init = steps(&SqlSchema::empty(), from, &terms);
    lane.run(&render(&init, dialect(major))).map_err(|error| format!("from: {error}"))?;
    // The engine describes the shadow database without preview features (Prisma facts 14.2).
    let found = lane.introspect(&scope(to, major, false))?;
    let steps = steps(&found.schema, &to.schema, &terms);
    Ok(header(&warnings(&steps)) + &render(&steps, dialect(major)))
}

/// What is looked at for this schema: its namespaces, else the usual one.
pub(super) fn scope(wanted: &Wanted, major: PrismaMajor, previews: bool) -> Scope {
    let listed = &wanted.schema.namespaces;
    let namespaces = if listed.is_empty() { vec![Ident::new("public")] } else { listed.clone() };
    Scope {
        fidelity: Fidelity::Exact,
        extensions: previews && wanted.extensions,
        partial_indexes: major == PrismaMajor::Seven,
        ..Scope::of(namespaces)
    }
}

/// Compares without the line end at the end, which the engine's answer lacks.
pub(super) fn same_as_one(theirs: &[String], ours: &str) -> Result<(), String> {
    let ours = ours.trim_end_matches('\n');
    if theirs.iter().any(|it| it.trim_end_matches('\n') == ours) {
        return Ok(());
    }
    match theirs.last() {
        Some(theirs) => same(theirs.trim_end_matches('\n'), ours),
        None => Err("there is nothing to compare with".to_owned()),
    }
}

/// What `case.json` says of a case.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// SQL that the database needs before everything else.
    pub(super) setup: String,
    /// What became of the real engine's script on a real server.
    pub(super) result: Option<String>,
}

/// Reads `case.json`.
pub(super) fn facts(folder: &Path, major: PrismaMajor) -> Result<Facts, String> {
    #[derive(Deserialize)]
    struct Case {
        #[serde(default)]
        setup: String,
        #[serde(default)]
        applies: std::collections::BTreeMap<String, Applies>,
    }
    #[derive(Deserialize)]
    struct Applies {
        result: String,
    }
    let path = folder.join("case.json");
    let text = text_of(&path).ok_or_else(|| format!("{} cannot be read", path.display()))?;
    let mut case: Case =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let applies = case.applies.remove(&major.number().to_string());
    Ok(Facts { setup: case.setup, result: applies.map(|it| it.result) })
}
