//! The walls between the crates: which may use which, who alone may know a library, what source text
//! may not say. ARCHITECTURE.md explains them, this file holds them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::Table;

use crate::steps::{Failure, root};

/// A crate, the crates of ours that it may use, and why it exists at all.
const ARROWS: &[(&str, &[&str])] = &[
    ("radoub-schema", &[]),
    ("radoub-prisma", &["radoub-schema"]),
    ("radoub-postgres", &["radoub-schema"]),
    ("radoub-embedded", &[]),
    ("radoub-engine", &["radoub-schema", "radoub-prisma", "radoub-postgres", "radoub-embedded"]),
    ("radoub-web", &["radoub-engine", "radoub-schema"]),
    ("radoub", &["radoub-engine", "radoub-web", "radoub-schema"]),
    // Beside the product: it drives everything from outside.
    ("radoub-testing", &[]),
    // Conformance compares what the two pure crates make, without a server in between.
    ("xtask", &["radoub-testing", "radoub-schema", "radoub-prisma", "radoub-postgres"]),
];

/// Libraries (the start of their names) that only these crates may know.
const OWNED: &[(&str, &[&str])] = &[
    ("pglite", &["radoub-embedded"]),
    ("tokio-postgres", &["radoub-postgres", "radoub-testing"]),
    ("rustls", &["radoub-postgres", "radoub-testing"]),
    ("lettre", &["radoub-engine"]),
    ("clap", &["radoub", "xtask"]),
    ("fluent", &["radoub"]),
    ("axum", &["radoub-web"]),
    (
        "tokio",
        &[
            "radoub-postgres",
            "radoub-embedded",
            "radoub-engine",
            "radoub-web",
            "radoub",
            "radoub-testing",
            // Its benches drive the door themselves.
            "xtask",
        ],
    ),
];

/// Text that source files of these folders may not hold outside tests, and what it would mean.
const UNSAID: &[(&str, &[&str], &str)] = &[
    (
        "crates/radoub-schema/src",
        &["std::fs", "std::env", "std::net", "SystemTime::now", "Instant::now"],
        "asks the disk, the environment, the network or the clock",
    ),
    (
        "crates/radoub-prisma/src",
        &["std::fs", "std::env", "std::net", "SystemTime::now", "Instant::now"],
        "asks the disk, the environment, the network or the clock",
    ),
    ("crates/radoub-postgres/src", PRINTING, "prints"),
    ("crates/radoub-embedded/src", PRINTING, "prints"),
    ("crates/radoub-engine/src", PRINTING, "prints"),
    ("crates/radoub-web/src", PRINTING, "prints"),
];

const PRINTING: &[&str] = &["println!", "print!(", "io::stdout", "io::stderr"];

/// The one room of the command that prints.
const VOICE: &str = "crates/radoub/src/ui";

/// How many files may call `reveal()`, the way to a password.
const REVEALING: usize = 2;

/// Reads manifests and sources and tells every wall that something went through.
pub(crate) fn walls() -> Result<(), Failure> {
    let root = root();
    let mut breaches = Vec::new();
    for manifest in manifests(&root)? {
        let text = fs::read_to_string(&manifest).map_err(Failure::file(&manifest))?;
        let table = text
            .parse::<Table>()
            .map_err(|error| Failure::Told(format!("{}: {error}", manifest.display())))?;
        breaches.extend(breaches_of(&table));
    }
    let manifest = root.join("Cargo.toml");
    breaches.extend(unexplained(&fs::read_to_string(&manifest).map_err(Failure::file(&manifest))?));
    breaches.extend(spoken(&sources(&root)?));
    for breach in &breaches {
        println!("{breach}");
    }
    if breaches.is_empty() {
        println!("every wall holds");
        return Ok(());
    }
    Err(Failure::Told(format!("{} breaches of the walls in ARCHITECTURE.md", breaches.len())))
}

