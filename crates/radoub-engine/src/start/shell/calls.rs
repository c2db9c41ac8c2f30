//! Which functions of a shell text are called, by what runs in any case and by each other.
//!
//! When in doubt a function counts as called: a push that is reported and never runs is less bad than one that runs
//! and is not.

use std::collections::{BTreeMap, BTreeSet};

/// Commands whose arguments are commands or texts of the shell.
const TAKES_COMMANDS: [&str; 5] = ["trap", "eval", "sh", "bash", "xargs"];

/// Functions, and who calls them.
#[derive(Debug, Clone, Default)]
pub(in crate::start) struct Calls {
    defined: BTreeSet<String>,
    /// By caller, `None` for the text itself: names that it may call.
    named: BTreeMap<Option<String>, BTreeSet<String>>,
    /// Callers that run what a variable holds.
    anything: BTreeSet<Option<String>>,
}

impl Calls {
    /// A function is defined.
    pub(super) fn define(&mut self, name: &str) {
        self.defined.insert(name.to_owned());
    }

    /// A command of a function, or of the text itself. `passes_on` says that it is a function that runs its arguments.
    pub(super) fn of(&mut self, caller: Option<&str>, words: &[String], passes_on: bool) {
        let Some(first) = words.first() else { return };
        let caller_key = caller.map(str::to_owned);
        if first.starts_with('$') && !first.starts_with("$(") {
            self.anything.insert(caller_key.clone());
        }
        let names = self.named.entry(caller_key).or_default();
        names.insert(first.clone());
        if passes_on {
            names.extend(words.iter().cloned());
        }
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        if TAKES_COMMANDS.contains(&first.as_str()) {
            names.extend(texts.iter().flat_map(|it| parts(it)));
        }
        self.in_texts(caller, &texts);
    }

    /// Words in which something may be run for its output: `X=$(name)`.
    pub(super) fn in_texts(&mut self, caller: Option<&str>, words: &[&str]) {
        let runs = words.iter().filter(|it| it.contains("$(") || it.contains('`'));
        let names: BTreeSet<String> = runs.flat_map(|it| parts(it)).collect();
        self.named.entry(caller.map(str::to_owned)).or_default().extend(names);
    }

    /// Another text has read this one in, and calls what it calls.
    pub(super) fn called_from(&mut self, other: &Self) {
        if !other.anything.is_empty() {
            self.anything.insert(None);
        }
        let names = other.named.values().flatten().cloned();
        self.named.entry(None).or_default().extend(names);
    }

    /// The functions that may be called when the text is run.
    pub(super) fn reached(&self) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<Option<String>> = vec![None];
        while let Some(caller) = next.pop() {
            if self.anything.contains(&caller) {
                return self.defined.clone();
            }
            let named = self.named.get(&caller).into_iter().flatten();
            for name in named.filter(|it| self.defined.contains(*it)) {
                if reached.insert(name.clone()) {
                    next.push(Some(name.clone()));
                }
            }
        }
        reached
    }
}

/// The names in a text.
fn parts(text: &str) -> impl Iterator<Item = String> {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    text.split(move |it: char| !is_part(it)).filter(|it| !it.is_empty()).map(str::to_owned)
}
