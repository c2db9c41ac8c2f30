//! A Dockerfile, as far as it tells how the container starts and what was built into it.
//!
//! Stages, what they start from, what they copy and run, `ENTRYPOINT`, `CMD` and `HEALTHCHECK`. Variables of the
//! build are not replaced.

use std::collections::BTreeMap;

/// A Dockerfile.
#[derive(Debug, Default)]
pub(crate) struct Dockerfile {
    /// Its stages, in order.
    pub(crate) stages: Vec<Stage>,
}

/// One stage.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    /// The image or stage that it starts from, as written.
    pub(crate) from: String,
    /// Line of its `FROM`.
    pub(crate) line: usize,
    /// `AS` name.
    pub(crate) name: Option<String>,
    pub(crate) entrypoint: Option<Instruction>,
    pub(crate) cmd: Option<Instruction>,
    pub(crate) healthcheck: bool,
    pub(crate) workdir: Option<String>,
    /// What `COPY` and `ADD` bring from the build context: sources and target.
    pub(crate) copies: Vec<Copy>,
    /// Files written in the Dockerfile itself (`COPY <<EOF /start.sh`), by path inside, with the line before them.
    pub(crate) inline: BTreeMap<String, (String, usize)>,
    /// `RUN`, `ENV` and `ARG`, in order.
    pub(crate) others: Vec<Instruction>,
}

/// Files brought from the build context.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) sources: Vec<String>,
    pub(crate) target: String,
}

/// An instruction.
#[derive(Debug, Clone)]
pub(crate) struct Instruction {
    /// In capitals.
    pub(crate) keyword: String,
    /// What follows it, continued lines joined by line ends.
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Instruction {
    /// The words of the exec form, `["a", "b"]`; `None` for the shell form.
    pub(crate) fn exec(&self) -> Option<Vec<String>> {
        serde_json::from_str(self.text.trim()).ok()
    }
}

/// Reads a Dockerfile; what is not understood is passed over.
pub(crate) fn dockerfile(text: &str) -> Dockerfile {
    let mut read = Dockerfile::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line)).peekable();
    while let Some((number, line)) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let mut whole = String::new();
        let mut current = trimmed;
        loop {
            if let Some(part) = current.strip_suffix('\\') {
                whole.push_str(part.trim_end());
                whole.push('\n');
            } else {
                whole.push_str(current);
                break;
            }
            // Comments between continued lines are passed over.
            let next = loop {
                match lines.next() {
                    Some((_, next)) if next.trim_start().starts_with('#') => whole.push('\n'),
                    other => break other,
                }
            };
            match next {
                Some((_, next)) => current = next.trim(),
                None => break,
            }
        }
        let (keyword, rest) = whole.split_once(char::is_whitespace).unwrap_or((&whole, ""));
        let mut instruction = Instruction {
            keyword: keyword.to_ascii_uppercase(),
            text: rest.trim().to_owned(),
            line: number,
        };
        let mut bodies = Vec::new();
        if matches!(instruction.keyword.as_str(), "RUN" | "COPY" | "ADD") {
            for mark in heredocs(&instruction.text) {
                let mut body = String::new();
                for (_, line) in lines.by_ref() {
                    if line.trim_start_matches('\t').trim_end() == mark {
                        break;
                    }
                    body.push_str(line);
                    body.push('\n');
                }
                bodies.push(body);
            }
        }
        if instruction.keyword == "RUN" && !bodies.is_empty() {
            instruction.text = bodies.join("\n");
            instruction.line += 1;
            bodies.clear();
        }
        read.take(instruction, bodies);
    }
    read
}

