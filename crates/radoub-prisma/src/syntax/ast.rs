//! Typed views of the tree.
//!
//! A view is a node whose kind is known; asking it costs a walk over its children and nothing is
//! kept. Missing parts are `None`: the text may be anything.

use std::borrow::Cow;
use std::ops::Range;

use super::{SyntaxKind, SyntaxNode, SyntaxToken, unescape};

/// Bytes of a node.
pub fn span(node: &SyntaxNode) -> Range<usize> {
    let range = node.text_range();
    range.start().into()..range.end().into()
}

/// Bytes of a leaf.
pub fn token_span(token: &SyntaxToken) -> Range<usize> {
    let range = token.text_range();
    range.start().into()..range.end().into()
}

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(SyntaxNode);

        impl $name {
            /// The view of this node, `None` when it is of another kind.
            pub fn cast(node: SyntaxNode) -> Option<Self> {
                (node.kind() == SyntaxKind::$name).then(|| Self(node))
            }

            /// The node.
            pub fn node(&self) -> &SyntaxNode {
                &self.0
            }

            /// Its bytes in the file.
            pub fn span(&self) -> Range<usize> {
                span(&self.0)
            }
        }
    )*};
}

views! {
    /// A line of a model.
    Field,
    /// The type of a field.
    FieldType,
    /// A line that would be a field if its type were not missing or of an old form.
    BadField,
    /// A line of an enum.
    EnumValue,
    /// `key = value`.
    KeyValue,
    /// One argument.
    Arg,
    /// `name( … )`.
    Call,
}

/// A block with a keyword and a name: model, view, type, enum, datasource, generator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Block(SyntaxNode);

impl Block {
    /// The view of this node, `None` when it is no such block.
    pub fn cast(node: SyntaxNode) -> Option<Self> {
        matches!(
            node.kind(),
            SyntaxKind::Model
                | SyntaxKind::View
                | SyntaxKind::CompositeType
                | SyntaxKind::Enum
                | SyntaxKind::Datasource
                | SyntaxKind::Generator
        )
        .then(|| Self(node))
    }

    /// The node.
    pub fn node(&self) -> &SyntaxNode {
        &self.0
    }

    /// Its kind.
    pub fn kind(&self) -> SyntaxKind {
        self.0.kind()
    }

    /// Its bytes, from the keyword to the closing brace.
    pub fn span(&self) -> Range<usize> {
        span(&self.0)
    }

    /// The name.
    pub fn name(&self) -> Option<SyntaxToken> {
        words(&self.0).nth(1)
    }
}

/// `@name(…)` or `@@name(…)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Attribute(SyntaxNode);

impl Attribute {
    /// The view of this node, `None` when it is no attribute.
    pub fn cast(node: SyntaxNode) -> Option<Self> {
        matches!(node.kind(), SyntaxKind::Attribute | SyntaxKind::BlockAttribute)
            .then(|| Self(node))
    }

    /// The node.
    pub fn node(&self) -> &SyntaxNode {
        &self.0
    }

    /// Its bytes from the `@` to the last argument, without a comment behind it.
    pub fn span(&self) -> Range<usize> {
        let whole = span(&self.0);
        if self.0.kind() == SyntaxKind::Attribute {
            // Only a block attribute has a line of its own, and so a comment.
            return whole;
        }
        let last = self.0.children_with_tokens().filter(|element| {
            !matches!(
                element.kind(),
                SyntaxKind::Whitespace
                    | SyntaxKind::Comment
                    | SyntaxKind::DocComment
                    | SyntaxKind::BlockComment
            )
        });
        let end = last.last().map_or(whole.end, |element| element.text_range().end().into());
        whole.start..end
    }

    /// The name, dots and all.
    pub fn name(&self) -> Option<SyntaxToken> {
        words(&self.0).next()
    }

    /// The arguments.
    pub fn args(&self) -> impl Iterator<Item = Arg> + use<> {
        args(&self.0)
    }
}

/// The attributes that are children of this node.
pub fn attributes(node: &SyntaxNode) -> impl Iterator<Item = Attribute> + use<> {
    node.children().filter_map(Attribute::cast)
}

impl Field {
    /// The name.
    pub fn name(&self) -> Option<SyntaxToken> {
        words(&self.0).next()
    }

    /// The type.
    pub fn field_type(&self) -> Option<FieldType> {
        self.0.children().find_map(FieldType::cast)
    }
}

impl BadField {
    /// The name.
    pub fn name(&self) -> Option<SyntaxToken> {
        words(&self.0).next()
    }

    /// The type, when there is one.
    pub fn field_type(&self) -> Option<FieldType> {
        self.0.children().find_map(FieldType::cast)
    }
}

impl FieldType {
    /// The name of the type, `Unsupported` too.
    pub fn name(&self) -> Option<SyntaxToken> {
        words(&self.0).next()
    }

    /// The text of `Unsupported("…")`.
    pub fn unsupported(&self) -> Option<String> {
        leaf(&self.0, SyntaxKind::Str).map(|token| unescape(token.text()).0.into_owned())
    }

    /// Whether it ends with `?`.
    pub fn is_optional(&self) -> bool {
        leaf(&self.0, SyntaxKind::Question).is_some()
    }

    /// Whether it has brackets.
    pub fn is_list(&self) -> bool {
        leaf(&self.0, SyntaxKind::LBracket).is_some()
    }
}

impl EnumValue {
    /// The name.
    pub fn name(&self) -> Option<SyntaxToken> {
        words(&self.0).next()
    }
}

impl KeyValue {
    /// The key.
    pub fn key(&self) -> Option<SyntaxToken> {
        words(&self.0).next()
    }

    /// The value; `None` for `key =`.
    pub fn value(&self) -> Option<Value> {
        self.0.children().find_map(Value::cast)
    }
}

