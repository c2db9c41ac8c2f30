//! The scripts of a `package.json`, with their lines.

use std::path::Path;

use crate::fleet::place::line_at;

/// A script of a package.
pub(super) struct PackageScript {
    pub(super) text: String,
    /// Its line, from 1.
    pub(super) line: usize,
}

/// What a package manager runs for `name`: the script with what goes before and behind it.
pub(super) fn scripts(package: &Path, name: &str) -> Vec<PackageScript> {
    let Ok(text) = std::fs::read_to_string(package) else { return Vec::new() };
    let Ok(read) = serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}'))
    else {
        return Vec::new();
    };
    let start = text.find("\"scripts\"").unwrap_or_default();
    let script = |name: &str| {
        let script = read.get("scripts")?.get(name)?.as_str()?.to_owned();
        let at = text[start..].find(&format!("\"{name}\"")).map_or(start, |at| start + at);
        Some(PackageScript { text: script, line: line_at(&text, at) })
    };
    let Some(main) = script(name) else { return Vec::new() };
    let before = script(&format!("pre{name}"));
    let behind = script(&format!("post{name}"));
    before.into_iter().chain([main]).chain(behind).collect()
}

/// The script that a call of a package manager runs, `npm run -s migrate`: its name.
pub(super) fn called(words: &[String]) -> Option<String> {
    let (manager, rest) = words.split_first()?;
    let manager = super::prisma::base(manager);
    if !matches!(manager, "npm" | "yarn" | "pnpm" | "bun") {
        return None;
    }
    let mut rest = rest.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
    let first = rest.next()?;
    match (manager, first) {
        (_, "run" | "run-script") => rest.next().map(str::to_owned),
        (_, "start" | "test") => Some(first.to_owned()),
        // yarn, pnpm and bun run a script by its bare name.
        ("yarn" | "pnpm" | "bun", name) => Some(name.to_owned()),
        _ => None,
    }
}
