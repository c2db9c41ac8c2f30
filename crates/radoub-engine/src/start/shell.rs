//! A shell text cut into its commands: words, line, and whether a failure of each is let pass.
//!
//! No shell: nothing is expanded but variables that the text itself gives a fixed value, and no branch is chosen.
//! What a command does is read elsewhere.

mod tokens;

use std::collections::BTreeMap;

use tokens::{End, Token, tokens};

/// One command of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShellCommand {
    /// Its words, quotes taken off.
    pub(super) words: Vec<String>,
    /// Its line in the text, from 1.
    pub(super) line: usize,
    /// Whether the text goes on when it fails.
    pub(super) tolerated: bool,
    /// The condition of the nearest `if` around it, as written.
    pub(super) guard: Option<String>,
}

/// Words that open, go on with or close something and are followed by a command.
const BEFORE_COMMAND: [&str; 10] =
    ["if", "elif", "while", "until", "then", "else", "do", "!", "{", "time"];

/// Cuts a text. `exits` tells whether the shell ends at the first failure from the start (`sh -e`).
pub(super) fn commands(text: &str, exits: bool) -> Vec<ShellCommand> {
    let tokens = tokens(text);
    let mut reader = Reader { exits, ..Reader::default() };
    let mut words: Vec<(String, bool)> = Vec::new();
    let mut first_line = 0;
    for (token, line) in tokens {
        match token {
            Token::Word { text, quoted } => {
                if words.is_empty() {
                    first_line = line;
                }
                words.push((text, quoted));
            }
            Token::End(end) => {
                reader.take(&words, first_line, end);
                words.clear();
            }
        }
    }
    reader.take(&words, first_line, End::Line);
    reader.commands()
}

/// Whether the text hands its arguments on: `exec "$@"`.
pub(super) fn hands_on(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        !line.starts_with('#') && (line.contains("$@") || line.contains("$*"))
    })
}

#[derive(Default)]
struct Reader {
    exits: bool,
    variables: BTreeMap<String, String>,
    done: Vec<Pending>,
    /// What functions run that hand their arguments on: `run() { npx prisma "$@"; }`.
    functions: BTreeMap<String, Vec<String>>,
    /// The function whose body is read.
    function: Option<String>,
    /// How many `{` are open.
    depth: usize,
    /// Whether the condition of a loop is read: it is tried again until it holds.
    in_loop_condition: bool,
    /// The conditions of the `if`s that are open; `None` while the condition itself is read.
    ifs: Vec<Branch>,
    /// How the last command ended, to know what follows it.
    after: Option<End>,
}

struct Branch {
    condition: String,
    in_condition: bool,
    /// Commands of the condition, by their place in `done`.
    asked: Vec<usize>,
    /// Whether a branch of it ends the shell.
    ends: bool,
}

struct Pending {
    command: ShellCommand,
    end: End,
    /// Whether the shell ends at a failure where this stands.
    exits: bool,
    /// Whether it is asked by an `if` or a loop.
    asked: bool,
    /// How many `{` it stands in.
    depth: usize,
}

