//! Documentation that is made from the program itself, and the check that it is fresh.
//!
//! A page is what the real binary prints, so it cannot say what the program does not do.

mod language;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{Failure, cargo, read, root, run};

/// What to do with the generated pages.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct GenArguments {
    /// Change nothing; fail when a page is not what it would be
    #[arg(long)]
    pub(crate) check: bool,
    /// A radoub that is built already
    #[arg(long, value_name = "PATH")]
    pub(crate) binary: Option<PathBuf>,
}

/// Writes the generated pages, or compares them.
pub(crate) fn generate(arguments: &GenArguments) -> Result<(), Failure> {
    let binary = binary_or(arguments.binary.as_deref())?;
    let mut stale = Vec::new();
    for (path, text) in pages(&binary)? {
        let file = root().join(&path);
        let there = fs::read_to_string(&file).unwrap_or_default();
        if there.replace("\r\n", "\n") == text {
            continue;
        }
        if arguments.check {
            stale.push(path);
            continue;
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(Failure::file(folder))?;
        }
        fs::write(&file, text).map_err(Failure::file(&file))?;
        println!("written: {path}");
    }
    if stale.is_empty() {
        println!("the generated documentation is fresh");
        return Ok(());
    }
    Err(Failure::Told(format!("not fresh: {}; run `cargo xtask gen`", stale.join(", "))))
}

/// The pages that `radoub _reference PAGE` prints: where each lies, its name, its language.
const PAGES: &[(&str, &str, &str)] = &[
    ("docs/reference/commands.md", "commands", "en"),
    ("docs/reference/doctor.md", "doctor", "en"),
    ("docs/reference/failures.md", "failures", "en"),
    ("docs/reference/states.md", "states", "en"),
    ("docs/reference/fr/commands.md", "commands", "fr"),
    ("docs/reference/fr/doctor.md", "doctor", "fr"),
    ("docs/reference/fr/failures.md", "failures", "fr"),
    ("docs/reference/fr/states.md", "states", "fr"),
    ("docs/reference/radoub.schema.json", "schema", "en"),
];

/// Every generated page, by its path below the root.
fn pages(binary: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut pages = BTreeMap::new();
    for (path, page, language) in PAGES {
        // No terminal, no variables: the page depends on the program alone.
        let text =
            read(Command::new(binary).args(["_reference", page, "--lang", language]).env_clear())?;
        let lines = text.lines().map(str::trim_end);
        pages.insert((*path).to_owned(), lines.flat_map(|line| [line, "\n"]).collect());
    }
    pages.insert("docs/reference/faults.md".to_owned(), crate::faults::page()?);
    for (path, language) in [
        ("docs/reference/schema-language.md", "en"),
        ("docs/reference/fr/schema-language.md", "fr"),
    ] {
        pages.insert(path.to_owned(), language::page(language));
    }
    Ok(pages)
}

/// The command that a task was given, or one built now.
pub(crate) fn binary_or(given: Option<&Path>) -> Result<PathBuf, Failure> {
    match given {
        Some(path) => std::path::absolute(path).map_err(Failure::file(path)),
        None => binary(),
    }
}

/// Builds the command and gives its path.
pub(crate) fn binary() -> Result<PathBuf, Failure> {
    run(&mut cargo(&["build", "--package", "radoub", "--quiet"]))?;
    Ok(target().join("debug").join(format!("radoub{}", std::env::consts::EXE_SUFFIX)))
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
