//! What `deny.toml` says about licences, banned crates and sources, held without `cargo deny`: that program is
//! not on every machine, and the rule has to hold on every one.
//!
//! Advisories are left to `cargo deny check advisories`, which knows them.

use std::collections::BTreeSet;
use std::fs;

use serde::Deserialize;

use crate::steps::{Failure, cargo, read, root};

/// Crates whose manifest points at a text instead of naming its licence: name, version, and what the text is, read
/// by a person.
const READ: &[(&str, &str, &str)] = &[("saffron", "0.1.0", "BSD-3-Clause")];

/// The parts of `deny.toml` that are held here.
#[derive(Debug, Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: BTreeSet<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

/// A licence that only some crates may have.
#[derive(Debug, Deserialize)]
struct Exception {
    #[serde(alias = "name")]
    #[serde(rename = "crate")]
    name: String,
    allow: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Debug, Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

/// Looks at every crate of the lock file.
pub(crate) fn licences() -> Result<(), Failure> {
    let path = root().join("deny.toml");
    let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
    let rules: Rules =
        toml::from_str(&text).map_err(|error| Failure::Told(format!("deny.toml: {error}")))?;
    let text = read(&mut cargo(&["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Metadata = serde_json::from_str(&text)
        .map_err(|error| Failure::Told(format!("cargo metadata: {error}")))?;
    let told: Vec<String> =
        metadata.packages.iter().flat_map(|package| objections(&rules, package)).collect();
    for objection in &told {
        println!("{objection}");
    }
    if told.is_empty() {
        println!(
            "{} crates: licences, bans and sources are as deny.toml wants them",
            metadata.packages.len()
        );
        return Ok(());
    }
    Err(Failure::Told(format!("{} objections of deny.toml", told.len())))
}

fn objections(rules: &Rules, package: &Package) -> Vec<String> {
    let name = format!("{} {}", package.name, package.version);
    let mut told = Vec::new();
    let Some(source) = &package.source else { return told };
    let known =
        |registry: &String| source.strip_prefix("registry+").is_some_and(|from| from == registry);
    if !rules.sources.allow_registry.iter().any(known) {
        told.push(format!("{name} comes from {source}"));
    }
    if let Some(banned) = rules.bans.deny.iter().find(|banned| banned.name == package.name) {
        told.push(format!("{name} is banned: {}", banned.reason));
    }
    let exception =
        rules.licenses.exceptions.iter().find(|exception| exception.name == package.name);
    let allowed = |licence: &str| {
        rules.licenses.allow.contains(licence)
            || exception.is_some_and(|exception| exception.allow.contains(licence))
    };
    let read =
        READ.iter().find(|(name, version, _)| *name == package.name && *version == package.version);
    match package.license.as_deref().or(read.map(|(_, _, licence)| *licence)) {
        None => told.push(format!("{name} names no licence")),
        Some(expression) if !satisfied(expression, &allowed) => {
            told.push(format!("{name} is under {expression}"));
        }
        Some(_) => {}
    }
    told
}

/// Whether an SPDX expression can be satisfied with allowed licences. The old `/` means `OR`.
fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let text = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut rest = &words[..];
    let verdict = any(&mut rest, allowed);
    verdict && rest.is_empty()
}

/// `A OR B OR …`.
fn any(words: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut verdict = all(words, allowed);
    while let [first, rest @ ..] = *words
        && first.eq_ignore_ascii_case("OR")
    {
        *words = rest;
        // Both sides are read, whatever the first one says.
        verdict |= all(words, allowed);
    }
    verdict
}

/// `A AND B AND …`.
fn all(words: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut verdict = one(words, allowed);
    while let [first, rest @ ..] = *words
        && first.eq_ignore_ascii_case("AND")
    {
        *words = rest;
        verdict &= one(words, allowed);
    }
    verdict
}

/// A licence, a licence `WITH` an exception, or an expression in parentheses.
fn one(words: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let verdict = any(words, allowed);
            if let [")", rest @ ..] = *words {
                *words = rest;
            }
            verdict
        }
        [licence, with, exception, rest @ ..] if with.eq_ignore_ascii_case("WITH") => {
            let verdict = allowed(&format!("{licence} WITH {exception}"));
            *words = rest;
            verdict
        }
        [licence, rest @ ..] => {
            let verdict = allowed(licence);
            *words = rest;
            verdict
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[test]
    fn an_expression_is_satisfied_by_allowed_licences() {
        let allowed = |licence: &str| {
            ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].contains(&licence)
        };
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0", true),
            ("GPL-3.0 OR MIT", true),
            ("MIT/Apache-2.0", true),
            ("MIT AND GPL-3.0", false),
            ("(GPL-3.0 OR MIT) AND Apache-2.0", true),
            ("(GPL-3.0 OR MIT) AND ISC", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true),
            ("GPL-3.0 WITH something", false),
            ("", false),
        ] {
            assert_eq!(satisfied(expression, &allowed), expected, "{expression}");
        }
    }
}
