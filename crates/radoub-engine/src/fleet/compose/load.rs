//! Reads the files of a project into one merged tree: parse, replace variables, bring keys into
//! one form, follow `extends` and `include`, merge.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::merge::{merge, without_resets};
use super::model::{self, Project};
use super::normal::normalised;
use super::{ComposeError, Environment, InvalidVariable, MissingVariable, Request};
use crate::fleet::Warning;
use crate::fleet::interpolate::{Gap, interpolate};
use crate::fleet::place::{Place, excerpt, joined, relative};
use crate::fleet::yaml::{self, Entry, Mark, Node, Value};

/// Files deep that `include` and `extends` may go; a circle is found long before.
const MOST_DEPTH: usize = 30;

/// Reads the project.
///
/// Variables that are required and set nowhere count as empty; they are kept with the project, and what was made from
/// them is marked ([`Variable::lacks`](super::model::Variable)), so that whoever asks decides what that is worth.
///
/// # Errors
///
/// [`ComposeError`]; all variables that cannot be read come in one, with those that are missing.
pub(crate) fn load(request: Request<'_>) -> Result<Project, ComposeError> {
    let ComposeFilesParts { files, directory, environment } = parts(&request);
    let mut loader = Loader::new(request.root);
    let mut merged: Option<Node> = None;
    for file in files {
        let tree = loader.project_file(file, directory, environment, None, &mut Vec::new())?;
        merged = Some(match merged {
            None => tree,
            Some(earlier) => merge(earlier, tree, &mut Vec::new()),
        });
    }
    let Some(tree) = merged else {
        return Ok(Project::empty(directory));
    };
    let tree = without_resets(tree);
    let mut warnings = loader.findings.unset_warnings();
    let Findings { missing, invalid, lacking, .. } = loader.findings;
    if !invalid.is_empty() {
        return Err(ComposeError::Variables { missing, invalid });
    }
    let (mut project, more) = model::typed(&tree, &loader.files, &lacking, request, environment)?;
    warnings.extend(more);
    project.warnings = warnings;
    project.missing = missing;
    Ok(project)
}

struct ComposeFilesParts<'a> {
    files: &'a [PathBuf],
    directory: &'a Path,
    environment: &'a Environment,
}

fn parts<'a>(request: &Request<'a>) -> ComposeFilesParts<'a> {
    ComposeFilesParts {
        files: &request.files.files,
        directory: &request.files.directory,
        environment: &request.files.environment,
    }
}

/// The files that were read: as opened, and as shown.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) opened: Vec<PathBuf>,
    pub(crate) shown: Vec<PathBuf>,
}

impl Files {
    /// A mark as a place.
    pub(crate) fn place(&self, mark: Mark) -> Place {
        let file = self.shown.get(mark.file).cloned().unwrap_or_default();
        Place { file, line: mark.line, column: mark.column }
    }
}

/// What variables were missing, gathered over all files.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    missing: Vec<MissingVariable>,
    invalid: Vec<InvalidVariable>,
    unset: BTreeMap<String, (Place, usize)>,
    /// Texts that a required variable is missing from, and its name.
    lacking: BTreeMap<Mark, String>,
}

impl Findings {
    /// Takes note of one gap.
    pub(crate) fn add(&mut self, gap: Gap, place: &Place, path: &str) {
        match gap {
            Gap::Unset { variable } => {
                self.unset.entry(variable).or_insert_with(|| (place.clone(), 0)).1 += 1;
            }
            Gap::Required { variable, message } => {
                match self.missing.iter_mut().find(|known| known.name == variable) {
                    Some(known) => known.places.push(place.clone()),
                    None => self.missing.push(MissingVariable {
                        name: variable,
                        message,
                        places: vec![place.clone()],
                    }),
                }
            }
            // What follows the dollar sign may be the rest of a password.
            Gap::Invalid { near: _ } => {
                self.invalid.push(InvalidVariable { place: place.clone(), path: path.to_owned() });
            }
        }
    }

