//! The keys of a service brought into one form, so that merging need not know the others: short
//! forms become long ones, lists of `A=b` become mappings, relative paths become absolute.

use std::path::Path;

use super::ComposeError;
use super::load::{Files, shape};
use crate::fleet::place::joined;
use crate::fleet::yaml::{Entry, Mark, Node, Value};

/// `document` with its services in one form; `base` is where its relative paths start.
pub(crate) fn normalised(
    mut document: Node,
    base: &Path,
    files: &Files,
) -> Result<Node, ComposeError> {
    let Value::Mapping(entries) = &mut document.value else { return Ok(document) };
    let Some(services) = entries.iter_mut().find(|entry| entry.key == "services") else {
        return Ok(document);
    };
    if matches!(services.value.value, Value::Null) {
        return Ok(document);
    }
    let Value::Mapping(services) = &mut services.value.value else {
        return Err(shape(files, &services.value, "services", "a mapping"));
    };
    for service in services {
        let path = format!("services.{}", service.key);
        let Value::Mapping(keys) = &mut service.value.value else {
            // `!reset null` takes a whole service out.
            if service.value.order.is_some() {
                continue;
            }
            return Err(shape(files, &service.value, &path, "a mapping"));
        };
        for entry in keys {
            let path = format!("{path}.{}", entry.key);
            let order = entry.value.order;
            let node = std::mem::replace(&mut entry.value, Node::made(Value::Null, entry.mark));
            entry.value = one_form(&entry.key, node, base, &path, files)?;
            entry.value.order = order;
        }
    }
    Ok(document)
}

fn one_form(
    key: &str,
    node: Node,
    base: &Path,
    path: &str,
    files: &Files,
) -> Result<Node, ComposeError> {
    let mark = node.mark;
    if matches!(node.value, Value::Null) {
        return Ok(node);
    }
    Ok(match key {
        "build" => build(node, base, path, files)?,
        "extends" => extends(node, base, path, files)?,
        "environment" => match node.value {
            Value::Sequence(items) => {
                Node::made(Value::Mapping(assignments(items, path, files)?), mark)
            }
            Value::Mapping(_) => node,
            _ => return Err(shape(files, &node, path, "a list or a mapping")),
        },
        "env_file" => {
            let items = match node.value {
                Value::Sequence(items) => items,
                Value::Scalar { .. } => vec![node],
                _ => return Err(shape(files, &node, path, "a path or a list of paths")),
            };
            Node::made(
                Value::Sequence(items.into_iter().map(|item| env_file(item, base)).collect()),
                mark,
            )
        }
        "volumes" => match node.value {
            Value::Sequence(items) => Node::made(
                Value::Sequence(items.into_iter().map(|item| volume(item, base)).collect()),
                mark,
            ),
            _ => return Err(shape(files, &node, path, "a list")),
        },
        "ports" => match node.value {
            Value::Sequence(_) => node,
            _ => return Err(shape(files, &node, path, "a list")),
        },
        "networks" | "depends_on" => match node.value {
            Value::Sequence(items) => {
                let entries = items.into_iter().filter_map(|item| {
                    let key = item.text()?.to_owned();
                    Some(Entry { key, mark: item.mark, value: Node::made(Value::Null, item.mark) })
                });
                Node::made(Value::Mapping(entries.collect()), mark)
            }
            _ => node,
        },
        _ => node,
    })
}

/// A list of `A=b` as a mapping; the last of the same name wins, `A` alone has no value.
fn assignments(items: Vec<Node>, path: &str, files: &Files) -> Result<Vec<Entry>, ComposeError> {
    let mut entries: Vec<Entry> = Vec::with_capacity(items.len());
    for item in items {
        let mark = item.mark;
        let Some(text) = item.text() else {
            return Err(shape(files, &item, path, "a list of NAME=value"));
        };
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Node::made_text(value, mark)),
            None => (text, Node::made(Value::Null, mark)),
        };
        let entry = Entry { key: key.to_owned(), mark, value };
        match entries.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => *known = entry,
            None => entries.push(entry),
        }
    }
    Ok(entries)
}

