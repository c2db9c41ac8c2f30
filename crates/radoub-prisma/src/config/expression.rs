//! Expressions of JavaScript, as far as their value is known without running anything.

use std::ops::Range;

use super::tokens::{Kind, Token, tokens};

/// An expression and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Js {
    pub(super) what: What,
    pub(super) span: Range<usize>,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Text(String),
    /// `env('X')`; unset is an error of Prisma.
    Env(String),
    /// `process.env.X`; unset is `undefined`.
    Process(String),
    /// `a ?? b`, or `a || b`, where an empty text counts as none.
    Either {
        left: Box<Js>,
        right: Box<Js>,
        or_empty: bool,
    },
    /// `a + b` and templates.
    Joined(Vec<Js>),
    /// `path.join(…)`, `path.resolve(…)`.
    Path(Vec<Js>),
    /// The folder of the file itself.
    Here,
    Object(Vec<Member>),
    /// `[a, b]`.
    List(Vec<Js>),
    Name(String),
    /// `undefined`, `null`.
    Nothing,
    /// A call: name of the function, with its dots, and arguments.
    Call(String, Vec<Js>),
    /// Anything else.
    Other,
}

/// One member of an object; `None` as name for `...value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: Option<String>,
    pub(super) value: Js,
}

/// How deep expressions may lie in each other.
const MOST_DEPTH: usize = 60;

