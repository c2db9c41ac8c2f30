//! Columns of a table: added, dropped, changed.

use super::{Act, LockMode, On, Risk, Verb, Work, keys};
use crate::script::QualifiedName;
use crate::script::words::Words;

/// Words that end the expression of a `DEFAULT`.
const CONSTRAINTS: &[&str] = &[
    "NOT",
    "NULL",
    "UNIQUE",
    "PRIMARY",
    "REFERENCES",
    "CHECK",
    "CONSTRAINT",
    "GENERATED",
    "COLLATE",
    "DEFERRABLE",
    "INITIALLY",
    "STORAGE",
    "COMPRESSION",
    "DEFAULT",
];

/// Functions whose value is the same for all rows of a statement: a default made of them is
/// computed once, and no row is written. Source: PostgreSQL manual, ALTER TABLE, notes; the
/// volatility of each from `pg_proc`.
const STEADY: &[&str] = &[
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "current_timestamp",
    "current_time",
    "current_date",
    "localtimestamp",
    "localtime",
    "current_user",
    "session_user",
    "current_setting",
    "current_database",
    "current_schema",
    "date_trunc",
    "date_part",
    "extract",
    "to_timestamp",
    "to_date",
    "to_char",
    "timezone",
    "make_interval",
    "make_date",
    "age",
    "lower",
    "upper",
    "concat",
    "md5",
    "encode",
    "decode",
    "repeat",
    "replace",
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "cast",
    "row",
    "array",
    "jsonb_build_object",
    "jsonb_build_array",
    "json_build_object",
    "json_build_array",
    "to_jsonb",
    "to_json",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
    "point",
    "st_geomfromtext",
];

/// `ADD [COLUMN] [IF NOT EXISTS] name type …`.
pub(super) fn added(mut words: Words<'_>, table: &QualifiedName) -> Vec<Act> {
    words.take("COLUMN");
    let is_guarded = words.take_all(&["IF", "NOT", "EXISTS"]);
    let name = words.name().unwrap_or_default();
    let definition = Definition::read(words);
    let mut act = Act::new(Verb::AddColumn, name)
        .on(table, LockMode::AccessExclusive)
        .working(definition.work())
        .guarded(is_guarded);
    if definition.may_fail() {
        act = act.at(Risk::MayFail);
    }
    if let Some(referenced) = keys::referenced(words) {
        act = act.holding(On::Table(referenced), LockMode::ShareRowExclusive);
    }
    vec![act]
}

/// `DROP [COLUMN] [IF EXISTS] name`.
pub(super) fn dropped(mut words: Words<'_>, table: &QualifiedName) -> Act {
    words.take("COLUMN");
    words.take_all(&["IF", "EXISTS"]);
    Act::new(Verb::DropColumn, words.name().unwrap_or_default())
        .on(table, LockMode::AccessExclusive)
        .at(Risk::DeletesData)
        .at(Risk::BreaksCode)
}

/// `ALTER [COLUMN] name …`.
pub(super) fn altered(mut words: Words<'_>, table: &QualifiedName) -> Act {
    words.take("COLUMN");
    let name = words.name().unwrap_or_default();
    let act = |verb| Act::new(verb, name.clone()).on(table, LockMode::AccessExclusive);
    let is_type = words.take("TYPE") || words.take_all(&["SET", "DATA", "TYPE"]);
    if is_type {
        let to = type_text(&mut words);
        let act = act(Verb::ChangeType).to(to).working(Work::Rewrite).at(Risk::MayFail);
        // The statement that runs already was planned for the old type.
        return act.at(Risk::BreaksCode);
    }
    if words.take_all(&["SET", "NOT", "NULL"]) {
        return act(Verb::SetNotNull).working(Work::Scan).at(Risk::MayFail);
    }
    if words.take_all(&["DROP", "NOT", "NULL"]) {
        return act(Verb::DropNotNull);
    }
    if words.take_all(&["SET", "DEFAULT"]) {
        return act(Verb::SetDefault);
    }
    if words.take_all(&["DROP", "DEFAULT"]) {
        return act(Verb::DropDefault);
    }
    let settings = words.take_all(&["SET", "STATISTICS"])
        || words.take_all(&["RESET"])
        || (words.take("SET") && words.is_at_group());
    if settings {
        return Act::new(Verb::AlterColumn, name).on(table, LockMode::ShareUpdateExclusive);
    }
    act(Verb::AlterColumn)
}

