//! How a later file meets an earlier one. Source: Compose specification, "Merge and override".

use crate::fleet::yaml::{MergeOrder, Node, Value};

/// Lists that a later file replaces as a whole.
const REPLACED: [&str; 3] = ["command", "entrypoint", "test"];

/// `over` laid upon `base`; both have their keys in one form. `path` is the way from the top.
///
/// Mappings merge by key, lists grow by what they do not have yet (volumes by their target),
/// anything else is replaced. `!override` replaces whatever it meets, `!reset` takes it out.
pub(crate) fn merge(base: Node, over: Node, path: &mut Vec<String>) -> Node {
    if over.order.is_some() {
        return over;
    }
    let Node { value: over_value, mark, order } = over;
    let base_order = base.order;
    let key = path.last().map(String::as_str).unwrap_or_default();
    let value = match (base.value, over_value) {
        (Value::Mapping(mut entries), Value::Mapping(more)) => {
            for entry in more {
                match entries.iter().position(|known| known.key == entry.key) {
                    None => entries.push(entry),
                    Some(at) if entry.value.order == Some(MergeOrder::Reset) => {
                        entries.remove(at);
                    }
                    Some(at) => {
                        let known = &mut entries[at];
                        let empty = Node::made(Value::Null, known.value.mark);
                        let earlier = std::mem::replace(&mut known.value, empty);
                        path.push(entry.key);
                        known.value = merge(earlier, entry.value, path);
                        path.pop();
                        // A key is where it was last given.
                        if !matches!(known.value.value, Value::Mapping(_)) {
                            known.mark = entry.mark;
                        }
                    }
                }
            }
            return Node { value: Value::Mapping(entries), mark: base.mark, order: base_order };
        }
        (Value::Sequence(_), Value::Sequence(items)) if REPLACED.contains(&key) => {
            Value::Sequence(items)
        }
        (Value::Sequence(mut items), Value::Sequence(more)) => {
            for item in more {
                let at = items.iter().position(|known| match (key, target(known), target(&item)) {
                    ("volumes", Some(one), Some(two)) => one == two,
                    _ => known.same(&item),
                });
                match at {
                    Some(at) => items[at] = item,
                    None => items.push(item),
                }
            }
            return Node { value: Value::Sequence(items), mark: base.mark, order: base_order };
        }
        // `networks: {default: }` says nothing about what is there.
        (base_value @ (Value::Mapping(_) | Value::Sequence(_)), Value::Null) => {
            return Node { value: base_value, mark: base.mark, order: base_order };
        }
        (_, over_value) => over_value,
    };
    Node { value, mark, order }
}

fn target(node: &Node) -> Option<&str> {
    node.get("target").and_then(Node::text)
}

/// The tree without what is still marked `!reset`.
pub(crate) fn without_resets(mut node: Node) -> Node {
    node.value = match node.value {
        Value::Mapping(entries) => {
            let kept =
                entries.into_iter().filter(|entry| entry.value.order != Some(MergeOrder::Reset));
            Value::Mapping(
                kept.map(|mut entry| {
                    entry.value = without_resets(entry.value);
                    entry
                })
                .collect(),
            )
        }
        Value::Sequence(items) => {
            let kept = items.into_iter().filter(|item| item.order != Some(MergeOrder::Reset));
            Value::Sequence(kept.map(without_resets).collect())
        }
        other => other,
    };
    node
}