impl Dockerfile {
    fn take(&mut self, instruction: Instruction, bodies: Vec<String>) {
        if instruction.keyword == "FROM" {
            let mut words =
                instruction.text.split_whitespace().filter(|word| !word.starts_with("--"));
            let from = words.next().unwrap_or_default().to_owned();
            let name = words.next().filter(|word| word.eq_ignore_ascii_case("as"));
            let name = name.and_then(|_| words.next()).map(str::to_owned);
            self.stages.push(Stage { from, line: instruction.line, name, ..Stage::default() });
            return;
        }
        let Some(stage) = self.stages.last_mut() else { return };
        match instruction.keyword.as_str() {
            // An entrypoint of its own takes away what the image below would have been told to run.
            "ENTRYPOINT" => stage.entrypoint = Some(instruction),
            "CMD" => stage.cmd = Some(instruction),
            "HEALTHCHECK" => {
                stage.healthcheck = !instruction.text.trim().eq_ignore_ascii_case("none");
            }
            "WORKDIR" => stage.workdir = Some(instruction.text.trim_matches('"').to_owned()),
            "COPY" | "ADD" => {
                let line = instruction.line;
                if let Some(copy) = copy(&instruction) {
                    for body in bodies {
                        stage.inline.insert(copy.target.clone(), (body, line));
                    }
                    stage.copies.push(copy);
                }
            }
            "RUN" | "ENV" | "ARG" => stage.others.push(instruction),
            _ => {}
        }
    }

    /// The stages that the built one consists of: itself first, then what it starts from.
    pub(crate) fn chain(&self, target: Option<&str>) -> Vec<&Stage> {
        let named = |name: &str| {
            let is = |it: &&Stage| {
                it.name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name))
            };
            self.stages.iter().find(is)
        };
        let mut chain = Vec::new();
        let mut next = target.and_then(named).or_else(|| self.stages.last());
        while let Some(stage) = next {
            chain.push(stage);
            if chain.len() > self.stages.len() {
                break;
            }
            next = named(&stage.from);
        }
        chain
    }

    /// Every stage that the built one needs: its chain, and what those copy from by name is not followed.
    pub(crate) fn images(&self) -> impl Iterator<Item = (&str, usize)> {
        let is_stage = |name: &str| self.stages.iter().any(|it| it.name.as_deref() == Some(name));
        self.stages
            .iter()
            .filter(move |stage| !is_stage(&stage.from))
            .map(|stage| (stage.from.as_str(), stage.line))
    }
}

fn copy(instruction: &Instruction) -> Option<Copy> {
    let words: Vec<String> = match instruction.exec() {
        Some(words) => words,
        None => instruction.text.split_whitespace().map(str::to_owned).collect(),
    };
    if words.iter().any(|word| word.starts_with("--from")) {
        return None;
    }
    let mut words: Vec<String> = words.into_iter().filter(|word| !word.starts_with("--")).collect();
    let target = words.pop()?;
    words.retain(|word| !word.starts_with("<<"));
    Some(Copy { sources: words, target })
}

/// The marks of here-documents.
fn heredocs(text: &str) -> Vec<String> {
    text.split_whitespace()
        .filter_map(|word| word.strip_prefix("<<"))
        .map(|mark| mark.trim_start_matches('-').trim_matches(['"', '\'']).to_owned())
        .filter(|mark| {
            !mark.is_empty() && mark.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_read_with_what_they_start() {
        let read = dockerfile(
            "# syntax=docker/dockerfile:1\nFROM node:20-alpine AS base\nWORKDIR /app\n\
             FROM base AS build\nRUN npm ci \\\n    # why\n    && npx prisma generate || echo later\n\
             FROM base\nCOPY --chown=node:node start.sh /usr/local/bin/\nCOPY <<'EOF' /go.sh\nset -e\nEOF\n\
             ENV A=b\nHEALTHCHECK CMD true\nENTRYPOINT [\"/usr/local/bin/start.sh\"]\nCMD node server.js\n",
        );
        let chain = read.chain(None);
        assert_eq!(chain.len(), 2);
        let last = chain[0];
        assert_eq!(last.line, 8);
        assert!(last.healthcheck);
        assert_eq!(last.copies[0].sources, ["start.sh"]);
        assert_eq!(last.inline["/go.sh"], ("set -e\n".to_owned(), 10));
        let entrypoint = last.entrypoint.as_ref().unwrap();
        assert_eq!(
            (entrypoint.line, entrypoint.exec().unwrap()[0].as_str()),
            (15, "/usr/local/bin/start.sh")
        );
        assert_eq!(last.cmd.as_ref().unwrap().exec(), None);
        assert_eq!(chain[1].workdir.as_deref(), Some("/app"));
        assert_eq!(read.images().collect::<Vec<_>>(), [("node:20-alpine", 2)]);
        let run = &read.chain(Some("build"))[0].others[0];
        assert!(run.text.starts_with("npm ci") && run.text.ends_with("echo later"), "{}", run.text);
    }
}
