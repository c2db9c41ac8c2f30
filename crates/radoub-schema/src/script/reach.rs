//! What a script reaches beyond the database that it runs in, and what it wants its server to have.
//!
//! Read from the leading words of each statement, and from the texts of `DO` blocks. What a function does that
//! was there before is not seen.

use super::Script;
use super::lexer::Lexer;
use super::words::Words;

/// Kinds of things that belong to the server, not to one of its databases.
const SHARED: [&str; 5] = ["ROLE", "USER", "GROUP", "DATABASE", "TABLESPACE"];

impl Script {
    /// The first statement that changes something outside its database: where it starts (byte offset), and its
    /// leading words.
    ///
    /// These are roles and their memberships, databases, tablespaces and settings of the server, subscriptions,
    /// and files and programs of the server's machine.
    pub fn outside(&self, text: &str) -> Option<(usize, String)> {
        self.statements.iter().find_map(|statement| {
            let start = statement.range.start;
            Some((start, outside(&text[statement.range.clone()])?))
        })
    }

    /// The extensions that the script asks for (`CREATE EXTENSION`), in order.
    pub fn extensions(&self, text: &str) -> Vec<String> {
        let asked = |range: std::ops::Range<usize>| {
            let tokens: Vec<_> = Lexer::new(&text[range.clone()]).take(8).collect();
            let mut words = Words::new(&text[range], &tokens);
            if !(words.take("CREATE") && words.take("EXTENSION")) {
                return None;
            }
            if words.take("IF") {
                words.take("NOT");
                words.take("EXISTS");
            }
            words.qualified_name().map(|it| it.name)
        };
        self.statements.iter().filter_map(|it| asked(it.range.clone())).collect()
    }
}

/// The leading words of a statement that reaches outside its database.
fn outside(statement: &str) -> Option<String> {
    let first = Lexer::new(statement).next()?;
    let first = statement[first.range].to_ascii_uppercase();
    let tokens: Vec<_> = match first.as_str() {
        "CREATE" | "ALTER" | "DROP" => Lexer::new(statement).take(4).collect(),
        "COPY" | "GRANT" | "REVOKE" | "DO" => Lexer::new(statement).collect(),
        _ => return None,
    };
    let mut words = Words::new(statement, &tokens);
    words.take(&first);
    match first.as_str() {
        "COPY" => {
            let mut ends = ["TO", "FROM"].into_iter().filter_map(|word| words.after(word));
            // Only the client's side of it stays within the connection.
            let client =
                |next: &str| ["STDIN", "STDOUT"].iter().any(|it| next.eq_ignore_ascii_case(it));
            ends.any(|next| !client(next) && next != "(").then(|| first.clone())
        }
        // A privilege is on something; a role that is given has nothing to be on.
        "GRANT" | "REVOKE" => words.after("ON").is_none().then(|| first.clone()),
        "DO" => words.texts().find_map(|body| within(&body)),
        _ => shared(words).map(|kind| format!("{first} {kind}")),
    }
}

/// The kind that follows `CREATE`, `ALTER` or `DROP`, when it is not of the database.
fn shared(mut words: Words<'_>) -> Option<&'static str> {
    for kind in SHARED {
        if words.take(kind) {
            // A user mapping is of a foreign server, which is of the database.
            return (!words.take("MAPPING")).then_some(kind);
        }
    }
    ["SYSTEM", "SUBSCRIPTION"].into_iter().find(|kind| words.take(kind))
}

/// The same within the body of a block, where a statement may stand anywhere, in a text too.
fn within(body: &str) -> Option<String> {
    let tokens: Vec<_> = Lexer::new(body).collect();
    let mut words = Words::new(body, &tokens);
    while !words.is_empty() {
        for verb in ["CREATE", "ALTER", "DROP"] {
            let mut here = words;
            if here.take(verb)
                && let Some(kind) = shared(here)
            {
                return Some(format!("{verb} {kind}"));
            }
        }
        words.skip();
    }
    let mut texts = Words::new(body, &tokens).texts();
    texts.find_map(|text| within(&text))
}