impl Reader {
    fn take(&mut self, words: &[(String, bool)], line: usize, end: End) {
        let mut words = words;
        // Keywords before the command.
        while let Some(((word, false), rest)) = words.split_first() {
            match word.as_str() {
                "if" => self.ifs.push(Branch {
                    condition: String::new(),
                    in_condition: true,
                    asked: Vec::new(),
                    ends: false,
                }),
                "elif" => {
                    if let Some(branch) = self.ifs.last_mut() {
                        branch.in_condition = true;
                        branch.condition.clear();
                    }
                }
                "then" | "else" => {
                    if let Some(branch) = self.ifs.last_mut() {
                        branch.in_condition = false;
                        if word == "else" {
                            branch.condition = format!("not ({})", branch.condition);
                        }
                    }
                }
                "fi" => {
                    if let Some(branch) = self.ifs.pop() {
                        // A condition that leads to the end of the shell is not let pass.
                        for at in branch.asked {
                            self.done[at].command.tolerated = !branch.ends;
                        }
                    }
                }
                "while" | "until" => self.in_loop_condition = true,
                "do" => self.in_loop_condition = false,
                "{" => self.depth += 1,
                "}" => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.function = None;
                    }
                }
                _ if BEFORE_COMMAND.contains(&word.as_str()) => {}
                "done" | "esac" => {}
                _ => break,
            }
            words = rest;
        }
        if words.is_empty() {
            self.after = Some(end);
            return;
        }
        let shown: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        if let Some(branch) = self.ifs.last_mut().filter(|it| it.in_condition) {
            if !branch.condition.is_empty() {
                branch.condition.push(' ');
            }
            branch.condition.push_str(&shown.join(" "));
        }
        // `A=b` alone gives a variable; before a command it is its environment.
        let assigned = words.iter().take_while(|(word, _)| assignment(word).is_some()).count();
        if assigned == words.len() {
            for (word, _) in words {
                if let Some((name, value)) = assignment(word)
                    && !value.contains('$')
                    && !value.contains('`')
                {
                    self.variables.insert(name.to_owned(), value.to_owned());
                }
            }
            return;
        }
        let mut words = self.expanded(&words[assigned..]);
        // `name() {` and `function name {`.
        if let ([name], End::Open) = (words.as_slice(), end) {
            self.function = Some(name.clone());
            return;
        }
        if words.first().is_some_and(|it| it == "function") {
            self.function = words.get(1).cloned();
            self.depth += usize::from(words.last().is_some_and(|it| it == "{"));
            return;
        }
        let hands_on = words.iter().position(|it| it == "$@" || it == "$*");
        if let (Some(name), Some(_)) = (&self.function, hands_on) {
            self.functions.insert(name.clone(), words.clone());
        }
        if let Some(body) = words.first().and_then(|name| self.functions.get(name)) {
            let arguments = &words[1..];
            let mut called = Vec::new();
            for word in body {
                match word.as_str() {
                    "$@" | "$*" => called.extend(arguments.iter().cloned()),
                    _ => called.push(word.clone()),
                }
            }
            words = called;
        }
        match words.first().map(String::as_str) {
            Some("set") => {
                for word in &words[1..] {
                    if let Some(flags) = word.strip_prefix('-') {
                        self.exits |= flags.contains('e') && !flags.starts_with('-');
                    } else if let Some(flags) = word.strip_prefix('+') {
                        self.exits &= !flags.contains('e');
                    } else if word == "errexit" {
                        self.exits = true;
                    }
                }
            }
            Some("exit" | "return") => {
                let fails = words.get(1).is_none_or(|code| code != "0");
                if fails {
                    for branch in &mut self.ifs {
                        branch.ends |= !branch.in_condition;
                    }
                }
            }
            _ => {}
        }
        let in_condition = self.ifs.last().is_some_and(|it| it.in_condition);
        let guard =
            self.ifs.iter().rev().find(|it| !it.in_condition).map(|it| it.condition.clone());
        if in_condition {
            let at = self.done.len();
            if let Some(branch) = self.ifs.last_mut() {
                branch.asked.push(at);
            }
        }
        let command = ShellCommand { words, line, tolerated: false, guard };
        let asked = in_condition || self.in_loop_condition;
        self.done.push(Pending { command, end, exits: self.exits, asked, depth: self.depth });
        self.after = Some(end);
    }

    /// Variables with a fixed value in their place.
    fn expanded(&self, words: &[(String, bool)]) -> Vec<String> {
        let mut all = Vec::new();
        for (word, quoted) in words {
            let name = word.strip_prefix('$').map(|it| it.trim_matches(['{', '}']));
            match name.and_then(|name| self.variables.get(name)) {
                Some(value) if !quoted => all.extend(value.split_whitespace().map(str::to_owned)),
                Some(value) => all.push(value.clone()),
                None => all.push(word.clone()),
            }
        }
        all
    }

    fn commands(self) -> Vec<ShellCommand> {
        let ends_shell = |command: &ShellCommand| {
            let first = command.words.first().map(String::as_str);
            let code = command.words.get(1).map(String::as_str);
            matches!(first, Some("exit" | "return")) && code != Some("0")
        };
        let last = self.done.len().saturating_sub(1);
        let ends: Vec<(End, bool)> =
            self.done.iter().map(|it| (it.end, ends_shell(&it.command))).collect();
        let depths: Vec<usize> = self.done.iter().map(|it| it.depth).collect();
        // Whether what is run instead ends the shell: the next command, or one of those in braces.
        let ends_after = |at: usize| {
            let in_braces = depths.get(at + 1).is_some_and(|it| *it > depths[at]);
            let mut next = ends.iter().zip(&depths).skip(at + 1);
            if in_braces {
                next.take_while(|it| *it.1 > depths[at]).any(|it| it.0.1)
            } else {
                next.next().is_some_and(|it| it.0.1)
            }
        };
        let mut commands = Vec::with_capacity(self.done.len());
        for (at, pending) in self.done.into_iter().enumerate() {
            let mut command = pending.command;
            if !pending.asked {
                // What follows the chain of `&&` that this stands in decides.
                let mut end = at;
                while ends[end].0 == End::And && end < last {
                    end += 1;
                }
                command.tolerated = match ends[end].0 {
                    End::Or => !ends_after(end),
                    End::Pipe | End::Background => true,
                    _ if end >= last => false,
                    // Left of `&&` a failure does not end the shell, `set -e` or not.
                    _ => end != at || !pending.exits,
                };
            }
            commands.push(command);
        }
        commands
    }
}

