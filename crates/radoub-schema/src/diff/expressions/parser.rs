//! The parts of an SQL expression, as far as defaults and conditions have them.
//!
//! Source: PostgreSQL manual, 4.1.6 (precedence) and 4.2.

mod infix;

use super::tokens::{Token, tokens};

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    /// A name, each part with whether it was in quotes.
    Name(Vec<(String, bool)>),
    /// A word that stands for a value: `TRUE`, `NULL`, `CURRENT_DATE`; in capitals.
    Word(String),
    /// A number.
    Number(String),
    /// A text constant.
    Text(String),
    /// In parentheses.
    Nested(Box<Expression>),
    /// `x::type`, `CAST(x AS type)`, `type 'x'`.
    Cast {
        value: Box<Expression>,
        /// The words of the type.
        kind: String,
        /// Whether the type has a namespace.
        qualified: bool,
        /// Whether it is written with `::`.
        plain: bool,
    },
    /// An operator before.
    Prefix(String, Box<Expression>),
    /// Words behind: `IS NULL` and its like, in capitals.
    Postfix(Box<Expression>, String),
    /// An operator between; key words in capitals.
    Binary(String, Box<Expression>, Box<Expression>),
    /// `x BETWEEN a AND b`; true for `NOT BETWEEN`.
    Between(bool, Box<[Expression; 3]>),
    /// `x IN (…)`; true for `NOT IN`.
    In(bool, Box<Expression>, Vec<Expression>),
    /// `ANY (x)`, `ALL (x)`.
    Quantified(String, Box<Expression>),
    /// A call.
    Call(Vec<(String, bool)>, Vec<Expression>),
    /// A call with words between its arguments: `EXTRACT(epoch FROM x)`. Name in capitals.
    Worded(String, Vec<Expression>, Vec<String>),
    /// `ARRAY[…]`.
    Array(Vec<Expression>),
    /// `x[i]`.
    Element(Box<Expression>, Vec<Expression>),
    /// `(a, b)`.
    Row(Vec<Expression>),
    /// `CASE`: what is looked at, the branches, the rest.
    Case(Option<Box<Expression>>, Vec<(Expression, Expression)>, Option<Box<Expression>>),
}

/// The expression that a text is; `None` when it is none that is known here.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, depth: 0 };
    let expression = parser.expression(0)?;
    parser.tokens.is_empty().then_some(expression)
}

/// Deeper than this is not parsed: the stack is not endless.
const DEPTH: usize = 100;

/// How tightly things bind.
mod binding {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const IS: u8 = 4;
    pub(super) const COMPARISON: u8 = 5;
    pub(super) const RANGE: u8 = 6;
    pub(super) const OTHER: u8 = 7;
    pub(super) const SUM: u8 = 8;
    pub(super) const PRODUCT: u8 = 9;
    pub(super) const POWER: u8 = 10;
    pub(super) const ZONE: u8 = 11;
    pub(super) const COLLATE: u8 = 12;
    pub(super) const SIGN: u8 = 13;
}

/// Words that end an expression where an operator could follow.
const VALUES: [&str; 14] = [
    "TRUE",
    "FALSE",
    "NULL",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "CURRENT_USER",
    "CURRENT_ROLE",
    "SESSION_USER",
    "USER",
    "CURRENT_CATALOG",
    "CURRENT_SCHEMA",
];

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
}

