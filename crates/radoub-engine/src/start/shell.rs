//! A shell text cut into its commands: words, line, and whether a failure of each is let pass.
//!
//! No shell: nothing is expanded but variables that the text itself gives a fixed value, and no branch is chosen but
//! by `true` and `false`. What never runs is left out: code behind the program that the shell becomes, in functions
//! that nothing calls, in branches that cannot be taken. What a command does is read elsewhere.

mod branches;
mod calls;
mod tokens;

use std::collections::BTreeMap;

use branches::{Branch, Loop};
pub(super) use calls::Calls;
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
    read(text, exits).commands()
}

/// As [`commands`], of a text that is read into others (`. lib.sh`), which may call its functions.
pub(super) fn sourced_commands(text: &str, exits: bool, others: &[Calls]) -> Vec<ShellCommand> {
    let mut reader = read(text, exits);
    for calls in others {
        reader.calls.called_from(calls);
    }
    reader.commands()
}

/// Which functions a text calls, its own or such as it has read in.
pub(super) fn calls(text: &str) -> Calls {
    read(text, false).calls
}

fn read(text: &str, exits: bool) -> Reader {
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
    reader
}

/// Whether the text hands its arguments on: `exec "$@"`; one that is behind the shell's end does not.
pub(super) fn hands_on(text: &str) -> bool {
    let lines = read(text, false).over.unwrap_or(usize::MAX);
    text.lines().take(lines).any(|line| {
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
    /// The functions whose bodies are read, the innermost last.
    bodies: Vec<Body>,
    /// Who calls whom.
    calls: Calls,
    /// How many `{` are open.
    depth: usize,
    /// How many `(` are open.
    parens: usize,
    /// How many `case` are open.
    cases: usize,
    /// Whether the condition of a loop is read: it is tried again until it holds.
    in_loop_condition: bool,
    /// The loops that are open.
    loops: Vec<Loop>,
    /// The `if`s that are open.
    ifs: Vec<Branch>,
    /// How the last command ended, to know what follows it.
    after: Option<End>,
    /// The line at which the shell becomes another program or ends, whatever was the case before.
    over: Option<usize>,
}

/// The body of a function, and what it is between.
struct Body {
    name: String,
    opened: Opened,
}

/// How a body was opened, and how many of that were open before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    NotYet,
    Brace(usize),
    Paren(usize),
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
    /// The function that it stands in.
    function: Option<String>,
}

impl Reader {
    fn take(&mut self, words: &[(String, bool)], line: usize, end: End) {
        self.read(words, line, end);
        match end {
            End::Open => {
                // `name() (`: the body is a shell of its own.
                if let Some(body) = self.bodies.last_mut().filter(|_| words.is_empty())
                    && body.opened == Opened::NotYet
                {
                    body.opened = Opened::Paren(self.parens);
                }
                self.parens += 1;
            }
            End::Close => {
                self.parens = self.parens.saturating_sub(1);
                self.bodies.pop_if(|it| it.opened == Opened::Paren(self.parens));
            }
            _ => {}
        }
        // `a &&` goes on in the next line.
        if !(words.is_empty() && end == End::Line) {
            self.after = Some(end);
        }
    }

    /// A keyword before a command; false for what is none.
    fn keyword(&mut self, word: &str) -> bool {
        match word {
            "if" => self.ifs.push(Branch::default()),
            "fi" => {
                if let Some(branch) = self.ifs.pop() {
                    // A condition that leads to the end of the shell is not let pass.
                    for at in &branch.asked {
                        self.done[*at].command.tolerated = !branch.ends;
                    }
                }
            }
            "while" | "until" => {
                self.in_loop_condition = true;
                self.loops.push(Loop::asking(word == "until"));
            }
            "do" => {
                self.in_loop_condition = false;
                if let Some(open) = self.loops.last_mut() {
                    open.begin();
                }
            }
            "done" => drop(self.loops.pop()),
            "esac" => self.cases = self.cases.saturating_sub(1),
            "{" => {
                if let Some(body) = self.bodies.last_mut()
                    && body.opened == Opened::NotYet
                {
                    body.opened = Opened::Brace(self.depth);
                }
                self.depth += 1;
            }
            "}" => {
                self.depth = self.depth.saturating_sub(1);
                self.bodies.pop_if(|it| it.opened == Opened::Brace(self.depth));
            }
            "!" if self.in_loop_condition => {
                if let Some(open) = self.loops.last_mut() {
                    open.negate();
                }
            }
            "elif" | "then" | "else" | "!" => {
                if let Some(branch) = self.ifs.last_mut() {
                    branch.go_on(word);
                }
            }
            _ => return BEFORE_COMMAND.contains(&word),
        }
        true
    }

    /// Whether what stands here can never run.
    fn is_dead(&self) -> bool {
        self.over.is_some()
            || self.ifs.iter().any(|it| it.dead)
            || self.loops.iter().any(|it| it.dead)
    }

    /// Whether what stands here runs in any case, when the text is run.
    fn is_certain(&self, end: End) -> bool {
        self.ifs.is_empty()
            && self.loops.is_empty()
            && self.bodies.is_empty()
            && (self.cases, self.parens, self.depth) == (0, 0, 0)
            && !matches!(self.after, Some(End::And | End::Or | End::Pipe))
            && !matches!(end, End::Pipe | End::Background)
    }

    fn read(&mut self, words: &[(String, bool)], line: usize, end: End) {
        let mut words = words;
        while let Some(((word, false), rest)) = words.split_first() {
            if !self.keyword(word) {
                break;
            }
            words = rest;
        }
        if words.is_empty() {
            return;
        }
        let shown: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        if self.in_loop_condition {
            if let Some(open) = self.loops.last_mut() {
                open.ask(&shown.join(" "));
            }
        } else if let Some(branch) = self.ifs.last_mut().filter(|it| it.in_condition()) {
            branch.ask(&shown.join(" "));
        }
        let function = self.bodies.last().map(|it| it.name.clone());
        let dead = self.is_dead();
        // `A=b` alone gives a variable; before a command it is its environment.
        let assigned = words.iter().take_while(|(word, _)| assignment(word).is_some()).count();
        if assigned == words.len() {
            if !dead {
                self.calls.in_texts(function.as_deref(), &shown);
            }
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
            self.calls.define(name);
            self.bodies.push(Body { name: name.clone(), opened: Opened::NotYet });
            return;
        }
        if let [keyword, name, ..] = words.as_slice()
            && keyword == "function"
        {
            let is_open = words.last().is_some_and(|it| it == "{");
            let opened = if is_open { Opened::Brace(self.depth) } else { Opened::NotYet };
            self.calls.define(name);
            self.bodies.push(Body { name: name.clone(), opened });
            self.depth += usize::from(is_open);
            return;
        }
        // A body is between braces or parentheses; whatever this is, it is none.
        self.bodies.pop_if(|it| it.opened == Opened::NotYet);
        match words.first().map(String::as_str) {
            Some("for" | "select") => self.loops.push(Loop::default()),
            Some("case") => self.cases += 1,
            _ => {}
        }
        if dead {
            return;
        }
        let hands_on = words.iter().any(|it| it == "$@" || it == "$*");
        if let Some(name) = function.as_ref().filter(|_| hands_on) {
            self.functions.insert(name.clone(), words.clone());
        }
        let passes_on = words.first().is_some_and(|name| self.functions.contains_key(name));
        self.calls.of(function.as_deref(), &words, passes_on);
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
        let ends = match words.first().map(String::as_str) {
            // Without a program `exec` only redirects.
            Some("exec") => words.len() > 1,
            Some("exit") => true,
            _ => false,
        };
        if ends && self.is_certain(end) {
            self.over = Some(line);
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
                        branch.ends |= !branch.in_condition();
                    }
                }
            }
            _ => {}
        }
        let in_condition = self.ifs.last().is_some_and(Branch::in_condition);
        let guard = self.ifs.iter().rev().find_map(Branch::guard);
        if in_condition {
            let at = self.done.len();
            if let Some(branch) = self.ifs.last_mut() {
                branch.asked.push(at);
            }
        }
        let command = ShellCommand { words, line, tolerated: false, guard };
        let asked = in_condition || self.in_loop_condition;
        let (exits, depth) = (self.exits, self.depth);
        self.done.push(Pending { command, end, exits, asked, depth, function });
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
        // A body that never closes was not understood; then all of it counts.
        let called = self.bodies.is_empty().then(|| self.calls.reached());
        let mut commands = Vec::with_capacity(self.done.len());
        for (at, pending) in self.done.into_iter().enumerate() {
            let mut command = pending.command;
            if let (Some(called), Some(function)) = (&called, &pending.function)
                && !called.contains(function)
            {
                continue;
            }
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
mod tests;
