//! Indexes: created, dropped, renamed, built anew.

use super::{Act, LockMode, On, Risk, Verb, Work};
use crate::script::QualifiedName;
use crate::script::words::Words;

/// Reads a statement about indexes; `None` when it is about something else.
pub(super) fn read(mut words: Words<'_>) -> Option<Vec<Act>> {
    if words.take("CREATE") {
        let unique = words.take("UNIQUE");
        words.take("INDEX").then(|| created(words, unique)).flatten()
    } else if words.take_all(&["DROP", "INDEX"]) {
        Some(dropped(words))
    } else if words.take_all(&["ALTER", "INDEX"]) {
        altered(words)
    } else if words.take("REINDEX") {
        Some(vec![reindexed(words)])
    } else {
        None
    }
}

fn created(mut words: Words<'_>, unique: bool) -> Option<Vec<Act>> {
    let concurrently = words.take("CONCURRENTLY");
    let is_guarded = words.take_all(&["IF", "NOT", "EXISTS"]);
    let name = if words.take("ON") {
        None
    } else {
        let name = words.qualified_name()?;
        words.take("ON");
        Some(name)
    };
    words.take("ONLY");
    let table = words.qualified_name()?;
    let verb = if unique { Verb::CreateUniqueIndex } else { Verb::CreateIndex };
    let mode = if concurrently { LockMode::ShareUpdateExclusive } else { LockMode::Share };
    let shown = name.as_ref().map(|it| it.name.clone()).unwrap_or_default();
    let mut act = Act::new(verb, shown).on(&table, mode).working(Work::IndexBuild);
    if let Some(name) = name {
        // An index lies in the schema of its table, whatever its own name says.
        act = act.making(&QualifiedName { schema: table.schema, ..name }).guarded(is_guarded);
    }
    Some(vec![if unique { act.at(Risk::MayFail) } else { act }])
}

fn dropped(mut words: Words<'_>) -> Vec<Act> {
    let concurrently = words.take("CONCURRENTLY");
    words.take_all(&["IF", "EXISTS"]);
    let mode =
        if concurrently { LockMode::ShareUpdateExclusive } else { LockMode::AccessExclusive };
    let mut acts = Vec::new();
    while let Some(name) = words.qualified_name() {
        let act = Act::new(Verb::DropIndex, name.name.clone());
        acts.push(act.holding(On::TableOfIndex(name), mode));
        if !words.take(",") {
            break;
        }
    }
    acts
}

fn altered(mut words: Words<'_>) -> Option<Vec<Act>> {
    words.take_all(&["IF", "EXISTS"]);
    let name = words.qualified_name()?;
    if words.take_all(&["RENAME", "TO"]) {
        // The index itself is locked, its table is not.
        let to = words.name().unwrap_or_default();
        return Some(vec![Act::new(Verb::RenameIndex, name.name).to(to)]);
    }
    Some(vec![Act::new(Verb::AlterObject, name.name)])
}

fn reindexed(mut words: Words<'_>) -> Act {
    let mut concurrently = words.has_option("concurrently", true);
    words.skip_parentheses();
    let kind = words.peek().unwrap_or_default().to_ascii_uppercase();
    words.skip();
    concurrently |= words.take("CONCURRENTLY");
    let name = words.qualified_name();
    let shown = name.as_ref().map(|it| it.name.clone()).unwrap_or_default();
    let mode = if concurrently { LockMode::ShareUpdateExclusive } else { LockMode::Share };
    let on = |name: QualifiedName| match kind.as_str() {
        "TABLE" => On::Table(name),
        "INDEX" => On::TableOfIndex(name),
        _ => On::Dependents,
    };
    let act = Act::new(Verb::Reindex, shown).working(Work::IndexBuild);
    match name {
        Some(name) => act.holding(on(name), mode),
        None => act.holding(On::Dependents, mode),
    }
}
