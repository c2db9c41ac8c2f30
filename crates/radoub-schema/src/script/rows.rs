//! Whether a statement changes rows: what a script does besides the schema, and what nobody can
//! see in a catalog afterwards.

use super::lexer::{Kind, Lexer, Token};
use super::{QualifiedName, Script, classification};

/// A statement that changes rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// Its line in the script, from 1.
    pub line: usize,
    /// What it does.
    pub verb: Verb,
    /// The table; `None` when the statement does it in a body of its own, or names it in a way
    /// that is not understood.
    pub table: Option<QualifiedName>,
}

/// How rows change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Rows come.
    Insert,
    /// Rows change.
    Update,
    /// Rows go.
    Delete,
}

impl Verb {
    /// The word of SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

impl Script {
    /// The statements that change rows, in order. `text` is what the script was parsed from.
    ///
    /// `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `COPY … FROM` and `TRUNCATE`, also behind `WITH` and
    /// in the body of a `DO`; a function that is called may do anything and is not looked into, nor
    /// are functions and triggers that are only made.
    pub fn row_changes(&self, text: &str) -> Vec<RowChange> {
        let mut changes = Vec::new();
        for (index, statement) in self.statements.iter().enumerate() {
            let line = text[..statement.range.start].bytes().filter(|it| *it == b'\n').count() + 1;
            let found = of_statement(self.statement_text(text, index));
            changes.extend(found.map(|(verb, table)| RowChange { line, verb, table }));
        }
        changes
    }
}

fn of_statement(text: &str) -> Option<(Verb, Option<QualifiedName>)> {
    let tokens: Vec<Token> = Lexer::new(text).collect();
    let word = |index: usize| {
        let token = tokens.get(index).filter(|token| token.kind == Kind::Word)?;
        Some(text[token.range.clone()].to_ascii_uppercase())
    };
    match word(0)?.as_str() {
        "DO" => classification::bodies(text, &tokens).iter().find_map(|body| in_body(body)),
        "WITH" => in_body(text),
        "COPY" => {
            // `COPY t TO` only reads.
            let from =
                (1..tokens.len()).find_map(|at| word(at).filter(|it| it == "FROM" || it == "TO"));
            (from? == "FROM").then(|| (Verb::Insert, classification::name_at(text, &tokens, 1)))
        }
        _ => at(text, &tokens, 0),
    }
}

/// The first change that stands anywhere in a text of statements.
fn in_body(body: &str) -> Option<(Verb, Option<QualifiedName>)> {
    let tokens: Vec<Token> = Lexer::new(body).collect();
    let word = |index: usize| tokens.get(index).map(|token| &body[token.range.clone()]);
    (0..tokens.len()).find_map(|index| {
        // `FOR UPDATE`, `ON UPDATE CASCADE`, `ON DELETE …`, `AFTER INSERT OR UPDATE` change nothing.
        let before = index.checked_sub(1).and_then(word).unwrap_or_default();
        let harmless = ["FOR", "ON", "OR", "AFTER", "BEFORE", "OF", "KEY"];
        if harmless.iter().any(|it| before.eq_ignore_ascii_case(it)) {
            return None;
        }
        at(body, &tokens, index)
    })
}

/// The change that begins at a token.
fn at(text: &str, tokens: &[Token], index: usize) -> Option<(Verb, Option<QualifiedName>)> {
    let is = |place: usize, wanted: &str| {
        tokens.get(place).is_some_and(|token| {
            token.kind == Kind::Word && text[token.range.clone()].eq_ignore_ascii_case(wanted)
        })
    };
    let named = |mut place: usize, skipped: &[&str]| {
        while skipped.iter().any(|it| is(place, it)) {
            place += 1;
        }
        classification::name_at(text, tokens, place)
    };
    let after = index + 1;
    if is(index, "INSERT") && is(after, "INTO") {
        Some((Verb::Insert, named(after, &["INTO"])))
    } else if is(index, "MERGE") && is(after, "INTO") {
        Some((Verb::Update, named(after, &["INTO", "ONLY"])))
    } else if is(index, "UPDATE") {
        Some((Verb::Update, named(after, &["ONLY"])))
    } else if is(index, "DELETE") && is(after, "FROM") {
        Some((Verb::Delete, named(after, &["FROM", "ONLY"])))
    } else if is(index, "TRUNCATE") {
        Some((Verb::Delete, named(after, &["TABLE", "ONLY"])))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `line VERB table` of every change.
    fn changes(text: &str) -> Vec<String> {
        let changes = Script::parse(text).row_changes(text);
        let shown = |it: RowChange| {
            let table = it.table.map(|table| match table.schema {
                Some(schema) => format!("{schema}.{}", table.name),
                None => table.name,
            });
            format!("{} {} {}", it.line, it.verb.as_str(), table.unwrap_or_default())
        };
        changes.into_iter().map(shown).collect()
    }

    #[test]
    fn statements_that_change_rows_are_found() {
        let text = "CREATE TABLE a (b int);\n\
                    -- fill it\n\
                    INSERT INTO a VALUES (1);\n\
                    insert into \"S\".\"A\" select 1;\n\
                    UPDATE ONLY a SET b = 2;\n\
                    WITH x AS (SELECT 1) DELETE FROM public.a;\n\
                    TRUNCATE TABLE a;\n\
                    COPY a FROM '/x'; COPY a TO '/x';\n\
                    DO $$ BEGIN UPDATE a SET b = 1; END $$;\n\
                    MERGE INTO a USING c ON true WHEN MATCHED THEN DO NOTHING;\n";
        assert_eq!(
            changes(text),
            [
                "3 INSERT a",
                "4 INSERT S.A",
                "5 UPDATE a",
                "6 DELETE public.a",
                "7 DELETE a",
                "8 INSERT a",
                "9 UPDATE a",
                "10 UPDATE a",
            ]
        );
    }

    #[test]
    fn what_only_names_a_change_is_none() {
        let text = "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c ON DELETE CASCADE ON UPDATE CASCADE;\n\
                    CREATE TRIGGER t AFTER INSERT OR UPDATE ON a EXECUTE FUNCTION f();\n\
                    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'UPDATE a SET b = 1 RETURNING 1';\n\
                    DO $$ BEGIN ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES c ON UPDATE CASCADE; END $$;\n\
                    COMMENT ON TABLE a IS 'INSERT INTO b';";
        assert_eq!(changes(text), [""; 0]);
    }
}
