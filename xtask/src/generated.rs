//! Documentation that is made from the program itself, and the check that it is fresh.
//!
//! A page is what the real binary prints, so it cannot say what the program does not do.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{Failure, cargo, root, run};

/// What to do with the generated pages.
#[derive(Debug, clap::Args)]
pub(crate) struct GenArguments {
    /// Change nothing; fail when a page is not what it would be
    #[arg(long)]
    pub(crate) check: bool,
}

/// Writes the generated pages, or compares them.
pub(crate) fn generate(arguments: &GenArguments) -> Result<(), Failure> {
    let binary = binary()?;
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

/// Every generated page, by its path below the root.
fn pages(binary: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut pages = BTreeMap::new();
    pages.insert("docs/reference/commands.md".to_owned(), commands(binary)?);
    Ok(pages)
}

/// The command line, as the help of each command prints it.
fn commands(binary: &Path) -> Result<String, Failure> {
    let mut page = String::from(
        "# The command line\n\nMade by `cargo xtask gen` from the help of the program. Do not edit.\n",
    );
    let mut waiting = vec![Vec::new()];
    while let Some(path) = waiting.pop() {
        let help = help(binary, &path)?;
        let title = std::iter::once("radoub")
            .chain(path.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(" ");
        let _ = write!(page, "\n## `{title}`\n\n```text\n{}\n```\n", help.trim_end());
        let mut below: Vec<Vec<String>> = subcommands(&help)
            .into_iter()
            .map(|name| path.iter().cloned().chain([name]).collect())
            .collect();
        below.reverse();
        waiting.extend(below);
    }
    Ok(page)
}

fn help(binary: &Path, path: &[String]) -> Result<String, Failure> {
    let output = Command::new(binary)
        .args(path)
        .args(["--help"])
        .env_clear()
        .env("LC_ALL", "en_US.UTF-8")
        .env("COLUMNS", "100")
        .output()
        .map_err(|source| Failure::Start { line: binary.display().to_string(), source })?;
    if !output.status.success() {
        return Err(Failure::Told(format!(
            "`radoub {} --help` failed: {}",
            path.join(" "),
            String::from_utf8_lossy(&output.stderr)
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n"))
}

/// The names under `Commands:` in a help text, but for `help` itself.
fn subcommands(help: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in help.lines() {
        if line.trim_end() == "Commands:" {
            inside = true;
        } else if !line.starts_with(' ') && !line.is_empty() {
            inside = false;
        } else if inside
            && line.starts_with("  ")
            && !line.starts_with("   ")
            && let Some(name) = line.split_whitespace().next()
            && name != "help"
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// Builds the command (without the embedded server, which no page needs) and gives its path.
pub(crate) fn binary() -> Result<PathBuf, Failure> {
    run(&mut cargo(&["build", "--package", "radoub", "--quiet"]))?;
    Ok(target().join("debug").join(format!("radoub{}", std::env::consts::EXE_SUFFIX)))
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::subcommands;

    #[test]
    fn commands_are_found_in_a_help_text() {
        let help = "Do it\n\nUsage: x\n\nCommands:\n  check  The state\n         of all\n  help   Print\n\nOptions:\n  -h  Help\n";
        assert_eq!(subcommands(help), ["check"]);
    }
}