impl Parser<'_> {
    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.tokens.first(), Some(Token::Sign(it)) if it == sign)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        matches!(self.tokens.get(at), Some(Token::Word(it)) if it.eq_ignore_ascii_case(word))
    }

    /// Takes these words, all or none.
    fn take_words(&mut self, words: &[&str]) -> bool {
        let found = words.iter().enumerate().all(|(at, word)| self.is_word(at, word));
        if found {
            self.tokens = &self.tokens[words.len()..];
        }
        found
    }

    fn expression(&mut self, least: u8) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut left = self.prefix()?;
        while let Some(next) = self.infix(left.clone(), least)? {
            left = next;
        }
        self.depth -= 1;
        Some(left)
    }

    fn boxed(&mut self, least: u8) -> Option<Box<Expression>> {
        self.expression(least).map(Box::new)
    }

    fn prefix(&mut self) -> Option<Expression> {
        if self.take_words(&["NOT"]) {
            return Some(Expression::Prefix("NOT".to_owned(), self.boxed(binding::NOT)?));
        }
        if let Some(Token::Sign(sign)) = self.tokens.first()
            && !matches!(sign.as_str(), "(" | ")" | "[" | "]" | "," | "." | "::")
        {
            self.tokens = &self.tokens[1..];
            let least =
                if matches!(sign.as_str(), "+" | "-") { binding::SIGN } else { binding::OTHER + 1 };
            return Some(Expression::Prefix(sign.clone(), self.boxed(least)?));
        }
        let value = self.value()?;
        self.casts(value)
    }

    /// Casts and subscripts, which bind more tightly than everything else.
    fn casts(&mut self, mut value: Expression) -> Option<Expression> {
        loop {
            if self.take_sign("::") {
                let (kind, qualified) = self.kind()?;
                value = Expression::Cast { value: Box::new(value), kind, qualified, plain: true };
            } else if self.take_sign("[") {
                let mut parts = vec![self.expression(0)?];
                // `[1:2]` is not split into words here and therefore not known.
                while self.take_sign(",") {
                    parts.push(self.expression(0)?);
                }
                if !self.take_sign("]") {
                    return None;
                }
                value = Expression::Element(Box::new(value), parts);
            } else {
                return Some(value);
            }
        }
    }

    /// The words of a type, in small letters, and whether it has a namespace.
    fn kind(&mut self) -> Option<(String, bool)> {
        let (mut text, mut qualified) = (String::new(), false);
        loop {
            match self.tokens.first()? {
                Token::Word(word) => text.push_str(&word.to_lowercase()),
                Token::Quoted(name) => text.push_str(name),
                _ => return None,
            }
            self.tokens = &self.tokens[1..];
            if !self.take_sign(".") {
                break;
            }
            qualified = true;
            text.push('.');
        }
        for words in [&["varying"][..], &["precision"]] {
            if self.take_words(words) {
                text.push_str(&format!(" {}", words[0]));
            }
        }
        if self.take_sign("(") {
            text.push('(');
            while let Some(Token::Number(digits)) = self.tokens.first() {
                text.push_str(digits);
                self.tokens = &self.tokens[1..];
                if self.take_sign(",") {
                    text.push(',');
                }
            }
            text.push(')');
            if !self.take_sign(")") {
                return None;
            }
        }
        for words in [["with", "time", "zone"], ["without", "time", "zone"]] {
            if self.take_words(&words) {
                text.push_str(&format!(" {}", words.join(" ")));
            }
        }
        while self.take_sign("[") {
            if !self.take_sign("]") {
                return None;
            }
            text.push_str("[]");
        }
        Some((text, qualified))
    }

    fn value(&mut self) -> Option<Expression> {
        let (first, rest) = self.tokens.split_first()?;
        match first {
            Token::Number(digits) => {
                self.tokens = rest;
                Some(Expression::Number(digits.clone()))
            }
            Token::Text(text) => {
                self.tokens = rest;
                Some(Expression::Text(text.clone()))
            }
            Token::Sign(sign) if sign == "(" => {
                self.tokens = rest;
                let mut parts = self.list(")")?;
                if parts.len() == 1 {
                    return parts.pop().map(|part| Expression::Nested(Box::new(part)));
                }
                Some(Expression::Row(parts))
            }
            Token::Sign(_) => None,
            Token::Word(_) | Token::Quoted(_) => self.named(),
        }
    }

    fn named(&mut self) -> Option<Expression> {
        if let (Some(Token::Word(word)), rest) = (self.tokens.first(), self.tokens.get(1..)?) {
            let upper = word.to_uppercase();
            match (upper.as_str(), rest.first()) {
                ("SELECT" | "EXISTS", _) => return None,
                ("CASE", _) => {
                    self.tokens = rest;
                    return self.case();
                }
                ("ARRAY", Some(Token::Sign(sign))) if sign == "[" => {
                    self.tokens = &rest[1..];
                    return self.list("]").map(Expression::Array);
                }
                ("CAST", Some(Token::Sign(sign))) if sign == "(" => {
                    self.tokens = &rest[1..];
                    let value = self.boxed(0)?;
                    if !self.take_words(&["AS"]) {
                        return None;
                    }
                    let (kind, qualified) = self.kind()?;
                    let cast = Expression::Cast { value, kind, qualified, plain: false };
                    return self.take_sign(")").then_some(cast);
                }
                ("ANY" | "ALL" | "SOME", Some(Token::Sign(sign))) if sign == "(" => {
                    self.tokens = &rest[1..];
                    let upper = if upper == "SOME" { "ANY".to_owned() } else { upper };
                    let it = Expression::Quantified(upper, self.boxed(0)?);
                    return self.take_sign(")").then_some(it);
                }
                (
                    "EXTRACT" | "SUBSTRING" | "POSITION" | "TRIM" | "OVERLAY",
                    Some(Token::Sign(sign)),
                ) if sign == "(" => {
                    self.tokens = &rest[1..];
                    return self.worded(upper);
                }
                (value, next) if VALUES.contains(&value) => {
                    let called = matches!(next, Some(Token::Sign(sign)) if sign == "(");
                    if !called {
                        self.tokens = rest;
                        return Some(Expression::Word(upper));
                    }
                }
                // `interval '1 day'`
                (_, Some(Token::Text(text))) => {
                    self.tokens = &rest[1..];
                    let value = Box::new(Expression::Text(text.clone()));
                    let kind = word.to_lowercase();
                    return Some(Expression::Cast { value, kind, qualified: false, plain: false });
                }
                _ => {}
            }
        }
        let mut parts = Vec::new();
        loop {
            match self.tokens.first()? {
                Token::Word(word) => parts.push((word.clone(), false)),
                Token::Quoted(name) => parts.push((name.clone(), true)),
                _ => return None,
            }
            self.tokens = &self.tokens[1..];
            if !self.take_sign(".") {
                break;
            }
        }
        if !self.take_sign("(") {
            return Some(Expression::Name(parts));
        }
        if self.take_sign(")") {
            return Some(Expression::Call(parts, Vec::new()));
        }
        self.list(")").map(|arguments| Expression::Call(parts, arguments))
    }

    /// Expressions with commas between, up to this sign, which is taken.
    fn list(&mut self, end: &str) -> Option<Vec<Expression>> {
        let mut parts = Vec::new();
        if self.take_sign(end) {
            return Some(parts);
        }
        loop {
            parts.push(self.expression(0)?);
            if self.take_sign(end) {
                return Some(parts);
            }
            if !self.take_sign(",") {
                return None;
            }
        }
    }

    /// The arguments of a call with words or commas between.
    fn worded(&mut self, name: String) -> Option<Expression> {
        let (mut arguments, mut words) = (Vec::new(), Vec::new());
        loop {
            // An `IN` here is no operator.
            arguments.push(self.expression(binding::RANGE + 1)?);
            if self.take_sign(")") {
                return Some(Expression::Worded(name, arguments, words));
            }
            let word =
                ["FROM", "FOR", "IN", "PLACING"].into_iter().find(|word| self.take_words(&[word]));
            match word {
                Some(word) => words.push(word.to_owned()),
                None if self.take_sign(",") => words.push(",".to_owned()),
                None => return None,
            }
        }
    }

    fn case(&mut self) -> Option<Expression> {
        let looked_at = if self.is_word(0, "WHEN") { None } else { Some(self.boxed(0)?) };
        let mut branches = Vec::new();
        while self.take_words(&["WHEN"]) {
            let condition = self.expression(0)?;
            if !self.take_words(&["THEN"]) {
                return None;
            }
            branches.push((condition, self.expression(0)?));
        }
        let rest = if self.take_words(&["ELSE"]) { Some(self.boxed(0)?) } else { None };
        self.take_words(&["END"]).then_some(Expression::Case(looked_at, branches, rest))
    }
}