    /// One warning for each variable that is not set and counts as empty.
    fn unset_warnings(&self) -> Vec<Warning> {
        let warning = |(name, (place, count)): (&String, &(Place, usize))| Warning {
            key: "warning-variable-unset",
            file: Some(place.file.clone()),
            values: vec![
                ("variable", name.clone()),
                ("line", place.line.to_string()),
                ("count", count.to_string()),
            ],
        };
        self.unset.iter().map(warning).collect()
    }

    /// The error, when something required is missing or unreadable.
    pub(crate) fn into_error(self) -> Result<(), ComposeError> {
        if self.missing.is_empty() && self.invalid.is_empty() {
            return Ok(());
        }
        Err(ComposeError::Variables { missing: self.missing, invalid: self.invalid })
    }
}

struct Loader<'a> {
    root: &'a Path,
    files: Files,
    findings: Findings,
    /// Trees of files that `extends` names, read once.
    extended: BTreeMap<PathBuf, Rc<Node>>,
}

impl<'a> Loader<'a> {
    fn new(root: &'a Path) -> Self {
        Self {
            root,
            files: Files::default(),
            findings: Findings::default(),
            extended: BTreeMap::new(),
        }
    }

    /// One file as a tree: variables replaced, keys in one form, `extends` and `include` followed.
    fn project_file(
        &mut self,
        file: &Path,
        base: &Path,
        environment: &Environment,
        named_at: Option<Mark>,
        including: &mut Vec<PathBuf>,
    ) -> Result<Node, ComposeError> {
        if including.contains(&file.to_path_buf()) || including.len() > MOST_DEPTH {
            let mut chain: Vec<String> = including
                .iter()
                .map(|file| relative(self.root, file).display().to_string())
                .collect();
            chain.push(relative(self.root, file).display().to_string());
            let place = self.place_or_top(named_at, file);
            return Err(ComposeError::Circle { place, chain });
        }
        including.push(file.to_path_buf());
        let tree = self.file(file, base, environment, named_at)?;
        let tree = self.with_extends(tree, file, environment)?;
        let tree = self.with_includes(tree, base, environment, including)?;
        including.pop();
        Ok(tree)
    }

    /// One file: read, parsed, variables replaced, keys in one form, documents merged.
    fn file(
        &mut self,
        file: &Path,
        base: &Path,
        environment: &Environment,
        named_at: Option<Mark>,
    ) -> Result<Node, ComposeError> {
        let shown = relative(self.root, file);
        let text = std::fs::read_to_string(file).map_err(|source| ComposeError::Unreadable {
            file: shown.clone(),
            named_at: named_at.map(|mark| self.files.place(mark)),
            source,
        })?;
        let index = self.files.opened.len();
        self.files.opened.push(file.to_path_buf());
        self.files.shown.push(shown.clone());
        let documents = yaml::parse(&text, index).map_err(|error| ComposeError::Malformed {
            place: Place { file: shown, line: error.line, column: error.column },
            excerpt: excerpt(&text, error.line),
            problem: error.problem,
        })?;
        let top = Mark { file: index, line: 1, column: 1 };
        let mut merged = Node::made(Value::Mapping(Vec::new()), top);
        for mut document in documents {
            if matches!(document.value, Value::Null) {
                continue;
            }
            if !matches!(document.value, Value::Mapping(_)) {
                return Err(shape(&self.files, &document, "the file", "a mapping"));
            }
            self.replace_variables(&mut document, environment, &mut String::new());
            let document = normalised(document, base, &self.files)?;
            merged = merge(merged, document, &mut Vec::new());
        }
        Ok(merged)
    }

