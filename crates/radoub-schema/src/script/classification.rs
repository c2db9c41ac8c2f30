//! What a statement asks of transactions, read from its leading words.
//!
//! The list of statements that PostgreSQL refuses inside a transaction block is measured:
//! `tests/refusals.rs` has a real server refuse each of them (SQLSTATE 25001). Where only the
//! catalog could tell (`REINDEX TABLE` of a partitioned table, `CLUSTER` of one), the transaction
//! is tried: a refusal there undoes everything and says so.

use std::collections::BTreeSet;

use super::lexer::{Kind, Lexer, Token};
use super::words::Words;
use super::{Alone, QualifiedName, Runs};

/// Reads the statements of one script, in order, and remembers which procedures commit.
pub(super) struct Reader<'text> {
    text: &'text str,
    committing_procedures: BTreeSet<String>,
}

impl<'text> Reader<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self { text, committing_procedures: BTreeSet::new() }
    }

    /// How the statement made of these tokens may run.
    pub(super) fn classify(&mut self, tokens: &[Token]) -> Runs {
        let mut words = Words::new(self.text, tokens);
        if words.take("CREATE") {
            self.create(words)
        } else if words.take("CALL") {
            match words.qualified_name() {
                Some(procedure) if self.committing_procedures.contains(&procedure.name) => {
                    Runs::Alone(Alone::Unknowable)
                }
                _ => Runs::Anywhere,
            }
        } else {
            transaction_command(words).or_else(|| refused(words)).unwrap_or(Runs::Anywhere)
        }
    }

    fn create(&mut self, mut words: Words<'_>) -> Runs {
        if words.take("DATABASE") || words.take("TABLESPACE") {
            return Runs::Alone(Alone::Unknowable);
        }
        if words.take("SUBSCRIPTION") {
            // Only making the replication slot is refused; it is made unless told otherwise.
            let slot =
                !words.has_option("create_slot", false) && !words.has_option("connect", false);
            return if slot { Runs::Alone(Alone::Unknowable) } else { Runs::Anywhere };
        }
        let replaced = words;
        if !(words.take("OR") && words.take("REPLACE")) {
            words = replaced;
        }
        if words.take("PROCEDURE") {
            if let Some(procedure) = words.qualified_name() {
                if words.texts().any(|body| ends_transactions(&body)) {
                    self.committing_procedures.insert(procedure.name);
                } else {
                    self.committing_procedures.remove(&procedure.name);
                }
            }
            return Runs::Anywhere;
        }
        words.take("UNIQUE");
        if words.take("INDEX") && words.take("CONCURRENTLY") {
            return Runs::Alone(created_index(words).unwrap_or(Alone::Unknowable));
        }
        Runs::Anywhere
    }
}

/// Whether this statement calls a procedure.
pub(super) fn is_call(statement: &str) -> bool {
    let first = Lexer::new(statement).next();
    first.is_some_and(|token| statement[token.range].eq_ignore_ascii_case("CALL"))
}

/// The name that begins at the token of this index, as the catalog stores it.
pub(super) fn name_at(text: &str, tokens: &[Token], at: usize) -> Option<QualifiedName> {
    Words::new(text, tokens.get(at..).unwrap_or_default()).qualified_name()
}

/// The contents of the text constants of a statement: the body of a `DO`.
pub(super) fn bodies(text: &str, tokens: &[Token]) -> Vec<String> {
    Words::new(text, tokens).texts().collect()
}

/// Whether this statement moves rows through the connection.
pub(super) fn copies(statement: &str) -> bool {
    let tokens: Vec<Token> = Lexer::new(statement).collect();
    let mut words = Words::new(statement, &tokens);
    if !words.take("COPY") {
        return false;
    }
    // A table, perhaps with its columns, or a query.
    words.qualified_name();
    words.skip_parentheses();
    if words.take("FROM") { words.take("STDIN") } else { words.take("TO") && words.take("STDOUT") }
}

/// `BEGIN`, `COMMIT`, `ROLLBACK` and their other names.
fn transaction_command(mut words: Words<'_>) -> Option<Runs> {
    if words.take("BEGIN") {
        return Some(Runs::Begins);
    }
    if words.take("START") {
        return words.take("TRANSACTION").then_some(Runs::Begins);
    }
    if words.take("PREPARE") {
        return words.take("TRANSACTION").then_some(Runs::Commits);
    }
    let ended = if words.take("COMMIT") || words.take("END") {
        Runs::Commits
    } else if words.take("ROLLBACK") || words.take("ABORT") {
        Runs::RollsBack
    } else {
        return None;
    };
    if words.take("PREPARED") {
        return Some(Runs::Alone(Alone::Unknowable));
    }
    let _ = words.take("WORK") || words.take("TRANSACTION");
    let to_savepoint = ended == Runs::RollsBack && words.take("TO");
    Some(if to_savepoint { Runs::Anywhere } else { ended })
}

