//! Tokens, read on demand.
//!
//! A line that cannot be read is dropped to its end and reading starts again behind it, so the
//! scanner can be put at any place of the text.

use logos::{Lexer, Logos as _};

use super::SyntaxKind;

/// A token and the bytes it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: SyntaxKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Reads tokens from any place of a text.
pub(super) struct Scanner<'text> {
    lexer: Lexer<'text, SyntaxKind>,
}

impl<'text> Scanner<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self { lexer: SyntaxKind::lexer(text) }
    }

    /// Puts the scanner at this byte, which must be a character boundary.
    pub(super) fn go(&mut self, position: usize) {
        self.lexer = SyntaxKind::lexer_with_extras(self.lexer.source(), self.lexer.extras);
        self.lexer.bump(position);
    }

    /// The next token, `None` at the end of the text. What is no token is garbage, a character or
    /// an opened comment at a time.
    pub(super) fn next(&mut self) -> Option<Token> {
        let kind = self.lexer.next()?.unwrap_or(SyntaxKind::Garbage);
        let span = self.lexer.span();
        Some(Token { kind, start: span.start, end: span.end })
    }
}
