//! Everything that is neither table, index nor row: types, views, functions, triggers, sequences,
//! settings, transactions.

use super::{Act, LockMode, On, Risk, Verb, Work};
use crate::script::words::Words;

/// Reads a statement about such an object; `None` when it is not known.
pub(super) fn read(mut words: Words<'_>) -> Option<Vec<Act>> {
    let act = if words.take("CREATE") {
        created(words)?
    } else if words.take("ALTER") {
        altered(words)?
    } else if words.take("DROP") {
        return dropped(words);
    } else if words.take_all(&["REFRESH", "MATERIALIZED", "VIEW"]) {
        let concurrently = words.take("CONCURRENTLY");
        let view = words.qualified_name()?;
        let mode = if concurrently { LockMode::Exclusive } else { LockMode::AccessExclusive };
        Act::new(Verb::RefreshView, view.name.clone()).on(&view, mode).working(Work::Rewrite)
    } else if words.take("VACUUM") {
        vacuumed(words)
    } else if words.take_any(&["ANALYZE", "ANALYSE"]) {
        let act = Act::new(Verb::Maintain, "ANALYZE").working(Work::Rows);
        match words.qualified_name() {
            Some(table) => act.on(&table, LockMode::ShareUpdateExclusive),
            None => act,
        }
    } else if words.take("CLUSTER") {
        words.skip_parentheses();
        words.take("VERBOSE");
        let act = Act::new(Verb::Maintain, "CLUSTER").working(Work::Rewrite);
        match words.qualified_name() {
            Some(table) => act.on(&table, LockMode::AccessExclusive),
            None => act.holding(On::Dependents, LockMode::AccessExclusive),
        }
    } else if words.take_all(&["COMMENT", "ON"]) {
        commented(words)
    } else if words.take_any(&["GRANT", "REVOKE"]) || words.take_all(&["SECURITY", "LABEL"]) {
        Act::new(Verb::Describe, "")
    } else if session(words) {
        Act::new(Verb::Session, "")
    } else {
        return None;
    };
    Some(vec![act])
}

/// Statements of which nothing stays but in the session.
fn session(mut words: Words<'_>) -> bool {
    const WORDS: &[&str] = &[
        "SET",
        "RESET",
        "SHOW",
        "BEGIN",
        "START",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT",
        "RELEASE",
        "PREPARE",
        "DEALLOCATE",
        "DISCARD",
        "LISTEN",
        "UNLISTEN",
        "NOTIFY",
        "DECLARE",
        "FETCH",
        "MOVE",
        "CLOSE",
        "CHECKPOINT",
        "EXPLAIN",
    ];
    words.take_any(WORDS)
}

fn created(mut words: Words<'_>) -> Option<Act> {
    words.take_all(&["OR", "REPLACE"]);
    words.take_any(&["GLOBAL", "LOCAL"]);
    words.take_any(&["TEMP", "TEMPORARY", "UNLOGGED"]);
    words.take_any(&["RECURSIVE", "TRUSTED", "PROCEDURAL", "CONSTRAINT", "DEFAULT"]);
    let kind = kind(&mut words)?;
    words.take_all(&["IF", "NOT", "EXISTS"]);
    let named = words.qualified_name();
    let name = named.as_ref().map(|it| it.name.clone()).unwrap_or_default();
    Some(match kind.as_str() {
        "TYPE" | "DOMAIN" => {
            let act = Act::new(Verb::CreateType, name);
            match &named {
                Some(named) => act.making(named),
                None => act,
            }
        }
        "TRIGGER" | "RULE" | "POLICY" => {
            let mode = match kind.as_str() {
                "TRIGGER" => LockMode::ShareRowExclusive,
                _ => LockMode::AccessExclusive,
            };
            let before = if kind == "RULE" { "TO" } else { "ON" };
            let act = Act::new(Verb::CreateObject, name).to(kind);
            match table_of(words, before) {
                Some(table) => act.on(&table, mode),
                None => act,
            }
        }
        "STATISTICS" => {
            let act = Act::new(Verb::CreateObject, name).to(kind);
            match table_of(words, "FROM") {
                Some(table) => act.on(&table, LockMode::ShareUpdateExclusive),
                None => act,
            }
        }
        "MATERIALIZED VIEW" => Act::new(Verb::CreateObject, name).to(kind).working(Work::Rows),
        _ => Act::new(Verb::CreateObject, name).to(kind),
    })
}

fn altered(mut words: Words<'_>) -> Option<Act> {
    let kind = kind(&mut words)?;
    words.take_all(&["IF", "EXISTS"]);
    let name = words.qualified_name();
    let shown = name.as_ref().map(|it| it.name.clone()).unwrap_or_default();
    if matches!(kind.as_str(), "TYPE" | "DOMAIN") {
        if words.take_all(&["ADD", "VALUE"]) {
            words.take_all(&["IF", "NOT", "EXISTS"]);
            let label = words.peek().unwrap_or_default().trim_matches('\'').to_owned();
            return Some(Act::new(Verb::AddLabel, label).to(shown));
        }
        if words.take_all(&["RENAME", "VALUE"]) {
            let label = words.peek().unwrap_or_default().trim_matches('\'').to_owned();
            return Some(Act::new(Verb::RenameLabel, label).to(shown).at(Risk::BreaksCode));
        }
        let act = Act::new(Verb::AlterType, shown);
        let renames = words.take("RENAME");
        // A domain's new constraint is proven on every table that uses it.
        let proves = kind == "DOMAIN" && words.take("ADD") && !words.has_any(&["VALID"]);
        return Some(if proves {
            act.holding(On::Dependents, LockMode::Share).working(Work::Scan).at(Risk::MayFail)
        } else if renames {
            act.at(Risk::BreaksCode)
        } else {
            act
        });
    }
    let act = Act::new(Verb::AlterObject, shown).to(kind.clone());
    Some(match (kind.as_str(), name) {
        ("VIEW" | "MATERIALIZED VIEW", Some(view)) => act.on(&view, LockMode::AccessExclusive),
        ("SEQUENCE", Some(sequence)) => act.on(&sequence, LockMode::ShareRowExclusive),
        ("TRIGGER" | "RULE" | "POLICY", _) => match table_of(words, "ON") {
            Some(table) => act.on(&table, LockMode::AccessExclusive),
            None => act,
        },
        _ => act,
    })
}

