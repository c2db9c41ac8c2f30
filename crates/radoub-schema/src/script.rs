//! A migration script cut into statements, and how they may run.
//!
//! Cutting never depends on parsing SQL: a lexer of our own knows quotes, `E''`, `U&""`, dollar
//! quotes, nested comments and `BEGIN ATOMIC` bodies, and nothing else. What a statement is for
//! is read from its leading words; running it is left to the door to the database.

use std::ops::Range;

mod classification;
mod comments;
mod lexer;
mod reach;
mod rows;
mod secrets;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use classification::Reader;
pub use comments::{Remarks, remarks};
use lexer::{Kind, Lexer, Token};
pub use secrets::masked;

pub use rows::{RowChange, Verb};

/// A script, cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The statements, in order; comments and blanks alone make none.
    pub statements: Vec<Statement>,
    /// Where a quote, comment or dollar quote opens that never closes (byte offset), if one does.
    pub unterminated: Option<usize>,
}

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Bytes of the statement in the text, from its first word to its last token; the semicolon
    /// and the comments around it are left out.
    pub range: Range<usize>,
    /// How it may run.
    pub runs: Runs,
}

/// How a statement may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs {
    /// Like any other, inside a transaction.
    Anywhere,
    /// Opens a transaction: `BEGIN`, `START TRANSACTION`.
    Begins,
    /// Commits one: `COMMIT`, `END`; also `PREPARE TRANSACTION`, which takes the work out of the
    /// session for good.
    Commits,
    /// Undoes one: `ROLLBACK`, `ABORT` (not `ROLLBACK TO`).
    RollsBack,
    /// Refused by PostgreSQL inside a transaction block.
    Alone(Alone),
}

/// What a statement that refuses transactions leaves behind, so that after a crash one can look
/// whether it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alone {
    /// `CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] [name] ON [ONLY] table …`.
    CreateIndex {
        /// Schema and name as stored (quotes taken off, unquoted names in lower case); `None`
        /// when the statement lets the server choose.
        name: Option<QualifiedName>,
        /// The table.
        table: QualifiedName,
    },
    /// `DROP INDEX CONCURRENTLY [IF EXISTS] name, …`.
    DropIndex {
        /// The indexes.
        names: Vec<QualifiedName>,
    },
    /// Doing it twice is the same as doing it once (`VACUUM`, `REINDEX`, `ALTER SYSTEM`, …).
    Repeatable,
    /// Whether it was done cannot be told (`CREATE DATABASE`, a `DO` block that commits, …).
    Unknowable,
}

/// A name with or without its schema, as stored in the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualifiedName {
    /// Schema, when the text names one.
    pub schema: Option<String>,
    /// Name of the object.
    pub name: String,
}

/// The way a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Whole, in one transaction with its ledger row: all or nothing.
    Atomic,
    /// One statement after the other, because of the statement of this index.
    Stepwise {
        /// Index of the first statement that forbids the transaction.
        because: usize,
    },
}