impl Arg {
    /// The name, when it has one.
    pub fn name(&self) -> Option<SyntaxToken> {
        words(&self.0).next()
    }

    /// The value; `None` for `name:`.
    pub fn value(&self) -> Option<Value> {
        self.0.children().find_map(Value::cast)
    }
}

impl Call {
    /// The name of the function.
    pub fn name(&self) -> Option<SyntaxToken> {
        words(&self.0).next()
    }

    /// The arguments.
    pub fn args(&self) -> impl Iterator<Item = Arg> + use<> {
        args(&self.0)
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Value(SyntaxNode);

/// What a value is, read out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueKind {
    /// A string, escapes resolved.
    String(String),
    /// A number, as written.
    Number(String),
    /// A word, perhaps with dots.
    Path(String),
    /// A call.
    Call(Call),
    /// A list.
    Array(Vec<Value>),
    /// Keys and values of an object.
    Object(Vec<(SyntaxToken, Value)>),
}

impl Value {
    /// The view of this node, `None` when it is no value.
    pub fn cast(node: SyntaxNode) -> Option<Self> {
        matches!(
            node.kind(),
            SyntaxKind::StringValue
                | SyntaxKind::NumberValue
                | SyntaxKind::PathValue
                | SyntaxKind::Call
                | SyntaxKind::Array
                | SyntaxKind::Object
        )
        .then(|| Self(node))
    }

    /// The node.
    pub fn node(&self) -> &SyntaxNode {
        &self.0
    }

    /// Its bytes.
    pub fn span(&self) -> Range<usize> {
        span(&self.0)
    }

    /// As written.
    pub fn text(&self) -> String {
        self.0.text().to_string()
    }

    /// Reads it out.
    pub fn kind(&self) -> ValueKind {
        let text =
            || self.0.first_token().map_or_else(String::new, |token| token.text().to_owned());
        match self.0.kind() {
            SyntaxKind::StringValue => {
                let text = text();
                ValueKind::String(match unescape(&text).0 {
                    Cow::Borrowed(inside) => inside.to_owned(),
                    Cow::Owned(inside) => inside,
                })
            }
            SyntaxKind::NumberValue => ValueKind::Number(text()),
            SyntaxKind::Array => {
                ValueKind::Array(self.0.children().filter_map(Value::cast).collect())
            }
            SyntaxKind::Object => {
                let members =
                    self.0.children().filter(|child| child.kind() == SyntaxKind::ObjectMember);
                let read = members.filter_map(|member| {
                    Some((words(&member).next()?, member.children().find_map(Value::cast)?))
                });
                ValueKind::Object(read.collect())
            }
            SyntaxKind::Call => ValueKind::Call(Call(self.0.clone())),
            _ => ValueKind::Path(text()),
        }
    }

    /// The text of a string, `None` for anything else.
    pub fn as_string(&self) -> Option<String> {
        match self.kind() {
            ValueKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The values of a list, or the value alone.
    pub fn elements(&self) -> Vec<Value> {
        match self.kind() {
            ValueKind::Array(values) => values,
            _ => vec![self.clone()],
        }
    }
}

/// The text of the `///` lines above a node, and of the one behind it on its line; `None` without
/// any. They end at a blank line, which may only stand between them and a field or a value. A
/// block comment counts as well, but of several only the last (measured).
pub fn documentation(node: &SyntaxNode) -> Option<String> {
    let is_line = matches!(node.kind(), SyntaxKind::Field | SyntaxKind::EnumValue);
    let mut texts = Vec::new();
    let mut newlines = 0;
    let mut above = node.prev_sibling_or_token();
    let (mut only_lines, mut seen) = (false, false);
    while let Some(element) = above {
        match element.kind() {
            SyntaxKind::Whitespace => {}
            SyntaxKind::Newline if newlines == 0 || is_line && !seen => newlines += 1,
            SyntaxKind::Comment if newlines > 0 => (newlines, seen) = (0, true),
            SyntaxKind::BlockComment if newlines == 0 || only_lines => break,
            SyntaxKind::DocComment | SyntaxKind::BlockComment if newlines > 0 => {
                (newlines, seen) = (0, true);
                only_lines = element.kind() == SyntaxKind::BlockComment;
                texts.extend(element.as_token().map(|token| comment_text(token.text())));
            }
            _ => break,
        }
        above = element.prev_sibling_or_token();
    }
    texts.reverse();
    let behind = [SyntaxKind::DocComment, SyntaxKind::BlockComment];
    let behind = behind.into_iter().filter_map(|kind| leaf(node, kind)).filter(|_| is_line);
    texts.extend(behind.map(|token| comment_text(token.text())));
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// What a comment says: behind the slashes without the blanks before it (those at the end stay), or
/// between the stars without the blanks around.
fn comment_text(comment: &str) -> String {
    match comment.strip_prefix("/*") {
        Some(inside) => inside.strip_suffix("*/").unwrap_or(inside).trim().to_owned(),
        None => comment.strip_prefix("///").unwrap_or(comment).trim_start().to_owned(),
    }
}

fn words(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    let tokens = node.children_with_tokens().filter_map(rowan::NodeOrToken::into_token);
    tokens.filter(|token| token.kind() == SyntaxKind::Word)
}

fn leaf(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    let mut tokens = node.children_with_tokens().filter_map(rowan::NodeOrToken::into_token);
    tokens.find(|token| token.kind() == kind)
}

fn args(node: &SyntaxNode) -> impl Iterator<Item = Arg> + use<> {
    let list = node.children().find(|child| child.kind() == SyntaxKind::ArgList);
    list.into_iter().flat_map(|list| list.children().filter_map(Arg::cast))
}
