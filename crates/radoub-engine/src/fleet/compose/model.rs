//! The part of a Compose project that discovery asks about, typed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::load::{Files, services, shape, texts};
use super::{ComposeError, Environment, MissingVariable, Request};
use crate::fleet::Warning;
use crate::fleet::dotenv;
use crate::fleet::place::{Place, relative};
use crate::fleet::yaml::{Mark, Node, Value};

/// A merged project.
#[derive(Debug)]
pub(crate) struct Project {
    /// `-p`, `COMPOSE_PROJECT_NAME`, `name` of the file, or the folder's name; as Compose spells it.
    pub(crate) name: String,
    /// All files that were read, `include` and `extends` among them, in the order of reading.
    pub(crate) files: Vec<PathBuf>,
    /// In the order of the files.
    pub(crate) services: Vec<ComposeService>,
    /// Variables that it requires and nobody sets: Compose would refuse it.
    pub(crate) missing: Vec<MissingVariable>,
    pub(crate) warnings: Vec<Warning>,
}

/// One service.
#[derive(Debug)]
pub(crate) struct ComposeService {
    pub(crate) name: String,
    pub(crate) place: Place,
    /// False when none of its profiles is switched on.
    pub(crate) active: bool,
    pub(crate) build: Option<Build>,
    /// `environment` and `env_file` as the container sees them.
    pub(crate) environment: BTreeMap<String, Variable>,
    pub(crate) ports: Vec<Port>,
    pub(crate) binds: Vec<Bind>,
    pub(crate) working_dir: Option<String>,
    pub(crate) container_name: Option<String>,
    /// Names by which other containers reach it: hostname and network aliases.
    pub(crate) aliases: Vec<String>,
    pub(crate) network_mode: Option<String>,
    /// Services that are started before it.
    pub(crate) depends_on: Vec<String>,
    /// What it waits for of each of those, where the file says it: `service_healthy`.
    pub(crate) conditions: BTreeMap<String, String>,
    /// Its image, and where that is written.
    pub(crate) image: Option<(String, Place)>,
    /// `entrypoint`; a call without words takes the image's away.
    pub(crate) entrypoint: Option<Call>,
    /// `command`, likewise.
    pub(crate) command: Option<Call>,
    /// Whether a health check is written and not switched off.
    pub(crate) healthcheck: bool,
    /// `restart`, or the condition of `deploy.restart_policy`.
    pub(crate) restart: Option<String>,
    /// Folders inside the container that outlive it, binds among them.
    pub(crate) volumes: Vec<String>,
}

/// What a container is to run: the words of `entrypoint` or `command`, split as Compose splits them.
#[derive(Clone)]
pub(crate) struct Call {
    /// May hold a secret.
    pub(crate) words: Vec<String>,
    pub(crate) place: Place,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Call").field("place", &self.place).finish_non_exhaustive()
    }
}

/// `build` of a service.
#[derive(Debug)]
pub(crate) struct Build {
    /// Absolute path; `None` for the address of a repository.
    pub(crate) context: Option<PathBuf>,
    /// As written, relative to the context.
    pub(crate) dockerfile: Option<String>,
    /// The stage that is built; the last one otherwise.
    pub(crate) target: Option<String>,
}

/// A variable of a container, and where it is set.
#[derive(Clone)]
pub(crate) struct Variable {
    /// May be a secret.
    pub(crate) value: String,
    pub(crate) place: Place,
    /// A required variable that is missing from the value, which is worth nothing then.
    pub(crate) lacks: Option<String>,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Variable").field("place", &self.place).finish_non_exhaustive()
    }
}

/// One published port or range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Port {
    /// Address of this machine, when one is given.
    pub(crate) host_ip: Option<String>,
    /// First and last port of this machine; `None` when the engine picks one.
    pub(crate) published: Option<(u16, u16)>,
    /// First and last port of the container.
    pub(crate) target: (u16, u16),
    pub(crate) udp: bool,
    pub(crate) place: Place,
}

/// A folder of this machine inside the container.
#[derive(Debug, Clone)]
pub(crate) struct Bind {
    pub(crate) source: PathBuf,
    pub(crate) target: String,
}

