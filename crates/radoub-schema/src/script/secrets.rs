//! A statement as it may be shown and kept: without the passwords that it holds.

use std::borrow::Cow;

use super::lexer::{Kind, Lexer};

/// What stands in the place of a secret.
const MASK: &str = "'…'";

/// The statement with every text constant masked that is a password or a connection string: what
/// follows `PASSWORD` or `CONNECTION`, and what holds `password=` or the address of a database.
///
/// Everything else is left as it is; most statements come back unchanged.
pub fn masked(statement: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut copied = 0;
    let mut follows_secret_word = false;
    for token in Lexer::new(statement) {
        let text = &statement[token.range.clone()];
        match token.kind {
            Kind::Text | Kind::DollarText if follows_secret_word || is_secret(text) => {
                shown.push_str(&statement[copied..token.range.start]);
                shown.push_str(MASK);
                copied = token.range.end;
                follows_secret_word = false;
            }
            // `password '…'`, `(password '…')`, `PASSWORD = '…'`.
            Kind::Word | Kind::QuotedName => {
                let word = text.trim_matches('"');
                follows_secret_word = ["PASSWORD", "CONNECTION", "PASSFILE", "SECRET"]
                    .iter()
                    .any(|it| word.eq_ignore_ascii_case(it));
            }
            Kind::Other if text == "=" => {}
            _ => follows_secret_word = false,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(statement);
    }
    shown.push_str(&statement[copied..]);
    Cow::Owned(shown)
}

/// Whether a constant looks like a place where a password stands.
fn is_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let compact: String = lower.split_whitespace().collect();
    let address = lower.find("://").is_some_and(|at| lower[at..].contains('@'));
    compact.contains("password=") || compact.contains("password'") || address
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        for (statement, shown) in [
            ("ALTER ROLE a PASSWORD 'x'", "ALTER ROLE a PASSWORD '…'"),
            (
                "CREATE USER a WITH ENCRYPTED PASSWORD E'x''y' LOGIN",
                "CREATE USER a WITH ENCRYPTED PASSWORD '…' LOGIN",
            ),
            (
                "CREATE SUBSCRIPTION s CONNECTION 'host=a password=b' PUBLICATION p",
                "CREATE SUBSCRIPTION s CONNECTION '…' PUBLICATION p",
            ),
            (
                "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password 'x')",
                "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password '…')",
            ),
            ("SELECT dblink('host=a password = b', 'SELECT 1')", "SELECT dblink('…', 'SELECT 1')"),
            ("INSERT INTO urls VALUES ('postgres://a:b@c/d')", "INSERT INTO urls VALUES ('…')"),
            ("DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''x'''; END $$", "DO '…'"),
        ] {
            assert_eq!(masked(statement), shown);
        }
    }

    #[test]
    fn other_statements_are_left_alone() {
        for statement in [
            "ALTER TABLE users ADD COLUMN password text NOT NULL DEFAULT ''",
            "INSERT INTO t VALUES ('see https://example.org')",
            "COMMENT ON COLUMN users.password IS 'hashed'",
        ] {
            assert!(matches!(masked(statement), std::borrow::Cow::Borrowed(_)), "{statement}");
        }
    }
}