fn build(mut node: Node, base: &Path, path: &str, files: &Files) -> Result<Node, ComposeError> {
    if let Some(context) = node.text() {
        let context = local(context, base);
        return Ok(mapping(node.mark, vec![("context", context)]));
    }
    let Value::Mapping(entries) = &mut node.value else {
        return Err(shape(files, &node, path, "a path or a mapping"));
    };
    // A missing context is not filled in here: another file may give it.
    if let Some(entry) = entries.iter_mut().find(|entry| entry.key == "context")
        && let Some(context) = entry.value.text()
    {
        entry.value = Node::made_text(local(context, base), entry.value.mark);
    }
    Ok(node)
}

fn extends(mut node: Node, base: &Path, path: &str, files: &Files) -> Result<Node, ComposeError> {
    if let Some(service) = node.text() {
        return Ok(mapping(node.mark, vec![("service", service.to_owned())]));
    }
    let Value::Mapping(entries) = &mut node.value else {
        return Err(shape(files, &node, path, "a service or a mapping"));
    };
    if let Some(file) = entries.iter_mut().find(|entry| entry.key == "file")
        && let Some(text) = file.value.text()
    {
        file.value = Node::made_text(joined(base, text).display().to_string(), file.value.mark);
    }
    Ok(node)
}

fn env_file(mut node: Node, base: &Path) -> Node {
    if let Some(path) = node.text() {
        let path = joined(base, path).display().to_string();
        return mapping(node.mark, vec![("path", path)]);
    }
    if let Value::Mapping(entries) = &mut node.value
        && let Some(path) = entries.iter_mut().find(|entry| entry.key == "path")
        && let Some(text) = path.value.text()
    {
        path.value = Node::made_text(joined(base, text).display().to_string(), path.value.mark);
    }
    node
}

fn volume(mut node: Node, base: &Path) -> Node {
    if let Some(text) = node.text() {
        let (source, target) = split_volume(text);
        let Some(source) = source else {
            return mapping(
                node.mark,
                vec![("type", "volume".to_owned()), ("target", target.to_owned())],
            );
        };
        let bind = source.starts_with(['.', '/', '~', '\\']) || has_drive(source);
        let (kind, source) =
            if bind { ("bind", local(source, base)) } else { ("volume", source.to_owned()) };
        return mapping(
            node.mark,
            vec![("type", kind.to_owned()), ("source", source), ("target", target.to_owned())],
        );
    }
    let is_bind = node.get("type").and_then(Node::text) == Some("bind");
    if is_bind
        && let Value::Mapping(entries) = &mut node.value
        && let Some(source) = entries.iter_mut().find(|entry| entry.key == "source")
        && let Some(text) = source.value.text()
    {
        source.value = Node::made_text(local(text, base), source.value.mark);
    }
    node
}

/// `source:target:mode` into source and target; a drive letter is no separator.
fn split_volume(text: &str) -> (Option<&str>, &str) {
    let skip = if has_drive(text) { 2 } else { 0 };
    match text[skip..].find(':') {
        None => (None, text),
        Some(at) => {
            let (source, rest) = (&text[..skip + at], &text[skip + at + 1..]);
            let skip = if has_drive(rest) { 2 } else { 0 };
            let end = rest[skip..].find(':').map_or(rest.len(), |at| skip + at);
            (Some(source), &rest[..end])
        }
    }
}

/// `C:\` or `C:/` at the start.
fn has_drive(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// A path of the file as an absolute one; addresses of repositories stay as they are.
fn local(text: &str, base: &Path) -> String {
    let remote =
        text.contains("://") || text.starts_with("git@") || text.starts_with("github.com/");
    if remote || text.starts_with('~') || has_drive(text) && !cfg!(windows) {
        return text.to_owned();
    }
    joined(base, text).display().to_string()
}

fn mapping(mark: Mark, entries: Vec<(&str, String)>) -> Node {
    let entries = entries.into_iter().map(|(key, text)| entry(key, text, mark)).collect();
    Node::made(Value::Mapping(entries), mark)
}

fn entry(key: &str, text: String, mark: Mark) -> Entry {
    Entry { key: key.to_owned(), mark, value: Node::made_text(text, mark) }
}