impl Project {
    /// A project without services.
    pub(super) fn empty(directory: &Path) -> Self {
        Self {
            name: folder_name(directory),
            files: Vec::new(),
            services: Vec::new(),
            missing: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// Types a merged tree.
pub(super) fn typed(
    tree: &Node,
    files: &Files,
    lacking: &BTreeMap<Mark, String>,
    request: Request<'_>,
    environment: &Environment,
) -> Result<(Project, Vec<Warning>), ComposeError> {
    let mut profiles: Vec<String> = request.profiles.to_vec();
    if let Some(more) = environment.get("COMPOSE_PROFILES") {
        profiles.extend(
            more.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned),
        );
    }
    let mut typist = Typist {
        files,
        lacking,
        root: request.root,
        directory: &request.files.directory,
        environment,
        profiles,
        env_files: BTreeMap::new(),
        warnings: Vec::new(),
    };
    let mut list = Vec::new();
    for entry in services(tree) {
        list.push(typist.service(&entry.key, files.place(entry.mark), &entry.value)?);
    }
    let written = || tree.get("name").and_then(Node::text).map(str::to_owned);
    let name = request
        .project_name
        .map(str::to_owned)
        .or_else(|| environment.get("COMPOSE_PROJECT_NAME"))
        .filter(|name| !name.is_empty())
        .or_else(written);
    let name =
        name.map_or_else(|| folder_name(&request.files.directory), |name| project_name(&name));
    let project = Project {
        name,
        files: files.opened.clone(),
        services: list,
        missing: Vec::new(),
        warnings: Vec::new(),
    };
    Ok((project, typist.warnings))
}

/// The folder's name as Compose makes a project name of it.
fn folder_name(folder: &Path) -> String {
    folder.file_name().map(|name| project_name(&name.to_string_lossy())).unwrap_or_default()
}

/// Lower case; letters, digits, `-` and `_` only; starts with a letter or digit.
fn project_name(name: &str) -> String {
    let name = name.to_lowercase();
    let kept: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    kept.trim_start_matches(['-', '_']).to_owned()
}

struct Typist<'a> {
    files: &'a Files,
    lacking: &'a BTreeMap<Mark, String>,
    root: &'a Path,
    /// Folder that relative paths start from.
    directory: &'a Path,
    environment: &'a Environment,
    profiles: Vec<String>,
    /// Variables of an `env_file`, by path and whether it is raw; `None` when it is not there.
    env_files: BTreeMap<(PathBuf, bool), Option<Vec<dotenv::Variable>>>,
    warnings: Vec<Warning>,
}

impl Typist<'_> {
    fn service(
        &mut self,
        name: &str,
        place: Place,
        node: &Node,
    ) -> Result<ComposeService, ComposeError> {
        let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let wanted: Vec<String> = node.get("profiles").map(texts).unwrap_or_default();
        let active =
            wanted.is_empty() || self.profiles.iter().any(|on| on == "*" || wanted.contains(on));
        let mut aliases: Vec<String> = text("hostname").into_iter().collect();
        for network in node.get("networks").map(Node::entries).unwrap_or_default() {
            aliases.extend(network.value.get("aliases").map(texts).unwrap_or_default());
        }
        let build =
            node.get("build").filter(|build| !matches!(build.value, Value::Null)).map(|build| {
                let context = build.get("context").and_then(Node::text).map(PathBuf::from);
                let context = context.unwrap_or_else(|| self.directory.to_path_buf());
                Build {
                    context: Some(context).filter(|context| context.is_absolute()),
                    dockerfile: build.get("dockerfile").and_then(Node::text).map(str::to_owned),
                    target: build.get("target").and_then(Node::text).map(str::to_owned),
                }
            });
        let mut ports = Vec::new();
        for item in node.get("ports").map(Node::items).unwrap_or_default() {
            let place = self.files.place(item.mark);
            match port(item, place.clone()) {
                Some(port) => ports.push(port),
                None => self.warnings.push(Warning {
                    key: "warning-port-unreadable",
                    file: Some(place.file),
                    values: vec![("service", name.to_owned()), ("line", place.line.to_string())],
                }),
            }
        }
        let binds =
            node.get("volumes").map(Node::items).unwrap_or_default().iter().filter_map(|volume| {
                let is_bind = volume.get("type").and_then(Node::text) == Some("bind");
                let source = volume.get("source").and_then(Node::text).filter(|_| is_bind)?;
                Some(Bind {
                    source: PathBuf::from(source),
                    target: volume.get("target").and_then(Node::text)?.to_owned(),
                })
            });
        let call = |key: &str| {
            let entry = node.entry(key)?;
            let words = match &entry.value.value {
                Value::Null => Vec::new(),
                Value::Scalar { text, .. } => split(text),
                _ => texts(&entry.value),
            };
            Some(Call { words, place: self.files.place(entry.mark) })
        };
        let healthcheck = node.get("healthcheck").is_some_and(|check| {
            let command = check.get("test");
            let switched_off = command.and_then(Node::text) == Some("NONE")
                || command.is_some_and(|it| texts(it) == ["NONE"])
                || check.get("disable").and_then(Node::text) == Some("true");
            command.is_some() && !switched_off
        });
        let policy = || {
            let policy = node.get("deploy")?.get("restart_policy")?;
            Some(policy.get("condition").and_then(Node::text).unwrap_or("any").to_owned())
        };
        let depends_on = node.get("depends_on").map(Node::entries).unwrap_or_default();
        Ok(ComposeService {
            name: name.to_owned(),
            image: node
                .entry("image")
                // A name with a hole in it is the name of nothing.
                .filter(|it| !self.lacking.contains_key(&it.value.mark))
                .and_then(|it| Some((it.value.text()?.to_owned(), self.files.place(it.mark)))),
            entrypoint: call("entrypoint"),
            command: call("command"),
            healthcheck,
            restart: text("restart").or_else(policy),
            volumes: node
                .get("volumes")
                .map(Node::items)
                .unwrap_or_default()
                .iter()
                .filter(|volume| volume.get("type").and_then(Node::text) != Some("tmpfs"))
                .filter_map(|volume| volume.get("target").and_then(Node::text).map(str::to_owned))
                .collect(),
            conditions: depends_on
                .iter()
                .filter_map(|entry| {
                    let condition = entry.value.get("condition").and_then(Node::text)?;
                    Some((entry.key.clone(), condition.to_owned()))
                })
                .collect(),
            place,
            active,
            build,
            environment: self.variables(name, node)?,
            ports,
            binds: binds.collect(),
            working_dir: text("working_dir"),
            container_name: text("container_name"),
            aliases,
            network_mode: text("network_mode"),
            depends_on: depends_on.iter().map(|entry| entry.key.clone()).collect(),
        })
    }

