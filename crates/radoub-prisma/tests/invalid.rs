//! Every schema of `cases/invalid` is refused at the lines where Prisma refuses it.
//!
//! What Prisma says was recorded by `cases/invalid/record.mjs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use radoub_prisma::datamodel::resolve;
use radoub_prisma::diagnostic::{Severity, SourceFile};
use radoub_prisma::version::PrismaMajor;
use serde_json::Value;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/invalid")
}

/// The text with the lines blanked that 7 takes from its configuration file instead.
fn without_connection(text: &str) -> String {
    let key = |line: &str| {
        line.trim_start().split([' ', '\t', '=']).next().unwrap_or_default().to_owned()
    };
    let blank = |line: &str| match key(line).as_str() {
        "url" | "directUrl" | "shadowDatabaseUrl" if line.contains('=') => String::new(),
        _ => line.to_owned(),
    };
    text.split('\n').map(blank).collect::<Vec<_>>().join("\n")
}

/// The one place that calls the code under test: the lines of the errors, each once.
fn lines(text: &str, major: PrismaMajor) -> BTreeSet<u64> {
    let (datamodel, diagnostics) =
        resolve(&[SourceFile { path: "schema.prisma".into(), text: text.to_owned() }], major);
    let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error);
    let lines: BTreeSet<u64> =
        errors.map(|one| text[..one.span.start].matches('\n').count() as u64 + 1).collect();
    assert_eq!(datamodel.is_none(), !lines.is_empty());
    lines
}

#[test]
fn every_mistake_is_found_on_the_line_where_prisma_finds_it() {
    let expected = fs::read_to_string(cases().join("expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).unwrap();
    assert!(expected.len() >= 120, "the cases are gone");
    let mut wrong = Vec::new();
    for (file, by_major) in &expected {
        let text = fs::read_to_string(cases().join(file)).unwrap();
        for (major, text) in
            [(PrismaMajor::Six, text.clone()), (PrismaMajor::Seven, without_connection(&text))]
        {
            let theirs = by_major[major.to_string()].as_array().unwrap();
            let theirs: BTreeSet<u64> = theirs.iter().map(|line| line.as_u64().unwrap()).collect();
            let ours = lines(&text, major);
            if ours != theirs {
                wrong.push(format!("{file} ({major}): Prisma {theirs:?}, radoub {ours:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_is_recorded() {
    let expected = fs::read_to_string(cases().join("expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).unwrap();
    let files = fs::read_dir(cases())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<_> = files.filter(|name| name.ends_with(".prisma")).collect();
    assert_eq!(files, expected.into_keys().collect());
}
