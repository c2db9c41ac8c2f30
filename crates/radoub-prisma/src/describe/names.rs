//! What tables, views, enum types, columns and labels are called in the schema.
//!
//! A name of the schema before stays. Any other is the name in the database, made to fit the
//! language: what stands before the first letter goes, what is no letter, digit or underscore
//! becomes an underscore, reserved words get a prefix, and what is there twice gets its namespace
//! in front (measured).

use std::collections::{BTreeMap, BTreeSet};

use radoub_schema::model::{Column, Enum, Table};
use radoub_schema::name::ObjectName;

use super::Found;
use super::join_tables::{self, JoinTable};
use super::previous::{Previous, PreviousBlock};
use crate::datamodel::{ScalarType, is_reserved};

/// The name of a table, view or enum type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Its name in the schema.
    pub(super) name: String,
    /// Its name as relations are called after it: from the database, whatever the schema before
    /// says.
    pub(super) plain: String,
    /// Whether the name is that of the schema before.
    pub(super) is_kept: bool,
    /// Whether the name was changed because another one is the same.
    pub(super) is_duplicate: bool,
    /// The reserved word that it is in the database, if it is one.
    pub(super) reserved: Option<String>,
    /// Whether `@@map` is written.
    pub(super) is_mapped: bool,
}

/// All names of blocks, by place in the list of tables, views and enums that were found.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) tables: Vec<Named>,
    pub(super) views: Vec<Named>,
    pub(super) enums: Vec<Named>,
}

impl Names {
    pub(super) fn choose(found: &Found<'_>, previous: &Previous, joins: &[JoinTable]) -> Self {
        let mut names = Self {
            tables: each(found.schema.tables.iter().map(|it| &it.name), |at| previous.table(at)),
            views: Vec::new(),
            enums: each(found.schema.enums.iter().map(|it| &it.name), |at| {
                previous.enumeration(at)
            }),
        };
        if previous.describes_views() {
            names.views = each(found.views.iter().map(|it| &it.name), |at| previous.view(at));
        }
        let is_written = |place: usize| join_tables::is_written(found.schema, joins, place);
        let tables = found.schema.tables.iter().zip(&mut names.tables).enumerate();
        let tables = tables.filter(|(place, _)| is_written(*place));
        let tables = tables.map(|(_, (table, named))| (&table.name, named));
        let views = found.views.iter().map(|it| &it.name).zip(&mut names.views);
        let enums = found.schema.enums.iter().map(|it| &it.name).zip(&mut names.enums);
        tell_apart(tables.chain(views).chain(enums).collect());
        names
    }
}

/// Puts the namespace in front of what is there twice, and numbers what still is, which Prisma leaves.
fn tell_apart(mut all: Vec<(&ObjectName, &mut Named)>) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (_, named) in &all {
        *times.entry(named.name.clone()).or_default() += 1;
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (original, named) in &mut all {
        let twice = times.get(&named.name).is_some_and(|times| *times > 1);
        // A name without any letter is no name; Prisma leaves it empty.
        if !named.is_kept && (twice || named.name.is_empty()) {
            let namespace = original.namespace.as_ref().map_or("", |it| it.as_str());
            named.name = sanitized(&format!("{namespace}_{}", original.name.as_str()));
            if named.plain.is_empty() {
                named.plain.clone_from(&named.name);
            }
            named.is_duplicate = true;
            named.is_mapped = true;
        }
        if named.is_kept {
            taken.insert(named.name.clone());
        }
    }
    for (_, named) in all.iter_mut().filter(|(_, named)| !named.is_kept) {
        let base = named.name.clone();
        let mut number = 1;
        while !taken.insert(named.name.clone()) {
            number += 1;
            named.name = format!("{base}_{number}");
            named.is_mapped = true;
        }
    }
}

fn each<'a, 'b>(
    originals: impl Iterator<Item = &'a ObjectName>,
    previous: impl Fn(usize) -> Option<&'b PreviousBlock>,
) -> Vec<Named> {
    originals.enumerate().map(|(place, original)| named(original, previous(place))).collect()
}

