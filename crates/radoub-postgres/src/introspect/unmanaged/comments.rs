//! Comments.

use std::collections::BTreeSet;

use radoub_schema::model::unmanaged::{Carry, UnmanagedKind};
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::{Found, Node};
use crate::database::{QueryError, read};

pub(super) fn comments(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    let left: BTreeSet<Node> = found
        .iter()
        .filter(|it| it.object.carry == Carry::ByHand)
        .filter_map(|it| it.node)
        .collect();
    for row in rows {
        let node = (read(row, 0)?, read(row, 1)?);
        let names: Vec<String> = read(row, 3)?;
        let names: Vec<Ident> = names.into_iter().map(Ident::from).collect();
        let arguments: Vec<String> = read(row, 4)?;
        let kind: &str = read(row, 2)?;
        let what = target(kind, &names, &arguments, write);
        let (name, table) = match &names[..] {
            [namespace, table, name, ..] => (
                ObjectName { namespace: Some(namespace.clone()), name: name.clone() },
                Some(ObjectName { namespace: Some(namespace.clone()), name: table.clone() }),
            ),
            [namespace, name] => {
                (ObjectName { namespace: Some(namespace.clone()), name: name.clone() }, None)
            }
            [name] => (ObjectName { namespace: None, name: name.clone() }, None),
            [] => continue,
        };
        let text: &str = read(row, 5)?;
        let definition = what.as_deref().map(|what| write.comment(what, text));
        let mut it = Found::new(UnmanagedKind::Comment, node, name, definition.unwrap_or_default());
        it.object.table = table;
        it.node = None;
        found.push(it.needing(node).by_hand_if(what.is_none() || left.contains(&node)));
    }
    Ok(())
}

/// What a comment is on, as `COMMENT ON` takes it; `None` for what is not known here.
fn target(
    kind: &str,
    names: &[Ident],
    arguments: &[String],
    write: Definitions<'_>,
) -> Option<String> {
    let [namespace, rest @ ..] = names else { return None };
    let at_home = |name: &Ident| {
        write.name(&ObjectName { namespace: Some(namespace.clone()), name: name.clone() })
    };
    Some(match (kind, rest) {
        ("schema", []) => format!("SCHEMA {namespace}"),
        (
            "table" | "view" | "materialized view" | "foreign table" | "index" | "sequence"
            | "type" | "statistics object" | "collation",
            [name],
        ) => {
            let word = if kind == "statistics object" { "statistics" } else { kind };
            format!("{} {}", word.to_uppercase(), at_home(name))
        }
        ("function" | "procedure" | "aggregate", [name]) => {
            format!("{} {}({})", kind.to_uppercase(), at_home(name), arguments.join(", "))
        }
        (
            "table column"
            | "view column"
            | "materialized view column"
            | "foreign table column"
            | "composite type column",
            [table, column],
        ) => format!("COLUMN {}.{column}", at_home(table)),
        ("table constraint", [table, name]) => format!("CONSTRAINT {name} ON {}", at_home(table)),
        ("trigger" | "rule" | "policy", [table, name]) => {
            format!("{} {name} ON {}", kind.to_uppercase(), at_home(table))
        }
        _ => return None,
    })
}
