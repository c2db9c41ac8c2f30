//! The `if`s and loops that a command stands in: what they ask, and which of their branches can never be taken.

/// An `if` that is open.
#[derive(Default)]
pub(super) struct Branch {
    /// What is asked, as written.
    condition: String,
    /// Whether the condition itself is past.
    past: bool,
    /// Commands of the condition, by their place among all.
    pub(super) asked: Vec<usize>,
    /// Whether a branch of it ends the shell.
    pub(super) ends: bool,
    /// Whether what is read now never runs.
    pub(super) dead: bool,
    negated: bool,
    /// Whether an earlier branch is always taken.
    settled: bool,
    /// Whether an earlier condition is not known.
    open: bool,
    /// Whether the branch that is read does not depend on anything.
    fixed: bool,
}

impl Branch {
    /// Whether the condition is read.
    pub(super) fn in_condition(&self) -> bool {
        !self.past
    }

    /// Takes a command of the condition.
    pub(super) fn ask(&mut self, words: &str) {
        add(&mut self.condition, words);
    }

    /// Takes one of the words that an `if` goes on with: `!`, `then`, `elif`, `else`.
    pub(super) fn go_on(&mut self, word: &str) {
        match word {
            "then" => {
                let holds = constant(&self.condition, self.negated);
                self.dead = self.settled || holds == Some(false);
                self.fixed = holds.is_some() && !self.open;
                self.settled |= holds == Some(true) && !self.open;
                self.open |= holds.is_none();
                self.past = true;
            }
            "elif" => {
                self.condition.clear();
                self.negated = false;
                self.dead = self.settled;
                self.past = false;
            }
            "else" => {
                self.condition = format!("not ({})", self.condition);
                self.dead = self.settled;
                self.fixed = !self.open;
                self.past = true;
            }
            _ if self.in_condition() => self.negated = !self.negated,
            _ => {}
        }
    }

    /// The condition under which the branch that is read runs; `None` where there is none.
    pub(super) fn guard(&self) -> Option<String> {
        (self.past && !self.fixed).then(|| self.condition.clone())
    }
}

/// A loop that is open.
#[derive(Default)]
pub(super) struct Loop {
    condition: String,
    negated: bool,
    /// Whether its body never runs.
    pub(super) dead: bool,
}

impl Loop {
    /// A `while`, or an `until`, whose condition follows.
    pub(super) fn asking(until: bool) -> Self {
        Self { negated: until, ..Self::default() }
    }

    /// Takes a command of the condition.
    pub(super) fn ask(&mut self, words: &str) {
        add(&mut self.condition, words);
    }

    pub(super) fn negate(&mut self) {
        self.negated = !self.negated;
    }

    /// The body begins.
    pub(super) fn begin(&mut self) {
        self.dead = constant(&self.condition, self.negated) == Some(false);
    }
}

fn add(condition: &mut String, words: &str) {
    if !condition.is_empty() {
        condition.push(' ');
    }
    condition.push_str(words);
}

/// What a condition is that depends on nothing.
fn constant(condition: &str, negated: bool) -> Option<bool> {
    match condition {
        "true" | ":" => Some(!negated),
        "false" => Some(negated),
        _ => None,
    }
}
