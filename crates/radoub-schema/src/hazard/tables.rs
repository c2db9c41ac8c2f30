//! `CREATE`, `ALTER`, `DROP` and `LOCK TABLE`.

use super::{Act, LockMode, On, Risk, Verb, Work, columns, keys};
use crate::script::QualifiedName;
use crate::script::words::Words;

/// Reads a statement about tables; `None` when it is about something else.
pub(super) fn read(mut words: Words<'_>) -> Option<Vec<Act>> {
    if words.take("CREATE") {
        create(words)
    } else if words.take("DROP") {
        words.take("FOREIGN");
        words.take("TABLE").then(|| drop_tables(words))
    } else if words.take("ALTER") {
        words.take("FOREIGN");
        words.take("TABLE").then(|| alter(words)).flatten()
    } else if words.take("LOCK") {
        words.take("TABLE");
        Some(lock(words))
    } else {
        None
    }
}

fn create(mut words: Words<'_>) -> Option<Vec<Act>> {
    words.take_any(&["GLOBAL", "LOCAL"]);
    let is_temporary = words.take_any(&["TEMP", "TEMPORARY"]);
    words.take_any(&["UNLOGGED", "FOREIGN"]);
    if !words.take("TABLE") {
        return None;
    }
    let is_guarded = words.take_all(&["IF", "NOT", "EXISTS"]);
    let name = words.qualified_name()?;
    let act = Act::new(Verb::CreateTable, name.name.clone());
    // A temporary table is in nobody's way.
    let mut act = if is_temporary { act } else { act.making(&name).guarded(is_guarded) };
    name.name.clone_into(&mut act.action.table);
    if words.take_all(&["PARTITION", "OF"])
        && let Some(parent) = words.qualified_name()
    {
        return Some(vec![act.holding(On::Table(parent), LockMode::AccessExclusive)]);
    }
    if let Some(mut items) = words.group() {
        while !items.is_empty() {
            if let Some(referenced) = keys::referenced(items.item())
                && referenced != name
            {
                act = act.holding(On::Table(referenced), LockMode::ShareRowExclusive);
            }
        }
    }
    if words.take("INHERITS")
        && let Some(mut parents) = words.group()
    {
        while let Some(parent) = parents.item().qualified_name() {
            act = act.holding(On::Table(parent), LockMode::ShareUpdateExclusive);
        }
    }
    if words.has_any(&["AS"]) {
        act = act.working(Work::Rows);
    }
    Some(vec![act])
}

fn drop_tables(mut words: Words<'_>) -> Vec<Act> {
    words.take_all(&["IF", "EXISTS"]);
    let mut acts = Vec::new();
    while let Some(name) = words.qualified_name() {
        acts.push(
            Act::new(Verb::DropTable, name.name.clone())
                .on(&name, LockMode::AccessExclusive)
                .holding(On::Dependents, LockMode::AccessExclusive)
                .at(Risk::DeletesData)
                .at(Risk::BreaksCode),
        );
        if !words.take(",") {
            break;
        }
    }
    acts
}

fn lock(mut words: Words<'_>) -> Vec<Act> {
    let mut tables = Vec::new();
    loop {
        words.take("ONLY");
        let Some(name) = words.qualified_name() else { break };
        words.take("*");
        tables.push(name);
        if !words.take(",") {
            break;
        }
    }
    let mut mode = LockMode::AccessExclusive;
    if words.take("IN") {
        let named = LockMode::ALL.into_iter().rev().find(|mode| {
            let parts: Vec<&str> = mode.as_str().split(' ').chain(["MODE"]).collect();
            words.take_all(&parts)
        });
        mode = named.unwrap_or(mode);
    }
    let act = |name: &QualifiedName| Act::new(Verb::LockTable, name.name.clone()).on(name, mode);
    tables.iter().map(act).collect()
}

/// What stands behind `ALTER TABLE`; `None` when no name follows.
fn alter(mut words: Words<'_>) -> Option<Vec<Act>> {
    words.take_all(&["IF", "EXISTS"]);
    words.take("ONLY");
    let table = words.qualified_name()?;
    words.take("*");
    if let Some(act) = whole(words, &table) {
        return Some(vec![act]);
    }
    let mut acts = Vec::new();
    while !words.is_empty() {
        acts.extend(action(words.item(), &table));
    }
    Some(acts)
}

