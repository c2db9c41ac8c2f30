//! What a statement asks of transactions, read from its leading words.
//!
//! The list of statements that PostgreSQL refuses inside a transaction block is measured:
//! `tests/refusals.rs` has a real server refuse each of them (SQLSTATE 25001). Where only the
//! catalog could tell (`REINDEX TABLE` of a partitioned table, `CLUSTER` of one), the transaction
//! is tried: a refusal there undoes everything and says so.

use std::collections::BTreeSet;

use super::lexer::{Kind, Lexer, Token};
use super::{Alone, QualifiedName, Runs};

/// Longest name that PostgreSQL stores, in bytes; the rest is cut off at a character.
/// Source: PostgreSQL manual, 4.1.1.
const NAME_BYTES: usize = 63;

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
        let mut words = Words { text: self.text, tokens, at: 0 };
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
    Words { text, tokens, at }.qualified_name()
}

/// The contents of the text constants of a statement: the body of a `DO`.
pub(super) fn bodies(text: &str, tokens: &[Token]) -> Vec<String> {
    Words { text, tokens, at: 0 }.texts().collect()
}

/// Whether this statement moves rows through the connection.
pub(super) fn copies(statement: &str) -> bool {
    let tokens: Vec<Token> = Lexer::new(statement).collect();
    let mut words = Words { text: statement, tokens: &tokens, at: 0 };
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
            words.at += 1;
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

/// The tokens of a statement, read from left to right.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Words<'a> {
    /// The tokens of this text, from the first.
    pub(super) fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self { text, tokens, at: 0 }
    }

    /// Whether all are taken.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Passes over one token.
    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    /// The text of the token behind the first mention of this word outside parentheses.
    pub(super) fn after(&self, word: &str) -> Option<&'a str> {
        let mut words = *self;
        while !words.is_at_end() {
            words.skip_parentheses();
            if words.take(word) {
                return words.rest().first().map(|token| self.text_of(token));
            }
            words.step();
        }
        None
    }

    fn rest(&self) -> &'a [Token] {
        self.tokens.get(self.at..).unwrap_or_default()
    }

    fn text_of(&self, token: &Token) -> &'a str {
        &self.text[token.range.clone()]
    }

    /// Takes the next token if it is this word or sign, in any case.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let taken = self.rest().first().is_some_and(|token| {
            matches!(token.kind, Kind::Word | Kind::Other)
                && self.text_of(token).eq_ignore_ascii_case(word)
        });
        self.at += usize::from(taken);
        taken
    }

    /// Takes a parenthesis and everything up to its partner.
    fn skip_parentheses(&mut self) {
        let mut depth = 0_usize;
        for token in self.rest() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                self.at += usize::from(token.kind == Kind::Close);
                return;
            }
            self.at += 1;
        }
    }

    /// Whether parentheses further on hold this option with this value; a bare option is true.
    /// The last mention counts.
    fn has_option(&self, option: &str, value: bool) -> bool {
        let rest = self.rest();
        let mut found = None;
        for (index, token) in rest.iter().enumerate() {
            let opens = index > 0 && matches!(self.text_of(&rest[index - 1]), "(" | ",");
            if opens && self.text_of(token).eq_ignore_ascii_case(option) {
                let mut after = rest[index + 1..].iter().map(|it| self.text_of(it));
                let said = match after.next() {
                    Some("=") => after.next(),
                    other => other,
                };
                let said = said.unwrap_or_default().trim_matches('\'');
                let denied = ["false", "off", "0"];
                found = Some(!denied.iter().any(|it| said.eq_ignore_ascii_case(it)));
            }
        }
        found == Some(value)
    }

    /// The content of every text constant further on.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> + use<'a> {
        let words = *self;
        self.rest().iter().filter_map(move |token| {
            let text = words.text_of(token);
            match token.kind {
                Kind::DollarText => {
                    let tag = text[1..].find('$').map_or(text.len(), |at| at + 2);
                    let end = text.len().saturating_sub(tag).max(tag);
                    Some(text.get(tag..end).unwrap_or_default().to_owned())
                }
                Kind::Text => {
                    let open = text.find('\'').map_or(text.len(), |at| at + 1);
                    Some(text[open..].trim_end_matches('\'').replace("''", "'"))
                }
                _ => None,
            }
        })
    }

    /// Takes `name` or `schema.name` (or `database.schema.name`), as the catalog stores it.
    pub(super) fn qualified_name(&mut self) -> Option<QualifiedName> {
        let mut schema = None;
        let mut name = self.name()?;
        while self.take(".") {
            schema = Some(std::mem::replace(&mut name, self.name()?));
        }
        Some(QualifiedName { schema, name })
    }

    fn name(&mut self) -> Option<String> {
        let token = self.rest().first()?;
        let text = self.text_of(token);
        let name = match token.kind {
            // Only ASCII letters are lowered when the database is in UTF-8.
            Kind::Word => text.to_ascii_lowercase(),
            Kind::QuotedName => unquoted(text, 1)?,
            Kind::UnicodeName => {
                let (escape, width) = self.unicode_escape();
                self.at += width;
                unescaped(&unquoted(text, 3)?, escape)?
            }
            _ => return None,
        };
        self.at += 1;
        Some(cut(name))
    }

    /// The escape character of the `U&""` at hand, and how many tokens `UESCAPE '!'` takes.
    fn unicode_escape(&self) -> (char, usize) {
        match self.rest() {
            [_, word, text, ..] if self.text_of(word).eq_ignore_ascii_case("UESCAPE") => {
                let escape = self.text_of(text).trim_matches('\'').chars().next();
                (escape.unwrap_or('\\'), 2)
            }
            _ => ('\\', 0),
        }
    }
}

/// The content of a quoted name whose opening quote is the last of `prefix` bytes.
fn unquoted(text: &str, prefix: usize) -> Option<String> {
    let content = text.get(prefix..text.len().checked_sub(1)?)?;
    (!content.is_empty()).then(|| content.replace("\"\"", "\""))
}

/// Turns `\XXXX`, `\+XXXXXX` and `\\` into the characters they stand for; `None` when one stands
/// for none. Source: PostgreSQL manual, 4.1.2.3.
fn unescaped(text: &str, escape: char) -> Option<String> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        rest = &rest[next.len_utf8()..];
        if next != escape {
            units.extend(next.encode_utf16(&mut [0; 2]).iter());
            continue;
        }
        if let Some(after) = rest.strip_prefix(escape) {
            units.extend(escape.encode_utf16(&mut [0; 2]).iter());
            rest = after;
            continue;
        }
        let (digits, after) = match rest.strip_prefix('+') {
            Some(long) => (long.get(..6)?, &long[6..]),
            None => (rest.get(..4)?, &rest[4..]),
        };
        let code = u32::from_str_radix(digits, 16).ok()?;
        match u16::try_from(code) {
            // A half of a surrogate pair waits here for the other one.
            Ok(unit) => units.push(unit),
            Err(_) => units.extend(char::from_u32(code)?.encode_utf16(&mut [0; 2]).iter()),
        }
        rest = after;
    }
    String::from_utf16(&units).ok()
}

/// Cuts a name to what PostgreSQL stores.
fn cut(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(NAME_BYTES));
    name
}