/// The type at hand, up to `USING`, `COLLATE` or what else follows, in the catalog's spelling.
fn type_text(words: &mut Words<'_>) -> String {
    let mut text = String::new();
    while !words.is_empty() && !words.clone().take_any(&["USING", "COLLATE"]) {
        let piece = if words.is_at_group() {
            words.group().map(|group| format!("({})", group.written())).unwrap_or_default()
        } else {
            let piece = words.peek().unwrap_or_default().to_owned();
            words.skip();
            if text.is_empty() || matches!(piece.as_str(), "[" | "]" | "." | ",") {
                piece
            } else {
                format!(" {piece}")
            }
        };
        text.push_str(&piece);
    }
    text
}

/// What the definition of a new column says.
#[derive(Default)]
struct Definition {
    is_serial: bool,
    is_identity: bool,
    is_stored: bool,
    is_virtual: bool,
    is_not_null: bool,
    has_default: bool,
    has_changing_default: bool,
    has_key: bool,
    has_check: bool,
}

impl Definition {
    /// Reads type and constraints.
    fn read(mut words: Words<'_>) -> Self {
        let mut definition = Self::default();
        let kind = words.peek().unwrap_or_default().to_ascii_lowercase();
        definition.is_serial =
            kind.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("serial");
        while !words.is_empty() {
            if words.take_all(&["NOT", "NULL"]) {
                definition.is_not_null = true;
            } else if words.take("DEFAULT") {
                definition.has_default = true;
                definition.has_changing_default |= changes(&mut words);
            } else if words.take("GENERATED") {
                words.take_any(&["ALWAYS"]);
                words.take_all(&["BY", "DEFAULT"]);
                words.take("AS");
                if words.take("IDENTITY") {
                    definition.is_identity = true;
                } else {
                    words.group();
                    // Until 17 there is no other kind than STORED; without a word, 18 means VIRTUAL.
                    definition.is_stored |= words.take("STORED");
                    definition.is_virtual |= !definition.is_stored;
                }
            } else if words.take_any(&["UNIQUE", "PRIMARY"]) {
                definition.has_key = true;
            } else if words.take_any(&["CHECK", "REFERENCES"]) {
                definition.has_check = true;
            } else {
                words.step();
            }
        }
        definition
    }

    fn work(&self) -> Work {
        if self.is_serial || self.is_identity || self.is_stored || self.has_changing_default {
            Work::Rewrite
        } else if self.has_key {
            Work::IndexBuild
        } else if self.has_check && self.has_default {
            Work::Scan
        } else {
            Work::Catalog
        }
    }

    /// Whether rows that are there already cannot have it.
    fn may_fail(&self) -> bool {
        let filled = self.has_default
            || self.is_serial
            || self.is_identity
            || self.is_stored
            || self.is_virtual;
        (self.is_not_null && !filled)
            || (self.has_key && self.has_default && !self.has_changing_default)
    }
}

/// Takes the expression of a default; says whether it may give another value for each row.
fn changes(words: &mut Words<'_>) -> bool {
    let mut changes = false;
    let mut called: Option<String> = None;
    while !words.is_empty() && !words.clone().take_any(CONSTRAINTS) {
        if words.is_at_group() {
            let is_steady = called.as_deref().is_none_or(|name| STEADY.contains(&name));
            changes |= !is_steady;
            if let Some(mut inner) = words.group() {
                changes |= inner_changes(&mut inner);
            }
            called = None;
        } else {
            called =
                words.is_at_name().then(|| words.peek().unwrap_or_default().to_ascii_lowercase());
            words.skip();
        }
    }
    changes
}

/// The same for what stands in parentheses, where no constraint ends it.
fn inner_changes(words: &mut Words<'_>) -> bool {
    let mut changes_here = false;
    while !words.is_empty() {
        let before = *words;
        changes_here |= changes(words);
        if before.written() == words.written() {
            words.skip();
        }
    }
    changes_here
}

