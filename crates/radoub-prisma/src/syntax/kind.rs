//! The kinds of nodes and leaves of the tree.

/// What a node or a leaf of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum SyntaxKind {
    /// Leaf: blanks inside a line.
    Whitespace,
    /// Leaf: one line end, LF, CRLF or CR.
    Newline,
    /// Leaf: `// …`.
    Comment,
    /// Leaf: `/// …`, documentation.
    DocComment,
    /// Leaf: `/* … */`, perhaps over several lines.
    BlockComment,
    /// Leaf: letters, digits, `_`, `-` and dots. Names, paths, numbers without sign.
    Word,
    /// Leaf: a number with a minus sign.
    Negative,
    /// Leaf: a string with its quotes.
    Str,
    /// Leaf: `{`.
    LBrace,
    /// Leaf: `}`.
    RBrace,
    /// Leaf: `(`.
    LParen,
    /// Leaf: `)`.
    RParen,
    /// Leaf: `[`.
    LBracket,
    /// Leaf: `]`.
    RBracket,
    /// Leaf: `,`.
    Comma,
    /// Leaf: `:`.
    Colon,
    /// Leaf: `=`.
    Equals,
    /// Leaf: `?`.
    Question,
    /// Leaf: `!`.
    Bang,
    /// Leaf: `@`.
    At,
    /// Leaf: `@@`.
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

/// Every kind, at the index of its number.
const ALL: &[SyntaxKind] = {
    use SyntaxKind::{
        Arg, ArgList, Array, At, AtAt, Attribute, BadField, Bang, BlockAttribute, BlockComment,
        Call, Colon, Comma, Comment, CompositeType, Datasource, DocComment, Enum, EnumValue,
        Equals, ErrorLine, Field, FieldType, Garbage, Generator, KeyValue, LBrace, LBracket,
        LParen, Model, Negative, Newline, NumberValue, Object, ObjectMember, PathValue, Question,
        RBrace, RBracket, RParen, Root, Str, StringValue, Swallowed, TypeAlias, UnknownBlock, View,
        Whitespace, Word,
    };
    &[
        Whitespace,
        Newline,
        Comment,
        DocComment,
        BlockComment,
        Word,
        Negative,
        Str,
        LBrace,
        RBrace,
        LParen,
        RParen,
        LBracket,
        RBracket,
        Comma,
        Colon,
        Equals,
        Question,
        Bang,
        At,
        AtAt,
        Garbage,
        Swallowed,
        Root,
        Model,
        View,
        CompositeType,
        Enum,
        Datasource,
        Generator,
        TypeAlias,
        UnknownBlock,
        ErrorLine,
        BadField,
        Field,
        FieldType,
        Attribute,
        BlockAttribute,
        EnumValue,
        KeyValue,
        ArgList,
        Arg,
        StringValue,
        NumberValue,
        PathValue,
        Call,
        Array,
        Object,
        ObjectMember,
    ]
};

/// The language of the tree, for rowan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrismaLanguage {}

impl rowan::Language for PrismaLanguage {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        ALL[usize::from(raw.0)]
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        rowan::SyntaxKind(kind as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_kind_stands_at_its_number() {
        for (at, kind) in ALL.iter().enumerate() {
            assert_eq!(at, usize::from(*kind as u16), "{kind:?}");
        }
    }
}
