//! Typed views of the tree.
//!
//! A view is a node whose kind is known; asking it costs a walk over its children and nothing is
//! kept. Missing parts are `None`: the text may be anything.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use super::{SyntaxKind, SyntaxNode, unescape};

/// The name of the type that takes a text: `Unsupported("…")`.
pub(crate) const UNSUPPORTED: &str = "Unsupported";

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident = $($kind:ident)|+;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<'tree>(SyntaxNode<'tree>);

        impl<'tree> $name<'tree> {
            /// The view of this node, `None` when it is of another kind.
            pub fn cast(node: SyntaxNode<'tree>) -> Option<Self> {
                matches!(node.kind(), $(SyntaxKind::$kind)|+).then_some(Self(node))
            }

            /// The node.
            pub fn node(self) -> SyntaxNode<'tree> {
                self.0
            }

            /// Its kind.
            pub fn kind(self) -> SyntaxKind {
                self.0.kind()
            }

            /// Its bytes in the file.
            pub fn span(self) -> Range<usize> {
                self.0.span()
            }
        }
    )*};
}

views! {
    /// A block with a keyword and a name.
    Block = Model | View | CompositeType | Enum | Datasource | Generator;
    /// A line of a model.
    Field = Field;
    /// The type of a field.
    FieldType = FieldType;
    /// A line that would be a field if its type were not missing or of an old form.
    BadField = BadField;
    /// A line of an enum.
    EnumValue = EnumValue;
    /// `key = value`.
    KeyValue = KeyValue;
    /// `( … )`.
    ArgList = ArgList;
    /// One argument.
    Arg = Arg;
    /// `name( … )`.
    Call = Call;
    /// `[ … ]`.
    Array = Array;
    /// `{ … }` as a value.
    Object = Object;
    /// A value.
    Value = StringValue | NumberValue | PathValue | Call | Array | Object;
}

impl<'tree> Block<'tree> {
    /// The name.
    pub fn name(self) -> Option<SyntaxNode<'tree>> {
        words(self.0).nth(1)
    }
}

/// `@name(…)` or `@@name(…)`.
#[derive(Debug, Clone, Copy)]
pub struct Attribute<'tree>(SyntaxNode<'tree>);

impl<'tree> Attribute<'tree> {
    /// The view of this node, `None` when it is no attribute.
    pub fn cast(node: SyntaxNode<'tree>) -> Option<Self> {
        matches!(node.kind(), SyntaxKind::Attribute | SyntaxKind::BlockAttribute)
            .then_some(Self(node))
    }

    /// The node.
    pub fn node(self) -> SyntaxNode<'tree> {
        self.0
    }

    /// Its bytes from the `@` to the last argument, without a comment behind it.
    pub fn span(self) -> Range<usize> {
        // Only a block attribute has a line of its own, and so a comment.
        if self.0.kind() == SyntaxKind::Attribute {
            return self.0.span();
        }
        let said = self.0.children().filter(|child| !child.kind().is_comment()).last();
        self.0.span().start..said.unwrap_or(self.0).span().end
    }

    /// The name, dots and all.
    pub fn name(self) -> Option<SyntaxNode<'tree>> {
        words(self.0).next()
    }

    /// What stands in parentheses behind the name.
    pub fn arg_list(self) -> Option<ArgList<'tree>> {
        self.0.children().find_map(ArgList::cast)
    }

    /// The arguments.
    pub fn args(self) -> impl Iterator<Item = Arg<'tree>> {
        self.arg_list().into_iter().flat_map(ArgList::args)
    }
}

/// The attributes that are children of this node.
pub fn attributes(node: SyntaxNode<'_>) -> impl Iterator<Item = Attribute<'_>> {
    node.children().filter_map(Attribute::cast)
}

impl<'tree> Field<'tree> {
    /// The name.
    pub fn name(self) -> Option<SyntaxNode<'tree>> {
        words(self.0).next()
    }

    /// The type.
    pub fn field_type(self) -> Option<FieldType<'tree>> {
        self.0.children().find_map(FieldType::cast)
    }
}

impl<'tree> BadField<'tree> {
    /// The name.
    pub fn name(self) -> Option<SyntaxNode<'tree>> {
        words(self.0).next()
    }

    /// The type, when there is one.
    pub fn field_type(self) -> Option<FieldType<'tree>> {
        self.0.children().find_map(FieldType::cast)
    }
}

impl<'tree> FieldType<'tree> {
    /// The name of the type, `Unsupported` too.
    pub fn name(self) -> Option<SyntaxNode<'tree>> {
        words(self.0).next()
    }

    /// The text of `Unsupported("…")`.
    pub fn unsupported(self) -> Option<Cow<'tree, str>> {
        self.0.child(SyntaxKind::Str).map(|leaf| unescape(leaf.text()).0)
    }

    /// Whether it ends with `?`.
    pub fn is_optional(self) -> bool {
        self.0.last_leaf().kind() == SyntaxKind::Question
    }

    /// Whether it ends with brackets.
    pub fn is_list(self) -> bool {
        self.0.last_leaf().kind() == SyntaxKind::RBracket
    }
}

impl<'tree> EnumValue<'tree> {
    /// The name.
    pub fn name(self) -> Option<SyntaxNode<'tree>> {
        words(self.0).next()
    }
}

impl<'tree> KeyValue<'tree> {
    /// The key.
    pub fn key(self) -> Option<SyntaxNode<'tree>> {
        words(self.0).next()
    }

    /// The value; `None` for `key =`.
    pub fn value(self) -> Option<Value<'tree>> {
        self.0.children().find_map(Value::cast)
    }
}