/// What PostgreSQL refuses inside a transaction block, `CREATE …` and `CALL` aside.
fn refused(mut words: Words<'_>) -> Option<Runs> {
    let alone = if words.take("DROP") {
        dropped(words)?
    } else if words.take("ALTER") {
        altered(words)?
    } else if words.take("REINDEX") {
        let concurrently = words.has_option("concurrently", true);
        words.skip_parentheses();
        let whole = ["SCHEMA", "DATABASE", "SYSTEM"].iter().any(|kind| words.take(kind));
        if !whole {
            words.skip();
        }
        (whole || concurrently || words.take("CONCURRENTLY")).then_some(Alone::Repeatable)?
    } else if words.take("VACUUM") {
        Alone::Repeatable
    } else if words.take("CLUSTER") {
        words.skip_parentheses();
        words.take("VERBOSE");
        words.rest().is_empty().then_some(Alone::Repeatable)?
    } else if words.take("DISCARD") {
        words.take("ALL").then_some(Alone::Repeatable)?
    } else if words.take("DO") {
        words.texts().any(|body| ends_transactions(&body)).then_some(Alone::Unknowable)?
    } else {
        return None;
    };
    Some(Runs::Alone(alone))
}

fn dropped(mut words: Words<'_>) -> Option<Alone> {
    if words.take("INDEX") {
        if !words.take("CONCURRENTLY") {
            return None;
        }
        if words.take("IF") {
            words.take("EXISTS");
        }
        let mut names = Vec::new();
        loop {
            match words.qualified_name() {
                Some(name) => names.push(name),
                None => return Some(Alone::Unknowable),
            }
            if !words.take(",") {
                return Some(Alone::DropIndex { names });
            }
        }
    }
    let gone = words.take("DATABASE") || words.take("TABLESPACE") || words.take("SUBSCRIPTION");
    gone.then_some(Alone::Unknowable)
}

fn altered(mut words: Words<'_>) -> Option<Alone> {
    if words.take("SYSTEM") {
        return Some(Alone::Repeatable);
    }
    if words.take("DATABASE") {
        words.qualified_name()?;
        return (words.take("SET") && words.take("TABLESPACE")).then_some(Alone::Repeatable);
    }
    if words.take("TABLE") {
        if words.take("IF") {
            words.take("EXISTS");
        }
        words.take("ONLY");
        words.qualified_name()?;
        words.take("*");
        if !(words.take("DETACH") && words.take("PARTITION")) {
            return None;
        }
        words.qualified_name()?;
        return words.take("CONCURRENTLY").then_some(Alone::Unknowable);
    }
    if words.take("SUBSCRIPTION") {
        words.qualified_name()?;
        if words.take("REFRESH") {
            return Some(Alone::Repeatable);
        }
        let publications = (words.take("SET") || words.take("ADD") || words.take("DROP"))
            && words.take("PUBLICATION");
        return (publications && !words.has_option("refresh", false)).then_some(Alone::Unknowable);
    }
    None
}

/// The rest of `CREATE [UNIQUE] INDEX CONCURRENTLY`; `None` when it is not what it should be.
fn created_index(mut words: Words<'_>) -> Option<Alone> {
    let unguarded = words;
    if !(words.take("IF") && words.take("NOT") && words.take("EXISTS")) {
        words = unguarded;
    }
    let name = if words.take("ON") {
        None
    } else {
        let name = words.qualified_name()?;
        words.take("ON").then_some(Some(name))?
    };
    words.take("ONLY");
    Some(Alone::CreateIndex { name, table: words.qualified_name()? })
}

/// Whether the body of a `DO` block or a procedure has a `COMMIT` or `ROLLBACK` of its own.
///
/// In PL/pgSQL such a statement follows a semicolon, a word that opens a block, or a label, and
/// is followed by a semicolon or `AND [NO] CHAIN`. Source: PostgreSQL manual, 43.8.
fn ends_transactions(body: &str) -> bool {
    let mut starts_statement = true;
    let mut tokens = Lexer::new(body).peekable();
    while let Some(token) = tokens.next() {
        let is = |words: &[&str]| {
            token.kind == Kind::Word
                && words.iter().any(|word| body[token.range.clone()].eq_ignore_ascii_case(word))
        };
        if starts_statement && is(&["COMMIT", "ROLLBACK"]) {
            let ends = tokens.peek().is_none_or(|next| {
                next.kind == Kind::Semicolon || body[next.range.clone()].eq_ignore_ascii_case("AND")
            });
            if ends {
                return true;
            }
        }
        starts_statement = token.kind == Kind::Semicolon
            || is(&["BEGIN", "THEN", "ELSE", "LOOP"])
            || &body[token.range.clone()] == ">";
    }
    false
}
