//! The suites of truth: what radoub itself would run does on a real server what it says.
//!
//! `corpus-runs` asks whether the scripts run. `truth` asks whether nothing is left to do after them, and
//! whether the way back leads back.

use std::fs;
use std::path::{Path, PathBuf};

use radoub_postgres::introspect::Scope;
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::down::down;
use radoub_schema::model::SqlSchema;
use radoub_schema::render::{Dialect, Edition, Fidelity, render};
use serde::Deserialize;

use super::lanes::{Lane, in_lanes, text_of};
use super::live::{cases, facts, runs_on, scope};
use super::sql::{
    Early, Golden, Project, Wanted, folders, name, pair, pair_side, projects, schema, wanted,
};
use super::{Field, Score};
use crate::steps::Failure;

/// From nothing to each schema, and each pair of versions there and back.
///
/// Where the real script does not run on this server (an extension or a function is missing),
/// ours may fail too.
pub(super) fn corpus_runs(field: &Field<'_>) -> Result<Score, Failure> {
    let mut cases = Vec::new();
    for Project { id, schema: path, expected, .. } in projects(field.shared)? {
        if expected.join("error.json").is_file() {
            continue;
        }
        let excused = expected.join("from-empty-error.json").is_file();
        cases.push((id.clone(), excused, Way::FromNothing(path)));
        let pairs = expected.join("pairs");
        if !pairs.is_dir() {
            continue;
        }
        for folder in folders(&pairs)? {
            let excused = !applies(&folder);
            cases.push((format!("{id}/{}", name(&folder)), excused, Way::ThereAndBack(folder)));
        }
    }
    in_lanes(field.cluster, cases, |lane, (id, excused, way)| {
        let outcome = match way {
            Way::FromNothing(path) => created(lane, &path),
            Way::ThereAndBack(folder) => there_and_back(lane, &folder),
        };
        vec![(id, outcome.map_err(|error| (!excused).then_some(error)))]
    })
}

