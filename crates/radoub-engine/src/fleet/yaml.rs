//! YAML as a tree in which every node knows its line: aliases followed, merge keys merged.
//!
//! Scalars stay texts; whoever reads a key decides what it means, after interpolation. What the
//! keys of a Compose file mean is left to [`super::compose`].

use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Parser, ScalarStyle};

/// Nodes that one file may have once its aliases are followed. The largest Compose files known to
/// us have some thousands; a bomb of aliases has billions.
const MOST_NODES: usize = 400_000;

/// How deep nodes may lie in each other.
const MOST_DEPTH: usize = 100;

/// A spot in one of the files of a [`super::compose`] project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// Index of the file among those that were read.
    pub(crate) file: usize,
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column, from 1.
    pub(crate) column: usize,
}

/// One node.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) mark: Mark,
    /// `!reset` or `!override` of Compose; other tags change nothing here.
    pub(crate) order: Option<MergeOrder>,
}

/// What a node holds.
#[derive(Clone)]
pub(crate) enum Value {
    Null,
    Scalar {
        text: String,
        /// Written without quotes, so that `true` is a truth value and `12` a number.
        plain: bool,
    },
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
}

/// One key of a mapping.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) mark: Mark,
    pub(crate) value: Node,
}

/// How a node of a later file meets the same node of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MergeOrder {
    /// `!reset`: the key is taken out.
    Reset,
    /// `!override`: the earlier value is forgotten.
    Override,
}

/// What is wrong with a YAML text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub(crate) struct YamlError {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) problem: String,
}

impl Node {
    /// The value of `key`, when this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`, when this is a mapping that has it.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries; none when this is no mapping.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items; none when this is no sequence.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text, when this is a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// A word for what this is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Scalar { .. } => "a text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// A node that no file wrote, at the place of the one it stands for.
    pub(crate) fn made(value: Value, mark: Mark) -> Self {
        Self { value, mark, order: None }
    }

    /// A quoted scalar that no file wrote.
    pub(crate) fn made_text(text: impl Into<String>, mark: Mark) -> Self {
        Self::made(Value::Scalar { text: text.into(), plain: false }, mark)
    }

    /// Whether two nodes hold the same, wherever they stand.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Scalar { text: one, .. }, Value::Scalar { text: two, .. }) => one == two,
            (Value::Sequence(one), Value::Sequence(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.same(two))
            }
            (Value::Mapping(one), Value::Mapping(two)) => {
                one.len() == two.len()
                    && one.iter().zip(two).all(|(a, b)| a.key == b.key && a.value.same(&b.value))
            }
            _ => false,
        }
    }
}

/// Reads the documents of `text`; `file` goes into the marks.
///
/// An empty text has no document, an empty document is [`Value::Null`]. A byte order mark is
/// skipped.
///
/// # Errors
///
/// [`YamlError`] for the first thing that is not YAML, a key given twice, an alias without or
/// inside its anchor, and for trees beyond [`MOST_NODES`] or [`MOST_DEPTH`].
pub(crate) fn parse(text: &str, file: usize) -> Result<Vec<Node>, YamlError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder {
        file,
        documents: Vec::new(),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        budget: MOST_NODES,
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| YamlError {
            line: error.marker().line(),
            column: error.marker().col() + 1,
            problem: error.info().to_owned(),
        })?;
        let mark = Mark { file, line: span.start.line(), column: span.start.col() + 1 };
        builder.take(event, mark)?;
    }
    Ok(builder.documents)
}

/// A collection that is still open.
struct Open {
    mark: Mark,
    anchor: usize,
    order: Option<MergeOrder>,
    content: OpenContent,
}

enum OpenContent {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<Entry>,
        keys: BTreeSet<String>,
        /// A key whose value has not come yet; `merge` for a plain `<<`.
        key: Option<(String, Mark, bool)>,
        merged: Vec<Node>,
    },
}