    /// `env_file` below `environment`; a name without value takes the one outside, if there is one.
    fn variables(
        &mut self,
        service: &str,
        node: &Node,
    ) -> Result<BTreeMap<String, Variable>, ComposeError> {
        let mut variables = BTreeMap::new();
        for item in node.get("env_file").map(Node::items).unwrap_or_default() {
            let Some(path) = item.get("path").and_then(Node::text).map(PathBuf::from) else {
                return Err(shape(self.files, item, "env_file", "a path or a mapping with `path`"));
            };
            let raw = item.get("format").and_then(Node::text) == Some("raw");
            let required = item.get("required").and_then(Node::text) != Some("false");
            let shown = relative(self.root, &path);
            self.read_env_file(&path, raw, &shown)?;
            match self.env_files.get(&(path, raw)) {
                Some(Some(read)) => {
                    for variable in read {
                        let place = Place { file: shown.clone(), line: variable.line, column: 1 };
                        let (name, value) = (variable.name.clone(), variable.value.clone());
                        let variable = Variable { value, place, lacks: None };
                        variables.insert(name, variable);
                    }
                }
                // Compose would not start the service, but its database may be known all the same.
                _ if required => {
                    let place = self.files.place(item.mark);
                    self.warnings.push(Warning {
                        key: "warning-env-file-missing",
                        file: Some(place.file),
                        values: vec![
                            ("service", service.to_owned()),
                            ("path", shown.display().to_string()),
                            ("line", place.line.to_string()),
                        ],
                    });
                }
                _ => {}
            }
        }
        for entry in node.get("environment").map(Node::entries).unwrap_or_default() {
            let place = self.files.place(entry.mark);
            let value = match &entry.value.value {
                Value::Null => self.environment.get(&entry.key),
                Value::Scalar { text, .. } => Some(text.clone()),
                _ => {
                    return Err(shape(
                        self.files,
                        &entry.value,
                        &format!("environment.{}", entry.key),
                        "a text",
                    ));
                }
            };
            if let Some(value) = value {
                let lacks = self.lacking.get(&entry.value.mark).cloned();
                variables.insert(entry.key.clone(), Variable { value, place, lacks });
            }
        }
        Ok(variables)
    }

