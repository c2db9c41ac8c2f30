//! Constraints of a table: added, dropped.

use super::{Act, LockMode, On, Risk, Verb, Work};
use crate::script::QualifiedName;
use crate::script::words::Words;

/// `ADD [CONSTRAINT name] PRIMARY KEY | UNIQUE | FOREIGN KEY | CHECK | EXCLUDE | NOT NULL …`; `None`
/// when a column is added.
pub(super) fn added(mut words: Words<'_>, table: &QualifiedName) -> Option<Act> {
    let name = if words.take("CONSTRAINT") { words.name()? } else { String::new() };
    let act = |verb| Act::new(verb, name.clone()).on(table, LockMode::AccessExclusive);
    if words.take_all(&["FOREIGN", "KEY"]) {
        let mut act = Act::new(Verb::AddForeignKey, name).on(table, LockMode::ShareRowExclusive);
        if let Some(referenced) = referenced(words) {
            act = act.to(referenced.name.clone());
            if referenced != *table {
                act = act.holding(On::Table(referenced), LockMode::ShareRowExclusive);
            }
        }
        return Some(unless_not_valid(act, words, Work::Scan));
    }
    if words.take("CHECK") {
        return Some(unless_not_valid(act(Verb::AddCheck), words, Work::Scan));
    }
    if words.take_all(&["NOT", "NULL"]) {
        let column = words.name()?;
        let mut act = act(Verb::SetNotNull);
        act.action.name = column;
        return Some(unless_not_valid(act, words, Work::Scan));
    }
    let (verb, is_key) = if words.take_all(&["PRIMARY", "KEY"]) {
        (Verb::AddPrimaryKey, true)
    } else if words.take("UNIQUE") {
        (Verb::AddUnique, true)
    } else if words.take("EXCLUDE") {
        (Verb::AddExclusion, false)
    } else {
        return None;
    };
    if is_key && words.take_all(&["USING", "INDEX"]) {
        let primary = verb == Verb::AddPrimaryKey;
        // Its columns may still have to be proven not null.
        return Some(if primary { act(verb).working(Work::Scan) } else { act(verb) });
    }
    Some(act(verb).working(Work::IndexBuild).at(Risk::MayFail))
}

/// With this much work and the risk of failing, unless `NOT VALID` puts both off.
fn unless_not_valid(act: Act, mut words: Words<'_>, work: Work) -> Act {
    while !words.is_empty() {
        if words.take_all(&["NOT", "VALID"]) || words.take_all(&["NOT", "ENFORCED"]) {
            return act;
        }
        words.step();
    }
    act.working(work).at(Risk::MayFail)
}

/// `DROP CONSTRAINT [IF EXISTS] name`.
pub(super) fn dropped(mut words: Words<'_>, table: &QualifiedName) -> Act {
    words.take_all(&["IF", "EXISTS"]);
    Act::new(Verb::DropConstraint, words.name().unwrap_or_default())
        .on(table, LockMode::AccessExclusive)
        // A foreign key has triggers on the table that it refers to.
        .holding(On::Dependents, LockMode::AccessExclusive)
}

/// The table behind `REFERENCES`, wherever that stands outside of parentheses.
pub(super) fn referenced(mut words: Words<'_>) -> Option<QualifiedName> {
    while !words.is_empty() {
        if words.take("REFERENCES") {
            return words.qualified_name();
        }
        words.step();
    }
    None
}
