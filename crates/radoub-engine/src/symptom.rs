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
    /// The database is not what its history makes of it.
    Drift,
    /// No schema is where the command looked for one.
    SchemaNotFound,
    /// Prisma's engine is not there, or not for this system.
    EngineMissing,
    /// Prisma's engine could not be fetched.
    EngineDownload,
    /// No connection was to be had: the server's or a pool's are all taken.
    ConnectionsTaken,
    /// A pooler gave a session to somebody else in between.
    SharedSession,
    /// The server is on its way up.
    Starting,
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
            Self::ConnectionsTaken => Some("P2024"),
            Self::Locked
            | Self::Drift
            | Self::SchemaNotFound
            | Self::EngineMissing
            | Self::EngineDownload
            | Self::SharedSession
            | Self::Starting => None,
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
const AWAY: [&str; 8] = [
    "can't reach database server",
    "cannot connect to database",
    "connection refused",
    "connexion refusée",
    "econnrefused",
    "enotfound",
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

/// Other words of messages, and what they say; a code of Prisma for those that have one and may come without it.
const SAID: [(&str, Said); 52] = [
    ("the database system is starting up", Said::Is(Symptom::Starting)),
    ("database does not exist", Said::Is(Symptom::MissingDatabase { database: None })),
    ("drift detected", Said::Is(Symptom::Drift)),
    ("not in sync with your migration history", Said::Is(Symptom::Drift)),
    ("not in sync with the migration history", Said::Is(Symptom::Drift)),
    ("schema drift", Said::Is(Symptom::Drift)),
    ("could not find the schema", Said::Is(Symptom::SchemaNotFound)),
    ("could not find prisma schema", Said::Is(Symptom::SchemaNotFound)),
    ("could not find a schema.prisma", Said::Is(Symptom::SchemaNotFound)),
    ("could not load `--schema`", Said::Is(Symptom::SchemaNotFound)),
    ("could not locate the query engine", Said::Is(Symptom::EngineMissing)),
    ("query engine library for current platform", Said::Is(Symptom::EngineMissing)),
    ("query engine binary for current platform", Said::Is(Symptom::EngineMissing)),
    ("unable to require(`", Said::Is(Symptom::EngineMissing)),
    ("libssl.so", Said::Is(Symptom::EngineMissing)),
    ("libcrypto.so", Said::Is(Symptom::EngineMissing)),
    ("failed to detect the libssl", Said::Is(Symptom::EngineMissing)),
    ("binarytargets", Said::Is(Symptom::EngineMissing)),
    ("did not initialize yet", Said::Is(Symptom::EngineMissing)),
    ("failed to fetch the engine file", Said::Is(Symptom::EngineDownload)),
    ("failed to fetch sha256 checksum", Said::Is(Symptom::EngineDownload)),
    ("binaries.prisma.sh", Said::Is(Symptom::EngineDownload)),
    ("too many clients already", Said::Is(Symptom::ConnectionsTaken)),
    ("remaining connection slots are reserved", Said::Is(Symptom::ConnectionsTaken)),
    ("timed out fetching a new connection", Said::Is(Symptom::ConnectionsTaken)),
    ("prepared statement \"s", Said::Is(Symptom::SharedSession)),
    ("authentication failed", Said::Code("P1000")),
    ("was denied access on the database", Said::Code("P1010")),
    ("permission denied for", Said::Code("P1010")),
    ("error opening a tls connection", Said::Code("P1011")),
    ("migration already applied", Said::Code("P3008")),
    ("already recorded as applied", Said::Code("P3008")),
    ("database schema is not empty", Said::Code("P3005")),
    ("failed to apply cleanly to the shadow database", Said::Code("P3006")),
    ("could not create the shadow database", Said::Code("P3014")),
    ("found failed migrations", Said::Code("P3009")),
    ("could not find the migration file", Said::Code("P3015")),
    ("a migration failed to apply", Said::Code("P3018")),
    ("does not match the one specified in the migration_lock", Said::Code("P3019")),
    ("preview features are not yet allowed", Said::Code("P3007")),
    ("is a system database", Said::Code("P3004")),
    ("name of the migration is too long", Said::Code("P3010")),
    ("cannot be rolled back because it was never applied", Said::Code("P3011")),
    ("cannot be rolled back because it is not in a failed state", Said::Code("P3012")),
    ("provider arrays are no longer supported", Said::Code("P3013")),
    ("fallback method for database resets failed", Said::Code("P3016")),
    ("make sure that the migration exists", Said::Code("P3017")),
    ("automatic creation of shadow databases is disabled", Said::Code("P3020")),
    ("foreign keys cannot be created on this database", Said::Code("P3021")),
    ("direct execution of ddl", Said::Code("P3022")),
    ("environment variable not found", Said::Code("P1012")),
    ("prisma schema validation", Said::Code("P1012")),
];

/// What words of a message say.
enum Said {
    Is(Symptom),
    Code(&'static str),
}

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
    let said = SAID.iter().find(|(words, _)| lower.contains(words));
    // The code that the line itself names knows better than its words.
    let code = code(line);
    if let Some((_, said)) = said
        && code.is_none()
    {
        return Some(match said {
            Said::Is(symptom) => symptom.clone(),
            Said::Code(code) => Symptom::Code((*code).to_owned()),
        });
    }
    code.map(|code| match code.as_str() {
        "P1001" | "P1017" => Symptom::ServerAway,
        "P2024" | "P2037" => Symptom::ConnectionsTaken,
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
            ("Error: P1002", other("P1002")),
            ("Drift detected: Your database schema is not in sync", Some(Symptom::Drift)),
            ("Migration already applied", other("P3008")),
            (
                "Error: Could not find the schema `prisma/schema.prisma`",
                Some(Symptom::SchemaNotFound),
            ),
            (
                "Query engine library for current platform \"debian-openssl-3.0.x\" could not be found.",
                Some(Symptom::EngineMissing),
            ),
            ("FATAL: sorry, too many clients already", Some(Symptom::ConnectionsTaken)),
            ("FATAL: password authentication failed for user \"x\"", other("P1000")),
            ("all is well", None),
            ("P", None),
            ("é P300", None),
        ] {
            assert_eq!(symptom(line), expected, "{line}");
        }
    }
}