struct Builder {
    file: usize,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Node, usize)>,
    budget: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, mark: Mark) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let order = tag.as_deref().and_then(merge_order);
                let is_null = plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let value = if is_null {
                    Value::Null
                } else {
                    Value::Scalar { text: text.into_owned(), plain }
                };
                self.close(Node { value, mark, order }, anchor, 1)
            }
            Event::SequenceStart(anchor, tag) => self.open(
                anchor,
                tag.as_deref().and_then(merge_order),
                mark,
                OpenContent::Sequence(Vec::new()),
            ),
            Event::MappingStart(anchor, tag) => self.open(
                anchor,
                tag.as_deref().and_then(merge_order),
                mark,
                OpenContent::Mapping {
                    entries: Vec::new(),
                    keys: BTreeSet::new(),
                    key: None,
                    merged: Vec::new(),
                },
            ),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let value = match open.content {
                    OpenContent::Sequence(items) => Value::Sequence(items),
                    OpenContent::Mapping { entries, keys, merged, .. } => {
                        Value::Mapping(with_merged(entries, keys, merged))
                    }
                };
                let node = Node { value, mark: open.mark, order: open.order };
                // An alias costs what it copies, so an anchor remembers its size.
                let size = if open.anchor == 0 { 1 } else { size(&node) };
                self.close(node, open.anchor, size)
            }
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
                    return Err(error(mark, "this alias stands inside its own anchor"));
                };
                self.spend(size, mark)?;
                self.close(node, 0, 0)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(
        &mut self,
        anchor: usize,
        order: Option<MergeOrder>,
        mark: Mark,
        content: OpenContent,
    ) -> Result<(), YamlError> {
        if self.open.len() >= MOST_DEPTH {
            return Err(error(mark, format!("more than {MOST_DEPTH} levels deep")));
        }
        self.spend(1, mark)?;
        self.open.push(Open { mark, anchor, order, content });
        Ok(())
    }

    fn spend(&mut self, size: usize, mark: Mark) -> Result<(), YamlError> {
        self.budget = self.budget.checked_sub(size).ok_or_else(|| {
            error(mark, format!("more than {MOST_NODES} values once aliases are followed"))
        })?;
        Ok(())
    }

    /// Puts a whole node where it belongs.
    fn close(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), YamlError> {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        debug_assert_eq!(self.file, node.mark.file);
        let Some(parent) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        match &mut parent.content {
            OpenContent::Sequence(items) => items.push(node),
            OpenContent::Mapping { entries, keys, key, merged } => match key.take() {
                None => {
                    let (text, plain) = match &node.value {
                        Value::Scalar { text, plain } => (text.clone(), *plain),
                        Value::Null => (String::new(), true),
                        Value::Sequence(_) | Value::Mapping(_) => {
                            return Err(error(node.mark, "a key must be a text"));
                        }
                    };
                    *key = Some((text.clone(), node.mark, plain && text == "<<"));
                }
                Some((_, at, true)) => match &node.value {
                    Value::Mapping(_) => merged.push(node),
                    Value::Sequence(items)
                        if items.iter().all(|item| matches!(item.value, Value::Mapping(_))) =>
                    {
                        merged.extend(items.iter().cloned());
                    }
                    Value::Null => {}
                    _ => return Err(error(at, "`<<` takes a mapping or a list of mappings")),
                },
                Some((name, at, false)) => {
                    if !keys.insert(name.clone()) {
                        return Err(error(at, format!("the key `{name}` is given twice")));
                    }
                    entries.push(Entry { key: name, mark: at, value: node });
                }
            },
        }
        Ok(())
    }
}

/// The entries of a mapping and, behind them, those that its `<<` adds; the first to give a key wins.
fn with_merged(
    mut entries: Vec<Entry>,
    mut keys: BTreeSet<String>,
    merged: Vec<Node>,
) -> Vec<Entry> {
    for node in merged {
        if let Value::Mapping(more) = node.value {
            entries.extend(more.into_iter().filter(|entry| keys.insert(entry.key.clone())));
        }
    }
    entries
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::Null | Value::Scalar { .. } => 1,
        Value::Sequence(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Mapping(entries) => {
            1 + entries.iter().map(|entry| 1 + size(&entry.value)).sum::<usize>()
        }
    }
}

fn merge_order(tag: &saphyr_parser::Tag) -> Option<MergeOrder> {
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("!", "reset") => Some(MergeOrder::Reset),
        ("!", "override") => Some(MergeOrder::Override),
        _ => None,
    }
}

fn error(mark: Mark, problem: impl Into<String>) -> YamlError {
    YamlError { line: mark.line, column: mark.column, problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree on one line, with `@line` behind scalars.
    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::Scalar { text, .. } => format!("{text}@{}", node.mark.line),
            Value::Sequence(items) => {
                format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" "))
            }
            Value::Mapping(entries) => {
                let parts =
                    entries.iter().map(|entry| format!("{}:{}", entry.key, shown(&entry.value)));
                format!("{{{}}}", parts.collect::<Vec<_>>().join(" "))
            }
        }
    }

    fn read(text: &str) -> String {
        match parse(text, 0) {
            Ok(documents) => documents.iter().map(shown).collect::<Vec<_>>().join(" --- "),
            Err(error) => format!("{}:{} {}", error.line, error.column, error.problem),
        }
    }

    #[test]
    fn aliases_and_merge_keys_are_followed() {
        let cases = [
            ("", ""),
            ("\u{feff}a: 1\r\nb: x\r\n", "{a:1@1 b:x@2}"),
            ("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3", "{a:{p:1@1 q:2@1} b:{q:3@4 p:1@1}}"),
            (
                "x: &a {p: 1}\ny: &b {p: 2, q: 2}\nz:\n  <<: [*a, *b]",
                "{x:{p:1@1} y:{p:2@2 q:2@2} z:{p:1@1 q:2@2}}",
            ),
            ("a: ~\nb: ''\nc:", "{a:null b:@2 c:null}"),
            ("a: 1\n---\nb: 2\n", "{a:1@1} --- {b:2@3}"),
            ("a: >\n  one\n  two\n", "{a:one two\n@2}"),
        ];
        for (text, tree) in cases {
            assert_eq!(read(text), tree, "{text}");
        }
    }

    #[test]
    fn what_is_not_yaml_is_named_by_line_and_column() {
        let cases = [
            ("a: 1\na: 2", "2:1 the key `a` is given twice"),
            ("a: &x [*x]", "1:8 this alias stands inside its own anchor"),
            ("a:\n  <<: 3", "2:3 `<<` takes a mapping or a list of mappings"),
            ("? [a]\n: b", "1:3 a key must be a text"),
        ];
        for (text, message) in cases {
            assert_eq!(read(text), message, "{text}");
        }
        assert!(read("a: [1, 2\nb: 3").starts_with('2'), "{}", read("a: [1, 2\nb: 3"));
        assert!(read("a:\n\t- b").starts_with("2:"), "{}", read("a:\n\t- b"));
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = String::from("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let below = format!("*l{}, ", level - 1).repeat(10);
            text = format!("{text}l{level}: &l{level} [{below}]\n");
        }
        assert!(read(&text).contains("once aliases are followed"), "{}", read(&text));
        let deep = "[".repeat(200);
        assert!(read(&deep).contains("levels deep"), "{}", read(&deep));
    }
}
