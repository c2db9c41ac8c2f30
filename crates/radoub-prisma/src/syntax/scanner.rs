//! Tokens, read on demand.
//!
//! A line that cannot be read is dropped to its end and reading starts again behind it, so the
//! scanner can be put at any place of the text. Block comments are looked for with a memory of
//! the next `*/`, so that many unclosed ones cost no more than one.

use logos::Logos;

use super::SyntaxKind;

/// What logos sees; the rest is decided in [`Scanner::next`].
#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq)]
enum Raw {
    #[regex(r"[ \t\u{00A0}\u{1680}\u{2000}-\u{200A}\u{202F}\u{205F}\u{3000}]+")]
    Whitespace,
    #[token("\r\n")]
    #[token("\n")]
    #[token("\r")]
    Newline,
    #[regex(r"//[^\r\n]*", allow_greedy = true)]
    Comment,
    #[token("/*")]
    CommentStart,
    #[regex(r"[\p{L}0-9][\p{L}0-9_.\-]*")]
    Word,
    #[regex(r"-[0-9]+(\.[0-9]+)?")]
    Negative,
    #[regex(r#""([^"\\\x00-\x1f]|\\(.|\n|\r))*""#)]
    Str,
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,
    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("[")]
    LBracket,
    #[token("]")]
    RBracket,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token("=")]
    Equals,
    #[token("?")]
    Question,
    #[token("!")]
    Bang,
    #[token("@")]
    At,
    #[token("@@")]
    AtAt,
}

/// A token and the bytes it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: SyntaxKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Reads tokens from any place of a text.
pub(super) struct Scanner<'text> {
    text: &'text str,
    lexer: logos::Lexer<'text, Raw>,
    /// Where the text of `lexer` begins.
    base: usize,
    /// The next `*/` seen from some earlier place, if it still lies ahead; the text's length
    /// when there is none.
    comment_end: Option<usize>,
}

impl<'text> Scanner<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self { text, lexer: Raw::lexer(text), base: 0, comment_end: None }
    }

    /// Puts the scanner at this byte, which must be a character boundary.
    pub(super) fn go(&mut self, position: usize) {
        self.base = position;
        self.lexer = Raw::lexer(&self.text[position..]);
    }

    /// The next token, `None` at the end of the text.
    pub(super) fn next(&mut self) -> Option<Token> {
        let raw = self.lexer.next()?;
        let span = self.lexer.span();
        let (start, end) = (self.base + span.start, self.base + span.end);
        let kind = match raw {
            Ok(Raw::Whitespace) => SyntaxKind::Whitespace,
            Ok(Raw::Newline) => SyntaxKind::Newline,
            Ok(Raw::Comment) if self.lexer.slice().starts_with("///") => SyntaxKind::DocComment,
            Ok(Raw::Comment) => SyntaxKind::Comment,
            Ok(Raw::CommentStart) => return Some(self.block_comment(start, end)),
            Ok(Raw::Word) => SyntaxKind::Word,
            Ok(Raw::Negative) => SyntaxKind::Negative,
            Ok(Raw::Str) => SyntaxKind::Str,
            Ok(Raw::LBrace) => SyntaxKind::LBrace,
            Ok(Raw::RBrace) => SyntaxKind::RBrace,
            Ok(Raw::LParen) => SyntaxKind::LParen,
            Ok(Raw::RParen) => SyntaxKind::RParen,
            Ok(Raw::LBracket) => SyntaxKind::LBracket,
            Ok(Raw::RBracket) => SyntaxKind::RBracket,
            Ok(Raw::Comma) => SyntaxKind::Comma,
            Ok(Raw::Colon) => SyntaxKind::Colon,
            Ok(Raw::Equals) => SyntaxKind::Equals,
            Ok(Raw::Question) => SyntaxKind::Question,
            Ok(Raw::Bang) => SyntaxKind::Bang,
            Ok(Raw::At) => SyntaxKind::At,
            Ok(Raw::AtAt) => SyntaxKind::AtAt,
            Err(()) => SyntaxKind::Garbage,
        };
        Some(Token { kind, start, end })
    }

    /// The comment that starts here, or the two characters alone when it is never closed.
    fn block_comment(&mut self, start: usize, end: usize) -> Token {
        let close = match self.comment_end {
            Some(known) if known >= end => known,
            _ => {
                let found = self.text[end..].find("*/").map_or(self.text.len(), |at| end + at);
                self.comment_end = Some(found);
                found
            }
        };
        if close == self.text.len() {
            return Token { kind: SyntaxKind::Garbage, start, end };
        }
        self.go(close + 2);
        Token { kind: SyntaxKind::BlockComment, start, end: close + 2 }
    }
}
