//! Text in, tree out.
//!
//! The grammar is Prisma facts 9.2, measured line by line: everything stays on its line, a line
//! that is nothing known becomes an error line, a block that is never closed is no block. The
//! parser goes forward once; the only looking back is a block that turns out to have no end,
//! and what was learnt there is remembered, so the cost stays linear.

mod lines;
mod values;

use std::collections::BTreeSet;
use std::ops::Range;

use super::kind::line_end;
use super::scanner::Scanner;
use super::tree::{Builder, LONGEST, Mark};
use super::{SyntaxKind, SyntaxNode, Tree};
use crate::version::PrismaMajor;

/// The tree of one file and what is wrong with its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parse<'text> {
    tree: Tree<'text>,
    /// Every mistake of form, in the order of the text.
    pub errors: Vec<SyntaxError>,
}

impl Parse<'_> {
    /// The root of the tree, whose text is the file.
    pub fn root(&self) -> SyntaxNode<'_> {
        self.tree.root()
    }
}

/// A mistake of form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Bytes of the file.
    pub span: Range<usize>,
}

/// What is wrong with the form of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxErrorKind {
    /// A line outside of blocks.
    #[error("this line starts with no keyword of the schema language")]
    NotABlock,
    /// `word { … }`.
    #[error("this block starts with no keyword of the schema language")]
    UnknownBlock,
    /// A line of a model, view or type.
    #[error("this line is neither a field nor an attribute of the block")]
    NotAField,
    /// A field without a type.
    #[error("this field has no type")]
    MissingType,
    /// A line of an enum.
    #[error("this line is not a value of the enum")]
    NotAnEnumValue,
    /// A line of a datasource.
    #[error("this line is not a property of the datasource")]
    NotADatasourceProperty,
    /// A line of a generator.
    #[error("this line is not a property of the generator")]
    NotAGeneratorProperty,
    /// `type A = B`.
    #[error("type aliases do not exist")]
    TypeAlias,
    /// `Type[]?`.
    #[error("a list cannot be optional")]
    OptionalList,
    /// `[Type]`.
    #[error("a list is written `Type[]`")]
    LegacyList,
    /// `Type!`.
    #[error("fields are required without `!`")]
    LegacyRequired,
    /// `name: Type`.
    #[error("a field has no `:` between name and type")]
    LegacyColon,
    /// `(a, )` in an attribute.
    #[error("arguments end without a comma")]
    TrailingComma,
    /// `(name: )` in an attribute.
    #[error("this argument has no value")]
    EmptyArgument,
    /// `\q`.
    #[error("unknown escape in a string")]
    UnknownEscape,
    /// `\u12`.
    #[error("a Unicode escape has four hexadecimal digits")]
    UnicodeEscape,
    /// A file of more than 256 MiB.
    #[error("this file is too long to be a schema")]
    TooLong,
}

impl SyntaxErrorKind {
    /// What to do about it.
    pub fn remedy(self) -> Option<&'static str> {
        Some(match self {
            Self::NotABlock | Self::UnknownBlock => {
                "start with `model`, `enum`, `view`, `datasource` or `generator`, open with `{` at the end of the line, close with `}` on a line of its own"
            }
            Self::NotAField => "write `name Type @attribute`, all on one line",
            Self::MissingType => "write `name Type`",
            Self::NotAnEnumValue => "write one name a line; other labels go through `@map(\"…\")`",
            Self::NotADatasourceProperty | Self::NotAGeneratorProperty => {
                "write `key = value`, all on one line"
            }
            Self::TypeAlias => "write the type out in each field",
            Self::OptionalList => "write `Type[]` or `Type?`",
            Self::LegacyList => "write `Type[]`",
            Self::LegacyRequired => "leave the `!` out",
            Self::LegacyColon => "leave the `:` out",
            Self::TrailingComma => "leave the comma out",
            Self::EmptyArgument => "give it a value or leave it out",
            Self::UnknownEscape => "write a backslash as `\\\\`",
            Self::UnicodeEscape | Self::TooLong => return None,
        })
    }

    /// Whether only whoever reads the models minds: such a mistake does not stop a reader of the
    /// datasource.
    pub fn is_in_attribute(self) -> bool {
        matches!(self, Self::TrailingComma | Self::EmptyArgument)
    }
}