fn manifests(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let crates = root.join("crates");
    let mut found = vec![root.join("xtask/Cargo.toml")];
    for entry in crates.read_dir().map_err(Failure::file(&crates))? {
        let manifest = entry.map_err(Failure::file(&crates))?.path().join("Cargo.toml");
        if manifest.is_file() {
            found.push(manifest);
        }
    }
    found.sort();
    Ok(found)
}

/// What one manifest does that it may not.
fn breaches_of(manifest: &Table) -> Vec<String> {
    let name = manifest
        .get("package")
        .and_then(|package| package.get("name"))
        .and_then(toml::Value::as_str);
    let Some(name) = name else { return vec!["a manifest without a package name".to_owned()] };
    let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
        return vec![format!(
            "{name}: no such room in xtask/src/walls.rs; add it there and to ARCHITECTURE.md"
        )];
    };
    let mut breaches = Vec::new();
    for dependency in dependencies(manifest, &["dependencies", "build-dependencies"]) {
        let ours = ARROWS.iter().any(|(known, _)| *known == dependency);
        if ours && !allowed.contains(&dependency.as_str()) {
            breaches.push(format!("{name} uses {dependency}, which it may not know"));
        }
        breaches.extend(owned(name, &dependency));
    }
    for dependency in dependencies(manifest, &["dev-dependencies"]) {
        // Tests may stand on the test ground and may use a crate of ours that lies upstream; nothing flows up.
        let ours = ARROWS.iter().any(|(known, _)| *known == dependency);
        if ours && dependency != "radoub-testing" && !upstream(name, &dependency) {
            breaches
                .push(format!("the tests of {name} use {dependency}, which lies downstream of it"));
        }
    }
    breaches
}

/// Whether `other` can be reached from `name` by the arrows.
fn upstream(name: &str, other: &str) -> bool {
    let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else { return false };
    allowed.iter().any(|next| *next == other || upstream(next, other))
}

fn owned(name: &str, dependency: &str) -> Option<String> {
    // The longest match decides: `tokio-postgres` is not `tokio`.
    let (library, owners) = OWNED
        .iter()
        .filter(|(library, _)| {
            dependency == *library || dependency.starts_with(&format!("{library}-"))
        })
        .max_by_key(|(library, _)| library.len())?;
    (!owners.contains(&name))
        .then(|| format!("{name} uses {dependency}; only {} may know {library}", owners.join(", ")))
}

/// The names in these sections, those of `[target.….dependencies]` too.
fn dependencies(manifest: &Table, sections: &[&str]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut collect = |table: &Table| {
        for section in sections {
            if let Some(toml::Value::Table(listed)) = table.get(*section) {
                names.extend(listed.keys().cloned());
            }
        }
    };
    collect(manifest);
    if let Some(toml::Value::Table(targets)) = manifest.get("target") {
        for target in targets.values() {
            if let toml::Value::Table(target) = target {
                collect(target);
            }
        }
    }
    names
}

/// Dependencies of the workspace that do not say beside them why they are here.
fn unexplained(manifest: &str) -> Vec<String> {
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    section
        .lines()
        .filter(|line| line.contains('=') && !line.trim_start().starts_with('#'))
        .filter(|line| !line.contains("path = ") && !line.contains(" # "))
        .map(|line| format!("Cargo.toml: no reason beside `{line}`"))
        .collect()
}

/// Source files, by their path below the root, without what stands in test modules.
fn sources(root: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join("crates"), root.join("xtask")];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().map_err(Failure::file(&folder))? {
            let path = entry.map_err(Failure::file(&folder))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
                let name =
                    path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                found.insert(name, text);
            }
        }
    }
    Ok(found)
}