/// `A=b` as name and value.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty()
        && !name.starts_with(|it: char| it.is_ascii_digit())
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    is_name.then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commands with `prisma` in them: line, words, `?` when tolerated, the guard behind `@`.
    fn shown(text: &str) -> String {
        let found = commands(text, false).into_iter();
        let found = found.filter(|it| it.words.iter().any(|word| word == "prisma"));
        found
            .map(|it| {
                let mark = if it.tolerated { "?" } else { "" };
                let guard = it.guard.map(|guard| format!(" @ {guard}")).unwrap_or_default();
                format!("{}:{}{mark}{guard}", it.line, it.words.join(" "))
            })
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn a_text_is_cut_into_commands_and_what_is_let_pass_is_seen() {
        let cases = [
            ("npx prisma migrate deploy && node x.js", "1:npx prisma migrate deploy"),
            ("npx prisma migrate deploy || true\nnode x", "1:npx prisma migrate deploy?"),
            ("npx prisma migrate deploy || exit 1\nnode x", "1:npx prisma migrate deploy"),
            ("npx prisma migrate deploy; node x", "1:npx prisma migrate deploy?"),
            ("set -e\nnpx prisma migrate deploy\nnode x", "2:npx prisma migrate deploy"),
            ("npx prisma migrate deploy &\nnode x", "1:npx prisma migrate deploy?"),
            ("# npx prisma migrate deploy\necho 'npx prisma migrate deploy'", ""),
            (
                "set -e\nif [ -d prisma/migrations ]; then\n  if ! npx prisma migrate deploy; then\n    echo failed\n  fi\nelse\n  npx prisma db push\nfi\nexec \"$@\"",
                "3:npx prisma migrate deploy? @ [ -d prisma/migrations ]; 7:npx prisma db push @ not ([ -d prisma/migrations ])",
            ),
            (
                "if ! npx prisma migrate deploy; then\n  echo failed >&2\n  exit 1\nfi\nexec node x",
                "1:npx prisma migrate deploy",
            ),
            (
                "PRISMA=\"npx prisma\"\n$PRISMA migrate deploy \\\n  --schema x.prisma >/dev/null 2>&1\nnode x",
                "2:npx prisma migrate deploy --schema x.prisma?",
            ),
            (
                "NODE_ENV=production npx prisma db push --accept-data-loss",
                "1:npx prisma db push --accept-data-loss",
            ),
            (
                "cat <<EOF\nnpx prisma migrate deploy\nEOF\nnpx prisma generate",
                "4:npx prisma generate",
            ),
            ("(npx prisma migrate deploy)\r\nnode x\r\n", "1:npx prisma migrate deploy?"),
            (
                "npx prisma migrate deploy || { echo failed; exit 1; }\nnode x",
                "1:npx prisma migrate deploy",
            ),
            (
                "npx prisma migrate deploy || { echo failed; }\nnode x",
                "1:npx prisma migrate deploy?",
            ),
            (
                "until npx prisma migrate deploy; do\n  sleep 2\ndone\nnode x",
                "1:npx prisma migrate deploy",
            ),
            (
                "while ! npx prisma migrate deploy; do sleep 2; done\nnode x",
                "1:npx prisma migrate deploy",
            ),
            (
                "set -e\nrun() {\n  npx prisma \"$@\"\n}\nrun db push --accept-data-loss\nnode x",
                "3:npx prisma $@; 5:npx prisma db push --accept-data-loss",
            ),
            (
                "function try {\n  npx \"$@\"\n}\ntry prisma generate\nnode x",
                "4:npx prisma generate?",
            ),
            (
                "migrate() {\n  npx prisma migrate deploy\n}\nmigrate",
                "2:npx prisma migrate deploy?",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_script_that_hands_its_arguments_on_is_known() {
        assert!(hands_on("set -e\nexec \"$@\"\n"));
        assert!(!hands_on("# exec \"$@\"\nnode server.js\n"));
    }
}