/// Parses one file. Never fails, whatever the text.
///
/// `major` decides whether objects (`{ a: 1 }`, 7 only) are values.
pub fn parse(text: &str, major: PrismaMajor) -> Parse<'_> {
    let mut tree = Builder::new(text);
    if text.len() > LONGEST {
        tree.leaf(SyntaxKind::Garbage, 0..text.len());
        let error = SyntaxError { kind: SyntaxErrorKind::TooLong, span: 0..0 };
        return Parse { tree: tree.tree(), errors: vec![error] };
    }
    let mut parser = Parser {
        text,
        objects: major >= PrismaMajor::Seven,
        scanner: Scanner::new(text),
        tree,
        errors: Vec::new(),
        visited: Vec::new(),
        unclosed: [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()],
        last_close: text.rfind('}'),
        in_attribute: false,
    };
    parser.root();
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.span.start);
    Parse { tree: parser.tree.tree(), errors }
}

/// The line did not match; the caller puts the parser back.
struct NoMatch;

type Matched = Result<(), NoMatch>;

/// Which grammar the lines of a block follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    Fields,
    Values,
    Settings,
}

/// A state of the parser that it can be put back to.
#[derive(Clone, Copy)]
struct Place {
    tree: Mark,
    errors: usize,
}

struct Parser<'text> {
    text: &'text str,
    objects: bool,
    /// Looks at the next token; what lies between the end of the tree and it is blank.
    scanner: Scanner<'text>,
    tree: Builder<'text>,
    errors: Vec<SyntaxError>,
    /// Starts of the lines of the block that is being read.
    visited: Vec<usize>,
    /// Starts of lines from which no end of the block is reached, by grammar of the lines.
    unclosed: [BTreeSet<usize>; 3],
    /// The last `}` of the text.
    last_close: Option<usize>,
    in_attribute: bool,
}

impl<'text> Parser<'text> {
    /// The kind of the next token.
    fn peek(&self) -> Option<SyntaxKind> {
        self.scanner.kind()
    }