/// What the sources say that they may not.
fn spoken(files: &BTreeMap<String, String>) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut revealing = BTreeSet::new();
    for (path, text) in files {
        if !text.starts_with("//!") {
            breaches.push(format!("{path}: does not open with what it is for (`//!`)"));
        }
        let product = product_part(path, text);
        for (line, said) in product.lines().enumerate() {
            let said = said.split("//").next().unwrap_or_default();
            let place = || format!("{path}:{}", line + 1);
            for (folder, words, meaning) in UNSAID {
                if path.starts_with(folder)
                    && let Some(word) = words.iter().find(|word| said.contains(**word))
                {
                    breaches.push(format!(
                        "{}: `{word}` {meaning}, which this crate never does",
                        place()
                    ));
                }
            }
            if path.starts_with("crates/radoub/src/")
                && !path.starts_with(VOICE)
                && let Some(word) = PRINTING.iter().find(|word| said.contains(**word))
            {
                breaches.push(format!("{}: `{word}` prints; only {VOICE} does", place()));
            }
            if path.contains("/src/") && !path.starts_with("xtask") && said.contains(".reveal()") {
                revealing.insert(path.clone());
            }
        }
    }
    if revealing.len() > REVEALING {
        let files: Vec<String> = revealing.into_iter().collect();
        breaches.push(format!(
            "`reveal()` is called in {} files, {REVEALING} may: {}",
            files.len(),
            files.join(", ")
        ));
    }
    breaches
}

/// The text before the tests; nothing of a file that is a test.
fn product_part<'text>(path: &str, text: &'text str) -> &'text str {
    let all_tests = path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.starts_with("crates/radoub-testing");
    if all_tests { "" } else { text.split("#[cfg(test)]").next().unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wall_of_this_workspace_holds() {
        walls().expect("the walls hold");
    }

    #[track_caller]
    fn breaches(manifest: &str) -> Vec<String> {
        breaches_of(&manifest.parse().expect("TOML"))
    }

    #[test]
    fn a_crate_that_flows_up_is_told() {
        let manifest =
            "[package]\nname = 'radoub-schema'\n[dependencies]\nradoub-engine.workspace = true\n";
        assert_eq!(breaches(manifest), ["radoub-schema uses radoub-engine, which it may not know"]);
    }

    #[test]
    fn tests_may_stand_on_the_test_ground_but_not_downstream() {
        let manifest = "[package]\nname = 'radoub-prisma'\n[dev-dependencies]\nradoub-testing = '1'\nradoub-engine = '1'\n";
        assert_eq!(
            breaches(manifest),
            ["the tests of radoub-prisma use radoub-engine, which lies downstream of it"]
        );
    }

    #[test]
    fn a_library_belongs_to_its_owners() {
        let manifest =
            "[package]\nname = 'radoub-prisma'\n[target.'cfg(unix)'.dependencies]\ntokio = '1'\n";
        let told = breaches(manifest);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("radoub-prisma uses tokio; only radoub-postgres"), "{told:?}");
    }

    #[test]
    fn a_dependency_says_why_it_is_here() {
        let manifest =
            "[workspace.dependencies]\na = \"1\" # a reason\nb = \"1\"\n[profile.dev]\nc = 1\n";
        assert_eq!(unexplained(manifest), ["Cargo.toml: no reason beside `b = \"1\"`"]);
    }

    #[test]
    fn what_a_crate_may_not_say_is_told_with_its_place() {
        let sources = BTreeMap::from([
            (
                "crates/radoub-schema/src/a.rs".to_owned(),
                "//! A.\nuse std::fs;\n#[cfg(test)]\nuse std::env;\n".to_owned(),
            ),
            (
                "crates/radoub/src/commands/b.rs".to_owned(),
                "//! B.\nfn b() { println!() }\n".to_owned(),
            ),
            ("crates/radoub/src/ui/c.rs".to_owned(), "fn c() { println!() }\n".to_owned()),
        ]);
        assert_eq!(
            spoken(&sources),
            [
                "crates/radoub-schema/src/a.rs:2: `std::fs` asks the disk, the environment, the network or the clock, which this crate never does",
                "crates/radoub/src/commands/b.rs:2: `println!` prints; only crates/radoub/src/ui does",
                "crates/radoub/src/ui/c.rs: does not open with what it is for (`//!`)",
            ]
        );
    }
}
