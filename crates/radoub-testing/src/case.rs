//! The cases of `cases/`, read: a schema before, one after, and what is expected of the way between.
//!
//! The format is in `cases/README.md`. What is done with a case belongs to the tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Where it lies.
    pub path: PathBuf,
    /// Folder and number: `enums/157-enum-add-value`.
    pub id: String,
    /// The conditions in the list at the top, by what stands before the colon.
    pub conditions: BTreeMap<String, String>,
    /// The text of each block, by the heading above it, with a final newline when not empty.
    pub blocks: BTreeMap<String, String>,
    /// The points of `## Warnings`, in order.
    pub warnings: Vec<String>,
}

impl Case {
    /// Every case below `cases/`, by path; `invalid/`, `pull/` and the README are none.
    ///
    /// Panics when the folder or a file cannot be read, or when a file has no expected script.
    pub fn all() -> Vec<Self> {
        let root = crate::shared::root().join("cases");
        let mut cases = Vec::new();
        let is_group = |path: &PathBuf| path.is_dir() && !path.ends_with("pull");
        for group in entries(&root).into_iter().filter(is_group) {
            for path in entries(&group) {
                if path.extension().is_some_and(|it| it == "md") {
                    let case = Self::read(&root, path);
                    let scripts = ["Script", "Script of 7"];
                    let is_scripted = scripts.iter().any(|name| case.blocks.contains_key(*name));
                    assert!(is_scripted, "{}: no script is expected", case.path.display());
                    cases.push(case);
                }
            }
        }
        assert!(!cases.is_empty(), "{} holds no cases", root.display());
        cases
    }

    fn read(root: &Path, path: PathBuf) -> Self {
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .replace("\r\n", "\n");
        let id = path.strip_prefix(root).unwrap_or(&path).with_extension("");
        let id = id.to_string_lossy().replace('\\', "/");
        let mut case = Self {
            path,
            id,
            conditions: BTreeMap::new(),
            blocks: BTreeMap::new(),
            warnings: Vec::new(),
        };
        let mut heading = String::new();
        let mut block: Option<String> = None;
        for line in text.lines() {
            if let Some(text) = &mut block {
                if line == "```" {
                    case.blocks.insert(heading.clone(), block.take().unwrap_or_default());
                } else {
                    text.push_str(line);
                    text.push('\n');
                }
            } else if line.starts_with("```") {
                block = Some(String::new());
            } else if let Some(name) = line.strip_prefix("## ") {
                name.clone_into(&mut heading);
            } else if let Some(point) = line.strip_prefix("- ") {
                if heading == "Warnings" {
                    case.warnings.push(point.to_owned());
                } else if let Some((name, value)) = point.split_once(": ") {
                    case.conditions.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        assert!(block.is_none(), "{}: a block is not closed", case.path.display());
        case
    }

    /// Whether the case is meant for this major release of Prisma.
    pub fn is_for(&self, major: u8) -> bool {
        match self.conditions.get("Prisma") {
            Some(only) => only.split(", ").any(|it| it == major.to_string()),
            None => true,
        }
    }

    /// The block of this heading as this major writes it; empty when there is none.
    pub fn block(&self, heading: &str, major: u8) -> &str {
        let special = self.blocks.get(&format!("{heading} of {major}"));
        special.or_else(|| self.blocks.get(heading)).map_or("", String::as_str)
    }

    /// The text of a schema, `From` or `To`, with a datasource; `None` when there is none.
    pub fn schema(&self, heading: &str, with_url: bool) -> Option<String> {
        let text = self.blocks.get(heading)?;
        if !has_datasource(text) {
            return Some(format!("{}\n{text}", datasource(with_url)));
        }
        let kept = text
            .lines()
            .filter(|line| with_url || !line.trim_start().starts_with("url "))
            .map(|line| format!("{line}\n"));
        Some(kept.collect())
    }

    /// Names in a condition, `External tables` or `External enums`: schema and name.
    pub fn names(&self, condition: &str) -> Vec<(String, String)> {
        let text = self.conditions.get(condition).map_or("", String::as_str);
        let split = |name: &str| {
            name.split_once('.').map(|(schema, name)| (schema.to_owned(), name.to_owned()))
        };
        text.split(", ").filter_map(split).collect()
    }

    /// SQL that the database needs before anything else.
    pub fn setup(&self) -> &str {
        self.conditions.get("Setup").map_or("", |text| text.trim_matches('`'))
    }
}

/// A database of `cases/pull`, and the schema that `db pull` makes of it.
#[derive(Debug, Clone)]
pub struct Pull {
    /// Folder and number: `pull/001-a-table-is-a-model`.
    pub id: String,
    /// The major release of Prisma that is followed.
    pub major: u8,
    /// SQL that makes the database.
    pub database: String,
    /// The schema before; at least a datasource.
    pub before: String,
    /// The schema after.
    pub pulled: String,
    /// The schema after it was pulled into itself; as a rule the same.
    pub again: String,
    /// What a person is told; nothing, or lines with a final newline.
    pub told: String,
}

impl Pull {
    /// Every case below `cases/pull`, by path.
    ///
    /// Panics when the folder or a file cannot be read, or when a file lacks its database or its schema.
    pub fn all() -> Vec<Self> {
        let root = crate::shared::root().join("cases");
        let paths = entries(&root.join("pull")).into_iter();
        paths.map(|path| Self::of(&Case::read(&root, path))).collect()
    }

    fn of(case: &Case) -> Self {
        let major = case.conditions.get("Prisma").map_or(6, |only| {
            only.parse().unwrap_or_else(|_| panic!("{}: Prisma {only}", case.path.display()))
        });
        let needed = |heading: &str| {
            let text = case.blocks.get(heading);
            text.unwrap_or_else(|| panic!("{}: no {heading}", case.path.display())).clone()
        };
        let head = datasource(major < 7);
        let with_head = |text: String| {
            let gap = if text.is_empty() { "" } else { "\n" };
            if has_datasource(&text) { text } else { format!("{head}{gap}{text}") }
        };
        let pulled = with_head(needed("Pulled"));
        let again = case.blocks.get("Pulled again").cloned().map(with_head);
        Self {
            id: case.id.clone(),
            major,
            database: needed("Database"),
            before: with_head(case.block("Before", major).to_owned()),
            again: again.unwrap_or_else(|| pulled.clone()),
            pulled,
            told: case.block("Told", major).to_owned(),
        }
    }
}

fn has_datasource(schema: &str) -> bool {
    schema.lines().any(|line| line.starts_with("datasource "))
}

/// The usual one.
fn datasource(with_url: bool) -> String {
    let url = if with_url { "  url      = env(\"DATABASE_URL\")\n" } else { "" };
    format!("datasource db {{\n  provider = \"postgresql\"\n{url}}}\n")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    paths
}
