//! What an error message of an application or of Prisma is a symptom of: the facts in it, found in lines of logs.
//!
//! Only reads text. Which service and which migration are behind a symptom is found elsewhere, by looking.

/// What a line says is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symptom {
    /// A column that the client reads is not there (P2022, SQLSTATE 42703).
    MissingColumn {
        /// The table, when the line names it; without namespace.
        table: Option<String>,
        /// The column.
        column: String,
    },
    /// A table that the client reads is not there (P2021, SQLSTATE 42P01).
    MissingTable {
        /// The table, without namespace.
        table: String,
    },
    /// A database is not there (P1003, SQLSTATE 3D000).
    MissingDatabase {
        /// Its name, when the line names it.
        database: Option<String>,
    },
    /// Another code of Prisma, `P3009`.
    Code(String),
    /// The server cannot be reached.
    ServerAway,
    /// Someone waits for a lock.
    Locked,
}

impl Symptom {
    /// Prisma's code for it.
    pub fn prisma_code(&self) -> Option<&str> {
        match self {
            Self::MissingColumn { .. } => Some("P2022"),
            Self::MissingTable { .. } => Some("P2021"),
            Self::MissingDatabase { .. } => Some("P1003"),
            Self::ServerAway => Some("P1001"),
            Self::Code(code) => Some(code),
            Self::Locked => None,
        }
    }
}

/// What stands before and behind the names in the messages of Prisma and PostgreSQL, English and French.
const COLUMN: [(&str, &str); 5] = [
    ("the column ", " does not exist"),
    ("column ", " does not exist"),
    ("la colonne ", " n'existe pas"),
    ("la colonne ", " n\u{2019}existe pas"),
    ("unknown column ", " in"),
];
const TABLE: [(&str, &str); 5] = [
    ("the table ", " does not exist"),
    ("relation ", " does not exist"),
    ("la relation ", " n'existe pas"),
    ("la relation ", " n\u{2019}existe pas"),
    ("table ", " does not exist"),
];
const DATABASE: [(&str, &str); 4] = [
    ("database ", " does not exist"),
    ("la base de données ", " n'existe pas"),
    ("la base de données ", " n\u{2019}existe pas"),
    ("database ", " was not found"),
];

/// Words of messages that say that nobody answers.
const AWAY: [&str; 9] = [
    "can't reach database server",
    "cannot connect to database",
    "connection refused",
    "connexion refusée",
    "econnrefused",
    "enotfound",
    "the database system is starting up",
    "the database system is shutting down",
    "server closed the connection unexpectedly",
];

/// Words of messages about locks.
const LOCKED: [&str; 4] = [
    "lock timeout",
    "deadlock detected",
    "could not obtain lock",
    "timed out trying to acquire a postgres advisory lock",
];

/// What a line is a symptom of; `None` when it says nothing that is known.
pub fn symptom(line: &str) -> Option<Symptom> {
    let lower = line.to_lowercase();
    // Lowering may change lengths in a few scripts; then names are read from the lowered line.
    let line = if lower.len() == line.len() { line } else { lower.as_str() };
    if let Some(name) = between(line, &lower, &COLUMN) {
        let (table, column) = last_parts(&name);
        let table = table.or_else(|| of_relation(line, &lower));
        return Some(Symptom::MissingColumn { table, column });
    }
    if let Some(name) = between(line, &lower, &DATABASE) {
        return Some(Symptom::MissingDatabase { database: Some(last_parts(&name).1) });
    }
    if let Some(name) = between(line, &lower, &TABLE) {
        return Some(Symptom::MissingTable { table: last_parts(&name).1 });
    }
    if LOCKED.iter().any(|words| lower.contains(words)) {
        return Some(Symptom::Locked);
    }
    if AWAY.iter().any(|words| lower.contains(words)) {
        return Some(Symptom::ServerAway);
    }
    code(line).map(|code| match code.as_str() {
        "P1001" | "P1002" | "P1017" => Symptom::ServerAway,
        "P1003" => Symptom::MissingDatabase { database: None },
        _ => Symptom::Code(code),
    })
}