fn dropped(mut words: Words<'_>) -> Option<Vec<Act>> {
    let kind = kind(&mut words)?;
    words.take_all(&["IF", "EXISTS"]);
    let mut names = Vec::new();
    while let Some(name) = words.qualified_name() {
        words.skip_parentheses();
        names.push(name);
        if !words.take(",") {
            break;
        }
    }
    let on = table_of(words, "ON");
    let cascades = words.has_any(&["CASCADE"]);
    let act = |name: &crate::script::QualifiedName| {
        let verb = match kind.as_str() {
            "TYPE" | "DOMAIN" => Verb::DropType,
            _ => Verb::DropObject,
        };
        let mut act = Act::new(verb, name.name.clone()).at(Risk::BreaksCode);
        if verb == Verb::DropObject {
            act = act.to(kind.clone());
        }
        if let Some(table) = &on {
            act = act.on(table, LockMode::AccessExclusive);
        }
        if matches!(kind.as_str(), "VIEW" | "MATERIALIZED VIEW" | "SEQUENCE") {
            act = act.on(name, LockMode::AccessExclusive);
        }
        // What depends on it goes along: columns of a type, tables of a schema.
        let holds_data = match kind.as_str() {
            "DATABASE" | "OWNED" => true,
            "SCHEMA" | "TYPE" | "DOMAIN" | "EXTENSION" => cascades,
            _ => false,
        };
        if holds_data {
            act = act.holding(On::Dependents, LockMode::AccessExclusive).at(Risk::DeletesData);
        }
        act
    };
    Some(names.iter().map(act).collect())
}

/// Takes the words that name a kind of object.
fn kind(words: &mut Words<'_>) -> Option<String> {
    const KINDS: &[&[&str]] = &[
        &["MATERIALIZED", "VIEW"],
        &["VIEW"],
        &["FUNCTION"],
        &["PROCEDURE"],
        &["ROUTINE"],
        &["AGGREGATE"],
        &["EVENT", "TRIGGER"],
        &["TRIGGER"],
        &["RULE"],
        &["POLICY"],
        &["SEQUENCE"],
        &["TYPE"],
        &["DOMAIN"],
        &["EXTENSION"],
        &["SCHEMA"],
        &["STATISTICS"],
        &["COLLATION"],
        &["OPERATOR"],
        &["CAST"],
        &["LANGUAGE"],
        &["ROLE"],
        &["USER"],
        &["DATABASE"],
        &["OWNED"],
        &["TABLESPACE"],
        &["PUBLICATION"],
        &["SUBSCRIPTION"],
        &["SERVER"],
        &["FOREIGN", "DATA", "WRAPPER"],
        &["TEXT", "SEARCH"],
        &["DEFAULT", "PRIVILEGES"],
        &["PRIVILEGES"],
        &["SYSTEM"],
        &["CONVERSION"],
        &["TRANSFORM"],
    ];
    KINDS.iter().find(|kind| words.take_all(kind)).map(|kind| kind.join(" "))
}

/// The table behind this word.
fn table_of(mut words: Words<'_>, word: &str) -> Option<crate::script::QualifiedName> {
    while !words.is_empty() {
        if words.take(word) {
            return words.qualified_name();
        }
        words.step();
    }
    None
}

fn vacuumed(mut words: Words<'_>) -> Act {
    let full = words.has_option("full", true) || words.has_any(&["FULL"]);
    words.skip_parentheses();
    while words.take_any(&["FULL", "FREEZE", "VERBOSE", "ANALYZE"]) {}
    let (mode, work) = if full {
        (LockMode::AccessExclusive, Work::Rewrite)
    } else {
        (LockMode::ShareUpdateExclusive, Work::Scan)
    };
    let act = Act::new(Verb::Maintain, "VACUUM").working(work);
    match words.qualified_name() {
        Some(table) => act.on(&table, mode),
        None => act.holding(On::Dependents, mode),
    }
}

fn commented(mut words: Words<'_>) -> Act {
    let act = Act::new(Verb::Describe, "");
    if words.take_any(&["TABLE", "VIEW"]) {
        if let Some(table) = words.qualified_name() {
            return act.on(&table, LockMode::ShareUpdateExclusive);
        }
    } else if words.take("COLUMN")
        && let Some(column) = words.qualified_name()
        && let Some(table) = column.schema
    {
        let table = crate::script::QualifiedName { schema: None, name: table };
        return act.on(&table, LockMode::ShareUpdateExclusive);
    }
    act
}
