//! From a container's call to the steps behind it: through entrypoint and command, Dockerfile, scripts, mounted
//! ones too, package scripts and small JavaScript files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::dockerfile::{Dockerfile, Instruction, Stage, dockerfile};
use super::package;
use super::prisma::{base, prisma_call};
use super::shell::{Calls, ShellCommand, calls, commands, hands_on, sourced_commands};
use super::{StartBehaviour, StartScript, StartStep, Unseen};
use crate::fleet::Service;
use crate::fleet::compose::ComposeService;
use crate::fleet::compose::model::Build;
use crate::fleet::discover::Inventory;
use crate::fleet::place::{Place, joined, relative, without_user};

/// How deep scripts may call each other.
const MOST_DEPTH: usize = 12;

/// Larger files are no scripts.
const MOST_BYTES: u64 = 512 * 1024;

/// Follows the trail of a service.
pub(super) fn follow(inventory: &Inventory, service: &Service) -> StartBehaviour {
    let compose = inventory.compose_of(service);
    let file = dockerfile_of(service, compose);
    let chain = file.as_ref().map(|(_, file)| {
        let target = compose.and_then(|it| it.build.as_ref()).and_then(|it| it.target.as_deref());
        file.chain(target)
    });
    let mut trail = Trail {
        root: &inventory.fleet.root,
        service,
        compose,
        stages: chain.unwrap_or_default(),
        dockerfile: file.as_ref().map(|(path, _)| path.as_path()),
        found: StartBehaviour::default(),
        seen: BTreeSet::new(),
        calling: Vec::new(),
    };
    trail.start();
    trail.found
}

/// The Dockerfile of a service, and its path.
pub(crate) fn dockerfile_of(
    service: &Service,
    compose: Option<&ComposeService>,
) -> Option<(PathBuf, Dockerfile)> {
    let build = compose.and_then(|it| it.build.as_ref());
    let path = match build {
        Some(build) => dockerfile_path(build)?,
        // Without Compose the one beside the package is what gets built.
        None if compose.is_none() => service.folder.join("Dockerfile"),
        None => return None,
    };
    let text = std::fs::read_to_string(&path).ok()?;
    Some((path, dockerfile(&text)))
}

/// Where the Dockerfile of a build is; `None` when it is built from a repository elsewhere.
pub(crate) fn dockerfile_path(build: &Build) -> Option<PathBuf> {
    let context = build.context.as_ref()?;
    Some(joined(context, build.dockerfile.as_deref().unwrap_or("Dockerfile")))
}

/// Words to run and where they stand; a shell text when a shell was asked for by its form.
#[derive(Clone)]
enum Run {
    Words(Vec<String>, Place),
    Shell(String, Place),
}

/// How a script is run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// By a shell of its own, which ends at the first failure or not.
    Run { exits: bool },
    /// In the shell that names it, which may call its functions.
    Sourced,
}

struct Trail<'a> {
    root: &'a Path,
    service: &'a Service,
    compose: Option<&'a ComposeService>,
    stages: Vec<&'a Stage>,
    dockerfile: Option<&'a Path>,
    found: StartBehaviour,
    /// Scripts that were read, so that a circle ends.
    seen: BTreeSet<String>,
    /// What the shell texts call that are followed at the moment, the innermost last.
    calling: Vec<Calls>,
}