    fn peek_text(&self) -> &'text str {
        self.scanner.text()
    }

    /// Where the next token starts.
    fn position(&self) -> usize {
        self.scanner.span().start
    }

    /// Whether there is something blank before the next token.
    fn has_blank(&self) -> bool {
        self.tree.end() < self.position()
    }

    fn start(&mut self, kind: SyntaxKind) {
        self.tree.start(kind, self.position());
    }

    fn finish(&mut self) {
        self.tree.finish();
    }

    fn bump(&mut self) {
        if let Some(kind) = self.peek() {
            self.tree.leaf(kind, self.scanner.span());
            self.scanner.advance();
        }
    }

    /// Takes the next token if it is of this kind.
    fn expect(&mut self, kind: SyntaxKind) -> Matched {
        if self.peek() == Some(kind) {
            self.bump();
            Ok(())
        } else {
            Err(NoMatch)
        }
    }

    /// Takes these bytes as one leaf, and goes on reading behind them.
    fn take(&mut self, kind: SyntaxKind, span: Range<usize>) {
        self.scanner.go(span.end);
        self.tree.leaf(kind, span);
    }

    fn place(&self) -> Place {
        Place { tree: self.tree.mark(), errors: self.errors.len() }
    }

    fn back(&mut self, place: Place) {
        self.tree.back(place.tree);
        self.errors.truncate(place.errors);
        self.scanner.go(self.tree.end());
    }

    fn error(&mut self, kind: SyntaxErrorKind, span: Range<usize>) {
        self.errors.push(SyntaxError { kind, span });
    }

    fn line_end(&self, from: usize) -> usize {
        from + line_end(&self.text[from..])
    }

    /// The rest of the line, from the next token on, as one mistake.
    fn error_line(&mut self, kind: SyntaxErrorKind) {
        self.start(SyntaxKind::ErrorLine);
        let from = self.position();
        let to = self.line_end(from);
        self.take(SyntaxKind::Garbage, from..to);
        self.finish();
        self.error(kind, from..to);
    }

    fn root(&mut self) {
        while let Some(kind) = self.peek() {
            match kind {
                SyntaxKind::Newline
                | SyntaxKind::Comment
                | SyntaxKind::DocComment
                | SyntaxKind::BlockComment => self.bump(),
                SyntaxKind::Word | SyntaxKind::Dotted => self.top_level(),
                _ => self.error_line(SyntaxErrorKind::NotABlock),
            }
        }
    }

    fn top_level(&mut self) {
        const KEYWORDS: [(&str, SyntaxKind, Lines); 6] = [
            ("model", SyntaxKind::Model, Lines::Fields),
            ("view", SyntaxKind::View, Lines::Fields),
            ("type", SyntaxKind::CompositeType, Lines::Fields),
            ("enum", SyntaxKind::Enum, Lines::Values),
            ("datasource", SyntaxKind::Datasource, Lines::Settings),
            ("generator", SyntaxKind::Generator, Lines::Settings),
        ];
        let place = self.place();
        let word = self.peek_text();
        let keyword = KEYWORDS.into_iter().find(|(keyword, ..)| word.starts_with(keyword));
        if let Some((keyword, kind, lines)) = keyword {
            if self.block(keyword, kind, lines).is_ok() {
                return;
            }
            self.back(place);
            if kind == SyntaxKind::CompositeType {
                if self.type_alias(keyword).is_ok() {
                    return;
                }
                self.back(place);
            }
        }
        if self.unknown_block().is_ok() {
            return;
        }
        self.back(place);
        self.error_line(SyntaxErrorKind::NotABlock);
    }

    /// The keyword, perhaps written in one word with the name after it, and the name.
    fn keyword_and_name(&mut self, keyword: &str) -> Matched {
        let word = self.scanner.span();
        let after = word.start + keyword.len();
        if after == word.end {
            self.bump();
            return self.identifier();
        }
        if self.peek() != Some(SyntaxKind::Word) || self.text[after..].starts_with(['_', '-']) {
            return Err(NoMatch);
        }
        self.tree.leaf(SyntaxKind::Word, word.start..after);
        self.take(SyntaxKind::Word, after..word.end);
        Ok(())
    }

    fn identifier(&mut self) -> Matched {
        self.expect(SyntaxKind::Word)
    }

    fn block(&mut self, keyword: &str, kind: SyntaxKind, lines: Lines) -> Matched {
        self.start(kind);
        self.keyword_and_name(keyword)?;
        self.expect(SyntaxKind::LBrace)?;
        self.swallow()?;
        self.visited.clear();
        loop {
            match self.peek() {
                None => break,
                Some(SyntaxKind::RBrace) => {
                    self.bump();
                    self.finish();
                    return Ok(());
                }
                Some(
                    SyntaxKind::Newline
                    | SyntaxKind::Comment
                    | SyntaxKind::DocComment
                    | SyntaxKind::BlockComment,
                ) => self.bump(),
                Some(_) => {
                    let position = self.position();
                    if self.unclosed[lines as usize].contains(&position) {
                        break;
                    }
                    self.visited.push(position);
                    self.line(kind, lines);
                }
            }
        }
        self.unclosed[lines as usize].extend(self.visited.drain(..));
        Err(NoMatch)
    }

    /// What follows `{` on its line. A comment is kept as one, the rest is not read.
    fn swallow(&mut self) -> Matched {
        let from = self.tree.end();
        let to = self.line_end(from);
        if to == self.text.len() {
            return Err(NoMatch);
        }
        let rest = &self.text[from..to];
        let text = rest.trim_start_matches(|letter: char| letter != '\n' && letter.is_whitespace());
        let kind = if text.starts_with("///") {
            SyntaxKind::DocComment
        } else if text.starts_with("//") {
            SyntaxKind::Comment
        } else {
            SyntaxKind::Swallowed
        };
        self.take(kind, from + rest.len() - text.len()..to);
        Ok(())
    }

    fn type_alias(&mut self, keyword: &str) -> Matched {
        let from = self.position();
        self.start(SyntaxKind::TypeAlias);
        self.keyword_and_name(keyword)?;
        self.expect(SyntaxKind::Equals)?;
        self.base_type()?;
        self.attributes()?;
        self.finish();
        self.error(SyntaxErrorKind::TypeAlias, from..self.tree.end());
        Ok(())
    }

    /// `word {`, the rest of the line, and everything up to the next `}`.
    fn unknown_block(&mut self) -> Matched {
        let from = self.position();
        self.start(SyntaxKind::UnknownBlock);
        self.identifier()?;
        if self.peek() != Some(SyntaxKind::LBrace) {
            return Err(NoMatch);
        }
        let open = self.position();
        let line_end = self.line_end(open);
        if self.last_close.is_none_or(|last| last < line_end) {
            return Err(NoMatch);
        }
        let close = self.text[line_end..].find('}').ok_or(NoMatch)?;
        let to = line_end + close + 1;
        self.take(SyntaxKind::Garbage, open..to);
        self.finish();
        self.error(SyntaxErrorKind::UnknownBlock, from..to);
        Ok(())
    }
}