fn named(original: &ObjectName, previous: Option<&PreviousBlock>) -> Named {
    let original = original.name.as_str();
    let reserved = is_taken(original).then(|| original.to_owned());
    let mut plain = match &reserved {
        Some(word) => sanitized(&format!("Renamed{word}")),
        None => sanitized(original),
    };
    if is_taken(&plain) {
        plain = format!("Renamed{plain}");
    }
    match previous {
        Some(block) => Named {
            is_mapped: block.is_mapped || block.name != original,
            name: block.name.clone(),
            plain,
            is_kept: true,
            is_duplicate: false,
            reserved: None,
        },
        None => Named {
            is_mapped: plain != original,
            name: plain.clone(),
            plain,
            is_kept: false,
            is_duplicate: false,
            reserved,
        },
    }
}

/// Whether no block can have this name.
fn is_taken(name: &str) -> bool {
    is_reserved(name) || ScalarType::from_name(name).is_some()
}

/// The name with only letters, digits and underscores, a letter first; perhaps nothing is left.
pub(super) fn sanitized(name: &str) -> String {
    let name = name.trim_start_matches(|letter: char| !letter.is_ascii_alphabetic());
    let fit = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    name.chars().map(fit).collect()
}

/// The names of the columns of a table or view, in their order: from the schema before or made to
/// fit; `None` for a column that cannot be called anything.
pub(super) fn fields(columns: &[Column], previous: Option<&PreviousBlock>) -> Vec<Option<String>> {
    let originals: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    lines(&originals, previous, |original| Some(sanitized(original)))
}

/// The names of the labels of an enum type, likewise.
pub(super) fn values(found: &Enum, previous: Option<&PreviousBlock>) -> Vec<Option<String>> {
    let originals: Vec<&str> = found.labels.iter().map(String::as_str).collect();
    let mut names = lines(&originals, previous, |original| {
        // The empty label has a name of its own.
        Some(if original.is_empty() { "EMPTY_ENUM_VALUE".to_owned() } else { sanitized(original) })
    });
    if names.iter().all(Option::is_none) {
        // An enum without values is none; Prisma comments them all out.
        for (place, name) in names.iter_mut().enumerate() {
            *name = Some(format!("VALUE_{}", place + 1));
        }
    }
    names
}

fn lines(
    originals: &[&str],
    previous: Option<&PreviousBlock>,
    make: impl Fn(&str) -> Option<String>,
) -> Vec<Option<String>> {
    let kept: Vec<Option<&str>> = originals
        .iter()
        .map(|original| previous?.line(original).map(|line| line.name.as_str()))
        .collect();
    let mut taken: Vec<String> = kept.iter().flatten().map(|name| (*name).to_owned()).collect();
    let mut names = Vec::with_capacity(originals.len());
    for (original, kept) in originals.iter().zip(kept) {
        if let Some(kept) = kept {
            names.push(Some(kept.to_owned()));
            continue;
        }
        let Some(base) = make(original).filter(|name| !name.is_empty()) else {
            names.push(None);
            continue;
        };
        let mut name = base.clone();
        let mut number = 1;
        // What fits as it is has the first right to its name.
        let has_right = |name: &str| name == *original;
        while taken.contains(&name) || !has_right(&name) && originals.contains(&name.as_str()) {
            number += 1;
            name = format!("{base}_{number}");
        }
        taken.push(name.clone());
        names.push(Some(name));
    }
    names
}

/// Whether this is the table in which Prisma keeps the history, by its columns (measured), or that
/// of its predecessor.
pub(super) fn is_ledger(table: &Table) -> bool {
    const LEDGER: [&str; 8] = [
        "id",
        "checksum",
        "finished_at",
        "migration_name",
        "logs",
        "rolled_back_at",
        "started_at",
        "applied_steps_count",
    ];
    const PREDECESSOR: [&str; 11] = [
        "revision",
        "name",
        "datamodel",
        "status",
        "applied",
        "rolled_back",
        "datamodel_steps",
        "database_migration",
        "errors",
        "started_at",
        "finished_at",
    ];
    let has = |names: &[&str]| {
        names.iter().all(|name| table.columns.iter().any(|column| column.name.as_str() == *name))
    };
    match table.name.name.as_str() {
        "_prisma_migrations" => has(&LEDGER),
        "_Migration" => has(&PREDECESSOR),
        _ => false,
    }
}