    fn read_env_file(&mut self, path: &Path, raw: bool, shown: &Path) -> Result<(), ComposeError> {
        let key = (path.to_path_buf(), raw);
        if self.env_files.contains_key(&key) {
            return Ok(());
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.env_files.insert(key, None);
                return Ok(());
            }
            Err(source) => {
                return Err(ComposeError::Unreadable {
                    file: shown.to_path_buf(),
                    named_at: None,
                    source,
                });
            }
        };
        let outside = |name: &str| self.environment.get(name);
        let variables = if raw {
            dotenv::raw(&text, &outside)
        } else {
            let read = dotenv::compose(&text, &outside);
            if let Some((line, problem)) = read.problems.first() {
                let place = Place { file: shown.to_path_buf(), line: *line, column: 1 };
                return Err(ComposeError::MalformedEnv { place, problem });
            }
            let mut findings = super::load::Findings::default();
            for (line, gap) in read.gaps {
                let place = Place { file: shown.to_path_buf(), line, column: 1 };
                findings.add(gap, &place, "a value");
            }
            findings.into_error()?;
            read.variables
        };
        self.env_files.insert(key, Some(variables));
        Ok(())
    }
}

/// The words of a text: split at blanks, quotes and backslashes honoured, as Compose does.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (Some(open), _) if open == character => quote = None,
            (None | Some('"'), '\\') => match characters.next() {
                // A line that goes on.
                Some('\n') | None => {}
                Some(next) => word.get_or_insert_default().push(next),
            },
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            (_, other) => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
}

/// A port in its short or long form; `None` when it is neither.
fn port(node: &Node, place: Place) -> Option<Port> {
    if let Some(text) = node.text() {
        return short_port(text, place);
    }
    let text = |key: &str| node.get(key).and_then(Node::text);
    let target = range(text("target")?)?;
    let published = match text("published").filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(range(text)?),
    };
    let host_ip = text("host_ip").filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Port { host_ip, published, target, udp: text("protocol") == Some("udp"), place })
}

/// `[[address:]published:]target[/protocol]`, the address of version 6 in brackets.
fn short_port(text: &str, place: Place) -> Option<Port> {
    let (text, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let (rest, target) = text.rsplit_once(':').unwrap_or(("", text));
    let (host_ip, published) = match rest.rsplit_once(':') {
        Some((address, published)) => (Some(address), published),
        None => (None, rest),
    };
    let host_ip =
        host_ip.map(|address| address.trim_start_matches('[').trim_end_matches(']').to_owned());
    let published = if published.is_empty() { None } else { Some(range(published)?) };
    let target = range(target)?;
    // A range is published one to one, or its ports are picked from the published range.
    if let Some((first, last)) = published
        && target.0 != target.1
        && last - first != target.1 - target.0
    {
        return None;
    }
    Some(Port { host_ip, published, target, udp: protocol == "udp", place })
}

fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_port_is_read() {
        let cases = [
            ("5432", "- -> 5432"),
            ("15432:5432", "15432 -> 5432"),
            ("127.0.0.1:15432:5432", "127.0.0.1 15432 -> 5432"),
            ("[::1]:15432:5432/tcp", "::1 15432 -> 5432"),
            ("127.0.0.1::5432", "127.0.0.1 - -> 5432"),
            ("5000-5002:6000-6002", "5000-5002 -> 6000-6002"),
            ("5000-5002:6000", "5000-5002 -> 6000"),
            ("53:53/udp", "53 -> 53 udp"),
            ("x:1", "unreadable"),
            ("1:2-3", "unreadable"),
            ("70000:1", "unreadable"),
        ];
        let span = |(first, last): (u16, u16)| {
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        };
        for (text, shown) in cases {
            let place = Place { file: PathBuf::new(), line: 1, column: 1 };
            let read = short_port(text, place).map_or("unreadable".to_owned(), |port| {
                let ip = port.host_ip.map(|ip| ip + " ").unwrap_or_default();
                let published = port.published.map_or("-".to_owned(), span);
                let udp = if port.udp { " udp" } else { "" };
                format!("{ip}{published} -> {}{udp}", span(port.target))
            });
            assert_eq!(read, shown, "{text}");
        }
    }

    #[test]
    fn a_command_is_split_into_its_words() {
        let cases = [
            ("node server.js", "node|server.js"),
            ("sh -c \"a && b 'c d'\"", "sh|-c|a && b 'c d'"),
            ("a 'b \\c' d\\ e", "a|b \\c|d e"),
            ("", ""),
            ("x ''", "x|"),
        ];
        for (text, words) in cases {
            assert_eq!(split(text).join("|"), words, "{text}");
        }
    }

    #[test]
    fn a_project_name_is_spelled_as_compose_spells_it() {
        let cases =
            [("ParabellumGroups", "parabellumgroups"), ("my app.2", "myapp2"), ("_x-y_", "x-y_")];
        for (name, spelled) in cases {
            assert_eq!(project_name(name), spelled);
        }
    }
}