/// Reads expressions out of tokens.
pub(super) struct Reader<'a> {
    tokens: &'a [Token],
    pub(super) at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(tokens: &'a [Token]) -> Self {
        Self { tokens, at: 0, depth: 0 }
    }

    pub(super) fn kind(&self, ahead: usize) -> Option<&'a Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    pub(super) fn name(&self, ahead: usize) -> Option<&'a str> {
        match self.kind(ahead) {
            Some(Kind::Name(name)) => Some(name),
            _ => None,
        }
    }

    pub(super) fn text(&self, ahead: usize) -> Option<&'a str> {
        match self.kind(ahead) {
            Some(Kind::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is(&self, ahead: usize, sign: &str) -> bool {
        matches!(self.kind(ahead), Some(Kind::Sign(found)) if *found == sign)
    }

    /// Steps over `sign` if it is next.
    pub(super) fn eat(&mut self, sign: &str) -> bool {
        let is = self.is(0, sign);
        self.at += usize::from(is);
        is
    }

    fn start(&self) -> usize {
        let last = || self.tokens.last().map_or(0, |token| token.span.end);
        self.tokens.get(self.at).map_or_else(last, |token| token.span.start)
    }

    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    /// Steps over a bracket and all up to the one that closes it, or over one token.
    pub(super) fn skip(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.kind(0) {
                Some(Kind::Sign("(" | "[" | "{")) => depth += 1,
                Some(Kind::Sign(")" | "]" | "}")) => depth = depth.saturating_sub(1),
                None => return,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// Steps to the end of an expression that is not understood.
    fn skip_expression(&mut self) {
        while self.kind(0).is_some()
            && ![",", ")", "]", "}", ";"].iter().any(|sign| self.is(0, sign))
        {
            self.skip();
        }
    }

    /// The next expression.
    pub(super) fn expression(&mut self) -> Js {
        let start = self.start();
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            self.skip_expression();
            self.depth -= 1;
            return Js { what: What::Other, span: start..self.end().max(start) };
        }
        let mut left = self.sum();
        loop {
            let or_empty = if self.eat("??") {
                false
            } else if self.eat("||") {
                true
            } else {
                break;
            };
            let right = self.sum();
            let span = start..right.span.end;
            let (left_box, right) = (Box::new(left), Box::new(right));
            left = Js { what: What::Either { left: left_box, right, or_empty }, span };
        }
        // Conditions, comparisons, arrows and the rest need running.
        let ends =
            self.kind(0).is_none() || [",", ")", "]", "}", ";"].iter().any(|sign| self.is(0, sign));
        if !ends && matches!(self.kind(0), Some(Kind::Sign(_))) {
            self.skip_expression();
            left = Js { what: What::Other, span: start..self.end() };
        }
        self.depth -= 1;
        left
    }

    fn sum(&mut self) -> Js {
        let first = self.operand();
        if !self.is(0, "+") {
            return first;
        }
        let start = first.span.start;
        let mut parts = vec![first];
        while self.eat("+") {
            parts.push(self.operand());
        }
        Js { what: What::Joined(parts), span: start..self.end() }
    }

    /// A primary expression with what may stand behind it: `!`, `as T`, `satisfies T`.
    fn operand(&mut self) -> Js {
        let mut operand = self.primary();
        loop {
            if self.is(0, "!") && !self.is(1, "=") {
                self.at += 1;
            } else if matches!(self.name(0), Some("as" | "satisfies")) {
                self.at += 1;
                self.skip_type();
            } else {
                operand.span.end = operand.span.end.max(operand.span.start);
                return operand;
            }
        }
    }

    /// Steps over a type: names, dots, `<…>`, `{…}`, `[]`, `|`.
    fn skip_type(&mut self) {
        let mut angles = 0_usize;
        loop {
            match self.kind(0) {
                Some(Kind::Name(name)) if matches!(name.as_str(), "as" | "satisfies") => return,
                Some(Kind::Sign("<")) => angles += 1,
                Some(Kind::Sign(">")) if angles > 0 => angles -= 1,
                Some(
                    Kind::Sign("." | "[" | "]" | "?." | "|" | "&") | Kind::Name(_) | Kind::Text(_),
                ) => {
                    // A name behind a complete type starts the next statement.
                    let previous_is_name = matches!(
                        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|token| &token.kind),
                        Some(Kind::Name(name)) if !matches!(name.as_str(), "as" | "satisfies" | "typeof" | "keyof")
                    );
                    if angles == 0
                        && previous_is_name
                        && matches!(self.kind(0), Some(Kind::Name(_)))
                    {
                        return;
                    }
                }
                Some(Kind::Sign(",")) if angles > 0 => {}
                Some(Kind::Sign("{")) => {
                    self.skip();
                    continue;
                }
                _ => return,
            }
            self.at += 1;
        }
    }

    fn primary(&mut self) -> Js {
        let start = self.start();
        let made = |what: What, end: usize| Js { what, span: start..end };
        match self.kind(0) {
            Some(Kind::Text(text)) => {
                self.at += 1;
                made(What::Text(text.clone()), self.end())
            }
            Some(Kind::Template(texts, expressions)) => {
                self.at += 1;
                let end = self.end();
                let mut parts = Vec::new();
                for (index, text) in texts.iter().enumerate() {
                    if !text.is_empty() {
                        parts.push(made(What::Text(text.clone()), end));
                    }
                    if let Some((source, _)) = expressions.get(index) {
                        let tokens = tokens(source);
                        let mut inner =
                            Reader { tokens: &tokens, at: 0, depth: self.depth + 1 }.expression();
                        inner.span = start..end;
                        parts.push(inner);
                    }
                }
                made(What::Joined(parts), end)
            }
            Some(Kind::Number) => {
                self.at += 1;
                made(What::Other, self.end())
            }
            Some(Kind::Sign("(")) => {
                // Perhaps the parameters of an arrow function.
                let before = self.at;
                self.skip();
                if self.is(0, "=>") || self.is(0, ":") {
                    self.skip_expression();
                    return made(What::Other, self.end());
                }
                self.at = before + 1;
                let inner = self.expression();
                self.eat(")");
                inner
            }
            Some(Kind::Sign("{")) => self.object(),
            Some(Kind::Sign("[")) => self.list(),
            Some(Kind::Name(name)) => {
                if matches!(
                    name.as_str(),
                    "async" | "function" | "class" | "new" | "await" | "typeof"
                ) {
                    self.at += 1;
                    self.skip_expression();
                    return made(What::Other, self.end());
                }
                self.chain()
            }
            _ => {
                self.skip_expression();
                made(What::Other, self.end().max(start))
            }
        }
    }

    fn object(&mut self) -> Js {
        let start = self.start();
        self.eat("{");
        let mut members = Vec::new();
        while self.kind(0).is_some() && !self.is(0, "}") {
            let before = self.at;
            if self.eat("...") {
                let value = self.expression();
                members.push(Member { name: None, value });
            } else if let Some(name) = self.name(0).or_else(|| self.text(0)) {
                let span = self.start();
                let name = name.to_owned();
                self.at += 1;
                if self.eat(":") {
                    let value = self.expression();
                    members.push(Member { name: Some(name), value });
                } else if self.is(0, "(") {
                    // A method.
                    self.skip();
                    self.skip_expression();
                    let value = Js { what: What::Other, span: span..self.end() };
                    members.push(Member { name: Some(name), value });
                } else {
                    let value = Js { what: What::Name(name.clone()), span: span..self.end() };
                    members.push(Member { name: Some(name), value });
                }
            } else {
                self.skip_expression();
            }
            if !self.eat(",") && self.at == before {
                self.at += 1;
            }
        }
        self.eat("}");
        Js { what: What::Object(members), span: start..self.end() }
    }

    fn list(&mut self) -> Js {
        let start = self.start();
        self.eat("[");
        let mut elements = Vec::new();
        while self.kind(0).is_some() && !self.is(0, "]") {
            let before = self.at;
            elements.push(self.expression());
            if !self.eat(",") && self.at == before {
                self.at += 1;
            }
        }
        self.eat("]");
        Js { what: What::List(elements), span: start..self.end() }
    }

    /// `a.b['c'](…)`.
    fn chain(&mut self) -> Js {
        let start = self.start();
        let mut names = vec![self.name(0).unwrap_or_default().to_owned()];
        self.at += 1;
        let mut what = None;
        loop {
            if (self.is(0, ".") || self.is(0, "?.")) && self.name(1).is_some() {
                names.push(self.name(1).unwrap_or_default().to_owned());
                self.at += 2;
            } else if self.is(0, "[") && self.text(1).is_some() && self.is(2, "]") {
                names.push(self.text(1).unwrap_or_default().to_owned());
                self.at += 3;
            } else if self.is(0, "<") && self.type_arguments() {
            } else if self.is(0, "(") {
                self.at += 1;
                let mut arguments = Vec::new();
                while self.kind(0).is_some() && !self.is(0, ")") {
                    let before = self.at;
                    arguments.push(self.expression());
                    if !self.eat(",") && self.at == before {
                        self.at += 1;
                    }
                }
                self.eat(")");
                // What is called on the result of a call needs running.
                what = Some(if what.is_some() { What::Other } else { call(&names, arguments) });
                if self.is(0, ".") {
                    self.skip_expression();
                    what = Some(What::Other);
                    break;
                }
            } else {
                break;
            }
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let what = what.unwrap_or_else(|| match names.as_slice() {
            ["process", "env", name] | ["import", "meta", "env", name] => {
                What::Process((*name).to_owned())
            }
            ["__dirname"] | ["import", "meta", "dirname"] => What::Here,
            ["undefined" | "null"] => What::Nothing,
            ["true" | "false"] => What::Other,
            [name] => What::Name((*name).to_owned()),
            _ => What::Other,
        });
        Js { what, span: start..self.end() }
    }

    /// Steps over `<T>` before a call; false when this is a comparison.
    fn type_arguments(&mut self) -> bool {
        let before = self.at;
        let mut depth = 0_usize;
        while let Some(kind) = self.kind(0) {
            match kind {
                Kind::Sign("<") => depth += 1,
                Kind::Sign(">") => depth -= 1,
                Kind::Sign(";" | ")" | "}") => break,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                if self.is(0, "(") {
                    return true;
                }
                break;
            }
        }
        self.at = before;
        false
    }
}

fn call(names: &[String], arguments: Vec<Js>) -> What {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match (names.as_slice(), arguments.as_slice()) {
        (["env"], [Js { what: What::Text(name), .. }, ..]) => What::Env(name.clone()),
        (["path" | "node:path", "join" | "resolve"] | ["join" | "resolve"], _) => {
            What::Path(arguments)
        }
        (["process", "cwd"], []) => What::Text(".".to_owned()),
        _ => What::Call(names.join("."), arguments),
    }
}