enum Way {
    FromNothing(PathBuf),
    ThereAndBack(PathBuf),
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

fn created(lane: &Lane<'_>, path: &Path) -> Result<(), String> {
    // What 7 alone takes has no URL, and 7 takes everything else too.
    let wanted = schema(path, PrismaMajor::Six).or_else(|_| schema(path, PrismaMajor::Seven))?;
    lane.run(&script(&SqlSchema::empty(), &wanted, &sound(PrismaMajor::Six)))
}

fn there_and_back(lane: &Lane<'_>, folder: &Path) -> Result<(), String> {
    let (from, to, major) = pair(folder)?;
    let (nothing, terms) = (SqlSchema::empty(), sound(major));
    let ways = [(&nothing, &from), (&from, &to), (&to, &from)];
    for (at, (from, to)) in ways.into_iter().enumerate() {
        lane.run(&script(from, to, &terms))
            .map_err(|error| format!("script {} of {}: {error}", at + 1, ways.len()))?;
    }
    Ok(())
}

/// Terms without Prisma's oddities.
pub(super) fn sound(major: PrismaMajor) -> Terms {
    let dialect = Dialect { edition: Edition::from(major), fidelity: Fidelity::Sound };
    Terms { dialect, ..Terms::default() }
}

/// The script from one schema to another; empty when there is nothing to do.
pub(super) fn script(from: &SqlSchema, to: &SqlSchema, terms: &Terms) -> String {
    let steps = steps(from, to, terms);
    if steps.is_empty() { String::new() } else { render(&steps, terms.dialect) }
}

/// How many of them a change is checked with.
const SHARE: usize = 150;

/// Every golden case and every pair of the corpus: from a database at the one schema to the other and back,
/// and nothing is left to do, not even what the real engine never gets done.
pub(super) fn truth(field: &Field<'_>) -> Result<Score, Failure> {
    let mut journeys = Vec::new();
    for (file, live) in [("from.prisma", false), ("setup.sql", true)] {
        for (case, major) in cases(field.shared, file)? {
            if !case.engines.is_empty() {
                let id = format!("{}/{major}", name(&case.folder));
                journeys.push((id, Journey::Golden { case, major, live }));
            }
        }
    }
    for project in projects(field.shared)? {
        let pairs = project.expected.join("pairs");
        if pairs.is_dir() {
            for folder in folders(&pairs)? {
                journeys.push((format!("{}/{}", project.id, name(&folder)), Journey::Pair(folder)));
            }
        }
    }
    let journeys = field.share(journeys, SHARE, |(id, _)| id);
    in_lanes(field.cluster, journeys, |lane, (id, journey)| {
        let outcome = match journey {
            Journey::Golden { case, major, live } => golden(lane, &case, major, live),
            Journey::Pair(folder) => corpus_pair(lane, &folder),
        };
        vec![(id, outcome)]
    })
}

enum Journey {
    Golden { case: Golden, major: PrismaMajor, live: bool },
    Pair(PathBuf),
}

fn golden(lane: &mut Lane<'_>, case: &Golden, major: PrismaMajor, live: bool) -> Result<(), Early> {
    let folder = &case.folder;
    let facts = facts(folder, major).map_err(Some)?;
    let to = wanted(&folder.join("to.prisma"), major).map_err(Some)?;
    // Tables of others are made by others: from a file they would not be there at all.
    if case.has_external() && !live {
        return Err(None);
    }
    let Terms { external_tables, external_enums, .. } = case.terms(major);
    let terms = Terms {
        external_tables,
        external_enums,
        partial_indexes: to.partial_indexes,
        ..sound(major)
    };
    lane.run(&facts.setup).map_err(Some)?;
    let from = if live {
        let setup = text_of(&folder.join("setup.sql")).unwrap_or_default();
        if !runs_on(&setup, lane.version()) {
            return Err(None);
        }
        lane.run(&setup).map_err(Some)?;
        None
    } else {
        Some(wanted(&folder.join("from.prisma"), major).map_err(Some)?)
    };
    travelled(lane, from.as_ref(), &to, &terms).map_err(Some)
}

fn corpus_pair(lane: &mut Lane<'_>, folder: &Path) -> Result<(), Early> {
    let (_, _, major) = pair(folder).map_err(Some)?;
    let from = wanted(&pair_side(folder, "from"), major).map_err(Some)?;
    let to = wanted(&pair_side(folder, "to"), major).map_err(Some)?;
    let terms = Terms { partial_indexes: to.partial_indexes, ..sound(major) };
    let outcome = travelled(lane, Some(&from), &to, &terms);
    // Where the server lacks an extension, the real script does not run either.
    outcome.map_err(|error| applies(folder).then_some(error))
}

/// Makes `from` (or takes what is there), goes to `to` and back again.
fn travelled(
    lane: &mut Lane<'_>,
    from: Option<&Wanted>,
    to: &Wanted,
    terms: &Terms,
) -> Result<(), String> {
    let scope_of = |wanted: &Wanted| Scope {
        fidelity: Fidelity::Sound,
        ..scope(wanted, PrismaMajor::Seven, true)
    };
    let mut scope = scope_of(to);
    if let Some(from) = from {
        lane.run(&script(&SqlSchema::empty(), &from.schema, terms))
            .map_err(|error| format!("making it: {error}"))?;
        for namespace in scope_of(from).namespaces {
            if !scope.namespaces.contains(&namespace) {
                scope.namespaces.push(namespace);
            }
        }
        scope.extensions |= from.extensions;
    }
    let began = lane.introspect(&scope)?.schema;
    if let Err(error) = lane.run(&script(&began, &to.schema, terms)) {
        return if has_no_path(&error) { Ok(()) } else { Err(format!("there: {error}")) };
    }
    let arrived = lane.introspect(&scope)?.schema;
    let left = script(&arrived, &to.schema, terms);
    if !left.is_empty() {
        return Err(format!("there, left to do: {}", one_line(&left)));
    }
    // The way back as `down.sql` has it, to what was there; and to the file, if it came from one.
    if let Err(error) = lane.run(&down(&began, &arrived, terms).script) {
        return if has_no_path(&error) { Ok(()) } else { Err(format!("back: {error}")) };
    }
    let returned = lane.introspect(&scope)?.schema;
    for home in [Some(&began), from.map(|from| &from.schema)].into_iter().flatten() {
        let left = script(&returned, home, terms);
        if !left.is_empty() {
            return Err(format!("back, left to do: {}", one_line(&left)));
        }
    }
    Ok(())
}

/// Whether an extension has no script from one version to another: this server has not got the one, or
/// its makers wrote none for the way back (#285).
fn has_no_path(error: &str) -> bool {
    error.starts_with("22023") && error.contains("no update path")
}

fn one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}
