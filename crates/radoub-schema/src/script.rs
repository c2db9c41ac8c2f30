//! A migration script cut into statements, and how they may run.
//!
//! Cutting never depends on parsing SQL: a lexer of our own knows quotes, `E''`, `U&""`, dollar
//! quotes, nested comments and `BEGIN ATOMIC` bodies, and nothing else.

use std::ops::Range;

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
    /// Commits one: `COMMIT`, `END`.
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