impl Script {
    /// Cuts a text into its statements, the way psql and the server do.
    ///
    /// Never fails and takes time linear in the text. A semicolon ends a statement unless it
    /// stands in a quote, a comment, parentheses (`CREATE RULE … DO (a; b)`) or the `BEGIN ATOMIC`
    /// body of a function or procedure. A last statement needs no semicolon. Where something opens
    /// that never closes, the rest of the text belongs to the statement it opens in; the server
    /// will refuse that statement. `standard_conforming_strings` is taken to be on.
    ///
    /// Source: PostgreSQL manual, 4.1; measured against psql 15.
    pub fn parse(text: &str) -> Self {
        let mut lexer = Lexer::new(text);
        let mut cut = Cut::default();
        let mut reader = Reader::new(text);
        let mut statements = Vec::new();
        let mut finish = |tokens: &mut Vec<Token>| {
            if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
                let range = first.range.start..last.range.end;
                statements.push(Statement { range, runs: reader.classify(tokens) });
            }
            tokens.clear();
        };
        for token in lexer.by_ref() {
            if cut.ends_at(&token, text) {
                finish(&mut cut.tokens);
                cut = Cut { tokens: cut.tokens, ..Cut::default() };
            } else {
                cut.tokens.push(token);
            }
        }
        finish(&mut cut.tokens);
        // A lone CALL may commit inside its procedure under Prisma too, which sends the file as
        // one statement; among others it may not, so there the transaction is safe to take.
        if let [only] = statements.as_mut_slice()
            && classification::is_call(&text[only.range.clone()])
        {
            only.runs = Runs::Alone(Alone::Unknowable);
        }
        Self { statements, unterminated: lexer.unterminated }
    }

    /// How this script runs: whole in one transaction, unless a statement forbids it.
    ///
    /// Transaction commands of its own forbid it as much as a statement that PostgreSQL refuses
    /// inside a transaction block. An empty script is [`Course::Atomic`].
    pub fn course(&self) -> Course {
        let forbids = |statement: &Statement| statement.runs != Runs::Anywhere;
        match self.statements.iter().position(forbids) {
            Some(because) => Course::Stepwise { because },
            None => Course::Atomic,
        }
    }

    /// The first statement that moves rows through the connection, `COPY … FROM STDIN` or
    /// `COPY … TO STDOUT`: the rows that psql would send along are no SQL, so such a script can
    /// only be run by psql.
    ///
    /// `text` is what the script was parsed from.
    pub fn copies(&self, text: &str) -> Option<usize> {
        let copies = |index| classification::copies(self.statement_text(text, index));
        (0..self.statements.len()).find(|index| copies(*index))
    }

    /// The text of the statement of this index, without its semicolon.
    ///
    /// `text` is what the script was parsed from; an index or a text that does not belong to it
    /// gives the empty text.
    pub fn statement_text<'text>(&self, text: &'text str, index: usize) -> &'text str {
        let statement = self.statements.get(index);
        statement.and_then(|it| text.get(it.range.clone())).unwrap_or_default()
    }
}

/// What is known of the statement under the knife.
#[derive(Default)]
struct Cut {
    tokens: Vec<Token>,
    parentheses: usize,
    body: Body,
}

/// How far a statement is with a `BEGIN ATOMIC` body.
///
/// Each statement of such a body ends with a semicolon, and no statement starts with `END`, so
/// the body's own `END` is the one that follows `ATOMIC` or a semicolon; a `CASE … END` inside
/// never does. Source: PostgreSQL manual, CREATE FUNCTION, `sql_body`.
#[derive(Default, PartialEq, Eq)]
enum Body {
    /// No body (yet).
    #[default]
    None,
    /// Just after `ATOMIC` or a semicolon of the body.
    BetweenStatements,
    /// In a statement of the body.
    InStatement,
}

impl Cut {
    /// Whether this token is the semicolon that ends the statement.
    fn ends_at(&mut self, token: &Token, text: &str) -> bool {
        match token.kind {
            Kind::Open => self.parentheses += 1,
            // One too many closes nothing, as in psql.
            Kind::Close => self.parentheses = self.parentheses.saturating_sub(1),
            Kind::Semicolon if self.parentheses == 0 && self.body == Body::None => return true,
            _ => {}
        }
        if self.parentheses > 0 {
            return false;
        }
        let is = |word: &str| {
            token.kind == Kind::Word && text[token.range.clone()].eq_ignore_ascii_case(word)
        };
        match self.body {
            Body::None => {
                if is("ATOMIC") && self.opens_body(text) {
                    self.body = Body::BetweenStatements;
                }
            }
            Body::BetweenStatements if is("END") => self.body = Body::None,
            Body::BetweenStatements | Body::InStatement => {
                self.body = match token.kind {
                    Kind::Semicolon => Body::BetweenStatements,
                    _ => Body::InStatement,
                };
            }
        }
        false
    }

    /// Whether `ATOMIC` may open a body here: after `BEGIN`, in
    /// `CREATE [OR REPLACE] FUNCTION | PROCEDURE`.
    fn opens_body(&self, text: &str) -> bool {
        let word = |index: usize| self.tokens.get(index).map(|it| &text[it.range.clone()]);
        let is = |index: usize, wanted: &[&str]| {
            word(index).is_some_and(|it| wanted.iter().any(|one| it.eq_ignore_ascii_case(one)))
        };
        let routine = if is(1, &["OR"]) && is(2, &["REPLACE"]) { 3 } else { 1 };
        is(0, &["CREATE"])
            && is(routine, &["FUNCTION", "PROCEDURE"])
            && self.tokens.len().checked_sub(1).is_some_and(|last| is(last, &["BEGIN"]))
    }
}