impl<'tree> ArgList<'tree> {
    /// The arguments.
    pub fn args(self) -> impl Iterator<Item = Arg<'tree>> {
        self.0.children().filter_map(Arg::cast)
    }
}

impl<'tree> Arg<'tree> {
    /// The name, when it has one.
    pub fn name(self) -> Option<SyntaxNode<'tree>> {
        words(self.0).next()
    }

    /// The value; `None` for `name:`.
    pub fn value(self) -> Option<Value<'tree>> {
        self.0.children().find_map(Value::cast)
    }
}

impl<'tree> Call<'tree> {
    /// The name of the function.
    pub fn name(self) -> Option<SyntaxNode<'tree>> {
        words(self.0).next()
    }

    /// The arguments.
    pub fn args(self) -> impl Iterator<Item = Arg<'tree>> {
        let list = self.0.children().find_map(ArgList::cast);
        list.into_iter().flat_map(ArgList::args)
    }

    /// The argument of this name.
    pub fn arg(self, name: &str) -> Option<Arg<'tree>> {
        self.args().find(|arg| arg.name().is_some_and(|word| word.text() == name))
    }

    /// Whether it is a call of this function.
    pub fn is(self, name: &str) -> bool {
        self.name().is_some_and(|word| word.text() == name)
    }
}

impl<'tree> Array<'tree> {
    /// The values.
    pub fn values(self) -> impl Iterator<Item = Value<'tree>> {
        self.0.children().filter_map(Value::cast)
    }
}

impl<'tree> Object<'tree> {
    /// Keys and values.
    pub fn members(self) -> impl Iterator<Item = (SyntaxNode<'tree>, Value<'tree>)> {
        let members = self.0.children().filter(|child| child.kind() == SyntaxKind::ObjectMember);
        members.filter_map(|member| {
            Some((words(member).next()?, member.children().find_map(Value::cast)?))
        })
    }
}

/// What a value is, read out.
#[derive(Debug, Clone)]
pub enum ValueKind<'tree> {
    /// A string, escapes resolved.
    String(Cow<'tree, str>),
    /// A number, as written.
    Number(&'tree str),
    /// A word, perhaps with dots.
    Path(&'tree str),
    /// A call.
    Call(Call<'tree>),
    /// A list.
    Array(Array<'tree>),
    /// An object.
    Object(Object<'tree>),
}

impl<'tree> Value<'tree> {
    /// As written.
    pub fn text(self) -> &'tree str {
        self.0.text()
    }

    /// Reads it out.
    pub fn read(self) -> ValueKind<'tree> {
        match self.kind() {
            SyntaxKind::StringValue => ValueKind::String(unescape(self.text()).0),
            SyntaxKind::NumberValue => ValueKind::Number(self.text()),
            SyntaxKind::Array => ValueKind::Array(Array(self.0)),
            SyntaxKind::Object => ValueKind::Object(Object(self.0)),
            SyntaxKind::Call => ValueKind::Call(Call(self.0)),
            _ => ValueKind::Path(self.text()),
        }
    }

    /// The text of a string, `None` for anything else.
    pub fn as_string(self) -> Option<Cow<'tree, str>> {
        match self.read() {
            ValueKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The values of a list, or the value alone.
    pub fn elements(self) -> impl Iterator<Item = Value<'tree>> {
        let list = (self.kind() == SyntaxKind::Array).then(|| Array(self.0).values());
        let alone = list.is_none().then_some(self);
        list.into_iter().flatten().chain(alone)
    }
}

/// The text of the `///` lines above a node, and of the one behind it on its line; `None` without
/// any. They end at a blank line, which may only stand between them and a field or a value. A
/// block comment counts as well, but of several only the last (measured).
pub fn documentation(node: SyntaxNode<'_>) -> Option<String> {
    let is_line = matches!(node.kind(), SyntaxKind::Field | SyntaxKind::EnumValue);
    let mut texts: SmallVec<[&str; 8]> = SmallVec::new();
    let mut newlines = 0;
    let mut above = node.leaf_before();
    let (mut only_lines, mut seen) = (false, false);
    while let Some(leaf) = above {
        match leaf.kind() {
            SyntaxKind::Newline if newlines == 0 || is_line && !seen => newlines += 1,
            SyntaxKind::Comment if newlines > 0 => (newlines, seen) = (0, true),
            SyntaxKind::BlockComment if newlines == 0 || only_lines => break,
            SyntaxKind::DocComment | SyntaxKind::BlockComment if newlines > 0 => {
                (newlines, seen) = (0, true);
                only_lines = leaf.kind() == SyntaxKind::BlockComment;
                texts.push(comment_text(leaf.text()));
            }
            _ => break,
        }
        above = leaf.leaf_before();
    }
    texts.reverse();
    let behind = node.last_leaf();
    if is_line && matches!(behind.kind(), SyntaxKind::DocComment | SyntaxKind::BlockComment) {
        texts.push(comment_text(behind.text()));
    }
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// What a comment says: behind the slashes without the blanks before it (those at the end stay), or
/// between the stars without the blanks around.
fn comment_text(comment: &str) -> &str {
    match comment.strip_prefix("/*") {
        Some(inside) => inside.strip_suffix("*/").unwrap_or(inside).trim(),
        None => comment.strip_prefix("///").unwrap_or(comment).trim_start(),
    }
}

fn words(node: SyntaxNode<'_>) -> impl Iterator<Item = SyntaxNode<'_>> {
    node.children().filter(|child| child.kind().is_word())
}