    /// Replaces the variables of all texts; keys stay as they are, as under Compose.
    fn replace_variables(&mut self, node: &mut Node, environment: &Environment, path: &mut String) {
        match &mut node.value {
            Value::Null => {}
            Value::Scalar { text, .. } => {
                if text.contains('$') {
                    let mut gaps = Vec::new();
                    *text = interpolate(text, &|name| environment.get(name), &mut gaps);
                    let place = self.files.place(node.mark);
                    for gap in gaps {
                        if let Gap::Required { variable, .. } = &gap {
                            let lacking = &mut self.findings.lacking;
                            lacking.entry(node.mark).or_insert_with(|| variable.clone());
                        }
                        self.findings.add(gap, &place, path);
                    }
                }
            }
            Value::Sequence(items) => {
                for item in items {
                    self.replace_variables(item, environment, path);
                }
            }
            Value::Mapping(entries) => {
                for entry in entries {
                    let length = path.len();
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&entry.key);
                    self.replace_variables(&mut entry.value, environment, path);
                    path.truncate(length);
                }
            }
        }
    }

    /// Follows the `extends` of every service of a tree.
    fn with_extends(
        &mut self,
        mut tree: Node,
        file: &Path,
        environment: &Environment,
    ) -> Result<Node, ComposeError> {
        let names: Vec<String> = services(&tree)
            .iter()
            .filter(|service| service.value.get("extends").is_some())
            .map(|service| service.key.clone())
            .collect();
        let mut done = Vec::new();
        for name in names {
            let node =
                self.extended_service(&tree, &name, file, environment, None, &mut Vec::new())?;
            done.push((name, node));
        }
        for (name, node) in done {
            if let Some(entry) = services_mut(&mut tree).iter_mut().find(|entry| entry.key == name)
            {
                entry.value = node;
            }
        }
        Ok(tree)
    }

    /// One service with everything it extends below it.
    fn extended_service(
        &mut self,
        tree: &Node,
        name: &str,
        file: &Path,
        environment: &Environment,
        asked_at: Option<Mark>,
        chain: &mut Vec<(PathBuf, String)>,
    ) -> Result<Node, ComposeError> {
        let shown = relative(self.root, file);
        let step = (file.to_path_buf(), name.to_owned());
        if chain.contains(&step) {
            let place = self.place_or_top(asked_at, file);
            chain.push(step);
            let chain = chain.iter().map(|(_, service)| service.clone()).collect();
            return Err(ComposeError::Circle { place, chain });
        }
        let Some(entry) = services(tree).iter().find(|entry| entry.key == name) else {
            let place = self.place_or_top(asked_at, file);
            return Err(ComposeError::ExtendsUnknown {
                place,
                service: name.to_owned(),
                file: shown,
            });
        };
        let mut node = entry.value.clone();
        let Some(extends) = taken(&mut node, "extends") else {
            return Ok(node);
        };
        let Some(base_name) = extends.get("service").and_then(Node::text).map(str::to_owned) else {
            return Err(shape(&self.files, &extends, "extends", "the name of a service"));
        };
        chain.push(step);
        let base = match extends.get("file").and_then(Node::text) {
            None => self.extended_service(
                tree,
                &base_name,
                file,
                environment,
                Some(extends.mark),
                chain,
            )?,
            Some(other) => {
                let other = PathBuf::from(other);
                let folder = other.parent().unwrap_or(self.root).to_path_buf();
                let other_tree = if let Some(tree) = self.extended.get(&other) {
                    Rc::clone(tree)
                } else {
                    let tree = self.file(&other, &folder, environment, Some(extends.mark))?;
                    let tree = Rc::new(tree);
                    self.extended.insert(other.clone(), Rc::clone(&tree));
                    tree
                };
                self.extended_service(
                    &other_tree,
                    &base_name,
                    &other,
                    environment,
                    Some(extends.mark),
                    chain,
                )?
            }
        };
        chain.pop();
        let mark = node.mark;
        let mut whole = merge(base, node, &mut vec!["services".to_owned(), name.to_owned()]);
        // The service is the one that extends, not the one it extends.
        whole.mark = mark;
        Ok(whole)
    }

    /// Adds what `include` names. Source: Compose specification, "Include".
    fn with_includes(
        &mut self,
        mut tree: Node,
        base: &Path,
        environment: &Environment,
        including: &mut Vec<PathBuf>,
    ) -> Result<Node, ComposeError> {
        let Some(include) = taken(&mut tree, "include") else {
            return Ok(tree);
        };
        for item in include.items() {
            let paths = match (item.text(), item.get("path")) {
                (Some(path), _) => vec![joined(base, path)],
                (None, Some(path)) => texts(path).iter().map(|path| joined(base, path)).collect(),
                (None, None) => {
                    return Err(shape(
                        &self.files,
                        item,
                        "include",
                        "a path or a mapping with `path`",
                    ));
                }
            };
            let Some(first) = paths.first() else { continue };
            let directory = match item.get("project_directory").and_then(Node::text) {
                Some(directory) => joined(base, directory),
                None => first.parent().unwrap_or(base).to_path_buf(),
            };
            let mut environment = environment.clone();
            match item.get("env_file").map(texts) {
                Some(files) => {
                    for file in files.iter().rev() {
                        environment.read(self.root, &joined(base, file))?;
                    }
                }
                None => {
                    environment.read(self.root, &directory.join(".env"))?;
                }
            }
            let mut included: Option<Node> = None;
            for path in &paths {
                let more =
                    self.project_file(path, &directory, &environment, Some(item.mark), including)?;
                included = Some(match included {
                    None => more,
                    Some(earlier) => merge(earlier, more, &mut Vec::new()),
                });
            }
            if let Some(included) = included {
                tree = self.joined(tree, included)?;
            }
        }
        Ok(tree)
    }

    /// An included tree put beside the one that includes it; a service may not be in both.
    fn joined(&self, mut tree: Node, included: Node) -> Result<Node, ComposeError> {
        for entry in services(&included) {
            if let Some(other) = services(&tree).iter().find(|other| other.key == entry.key)
                && !other.value.same(&entry.value)
            {
                return Err(ComposeError::IncludeConflict {
                    place: self.files.place(entry.mark),
                    service: entry.key.clone(),
                    other: self.files.place(other.mark),
                });
            }
        }
        let Value::Mapping(top) = included.value else { return Ok(tree) };
        for mut entry in top {
            // The name of an included project is not the name of this one.
            if entry.key == "name" {
                continue;
            }
            let Value::Mapping(mine) = &mut tree.value else { return Ok(tree) };
            let Some(known) = mine.iter_mut().find(|known| known.key == entry.key) else {
                mine.push(entry);
                continue;
            };
            if let (Value::Mapping(known), Value::Mapping(more)) =
                (&mut known.value.value, &mut entry.value.value)
            {
                for addition in std::mem::take(more) {
                    if !known.iter().any(|entry| entry.key == addition.key) {
                        known.push(addition);
                    }
                }
            }
        }
        Ok(tree)
    }

    fn place_or_top(&self, mark: Option<Mark>, file: &Path) -> Place {
        match mark {
            Some(mark) => self.files.place(mark),
            None => Place { file: relative(self.root, file), line: 1, column: 1 },
        }
    }
}