/// What a change of type costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeChange {
    /// The values stay as they are.
    Catalog,
    /// Every row is written anew.
    Rewrite,
}

/// What changing a column from one type to another costs; both as PostgreSQL writes them
/// (`format_type`) or as a script does. Types that are not known are said to rewrite.
///
/// Source: PostgreSQL manual, ALTER TABLE, notes; each case measured in `tests/locks.rs`.
pub fn type_change(from: &str, to: &str) -> TypeChange {
    let (from, to) = (Type::read(from), Type::read(to));
    let widens = |from: &Type, to: &Type| match (from.limits.as_slice(), to.limits.as_slice()) {
        (_, []) => true,
        ([], [_, ..]) => false,
        ([from, scale @ ..], [to, to_scale @ ..]) => to >= from && scale == to_scale,
    };
    let stays = match (from.base.as_str(), to.base.as_str()) {
        ("varchar" | "text", "text") | ("cidr", "inet") => from.is_array == to.is_array,
        ("text", "varchar") => to.limits.is_empty() && from.is_array == to.is_array,
        (
            "varchar" | "varbit" | "numeric" | "timestamp" | "timestamptz" | "time" | "timetz"
            | "interval",
            same,
        ) if same == from.base => {
            !from.is_array && !to.is_array && widens(&from, &to) || from == to
        }
        (_, _) => from == to,
    };
    if stays { TypeChange::Catalog } else { TypeChange::Rewrite }
}

/// A type with its limits.
#[derive(PartialEq, Eq)]
struct Type {
    base: String,
    limits: Vec<u32>,
    is_array: bool,
}

impl Type {
    fn read(text: &str) -> Self {
        let lower = text.trim().trim_matches('"').to_ascii_lowercase();
        let is_array = lower.contains("[]");
        let lower = lower.replace("[]", "");
        let (head, rest) = lower.split_once('(').unwrap_or((&lower, ""));
        let (limits, tail) = rest.split_once(')').unwrap_or(("", ""));
        let limits = limits.split(',').filter_map(|it| it.trim().parse().ok()).collect();
        let words: Vec<&str> = head.split_whitespace().chain(tail.split_whitespace()).collect();
        let name = words.join(" ");
        let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
        let base = match name {
            "character varying" => "varchar",
            "decimal" => "numeric",
            "timestamp without time zone" => "timestamp",
            "timestamp with time zone" => "timestamptz",
            "time without time zone" => "time",
            "time with time zone" => "timetz",
            "bit varying" => "varbit",
            "int" | "integer" => "int4",
            "bigint" => "int8",
            "smallint" => "int2",
            "boolean" => "bool",
            "double precision" => "float8",
            "real" => "float4",
            "character" => "char",
            other => other,
        };
        Self { base: base.to_owned(), limits, is_array }
    }
}

#[cfg(test)]
mod tests {
    use super::{TypeChange, type_change};

    #[test]
    fn wider_types_keep_their_values() {
        for (from, to) in [
            ("character varying(50)", "VARCHAR(100)"),
            ("character varying(50)", "TEXT"),
            ("text", "VARCHAR"),
            ("numeric(10,2)", "DECIMAL(12, 2)"),
            ("numeric(10,2)", "numeric"),
            ("timestamp(3) without time zone", "TIMESTAMP(6)"),
            ("timestamp(3) without time zone", "timestamp"),
            ("integer", "INT"),
        ] {
            assert_eq!(type_change(from, to), TypeChange::Catalog, "{from} to {to}");
        }
    }

    #[test]
    fn other_types_are_written_anew() {
        for (from, to) in [
            ("character varying(50)", "VARCHAR(20)"),
            ("text", "VARCHAR(20)"),
            ("integer", "BIGINT"),
            ("integer", "TEXT"),
            ("numeric(10,2)", "numeric(12,3)"),
            ("timestamp(6) without time zone", "TIMESTAMP(3)"),
            ("timestamp(3) without time zone", "TIMESTAMPTZ(3)"),
            ("text[]", "TEXT"),
        ] {
            assert_eq!(type_change(from, to), TypeChange::Rewrite, "{from} to {to}");
        }
    }
}
