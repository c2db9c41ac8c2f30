//! The kinds of nodes and leaves of the tree, and how the text of a leaf looks.

use logos::{Lexer, Logos};
use memchr::memchr2;

/// What a node or a leaf of the tree is. Leaves come first.
///
/// Blanks inside a line are no leaf but what lies between two. While a text is read, the extra value
/// of the lexer is where a `*/` was looked for, up to where it was found or to the end of the text:
/// many comments that are never closed then cost no more than one.
#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[logos(extras = std::ops::Range<usize>)]
#[logos(skip(r"[ \t]+"))]
#[logos(skip(r"[\u{00A0}\u{1680}\u{2000}-\u{200A}\u{202F}\u{205F}\u{3000}]+"))]
#[repr(u8)]
pub enum SyntaxKind {
    /// Leaf: one line end, LF, CRLF or CR.
    #[token("\r\n")]
    #[token("\n")]
    #[token("\r")]
    Newline,
    /// Leaf: `// …`.
    #[token("//", line_comment)]
    Comment,
    /// Leaf: `/// …`, documentation.
    #[token("///", line_comment)]
    DocComment,
    /// Leaf: `/* … */`, perhaps over several lines.
    #[token("/*", block_comment)]
    BlockComment,
    /// Leaf: letters, digits, `_` and `-`. Names and whole numbers without sign.
    #[regex(r"[\p{L}0-9][\p{L}0-9_\-]*")]
    Word,
    /// Leaf: a word with dots. Paths and numbers without sign.
    #[regex(r"[\p{L}0-9][\p{L}0-9_\-]*\.[\p{L}0-9_.\-]*")]
    Dotted,
    /// Leaf: a number with a minus sign.
    #[regex(r"-[0-9]+(\.[0-9]+)?")]
    Negative,
    /// Leaf: a string with its quotes.
    #[regex(r#""([^"\\\x00-\x1f]|\\(.|\n|\r))*""#)]
    Str,
    /// Leaf: `{`.
    #[token("{")]
    LBrace,
    /// Leaf: `}`.
    #[token("}")]
    RBrace,
    /// Leaf: `(`.
    #[token("(")]
    LParen,
    /// Leaf: `)`.
    #[token(")")]
    RParen,
    /// Leaf: `[`.
    #[token("[")]
    LBracket,
    /// Leaf: `]`.
    #[token("]")]
    RBracket,
    /// Leaf: `,`.
    #[token(",")]
    Comma,
    /// Leaf: `:`.
    #[token(":")]
    Colon,
    /// Leaf: `=`.
    #[token("=")]
    Equals,
    /// Leaf: `?`.
    #[token("?")]
    Question,
    /// Leaf: `!`.
    #[token("!")]
    Bang,
    /// Leaf: `@`.
    #[token("@")]
    At,
    /// Leaf: `@@`.
    #[token("@@")]
    AtAt,
    /// Leaf: anything else.
    Garbage,
    /// Leaf: what follows `{` on its line, which is not read (Prisma facts 9.1).
    Swallowed,
    /// The whole file.
    Root,
    /// `model Name { … }`.
    Model,
    /// `view Name { … }`.
    View,
    /// `type Name { … }`.
    CompositeType,
    /// `enum Name { … }`.
    Enum,
    /// `datasource name { … }`.
    Datasource,
    /// `generator name { … }`.
    Generator,
    /// `type Name = Type …`, refused.
    TypeAlias,
    /// `word { … }`, refused.
    UnknownBlock,
    /// A line that is nothing known, without its line end.
    ErrorLine,
    /// A line that would be a field if its type were not missing or of an old form.
    BadField,
    /// A line of a model: name, type, attributes.
    Field,
    /// The type of a field, with its `?` or `[]`.
    FieldType,
    /// `@name(…)`.
    Attribute,
    /// `@@name(…)`.
    BlockAttribute,
    /// A line of an enum.
    EnumValue,
    /// `key = value` of a datasource or generator.
    KeyValue,
    /// `( … )`.
    ArgList,
    /// One argument, perhaps with its name.
    Arg,
    /// A string as a value.
    StringValue,
    /// A number as a value.
    NumberValue,
    /// A word as a value: `true`, `Cascade`, `a.b`.
    PathValue,
    /// `name( … )` as a value.
    Call,
    /// `[ … ]`.
    Array,
    /// `{ … }` as a value.
    Object,
    /// `key: value` of an object.
    ObjectMember,
}

impl SyntaxKind {
    /// Whether it is a piece of text; else it is a node, made of leaves and nodes.
    pub fn is_leaf(self) -> bool {
        self < Self::Root
    }

    /// Whether it is a word, with dots or without.
    pub fn is_word(self) -> bool {
        matches!(self, Self::Word | Self::Dotted)
    }

    /// Whether it is a comment of any kind.
    pub fn is_comment(self) -> bool {
        matches!(self, Self::Comment | Self::DocComment | Self::BlockComment)
    }
}

/// Takes the rest of the line.
fn line_comment(lexer: &mut Lexer<'_, SyntaxKind>) {
    lexer.bump(line_end(lexer.remainder()));
}

/// How many bytes of a text are before the first line end.
pub(super) fn line_end(text: &str) -> usize {
    memchr2(b'\n', b'\r', text.as_bytes()).unwrap_or(text.len())
}

/// Takes the rest of a comment that has been opened; false when it is never closed, and then the two
/// characters are garbage.
fn block_comment(lexer: &mut Lexer<'_, SyntaxKind>) -> bool {
    let (text, open) = (lexer.source(), lexer.span().end);
    let looked = &lexer.extras;
    if !(looked.start..=looked.end).contains(&open) {
        lexer.extras = open..text[open..].find("*/").map_or(text.len(), |at| open + at);
    }
    let close = lexer.extras.end;
    if close == text.len() {
        return false;
    }
    lexer.bump(close + 2 - open);
    true
}