impl Trail<'_> {
    fn start(&mut self) {
        let of_compose = |call: Option<&crate::fleet::compose::model::Call>| {
            call.map(|call| Run::Words(call.words.clone(), call.place.clone()))
        };
        let entrypoint = self.compose.and_then(|it| it.entrypoint.as_ref());
        let command = self.compose.and_then(|it| it.command.as_ref());
        let first = |pick: fn(&Stage) -> Option<&Instruction>| {
            self.stages.iter().find_map(|stage| pick(stage)).map(|it| self.run_of(it))
        };
        // An entrypoint takes away the command of what lies below it: of the image for Compose, of the stages
        // below for a Dockerfile.
        let image_entrypoint = first(|stage| stage.entrypoint.as_ref());
        let at_entrypoint = self.stages.iter().position(|stage| stage.entrypoint.is_some());
        let image_command = self
            .stages
            .iter()
            .take(at_entrypoint.map_or(usize::MAX, |at| at + 1))
            .find_map(|stage| stage.cmd.as_ref())
            .map(|it| self.run_of(it));
        let (entrypoint, command) = match (of_compose(entrypoint), of_compose(command)) {
            (Some(entrypoint), command) => (Some(entrypoint), command),
            (None, Some(command)) => (image_entrypoint, Some(command)),
            (None, None) => (image_entrypoint, image_command),
        };
        let entrypoint =
            entrypoint.filter(|run| !matches!(run, Run::Words(words, _) if words.is_empty()));
        if self.stages.is_empty() && entrypoint.is_none() && command.is_none() {
            if let Some(compose) = self.compose {
                let what = compose
                    .image
                    .as_ref()
                    .map_or_else(|| "Dockerfile".to_owned(), |it| it.0.clone());
                self.found.unseen.push(Unseen { place: compose.place.clone(), what });
            }
            return;
        }
        match (entrypoint, command) {
            // The shell form of an entrypoint passes its command over.
            (Some(run @ Run::Shell(..)), _) => self.run(&run, None, 0),
            (Some(run), command) => self.run(&run, command.as_ref(), 0),
            (None, Some(command)) => self.run(&command, None, 0),
            (None, None) => {}
        }
    }

    fn run_of(&self, instruction: &Instruction) -> Run {
        let place = self.in_dockerfile(instruction.line);
        match instruction.exec() {
            Some(words) => Run::Words(words, place),
            None => Run::Shell(instruction.text.clone(), place),
        }
    }

    fn in_dockerfile(&self, line: usize) -> Place {
        let file = self.dockerfile.map(|path| relative(self.root, path)).unwrap_or_default();
        Place { file, line, column: 1 }
    }

    /// `arguments` is what a script that hands on its arguments runs in the end.
    fn run(&mut self, run: &Run, arguments: Option<&Run>, depth: usize) {
        match run {
            Run::Shell(text, place) => self.shell(text, place, false, arguments, depth),
            Run::Words(words, place) => {
                let mut whole = words.clone();
                // What is no script of ours gets its arguments appended: `tini -- ` and the image's own script.
                let own = self.program(words, place, false, None, arguments, depth);
                if !own && let Some(Run::Words(more, _)) = arguments {
                    whole.extend(more.iter().cloned());
                    self.program(&whole, place, false, None, None, depth);
                }
            }
        }
    }

    /// A shell text whose first line is at `place`.
    fn shell(
        &mut self,
        text: &str,
        place: &Place,
        exits: bool,
        arguments: Option<&Run>,
        depth: usize,
    ) {
        let commands = commands(text, exits);
        self.shell_commands(text, commands, place, arguments, depth);
    }

    fn shell_commands(
        &mut self,
        text: &str,
        commands: Vec<ShellCommand>,
        place: &Place,
        arguments: Option<&Run>,
        depth: usize,
    ) {
        if depth > MOST_DEPTH {
            return;
        }
        self.calling.push(calls(text));
        for command in commands {
            let at = Place { line: place.line + command.line - 1, ..place.clone() };
            self.program(
                &command.words,
                &at,
                command.tolerated,
                command.guard.as_deref(),
                None,
                depth,
            );
        }
        self.calling.pop();
        if hands_on(text)
            && let Some(arguments) = arguments
        {
            self.run(arguments, None, depth + 1);
        }
    }

    /// One command; true when it was followed into a script of ours, which then has the arguments.
    fn program(
        &mut self,
        words: &[String],
        place: &Place,
        tolerated: bool,
        guard: Option<&str>,
        arguments: Option<&Run>,
        depth: usize,
    ) -> bool {
        if depth > MOST_DEPTH {
            return true;
        }
        let words = without_wrappers(words);
        let Some(first) = words.first() else { return false };
        if let Some(call) = prisma_call(words) {
            self.found.steps.push(StartStep {
                deed: call.deed,
                place: place.clone(),
                command: without_user(&words.join(" ")),
                tolerated,
                guard: guard.map(without_user),
                fetched: call.fetched,
            });
            return true;
        }
        let before = self.found.steps.len();
        let followed = match base(first) {
            "sh" | "bash" | "ash" | "dash" | "zsh" => {
                let flags: Vec<&String> =
                    words[1..].iter().take_while(|it| it.starts_with('-')).collect();
                let exits = flags.iter().any(|it| !it.starts_with("--") && it.contains('e'));
                let is_text = flags.iter().any(|it| !it.starts_with("--") && it.contains('c'));
                match words.get(1 + flags.len()) {
                    Some(text) if is_text => {
                        self.shell(text, place, exits, arguments, depth + 1);
                        true
                    }
                    Some(script) => {
                        self.script(script, place, Manner::Run { exits }, arguments, depth)
                    }
                    None => false,
                }
            }
            "eval" => {
                self.shell(&words[1..].join(" "), place, false, arguments, depth + 1);
                true
            }
            "su" | "runuser" => {
                let text = words.iter().position(|it| it == "-c").and_then(|at| words.get(at + 1));
                if let Some(text) = text {
                    self.shell(text, place, true, arguments, depth + 1);
                }
                text.is_some()
            }
            "source" | "." => match words.get(1) {
                Some(script) => self.script(script, place, Manner::Sourced, arguments, depth),
                None => false,
            },
            "node" | "tsx" | "ts-node" | "bun"
                if words.len() > 1 && package::called(words).is_none_or(|it| it.contains('.')) =>
            {
                let script = words[1..].iter().find(|it| !it.starts_with('-'));
                script.is_some_and(|script| self.javascript(script, place))
            }
            _ => match package::called(words) {
                Some(name) => self.package_script(&name, depth),
                None => self.script(first, place, Manner::Run { exits: false }, arguments, depth),
            },
        };
        if tolerated || guard.is_some() {
            for step in &mut self.found.steps[before..] {
                step.tolerated |= tolerated;
                if step.guard.is_none() {
                    step.guard = guard.map(without_user);
                }
            }
        }
        followed
    }

    fn package_script(&mut self, name: &str, depth: usize) -> bool {
        let package = self.service.folder.join("package.json");
        if !self.seen.insert(format!("npm {name}")) {
            return true;
        }
        let scripts = package::scripts(&package, name);
        let found = !scripts.is_empty();
        for script in scripts {
            let file = relative(self.root, &package);
            let place = Place { file, line: script.line, column: 1 };
            for command in commands(&script.text, true) {
                self.program(
                    &command.words,
                    &place,
                    command.tolerated,
                    command.guard.as_deref(),
                    None,
                    depth + 1,
                );
            }
        }
        found
    }

    /// A script by its path inside the container.
    fn script(
        &mut self,
        path: &str,
        place: &Place,
        manner: Manner,
        arguments: Option<&Run>,
        depth: usize,
    ) -> bool {
        let looks_like_one =
            Path::new(path).extension().is_some_and(|it| it == "sh" || it == "bash");
        let Some((text, at, bytes)) = self.file(path) else {
            if looks_like_one && !path.contains('$') {
                self.found.unseen.push(Unseen { place: place.clone(), what: path.to_owned() });
            }
            return false;
        };
        let is_shell = looks_like_one
            || text
                .trim_start_matches('\u{feff}')
                .lines()
                .next()
                .is_some_and(|it| it.starts_with("#!") && it.contains("sh"));
        if !is_shell {
            return false;
        }
        if !self.seen.insert(format!("{}:{}", at.file.display(), at.line)) {
            return true;
        }
        if let Some(bytes) = bytes {
            self.found.scripts.push(StartScript {
                file: at.file.clone(),
                byte_order_mark: bytes.starts_with(b"\xef\xbb\xbf"),
                carriage_returns: bytes.windows(2).any(|pair| pair == b"\r\n"),
            });
        }
        let first = text.lines().next().unwrap_or_default();
        let exits = manner == Manner::Run { exits: true }
            || (first.starts_with("#!")
                && first
                    .split_whitespace()
                    .skip(1)
                    .any(|it| it.starts_with('-') && it.contains('e')));
        let text = text.replace("\r\n", "\n");
        let commands = match manner {
            Manner::Run { .. } => commands(&text, exits),
            Manner::Sourced => sourced_commands(&text, exits, &self.calling),
        };
        self.shell_commands(&text, commands, &at, arguments, depth + 1);
        true
    }

    /// A JavaScript file that runs Prisma as a child: the lines in which it names the command.
    fn javascript(&mut self, path: &str, _place: &Place) -> bool {
        let Some((text, at, Some(_))) = self.file(path) else { return false };
        if !self.seen.insert(at.file.display().to_string()) {
            return true;
        }
        let runs = ["exec(", "execSync(", "spawn(", "spawnSync(", "execFile(", "execa(", "$`"];
        if !runs.iter().any(|it| text.contains(it)) {
            return true;
        }
        for (number, line) in text.lines().enumerate() {
            let trimmed = line.trim_start();
            if trimmed.starts_with("//") || trimmed.starts_with('*') || trimmed.contains("console.")
            {
                continue;
            }
            let place = Place { line: number + 1, ..at.clone() };
            let quoted: Vec<&str> = line.split(['\'', '"', '`']).collect();
            let (mut whole, mut single) = (None, Vec::new());
            for part in quoted.iter().skip(1).step_by(2) {
                let words: Vec<String> = part.split_whitespace().map(str::to_owned).collect();
                if words.len() > 1 && prisma_call(&words).is_some() {
                    whole = Some(words);
                } else {
                    single.extend(words);
                }
            }
            // `exec('npx prisma …')`, or `spawn('npx', ['prisma', …])`.
            let words = whole.or_else(|| prisma_call(&single).map(|_| single));
            if let Some(words) = words {
                self.program(&words, &place, true, None, None, MOST_DEPTH);
            }
        }
        true
    }

    /// A file of this machine that lies at `path` inside the container: mounted, copied, or below the package.
    fn file(&self, path: &str) -> Option<(String, Place, Option<Vec<u8>>)> {
        let workdir = self
            .compose
            .and_then(|it| it.working_dir.clone())
            .or_else(|| self.stages.iter().find_map(|it| it.workdir.clone()))
            .unwrap_or_else(|| "/".to_owned());
        let inside = inside(&workdir, path);
        for stage in &self.stages {
            for (target, (text, line)) in &stage.inline {
                if self::inside(&workdir, target) == inside {
                    let place = Place { line: line + 1, ..self.in_dockerfile(*line) };
                    return Some((text.clone(), place, None));
                }
            }
        }
        let mut candidates = Vec::new();
        for bind in self.compose.map(|it| it.binds.as_slice()).unwrap_or_default() {
            let target = bind.target.trim_end_matches('/');
            if inside == target {
                candidates.push(bind.source.clone());
            } else if let Some(rest) = inside.strip_prefix(&format!("{target}/")) {
                candidates.push(joined(&bind.source, rest));
            }
        }
        let build = self.compose.and_then(|it| it.build.as_ref());
        let context =
            build.and_then(|it| it.context.clone()).unwrap_or_else(|| self.service.folder.clone());
        for stage in &self.stages {
            for copy in stage.copies.iter().rev() {
                let into =
                    copy.target.ends_with('/') || copy.target == "." || copy.sources.len() > 1;
                let target = self::inside(&workdir, &copy.target);
                for source in &copy.sources {
                    let from = joined(&context, source.trim_start_matches('/'));
                    let rest = if inside == target && !into {
                        Some(String::new())
                    } else {
                        inside
                            .strip_prefix(&format!("{}/", target.trim_end_matches('/')))
                            .map(str::to_owned)
                    };
                    let Some(rest) = rest else { continue };
                    if rest.is_empty() {
                        candidates.push(from);
                    } else if from.is_dir() {
                        candidates.push(joined(&from, &rest));
                    } else if from.file_name().is_some_and(|it| it.to_string_lossy() == rest) {
                        candidates.push(from);
                    } else if source.contains('*') {
                        candidates.push(from.with_file_name(rest));
                    }
                }
            }
        }
        if !path.starts_with('/') {
            candidates.push(joined(&self.service.folder, path));
        }
        let path = candidates.into_iter().find(|it| {
            it.metadata().is_ok_and(|found| found.is_file() && found.len() <= MOST_BYTES)
        })?;
        let bytes = std::fs::read(&path).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let place = Place { file: relative(self.root, &path), line: 1, column: 1 };
        Some((text, place, Some(bytes)))
    }
}

/// A path inside a container, absolute and without dots.
fn inside(workdir: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{workdir}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The command behind programs that only start another one.
fn without_wrappers(words: &[String]) -> &[String] {
    let mut words = words;
    loop {
        let Some(first) = words.first() else { return words };
        let skipped = match base(first) {
            "exec"
            | "time"
            | "nohup"
            | "dumb-init"
            | "tini"
            | "cross-env"
            | "dotenv"
            | "env"
            | "command"
            | "docker-entrypoint.sh" => 1,
            "su-exec" | "gosu" | "timeout" | "nice" => 2,
            "wait-for-it.sh" | "wait-for-it" | "wait-for" | "dockerize" | "concurrently" => {
                match words.iter().position(|it| it == "--") {
                    Some(at) => at,
                    None => return words,
                }
            }
            _ => return words,
        };
        words = words.get(skipped..).unwrap_or_default();
        while words
            .first()
            .is_some_and(|it| it.starts_with('-') || (it.contains('=') && !it.contains('/')))
        {
            words = &words[1..];
        }
    }
}
