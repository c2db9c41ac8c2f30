//! A repository without Compose: every package in it that has a schema, found by walking.
//!
//! Respects `.gitignore`, and never enters `node_modules`, build output, hidden folders or the
//! migrations of a schema. What lies in a folder is left to [`super::folder`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// Folders that hold no source.
const LEFT_OUT: [&str; 9] = [
    "node_modules",
    "target",
    "dist",
    "build",
    "out",
    "coverage",
    "vendor",
    "migrations",
    "bower_components",
];

/// How deep packages are looked for.
const MOST_DEPTH: usize = 12;

/// A folder to look into.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    /// Folder of the package.
    pub(crate) folder: PathBuf,
    /// A schema that Prisma would have to be told; `None` when it finds one by itself.
    pub(crate) schema: Option<PathBuf>,
}

/// What a walk saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Folders of packages that may have a schema, in the order of their paths.
    pub(crate) candidates: Vec<Candidate>,
    /// Folders with a `package.json`.
    pub(crate) packages: BTreeSet<PathBuf>,
}

/// Walks a tree. Folders that cannot be entered are passed over.
pub(crate) fn walk(root: &Path) -> Seen {
    let mut builder = WalkBuilder::new(root);
    builder
        .max_depth(Some(MOST_DEPTH))
        .require_git(false)
        .git_global(false)
        .follow_links(false)
        .filter_entry(|entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !(is_folder && LEFT_OUT.contains(&name.as_ref()))
        });
    let mut packages = BTreeSet::new();
    let mut folders = BTreeSet::new();
    let mut schemas = BTreeSet::new();
    for entry in builder.build().flatten() {
        let Some(name) = entry.file_name().to_str() else { continue };
        let path = entry.path();
        let Some(folder) = path.parent() else { continue };
        if name == "package.json" {
            packages.insert(folder.to_path_buf());
        } else if name.starts_with("prisma.config.") || name.starts_with("prisma7.config.") {
            folders.insert(folder.to_path_buf());
        } else if name.ends_with(".prisma") && entry.file_type().is_some_and(|kind| !kind.is_dir())
        {
            schemas.insert(path.to_path_buf());
        }
    }
    // Only a package that says where its schema is needs reading, and only then is it read.
    for folder in &packages {
        let text = std::fs::read_to_string(folder.join("package.json")).unwrap_or_default();
        if text.contains("\"prisma\"") || text.contains("--schema") {
            folders.insert(folder.clone());
        }
    }
    let mut candidates: BTreeSet<Candidate> = BTreeSet::new();
    let mut apart: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for schema in schemas {
        let folder = package_of(root, &packages, &schema);
        let is_own_place = schema == folder.join("schema.prisma")
            || schema == folder.join("prisma").join("schema.prisma")
            || schema.starts_with(folder.join("prisma").join("schema"));
        folders.insert(folder.clone());
        if !is_own_place && schema.file_name().is_some_and(|name| name == "schema.prisma") {
            apart.entry(folder).or_default().push(schema);
        }
    }
    candidates.extend(folders.into_iter().map(|folder| Candidate { folder, schema: None }));
    for (folder, schemas) in apart {
        candidates.extend(
            schemas
                .into_iter()
                .map(|schema| Candidate { folder: folder.clone(), schema: Some(schema) }),
        );
    }
    Seen { candidates: candidates.into_iter().collect(), packages }
}

/// The folder of the package that a schema belongs to: the parent of a folder `prisma`, else the
/// nearest folder with a `package.json`, else its own.
fn package_of(root: &Path, packages: &BTreeSet<PathBuf>, schema: &Path) -> PathBuf {
    let own = schema.parent().unwrap_or(root);
    let above = own.ancestors().take_while(|folder| folder.starts_with(root));
    let nearest = above.clone().find(|folder| packages.contains(*folder));
    let prisma = above
        .into_iter()
        .find(|folder| folder.file_name().is_some_and(|name| name == "prisma"))
        .and_then(Path::parent)
        .filter(|folder| folder.starts_with(root));
    match (nearest, prisma) {
        // The deeper of the two is the closer.
        (Some(nearest), Some(prisma))
            if prisma.starts_with(nearest) && packages.contains(prisma) =>
        {
            prisma.to_path_buf()
        }
        (Some(nearest), _) => nearest.to_path_buf(),
        (None, Some(prisma)) => prisma.to_path_buf(),
        (None, None) => own.to_path_buf(),
    }
}
