//! The suites of the corpus and the fleets in which one side is a database: histories replayed and read
//! back, and the migrations that `migrate dev` would write between two versions of a schema.

use std::fs;
use std::path::{Path, PathBuf};

use radoub_prisma::migrations::order;
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::migration::MigrationName;
use radoub_schema::model::SqlSchema;
use radoub_schema::render::render;

use super::lanes::{Lane, in_lanes, text_of};
use super::live::{same_as_one, scope, written};
use super::sql::{
    Project, Wanted, compare_with, dialect, folders, name, names_url, pair, pair_side, projects,
    sources, terms, wanted,
};
use super::{Field, Score};
use crate::steps::Failure;

/// How many histories a change is checked with.
const SHARE: usize = 12;

/// `introspected.sql`, `introspected-drop.sql` and `schema-drift.sql` of every project whose history
/// runs.
pub(super) fn corpus_live(field: &Field<'_>) -> Result<Score, Failure> {
    let mut cases: Vec<(usize, Project, PathBuf)> = Vec::new();
    for project in projects(field.shared)? {
        if let (true, Some(migrations)) =
            (project.expected.join("introspected.sql").is_file(), project.migrations.clone())
        {
            cases.push((scripts(&migrations)?.len(), project, migrations));
        }
    }
    // A long history costs as much as all short ones.
    if field.is_share() {
        cases.retain(|(length, ..)| *length <= 60);
    }
    let mut cases = field.share(cases, SHARE, |(_, project, _)| &project.id);
    // The longest first, so that no lane is left alone with one at the end.
    cases.sort_by_key(|(length, ..)| std::cmp::Reverse(*length));
    in_lanes(field.cluster, cases, |lane, (_, project, migrations)| {
        let outcome = replayed(lane, &project, &migrations);
        vec![(project.id, outcome.map_err(Some))]
    })
}

/// `migration.sql` of every pair of versions.
pub(super) fn corpus_migration(field: &Field<'_>) -> Result<Score, Failure> {
    let mut cases = Vec::new();
    for project in projects(field.shared)? {
        let pairs = project.expected.join("pairs");
        if pairs.is_dir() {
            for folder in folders(&pairs)? {
                if folder.join("migration.sql").is_file() {
                    cases.push((format!("{}/{}", project.id, name(&folder)), folder));
                }
            }
        }
    }
    in_lanes(field.cluster, cases, |lane, (id, folder)| {
        vec![(id, migration(lane, &folder).map_err(Some))]
    })
}

fn migration(lane: &mut Lane<'_>, folder: &Path) -> Result<(), String> {
    let (from, _, major) = pair(folder)?;
    let to = wanted(&pair_side(folder, "to"), major)?;
    let ours = written(lane, &from, &to, major)?;
    same_as_one(&text_of(&folder.join("migration.sql")).into_iter().collect::<Vec<_>>(), &ours)
}

fn replayed(lane: &mut Lane<'_>, project: &Project, migrations: &Path) -> Result<(), String> {
    let has_url = sources(&project.schema)?.iter().any(names_url);
    let major = if has_url { PrismaMajor::Six } else { PrismaMajor::Seven };
    let wanted = wanted(&project.schema, major)?;
    for path in scripts(migrations).map_err(|error| error.to_string())? {
        let script = text_of(&path).ok_or_else(|| format!("{} cannot be read", path.display()))?;
        lane.run(&script).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    compare(lane, project, &wanted, major)
}

fn compare(
    lane: &mut Lane<'_>,
    project: &Project,
    wanted: &Wanted,
    major: PrismaMajor,
) -> Result<(), String> {
    let expected = &project.expected;
    let terms = Terms { partial_indexes: wanted.partial_indexes, ..terms(major) };
    let nothing = SqlSchema::empty();
    let found = lane.introspect(&scope(wanted, major, true))?.schema;
    let script =
        |from: &SqlSchema, to: &SqlSchema| render(&steps(from, to, &terms), dialect(major));
    let told = |file: &'static str| move |error: String| format!("{file} {error}");
    compare_with(&expected.join("introspected.sql"), &script(&nothing, &found))
        .map_err(told("introspected.sql"))?;
    compare_with(&expected.join("introspected-drop.sql"), &script(&found, &nothing))
        .map_err(told("introspected-drop.sql"))?;
    // The engine describes a shadow database without preview features (Prisma facts 14.2).
    let shadow = lane.introspect(&scope(wanted, major, false))?.schema;
    compare_with(&expected.join("schema-drift.sql"), &script(&shadow, &wanted.schema))
        .map_err(told("schema-drift.sql"))
}

/// The scripts of a history, in Prisma's order.
pub(super) fn scripts(migrations: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(migrations).map_err(Failure::file(migrations))? {
        let path = entry.map_err(Failure::file(migrations))?.path();
        if path.is_dir() {
            names.push(MigrationName::new(name(&path)));
        }
    }
    names.sort_by(order);
    let script = |name: &MigrationName| migrations.join(name.as_str()).join("migration.sql");
    Ok(names.iter().map(script).collect())
}