/// The forms of `ALTER TABLE` that stand alone.
fn whole(mut words: Words<'_>, table: &QualifiedName) -> Option<Act> {
    if words.take("RENAME") {
        let (verb, name) = if words.take("CONSTRAINT") {
            (Verb::RenameConstraint, words.name()?)
        } else if words.take("TO") {
            let to = words.name()?;
            let act = Act::new(Verb::RenameTable, table.name.clone()).to(to);
            return Some(act.on(table, LockMode::AccessExclusive).at(Risk::BreaksCode));
        } else {
            words.take("COLUMN");
            (Verb::RenameColumn, words.name()?)
        };
        words.take("TO");
        let to = words.name().unwrap_or_default();
        let act = Act::new(verb, name).to(to).on(table, LockMode::AccessExclusive);
        return Some(if verb == Verb::RenameColumn { act.at(Risk::BreaksCode) } else { act });
    }
    if words.take_all(&["SET", "SCHEMA"]) {
        let act = Act::new(Verb::AlterTable, table.name.clone());
        return Some(act.on(table, LockMode::AccessExclusive).at(Risk::BreaksCode));
    }
    if words.take_all(&["ATTACH", "PARTITION"]) {
        let part = words.qualified_name()?;
        return Some(
            Act::new(Verb::AttachPartition, part.name.clone())
                .on(table, LockMode::ShareUpdateExclusive)
                .holding(On::Table(part), LockMode::AccessExclusive)
                .working(Work::Scan),
        );
    }
    if words.take_all(&["DETACH", "PARTITION"]) {
        let part = words.qualified_name()?;
        let mode = if words.take_any(&["CONCURRENTLY", "FINALIZE"]) {
            LockMode::ShareUpdateExclusive
        } else {
            LockMode::AccessExclusive
        };
        let act = Act::new(Verb::DetachPartition, part.name.clone()).on(table, mode);
        return Some(act.holding(On::Table(part), LockMode::AccessExclusive));
    }
    None
}

/// One action of the list.
fn action(mut words: Words<'_>, table: &QualifiedName) -> Vec<Act> {
    let other = |mode| Act::new(Verb::AlterTable, table.name.clone()).on(table, mode);
    let act = if words.take("ADD") {
        return match keys::added(words, table) {
            Some(act) => vec![act],
            None => columns::added(words, table),
        };
    } else if words.take("DROP") {
        if words.take("CONSTRAINT") {
            keys::dropped(words, table)
        } else {
            columns::dropped(words, table)
        }
    } else if words.take("ALTER") {
        if words.take("CONSTRAINT") {
            let name = words.name().unwrap_or_default();
            let mut act = other(LockMode::ShareRowExclusive);
            act.action.name = name;
            act
        } else {
            columns::altered(words, table)
        }
    } else if words.take_all(&["VALIDATE", "CONSTRAINT"]) {
        let name = words.name().unwrap_or_default();
        Act::new(Verb::ValidateConstraint, name)
            .on(table, LockMode::ShareUpdateExclusive)
            .working(Work::Scan)
            .at(Risk::MayFail)
    } else if words.take("SET") {
        set(words, table)
    } else if words.take("RESET") || words.take_all(&["CLUSTER", "ON"]) {
        other(LockMode::ShareUpdateExclusive)
    } else if words.take_any(&["ENABLE", "DISABLE"]) {
        words.take_any(&["ALWAYS", "REPLICA"]);
        if words.take("TRIGGER") {
            other(LockMode::ShareRowExclusive)
        } else {
            other(LockMode::AccessExclusive)
        }
    } else {
        other(LockMode::AccessExclusive)
    };
    vec![act]
}

fn set(mut words: Words<'_>, table: &QualifiedName) -> Act {
    let act = |mode| Act::new(Verb::AlterTable, table.name.clone()).on(table, mode);
    if words.is_at_group() || words.take_all(&["WITHOUT", "CLUSTER"]) {
        act(LockMode::ShareUpdateExclusive)
    } else if words.take_any(&["LOGGED", "UNLOGGED", "TABLESPACE", "ACCESS"]) {
        act(LockMode::AccessExclusive).working(Work::Rewrite)
    } else {
        act(LockMode::AccessExclusive)
    }
}
