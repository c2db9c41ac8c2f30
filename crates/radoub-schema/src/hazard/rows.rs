//! Statements about rows: written, changed, deleted; and code that may do anything.

use super::{Act, LockMode, On, Risk, Verb, Work};
use crate::script::QualifiedName;
use crate::script::words::Words;

/// Reads a statement about rows; `None` when it is about something else.
pub(super) fn read(mut words: Words<'_>) -> Option<Vec<Act>> {
    let on = |verb, table: &QualifiedName| {
        Act::new(verb, table.name.clone()).on(table, LockMode::RowExclusive).working(Work::Rows)
    };
    if words.clone().take("WITH") {
        return Some(vec![with(words)]);
    }
    if words.take_all(&["INSERT", "INTO"]) {
        return Some(vec![on(Verb::InsertRows, &words.qualified_name()?)]);
    }
    if words.take("UPDATE") {
        words.take("ONLY");
        return Some(vec![on(Verb::UpdateRows, &words.qualified_name()?)]);
    }
    if words.take_all(&["DELETE", "FROM"]) {
        words.take("ONLY");
        return Some(vec![on(Verb::DeleteRows, &words.qualified_name()?).at(Risk::DeletesData)]);
    }
    if words.take_all(&["MERGE", "INTO"]) {
        words.take("ONLY");
        let act = on(Verb::UpdateRows, &words.qualified_name()?);
        let deletes = words.has_any(&["DELETE"]);
        return Some(vec![if deletes { act.at(Risk::DeletesData) } else { act }]);
    }
    if words.take("COPY") {
        let table = words.qualified_name()?;
        return Some(vec![on(Verb::InsertRows, &table)]);
    }
    if words.take("TRUNCATE") {
        words.take("TABLE");
        return Some(truncated(words));
    }
    if words.take_any(&["DO", "CALL", "EXECUTE"]) {
        return Some(vec![code()]);
    }
    if words.take("SELECT") {
        return Some(vec![selected(words)]);
    }
    None
}

fn truncated(mut words: Words<'_>) -> Vec<Act> {
    let mut acts = Vec::new();
    loop {
        words.take("ONLY");
        let Some(table) = words.qualified_name() else { break };
        words.take("*");
        acts.push(
            Act::new(Verb::Truncate, table.name.clone())
                .on(&table, LockMode::AccessExclusive)
                .at(Risk::DeletesData),
        );
        if !words.take(",") {
            break;
        }
    }
    if words.take_any(&["RESTART", "CONTINUE"]) {
        words.take("IDENTITY");
    }
    if words.take("CASCADE") {
        acts = acts
            .into_iter()
            .map(|act| act.holding(On::Dependents, LockMode::AccessExclusive))
            .collect();
    }
    acts
}

/// A statement that begins with `WITH`: what changes rows may stand in it anywhere.
fn with(words: Words<'_>) -> Act {
    let mut found = Act::new(Verb::RunCode, "").working(Work::Rows);
    let mut nested = vec![words];
    while let Some(mut words) = nested.pop() {
        while !words.is_empty() {
            let change = if words.take_all(&["DELETE", "FROM"]) {
                Some((Verb::DeleteRows, Some(Risk::DeletesData)))
            } else if words.take_all(&["INSERT", "INTO"]) {
                Some((Verb::InsertRows, None))
            } else if words.take("UPDATE") {
                Some((Verb::UpdateRows, None))
            } else {
                None
            };
            if let Some((verb, risk)) = change {
                words.take("ONLY");
                if let Some(table) = words.qualified_name() {
                    found.action.verb = verb;
                    table.name.clone_into(&mut found.action.name);
                    found = found.on(&table, LockMode::RowExclusive);
                    found.risks.extend(risk);
                }
            } else if words.is_at_group() {
                nested.extend(words.group());
            } else {
                words.skip();
            }
        }
    }
    found
}

fn code() -> Act {
    Act::new(Verb::RunCode, "").working(Work::Unknown).at(Risk::Unforeseeable)
}

/// A `SELECT`: setting and reading are harmless, a function of the database may be anything.
fn selected(mut words: Words<'_>) -> Act {
    let name = words.qualified_name().map(|it| it.name);
    match name.as_deref() {
        Some("set_config" | "setval") if words.is_at_group() => Act::new(Verb::Session, ""),
        Some("pg_sleep" | "now" | "count" | "pg_advisory_xact_lock") if words.is_at_group() => {
            Act::new(Verb::RunCode, "").working(Work::Rows)
        }
        Some(name) if words.is_at_group() => {
            let mut act = code();
            name.clone_into(&mut act.action.name);
            act
        }
        _ => Act::new(Verb::RunCode, "").working(Work::Rows),
    }
}