/// `column x of relation "t" does not exist` names the table too.
fn of_relation(line: &str, lower: &str) -> Option<String> {
    let at = lower.find(" of relation ")? + " of relation ".len();
    let name = line[at..].split(" does not exist").next()?;
    Some(last_parts(name).1)
}

/// The name between the first of these pairs of words that is there, if what stands there can be a name.
fn between(line: &str, lower: &str, pairs: &[(&str, &str)]) -> Option<String> {
    pairs.iter().find_map(|(before, behind)| {
        let end = lower.find(behind)?;
        let start = lower[..end].rfind(before)? + before.len();
        let name = line[start..end].split(" of relation ").next()?.trim();
        let is_name = !name.is_empty()
            && name
                .split(['.', '"', '`', '\''])
                .all(|part| !part.contains(char::is_whitespace) || quoted(name));
        (is_name && !name.contains("(not available)")).then(|| name.to_owned())
    })
}

/// Whether a name stands in quotes, where blanks may be in it.
fn quoted(name: &str) -> bool {
    name.starts_with(['"', '`', '\'', '«'])
}

/// The last two parts of a name with its quotes taken off: table and column, or namespace and table.
fn last_parts(name: &str) -> (Option<String>, String) {
    let bare: String =
        name.chars().filter(|it| !matches!(it, '"' | '`' | '\'' | '«' | '»')).collect();
    let bare = bare.trim();
    match bare.rsplit_once('.') {
        Some((before, last)) => {
            let before = before.rsplit('.').next().unwrap_or(before);
            (Some(before.to_owned()), last.to_owned())
        }
        None => (None, bare.to_owned()),
    }
}

/// The first `P` with four digits that stands alone.
fn code(line: &str) -> Option<String> {
    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    line.match_indices('P').find_map(|(at, _)| {
        let code = line.get(at..at + 5)?;
        let alone = !line[..at].ends_with(is_word) && !line[at + 5..].starts_with(is_word);
        (alone && code[1..].bytes().all(|it| it.is_ascii_digit())).then(|| code.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(table: Option<&str>, column: &str) -> Symptom {
        Symptom::MissingColumn { table: table.map(str::to_owned), column: column.to_owned() }
    }

    #[test]
    fn the_messages_of_the_guide_and_of_prisma_are_understood() {
        let table = |table: &str| Some(Symptom::MissingTable { table: table.to_owned() });
        let database =
            |it: Option<&str>| Some(Symptom::MissingDatabase { database: it.map(str::to_owned) });
        let other = |code: &str| Some(Symptom::Code(code.to_owned()));
        for (line, expected) in [
            (
                "The column 'interventions_techniciens.role' does not exist",
                Some(column(Some("interventions_techniciens"), "role")),
            ),
            (
                "The column `public.audit_logs.level` does not exist in the current database.",
                Some(column(Some("audit_logs"), "level")),
            ),
            ("The column `(not available)` does not exist in the current database.", None),
            (
                "ERROR: column \"level\" of relation \"audit_logs\" does not exist",
                Some(column(Some("audit_logs"), "level")),
            ),
            ("ERREUR:  la colonne « niveau » n'existe pas", Some(column(None, "niveau"))),
            ("column t.oldValue does not exist", Some(column(Some("t"), "oldValue"))),
            (
                "The table `public.factures_fournisseurs` does not exist in the current database.",
                table("factures_fournisseurs"),
            ),
            ("relation \"public.a b\" does not exist", table("a b")),
            (
                "Error: P1003: Database `parabellum_hr` does not exist on the database server",
                database(Some("parabellum_hr")),
            ),
            ("FATAL:  database \"x\" does not exist", database(Some("x"))),
            ("Error: P3005", other("P3005")),
            ("migrate found failed migrations (P3009)", other("P3009")),
            ("P1001: Can't reach database server at `postgres:5432`", Some(Symptom::ServerAway)),
            ("connect ECONNREFUSED 127.0.0.1:5432", Some(Symptom::ServerAway)),
            ("ERROR: deadlock detected", Some(Symptom::Locked)),
            ("listening on port P30055", None),
            ("all is well", None),
            ("P", None),
            ("é P300", None),
        ] {
            assert_eq!(symptom(line), expected, "{line}");
        }
    }
}