/// The error for a node of the wrong shape.
pub(super) fn shape(
    files: &Files,
    node: &Node,
    path: &str,
    expected: &'static str,
) -> ComposeError {
    ComposeError::Shape {
        place: files.place(node.mark),
        path: path.to_owned(),
        expected,
        found: node.kind(),
    }
}

/// The services of a tree.
pub(super) fn services(tree: &Node) -> &[Entry] {
    tree.get("services").map(Node::entries).unwrap_or_default()
}

fn services_mut(tree: &mut Node) -> &mut [Entry] {
    if let Value::Mapping(entries) = &mut tree.value
        && let Some(services) = entries.iter_mut().find(|entry| entry.key == "services")
        && let Value::Mapping(services) = &mut services.value.value
    {
        return services;
    }
    &mut []
}

/// The value of a key, taken out of its mapping.
fn taken(node: &mut Node, key: &str) -> Option<Node> {
    let Value::Mapping(entries) = &mut node.value else { return None };
    let at = entries.iter().position(|entry| entry.key == key)?;
    Some(entries.remove(at).value)
}

/// A text or a list of texts as a list.
pub(super) fn texts(node: &Node) -> Vec<String> {
    match node.text() {
        Some(text) => vec![text.to_owned()],
        None => node.items().iter().filter_map(Node::text).map(str::to_owned).collect(),
    }
}
